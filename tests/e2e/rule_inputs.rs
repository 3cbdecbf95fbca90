//! `gardener test`: what cases read. A fixture that is broken, and a file of cases that is not read, must never look like
//! rules that are right.

mod support;

use std::io::Write as _;
use std::path::Path;

use support::{Run, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: shop\n";
const CLUSTERS: &str = "\
- id: checkout-timeout
  title: Checkout timed out
  match: severity>=WARNING AND message:\"checkout timed out\"
  severity: P2
";
const ENTRY: &str =
    "{\"severity\":\"WARNING\",\"timestamp\":\"2025-09-14T04:54:36Z\",\"message\":\"checkout timed out after 2s\"}\n";
const CASE: &str = "\
- name: one
  now: 2025-09-14T05:00:00Z
  entries: [checkout timed out after 2s]
  expect: { id: checkout-timeout }
";

/// A case that reads the capture and expects nothing of it.
fn reading(capture: &str, keys: &str) -> String {
    format!(
        "- name: x\n  now: 2025-09-14T05:00:00Z\n  captures: captures/{capture}\n  absent: [checkout-timeout]\n{keys}"
    )
}

fn pack(folder: &Path, files: &[(&str, &str)]) -> String {
    write_pack(folder, &[&[("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTERS)], files].concat())
}

/// Tests a pack with this capture and this case.
fn tested(capture: &str, bytes: &[u8], keys: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path(), &[("tests/a.yaml", &reading(capture, keys)), ("tests/captures/keep", "")]);
    std::fs::write(Path::new(&pack).join("tests/captures").join(capture), bytes).unwrap();
    let run = run_in(folder.path(), &[&["test", "--rules", &pack], arguments].concat());
    assert!(!Path::new(&pack).join("tests/snapshots/a__x.decision.snap").exists(), "{}", run.stdout);
    run
}

/// Bytes that are no text, the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8 | 0x80
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn a_fixture_that_cannot_be_read_fails_its_case_and_is_not_accepted() {
    let run = tested("r.jsonl", &noise(3000), "  snapshot: decision\n", &["--accept"]);
    assert_eq!(run.code, 4, "{}{}", run.stdout, run.stderr);
    for part in
        ["error[case-malformed]", "error[case-read-nothing]", "captures/r.jsonl, line 1", "counts: { malformed:"]
    {
        assert!(run.stdout.contains(part), "no `{part}` in {}", run.stdout);
    }
}

#[test]
fn broken_records_among_others_are_an_error_unless_they_are_expected() {
    let text = format!("{}{{\"severity\":\"WARN\n", ENTRY.replace("checkout", "search"));
    let run = tested("a.jsonl", text.as_bytes(), "", &[]);
    assert_eq!(run.code, 4, "{}", run.stdout);
    assert!(run.stdout.contains("1 record of the case cannot be read"), "{}", run.stdout);
    let run = tested("a.jsonl", text.as_bytes(), "  counts: { malformed: 1 }\n", &[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let run = tested("a.jsonl", text.as_bytes(), "  counts: { malformed: 2 }\n", &[]);
    assert_eq!(run.code, 4, "{}", run.stdout);
}

#[test]
fn a_packed_fixture_that_is_cut_off_cannot_be_read() {
    let lines: Vec<u8> = (0..400).flat_map(|n| ENTRY.replace("2s", &format!("{}s", n * 7919)).into_bytes()).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&lines).unwrap();
    let packed = packed.finish().unwrap();
    for length in [9, packed.len() - 20] {
        let run = tested("x.jsonl.gz", &packed[..length], "  counts: { malformed: 1 }\n", &[]);
        assert_eq!(run.code, 6, "{length}: {}", run.stdout);
        assert!(run.stdout.contains("the gzip data is cut off here"), "{}", run.stdout);
    }
}

#[test]
fn a_window_that_leaves_everything_out_fails_unless_it_is_expected() {
    let old = ENTRY.replace("04:54:36", "01:00:00");
    let run = tested("a.jsonl", old.as_bytes(), "  since: 1h\n", &[]);
    assert_eq!(run.code, 4, "{}", run.stdout);
    assert!(run.stdout.contains("no entry inside of its window: 1 entry outside of it"), "{}", run.stdout);
    assert!(run.stdout.contains("the window begins at 2025-09-14T04:00:00Z"), "{}", run.stdout);
    assert_eq!(tested("a.jsonl", old.as_bytes(), "  since: 1h\n  counts: { outside_window: 1 }\n", &[]).code, 0);
    assert_eq!(tested("a.jsonl", old.as_bytes(), "  since: 1h\n", &["--allow-empty"]).code, 0);
}

/// Tests a pack with one case that passes and these files, quietly.
fn beside(files: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path(), &[&[("tests/a.yaml", CASE)], files].concat());
    run_in(folder.path(), &["test", "-q", "--rules", &pack])
}

#[test]
fn a_file_of_cases_that_is_not_read_is_an_error() {
    let failing = CASE.replace("2s]", "2s, other]").replace("checkout-timeout }", "checkout-timeout, count: 9 }");
    for (name, text, part) in [
        ("tests/b.yaml", "[]\n", "error[no-cases]"),
        ("tests/C.YAML", failing.as_str(), "the names of such files end in `.yaml`: `tests/C.yaml`"),
        ("tests/sub/b.yaml", &failing, "`tests/sub/b.yaml` is not read"),
        ("test/b.yaml", &failing, "`test/b.yaml` is not read"),
    ] {
        let run = beside(&[(name, text)]);
        assert_eq!(run.code, 3, "{name}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(part), "{name}: {}", run.stderr);
    }
    let run =
        beside(&[("test/workflow.yaml", "jobs: [{ name: build }]\n"), ("tests/captures/a.yaml", "severity: INFO\n")]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn what_cannot_be_read_below_tests_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path(), &[("tests/a.yaml", CASE)]);
    let tests = Path::new(&pack).join("tests");
    rustix::fs::mknodat(rustix::fs::CWD, tests.join("f.yaml"), rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)
        .unwrap();
    std::os::unix::fs::symlink("../tests", tests.join("loop")).unwrap();
    let run = run_in(folder.path(), &["check", "--rules", &pack]);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("`tests/f.yaml` cannot be read: it is no ordinary file"), "{}", run.stdout);
    assert!(
        run.stdout.contains("`tests/loop` cannot be read: it is a link to a directory that it lies in"),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.matches("error[").count(), 2, "{}", run.stdout);
}
