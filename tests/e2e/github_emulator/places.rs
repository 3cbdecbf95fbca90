//! What is locked, gone, elsewhere, or cannot be written.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, shop, target};
use super::github::{GitHub, LOGIN};

const ISSUES: &str = "/repos/acme/shop/issues";

/// The status and message of a comment on an issue.
fn comment(client: &mut Client, number: u64) -> (u16, Value) {
    let reply = client.send("POST", &format!("{ISSUES}/{number}/comments"), &json!({ "body": "more" }));
    (reply.status, reply.json["message"].clone())
}

#[test]
fn locked_issues_take_nothing() {
    let (github, mut client) = shop();
    let id = github.with(|world| {
        world.open("acme/shop", LOGIN, "One", "", &[]);
        let id = world.comment("acme/shop", 1, LOGIN, "before");
        world.lock("acme/shop", 1, "alice");
        id
    });
    let locked = json!("Unable to create comment because issue is locked.");
    assert_eq!(comment(&mut client, 1), (403, locked));
    assert_eq!(client.send("PATCH", &format!("{ISSUES}/1"), &json!({ "title": "Two" })).status, 403);
    assert_eq!(client.send("PATCH", &format!("{ISSUES}/comments/{id}"), &json!({ "body": "x" })).status, 403);
    assert_eq!(client.get(&format!("{ISSUES}/1")).json["locked"], true);
    github.with(|world| world.unlock("acme/shop", 1, "alice"));
    assert_eq!(comment(&mut client, 1).0, 201);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn deleted_issues_are_gone_and_their_numbers_too() {
    let (github, mut client) = shop();
    github.with(|world| {
        world.open("acme/shop", LOGIN, "One", "", &[]);
        world.delete("acme/shop", 1);
    });
    let gone = client.get(&format!("{ISSUES}/1"));
    assert_eq!((gone.status, &gone.json["message"]), (410, &json!("This issue was deleted")));
    assert_eq!(comment(&mut client, 1).0, 410);
    assert_eq!(client.get(&format!("{ISSUES}?state=all")).numbers(), [0; 0]);
    assert_eq!(client.send("POST", ISSUES, &json!({ "title": "Two" })).json["number"], 2);
    assert_eq!(client.get(&format!("{ISSUES}/3")).status, 404);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn transferred_issues_are_found_where_they_are() {
    let (github, mut client) = shop();
    github.with(|world| {
        world.add_repo("acme/other");
        world.open("acme/other", "bob", "There before", "", &[]);
        world.open("acme/shop", LOGIN, "One", "", &["bug", "P1"]);
        world.comment("acme/shop", 1, LOGIN, "kept");
        assert_eq!(world.transfer("acme/shop", 1, "alice", "acme/other"), 2);
    });
    let moved = client.get(&format!("{ISSUES}/1"));
    assert_eq!(moved.status, 301);
    let location = moved.header("location").unwrap().to_owned();
    assert!(location.starts_with(&format!("{}/repositories/", github.url())), "{location}");
    assert!(location.ends_with("/issues/2"), "{location}");
    let there = client.follow(&location).json;
    assert_eq!((&there["number"], &there["comments"], &there["title"]), (&json!(2), &json!(1), &json!("One")));
    assert!(there["repository_url"].as_str().unwrap().ends_with("/repos/acme/other"));
    assert_eq!(there["labels"].as_array().unwrap().len(), 1, "labels that are not there are lost");
    assert_eq!(client.send("PATCH", &format!("{ISSUES}/1"), &json!({ "title": "Two" })).status, 301);
    let comments = client.get(&format!("{ISSUES}/1/comments"));
    assert!(comments.header("location").unwrap().ends_with("/issues/2/comments"));
    assert_eq!(client.get(ISSUES).numbers(), [0; 0]);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn a_former_name_leads_to_the_repository() {
    let (github, mut client) = shop();
    github.with(|world| {
        world.open("acme/shop", LOGIN, "One", "", &[]);
        world.rename_repo("acme/shop", "acme/store");
    });
    let moved = client.get(&format!("{ISSUES}?state=all&labels=a%20b"));
    assert_eq!(moved.status, 301);
    let location = moved.header("location").unwrap().to_owned();
    assert!(target(&location).ends_with("/issues?state=all&labels=a%20b"), "{location}");
    assert_eq!(client.follow(&location).status, 200);
    let repo = client.get("/repos/acme/shop").header("location").unwrap().to_owned();
    assert_eq!(client.follow(&repo).json["full_name"], "acme/store");
    assert_eq!(client.send("POST", ISSUES, &json!({ "title": "Two" })).status, 307);
    github.with(|world| assert_eq!(world.repo("acme/store").all().len(), 1));
    github.assert_clean(Duration::ZERO);
}

#[test]
fn repositories_refuse_what_they_do_not_take() {
    let (github, mut client) = shop();
    let mut create = |change: fn(&mut super::github::Repo)| {
        github.with(|world| change(world.repo_mut("acme/shop")));
        client.send("POST", ISSUES, &json!({ "title": "One" })).status
    };
    assert_eq!(create(|repo| repo.archived = true), 403);
    assert_eq!(create(|repo| (repo.archived, repo.writable) = (false, false)), 403);
    assert_eq!(create(|repo| (repo.writable, repo.has_issues) = (true, false)), 410);
    assert_eq!(create(|repo| (repo.has_issues, repo.visible) = (true, false)), 404);
    assert_eq!(client.get("/repos/acme/shop").status, 404);
    github.with(|world| assert_eq!(world.repo("acme/shop").all().len(), 0));
    github.assert_clean(Duration::ZERO);
}

#[test]
fn enterprise_has_its_own_base() {
    let github = GitHub::start_enterprise();
    github.with(|world| {
        world.add_repo("acme/shop");
        world.crowd("acme/shop", "alice", 3, |nth| (format!("{nth}"), String::new()));
    });
    assert!(github.url().ends_with("/api/v3"));
    let mut client = Client::new(&github);
    let page = client.get(&format!("{ISSUES}?per_page=2"));
    assert!(page.link("next").unwrap().starts_with("/api/v3/repositories/"));
    let issue = &page.json[0];
    assert_eq!(issue["url"], format!("{}{ISSUES}/3", github.url()));
    assert_eq!(issue["html_url"], format!("http://{}/acme/shop/issues/3", github.address()));
    github.assert_clean(Duration::ZERO);
    let request = format!("GET {ISSUES} HTTP/1.1\r\nUser-Agent: x\r\nAccept: application/json\r\n");
    let reply = client.raw(&format!("{request}Authorization: token {}\r\n\r\n", client.token)).unwrap();
    assert_eq!((reply.status, github.with(|world| world.violations.len())), (404, 1));
}
