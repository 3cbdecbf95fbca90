//! Tokens by the key of a service account: a signed assertion for each (RFC 7523).

use std::rc::Rc;

use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::link::{Link, address};
use super::super::trouble::{Kind, Trouble};
use super::{PATIENCE, SCOPE, Tokens, without};
use crate::http::fit;
use crate::jwt::Key;
use crate::secret::Secret;

/// Where tokens are to be had, where the key does not say.
const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";
/// What is asked for.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// For how many seconds an assertion is good: as long as Google accepts one.
const LIFE: i64 = 3600;
/// How far this machine's clock may be ahead of Google's, in seconds.
const AHEAD: i64 = 10;
/// Seconds before a token's end at which it is renewed, at most.
const EARLY: i64 = 240;

/// A service account.
pub(super) struct ServiceAccount {
    link: Rc<Link>,
    clock: Box<dyn Fn() -> i64>,
    email: String,
    key: Key,
    token_uri: Url,
    /// The same as the key has it, for that is whom assertions are meant for.
    audience: String,
    current: Option<(Secret, i64)>,
}

#[derive(Deserialize)]
struct Minted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<i64>,
}

impl ServiceAccount {
    /// By the file of its key.
    pub(super) fn new(file: &Value, link: Rc<Link>, clock: Box<dyn Fn() -> i64>) -> Result<Self, String> {
        let text = |name: &str| {
            let text = file.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            text.ok_or_else(|| format!("the key of the service account has no `{name}`"))
        };
        let audience = text("token_uri").unwrap_or(TOKEN_URI);
        let id = text("private_key_id").ok().map(str::to_owned);
        let key = Key::from_pem(text("private_key")?, id);
        Ok(Self {
            link,
            clock,
            email: text("client_email")?.to_owned(),
            key: key.ok_or("the `private_key` of the service account is no RSA key in PEM")?,
            token_uri: address(audience, "`token_uri` of the service account's key")?,
            audience: audience.to_owned(),
            current: None,
        })
    }

    fn minted(&self, now: i64) -> Result<(Secret, i64), Trouble> {
        let issued = now - AHEAD;
        let claims = json!({
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.audience,
            "iat": issued,
            "exp": issued + LIFE,
        });
        let assertion = self.key.signed(&claims);
        let assertion =
            assertion.ok_or_else(|| without(Kind::Unauthorized, "the service account's key signs nothing"))?;
        // Neither part of an assertion has a character that a form would have to encode but for the grant's colons.
        let form = format!("grant_type={}&assertion={}", GRANT.replace(':', "%3A"), assertion.reveal());
        let request = self.link.post(self.token_uri.clone());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        let heard = self.link.send(request, PATIENCE)?;
        if !heard.is_success() {
            return Err(refused(heard.status, &heard.body, &assertion));
        }
        // Nothing of it is quoted: there is a token in it.
        let minted: Minted = serde_json::from_slice(&heard.body)
            .map_err(|_| without(Kind::NoAnswer, "what the token endpoint has answered cannot be read"))?;
        let life = minted.expires_in.unwrap_or(LIFE).max(0);
        Ok((Secret::new(minted.access_token), now + life - EARLY.min(life / 4)))
    }
}

impl Tokens for ServiceAccount {
    fn token(&mut self) -> Result<Secret, Trouble> {
        let now = (self.clock)();
        let current = match self.current.take().filter(|(_, renewal)| now < *renewal) {
            Some(current) => current,
            None => self.minted(now)?,
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

/// What a token endpoint says where it gives none (RFC 6749, 5.2).
fn refused(status: u16, body: &[u8], assertion: &Secret) -> Trouble {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
    let said = [text("error"), text("error_description")];
    let said = said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    let said = fit(&assertion.out_of(&said));
    let kind = match status {
        429 => Kind::Limited(None),
        408 | 500..=599 => Kind::Failed,
        _ => Kind::Unauthorized,
    };
    let trouble = without(kind, &format!("the token endpoint answered HTTP {status} {said}"));
    match text("error") {
        "invalid_grant" => trouble.help("the key may have been deleted, or this machine's clock may be wrong"),
        _ => trouble,
    }
}
