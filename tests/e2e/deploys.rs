//! What is said of deploys: by a run over captures, by rule tests with a history, by `check` and by `explain`.

mod support;

use std::fmt::Write as _;
use std::path::Path;

use support::{report_in, run_in, write_pack};

const MANIFEST: &str =
    "version: 1\nname: mine\nextends: default\ndeploys: [labels.commit, resource.labels.revision_name]\n";
const CLUSTERS: &str = "- id: price-list
  title: Price list is broken
  match: message:\"price list\"
  severity: P3
  script: |
    fn severity(cluster) {
      if cluster.deploy != () { cluster.note(`${cluster.deploy.kind} ${cluster.deploy.value} after ${cluster.deploy.after_seconds}`); }
    }
";

fn entry(minute: u32, severity: &str, message: &str, revision: &str) -> String {
    let (hour, minute) = (minute / 60, minute % 60);
    format!(
        r#"{{"severity":"{severity}","timestamp":"2025-09-14T{hour:02}:{minute:02}:00Z","resource":{{"type":"cloud_run_revision","labels":{{"revision_name":"{revision}"}}}},"jsonPayload":{{"message":"{message}"}}}}"#
    )
}

/// Six hours: an old revision serves for three of them, then a new one, which fails from its fourth minute on; another error
/// goes on all the time.
fn captures(folder: &Path, new: &str) {
    let (mut first, mut second) = (String::new(), String::new());
    for minute in 0..360 {
        let (out, revision) = if minute < 180 { (&mut first, "api-00610-h2k") } else { (&mut second, new) };
        writeln!(out, "{}", entry(minute, "INFO", "request served", revision)).unwrap();
        if minute % 10 == 0 {
            writeln!(out, "{}", entry(minute, "ERROR", "stock is unknown", revision)).unwrap();
        }
        if minute >= 184 {
            writeln!(out, "{}", entry(minute, "ERROR", "cannot read the price list", revision)).unwrap();
        }
    }
    std::fs::write(folder.join("a.jsonl"), first).unwrap();
    std::fs::write(folder.join("b.jsonl"), second).unwrap();
}

fn folder(new: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTERS)]);
    captures(folder.path(), new);
    folder
}

const WINDOW: [&str; 6] =
    ["--since", "2025-09-14T00:00:00Z", "--until", "2025-09-14T06:00:00Z", "--now", "2025-09-14T06:00:00Z"];

fn analyze(folder: &Path, format: &str) -> String {
    let arguments = ["analyze", "--rules", "pack", "a.jsonl", "b.jsonl", "--format", format];
    let done = run_in(folder, &[arguments.as_slice(), WINDOW.as_slice()].concat());
    assert_eq!(done.code, 0, "{}", done.stderr);
    done.stdout
}

#[test]
fn the_report_says_what_began_with_a_revision() {
    let folder = folder("api-00611-cr5");
    let report =
        report_in(folder.path(), &[["--rules", "pack", "b.jsonl", "a.jsonl"].as_slice(), &WINDOW[..4]].concat());
    let deploys = report["deploys"].as_array().unwrap();
    assert_eq!(deploys.len(), 2, "{deploys:?}");
    assert_eq!((&deploys[0]["value"], &deploys[0]["is_new"]), (&"api-00610-h2k".into(), &false.into()));
    let new = &deploys[1];
    assert_eq!(
        (&new["label"], &new["value"], &new["is_new"]),
        (&"revision".into(), &"api-00611-cr5".into(), &true.into())
    );
    assert_eq!((&new["began"], &new["clusters_began"]), (&"2025-09-14T03:00:00Z".into(), &1.into()));
    // Routine entries count too: the revision began with its first entry, not with its first error.
    assert_eq!(new["count"], 180 + 18 + 176);
    let clusters = report["clusters"].as_array().unwrap();
    let of = |id: &str| clusters.iter().find(|cluster| cluster["id"].as_str().unwrap().starts_with(id)).unwrap();
    let deploy = &of("price-list")["deploy"];
    assert_eq!((&deploy["kind"], &deploy["after_seconds"]), (&"began".into(), &240.0.into()));
    assert_eq!(deploy["text"], "since revision api-00611-cr5, first seen 4 minutes after it began");
    assert_eq!(of("price-list")["deploys"]["resource.labels.revision_name"]["values"][0]["count"], 176);
    assert!(of("price-list")["facets"].as_object().unwrap().is_empty());
    let reasons = of("price-list")["reasons"].to_string();
    assert!(reasons.contains("began api-00611-cr5 after 240.0"), "{reasons}");
    assert_eq!(of("template")["deploy"], serde_json::Value::Null, "it was there before");
}

#[test]
fn worklog_table_and_explanation_say_so_as_well() {
    let folder = folder("api-00611-cr5");
    let worklog = analyze(folder.path(), "worklog");
    let begun = "**Deploy:** revision `api-00611-cr5` began 2025-09-14 03:00:00 UTC, 1 cluster began with it";
    let since = "**Deploy:** since revision api-00611-cr5, first seen 4 minutes after it began";
    for line in [begun, since, "; since revision api-00611-cr5, first seen 4 minutes after it began\n"] {
        assert!(worklog.contains(line), "{line} is not in {worklog}");
    }
    let table = analyze(folder.path(), "table");
    assert!(table.contains("deploy: revision api-00611-cr5 began 2025-09-14 03:00 UTC, 1 cluster began"), "{table}");
    let cluster = ["explain", "--rules", "pack", "b.jsonl", "a.jsonl", "--cluster", "price-list", "--color", "never"];
    let explained = run_in(folder.path(), &[cluster.as_slice(), WINDOW.as_slice()].concat());
    assert_eq!(explained.code, 0, "{}", explained.stderr);
    let told = "deploy since revision api-00611-cr5, first seen 4 minutes after it began";
    assert!(explained.stdout.contains(told), "{}", explained.stdout);
    assert!(explained.stdout.contains("0 an hour before, 59 since"), "{}", explained.stdout);
}

#[test]
fn the_name_of_a_revision_is_text_of_strangers() {
    let folder = folder("x`<b>|\\u001b[31m@octocat");
    let worklog = analyze(folder.path(), "worklog");
    assert!(worklog.contains("**Deploy:** revision "), "{worklog}");
    assert!(!worklog.contains("<b>") || worklog.matches("<b>").count() == worklog.matches("`<b>").count(), "{worklog}");
    for text in [worklog, analyze(folder.path(), "table")] {
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}

#[test]
fn a_field_that_is_no_revision_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write_pack(
        folder.path(),
        &[
            ("gardener.yaml", "version: 1\nname: mine\nextends: default\ndeploys: trace\n"),
            ("clusters/a.yaml", CLUSTERS),
        ],
    );
    let lines = (0..200).map(|n| {
        format!(r#"{{"severity":"ERROR","timestamp":"2025-09-14T03:00:00Z","trace":"t{n}","insertId":"{n}","textPayload":"failed"}}"#)
    });
    std::fs::write(folder.path().join("a.jsonl"), lines.collect::<Vec<_>>().join("\n")).unwrap();
    let report = report_in(folder.path(), &["--rules", "pack", "a.jsonl"]);
    assert_eq!(report["deploys"].as_array().map(Vec::len), Some(0));
    let notes = report["notes"].to_string();
    assert!(
        notes.contains("the field trace of deploys has about ") && notes.contains("too many for a revision"),
        "{notes}"
    );
}

#[test]
fn check_finds_fields_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = MANIFEST.replace("labels.commit", "resurce.labels.revision_name, message");
    write_pack(folder.path(), &[("gardener.yaml", &manifest), ("clusters/a.yaml", CLUSTERS)]);
    let checked = run_in(folder.path(), &["check", "--rules", "pack"]);
    assert_eq!(checked.code, 3, "{}", checked.stdout);
    for part in ["gardener.yaml:4:11", "did you mean `resource`?", "`message` does not stand for a deploy"] {
        assert!(checked.stdout.contains(part), "{part} is not in {}", checked.stdout);
    }
}
