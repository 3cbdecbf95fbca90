//! A server on loopback that answers as it is told, and remembers what it was asked.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// What the server does with a request.
pub(super) enum Reply {
    /// Status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Closes the connection without a word.
    Cut,
    /// Promises more than it sends.
    Truncated(u16, String),
    /// Says nothing, and keeps the connection.
    Hang,
}

/// An answer in JSON.
pub(super) fn json(status: u16, body: &Value) -> Reply {
    with(status, &[], body)
}

/// An answer in JSON, with headers.
pub(super) fn with(status: u16, headers: &[(&'static str, &str)], body: &Value) -> Reply {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned()));
    let headers = headers.chain([("content-type", "application/json; charset=utf-8".to_owned())]).collect();
    Reply::Answer(status, headers, body.to_string())
}

/// What the server was asked.
#[derive(Debug)]
pub(super) struct Seen {
    /// `METHOD target`.
    pub(super) line: String,
    /// With names in lower case; what comes twice is joined by commas.
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

pub(super) struct Server {
    /// `http://127.0.0.1:PORT`
    pub(super) address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers one request by each reply; `HOST` in headers is its address.
    pub(super) fn new(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (own, kept) = (address.clone(), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut replies = VecDeque::from(replies);
            let mut hanging = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = request(&stream) else { continue };
                kept.lock().unwrap().push(request);
                match replies.pop_front() {
                    Some(Reply::Answer(status, headers, body)) => {
                        respond(&mut stream, status, &headers, &body, body.len(), &own);
                    }
                    Some(Reply::Truncated(status, body)) => {
                        respond(&mut stream, status, &[], &body, body.len() + 50, &own);
                    }
                    Some(Reply::Cut) => drop(stream),
                    Some(Reply::Hang) => hanging.push(stream),
                    None => respond(&mut stream, 418, &[], "nobody was told what to say", 27, &own),
                }
            }
        });
        Self { address, seen }
    }

    /// What it was asked since it was looked at last.
    pub(super) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    /// The request lines of that.
    pub(super) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }
}

fn request(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = BTreeMap::<String, String>::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        let entry = headers.entry(name.to_lowercase());
        entry.and_modify(|before| *before = format!("{before}, {value}")).or_insert_with(|| value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let line = line.trim_end().strip_suffix(" HTTP/1.1")?.to_owned();
    Some(Seen { line, headers, body: String::from_utf8(body).ok()? })
}

fn respond(stream: &mut TcpStream, status: u16, headers: &[(&str, String)], body: &str, length: usize, own: &str) {
    let mut text = format!("HTTP/1.1 {status} So\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {}\r\n", value.replace("HOST", own)));
    }
    // Who has gone away does not want the answer.
    let _ = stream.write_all(format!("{text}\r\n{body}").as_bytes());
}
