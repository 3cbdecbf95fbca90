//! Whatever is wrong with a request is refused and recorded.

use serde_json::{Value, json};

use super::client::shop;
use super::github::TOKEN;

const ISSUES: &str = "/repos/acme/shop/issues";

/// Sends a request to a shop with one issue; its status, and what was recorded.
fn refused(method: &str, path: &str, body: &Value) -> (u16, String) {
    let (github, mut client) = shop();
    github.with(|world| world.open("acme/shop", "alice", "One", "", &[]));
    let status = client.send(method, path, body).status;
    let violations = github.with(|world| world.violations.clone());
    github.with(|world| assert!(world.repo("acme/shop").all().len() == 1 || status < 300, "{method} {path} was done"));
    (status, violations.join("\n"))
}

#[test]
fn endpoints_that_are_not_there_are_recorded() {
    for (method, path) in [
        ("GET", "/repos/acme/shop/pulls"),
        ("PUT", "/repos/acme/shop/issues/1/lock"),
        ("PATCH", "/repos/acme/shop"),
        ("GET", "/repos/acme/shop/issues/one"),
        ("DELETE", "/repos/acme/shop/issues/1/labels"),
        ("POST", "/graphql"),
        ("GET", "/"),
        ("GET", "//repos/acme/shop"),
    ] {
        let body = if ["GET", "DELETE"].contains(&method) { Value::Null } else { json!({}) };
        assert_eq!(refused(method, path, &body), (404, format!("{method} {path}: no such endpoint")));
    }
    // What is only not there is nobody's fault.
    assert_eq!(refused("GET", "/repos/acme/none/issues", &Value::Null), (404, String::new()));
}

#[test]
fn queries_hold_only_what_is_known() {
    for query in [
        "state=opened",
        "per_page=101",
        "per_page=0",
        "page=x",
        "page=0",
        "sort=number",
        "direction=up",
        "since=today",
        "creator=",
        "author=alice",
        "after=x",
        "state=all&state=all",
        "labels=%zz",
    ] {
        let (status, told) = refused("GET", &format!("{ISSUES}?{query}"), &Value::Null);
        assert!(status == 422 && told.lines().count() == 1, "{query}: {status} {told}");
    }
    for path in ["/user?x=1", "/repos/acme/shop?per_page=1", "/repos/acme/shop/issues/1?state=all"] {
        assert_eq!(refused("GET", path, &Value::Null).0, 422, "{path}");
    }
    assert_eq!(refused("POST", &format!("{ISSUES}?state=all"), &json!({ "title": "Two" })).0, 422);
}

#[test]
fn bodies_hold_only_what_is_known() {
    let one = format!("{ISSUES}/1");
    let (comments, labels) = (format!("{one}/comments"), format!("{one}/labels"));
    let many: Vec<String> = (0..101).map(|nth| nth.to_string()).collect();
    for (method, path, body) in [
        ("POST", ISSUES, json!({})),
        ("POST", ISSUES, json!({ "title": " " })),
        ("POST", ISSUES, json!({ "title": 1 })),
        ("POST", ISSUES, json!({ "title": "é".repeat(257) })),
        ("POST", ISSUES, json!({ "title": "x", "body": "é".repeat(65_537) })),
        ("POST", ISSUES, json!({ "title": "x", "body": null })),
        ("POST", ISSUES, json!({ "title": "x", "labels": many })),
        ("POST", ISSUES, json!({ "title": "x", "labels": ["é".repeat(51)] })),
        ("POST", ISSUES, json!({ "title": "x", "labels": [{ "name": "bug" }] })),
        ("POST", ISSUES, json!({ "title": "x", "labels": "bug" })),
        ("POST", ISSUES, json!({ "title": "x", "state": "closed" })),
        ("PATCH", &one, json!({ "state": "all" })),
        ("PATCH", &one, json!({ "state": "closed", "state_reason": "done" })),
        ("PATCH", &one, json!({ "state": "closed", "state_reason": "reopened" })),
        ("PATCH", &one, json!({ "state": "open", "state_reason": "completed" })),
        ("PATCH", &one, json!({ "state_reason": "completed" })),
        ("PATCH", &one, json!({ "locked": true })),
        ("PATCH", &one, json!({ "title": null })),
        ("POST", &comments, json!({ "body": "" })),
        ("POST", &comments, json!({ "text": "x" })),
        ("POST", &comments, json!({ "body": "x".repeat(65_537) })),
        ("POST", &labels, json!({ "labels": [""] })),
        ("POST", &labels, json!({ "names": [] })),
        ("POST", "/repos/acme/shop/labels", json!({ "name": "x", "color": "#b60205" })),
        ("POST", "/repos/acme/shop/labels", json!({ "name": "x".repeat(51) })),
        ("POST", "/repos/acme/shop/labels", json!({ "name": "x", "description": "x".repeat(101) })),
    ] {
        let (status, told) = refused(method, path, &body);
        let told_once = told.lines().count() == 1 && told.starts_with(&format!("{method} {path}: "));
        assert!(status == 422 && told_once, "{method} {path} {:.80}: {status} {told}", body.to_string());
    }
    // The longest that there may be.
    let longest = json!({ "title": "é".repeat(256), "body": "é".repeat(65_536), "labels": ["é".repeat(50)] });
    assert_eq!(refused("POST", ISSUES, &longest), (201, String::new()));
    assert_eq!(refused("PATCH", &one, &json!({ "state": "open", "state_reason": null })), (200, String::new()));
    let many: Vec<String> = (0..100).map(|nth| nth.to_string()).collect();
    assert_eq!(refused("POST", &labels, &json!({ "labels": many })), (200, String::new()));
    assert_eq!(refused("POST", ISSUES, &json!([])).0, 400);
    assert_eq!(refused("DELETE", &format!("{labels}/bug"), &json!({})).0, 422);
}

#[test]
fn headers_must_be_there() {
    let whole = [
        "User-Agent: gardener".to_owned(),
        "Accept: application/json".to_owned(),
        format!("Authorization: token {TOKEN}"),
        "Content-Type: application/json; charset=utf-8".to_owned(),
    ];
    let send = |without: &str, instead: &str| {
        let (github, mut client) = shop();
        let mut head = format!("POST {ISSUES} HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\n{instead}");
        for header in whole.iter().filter(|header| !header.starts_with(without) || without.is_empty()) {
            head.push_str(&format!("{header}\r\n"));
        }
        let reply = client.raw(&format!("{head}\r\n{{\"title\":\"x\"}}")).unwrap();
        (reply.status, github.with(|world| world.violations.len()))
    };
    assert_eq!(send("", ""), (201, 0));
    assert_eq!(send("User-Agent", ""), (403, 1));
    assert_eq!(send("Authorization", ""), (401, 1));
    assert_eq!(send("Authorization", "Authorization: Basic eDp5\r\n"), (401, 1));
    assert_eq!(send("Accept", ""), (422, 1));
    assert_eq!(send("Accept", "Accept: */*\r\n"), (422, 1));
    assert_eq!(send("Content-Type", ""), (422, 1));
    assert_eq!(send("Content-Type", "Content-Type: text/plain\r\n"), (422, 1));
    assert_eq!(send("", "Accept: application/json\r\n"), (422, 1), "twice");
}

#[test]
fn what_is_no_json_or_no_http_is_recorded() {
    let (github, mut client) = shop();
    let head = format!("User-Agent: x\r\nAccept: application/json\r\nAuthorization: Bearer {TOKEN}\r\n");
    let post = format!("POST {ISSUES} HTTP/1.1\r\n{head}Content-Type: application/json\r\n");
    assert_eq!(client.raw(&format!("{post}Content-Length: 3\r\n\r\n{{x}}")).unwrap().status, 400);
    let get = format!("GET {ISSUES} HTTP/1.1\r\n{head}Content-Type: application/json\r\n");
    assert_eq!(client.raw(&format!("{get}Content-Length: 2\r\n\r\n{{}}")).unwrap().status, 422);
    assert!(client.raw("GET / HTTP/1.0\r\n\r\n").is_none());
    github.wait_until(|world| world.violations.len() == 3);
}
