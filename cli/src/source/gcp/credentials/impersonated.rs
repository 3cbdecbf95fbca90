//! Tokens of a service account for somebody else who may have them, by `generateAccessToken`
//! (<https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken>).

use gardener_engine::entry::Timestamp;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::link::address;
use super::super::trouble::{Kind, Trouble};
use super::exchange::{Endpoint, Grant, Minted, bearer};
use super::{Tokens, text};

/// For how long tokens are asked for.
const LIFE: &str = "3600s";
const HELP: &str = "whoever stands for a service account needs roles/iam.serviceAccountTokenCreator on it";

/// A service account that somebody stands for.
pub(super) struct Account {
    endpoint: Endpoint,
    /// Those of whoever stands for it.
    own: Box<dyn Tokens>,
    /// Accounts between the two, the nearest first.
    delegates: Vec<Value>,
}

#[derive(Deserialize)]
struct Generated {
    #[serde(rename = "accessToken")]
    token: String,
    #[serde(rename = "expireTime", default)]
    end: Option<String>,
}

impl Account {
    /// By the file of credentials; `own` are the tokens of whoever stands for the account.
    pub(super) fn new(
        file: &Value,
        own: Box<dyn Tokens>,
        endpoint: impl FnOnce(Url) -> Endpoint,
    ) -> Result<Self, String> {
        let url = text(file, "service_account_impersonation_url", "the credentials for another account have")?;
        let delegates = file.get("delegates").and_then(Value::as_array).cloned().unwrap_or_default();
        let endpoint = endpoint(address(url, "`service_account_impersonation_url` of the credentials")?);
        Ok(Self { endpoint, own, delegates })
    }

    fn once(&mut self, now: i64) -> Result<Minted, Trouble> {
        let purpose = self.endpoint.purpose;
        let token = self.own.token()?;
        let bearer = bearer(&token)
            .ok_or_else(|| purpose.without(Kind::Unauthorized, "the token of the account's user is none"))?;
        let mut body = json!({ "scope": [purpose.scope], "lifetime": LIFE });
        if !self.delegates.is_empty()
            && let Some(body) = body.as_object_mut()
        {
            body.insert("delegates".to_owned(), Value::Array(self.delegates.clone()));
        }
        let request = self.endpoint.post(bearer).header(CONTENT_TYPE, "application/json").body(body.to_string());
        let answer = self.endpoint.heard(request, &[&token], HELP)?;
        let Generated { token, end } = self.endpoint.read(&answer)?;
        let life = end.as_deref().and_then(Timestamp::parse).map(|end| end.seconds().saturating_sub(now));
        Ok(Minted::new(token, life))
    }
}

impl Grant for Account {
    fn ask(&mut self, now: i64) -> Result<Minted, Trouble> {
        match self.once(now) {
            // The token that it was asked with may have been taken back before its end.
            Err(trouble) if trouble.kind == Kind::Unauthorized && self.own.forget() => self.once(now),
            asked => asked,
        }
    }
}
