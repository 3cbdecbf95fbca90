use proptest::prelude::*;

use super::*;
use crate::query::tests::properties::{record, sound_query};
use crate::query::tests::{query, with_entry};

const RECORD: &str = r#"{
    "severity": "WARNING", "timestamp": "2025-09-14T04:54:36Z", "logName": "projects/p/logs/stdout",
    "httpRequest": {"status": 503, "latency": "1.5s"}, "labels": {"line": "118"},
    "jsonPayload": {"message": "connection to the billing database timed out after 30 s", "user": "***@example.com",
        "detail": "pool exhausted", "list": ["a", "b", "c", "d", {"x": 1}], "nothing": null, "deep": {"key": 7}}
}"#;

/// A trace as lines: its verdict, its text, what was found, what may help.
fn lines(trace: &Trace, depth: usize, out: &mut String) {
    let mark = if trace.holds { '+' } else { '-' };
    out.push_str(&format!("{:1$}{mark} {2:?} {3}", "", depth * 2, trace.kind, trace.text));
    if let Some(found) = &trace.found {
        let values: Vec<String> = found.values.iter().map(|value| format!("{:?} {}", value.kind, value.text)).collect();
        out.push_str(&format!("   | {} is {}", found.path, values.join(" / ")));
        if found.more > 0 {
            out.push_str(&format!(" +{}", found.more));
        }
    }
    if !trace.holds {
        out.push_str(&format!("   | {:.2}", trace.nearness));
    }
    if let Some(hint) = &trace.hint {
        out.push_str(&format!("   | {hint}"));
    }
    out.push('\n');
    for part in &trace.parts {
        lines(part, depth + 1, out);
    }
}

fn shown(text: &str) -> String {
    let mut out = String::new();
    with_entry(RECORD, |entry| lines(&query(text).trace(entry), 0, &mut out));
    out
}

#[test]
fn a_trace_says_what_the_entry_has() {
    let queries = [
        "",
        "severity>=ERROR AND message:\"timed out\"",
        "severity=(ERROR OR CRITICAL)",
        "severity=(ERROR OR WARNING) AND NOT httpRequest.status>=500",
        "message:(\"timed out\" AND \"refused\")",
        "message:\"connexion to the biling database\"",
        "message:\"database connection timed out\"",
        "message:\"pool exhausted\"",
        "message=\"timed out\"",
        "message=~\"Connection to .* timed\"",
        "message=~\"connection to the billing database (refused|reset)\"",
        "message!~\"timed\"",
        "jsonPayload.usr:example",
        "jsonPayload.nothing:x OR jsonPayload.deep.key>100 OR jsonPayload.absent=1",
        "jsonPayload.list=z",
        "jsonPayload.deep:q",
        "httpRequest.status=500 httpRequest.latency>\"2s\" httpRequest.requestMethod=POST",
        "httpRequest.requestMethod!=POST",
        "labels.line>=200",
        "timestamp>=\"2025-09-15\"",
        "log_id(\"stderr\")",
        "SEARCH(\"billing refund\") OR SEARCH(message, \"refund\")",
        "\"refund failed\"",
        "ip_in_net(jsonPayload.detail, \"10.0.0.0/8\")",
    ];
    let all: Vec<String> = queries.iter().map(|text| format!("{text}\n{}", shown(text))).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn the_first_test_that_fails_is_the_one_to_blame() {
    let blamed =
        |text: &str| with_entry(RECORD, |entry| query(text).trace(entry).failure().map(|failure| failure.text.clone()));
    for (text, expected) in [
        ("severity>=WARNING AND message:timed", None),
        ("severity>=WARNING AND message:refused AND labels.line=1", Some("message:refused")),
        ("severity>=WARNING AND (message:refused OR labels.line=1)", Some("message:refused OR labels.line=1")),
        (
            "message:timed AND NOT (severity=WARNING AND labels.line=118)",
            Some("NOT (severity=WARNING AND labels.line=118)"),
        ),
        ("message:(timed AND refused)", Some("message:refused")),
    ] {
        assert_eq!(blamed(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn what_nearly_holds_is_nearer_than_what_does_not() {
    let ratio = |text: &str| with_entry(RECORD, |entry| query(text).trace(entry).share().ratio());
    for (nearer, farther) in [
        ("severity>=ERROR", "severity>=EMERGENCY"),
        ("message:\"billing databse\"", "message:\"invoice printed\""),
        ("message:\"database connection timed out\"", "message:\"database migration finished\""),
        ("httpRequest.status=504", "httpRequest.status=200"),
        ("message=~\"connection to \\\\w+ refused\"", "message=~\"refused by \\\\w+\""),
        ("message=~\"CONNECTION\"", "message=~\"REFUSED\""),
        ("message:timed AND severity>=ERROR", "message:refused AND severity>=ERROR"),
        ("message:\"pool exhausted\"", "message:\"quota exhausted\""),
        ("message:x1 OR (severity=WARNING AND message:x1)", "message:x1 OR message:x2"),
    ] {
        assert!(ratio(nearer) > ratio(farther), "{nearer} {} and {farther} {}", ratio(nearer), ratio(farther));
    }
    assert!((ratio("severity=WARNING AND message:timed") - 1.0).abs() < 1e-9);
}

#[test]
fn what_is_shown_of_an_entry_is_bounded() {
    let long = "word ".repeat(100_000);
    let keys: Vec<String> = (0..5_000).map(|n| format!("\"key{n}\":\"{n}\"")).collect();
    let record = format!(
        r#"{{"jsonPayload":{{"message":"{long} needle {long}","map":{{{}}},"list":[{}"x"]}}}}"#,
        keys.join(","),
        "\"needle\",".repeat(5_000)
    );
    with_entry(&record, |entry| {
        for text in [
            "message:needle",
            "message=~\"ne+dle\"",
            "jsonPayload.map:needle",
            "jsonPayload.list:other",
            "message:other",
        ] {
            let trace = query(text).trace(entry);
            let found = trace.found.as_ref().unwrap();
            let size: usize = found.values.iter().map(|value| value.text.len()).sum();
            assert!(size < 1_000 && trace.hint.as_ref().is_none_or(|hint| hint.len() < 300), "{text}: {size}");
            assert_eq!(
                text.starts_with("message") && trace.holds,
                size > 0 && found.values[0].text.contains(" needle "),
                "{text}"
            );
        }
    });
}

#[test]
fn what_fails_is_measured_by_the_beginning_of_a_text() {
    let filler = "word ".repeat(2_000);
    let near = |before: &str, text: &str| {
        let record =
            format!(r#"{{"jsonPayload":{{"message":"{before}marker=12 reset","other":"{before}quota gone"}}}}"#);
        with_entry(&record, |entry| {
            let trace = query(text).trace(entry);
            (trace.nearness > 0.3, trace.hint.is_some())
        })
    };
    for text in [r#"message=~"marker=\\d+ refused""#, "message:\"quota gone\""] {
        assert_eq!(near("", text), (true, true), "{text}");
        // Beyond the beginning it is not looked for: a text of megabytes is held against all definitions.
        assert_eq!(near(&filler, text), (false, false), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

    #[test]
    fn a_trace_and_the_query_agree(text in sound_query(), record in record()) {
        let Some(query) = Query::parse(&text).query else { return Ok(()) };
        with_entry(&record, |entry| {
            let trace = query.trace(entry);
            assert_eq!(trace.holds, query.matches(entry), "{text}");
            assert_eq!(trace.text, query.to_string());
            assert_whole(&trace);
        });
    }
}

/// Each part's verdict is what its own parts make it, and its measures are within their bounds.
fn assert_whole(trace: &Trace) {
    let mut parts = trace.parts.iter().map(|part| part.holds);
    let holds = match trace.kind {
        TraceKind::All => parts.all(|holds| holds),
        TraceKind::Any => parts.any(|holds| holds),
        TraceKind::Not => !parts.all(|holds| holds),
        TraceKind::Test => trace.holds,
    };
    assert_eq!(trace.holds, holds, "{}", trace.text);
    assert_eq!(trace.failure().is_none(), trace.holds, "{}", trace.text);
    let share = trace.share();
    assert!(share.held <= share.total && (0.0..=1.0).contains(&trace.nearness), "{} {share:?}", trace.text);
    assert_eq!(trace.holds, trace.nearness >= 1.0, "{} {}", trace.text, trace.nearness);
    assert_eq!(trace.holds, share.held == share.total, "{} {share:?}", trace.text);
    assert!((0.0..=1.0).contains(&share.ratio()), "{} {share:?}", trace.text);
    trace.parts.iter().for_each(assert_whole);
}
