//! Listings and the search.

use std::time::Duration;

use serde_json::json;

use super::client::{Client, shop};
use super::github::{Fault, Rule};
use super::github::{GitHub, LOGIN, Secondary};

const ISSUES: &str = "/repos/acme/shop/issues";

/// 250 issues of Alice, one of ours, one that is closed.
fn crowded() -> (GitHub, Client) {
    let (github, client) = shop();
    github.with(|world| {
        let first = world.crowd("acme/shop", "alice", 250, |nth| (format!("Issue {nth}"), "text".to_owned()));
        assert_eq!(first, 1);
        world.open("acme/shop", LOGIN, "Ours", "payment failed", &["bug"]);
        world.open("acme/shop", LOGIN, "Done", "", &[]);
        world.close("acme/shop", 252, "alice", "not_planned");
    });
    (github, client)
}

#[test]
fn pages_follow_each_other_to_the_end() {
    let (github, mut client) = crowded();
    let mut page = client.get(&format!("{ISSUES}?state=all&sort=created&direction=asc&per_page=100"));
    assert!(page.link("last").unwrap().ends_with("&page=3") && page.link("prev").is_none());
    let mut numbers = page.numbers();
    while let Some(next) = page.link("next") {
        page = client.get(&next);
        numbers.extend(page.numbers());
    }
    assert_eq!(numbers, (1..=252).collect::<Vec<_>>());
    assert!(page.link("first").is_some() && page.link("last").is_none());
    assert_eq!(github.with(|world| world.count_of("GET", "/repositories/*/issues")), 2);
    github.with(|world| world.has_cursors = true);
    let page = client.get(&format!("{ISSUES}?per_page=100"));
    assert!(page.link("next").unwrap().contains("after=") && page.link("last").is_none());
    assert_eq!(client.get(&page.link("next").unwrap()).numbers().len(), 100);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn listings_are_filtered_and_sorted() {
    let (github, mut client) = crowded();
    let mut list = |query: &str| client.get(&format!("{ISSUES}{query}")).numbers();
    assert_eq!(list("").len(), 30, "thirty, open, the newest first");
    assert_eq!(list("")[0], 251);
    assert_eq!(list("?creator=gardener-bot&state=all"), [252, 251]);
    assert_eq!(list("?creator=gardener-bot&state=closed"), [252]);
    assert_eq!(list("?labels=Bug"), [251]);
    assert_eq!(list("?labels=bug,P1"), [0; 0]);
    github.with(|world| {
        world.comment("acme/shop", 7, "bob", "still so");
        assert_eq!(world.repo("acme/shop").by(LOGIN).len(), 2);
    });
    assert_eq!(list("?sort=updated&per_page=2"), [7, 251]);
    assert_eq!(list("?sort=comments&per_page=1"), [7]);
    let since = github.with(|world| world.repo("acme/shop").issue(7).updated_at) - 1;
    let last = client.get(&format!("{ISSUES}/7")).json["updated_at"].clone();
    assert!(since > 0);
    assert_eq!(client.get(&format!("{ISSUES}?since={}", last.as_str().unwrap())).numbers(), [7]);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn the_search_is_behind_and_is_counted() {
    let (github, mut client) = crowded();
    let mut search = |asked: &str| {
        let reply = client.get(&format!("/search/issues?q={asked}&per_page=10"));
        (reply.status, reply.json["total_count"].as_u64())
    };
    let ours = "repo:acme/shop+is:issue+%22payment+failed%22+in:body";
    assert_eq!(search(ours), (200, Some(1)));
    assert_eq!(search("repo:acme/shop+is:issue+is:closed+author:gardener-bot"), (200, Some(1)));
    github.with(|world| world.open("acme/shop", "bob", "New", "payment failed", &[]));
    github.with(|world| world.search_lag = 1);
    assert_eq!(search(ours), (200, Some(1)));
    github.with(|world| world.search_lag = usize::MAX);
    assert_eq!(search(ours), (200, Some(0)));
    github.assert_clean(Duration::ZERO);
    assert_eq!(search("payment"), (422, None), "it must say of which kind");
    assert_eq!(search(&format!("is:issue+{}", "x".repeat(256))), (422, None));
    assert_eq!(github.with(|world| (world.searches, world.violations.len())), (6, 2));
}

#[test]
fn listings_can_be_empty_stale_or_lead_nowhere() {
    let (github, mut client) = crowded();
    let list = format!("{ISSUES}?per_page=100&state=all");
    let path = "/repos/*/*/issues";
    github.rule(Rule::new("GET", path, Fault::EmptyListing));
    let empty = client.get(&list);
    assert_eq!((empty.status, empty.numbers().len(), empty.link("next")), (200, 0, None));
    github.with(|world| world.open("acme/shop", "bob", "New", "", &[]));
    client.send("POST", ISSUES, &json!({ "title": "Newest" }));
    github.rule(Rule::new("GET", path, Fault::StaleListing(1)));
    github.rule(Rule::new("GET", path, Fault::StaleListing(2)).from(2));
    github.rule(Rule::new("GET", path, Fault::MalformedLink).from(3));
    assert_eq!(client.get(&list).numbers()[0], 253);
    assert_eq!(client.get(&list).numbers()[0], 252);
    let whole = client.get(&list);
    assert_eq!((whole.numbers()[0], whole.link("next")), (254, None));
    assert!(whole.header("link").is_some());
    github.rule(Rule::new("GET", path, Fault::NullUser));
    github.rule(Rule::new("GET", path, Fault::UnknownStateReason));
    let odd = client.get(&list).json;
    assert!(odd[0]["user"].is_null() && odd[1]["user"].is_object());
    assert_eq!(odd[0]["state_reason"], "overtaken_by_events");
    github.rule(Rule::new("GET", path, Fault::Secondary(Secondary::Bare(403))));
    assert_eq!(client.get(&list).status, 403);
    github.assert_clean(Duration::ZERO);
}
