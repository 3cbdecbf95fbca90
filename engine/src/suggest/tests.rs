use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::classify::Classifier;
use crate::clusters::Clusters;
use crate::judge::sandbox;
use crate::pack::tests::Shelf;
use crate::pack::{Loaded, check};
use crate::plan::Memory;
use crate::script::Limits;
use crate::triage::{Frame, triage};

const NONE: &str = "- { id: other, title: x, match: 'message:\"never logged by anything\"', severity: P4 }\n";

fn load(files: &[(&str, &str)]) -> Loaded {
    let mut shelf = Shelf::default();
    shelf.put("main", "gardener.yaml", "version: 1\nname: t\n".into());
    files.iter().for_each(|(path, text)| shelf.put("main", path, (*text).into()));
    check(&shelf, "main", &sandbox(Limits::default()))
}

/// Records, all looked at by one, or in parts by several.
struct Records<'r> {
    texts: &'r [String],
    pack: &'r Pack,
    part: usize,
}

impl Entries for Records<'_> {
    fn all<L: Look>(&mut self, new: impl Fn() -> L + Sync) -> L {
        let mut sum = new();
        for part in self.texts.chunks(self.part) {
            let mut looker = new();
            let mut batch = Batch::new();
            part.iter().for_each(|text| batch.push_json(text, &mut Vec::new()));
            looker.look(&self.pack.redactor.batch(batch));
            sum.merge(looker);
        }
        sum
    }
}

fn texts(records: &[Value]) -> Vec<String> {
    records.iter().map(Value::to_string).collect()
}

fn report_of(pack: &Pack, texts: &[String]) -> Report {
    let (classifier, sandbox) = (Classifier::new(pack), sandbox(Limits::default()));
    let mut clusters = Clusters::new(&classifier, &sandbox);
    let mut batch = Batch::new();
    texts.iter().for_each(|text| batch.push_json(text, &mut Vec::new()));
    clusters.add(&pack.redactor.batch(batch));
    triage(pack, &sandbox, &clusters, &Memory::default(), Frame::of_records("2025-09-14T06:00:00Z", texts.len())).report
}

fn suggested_in(records: &[Value], definitions: &str, part: usize) -> Suggestions {
    let pack = load(&[("clusters/other.yaml", definitions)]).pack.unwrap();
    let texts = texts(records);
    let report = report_of(&pack, &texts);
    let wanted = Wanted { ids: Vec::new(), top: 100, min_count: 1 };
    let mut entries = Records { texts: &texts, pack: &pack, part };
    suggestions(&Classifier::new(&pack), &report, &wanted, (false, BTreeSet::new()), &mut entries)
}

/// The suggestions; and that the pack with them is right and has their clusters as definitions.
fn suggested(records: &[Value]) -> Suggestions {
    let made = suggested_in(records, NONE, usize::MAX);
    let file = suggestions_yaml(&made);
    let whole = load(&[("clusters/other.yaml", NONE), ("clusters/new.yaml", &file)]);
    let problems: Vec<String> =
        whole.diagnostics.iter().map(|d| format!("{}: {} {:?}", d.code.id, d.message, d.help)).collect();
    assert_eq!(problems, Vec::<String>::new(), "{file}");
    let report = report_of(&whole.pack.unwrap(), &texts(records));
    for suggestion in made.suggestions.iter().filter(|it| it.outcome.is_exact) {
        let cluster = report.clusters.iter().find(|cluster| cluster.id == suggestion.id).unwrap();
        assert_eq!(cluster.count, suggestion.outcome.count, "{}", suggestion.yaml);
    }
    made
}

fn error(message: &str) -> Value {
    json!({ "severity": "ERROR", "jsonPayload": { "message": message } })
}

fn one<'m>(made: &'m Suggestions, template: &str) -> &'m Suggestion {
    let found = made.suggestions.iter().find(|it| it.template.contains(template));
    found.unwrap_or_else(|| panic!("no {template} in {}", suggestions_yaml(made)))
}

#[test]
fn words_that_all_entries_have_are_asked_for_and_counted() {
    let records: Vec<Value> = (0..5)
        .map(|n| error(&format!("checkout timed out after {n}.5s (order 47{n}1)")))
        .chain((0..3).map(|n| error(&format!("payment declined by bank {n}"))))
        .collect();
    let made = suggested(&records);
    assert_eq!(made.suggestions.len(), 2);
    let first = &made.suggestions[0];
    assert_eq!(first.id, "checkout-timed-out-order");
    assert_eq!(first.query, "severity>=WARNING AND message:\"checkout timed out\"");
    assert!(first.outcome.is_exact && first.outcome.matched == 5 && first.outcome.others.is_empty());
    for part in [
        "# template-",
        "5 entries",
        "exactly the cluster's",
        "was: 'template:checkout timed out after <*> (order <*>)'",
        "duration_s: 'after (\\d+(?:\\.\\d+)?)s'",
        "severity: P4 ",
        "logged as ERROR",
        "checkout timed out after",
    ] {
        assert!(first.yaml.contains(part), "no {part} in {}", first.yaml);
    }
}

#[test]
fn what_words_do_not_tell_apart_other_terms_do() {
    let records = [
        error("disk full"),
        error("disk full on volume data"),
        json!({ "severity": "INFO", "jsonPayload": { "message": "cart opened for 7" } }),
        json!({ "severity": "ERROR", "jsonPayload": { "message": "cart opened for 8" } }),
        json!({ "severity": "ERROR", "httpRequest": { "requestMethod": "GET", "requestUrl": "https://a.example/api/17", "status": 503 } }),
        json!({ "severity": "ERROR", "httpRequest": { "requestMethod": "GET", "requestUrl": "/api/18/items?x=1", "status": 500 } }),
        json!({ "severity": "ERROR", "jsonPayload": { "job": "nightly", "is_late": true } }),
        json!({ "severity": "ERROR", "jsonPayload": { "job": "nightly", "is_late": true, "shard": 7 } }),
        json!({ "severity": "ERROR", "jsonPayload": {} }),
        json!({ "severity": "ERROR", "protoPayload": { "serviceName": "compute.googleapis.com", "methodName": "v1.delete", "status": { "code": 7 } } }),
    ];
    let made = suggested(&records);
    assert!(one(&made, "disk full").query.contains("message"));
    let alone = made.suggestions.iter().find(|it| it.template == "disk full").unwrap();
    assert!(alone.query.ends_with("message=~\"^disk full$\"") && alone.outcome.is_exact, "{}", alone.yaml);
    assert!(alone.yaml.contains("disk full on volume data"), "the nearest other is an example: {}", alone.yaml);
    let cart = one(&made, "cart opened");
    assert!(cart.outcome.is_exact && cart.outcome.matched == 1, "{}", cart.yaml);
    for template in ["GET /api/<*> 5xx", "GET /api/<*>/items 5xx", "compute.googleapis.com", "job, shard"] {
        assert!(one(&made, template).outcome.is_exact, "{}", one(&made, template).yaml);
    }
}

#[test]
fn a_query_that_is_not_exact_says_so() {
    let value = |extra: &str| json!({ "severity": "ERROR", "jsonPayload": { "job": "nightly", "extra": extra } });
    let more = json!({ "severity": "ERROR", "jsonPayload": { "job": "nightly", "extra": "x", "shard": 7 } });
    let made = suggested(&[value("x"), value("x"), more]);
    let inexact = made.suggestions.iter().find(|it| it.template == "payload with extra, job").unwrap();
    assert!(!inexact.outcome.is_exact);
    assert_eq!((inexact.outcome.matched, inexact.outcome.of_cluster), (3, 2));
    assert_eq!(inexact.outcome.others.iter().map(|it| it.count).sum::<u64>(), 1);
    assert!(inexact.yaml.contains("# NOT EXACT: the query matches 3 entries, all 2 of the cluster and 1 of template-"));
}

/// Definitions for the absence of something would take in whatever else comes some day.
#[test]
fn nothing_is_asked_for_what_says_nothing() {
    let records = [
        error(" "),
        error("disk array lost"),
        json!({ "severity": "ERROR", "jsonPayload": {} }),
        json!({ "severity": "ERROR", "jsonPayload": { "message": "" } }),
        json!({ "severity": "ERROR", "jsonPayload": { "code": { "is": 3 } } }),
    ];
    let made = suggested(&records);
    let mut queries: Vec<&str> = made.suggestions.iter().map(|it| it.query.as_str()).collect();
    queries.sort_unstable();
    assert_eq!(
        queries,
        [
            "severity>=WARNING AND NOT message:* AND jsonPayload.code:*",
            "severity>=WARNING AND message:\"disk array lost\""
        ]
    );
    assert_eq!(made.not_asked_for.len(), 2, "{made:?}");
}

#[test]
fn definitions_keep_the_entries_that_they_have() {
    let held = "- { id: held, title: x, match: 'message:\"no route to host\" AND message:\"10.0.\"', severity: P4 }\n";
    let records = [error("no route to host 10.0.0.1"), error("no route to host 10.1.0.2")];
    let made = suggested_in(&records, held, usize::MAX);
    let [it] = made.suggestions.as_slice() else { panic!("{made:?}") };
    assert_eq!((it.outcome.matched, it.outcome.priority, it.outcome.is_exact), (2, Some(-1), true), "{}", it.yaml);
    let whole = load(&[("clusters/other.yaml", held), ("clusters/new.yaml", &suggestions_yaml(&made))]);
    let report = report_of(&whole.pack.unwrap(), &texts(&records));
    let counts: Vec<(&str, u64)> = report.clusters.iter().map(|it| (it.id.as_str(), it.count)).collect();
    assert!(counts.contains(&("held", 1)) && counts.contains(&(it.id.as_str(), 1)), "{counts:?}");
}

#[test]
fn a_definition_has_the_identity_of_the_cluster_that_it_takes_the_place_of() {
    let records = [error("queue of 17 is full"), error("queue of 18 is full")];
    let made = suggested(&records);
    let [it] = made.suggestions.as_slice() else { panic!("{made:?}") };
    let whole = load(&[("clusters/new.yaml", &it.yaml)]).pack.unwrap();
    let prints = whole.definitions[0].fingerprints("t", &std::collections::BTreeMap::new());
    assert!(prints.contains(&it.fingerprint), "{}", it.yaml);
    assert!(crate::id::is_former(&whole.definitions[0].was[0], &it.cluster));
}

#[test]
fn texts_of_strangers_are_texts() {
    let long = format!("stack overflow {}", "in frame of some function ".repeat(4_000));
    let messages = [
        "it's \"quoted\": {key: [1, 2]} # and - more",
        "C:\\path\\to (.*+?)[]|^$ failed \\d+ \\",
        "bell \u{7} and \u{1b}[31mred\u{1b}[0m and \u{202e}tfel failed",
        "{{ title }} ${x} %s @channel #12 <b>bold</b> failed",
        "база данных недоступна 17",
        "データベース接続エラー 42",
        "- yes",
        "true",
        "🔥🔥🔥",
        "4711",
        "key: |\n  two lines",
        long.as_str(),
    ];
    let records: Vec<Value> = messages.iter().map(|message| error(message)).collect();
    let made = suggested(&records);
    // Those without a word are told, not asked for.
    assert!(made.suggestions.len() >= 9 && !made.not_asked_for.is_empty(), "{}", suggestions_yaml(&made));
    let russian = one(&made, "база");
    assert!(russian.id.starts_with("unknown-") && russian.outcome.is_exact, "{}", russian.yaml);
    assert!(made.suggestions.iter().all(|it| it.yaml.len() < 6_000));
}

#[test]
fn nothing_unknown_is_said() {
    let made = suggested(&[json!({ "severity": "INFO", "textPayload": "all well" })]);
    assert!(suggestions_yaml(&made).starts_with("# nothing is unknown"), "{}", suggestions_yaml(&made));
    assert_eq!(suggestions_said(&made), "nothing is unknown: every entry of WARNING or above has a definition\n");
}

/// Messages of a few kinds, whose words are shared, with values in them.
fn messages() -> impl Strategy<Value = Vec<Value>> {
    let word = prop::sample::select(vec!["disk", "full", "queue", "on", "for", "timeout", "user", "a.b", "x=1", "(z)"]);
    let message = prop::collection::vec(prop_oneof![4 => word.prop_map(str::to_owned), 1 => "[0-9]{1,3}"], 1..6);
    let severity = prop::sample::select(vec!["INFO", "WARNING", "ERROR", "CRITICAL"]);
    let record = (message, severity)
        .prop_map(|(words, severity)| json!({ "severity": severity, "jsonPayload": { "message": words.join(" ") } }));
    prop::collection::vec(record, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What is said of a query is what it matches, whose it is, and exact where no other entry has all that these have.
    #[test]
    fn what_is_said_of_a_query_is_true(records in messages()) {
        let made = suggested(&records);
        let pack = load(&[("clusters/other.yaml", NONE)]).pack.unwrap();
        let texts = texts(&records);
        for it in &made.suggestions {
            let query = crate::query::Query::parse(&it.query).query.unwrap();
            let mut batch = Batch::new();
            texts.iter().for_each(|text| batch.push_json(text, &mut Vec::new()));
            let batch = pack.redactor.batch(batch);
            let matched = batch.entries(&pack.message).filter(|entry| query.matches(entry)).count();
            prop_assert_eq!(matched as u64, it.outcome.matched, "{}", it.yaml);
            prop_assert_eq!(it.outcome.of_cluster, it.outcome.count, "every entry of the cluster: {}", it.yaml);
        }
    }

    #[test]
    fn parts_and_order_change_nothing(records in messages(), part in 1_usize..7) {
        let whole = suggestions_json(&suggested_in(&records, NONE, usize::MAX));
        let reversed: Vec<Value> = records.iter().rev().cloned().collect();
        prop_assert_eq!(&suggestions_json(&suggested_in(&reversed, NONE, part)), &whole);
    }
}
