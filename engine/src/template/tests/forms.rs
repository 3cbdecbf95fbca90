use crate::entry::{Batch, FieldPath};
use crate::redact::Redactor;

use super::super::*;

/// The template of a record, as the default pack finds messages.
fn of_record(record: &str) -> String {
    let paths = ["jsonPayload.message", "textPayload", "protoPayload.status.message", "jsonPayload.statusDetails"];
    let message = paths.map(|path| FieldPath::parse(path).unwrap());
    let mut batch = Batch::new();
    batch.push_json(record, &mut Vec::new());
    let batch = Redactor::default().batch(batch);
    let entry = batch.entries(&message).next().unwrap();
    let mut template = "what was there before".to_owned();
    of_entry(&entry, &mut template);
    template
}

fn check(cases: &[(&str, &str)]) {
    for (record, expected) in cases {
        assert_eq!(of_record(record), *expected, "{record}");
    }
}

#[test]
fn requests_go_by_method_route_and_class() {
    check(&[
        (
            r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"https://a.example/api/v1/users/17?x=1","status":503}}"#,
            "GET /api/v1/users/<*> 5xx",
        ),
        (
            r#"{"http_request":{"request_method":"get","request_url":"/api/v1/users/18/","status":"500"}}"#,
            "GET /api/v1/users/<*> 5xx",
        ),
        (r#"{"httpRequest":{"requestUrl":"https://a.example"}}"#, "request / without status"),
        (r#"{"httpRequest":{"requestMethod":"POST","requestUrl":"/cart","status":0}}"#, "POST /cart without status"),
        (
            r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"/cart","status":502},"jsonPayload":{"statusDetails":"backend_timeout"}}"#,
            "GET /cart 5xx",
        ),
        (
            r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"/cart","status":502},"textPayload":"cart 17 is empty"}"#,
            "cart <*> is empty",
        ),
        // App Engine's request log.
        (r#"{"protoPayload":{"method":"GET","resource":"/orders/17","status":404}}"#, "GET /orders/<*> 4xx"),
    ]);
}

#[test]
fn audit_entries_go_by_service_method_and_status() {
    let denied = "storage.googleapis.com storage.objects.get PERMISSION_DENIED";
    check(&[
        (
            r#"{"protoPayload":{"serviceName":"storage.googleapis.com","methodName":"storage.objects.get","status":{"code":7,"message":"a@example.com may not"}}}"#,
            denied,
        ),
        (
            r#"{"proto_payload":{"service_name":"storage.googleapis.com","method_name":"storage.objects.get","status":{"code":"7","message":"b may not"}}}"#,
            denied,
        ),
        (
            r#"{"protoPayload":{"serviceName":"storage.googleapis.com","methodName":"storage.objects.get","status":{}}}"#,
            "storage.googleapis.com storage.objects.get",
        ),
        (r#"{"protoPayload":{"methodName":"x.Get","status":{"code":99}}}"#, "x.Get code 99"),
    ]);
}

#[test]
fn entries_without_a_message_go_by_the_keys_of_their_payload() {
    check(&[
        (r#"{"severity":"ERROR"}"#, "no payload"),
        (r#"{"jsonPayload":{}}"#, "no payload"),
        (r#"{"textPayload":""}"#, "no payload"),
        (r#"{"textPayload":"  "}"#, "no payload"),
        (r#"{"jsonPayload":{"b":1,"a":{"c":2}}}"#, "payload with a, b"),
        (r#"{"jsonPayload":{"a":3,"b":4}}"#, "payload with a, b"),
        (r#"{"jsonPayload":{"user":3,"order-20251126":4,"order-20251127":5}}"#, "payload with <*>, user"),
    ]);
    // More keys than are told: in whatever order they stand.
    let keys = |from: usize| {
        let keys: Vec<String> = (0..20).map(|at| format!("\"k{}\":1", (at + from) % 20)).collect();
        of_record(&format!("{{\"jsonPayload\":{{{}}}}}", keys.join(",")))
    };
    assert!(keys(0).ends_with("k18, k19 and 8 more"), "{}", keys(0));
    assert_eq!(keys(0), keys(7));
}

#[test]
fn a_trace_counts_wherever_it_stands() {
    let trace = r"TypeError: x is 17\n    at load (/app/orders.js:3:9)\n    at run (/app/main.js:9:1)";
    let expected = "TypeError in orders.load < main.run";
    for record in [
        format!(r#"{{"textPayload":"{trace}"}}"#),
        format!(r#"{{"jsonPayload":{{"message":"{trace}"}}}}"#),
        format!(r#"{{"jsonPayload":{{"message":"order 17 failed","stack":"{trace}"}}}}"#),
        format!(r#"{{"jsonPayload":{{"message":"order 18 failed","error":{{"name":"TypeError","stack":"{trace}"}}}}}}"#),
        format!(r#"{{"jsonPayload":{{"stack_trace":"{trace}"}}}}"#),
        format!(r#"{{"jsonPayload":{{"message":"failed","exception":"{trace}"}}}}"#),
        format!(r#"{{"jsonPayload":{{"exception.stacktrace":"{trace}","exception.type":"TypeError"}}}}"#),
        format!(r#"{{"message":"failed","err":{{"stack":"{trace}"}}}}"#),
        // The type stands beside the frames.
        r#"{"jsonPayload":{"message":"failed","error":{"type":"TypeError","stack":["at load (/app/orders.js:3:9)","at run (/app/main.js:1:2)"]}}}"#
            .to_owned(),
    ] {
        assert_eq!(of_record(&record), expected, "{record}");
    }
}

#[test]
fn where_a_line_was_logged_is_not_what_went_wrong() {
    check(&[(
        r#"{"jsonPayload":{"message":"order 17 failed","stacktrace":"main.load\n\t/app/main.go:9\nmain.main\n\t/app/main.go:3"}}"#,
        "order <*> failed",
    )]);
}

#[test]
fn titles_read_like_titles() {
    for (template, expected) in [
        ("ValueError in handlers.load < main.run", "ValueError in handlers.load < main.run"),
        ("KeyError in Cache.new", "KeyError in Cache.new"),
        (
            "ActiveRecord::RecordNotFound: no order <*> in debug_exceptions.call",
            "ActiveRecord::RecordNotFound: no order … in debug_exceptions.call",
        ),
        (
            "ServiceException caused by SocketTimeoutException in AutomaticEmailFacade.sendWithSmtp < AutomaticEmailFacade.sendSingleEmail",
            "ServiceException caused by SocketTimeoutException in AutomaticEmailFacade.sendWithSmtp",
        ),
        ("GET /api/<*> 5xx", "GET /api/… 5xx"),
        ("[<*>] connection to <*> failed: <*>", "connection to … failed"),
    ] {
        assert_eq!(title(template), expected);
    }
    assert_eq!(title(&"word ".repeat(100)).chars().count(), 100);
}
