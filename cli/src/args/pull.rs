//! `gardener pull`, and what every command understands that reads from Cloud Logging.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use gardener_engine::entry::{LogSeverity, Timestamp};

use super::HistoryArguments;
use super::reading::{Beginning, Moment, beginning, duration, instant, moment};
use crate::source::gcp;

pub(super) const EXAMPLES: &str = "Credentials are Application Default Credentials: the file that GOOGLE_APPLICATION_CREDENTIALS names (a key, workload identity
federation, impersonation), else what `gcloud auth application-default login` has left, else the machine's own. An access token may be
in GARDENER_GCP_TOKEN. The role roles/logging.viewer is enough.

What is not whole is never called FILE: it is FILE.part, with FILE.part.json beside it, and --resume goes on with it.

Exit codes:
  0  all of the window is in the file, or as much as --limit asked for
  2  the command line is wrong, or Cloud Logging says so of the filter
  3  the pack is invalid
  6  the file cannot be written
  7  Cloud Logging could not be read to the end: it is told how far it was

Examples:
  gardener pull --project acme-shop --since 6h            # into pull-….jsonl.zst
  gardener pull --severity WARNING --service checkout     # of the pack's project, the last hour
  gardener pull --only-matching -o logs.jsonl.zst && gardener analyze logs.jsonl.zst
  gardener pull --resume -o logs.jsonl.zst                # after a kill, or where the quota was spent
  gardener pull --since 2025-09-14T04:00:00Z --until 2025-09-14T05:00:00Z --filter 'resource.type=\"k8s_container\"'
  gardener pull --limit 20 --order desc -o - | gardener analyze -";

/// `gardener pull`.
#[derive(Debug, Args)]
pub(crate) struct PullArguments {
    #[command(flatten)]
    pub(crate) query: GcpQuery,
    #[command(flatten)]
    pub(crate) access: GcpAccess,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
    /// Read from this time on: RFC 3339, a date, or so long ago (30m, 6h, 1h30m), or `last`, where the last run in the history ended
    /// (default: 1h)
    #[arg(long, value_name = "TIME", value_parser = beginning)]
    pub(crate) since: Option<Beginning>,
    /// Read up to this time, excluded: as for --since, without `last` (default: now, less --settle)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) until: Option<Moment>,
    /// How long entries take to arrive: so much before now the window ends
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub(crate) settle: Duration,
    /// Take this as the time now (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
    /// Read so many entries at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Which entries come first: the oldest (default), or the newest
    #[arg(long, value_name = "ORDER")]
    pub(crate) order: Option<PullOrder>,
    /// How long all of it may take, waits for quotas and failing servers included
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = duration)]
    pub(crate) deadline: Duration,
    /// Go on with what an earlier pull has left of the file; where there is nothing, begin
    #[arg(long)]
    pub(crate) resume: bool,
    /// The file: JSON Lines, packed where its name ends in .zst or .gz; `-` is standard output (default: pull-SINCE-UNTIL.jsonl.zst)
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Whose entries, and which.
#[derive(Clone, Debug, Args)]
pub(crate) struct GcpQuery {
    /// A project, by its id; more than one may be named (default: `project` of the pack)
    #[arg(long, value_name = "ID", value_parser = gcp::project)]
    pub(crate) project: Vec<String>,
    /// A folder, by its number: its own entries, not those of its projects
    #[arg(long, value_name = "NUMBER", value_parser = |text: &str| gcp::numbered("folders", text))]
    pub(crate) folder: Vec<String>,
    /// An organization, by its number: its own entries
    #[arg(long, value_name = "NUMBER", value_parser = |text: &str| gcp::numbered("organizations", text))]
    pub(crate) organization: Vec<String>,
    /// A view of a log bucket: projects/…/locations/…/buckets/…/views/…
    #[arg(long, value_name = "VIEW", value_parser = gcp::view)]
    pub(crate) view: Vec<String>,
    /// Only entries that match this query of Cloud Logging's; of several, all of them
    #[arg(long, value_name = "QUERY", value_parser = query)]
    pub(crate) filter: Vec<String>,
    /// Only entries of this service of Cloud Run
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// Only entries of this log severity or a more severe one
    #[arg(long, value_name = "SEVERITY", value_parser = log_severity)]
    pub(crate) severity: Option<LogSeverity>,
    /// Only entries that a definition of the pack may match, or that are as severe as its `attention`
    #[arg(long)]
    pub(crate) only_matching: bool,
}

impl GcpQuery {
    /// Whether nothing of it was asked for.
    pub(crate) fn is_empty(&self) -> bool {
        let lists = [&self.project, &self.folder, &self.organization, &self.view, &self.filter];
        lists.iter().all(|list| list.is_empty())
            && self.service.is_none()
            && self.severity.is_none()
            && !self.only_matching
    }
}

/// By what, and how patiently.
#[derive(Clone, Debug, Args)]
pub(crate) struct GcpAccess {
    /// Where the API is, as in GARDENER_LOGGING_ENDPOINT (default: https://logging.googleapis.com)
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Where tokens are asked for, as in GARDENER_TOKEN_ENDPOINT, whatever the credentials are (default: as they say themselves)
    #[arg(long, value_name = "URL")]
    pub(crate) token_endpoint: Option<String>,
    /// The environment variable that an access token is in, instead of other credentials
    #[arg(long, value_name = "NAME")]
    pub(crate) token_env: Option<String>,
    /// Requests a minute: a project has 60 of them, unless it was given more
    #[arg(long, value_name = "N", default_value = "60", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) quota: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PullOrder {
    /// The oldest
    Asc,
    /// The newest
    Desc,
}

fn query(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("it says nothing".to_owned()),
        text => Ok(text.to_owned()),
    }
}

fn log_severity(text: &str) -> Result<LogSeverity, String> {
    LogSeverity::from_name(text).ok_or_else(|| {
        let names = LogSeverity::ALL.map(LogSeverity::name);
        format!("expected one of {}", names.join(", "))
    })
}
