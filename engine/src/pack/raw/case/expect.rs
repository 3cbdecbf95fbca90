//! What a case expects of a cluster. The names are those of the report.

use super::{
    ActionName, DeployKindName, FrequencyName, MutedWanted, NumberIs, OriginName, Scalar, SeverityByName, StateName,
    SymptomWanted, Values,
};
use crate::entry::LogSeverity;
use crate::pack::decode::{Named, OneOrMany, Positive, record};
use crate::pack::{BusinessLevel, Horizon};
use crate::severity::Severity;

record! {
    /// One of `expect:`.
    ClusterKeys is "a cluster of `expect`" {
        /// The id of its definition.
        optional id: String,
        /// A message of it, instead of an id: for clusters that no definition knows.
        optional like: String,
        /// The values that tell it from other clusters of its definition; those that are given must be the same.
        optional group: Named<Scalar>,
        /// Whether all that is decided about it is listed here, so that anything else is a failure.
        optional exact: bool,
        /// Its severity.
        optional severity: Severity,
        /// The severity that its definition declares.
        optional declared_severity: Severity,
        /// Parts of the reasons for its severity.
        optional reasons: OneOrMany<String>,
        /// What it does.
        optional impact: ExpectedImpactKeys,
        /// Who or what set its severity: `definition`, `policy` or `person`.
        optional severity_by: SeverityByName,
        /// A part of why it is not what is declared, in words.
        optional severity_reason: String,
        /// What history says of it: where it stands (`new`, `ongoing`, `regressed`, `escalating`), or the long form.
        optional trend: TrendWanted,
        /// The deploy that it began with, or that changed its rate: its value, `none` where there must be none, or the long form.
        optional deploy: DeployWanted,
        /// What becomes of its issue: `create`, `update`, `escalate`, `deescalate`, `reopen` or `none`, or the long form.
        optional action: ActionKeys,
        /// Whether a mute holds for it, or which one; for cases with `mutes: true`.
        optional muted: MutedWanted,
        /// How many of its entries a mute matches that does not hold for it, for others do not match; of several mutes the most.
        optional partly_muted: NumberIs,
        /// The id of the cluster that it is a symptom of, or `false`.
        optional symptom_of: SymptomWanted,
        /// Ids of clusters that are symptoms of it.
        optional symptoms: OneOrMany<String>,
        /// Its title.
        optional title: String,
        /// What is seen.
        optional pattern: String,
        /// What kind of trouble.
        optional kind: String,
        /// The category that issue titles name.
        optional category: String,
        /// `rule` for a definition, `template` for what no definition knows.
        optional origin: OriginName,
        /// How many entries.
        optional count: NumberIs,
        /// `High`, `Medium` or `Low`.
        optional frequency: FrequencyName,
        /// Entries an hour.
        optional rate_per_hour: NumberIs,
        /// The time of its earliest entry.
        optional first_seen: crate::entry::Timestamp,
        /// The time of its latest entry.
        optional last_seen: crate::entry::Timestamp,
        /// The log severity of its worst entry.
        optional log_severity: LogSeverity,
        /// Its log severities: a list, or each with its number of entries.
        optional log_severities: Values,
        /// Its numbers, by capture: that of its latest entry, or the long form.
        optional metrics: Named<MetricWanted>,
        /// Its values, by facet: a list of those that must be among them, or each with its number of entries.
        optional facets: Named<Values>,
        /// What to do about it.
        optional recommendation: ExpectedRecommendationKeys,
        /// What to follow up.
        optional follow_up: String,
        /// Ids of definitions that belong to the same trouble.
        optional related: OneOrMany<String>,
        /// Whether a script failed on it, so that what is declared stands.
        optional policy_failed: bool,
    }
}

record! {
    /// `impact:` of an expected cluster.
    ExpectedImpactKeys is "`impact` of an expected cluster" {
        /// What it does to the business: the level, or the level and the text.
        optional business: BusinessWanted,
        /// What it does technically.
        optional technical: String,
    }
}

record! {
    /// `impact.business:` of an expected cluster.
    ExpectedBusinessKeys is "`impact.business` of an expected cluster" {
        /// How bad.
        optional level: BusinessLevel,
        /// Why it is so.
        optional text: String,
    }
}

record! {
    /// `action:` of an expected cluster.
    ExpectedActionKeys is "`action` of an expected cluster" {
        /// Which action: `create`, `update`, `escalate`, `deescalate`, `reopen` or `none`.
        optional kind: ActionName,
        /// A part of the reason.
        optional reason: String,
        /// The number of the issue.
        optional issue: Positive,
        /// The title of the issue, as it is to be.
        optional title: String,
        /// The severity that the issue says before it.
        optional from: Severity,
        /// The severity that it is to say.
        optional to: Severity,
        /// Actions that must have been thought of and not taken.
        optional rejected: OneOrMany<ActionName>,
        /// The numbers of the issues of related clusters.
        optional links: OneOrMany<Positive>,
    }
}

record! {
    /// `trend:` of an expected cluster.
    ExpectedTrendKeys is "`trend` of an expected cluster" {
        /// Where it stands: `new`, `ongoing`, `regressed`, `escalating` or `quiet`.
        optional state: StateName,
        /// A part of it in words.
        optional text: String,
        /// Earlier runs that saw it.
        optional runs_seen: NumberIs,
        /// Days on which earlier runs saw it.
        optional days_seen: NumberIs,
        /// Days in a row on which it was seen, up to this run's.
        optional days_in_a_row: NumberIs,
    }
}

record! {
    /// `deploy:` of an expected cluster.
    ExpectedDeployKeys is "`deploy` of an expected cluster" {
        /// What happened: `began`, `rate_rose` or `rate_fell`; `none` where there must be no deploy.
        optional kind: DeployKindName,
        /// The field that tells of it.
        optional field: String,
        /// Its value.
        optional value: Scalar,
        /// When that value began.
        optional began: crate::entry::Timestamp,
        /// Seconds from there to the cluster's first entry.
        optional after_seconds: NumberIs,
        /// Entries an hour before.
        optional rate_before: NumberIs,
        /// Entries an hour since.
        optional rate_after: NumberIs,
        /// A part of it in words.
        optional text: String,
    }
}

record! {
    /// One of `metrics:` of an expected cluster. A number is itself, or text such as `at least 90`.
    ExpectedMetricKeys is "a metric of an expected cluster" {
        /// How many entries have it.
        optional count: NumberIs,
        /// The least.
        optional min: NumberIs,
        /// The greatest.
        optional max: NumberIs,
        /// The sum.
        optional sum: NumberIs,
        /// The mean.
        optional mean: NumberIs,
        /// That of the latest entry.
        optional last: NumberIs,
        /// The median.
        optional p50: NumberIs,
        /// What nine of ten do not exceed.
        optional p90: NumberIs,
        /// What 99 of a hundred do not exceed.
        optional p99: NumberIs,
    }
}

record! {
    /// `recommendation:` of an expected cluster.
    ExpectedRecommendationKeys is "`recommendation` of an expected cluster" {
        /// In a few words.
        optional title: String,
        /// In a sentence.
        optional text: String,
        /// When.
        optional horizon: Horizon,
    }
}

/// One of `metrics:`, short or long.
#[derive(Clone, Debug)]
pub(crate) struct MetricWanted(pub(crate) ExpectedMetricKeys);

/// `action:`, short or long.
#[derive(Clone, Debug)]
pub(crate) struct ActionKeys(pub(crate) ExpectedActionKeys);

/// `deploy:`, short or long.
#[derive(Clone, Debug)]
pub(crate) struct DeployWanted(pub(crate) ExpectedDeployKeys);

/// `trend:`, short or long.
#[derive(Clone, Debug)]
pub(crate) struct TrendWanted(pub(crate) ExpectedTrendKeys);

/// `business:`, short or long.
#[derive(Clone, Debug)]
pub(crate) struct BusinessWanted(pub(crate) ExpectedBusinessKeys);
