//! Which queries hold wherever others do.

use proptest::prelude::*;

use super::*;

fn covers(wide: &str, narrow: &str) -> bool {
    query(wide).covers(&query(narrow))
}

#[test]
fn what_follows_is_found() {
    for (wide, narrow) in [
        ("severity>=ERROR", "severity>=ERROR"),
        ("severity>=ERROR", "severity>=ERROR message:\"db\""),
        ("severity>=ERROR", "severity>=CRITICAL AND message:\"db\""),
        ("severity>=ERROR", "severity>=error AND message:\"zz\""),
        ("severity>=ERROR", "(severity>=ERROR) AND message:\"yy\""),
        ("severity>=ERROR", "severity=(CRITICAL OR ALERT)"),
        ("severity>=ERROR", "severity>499"),
        ("severity!=INFO", "severity>=WARNING"),
        ("severity>=DEFAULT", "message:\"x\""),
        ("severity>=DEFAULT AND message:\"x\"", "message:\"x\""),
        ("message:\"conn\"", "message:\"connection refused\""),
        ("message:CONN", "message=\"Connection refused\""),
        ("message:\"conn\"", "message=~\"connection (refused|reset)\""),
        ("message:\"a\" OR message:\"b\"", "message:\"b\""),
        ("message:(\"a\" OR \"b\")", "message:\"xbx\""),
        ("message:\"a\" OR message:\"b\"", "message:(\"b\" OR \"a\")"),
        ("message:*", "message:\"a\""),
        ("message:\"a\"", "message:\"a\" AND (labels.x=\"1\" OR labels.x=\"2\")"),
        ("NOT severity>=ERROR", "NOT severity>=INFO"),
        ("httpRequest.status>=400", "httpRequest.status>=500"),
        ("httpRequest.status>=400", "httpRequest.status=503"),
        ("httpRequest.status!=200", "httpRequest.status>=500"),
        ("jsonPayload.code>=400", "jsonPayload.code>=500"),
        ("jsonPayload.code=\"E1\"", "jsonPayload.code=e1 AND message:\"x\""),
        ("jsonPayload.code:\"E\"", "jsonPayload.code=\"E1\""),
        ("httpRequest.latency>\"1s\"", "httpRequest.latency>\"1500ms\""),
        ("timestamp>=\"2025-01-01\"", "timestamp>\"2025-02-01\""),
        ("log_id(\"A/b\")", "log_id(\"a/b\") AND severity=INFO"),
        ("ip_in_net(httpRequest.remoteIp, \"10.0.0.0/8\")", "ip_in_net(httpRequest.remoteIp, \"10.1.0.0/16\")"),
        ("SEARCH(\"disk\")", "SEARCH(\"disk full\")"),
        ("\"pan\"", "\"panic\""),
        ("-- all\nseverity>=ERROR", "severity>=ERROR\nmessage:\"a\" -- this\n"),
    ] {
        assert!(covers(wide, narrow), "{wide} covers {narrow}");
    }
}

#[test]
fn what_does_not_follow_is_not_found() {
    for (wide, narrow) in [
        ("severity>=CRITICAL", "severity>=ERROR"),
        ("message:\"connection refused\"", "message:\"conn\""),
        ("message:\"a\" AND message:\"b\"", "message:\"a\""),
        ("message:\"a\"", "message:\"a\" OR message:\"b\""),
        ("message=\"conn\"", "message:\"conn\""),
        ("message=~\"conn\"", "message:\"conn\""),
        ("textPayload:\"a\"", "message:\"a\""),
        ("NOT severity>=INFO", "NOT severity>=ERROR"),
        ("httpRequest.status>=0 AND httpRequest.status<500", "httpRequest.status>=400"),
        // An entry without a status has the status 0.
        ("httpRequest.status<500", "httpRequest.requestUrl:\"/\""),
        // 500 is text in one payload and a number in the next.
        ("jsonPayload.code:\"5\"", "jsonPayload.code=500"),
        ("jsonPayload.code:\"5\"", "jsonPayload.code:\"500\""),
        // `:` holds for a key of an object only if it is equal.
        ("jsonPayload.a:\"conn\"", "jsonPayload.a:\"connection\""),
        ("jsonPayload.wait>\"1\"", "jsonPayload.wait>\"10s\""),
        ("severity:*", "severity>=DEFAULT"),
        ("ip_in_net(httpRequest.remoteIp, \"10.1.0.0/16\")", "ip_in_net(httpRequest.remoteIp, \"10.0.0.0/8\")"),
        ("SEARCH(\"disk full\")", "SEARCH(\"disk\")"),
        ("SEARCH(\"dis\")", "SEARCH(\"disk\")"),
    ] {
        assert!(!covers(wide, narrow), "{wide} does not surely cover {narrow}");
    }
}

#[test]
fn much_nesting_takes_no_long() {
    let mut wide = "message:\"a\"".to_owned();
    let mut narrow = "message:\"b\"".to_owned();
    for n in 0..30 {
        wide = format!("({wide} OR (message:\"x{n}\" AND message:\"y{n}\"))");
        narrow = format!("({narrow} AND (message:\"z{n}\" OR message:\"w{n}\"))");
    }
    assert!(!covers(&wide, &narrow));
}

/// Comparisons that have much to do with each other.
fn comparison() -> impl Strategy<Value = String> {
    let op = || proptest::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let has = || proptest::sample::select(vec![":", "=", "!=", "<", ">=", "=~"]);
    let text = || proptest::sample::select(vec!["a", "ab", "AB", "abb", "b", "5", "50", "true", "1s", "500ms"]);
    prop_oneof![
        (op(), 0..4_u32).prop_map(|(op, n)| format!("httpRequest.status{op}{n}")),
        (op(), proptest::sample::select(vec!["DEFAULT", "INFO", "WARNING", "ERROR"]))
            .prop_map(|(op, name)| format!("severity{op}{name}")),
        (op(), proptest::sample::select(vec!["0s", "1s", "1500ms"]))
            .prop_map(|(op, length)| format!("httpRequest.latency{op}\"{length}\"")),
        (op(), any::<bool>()).prop_map(|(op, value)| format!("httpRequest.cacheHit{op}{value}")),
        (has(), text()).prop_map(|(op, text)| format!("message{op}\"{text}\"")),
        (has(), text()).prop_map(|(op, text)| format!("jsonPayload.a{op}\"{text}\"")),
        (has(), text()).prop_map(|(op, text)| format!("httpRequest.userAgent{op}\"{text}\"")),
        Just("jsonPayload.a:*".to_owned()),
        Just("severity:*".to_owned()),
        Just("jsonPayload.a=NULL_VALUE".to_owned()),
        text().prop_map(|text| format!("\"{text}\"")),
        text().prop_map(|text| format!("SEARCH(\"{text}\")")),
    ]
}

fn related_query() -> impl Strategy<Value = String> {
    comparison().prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            inner.prop_map(|one| format!("NOT ({one})")),
        ]
    })
}

fn scalar() -> impl Strategy<Value = serde_json::Value> {
    proptest::sample::select(vec![
        serde_json::json!("a"),
        serde_json::json!("ab"),
        serde_json::json!("xABBx"),
        serde_json::json!("5"),
        serde_json::json!("700ms"),
        serde_json::json!(5),
        serde_json::json!(50.0),
        serde_json::json!(0.5),
        serde_json::json!(true),
        serde_json::Value::Null,
        serde_json::json!({"ab": "x"}),
        serde_json::json!({"x": "abb"}),
        serde_json::json!(["b", 5, null]),
        serde_json::json!([]),
    ])
}

fn related_record() -> impl Strategy<Value = String> {
    let status = proptest::option::of(0..4_u32);
    let severity = proptest::option::of(proptest::sample::select(vec!["DEFAULT", "INFO", "WARNING", "ALERT"]));
    let latency = proptest::option::of(proptest::sample::select(vec!["0s", "1.2s", "2s"]));
    let cached = proptest::option::of(any::<bool>());
    let payload = proptest::option::of(scalar());
    let agent = proptest::option::of(proptest::sample::select(vec!["a", "AbB", "b 5"]));
    (status, severity, latency, cached, payload, agent).prop_map(
        |(status, severity, latency, cached, payload, agent)| {
            let mut record = serde_json::json!({"jsonPayload": {"message": "Ab a"}, "httpRequest": {}});
            if let Some(severity) = severity {
                record["severity"] = severity.into();
            }
            let fields = [
                ("status", status.map(Into::into)),
                ("latency", latency.map(Into::into)),
                ("cacheHit", cached.map(Into::into)),
                ("userAgent", agent.map(Into::into)),
            ];
            for (name, value) in fields {
                if let Some(value) = value {
                    record["httpRequest"][name] = value;
                }
            }
            if let Some(payload) = payload {
                record["jsonPayload"]["a"] = payload;
            }
            record.to_string()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6_000) })]

    #[test]
    fn no_entry_gets_past_a_query_that_covers(
        narrow in related_query(),
        wide in related_query(),
        records in proptest::collection::vec(related_record(), 8),
    ) {
        let (Some(narrow), Some(wide)) = (Query::parse(&narrow).query, Query::parse(&wide).query) else { return Ok(()) };
        let is_never = crate::query::cover::is_never(&narrow.test);
        prop_assert!(is_never || narrow.covers(&narrow), "{}", narrow.text());
        let is_wide = wide.covers(&narrow);
        for record in records.iter().filter(|_| is_wide || is_never) {
            with_entry(record, |entry| {
                assert!(!is_never || !narrow.matches(entry), "{} matches {record}", narrow.text());
                if !is_wide {
                    return;
                }
                assert!(!narrow.matches(entry) || wide.matches(entry), "{} / {}: {record}", wide.text(), narrow.text());
            });
        }
    }
}
