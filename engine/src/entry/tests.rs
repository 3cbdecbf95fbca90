use super::*;

mod crashes;
mod exports;
mod shapes;
mod times;

fn batch(records: &[&'static str]) -> (Batch<'static>, Vec<Malformed>) {
    let mut batch = Batch::new();
    let mut malformed = Vec::new();
    for record in records {
        batch.push_json(record, &mut malformed);
    }
    (batch, malformed)
}

fn message() -> Vec<FieldPath> {
    ["jsonPayload.message", "textPayload"].iter().map(|path| FieldPath::parse(path).unwrap()).collect()
}

fn with_entry<T>(record: &'static str, look: impl FnOnce(Entry<'_>) -> T) -> T {
    let (batch, malformed) = batch(&[record]);
    assert_eq!(malformed, []);
    look(Entry::new(&batch, &batch.heads[0], &message()))
}

#[test]
fn both_styles_of_names_are_read() {
    for record in [
        r#"{"logName":"l","insertId":"i","jsonPayload":{"message":"m"},"httpRequest":{"requestMethod":"GET"}}"#,
        r#"{"log_name":"l","insert_id":"i","json_payload":{"message":"m"},"http_request":{"request_method":"GET"}}"#,
    ] {
        with_entry(record, |entry| {
            assert_eq!(entry.message(), Some("m"));
            let method = FieldPath::parse("httpRequest.requestMethod").unwrap();
            assert_eq!(entry.first_text(&method), Some("GET"));
            assert_eq!(entry.shape(), Shape::LogEntry);
        });
    }
}

#[test]
fn names_below_a_proto_payload_are_in_either_style() {
    for record in [
        r#"{"protoPayload":{"serviceName":"s","authenticationInfo":{"principalEmail":"p"}}}"#,
        r#"{"proto_payload":{"service_name":"s","authentication_info":{"principal_email":"p"}}}"#,
    ] {
        with_entry(record, |entry| {
            let text = |path: &str| entry.first_text(&FieldPath::parse(path).unwrap());
            for name in ["serviceName", "service_name"] {
                assert_eq!(text(&format!("protoPayload.{name}")), Some("s"), "{name} of {record}");
            }
            assert_eq!(text("protoPayload.authenticationInfo.principalEmail"), Some("p"));
            assert_eq!(text("protoPayload.name"), None);
        });
    }
    // Names of the author's own are what they are.
    with_entry(r#"{"jsonPayload":{"service_name":"s"}}"#, |entry| {
        assert_eq!(entry.first_text(&FieldPath::parse("jsonPayload.serviceName").unwrap()), None);
    });
}

#[test]
fn a_flattened_entry_has_its_other_names_as_payload() {
    let record = r#"{"severity":"WARNING","message":"m","context":{"name":"n"},"labels":{"line":"1"}}"#;
    with_entry(record, |entry| {
        assert_eq!(entry.shape(), Shape::Flattened);
        assert_eq!(entry.severity(), LogSeverity::Warning);
        assert_eq!(entry.message(), Some("m"));
        let text = |path: &str| entry.first_text(&FieldPath::parse(path).unwrap());
        assert_eq!(text("jsonPayload.context.name"), Some("n"));
        assert_eq!(text("labels.line"), Some("1"));
        assert_eq!(text("jsonPayload.labels.line"), None);
    });
}

#[test]
fn a_path_through_a_list_leads_to_each_element() {
    let record = r#"{"jsonPayload":{"a":[{"b":"1"},{"b":"2"}]}}"#;
    with_entry(record, |entry| {
        let path = FieldPath::parse("jsonPayload.a.b").unwrap();
        assert!(entry.any(&path, &mut |value| value.as_text() == Some("2")));
        assert!(!entry.any(&path, &mut |value| value.as_text() == Some("3")));
    });
}

#[test]
fn wrappers_give_the_entries_they_hold() {
    let (batch, malformed) = batch(&[
        r#"{"meta":{"n":1},"pages":[{"entries":[{"textPayload":"a"},{"textPayload":"b"}]},{"entries":[]}]}"#,
        r#"{"entries":[]}"#,
        r#"[{"message":"c"},7]"#,
        r#"{"some":"object","list":[{"x":1}]}"#,
    ]);
    assert_eq!(batch.len(), 4);
    assert_eq!(malformed.len(), 1);
}

#[test]
fn malformed_records_say_why() {
    let deep = Box::leak(format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)).into_boxed_str());
    let deep_entry = Box::leak(format!(r#"{{"jsonPayload":{{"a":{deep}}}}}"#).into_boxed_str());
    let (batch, malformed) = batch(&[
        r#"{"textPayload":"a"#,
        r#"{"textPayload":"\x"}"#,
        "hello",
        r#"{"textPayload":"a"} x"#,
        r#"{"textPayload":"a","severity":{}}"#,
        r#"{"textPayload":"a","timestamp":"now"}"#,
        r#"{"textPayload":7}"#,
        "7",
        deep_entry,
    ]);
    assert_eq!(batch.len(), 0);
    insta::assert_debug_snapshot!(malformed.iter().map(|m| m.reason.as_str()).collect::<Vec<_>>());
}

#[test]
fn times_are_read_in_every_form_and_written_in_one() {
    for (text, shown) in [
        ("2025-09-14T04:54:36.449574+00:00", "2025-09-14T04:54:36.449574Z"),
        ("2025-09-14T04:54:36Z", "2025-09-14T04:54:36Z"),
        ("2025-09-14t04:54:36.1z", "2025-09-14T04:54:36.100Z"),
        ("2025-09-14T04:54:36.123456789-07:30", "2025-09-14T12:24:36.123456789Z"),
        ("2025-09-14", "2025-09-14T00:00:00Z"),
        ("2025-09-14 04:54:36.5 UTC", "2025-09-14T04:54:36.500Z"),
        ("2023-05-23 19:29:38.000000000", "2023-05-23T19:29:38Z"),
        ("2025-09-14T04:54:36", "2025-09-14T04:54:36Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
        ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
    ] {
        assert_eq!(Timestamp::parse(text).map(|t| t.to_string()).as_deref(), Some(shown), "{text}");
    }
    for text in [
        "",
        "now",
        "0000-00-00T00:00:00.000Z",
        "2025-02-29T00:00:00Z",
        "2025-09-14T24:00:00Z",
        "2025-09-14T04:54:36.Z",
        "0001-01-01T00:00:00+01:00",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}

#[test]
fn plain_text_tells_severity_and_time() {
    let guess = |line: &str| {
        let (severity, time) = text::guess(line);
        (severity.name(), time.map(|t| t.to_string()))
    };
    assert_eq!(guess("2021-03-29 10:25:11,101 ERROR boom").0, "ERROR");
    assert_eq!(guess("2021-03-29 10:25:11,101 ERROR boom").1.as_deref(), Some("2021-03-29T10:25:11.101Z"));
    assert_eq!(guess("[Sun Dec 04 04:47:44 2005] [error] mod_jk child").0, "ERROR");
    assert_eq!(guess("no error here").0, "DEFAULT");
    assert_eq!(guess("E0329 10:25:11.123456 1 main.go:10] boom").0, "ERROR");
    assert_eq!(guess("ts=1 level=warn msg=x").0, "WARNING");
    assert_eq!(guess("Traceback (most recent call last):\n  File").0, "ERROR");
}

#[test]
fn duplicates_have_one_identity() {
    let (batch, _) = batch(&[
        r#"{"logName":"l","insertId":"i","timestamp":"2025-09-14T04:54:36Z","textPayload":"a"}"#,
        r#"{"log_name":"l","insert_id":"i","timestamp":"2025-09-14T06:54:36+02:00","receiveTimestamp":"x","text_payload":"a"}"#,
        r#"{"logName":"l","insertId":"j","timestamp":"2025-09-14T04:54:36Z","textPayload":"a"}"#,
        r#"{"textPayload":"a"}"#,
    ]);
    let ids: Vec<_> = batch.heads().iter().map(Head::identity).collect();
    assert!(ids[0].is_some() && ids[0] == ids[1] && ids[0] != ids[2] && ids[3].is_none());
}
