//! What a pack says of what no definition knows.

use crate::diagnostic::Span;
use crate::entry::FieldPath;
use crate::severity::Severity;

/// What clusters of no definition are given before policy looks at them, and what becomes of some of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Their severity.
    pub severity: Severity,
    /// Their kind.
    pub kind: Option<String>,
    /// Their category.
    pub category: Option<String>,
    /// The fields whose values are counted.
    pub facets: Vec<FieldPath>,
    /// What becomes of the clusters of some templates, the pack's own first.
    pub templates: Vec<TemplateRule>,
}

/// What becomes of the clusters of some templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRule {
    /// Which templates are meant: any of these.
    pub meant: Vec<Meant>,
    /// Where each of these stands.
    pub meant_at: Vec<Span>,
    /// What becomes of them.
    pub becomes: Becomes,
    /// Where `same_as` stands, if it is there.
    pub same_as_at: Option<Span>,
    /// Where it stands in its pack: `gardener.yaml:12`, the name of a base pack before it.
    pub place: String,
    /// Where it stands.
    pub span: Span,
}

/// A template, as a pack names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// By the id of its cluster: `template-1a2b3c4d`.
    Id(String),
    /// As that of a message.
    Like(String),
}

/// What becomes of a mined cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// Its entries are ignored.
    Ignored {
        /// Why.
        reason: String,
    },
    /// Its entries belong to the cluster of this definition.
    OfDefinition(String),
    /// Its entries belong to the cluster of this template.
    OfTemplate(Meant),
    /// It stays, and this is said of it.
    Declared(Declared),
}

/// What a pack says of a mined cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Its title.
    pub title: Option<String>,
    /// Its severity.
    pub severity: Option<Severity>,
    /// Its kind.
    pub kind: Option<String>,
    /// Its category.
    pub category: Option<String>,
    /// The fields whose values split it into clusters of their own.
    pub split_by: Vec<FieldPath>,
}
