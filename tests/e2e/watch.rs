//! `--watch`: again on every save, and on nothing else.

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use support::{run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: mine\n";
const RIGHT: &str = "- id: boom\n  title: Boom\n  match: message:\"boom\"\n  severity: P3\n";
const WRONG: &str = "- id: boom\n  title: Boom\n  match: serverity>=ERROR\n  severity: P9\n  tittle: x\n";
const CASES: &str =
    "- name: it\n  now: 2025-09-14T04:55:00Z\n  entries: [\"boom\"]\n  expect: { id: boom, severity: P3 }\n";

/// A program that watches, ended when it is dropped.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn new(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gardener-under-test"))
            .current_dir(folder)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, lines) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { child, lines }
    }

    /// Everything up to a line with this; long, because other tests may take the cores.
    fn until(&self, end: &str) -> String {
        let mut said = String::new();
        while !said.contains(end) {
            said.push_str(&self.lines.recv_timeout(Duration::from_secs(60)).expect("it says something"));
            said.push('\n');
        }
        said
    }

    /// Everything up to the line that says that it waits.
    fn round(&self) -> String {
        self.until("watching for changes")
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pack(folder: &Path) {
    write_pack(folder, &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", RIGHT), ("tests/a.yaml", CASES)]);
}

#[test]
fn watching_checks_again_on_every_save() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path());
    let watching = Watching::new(folder.path(), &["check", "--rules", "pack", "--watch"]);
    assert!(watching.round().contains("0 errors"));
    // What a pack is not made of starts nothing: the next round is that of the save behind it.
    write_pack(folder.path(), &[("foo.txt", "x"), ("clusters/4913", "x"), ("clusters/sedXq3wZ1", "x")]);
    write_pack(folder.path(), &[("clusters/a.yaml", WRONG)]);
    let said = watching.round();
    assert!(said.contains("changed: pack/clusters/a.yaml\n") && !said.contains("0 errors"), "{said}");
    write_pack(folder.path(), &[("clusters/a.yaml", RIGHT)]);
    assert!(watching.round().contains("0 errors"));
}

#[test]
fn a_round_comes_to_what_a_run_of_its_own_comes_to() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path());
    let arguments = ["test", "--rules", "pack", "--report", "json=r.json"];
    let watching = Watching::new(folder.path(), &[&arguments[..], &["--watch"]].concat());
    watching.round();
    let report = || std::fs::read_to_string(folder.path().join("r.json")).unwrap();
    for (file, text) in [
        ("clusters/a.yaml", RIGHT.replace("P3", "P2")),
        ("policy/p.rhai", "fn severity(cluster) { cluster.raise_to(\"P1\", \"loud\"); }\n".to_owned()),
        ("tests/a.yaml", CASES.replace("P3", "P1")),
        ("clusters/a.yaml", RIGHT.replace("boom", "bang")),
        ("clusters/a.yaml", WRONG.to_owned()),
        ("clusters/a.yaml", RIGHT.to_owned()),
    ] {
        write_pack(folder.path(), &[(file, &text)]);
        watching.round();
        let warm = report();
        std::fs::remove_file(folder.path().join("r.json")).unwrap();
        run_in(folder.path(), &arguments);
        assert_eq!(warm, report(), "{file}: {text}");
    }
}

#[test]
fn a_pack_that_is_gone_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path());
    let watching = Watching::new(folder.path(), &["check", "--rules", "pack", "--watch"]);
    watching.round();
    let (here, away) = (folder.path().join("pack"), folder.path().join("away"));
    std::fs::rename(&here, &away).unwrap();
    assert!(watching.until("is gone").contains("`pack` is gone; waiting until it is there again"));
    std::fs::rename(&away, &here).unwrap();
    assert!(watching.round().contains("0 errors"));
    write_pack(folder.path(), &[("clusters/a.yaml", WRONG)]);
    assert!(watching.round().contains("changed: pack/clusters/a.yaml"));
}

#[test]
fn what_cannot_change_is_not_watched() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path());
    for (arguments, code, part) in [
        (&["check", "--watch", "--rules", "default"][..], 2, "the built-in pack never changes"),
        (&["test", "--watch", "--rules", "nosuch"], 3, "there is no directory `nosuch` to watch"),
        (&["test", "--watch", "--rules", "pack", "nosuch"], 2, "is called `nosuch`"),
    ] {
        let run = run_in(folder.path(), arguments);
        assert!(run.code == code && run.stderr.contains(part), "{arguments:?}: {} {}", run.code, run.stderr);
    }
}
