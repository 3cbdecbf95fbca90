//! The checked pack: what cannot be wrong any more. The files' own shapes are in the raw modules.

mod issue;
mod mute;
mod unknown;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use super::check::example::records;
use super::place::ScriptPlace;
use super::raw::Example as Written;
use crate::diagnostic::{FileId, Span};
use crate::entry::{FieldPath, LogSeverity};
use crate::id::Fingerprint;
use crate::pattern::Pattern;
use crate::phrase::Phrase;
use crate::query::Query;
use crate::redact::Redactor;
use crate::script::Policy;
use crate::severity::Severity;

pub use issue::{IssueLimits, IssueSettings};
pub use mute::{Mute, MuteTarget, Suppression};
pub use unknown::{Becomes, Declared, Meant, TemplateRule, Unknown};

/// A checked pack, its bases merged into it.
#[derive(Debug)]
pub struct Pack {
    /// Its name; part of every fingerprint.
    pub name: String,
    /// A hash of all its files (and its bases'): `xxh3:` and 16 hexadecimal digits.
    pub digest: String,
    /// The service that the worklog names.
    pub service: Option<String>,
    /// The project that the worklog names.
    pub project: Option<String>,
    /// Where an entry's message is looked for, in this order.
    pub message: Vec<FieldPath>,
    /// Fields whose values stand for deploys, such as a revision's name.
    pub deploys: Vec<FieldPath>,
    /// The least log severity at which an entry that no definition matches is still clustered.
    pub attention: LogSeverity,
    /// What counts as frequent.
    pub frequency: Frequency,
    /// How each severity is shown, P0 first.
    pub severities: [SeverityStyle; 6],
    /// How issues are written.
    pub issue: IssueSettings,
    /// How long history is kept, and how far windows overlap.
    pub history: super::HistorySettings,
    /// What clusters of no definition are given before policy looks at them.
    pub unknown: Unknown,
    /// The definitions in the order in which they are considered; disabled ones are left out.
    pub definitions: Vec<Definition>,
    /// Whether all that are switched on could be read.
    pub(crate) has_all_definitions: bool,
    /// The ids of definitions that are switched off, and where.
    pub switched_off: Vec<(String, Span)>,
    /// The mutes, the pack's own first.
    pub mutes: Vec<Mute>,
    /// Which clusters are symptoms of which others, the pack's own first.
    pub suppressions: Vec<Suppression>,
    /// The compiled scripts.
    pub policy: Policy,
    /// Where each of them stands, in the order in which they were compiled.
    pub scripts: Vec<ScriptPlace>,
    /// How many packs stand between this one and the one that each of them comes from: 0 for its own.
    pub script_layers: Vec<usize>,
    /// The templates of outputs.
    pub templates: Templates,
    /// Takes secrets out of text.
    pub redactor: Redactor,
}

impl Pack {
    /// The names of the fields that stand for deploys.
    #[must_use]
    pub fn deploy_fields(&self) -> Vec<String> {
        self.deploys.iter().map(FieldPath::to_string).collect()
    }

    /// The place of some bytes of a script.
    #[must_use]
    pub fn script_span(&self, script: usize, range: Range<usize>) -> Option<Span> {
        Some(self.scripts.get(script)?.span(range))
    }

    /// Where a mute, a suppression or a rule for templates stands that reports name by its place.
    #[must_use]
    pub fn restraint_span(&self, place: &str) -> Option<Span> {
        let mutes = self.mutes.iter().map(|mute| (&mute.place, mute.span));
        let suppressions = self.suppressions.iter().map(|suppression| (&suppression.place, suppression.span));
        let templates = self.unknown.templates.iter().map(|rule| (&rule.place, rule.span));
        let mut all = mutes.chain(suppressions).chain(templates);
        all.find(|(own, _)| *own == place).map(|(_, span)| span)
    }
}

/// Occurrences in the window that earn a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frequency {
    /// From so many on: High.
    pub high: u64,
    /// From so many on: Medium; fewer are Low.
    pub medium: u64,
}

/// How a severity is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityStyle {
    /// One word for it, such as `Critical`.
    pub label: String,
    /// A mark before headings, such as 🔴.
    pub mark: String,
    /// When to act.
    pub horizon: Horizon,
}

/// When to act on a recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Horizon {
    /// Now.
    Immediate,
    /// In the next days.
    ShortTerm,
    /// Some day.
    LongTerm,
}

/// A checked cluster definition.
#[derive(Debug)]
pub struct Definition {
    /// Its id.
    pub id: String,
    /// The name of the pack that it comes from.
    pub pack: String,
    /// How many packs stand between the one that is loaded and that one: 0 for its own.
    pub layer: usize,
    /// Where its id stands.
    pub span: Span,
    /// Where its keys stand.
    pub keys: super::KeyPlaces,
    /// Its title.
    pub title: Phrase,
    /// What is seen, in words.
    pub pattern: Option<Phrase>,
    /// What kind of trouble, shown behind the severity.
    pub kind: Option<String>,
    /// The category that issue titles name: its own, or the pack's.
    pub category: Option<String>,
    /// An entry belongs here if any of these holds.
    pub queries: Vec<Query>,
    /// Where each of these stands, as it is written.
    pub query_spans: Vec<Span>,
    /// Higher is considered first.
    pub priority: i64,
    /// What is read out of the entries.
    pub captures: Vec<Capture>,
    /// The values that are counted, by name.
    pub facets: Vec<FacetKey>,
    /// The values that split it into clusters.
    pub group_by: Vec<FacetKey>,
    /// The declared severity (P5 where it ignores).
    pub severity: Severity,
    /// The declared impact.
    pub impact: Impact,
    /// The issue that it is pinned to, or that it shall have none.
    pub issue: IssueReference,
    /// What to do about it.
    pub recommend: Option<Recommendation>,
    /// For the section on follow-ups.
    pub follow_up: Option<Phrase>,
    /// Ids of definitions that belong to the same trouble.
    pub related: Vec<String>,
    /// Its former ids.
    pub was: Vec<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// That its entries are ignored, and why.
    pub ignore: Option<Ignore>,
    /// Its own policy functions.
    pub policy: DefinitionPolicy,
    /// What it must match and must not.
    pub examples: Vec<Example>,
}

impl Definition {
    /// The identities of its cluster with these group values: its own, then those of its former ids. `pack` is the name of the
    /// pack that is loaded.
    #[must_use]
    pub fn fingerprints(&self, pack: &str, group: &BTreeMap<String, String>) -> Vec<Fingerprint> {
        let group: Vec<(&str, &str)> = group.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        std::iter::once(&self.id).chain(&self.was).map(|id| Fingerprint::new(pack, id, &group)).collect()
    }
}

/// An example of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Where it stands.
    pub span: Span,
    /// Whether it must match, or must not.
    pub matches: bool,
    /// Whether it is just a message, with whatever log severity matches.
    pub is_message: bool,
    /// As it is written.
    pub(crate) written: Written,
}

impl Example {
    /// The records that it stands for, as JSON; to match, one of them must. `message` says where the pack looks for messages.
    #[must_use]
    pub fn records(&self, message: &[FieldPath]) -> Vec<String> {
        records(&self.written, message)
    }
}

/// Why entries are ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The author's words.
    pub reason: String,
}

/// Something read out of entries by a regular expression.
#[derive(Debug)]
pub struct Capture {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// Where it is looked for; the message by default.
    pub from: FieldPath,
    /// The expression.
    pub regex: Pattern,
    /// Which of its groups is the value.
    pub group: usize,
}

/// A value of an entry that can be counted or grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FacetKey {
    /// A field.
    Field(FieldPath),
    /// A capture, by its place in [`Definition::captures`].
    Capture {
        /// Its name.
        name: String,
        /// Its place.
        index: usize,
    },
    /// The signature of its stack trace: what was thrown, and the application's frames.
    StackTrace,
}

impl FacetKey {
    /// The name of [`FacetKey::StackTrace`], which no field has.
    pub(crate) const STACK_TRACE: &str = "stack_trace";

    /// Its name: the path, or the capture's name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Field(path) => path.to_string(),
            Self::Capture { name, .. } => name.clone(),
            Self::StackTrace => Self::STACK_TRACE.to_owned(),
        }
    }
}

/// The declared impact.
#[derive(Debug, Default)]
pub struct Impact {
    /// How bad for the business, and why.
    pub business: Option<(BusinessLevel, Option<Phrase>)>,
    /// What it does technically.
    pub technical: Option<Phrase>,
}

/// How bad for the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum BusinessLevel {
    None,
    Low,
    Medium,
    High,
    Critical,
}

impl BusinessLevel {
    /// Its name in small letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The level of a name in small letters.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::None,
            "low" => Self::Low,
            "medium" => Self::Medium,
            "high" => Self::High,
            "critical" => Self::Critical,
            _ => return None,
        })
    }
}

/// What a definition says of issues.
#[derive(Debug, Default)]
pub enum IssueReference {
    /// Nothing: found by fingerprint, or created.
    #[default]
    Found,
    /// This one.
    Pinned {
        /// Its number.
        number: u64,
        /// Its title, where the author wrote it down.
        title: Option<String>,
        /// Its address, where it is not in the pack's repository.
        url: Option<String>,
    },
    /// None shall be filed.
    Never {
        /// Why.
        reason: Phrase,
    },
}

/// What to do about a cluster.
#[derive(Debug)]
pub struct Recommendation {
    /// In a few words.
    pub title: Phrase,
    /// In a sentence.
    pub text: Option<Phrase>,
    /// When; by the severity where not given.
    pub horizon: Option<Horizon>,
}

/// The functions that a definition uses instead of the pack's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DefinitionPolicy {
    /// For `severity(cluster)`.
    pub severity: Option<crate::script::FunctionId>,
    /// For `impact(cluster)`.
    pub impact: Option<crate::script::FunctionId>,
    /// For `action(cluster, issue)`.
    pub action: Option<crate::script::FunctionId>,
    /// For `group(entry)`.
    pub group: Option<crate::script::FunctionId>,
}

/// The templates of outputs, MiniJinja, by name (`worklog`).
#[derive(Clone, Debug, Default)]
pub struct Templates {
    /// By name.
    pub texts: BTreeMap<String, OutputTemplate>,
}

/// The template of an output.
#[derive(Clone, Debug)]
pub struct OutputTemplate {
    /// The file that it stands in.
    pub file: FileId,
    /// The file's path, as people see it.
    pub path: String,
    /// Its text.
    pub text: String,
}
