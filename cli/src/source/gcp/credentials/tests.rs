use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use serde_json::json;

use super::super::tests::body_of;
use super::*;

const NOW: i64 = 1_767_225_600;
// Made for tests: it opens nothing.
const KEY: &str = include_str!("../../../tracker/github/tests/app.pem");
const PUBLIC: &[u8] = include_bytes!("../../../tracker/github/tests/app.public.der");

/// A server that gives these answers, and what it was asked: the bodies.
fn server(answers: Vec<(u16, Value)>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/token", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    std::thread::spawn(move || {
        for (status, answer) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let body = body_of(&stream);
            kept.lock().unwrap().push(String::from_utf8(body).unwrap());
            let answer = answer.to_string();
            write!(stream, "HTTP/1.1 {status} So\r\ncontent-length: {}\r\n\r\n{answer}", answer.len()).unwrap();
        }
    });
    (address, asked)
}

fn tokens(address: &str, now: &Arc<AtomicI64>) -> Box<dyn Tokens> {
    let file = json!({ "type": "service_account", "client_email": "me@p.iam.gserviceaccount.com", "private_key": KEY,
        "private_key_id": "k1", "token_uri": address });
    let link = Arc::new(Link::new(false).unwrap());
    let now = Arc::clone(now);
    Credentials::File(file, None).tokens(Purpose::LOGS, &link, move || now.load(Ordering::Relaxed)).unwrap()
}

fn minted(token: &str) -> (u16, Value) {
    (200, json!({ "access_token": token, "expires_in": 3600, "token_type": "Bearer" }))
}

/// What an assertion claims, after its signature was checked.
fn claims(body: &str) -> (Value, Value) {
    let fields: BTreeMap<_, _> = body.split('&').map(|field| field.split_once('=').unwrap()).collect();
    assert_eq!(fields["grant_type"], "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
    let (message, signature) = fields["assertion"].rsplit_once('.').unwrap();
    let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    let known = rustls::crypto::ring::default_provider().signature_verification_algorithms.mapping;
    let (_, algorithms) = known.iter().find(|(scheme, _)| *scheme == SignatureScheme::RSA_PKCS1_SHA256).unwrap();
    algorithms[0].verify_signature(PUBLIC, message.as_bytes(), &decoded(signature)).unwrap();
    let (head, claims) = message.split_once('.').unwrap();
    let json = |text: &str| serde_json::from_slice(&decoded(text)).unwrap();
    (json(head), json(claims))
}

#[test]
fn a_key_signs_for_a_token_which_is_kept_until_shortly_before_its_end() {
    let (address, asked) = server(vec![minted("one"), minted("two"), minted("three")]);
    let now = Arc::new(AtomicI64::new(NOW));
    let mut tokens = tokens(&address, &now);
    let mut at = |seconds: i64| {
        now.store(NOW + seconds, Ordering::Relaxed);
        tokens.token().unwrap().reveal().to_owned()
    };
    assert_eq!([at(0), at(3359), at(3360), at(3400)], ["one", "one", "two", "two"]);
    assert!(tokens.forget());
    assert_eq!(tokens.token().unwrap().reveal(), "three");
    let (head, claimed) = claims(&asked.lock().unwrap()[0]);
    assert_eq!(head, json!({ "typ": "JWT", "alg": "RS256", "kid": "k1" }));
    assert_eq!(
        claimed,
        json!({ "iss": "me@p.iam.gserviceaccount.com", "scope": "https://www.googleapis.com/auth/logging.read",
            "aud": address, "iat": NOW - 10, "exp": NOW + 3590 })
    );
}

#[test]
fn what_the_token_endpoint_says_is_told_without_the_assertion() {
    let refused = json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." });
    let answers = vec![(400, refused), (503, Value::Null), (200, json!({ "token": "s3cret" }))];
    let (address, _) = server(answers);
    let mut tokens = tokens(&address, &Arc::new(AtomicI64::new(NOW)));
    let mut trouble = || tokens.token().unwrap_err();
    let refused = trouble();
    assert_eq!(refused.kind, Kind::Unauthorized);
    assert!(refused.message.ends_with("HTTP 400 invalid_grant: Invalid JWT Signature."), "{}", refused.message);
    assert!(refused.help.unwrap().contains("clock"));
    assert!(trouble().may_pass());
    let unreadable = trouble();
    assert!(unreadable.may_pass() && !unreadable.message.contains("s3cret"), "{}", unreadable.message);
}

#[test]
fn users_of_a_workforce_pool_show_a_refresh_token_which_the_endpoint_may_replace() {
    let (_, mut replaced) = minted("one");
    replaced["refresh_token"] = json!("second/s3cret");
    replaced["expires_in"] = json!(100);
    let refused = json!({ "error": "invalid_grant", "error_description": "second/s3cret is over" });
    let (address, asked) = server(vec![(200, replaced), minted("two"), (400, refused)]);
    let file = json!({ "type": "external_account_authorized_user", "client_id": "c", "client_secret": "client-s3cret",
        "refresh_token": "first/s3cret", "token_url": address, "audience": "//iam.googleapis.com/locations/global/workforcePools/p/providers/p" });
    let now = Arc::new(AtomicI64::new(NOW));
    let clock = Arc::clone(&now);
    let link = Arc::new(Link::new(false).unwrap());
    let credentials = Credentials::File(file.clone(), None);
    let mut tokens = credentials.tokens(Purpose::OBJECTS, &link, move || clock.load(Ordering::Relaxed)).unwrap();
    assert_eq!(tokens.token().unwrap().reveal(), "one");
    now.store(NOW + 74, Ordering::Relaxed);
    assert_eq!(tokens.token().unwrap().reveal(), "one");
    now.store(NOW + 75, Ordering::Relaxed);
    assert_eq!(tokens.token().unwrap().reveal(), "two");
    assert!(tokens.forget());
    let trouble = tokens.token().unwrap_err();
    assert_eq!(trouble.kind, Kind::Unauthorized);
    assert!(trouble.message.starts_with("there is no token for Cloud Storage"), "{}", trouble.message);
    assert!(!trouble.message.contains("s3cret") && trouble.help.unwrap().contains("gcloud"), "{}", trouble.message);
    let form = |token: &str| format!("grant_type=refresh_token&refresh_token={token}%2Fs3cret");
    assert_eq!(*asked.lock().unwrap(), [form("first"), form("second"), form("second")]);

    for missing in ["client_id", "client_secret", "refresh_token"] {
        let mut file = file.clone();
        file.as_object_mut().unwrap().remove(missing);
        let refused = Credentials::File(file, None).tokens(Purpose::LOGS, &link, || 0).err().unwrap();
        assert!(refused.contains(&format!("`{missing}`")) && !refused.contains("s3cret"), "{refused}");
    }
}

#[test]
fn the_first_that_is_there_counts() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, json!({ "type": name, "quota_project_id": "payer" }).to_string()).unwrap();
        path
    };
    let mut variables = GoogleVariables {
        token: Some(Secret::new("s3cret")),
        credentials: Some(file("named")),
        well_known: Some(file("gcloud")),
        ..GoogleVariables::default()
    };
    let found = |named: Option<(&str, Option<Secret>)>, variables: &GoogleVariables| match Credentials::find(
        named, None, variables,
    )
    .unwrap()
    {
        Credentials::Given(token) => token.reveal().to_owned(),
        credentials @ Credentials::File(..) => {
            assert_eq!(credentials.quota_project(), Some("payer"));
            let Credentials::File(file, _) = credentials else { unreachable!() };
            kind(&file).to_owned()
        }
        Credentials::Machine => "machine".to_owned(),
    };
    assert_eq!(found(Some(("X", Some(Secret::new("other")))), &variables), "other");
    assert_eq!(found(None, &variables), "s3cret");
    assert!(!format!("{variables:?}").contains("s3cret"));
    variables.token = None;
    assert_eq!(found(None, &variables), "named");
    variables.credentials = None;
    assert_eq!(found(None, &variables), "gcloud");
    variables.well_known = Some(folder.path().join("none"));
    assert_eq!(found(None, &variables), "machine");
    variables.credentials = Some(folder.path().join("none"));
    assert!(Credentials::find(None, None, &variables).unwrap_err().message.contains("GOOGLE_APPLICATION_CREDENTIALS"));
    assert!(Credentials::find(Some(("X", None)), None, &variables).unwrap_err().message.contains("`X`"));
}
