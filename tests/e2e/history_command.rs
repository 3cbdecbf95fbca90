//! `gardener history`: what runs saw of clusters over time, and what people lay down.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Run, gardener, run_in, write_pack};
use tempfile::TempDir;

const MANIFEST: &str = "version: 1\nname: shop\nservice: web\n";
const CLUSTERS: &str = "- id: queue
  title: Queue grows
  match: message:\"queue length\"
  capture: { length: 'queue length (\\d+)' }
  facets: [jsonPayload.line]
  severity: P3
- id: payment
  title: Payments fail
  match: message:\"payment failed\"
  group_by: jsonPayload.user
  severity: P2
";
/// From the fourth run on, policy says that the queue is P1.
const POLICY: &str = "fn severity(cluster) {
    if cluster.is_locked { cluster.note(\"a person has the last word\"); }
    if cluster.id == \"queue\" && cluster.count > 3 { cluster.raise_to(\"P1\", \"many\"); }
}
";

/// The capture of an hour, counted from the beginning of 1 June.
fn capture(folder: &Path, hour: u32) -> String {
    let mut lines = Vec::new();
    let mut push = |minute: u32, more: &str| {
        let time = format!("2025-06-{:02}T{:02}:{minute:02}:00Z", 1 + hour / 24, hour % 24);
        let id = lines.len();
        lines.push(format!(
            r#"{{"severity":"ERROR","insertId":"{hour}-{id}","timestamp":"{time}","jsonPayload":{{{more}}}}}"#
        ));
    };
    for n in 0..=hour {
        let line = if hour < 3 { 118 } else { 137 };
        push(n, &format!(r#""message":"queue length {}","line":"{line}""#, 10 * hour + n));
    }
    if hour == 2 {
        push(50, r#""message":"payment failed","user":"=bob|x""#);
        push(51, r#""message":"payment failed","user":"eve\u001b[31m\u202e""#);
    }
    let name = format!("{hour:02}.jsonl");
    fs::write(folder.join(&name), lines.join("\n")).unwrap();
    name
}

fn analyze(folder: &Path, hour: u32, more: &[&str]) -> Run {
    let name = capture(folder, hour);
    let time = |hour: u32| format!("2025-06-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24);
    let (since, now) = (time(hour), time(hour + 1));
    let fixed =
        ["analyze", "--rules", "pack", "--history", "h.db", "--since", &since, "--until", &now, "--now", &now, &name];
    let run = run_in(folder, &[&fixed[..], more].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// A folder with a pack and five hours of history.
fn shop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [("gardener.yaml", MANIFEST), ("clusters/shop.yaml", CLUSTERS), ("policy/shop.rhai", POLICY)];
    write_pack(folder.path(), &files);
    for hour in 0..5 {
        analyze(folder.path(), hour, &[]);
    }
    folder
}

fn history(folder: &TempDir, arguments: &[&str]) -> Run {
    run_in(folder.path(), &[&["history", "--rules", "pack", "--history", "h.db"], arguments].concat())
}

fn shown(folder: &TempDir, arguments: &[&str]) -> String {
    let run = history(folder, arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
    run.stdout
}

fn json(folder: &TempDir, arguments: &[&str]) -> Value {
    serde_json::from_str(&shown(folder, &[arguments, &["--format", "json"]].concat())).unwrap()
}

#[test]
fn all_clusters_are_told_the_most_urgent_first() {
    let shop = shop();
    let told = json(&shop, &[]);
    assert_eq!(
        (&told["schema"], &told["runs_known"], &told["clusters_known"]),
        (&"gardener/history/v1".into(), &5.into(), &3.into())
    );
    let ids: Vec<_> = told["clusters"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["queue", "payment", "payment"]);
    let queue = &told["clusters"][0];
    assert_eq!(queue["counts"], serde_json::json!([1, 2, 3, 4, 5]));
    assert_eq!(
        (&queue["severity"], &queue["severity_by"], &queue["severity_reason"]),
        (&"P1".into(), &"policy".into(), &"many".into())
    );
    assert_eq!(
        (&queue["first_ever_seen"], &queue["last_seen"]),
        (&"2025-06-01T00:00:00Z".into(), &"2025-06-01T04:04:00Z".into())
    );
    assert_eq!(told["clusters"][1]["runs_missed"], 2);
    let table = shown(&shop, &[]);
    for part in
        ["shop · web · 5 runs, 2025-06-01 01:00 – 2025-06-01 05:00 UTC · 3 clusters", "P1   policy", "5/5", "▃▄▆▇█"]
    {
        assert!(table.contains(part), "{part}:\n{table}");
    }
    assert!(!table.contains('\u{1b}') && !table.contains('\u{202e}'), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    assert_eq!(shown(&shop, &[]), table, "the same each time");
    assert!(shown(&shop, &["--limit", "1"]).contains("and 2 more clusters"));
    assert_eq!(json(&shop, &["--limit", "1"])["clusters"].as_array().unwrap().len(), 1);
    // As it stood after the third run, that one included.
    let then = json(&shop, &["--now", "2025-06-01T03:00:00Z"]);
    assert_eq!((&then["runs_known"], &then["clusters"][0]["id"]), (&3.into(), &"payment".into()));
    shown(&shop, &["-o", "out.txt"]);
    assert_eq!(fs::read_to_string(shop.path().join("out.txt")).unwrap(), table);
}

#[test]
fn one_cluster_is_told_run_by_run() {
    let shop = shop();
    let page = shown(&shop, &["queue"]);
    for part in [
        "P1 queue · Queue grows\nP1 set by policy: many",
        "in 5 of 5 runs, on 1 day",
        "2025-06-01 02:00  1 h         2       2  ██████            P3   definition  ongoing  create\n",
        "2025-06-01 05:00  1 h         5       5  ████████████████  P1   policy      ongoing  create  many\n",
        "length    44     +11",
        "2025-06-01 01:00  new\n2025-06-01 02:00  ongoing",
        "2025-06-01 04:00  jsonPayload.line  +137  −118",
    ] {
        assert!(page.contains(part), "{part}:\n{page}");
    }
    let told = json(&shop, &["queue", "--runs", "2"]);
    let detail = &told["clusters"][0]["detail"];
    assert_eq!((&detail["runs_left_out"], &detail["runs"][0]["seen"]["count"]), (&3.into(), &4.into()));
    assert_eq!(told["clusters"].as_array().unwrap().len(), 1);
    // By its fingerprint, and the beginning of it.
    let print = told["clusters"][0]["fingerprint"].as_str().unwrap().to_owned();
    for name in [&print[..], &print[..10], &print[3..9]] {
        assert_eq!(shown(&shop, &[name]), page, "{name}");
    }
    // A new name carries the history on, and the old one still names it.
    let renamed = CLUSTERS.replace("- id: queue", "- id: backlog\n  was: queue");
    fs::write(shop.path().join("pack/clusters/shop.yaml"), renamed).unwrap();
    assert!(shown(&shop, &["queue"]).contains("P1 backlog · Queue grows"));
    assert_eq!(shown(&shop, &["queue"]), shown(&shop, &["backlog"]));
    analyze(shop.path(), 5, &[]);
    let told = json(&shop, &["queue"]);
    assert_eq!(told["clusters"][0]["counts"], serde_json::json!([1, 2, 3, 4, 5, 6]));
    assert_eq!(told["clusters"][0]["former"][0], print);
}

#[test]
fn csv_is_for_spreadsheets_and_starts_no_formula() {
    let shop = shop();
    let all = shown(&shop, &["--format", "csv"]);
    let mut lines = all.split("\r\n");
    assert!(lines.next().unwrap().starts_with("severity,severity_by,severity_reason,is_locked,state,"), "{all}");
    assert!(lines.next().unwrap().starts_with("P1,policy,many,false,ongoing,,queue,,Queue grows,v1:"), "{all}");
    assert_eq!((all.lines().count(), all.ends_with("\r\n")), (4, true));
    assert!(all.contains("jsonPayload.user==bob|x") && !all.contains('\u{1b}'), "{all}");
    let one = shown(&shop, &["queue", "--format", "csv"]);
    let rows: Vec<&str> = one.split("\r\n").collect();
    assert!(rows[0].ends_with(",action,issue,metric:length"), "{one}");
    assert_eq!(
        rows[5],
        "2025-06-01T05:00:00Z,2025-06-01T04:00:00Z,2025-06-01T05:00:00Z,queue,5,5,2025-06-01T04:00:00Z,\
         2025-06-01T04:04:00Z,P1,policy,many,ongoing,create,,44"
    );
    shown(&shop, &["lock", "queue", "P1", "--reason", "=HYPERLINK(\"http://x\")"]);
    let locked = shown(&shop, &["--format", "csv"]);
    assert!(locked.contains("P1,person,\"'=HYPERLINK(\"\"http://x\"\")\",true,"), "{locked}");
}

#[test]
fn a_lock_holds_until_it_is_taken_back() {
    let shop = shop();
    let severity = |hour: u32| {
        let report: Value = serde_json::from_str(&analyze(shop.path(), hour, &["--format", "json"]).stdout).unwrap();
        let queue = report["clusters"].as_array().unwrap().iter().find(|it| it["id"] == "queue").unwrap().clone();
        let says = queue["reasons"].to_string().contains("a person has the last word");
        assert_eq!(says, queue["severity_by"] == "person", "policy knows who has: {}", queue["reasons"]);
        (queue["severity"].as_str().unwrap().to_owned(), queue["severity_by"].as_str().unwrap().to_owned())
    };
    let of = |severity: &str, by: &str| (severity.to_owned(), by.to_owned());
    assert_eq!(severity(5), of("P1", "policy"));
    let reason = "known, ask ops@example.com";
    let done = shown(&shop, &["lock", "queue", "P4", "--reason", reason, "--by", "ada"]);
    assert!(
        done.starts_with("`queue` is locked at P4 (ada: known, ask ") && !done.contains("ops@example.com"),
        "{done}"
    );
    let told = json(&shop, &["queue"]);
    assert_eq!((&told["clusters"][0]["severity"], &told["clusters"][0]["is_locked"]), (&"P4".into(), &true.into()));
    assert!(shown(&shop, &["queue"]).contains("locked at P4: ada: known"));
    assert!(shown(&shop, &[]).contains("P4   lock"));
    assert_eq!(severity(6), of("P4", "person"));
    let again = shown(&shop, &["lock", "queue", "p2", "--reason", "worse"]);
    assert!(again.contains("locked at P2 (worse), before at P4 (ada: known"), "{again}");
    assert_eq!(severity(7), of("P2", "person"));
    assert_eq!(shown(&shop, &["unlock", "queue"]), "`queue` is not locked any more: the next run judges it\n");
    assert_eq!(severity(8), of("P1", "policy"));
    let none = history(&shop, &["unlock", "queue"]);
    assert_eq!((none.code, none.stderr.contains("`queue` is not locked")), (2, true), "{}", none.stderr);
}

#[test]
fn what_is_forgotten_is_new_again() {
    let shop = shop();
    shown(&shop, &["lock", "queue", "P4", "--reason", "known"]);
    let refused = history(&shop, &["forget", "queue"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(
        refused.stderr.contains("nobody is there to be asked")
            && refused.stderr.contains("--yes forgets what is known of it from 5 runs"),
        "{}",
        refused.stderr
    );
    assert_eq!(json(&shop, &["queue"])["clusters"][0]["runs_seen"], 5);
    let done = shown(&shop, &["forget", "queue", "--yes"]);
    assert_eq!(
        done,
        "`queue` is forgotten: what is known of it from 5 runs, 2025-06-01 01:00:00 to 2025-06-01 05:00:00, \
         and its lock at P4 (known)\n"
    );
    let gone = history(&shop, &["queue"]);
    assert_eq!(gone.code, 2);
    assert!(gone.stderr.contains("none of 5 runs saw a cluster `queue`"), "{}", gone.stderr);
    assert_eq!(history(&shop, &["forget", "queue", "--yes"]).code, 2, "there is nothing to be forgotten");
    assert_eq!(json(&shop, &[])["clusters_known"], 2, "the others are still known");
    analyze(shop.path(), 5, &[]);
    let queue = &json(&shop, &["queue"])["clusters"][0];
    assert_eq!((&queue["state"], &queue["runs_seen"], &queue["severity"]), (&"new".into(), &1.into(), &"P1".into()));
}

#[test]
fn what_cannot_be_is_said() {
    let shop = shop();
    for (arguments, code, parts) in [
        (&["quue"][..], 2, &["none of 5 runs saw a cluster `quue`", "did you mean `queue`?"][..]),
        (&["payment"], 2, &["`payment` may mean 2 clusters", "name one by its fingerprint: v1:", "=bob|x"]),
        (&["x\u{1b}[31m"], 2, &["`x␛[31m`", "`gardener history` lists all"]),
        (&["lock", "quue", "P1", "--reason", "x"], 2, &["did you mean `queue`?"]),
        (&["lock", "queue", "P6", "--reason", "x"], 2, &["`P6` is no severity"]),
        (&["lock", "queue", "P1"], 2, &["--reason <TEXT>"]),
        (&["lock", "queue", "P1", "--reason", "  "], 2, &["it says nothing"]),
        (&["--format", "json", "unlock", "queue"], 2, &["--format is for looking"]),
        (&["queue", "forget", "payment"], 2, &["CLUSTER before the command is for looking"]),
        (&["queue", "--limit", "3"], 2, &["--limit"]),
        (&["--runs", "0"], 2, &["--runs"]),
        (&["--now", "2025-05-01T00:00:00Z"], 2, &["the first ran at 2025-06-01T01:00:00Z", "--allow-empty"]),
        (&["-o", "no/such.csv"], 6, &["there is no directory `no`"]),
    ] {
        let run = history(&shop, arguments);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{arguments:?}: {}", run.stderr);
        for part in parts {
            assert!(run.stderr.contains(part), "{arguments:?}: {part}: {}", run.stderr);
        }
        assert!(!run.stderr.contains(['\u{1b}', '\u{202e}']), "{}", run.stderr);
    }
}

#[test]
fn without_a_history_nothing_is_silently_zero() {
    let shop = shop();
    let run = |arguments: &[&str]| run_in(shop.path(), &[&["history", "--rules", "pack"], arguments].concat());
    for (arguments, code, part) in [
        (&["--history", "none"][..], 2, "`none` is named"),
        (&["--history", "x.db"], 6, "there is no history at `x.db`"),
        (&["--rules", "default", "--history", "h.db"], 6, "it has runs of pack `shop`, service `web`"),
        (&["queue", "--history", "x.db", "--allow-empty"], 6, "there is no history at `x.db`"),
        (&["lock", "queue", "P1", "--reason", "x", "--history", "x.db"], 6, "there is no history at `x.db`"),
        (&["--history", "00.jsonl"], 6, "`00.jsonl`"),
    ] {
        let arguments: Vec<&str> = arguments.to_vec();
        let run = if arguments.contains(&"default") {
            run_in(shop.path(), &[&["history"], &arguments[..]].concat())
        } else {
            run(&arguments)
        };
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(part) && run.stderr.contains("help: "), "{arguments:?}: {}", run.stderr);
    }
    assert!(!shop.path().join("x.db").exists(), "who looks makes none");
    let bare = || {
        let mut bare = gardener();
        bare.env_remove("GARDENER_HISTORY").current_dir(shop.path()).args(["history", "--rules", "pack"]);
        let output = bare.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, stderr) = bare();
    assert!(
        code == Some(2) && stderr.contains("no history is named, and there is no directory `.gardener`"),
        "{stderr}"
    );
    fs::create_dir(shop.path().join(".gardener")).unwrap();
    let (code, stderr) = bare();
    assert!(code == Some(6) && stderr.contains("there is no history at `.gardener/history.db`"), "{stderr}");
    fs::copy(shop.path().join("h.db"), shop.path().join(".gardener/history.db")).unwrap();
    assert_eq!(bare(), (Some(0), String::new()));
    let allowed = run(&["--history", "x.db", "--allow-empty", "--format", "json"]);
    assert_eq!(allowed.code, 0, "{}", allowed.stderr);
    assert_eq!(serde_json::from_str::<Value>(&allowed.stdout).unwrap()["runs_known"], 0);
    // A history of a day on which nothing was the matter.
    fs::write(shop.path().join("calm.jsonl"), "{\"severity\":\"INFO\",\"jsonPayload\":{\"message\":\"all well\"}}\n")
        .unwrap();
    let calm = ["analyze", "--rules", "pack", "--history", "calm.db", "calm.jsonl"];
    assert_eq!(run_in(shop.path(), &calm).code, 0);
    let empty = run(&["--history", "calm.db"]);
    assert_eq!(empty.code, 6, "{}", empty.stdout);
    assert!(empty.stderr.contains("no cluster is known: the history at `calm.db` has 1 run"), "{}", empty.stderr);
    assert!(run(&["--history", "calm.db", "--allow-empty"]).stdout.contains("no run saw a cluster"));
}

/// On a terminal, people are asked.
#[cfg(target_os = "linux")]
#[test]
fn a_person_is_asked_before_anything_is_forgotten() {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::process::Stdio;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let shop = shop();
    // What it asks, and what came of this answer.
    let asked = |key: u8| {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let end = || File::options().read(true).write(true).open(&name).unwrap();
        let child = std::process::Command::new(env!("CARGO_BIN_EXE_gardener-under-test"))
            .args(["history", "--rules", "pack", "--history", "h.db", "forget", "queue"])
            .current_dir(shop.path())
            .env("TERM", "xterm")
            .stdin(Stdio::from(end()))
            .stderr(Stdio::from(end()))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut master = File::from(master);
        let (mut said, mut buffer) = (Vec::new(), [0; 4096]);
        while !String::from_utf8_lossy(&said).contains("[y/N] ") {
            let count = master.read(&mut buffer).unwrap_or(0);
            assert!(count > 0, "it ended without asking: {}", String::from_utf8_lossy(&said));
            said.extend_from_slice(&buffer[..count]);
        }
        master.write_all(&[key]).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        (String::from_utf8(said).unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (question, kept) = asked(b'n');
    assert!(question.starts_with("Forget `queue`: what is known of it from 5 runs"), "{question}");
    assert_eq!(kept, "`queue` is not forgotten\n");
    assert_eq!(json(&shop, &["queue"])["clusters"][0]["runs_seen"], 5);
    assert!(asked(b'y').1.starts_with("`queue` is forgotten: what is known of it from 5 runs"));
    assert_eq!(history(&shop, &["queue"]).code, 2);
}
