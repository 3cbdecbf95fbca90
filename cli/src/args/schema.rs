//! `gardener schema`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::schema_files;

pub(super) const EXAMPLES: &str =
    "Editors with the YAML language server read a schema where a file begins with, for example,
  # yaml-language-server: $schema=../schema/clusters.json

Examples:
  gardener schema                      # which there are
  gardener schema clusters > clusters.json
  gardener schema --out schema         # those of a pack; again after an update of gardener
  gardener schema snippets --out .vscode";

/// `gardener schema`.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Which one; without it, list them
    #[arg(value_parser = PossibleValuesParser::new(schema_files::names()))]
    pub(crate) kind: Option<String>,
    /// Write into this directory, which is made if need be: the one named, else all that lie in a pack
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}
