//! A server on loopback that lists entries as Cloud Logging does, strictly, and fails as it is told.

#![allow(dead_code, unused_imports, reason = "each test target uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "a server has a clock, and hangs")]

#[path = "../github/http.rs"]
mod http;
mod world;

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};

pub use world::{Fault, World, entry};

/// A running server.
pub struct Gcp {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    shared: Arc<Shared>,
}

struct Shared {
    world: Mutex<World>,
    asked: Condvar,
}

impl Gcp {
    /// Starts one that has these entries.
    pub fn new(entries: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared { world: Mutex::new(World::new(entries)), asked: Condvar::new() });
        let all = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&all);
                std::thread::spawn(move || serve(&stream, &shared));
            }
        });
        Self { address, shared }
    }

    /// What it has and was asked.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world.lock().unwrap()
    }

    /// Waits until so many pages were asked for.
    pub fn wait_for(&self, requests: usize) {
        let limit = Duration::from_secs(60);
        let world = self.world();
        let (world, timeout) =
            self.shared.asked.wait_timeout_while(world, limit, |world| world.requests.len() < requests).unwrap();
        drop(world);
        assert!(!timeout.timed_out(), "nobody has asked for page {requests}");
    }
}

fn serve(stream: &TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream.try_clone().unwrap();
    let mut is_counted = false;
    while let Ok(Some(raw)) = http::read(&mut reader) {
        let answer = {
            let mut world = shared.world.lock().unwrap();
            world.connections += usize::from(!std::mem::replace(&mut is_counted, true));
            match raw.target.as_str() {
                "/v2/entries:list" => list(&mut world, &raw),
                "/token" => Ok(token(&mut world, &raw)),
                "/v1/oauthtoken" => Ok(workforce(&mut world, &raw)),
                "/v1/projects/-/serviceAccounts/reader@shop.iam.gserviceaccount.com:generateAccessToken" => {
                    Ok(impersonated(&mut world, &raw))
                }
                "/computeMetadata/v1/instance/service-accounts/default/token" => Ok(metadata(&mut world, &raw)),
                target if target.starts_with("/computeMetadata/") => {
                    let target = format!("{target}?");
                    match target.split_once('?').unwrap().0.ends_with("default/token") {
                        true => Ok(metadata(&mut world, &raw)),
                        false => Ok(refusal(404, "NOT_FOUND", "no such metadata")),
                    }
                }
                _ => Ok(refusal(404, "NOT_FOUND", "no such method")),
            }
        };
        shared.asked.notify_all();
        match answer {
            Ok((status, body)) => {
                let is_packed = shared.world.lock().unwrap().is_packed
                    && raw.header("accept-encoding").is_some_and(|value| value.contains("gzip"))
                    && raw.header("user-agent").is_some_and(|value| value.contains("gzip"));
                let written = match is_packed {
                    true => packed(status, &body, &mut stream),
                    false => http::Response::json(status, body).write(&mut stream, None),
                };
                if written.is_err() {
                    return;
                }
            }
            Err(Fault::Truncated) => {
                let _ = http::Response::json(200, json!({ "entries": [{}] })).write(&mut stream, Some(8));
                return;
            }
            // For as long as the test runs.
            Err(Fault::Hang) => loop {
                std::thread::park();
            },
            Err(_) => return,
        }
    }
}

fn packed(status: u16, body: &Value, stream: &mut TcpStream) -> std::io::Result<()> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(body.to_string().as_bytes())?;
    let bytes = packer.finish()?;
    let head = "content-type: application/json\r\ncontent-encoding: gzip";
    write!(stream, "HTTP/1.1 {status} So\r\n{head}\r\ncontent-length: {}\r\n\r\n", bytes.len())?;
    stream.write_all(&bytes)
}

type Answer = (u16, Value);

fn refusal(status: u16, code: &str, message: &str) -> Answer {
    (status, json!({ "error": { "code": status, "message": message, "status": code } }))
}

fn list(world: &mut World, raw: &http::Raw) -> Result<Answer, Fault> {
    let body: Value = serde_json::from_slice(&raw.body).unwrap_or_default();
    world.requests.push(body.clone());
    let bearer = raw.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if raw.method != "POST" || raw.header("content-type").is_none_or(|value| !value.starts_with("application/json")) {
        world.problems.push(format!("{} with {:?}", raw.method, raw.header("content-type")));
    }
    if !world.is_let_in(bearer) {
        return Ok(refusal(401, "UNAUTHENTICATED", &format!("Request had invalid credentials: {bearer}")));
    }
    match world.faults.remove(&world.requests.len()) {
        Some(Fault::Answer(status, body)) => return Ok((status, body)),
        Some(fault) => return Err(fault),
        None => {}
    }
    Ok(match world.page(&body) {
        Ok(page) => (200, page),
        Err(why) => {
            world.problems.push(why.clone());
            refusal(400, "INVALID_ARGUMENT", &why)
        }
    })
}

/// The fields of a form; nothing of what is sent as anything else (RFC 6749, 4.1.3 and appendix B).
fn form(raw: &http::Raw) -> Option<Vec<(String, String)>> {
    if raw.method != "POST" || raw.header("content-type") != Some("application/x-www-form-urlencoded") {
        return None;
    }
    let decoded = |text: &str| http::decode(text, true);
    let text = String::from_utf8(raw.body.clone()).ok()?;
    text.split('&')
        .map(|field| field.split_once('=').and_then(|(name, value)| Some((decoded(name)?, decoded(value)?))))
        .collect()
}

/// A token for a signed assertion, for what gcloud has of a user, or for a proof of another provider.
fn token(world: &mut World, raw: &http::Raw) -> Answer {
    let Some(fields) = form(raw) else {
        world.problems.push(format!("no form is sent for a token: {:?}", raw.header("content-type")));
        return (400, json!({ "error": "invalid_request", "error_description": "It is no form." }));
    };
    let field =
        |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let is_client = || field("client_id") == "c" && field("client_secret") == "client-s3cret";
    let is_right = match field("grant_type").as_str() {
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => field("assertion").split('.').count() == 3,
        "refresh_token" => is_client() && field("refresh_token") == "refresh/s3cret",
        "urn:ietf:params:oauth:grant-type:token-exchange" => field("subject_token") == "subject-s3cret",
        _ => false,
    };
    world.grants.push(field("grant_type"));
    if world.token_faults > 0 {
        world.token_faults -= 1;
        return refusal(503, "UNAVAILABLE", "The service is currently unavailable.");
    }
    match is_right {
        true => (200, minted(world)),
        false => (400, json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." })),
    }
}

/// A token of a person in a workforce pool: the client says who it is by Basic authentication, and the person by a refresh token.
fn workforce(world: &mut World, raw: &http::Raw) -> Answer {
    world.grants.push("workforce".to_owned());
    let form = form(raw).unwrap_or_default();
    // `c:client-s3cret` in Base64.
    let is_client = raw.header("authorization") == Some("Basic YzpjbGllbnQtczNjcmV0");
    if !is_client {
        return (401, json!({ "error": "invalid_client", "error_description": "The client is not known." }));
    }
    let own = [("grant_type", "refresh_token"), ("refresh_token", "refresh/s3cret")];
    match form == own.map(|(name, value)| (name.to_owned(), value.to_owned())) {
        true => (200, minted(world)),
        false => (400, json!({ "error": "invalid_grant", "error_description": "Bad Request" })),
    }
}

/// A token of another account, for one that may have it.
fn impersonated(world: &mut World, raw: &http::Raw) -> Answer {
    let bearer = raw.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if !world.tokens.iter().any(|token| token == bearer) {
        return refusal(403, "PERMISSION_DENIED", "Permission 'iam.serviceAccounts.getAccessToken' denied");
    }
    let body: Value = serde_json::from_slice(&raw.body).unwrap_or_default();
    let scope = json!(["https://www.googleapis.com/auth/logging.read"]);
    if raw.header("content-type") != Some("application/json") || body["scope"] != scope {
        return refusal(400, "INVALID_ARGUMENT", "Scope is not right");
    }
    world.tokens.clear();
    world.grants.push("impersonation".to_owned());
    let token = minted(world)["access_token"].clone();
    (200, json!({ "accessToken": token, "expireTime": "2999-01-01T00:00:00Z" }))
}

fn metadata(world: &mut World, raw: &http::Raw) -> Answer {
    world.grants.push("metadata".to_owned());
    match raw.header("metadata-flavor") {
        Some("Google") => (200, minted(world)),
        _ => refusal(403, "PERMISSION_DENIED", "no Metadata-Flavor"),
    }
}

fn minted(world: &mut World) -> Value {
    let token = format!("ya29.minted-{}", world.grants.len());
    world.tokens.push(token.clone());
    json!({ "access_token": token, "expires_in": 3600, "token_type": "Bearer", "issued_token_type": "urn:ietf:params:oauth:token-type:access_token" })
}
