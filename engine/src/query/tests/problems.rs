use std::fmt::Write as _;

use super::*;

/// Wrong or doubtful queries, whose problems are in the snapshot.
const WRONG: &[&str] = &[
    // Where things stand
    "(severity=ERROR",
    "severity=ERROR)",
    "a ) b ) c",
    "()",
    "severity=()",
    "((a) AND ()",
    "severity=ERROR AND",
    "AND severity=ERROR",
    "a AND AND b",
    "OR a",
    "a OR",
    "a OR OR b",
    "a OR AND b",
    "NOT",
    "a -",
    "NOT AND a",
    "NOT NOT a",
    "severity=",
    "severity= AND a",
    "labels.x:(a OR )",
    "= x",
    "severity == ERROR",
    "severity <> ERROR",
    "severity => ERROR",
    "severity = = ERROR",
    "a && b || !c",
    "message ~ \"x\"",
    "insertId = abc:def",
    "timestamp >= 2025-09-14T00:00:00Z",
    "jsonPayload.a=b\"c\"",
    "a, b",
    "jsonPayload.a=(b=c OR d)",
    "jsonPayload.a:(b (",
    "*",
    "jsonPayload.a=*",
    // Texts
    "textPayload:\"never closed",
    "textPayload:'never closed\" AND b",
    "textPayload:\"C:\\Users\\dir\"",
    "\"\\q\" \"\\x4\" \"\\u12\" \"\\uD800\" \"\\",
    "textPayload:“curly”",
    // Names
    "serverity=ERROR",
    "Message:\"x\"",
    "message.text:x",
    "user_id=7",
    "zzz.y=7",
    "operation.thud=1",
    "httpRequest.statsu=500",
    "textPayload.thud=x",
    "httpRequest.status.x=1",
    "resource.label.zone=x",
    "jsonPayload..a=1",
    "jsonPayload.=1",
    ".a=1",
    "labels.\"\"=1",
    "\"jsonPayload\".a=1",
    "labels.\"a/b\"",
    // Values and operators
    "severity>=WARN",
    "severity=ERORR",
    "severity=(ERROR OR banana)",
    "severity=~\"ERR\"",
    "severity=NULL_VALUE",
    "timestamp>\"yesterday\"",
    "timestamp>\"2025-09-14T00:00:00\"",
    "timestamp>\"2025-09-14 00:00:00Z\"",
    "timestamp:\"2025\"",
    "httpRequest.status=5xx",
    "httpRequest.status=404.5",
    "httpRequest.status=~\"^5\"",
    "httpRequest.latency>10",
    "httpRequest.latency>\"ten\"",
    "traceSampled=yes",
    "jsonPayload=\"x\"",
    "labels=~\"x\"",
    "jsonPayload=NULL_VALUE",
    "jsonPayload.a>NULL_VALUE",
    // Regular expressions
    "message=~\"a(b\"",
    "message=~\"*a\"",
    "message=~\"\\\\d+(é[\"",
    "message=~\"(?=a)\"",
    "message=~\"(a)\\\\1\"",
    "message=~\"\\\\Qa.b\\\\E\"",
    "message=~\"{a}\"",
    "message=~\"a{,3}\"",
    "message=~\"\\\\pX\"",
    "message=~\"\\bword\"",
    "message=~(\"ok\" OR \"[z-a]\")",
    "message=~\"(\\w{500}){500}\"",
    // Functions
    "source(\"projects/p\")",
    "cast(timestamp, STRING, TIMEZONE(\"America/New_York\")) =~ \"^2023\"",
    "regexp_extract(textPayload, \"a(b)\") = \"b\"",
    "CAST(REGEXP_EXTRACT(CAST(timestamp, STRING), \"\\\\d\"), INT64) < 500",
    "logid(\"x\")",
    "frobnicate(a, b)",
    "log_id()",
    "log_id(\"a\", \"b\")",
    "log_id(\"a\"",
    "log_id(\"a\") = true",
    "ip_in_net(jsonPayload.ip, \"10.0.0.0/33\")",
    "ip_in_net(\"10.0.0.1\", \"banana\")",
    "ip_in_net(httpRequest.status, \"::/0\")",
    "sample(insertId, 2)",
    "sample(insertId, often)",
    "sample(nowhere, 0)",
    "SEARCH(word)",
    "SEARCH(\"...\")",
    "SEARCH(\"`a\")",
    "SEARCH(severity, \"x\")",
    "SEARCH(textPayload = \"x\")",
    // Several at once
    "serverity=ERROR AND httpRequest.status=many AND message=~\"(\" OR timestamp>now",
    // Doubtful
    "severity=ERROR and timeout",
    "severity=(ERROR or INFO)",
    "a OR b AND c",
    "a b OR c",
    "jsonPayload.a:(x OR y AND z)",
    "insertId = \"A\" OR \"B\"",
    "severity=ERROR OR WARNING OR CRITICAL",
    "labels.a != (x OR y)",
    "jsonPayload.user",
    "SEARCH(\"a OR b\")",
    "severity≥ERROR",
    "severity IN (ERROR)",
    "message LIKE \"foo\"",
    "jsonPayload.*=1",
    "message:\"foo*\" OR message:*foo OR jsonPayload.a=A*",
    "foo*",
    "jsonPayload.x=~\"[[a]]|(?x)b|a++\"",
    "jsonPayload.x=~\"\\\\bfoo\\\\u0041\"",
    // Neither
    "message:\"***\" AND message:\"SELECT *\" AND message=~\"foo.*\"",
    "(a OR b) AND c",
    "jsonPayload.a!=x",
    "\"and\" AND severity",
];

fn show(problems: &[Problem], text: &str) -> String {
    let mut shown = format!("{text}\n");
    for Problem { code, range, message, label, help } in problems {
        let marked = text.get(range.clone()).unwrap_or_else(|| panic!("{text}: {range:?} is no range"));
        let _ = writeln!(shown, "  {:?}[{}] {}..{} `{marked}`", code.level, code.id, range.start, range.end);
        let _ = writeln!(shown, "    {message}");
        let _ = label.iter().try_for_each(|label| writeln!(shown, "    ^ {label}"));
        let _ = help.iter().try_for_each(|help| writeln!(shown, "    help: {help}"));
    }
    shown
}

#[test]
fn every_mistake_is_named_at_its_place() {
    let mut all = String::new();
    for text in WRONG {
        let parsed = Query::parse(text);
        let has_error = parsed.problems.iter().any(|problem| problem.code.level == Level::Error);
        assert_eq!(parsed.query.is_none(), has_error, "{text}");
        all.push_str(&show(&parsed.problems, text));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn too_much_is_refused_and_not_suffered() {
    for text in ["(".repeat(10_000), format!("{}a{}", "(".repeat(9_000), ")".repeat(9_000)), "a:(".repeat(6_000)] {
        let problems = Query::parse(&text).problems;
        assert!(problems.iter().any(|problem| problem.code == &codes::TOO_DEEP), "{problems:?}");
    }
    for text in
        ["NOT ".repeat(5_000), "-".repeat(20_000), "- ".repeat(10_000), "a OR ".repeat(4_000), "x=".repeat(9_000)]
    {
        let _ = Query::parse(&text);
    }
    let fits = format!("{}a{}", "(".repeat(64), ")".repeat(64));
    assert!(Query::parse(&fits).query.is_some());
    assert!(Query::parse(&"ä".repeat(MAX_CHARACTERS)).query.is_some());
    let long = Query::parse(&"ä".repeat(MAX_CHARACTERS + 1));
    assert_eq!(long.problems[0].range, 40_000..40_002);
}
