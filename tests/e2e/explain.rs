//! `gardener explain`: records and clusters of all kinds of captures, wrong asking, hostile text, secrets.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use support::{Run, gardener, number, report_in, root, run, run_in, write_pack};

const NETRA: &str = "tests/captures/netra-2025-09-14.jsonl";
const RULES: [&str; 2] = ["--rules", "rules/netra-staging"];
const NOW: [&str; 2] = ["--now", "2025-09-14T04:55:00Z"];

const MANIFEST: &str = "version: 1\nname: shop\n";
const CLUSTERS: &str = r#"- id: pool-exhausted
  title: Pool exhausted
  match: severity>=ERROR AND message:"pool exhausted"
  capture: { waited_s: 'waited (\d+)s' }
  facets: [labels.zone]
  severity: P3
  policy: { group: by_kind, severity: waited }
- id: pool
  title: Pool
  match: message:"pool"
  severity: P5
  priority: -10
- id: probes
  match: message:"probe"
  ignore: true
  reason: probes of the load balancer
"#;
const POLICY: &str = r#"fn waited(cluster) {
    if cluster.has_metric("waited_s") { cluster.raise_to("P1", "somebody waited"); }
}
fn by_kind(entry) {
    #{ kind: if entry.message.contains("late") { "late" } else { "early" } }
}
"#;
const LINES: [&str; 7] = [
    r#"{"logName":"l","insertId":"1","timestamp":"2025-09-14T04:00:00Z","severity":"ERROR","labels":{"zone":"a"},"jsonPayload":{"message":"pool exhausted, waited 30s","user":"alice@example.com"}}"#,
    r#"{"severity":"INFO","jsonPayload":{"message":"pool exhausted, waited 2s"}}"#,
    r#"{"severity":"INFO","jsonPayload":{"message":"cache is warm"}}"#,
    r#"{"severity":"ERROR","jsonPayload":{"message":"disk 7 is full"}}"#,
    r#"{"severity":"ERROR","jsonPay"#,
    r#"{"severity":"INFO","jsonPayload":{"message":"probe ok"}}"#,
    r#"{"logName":"l","insertId":"1","timestamp":"2025-09-14T04:00:00Z","severity":"ERROR","labels":{"zone":"a"},"jsonPayload":{"message":"pool exhausted, waited 30s","user":"alice@example.com"}}"#,
];

/// A folder with a pack and a capture `logs.jsonl` of these lines.
fn folder(lines: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTERS), ("policy/p.rhai", POLICY)]);
    fs::write(folder.path().join("logs.jsonl"), lines.iter().map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
    folder
}

fn explain_in(folder: &Path, arguments: &[&str]) -> Run {
    run_in(folder, &[&["explain", "--rules", "pack"], &NOW[..], arguments].concat())
}

fn tree_in(folder: &Path, arguments: &[&str]) -> String {
    let run = explain_in(folder, arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
    run.stdout
}

fn json_in(folder: &Path, arguments: &[&str]) -> Value {
    let run = explain_in(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(value["schema"], "gardener/explain/v1");
    value
}

/// Asserts that a run ends with a code and an error and a help that hold these texts.
fn assert_refused(run: &Run, code: i32, texts: &[&str]) {
    assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{}", run.stderr);
    for text in texts {
        assert!(run.stderr.contains(text), "{text} is not in\n{}", run.stderr);
    }
}

#[test]
fn a_record_and_a_capture_are_explained() {
    let folder = folder(&LINES);
    let record = tree_in(folder.path(), &["logs.jsonl:1"]);
    let capture = tree_in(folder.path(), &["logs.jsonl"]);
    assert!(record.lines().chain(capture.lines()).all(|line| line.chars().count() <= 100), "{record}\n{capture}");
    insta::assert_snapshot!(format!("{record}\n=====\n\n{capture}"));
}

#[test]
fn the_example_is_explained_down_to_the_lines_of_its_policy() {
    let asked = |asked: &str| run(&[&["explain", asked], &RULES[..], &NOW[..]].concat());
    let record = asked("tests/captures/netra-2025-09-14.jsonl:96");
    assert_eq!((record.code, record.stderr.as_str()), (0, ""));
    for text in [
        "|- clustered by buffer-utilization: the first definition that matches",
        "+ message:\"HIGH BUFFER UTILIZATION\": message is \" WARNING: [U+FE0F] HIGH BUFFER",
        "capture utilization = 92.1 (a metric)",
        "severity P3 -> P2",
        "P3 → P2: buffer utilization 92.1% is at or above ",
        "action update: #807",
    ] {
        assert!(record.stdout.contains(text), "{text} is not in\n{}", record.stdout);
    }
    let clusters = asked(NETRA);
    assert_eq!((clusters.code, clusters.stderr.as_str()), (0, ""));
    let headings: Vec<&str> = clusters
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("cluster "))
        .map(|line| line.split_once(" (").map_or(line, |(heading, _)| heading))
        .collect();
    let expected = [
        "P0 Golden Path Authentication Critical",
        "P2 Performance Buffer Utilization",
        "P3 SSOT WebSocket Manager Duplication",
        "P4 Database User Auto-Creation Pattern",
        "P5 SessionMiddleware Configuration Issues",
    ];
    assert_eq!(headings, expected, "{}", clusters.stdout);
    assert!(clusters.stdout.contains("(rules/netra-staging/policy/escalations.rhai:"), "{}", clusters.stdout);
    assert!(clusters.stdout.contains("5 clusters, 100 read = 0 malformed"), "{}", clusters.stdout);
}

#[test]
fn records_land_where_the_analysis_counts_them() {
    for (capture, rules) in [("tests/captures/gke.jsonl", "default"), ("tests/captures/malformed.jsonl", "default")] {
        let report = report_in(&root(), &["--rules", rules, capture]);
        let (mut buckets, mut clusters) = (BTreeMap::new(), BTreeMap::new());
        for record in 1..=number(&report, &["entries", "read"]) {
            let asked = format!("{capture}:{record}");
            let run = run(&[&["explain", &asked, "--rules", rules, "--format", "json"], &NOW[..]].concat());
            let explanation: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
            let entry = &explanation["entry"];
            assert_eq!(entry["standing"]["record"], record);
            *buckets.entry(entry["bucket"]["kind"].as_str().unwrap().to_owned()).or_insert(0) += 1;
            if entry["bucket"]["kind"] == "clustered" {
                let cluster = &explanation["clusters"][0];
                *clusters.entry(cluster["fingerprint"].as_str().unwrap().to_owned()).or_insert(0) += 1;
                assert_eq!(cluster["id"], entry["cluster"]["id"]);
                assert!(
                    report["clusters"].as_array().unwrap().iter().any(|known| known["reasons"] == cluster["reasons"])
                );
            }
        }
        for bucket in ["malformed", "duplicate", "ignored", "clustered", "routine"] {
            let counted = buckets.get(bucket).copied().unwrap_or(0);
            assert_eq!(number(&report, &["entries", bucket]), counted, "{capture}: {bucket}");
        }
        for cluster in report["clusters"].as_array().unwrap() {
            let counted = clusters.get(cluster["fingerprint"].as_str().unwrap()).copied().unwrap_or(0);
            assert_eq!(number(cluster, &["count"]), counted, "{capture}: {}", cluster["id"]);
        }
    }
}

#[test]
fn every_bucket_says_why() {
    let folder = folder(&LINES);
    let bucket = |record: usize| json_in(folder.path(), &[&format!("logs.jsonl:{record}")])["entry"]["bucket"].clone();
    let (clustered, also, routine, template) = (bucket(1), bucket(2), bucket(3), bucket(4));
    assert_eq!((&clustered["kind"], &clustered["definition"]), (&"clustered".into(), &"pool-exhausted".into()));
    assert_eq!(clustered["place"]["file"], "pack/clusters/a.yaml");
    assert_eq!((&also["kind"], &also["definition"]), (&"clustered".into(), &"pool".into()));
    assert_eq!(routine["kind"], "routine");
    assert_eq!(routine["reason"], "no definition matches, and INFO is below the attention floor WARNING");
    assert_eq!((&template["kind"], &template["template"]), (&"clustered".into(), &"disk <*> is full".into()));
    let (malformed, ignored, duplicate) = (bucket(5), bucket(6), bucket(7));
    assert_eq!(
        (&malformed["kind"], &malformed["reason"]),
        (&"malformed".into(), &"it ends in the middle of a JSON value".into())
    );
    assert_eq!((&ignored["kind"], &ignored["reason"]), (&"ignored".into(), &"probes of the load balancer".into()));
    assert_eq!((&duplicate["kind"], &duplicate["duplicate_of"]["record"]), (&"duplicate".into(), &1.into()));
    assert_eq!(duplicate["otherwise"]["definition"], "pool-exhausted");
    assert_eq!(duplicate["otherwise"]["cluster"]["id"], "pool-exhausted");
    let left_out = json_in(folder.path(), &["logs.jsonl:7"]);
    assert!(left_out["entry"]["cluster"].is_null() && left_out["clusters"] == Value::Array(Vec::new()));
    let told = tree_in(folder.path(), &["logs.jsonl:7"]);
    assert!(told.contains("not one of the entries of that cluster: the first one is: gardener explain"), "{told}");
    let outside = json_in(folder.path(), &["logs.jsonl:1", "--since", "2025-09-14T04:30:00Z"]);
    assert_eq!(outside["entry"]["bucket"]["kind"], "outside_window");
    let inside = json_in(folder.path(), &["logs.jsonl:1", "--until", "2025-09-14T04:30:00Z"]);
    assert_eq!(inside["entry"]["bucket"]["kind"], "clustered");
}

#[test]
fn the_tree_says_which_test_failed_and_on_what() {
    let folder = folder(&LINES);
    let tree = tree_in(folder.path(), &["logs.jsonl:2"]);
    for text in [
        "+ pool takes it: the first that matches (priority -10, no. 3 in their order)",
        "x pool-exhausted does not match: 1 of 2 tests hold (pack/clusters/a.yaml:1)",
        "x severity>=ERROR: severity is INFO",
    ] {
        assert!(tree.contains(text), "{text} is not in\n{tree}");
    }
    let tree = tree_in(folder.path(), &["logs.jsonl:1"]);
    for text in [
        "pool also matches, and comes later: priority -10 < 0",
        "capture waited_s = 30 (a metric)",
        "facet labels.zone = \"a\"",
        "group by by_kind(entry) (pack/policy/p.rhai:4) returned kind = \"early\"",
        "severity P3 -> P1",
        "P3 → P1: somebody waited (pack/policy/p.rhai:2)",
    ] {
        assert!(tree.contains(text), "{text} is not in\n{tree}");
    }
    let one = tree_in(folder.path(), &["logs.jsonl:3", "--definition", "pool-exhausted"]);
    assert!(one.contains("x severity>=ERROR") && one.contains("x message:\"pool exhausted\""), "{one}");
    assert!(!one.contains("probes"), "{one}");
    assert!(tree_in(folder.path(), &["logs.jsonl:3", "--all"]).contains("probes"));
}

#[test]
fn redaction_is_told_by_field_and_secrets_never_are() {
    let secret = concat!("gh", "p_0123456789abcdefABCDEF0123456789abcd");
    let line = format!(
        r#"{{"severity":"ERROR","labels":{{"zone":"mallory@example.com"}},"jsonPayload":{{"message":"pool exhausted with {secret}, waited 3s","user":"alice@example.com","card":4111111111111111,"alice@example.com":{{"password":"hunter2"}}}}}}"#
    );
    let broken = format!(r#"{{"password":"hunter2","x":"{secret}" "#);
    let folder = folder(&[&line, &broken]);
    let mut all = String::new();
    for arguments in [
        &["logs.jsonl:1"][..],
        &["logs.jsonl:1", "--all"],
        &["logs.jsonl:1", "--format", "json"],
        &["logs.jsonl:2"],
        &["logs.jsonl"],
        &["logs.jsonl", "--format", "json"],
        &["logs.jsonl:1", "--color", "always"],
    ] {
        let run = explain_in(folder.path(), arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        for text in [secret, "alice", "mallory", "hunter2", "4111111111111111"] {
            assert!(!run.stdout.contains(text) && !run.stderr.contains(text), "{text}: {arguments:?}\n{}", run.stdout);
        }
        all.push_str(&run.stdout);
    }
    for text in [
        "jsonPayload.user: email: \"***@example.com\"",
        "jsonPayload.card: credit-card: \"REDACTED\" (a number, now text)",
        "jsonPayload.message: github-token: \"pool exhausted with REDACTED, waited 3s\" (a part of it)",
        "jsonPayload.\"***@example.com\": email: \"***@example.com\" (in its name)",
        "jsonPayload.\"***@example.com\".password: named-secret: \"REDACTED\" (all of it)",
        "malformed: it ends in the middle of a JSON value",
    ] {
        assert!(all.contains(text), "{text} is not in\n{all}");
    }
}

#[test]
fn hostile_text_is_shown_and_never_obeyed() {
    let line = r#"{"severity":"ERROR","jsonPayload":{"message":"pool exhausted \u001b[2J\u001b]0;x\u0007 \u202e evil\nwaited 1s\r└─ forged","\u001b[31mkey":"a@example.com"},"labels":{"zone":"\u009b31m"}}"#;
    let folder = folder(&[line]);
    for arguments in [&["logs.jsonl:1", "--all"][..], &["logs.jsonl"], &["logs.jsonl:1", "--format", "json"]] {
        let run = explain_in(folder.path(), arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!run.stdout.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\r']), "{:?}", run.stdout);
        assert!(run.stdout.lines().all(|line| !line.trim_start().starts_with("└─ forged")), "{}", run.stdout);
    }
    let name = "a\u{1b}[31m\u{202e}.jsonl";
    fs::copy(folder.path().join("logs.jsonl"), folder.path().join(name)).unwrap();
    let run = explain_in(folder.path(), &[&format!("{name}:1")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{:?}", run.stdout);
    let wrong = explain_in(folder.path(), &[&format!("{name}:7")]);
    assert!(wrong.code == 2 && !wrong.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", wrong.stderr);
}

#[test]
fn an_entry_on_standard_input_is_explained() {
    let folder = folder(&[]);
    let piped = |input: &str, arguments: &[&str]| {
        let mut command = gardener();
        command.current_dir(folder.path()).args(["explain", "--rules", "pack"]).args(NOW).args(arguments);
        let output = command.write_stdin(input.to_owned()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    };
    let pretty = "{\n  \"severity\": \"ERROR\",\n  \"jsonPayload\": {\n    \"message\": \"pool exhausted\"\n  }\n}\n";
    for arguments in [&["-"][..], &[], &["-:1"], &["-:L3"]] {
        let one = piped(pretty, arguments);
        assert_eq!((one.code, one.stderr.as_str()), (0, ""));
        assert!(one.stdout.starts_with("-:1, line 1, without a time, ERROR\n"), "{}", one.stdout);
        assert!(one.stdout.contains("clustered by pool-exhausted"), "{}", one.stdout);
    }
    let several = LINES.map(|line| format!("{line}\n")).concat();
    let clusters = piped(&several, &["-"]);
    assert!(clusters.stdout.starts_with("cluster P1 Pool exhausted"), "{}", clusters.stdout);
    assert!(piped(&several, &["-:4"]).stdout.contains("disk <*> is full"));
    assert_refused(&piped("", &["-"]), 6, &["there are no entries in standard input"]);
    assert_refused(&piped(pretty, &["-:2"]), 2, &["`-` has 1 record, and no record 2"]);
    assert_refused(&piped(pretty, &["-", "-:1"]), 6, &["standard input is named twice"]);
}

#[test]
fn arrays_packed_files_and_text_are_asked_by_number_or_line() {
    let folder = folder(&[]);
    let path = |name: &str| folder.path().join(name);
    let array = format!("[\n  {},\n  {}\n]\n", LINES[0], LINES[3]);
    fs::write(path("array.json"), &array).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(array.as_bytes()).unwrap();
    fs::write(path("array.json.gz"), packed.finish().unwrap()).unwrap();
    fs::write(path("08:00:00_08:59:59_S0.json"), LINES[..4].join("\n")).unwrap();
    let text = "2025-09-14 04:00:00 ERROR boom\nTraceback (most recent call last):\n  File \"a.py\", line 3\nValueError: pool\n2025-09-14 04:00:01 INFO ok\n";
    fs::write(path("plain.log"), text).unwrap();
    for (asked, record, line, severity) in [
        ("array.json:2", 2, 3, "ERROR"),
        ("array.json:L3", 2, 3, "ERROR"),
        ("array.json.gz:2", 2, 3, "ERROR"),
        ("08:00:00_08:59:59_S0.json:3", 3, 3, "INFO"),
        ("08:00:00_08:59:59_S0.json:L2", 2, 2, "INFO"),
        ("plain.log:L3", 1, 1, "ERROR"),
        ("plain.log:2", 2, 5, "INFO"),
        ("arr*.json:1", 1, 2, "ERROR"),
    ] {
        let entry = json_in(folder.path(), &[asked])["entry"].clone();
        let standing = (&entry["standing"]["record"], &entry["standing"]["line"], &entry["log_severity"]);
        assert_eq!(standing, (&record.into(), &line.into(), &severity.into()), "{asked}");
    }
    assert!(explain_in(folder.path(), &["08:00:00_08:59:59_S0.json"]).stdout.contains("cluster"));
    let one_line = format!("[{},{}]", LINES[0], LINES[3]);
    fs::write(path("flat.json"), one_line).unwrap();
    let several = explain_in(folder.path(), &["flat.json:L1"]);
    assert_refused(&several, 2, &["records 1 to 2 of `flat.json` all stand at that line", "`flat.json:1`"]);
}

#[test]
fn captures_beside_the_record_count_as_well() {
    let folder = folder(&LINES);
    fs::write(folder.path().join("again.jsonl"), format!("{}\n{}\n", LINES[3], LINES[0])).unwrap();
    let both = json_in(folder.path(), &["logs.jsonl", "again.jsonl:2"]);
    assert_eq!(both["entry"]["bucket"]["duplicate_of"]["capture"], "logs.jsonl");
    let template = json_in(folder.path(), &["logs.jsonl", "again.jsonl:1"]);
    assert_eq!(number(&template["clusters"][0], &["count"]), 2);
    assert_refused(
        &explain_in(folder.path(), &["logs.jsonl:1", "again.jsonl:1"]),
        2,
        &["more than one record is named"],
    );
    fs::create_dir(folder.path().join("day")).unwrap();
    for name in ["a.jsonl", "b.jsonl"] {
        fs::write(folder.path().join("day").join(name), LINES[0]).unwrap();
    }
    assert_refused(&explain_in(folder.path(), &["day:1"]), 2, &["`day` names 2 captures"]);
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let folder = folder(&LINES);
    fs::write(folder.path().join("gaps.jsonl"), format!("\n\n{}\n\n\n{}\n", LINES[2], LINES[3])).unwrap();
    fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    fs::write(folder.path().join("routine.jsonl"), LINES[2]).unwrap();
    let later = LINES[0].replace("04:00:00Z", "04:10:00Z");
    fs::write(folder.path().join("timed.jsonl"), format!("{}\n{later}\n", LINES[0])).unwrap();
    for (arguments, code, texts) in [
        (&["logs.jsonl:8"][..], 2, &["`logs.jsonl` has 7 records, and no record 8", "counted from 1"][..]),
        (&["logs.jsonl:0"], 2, &["there is no `:0`: records are counted from 1"]),
        (&["logs.jsonl:L0"], 2, &["lines are counted from 1"]),
        (&["logs.jsonl:99999999999999999999"], 2, &["more than any capture holds"]),
        (
            &["gaps.jsonl:L5"],
            2,
            &["no record of `gaps.jsonl` stands at line 5", "record 1 is at line 3, record 2 is at line 6"],
        ),
        (&["gaps.jsonl:L9"], 2, &["record 2 is at line 6"]),
        (&["empty.jsonl:1"], 6, &["there are no entries in empty.jsonl"]),
        (&["empty.jsonl"], 6, &["there are no entries in empty.jsonl", "--allow-empty"]),
        (&["routine.jsonl"], 2, &["no entry of routine.jsonl is in a cluster", "gardener explain routine.jsonl:1"]),
        (&["nowhere.jsonl:1"], 6, &["cannot read `nowhere.jsonl`"]),
        (&["logs.jsonl:x"], 6, &["cannot read `logs.jsonl:x`", "`logs.jsonl:17`"]),
        (
            &["logs.jsonl:1", "--definition", "pool-exausted"],
            2,
            &["no definition `pool-exausted`", "did you mean `pool-exhausted`?"],
        ),
        (
            &["logs.jsonl", "--cluster", "pol"],
            2,
            &["no entry of logs.jsonl is in a cluster `pol`", "did you mean `pool`?"],
        ),
        (&["logs.jsonl", "--cluster", "probes"], 2, &["gardener explain logs.jsonl:1 --definition probes"]),
        (&["logs.jsonl", "--definition", "pool"], 2, &["--definition is for one record, and none is named"]),
        (&["logs.jsonl:1:2"], 2, &["`:1:2` names no record of `logs.jsonl`", "`logs.jsonl:17`"]),
        (&["logs.jsonl:-3"], 2, &["`:-3` names no record of `logs.jsonl`"]),
        (&["logs.jsonl:17,18"], 2, &["`:17,18` names no record"]),
        (
            &["timed.jsonl", "--since", "2025-09-14T04:30:00Z"],
            2,
            &[
                "all 2 records of timed.jsonl are outside the window --since 2025-09-14T04:30:00Z",
                "`gardener explain timed.jsonl:1 --since 2025-09-14T04:30:00Z`",
            ],
        ),
        (
            &["logs.jsonl", "--since", "2025-09-14T04:30:00Z", "--cluster", "probes"],
            2,
            &["gardener explain logs.jsonl:1 --since 2025-09-14T04:30:00Z --definition probes"],
        ),
        (&["logs.jsonl", "--all"], 2, &["--all is for one record"]),
        (&["logs.jsonl:1", "--cluster", "pool"], 2, &["--cluster is for whole captures"]),
        (&["logs.jsonl:1", "--all", "--definition", "pool"], 2, &["cannot be used with"]),
        (&["logs.jsonl", "--since", "1h", "--until", "2h"], 2, &["the window is empty"]),
    ] {
        assert_refused(&explain_in(folder.path(), arguments), code, texts);
    }
    let allowed = explain_in(folder.path(), &["routine.jsonl", "--allow-empty"]);
    assert_eq!(allowed.code, 0);
    assert!(allowed.stdout.contains("0 clusters, 1 read = "), "{}", allowed.stdout);
}

#[test]
fn clusters_can_be_chosen_and_name_their_records() {
    let folder = folder(&LINES);
    let all = json_in(folder.path(), &["logs.jsonl"]);
    let records = |cluster: &Value| -> Vec<u64> {
        cluster["records"].as_array().unwrap().iter().map(|record| number(record, &["record"])).collect()
    };
    let found: Vec<(String, Vec<u64>)> = all["clusters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cluster| (cluster["id"].as_str().unwrap().to_owned(), records(cluster)))
        .collect();
    assert_eq!(found[0], ("pool-exhausted".to_owned(), vec![1]));
    assert!(found.contains(&("pool".to_owned(), vec![2])), "{found:?}");
    assert_eq!(number(&all, &["clusters_in_all"]), 3);
    let one = json_in(folder.path(), &["logs.jsonl", "--cluster", "pool"]);
    assert_eq!(one["clusters"].as_array().unwrap().len(), 1);
    let because = &all["clusters"][0]["because"][1];
    assert_eq!((&because["place"]["file"], &because["place"]["line"]), (&"pack/policy/p.rhai".into(), &2.into()));
    let tree = tree_in(folder.path(), &["logs.jsonl"]);
    assert!(tree.contains("why a record landed where it did: gardener explain logs.jsonl:1"), "{tree}");
}

#[test]
fn a_policy_that_fails_is_told_with_its_place() {
    let folder = folder(&LINES);
    fs::write(
        folder.path().join("pack/policy/p.rhai"),
        "fn waited(cluster) {\n    throw `no ${cluster.id}`;\n}\nfn by_kind(entry) { throw \"no kind\"; }\n",
    )
    .unwrap();
    let run = explain_in(folder.path(), &["logs.jsonl:1"]);
    assert_eq!(run.code, 0);
    for text in [
        "severity P3 (policy failed)",
        "policy failed and what is declared stands: no pool-exhausted (pack/policy/p.rhai:2)",
        "group by by_kind(entry) (pack/policy/p.rhai:4) failed: no kind (pack/policy/p.rhai:4)",
    ] {
        assert!(run.stdout.contains(text), "{text} is not in\n{}", run.stdout);
    }
    assert!(run.stderr.contains("policy-failed") && run.stderr.contains("pack/policy/p.rhai:2:5"), "{}", run.stderr);
}

#[test]
fn the_same_question_has_the_same_answer() {
    let folder = folder(&LINES);
    for arguments in [&["logs.jsonl:1", "--all", "--format", "json"][..], &["logs.jsonl"]] {
        let once = explain_in(folder.path(), arguments).stdout;
        assert_eq!(once, explain_in(folder.path(), arguments).stdout);
    }
    let colored = explain_in(folder.path(), &["logs.jsonl:1", "--color", "always"]).stdout;
    assert!(colored.contains("\u{1b}[31mP1\u{1b}[0m"), "{colored:?}");
}
