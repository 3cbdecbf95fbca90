//! What a case's run remembers and looks up: earlier runs, and issues.

use super::{ActionName, IssueStateName, Scalar, SeverityByName, When};
use crate::pack::decode::{At, Named, OneOrMany, Positive, record};
use crate::severity::Severity;

record! {
    /// One of `history:`.
    PastRunKeys is "an earlier run" {
        /// When it ran: a time, or so long before `now` (`1d`).
        required at: When,
        /// The beginning of its window; an hour before its end where it is not given.
        optional from: When,
        /// The end of its window; the time of the run where it is not given.
        optional to: When,
        /// The values of the pack's fields of deploys that its entries carried, by field.
        optional deploys: Named<PastDeploys>,
        /// What it saw.
        optional clusters: Vec<At<PastClusterKeys>>,
    }
}

record! {
    /// One of `history[].clusters:`.
    PastClusterKeys is "a cluster of an earlier run" {
        /// The id of its definition, or a former one.
        optional id: String,
        /// A message of it, instead of an id: for clusters that no definition knows.
        optional like: String,
        /// The values that tell it from other clusters of its definition.
        optional group: Named<Scalar>,
        /// How many entries; 1 where it is not given.
        optional count: Positive,
        /// Entries an hour; those of the run's window where it is not given.
        optional rate_per_hour: f64,
        /// What it was judged to be; what is declared, where it is not given.
        optional severity: Severity,
        /// Who set that severity: `definition`, which is the default, `policy` or `person`.
        optional severity_by: SeverityByName,
        /// Why, in words; the name of the person where a person set it.
        optional severity_reason: String,
        /// The numbers captured: one for all of them, or `last`, `min`, `max` and `mean`.
        optional metrics: Named<PastMetric>,
        /// The values counted, by facet.
        optional facets: Named<OneOrMany<Scalar>>,
        /// The values of the pack's fields of deploys, by field.
        optional deploys: Named<PastDeploys>,
        /// What became of its issue.
        optional action: ActionName,
        /// The number of its issue.
        optional issue: Positive,
        /// The severity that its issue was last made to say.
        optional issue_severity: Severity,
        /// The time of its earliest entry.
        optional first_seen: When,
        /// The time of its latest entry.
        optional last_seen: When,
    }
}

record! {
    /// One of `history[].deploys.FIELD:`, or of those of a cluster.
    PastDeployKeys is "a deploy of an earlier run" {
        /// How many entries carried it; one a minute where it is not given, and of a cluster its share of the entries.
        optional count: Positive,
        /// The time of the earliest of them; the beginning of the run's window where it is not given.
        optional first_seen: When,
        /// The time of the latest of them; the end of the run's window where it is not given.
        optional last_seen: When,
    }
}

record! {
    /// One of `locks:`.
    LockKeys is "a lock" {
        /// The id of its definition.
        optional id: String,
        /// A message of it, instead of an id: for clusters that no definition knows.
        optional like: String,
        /// The values that tell it from other clusters of its definition.
        optional group: Named<Scalar>,
        /// The severity that is laid down.
        required severity: Severity,
        /// Who laid it down, and why.
        optional reason: String,
    }
}

record! {
    /// One of `history[].clusters[].metrics:`.
    PastMetricKeys is "a metric of an earlier run" {
        /// That of the latest entry.
        optional last: f64,
        /// The least.
        optional min: f64,
        /// The greatest.
        optional max: f64,
        /// The mean.
        optional mean: f64,
    }
}

record! {
    /// One of `issues:`.
    KnownIssueKeys is "an issue" {
        /// Its number.
        required number: Positive,
        /// Its title.
        optional title: String,
        /// Its labels.
        optional labels: OneOrMany<String>,
        /// `open`, which is the default; how it was closed: `completed`, `not-planned`, `duplicate`; or that it is `deleted`,
        /// `transferred` or `unreadable`.
        optional state: IssueStateName,
        /// When it was closed.
        optional closed_at: When,
        /// The number of the issue that it is a duplicate of.
        optional duplicate_of: Positive,
        /// Its text.
        optional body: String,
        /// The cluster whose marker its text holds: the id of its definition, or `id`, `like` and `group`.
        optional marker: MarkerWanted,
        /// Whether this program has written it, which is the default: only then a marker in its text is believed.
        optional ours: bool,
        /// Whether nobody may write to it.
        optional locked: bool,
        /// When it was last changed.
        optional updated_at: When,
        /// Its address; where it went, if it is transferred.
        optional url: String,
    }
}

record! {
    /// `issues[].marker:`.
    MarkerKeys is "a marker" {
        /// The id of the definition.
        optional id: String,
        /// A message of the cluster, instead of an id: for clusters that no definition knows.
        optional like: String,
        /// The values that tell it from other clusters of its definition.
        optional group: Named<Scalar>,
    }
}

/// `marker:`, short or long.
#[derive(Clone, Debug)]
pub(crate) struct MarkerWanted(pub(crate) MarkerKeys);

/// A number for all of a metric, or the long form.
#[derive(Clone, Debug)]
pub(crate) struct PastMetric(pub(crate) PastMetricKeys);

/// The values of a field of deploys: a list of them, or each with how many entries carried it, and when.
#[derive(Clone, Debug)]
pub(crate) struct PastDeploys(pub(crate) Vec<(At<String>, PastDeployKeys)>);
