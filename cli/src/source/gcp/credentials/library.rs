//! Tokens by Google's own crate: workload identity federation, the metadata server.

use std::sync::Arc;

use google_cloud_auth::credentials::{AccessTokenCredentials, external_account, mds};
use google_cloud_auth::errors::CredentialsError;
use serde_json::Value;

use super::super::link::Link;
use super::super::trouble::{Kind, Trouble};
use super::{PATIENCE, Purpose, Tokens};
use crate::http::{cause, fit, sources};
use crate::secret::Secret;

/// Credentials of the library. It looks after what it has got in the background, as long as somebody waits for something.
pub(super) struct Library {
    link: Arc<Link>,
    purpose: Purpose,
    /// The file; nothing for the metadata server.
    file: Option<Value>,
    current: Option<AccessTokenCredentials>,
}

impl Library {
    /// By a file of what proves who asks.
    pub(super) fn of_federation(file: Value, purpose: Purpose, link: Arc<Link>) -> Result<Self, String> {
        let mut library = Self { link, purpose, file: Some(file), current: None };
        library.current = Some(library.built().map_err(|error| format!("the credentials cannot be used: {error}"))?);
        Ok(library)
    }

    /// By the machine that this runs on.
    pub(super) fn of_machine(purpose: Purpose, link: Arc<Link>) -> Self {
        Self { link, purpose, file: None, current: None }
    }

    fn built(&self) -> Result<AccessTokenCredentials, String> {
        // The library takes the process's cryptography. Where there is one already, it is this one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // It begins to work in the background, which it can only where something waits.
        self.link
            .wait(async {
                let scopes = [self.purpose.scope];
                match self.file.clone() {
                    Some(file) => {
                        external_account::Builder::new(file).with_scopes(scopes).build_access_token_credentials()
                    }
                    None => mds::Builder::default().with_scopes(scopes).build_access_token_credentials(),
                }
            })
            .map_err(|error| fit(&error.to_string()))
    }

    /// Why there is no token.
    fn refused(&self, error: &CredentialsError) -> Trouble {
        let kind = if error.is_transient() { Kind::Failed } else { Kind::Unauthorized };
        match self.file {
            Some(_) => self
                .purpose
                .without(kind, &told(error))
                .help("see `credential_source` of the file of credentials, and the provider of the pool"),
            // One that is just being set up may be late.
            None => Trouble { kind, ..self.none() },
        }
    }

    /// That nothing on this machine has credentials. Where there is no file, the metadata server is asked, which only machines of
    /// Google have.
    fn none(&self) -> Trouble {
        let why = "there are no credentials, and this is no machine of Google Cloud that has some";
        self.purpose.without(Kind::Unauthorized, why).help(
            "gcloud auth application-default login, or name a file by GOOGLE_APPLICATION_CREDENTIALS, or put a token into GARDENER_GCP_TOKEN",
        )
    }
}

/// What the library says of a failure, without its remarks on what later tries will come to: the innermost of its own errors, which quotes
/// the server, and what is at the bottom of it.
fn told(error: &CredentialsError) -> String {
    let own = sources(error).filter_map(|error| error.downcast_ref::<CredentialsError>()).last().unwrap_or(error);
    let said = own.to_string();
    let said = [" but future attempts may succeed", " and future attempts will not succeed"]
        .iter()
        .fold(said.as_str(), |said, remark| said.trim_end().trim_end_matches(remark));
    match cause(error) {
        cause if cause == own.to_string() => said.to_owned(),
        cause => format!("{said}: {cause}"),
    }
}

impl Tokens for Library {
    fn token(&mut self) -> Result<Secret, Trouble> {
        let credentials = match self.current.take() {
            Some(credentials) => credentials,
            None => self.built().map_err(|why| self.purpose.without(Kind::Unauthorized, &why))?,
        };
        let got = self.link.wait(async { tokio::time::timeout(PATIENCE, credentials.access_token()).await });
        match got {
            Ok(Ok(token)) => {
                self.current = Some(credentials);
                Ok(Secret::new(token.token))
            }
            Ok(Err(error)) => Err(self.refused(&error)),
            Err(_) if self.file.is_none() => Err(self.none()),
            Err(_) => Err(self.purpose.without(Kind::NoAnswer, "nobody has answered")),
        }
    }

    fn forget(&mut self) -> bool {
        self.current = None;
        true
    }
}
