//! The benchmark of `docs/performance.md`, tried on a few entries: that it works, not how fast anything is.

mod support;

use std::process::Command;

use support::root;

#[test]
fn the_benchmark_times_everything_that_it_names() {
    let works = |program: &str| Command::new(program).arg("--version").output().is_ok_and(|said| said.status.success());
    if !works("python3") {
        eprintln!("skipped: there is no python3");
        return;
    }
    let gardener = env!("CARGO_BIN_EXE_gardener-under-test");
    let mut command = Command::new("python3");
    command.arg(root().join("tests/bench/end_to_end.py"));
    command.args(["--entries", "1500", "--runs", "1", "--gardener", gardener]);
    command.args(["--yardstick", env!("CARGO_BIN_EXE_yardstick")]);
    let run = command.output().unwrap();
    let (said, told) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{told}");
    for row in [
        "`gardener analyze`",
        "`sonic-rs, parsing only`",
        "`wc -l`",
        "`1 MB`",
        "`40 definitions`",
        "`1,000 definitions`",
        "the default pack",
        "`lines of text`",
    ] {
        assert!(said.lines().any(|line| line.starts_with(&format!("| {row} |"))), "{row} in\n{said}");
    }
    // That a definition of a made pack is invalid would be a failure of the command; that a peer is left out must not be one.
    for (program, row) in
        [("jq", "| `jq "), ("rg", "| `rg "), ("taskset", "| `1 core`"), ("gzip", "| `gzip`"), ("zstd", "| `zstd`")]
    {
        assert_eq!(works(program), said.contains(row), "{program}:\n{said}");
    }
}
