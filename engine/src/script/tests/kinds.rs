//! What is known of values: scripts that are right are not complained of.

use super::*;

/// The problems of a script, `code: message`.
fn problems(text: &str) -> Vec<String> {
    let source = ScriptSource { name: "policy/a.rhai", text, is_inline: false };
    let (_, problems) = crate::judge::sandbox(Limits::default()).compile(&[source]);
    problems.into_iter().map(|(_, problem)| format!("{}: {}", problem.code.id, problem.message)).collect()
}

#[test]
fn right_scripts_have_no_problems() {
    for body in [
        "let x = 0; while x == 0 || x == \"a\" { if x == \"a\" { break; } x = \"a\"; }",
        "let x = (); for n in [1, 2] { if x == n { break; } x = n; }",
        "let x = 0; do { x = \"a\"; } while x != \"a\"; x == \"a\"",
        "let x = if cluster.count > 1 { 1 } else { \"a\" }; x == \"a\"",
        "let x = 1; let f = || x = \"a\"; f.call(); x == \"a\"",
        "cluster.previous == () || cluster.top(\"x\") == \"a\" || cluster.top(\"x\") == ()",
        "cluster.count == 3.0 && cluster.rate_per_hour > 3 && cluster.severity == \"P1\" && cluster.declared == \"\"",
        "cluster.log_severity == \"ERROR\" && cluster.severity < \"P2\" && cluster.title > \"a\"",
        "let s = cluster.title + cluster.count; s.contains(\"x\") && s.len() > 3 && cluster.title.sub_string(1, 2) == \"a\"",
        "max(cluster.count, cluster.rate_per_hour) > 3.5 && cluster.tags.contains(\"x\") && \"x\" in cluster.tags",
        "cluster.tags.filter(|tag| tag.starts_with(\"a\")).map(|tag| tag.len()).len() > 0",
        "cluster.severity in [\"P0\", \"P1\"] && cluster.log_severities.ERROR > 0",
        "let m = #{ a: 1 }; m.a == \"x\" || m.len() > 2 || m.keys().contains(\"a\")",
        "type_of(cluster.count) == \"i64\" && cluster.count.to_string() == \"3\" && `${cluster.count}`.len() > 1",
        "(cluster.count * 2).max(3) + cluster.count.min(2) > 3 && (cluster.rate_per_hour).round() > 2.0",
        "cluster.note(`n ${cluster.count}`); cluster.note(cluster.title); note(cluster, \"x\");",
    ] {
        assert_eq!(problems(&format!("fn severity(cluster) {{ {body}; () }}")), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn what_can_never_be_meant_is_told() {
    for (body, told) in [
        (
            "let w = cluster.metrics.waited_s.max; if w >= \"9\" { }",
            "a number is compared with a text: this never holds",
        ),
        ("if cluster.metrics.waited_s.max >= \"9\" { }", "a number is compared with a text: this never holds"),
        ("if cluster.log_severities.ERROR == \"3\" { }", "a number is compared with a text: they are never equal"),
        ("if cluster.count { }", "`count`, a number, is no condition: that is true or false"),
        ("while cluster.title { }", "`title`, a text, is no condition: that is true or false"),
        ("cluster.count > 3 && cluster.tags", "`tags`, a list, is no condition: that is true or false"),
        ("let x = cluster.count - \"a\";", "`-` is there for numbers, and this is a text"),
        ("let x = cluster.title * 2;", "`*` is there for numbers, and this is a text"),
        ("cluster.severity >= \"P2\"", "`P0` is the most urgent severity, and the least by its letters"),
    ] {
        let problems = problems(&format!("fn severity(cluster) {{ {body}; () }}"));
        assert!(problems.iter().any(|problem| problem.ends_with(told)), "{body}: {problems:?}");
        assert_eq!(problems.len(), 1, "{body}: {problems:?}");
    }
}
