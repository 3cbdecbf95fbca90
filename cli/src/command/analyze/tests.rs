//! What is written where templates of the worklog fail.

use gardener_engine::diagnostic::FileId;
use gardener_engine::pack::OutputTemplate;

use super::*;
use crate::analysis::tests::{Bench, at};

/// Well formed, and wrong for every report.
const FAILING: Template<'_> = Template { name: "failing.md.j2", text: "# Worklog\n{{ 1 / 0 }}\n" };

const DEFINITION: &str = "- { id: a, title: Pool ran dry, match: 'message:\"pool\"', severity: P3 }\n";
const RECORD: &str =
    "{\"severity\":\"ERROR\",\"textPayload\":\"pool ran dry\",\"timestamp\":\"2025-09-14T12:00:00Z\"}\n";

/// A pack with a template that fails, and a report.
fn judged() -> (Pack, Report) {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("capture.jsonl");
    std::fs::write(&capture, RECORD).unwrap();
    let Bench { mut pack, sandbox } = Bench::with(DEFINITION, "");
    let own = OutputTemplate { file: FileId(0), path: "own.md.j2".to_owned(), text: FAILING.text.to_owned() };
    pack.templates.texts.insert("worklog".to_owned(), own);
    let bench = Bench { pack, sandbox };
    let (report, _) = bench.looked_up(&capture, (None, None), at("2025-09-15T00:00:00Z"), |_| Memory::default());
    (bench.pack, report)
}

fn json(report: &Report, note: Option<&str>) -> String {
    let mut out = Vec::new();
    json_into(report, note, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_default_worklog_says_that_the_packs_template_failed() {
    let (pack, report) = judged();
    let (shown, failed) = worklog(&pack, &report, &Template::DEFAULT);
    assert!(template_failed(&shown).message.ends_with("; the worklog is that of the default one"));
    let Shown::Text(text) = shown else { panic!("it is JSON") };
    assert!(text.contains("This is the default worklog, for the pack's template failed: own.md.j2:2: "), "{text}");
    assert!(failed.is_some());
}

#[test]
fn json_says_that_both_templates_failed() {
    let (pack, report) = judged();
    let (shown, failed) = worklog(&pack, &report, &FAILING);
    assert!(template_failed(&shown).message.ends_with("; and so did the default one: the report is JSON"));
    let Shown::Json(Some(note)) = shown else { panic!("it has no note") };
    assert!(note.starts_with("This is JSON, for the pack's template of the worklog failed: own.md.j2:2: "), "{note}");
    assert!(note.contains("; and so did the default one: failing.md.j2:2: "), "{note}");
    assert!(failed.is_some());
    let plain = json(&report, None);
    assert_eq!(plain, render::json(&report));
    let told = json(&report, Some(&note));
    let quoted = serde_json::to_string(&note).unwrap();
    assert!(told.contains(&quoted), "{told}");
    assert_eq!(told.replace(&format!("[\n    {quoted}\n  ]"), "[]"), plain);
}

#[test]
fn json_that_was_asked_for_has_no_note() {
    let (pack, report) = judged();
    let style = TableStyle { width: 100, colour: false, ascii: false };
    let (shown, failed) = rendered(&style, ReportFormat::Json, &pack, &report);
    assert!(matches!(shown, Shown::Json(None)) && failed.is_none());
}
