//! Entries from Cloud Logging, by `entries.list` of its REST API (version 2).
//!
//! `request` says what is asked for, `pull` asks page after page and hands on what comes, `part` keeps that in a file that can be
//! gone on with; `credentials` has the tokens, `link` carries requests. Only `link` and the library in `credentials` are
//! async, on a runtime of their own: for whoever calls, all of it waits.

mod credentials;
mod link;
mod only;
mod pace;
mod page;
mod part;
mod pull;
mod request;
mod seen;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::Value;

use crate::error::{Exit, Failure};

pub(crate) use credentials::{Credentials, Purpose, Tokens};
pub(crate) use link::{Link, address};
pub(crate) use only::only_matching;
pub(crate) use pace::Pace;
pub(crate) use part::{Part, Resumed, State};
pub(crate) use pull::{Cursor, End, Limits, Pull, Server, Sink, Unwatched, Watch};
pub(crate) use request::{
    Condition, Lateness, MOST_CHARACTERS, MOST_RESOURCES, Order, Request, Window, numbered, project, view,
};
pub(crate) use seen::Seen;
pub(crate) use trouble::{Kind, Trouble};

/// Where the API is.
pub(crate) const API: &str = "https://logging.googleapis.com";

/// The header by which a user's requests name who pays for them.
const QUOTA_PROJECT: &str = "x-goog-user-project";

/// Cloud Logging, or a server that speaks as it does.
pub(crate) struct CloudLogging {
    link: Arc<Link>,
    tokens: Box<dyn Tokens>,
    url: Url,
    quota_project: Option<String>,
    /// Whether the token was refused with the last request.
    is_refused: bool,
}

impl CloudLogging {
    /// Sets it up; nothing is sent. `clock` has the time in seconds of Unix, by which tokens grow old.
    pub(crate) fn new(
        endpoint: &str,
        credentials: Credentials,
        quota_project: Option<&str>,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        let unusable = |why: String| Failure::new(Exit::Usage, why);
        let base = address(endpoint, "the endpoint").map_err(unusable)?;
        let url = format!("{}/v2/entries:list", base.as_str().trim_end_matches('/'));
        let url = address(&url, "the endpoint").map_err(unusable)?;
        let link = Arc::new(Link::new(url.scheme() == "https").map_err(unusable)?);
        let quota_project = quota_project.or(credentials.quota_project()).map(str::to_owned);
        let tokens = credentials.tokens(Purpose::LOGS, &link, clock).map_err(unusable)?;
        Ok(Self { link, tokens, url, quota_project, is_refused: false })
    }
}

impl Server for CloudLogging {
    fn list(&mut self, body: &Value, within: Duration) -> Result<Vec<u8>, Trouble> {
        self.is_refused = false;
        // Whoever has tokens may fail for good, for what they are asked with: that is not waited for as a failing server is.
        let token = self.tokens.token().map_err(|trouble| match trouble.kind {
            Kind::Failed => Trouble { kind: Kind::NoAnswer, ..trouble },
            _ => trouble,
        })?;
        let bearer = HeaderValue::from_str(&format!("Bearer {}", token.reveal()));
        let mut bearer =
            bearer.map_err(|_| Trouble::new(Kind::Unauthorized, "the token holds characters that no token has"))?;
        bearer.set_sensitive(true);
        let mut request = self.link.post(self.url.clone()).header(AUTHORIZATION, bearer);
        if let Some(project) = &self.quota_project {
            request = request.header(QUOTA_PROJECT, project);
        }
        let request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        let heard = self.link.send(request, within)?;
        if heard.is_success() {
            return Ok(heard.body);
        }
        self.is_refused = heard.status == 401;
        // It is quoted. A server that quotes what it was sent must not put the token into a log.
        let said = token.out_of(&String::from_utf8_lossy(&heard.body));
        Err(trouble::refused(heard.status, said.as_bytes(), heard.retry_after(), body))
    }

    /// Not where it was the token endpoint that refused.
    fn renew(&mut self) -> bool {
        std::mem::take(&mut self.is_refused) && self.tokens.forget()
    }
}

impl std::fmt::Debug for CloudLogging {
    /// Without what nobody may see.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CloudLogging").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
