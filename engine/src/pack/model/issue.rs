//! How issues are written.

use crate::phrase::Phrase;
use crate::severity::Severity;

/// What every issue of the program's is labelled with where the pack names no label.
const TRACKING: &str = "gardener";

/// How issues are written.
#[derive(Debug)]
pub struct IssueSettings {
    /// `owner/name`.
    pub repository: Option<String>,
    /// Where the repository's server is, `https://github.com` by default.
    pub url: String,
    /// The least urgent severity that is worth a new issue.
    pub file_from: Severity,
    /// The title of a new issue.
    pub title: Phrase,
    /// The labels of a new issue.
    pub labels: Vec<String>,
    /// Whether the repository may be one that everybody can read.
    pub allow_public: bool,
    /// Further repositories, `owner/name`, into which issues may move.
    pub also: Vec<String>,
    /// Whether labels that the repository lacks are made.
    pub create_labels: bool,
    /// The label of each severity, P0 first; nothing where severities are no labels.
    pub severity_labels: Option<[String; 6]>,
    /// How many issues are created.
    pub limits: IssueLimits,
}

impl IssueSettings {
    /// The label that says a severity.
    #[must_use]
    pub fn label_of(&self, severity: Severity) -> Option<&str> {
        self.severity_labels.as_ref()?.get(severity.index()).map(String::as_str)
    }

    /// The label of all issues, by which they are listed.
    #[must_use]
    pub fn tracking_label(&self) -> &str {
        self.labels.first().map_or(TRACKING, String::as_str)
    }
}

/// How many issues are created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssueLimits {
    /// By one run at most.
    pub per_run: u64,
    /// In a day at most.
    pub per_day: u64,
    /// The program's own that may be open at most.
    pub open: u64,
}

impl Default for IssueLimits {
    fn default() -> Self {
        Self { per_run: 10, per_day: 30, open: 200 }
    }
}
