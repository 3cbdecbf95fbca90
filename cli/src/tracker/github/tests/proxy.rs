//! Proxies are named by the environment, which a test cannot change for itself: it has another process look at it.

use std::process::Command;

use serde_json::json;

use super::server::{Server, json as reply};
use super::{github, issue};
use crate::tracker::{Place, Request, Tracker};

const INNER: &str = "tracker::github::tests::proxy::by_a_proxy";
const NAMES: [&str; 8] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];

/// Whether an issue of `http://tracker.invalid` could be read with these variables.
fn succeeds(variables: &[(&str, &str)]) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", INNER, "--ignored"]);
    for name in NAMES {
        command.env_remove(name);
    }
    let run = command.envs(variables.iter().copied()).output().unwrap();
    assert!(String::from_utf8_lossy(&run.stdout).contains("running 1 test"), "{run:?}");
    run.status.success()
}

#[test]
#[ignore = "is run by the test below, with a proxy in its environment"]
fn by_a_proxy() {
    github("http://tracker.invalid").send(&Request::Issue(Place::here(4))).unwrap();
}

#[test]
fn a_proxy_of_the_environment_is_used() {
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        let proxy = Server::new(vec![reply(200, &json!(issue(4)))]);
        assert!(succeeds(&[(name, &proxy.address)]), "{name}");
        assert_eq!(proxy.lines(), ["GET http://tracker.invalid/repos/acme/shop/issues/4"]);
    }
    let proxy = Server::new(vec![reply(200, &json!(issue(4)))]);
    let excepted = [("HTTP_PROXY", proxy.address.as_str()), ("NO_PROXY", "tracker.invalid")];
    assert!(!succeeds(&excepted));
    assert!(proxy.seen().is_empty());
}
