//! What sinks make of entries.

use std::io::Write;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

const ENTRY: &str = r#"{"logName":"projects/p/logs/l","insertId":"i1","timestamp":"2026-01-01T00:00:00.5Z","severity":"ERROR","jsonPayload":{"message":"payment failed? ~~~"}}"#;

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A push of this data.
fn push(data: &str) -> String {
    format!(
        r#"{{"message":{{"attributes":{{"k":"v"}},"data":"{data}","messageId":"7","message_id":"7","publishTime":"2026-01-01T00:00:01Z"}},"subscription":"projects/p/subscriptions/s"}}"#
    )
}

/// What a record that holds one entry says: its JSON, and how it is known.
fn read(record: String) -> (serde_json::Value, Option<u64>, Option<Timestamp>, LogSeverity) {
    let record = leaked(record);
    let (batch, malformed) = batch(&[record]);
    assert_eq!(malformed, [], "{record}");
    assert_eq!(batch.len(), 1, "{record}");
    let head = &batch.heads()[0];
    assert_eq!(head.shape, Shape::LogEntry, "{record}");
    (batch.record(head).to_json(), head.identity(), head.timestamp(), head.severity)
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_message_of_pub_sub_is_the_entry_that_it_holds() {
    let plain = read(ENTRY.to_owned());
    let data = BASE64_STANDARD.encode(ENTRY);
    for record in [
        push(&data),
        push(&BASE64_URL_SAFE.encode(ENTRY)),
        push(&BASE64_STANDARD_NO_PAD.encode(ENTRY)),
        push(&BASE64_STANDARD.encode(packed(ENTRY.as_bytes()))),
        format!(r#"{{"receivedMessages":[{{"ackId":"a","message":{{"data":"{data}"}}}}]}}"#),
        format!(r#"[{{"ackId":"a","message":{{"data":"{data}","messageId":"8"}},"deliveryAttempt":2}}]"#),
        format!(r#"{{"data":"{data}","messageId":"9","publishTime":"2026-01-01T00:00:01Z"}}"#),
        format!(r#"{{"data":"{data}","message_id":"9"}}"#),
        format!(r#"{{"messages":[{{"data":"{data}","messageId":"9"}}]}}"#),
        format!(r#"{{"data":{ENTRY},"messageId":"9"}}"#),
        format!(r#"{{"message":{{"data":{ENTRY},"messageId":"9"}},"subscription":"s"}}"#),
    ] {
        assert_eq!(read(record), plain);
    }
}

#[test]
fn fields_of_an_applications_own_make_no_message() {
    for record in [
        r#"{"message":{"data":"aGk="},"severity":"ERROR"}"#,
        r#"{"message":{"data":"aGk=","code":7},"subscription":"s"}"#,
        r#"{"data":"aGk=","messageId":"7","severity":"ERROR"}"#,
        r#"{"data":"aGk="}"#,
        r#"{"message":{"attributes":{},"messageId":"7"},"subscription":"s"}"#,
    ] {
        let (batch, malformed) = batch(&[record]);
        assert_eq!((batch.len(), malformed.len()), (1, 0), "{record}");
        assert_eq!(batch.heads()[0].shape, Shape::Flattened, "{record}");
        assert_eq!(batch.record(&batch.heads()[0]).to_json(), json(record));
    }
}

#[test]
fn a_message_without_an_entry_says_why() {
    let mut cut = packed(ENTRY.as_bytes());
    cut.truncate(40);
    let bomb = packed(&vec![b' '; (4 << 20) + 1]);
    let deep = format!(r#"{{"jsonPayload":{}1{}}}"#, "{\"a\":".repeat(120), "}".repeat(120));
    let records = [
        push("%%%"),
        push(""),
        push(&BASE64_STANDARD.encode("boom")),
        push(&BASE64_STANDARD.encode(r#"{"textPayload":"bo"#)),
        push(&BASE64_STANDARD.encode([0xff, 0xfe, 0x7b])),
        push(&BASE64_STANDARD.encode(cut)),
        push(&BASE64_STANDARD.encode(bomb)),
        push(&BASE64_STANDARD.encode(deep)),
        push(&BASE64_STANDARD.encode(r#"{"textPayload":7}"#)),
    ];
    let records: Vec<&'static str> = records.into_iter().map(leaked).collect();
    let (batch, malformed) = batch(&records);
    assert_eq!(batch.len(), 0);
    insta::assert_debug_snapshot!(malformed.iter().map(|m| m.reason.as_str()).collect::<Vec<_>>());
}

#[test]
fn a_delivery_that_comes_again_is_known() {
    let bare = BASE64_STANDARD.encode(r#"{"textPayload":"boom"}"#);
    let again = push(&bare).replace(r#""subscription""#, r#""deliveryAttempt":2,"subscription""#);
    let other = push(&bare).replace(r#""7""#, r#""8""#);
    let ids: Vec<_> = [push(&bare), again, other].map(|record| read(record).1).into();
    assert!(ids[0].is_some() && ids[0] == ids[1] && ids[0] != ids[2]);
}

#[test]
fn a_row_of_log_analytics_is_an_entry() {
    let expected = json(
        r#"{"insert_id":"i1","labels":{"a":"b"},"log_name":"projects/p/logs/l","receive_timestamp":"2026-01-01T00:00:01Z",
        "json_payload":{"message":"m"},"resource":{"type":"t","labels":{"service_name":"s"}},"severity":"ERROR",
        "timestamp":"2026-01-01 00:00:00.123456 UTC","http_request":{"status":500},"trace_sampled":true}"#,
    );
    let row = r#"{"insert_id":"i1","labels":LABELS,"log_id":"l","log_name":"projects/p/logs/l","receive_timestamp":"2026-01-01T00:00:01Z",
        "json_payload":"{\"message\":\"m\"}","text_payload":null,"proto_payload":null,
        "resource":{"type":"t","labels":OF_RESOURCE},"severity":"ERROR","severity_number":500,"split":null,
        "timestamp":"2026-01-01 00:00:00.123456 UTC","http_request":"{\"status\":500}","trace_sampled":"true"}"#;
    for (labels, of_resource) in [
        (r#"{"a":"b"}"#, r#"{"service_name":"s"}"#),
        (r#""{\"a\":\"b\"}""#, r#""{\"service_name\":\"s\"}""#),
        (r#"[{"key":"a","value":"b"}]"#, r#"[{"key":"service_name","value":"s"}]"#),
    ] {
        let (entry, identity, timestamp, severity) =
            read(row.replace("LABELS", labels).replace("OF_RESOURCE", of_resource));
        assert_eq!(entry, expected);
        assert_eq!(timestamp.unwrap().to_string(), "2026-01-01T00:00:00.123456Z");
        assert_eq!(severity, LogSeverity::Error);
        assert!(identity.is_some());
    }
}

#[test]
fn times_of_rows_are_read_in_all_forms_that_bigquery_writes() {
    for (text, shown) in [
        (r#""2026-01-01 00:00:00.123456 UTC""#, "2026-01-01T00:00:00.123456Z"),
        (r#""2026-01-01 00:00:00""#, "2026-01-01T00:00:00Z"),
        (r#""2026-01-01T00:00:00""#, "2026-01-01T00:00:00Z"),
        ("1767225600123456", "2026-01-01T00:00:00.123456Z"),
        (r#""1767225600123456""#, "2026-01-01T00:00:00.123456Z"),
        (r#""1767225600.123456""#, "2026-01-01T00:00:00.123456Z"),
        (r#""1.767225600123456E9""#, "2026-01-01T00:00:00.123456Z"),
        ("1767225600.5", "2026-01-01T00:00:00.500Z"),
        (r#"{"value":"2026-01-01T00:00:00.123456Z"}"#, "2026-01-01T00:00:00.123456Z"),
    ] {
        for record in [
            format!(
                r#"{{"logName":"l","insertId":"i","textPayload":"x","timestamp":{text},"receiveTimestamp":{text}}}"#
            ),
            format!(
                r#"{{"log_name":"l","log_id":"l","insert_id":"i","http_request":{{"status":500}},"receive_timestamp":{text}}}"#
            ),
        ] {
            assert_eq!(read(record).2.map(|time| time.to_string()).as_deref(), Some(shown), "{text}");
        }
    }
}

#[test]
fn payloads_of_protocol_buffers_are_what_they_were() {
    let payload = r#"{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"s","request":{"a":1},"metadata":{"b":2}}"#;
    let row = r#"{"logName":"l","insertId":"i","timestamp":"2026-01-01 00:00:00 UTC","protopayload_auditlog":{"serviceName":"s",
        "requestJson":"{\"a\":1}","metadataJson":"{\"b\":2}","responseJson":null}}"#;
    assert_eq!(read(row.to_owned()).0["protoPayload"], json(payload));

    let row = r#"{"log_name":"l","insert_id":"i","proto_payload":{"type":"type.googleapis.com/google.cloud.audit.AuditLog",
        "audit_log":{"service_name":"s","request":{"a":1},"response":null},"request_log":null}}"#;
    let payload = r#"{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","service_name":"s","request":{"a":1}}"#;
    assert_eq!(read(row.to_owned()).0["proto_payload"], json(payload));

    let row = r#"{"logName":"l","insertId":"i","jsonPayload_v1beta1_actionlog":{"message":"m"}}"#;
    assert_eq!(read(row.to_owned()).0["jsonPayload"], json(r#"{"message":"m"}"#));
}

#[test]
fn the_severity_of_a_row_may_be_its_number() {
    let row = r#"{"log_name":"l","insert_id":"i","severity_number":400,"text_payload":"x"}"#;
    assert_eq!(read(row.to_owned()).3, LogSeverity::Warning);
    // Where nothing is a row's, these are names like others, and so are lists.
    with_entry(r#"{"message":{"a":"m"},"labels":[{"key":"a","value":"b"}]}"#, |entry| {
        assert_eq!(entry.shape(), Shape::Flattened);
        assert!(entry.field(Field::Labels).is_none());
    });
    with_entry(r#"{"message":"m","log_id":"l","severity_number":400}"#, |entry| {
        assert_eq!(entry.shape(), Shape::Flattened);
        let path = FieldPath::parse("jsonPayload.log_id").unwrap();
        assert_eq!(entry.first_text(&path), Some("l"));
    });
}

#[test]
fn what_no_tool_writes_stays_malformed() {
    let (batch, malformed) = batch(&[
        r#"{"textPayload":"x","labels":"none"}"#,
        r#"{"textPayload":"x","labels":[{"key":"a"},7]}"#,
        r#"{"jsonPayload":"[1]"}"#,
        r#"{"jsonPayload":"{\"a\":"}"#,
        r#"{"textPayload":"x","timestamp":"now"}"#,
    ]);
    assert_eq!((batch.len(), malformed.len()), (0, 5));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(512))]
    /// Whatever a message holds, it is one record, and what is not read of it leaves nothing behind.
    #[test]
    fn any_data_is_an_entry_or_says_why(data in "[A-Za-z0-9+/=_-]{0,40}|\\PC{0,12}", raw in "\\{\"(textPayload|message|labels)\":[\\[\\]{}\"a,:0-9]{0,12}\\}?") {
        for data in [data.clone(), raw.clone(), BASE64_STANDARD.encode(&raw), BASE64_STANDARD.encode(packed(raw.as_bytes()))] {
            let message = serde_json::json!({ "message": { "data": data, "messageId": "7" }, "subscription": "s" });
            let record = message.to_string();
            let (mut batch, mut malformed) = (Batch::new(), Vec::new());
            batch.push_json(&record, &mut malformed);
            proptest::prop_assert_eq!(batch.len() + malformed.len(), 1);
            let mut whole = Batch::new();
            proptest::prop_assert_eq!(whole.push_whole_json(&record).is_ok(), batch.len() == 1);
            proptest::prop_assert!(batch.len() == 1 || whole.tape.nodes.is_empty());
        }
    }
}
