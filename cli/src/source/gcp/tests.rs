use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::json;

use super::*;
use crate::secret::Secret;

fn logging(endpoint: &str) -> Result<CloudLogging, Failure> {
    CloudLogging::new(endpoint, Credentials::Given(Secret::new("s3cret")), None, || 0)
}

#[test]
fn endpoints_are_addresses_without_passwords() {
    for wrong in ["logging.googleapis.com", "ftp://host", "https://me:hidden@host", ""] {
        let refused = logging(wrong).unwrap_err();
        assert_eq!(refused.exit, Exit::Usage);
        assert!(!refused.message.contains("hidden"), "{}", refused.message);
    }
    let server = logging("http://127.0.0.1:1/base/").unwrap();
    assert_eq!(server.url.as_str(), "http://127.0.0.1:1/base/v2/entries:list");
    assert!(!format!("{server:?}").contains("s3cret"));
}

#[test]
fn a_server_that_is_not_there_may_be_there_later() {
    let trouble = logging("http://127.0.0.1:1").unwrap().list(&json!({}), Duration::from_secs(5)).unwrap_err();
    assert_eq!(trouble.kind, Kind::Unreachable);
    assert!(trouble.may_pass() && trouble.message.contains("127.0.0.1"), "{}", trouble.message);
}

#[test]
fn a_token_that_no_header_can_hold_is_not_shown() {
    let credentials = Credentials::Given(Secret::new("s3cret\n"));
    let mut server = CloudLogging::new("http://127.0.0.1:1", credentials, None, || 0).unwrap();
    let trouble = server.list(&json!({}), Duration::from_secs(5)).unwrap_err();
    assert_eq!(trouble.kind, Kind::Unauthorized);
    assert!(!trouble.message.contains("s3cret"), "{}", trouble.message);
}

/// Reads a request on a connection; its body.
pub(super) fn body_of(stream: &TcpStream) -> Vec<u8> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).unwrap() > 2 {
        if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    body
}

/// Answers a request on a connection, and says nothing of closing it.
fn answer(stream: &mut TcpStream) {
    body_of(stream);
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{{}}").unwrap();
}

#[test]
fn a_connection_is_used_again_and_one_that_was_closed_meanwhile_is_not() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut server = logging(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let (closed, is_closed) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        answer(&mut stream);
        answer(&mut stream);
        drop(stream);
        closed.send(()).unwrap();
        answer(&mut listener.accept().unwrap().0);
    });
    let mut ask = || server.list(&json!({}), Duration::from_secs(60)).unwrap();
    assert_eq!(ask(), b"{}");
    assert_eq!(ask(), b"{}", "the server answers no second connection");
    is_closed.recv().unwrap();
    assert_eq!(ask(), b"{}");
}
