//! Requests as bytes, so that nothing between them and the emulator can make them right.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::github::{GitHub, TOKEN};

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body, as it is.
    pub text: String,
    /// Its body; null where it is no JSON.
    pub json: Value,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path and query that `Link` gives for a relation.
    pub fn link(&self, relation: &str) -> Option<String> {
        let wanted = format!("; rel=\"{relation}\"");
        let link = self.header("link")?.split(", ").find_map(|link| link.strip_suffix(wanted.as_str()))?;
        Some(target(link.strip_prefix('<')?.strip_suffix('>')?))
    }

    /// The numbers of the issues that it lists.
    pub fn numbers(&self) -> Vec<u64> {
        self.json.as_array().unwrap().iter().map(|issue| issue["number"].as_u64().unwrap()).collect()
    }
}

/// The path and query of an address.
pub fn target(url: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    rest[rest.find('/').unwrap()..].to_owned()
}

/// One connection, which is kept.
pub struct Client {
    stream: BufReader<TcpStream>,
    base: String,
    pub token: String,
}

impl Client {
    pub fn new(github: &GitHub) -> Self {
        let stream = TcpStream::connect(github.address()).unwrap();
        let url = github.url();
        let base = url.strip_prefix(&format!("http://{}", github.address())).unwrap().to_owned();
        Self { stream: BufReader::new(stream), base, token: TOKEN.to_owned() }
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.try_send("GET", path, &Value::Null).unwrap()
    }

    pub fn send(&mut self, method: &str, path: &str, body: &Value) -> Reply {
        self.try_send(method, path, body).unwrap()
    }

    /// Follows an address that the emulator gave, with its base.
    pub fn follow(&mut self, url: &str) -> Reply {
        let path = target(url);
        let path = path.strip_prefix(&self.base).unwrap().to_owned();
        self.get(&path)
    }

    /// Sends a request as it should be; nothing where there is no whole answer.
    pub fn try_send(&mut self, method: &str, path: &str, body: &Value) -> Option<Reply> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let base = &self.base;
        let mut head = format!("{method} {base}{path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: gardener\r\n");
        head.push_str(&format!("Accept: application/vnd.github+json\r\nAuthorization: Bearer {}\r\n", self.token));
        if !body.is_empty() {
            head.push_str("Content-Type: application/json\r\n");
        }
        self.raw(&format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()))
    }

    /// Sends these bytes.
    pub fn raw(&mut self, request: &str) -> Option<Reply> {
        self.stream.get_mut().write_all(request.as_bytes()).ok()?;
        let mut first = String::new();
        self.stream.read_line(&mut first).ok()?;
        let status = first.split(' ').nth(1)?.parse().ok()?;
        let mut reply = Reply { status, headers: Vec::new(), text: String::new(), json: Value::Null };
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            reply.headers.push((name.to_lowercase(), value.to_owned()));
        }
        let mut body = vec![0; reply.header("content-length")?.parse().ok()?];
        self.stream.read_exact(&mut body).ok()?;
        reply.text = String::from_utf8(body).unwrap();
        reply.json = serde_json::from_str(&reply.text).unwrap_or_default();
        Some(reply)
    }
}

/// An emulator with a repository `acme/shop`, and a client of it.
pub fn shop() -> (GitHub, Client) {
    let github = GitHub::start();
    github.with(|world| {
        world.add_repo("acme/shop");
    });
    let client = Client::new(&github);
    (github, client)
}
