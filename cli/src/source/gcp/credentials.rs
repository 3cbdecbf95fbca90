//! Who asks: tokens, and where they come from.
//!
//! Application Default Credentials (<https://cloud.google.com/docs/authentication/application-default-credentials>): the file that
//! `GOOGLE_APPLICATION_CREDENTIALS` names, else the one that gcloud writes, else the metadata server of the machine. Google's own
//! crate knows them (`library`), but for two: of keys of service accounts (`key`) it signs the tokens itself, and does not ask the
//! `token_uri` that they name, which private networks and tests put elsewhere; users of a workforce pool (`workforce`) it does not know.

mod exchange;
mod key;
mod library;
mod workforce;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::link::Link;
use super::trouble::{Kind, Trouble};
use crate::context::GoogleVariables;
use crate::error::{Exit, Failure};
use crate::http::fit;
use crate::secret::Secret;
use exchange::{Endpoint, Kept};

/// How long a token may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// A file of credentials is not longer.
const LONGEST_FILE: u64 = 1 << 20;

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
    /// What a file holds.
    File(Value),
    /// The machine's metadata server.
    Machine,
}

impl Credentials {
    /// Those of this environment; a token that was named wins, and is named where it is missing.
    pub(crate) fn find(named: Option<(&str, Option<Secret>)>, variables: &GoogleVariables) -> Result<Self, Failure> {
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
        if let Some(path) = &variables.credentials {
            return read(path).map(Self::File).map_err(|why| {
                Failure::new(Exit::Usage, format!("GOOGLE_APPLICATION_CREDENTIALS names `{}`: {why}", path.display()))
            });
        }
        match variables.well_known.as_deref().filter(|path| path.exists()) {
            Some(path) => read(path)
                .map(Self::File)
                .map_err(|why| Failure::new(Exit::Usage, format!("`{}` cannot be used: {why}", path.display()))),
            None => Ok(Self::Machine),
        }
    }

    /// The project that is to pay for requests, where the file names one.
    pub(crate) fn quota_project(&self) -> Option<&str> {
        match self {
            Self::File(file) => file.get("quota_project_id").and_then(Value::as_str),
            Self::Given(_) | Self::Machine => None,
        }
    }

    /// What has tokens by them. `clock` has the time in seconds of Unix.
    pub(crate) fn tokens(
        self,
        purpose: Purpose,
        link: &Arc<Link>,
        clock: impl Fn() -> i64 + Send + 'static,
    ) -> Result<Box<dyn Tokens>, String> {
        let endpoint = |url| Endpoint { link: Arc::clone(link), url, purpose };
        Ok(match self {
            Self::Given(token) => Box::new(Given(token)),
            Self::File(file) if kind(&file) == "service_account" => {
                Box::new(Kept::new(key::ServiceAccount::new(&file, endpoint)?, clock))
            }
            Self::File(file) if kind(&file) == "external_account_authorized_user" => {
                Box::new(Kept::new(workforce::User::new(&file, endpoint)?, clock))
            }
            Self::File(file) => Box::new(library::Library::of_file(file, purpose, Arc::clone(link))?),
            Self::Machine => Box::new(library::Library::of_machine(purpose, Arc::clone(link))),
        })
    }
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
