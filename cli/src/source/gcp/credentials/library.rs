//! Tokens by Google's own crate: users of gcloud, workload identity federation, impersonation, the metadata server.

use std::sync::Arc;

use google_cloud_auth::credentials::{AccessTokenCredentials, external_account, impersonated, mds, user_account};
use google_cloud_auth::errors::CredentialsError;
use serde_json::Value;

use super::super::link::Link;
use super::super::trouble::{Kind, Trouble};
use super::{PATIENCE, Purpose, Tokens, kind};
use crate::http::{fit, sources};
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
    /// By a file of credentials.
    pub(super) fn of_file(file: Value, purpose: Purpose, link: Arc<Link>) -> Result<Self, String> {
        let known = ["authorized_user", "external_account", "impersonated_service_account"];
        if !known.contains(&kind(&file)) {
            return Err(format!("credentials of the type `{}` are not known", fit(kind(&file))));
        }
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
                let Some(file) = self.file.clone() else {
                    return mds::Builder::default().with_scopes([self.purpose.scope]).build_access_token_credentials();
                };
                match kind(&file) {
                    "external_account" => external_account::Builder::new(file)
                        .with_scopes([self.purpose.scope])
                        .build_access_token_credentials(),
                    "impersonated_service_account" => impersonated::Builder::new(file)
                        .with_scopes([self.purpose.scope])
                        .build_access_token_credentials(),
                    // What a user has allowed is in what gcloud has got.
                    _ => user_account::Builder::new(file).build_access_token_credentials(),
                }
            })
            .map_err(|error| fit(&error.to_string()))
    }

    /// Why there is no token.
    fn refused(&self, error: &CredentialsError) -> Trouble {
        let text = sources(error).map(ToString::to_string).collect::<Vec<_>>().join(": ");
        let kind = if error.is_transient() { Kind::Failed } else { Kind::Unauthorized };
        match self.file {
            Some(_) => self
                .purpose
                .without(kind, &text)
                .help("for your own credentials: gcloud auth application-default login"),
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
