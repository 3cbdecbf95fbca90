//! Who asks: tokens, the App, its installations.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::client::{Client, shop};
use super::github::{LOGIN, Token};

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let sextets = |chunk: &[u8]| {
        let held = chunk.iter().fold(0_usize, |held, byte| held << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        (0..=chunk.len()).map(|at| char::from(DIGITS[held >> (18 - 6 * at) & 63])).collect::<String>()
    };
    bytes.chunks(3).map(sextets).collect()
}

fn web_token(issuer: u64, life: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let part = |value: Value| base64(value.to_string().as_bytes());
    let head = part(json!({ "typ": "JWT", "alg": "RS256" }));
    let claims = part(json!({ "iss": issuer, "iat": now - 60, "exp": now + life }));
    format!("{head}.{claims}.{}", base64(b"signature"))
}

fn status(client: &mut Client, token: &str, path: &str) -> u16 {
    client.token = token.to_owned();
    client.get(path).status
}

#[test]
fn a_person_is_told_who_it_is_and_a_workflow_is_not() {
    let (github, mut client) = shop();
    let user = client.get("/user");
    assert_eq!((user.status, &user.json["login"], &user.json["type"]), (200, &json!(LOGIN), &json!("User")));
    github.with(|world| world.tokens.insert("ghs_workflow".to_owned(), Token::of_workflow()));
    client.token = "ghs_workflow".to_owned();
    let user = client.get("/user");
    assert_eq!((user.status, &user.json["message"]), (403, &json!("Resource not accessible by integration")));
    client.send("POST", "/repos/acme/shop/issues", &json!({ "title": "One" }));
    github.with(|world| assert_eq!(world.repo("acme/shop").issue(1).user, "github-actions[bot]"));
    // A token that is over or unknown is no wrong request.
    assert_eq!(status(&mut client, "ghp_other", "/user"), 401);
    github.assert_clean(std::time::Duration::ZERO);
}

#[test]
fn an_app_gets_tokens_that_end() {
    let (github, mut client) = shop();
    github.with(|world| world.app.repos.push("acme/shop".to_owned()));
    client.token = web_token(77, 540);
    assert_eq!(client.get("/app").json["slug"], "log-gardener");
    assert_eq!(client.get("/repos/acme/other/installation").status, 404);
    let id = client.get("/repos/acme/shop/installation").json["id"].as_u64().unwrap();
    let tokens = format!("/app/installations/{id}/access_tokens");
    let token = client.send("POST", &tokens, &json!({ "repositories": ["shop"] }));
    assert_eq!(token.status, 201);
    assert!(token.json["expires_at"].as_str().unwrap().ends_with('Z'));
    client.token = token.json["token"].as_str().unwrap().to_owned();
    assert_eq!(client.get("/user").status, 403);
    client.send("POST", "/repos/acme/shop/issues", &json!({ "title": "One" }));
    github.with(|world| {
        assert_eq!(world.repo("acme/shop").issue(1).user, "log-gardener[bot]");
        assert!(world.violations.is_empty(), "{:?}", world.violations);
        world.ahead += 3601;
    });
    assert_eq!(client.get("/repos/acme/shop/issues/1").status, 401);
    assert_eq!(github.with(|world| (world.app.tokens, world.writes().len())), (1, 1));
}

#[test]
fn json_web_tokens_are_looked_at_and_kept_apart() {
    let (github, mut client) = shop();
    for (token, path) in [
        (web_token(78, 540), "/app"),
        (web_token(77, 700), "/app"),
        ("e30.e30.e30".to_owned(), "/app"),
        (web_token(77, 540), "/repos/acme/shop"),
        (client.token.clone(), "/app"),
    ] {
        assert_eq!(status(&mut client, &token, path), 401, "{token} {path}");
    }
    let violations = github.with(|world| world.violations.clone());
    assert_eq!(violations.len(), 5, "{violations:#?}");
    assert!(violations[0].contains("issued by 78") && violations[1].contains("until"), "{violations:#?}");
}
