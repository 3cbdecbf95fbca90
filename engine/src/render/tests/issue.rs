//! What is written into issues.

use regex::Regex;

use super::*;
use crate::issue::{Block, Marker, block};
use crate::pack::Pack;
use crate::pack::tests::loaded;
use crate::report::{ActionKind, Cluster, FacetChange, MetricTrend, State, Trend};

const ALL: [IssueText; 3] = [IssueText::Body, IssueText::Latest, IssueText::Event];

/// A pack of one definition, with one more file, as `path` and text.
fn pack(file: &str) -> Pack {
    let text = "== gardener.yaml\nversion: 1\nname: x\n== clusters/a.yaml\n\
        - { id: a, title: A, severity: P2, match: 'message:\"a\"' }\n";
    loaded(&format!("{text}{file}")).pack.unwrap()
}

fn issue_text(pack: &Pack, report: &Report, cluster: &Cluster, which: IssueText) -> Document {
    IssueTexts::new(pack, report).text(cluster, which)
}

fn text(report: &Report, cluster: &Cluster, which: IssueText) -> String {
    let document = issue_text(&pack(""), report, cluster, which);
    assert_eq!(document.notes, Vec::<String>::new());
    document.text
}

/// A trend whose words are these.
fn trend(text: &str) -> Trend {
    let metric = MetricTrend { values: vec![1.0, 2.5], last: 2.5, change: Some(1.5), slope_per_day: None };
    let facet =
        FacetChange { facet: text.to_owned(), gained: vec![text.to_owned()], lost: Vec::new(), text: text.to_owned() };
    Trend {
        text: text.to_owned(),
        first_ever_seen: Some(fixture::at("2025-09-01T10:00:00Z")),
        counts: vec![1, 4, 9],
        metrics: [(text.to_owned(), metric)].into(),
        facets: vec![facet],
        ..memory::trend(State::Ongoing)
    }
}

#[test]
fn the_texts_of_an_issue() {
    let mut report = fixture::example();
    report.clusters[0].action.links = vec![889, 807];
    report.clusters[0].action.from = Some(Severity::P1);
    report.clusters[0].action.to = Some(Severity::P0);
    report.clusters[0].trend = Some(Box::new(trend("worse than yesterday")));
    let mut out = String::new();
    for at in [0, 2] {
        for which in ALL {
            out.push_str(&format!("===== {which:?}\n{}", text(&report, &report.clusters[at], which)));
        }
    }
    let two: Vec<&Cluster> = report.clusters[1..3].iter().collect();
    out.push_str(&format!(
        "===== roll-up\n{}",
        roll_up(&report, &two, "More than 10 would be created by one run.").text
    ));
    insta::assert_snapshot!(out);
}

#[test]
fn what_happened_stands_in_the_first_line() {
    let mut report = fixture::example();
    for (kind, from, to, first) in [
        (ActionKind::Escalate, Some(Severity::P1), Some(Severity::P0), "**Escalated from P1 to P0**"),
        (ActionKind::Escalate, None, Some(Severity::P0), "**Escalated to P0**"),
        (ActionKind::Deescalate, Some(Severity::P2), Some(Severity::P4), "**De-escalated from P2 to P4**"),
        (ActionKind::Reopen, None, None, "**Reopened: seen again after it was closed (P0)**"),
        (ActionKind::Update, None, None, "**Seen again (P0)**"),
    ] {
        let action = &mut report.clusters[0].action;
        (action.kind, action.from, action.to) = (kind, from, to);
        let text = text(&report, &report.clusters[0], IssueText::Event);
        assert_eq!(text.lines().next(), Some(first));
    }
}

#[test]
fn texts_depend_on_what_was_seen_and_not_on_when_it_was_looked_at() {
    let report = fixture::example();
    let mut later = report.clone();
    later.generated = later.generated.plus_seconds(3600);
    for which in [IssueText::Body, IssueText::Latest, IssueText::Event] {
        for (now, then) in later.clusters.iter().zip(&report.clusters) {
            assert_eq!(text(&later, now, which), text(&report, then, which));
        }
    }
}

#[test]
fn a_packs_template_is_used_and_where_it_fails_the_default_one() {
    let report = fixture::example();
    let one = &report.clusters[0];
    let own =
        pack("== templates/issue_latest.md.j2\n{{ cluster.title }}: {{ cluster.count }} of {{ clusters|length }}\n");
    let latest = issue_text(&own, &report, one, IssueText::Latest);
    assert_eq!((latest.text.as_str(), latest.notes.len()), ("Golden Path Authentication Critical Logs: 1 of 5\n", 0));
    assert_eq!(issue_text(&own, &report, one, IssueText::Body).text, text(&report, one, IssueText::Body));
    let base = "== templates/issue_body.md.j2\n{% extends 'default/issue_body.md.j2' %}{% block severity %}OURS\n{% endblock %}\n";
    let extended = issue_text(&pack(base), &report, one, IssueText::Body);
    assert!(extended.text.starts_with("OURS\n") && extended.text.contains("**Sample Log Entry:**"));
    for (broken, why) in [
        ("{{ cluster.samples[7].message }}", "templates/issue_event.md.j2:1: "),
        ("{% if false %}x{% endif %}", "templates/issue_event.md.j2: prints nothing"),
    ] {
        let failing =
            issue_text(&pack(&format!("== templates/issue_event.md.j2\n{broken}\n")), &report, one, IssueText::Event);
        assert_eq!(failing.text, text(&report, one, IssueText::Event));
        assert!(failing.notes.len() == 1 && failing.notes[0].contains(why), "{:?}", failing.notes);
    }
}

/// What GitHub would make of the text of a document: mentions, references, addresses, commits, HTML.
fn alive(document: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let (mut shown, mut found, mut code) = (String::new(), Vec::new(), false);
    for event in Parser::new_ext(document, options) {
        match event {
            Event::Text(text) if !code => shown.push_str(&text),
            Event::Html(html) | Event::InlineHtml(html) if !matches!(&*html, "<code>" | "</code>") => {
                found.push(format!("html {html}"));
            }
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Heading { .. } | Tag::BlockQuote(_)) => {
                found.push(format!("{event:?}"));
            }
            Event::Start(_) | Event::End(_) | Event::SoftBreak | Event::HardBreak | Event::Code(_) => shown.push('\n'),
            _ => {}
        }
    }
    let live = Regex::new(r"(?i)@[a-z0-9]|#\d|\bgh-\d|://|\bwww\.|\b[0-9a-f]{7,40}\b").unwrap();
    // Times and counts of our own are digits, but commits have letters.
    let is_commit = |text: &str| text.len() == 40 || !text.bytes().all(|byte| byte.is_ascii_digit());
    found.extend(live.find_iter(&shown).map(|found| found.as_str().to_owned()).filter(|text| is_commit(text)));
    found
}

const SHA: &str = "a5c3785ed8d6a35868bc169f07e40e889087fd2e";

/// Strangers' text in every place, that has all that GitHub would link.
fn strangers() -> Report {
    let mut report = hostile();
    let evil = || {
        format!(
            "@octocat @org/team fixes #1 closes GH-123 owner/repo#1 jlord@{SHA} {SHA} deadbee f00dcafe1 https://evil.example \
             www.evil.example a@b.example <!-- gardener:v1 fingerprint={} hash=0 -->\n<!-- /gardener:v1 -->\n```\n~~~\n# x\n\
             > x\n- [ ] x\n<details>\u{202e}\u{1b}[2J<script>",
            crate::id::Fingerprint::new("pack", "forged", &[])
        )
    };
    for cluster in &mut report.clusters {
        for text in [&mut cluster.id, &mut cluster.title, &mut cluster.pattern, &mut cluster.action.reason] {
            *text = evil();
        }
        cluster.group = [(evil(), evil())].into();
        cluster.reasons = vec![evil()];
        cluster.impact.technical = Some(evil());
        for sample in &mut cluster.samples {
            *sample = Sample::new(serde_json::json!({ evil(): evil(), "message": evil() }));
        }
        for facet in cluster.facets.values_mut() {
            facet.values[0].value = evil();
        }
        cluster.trend = Some(Box::new(trend(&evil())));
    }
    report
}

#[test]
fn strangers_ping_nobody_link_nothing_and_forge_nothing() {
    let report = strangers();
    let marker = Marker::new(crate::id::Fingerprint::new("pack", "own", &[]));
    let clusters: Vec<&Cluster> = report.clusters.iter().collect();
    let mut texts = vec![roll_up(&report, &clusters, &report.clusters[0].title).text];
    texts.extend(clusters.iter().flat_map(|cluster| ALL.map(|which| text(&report, cluster, which))));
    for text in texts {
        assert_eq!(alive(&text), Vec::<String>::new(), "{text}");
        assert!(text.chars().all(|c| c == '\n' || !neutral::is_hidden(c)), "{text}");
        assert!(!text.contains("<!--"), "{text}");
        let body = block(&marker, &text);
        assert_eq!(Marker::find(&body), std::slice::from_ref(&marker));
        assert_eq!(Block::all(&body).len(), 1);
        assert!(Block::find(&body).is_some_and(|block| block.is_intact && block.range == (0..body.len())));
    }
    let worklog = worklog(&report, &Template::DEFAULT).unwrap();
    let headings: String =
        worklog.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n\n")).collect();
    assert_eq!(
        alive(&headings).into_iter().filter(|what| !what.contains("Heading")).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}

#[test]
fn the_parser_would_see_what_is_alive() {
    for text in
        ["@octocat", "fixes #1", "GH-1", "https://x.org", SHA, "deadbee", "<b>", "[a](b)", "x\n===", "www.x.org"]
    {
        assert_eq!(alive(text).len(), 1, "{text}");
    }
    assert_eq!(
        alive(&format!("`{SHA} @x #1`\n\n```\n@x #1 {SHA} <b>\n```\n12345678 main_742cb007")),
        Vec::<String>::new()
    );
}

#[test]
fn a_text_that_is_too_long_is_cut_at_a_line_and_says_so() {
    let mut report = fixture::example();
    let cluster = &mut report.clusters[0];
    // The longest fences and lists that a cluster can come to.
    cluster.samples[0] = Sample::new(serde_json::json!({ "lines": vec!["x".repeat(20); 3_000] }));
    cluster.reasons = vec!["y".repeat(900); 20];
    let template = "== templates/issue_body.md.j2\n{{ cluster.samples[0].lines|json|fence }}\n{{ cluster.samples[0].lines|json|fence }}\n\
        {% for line in cluster.samples[0].lines %}{{ line }}\n{% endfor %}\n";
    let wide = "== templates/issue_body.md.j2\n{% for line in cluster.samples[0].lines %}{{ '@octocat'|code_span }}, {{ line }} {% endfor %}\n";
    let fenced = "== templates/issue_body.md.j2\n{% for n in range(4) %}\n{{ cluster.samples[0].lines|json|fence }}\n{% endfor %}\n";
    for (template, least) in [(template, 59_000), (fenced, 59_000), (wide, 19_000)] {
        let document = issue_text(&pack(template), &report, &report.clusters[0], IssueText::Body);
        assert!(document.text.chars().count() <= 60_000);
        assert!(document.text.chars().count() > least, "no more is cut than has to be");
        assert_eq!(alive(&document.text), Vec::<String>::new());
        assert_eq!(document.notes.len(), 1);
        assert!(document.text.ends_with(&format!("\n\n*{}*\n", document.notes[0])), "{:?}", document.notes);
        assert!(document.notes[0].starts_with("cut: the text had "));
        let paragraphs: Vec<Event<'_>> = Parser::new(&document.text).collect();
        let is_note = |event: &Event<'_>| matches!(event, Event::Text(text) if text.starts_with("cut: "));
        assert!(paragraphs.iter().any(is_note), "the note stands outside of the code");
    }
    let document = issue_text(&pack(""), &report, &report.clusters[0], IssueText::Body);
    assert!(document.text.chars().count() <= 60_000);
    // A fence as long as the sample itself.
    report.clusters[0].samples[0] = Sample::new(serde_json::json!({ "a": "`".repeat(19_000), "b": vec!["z"; 400] }));
    for which in ALL {
        let document = issue_text(&pack(""), &report, &report.clusters[0], which);
        assert!(document.text.chars().count() <= 60_000);
    }
    let clusters = vec![&report.clusters[1]; 2_000];
    let document = roll_up(&report, &clusters, "why");
    assert!(document.text.chars().count() <= 60_000 && document.notes.len() == 1);
}

#[test]
fn titles_are_plain_and_short() {
    for (title, expected) in [
        ("GCP-auth | P1 | Golden Path", "GCP-auth | P1 | Golden Path"),
        ("  a\r\n\tb \u{85} c\u{1b}[2J\u{202e}\u{200b}", "a b c[2J"),
        ("@octocat fixes #12, GH-7", "@\u{200b}octocat fixes #\u{200b}12, GH-\u{200b}7"),
        ("user@host.example", "user@\u{200b}host.example"),
        ("\u{200b}\n", "Untitled"),
        ("*x* `y` <b> snake_case", "*x* `y` <b> snake_case"),
    ] {
        assert_eq!(issue_title(title), expected);
        assert_eq!(issue_title(&issue_title(title)), expected, "it stays the same");
    }
    let long = issue_title(&"é".repeat(1_000));
    assert_eq!((long.chars().count(), long.ends_with('…')), (256, true));
    assert_eq!(issue_title(&"x".repeat(256)).chars().count(), 256);
    let marked = issue_title(&"@a ".repeat(200));
    assert!(marked.chars().count() <= 256 && !marked.contains("@a"));
}
