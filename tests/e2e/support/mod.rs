//! Running the built program as its user would.

#![allow(dead_code, reason = "each test target uses a part of it")]

pub mod json_schema;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The program, in the repository's root, without anything of this machine's environment that it looks at.
pub fn gardener() -> Command {
    Command::from_std(program())
}

/// The same, to be started and not waited for.
pub fn program() -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_gardener-under-test"));
    command.current_dir(root()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("FORCE_COLOR");
    // In a pipeline snapshots are never written, and names of files are told from the top of the checkout.
    for variable in ["CI", "TF_BUILD", "INSTA_UPDATE", "GITHUB_WORKSPACE"] {
        command.env_remove(variable);
    }
    // Whoever works on it may have a history of their own here.
    command.env("GARDENER_HISTORY", "none").env_remove("PGPASSWORD");
    command
}

/// What one run came to.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the program in a folder.
pub fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    let output = gardener().current_dir(folder).args(arguments).output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program in the repository's root.
pub fn run(arguments: &[&str]) -> Run {
    run_in(&root(), arguments)
}

/// The JSON report of an analysis that must succeed.
pub fn report_in(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["analyze", "--format", "json", "--now", "2025-09-14T04:55:00Z"];
    all.extend(arguments);
    let run = run_in(folder, &all);
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The number at a path of names.
pub fn number(value: &Value, path: &[&str]) -> u64 {
    let found = path.iter().fold(value, |value, name| &value[*name]);
    found.as_u64().unwrap_or_else(|| panic!("{path:?} is {found}"))
}

/// Asserts that every record read is in exactly one bucket.
pub fn assert_conserved(report: &Value) {
    let entries = |name: &str| number(report, &["entries", name]);
    let buckets = ["malformed", "duplicate", "outside_window", "ignored", "clustered", "routine"];
    assert_eq!(entries("read"), buckets.iter().map(|name| entries(name)).sum::<u64>(), "{}", report["entries"]);
    let counted: u64 = report["clusters"].as_array().unwrap().iter().map(|cluster| number(cluster, &["count"])).sum();
    assert_eq!(entries("clustered"), counted);
}

/// Writes a pack of one manifest and these files into a folder and gives its path as text.
pub fn write_pack(folder: &Path, files: &[(&str, &str)]) -> String {
    let pack = folder.join("pack");
    for (name, text) in files {
        let path = pack.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    pack.to_str().unwrap().to_owned()
}
