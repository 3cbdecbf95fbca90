//! `gardener test`.

use std::path::PathBuf;

use clap::Args;
use gardener_engine::coverage::Minimum;

use super::Reports;

/// `gardener test`.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Only what is called so: a part of `FILE::CASE`, or of the id of a definition; or a quoted glob for the whole name
    ///
    /// The examples of a definition are called `examples::ID`.
    #[arg(value_name = "FILTER")]
    pub(crate) filters: Vec<String>,
    /// Show what would be run, and run nothing
    #[arg(long)]
    pub(crate) list: bool,
    /// Take every snapshot that differs for right
    #[arg(long, conflicts_with_all = ["review", "list"])]
    pub(crate) accept: bool,
    /// Look at the snapshots that differ one by one, and accept or reject each; needs a terminal
    #[arg(long, conflicts_with = "list")]
    pub(crate) review: bool,
    /// Remove snapshots that no case asks for
    #[arg(long, conflicts_with = "list")]
    pub(crate) remove_unreferenced: bool,
    /// Tell what of the pack the cases reach, and what not: definitions, lines and branches of scripts, severities, actions
    #[arg(long, conflicts_with = "list")]
    pub(crate) coverage: bool,
    /// Write that to this file as JSON, `gardener/coverage/v1`; its directory must exist
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub(crate) coverage_json: Option<PathBuf>,
    /// End with exit code 4 if the cases reach less than this percentage
    ///
    /// Compared is the line `all` of --coverage: of the pack's own definitions and the functions, statements and branches of
    /// its own scripts, those that some case reaches. What the pack inherits does not count, nor do severities and actions.
    #[arg(long, value_name = "PERCENT", conflicts_with = "list")]
    pub(crate) min_coverage: Option<Minimum>,
    #[command(flatten)]
    pub(crate) reports: Reports,
    /// Test again whenever a file of the pack is saved, until Ctrl-C
    #[arg(long, conflicts_with_all = ["list", "review", "accept"])]
    pub(crate) watch: bool,
    /// Take it for right that there is no case, or that a case has no entries
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// Cases that are run at once (default: one a core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,
}

/// What `--help` ends with.
pub(super) const EXAMPLES: &str = "A case stands in `tests/*.yaml` of the pack: captures or entries, a frozen `now`, and what must come of them. Snapshots are
files in `tests/snapshots`, in the format of insta; what differs is put beside them as `.snap.new`. INSTA_UPDATE=no leaves
that out, `always` accepts at once; where CI is set, nothing is ever written.

Exit codes: 0 all passed, 3 the pack or a case is invalid, 4 an expectation failed or --min-coverage is not reached, 5 only snapshots differ, 6 a capture cannot be read

Examples:
  gardener test
  gardener test auth                       # cases and definitions with `auth` in their names
  gardener test 'pricing.yaml::*refund*'
  gardener test --review                   # look at what changed, accept or reject
  gardener test --accept checkout          # take the snapshots of these cases for right
  gardener test --coverage                 # which definitions, and which lines of scripts, no case reaches
  gardener test --min-coverage 87.5        # exit code 4 below that
  gardener test --report junit=rules.xml   # for a CI server; also text, json, sarif and github
  gardener test --watch                    # again on every save";
