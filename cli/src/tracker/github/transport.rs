//! Requests on their way: one is sent once, and what comes back is handed on as it is.
//!
//! octocrab carries them, over a client of reqwest that knows proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, which it
//! reads by itself). It is put together by hand: octocrab's own builder sends two `User-Agent`s, and would try writes again.

use std::error::Error;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use octocrab::service::middleware::auth_header::AuthHeaderLayer;
use octocrab::service::middleware::extra_headers::ExtraHeadersLayer;
use octocrab::service::middleware::reqwest_connector::ReqwestConnector;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use reqwest::Url;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, LOCATION, USER_AGENT};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::base::Base;
use crate::http::{self, CONNECT, cause, fit, sources};
use crate::secret::Secret;
use crate::tracker::{Kind, Trouble};

/// How large an answer may be: a hundred issues whose texts are as long as can be.
const LARGEST: usize = 64 << 20;
/// How often a read that is sent elsewhere goes there.
const HOPS: usize = 3;

/// The way to a tracker.
pub(super) struct Transport {
    runtime: Runtime,
    client: reqwest::Client,
    pub(super) base: Base,
    timeout: Duration,
}

/// What came back.
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Heard {
    /// A header's text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it says that what was asked for is elsewhere.
    pub(super) fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }
}

impl Transport {
    /// Sets it up; nothing is sent.
    pub(super) fn new(base: Base, timeout: Duration) -> Result<Self, String> {
        let client = http::client(base.is_https(), timeout)?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("HTTP cannot be set up: {error}"))?;
        Ok(Self { runtime, client, base, timeout })
    }

    /// Sends a request once. Only a read is carried where the answer sends it, and only on the same server.
    pub(super) fn exchange(
        &self,
        bearer: &Secret,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Heard, Trouble> {
        let mut url = self.base.address(path).ok_or_else(|| elsewhere("what was asked for", path))?;
        let mut heard = self.once(bearer, method, &url, body)?;
        for _ in 0..HOPS {
            if !heard.is_redirect() || method != "GET" {
                break;
            }
            let Some(to) = heard.headers.get(LOCATION).and_then(|to| url.join(to.to_str().ok()?).ok()) else { break };
            if !self.base.is_origin_of(&to) {
                return Err(elsewhere("what was asked for", to.as_str()));
            }
            url = to;
            heard = self.once(bearer, method, &url, body)?;
        }
        Ok(heard)
    }

    fn once(&self, bearer: &Secret, method: &str, url: &Url, body: Option<&Value>) -> Result<Heard, Trouble> {
        let token = HeaderValue::from_str(&format!("Bearer {}", bearer.reveal()));
        let mut token =
            token.map_err(|_| Trouble::new(Kind::Unauthorized, "the token holds characters that no token has"))?;
        token.set_sensitive(true);
        self.runtime.block_on(async {
            let octocrab = self.octocrab(token)?;
            let sent = match method {
                "GET" => octocrab._get(url.as_str()).await,
                "POST" => octocrab._post(url.as_str(), body).await,
                "PATCH" => octocrab._patch(url.as_str(), body).await,
                _ => octocrab._delete(url.as_str(), body).await,
            };
            let answer = sent.map_err(|error| self.lost(&error))?;
            let (head, body) = answer.into_parts();
            let mut heard = Heard { status: head.status.as_u16(), headers: head.headers, body: Vec::new() };
            match Limited::new(body, LARGEST).collect().await {
                Ok(body) => heard.body = body.to_bytes().into(),
                // That it was refused, and when it may be asked again, is in what has come already.
                Err(_) if !heard.is_success() => {}
                Err(error) => {
                    let trouble = self.lost(&*error);
                    return Err(Trouble { kind: Kind::NoAnswer, ..trouble });
                }
            }
            if !heard.is_success() {
                // It is quoted. A server that quotes what it was sent must not put the token into a log.
                heard.body = String::from_utf8_lossy(&heard.body).replace(bearer.reveal(), "***").into_bytes();
            }
            Ok(heard)
        })
    }

    /// octocrab over this client. It lives as long as a request, for so does its worker.
    fn octocrab(&self, token: HeaderValue) -> Result<Octocrab, Trouble> {
        let unusable = || Trouble::new(Kind::Invalid, "the address of the tracker cannot be used");
        let origin = self.base.origin();
        let mut always = vec![(ACCEPT, HeaderValue::from_static("application/vnd.github+json"))];
        always.push((USER_AGENT, HeaderValue::from_static(concat!("gardener/", env!("CARGO_PKG_VERSION")))));
        let authorized = AuthHeaderLayer::new(
            Some(token),
            origin.parse().map_err(|_| unusable())?,
            origin.parse().map_err(|_| unusable())?,
        );
        OctocrabBuilder::new_empty()
            .with_service(ReqwestConnector::new(self.client.clone()))
            .with_layer(&ExtraHeadersLayer::new(always.into()))
            .with_layer(&authorized)
            .with_auth(AuthState::None)
            .build()
            .map_err(|_| unusable())
    }

    /// What it means that no answer came.
    fn lost(&self, error: &(dyn Error + 'static)) -> Trouble {
        let at = self.base.as_str();
        let Some(error) = sources(error).find_map(|error| error.downcast_ref::<reqwest::Error>()) else {
            return Trouble::new(Kind::NoAnswer, fit(&format!("no answer of {at} can be read: {}", cause(error))));
        };
        match () {
            () if error.is_connect() && error.is_timeout() => {
                Trouble::new(Kind::Unreachable, fit(&format!("{at} cannot be reached within {} s", CONNECT.as_secs())))
            }
            () if error.is_connect() => {
                Trouble::new(Kind::Unreachable, fit(&format!("{at} cannot be reached: {}", cause(error))))
            }
            () if error.is_builder() => Trouble::new(Kind::Invalid, fit(&format!("it was not sent: {}", cause(error)))),
            () if error.is_timeout() => {
                let seconds = self.timeout.as_secs_f64();
                Trouble::new(Kind::NoAnswer, fit(&format!("{at} has not answered within {seconds} s")))
            }
            () => Trouble::new(Kind::NoAnswer, fit(&format!("{at} has not answered: {}", cause(error)))),
        }
    }
}

/// That an answer names an address where the token is not to go. Of the address, only the host is told.
pub(super) fn elsewhere(what: &str, address: &str) -> Trouble {
    let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let place = if host.is_empty() { "an address" } else { &*host };
    Trouble::new(Kind::Moved, fit(&format!("{what} is at {place}, which is not where the token may go")))
}
