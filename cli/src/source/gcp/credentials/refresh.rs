//! Tokens of people, by the refresh token that `gcloud auth application-default login` has left of a login (RFC 6749, 6): people with an
//! account at Google (`authorized_user`), and those whom a workforce pool knows (`external_account_authorized_user`;
//! <https://cloud.google.com/iam/docs/workforce-obtaining-short-lived-credentials>).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Url;
use serde_json::Value;

use super::super::link::address;
use super::super::trouble::Trouble;
use super::exchange::{Endpoint, Grant, Minted, Shown};
use super::{TOKEN_URI, text};
use crate::secret::Secret;

/// Where tokens of a workforce pool are to be had, where the file does not say.
const TOKEN_URL: &str = "https://sts.googleapis.com/v1/oauthtoken";

/// A person.
pub(super) struct User {
    endpoint: Endpoint,
    client: Client,
    refresh_token: Secret,
}

/// What the login was done by, and how it says who it is.
enum Client {
    /// In the form.
    Form { id: String, secret: Secret },
    /// By Basic authentication: the value of the header.
    Basic(Secret),
}

impl User {
    /// With an account at Google, by the file that gcloud has written.
    pub(super) fn of_google(file: &Value, endpoint: impl FnOnce(Url) -> Endpoint) -> Result<Self, String> {
        let text = |name: &str| text(file, name, "the credentials of a user have");
        Ok(Self {
            client: Client::Form { id: text("client_id")?.to_owned(), secret: Secret::new(text("client_secret")?) },
            refresh_token: Secret::new(text("refresh_token")?),
            endpoint: endpoint(address(text("token_uri").unwrap_or(TOKEN_URI), "`token_uri` of the credentials")?),
        })
    }

    /// Of a workforce pool. What of the pool and its provider stands in the file is for humans.
    pub(super) fn of_workforce(file: &Value, endpoint: impl FnOnce(Url) -> Endpoint) -> Result<Self, String> {
        let text = |name: &str| text(file, name, "the credentials of a workforce pool have");
        let client = format!("{}:{}", text("client_id")?, text("client_secret")?);
        Ok(Self {
            client: Client::Basic(Secret::new(format!("Basic {}", BASE64_STANDARD.encode(client)))),
            refresh_token: Secret::new(text("refresh_token")?),
            endpoint: endpoint(address(text("token_url").unwrap_or(TOKEN_URL), "`token_url` of the credentials")?),
        })
    }
}

impl Grant for User {
    fn ask(&mut self, _: i64) -> Result<Minted, Trouble> {
        let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", self.refresh_token.reveal())];
        let (authorization, secret) = match &self.client {
            Client::Basic(authorization) => (Some(authorization.clone()), authorization),
            Client::Form { id, secret } => {
                pairs.extend([("client_id", id.as_str()), ("client_secret", secret.reveal())]);
                (None, secret)
            }
        };
        let minted = self.endpoint.ask(Shown {
            form: self.endpoint.form(&pairs),
            authorization,
            secrets: &[&self.refresh_token, secret],
            help: "log in again: gcloud auth application-default login",
        })?;
        // An endpoint may take the old one back.
        if let Some(next) = &minted.refresh_token {
            self.refresh_token = Secret::new(next.as_str());
        }
        Ok(minted)
    }
}
