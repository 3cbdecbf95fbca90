//! Pulls that are killed, and gone on with.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;

use super::gcp::{Fault, Gcp, entry};
use super::{Pulled, assert_strict, command, entries, names, pull, unpacked};

/// Kills a pull of this server while it waits for its answer to a request.
fn killed(folder: &Path, server: &Gcp, request: usize, arguments: &[&str]) {
    server.world().faults.insert(request, Fault::Hang);
    let mut child = command(folder, server, arguments).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    server.wait_for(request);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What an undisturbed pull writes.
fn undisturbed(server: &Gcp, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let run: Pulled = command(folder.path(), server, arguments).output().unwrap().into();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = unpacked(&folder.path().join(arguments[arguments.len() - 1]));
    server.world().requests.clear();
    text
}

#[test]
fn a_killed_pull_is_gone_on_with_to_the_same_bytes() {
    for (name, order) in [("x.jsonl.zst", "asc"), ("x.jsonl", "desc")] {
        let folder = tempfile::tempdir().unwrap();
        let server = Gcp::new(entries(60));
        {
            let mut world = server.world();
            world.most = 7;
            world.overlap = 2;
            world.has_empty_pages = true;
        }
        let arguments = ["--project", "shop", "--order", order, "-o", name];
        let whole = undisturbed(&server, &arguments);
        killed(folder.path(), &server, 5, &arguments);
        assert_eq!(names(folder.path()), [format!("{name}.part"), format!("{name}.part.json")]);
        // It was killed in the middle of a page.
        let mut part =
            std::fs::OpenOptions::new().append(true).open(folder.path().join(format!("{name}.part"))).unwrap();
        part.write_all(&[0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]).unwrap();
        killed(folder.path(), &server, 9, &["--resume", "-o", name]);
        let run: Pulled = command(folder.path(), &server, &["--resume", "-o", name]).output().unwrap().into();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(names(folder.path()), [name]);
        assert_eq!(unpacked(&folder.path().join(name)), whole);
        assert_strict(&server.world());
    }
}

#[test]
fn where_tokens_of_pages_have_grown_old_the_window_is_begun_where_it_was_left() {
    for order in ["asc", "desc"] {
        let folder = tempfile::tempdir().unwrap();
        // Many entries of one time, on both sides of the place.
        let mut all = entries(20);
        all.extend((0..20).map(|n| entry(12, &format!("same{n:02}"), json!({ "textPayload": "at once" }))));
        let server = Gcp::new(all);
        server.world().most = 6;
        let arguments = ["--project", "shop", "--order", order, "-o", "x.jsonl.zst"];
        let whole = undisturbed(&server, &arguments);
        killed(folder.path(), &server, 4, &arguments);
        server.world().epoch += 1;
        let run: Pulled = command(folder.path(), &server, &["--resume", "-o", "x.jsonl.zst"]).output().unwrap().into();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(unpacked(&folder.path().join("x.jsonl.zst")), whole);
    }
}

#[test]
fn only_the_same_pull_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(30));
    server.world().most = 10;
    killed(folder.path(), &server, 2, &["--project", "shop"]);
    for other in
        [["--project", "other"], ["--project", "shop\0--severity\0ERROR"], ["--limit", "3"], ["--order", "desc"]]
    {
        let other: Vec<&str> = other.iter().flat_map(|text| text.split('\0')).collect();
        let run: Pulled =
            command(folder.path(), &server, &[&["--resume"][..], &other].concat()).output().unwrap().into();
        assert_eq!(run.code, 2, "{other:?}: {}", run.stderr);
        assert!(run.stderr.contains("had asked for something else"), "{}", run.stderr);
    }
    let run = pull(folder.path(), &server, &["--resume"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(names(folder.path()), ["pull-20250914T040000Z-20250914T050000Z.jsonl.zst"]);
    let asked = server.world().requests.len();
    let run = pull(folder.path(), &server, &["--resume", "-o", &names(folder.path())[0]]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("is finished"), "{}", run.stderr);
    assert_eq!(server.world().requests.len(), asked);
}

#[test]
fn where_nothing_was_begun_resume_begins() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(3));
    let run = pull(folder.path(), &server, &["--resume", "-o", "x.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(names(folder.path()), ["x.jsonl"]);
}

#[test]
fn two_do_not_write_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(30));
    server.world().most = 10;
    server.world().faults.insert(2, Fault::Hang);
    let arguments = ["--project", "shop", "-o", "x.jsonl"];
    let mut first = command(folder.path(), &server, &arguments).stderr(Stdio::null()).spawn().unwrap();
    server.wait_for(2);
    for resume in [&["-o", "x.jsonl"][..], &["-o", "x.jsonl", "--resume"]] {
        let second = pull(folder.path(), &server, resume);
        assert_eq!(second.code, 6, "{}", second.stderr);
        assert!(second.stderr.contains("another pull is writing"), "{}", second.stderr);
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(pull(folder.path(), &server, &["-o", "x.jsonl", "--resume"]).code, 0);
}

#[test]
fn what_is_not_whole_is_not_read_with_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(30));
    server.world().most = 10;
    killed(folder.path(), &server, 2, &["--project", "shop", "-o", "x.jsonl"]);
    std::fs::write(folder.path().join("other.jsonl"), format!("{}\n", entries(1)[0])).unwrap();
    let report = super::report_in(folder.path(), &["."]);
    assert_eq!(super::number(&report, &["entries", "read"]), 1);
    let report = super::report_in(folder.path(), &["x.jsonl.part"]);
    assert_eq!(super::number(&report, &["entries", "read"]), 10);
}
