//! The way to Google: one request, once, and what comes back.

use std::error::Error;
use std::future::Future;
use std::io::Read;
use std::time::Duration;

use flate2::read::GzDecoder;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, RequestBuilder, Url};
use tokio::runtime::{Builder, Runtime};

use super::trouble::{Kind, Trouble};
use crate::http::{self, CONNECT, cause, fit};

/// How large an answer may be. A page has up to a thousand entries, each of at most 256 KiB.
const LARGEST: usize = 384 << 20;
/// How long a server may be silent in an answer, and before it.
const SILENCE: Duration = Duration::from_secs(60);
/// How long is listened to what servers have said since the last request.
const HEARING: Duration = Duration::from_millis(1);
/// How often the connection's own work is let run once an answer is whole: until it is ready for the next request.
const TURNS: usize = 8;
/// How the program calls itself. Google packs its answers only for those who say `gzip` here too.
const AGENT: &str = concat!("gardener/", env!("CARGO_PKG_VERSION"), " (gzip)");

/// What requests are sent by.
pub(crate) struct Link {
    runtime: Runtime,
    client: Client,
}

/// What came back.
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Heard {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// How long to wait, as the server asks for it.
    pub(super) fn retry_after(&self) -> Option<&str> {
        self.headers.get(RETRY_AFTER)?.to_str().ok()
    }
}

impl Link {
    /// Sets it up; nothing is sent. `is_https` is whether there must be certificates to know servers by.
    pub(crate) fn new(is_https: bool) -> Result<Self, String> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("HTTP cannot be set up: {error}"))?;
        Ok(Self { runtime, client: http::paging_client(is_https, SILENCE)? })
    }

    /// A request, to be filled in.
    pub(super) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url).header(USER_AGENT, AGENT).header(ACCEPT_ENCODING, "gzip")
    }

    /// Waits for something that is async.
    pub(super) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Sends a request once, for so long at most.
    pub(super) fn send(&self, request: RequestBuilder, within: Duration) -> Result<Heard, Trouble> {
        let heard = self.wait(async {
            // That the server has closed a connection meanwhile is heard before it is used.
            tokio::time::sleep(HEARING).await;
            let mut answer = request.timeout(within).send().await?;
            let mut heard =
                Heard { status: answer.status().as_u16(), headers: answer.headers().clone(), body: Vec::new() };
            while let Some(piece) = answer.chunk().await? {
                heard.body.extend_from_slice(&piece);
                if heard.body.len() > LARGEST {
                    return Ok(Err(too_large()));
                }
            }
            // The runtime stands still until the next request, which would find the connection at work still.
            drop(answer);
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            Ok(Ok(heard))
        });
        heard.unwrap_or_else(|error: reqwest::Error| Err(lost(&error, within))).and_then(unpacked)
    }
}

fn too_large() -> Trouble {
    Trouble::new(Kind::Invalid, "the answer is larger than any that there should be")
}

/// What came back, unpacked if it is packed.
fn unpacked(mut heard: Heard) -> Result<Heard, Trouble> {
    if heard.headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding != "gzip") {
        return Ok(heard);
    }
    let mut body = Vec::new();
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    GzDecoder::new(heard.body.as_slice())
        .take(most + 1)
        .read_to_end(&mut body)
        .map_err(|_| Trouble::new(Kind::NoAnswer, "the answer is packed, and damaged"))?;
    if body.len() > LARGEST {
        return Err(too_large());
    }
    heard.body = body;
    Ok(heard)
}

/// What it means that no answer came.
fn lost(error: &reqwest::Error, within: Duration) -> Trouble {
    let at = error.url().and_then(Url::host_str).unwrap_or("the server").to_owned();
    let cause = cause(error as &(dyn Error + 'static));
    let (kind, told) = match () {
        () if error.is_connect() && error.is_timeout() => {
            (Kind::Unreachable, format!("{at} cannot be reached within {} s", CONNECT.min(within).as_secs_f64()))
        }
        () if error.is_connect() => (Kind::Unreachable, format!("{at} cannot be reached: {cause}")),
        () if error.is_builder() => (Kind::Invalid, format!("it was not sent: {cause}")),
        () if error.is_timeout() => {
            (Kind::NoAnswer, format!("{at} has not answered within {:.0} s", within.min(SILENCE).as_secs_f64()))
        }
        () => (Kind::NoAnswer, format!("{at} has not answered: {cause}")),
    };
    Trouble::new(kind, fit(&told))
}

/// An address that requests go to, given by whoever runs the program, or by a file of credentials.
pub(crate) fn address(text: &str, what: &str) -> Result<Url, String> {
    // It is not quoted where it could hold a password.
    let url = Url::parse(text.trim()).map_err(|error| format!("{what} is no address: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{what} holds a user or password"));
    }
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(format!("{what} `{url}` is neither http:// nor https://"));
    }
    Ok(url)
}
