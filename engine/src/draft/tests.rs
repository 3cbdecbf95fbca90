use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::entry::Batch;
use crate::judge::sandbox;
use crate::pack::tests::Shelf;
use crate::pack::{Loaded, check};
use crate::script::Limits;

const MANIFEST: &str = "version: 1\nname: t\n";
const OTHER: &str = "- { id: other, title: x, match: 'message:\"never logged by anything\"', severity: P4 }\n";

fn load(files: &[(&str, &str)]) -> Loaded {
    let mut shelf = Shelf::default();
    shelf.put("main", "gardener.yaml", MANIFEST.into());
    files.iter().for_each(|(path, text)| shelf.put("main", path, (*text).into()));
    check(&shelf, "main", &sandbox(Limits::default()))
}

fn shown(loaded: &Loaded) -> Vec<String> {
    let line = |d: &crate::diagnostic::Diagnostic| format!("{}: {} {:?}", d.code.id, d.message, d.help);
    loaded.diagnostics.iter().map(line).collect()
}

/// The draft from the one entry of a record, in a pack with these definitions; and whether the pack with the draft is right.
fn drafted(record: &Value, definitions: &str) -> Result<Draft, NothingConstant> {
    let text = record.to_string();
    let loaded = load(&[("clusters/other.yaml", definitions)]);
    let pack = loaded.pack.unwrap();
    let mut batch = Batch::new();
    batch.push_json(&text, &mut Vec::new());
    let redacted = pack.redactor.batch(batch);
    let entry = redacted.entries(&pack.message).next().unwrap();
    let draft = draft(&entry, &pack, None, false)?;
    let path = format!("clusters/{}.yaml", draft.id);
    let file = draft.definition_file(None);
    let whole = load(&[("clusters/other.yaml", definitions), (&path, &file)]);
    assert_eq!(shown(&whole), Vec::<String>::new(), "{record}\n{file}");
    let whole = whole.pack.unwrap();
    let first = whole.definitions.iter().find(|d| d.queries.iter().any(|query| query.matches(&entry)));
    assert_eq!(first.map(|d| d.id.as_str()), Some(draft.id.as_str()), "{file}");
    fixture_is_right(&draft, &pack);
    Ok(draft)
}

/// The first record of the fixture is matched, and no other one.
fn fixture_is_right(draft: &Draft, pack: &Pack) {
    let fixture = draft.fixture_file();
    for (number, line) in fixture.lines().enumerate() {
        let mut batch = Batch::new();
        batch.push_json(line, &mut Vec::new());
        let redacted = pack.redactor.batch(batch);
        let entries: Vec<_> = redacted.entries(&pack.message).collect();
        assert_eq!(entries.len(), 1, "{line}");
        assert_eq!(draft.query.matches(&entries[0]), number == 0, "{number} of\n{fixture}\n{}", draft.query_text());
    }
}

#[test]
fn a_draft_holds_what_stays_the_same() {
    let draft = drafted(
        &json!({
            "severity": "ERROR", "timestamp": "2025-09-14T04:53:34Z", "insertId": "a", "labels": { "module": "pay", "line": "7" },
            "resource": { "type": "cloud_run_revision", "labels": { "revision_name": "pay-00017", "service_name": "pay" } },
            "jsonPayload": { "message": "checkout timed out after 30.5s (order 4711) for ada@example.com" }
        }),
        OTHER,
    );
    let draft = draft.unwrap();
    insta::assert_snapshot!(format!(
        "{}---\n{}---\n{}",
        draft.definition_file(Some("../schema/clusters.json")),
        draft.case_file(Some("../schema/tests.json"), "captures/checkout-timed-out.jsonl"),
        draft.fixture_file()
    ));
    assert_eq!((draft.id.as_str(), draft.taker), ("checkout-timed-out", None));
}

#[test]
fn entries_without_a_message_are_known_by_their_fields() {
    let request = json!({
        "severity": "ERROR", "resource": { "type": "cloud_run_revision" }, "logName": "projects/p/logs/run.googleapis.com%2Frequests",
        "httpRequest": { "requestMethod": "POST", "requestUrl": "https://x.example/api/pay/4711?x=1", "status": 503 }
    });
    let audit = json!({
        "severity": "NOTICE", "resource": { "type": "gce_instance" }, "insertId": "b",
        "protoPayload": { "serviceName": "compute.googleapis.com", "methodName": "v1.compute.instances.delete" }
    });
    let event =
        json!({ "severity": "WARNING", "jsonPayload": { "event_kind": "cache-miss", "key": "a7f3-99", "took": 7 } });
    let facts = json!({ "severity": "ERROR", "jsonPayload": { "orderFailed": true, "shopCode": 5 } });
    for (record, expected) in [
        (facts, "severity>=WARNING AND jsonPayload.orderFailed=true"),
        (
            request,
            "severity>=WARNING AND resource.type=\"cloud_run_revision\" AND httpRequest.requestMethod=\"POST\" AND \
             httpRequest.requestUrl:\"/api/pay/\" AND httpRequest.status>=500",
        ),
        (
            audit,
            "resource.type=\"gce_instance\" AND protoPayload.serviceName=\"compute.googleapis.com\" AND \
             protoPayload.methodName=\"v1.compute.instances.delete\"",
        ),
        (event, "severity>=WARNING AND jsonPayload.event_kind=\"cache-miss\""),
    ] {
        let draft = drafted(&record, OTHER).unwrap();
        assert_eq!(draft.query_text(), expected);
        assert!(!draft.near_misses.is_empty(), "{}", draft.definition_file(None));
    }
}

#[test]
fn an_entry_of_values_only_gives_no_draft() {
    for record in [
        json!({ "severity": "ERROR", "textPayload": "4711 /var/x 10.0.0.1" }),
        json!({ "severity": "ERROR", "jsonPayload": { "a": 1 } }),
        json!({ "severity": "ERROR", "insertId": "x" }),
    ] {
        assert_eq!(drafted(&record, OTHER).unwrap_err(), NothingConstant, "{record}");
    }
}

#[test]
fn a_draft_comes_before_what_takes_its_entry_now() {
    let record = json!({ "severity": "ERROR", "textPayload": "disk quota exceeded on volume 7" });
    for (priority, expected) in [(-10, None), (0, Some("1")), (10, Some("11"))] {
        let taker =
            format!("- {{ id: quota, title: x, match: 'message:\"quota\"', severity: P4, priority: {priority} }}\n");
        let draft = drafted(&record, &taker).unwrap();
        assert_eq!(draft.taker.as_deref(), Some("quota"));
        let file = draft.definition_file(None);
        let line = file.lines().find_map(|line| line.trim().strip_prefix("priority: "));
        assert_eq!(line.map(|line| line.split(' ').next().unwrap()), expected, "{file}");
    }
}

#[test]
fn an_id_that_is_taken_is_not_given_again() {
    let record = json!({ "severity": "ERROR", "textPayload": "disk quota exceeded" });
    let taken = OTHER.replace("other", "disk-quota-exceeded");
    assert_eq!(drafted(&record, &taken).unwrap().id, "disk-quota-exceeded-2");
}

#[test]
fn a_skeleton_loads_without_a_problem() {
    for id in ["checkout-timeout", "a", "1", "no", "x..y_z"] {
        let loaded = load(&[("clusters/new.yaml", &skeleton(id, Some("../schema/clusters.json")))]);
        assert_eq!(shown(&loaded), Vec::<String>::new(), "{}", skeleton(id, None));
        assert_eq!(loaded.pack.unwrap().definitions[0].id, id);
    }
}

/// Messages that look like a log's, and messages that nobody should write.
fn message() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-zA-Z]{1,9}",
        "[0-9.]{1,6}(ms|s|%| MiB)?",
        "[a-z_]{1,6}[=:] ?[a-z0-9]{1,6}",
        ".",
        "[{}%#'\"\\\\:|&*!>-]{1,3}",
        "\\PC{1,4}",
        "[\\x00-\\x1f\u{7f}-\u{a0}\u{202e}\u{feff}\u{e0041}]",
        "(/[a-z0-9]{1,4}){1,3}",
        "\\{\\{ [a-z]{1,4} \\}\\}",
        "\n",
        "(AND|OR|NOT|REDACTED|password=x)",
        "é+",
    ];
    (prop::collection::vec(word, 0..12), prop::sample::select(vec![" ", "", ": ", " # "]))
        .prop_map(|(words, gap)| words.join(gap))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn whatever_a_log_says_a_draft_loads_without_a_problem_and_matches(
        message in message(),
        severity in prop::sample::select(vec!["DEFAULT", "INFO", "WARNING", "ERROR", "EMERGENCY"]),
        shape in 0..4,
    ) {
        let record = match shape {
            0 => json!({ "severity": severity, "textPayload": message, "insertId": "i" }),
            1 => json!({ "severity": severity, "message": message, "labels": { "module": message } }),
            2 => json!({ "severity": severity, "resource": { "type": message }, "jsonPayload": { "message": message, "n": 1 } }),
            _ => json!({ "severity": severity, "jsonPayload": { "kind": message }, "resource": { "type": "x" } }),
        };
        // `drafted` holds that the pack with the draft has no diagnostic, and that the draft takes the entry.
        let _ = drafted(&record, OTHER);
    }
}
