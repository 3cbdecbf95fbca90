//! The shape of the files `tests/*.yaml`: rule tests.

mod deploys;
mod expect;
mod leaf;
mod memory;
mod number;
mod restraint;
mod time;
mod word;

use crate::entry::LogSeverity;
use crate::pack::decode::{At, OneOrMany, Positive, record};
use crate::pack::raw::Example;

pub(crate) use expect::{ClusterKeys, ExpectedMetricKeys};
pub(crate) use leaf::{Scalar, Values};
pub(crate) use memory::{
    KnownIssueKeys, LockKeys, MarkerKeys, PastClusterKeys, PastDeployKeys, PastDeploys, PastMetricKeys, PastRunKeys,
};
pub(crate) use number::NumberIs;
pub(crate) use restraint::{ExpectedMuteKeys, MutedWanted, SymptomWanted};
pub(crate) use time::{Duration, When};
pub(crate) use word::{
    ActionName, DeployKindName, FrequencyName, IssueStateName, ListingName, OriginName, SeverityByName, SnapshotChoice,
    StateName,
};

record! {
    /// A case: entries, and what must come of them.
    CaseKeys is "a case" {
        /// What is tested, in a few words. With the file's name it names the case and its snapshots.
        required name: String,
        /// Why it is tested; snapshots show it.
        optional description: String,
        /// The time of the run, such as `2025-09-14T04:55:00Z`, so that the case comes to the same on every day.
        required now: crate::entry::Timestamp,
        /// The beginning of the window, included: a time, or so long before `now` (`6h`).
        optional since: When,
        /// The end of the window, excluded: a time, or so long before `now`.
        optional until: When,
        /// Files of entries, relative to the file of the case and below `tests`: all that `gardener analyze` reads.
        optional captures: OneOrMany<String>,
        /// Entries written here: messages (text), entries as they stand in a capture, or either of them many times.
        optional entries: Vec<At<InlineEntry>>,
        /// The log severity of messages in `entries`; `WARNING` where it is not given.
        optional log_severity: LogSeverity,
        /// What earlier runs saw.
        optional history: Vec<At<PastRunKeys>>,
        /// Severities that people have laid down (`gardener history lock`).
        optional locks: Vec<At<LockKeys>>,
        /// The issues that there are. Without this key the tracker is not asked.
        optional issues: Vec<At<KnownIssueKeys>>,
        /// Whether the mutes of the pack hold; without it they do not, so that a mute for a night breaks no test.
        optional mutes: bool,
        /// Whether `issues` are all that there are: `complete`, which is the default, `partial` or `not-asked`.
        optional listing: ListingName,
        /// The clusters that must come of the entries, each with what is worth checking.
        optional expect: OneOrMany<ClusterKeys>,
        /// Whether `expect` lists every cluster, so that any other one is a failure.
        optional exact: bool,
        /// Ids of definitions that must have no cluster.
        optional absent: OneOrMany<String>,
        /// Messages and entries that no definition may match: near misses. They are not part of the run.
        optional unmatched: OneOrMany<Example>,
        /// Definitions that must have ignored entries: a list of ids, or each with how many.
        optional ignored: Values,
        /// Ids of definitions whose clusters earlier runs saw, and that must be told to have gone quiet.
        optional quiet: OneOrMany<String>,
        /// How many entries there must be in each bucket of the report.
        optional counts: CountKeys,
        /// Diagnostics that must come: warnings of the pack, failures of policy. A failure of policy that is not listed fails the case.
        optional diagnostics: OneOrMany<DiagnosticWanted>,
        /// What is compared with the files in `tests/snapshots`: `decision`, `worklog`, `both` or `none`, which is the default.
        optional snapshot: SnapshotChoice,
    }
}

record! {
    /// One of `entries:`, many times over.
    RepeatKeys is "an entry that repeats" {
        /// How many times.
        required repeat: Positive,
        /// The entry, or its message.
        required entry: Example,
        /// The time from one to the next, such as `10s`; the last one is a second before `now`. Without it all have the time of the entry.
        optional every: Duration,
    }
}

record! {
    /// `counts:`.
    CountKeys is "`counts`" {
        /// Records read.
        optional read: NumberIs,
        /// Records that could not be read as entries.
        optional malformed: NumberIs,
        /// Entries seen before.
        optional duplicate: NumberIs,
        /// Entries before or behind the window.
        optional outside_window: NumberIs,
        /// Entries that a definition ignores.
        optional ignored: NumberIs,
        /// Entries in clusters.
        optional clustered: NumberIs,
        /// Entries below the attention floor that no definition matches.
        optional routine: NumberIs,
    }
}

record! {
    /// One of `diagnostics:`.
    DiagnosticKeys is "a diagnostic of `diagnostics`" {
        /// Its code, such as `policy-failed`.
        required code: String,
        /// A part of its message.
        optional message: String,
        /// The end of its file's path.
        optional file: String,
        /// Its line.
        optional line: Positive,
    }
}

/// An expected diagnostic: its code, or the long form.
#[derive(Clone, Debug)]
pub(crate) struct DiagnosticWanted(pub(crate) DiagnosticKeys);

/// An entry of a case.
#[derive(Clone, Debug)]
pub(crate) enum InlineEntry {
    Once(Example),
    Many(RepeatKeys),
}
