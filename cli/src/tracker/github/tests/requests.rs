//! What is sent, and what is read of the answer.

use gardener_engine::entry::Timestamp;
use serde_json::{Value, json};

use super::server::{Reply, Server, json as reply};
use super::{TOKEN, github, issue};
use crate::tracker::github::{Described, described};
use crate::tracker::{Answer, Draft, Edit, Filter, Order, Page, Place, RemoteComment, RemoteIssue, Request, Tracker};

/// Sends a request to a server below `/api/v3`, and compares what has arrived, and what `described` says, with what is expected.
fn sent(request: &Request, answer: Reply, line: &str, body: Option<&Value>) -> Answer {
    let server = Server::new(vec![answer]);
    let answer = github(&format!("{}/api/v3/", server.address)).send(request).unwrap();
    let seen = server.seen();
    let [seen] = seen.as_slice() else { panic!("{} requests", seen.len()) };
    let (method, path) = line.split_once(' ').unwrap();
    assert_eq!(seen.line, format!("{method} /api/v3{path}"));
    assert_eq!((!seen.body.is_empty()).then(|| serde_json::from_str(&seen.body).unwrap()).as_ref(), body);
    for (name, value) in [
        ("accept", "application/vnd.github+json"),
        ("authorization", &format!("Bearer {TOKEN}")),
        ("user-agent", concat!("gardener/", env!("CARGO_PKG_VERSION"))),
        ("x-github-api-version", "2022-11-28"),
    ] {
        assert_eq!(seen.headers.get(name).map(String::as_str), Some(value), "{line}: {name}");
    }
    let kind = seen.headers.get("content-type").map(String::as_str);
    assert_eq!(kind, body.map(|_| "application/json"), "{line}");
    let method = described("acme/shop", request).unwrap().method;
    let expected = Described { method, path: path.to_owned(), body: body.cloned() };
    assert_eq!((described("acme/shop", request).unwrap(), line.split(' ').next()), (expected, Some(method)));
    answer
}

fn moved() -> Place {
    Place { repository: Some("other-org/new.name".to_owned()), number: 9 }
}

#[test]
fn the_repository_says_what_may_be_done() {
    let whole = json!({ "full_name": "acme/shop", "private": true, "archived": false, "has_issues": true, "x": [] });
    let answer = sent(&Request::Repository, reply(200, &whole), "GET /repos/acme/shop", None);
    let Answer::Repository(private) = answer else { panic!("{answer:?}") };
    assert!(!private.is_public && !private.is_archived && private.has_issues);

    let sparse = json!({ "full_name": "acme/shop", "visibility": "internal", "archived": true, "has_issues": false });
    let answer = sent(&Request::Repository, reply(200, &sparse), "GET /repos/acme/shop", None);
    let Answer::Repository(internal) = answer else { panic!("{answer:?}") };
    assert!(!internal.is_public && internal.is_archived && !internal.has_issues);

    let silent = json!({ "full_name": "acme/shop" });
    let answer = sent(&Request::Repository, reply(200, &silent), "GET /repos/acme/shop", None);
    assert!(matches!(answer, Answer::Repository(repository) if repository.is_public));
}

#[test]
fn issues_are_asked_for_with_encoded_values() {
    let filter =
        Filter { creator: Some("github-actions[bot]".to_owned()), label: Some("log/gardener & co, é".to_owned()) };
    let line = "GET /repos/acme/shop/issues?state=all&sort=created&direction=asc&per_page=100\
                &creator=github-actions%5Bbot%5D&labels=log%2Fgardener%20%26%20co%2C%20%C3%A9";
    let request = Request::Issues(filter, Order::Oldest, Page::First);
    let answer = sent(&request, reply(200, &json!([issue(1), issue(2)])), line, None);
    let Answer::Issues(page) = answer else { panic!("{answer:?}") };
    assert_eq!((page.items.iter().map(|issue| issue.number).collect::<Vec<_>>(), page.next), (vec![1, 2], None));

    let line = "GET /repos/acme/shop/issues?state=all&sort=created&direction=desc&per_page=5";
    sent(&Request::Issues(Filter::default(), Order::Newest, Page::First), reply(200, &json!([])), line, None);
}

#[test]
fn an_issue_is_read_with_all_that_it_has() {
    let answer = sent(&Request::Issue(Place::here(4)), reply(200, &issue(4)), "GET /repos/acme/shop/issues/4", None);
    let expected = RemoteIssue {
        repository: Some("acme/shop".to_owned()),
        number: 4,
        title: "a title".to_owned(),
        body: "a body".to_owned(),
        labels: vec!["P1".to_owned()],
        is_open: true,
        state_reason: None,
        closed_at: None,
        created_at: Timestamp::parse("2026-01-02T03:04:05Z"),
        updated_at: Timestamp::parse("2026-01-02T03:04:06Z"),
        url: Some("https://github.com/acme/shop/issues/4".to_owned()),
        author: Some("bot".to_owned()),
        is_locked: false,
        is_pull_request: false,
        comments: Some(2),
    };
    assert_eq!(answer, Answer::Issue(Box::new(expected)));
}

#[test]
fn an_issue_is_read_with_little_or_unknown() {
    let odd = json!({
        "number": 5, "user": null, "body": null, "labels": ["a", { "name": "b" }, { "name": null }, 7], "state": "closed",
        "state_reason": "of_a_kind_that_nobody_knows", "closed_at": "2026-01-02T03:04:05Z", "locked": true,
        "pull_request": { "url": "…" }, "performed_via_github_app": { "id": [] }, "type": { "name": "Bug" }
    });
    let answer = sent(&Request::Issue(moved()), reply(200, &odd), "GET /repos/other-org/new.name/issues/9", None);
    let Answer::Issue(issue) = answer else { panic!("{answer:?}") };
    assert_eq!(
        (issue.author.as_deref(), issue.body.as_str(), issue.labels),
        (None, "", vec!["a".to_owned(), "b".to_owned()])
    );
    assert_eq!(issue.state_reason.as_deref(), Some("of_a_kind_that_nobody_knows"));
    assert!(!issue.is_open && issue.is_locked && issue.is_pull_request && issue.closed_at.is_some());

    let bare = sent(
        &Request::Issue(Place::here(6)),
        reply(200, &json!({ "number": 6 })),
        "GET /repos/acme/shop/issues/6",
        None,
    );
    assert!(matches!(bare, Answer::Issue(issue) if issue.number == 6 && issue.is_open && issue.comments.is_none()));
}

#[test]
fn issues_are_written() {
    let draft = Draft { title: "a \"title\"".to_owned(), body: "é\n".to_owned(), labels: vec!["P1".to_owned()] };
    let body = json!({ "title": "a \"title\"", "body": "é\n", "labels": ["P1"] });
    let answer = sent(&Request::Create(draft), reply(201, &issue(7)), "POST /repos/acme/shop/issues", Some(&body));
    assert!(matches!(answer, Answer::Issue(issue) if issue.number == 7));

    let closing = Edit { state: Some(("closed", "duplicate")), ..Edit::default() };
    let body = json!({ "state": "closed", "state_reason": "duplicate" });
    let line = "PATCH /repos/other-org/new.name/issues/9";
    sent(&Request::Edit(moved(), closing), reply(200, &issue(9)), line, Some(&body));

    let texts = Edit { title: Some("new".to_owned()), body: Some("text".to_owned()), state: None };
    let body = json!({ "title": "new", "body": "text" });
    sent(&Request::Edit(Place::here(4), texts), reply(200, &issue(4)), "PATCH /repos/acme/shop/issues/4", Some(&body));
}

#[test]
fn labels_are_listed_made_added_and_taken_off() {
    let names = json!([{ "name": "a" }, { "name": "b" }]);
    let read = |answer| match answer {
        Answer::Labels(page) => page.items.join(" "),
        other => panic!("{other:?}"),
    };
    let line = "GET /repos/acme/shop/labels?per_page=100";
    assert_eq!(read(sent(&Request::Labels(Page::First), reply(200, &names), line, None)), "a b");

    let label =
        Request::CreateLabel { name: "P1".to_owned(), color: "#ff0000".to_owned(), description: "now".to_owned() };
    let body = json!({ "name": "P1", "color": "ff0000", "description": "now" });
    let answer = sent(&label, reply(201, &json!({ "id": 1 })), "POST /repos/acme/shop/labels", Some(&body));
    assert_eq!(answer, Answer::Done);

    let add = Request::AddLabels(Place::here(4), vec!["a".to_owned(), "b".to_owned()]);
    let line = "POST /repos/acme/shop/issues/4/labels";
    assert_eq!(read(sent(&add, reply(200, &names), line, Some(&json!({ "labels": ["a", "b"] })))), "a b");

    let remove = Request::RemoveLabel(Place::here(4), "area/a b?".to_owned());
    let line = "DELETE /repos/acme/shop/issues/4/labels/area%2Fa%20b%3F";
    assert_eq!(read(sent(&remove, reply(200, &names), line, None)), "a b");
    let off = json!({ "message": "Label does not exist" });
    assert_eq!(sent(&remove, reply(404, &off), line, None), Answer::Done);
    assert_eq!(sent(&remove, Reply::Answer(204, Vec::new(), String::new()), line, None), Answer::Done);
}

#[test]
fn comments_are_listed_written_and_edited() {
    let raw = json!({ "id": 77, "body": "text", "user": null, "reactions": {} });
    let comment = RemoteComment { id: 77, body: "text".to_owned(), author: None };
    let line = "GET /repos/acme/shop/issues/4/comments?per_page=100";
    let answer = sent(&Request::Comments(Place::here(4), Page::First), reply(200, &json!([raw])), line, None);
    assert!(matches!(answer, Answer::Comments(page) if page.items == [comment.clone()]));

    let body = json!({ "body": "text" });
    let write = Request::Comment(Place::here(4), "text".to_owned());
    let line = "POST /repos/acme/shop/issues/4/comments";
    assert_eq!(sent(&write, reply(201, &raw), line, Some(&body)), Answer::Comment(comment.clone()));
    let edit = Request::EditComment(moved(), 77, "text".to_owned());
    let line = "PATCH /repos/other-org/new.name/issues/comments/77";
    assert_eq!(sent(&edit, reply(200, &raw), line, Some(&body)), Answer::Comment(comment));
}

#[test]
fn names_that_would_lead_elsewhere_are_not_sent() {
    let server = Server::new(Vec::new());
    let mut github = github(&server.address);
    let elsewhere = |repository: &str| Place { repository: Some(repository.to_owned()), number: 1 };
    for request in [
        Request::Issue(elsewhere("../..")),
        Request::Issue(elsewhere("acme/..")),
        Request::Issue(elsewhere("acme")),
        Request::Issue(elsewhere("acme/shop/issues")),
        Request::RemoveLabel(Place::here(1), "..".to_owned()),
        Request::Issues(Filter::default(), Order::Oldest, Page::Next("http://127.0.0.1:1/repos".to_owned())),
    ] {
        let refused = github.send(&request).unwrap_err();
        assert!(matches!(refused.kind, crate::tracker::Kind::Invalid | crate::tracker::Kind::Moved), "{refused:?}");
    }
    assert!(server.seen().is_empty());
}
