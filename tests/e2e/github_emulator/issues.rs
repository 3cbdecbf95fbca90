//! Issues, comments, labels, and what happens to them.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::shop;
use super::github::{LOGIN, Visibility};

const ISSUES: &str = "/repos/acme/shop/issues";

#[test]
fn an_issue_has_the_fields_of_the_real_ones() {
    let (github, mut client) = shop();
    github.with(|world| world.open_pull("acme/shop", "alice", "A pull request"));
    let body = json!({ "title": "Queue grows", "body": "It does.", "labels": ["Bug", "P1"] });
    let made = client.send("POST", ISSUES, &body);
    assert_eq!((made.status, &made.json["number"]), (201, &json!(2)));
    let read = client.get(&format!("{ISSUES}/2"));
    assert_eq!((read.status, &read.json), (200, &made.json));
    assert_eq!(read.header("x-ratelimit-remaining"), Some("4998"));
    let issue = read.json;
    let url = format!("{}{ISSUES}/2", github.url());
    assert_eq!((&issue["url"], &issue["comments_url"]), (&json!(url), &json!(format!("{url}/comments"))));
    assert_eq!(issue["repository_url"], format!("{}/repos/acme/shop", github.url()));
    assert_eq!(issue["html_url"], "https://github.com/acme/shop/issues/2");
    let labels: Vec<_> = issue["labels"].as_array().unwrap().iter().map(|label| label["name"].clone()).collect();
    assert_eq!(labels, ["bug", "P1"], "labels are the same in any case, and made where they are lacking");
    for (field, value) in [
        ("title", json!("Queue grows")),
        ("body", json!("It does.")),
        ("state", json!("open")),
        ("state_reason", Value::Null),
        ("locked", json!(false)),
        ("comments", json!(0)),
        ("closed_at", Value::Null),
        ("author_association", json!("MEMBER")),
        ("created_at", issue["created_at"].clone()),
    ] {
        assert_eq!(issue.get(field), Some(&value), "{field}");
    }
    assert!(issue.get("pull_request").is_none() && issue["id"].is_u64() && issue["node_id"].is_string());
    let pull = client.get(&format!("{ISSUES}/1")).json;
    assert_eq!(pull["pull_request"]["url"], format!("{}/repos/acme/shop/pulls/1", github.url()));
    github.assert_clean(Duration::ZERO);
}

#[test]
fn fields_change_and_states_have_reasons() {
    let (github, mut client) = shop();
    client.send("POST", ISSUES, &json!({ "title": "One", "labels": ["a", "b"] }));
    let one = format!("{ISSUES}/1");
    let closed = client.send("PATCH", &one, &json!({ "state": "closed" })).json;
    assert_eq!((&closed["state"], &closed["state_reason"]), (&json!("closed"), &json!("completed")));
    assert_eq!((&closed["closed_at"], &closed["closed_by"]["login"]), (&closed["updated_at"], &json!(LOGIN)));
    let again = client.send("PATCH", &one, &json!({ "state": "closed", "state_reason": "duplicate" })).json;
    assert_eq!(again["state_reason"], "duplicate");
    let open = client.send("PATCH", &one, &json!({ "state": "open", "state_reason": "reopened" })).json;
    assert_eq!((&open["state_reason"], &open["closed_at"]), (&json!("reopened"), &Value::Null));
    let edit = json!({ "title": "Two", "body": null, "labels": ["b", "c"] });
    let edited = client.send("PATCH", &one, &edit).json;
    assert_eq!((&edited["title"], &edited["body"]), (&json!("Two"), &Value::Null));
    assert_ne!(edited["updated_at"], open["updated_at"]);
    github.with(|world| assert_eq!(world.repo("acme/shop").issue(1).labels, ["b", "c"], "they replace the others"));
    let events = client.get(&format!("{one}/events")).json;
    let names: Vec<_> = events.as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    let expected = "labeled labeled closed closed reopened renamed unlabeled labeled";
    assert_eq!(names.join(" "), expected);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn comments_are_made_listed_and_edited() {
    let (github, mut client) = shop();
    let number = github.with(|world| world.open("acme/shop", "alice", "One", "", &[]));
    let comments = format!("{ISSUES}/{number}/comments");
    let made = client.send("POST", &comments, &json!({ "body": "first" }));
    assert_eq!((made.status, &made.json["user"]["login"]), (201, &json!(LOGIN)));
    github.with(|world| world.comment("acme/shop", number, "bob", "see #1 and `#1`"));
    let one = format!("{ISSUES}/comments/{}", made.json["id"]);
    let edited = client.send("PATCH", &one, &json!({ "body": "second" }));
    assert_eq!((edited.status, &edited.json["body"]), (200, &json!("second")));
    assert_eq!(client.get(&one).json, edited.json);
    let all = client.get(&comments).json;
    assert_eq!((&all[0]["body"], &all[1]["user"]["login"]), (&json!("second"), &json!("bob")));
    assert_eq!(client.get(&format!("{ISSUES}/1")).json["comments"], 2);
    assert_eq!(client.send("PATCH", &format!("{ISSUES}/comments/1"), &json!({ "body": "x" })).status, 404);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn labels_are_added_taken_off_and_made() {
    let (github, mut client) = shop();
    github.with(|world| world.open("acme/shop", LOGIN, "One", "", &["bug"]));
    let labels = format!("{ISSUES}/1/labels");
    let added = client.send("POST", &labels, &json!({ "labels": ["P1", "é à"] }));
    assert_eq!((added.status, added.json.as_array().unwrap().len()), (200, 3));
    let gone = client.send("DELETE", &format!("{labels}/%C3%A9%20%C3%A0"), &Value::Null);
    assert_eq!((gone.status, gone.json.as_array().unwrap().len()), (200, 2));
    assert_eq!(client.send("DELETE", &format!("{labels}/P0"), &Value::Null).status, 404);
    let label = json!({ "name": "P0", "color": "b60205", "description": "Now" });
    let made = client.send("POST", "/repos/acme/shop/labels", &label);
    assert_eq!((made.status, &made.json["color"]), (201, &json!("b60205")));
    let twice = client.send("POST", "/repos/acme/shop/labels", &label);
    assert_eq!((twice.status, &twice.json["errors"][0]["code"]), (422, &json!("already_exists")));
    assert_eq!(client.get("/repos/acme/shop/labels").json.as_array().unwrap().len(), 4);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn labels_are_dropped_without_a_word() {
    let (github, mut client) = shop();
    github.with(|world| world.makes_labels = false);
    let draft = json!({ "title": "One", "labels": ["bug", "P1"] });
    assert_eq!(client.send("POST", ISSUES, &draft).json["labels"].as_array().unwrap().len(), 1);
    github.with(|world| world.repo_mut("acme/shop").push = false);
    let dropped = client.send("POST", ISSUES, &draft);
    assert_eq!((dropped.status, &dropped.json["labels"]), (201, &json!([])));
    client.send("PATCH", &format!("{ISSUES}/1"), &json!({ "labels": [] }));
    github.with(|world| assert_eq!(world.repo("acme/shop").issue(1).labels, ["bug"]));
    assert_eq!(client.send("POST", &format!("{ISSUES}/1/labels"), &json!({ "labels": ["bug"] })).status, 403);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn timelines_tell_of_references_but_not_of_those_in_code() {
    let (github, mut client) = shop();
    github.with(|world| {
        world.add_repo("acme/other");
        world.open("acme/shop", "alice", "One", "", &[]);
        world.open("acme/shop", "alice", "Two", "like #1, `#3`,\n```\n#3\n```\n<!-- #3 -->", &[]);
        world.open("acme/shop", "alice", "Three", "", &[]);
        world.open("acme/other", "alice", "Four", "see acme/shop#1 and https://github.com/acme/shop/issues/3", &[]);
        world.close_as_duplicate("acme/shop", 3, "alice", 1);
    });
    let names = |json: Value| -> Vec<String> {
        json.as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
    };
    let first = client.get(&format!("{ISSUES}/1/timeline")).json;
    assert_eq!(first[0]["source"]["issue"]["title"], "Two");
    assert_eq!(names(first), ["cross-referenced"; 3]);
    let third = client.get(&format!("{ISSUES}/3/timeline")).json;
    assert_eq!(names(third), ["cross-referenced", "commented", "marked_as_duplicate", "closed"]);
    assert_eq!(names(client.get(&format!("{ISSUES}/3/events")).json), ["marked_as_duplicate", "closed"]);
    assert_eq!(client.get(&format!("{ISSUES}/3")).json["state_reason"], "duplicate");
}

#[test]
fn repositories_say_who_can_read_them() {
    let (github, mut client) = shop();
    for (visibility, name, private) in [
        (Visibility::Public, "public", false),
        (Visibility::Private, "private", true),
        (Visibility::Internal, "internal", true),
    ] {
        github.with(|world| world.repo_mut("acme/shop").visibility = visibility);
        let repo = client.get("/repos/acme/shop").json;
        assert_eq!((&repo["visibility"], &repo["private"]), (&json!(name), &json!(private)));
        assert_eq!((&repo["full_name"], &repo["archived"]), (&json!("acme/shop"), &json!(false)));
    }
    github.assert_clean(Duration::ZERO);
}

#[test]
fn texts_ping_and_link_where_github_would() {
    let (github, mut client) = shop();
    github.with(|world| world.crowd("acme/shop", "alice", 9, |nth| (nth.to_string(), String::new())));
    let hidden = "`@a #1` me@example.com\n\n```\n@b #2\n```\n\n    @c #3\n\n<!-- @d #4 --> @\u{200b}e a#5 &#x23;";
    client.send("POST", ISSUES, &json!({ "title": "@f", "body": hidden }));
    github.with(|world| {
        assert_eq!(world.pinged_by(LOGIN), [""; 0]);
        assert_eq!(world.linked_by(LOGIN), []);
    });
    let shown = "(@a) \\@b &#64;c ` @d ```\n<div>@e</div>\n\n- @acme/team #1 GH-2 \\#3 acme/shop#4 [x](http://h/acme/shop/issues/5)";
    client.send("POST", &format!("{ISSUES}/10/comments"), &json!({ "body": shown }));
    github.with(|world| {
        assert_eq!(world.pinged_by(LOGIN), ["a", "b", "c", "d", "e", "acme/team"]);
        let linked: Vec<u64> = world.linked_by(LOGIN).into_iter().map(|(_, number)| number).collect();
        assert_eq!(linked, [1, 2, 3, 4, 5]);
        assert_eq!(world.pinged_by("alice"), [""; 0]);
    });
}
