//! Files of packs that cannot be read, and directories that are no packs: told as every other problem is, and hiding nothing.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: mine\n";
const BROKEN: &str = "- { id: a, title: A, severity: P9, match: 'message:\"a\"' }\n";

/// `code file:line` of each problem that `gardener check` tells, and the run's exit code.
fn told(folder: &Path, rules: &str) -> (i32, Vec<String>) {
    let run = run_in(folder, &["check", "--format", "json", "--rules", rules]);
    let problems: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr));
    let shown = |problem: &Value| match problem["file"].as_str() {
        Some(file) => format!("{} {file}:{}", problem["code"].as_str().unwrap(), problem["line"]),
        None => problem["code"].as_str().unwrap().to_owned(),
    };
    (run.code, problems.as_array().unwrap().iter().map(shown).collect())
}

#[test]
fn a_directory_that_is_no_pack_is_told_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    std::fs::write(folder.path().join("file"), "x").unwrap();
    std::fs::create_dir(folder.path().join("misnamed")).unwrap();
    std::fs::write(folder.path().join("misnamed/gardener.yml"), MANIFEST).unwrap();
    assert_eq!(told(folder.path(), "empty"), (3, vec!["manifest-missing empty/gardener.yaml:1".to_owned()]));
    assert_eq!(told(folder.path(), "none"), (3, vec!["pack-unreadable".to_owned()]));
    assert_eq!(told(folder.path(), "file"), (3, vec!["pack-unreadable".to_owned()]));
    let run = run_in(folder.path(), &["check", "--rules", "misnamed"]);
    assert!(run.stdout.contains("rename `gardener.yml` to `gardener.yaml`"), "{}", run.stdout);
    let run = run_in(folder.path(), &["check", "--format", "github", "--rules", "none"]);
    assert!(run.stdout.starts_with("::error title=pack-unreadable::the pack `none` cannot be read"), "{}", run.stdout);
    let run = run_in(&folder.path().join("misnamed"), &["check"]);
    assert_eq!(run.code, 3, "the built-in pack does not take the place of a misnamed one: {}", run.stderr);
}

#[cfg(unix)]
#[test]
fn one_bad_file_hides_nothing_and_no_link_leads_out() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let pack = write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/z.yaml", BROKEN)]);
    std::fs::write(folder.path().join("secret.txt"), "hunter2: [\n").unwrap();
    let clusters = Path::new(&pack).join("clusters");
    symlink("nowhere", clusters.join("broken.yaml")).unwrap();
    symlink(".", clusters.join("loop")).unwrap();
    symlink("../../secret.txt", clusters.join("secret.yaml")).unwrap();
    std::os::unix::net::UnixListener::bind(clusters.join("socket.yaml")).unwrap();
    let (code, problems) = told(folder.path(), "pack");
    assert_eq!(code, 3);
    assert_eq!(
        problems,
        [
            "file-unreadable pack/clusters/broken.yaml:1",
            "file-unreadable pack/clusters/loop:1",
            "file-unreadable pack/clusters/secret.yaml:1",
            "file-unreadable pack/clusters/socket.yaml:1",
            "unknown-severity pack/clusters/z.yaml:1",
        ]
    );
    let run = run_in(folder.path(), &["check", "--rules", "pack"]);
    assert!(!run.stdout.contains("hunter2"), "what lies outside of the pack is not shown: {}", run.stdout);
    assert!(run.stderr.contains("5 errors, 0 warnings in 6 files"), "{}", run.stderr);
}
