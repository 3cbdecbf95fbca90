//! Snapshots of rule tests: written, compared, accepted, reviewed, and never touched by a pipeline.

mod support;

use std::path::{Path, PathBuf};

use support::{Run, gardener, write_pack};

const CASES: &str = "\
- name: five wait
  description: a pool
  now: 2025-09-14T05:00:00Z
  entries: [\"pool exhausted, 5 waiting\"]
  snapshot: both
- name: six wait
  now: 2025-09-14T05:00:00Z
  entries: [\"pool exhausted, 6 waiting\"]
  snapshot: decision
";
const CLUSTERS: &str = "- id: pool\n  title: Pool ran dry\n  match: message:\"pool exhausted\"\n  severity: P3\n";
const FIVE: &str = "a__five-wait.decision.snap";
const SIX: &str = "a__six-wait.decision.snap";
const WORKLOG: &str = "a__five-wait.worklog.snap";

/// A folder with a pack.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        bench.write(&[
            ("gardener.yaml", "version: 1\nname: mine\n"),
            ("clusters/a.yaml", CLUSTERS),
            ("tests/a.yaml", CASES),
        ]);
        bench
    }

    /// One whose snapshots are accepted, and whose severity has changed since.
    fn changed() -> Self {
        let bench = Self::new();
        assert_eq!(bench.test(&["--accept"], &[]).code, 0);
        bench.write(&[("clusters/a.yaml", &CLUSTERS.replace("P3", "P2"))]);
        bench
    }

    fn write(&self, files: &[(&str, &str)]) {
        write_pack(self.0.path(), files);
    }

    fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> assert_cmd::Command {
        let mut command = gardener();
        command.current_dir(self.0.path()).env_remove("CI").env_remove("TF_BUILD").env_remove("INSTA_UPDATE");
        command.envs(variables.iter().copied()).args(["test", "--rules", "pack"]).args(arguments);
        command
    }

    fn test(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let output = self.command(arguments, variables).output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("pack/tests/snapshots")
    }

    fn names(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.folder()) else { return Vec::new() };
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder().join(name)).unwrap()
    }
}

fn pending(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{name}.new")).collect()
}

#[test]
fn new_snapshots_are_put_aside_accepted_and_then_hold() {
    let bench = Bench::new();
    let first = bench.test(&[], &[]);
    assert_eq!(first.code, 5, "{}", first.stdout);
    assert!(first.stdout.contains("≠ a.yaml::five wait (decision is new, worklog is new)"), "{}", first.stdout);
    assert!(first.stdout.contains("0 passed, 3 snapshots differ"), "{}", first.stdout);
    assert!(first.stderr.contains("gardener test --review"), "{}", first.stderr);
    assert_eq!(bench.names(), pending(&[FIVE, WORKLOG, SIX]));
    let accepted = bench.test(&["--accept"], &[]);
    assert_eq!(accepted.code, 0);
    assert!(accepted.stderr.contains("3 snapshots accepted in pack/tests/snapshots"), "{}", accepted.stderr);
    assert_eq!(bench.names(), [FIVE, WORKLOG, SIX]);
    let again = bench.test(&[], &[]);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""), "{}", again.stdout);
    let text = bench.text(FIVE);
    let header = "---\nsource: tests/a.yaml\ndescription: a pool\nexpression: decision of five wait\n---\npack: mine\n";
    assert!(text.starts_with(header) && text.ends_with('\n') && text.contains("severity: P3"), "{text}");
    assert!(bench.text(WORKLOG).contains("### 🟡 CLUSTER 1: Pool ran dry"), "{}", bench.text(WORKLOG));
}

#[test]
fn a_change_is_shown_line_by_line_with_what_decided_and_once_for_all_cases() {
    let bench = Bench::changed();
    let run = bench.test(&["decision", "six"], &[]);
    assert_eq!(run.code, 2, "a filter is a name, not a kind: {}", run.stdout);
    let run = bench.test(&[], &[]);
    assert_eq!(run.code, 5);
    assert_eq!(run.stdout.matches("+    severity: P2").count(), 1, "{}", run.stdout);
    for expected in [
        "≠ the decision of a.yaml::five wait changed",
        "and the same in a.yaml::six wait",
        "pack/tests/snapshots/a__five-wait.decision.snap",
        "pack/clusters/a.yaml:1:7 declares P2",
        "-    severity: P3",
        "≠ the worklog of a.yaml::five wait changed",
        "3 snapshots differ",
    ] {
        assert!(run.stdout.contains(expected), "{expected} is not in\n{}", run.stdout);
    }
    assert!(bench.text(FIVE).contains("severity: P3") && bench.text(&format!("{FIVE}.new")).contains("severity: P2"));
    // What is as it was again has nothing pending.
    bench.write(&[("clusters/a.yaml", CLUSTERS)]);
    assert_eq!(bench.test(&[], &[]).code, 0);
    assert_eq!(bench.names(), [FIVE, WORKLOG, SIX]);
}

#[test]
fn a_severity_that_changes_is_one_line_and_names_what_decided() {
    let bench = Bench::new();
    let others = "- id: queue\n  title: Queue grows\n  match: message:\"queue length\"\n  severity: P1\n- id: aaa\n  title: First\n  match: message:\"first\"\n  severity: P4\n";
    let policy =
        "fn severity(cluster) {\n    if cluster.id == \"pool\" { cluster.raise_to(\"P2\", \"pools are dear\"); }\n}\n";
    let cases = "- name: three\n  now: 2025-09-14T05:00:00Z\n  entries: [first, pool exhausted, queue length 7]\n  snapshot: decision\n";
    bench.write(&[("clusters/b.yaml", others), ("policy/p.rhai", policy), ("tests/a.yaml", cases)]);
    assert_eq!(bench.test(&["--accept"], &[]).code, 0);
    bench.write(&[("policy/p.rhai", &format!("// Dearer.\n{}", policy.replace("P2", "P0")))]);
    let run = bench.test(&[], &[]);
    assert_eq!(run.code, 5);
    let changed: Vec<&str> = run.stdout.lines().filter(|line| line.contains("│+") || line.contains("│-")).collect();
    assert!(changed.iter().any(|line| line.ends_with("│+    severity: P0")), "{}", run.stdout);
    assert!(changed.len() <= 8, "no cluster moves: {}", run.stdout);
    let places: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("  pack/")).collect();
    let expected = [
        "  pack/tests/snapshots/a__three.decision.snap",
        "  pack/clusters/a.yaml:1:7 declares P3",
        "  pack/policy/p.rhai:3:32 P3 → P0: pools are dear",
    ];
    assert_eq!(places.len(), expected.len(), "{}", run.stdout);
    assert_eq!(places[..2], expected[..2]);
    assert!(
        places[2].starts_with("  pack/policy/p.rhai:3:") && places[2].ends_with("P3 → P0: pools are dear"),
        "{places:?}"
    );
}

#[test]
fn a_failed_expectation_outranks_a_snapshot() {
    let bench = Bench::changed();
    bench.write(&[("tests/a.yaml", &CASES.replace("snapshot: both", "snapshot: both\n  absent: [pool]"))]);
    assert_eq!(bench.test(&[], &[]).code, 4);
    assert_eq!(bench.test(&["six"], &[]).code, 5);
}

#[test]
fn only_what_is_selected_is_accepted() {
    let bench = Bench::changed();
    assert_eq!(bench.test(&["--accept", "six"], &[]).code, 0);
    assert!(bench.text(SIX).contains("severity: P2") && bench.text(FIVE).contains("severity: P3"));
    assert_eq!(bench.test(&[], &[]).code, 5);
}

#[test]
fn the_environment_says_what_is_written() {
    let settle = |value: &str| {
        let bench = Bench::changed();
        std::fs::remove_file(bench.folder().join(SIX)).unwrap();
        let run = bench.test(&[], &[("INSTA_UPDATE", value)]);
        (run.code, bench.names(), bench.text(FIVE).contains("severity: P2"))
    };
    let all = [FIVE, WORKLOG].map(str::to_owned);
    assert_eq!(settle("no"), (5, all.to_vec(), false));
    for value in ["auto", "new", ""] {
        let (code, names, is_accepted) = settle(value);
        assert_eq!((code, is_accepted), (5, false), "{value}");
        let new = pending(&[FIVE, WORKLOG, SIX]);
        assert!(new.iter().all(|name| names.contains(name)) && !names.contains(&SIX.to_owned()), "{value}: {names:?}");
    }
    for value in ["always", "force", "1"] {
        assert_eq!(settle(value), (0, vec![FIVE.to_owned(), WORKLOG.to_owned(), SIX.to_owned()], true), "{value}");
    }
    let (code, names, is_accepted) = settle("unseen");
    assert_eq!((code, is_accepted), (5, false));
    assert!(names.contains(&SIX.to_owned()) && names.contains(&format!("{FIVE}.new")), "{names:?}");
    let wrong = Bench::new().test(&[], &[("INSTA_UPDATE", "alwyas")]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `always`?"), "{}", wrong.stderr);
}

#[test]
fn a_pipeline_writes_nothing() {
    for variables in [[("CI", "true"), ("INSTA_UPDATE", "always")], [("TF_BUILD", "True"), ("INSTA_UPDATE", "new")]] {
        let bench = Bench::changed();
        let before = bench.text(FIVE);
        assert_eq!(bench.test(&[], &variables).code, 5);
        assert_eq!(
            (bench.names(), bench.text(FIVE)),
            (vec![FIVE.to_owned(), WORKLOG.to_owned(), SIX.to_owned()], before)
        );
        for flag in ["--accept", "--review"] {
            let run = bench.test(&[flag], &variables);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{flag}");
            assert!(run.stderr.contains("never changed where CI is set"), "{}", run.stderr);
        }
    }
    let bench = Bench::new();
    assert_eq!(bench.test(&[], &[("CI", "false")]).code, 5);
    assert_eq!(bench.names().len(), 3, "CI=false is no pipeline");
}

#[test]
fn line_ends_do_not_count() {
    let bench = Bench::new();
    assert_eq!(bench.test(&["--accept"], &[]).code, 0);
    for name in [FIVE, WORKLOG, SIX] {
        let text = bench.text(name).replace('\n', "\r\n");
        std::fs::write(bench.folder().join(name), format!("{text}\r\n\r\n")).unwrap();
    }
    let run = bench.test(&[], &[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    // The files of the pack may have come with other line ends as well.
    bench
        .write(&[("tests/a.yaml", &CASES.replace('\n', "\r\n")), ("clusters/a.yaml", &CLUSTERS.replace('\n', "\r\n"))]);
    let run = bench.test(&[], &[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

#[test]
fn snapshots_without_a_case_are_told_and_removed() {
    let bench = Bench::new();
    assert_eq!(bench.test(&["--accept"], &[]).code, 0);
    bench.write(&[("tests/a.yaml", &CASES.replace("six wait", "seven wait").replace("both", "decision"))]);
    std::fs::write(bench.folder().join("notes.txt"), "mine").unwrap();
    let told = bench.test(&["--accept"], &[]);
    assert_eq!(told.code, 0);
    for name in [WORKLOG, SIX] {
        assert!(told.stderr.contains(&format!("no case asks for pack/tests/snapshots/{name}")), "{}", told.stderr);
    }
    assert!(told.stderr.contains("--remove-unreferenced") && !told.stderr.contains("notes.txt"), "{}", told.stderr);
    // A filter leaves the others out of the run; they are asked for all the same.
    let removed = bench.test(&["--remove-unreferenced", "seven"], &[]);
    assert_eq!(removed.code, 0, "{}", removed.stdout);
    assert_eq!(bench.names(), [FIVE, "a__seven-wait.decision.snap", "notes.txt"]);
    let quiet = bench.test(&["-q"], &[]);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn review_off_a_terminal_is_refused_with_what_to_do_instead() {
    let bench = Bench::changed();
    let run = bench.test(&["--review"], &[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("this is no terminal") && run.stderr.contains("gardener test --accept"),
        "{}",
        run.stderr
    );
    assert_eq!(bench.test(&["--review", "--accept"], &[]).code, 2);
    assert_eq!(bench.names(), [FIVE, WORKLOG, SIX]);
}

#[test]
fn what_is_accepted_no_longer_differs() {
    let bench = Bench::changed();
    let run = bench.test(&["--accept"], &[]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("3 snapshots accepted") && !run.stdout.contains("differ"), "{}", run.stdout);
    assert!(run.stdout.contains("(decision, worklog accepted)") && !run.stdout.contains("≠"), "{}", run.stdout);
    let quiet = Bench::changed().test(&["--accept", "-q"], &[]);
    assert!(quiet.stderr.contains("3 snapshots accepted in"), "{}", quiet.stderr);
}

#[test]
fn a_pipeline_removes_nothing() {
    let bench = Bench::changed();
    let run = bench.test(&["--remove-unreferenced"], &[("CI", "1")]);
    assert!(run.code == 2 && run.stderr.contains("never changed where CI is set"), "{}", run.stderr);
}

#[test]
fn a_damaged_snapshot_is_called_so() {
    let bench = Bench::changed();
    let path = bench.folder().join(FIVE);
    let text = std::fs::read_to_string(&path).unwrap();
    for (bytes, what) in [
        (
            text.replace("pack:", "<<<<<<< HEAD\npack:\n=======\n>>>>>>> other\npack:").into_bytes(),
            "merge conflict of Git",
        ),
        ([text.as_bytes(), &[0xff, 0xfe]].concat(), "is not UTF-8"),
        (b"---\nsource: tests/a.yaml\n".to_vec(), "ends within its header"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let run = bench.test(&["five"], &[]);
        assert_eq!(run.code, 5, "{}", run.stdout);
        let told =
            format!("cannot be compared: its file {what}").replace("file merge", "file holds the marks of a merge");
        assert!(run.stdout.contains(&told) && run.stdout.contains("(decision is damaged"), "{told}: {}", run.stdout);
    }
    assert_eq!(bench.test(&["--accept"], &[]).code, 0);
    assert_eq!(bench.test(&[], &[]).code, 0);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.folder()).unwrap();
    let outside = bench.0.path().join("outside");
    std::fs::write(&outside, "mine").unwrap();
    std::os::unix::fs::symlink(&outside, bench.folder().join(FIVE)).unwrap();
    let run = bench.test(&["--accept"], &[]);
    assert_eq!(run.code, 6, "{}", run.stdout);
    assert!(run.stderr.contains("is no ordinary file"), "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(outside).unwrap(), "mine");
}

/// A review at a terminal: its keys go in, what it asks comes out.
#[cfg(target_os = "linux")]
mod terminal {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::process::Stdio;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::*;

    /// Reviews with these keys, each pressed when the program asks; what it said, and how it ended.
    fn reviewed(bench: &Bench, keys: &str) -> (i32, String) {
        reviewed_at(bench, keys, "100")
    }

    /// The same at a terminal of so many columns.
    fn reviewed_at(bench: &Bench, keys: &str, columns: &str) -> (i32, String) {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let end = || File::options().read(true).write(true).open(&name).unwrap();
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_gardener-under-test"))
            .args(["test", "--rules", "pack", "--review"])
            .current_dir(bench.0.path())
            .env_remove("CI")
            .env_remove("TF_BUILD")
            .env("TERM", "xterm")
            .env("COLUMNS", columns)
            .stdin(Stdio::from(end()))
            .stderr(Stdio::from(end()))
            .stdout(Stdio::from(end()))
            .spawn()
            .unwrap();
        let mut master = File::from(master);
        let mut said = Vec::new();
        let mut buffer = [0; 4096];
        let mut answers = 0;
        for key in keys.bytes() {
            while String::from_utf8_lossy(&said).matches("q quit: ").count() <= answers {
                let count = master.read(&mut buffer).unwrap_or(0);
                assert!(count > 0, "it ended without asking: {}", String::from_utf8_lossy(&said));
                said.extend_from_slice(&buffer[..count]);
            }
            master.write_all(&[key]).unwrap();
            // A key that means nothing is not answered.
            answers += usize::from(!b"xd".contains(&key));
        }
        // Once nobody holds the other end, reading it is an error.
        while let Ok(count @ 1..) = master.read(&mut buffer) {
            said.extend_from_slice(&buffer[..count]);
        }
        let code = child.wait().unwrap().code().unwrap_or(-1);
        (code, String::from_utf8_lossy(&said).into_owned())
    }

    #[test]
    fn one_key_accepts_the_same_change_in_all_cases() {
        let bench = Bench::changed();
        let (code, said) = reviewed(&bench, "aa");
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("1 of 2") && said.contains("2 of 2"), "{said}");
        assert!(said.contains("and the same in a.yaml::six wait"), "{said}");
        assert!(said.contains("pack/clusters/a.yaml:1:7"), "{said}");
        assert!(said.contains("\u{1b}[31m-") && said.contains("\u{1b}[32m+"), "{said}");
        assert!(said.contains("3 snapshots accepted, 0 rejected, 0 skipped"), "{said}");
        assert!(bench.text(FIVE).contains("severity: P2") && bench.text(SIX).contains("severity: P2"));
        assert_eq!(bench.names(), [FIVE, WORKLOG, SIX]);
    }

    #[test]
    fn capitals_decide_on_all_that_follow() {
        let bench = Bench::changed();
        let (code, said) = reviewed(&bench, "R");
        assert_eq!(code, 5, "{said}");
        assert!(said.contains("0 snapshots accepted, 3 rejected, 0 skipped"), "{said}");
        assert!(bench.text(FIVE).contains("severity: P3"));
        assert_eq!(bench.names(), [FIVE, WORKLOG, SIX]);
    }

    #[test]
    fn what_is_skipped_stays_pending_and_other_keys_mean_nothing() {
        let bench = Bench::changed();
        let (code, said) = reviewed(&bench, "xdsq");
        assert_eq!(code, 5, "{said}");
        assert!(said.contains("skipped, and all that follow"), "{said}");
        assert!(said.contains("0 snapshots accepted, 0 rejected, 3 skipped"), "{said}");
        let (code, said) = reviewed(&bench, "sA");
        assert_eq!(code, 5, "{said}");
        assert!(said.contains("1 snapshot accepted, 0 rejected, 2 skipped"), "{said}");
        assert_eq!(bench.names(), [FIVE, &format!("{FIVE}.new"), WORKLOG, SIX, &format!("{SIX}.new")]);
    }

    #[test]
    fn the_end_of_input_ends_it() {
        // The terminal makes a NUL of it where it comes before single keys are asked for.
        for key in ["\u{4}", "\0"] {
            let (code, said) = reviewed(&Bench::changed(), key);
            assert!(code == 5 && said.contains("skipped, and all that follow"), "{said}");
        }
    }

    #[test]
    fn it_fits_a_narrow_terminal() {
        let bench = Bench::changed();
        let (_, said) = reviewed_at(&bench, "q", "40");
        let asked = said.split("━━━ 1 of 2").nth(1).unwrap();
        let plain = plain(asked.split("q quit: ").next().unwrap());
        let widest = plain.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 40, "{widest}: {plain}");
        assert!(plain.contains("  a accept   r reject   s skip\r\n  A R S all that follow   d "), "{plain}");
        assert!(plain.contains("│-") && plain.contains("│+"), "{plain}");
    }

    /// A text without its colours.
    fn plain(text: &str) -> String {
        let mut parts = text.split("\u{1b}[");
        let first = parts.next().unwrap_or("").to_owned();
        parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
    }

    #[test]
    fn nothing_to_review_is_said() {
        let bench = Bench::new();
        assert_eq!(bench.test(&["--accept"], &[]).code, 0);
        let (code, said) = reviewed(&bench, "");
        assert_eq!(code, 0);
        assert!(said.contains("there is nothing to review"), "{said}");
    }
}

/// The files are what `cargo insta` reads; the library reads them by the same code.
#[test]
fn insta_reads_accepted_and_pending_snapshots() {
    let bench = Bench::changed();
    assert_eq!(bench.test(&[], &[]).code, 5);
    let read = |name: &str| insta::Snapshot::from_file(&bench.folder().join(name)).unwrap();
    let severity = |name: &str| read(name).contents().as_text().unwrap().to_string().contains("severity: P2");
    assert!(!severity(FIVE) && severity(&format!("{FIVE}.new")));
    let metadata = read(FIVE);
    assert_eq!(metadata.metadata().source(), Some("tests/a.yaml"));
    assert_eq!(metadata.metadata().description(), Some("a pool"));
    assert_eq!(metadata.metadata().expression(), Some("decision of five wait"));
    assert_eq!(metadata.snapshot_name(), Some("five-wait.decision"));
    assert!(Path::new(&bench.folder().join(SIX)).exists());
}
