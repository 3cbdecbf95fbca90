//! The fast way of counting held against a slow one that takes no short cut: each record is parsed by itself, redacted key by
//! key, and held against every query of every definition.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::entry::{Batch, Forms, Head};
use crate::pack::Pack;
use crate::pack::tests::{Shelf, sandbox};
use crate::plan::Memory;
use crate::render;
use crate::triage::{Frame, triage};

/// Records with places for what differs: `$T` a text, `$S` a severity, `$N` a number, `$M` a time. Keys stand in several
/// orders, some twice, some are secret or hold a secret.
const RECORDS: &[&str] = &[
    r#"{"insertId":"$T","severity":"$S","timestamp":"$M","textPayload":"$T","labels":{"v":"$T"}}"#,
    r#"{"textPayload":"$T","timestamp":"$M","severity":"$S","insertId":"$T","receiveTimestamp":"$M"}"#,
    r#"{ "severity" : "$S", "jsonPayload" : { "message" : "$T", "n" : $N, "ok" : true }, "timestamp" : "$M" }"#,
    r#"{"severity":"$S","jsonPayload":{"message":"$T","password":"$T","user":{"name":"$T","token":"$T"}},"logName":"$T"}"#,
    r#"{"severity":"$S","jsonPayload":{"message":"$T","message":"$T","list":["$T",$N,{"a":"$T"}]},"severity":"$S"}"#,
    r#"{"severity":$N,"jsonPayload":{"pairs":[{"name":"$T","value":"$T"}],"name":"$T","value":"$T"},"timestamp":"$M"}"#,
    r#"{"severity":"$S","jsonPayload":{"alice@example.com":"$T","n":$N},"resource":{"type":"x","labels":{"r":"$T"}}}"#,
    r#"{"severity":"$S","httpRequest":{"status":$N,"requestUrl":"/$T"},"insertId":"$T","timestamp":"$M"}"#,
    r#"{"level":"$S","msg":"$T","time":"$M","n":$N}"#,
    r#"{"severity":"$S","protoPayload":{"@type":"t","value":{"a":"$T"},"b":null},"textPayload":null}"#,
    r#"{"severity":"$S","text\u0050ayload":"$T"}"#,
    r#"{"entries":[{"textPayload":"$T","severity":"$S"},{"textPayload":"$T"}]}"#,
    r#"{"textPayload":"$T","severity":"$S""#,
    r#"{"textPayload":"$T"} $N"#,
];

/// Texts as JSON writes them: with literals of queries, whole, split by escapes or hidden by them, and secrets likewise.
const TEXTS: &[&str] = &[
    "",
    "pool exhausted",
    "POOL Exhausted after 12 failures",
    r"po\u006fl exh\u0061usted after 3 failures",
    r"\u0057ARNING: disk full",
    "warning: disk full 4111111111111111",
    r"pa\u0073sword=hunter2 pool",
    "password=hunter2 disk",
    r"mail from alice\u0040example.com",
    "mail from bob@example.com 5xx",
    r#"say \"pool exhausted\" \\ twice"#,
    r"\ud83d\udd11 key \ud83d",
    "🔑 ключ disk full",
    r"tab\there",
    "a\u{1}b",
    "/run/secrets/x",
    "404",
    "v1",
    "v2",
    "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x",
    "null",
    "user_id=123",
];
const SEVERITIES: &[&str] = &["DEBUG", "INFO", "WARNING", "ERROR", "warn", "", r"\u0045RROR", "nonsense"];
const NUMBERS: &[&str] =
    &["0", "7", "500", "503", "-1", "1.5", "1e3", "4111111111111111", "18446744073709551616", "01", "1e999"];
const TIMES: &[&str] =
    &["2025-09-14T04:54:36Z", "2025-09-14T04:54:36.5Z", r"2025-09-14T05:00:0\u0030Z", "yesterday", "2025-09-15"];

/// Queries of definitions.
const QUERIES: &[&str] = &[
    r#"message:"pool exhausted""#,
    r#"severity>=WARNING AND message:"disk full""#,
    r#"severity=ERROR"#,
    r#"NOT severity>=WARNING AND message:disk"#,
    r#"httpRequest.status>=500 AND httpRequest.status<600"#,
    r#"jsonPayload.n=7 OR jsonPayload.list:disk"#,
    r#"jsonPayload.ok=true AND message=~"after [0-9]+ failures""#,
    r#"message:"404" OR labels.v="v1""#,
    r#"protoPayload.value.a:* OR protoPayload.a:mail"#,
    r#"SEARCH("disk full")"#,
    r#""example.com" AND NOT message:REDACTED"#,
    r#"jsonPayload.user.token="REDACTED" OR jsonPayload.password:hunter"#,
    r#"NOT jsonPayload.n:*  AND textPayload:key"#,
    r#"message!~"pool|disk" AND severity>ERROR"#,
    r#"timestamp>="2025-09-14T05:00:00Z""#,
    r#"resource.labels.r=("v1" OR "v2")"#,
];

fn record() -> impl Strategy<Value = String> {
    let picks = prop::collection::vec(any::<prop::sample::Index>(), 12);
    (prop::sample::select(RECORDS), picks).prop_map(|(record, picks)| {
        let mut picks = picks.iter();
        let mut parts = record.split('$');
        let mut out = parts.next().unwrap().to_owned();
        for part in parts {
            let from = match part.as_bytes()[0] {
                b'T' => TEXTS,
                b'S' => SEVERITIES,
                b'N' => NUMBERS,
                _ => TIMES,
            };
            out.push_str(picks.next().map_or("x", |pick| *pick.get::<&str>(from)));
            out.push_str(&part[1..]);
        }
        out
    })
}

fn pack() -> impl Strategy<Value = String> {
    let definition = (prop::sample::subsequence(QUERIES, 1..3), any::<bool>(), any::<bool>());
    let attention = prop::sample::select(vec!["DEFAULT", "WARNING", "ERROR"]);
    (prop::collection::vec(definition, 1..5), attention, any::<bool>()).prop_map(|(definitions, attention, has_own)| {
        let own = "redact:\n  - { name: own, regex: 'user_id=([0-9]+)', replacement: 'user_id=$1.' }\n";
        let mut text = format!(
            "== gardener.yaml\nversion: 1\nname: main\nattention: {attention}\n{}mutes:\n  - {{ match: 'message:disk', \
             until: 2026-01-01T00:00:00Z, reason: known, owner: x }}\n== clusters/a.yaml\n",
            if has_own { own } else { "" }
        );
        for (at, (queries, is_grouped, is_ignored)) in definitions.iter().enumerate() {
            let list: Vec<String> = queries.iter().map(|query| format!("'{}'", query.replace('\'', "''"))).collect();
            text += &format!("- id: d{at}\n  title: T\n  severity: P3\n  match: [{}]\n", list.join(", "));
            if *is_ignored {
                text += "  ignore: true\n  reason: noise\n";
                continue;
            }
            text += "  capture: { failures: 'after (\\d+) failures', word: '(?i)(disk \\w+)' }\n";
            text +=
                "  facets: [labels.v, jsonPayload.list, jsonPayload.user.name, severity, resource.labels.r, word]\n";
            if *is_grouped {
                text += "  group_by: [labels.v, word]\n";
            }
        }
        text
    })
}

/// An entry: its redacted record, its message, its identity, its content, and the rest of what is known of it.
type Shown = (Json, Option<String>, Option<u64>, u32, String);

/// What came of some records: the report, and how each of them was read.
#[derive(Debug, PartialEq)]
struct Outcome {
    report: String,
    redactions: BTreeMap<String, u64>,
    entries: Vec<Shown>,
    malformed: Vec<String>,
}

struct Run<'p> {
    pack: &'p Pack,
    clusters: Clusters<'p>,
    entries: Vec<Shown>,
    malformed: Vec<String>,
}

impl Run<'_> {
    fn note(&mut self, entry: &Entry<'_>) {
        let said = format!("{:?} {:?} {:?}", entry.severity(), entry.timestamp(), entry.shape());
        let message = entry.message().map(str::to_owned);
        self.entries.push((entry.root().to_json(), message, entry.identity(), entry.content(), said));
    }

    fn outcome(mut self, sandbox: &Sandbox) -> Outcome {
        let frame = Frame::of_records("2025-09-14T06:00:00Z", self.entries.len() + self.malformed.len());
        let frame = Frame { malformed: self.malformed.len() as u64, ..frame };
        let report = render::json(&triage(self.pack, sandbox, &self.clusters, &Memory::default(), frame).report);
        // Batches are gone over from behind where they are rising.
        self.entries.sort_by_cached_key(|entry| format!("{entry:?}"));
        let redactions = self.clusters.redactions().clone();
        Outcome { report, redactions, entries: self.entries, malformed: self.malformed }
    }
}

fn fast(pack: &Pack, sandbox: &Sandbox, records: &[String]) -> Outcome {
    let classifier = Classifier::new(pack);
    let clusters = Clusters::new(&classifier, sandbox);
    let mut run = Run { pack, clusters, entries: Vec::new(), malformed: Vec::new() };
    let mut cleaner = pack.redactor.cleaner();
    let mut forms = Forms::default();
    for chunk in records.chunks(7) {
        let mut batch = Batch::knowing(std::mem::take(&mut forms), 100);
        for record in chunk {
            if let Err(wrong) = batch.push_whole_json(record) {
                run.malformed.push(wrong.reason);
            }
        }
        forms = batch.take_forms();
        let batch = cleaner.batch(batch);
        batch.entries(&pack.message).for_each(|entry| run.note(&entry));
        run.clusters.add(&batch);
    }
    run.outcome(sandbox)
}

fn slow(pack: &Pack, sandbox: &Sandbox, records: &[String]) -> Outcome {
    let classifier = Classifier::new(pack);
    let clusters = Clusters::new(&classifier, sandbox);
    let mut run = Run { pack, clusters, entries: Vec::new(), malformed: Vec::new() };
    for record in records {
        let mut batch = Batch::new();
        if let Err(wrong) = batch.push_whole_json(record) {
            run.malformed.push(wrong.reason);
        }
        assert!(batch.heads().iter().all(|head| head.form == Head::NO_FORM), "a new batch knows no forms");
        let batch = pack.redactor.batch(batch);
        for entry in batch.entries(&pack.message) {
            run.note(&entry);
            let matches = |definition: &Definition| definition.queries.iter().any(|query| query.matches(&entry));
            let class = match pack.definitions.iter().position(matches) {
                Some(at) => Class::Definition(at),
                None if entry.severity() >= pack.attention => Class::Template,
                None => Class::Routine,
            };
            run.clusters.add_as(&entry, class);
        }
        run.clusters.add_redactions(&batch);
    }
    run.outcome(sandbox)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_fast_way_and_the_slow_way_give_the_same_bytes(
        text in pack(),
        records in prop::collection::vec(record(), 1..40),
    ) {
        let sandbox = sandbox();
        let loaded = crate::pack::load(&Shelf::of(&text), "main", &sandbox);
        let pack = loaded.pack.unwrap_or_else(|| panic!("{text}\n{:?}", loaded.diagnostics));
        // Most forms are known the second time, most values the fourth.
        let often: Vec<String> = records.iter().cycle().take(5 * records.len()).cloned().collect();
        let (fast, slow) = (fast(&pack, &sandbox, &often), slow(&pack, &sandbox, &often));
        prop_assert_eq!(fast, slow);
    }
}

#[test]
fn all_entries_say_of_deploys_what_they_say_one_by_one() {
    let text = "== gardener.yaml\nversion: 1\nname: main\ndeploys: [labels.v, labels.w]\n== clusters/a.yaml\n\
                - id: a\n  title: T\n  severity: P3\n  match: ['severity=CRITICAL']\n  group_by: [labels.g]\n\
                - id: b\n  ignore: true\n  reason: noise\n  match: ['severity=INFO']\n";
    let sandbox = sandbox();
    let loaded = crate::pack::load(&Shelf::of(text), "main", &sandbox);
    let pack = loaded.pack.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let names: Vec<String> = pack.deploys.iter().map(ToString::to_string).collect();
    // As many values as are kept, and more of them in all clusters together, in one of them, and where there is no cluster.
    for count in [3, 64, 65, 500] {
        let record = |at: usize| {
            let severity = ["CRITICAL", "INFO", "ERROR", "DEBUG"][at % 4];
            let (v, w, g) = (at % count, at % 7, at / 5 % 9);
            format!(
                r#"{{"severity":"{severity}","labels":{{"v":"v{v}","w":"w{w}","g":"{g}"}},"textPayload":"like {at}"}}"#
            )
        };
        let records: Vec<String> = (0..2_000).map(record).collect();
        let classifier = Classifier::new(&pack);
        let (mut ours, mut theirs) = (Clusters::new(&classifier, &sandbox), Clusters::new(&classifier, &sandbox));
        let mut all = DeployTally::default();
        for (at, record) in records.iter().enumerate() {
            let mut batch = Batch::new();
            batch.push_whole_json(record).unwrap();
            let batch = pack.redactor.batch(batch);
            batch.entries(&pack.message).for_each(|entry| all.add(&Deployed::of(&entry, &pack.deploys)));
            if at % 3 == 0 {
                ours.add(&batch)
            } else {
                theirs.add(&batch)
            };
        }
        ours.merge(theirs);
        let (found, wanted) = (ours.deploys(&names), all.stats(&names));
        assert_eq!(format!("{found:?}"), format!("{wanted:?}"), "{count} values");
    }
}
