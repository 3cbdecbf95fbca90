//! Buckets, against a server that speaks as Cloud Storage does.

use super::gcp::Gcp;
use super::gcs::{Fault, Gcs, TOKEN};
use super::*;

/// A command, without what this machine knows of Google.
fn command(folder: &Path, server: &Gcs, arguments: &[&str]) -> std::process::Command {
    let mut command = support::program();
    for variable in
        ["GOOGLE_CLOUD_QUOTA_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "STORAGE_EMULATOR_HOST"]
    {
        command.env_remove(variable);
    }
    command.current_dir(folder).env("HOME", folder).env("NO_PROXY", "*").env("GARDENER_HISTORY", "none");
    command.env("GARDENER_STORAGE_ENDPOINT", &server.address).env("GARDENER_GCP_TOKEN", TOKEN);
    command.args(arguments);
    command
}

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn run(mut command: std::process::Command) -> Ran {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("s3cret"), "{stderr}");
    Ran { code: output.status.code().unwrap_or(-1), stdout: String::from_utf8(output.stdout).unwrap(), stderr }
}

fn analyze(server: &Gcs, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    run(command(folder.path(), server, &[&["analyze", "--format", "json"], arguments].concat()))
}

/// The report of a run that went well, in which no request was wrong.
fn read(server: &Gcs, arguments: &[&str]) -> Value {
    let run = analyze(server, arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(server.world().problems, [""; 0]);
    serde_json::from_str(&run.stdout).unwrap()
}

/// A bucket that a sink has filled.
fn bucket() -> Gcs {
    let mut objects: Vec<(String, Vec<u8>)> =
        (0..24).map(|hour| (shard(hour, "S0"), lines(&[entry(hour, 1, "boom"), entry(hour, 2, "bang")]))).collect();
    objects.push((shard(8, "A0:77"), gzip(&lines(&[entry(8, 2, "bang"), entry(8, 4, "late")]))));
    objects.push(("run.googleapis.com/stderr/".to_owned(), Vec::new()));
    objects.push(("other/deep/a b+c%.json".to_owned(), lines(&[entry(9, 9, "odd")])));
    let objects: Vec<(&str, Vec<u8>)> = objects.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    Gcs::new(&objects)
}

#[test]
fn a_folder_is_listed_page_by_page_and_read() {
    let server = bucket();
    server.world().most = 7;
    let report = read(&server, &["gs://logs/run.googleapis.com/"]);
    assert_eq!(counts(&report), [50, 0, 1, 0]);
    let first = format!("gs://logs/{}", shard(0, "S0"));
    assert_eq!(report["source"]["captures"][0], first);
    let lists = server.world().requests.iter().filter(|request| request.contains("list-type")).count();
    assert_eq!(lists, 4);
    assert_eq!(counts(&read(&server, &["gs://logs"])), [51, 0, 1, 0]);
}

#[test]
fn objects_and_patterns_are_named_as_files_are() {
    let server = bucket();
    let object = format!("gs://logs/{}", shard(8, "S0"));
    assert_eq!(counts(&read(&server, &[&object])), [2, 0, 0, 0]);
    assert_eq!(server.world().requests.len(), 2, "{:?}", server.world().requests);
    let pattern = "gs://logs/run.googleapis.com/stderr/2026/01/13/0[89]*.json";
    assert_eq!(counts(&read(&server, &[pattern])), [6, 0, 1, 0]);
    assert_eq!(counts(&read(&server, &["gs://logs/other/deep/a b+c%.json"])), [1, 0, 0, 0]);
    assert_eq!(counts(&read(&server, &["gs://logs/other"])), [1, 0, 0, 0]);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "x.jsonl", &lines(&[entry(8, 1, "boom"), entry(8, 30, "boom")]));
    let both = run(command(folder.path(), &server, &["analyze", "--format", "json", "x.jsonl", &object]));
    assert_eq!(counts(&serde_json::from_str(&both.stdout).unwrap()), [4, 0, 1, 0]);
}

#[test]
fn shards_outside_of_the_window_are_not_asked_for() {
    let server = bucket();
    let window = ["--since", "2026-01-13T08:00:00Z", "--until", "2026-01-13T09:00:00Z", "gs://logs/run.googleapis.com"];
    let report = read(&server, &window);
    assert_eq!(counts(&report), [12, 0, 1, 8]);
    assert!(report["notes"].to_string().contains("19 shards of a sink lie outside"), "{}", report["notes"]);
    let read: Vec<String> = server.world().requests.iter().filter(|r| r.contains("_S0")).cloned().collect();
    assert_eq!(read.len(), 5, "{read:#?}");
}

#[test]
fn every_command_that_reads_captures_reads_buckets() {
    let server = bucket();
    let folder = tempfile::tempdir().unwrap();
    support::write_pack(folder.path(), &[("gardener.yaml", "version: 1\nname: p\nextends: default\n")]);
    let object = format!("gs://logs/{}", shard(8, "S0"));
    let record = format!("{object}:2");
    for arguments in [
        &["explain", &record][..],
        &["explain", &object],
        &["shadow", &object],
        &["diff", "--base", "default", &object],
        &["profile", &object],
        &["plan", "--offline", "--repo", "a/b", &object],
        &["new", "--from-entry", &record, "--rules", "pack"],
    ] {
        let before = server.world().requests.len();
        let ran = run(command(folder.path(), &server, arguments));
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        assert!(server.world().requests.len() > before, "{arguments:?}");
    }
    assert_eq!(server.world().problems, [""; 0]);
    // Nor is it forgotten by them that a server failed.
    server.world().always = Some(Fault::Refuse(403, "AccessDenied", "No."));
    for arguments in
        [&["explain", &record][..], &["profile", &object], &["new", "--from-entry", &record, "--rules", "pack"]]
    {
        let ran = run(command(folder.path(), &server, arguments));
        assert_eq!(ran.code, 7, "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn tokens_are_asked_for_and_renewed_where_one_is_refused() {
    let logs = Gcp::new(Vec::new());
    let server = bucket();
    // The second and the third that are handed out; nobody says when the first one ends.
    server.world().tokens = ["ya29.minted-2".to_owned()].into();
    let folder = tempfile::tempdir().unwrap();
    let key = json!({
        "type": "service_account",
        "client_email": "gardener@shop.iam.gserviceaccount.com",
        "private_key": include_str!("../../../cli/src/tracker/github/tests/app.pkcs8.pem"),
        "token_uri": format!("{}/token", logs.address),
    });
    write(folder.path(), "key.json", key.to_string().as_bytes());
    let mut command = command(folder.path(), &server, &["analyze", "--format", "json", "gs://logs/other/"]);
    command.env_remove("GARDENER_GCP_TOKEN").env("GOOGLE_APPLICATION_CREDENTIALS", folder.path().join("key.json"));
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(counts(&serde_json::from_str(&ran.stdout).unwrap()), [1, 0, 0, 0]);
    assert_eq!(logs.world().grants.len(), 2);
    assert_eq!(server.world().requests.len(), 3, "{:?}", server.world().requests);
}

#[test]
fn credentials_that_are_none_are_told() {
    let server = bucket();
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), &server, &["analyze", "gs://logs/other/"]);
    command.env_remove("GARDENER_GCP_TOKEN").env("GOOGLE_APPLICATION_CREDENTIALS", folder.path().join("none.json"));
    let ran = run(command);
    assert_eq!((ran.code, server.world().requests.len()), (7, 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("GOOGLE_APPLICATION_CREDENTIALS names"), "{}", ran.stderr);
}

/// An object that is read in many pieces.
fn large() -> (Gcs, Vec<Value>) {
    let entries: Vec<Value> =
        (0..24).flat_map(|hour| (0..60).map(move |minute| entry(hour, minute, &"long ".repeat(200)))).collect();
    (Gcs::new(&[("large.json", lines(&entries)), ("packed.json.gz", gzip(&lines(&entries)))]), entries)
}

#[test]
fn a_download_goes_on_where_its_connection_was_dropped() {
    let (server, entries) = large();
    let size = lines(&entries).len();
    assert!(size > 1 << 20);
    for (number, most) in [(2, 100_000), (3, 0), (4, 300_000), (6, 700_000)] {
        server.world().faults.insert(number, Fault::After(most));
    }
    server.world().faults.insert(5, Fault::Refuse(503, "ServiceUnavailable", "Try again."));
    let report = read(&server, &["gs://logs/large.json"]);
    assert_eq!(counts(&report), [1440, 0, 0, 0]);
    let requests = server.world().requests.clone();
    let ranges: Vec<&str> =
        requests.iter().filter_map(|request| request.split_once("bytes=")).map(|(_, r)| r).collect();
    let from: Vec<usize> = ranges.iter().map(|range| range.split('-').next().unwrap().parse().unwrap()).collect();
    assert_eq!(from, [100_000, 100_000, 400_000, 400_000, 1_100_000], "{requests:#?}");
}

#[test]
fn an_object_that_is_written_again_while_it_is_read_is_not_mixed() {
    let (server, _) = large();
    server.world().faults.insert(2, Fault::After(100_000));
    // What it is by then.
    let folder = tempfile::tempdir().unwrap();
    server.world().faults.insert(3, Fault::Refuse(412, "PreconditionFailed", "It has changed."));
    server.world().always = None;
    server.world().faults.insert(4, Fault::Refuse(412, "PreconditionFailed", "It has changed."));
    let ran = run(command(folder.path(), &server, &["analyze", "gs://logs/large.json"]));
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    assert!(ran.stderr.contains("was changed while it was read"), "{}", ran.stderr);
    assert!(ran.stderr.contains("beyond line"), "{}", ran.stderr);
}

#[test]
fn packed_objects_are_unpacked_here_and_gone_on_with() {
    let (server, _) = large();
    let half = server.world().objects["packed.json.gz"].len() / 2;
    server.world().faults.insert(2, Fault::After(half));
    assert_eq!(counts(&read(&server, &["gs://logs/packed.json.gz"])), [1440, 0, 0, 0]);
}

#[test]
fn what_cannot_be_read_is_told_with_code_7_and_the_rest_is_read() {
    let server = bucket();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "x.jsonl", &lines(&[entry(8, 1, "boom")]));
    let cases = [
        (
            Some(Fault::Refuse(403, "AccessDenied", "reader@shop does not have storage.objects.list access.")),
            "gs://logs/a/",
            &["HTTP 403", "storage.objects.list access", "roles/storage.objectViewer", "`logs`"][..],
        ),
        (Some(Fault::Refuse(401, "AuthenticationRequired", "Invalid Credentials")), "gs://logs/a/", &["HTTP 401"]),
        (
            Some(Fault::Refuse(404, "NoSuchBucket", "The specified bucket does not exist.")),
            "gs://logs/a/",
            &["no bucket `logs`"],
        ),
        (Some(Fault::Refuse(400, "InvalidArgument", "Odd.")), "gs://logs/a/", &["HTTP 400", "Odd."]),
        (None, "gs://elsewhere/a/", &["no bucket `elsewhere`"]),
        (None, "gs://logs/none/", &["there is nothing in this folder"]),
        (None, "gs://logs/none", &["no object and no folder of this name"]),
        (None, "gs://logs/none*", &["the pattern matches no object"]),
    ];
    for (fault, operand, told) in cases {
        server.world().always = fault;
        let ran = run(command(folder.path(), &server, &["analyze", "--format", "json", "x.jsonl", operand]));
        assert_eq!(ran.code, 7, "{operand}: {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("cannot read `{operand}`")), "{}", ran.stderr);
        for words in told {
            assert!(ran.stderr.contains(words), "{operand}: {}", ran.stderr);
        }
        assert_eq!(counts(&serde_json::from_str(&ran.stdout).unwrap()), [1, 0, 0, 0]);
    }
    server.world().always = None;
    for operand in ["gs://", "gs://logs/../x", "gs://UPPER/x"] {
        let ran = run(command(folder.path(), &server, &["analyze", operand]));
        assert_eq!(ran.code, 6, "{operand}: {}", ran.stderr);
    }
}

#[test]
fn nobody_there_is_a_remote_that_failed() {
    let server = bucket();
    server.world().always = Some(Fault::Cut);
    let ran = analyze(&server, &["gs://logs/run.googleapis.com/"]);
    assert_eq!(ran.code, 7, "{}", ran.stderr);
    assert!(ran.stderr.contains("Cloud Storage did not answer"), "{}", ran.stderr);
    assert_eq!(server.world().requests.len(), 7, "it is tried again, and not for ever");
}

#[test]
fn an_emulator_is_asked_without_a_token() {
    let server = bucket();
    server.world().tokens.clear();
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), &server, &["analyze", "--format", "json", "gs://logs/other/"]);
    command.env_remove("GARDENER_STORAGE_ENDPOINT");
    command.env("STORAGE_EMULATOR_HOST", server.address.trim_start_matches("http://"));
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(server.world().problems, [""; 0]);
}
