//! Limits, and what is measured of requests.

use std::time::Duration;

use serde_json::json;

use super::client::{Client, shop};
use super::github::{Fault, Rule, Secondary};

const ISSUES: &str = "/repos/acme/shop/issues";

#[test]
fn the_primary_limit_holds_until_it_is_reset() {
    let (github, mut client) = shop();
    github.with(|world| world.limit(2, 5));
    assert_eq!(client.get(ISSUES).header("x-ratelimit-remaining"), Some("1"));
    assert_eq!(client.get(ISSUES).header("x-ratelimit-remaining"), Some("0"));
    let refused = client.send("POST", ISSUES, &json!({ "title": "One" }));
    assert_eq!((refused.status, refused.header("x-ratelimit-remaining")), (403, Some("0")));
    assert!(refused.json["message"].as_str().unwrap().starts_with("API rate limit exceeded"));
    let reset: i64 = refused.header("x-ratelimit-reset").unwrap().parse().unwrap();
    let (clock, all, refusals) =
        github.with(|world| (world.clock(), world.repo("acme/shop").all().len(), world.primary.refused));
    assert!((1..=5).contains(&(reset - clock)), "{reset} {clock}");
    assert!(refused.header("date").unwrap().ends_with(" GMT"));
    assert_eq!((all, refusals), (0, 1));
    github.with(|world| world.ahead += 6);
    assert_eq!(client.send("POST", ISSUES, &json!({ "title": "One" })).status, 201);
    github.assert_clean(Duration::ZERO);
}

#[test]
fn dates_are_those_of_the_calendar() {
    let (github, mut client) = shop();
    github.with(|world| world.set_now("2024-02-28T23:59:59Z"));
    github.with(|world| world.open("acme/shop", "alice", "Leap", "", &[]));
    assert_eq!(client.get(&format!("{ISSUES}/1")).json["created_at"], "2024-02-29T00:00:00Z");
    github.with(|world| {
        let now = world.clock();
        // 29 February 2024 was a Thursday.
        world.ahead += 1_709_164_800 - now;
    });
    let date = client.get(ISSUES).header("date").unwrap().to_owned();
    assert!(date.starts_with("Thu, 29 Feb 2024 00:00:0"), "{date}");
}

#[test]
fn the_secondary_limit_is_told_in_all_its_ways() {
    let (github, mut client) = shop();
    for how in
        [Secondary::RetryAfter(403, 7), Secondary::RetryAfter(429, 7), Secondary::Bare(403), Secondary::Bare(429)]
    {
        github.rule(Rule::new("POST", "/repos/acme/shop/issues", Fault::Secondary(how)));
        let refused = client.send("POST", ISSUES, &json!({ "title": "One" }));
        let (status, wait) = match how {
            Secondary::RetryAfter(status, _) => (status, Some("7")),
            Secondary::Bare(status) => (status, None),
        };
        assert_eq!((refused.status, refused.header("retry-after")), (status, wait));
        assert_eq!(refused.header("x-ratelimit-remaining").is_some(), wait.is_some());
        assert!(refused.json["message"].as_str().unwrap().contains("secondary rate limit"));
    }
    github.with(|world| assert_eq!(world.repo("acme/shop").all().len(), 0));
}

#[test]
fn points_content_and_gaps_are_measured() {
    let (github, mut client) = shop();
    client.get(ISSUES);
    assert_eq!(github.with(|world| world.measured().gap), None);
    for _ in 0..3 {
        client.send("POST", ISSUES, &json!({ "title": "One", "labels": ["bug"] }));
    }
    client.send("DELETE", &format!("{ISSUES}/1/labels/bug"), &serde_json::Value::Null);
    let measured = github.with(|world| world.measured());
    assert_eq!((measured.points, measured.content), (1 + 3 * 5 + 5, 3));
    assert!(!measured.overlap && !measured.overlapping_writes);
    let gap = measured.gap.unwrap();
    github.assert_clean(gap);
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| github.assert_clean(gap * 2)));
    assert!(failed.is_err(), "writes came sooner than that");
    github.with(|world| world.forget_requests());
    github.with(|world| assert_eq!((world.measured().points, world.repo("acme/shop").all().len()), (0, 3)));
}

#[test]
fn writes_at_once_are_noticed() {
    let (github, mut client) = shop();
    let path = "/repos/*/*/issues";
    github.rule(Rule::new("POST", path, Fault::DoneLate(150)));
    let mut other = Client::new(&github);
    std::thread::scope(|scope| {
        scope.spawn(|| client.send("POST", ISSUES, &json!({ "title": "One" })));
        github.wait_until(|world| world.count_of("POST", path) == 1);
        other.get(ISSUES);
        let measured = github.with(|world| world.measured());
        assert!(measured.overlap && !measured.overlapping_writes);
        other.send("POST", ISSUES, &json!({ "title": "Two" }));
    });
    assert!(github.with(|world| world.measured().overlapping_writes));
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| github.assert_clean(Duration::ZERO)));
    assert!(failed.is_err(), "two writes at once");
}
