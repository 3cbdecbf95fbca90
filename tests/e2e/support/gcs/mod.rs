//! A server on loopback that has the objects of one bucket as Cloud Storage's XML API has them, strictly, and fails as it is told.

#![allow(dead_code, reason = "each test target uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "a server has a clock")]

#[path = "../github/http.rs"]
mod http;

use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

/// The bucket.
pub const BUCKET: &str = "logs";
/// The token that is let in from the beginning.
pub const TOKEN: &str = "ya29.s3cret-of-the-environment";

/// What becomes of a request instead of an answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A refusal: its status, its code, its message.
    Refuse(u16, &'static str, &'static str),
    /// The connection is closed without a word.
    Cut,
    /// So many bytes of the body, and the connection is closed.
    After(usize),
}

/// What the server has, and was asked.
#[derive(Debug)]
pub struct World {
    pub objects: BTreeMap<String, Vec<u8>>,
    /// Objects a page at most.
    pub most: usize,
    /// Tokens that are let in; without any, whoever comes is.
    pub tokens: Vec<String>,
    /// What becomes of requests, from the first one on, by their number.
    pub faults: BTreeMap<usize, Fault>,
    /// What becomes of all of them.
    pub always: Option<Fault>,
    /// Methods and targets, in order; of downloads also the range.
    pub requests: Vec<String>,
    /// What no request should be.
    pub problems: Vec<String>,
    /// Counts up where an object is written again.
    pub generation: u32,
}

/// A running server.
pub struct Gcs {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    world: Arc<Mutex<World>>,
}

impl Gcs {
    pub fn new(objects: &[(&str, Vec<u8>)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let world = Arc::new(Mutex::new(World {
            objects: objects.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect(),
            most: 1000,
            tokens: vec![TOKEN.to_owned()],
            faults: BTreeMap::new(),
            always: None,
            requests: Vec::new(),
            problems: Vec::new(),
            generation: 1,
        }));
        let all = Arc::clone(&world);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let world = Arc::clone(&all);
                std::thread::spawn(move || serve(&stream, &world));
            }
        });
        Self { address, world }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn serve(stream: &TcpStream, world: &Mutex<World>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream.try_clone().unwrap();
    while let Ok(Some(raw)) = http::read(&mut reader) {
        let (answer, fault) = {
            let mut world = world.lock().unwrap();
            let range = raw.header("range").map(|range| format!(" {range}")).unwrap_or_default();
            world.requests.push(format!("{} {}{range}", raw.method, http::decode(&raw.target, true).unwrap()));
            let number = world.requests.len();
            let fault = world.faults.remove(&number).or_else(|| world.always.clone());
            let answer = match &fault {
                Some(Fault::Refuse(status, code, message)) => refusal(*status, code, message),
                _ => answer(&mut world, &raw),
            };
            (answer, fault)
        };
        if matches!(fault, Some(Fault::Cut)) {
            return;
        }
        let mut bytes = format!("HTTP/1.1 {} So\r\n", answer.status).into_bytes();
        for (name, value) in &answer.headers {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        bytes.extend(b"\r\n");
        let most = if let Some(Fault::After(most)) = fault { most } else { answer.body.len() };
        if raw.method != "HEAD" {
            bytes.extend(&answer.body[..most.min(answer.body.len())]);
        }
        if stream.write_all(&bytes).is_err() || most < answer.body.len() {
            return;
        }
    }
}

fn refusal(status: u16, code: &str, message: &str) -> Answer {
    let body =
        format!("<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>");
    Answer { status, headers: vec![("content-length", body.len().to_string())], body: body.into_bytes() }
}

fn answer(world: &mut World, raw: &http::Raw) -> Answer {
    let bearer = raw.header("authorization").map(|value| value.strip_prefix("Bearer ").unwrap_or("?").to_owned());
    if !world.tokens.is_empty() && !world.tokens.iter().any(|token| Some(token) == bearer.as_ref()) {
        return refusal(401, "AuthenticationRequired", &format!("Invalid token {}", bearer.unwrap_or_default()));
    }
    if world.tokens.is_empty() && bearer.is_some() {
        world.problems.push("a token is sent to who wants none".to_owned());
    }
    let (path, query) = raw.target.split_once('?').unwrap_or((&raw.target, ""));
    let path = http::decode(path, false).unwrap();
    if path == format!("/{BUCKET}") && raw.method == "GET" {
        return list(world, query);
    }
    let Some(name) = path.strip_prefix(&format!("/{BUCKET}/")) else {
        return refusal(404, "NoSuchBucket", "The specified bucket does not exist.");
    };
    if !matches!(raw.method.as_str(), "GET" | "HEAD") || !query.is_empty() {
        world.problems.push(format!("{} {}", raw.method, raw.target));
    }
    if raw.header("accept-encoding") != Some("gzip") {
        world.problems.push("what is packed would be unpacked on the way".to_owned());
    }
    object(world, raw, name)
}

fn object(world: &mut World, raw: &http::Raw, name: &str) -> Answer {
    let Some(bytes) = world.objects.get(name) else {
        return refusal(404, "NoSuchKey", "The specified key does not exist.");
    };
    let etag = format!("\"{}\"", world.generation);
    if raw.header("if-match").is_some_and(|wanted| wanted != etag) {
        return refusal(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold.");
    }
    let mut headers = vec![("etag", etag), ("last-modified", "Tue, 13 Jan 2026 11:02:00 GMT".to_owned())];
    let range = raw.header("range").map(|range| {
        let (from, to) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
        let end = if to.is_empty() { bytes.len() } else { to.parse::<usize>().unwrap() + 1 };
        (from.parse::<usize>().unwrap(), end)
    });
    let (status, body) = match range {
        Some((from, to)) => {
            headers.push(("content-range", format!("bytes {from}-{}/{}", to - 1, bytes.len())));
            (206, bytes[from..to].to_vec())
        }
        None => (200, bytes.clone()),
    };
    headers.push(("content-length", body.len().to_string()));
    Answer { status, headers, body }
}

fn list(world: &mut World, query: &str) -> Answer {
    let mut fields: BTreeMap<String, String> = query
        .split('&')
        .filter_map(|field| field.split_once('='))
        .map(|(name, value)| (name.to_owned(), http::decode(value, true).unwrap()))
        .collect();
    if fields.remove("list-type").as_deref() != Some("2") {
        world.problems.push(format!("a list of another kind: {query}"));
    }
    let prefix = fields.remove("prefix").unwrap_or_default();
    let token = fields.remove("continuation-token").unwrap_or_default();
    if !fields.is_empty() {
        world.problems.push(format!("{fields:?} of a list"));
    }
    let found: Vec<(&String, &Vec<u8>)> =
        world.objects.iter().filter(|(name, _)| name.starts_with(&prefix) && **name > token).collect();
    let mut body =
        "<?xml version='1.0' encoding='UTF-8'?><ListBucketResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'>"
            .to_owned();
    for (name, bytes) in found.iter().take(world.most) {
        body.push_str(&format!(
            "<Contents><Key>{name}</Key><LastModified>2026-01-13T11:02:00.000Z</LastModified><ETag>\"{}\"</ETag><Size>{}</Size></Contents>",
            world.generation,
            bytes.len()
        ));
    }
    if found.len() > world.most {
        let next = found[world.most - 1].0;
        body.push_str(&format!("<IsTruncated>true</IsTruncated><NextContinuationToken>{next}</NextContinuationToken>"));
    }
    body.push_str("</ListBucketResult>");
    Answer { status: 200, headers: vec![("content-length", body.len().to_string())], body: body.into_bytes() }
}
