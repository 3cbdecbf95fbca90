//! A diff with everything in it, with none of it, with very much of it, and with strangers' text in all of it.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Options, Parser, Tag};
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::diff::{
    Bucket, BucketMove, FieldChange, Flow, Move, Part, Place, RedactionChange, SCHEMA, SideSummary, Untried, What,
    codes,
};
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::render::TableStyle;
use crate::render::neutral::is_hidden;
use crate::report::{Conservation, Origin, PackIdentity};
use crate::severity::Severity;
use crate::witness::Specimen;

fn place(side: &'static str, file: &str, line: u32) -> Place {
    Place { side, at: crate::diagnostic::Place { file: file.to_owned(), line } }
}

fn state(id: &str, severity: Severity, count: u64) -> ClusterState {
    ClusterState {
        id: id.to_owned(),
        group: BTreeMap::new(),
        fingerprint: Fingerprint::new("p", id, &[]),
        origin: Origin::Rule,
        title: format!("Trouble of {id}"),
        severity,
        reasons: vec![format!("declared {severity} by {id}")],
        count,
    }
}

fn landing(bucket: Bucket, id: &str) -> Landing {
    Landing { bucket, id: Some(id.to_owned()), group: BTreeMap::new(), template: None }
}

fn routine() -> Landing {
    Landing { bucket: Bucket::Routine, id: None, group: BTreeMap::new(), template: None }
}

fn side(rules: &str, name: &str, entries: Conservation) -> SideSummary {
    let pack = PackIdentity { name: name.to_owned(), digest: format!("xxh3:{rules}") };
    SideSummary { rules: rules.to_owned(), pack, entries, clusters: 3, notes: Vec::new() }
}

fn empty() -> Diff {
    let entries = Conservation { read: 60, clustered: 50, routine: 10, ..Conservation::default() };
    Diff {
        schema: SCHEMA,
        generated: Timestamp::parse("2025-09-14T05:00:00Z").unwrap(),
        captures: vec!["c.jsonl".to_owned()],
        base: side("main:rules/x (1a2b3c4)", "x", entries),
        head: side("rules/x", "x", entries),
        changed: false,
        totals: BTreeMap::new(),
        clusters: Vec::new(),
        buckets: Vec::new(),
        moves: Vec::new(),
        other_moves: 0,
        redactions: Vec::new(),
        untried: Vec::new(),
    }
}

fn unchanged(what: What, before: Option<ClusterState>, after: Option<ClusterState>) -> ClusterChange {
    ClusterChange {
        what,
        before,
        after,
        changes: Vec::new(),
        from: Vec::new(),
        to: Vec::new(),
        advice: None,
        place: Some(place("head", "rules/x/clusters/a.yaml", 3)),
    }
}

fn field(
    code: &'static crate::diagnostic::Code,
    field: &str,
    before: Option<&str>,
    after: Option<&str>,
) -> FieldChange {
    let text = |text: Option<&str>| text.map(str::to_owned);
    FieldChange { code, field: field.to_owned(), before: text(before), after: text(after) }
}

fn moves() -> Vec<Move> {
    let sample = Specimen {
        capture: "c.jsonl".to_owned(),
        number: 17,
        severity: "ERROR",
        text: "checkout timed out after 30.5s for ***@example.com".to_owned(),
    };
    vec![
        Move {
            code: &codes::ENTRIES_MOVED,
            from: landing(Bucket::Clustered, "any-timeout"),
            severity_before: Some(Severity::P3),
            to: landing(Bucket::Clustered, "checkout-timeout"),
            severity_after: Some(Severity::P2),
            count: 41,
            sample: Some(sample.clone()),
            place: None,
        },
        Move {
            code: &codes::ENTRIES_SILENCED,
            from: landing(Bucket::Clustered, "old-timeout"),
            severity_before: Some(Severity::P1),
            to: landing(Bucket::Ignored, "noise"),
            severity_after: None,
            count: 9,
            sample: Some(sample),
            place: None,
        },
    ]
}

fn full() -> Diff {
    let mut diff = empty();
    let mut lost = unchanged(What::Lost, Some(state("old-timeout", Severity::P1, 12)), None);
    lost.to = vec![Flow { place: landing(Bucket::Ignored, "noise"), count: 9 }, Flow { place: routine(), count: 3 }];
    lost.place = Some(place("base", "main:rules/x/clusters/a.yaml", 9));
    let mut gained = unchanged(What::Gained, None, Some(state("checkout-timeout", Severity::P2, 41)));
    gained.from = vec![Flow { place: landing(Bucket::Clustered, "any-timeout"), count: 41 }];
    let mut renamed =
        unchanged(What::Renamed, Some(state("slow", Severity::P3, 1)), Some(state("slow-checkout", Severity::P3, 1)));
    renamed.advice = Some("add `was: [slow]` to `slow-checkout`, or the issue is lost".to_owned());
    let mut changed =
        unchanged(What::Changed, Some(state("pay", Severity::P1, 1200)), Some(state("pay", Severity::P3, 1159)));
    changed.after.as_mut().unwrap().group = BTreeMap::from([("provider".to_owned(), "acme".to_owned())]);
    changed.changes = vec![
        field(&codes::SEVERITY_LOWERED, "severity", Some("P1"), Some("P3")),
        field(&codes::COUNT_CHANGED, "count", Some("1200"), Some("1159")),
        field(&codes::ACTION_CHANGED, "action", Some("create"), Some("update #7")),
        field(&codes::IMPACT_CHANGED, "impact.business", None, Some("high: customers cannot pay")),
    ];
    changed.to = (0..7).map(|n| Flow { place: landing(Bucket::Clustered, &format!("c{n}")), count: 7 - n }).collect();
    diff.clusters = vec![lost, gained, renamed, changed];
    diff.buckets = vec![BucketMove { from: Bucket::Clustered, to: Bucket::Ignored, count: 9 }];
    diff.moves = moves();
    diff.other_moves = 2;
    let reduced = |name: &str, before, is_gone| RedactionChange {
        code: &codes::REDACTION_REDUCED,
        name: name.to_owned(),
        before,
        after: 0,
        is_gone,
    };
    diff.redactions = vec![reduced("email", 8, false), reduced("employee", 0, true)];
    let untried = |part, id: &str, what, place| Untried { part, id: id.to_owned(), what, place };
    diff.untried = vec![
        untried(Part::Definition, "never", "new", Some(place("head", "rules/x/clusters/a.yaml", 30))),
        untried(Part::Policy, "policy/x.rhai", "changed", Some(place("head", "rules/x/policy/x.rhai", 1))),
        untried(Part::Template, "worklog", "changed", None),
    ];
    diff.head.notes = vec!["duplicates were forgotten".to_owned()];
    diff.totals = diff.findings().iter().fold(BTreeMap::new(), |mut totals, finding| {
        *totals.entry(finding.code.id).or_default() += 1;
        totals
    });
    diff.changed = true;
    diff
}

#[test]
fn a_full_diff_reads_well_at_any_width() {
    let mut all = String::new();
    for (width, colour) in [(100, false), (40, false), (80, true)] {
        let text = diff_text(&full(), &TableStyle { width, colour, ascii: false });
        assert!(colour || text.lines().all(|line| line.width() <= width), "{text}");
        assert_eq!(text.contains('\u{1b}'), colour);
        all.push_str(&format!("== {width} columns, colour: {colour}\n{text}\n"));
    }
    insta::assert_snapshot!(all.replace('\u{1b}', "␛"));
}

#[test]
fn a_full_diff_is_a_comment() {
    insta::assert_snapshot!(diff_markdown(&full()));
}

#[test]
fn a_full_diff_is_json() {
    let text = diff_json(&full());
    let back: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(back, serde_json::to_value(full()).unwrap());
    insta::assert_snapshot!(text);
}

#[test]
fn that_nothing_changed_says_whether_anything_was_meant_to() {
    let differ = diff_text(&empty(), &TableStyle::default());
    assert!(differ.contains("the packs differ, but no decision over 60 records changes"), "{differ}");
    let mut same = empty();
    same.head.pack.digest = same.base.pack.digest.clone();
    assert!(diff_markdown(&same).contains("**The packs are the same; no decision over 60 records changes**"));
}

#[test]
fn another_name_of_the_pack_is_a_warning() {
    let mut diff = empty();
    diff.head.pack.name = "y".to_owned();
    diff.changed = true;
    let expected = "the pack `x` is now called `y`: every cluster gets another fingerprint";
    assert!(diff_text(&diff, &TableStyle { width: 200, ..TableStyle::default() }).contains(expected));
    assert!(diff_markdown(&diff).contains("> [!WARNING]\n> The pack `x` is now called `y`"));
}

/// Very many changes with long texts.
fn vast() -> Diff {
    let mut diff = full();
    let long = "very long | text ".repeat(60);
    diff.clusters = (0..5000)
        .map(|n| {
            let mut change = unchanged(
                What::Changed,
                Some(state(&format!("a{n}"), Severity::P1, 2)),
                Some(state(&format!("a{n}"), Severity::P2, 1)),
            );
            change.after.as_mut().unwrap().reasons = vec![long.clone(); 5];
            change.after.as_mut().unwrap().title = long.clone();
            change
        })
        .collect();
    let moved = diff.moves.remove(0);
    diff.moves = (0..5000).map(|n| Move { count: n, ..moved.clone() }).collect();
    diff
}

#[test]
fn a_comment_fits_on_github_and_what_is_left_out_is_counted() {
    let text = diff_markdown(&vast());
    assert!(text.chars().count() < 65_000, "{}", text.len());
    assert!(text.contains("more lines would not fit"), "{}", &text[text.len() - 500..]);
    assert!(text.contains("<sub>before: 60 read"), "the sums are always there");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    let text = diff_text(&vast(), &TableStyle::default());
    assert!(text.contains("and 4,800 more clusters: --format json shows all"));
    assert!(text.contains("and 4,900 more ways: --format json shows all"));
}

/// The diff with a stranger's text wherever text can be.
fn with(evil: &str) -> Diff {
    let mut diff = full();
    let evil = || evil.to_owned();
    for change in &mut diff.clusters {
        for state in [&mut change.before, &mut change.after].into_iter().flatten() {
            state.id = evil();
            state.title = evil();
            state.group = BTreeMap::from([(evil(), evil())]);
            state.reasons = vec![evil(), evil()];
        }
        for flow in change.from.iter_mut().chain(&mut change.to) {
            flow.place.group = BTreeMap::from([(evil(), evil())]);
            flow.place.template = Some(evil());
        }
        for field in &mut change.changes[..] {
            field.before = Some(evil());
            field.after = Some(evil());
        }
        change.place = Some(place("head", &evil(), 1));
    }
    for moved in &mut diff.moves {
        moved.to.template = Some(evil());
        moved.from.group = BTreeMap::from([(evil(), evil())]);
        if let Some(sample) = &mut moved.sample {
            sample.text = evil();
            sample.capture = evil();
        }
    }
    diff.redactions[0].name = evil();
    diff.untried[0].id = evil();
    diff.base.rules = evil();
    diff.head.notes = vec![evil()];
    diff
}

/// What a Markdown parser sees of a document, without its text.
fn structure(document: &str) -> Vec<String> {
    Parser::new_ext(document, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { .. }) => Some("link".to_owned()),
            Event::Start(tag) => Some(format!("{tag:?}")),
            Event::Html(text) | Event::InlineHtml(text) => Some(format!("html {text}")),
            Event::Rule => Some("rule".to_owned()),
            _ => None,
        })
        .collect()
}

const EVIL: &str = "*a*\n# <img src=x onerror=alert(1)>\u{202e}@octocat fixes #1 | ```\n~~~ \u{1b}[2J\u{85}\u{2028}<!-- [x](javascript:1) https://evil.example &lt;</details>";

#[test]
fn strangers_change_neither_the_structure_of_a_comment_nor_the_terminal() {
    let markdown = diff_markdown(&with(EVIL));
    assert_eq!(structure(&markdown), structure(&diff_markdown(&with("text"))));
    assert!(markdown.chars().all(|c| c == '\n' || !is_hidden(c)));
    let options = Options::ENABLE_TABLES;
    let said = Parser::new_ext(&markdown, options).filter_map(|event| match event {
        Event::Text(text) => Some(text.into_string()),
        _ => None,
    });
    let said: String = said.collect();
    assert!(
        said.contains("@\u{200b}octocat") && !said.contains("@octocat"),
        "outside of code nobody is called: {said}"
    );
    let text = diff_text(&with(EVIL), &TableStyle { width: 60, ..TableStyle::default() });
    assert!(text.chars().all(|c| c == '\n' || !is_hidden(c)));
    assert!(text.lines().all(|line| line.width() <= 60), "{text}");
    let json = diff_json(&with(EVIL));
    assert!(json.chars().all(|c| c == '\n' || !is_hidden(c)));
}
