//! What the environment says of GitHub.

/// Variables that a tracker on GitHub is set up by. An empty one is none.
#[derive(Clone, Default)]
pub(crate) struct GitHubVariables {
    /// A token for this program: `GARDENER_GITHUB_TOKEN`.
    pub(crate) token: Option<String>,
    /// A token for all programs: `GH_TOKEN`, else `GITHUB_TOKEN`.
    pub(crate) common_token: Option<String>,
    /// `GARDENER_GITHUB_APP_ID`.
    pub(crate) app_id: Option<String>,
    /// `GARDENER_GITHUB_APP_KEY`.
    pub(crate) app_key: Option<String>,
    /// `GARDENER_GITHUB_INSTALLATION`.
    pub(crate) installation: Option<String>,
    /// Where the API is: `GITHUB_API_URL`, which every workflow has.
    pub(crate) api_url: Option<String>,
    /// Whether this is a workflow of GitHub: `GITHUB_ACTIONS`.
    pub(crate) is_workflow: bool,
}

impl std::fmt::Debug for GitHubVariables {
    /// Without what nobody may see.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitHubVariables").field("api_url", &self.api_url).finish_non_exhaustive()
    }
}

impl GitHubVariables {
    /// Those of this process.
    #[expect(clippy::disallowed_methods, reason = "this is part of the one place that reads the environment")]
    pub(super) fn from_process() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self {
            token: variable("GARDENER_GITHUB_TOKEN"),
            common_token: variable("GH_TOKEN").or_else(|| variable("GITHUB_TOKEN")),
            app_id: variable("GARDENER_GITHUB_APP_ID"),
            app_key: variable("GARDENER_GITHUB_APP_KEY"),
            installation: variable("GARDENER_GITHUB_INSTALLATION"),
            api_url: variable("GITHUB_API_URL"),
            is_workflow: variable("GITHUB_ACTIONS").as_deref() == Some("true"),
        }
    }
}
