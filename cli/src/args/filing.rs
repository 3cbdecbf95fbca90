//! `gardener plan` and `gardener apply`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::reading::duration;
use super::{HistoryArguments, Reading, ReportOutput};

pub(super) const PLAN_EXAMPLES: &str = "The plan holds every text that `gardener apply` may write, and what it expects to find. Making one writes nothing, neither to the
tracker nor to the history. Without a token or a network, --offline decides by the pack and the history alone.

Exit codes:
  0  the plan is made
  2  the command line is wrong, or no repository or token is named
  3  the pack is invalid
  6  captures cannot be read
  7  the tracker cannot be asked, or not all of it: the plan says what it lacks

Examples:
  gardener plan logs.jsonl                                # to read
  gardener plan logs.jsonl -o plan.json                   # to review, and to carry out later
  gardener plan --format json logs.jsonl | jq '.steps[] | select(.writes != [])'
  gardener plan --offline logs.jsonl                      # by the pack and the history alone
  gardener plan logs.jsonl >> \"$GITHUB_STEP_SUMMARY\"";

pub(super) const APPLY_EXAMPLES: &str = "With a plan file, what it says is carried out, as far as the issues still are what the plan found. With captures, a plan is made first,
and you are asked; where nobody can be asked, --yes is needed. The same plan can be carried out again, after whatever stopped it: what is
written already is not written twice.

The token is in GARDENER_GITHUB_TOKEN, GH_TOKEN or GITHUB_TOKEN. A GitHub App has GARDENER_GITHUB_APP_ID and GARDENER_GITHUB_APP_KEY.

Exit codes:
  0  done, or nothing was to be done
  2  the command line is wrong, or what it asks for is not allowed
  3  the pack is invalid
  6  captures or the plan cannot be read
  7  carried out in part: what is left is told, and the same command does it later

Examples:
  gardener apply plan.json
  gardener apply --dry-run plan.json                      # the requests, and nothing sent
  gardener apply logs.jsonl                               # plan, ask, write
  gardener apply --yes --history .gardener/history.db --since last logs.jsonl -o worklog.md";

/// Where issues are.
#[derive(Debug, Args)]
pub(crate) struct TrackerArguments {
    /// The repository (default: `issue.repository` of the pack)
    #[arg(long, value_name = "OWNER/NAME")]
    pub(crate) repo: Option<String>,
    /// Where GitHub's API is, as in GITHUB_API_URL: `https://HOST/api/v3` for an Enterprise server
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<String>,
    /// The login by which the token writes, where GitHub does not tell
    #[arg(long, value_name = "LOGIN")]
    pub(crate) author: Option<String>,
    /// How long to wait in all where the tracker asks for it; what is left then is deferred
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration)]
    pub(crate) deadline: Duration,
    /// The time between two writes; GitHub asks for a second at least
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    pub(crate) interval: Duration,
}

/// `gardener plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
    #[command(flatten)]
    pub(crate) tracker: TrackerArguments,
    /// Ask no tracker: decide by the pack and the history alone
    #[arg(long)]
    pub(crate) offline: bool,
    /// What to write to standard output
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    pub(crate) format: PlanFormat,
    /// Write the plan to this file as JSON, for `gardener apply`
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    Markdown,
    /// JSON for programs, `gardener/plan/v1`
    Json,
}

/// `gardener apply`.
#[derive(Debug, Args)]
pub(crate) struct ApplyArguments {
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
    #[command(flatten)]
    pub(crate) tracker: TrackerArguments,
    /// The plan to carry out; a plan that is given in the place of captures is known for one as well
    #[arg(long, value_name = "FILE", conflicts_with = "captures")]
    pub(crate) plan: Option<PathBuf>,
    /// Write without asking
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Print the requests that would be sent, and send none that writes
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) to: ReportOutput,
}
