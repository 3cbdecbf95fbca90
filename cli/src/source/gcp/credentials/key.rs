//! Tokens by the key of a service account: a signed assertion for each (RFC 7523).

use reqwest::Url;
use serde_json::{Value, json};

use super::super::link::address;
use super::super::trouble::{Kind, Trouble};
use super::exchange::{Endpoint, Grant, Minted, Shown};
use super::{TOKEN_URI, text};
use crate::jwt::Key;

/// What is asked for.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// For how many seconds an assertion is good: as long as Google accepts one.
const LIFE: i64 = 3600;
/// How far this machine's clock may be ahead of Google's, in seconds.
const AHEAD: i64 = 10;

/// A service account.
pub(super) struct ServiceAccount {
    endpoint: Endpoint,
    email: String,
    key: Key,
    /// The endpoint as the key has it, for that is whom assertions are meant for.
    audience: String,
}

impl ServiceAccount {
    /// By the file of its key.
    pub(super) fn new(file: &Value, endpoint: impl FnOnce(Url) -> Endpoint) -> Result<Self, String> {
        let text = |name: &str| text(file, name, "the key of the service account has");
        let audience = text("token_uri").unwrap_or(TOKEN_URI);
        let id = text("private_key_id").ok().map(str::to_owned);
        let key = Key::from_pem(text("private_key")?, id);
        Ok(Self {
            email: text("client_email")?.to_owned(),
            key: key.ok_or("the `private_key` of the service account is no RSA key in PEM")?,
            endpoint: endpoint(address(audience, "`token_uri` of the service account's key")?),
            audience: audience.to_owned(),
        })
    }
}

impl Grant for ServiceAccount {
    fn ask(&mut self, now: i64) -> Result<Minted, Trouble> {
        let purpose = self.endpoint.purpose;
        let issued = now - AHEAD;
        let claims = json!({
            "iss": self.email,
            "scope": purpose.scope,
            "aud": self.audience,
            "iat": issued,
            "exp": issued + LIFE,
        });
        let assertion = self.key.signed(&claims);
        let assertion =
            assertion.ok_or_else(|| purpose.without(Kind::Unauthorized, "the service account's key signs nothing"))?;
        let form = self.endpoint.form(&[("grant_type", GRANT), ("assertion", assertion.reveal())]);
        let help = "the key may have been deleted, or this machine's clock may be wrong";
        self.endpoint.ask(Shown { form, authorization: None, secrets: &[&assertion], help })
    }
}
