//! Who asks: tokens, and where they come from.
//!
//! Application Default Credentials (<https://cloud.google.com/docs/authentication/application-default-credentials>): the file that
//! `GOOGLE_APPLICATION_CREDENTIALS` names, else the one that gcloud writes, else the metadata server of the machine. Google's own
//! crate (`library`) asks the metadata server, and knows all that federation may take for a proof. What is exchanged at a token endpoint
//! otherwise is asked for here (`exchange`), by a form as RFC 6749 has it, by the program's own connections, and wherever the file or
//! whoever runs the program says: by the key of a service account (`key`), of people (`refresh`), of an account that somebody
//! stands for (`impersonated`).

mod exchange;
mod impersonated;
mod key;
mod library;
mod refresh;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

use super::link::{Link, address};
use super::trouble::{Kind, Trouble};
use crate::context::GoogleVariables;
use crate::error::{Exit, Failure};
use crate::http::fit;
use crate::secret::Secret;
use exchange::{Endpoint, Grant, Kept};

/// How long a token may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// A file of credentials is not longer.
const LONGEST_FILE: u64 = 1 << 20;
/// Where tokens are to be had, where a key or a user's file does not say.
const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";

/// A clock: seconds of Unix.
type Seconds = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What tokens are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Purpose {
    /// Whose they are, for people.
    service: &'static str,
    /// What they allow.
    scope: &'static str,
}

impl Purpose {
    /// Reading logs, and no more.
    pub(crate) const LOGS: Self =
        Self { service: "Cloud Logging", scope: "https://www.googleapis.com/auth/logging.read" };
    /// Reading objects, and no more.
    pub(crate) const OBJECTS: Self =
        Self { service: "Cloud Storage", scope: "https://www.googleapis.com/auth/devstorage.read_only" };

    /// Getting a token for this purpose, of an account that one stands for.
    fn to_stand_for(self) -> Self {
        Self { scope: "https://www.googleapis.com/auth/cloud-platform", ..self }
    }

    /// That no token was to be had.
    fn without(self, kind: Kind, why: &str) -> Trouble {
        Trouble::new(kind, fit(&format!("there is no token for {}: {why}", self.service)))
    }
}

/// Something that has tokens.
pub(crate) trait Tokens: Send {
    /// A token that is good as far as is known.
    fn token(&mut self) -> Result<Secret, Trouble>;

    /// Lets go of a token that was refused; whether another one can be had.
    fn forget(&mut self) -> bool;
}

/// A token that somebody has given.
struct Given(Secret);

impl Tokens for Given {
    fn token(&mut self) -> Result<Secret, Trouble> {
        Ok(self.0.clone())
    }

    fn forget(&mut self) -> bool {
        false
    }
}

/// Where tokens come from, before anything is asked for.
#[derive(Debug)]
pub(crate) enum Credentials {
    /// A token.
    Given(Secret),
    /// What a file holds, and where tokens are asked for instead of where it says.
    File(Value, Option<Url>),
    /// The machine's metadata server.
    Machine,
}

impl Credentials {
    /// Those of this environment; a token that was named wins, and is named where it is missing. `token_endpoint` is where tokens are
    /// asked for, where somebody says so.
    pub(crate) fn find(
        named: Option<(&str, Option<Secret>)>,
        token_endpoint: Option<&str>,
        variables: &GoogleVariables,
    ) -> Result<Self, Failure> {
        match named {
            Some((_, Some(token))) => return Ok(Self::Given(token)),
            Some((name, None)) => {
                return Err(Failure::new(
                    Exit::Usage,
                    format!("--token-env: there is no variable `{name}`, or it is empty"),
                ));
            }
            None => {}
        }
        if let Some(token) = &variables.token {
            return Ok(Self::Given(token.clone()));
        }
        let (file, named) = match (&variables.credentials, variables.well_known.as_deref()) {
            (Some(path), _) => (read(path), format!("GOOGLE_APPLICATION_CREDENTIALS names `{}`", path.display())),
            (None, Some(path)) if path.exists() => (read(path), format!("`{}` cannot be used", path.display())),
            _ => return Ok(Self::Machine),
        };
        let file = file.map_err(|why| Failure::new(Exit::Usage, format!("{named}: {why}")))?;
        let elsewhere = token_endpoint.or(variables.token_endpoint.as_deref());
        let elsewhere = elsewhere.map(|url| address(url, "the token endpoint")).transpose();
        Ok(Self::File(file, elsewhere.map_err(|why| Failure::new(Exit::Usage, why))?))
    }

    /// The project that is to pay for requests, where the file names one.
    pub(crate) fn quota_project(&self) -> Option<&str> {
        match self {
            Self::File(file, _) => file.get("quota_project_id").and_then(Value::as_str),
            Self::Given(_) | Self::Machine => None,
        }
    }

    /// What has tokens by them. `clock` has the time in seconds of Unix.
    pub(crate) fn tokens(
        self,
        purpose: Purpose,
        link: &Arc<Link>,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<Box<dyn Tokens>, String> {
        match self {
            Self::Given(token) => Ok(Box::new(Given(token))),
            Self::File(file, elsewhere) => {
                Exchanges { link: Arc::clone(link), clock: Arc::new(clock), elsewhere }.of(&file, purpose)
            }
            Self::Machine => Ok(Box::new(library::Library::of_machine(purpose, Arc::clone(link)))),
        }
    }
}

/// What tokens of files need.
struct Exchanges {
    link: Arc<Link>,
    clock: Seconds,
    /// Where they are asked for instead of where the file says.
    elsewhere: Option<Url>,
}

impl Exchanges {
    /// Those of a file.
    fn of(&self, file: &Value, purpose: Purpose) -> Result<Box<dyn Tokens>, String> {
        let at = |url| Endpoint { link: Arc::clone(&self.link), url, purpose };
        let endpoint = |url| at(self.elsewhere.clone().unwrap_or(url));
        Ok(match kind(file) {
            "service_account" => self.kept(key::ServiceAccount::new(file, endpoint)?),
            "authorized_user" => self.kept(refresh::User::of_google(file, endpoint)?),
            "external_account_authorized_user" => self.kept(refresh::User::of_workforce(file, endpoint)?),
            "impersonated_service_account" => {
                let own = file.get("source_credentials").unwrap_or(&Value::Null);
                if kind(own) == kind(file) {
                    return Err("`source_credentials` stand for another account themselves".to_owned());
                }
                let own = self.of(own, purpose.to_stand_for())?;
                self.kept(impersonated::Account::new(file, own, at)?)
            }
            "external_account" => {
                let mut file = file.clone();
                if let (Some(url), Some(file)) = (&self.elsewhere, file.as_object_mut()) {
                    file.insert("token_url".to_owned(), Value::from(url.as_str()));
                }
                Box::new(library::Library::of_federation(file, purpose, Arc::clone(&self.link))?)
            }
            other => return Err(format!("credentials of the type `{}` are not known", fit(other))),
        })
    }

    fn kept(&self, grant: impl Grant + 'static) -> Box<dyn Tokens> {
        Box::new(Kept::new(grant, Arc::clone(&self.clock)))
    }
}

/// What a file says under a name; `whose` begins the complaint where it says nothing.
fn text<'f>(file: &'f Value, name: &str, whose: &str) -> Result<&'f str, String> {
    let text = file.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or_else(|| format!("{whose} no `{name}`"))
}

/// What kind of credentials a file holds.
fn kind(file: &Value) -> &str {
    file.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// Reads a file of credentials. Nothing of what it holds is quoted.
fn read(path: &Path) -> Result<Value, String> {
    let length = std::fs::metadata(path).map_err(|error| fit(&error.to_string()))?.len();
    if length > LONGEST_FILE {
        return Err("it is too long for a file of credentials".to_owned());
    }
    let text = std::fs::read(path).map_err(|error| fit(&error.to_string()))?;
    let file: Value = serde_json::from_slice(&text).map_err(|_| "it is no JSON".to_owned())?;
    match kind(&file) {
        "" => Err("it has no `type`, as credentials of Google have".to_owned()),
        _ => Ok(file),
    }
}

#[cfg(test)]
mod tests;
