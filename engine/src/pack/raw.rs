//! The shapes of a pack's files, key by key. What stands here is the documentation of the format.

pub(crate) mod case;
mod leaf;
mod mute;

use super::decode::{At, Named, OneOrMany, OrEmpty, Positive, record};
use super::{BusinessLevel, Horizon};
use crate::entry::LogSeverity;
use crate::severity::Severity;
use case::Duration;

pub(crate) use mute::{MuteKeys, SuppressKeys};

record! {
    /// `gardener.yaml`.
    Manifest is "a manifest" {
        /// The version of the format: 1.
        required version: i64,
        /// The name of the pack. It is part of every fingerprint: changing it makes every cluster a new one.
        required name: String,
        /// The packs that this one builds on: `default`, or directories relative to this one.
        optional extends: OneOrMany<String>,
        /// The service that the worklog names.
        optional service: String,
        /// The Google Cloud project that the worklog names.
        optional project: String,
        /// Where an entry's message is looked for; the first path that holds text counts.
        optional message: OneOrMany<String>,
        /// Fields whose values change with a deploy, such as `resource.labels.revision_name` or `labels.commit`: clusters then
        /// say with which value they began, or changed their rate. At most four; an empty list takes those of a base pack away.
        optional deploys: OneOrMany<String>,
        /// The least log severity at which an entry that no definition matches is clustered all the same.
        optional attention: LogSeverity,
        /// Occurrences in the window that count as frequent.
        optional frequency: FrequencyKeys,
        /// How the worklog shows each severity.
        optional severities: SeverityKeys,
        /// Redactions of the pack's own, and built-in ones switched on or off.
        optional redact: Vec<At<Redaction>>,
        /// How issues are written.
        optional issue: IssueKeys,
        /// What is kept of earlier runs, and how far windows overlap.
        optional history: HistoryKeys,
        /// What clusters of no definition are given before policy looks at them.
        optional unknown: UnknownKeys,
        /// Limits of the policy scripts.
        optional policy: PolicyKeys,
        /// Templates of the outputs, as paths inside the pack.
        optional templates: TemplateKeys,
        /// Clusters and entries for which nothing is done until a time; those of base packs hold as well.
        optional mutes: Vec<At<MuteKeys>>,
        /// Which clusters are symptoms of which others, so that no issue is written for them; those of base packs hold as well.
        optional suppress: Vec<At<SuppressKeys>>,
    }
}

record! {
    /// `frequency:`.
    FrequencyKeys is "`frequency`" {
        /// From so many occurrences on: High.
        optional high: Positive,
        /// From so many occurrences on: Medium; fewer are Low.
        optional medium: Positive,
    }
}

record! {
    /// `severities:`.
    SeverityKeys is "`severities`" {
        /// A person must act now.
        optional p0("P0"): StyleKeys,
        /// Today.
        optional p1("P1"): StyleKeys,
        /// This week.
        optional p2("P2"): StyleKeys,
        /// Planned work.
        optional p3("P3"): StyleKeys,
        /// Low.
        optional p4("P4"): StyleKeys,
        /// Noise.
        optional p5("P5"): StyleKeys,
    }
}

record! {
    /// How a severity is shown.
    StyleKeys is "the style of a severity" {
        /// One word for it.
        optional label: String,
        /// A mark before headings.
        optional mark: String,
        /// When to act on clusters of this severity.
        optional horizon: Horizon,
    }
}

record! {
    /// One of `redact:`.
    Redaction is "a redaction" {
        /// Its name; a built-in's name replaces or switches that one.
        required name: String,
        /// What to take out.
        optional regex: String,
        /// What to put there; `$1` and `${name}` stand for groups.
        optional replacement: String,
        /// Whether it is on.
        optional enabled: bool,
    }
}

record! {
    /// `issue:` of the manifest.
    IssueKeys is "`issue` of the manifest" {
        /// The repository, `owner/name`.
        optional repository: String,
        /// The least urgent severity that is worth a new issue.
        optional file_from: Severity,
        /// The title of a new issue.
        optional title: String,
        /// The labels of a new issue; plain texts, without placeholders.
        optional labels: OneOrMany<String>,
        /// The category of definitions that have none of their own, `general` by default: titles name it.
        optional category: String,
        /// Where the repository's server is.
        optional url: String,
        /// Whether issues may be written into a repository that everybody can read: `false` where nothing is said, for they quote
        /// log entries.
        optional allow_public: bool,
        /// Further repositories, `owner/name`, into which issues may move: one that has moved elsewhere is not written to.
        optional also: OneOrMany<String>,
        /// Whether labels that the repository lacks are made there: `true` where nothing is said.
        optional create_labels: bool,
        /// The label that says an issue's severity, `{{ severity }}` where nothing is said; an empty text for none. It may use
        /// `severity` only, and has to be one from which the severity can be read again: `P1`, `severity: P1`, `priority/P1`.
        optional severity_label: OrEmpty,
        /// Brakes: how many issues are created.
        optional limits: LimitKeys,
    }
}

record! {
    /// `limits:` of the manifest's `issue`.
    LimitKeys is "`limits`" {
        /// New issues of one run at most: 10 where nothing is said. Where more would be created, one issue lists the rest.
        optional per_run: Positive,
        /// New issues of a day at most: 30 where nothing is said.
        optional per_day: Positive,
        /// Open issues of the program's own in the repository at most: 200 where nothing is said.
        optional open: Positive,
    }
}

record! {
    /// `history:`.
    HistoryKeys is "`history`" {
        /// Days that a run is kept, counted back from the latest one: 90 where nothing is said.
        optional keep_days: Positive,
        /// Runs that are kept, the latest: 1000 where nothing is said.
        optional keep_runs: Positive,
        /// How much before the end of the last window `--since last` reads once more, for entries that come late: `10m`
        /// where nothing is said, at most `1d`.
        optional overlap: Duration,
    }
}

record! {
    /// `unknown:`.
    UnknownKeys is "`unknown`" {
        /// Its severity.
        optional severity: Severity,
        /// Its kind.
        optional kind: String,
        /// Its category.
        optional category: String,
        /// Fields whose values are counted, such as `resource.labels.service_name`: at most eight.
        optional facets: OneOrMany<String>,
        /// What becomes of the clusters of some templates; those of base packs hold as well, behind the pack's own.
        optional templates: Vec<At<TemplateRuleKeys>>,
    }
}

record! {
    /// One of `templates:` of `unknown`.
    TemplateRuleKeys is "a rule for templates" {
        /// A message, or several, whose templates are meant.
        optional like: OneOrMany<String>,
        /// The ids of clusters that no definition knows, as reports have them: `template-1a2b3c4d`.
        optional id: OneOrMany<String>,
        /// Why their entries are ignored.
        optional ignore: String,
        /// Where their entries belong: the id of a definition, that of another template, or a message of that one.
        optional same_as: String,
        /// Their title.
        optional title: String,
        /// Their severity; policy may change it, as that of a definition.
        optional severity: Severity,
        /// What kind of trouble.
        optional kind: String,
        /// The category that issue titles name.
        optional category: String,
        /// The fields whose values split them into clusters of their own.
        optional split_by: OneOrMany<String>,
    }
}

record! {
    /// `policy:` of the manifest.
    PolicyKeys is "`policy` of the manifest" {
        /// Operations that one call of a policy function may take: 200000 where nothing is said, at most 10000000.
        optional max_operations: Positive,
    }
}

record! {
    /// `templates:`.
    TemplateKeys is "`templates`" {
        /// The worklog; `templates/worklog.md.j2` where that file exists, else the base pack's.
        optional worklog: String,
        /// The text of an issue; `templates/issue_body.md.j2` where that file exists, else the base pack's.
        optional issue_body: String,
        /// The comment on an issue that is kept up to date; `templates/issue_latest.md.j2` where that file exists, else the base
        /// pack's.
        optional issue_latest: String,
        /// A new comment on an issue, when its severity changes or it is opened again; `templates/issue_event.md.j2` where that
        /// file exists, else the base pack's.
        optional issue_event: String,
    }
}

record! {
    /// A cluster definition.
    DefinitionKeys is "a definition" {
        /// Its id, unique in the pack and its bases. It is part of the fingerprint: when you change it, list the old one in `was`.
        required id: String,
        /// Its title.
        optional title: String,
        /// What is seen, in words.
        optional pattern: String,
        /// What kind of trouble, shown behind the severity.
        optional kind: String,
        /// The category that issue titles name; `issue.category` of the manifest where there is none.
        optional category: String,
        /// Queries in the Logging query language; an entry belongs here if any of them holds.
        optional queries("match"): OneOrMany<String>,
        /// Definitions of higher priority are considered first.
        optional priority: i64,
        /// What is read out of the entries, by name: numbers become metrics.
        optional capture: Named<CaptureKeys>,
        /// The fields and captures whose values are counted, or `stack_trace`: what was thrown, and the application's frames.
        optional facets: OneOrMany<String>,
        /// The fields and captures whose values split it into clusters of their own, or `stack_trace`.
        optional group_by: OneOrMany<String>,
        /// The declared severity; policy may change it.
        optional severity: Severity,
        /// The declared impact.
        optional impact: ImpactKeys,
        /// The issue that it is pinned to, or that it shall have none.
        optional issue: IssueReferenceKeys,
        /// What to do about it.
        optional recommend: RecommendKeys,
        /// For the section on follow-ups.
        optional follow_up: String,
        /// Ids of definitions that belong to the same trouble.
        optional related: OneOrMany<String>,
        /// Its former ids; and, as `template:TEXT`, templates by which its entries were found before it was written.
        optional was: OneOrMany<String>,
        /// Free words.
        optional tags: OneOrMany<String>,
        /// Whether its entries are ignored.
        optional ignore: bool,
        /// Why they are ignored.
        optional reason: String,
        /// Functions of `policy/*.rhai` that judge this definition instead of the pack's.
        optional policy: DefinitionPolicyKeys,
        /// Rhai functions that judge this definition only.
        optional script: String,
        /// Whether it is on.
        optional enabled: bool,
        /// Whether these keys replace those of the base pack's definition of this id.
        optional overrides("override"): bool,
        /// Messages and entries that it must match and must not match.
        optional examples: ExampleKeys,
    }
}

record! {
    /// The long form of a capture.
    LongCapture is "a capture" {
        /// Where to look; the message by default.
        optional from: String,
        /// What to look for.
        required regex: String,
    }
}

/// A capture: an expression over the message, or the long form.
#[derive(Clone, Debug)]
pub(crate) struct CaptureKeys {
    pub(crate) from: Option<At<String>>,
    pub(crate) regex: Option<At<String>>,
}

record! {
    /// `impact:`.
    ImpactKeys is "`impact`" {
        /// How bad for the business, and why.
        optional business: BusinessKeys,
        /// What it does technically.
        optional technical: String,
    }
}

record! {
    /// `impact.business:`.
    BusinessKeys is "`impact.business`" {
        /// How bad.
        required level: BusinessLevel,
        /// Why.
        optional text: String,
    }
}

record! {
    /// `issue:` of a definition.
    IssueReferenceKeys is "`issue` of a definition" {
        /// The issue's number.
        optional number: Positive,
        /// Its title.
        optional title: String,
        /// Its address, where it is not in the pack's repository.
        optional url: String,
        /// `never`, where no issue shall be filed.
        optional file: Never,
        /// Why none shall be filed.
        optional reason: String,
    }
}

record! {
    /// `recommend:`.
    RecommendKeys is "`recommend`" {
        /// In a few words.
        required title: String,
        /// In a sentence.
        optional text: String,
        /// When; by the severity where it is not given.
        optional horizon: Horizon,
    }
}

record! {
    /// `policy:` of a definition.
    DefinitionPolicyKeys is "`policy` of a definition" {
        /// The function for `severity(cluster)`.
        optional severity: String,
        /// The function for `impact(cluster)`.
        optional impact: String,
        /// The function for `action(cluster, issue)`.
        optional action: String,
        /// The function for `group(entry)`.
        optional group: String,
    }
}

record! {
    /// `examples:`.
    ExampleKeys is "`examples`" {
        /// Messages and entries that it must match.
        optional matching("match"): OneOrMany<Example>,
        /// Messages and entries that it must not match.
        optional no_match: OneOrMany<Example>,
    }
}

/// `file: never`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Never;

/// An example: a message, or an entry as it would stand in a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Example {
    Message(String),
    Entry(serde_json::Value),
}
