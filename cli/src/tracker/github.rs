//! The tracker on GitHub, or on a server that speaks as GitHub does.
//!
//! `describe` says what a request is in HTTP, `transport` sends it, `answers` and `classify` read what comes back; `pass` has the
//! token to send. Nothing else in the program is async.

mod answers;
mod base;
mod classify;
mod describe;
mod jwt;
mod pass;
mod secret;
mod transport;

use std::time::Duration;

use base::Base;
use pass::Pass;
use transport::{Heard, Transport};

use crate::context::GitHubVariables;
use crate::http::fit;
use crate::tracker::{Answer, Kind, Request, Tracker, Trouble};

#[cfg(test)]
pub(crate) use crate::secret::Secret;
pub(crate) use describe::{Described, described};
pub(crate) use secret::Credentials;

/// Where the API of github.com is.
pub(crate) const API: &str = "https://api.github.com";

/// How long a request may take, its answer included.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// The login of a workflow's own token.
const WORKFLOW: &str = "github-actions[bot]";

/// What a tracker on GitHub is set up by.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The address of the API: [`API`], or `https://HOST/api/v3`.
    pub(crate) base: String,
    /// `owner/name`.
    pub(crate) repository: String,
    pub(crate) credentials: Credentials,
    /// The login that the credentials belong to, where it is known.
    pub(crate) author: Option<String>,
    /// Whether this is a workflow of GitHub, whose token does not say whose it is.
    pub(crate) is_workflow: bool,
    /// How long a request may take.
    pub(crate) timeout: Duration,
}

impl Settings {
    /// Those of this environment. What is named by an argument wins.
    pub(crate) fn new(
        base: Option<String>,
        repository: String,
        credentials: Credentials,
        author: Option<String>,
        environment: &GitHubVariables,
    ) -> Self {
        Self {
            base: base.or_else(|| environment.api_url.clone()).unwrap_or_else(|| API.to_owned()),
            repository,
            credentials,
            author,
            is_workflow: environment.is_workflow,
            timeout: TIMEOUT,
        }
    }
}

/// A repository on GitHub.
pub(crate) struct GitHub {
    transport: Transport,
    pass: Pass,
    repository: String,
    author: Option<String>,
    is_workflow: bool,
}

impl std::fmt::Debug for GitHub {
    /// Without what nobody may see.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitHub").field("repository", &self.repository).finish_non_exhaustive()
    }
}

impl GitHub {
    /// Sets it up; nothing is sent. `clock` has the time in seconds of Unix, by which tokens grow old. An error is what
    /// is wrong with the settings, or with this machine.
    pub(crate) fn new(settings: Settings, clock: impl Fn() -> i64 + 'static) -> Result<Self, String> {
        describe::path_of(&settings.repository).map_err(|trouble| trouble.detail)?;
        let transport = Transport::new(Base::parse(&settings.base)?, settings.timeout)?;
        let pass = Pass::new(settings.credentials, settings.repository.clone(), Box::new(clock))?;
        let Settings { repository, author, is_workflow, .. } = settings;
        Ok(Self { transport, pass, repository, author, is_workflow })
    }

    /// Whose the credentials are.
    fn author(&self) -> Result<Answer, Trouble> {
        if let Some(author) = &self.author {
            return Ok(Answer::Author(author.clone()));
        }
        if let Some(login) = self.pass.app_login(&self.transport) {
            return login.map(Answer::Author);
        }
        let Some(token) = self.pass.token() else {
            return Err(Trouble::new(Kind::Unauthorized, "there is no token"));
        };
        let heard = self.transport.exchange(token, "GET", "/user", None)?;
        match self.read(&Request::Author, &heard) {
            Err(trouble) if matches!(trouble.kind, Kind::Forbidden | Kind::NotFound) => match self.is_workflow {
                true => Ok(Answer::Author(WORKFLOW.to_owned())),
                false => Err(Trouble::new(
                    Kind::Forbidden,
                    fit(&format!("the token does not say whose it is: name the author ({trouble})")),
                )),
            },
            answer => answer,
        }
    }

    fn read(&self, request: &Request, heard: &Heard) -> Result<Answer, Trouble> {
        match heard.status {
            _ if heard.is_success() => answers::answer(request, heard, &self.transport.base),
            // What is to be taken off is not there.
            404 if matches!(request, Request::RemoveLabel(..)) => Ok(Answer::Done),
            _ => Err(classify::trouble(heard)),
        }
    }
}

impl Tracker for GitHub {
    fn send(&mut self, request: &Request) -> Result<Answer, Trouble> {
        let answer = match request {
            Request::Author => self.author(),
            request => described(&self.repository, request).and_then(|described| {
                let Described { method, path, body } = described;
                let token = self.pass.renewed(&self.transport)?;
                let heard = self.transport.exchange(token, method, &path, body.as_ref())?;
                self.read(request, &heard)
            }),
        };
        answer.map_err(|mut trouble| {
            // An answer that cannot be read is quoted in part.
            trouble.detail = self.pass.without_secrets(&trouble.detail);
            if trouble.kind == Kind::Unauthorized {
                self.pass.forget();
            }
            trouble
        })
    }
}

#[cfg(test)]
mod tests;
