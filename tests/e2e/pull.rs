//! `gardener pull` against a server that lists entries as Cloud Logging does.

#![allow(clippy::disallowed_methods, reason = "the server notes when it was asked")]

#[path = "pull/broken.rs"]
mod broken;
#[path = "pull/credentials.rs"]
mod credentials;
#[path = "support/gcp/mod.rs"]
mod gcp;
#[path = "pull/resumed.rs"]
mod resumed;
mod support;
#[cfg(target_os = "linux")]
#[path = "pull/terminal.rs"]
mod terminal;

use std::path::Path;
use std::process::Output;

use gcp::{Gcp, World, entry};
use serde_json::{Value, json};
use support::{assert_conserved, number, report_in};

/// The window that all entries are in.
const WINDOW: [&str; 4] = ["--since", "2025-09-14T04:00:00Z", "--until", "2025-09-14T05:00:00Z"];
/// The token that the server lets in.
const TOKEN: &str = "ya29.s3cret-of-the-environment";

/// So many entries, a second apart, of which every third is an error.
fn entries(count: u32) -> Vec<Value> {
    (0..count)
        .map(|n| match n % 3 {
            0 => entry(n, &format!("i{n:04}"), json!({ "severity": "ERROR", "textPayload": format!("boom  {n}") })),
            _ => entry(
                n,
                &format!("i{n:04}"),
                json!({ "severity": "INFO", "jsonPayload": { "message": "fine", "n": 1.5 } }),
            ),
        })
        .collect()
}

/// The command over the window that all entries are in.
fn command(folder: &Path, server: &Gcp, arguments: &[&str]) -> std::process::Command {
    command_without_window(folder, server, &[&WINDOW[..], arguments].concat())
}

/// The command, without what this machine knows of Google.
fn command_without_window(folder: &Path, server: &Gcp, arguments: &[&str]) -> std::process::Command {
    let mut command = support::program();
    for variable in
        ["GOOGLE_CLOUD_QUOTA_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "GCE_METADATA_HOST"]
    {
        command.env_remove(variable);
    }
    command.current_dir(folder).env("HOME", folder).env("NO_PROXY", "*");
    command.env("GARDENER_LOGGING_ENDPOINT", &server.address).env("GARDENER_GCP_TOKEN", TOKEN);
    command.arg("pull").args(arguments);
    command
}

/// What came of a pull.
struct Pulled {
    code: i32,
    stdout: String,
    stderr: String,
}

impl From<Output> for Pulled {
    fn from(output: Output) -> Self {
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("s3cret"), "{stderr}");
        Self { code: output.status.code().unwrap_or(-1), stdout: String::from_utf8(output.stdout).unwrap(), stderr }
    }
}

fn pull(folder: &Path, server: &Gcp, arguments: &[&str]) -> Pulled {
    let mut all = vec!["--project", "shop"];
    all.extend(arguments);
    command(folder, server, &all).output().unwrap().into()
}

/// The lines of a file of entries, unpacked.
fn unpacked(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let bytes = match path.to_str().unwrap() {
        name if name.contains(".zst") => zstd::decode_all(bytes.as_slice()).unwrap(),
        _ => bytes,
    };
    String::from_utf8(bytes).unwrap()
}

fn values(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The names of the files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Asserts that pages were asked for alike, and nothing was wrong with any request.
fn assert_strict(world: &World) {
    assert_eq!(world.problems, [""; 0]);
    let mut bodies: Vec<Value> = world.requests.clone();
    for body in &mut bodies {
        body.as_object_mut().unwrap().remove("pageToken");
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:#?}");
}

#[test]
fn a_window_is_read_to_its_end_and_can_be_analysed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(95));
    {
        let mut world = server.world();
        world.most = 10;
        world.has_empty_pages = true;
        world.overlap = 3;
        let late = json!({ "timestamp": "2025-09-14T05:00:00Z" });
        world.entries.push(entry(0, "late", late));
    }
    let run = pull(folder.path(), &server, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert_eq!(names(folder.path()), ["pull-20250914T040000Z-20250914T050000Z.jsonl.zst"]);
    assert!(run.stderr.contains("pulled 95 entries (27 duplicates left out)"), "{}", run.stderr);
    assert!(run.stderr.contains("all of 2025-09-14T04:00:00Z to 2025-09-14T05:00:00Z"), "{}", run.stderr);
    let path = folder.path().join(&names(folder.path())[0]);
    let mut expected = server.world().entries.clone();
    expected.pop();
    assert_eq!(values(&unpacked(&path)), expected);
    let world = server.world();
    assert_eq!(world.requests.len(), 20);
    assert_eq!(world.connections, 1, "one that works is used again");
    assert_strict(&world);
    assert_eq!(world.requests[0]["resourceNames"], json!(["projects/shop"]));
    assert_eq!(world.requests[0]["pageSize"], 1000);
    drop(world);

    let report = report_in(folder.path(), &[path.to_str().unwrap()]);
    assert_conserved(&report);
    assert_eq!(number(&report, &["entries", "read"]), 95);
    assert_eq!(number(&report, &["entries", "duplicate"]), 0);
}

#[test]
fn what_is_asked_for_is_in_the_filter() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(9));
    let view = "projects/shop/locations/global/buckets/b/views/v";
    let query =
        ["--severity", "warning", "--service", "shop", "--filter", "a OR b -- both", "--folder", "7", "--view", view];
    let run = pull(folder.path(), &server, &[&query[..], &["--organization", "8", "-o", "x.jsonl"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let world = server.world();
    assert_eq!(
        world.requests[0]["filter"],
        "timestamp>=\"2025-09-14T04:00:00Z\" AND timestamp<\"2025-09-14T05:00:00Z\" AND\nresource.labels.service_name=\"shop\" \
         AND severity>=WARNING AND (a OR b -- both\n)"
    );
    assert_eq!(world.requests[0]["resourceNames"], json!(["projects/shop", "folders/7", "organizations/8", view]));
    assert_eq!(values(&unpacked(&folder.path().join("x.jsonl"))).len(), 3);
}

#[test]
fn a_pack_names_the_project_and_what_may_match() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(9));
    let clusters = "- { id: a, title: A, severity: P3, match: 'message:\"boom\" AND severity=INFO' }\n\
                    - { id: b, title: B, match: 'textPayload:noise', ignore: true, reason: noise }\n";
    let manifest = "version: 1\nname: p\nproject: of-the-pack\nmessage: [textPayload, jsonPayload.message]\n";
    support::write_pack(folder.path(), &[("gardener.yaml", manifest), ("clusters/a.yaml", clusters)]);
    let arguments = ["--rules", "pack", "--only-matching", "-o", "x.jsonl"];
    let run: Pulled = command(folder.path(), &server, &arguments).output().unwrap().into();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let world = server.world();
    assert_eq!(world.requests[0]["resourceNames"], json!(["projects/of-the-pack"]));
    let filter = world.requests[0]["filter"].as_str().unwrap();
    assert_eq!(
        filter.split_once('\n').unwrap().1,
        "(severity>=WARNING OR ((textPayload:\"boom\" OR jsonPayload.message:\"boom\") AND severity=INFO))"
    );
}

#[test]
fn a_pack_with_more_than_a_filter_holds_is_read_by_its_texts_or_from_its_floor_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(9));
    let run = pull(folder.path(), &server, &["--rules", "default", "--only-matching", "-o", "x.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let filter = server.world().requests.pop().unwrap()["filter"].as_str().unwrap().to_owned();
    assert!(filter.contains("\n(severity>=WARNING OR ") && filter.contains(" OR \"(core dumped)\" OR "), "{filter}");
    assert!((10_000..=20_000).contains(&filter.chars().count()), "{}", filter.chars().count());
    let many = |n: usize| {
        format!("- {{ id: a{n}, title: A, severity: P3, match: 'jsonPayload.n>{n} AND NOT jsonPayload.x:a' }}\n")
    };
    let clusters: String = (0..500).map(many).collect();
    let manifest = "version: 1\nname: p\nproject: of-the-pack\n";
    support::write_pack(folder.path(), &[("gardener.yaml", manifest), ("clusters/a.yaml", &clusters)]);
    let run = pull(folder.path(), &server, &["--rules", "pack", "--only-matching", "-o", "x.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("entries from WARNING on are asked for"), "{}", run.stderr);
    assert!(server.world().requests[0]["filter"].as_str().unwrap().ends_with("\n(severity>=WARNING)"));
}

#[test]
fn a_limit_is_told_and_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(30));
    server.world().most = 4;
    let run = pull(folder.path(), &server, &["--limit", "10", "-o", "x.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("read whole up to 2025-09-14T04:00:09.123456Z"), "{}", run.stderr);
    assert_eq!(values(&unpacked(&folder.path().join("x.jsonl"))), entries(10));
    assert_eq!(names(folder.path()), ["x.jsonl", "x.jsonl.part.json"]);
    let state: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("x.jsonl.part.json")).unwrap()).unwrap();
    assert_eq!((&state["ended"], &state["cursor"]["entries"]), (&json!("limit"), &json!(10)));
    assert_strict(&server.world());

    let run = pull(folder.path(), &server, &["--resume", "-o", "x.jsonl"]);
    assert!(run.code == 0 && run.stderr.contains("perhaps not all of its window"), "{}", run.stderr);
    let run = pull(folder.path(), &server, &["--resume", "--limit", "30", "-o", "x.jsonl"]);
    assert!(run.code == 2 && run.stderr.contains("without --resume it is begun again"), "{}", run.stderr);

    let run = pull(folder.path(), &server, &["--limit", "30", "-o", "x.jsonl"]);
    assert!(run.stderr.contains("all of"), "{}", run.stderr);
    assert_eq!(names(folder.path()), ["x.jsonl"], "what was written down of the limit is gone");
}

#[test]
fn standard_output_takes_plain_lines_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(30));
    server.world().most = 7;
    let run = pull(folder.path(), &server, &["--order", "desc", "-o", "-", "-q"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let mut expected = entries(30);
    expected.reverse();
    assert_eq!(values(&run.stdout), expected);
    assert_eq!(names(folder.path()), [""; 0]);
}

/// The first line of the filter that a pull without a window asks for.
fn window(folder: &Path, server: &Gcp, arguments: &[&str]) -> String {
    let all = [&["--project", "shop", "--now", "2025-09-14T05:55:00Z", "-o", "x.jsonl"], arguments].concat();
    let run: Pulled = command_without_window(folder, server, &all).output().unwrap().into();
    assert_eq!(run.code, 0, "{}", run.stderr);
    server.world().requests.pop().unwrap()["filter"].as_str().unwrap().to_owned()
}

#[test]
fn windows_end_before_what_may_still_arrive_and_begin_where_they_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(9));
    let window = |arguments: &[&str]| window(folder.path(), &server, arguments);
    let shown =
        |since: &str, until: &str| format!("timestamp>=\"2025-09-14T{since}Z\" AND timestamp<\"2025-09-14T{until}Z\"");
    assert_eq!(window(&[]), shown("04:55:00", "05:54:00"));
    assert_eq!(
        window(&["--since", "6h", "--settle", "2m30s"]),
        shown("23:55:00", "05:52:30").replacen("14T23", "13T23", 1)
    );
    assert_eq!(window(&["--until", "10m"]), shown("04:55:00", "05:45:00"));
    assert_eq!(window(&["--until", "2025-09-14T09:00:00Z"]), shown("04:55:00", "05:55:00"));

    std::fs::write(folder.path().join("in.jsonl"), format!("{}\n", entries(1)[0])).unwrap();
    let analyze =
        ["--history", "h.db", "--since", "last", "--now", "2025-09-14T05:00:00Z", "--format", "json", "in.jsonl"];
    let run = support::run_in(folder.path(), &[&["analyze"], &analyze[..]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let last = window(&["--history", "h.db", "--since", "last"]);
    assert!(last.starts_with("timestamp>=\"2025-09-14T04:5") && last.ends_with("<\"2025-09-14T05:54:00Z\""), "{last}");
    let all = ["--project", "shop", "--since", "last", "-o", "x.jsonl"];
    let run: Pulled = command_without_window(folder.path(), &server, &all).output().unwrap().into();
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("needs a history"), "{}", run.stderr);
}

#[test]
fn who_names_no_project_is_told_how() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(Vec::new());
    let run: Pulled = command(folder.path(), &server, &[]).output().unwrap().into();
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--project ID"), "{}", run.stderr);
    let run = pull(folder.path(), &server, &["--resume", "-o", "-"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let run = pull(folder.path(), &server, &["-o", "no/x.jsonl"]);
    assert_eq!(run.code, 6, "{}", run.stderr);
    assert_eq!(server.world().requests.len(), 0);
}
