//! The token that requests are sent with: one that is given, or those that an App is given, one after the other.
//!
//! octocrab would get an App's tokens by itself, but where an address is whole, as that of a second page is, it sends them to
//! `api.github.com` alone.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::classify;
use super::describe::path_of;
use super::jwt::App;
use super::secret::Credentials;
use super::transport::{Heard, Transport};
use crate::http::fit;
use crate::secret::Secret;
use crate::tracker::{Kind, Trouble};

/// After how many seconds a token of an App is renewed. It is good for an hour.
const RENEWAL: i64 = 50 * 60;

/// Where tokens come from.
pub(super) struct Pass {
    holder: Holder,
    repository: String,
    clock: Box<dyn Fn() -> i64>,
}

enum Holder {
    Token(Secret),
    App { app: App, installation: Option<u64>, current: Option<(Secret, i64)> },
}

#[derive(Deserialize)]
struct Installation {
    id: u64,
}

#[derive(Deserialize)]
struct AccessToken {
    token: String,
}

#[derive(Deserialize)]
struct Profile {
    slug: String,
}

impl Pass {
    pub(super) fn new(
        credentials: Credentials,
        repository: String,
        clock: Box<dyn Fn() -> i64>,
    ) -> Result<Self, String> {
        let holder = match credentials {
            Credentials::Token(token) => Holder::Token(token),
            Credentials::App { id, key, installation } => {
                Holder::App { app: App::new(id, &key)?, installation, current: None }
            }
        };
        Ok(Self { holder, repository, clock })
    }

    /// The token that was given, or that an App has at the moment.
    pub(super) fn token(&self) -> Option<&Secret> {
        match &self.holder {
            Holder::Token(token) => Some(token),
            Holder::App { current, .. } => current.as_ref().map(|(token, _)| token),
        }
    }

    /// A token that is good; an App gets a new one where it has none, or an old one.
    pub(super) fn renewed(&mut self, transport: &Transport) -> Result<&Secret, Trouble> {
        let now = (self.clock)();
        if let Holder::App { app, installation, current } = &mut self.holder
            && current.as_ref().is_none_or(|(_, since)| now - since >= RENEWAL)
        {
            let jwt = app.token(now)?;
            let minted = minted(&jwt, installation, &self.repository, transport).map_err(before)?;
            *current = Some((minted, now));
        }
        self.token().ok_or_else(|| Trouble::new(Kind::Unauthorized, "there is no token"))
    }

    /// The login under which an App writes; nothing where there is none.
    pub(super) fn app_login(&self, transport: &Transport) -> Option<Result<String, Trouble>> {
        let Holder::App { app, .. } = &self.holder else { return None };
        let login = || {
            let heard = transport.exchange(&app.token((self.clock)())?, "GET", "/app", None)?;
            Ok(format!("{}[bot]", success::<Profile>(&heard)?.slug))
        };
        Some(login())
    }

    /// Lets go of an App's token that was refused, so that the next request gets another one.
    pub(super) fn forget(&mut self) {
        if let Holder::App { current, .. } = &mut self.holder {
            *current = None;
        }
    }

    /// A text without the token.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        match self.token().map(Secret::reveal).filter(|token| !token.is_empty()) {
            Some(token) => text.replace(token, "***"),
            None => text.to_owned(),
        }
    }
}

/// A new token of an App, for where it is installed.
fn minted(
    jwt: &Secret,
    installation: &mut Option<u64>,
    repository: &str,
    transport: &Transport,
) -> Result<Secret, Trouble> {
    let id = match *installation {
        Some(id) => id,
        None => {
            let path = format!("{}/installation", path_of(repository)?);
            let heard = transport.exchange(jwt, "GET", &path, None)?;
            if heard.status == 404 {
                let detail =
                    format!("the GitHub App is not installed in {repository}, or the repository does not exist");
                return Err(Trouble::new(Kind::Unauthorized, fit(&detail)));
            }
            success::<Installation>(&heard)?.id
        }
    };
    *installation = Some(id);
    let path = format!("/app/installations/{id}/access_tokens");
    let heard = transport.exchange(jwt, "POST", &path, None)?;
    if heard.status == 404 {
        let detail = format!("the GitHub App has no installation {id}");
        return Err(Trouble::new(Kind::Unauthorized, detail));
    }
    success::<AccessToken>(&heard).map(|minted| Secret::new(minted.token))
}

fn success<T: DeserializeOwned>(heard: &Heard) -> Result<T, Trouble> {
    if !heard.is_success() {
        return Err(classify::trouble(heard));
    }
    // Nothing of it is quoted: there is a token in it.
    let unreadable = |_| Trouble::new(Kind::NoAnswer, format!("HTTP {}: the answer cannot be read", heard.status));
    serde_json::from_slice(&heard.body).map_err(unreadable)
}

/// What it means for a request that it has got no token: whatever became of that, the request was not sent.
fn before(trouble: Trouble) -> Trouble {
    let kind = if trouble.is_unknown() { Kind::Unreachable } else { trouble.kind };
    Trouble::new(kind, fit(&format!("the GitHub App gets no token: {trouble}")))
}
