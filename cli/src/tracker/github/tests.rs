//! The tracker against a server on loopback, through octocrab.

mod app;
mod pages;
mod proxy;
mod requests;
mod server;
mod troubles;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;

const TOKEN: &str = "ghp_s3cretS3cretS3cret";

fn settings(base: &str) -> Settings {
    Settings {
        base: base.to_owned(),
        repository: "acme/shop".to_owned(),
        credentials: Credentials::Token(Secret::new(TOKEN)),
        author: None,
        is_workflow: false,
        timeout: TIMEOUT,
    }
}

fn github(base: &str) -> GitHub {
    GitHub::new(settings(base), || 0).unwrap()
}

/// Settings of who does not wait long for an answer.
fn impatient(base: &str) -> Settings {
    Settings { timeout: Duration::from_millis(500), ..settings(base) }
}

#[test]
fn an_argument_wins_over_the_environment() {
    let environment = GitHubVariables {
        api_url: Some("https://git.example/api/v3".to_owned()),
        is_workflow: true,
        ..Default::default()
    };
    let settings = |base: Option<&str>, environment: &GitHubVariables| {
        let token = Credentials::Token(Secret::new(TOKEN));
        Settings::new(base.map(str::to_owned), "acme/shop".to_owned(), token, None, environment)
    };
    assert_eq!(settings(None, &GitHubVariables::default()).base, "https://api.github.com");
    assert_eq!(settings(Some("https://other.example"), &environment).base, "https://other.example");
    let workflow = settings(None, &environment);
    assert!(workflow.base == "https://git.example/api/v3" && workflow.is_workflow);
}

/// An issue, as GitHub answers with it.
fn issue(number: u64) -> Value {
    json!({
        "url": format!("https://api.github.com/repos/acme/shop/issues/{number}"),
        "repository_url": "https://api.github.com/repos/acme/shop",
        "html_url": format!("https://github.com/acme/shop/issues/{number}"),
        "number": number, "title": "a title", "body": "a body", "state": "open", "state_reason": null,
        "labels": [{ "id": 1, "name": "P1" }], "user": { "login": "bot" }, "locked": false, "comments": 2,
        "created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:06Z", "closed_at": null
    })
}
