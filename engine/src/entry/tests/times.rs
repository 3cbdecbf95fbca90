//! Severities and times as programs write them that do not write for Cloud Logging.

use super::*;

fn flat(record: &str) -> (Option<String>, &'static str) {
    let record: &'static str = Box::leak(record.to_owned().into_boxed_str());
    with_entry(record, |entry| (entry.timestamp().map(|time| time.to_string()), entry.severity().name()))
}

#[test]
fn a_flattened_entry_understands_the_times_of_other_loggers() {
    for (value, shown) in [
        ("1757822400", "2025-09-14T04:00:00Z"),
        ("1757822400123", "2025-09-14T04:00:00.123Z"),
        ("1757822400123456", "2025-09-14T04:00:00.123456Z"),
        ("1757822400123456789", "2025-09-14T04:00:00.123456789Z"),
        ("1757822400.123", "2025-09-14T04:00:00.123Z"),
        ("1757822400123.5", "2025-09-14T04:00:00.123500Z"),
        ("\"1757822400123\"", "2025-09-14T04:00:00.123Z"),
        ("\"1757822400.5\"", "2025-09-14T04:00:00.500Z"),
        ("\"2025-09-14 04:00:00,123\"", "2025-09-14T04:00:00.123Z"),
        ("\"2025-09-14T04:00:00+0000\"", "2025-09-14T04:00:00Z"),
        ("\"2025-09-14T06:00:00.5+0200\"", "2025-09-14T04:00:00.500Z"),
        ("\"2025-09-14T06:00:00 +02:00\"", "2025-09-14T04:00:00Z"),
        ("\"2025/09/14 04:00:00\"", "2025-09-14T04:00:00Z"),
        ("\"14/Sep/2025:06:00:00 +0200\"", "2025-09-14T04:00:00Z"),
        ("\"Sun, 14 Sep 2025 04:00:00 GMT\"", "2025-09-14T04:00:00Z"),
        ("\"Sun Sep 14 04:00:00 2025\"", "2025-09-14T04:00:00Z"),
        ("{\"seconds\": 1757822400, \"nanos\": 5000000}", "2025-09-14T04:00:00.005Z"),
    ] {
        for key in ["timestamp", "time", "ts", "@timestamp", "asctime"] {
            let record = format!(r#"{{"level":"error","message":"x","{key}":{value}}}"#);
            assert_eq!(flat(&record), (Some(shown.to_owned()), "ERROR"), "{record}");
        }
    }
    let parts = r#"{"message":"x","timestampSeconds":1757822400,"timestampNanos":"7000"}"#;
    assert_eq!(flat(parts).0.as_deref(), Some("2025-09-14T04:00:00.000007Z"));
    for none in
        ["7", "-1757822400", "1e300", "\"yesterday\"", "\"2025-09-14 04:00:00 or so\"", "true", "\"Sep 14 04:00:00\""]
    {
        assert_eq!(flat(&format!(r#"{{"message":"x","timestamp":{none}}}"#)).0, None, "{none}");
    }
}

#[test]
fn what_only_has_the_name_of_a_field_is_payload_of_a_flattened_entry() {
    let record = r#"{"severity":true,"timestamp":"soon","httpRequest":"GET /","labels":["a"],"trace":"at f\n at g","message":"x"}"#;
    with_entry(record, |entry| {
        let text = |path: &str| entry.text_at(&FieldPath::parse(path).unwrap()).map(Cow::into_owned);
        assert_eq!((entry.severity(), entry.timestamp(), entry.message()), (LogSeverity::Default, None, Some("x")));
        assert_eq!(text("jsonPayload.severity").as_deref(), Some("true"));
        assert_eq!(text("jsonPayload.timestamp").as_deref(), Some("soon"));
        assert_eq!(text("jsonPayload.httpRequest").as_deref(), Some("GET /"));
        assert_eq!(text("jsonPayload.labels").as_deref(), None);
        assert_eq!(text("jsonPayload.trace").as_deref(), Some("at f\n at g"));
        assert_eq!(text("trace"), None);
    });
    let (batch, malformed) =
        batch(&[r#"{"textPayload":"x","timestamp":17}"#, r#"{"textPayload":"x","severity":true}"#]);
    assert_eq!((batch.len(), malformed.len()), (0, 2), "a LogEntry is held to its types");
}

#[test]
fn levels_have_many_names_and_numbers() {
    for (pair, severity) in [
        (r#""level":50"#, "ERROR"),
        (r#""level":30"#, "INFO"),
        (r#""level":"60""#, "CRITICAL"),
        (r#""level":35"#, "INFO"),
        (r#""level":3"#, "ERROR"),
        (r#""level":500"#, "ERROR"),
        (r#""Level":"Warning""#, "WARNING"),
        (r#""LogLevel":"Error""#, "ERROR"),
        (r#""log.level":"warn""#, "WARNING"),
        (r#""log":{"level":"error"}"#, "ERROR"),
        (r#""severityText":"ERROR""#, "ERROR"),
        (r#""severity":"error","level":10"#, "ERROR"),
        (r#""severity":[],"level":"error""#, "ERROR"),
        (r#""severity":500.0"#, "ERROR"),
        (r#""level_of_detail":50"#, "DEFAULT"),
    ] {
        assert_eq!(flat(&format!(r#"{{"message":"x",{pair}}}"#)).1, severity, "{pair}");
    }
    assert_eq!(flat(r#"{"textPayload":"x","severity":500.0}"#).1, "ERROR");
}

#[test]
fn an_entry_without_a_time_has_that_of_its_receipt() {
    let record = r#"{"textPayload":"x","receiveTimestamp":"2025-09-14T04:00:00Z"}"#;
    assert_eq!(flat(record).0.as_deref(), Some("2025-09-14T04:00:00Z"));
    let both = r#"{"textPayload":"x","timestamp":"2025-09-14T03:00:00Z","receiveTimestamp":"2025-09-14T04:00:00Z"}"#;
    assert_eq!(flat(both).0.as_deref(), Some("2025-09-14T03:00:00Z"));
    // It is no part of what an entry is known by.
    let (batch, _) = batch(&[
        r#"{"textPayload":"x","insertId":"i","receiveTimestamp":"2025-09-14T04:00:00Z"}"#,
        r#"{"textPayload":"x","insertId":"i","receiveTimestamp":"2025-09-14T05:00:00Z"}"#,
    ]);
    assert_eq!(batch.heads()[0].identity(), batch.heads()[1].identity());
}

#[test]
fn text_tells_its_time_and_its_level_in_many_forms() {
    for (line, time, severity) in [
        ("2025-09-14T04:00:00Z \u{1b}[31mERROR\u{1b}[0m db gone", "2025-09-14T04:00:00Z", "ERROR"),
        ("\u{1b}[31mERROR\u{1b}[0m x", "", "ERROR"),
        ("\u{1b}[2m2025-09-14T04:00:00Z\u{1b}[0m \u{1b}[1;31mERROR\u{1b}[0m y", "2025-09-14T04:00:00Z", "ERROR"),
        ("\u{1b}[90m[04:00]\u{1b}[39m \u{1b}[33mWARN\u{1b}", "", "WARNING"),
        ("2025-09-14 04:00:00,123 ERROR boom", "2025-09-14T04:00:00.123Z", "ERROR"),
        ("2025-09-14T04:00:00+0000 boom", "2025-09-14T04:00:00Z", "DEFAULT"),
        ("[2025-09-14T06:00:00.5+02:00] INFO boom", "2025-09-14T04:00:00.500Z", "INFO"),
        ("ts=2025-09-14T04:00:00.5Z level=warn msg=x", "2025-09-14T04:00:00.500Z", "WARNING"),
        ("level=error time=\"2025-09-14 04:00:00\" msg=x", "2025-09-14T04:00:00Z", "ERROR"),
        ("ts=1757822400.25 caller=a.go:1 level=info", "2025-09-14T04:00:00.250Z", "INFO"),
        ("2025/09/14 04:00:00 [error] 7#7: *1 open() failed", "2025-09-14T04:00:00Z", "ERROR"),
        ("10.0.0.1 - - [14/Sep/2025:06:00:00 +0200] \"GET / HTTP/1.1\" 500 12", "2025-09-14T04:00:00Z", "DEFAULT"),
        ("[Sun Sep 14 04:00:00 2025] [error] mod_jk child", "2025-09-14T04:00:00Z", "ERROR"),
        ("[Sun Sep 14 04:00:00.123456 2025] [core:error] [pid 7] x", "2025-09-14T04:00:00.123456Z", "ERROR"),
        ("17/06/09 20:10:40 INFO executor.CoarseGrained: x", "2017-06-09T20:10:40Z", "INFO"),
        ("081109 203615 148 INFO dfs.DataNode: x", "2008-11-09T20:36:15Z", "INFO"),
        ("<34>1 2025-09-14T04:00:00.003Z host su - x", "2025-09-14T04:00:00.003Z", "DEFAULT"),
        ("INFO 2025-09-14 04:00:00,123 views 7 x", "2025-09-14T04:00:00.123Z", "INFO"),
        ("[ERROR] 2025-09-14T04:00:00.1Z 8476 x", "2025-09-14T04:00:00.100Z", "ERROR"),
        ("web-1  | 2025-09-14T04:00:00Z ERROR x", "2025-09-14T04:00:00Z", "ERROR"),
        ("Sep 14 04:00:00 host sshd[1]: x", "", "DEFAULT"),
        ("retry at 2025-09-14T04:00:00Z", "", "DEFAULT"),
        ("99/99/99 20:10:40 x", "", "DEFAULT"),
        ("java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)", "", "ERROR"),
        ("INFO gave up: java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)", "", "INFO"),
    ] {
        let (level, at) = text::guess(line);
        assert_eq!(
            (at.map(|at| at.to_string()).unwrap_or_default().as_str(), level.name()),
            (time, severity),
            "{line}"
        );
    }
}
