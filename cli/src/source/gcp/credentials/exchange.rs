//! Tokens that an endpoint hands out for something else (RFC 6749, 4.5 and 6), kept for as long as they are good.

use std::sync::Arc;

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

use super::super::link::Link;
use super::super::trouble::{Kind, Trouble};
use super::{PATIENCE, Purpose, Tokens};
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

/// A token that is kept until shortly before its end.
pub(super) struct Kept<G> {
    grant: G,
    clock: Box<dyn Fn() -> i64 + Send>,
    current: Option<(Secret, i64)>,
}

impl<G: Grant> Kept<G> {
    /// None is asked for yet. `clock` has the time in seconds of Unix.
    pub(super) fn new(grant: G, clock: impl Fn() -> i64 + Send + 'static) -> Self {
        Self { grant, clock: Box::new(clock), current: None }
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
    pub(super) secret: &'s Secret,
    /// What may help where the grant is refused.
    pub(super) help: &'static str,
}

impl Endpoint {
    /// Asks for a token, once.
    pub(super) fn ask(&self, shown: Shown<'_>) -> Result<Minted, Trouble> {
        let mut request = self.link.post(self.url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = &shown.authorization {
            let mut value = HeaderValue::from_str(authorization.reveal())
                .map_err(|_| self.purpose.without(Kind::Unauthorized, "the client's secret is none"))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let heard = self.link.send(request.body(shown.form), PATIENCE)?;
        if !heard.is_success() {
            return Err(self.refused(heard.status, &heard.body, shown.secret, shown.help));
        }
        // Nothing of it is quoted: there is a token in it.
        serde_json::from_slice(&heard.body)
            .map_err(|_| self.purpose.without(Kind::NoAnswer, "what the token endpoint has answered cannot be read"))
    }

    /// What a token endpoint says where it gives none (RFC 6749, 5.2).
    fn refused(&self, status: u16, body: &[u8], secret: &Secret, help: &'static str) -> Trouble {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
        let said = [text("error"), text("error_description")];
        let said = said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
        let said = fit(&secret.out_of(&said));
        let kind = match status {
            429 => Kind::Limited(None),
            408 | 500..=599 => Kind::Failed,
            _ => Kind::Unauthorized,
        };
        let trouble = self.purpose.without(kind, &format!("the token endpoint answered HTTP {status} {said}"));
        match text("error") {
            "invalid_grant" => trouble.help(help),
            _ => trouble,
        }
    }
}
