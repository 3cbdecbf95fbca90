//! Who asks: tokens, and where they come from.
//!
//! Application Default Credentials (<https://cloud.google.com/docs/authentication/application-default-credentials>): the file that
//! `GOOGLE_APPLICATION_CREDENTIALS` names, else the one that gcloud writes, else the metadata server of the machine. Google's own
//! crate knows them (`library`), but for keys of service accounts (`key`): it signs their tokens itself, and does not ask the
//! `token_uri` that they name, which private networks and tests put elsewhere.

mod key;
mod library;

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;

use super::link::Link;
use super::trouble::{Kind, Trouble};
use crate::context::GoogleVariables;
use crate::error::{Exit, Failure};
use crate::http::fit;
use crate::secret::Secret;

/// What tokens are asked for: reading logs, and no more.
const SCOPE: &str = "https://www.googleapis.com/auth/logging.read";
/// How long a token may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// A file of credentials is not longer.
const LONGEST_FILE: u64 = 1 << 20;

/// Something that has tokens.
pub(crate) trait Tokens {
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
    pub(super) fn tokens(self, link: &Rc<Link>, clock: impl Fn() -> i64 + 'static) -> Result<Box<dyn Tokens>, String> {
        Ok(match self {
            Self::Given(token) => Box::new(Given(token)),
            Self::File(file) if kind(&file) == "service_account" => {
                Box::new(key::ServiceAccount::new(&file, Rc::clone(link), Box::new(clock))?)
            }
            Self::File(file) => Box::new(library::Library::of_file(file, Rc::clone(link))?),
            Self::Machine => Box::new(library::Library::of_machine(Rc::clone(link))),
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

/// That no token was to be had.
fn without(kind: Kind, why: &str) -> Trouble {
    Trouble::new(kind, fit(&format!("there is no token for Cloud Logging: {why}")))
}

#[cfg(test)]
mod tests;
