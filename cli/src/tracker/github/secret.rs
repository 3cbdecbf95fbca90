//! Whom the environment makes us.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::context::GitHubVariables;
use crate::error::{Exit, Failure};
use crate::secret::Secret;

/// What requests are allowed by.
#[derive(Clone)]
pub(crate) enum Credentials {
    /// A personal token, or a workflow's.
    Token(Secret),
    /// A GitHub App.
    App {
        id: u64,
        /// Its private key, PEM.
        key: Secret,
        /// Where it is installed, if the repository is not to be asked for it.
        installation: Option<u64>,
    },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token",
            Self::App { .. } => "App",
        })
    }
}

impl Credentials {
    /// What the environment has. What is named for this program wins over what is there for all: a pipeline of GitHub often
    /// has a token of its own beside.
    pub(crate) fn from_environment(variables: &GitHubVariables, directory: &Path) -> Result<Option<Self>, Failure> {
        if let Some(token) = &variables.token {
            return Ok(Some(Self::Token(Secret::new(token.trim()))));
        }
        match (&variables.app_id, &variables.app_key) {
            (Some(id), Some(key)) => Ok(Some(Self::App {
                id: number("GARDENER_GITHUB_APP_ID", id)?,
                key: Secret::new(pem(key, directory)?),
                installation: match &variables.installation {
                    Some(installation) => Some(number("GARDENER_GITHUB_INSTALLATION", installation)?),
                    None => None,
                },
            })),
            (Some(_), None) => Err(incomplete("GARDENER_GITHUB_APP_ID", "GARDENER_GITHUB_APP_KEY")),
            (None, Some(_)) => Err(incomplete("GARDENER_GITHUB_APP_KEY", "GARDENER_GITHUB_APP_ID")),
            (None, None) => Ok(variables.common_token.as_deref().map(|token| Self::Token(Secret::new(token.trim())))),
        }
    }
}

fn incomplete(set: &str, missing: &str) -> Failure {
    Failure::new(Exit::Usage, format!("{set} is set, and {missing} is not: a GitHub App needs both"))
}

fn number(variable: &str, text: &str) -> Result<u64, Failure> {
    // Its value is not quoted: who mixes the variables up would find a key in the log.
    text.trim().parse().map_err(|_| Failure::new(Exit::Usage, format!("{variable} is no number")))
}

/// The PEM text of a key that is given as such, on one line with `\n` in it, as base64, or as the path of a file.
fn pem(given: &str, directory: &Path) -> Result<String, Failure> {
    if let Some(pem) = recognized(given) {
        return Ok(pem);
    }
    let unreadable = |why: &str| {
        Failure::new(Exit::Usage, format!("the private key in GARDENER_GITHUB_APP_KEY cannot be read: {why}"))
            .help("give it the text of the PEM file, its base64, or the file's path")
    };
    // What is too long for a path, or broken into lines, is a key that is spoiled.
    if given.len() > 1024 || given.trim().contains('\n') {
        return Err(unreadable("it is neither PEM nor its base64"));
    }
    let text = std::fs::read_to_string(directory.join(given.trim()))
        .map_err(|error| unreadable(&format!("it is no PEM, and as a path: {error}")))?;
    recognized(&text).ok_or_else(|| unreadable("the file holds no PEM"))
}

fn recognized(text: &str) -> Option<String> {
    const BEGIN: &str = "-----BEGIN ";
    if text.contains(BEGIN) {
        return Some(text.replace("\\n", "\n"));
    }
    let dense: String = text.split_whitespace().collect();
    let decoded = String::from_utf8(BASE64_STANDARD.decode(dense).ok()?).ok()?;
    decoded.contains(BEGIN).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n";

    fn read(variables: &GitHubVariables) -> Result<Option<Credentials>, String> {
        Credentials::from_environment(variables, Path::new(".")).map_err(|failure| failure.message)
    }

    fn app(key: &str) -> GitHubVariables {
        GitHubVariables {
            app_id: Some("7".to_owned()),
            app_key: Some(key.to_owned()),
            common_token: Some("common".to_owned()),
            ..GitHubVariables::default()
        }
    }

    fn key(credentials: Result<Option<Credentials>, String>) -> String {
        let Ok(Some(Credentials::App { id: 7, key, installation: None })) = credentials else {
            panic!("{credentials:?}")
        };
        key.reveal().to_owned()
    }

    #[test]
    fn a_key_is_text_one_line_base64_or_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("app.pem");
        std::fs::write(&file, PEM).unwrap();
        for given in [PEM, &PEM.replace('\n', "\\n"), &BASE64_STANDARD.encode(PEM), file.to_str().unwrap()] {
            assert_eq!(key(read(&app(given))), PEM, "{given}");
        }
    }

    #[test]
    fn what_is_no_key_is_not_quoted() {
        for given in ["c3Bvb2ZlZA==", &"hidden".repeat(300), "hidden\nhidden"] {
            let refused = read(&app(given)).unwrap_err();
            assert!(refused.contains("GARDENER_GITHUB_APP_KEY") && !refused.contains("hidden"), "{refused}");
        }
        let refused = read(&GitHubVariables { app_id: Some("hidden".to_owned()), ..app(PEM) }).unwrap_err();
        assert!(refused.contains("is no number") && !refused.contains("hidden"), "{refused}");
        let refused = read(&GitHubVariables { app_key: None, ..app(PEM) }).unwrap_err();
        assert!(refused.contains("needs both"), "{refused}");
    }

    #[test]
    fn what_is_named_for_this_program_wins() {
        let both = GitHubVariables { token: Some("ours\n".to_owned()), ..app(PEM) };
        assert!(matches!(read(&both), Ok(Some(Credentials::Token(token))) if token.reveal() == "ours"));
        let common = GitHubVariables { app_id: None, app_key: None, ..app(PEM) };
        assert!(matches!(read(&common), Ok(Some(Credentials::Token(token))) if token.reveal() == "common"));
        assert!(matches!(read(&GitHubVariables::default()), Ok(None)));
    }

    #[test]
    fn nothing_of_them_is_shown() {
        let shown = format!("{:?} {:?}", read(&app(PEM)), Secret::new("hidden"));
        assert_eq!(shown, "Ok(Some(App)) Secret");
    }
}
