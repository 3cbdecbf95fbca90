//! Tokens of people whom a workforce pool knows, as `gcloud auth application-default login` leaves them behind a login with
//! `external_account_authorized_user`: a refresh token for each, at the endpoint that the file names
//! (<https://cloud.google.com/iam/docs/workforce-obtaining-short-lived-credentials>).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Url;
use serde_json::Value;

use super::super::link::address;
use super::super::trouble::Trouble;
use super::exchange::{Endpoint, Grant, Minted, Shown};
use crate::secret::Secret;

/// Where tokens are to be had, where the file does not say.
const TOKEN_URL: &str = "https://sts.googleapis.com/v1/oauthtoken";

/// A person.
pub(super) struct User {
    endpoint: Endpoint,
    /// The client's name and secret, as Basic authentication has them.
    client: Secret,
    refresh_token: Secret,
}

impl User {
    /// By the file that gcloud has written. What of the pool and its provider stands there is for humans.
    pub(super) fn new(file: &Value, endpoint: impl FnOnce(Url) -> Endpoint) -> Result<Self, String> {
        let text = |name: &str| {
            let text = file.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            text.ok_or_else(|| format!("the credentials of a workforce pool have no `{name}`"))
        };
        let client = format!("{}:{}", text("client_id")?, text("client_secret")?);
        Ok(Self {
            client: Secret::new(format!("Basic {}", BASE64_STANDARD.encode(client))),
            refresh_token: Secret::new(text("refresh_token")?),
            endpoint: endpoint(address(text("token_url").unwrap_or(TOKEN_URL), "`token_url` of the credentials")?),
        })
    }
}

impl Grant for User {
    fn ask(&mut self, _: i64) -> Result<Minted, Trouble> {
        let mut form = self.endpoint.url.clone();
        form.set_query(None);
        form.query_pairs_mut()
            .append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", self.refresh_token.reveal());
        let minted = self.endpoint.ask(Shown {
            form: form.query().unwrap_or_default().to_owned(),
            authorization: Some(self.client.clone()),
            secret: &self.refresh_token,
            help: "log in again: gcloud auth application-default login",
        })?;
        // An endpoint may take the old one back.
        if let Some(next) = &minted.refresh_token {
            self.refresh_token = Secret::new(next.as_str());
        }
        Ok(minted)
    }
}
