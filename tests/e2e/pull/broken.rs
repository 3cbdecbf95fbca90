//! What goes wrong on the way.

use serde_json::{Value, json};

use super::gcp::{Fault, Gcp};
use super::{assert_strict, entries, names, pull, unpacked, values};

fn error(status: u16, code: &str, message: &str) -> Fault {
    let details = json!([{ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.01s" }]);
    Fault::Answer(
        status,
        json!({ "error": { "code": status, "message": message, "status": code, "details": details } }),
    )
}

#[test]
fn what_passes_is_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(40));
    {
        let mut world = server.world();
        world.most = 10;
        world.faults.insert(1, error(503, "UNAVAILABLE", "The service is currently unavailable."));
        world.faults.insert(3, Fault::Cut);
        world.faults.insert(5, Fault::Truncated);
        world.faults.insert(7, Fault::Answer(200, json!({ "entries": "none" })));
    }
    let run = pull(folder.path(), &server, &["-o", "x.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(values(&unpacked(&folder.path().join("x.jsonl"))), entries(40));
    let world = server.world();
    assert_eq!(world.requests.len(), 8);
    assert_strict(&world);
    for pair in [0, 2, 4, 6] {
        assert_eq!(world.requests[pair], world.requests[pair + 1], "the same page again");
    }
}

#[test]
fn packed_answers_are_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(40));
    server.world().is_packed = true;
    server.world().most = 10;
    let run = pull(folder.path(), &server, &["-o", "x.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(values(&unpacked(&folder.path().join("x.jsonl"))), entries(40));
}

#[test]
fn a_spent_quota_is_waited_for_within_the_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(40));
    server.world().most = 10;
    let message = "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute'";
    server.world().faults.insert(2, error(429, "RESOURCE_EXHAUSTED", message));
    let run = pull(folder.path(), &server, &["-o", "x.jsonl", "--deadline", "1s"]);
    // The first wait is one second at least, which is all there is.
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert!(run.stderr.contains("Quota exceeded") && run.stderr.contains("no time left"), "{}", run.stderr);
    assert!(run.stderr.contains("read whole up to 2025-09-14T04:00:09.123456Z"), "{}", run.stderr);
    assert!(run.stderr.contains("gardener pull --resume -o x.jsonl"), "{}", run.stderr);
    assert_eq!(names(folder.path()), ["x.jsonl.part", "x.jsonl.part.json"]);
    assert_eq!(values(&unpacked(&folder.path().join("x.jsonl.part"))), entries(10));
}

#[test]
fn our_own_pace_keeps_the_quota() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(40));
    server.world().most = 10;
    let run = pull(folder.path(), &server, &["-o", "x.jsonl", "--quota", "2", "--deadline", "2s"]);
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert!(run.stderr.contains("the quota allows no more requests in this minute"), "{}", run.stderr);
    assert_eq!(server.world().requests.len(), 2);
}

#[test]
fn refusals_are_told_with_what_helps_and_leave_nothing() {
    let at = "Unparseable filter: syntax error at line 2, column 18, token 'foo'";
    let cases: [(Fault, i32, &[&str]); 5] = [
        (error(400, "INVALID_ARGUMENT", at), 2, &["2 | (severity>=ERROR foo)", "  |                  ^"]),
        (
            error(403, "PERMISSION_DENIED", "The caller does not have permission"),
            7,
            &["`logging.logEntries.list`", "roles/logging.viewer"],
        ),
        (error(404, "NOT_FOUND", "Project 'shop' does not exist."), 7, &["does not exist"]),
        (
            error(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED ya29.s3cret-of-the-environment"),
            7,
            &["does not accept the credentials", "gcloud auth"],
        ),
        (Fault::Answer(302, Value::Null), 7, &["HTTP 302"]),
    ];
    for (fault, code, said) in cases {
        let folder = tempfile::tempdir().unwrap();
        let server = Gcp::new(entries(3));
        server.world().faults.insert(1, fault);
        let run = pull(folder.path(), &server, &["--filter", "severity>=ERROR foo", "-o", "x.jsonl"]);
        assert_eq!(run.code, code, "{}", run.stderr);
        for said in said {
            assert!(run.stderr.contains(said), "{said:?} in\n{}", run.stderr);
        }
        assert_eq!(names(folder.path()), [""; 0]);
        assert_eq!(server.world().requests.len(), 1);
    }
}

#[test]
fn what_fails_in_the_middle_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(40));
    server.world().most = 10;
    server
        .world()
        .faults
        .insert(3, error(403, "PERMISSION_DENIED", "Permission 'logging.logEntries.list' denied on resource"));
    std::fs::write(folder.path().join("x.jsonl"), "whole, of yesterday").unwrap();
    let run = pull(folder.path(), &server, &["-o", "x.jsonl"]);
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert_eq!(names(folder.path()), ["x.jsonl", "x.jsonl.part", "x.jsonl.part.json"]);
    assert_eq!(std::fs::read(folder.path().join("x.jsonl")).unwrap(), b"whole, of yesterday");
    assert_eq!(values(&unpacked(&folder.path().join("x.jsonl.part"))), entries(20));
}
