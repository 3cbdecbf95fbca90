//! What the environment says of Google Cloud.

use std::path::PathBuf;

use crate::secret::Secret;

/// Variables that reading from Cloud Logging and Cloud Storage is set up by. An empty one is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct GoogleVariables {
    /// An access token: `GARDENER_GCP_TOKEN`.
    pub(crate) token: Option<Secret>,
    /// The address of the API: `GARDENER_LOGGING_ENDPOINT`.
    pub(crate) endpoint: Option<String>,
    /// Where tokens are asked for: `GARDENER_TOKEN_ENDPOINT`.
    pub(crate) token_endpoint: Option<String>,
    /// The address of Cloud Storage: `GARDENER_STORAGE_ENDPOINT`.
    pub(crate) storage_endpoint: Option<String>,
    /// The address of an emulator of it, which wants no credentials: `STORAGE_EMULATOR_HOST`, as Google's own clients have it.
    pub(crate) storage_emulator: Option<String>,
    /// A file of credentials: `GOOGLE_APPLICATION_CREDENTIALS`.
    pub(crate) credentials: Option<PathBuf>,
    /// The file that `gcloud auth application-default login` writes, whether it is there or not.
    pub(crate) well_known: Option<PathBuf>,
    /// The project that pays for requests: `GOOGLE_CLOUD_QUOTA_PROJECT`.
    pub(crate) quota_project: Option<String>,
}

impl GoogleVariables {
    /// Those of this process.
    pub(super) fn from_process() -> Self {
        let path = |name: &str| variable(name).map(PathBuf::from);
        let folder = path("CLOUDSDK_CONFIG")
            .or_else(|| path("APPDATA").filter(|_| cfg!(windows)).map(|folder| folder.join("gcloud")))
            .or_else(|| path("HOME").map(|home| home.join(".config/gcloud")));
        Self {
            token: variable("GARDENER_GCP_TOKEN").map(|token| Secret::new(token.trim())),
            endpoint: variable("GARDENER_LOGGING_ENDPOINT"),
            token_endpoint: variable("GARDENER_TOKEN_ENDPOINT"),
            storage_endpoint: variable("GARDENER_STORAGE_ENDPOINT"),
            storage_emulator: variable("STORAGE_EMULATOR_HOST"),
            credentials: path("GOOGLE_APPLICATION_CREDENTIALS"),
            well_known: folder.map(|folder| folder.join("application_default_credentials.json")),
            quota_project: variable("GOOGLE_CLOUD_QUOTA_PROJECT"),
        }
    }
}

/// A token in a variable that somebody has named.
pub(super) fn named_token(name: &str) -> Option<Secret> {
    variable(name).map(|token| Secret::new(token.trim()))
}

#[expect(clippy::disallowed_methods, reason = "this is part of the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}
