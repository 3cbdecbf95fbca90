//! What goes wrong with Cloud Storage, and how people are told.

use object_store::Error;
use object_store::client::HttpError;

use super::service::{NoToken, Refused};
use crate::http::{cause, fit, sources};

/// What of an error's chain is of a kind.
fn found<E: std::error::Error + 'static>(error: &Error) -> Option<&E> {
    sources(error).find_map(|error| error.downcast_ref())
}

/// The number that a server answered with, if it did.
pub(super) fn status(error: &Error) -> Option<u16> {
    found::<Refused>(error).map(|refused| refused.status)
}

/// Whether a token was refused.
pub(super) fn is_unauthorized(error: &Error) -> bool {
    status(error) == Some(401)
}

/// Why a bucket, or an object of it, cannot be read.
pub(super) fn told(bucket: &str, error: &Error) -> String {
    if let Some(trouble) = found::<NoToken>(error) {
        return trouble.to_string();
    }
    let said = found::<Refused>(error).map(|refused| said(&refused.body)).unwrap_or_default();
    match status(error) {
        Some(401) => format!("Cloud Storage accepts no token of these credentials: HTTP 401{said}"),
        Some(403) => format!(
            "the credentials do not allow it: HTTP 403{said}; what is needed is storage.objects.get and storage.objects.list, as \
             roles/storage.objectViewer has them, on the bucket `{bucket}`"
        ),
        Some(404) if said.contains("NoSuchKey") => "there is no such object".to_owned(),
        Some(404) => format!("there is no bucket `{bucket}`, or the object is gone: HTTP 404{said}"),
        Some(412) => "the object was changed while it was read: read it again".to_owned(),
        Some(429) => format!("Cloud Storage is asked too often: HTTP 429{said}; try again later"),
        Some(status @ 500..) => format!("Cloud Storage failed: HTTP {status}{said}; try again later"),
        Some(status) => format!("Cloud Storage refused the request: HTTP {status}{said}"),
        None => match found::<HttpError>(error) {
            Some(lost) => format!("Cloud Storage did not answer: {}", fit(&cause(lost))),
            None => format!("Cloud Storage gave an answer that cannot be used: {}", fit(&cause(error))),
        },
    }
}

/// What stands in the body of a refusal, which is XML with a code and a message
/// (<https://cloud.google.com/storage/docs/xml-api/reference-status>).
fn said(body: &str) -> String {
    let part = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0)
    };
    let parts = [part("Code"), part("Message")].into_iter().flatten().collect::<Vec<_>>().join(": ");
    if parts.is_empty() { String::new() } else { format!(" ({})", fit(&parts)) }
}
