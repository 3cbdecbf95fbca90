//! Tokens that an endpoint hands out for something else (RFC 6749, 4.5 and 6), kept for as long as they are good.

use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::link::Link;
use super::super::trouble::{Kind, Trouble};
use super::{PATIENCE, Purpose, Seconds, Tokens};
use crate::http::fit;
use crate::secret::Secret;

/// Seconds that a token is good for where nobody says.
const LIFE: i64 = 3600;
/// Seconds before a token's end at which it is renewed, at most.
const EARLY: i64 = 240;

/// What a token is handed out for.
pub(super) trait Grant: Send {
    /// Asks for a token at a time in seconds of Unix.
    fn ask(&mut self, now: i64) -> Result<Minted, Trouble>;
}

/// What a token endpoint hands out.
#[derive(Deserialize)]
pub(super) struct Minted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<i64>,
    /// What is to be shown the next time instead.
    #[serde(default)]
    pub(super) refresh_token: Option<String>,
}

impl Minted {
    /// A token, and for how many seconds it is good.
    pub(super) fn new(token: String, life: Option<i64>) -> Self {
        Self { access_token: token, expires_in: life, refresh_token: None }
    }
}

/// A token that is kept until shortly before its end.
pub(super) struct Kept<G> {
    grant: G,
    clock: Seconds,
    current: Option<(Secret, i64)>,
}

impl<G: Grant> Kept<G> {
    /// None is asked for yet. `clock` has the time in seconds of Unix.
    pub(super) fn new(grant: G, clock: Seconds) -> Self {
        Self { grant, clock, current: None }
    }
}

impl<G: Grant> Tokens for Kept<G> {
    fn token(&mut self) -> Result<Secret, Trouble> {
        let now = (self.clock)();
        let current = match self.current.take().filter(|(_, renewal)| now < *renewal) {
            Some(current) => current,
            None => {
                let minted = self.grant.ask(now)?;
                let life = minted.expires_in.unwrap_or(LIFE).max(0);
                (Secret::new(minted.access_token), now + life - EARLY.min(life / 4))
            }
        };
        let token = current.0.clone();
        self.current = Some(current);
        Ok(token)
    }

    fn forget(&mut self) -> bool {
        self.current = None;
        true
    }
}

/// Where tokens are handed out.
pub(super) struct Endpoint {
    pub(super) link: Arc<Link>,
    pub(super) url: Url,
    pub(super) purpose: Purpose,
}

/// What an endpoint is shown.
pub(super) struct Shown<'s> {
    /// The form, encoded.
    pub(super) form: String,
    /// Who asks, where that does not stand in the form.
    pub(super) authorization: Option<Secret>,
    /// What must be in no message.
    pub(super) secrets: &'s [&'s Secret],
    /// What may help where the grant is refused.
    pub(super) help: &'static str,
}

/// The header by which a token is shown; nothing where it holds characters that no token has.
pub(super) fn bearer(token: &Secret) -> Option<HeaderValue> {
    authorization(&format!("Bearer {}", token.reveal()))
}

fn authorization(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl Endpoint {
    /// A form, encoded.
    pub(super) fn form(&self, pairs: &[(&str, &str)]) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.query_pairs_mut().extend_pairs(pairs);
        url.query().unwrap_or_default().to_owned()
    }

    /// Asks for a token, once.
    pub(super) fn ask(&self, shown: Shown<'_>) -> Result<Minted, Trouble> {
        let request = match &shown.authorization {
            None => self.link.post(self.url.clone()),
            Some(text) => self.post(
                authorization(text.reveal())
                    .ok_or_else(|| self.purpose.without(Kind::Unauthorized, "the client's secret is none"))?,
            ),
        };
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(shown.form);
        let answer = self.heard(request, shown.secrets, shown.help)?;
        self.read(&answer)
    }

    /// A request to it by somebody, to be filled in.
    pub(super) fn post(&self, authorization: HeaderValue) -> RequestBuilder {
        self.link.post(self.url.clone()).header(AUTHORIZATION, authorization)
    }

    /// Sends a request, and has what is answered where that is no refusal.
    pub(super) fn heard(&self, request: RequestBuilder, secrets: &[&Secret], help: &str) -> Result<Vec<u8>, Trouble> {
        let heard = self.link.send(request, PATIENCE)?;
        if heard.is_success() {
            return Ok(heard.body);
        }
        Err(self.refused(heard.status, &heard.body, secrets, help))
    }

    /// Reads an answer. Nothing of it is quoted: there is a token in it.
    pub(super) fn read<T: DeserializeOwned>(&self, answer: &[u8]) -> Result<T, Trouble> {
        serde_json::from_slice(answer)
            .map_err(|_| self.purpose.without(Kind::NoAnswer, "what the token endpoint has answered cannot be read"))
    }

    /// What is said where no token is given: by a token endpoint (RFC 6749, 5.2), or by an API of Google's.
    fn refused(&self, status: u16, body: &[u8], secrets: &[&Secret], help: &str) -> Trouble {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let of = |from: &Value, name: &str| from.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (code, why) = match answer.get("error") {
            Some(error @ Value::Object(_)) => (of(error, "status"), of(error, "message")),
            _ => (of(&answer, "error"), of(&answer, "error_description")),
        };
        let said = [&code, &why].into_iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(": ");
        let said = fit(&secrets.iter().fold(said, |said, secret| secret.out_of(&said)));
        let kind = match status {
            429 => Kind::Limited(None),
            408 | 500..=599 => Kind::Failed,
            _ => Kind::Unauthorized,
        };
        let at = self.url.host_str().unwrap_or_default();
        let trouble = self.purpose.without(kind, &format!("the token endpoint {at} answered HTTP {status} {said}"));
        match code.as_str() {
            "invalid_grant" | "PERMISSION_DENIED" => trouble.help(help),
            _ => trouble,
        }
    }
}
