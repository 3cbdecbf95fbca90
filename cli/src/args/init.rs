//! `gardener init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub(super) const EXAMPLES: &str = "The pack works at once: it has a definition, a policy, a case with its capture, schemas for editors, and a pipeline \
that checks and tests it. Nothing that exists is overwritten; what is there already of Git's, the editor's and the pipeline's files is \
left alone, and said. The pipeline and the editor's settings go to the top of the Git repository.

Examples:
  gardener init rules/checkout
  gardener init rules/checkout --service checkout --project my-project --repository my-org/checkout
  gardener init --name checkout --ci gitlab";

/// `gardener init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The directory of the pack; made if need be
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// The name of the pack, which is part of every cluster's identity; that of the directory where none is given
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The service that worklogs name
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Option<String>,
    /// The Google Cloud project that worklogs name
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<String>,
    /// The repository that issues go to
    #[arg(long, value_name = "OWNER/NAME")]
    pub(crate) repository: Option<String>,
    /// Whose pipeline checks the pack
    #[arg(long, value_name = "CI", default_value = "github")]
    pub(crate) ci: Ci,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ci {
    /// GitHub Actions
    Github,
    /// GitLab
    Gitlab,
    /// None
    None,
}
