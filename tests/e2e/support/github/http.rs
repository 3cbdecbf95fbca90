//! As much of HTTP/1.1 as GitHub's clients speak.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use serde_json::Value;

/// Heads and bodies beyond this are nobody's here.
const MOST: usize = 4 << 20;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Raw {
    pub method: String,
    /// The path and query, as they came.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// When its first byte was there.
    pub began: Instant,
}

impl Raw {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the next request of a connection; nothing where the client has closed it.
pub fn read(from: &mut BufReader<TcpStream>) -> io::Result<Option<Raw>> {
    if from.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let began = Instant::now();
    let first = line(from)?;
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if words.next() != Some("HTTP/1.1") {
        return Err(io::Error::other("not HTTP/1.1"));
    }
    let mut raw =
        Raw { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new(), began };
    loop {
        let line = line(from)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| io::Error::other("a header without a colon"))?;
        raw.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = raw.header("content-length").map_or(Ok(0), str::parse::<usize>).map_err(io::Error::other)?;
    if length > MOST {
        return Err(io::Error::other("too long a body"));
    }
    raw.body = vec![0; length];
    from.read_exact(&mut raw.body)?;
    Ok(Some(raw))
}

fn line(from: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = Vec::new();
    from.by_ref().take(MOST as u64).read_until(b'\n', &mut line)?;
    if line.last() != Some(&b'\n') {
        // Who was killed while it wrote has done nothing wrong.
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let line = String::from_utf8(line).map_err(io::Error::other)?;
    line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(|| io::Error::other("a line that does not end"))
}

/// An answer, before it is written.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub enum Body {
    Json(Value),
    /// Text with its content type.
    Text(&'static str, String),
}

impl Response {
    pub fn json(status: u16, value: Value) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(value) }
    }

    /// An error as GitHub words it.
    pub fn error(status: u16, message: &str) -> Self {
        let documentation = "https://docs.github.com/rest";
        let status_text = status.to_string();
        let value =
            serde_json::json!({ "message": message, "documentation_url": documentation, "status": status_text });
        Self::json(status, value)
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// What is written to the connection; of the body at most `most` bytes, whatever the head promises.
    pub fn write(&self, to: &mut TcpStream, most: Option<usize>) -> io::Result<()> {
        let (content_type, body) = match &self.body {
            Body::Json(value) => ("application/json; charset=utf-8", value.to_string()),
            Body::Text(content_type, text) => (*content_type, text.clone()),
        };
        let mut bytes = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status)).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        bytes.extend(format!("Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes());
        bytes.extend(&body.as_bytes()[..most.unwrap_or(body.len()).min(body.len())]);
        to.write_all(&bytes)?;
        to.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}

/// Undoes percent encoding; in queries a plus is a space. Nothing where it is wrong.
pub fn decode(text: &str, plus: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
            }
            b'+' if plus => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// As it stands in a query.
pub fn encode(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
