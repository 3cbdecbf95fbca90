//! Every format of the example's report, of none, of very many, and of a hostile one.

mod fixture;
mod issue;
mod memory;
mod restraint;
mod results;
mod templates;

use pulldown_cmark::{Event, Options, Parser, Tag};
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::report::{ClusterDeploy, Conservation, Deploy, DeployKind, IgnoredCount, MalformedQuote, Origin, Totals};
use crate::severity::Severity;
use crate::tally::Sample;

const ESC: char = '\u{1b}';

fn rendered(text: &str) -> Result<String, TemplateFailure> {
    worklog(&fixture::example(), &Template { name: "templates/worklog.md.j2", text })
}

#[test]
fn the_example_is_a_worklog() {
    insta::assert_snapshot!(worklog(&fixture::example(), &Template::DEFAULT).unwrap());
}

#[test]
fn the_example_is_json() {
    let text = json(&fixture::example());
    let back: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(back, serde_json::to_value(fixture::example()).unwrap());
    insta::assert_snapshot!(text);
}

#[test]
fn tables_fit_their_terminals() {
    let mut report = fixture::example();
    report.clusters[3].origin = Origin::Template;
    report.clusters[4].policy_failed = true;
    let mut all = String::new();
    for (width, colour, ascii) in
        [(80, false, false), (80, true, false), (40, false, false), (160, false, false), (100, false, true)]
    {
        let text = table(&report, &TableStyle { width, colour, ascii });
        all.push_str(&format!("== {width} columns, colour: {colour}, ascii: {ascii}\n{text}\n"));
        assert!(colour || text.lines().all(|line| line.width() <= width), "{text}");
        assert_eq!(text.contains(ESC), colour);
        assert!(!ascii || text.is_ascii(), "{text}");
    }
    insta::assert_snapshot!(all.replace(ESC, "␛"));
}

#[test]
fn nothing_reads_well() {
    let report = fixture::empty();
    let mut quiet = fixture::empty();
    quiet.entries = Conservation { read: 3, routine: 2, ignored: 1, ..Conservation::default() };
    quiet.ignored = vec![IgnoredCount {
        id: "health".to_owned(),
        reason: "probes | of the load balancer".to_owned(),
        count: 1,
        ..IgnoredCount::default()
    }];
    let text = worklog(&report, &Template::DEFAULT).unwrap();
    let quiet = worklog(&quiet, &Template::DEFAULT).unwrap();
    insta::assert_snapshot!(format!("{text}\n=====\n{quiet}\n=====\n{}", table(&report, &TableStyle::default())));
}

#[test]
fn very_many_clusters_are_all_accounted_for() {
    let mut report = fixture::empty();
    *report.clusters = (0..1200)
        .map(|n| fixture::cluster(&format!("cluster-{n}"), &format!("Trouble | {n}"), Severity::P3, 7))
        .collect();
    report.totals = Totals { clusters: 1200, none: 1200, ..Totals::default() };
    let text = worklog(&report, &Template::DEFAULT).unwrap();
    assert!(text.len() < 400_000, "{}", text.len());
    assert_eq!(text.matches("\n### ").count(), 50 + 1 + 50);
    assert!(text.contains("\n| 51 | P3 | 7 | Trouble \\| 50 |"), "a cell cannot be ended");
    assert!(text.contains("Trouble | 49"), "nothing is escaped where there is no table");
    assert!(text.contains("And 150 more clusters with 1,050 occurrences"));
    let more = vec![report.clusters[0].clone(); 5000].into();
    assert!(worklog(&Report { clusters: more, ..report.clone() }, &Template::DEFAULT).is_ok(), "fuel is enough");
    let text = table(&report, &TableStyle::default());
    assert!(text.contains("and 700 more clusters with 4,900 entries"));
}

/// A stranger's text that wants to be more than that.
const EVIL: &str = "*a*\n# <img src=x onerror=alert(1)>\u{202e}@octocat fixes #1 | ```\n~~~ \u{1b}[2J\u{85}\u{2028}<!-- [x](javascript:1) https://evil.example &lt;\\";

fn spoilt(sample: &Sample) -> Sample {
    let mut json = sample.json().into_owned();
    json[EVIL] = serde_json::Value::from(EVIL);
    Sample::new(json)
}

/// A report with strangers' text wherever text can be.
fn hostile() -> Report {
    let evil = || EVIL.to_owned();
    let mut report = fixture::example();
    for cluster in &mut report.clusters {
        for text in [&mut cluster.id, &mut cluster.title, &mut cluster.pattern, &mut cluster.action.reason] {
            *text = evil();
        }
        cluster.group.insert(evil(), evil());
        cluster.kind = Some(evil());
        cluster.reasons = vec![evil()];
        cluster.follow_up = Some(evil());
        cluster.related = vec![evil()];
        cluster.impact.technical = Some(evil());
        if let Some(issue) = &mut cluster.action.issue {
            issue.title = evil();
            issue.url = Some(format!("https://x/)<script>{EVIL}"));
        }
        if let Some(recommendation) = &mut cluster.recommendation {
            recommendation.title = evil();
        }
        cluster.samples = cluster.samples.iter().map(spoilt).collect();
        cluster.facets = std::mem::take(&mut cluster.facets).into_values().map(|facet| (evil(), facet)).collect();
        for facet in cluster.facets.values_mut() {
            facet.values[0].value = evil();
        }
        cluster.deploy = Some(Box::new(ClusterDeploy {
            kind: DeployKind::RateRose,
            text: evil(),
            field: evil(),
            value: evil(),
            began: report.generated,
            after_seconds: None,
            rate_before: 1.0,
            rate_after: 2.0,
        }));
    }
    report.clusters[1].origin = Origin::Template;
    report.deploys = vec![Deploy {
        field: evil(),
        label: evil(),
        value: evil(),
        count: 1,
        first_seen: Some(report.generated),
        last_seen: Some(report.generated),
        is_new: true,
        began: Some(report.generated),
        clusters_began: 1,
        clusters_rose: 1,
        clusters_fell: 0,
    }];
    report.source.service = Some(evil());
    report.ignored = vec![IgnoredCount { id: evil(), reason: evil(), count: 1, ..IgnoredCount::default() }];
    report.malformed = vec![MalformedQuote { file: evil(), line: 1, reason: evil(), quote: evil() }];
    report.notes = vec![evil()];
    report.redactions.insert(evil(), 1);
    report.severities[0].mark = evil();
    report
}

/// What a Markdown parser sees of a document, without its text.
fn structure(document: &str) -> Vec<String> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    Parser::new_ext(document, options)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { .. }) => Some("link".to_owned()),
            Event::Start(tag) => Some(format!("{tag:?}")),
            Event::Html(_) | Event::InlineHtml(_) => Some("html".to_owned()),
            Event::Rule => Some("rule".to_owned()),
            _ => None,
        })
        .collect()
}

#[test]
fn strangers_cannot_change_the_structure_of_a_worklog() {
    let hostile = worklog(&hostile(), &Template::DEFAULT).unwrap();
    let mut harmless = self::hostile();
    // The same report with a harmless text in each place: it has to come to the same structure.
    let text = serde_json::to_string(&harmless).unwrap();
    assert!(text.contains("octocat"));
    for cluster in &mut harmless.clusters {
        cluster.title = "text".to_owned();
        cluster.pattern = "text".to_owned();
        cluster.kind = Some("text".to_owned());
        cluster.group = [("key".to_owned(), "text".to_owned())].into();
        cluster.reasons = vec!["text".to_owned()];
        cluster.impact.technical = Some("text".to_owned());
        cluster.follow_up = Some("text".to_owned());
        cluster.action.reason = "text".to_owned();
    }
    harmless.notes = vec!["text".to_owned()];
    harmless.source.service = Some("text".to_owned());
    assert_eq!(structure(&hostile), structure(&worklog(&harmless, &Template::DEFAULT).unwrap()));
    assert!(!structure(&hostile).contains(&"html".to_owned()));
    assert!(!hostile.contains("@octocat fixes #1 | ``` ⏎ ~~~\n"));
    assert!(hostile.chars().all(|c| c == '\n' || !neutral::is_hidden(c)));
    insta::assert_snapshot!(&hostile[hostile.find("## Appendix").unwrap()..]);
}

#[test]
fn strangers_cannot_steer_a_terminal() {
    let report = hostile();
    for style in [TableStyle::default(), TableStyle { width: 33, ..TableStyle::default() }] {
        let text = table(&report, &style);
        assert!(text.chars().all(|c| c == '\n' || !neutral::is_hidden(c)));
        assert!(text.lines().all(|line| line.width() <= style.width), "{text}");
    }
    let text = json(&report);
    assert!(text.chars().all(|c| c == '\n' || !neutral::is_hidden(c)));
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&text).unwrap(),
        serde_json::to_value(&report).unwrap(),
        "escaped and still the same"
    );
}

#[test]
fn packs_can_replace_a_block_of_the_default() {
    let text =
        rendered("{% extends 'default/worklog.md.j2' %}{% block title %}\n# Ours, {{ date }}\n{% endblock %}").unwrap();
    assert!(text.starts_with("# Ours, 2025-09-14\n\n**Generated:**"), "{text}");
    assert!(text.contains("### 🔴 CLUSTER 1: Golden Path"));
}

#[test]
fn templates_see_the_report_and_the_filters() {
    for (template, expected) in [
        ("{{ report.clusters[4].samples[0].labels.line }}", "1706"),
        (
            "{{ report.clusters[4].samples[0].labels|json|fence }}",
            "```\n{\n  \"function\": \"callHandlers\",\n  \"line\": \"1706\",\n  \"module\": \"logging\"\n}\n```",
        ),
        ("{{ report.clusters[2].timeline|sparkline(4) }}", "▃▇▁█"),
        ("{{ report.clusters[0].severity|mark }} {{ 'P3'|label }}", "🔴 Moderate"),
        (
            "{{ 1234567|number }} {{ 0.123456|number }} {{ 0.5 }} {{ 90|duration }}",
            "1,234,567 0.1235 0.5 1 minute 30 seconds",
        ),
        ("{{ 2|plural('entry', 'entries') }} {{ 1|plural('entry', 'entries') }}", "2 entries 1 entry"),
        (
            "{{ report.generated|moment }} {{ report.generated|time_of_day }} {{ none|moment }}",
            "2025-09-14 04:55:00 04:55",
        ),
        ("{{ '<b>'|link('https://x.org') }} {{ 'x'|link('javascript:x') }}", "[&lt;b>](https://x.org) x"),
        ("{{ 'abcdef'|short(3) }} {{ 'a`b'|code_span }}", "ab… ``a`b``"),
        ("{% set x %}{{ '*' }}{% endset %}{{ x }}{{ x ~ '*' }}{{ '*'|e }}{{ '*'|md }}", "\\*\\*\\*\\*\\*"),
        ("{% autoescape false %}{{ '<b>' }}{% set x %}<i>{% endset %}{{ x }}{% endautoescape %}", "&lt;b>&lt;i>"),
    ] {
        assert_eq!(rendered(template).unwrap(), format!("{expected}\n"), "{template}");
    }
}

#[test]
fn failures_of_templates_say_where_and_what() {
    for (template, expected) in [
        ("\n\n{{ report.cluster }}", "templates/worklog.md.j2:3: `report.cluster` has no value here"),
        (
            "{% for x in report.clusters %}\n{{ x.title|nope }}\n{% endfor %}",
            "templates/worklog.md.j2:2: filter nope is unknown",
        ),
        ("a\n{% if %}", "templates/worklog.md.j2:2: unexpected end of block"),
        (
            "{% include '/etc/passwd' %}",
            "templates/worklog.md.j2:1: tried to include non-existing template `/etc/passwd`",
        ),
        ("{{ 'x'|safe }}", "templates/worklog.md.j2:1: filter safe is unknown"),
        (
            "{% for a in range(99999) %}{% for b in range(99999) %}{{ b }}{% endfor %}{% endfor %}",
            "templates/worklog.md.j2:1: takes too many steps",
        ),
        (
            "{{ 'yesterday'|moment }}",
            "templates/worklog.md.j2:1: invalid operation: expected a time such as `2025-09-14T04:55:00Z`",
        ),
    ] {
        let failure = rendered(template).unwrap_err();
        assert_eq!(failure.to_string(), expected);
        let problem = failure.problem(&Template { name: "templates/worklog.md.j2", text: template });
        assert!(template.get(problem.range).is_some());
    }
}

#[test]
fn numbers_that_json_has_not() {
    #[derive(serde::Serialize)]
    struct Numbers([f64; 4]);
    let text = pretty(&Numbers([f64::NAN, f64::INFINITY, -0.0, 1.5])).unwrap();
    assert_eq!(text, "[\n  null,\n  null,\n  0.0,\n  1.5\n]");
}
