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
