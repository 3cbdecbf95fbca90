//! A GitHub App: it says who it is by its key, and works with the tokens that it is given.

use std::cell::Cell;
use std::rc::Rc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use serde_json::{Value, json};

use super::server::{Reply, Seen, Server, json as reply, with};
use super::{impatient, issue, settings};
use crate::tracker::github::{Credentials, GitHub, Secret, Settings};
use crate::tracker::{Answer, Filter, Kind, Order, Page, Place, Request, Tracker};

const NOW: i64 = 1_767_225_600;
// Made for this test: it opens nothing.
const KEY: &str = include_str!("app.pem");
const PKCS8: &str = include_str!("app.pkcs8.pem");
const PUBLIC: &[u8] = include_bytes!("app.public.der");

fn app(base: &str, key: &str, installation: Option<u64>) -> Settings {
    Settings { credentials: Credentials::App { id: 42, key: Secret::new(key), installation }, ..settings(base) }
}

fn token(text: &str) -> Reply {
    reply(201, &json!({ "token": text, "expires_at": "2026-01-01T01:00:00Z", "permissions": {} }))
}

/// What the App claims to be, after its signature was checked.
fn claims(seen: &Seen) -> Value {
    let jwt = seen.headers["authorization"].strip_prefix("Bearer ").unwrap();
    let (message, signature) = jwt.rsplit_once('.').unwrap();
    let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    let known = rustls::crypto::ring::default_provider().signature_verification_algorithms.mapping;
    let (_, algorithms) = known.iter().find(|(scheme, _)| *scheme == SignatureScheme::RSA_PKCS1_SHA256).unwrap();
    algorithms[0].verify_signature(PUBLIC, message.as_bytes(), &decoded(signature)).unwrap();
    let (head, claims) = message.split_once('.').unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&decoded(head)).unwrap()["alg"], "RS256");
    serde_json::from_slice(&decoded(claims)).unwrap()
}

#[test]
fn an_app_gets_a_token_and_uses_it_on_every_page() {
    for key in [KEY, PKCS8] {
        let second = "<HOST/api/v3/repositories/1/issues?page=2>; rel=\"next\"";
        let server = Server::new(vec![
            reply(200, &json!({ "id": 5 })),
            token("ghs_first"),
            with(200, &[("link", second)], &json!([issue(1)])),
            reply(200, &json!([issue(2)])),
        ]);
        let settings = app(&format!("{}/api/v3", server.address), key, None);
        let mut github = GitHub::new(settings, || NOW).unwrap();
        let mut page = Page::First;
        for _ in 0..2 {
            let Answer::Issues(paged) = github.send(&Request::Issues(Filter::default(), Order::Oldest, page)).unwrap()
            else {
                panic!("no issues")
            };
            page = paged.next.map_or(Page::First, Page::Next);
        }
        let seen = server.seen();
        let lines: Vec<_> = seen.iter().map(|seen| seen.line.as_str()).collect();
        assert_eq!(
            lines,
            [
                "GET /api/v3/repos/acme/shop/installation",
                "POST /api/v3/app/installations/5/access_tokens",
                "GET /api/v3/repos/acme/shop/issues?state=all&sort=created&direction=asc&per_page=100",
                "GET /api/v3/repositories/1/issues?page=2",
            ]
        );
        let claimed = json!({ "iat": NOW - 60, "exp": NOW + 540, "iss": 42 });
        assert_eq!((claims(&seen[0]), claims(&seen[1])), (claimed.clone(), claimed));
        assert_eq!(seen[2].headers["authorization"], "Bearer ghs_first");
        assert_eq!(seen[3].headers["authorization"], "Bearer ghs_first");
    }
}

#[test]
fn an_old_token_is_renewed_and_so_is_one_that_was_refused() {
    let read = || reply(200, &issue(4));
    let bad = json!({ "message": "Bad credentials ghs_second" });
    let server = Server::new(vec![
        token("ghs_first"),
        read(),
        read(),
        token("ghs_second"),
        read(),
        reply(401, &bad),
        token("ghs_third"),
        read(),
    ]);
    let minutes = Rc::new(Cell::new(0_i64));
    let clock = Rc::clone(&minutes);
    let mut github = GitHub::new(app(&server.address, KEY, Some(5)), move || NOW + clock.get() * 60).unwrap();
    let mut send = |minute| {
        minutes.set(minute);
        github.send(&Request::Issue(Place::here(4)))
    };
    assert!(send(0).is_ok() && send(49).is_ok() && send(51).is_ok());
    let refused = send(52).unwrap_err();
    assert_eq!((refused.kind, refused.detail.as_str()), (Kind::Unauthorized, "HTTP 401: Bad credentials ***"));
    assert!(send(52).is_ok());
    let used: Vec<_> = server.seen().into_iter().filter(|seen| seen.line.starts_with("GET")).collect();
    let used: Vec<_> = used.iter().map(|seen| seen.headers["authorization"].as_str()).collect();
    let [first, second, third] = ["Bearer ghs_first", "Bearer ghs_second", "Bearer ghs_third"];
    assert_eq!(used, [first, first, second, second, third]);
}

#[test]
fn an_app_writes_under_its_own_name() {
    let server = Server::new(vec![reply(200, &json!({ "id": 42, "slug": "log-gardener", "owner": null }))]);
    let mut github = GitHub::new(app(&server.address, KEY, None), || NOW).unwrap();
    assert_eq!(github.send(&Request::Author), Ok(Answer::Author("log-gardener[bot]".to_owned())));
    let seen = server.seen();
    assert_eq!((seen[0].line.as_str(), &claims(&seen[0])["iss"]), ("GET /app", &json!(42)));
}

#[test]
fn without_a_token_nothing_is_written() {
    let comment = Request::Comment(Place::here(4), "text".to_owned());
    let first = |answer: Reply| {
        let server = Server::new(vec![answer]);
        let settings = Settings { timeout: impatient("").timeout, ..app(&server.address, KEY, None) };
        let refused = GitHub::new(settings, || NOW).unwrap().send(&comment).unwrap_err();
        assert_eq!(server.lines(), ["GET /repos/acme/shop/installation"]);
        refused
    };
    let absent = first(reply(404, &json!({ "message": "Not Found" })));
    assert!(absent.kind == Kind::Unauthorized && absent.detail.contains("not installed"), "{absent:?}");
    // Whatever became of the question, the comment was not sent.
    for answer in [Reply::Cut, Reply::Hang, reply(502, &Value::Null), Reply::Truncated(200, "{".to_owned())] {
        let lost = first(answer);
        assert!(lost.kind == Kind::Unreachable && !lost.is_unknown(), "{lost:?}");
    }
    // What an App is given, or says of itself, is quoted in no case.
    let server = Server::new(vec![reply(201, &json!("ghs_s3cret"))]);
    let mut github = GitHub::new(app(&server.address, KEY, Some(5)), || NOW).unwrap();
    let odd = github.send(&comment).unwrap_err();
    assert!(odd.kind == Kind::Unreachable && !odd.detail.contains("ghs"), "{odd:?}");
    let limited = first(with(403, &[("retry-after", "3")], &Value::Null));
    assert!(matches!(limited.kind, Kind::Limited { wait: Some(_) }), "{limited:?}");
}

#[test]
fn a_key_that_is_none_is_refused_without_a_word_of_it() {
    for key in ["", "-----BEGIN RSA PRIVATE KEY-----\nc3Bvb2ZlZA==\n-----END RSA PRIVATE KEY-----\n", &KEY[..900]] {
        let refused = GitHub::new(app("http://127.0.0.1:1", key, None), || NOW).unwrap_err();
        assert_eq!(refused, "the private key of the GitHub App is no RSA key in PEM");
    }
    let shown = format!("{:?}", app("http://127.0.0.1:1", KEY, None));
    assert!(!shown.contains("BEGIN"), "{shown}");
}
