//! What goes wrong, and what it is taken for.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};

use super::server::{Reply, Server, json as reply, with};
use super::{TOKEN, github, impatient, issue, settings};
use crate::tracker::github::GitHub;
use crate::tracker::{Draft, Edit, Kind, Place, Request, Tracker, Trouble};

fn create() -> Request {
    Request::Create(Draft { title: "t".to_owned(), body: "b".to_owned(), labels: Vec::new() })
}

fn edit() -> Request {
    Request::Edit(Place::here(4), Edit { title: Some("t".to_owned()), ..Edit::default() })
}

/// The trouble of one write and one read, which is the same, and comes of one request each.
fn trouble(make: impl Fn() -> Reply) -> Trouble {
    let server = Server::new(vec![make(), make()]);
    let is_slow = matches!(make(), Reply::Hang);
    let settings = if is_slow { impatient(&server.address) } else { settings(&server.address) };
    let mut github = GitHub::new(settings, || 0).unwrap();
    let written = github.send(&create()).unwrap_err();
    let read = github.send(&Request::Issue(Place::here(4))).unwrap_err();
    assert_eq!(written, read);
    assert_eq!(server.lines(), ["POST /repos/acme/shop/issues", "GET /repos/acme/shop/issues/4"]);
    written
}

fn kind(status: u16, headers: &[(&'static str, &str)], message: &str) -> Kind {
    trouble(|| with(status, headers, &json!({ "message": message }))).kind
}

fn limited(seconds: u64) -> Kind {
    Kind::Limited { wait: Some(Duration::from_secs(seconds)) }
}

const UNKNOWN: Kind = Kind::Limited { wait: None };
const DATE: (&str, &str) = ("date", "Thu, 01 Jan 2026 00:00:00 GMT");
const SPENT: (&str, &str) = ("x-ratelimit-remaining", "0");

#[test]
fn statuses_have_their_kinds() {
    for (status, expected) in [
        (400, Kind::Invalid),
        (401, Kind::Unauthorized),
        (404, Kind::NotFound),
        (409, Kind::Invalid),
        (410, Kind::Gone),
        (422, Kind::Invalid),
        (429, UNKNOWN),
        (451, Kind::Forbidden),
        (500, Kind::Failed),
        (502, Kind::Failed),
        (503, Kind::Failed),
        (504, Kind::Failed),
    ] {
        assert_eq!(kind(status, &[], "so it is"), expected, "{status}");
    }
}

#[test]
fn a_limit_says_how_long_to_wait() {
    for status in [403, 429] {
        assert_eq!(kind(status, &[("retry-after", "7")], "Forbidden"), limited(7));
        assert_eq!(kind(status, &[("retry-after", "Thu, 01 Jan 2026 00:01:30 GMT"), DATE], ""), limited(90));
        assert_eq!(kind(status, &[("retry-after", "soon")], ""), UNKNOWN);
        // 2026-01-01T00:00:00Z is 1767225600.
        assert_eq!(kind(status, &[SPENT, DATE, ("x-ratelimit-reset", "1767225661")], ""), limited(61));
        assert_eq!(kind(status, &[SPENT, DATE, ("x-ratelimit-reset", "1767225000")], ""), limited(1));
        assert_eq!(kind(status, &[SPENT, ("x-ratelimit-reset", "1767225661")], "Must have admin rights"), UNKNOWN);
        let left = [("x-ratelimit-remaining", "12"), DATE, ("x-ratelimit-reset", "1767225661")];
        assert_eq!(kind(status, &left, "You have exceeded a secondary rate limit."), UNKNOWN);
    }
}

#[test]
fn a_403_is_a_lock_a_permission_or_else_a_limit() {
    for (message, expected) in [
        ("Unable to create comment because issue is locked.", Kind::Locked),
        ("Resource not accessible by integration", Kind::Forbidden),
        ("Resource not accessible by personal access token", Kind::Forbidden),
        ("Must have admin rights to Repository.", Kind::Forbidden),
        ("Repository was archived so is read-only.", Kind::Forbidden),
        ("Resource protected by organization SAML enforcement.", Kind::Forbidden),
        ("User is blocked", Kind::Forbidden),
        ("You have triggered an abuse detection mechanism.", UNKNOWN),
        ("API rate limit exceeded for user ID 1.", UNKNOWN),
        ("", UNKNOWN),
    ] {
        assert_eq!(kind(403, &[("x-ratelimit-remaining", "4000")], message), expected, "{message}");
    }
    assert_eq!(trouble(|| Reply::Answer(403, Vec::new(), "<html>".to_owned())).kind, UNKNOWN);
    let elsewhere = json!({ "message": "no", "documentation_url": "https://docs.github.com/rest/rate-limits" });
    assert_eq!(trouble(|| reply(403, &elsewhere)).kind, UNKNOWN);
}

#[test]
fn a_detail_says_which_fields_are_wrong() {
    let body = json!({ "message": "Validation Failed", "errors": [
        { "resource": "Label", "field": "name", "code": "already_exists" }, "and words", { "message": "body is too long" }, 7
    ] });
    let said = trouble(|| reply(422, &body));
    assert_eq!(said.detail, "HTTP 422: Validation Failed (Label name already_exists; and words; body is too long)");
    let fast = json!({ "message": "Validation Failed", "errors": [{ "code": "custom", "message": "was submitted too quickly" }] });
    assert_eq!(trouble(|| reply(422, &fast)).kind, UNKNOWN);
}

#[test]
fn a_detail_is_short_on_one_line_and_harmless() {
    let body = json!({ "message": format!("a\n\u{1b}[31m\u{202e}b {TOKEN} {}", "x ".repeat(400)) });
    let said = trouble(|| reply(422, &body)).detail;
    assert!(said.chars().count() <= 300 && said.starts_with("HTTP 422: a "), "{said:?}");
    assert!(!said.contains(['\n', '\u{1b}', '\u{202e}']) && !said.contains(TOKEN), "{said:?}");
    let page = "<html><title>502 Bad Gateway</title></html>";
    let said = trouble(|| Reply::Answer(502, vec![("content-type", "text/html".to_owned())], page.to_owned()));
    assert_eq!((said.kind, said.detail.as_str()), (Kind::Failed, "HTTP 502"));
}

#[test]
fn without_a_readable_answer_nobody_knows_what_was_done() {
    for (make, said) in [
        ((|| Reply::Cut) as fn() -> Reply, "has not answered"),
        (|| Reply::Hang, "has not answered within 0.5 s"),
        (|| Reply::Truncated(201, "{\"number\": 7".to_owned()), "has not answered"),
        (|| Reply::Answer(200, Vec::new(), "{\"number\": 7".to_owned()), "the answer cannot be read"),
        (|| Reply::Answer(200, Vec::new(), String::new()), "the answer cannot be read"),
        (|| reply(200, &json!({ "title": "no number" })), "missing field `number`"),
        (|| Reply::Answer(200, vec![("content-type", "text/html".to_owned())], "<html>".to_owned()), "no JSON"),
        (|| Reply::Answer(304, Vec::new(), String::new()), "HTTP 304"),
    ] {
        let lost = trouble(make);
        assert!(lost.kind == Kind::NoAnswer && lost.detail.contains(said), "{said}: {lost:?}");
    }
    // A refusal is one, whatever is missing of its text.
    assert_eq!(trouble(|| Reply::Truncated(404, "{\"mess".to_owned())).kind, Kind::NotFound);
}

#[test]
fn a_page_with_something_unreadable_is_no_page() {
    let server = Server::new(vec![reply(200, &json!([issue(1), { "title": "no number" }]))]);
    let page = Request::Issues(Default::default(), crate::tracker::Order::Oldest, crate::tracker::Page::First);
    assert_eq!(github(&server.address).send(&page).unwrap_err().kind, Kind::NoAnswer);
}

#[test]
fn where_nobody_is_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let nobody = github(&format!("http://{address}")).send(&create()).unwrap_err();
    assert!(nobody.kind == Kind::Unreachable && nobody.detail.contains("refused"), "{nobody:?}");
}

#[test]
fn who_does_not_speak_tls_is_not_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 5000]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let plain = github(&format!("https://{address}")).send(&create()).unwrap_err();
    assert_eq!(plain.kind, Kind::Unreachable, "{plain:?}");
}

#[test]
fn tokens_are_nowhere_to_be_seen() {
    let echo = json!({ "message": format!("Bearer {TOKEN} is bad"), "errors": [TOKEN] });
    let server = Server::new(vec![reply(401, &echo)]);
    let settings = settings(&server.address);
    let mut github = GitHub::new(settings.clone(), || 0).unwrap();
    let refused = github.send(&edit()).unwrap_err();
    assert_eq!(refused.detail, "HTTP 401: Bearer *** is bad (***)");
    let shown = format!("{settings:?} {github:?} {refused:?}");
    assert!(!shown.contains("s3cret"), "{shown}");

    // Neither where a text is cut, nor where an answer is of another shape.
    let long = json!({ "message": format!("{} {TOKEN}", "x".repeat(280)) });
    let server = Server::new(vec![reply(422, &long), reply(200, &json!([TOKEN]))]);
    let mut github = super::github(&server.address);
    for _ in 0..2 {
        let refused = github.send(&edit()).unwrap_err();
        assert!(!refused.detail.contains("ghp"), "{refused:?}");
    }

    let broken = GitHub::new(
        super::Settings { credentials: super::Credentials::Token(super::Secret::new("s3cret\n")), ..settings },
        || 0,
    );
    let refused = broken.unwrap().send(&edit()).unwrap_err();
    assert!(refused.kind == Kind::Unauthorized && !refused.detail.contains("s3cret"), "{refused:?}");
}

#[test]
fn who_has_moved_is_not_written_to() {
    let to = |status| with(status, &[("location", "HOST/repositories/1/issues")], &Value::Null);
    for status in [301, 302, 307, 308] {
        for request in [create(), edit(), Request::RemoveLabel(Place::here(4), "a".to_owned())] {
            let server = Server::new(vec![to(status)]);
            assert_eq!(github(&server.address).send(&request).unwrap_err().kind, Kind::Moved);
            assert_eq!(server.seen().len(), 1);
        }
    }
}
