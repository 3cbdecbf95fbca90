//! The documents that packs have templates for.

/// A document that packs have a template for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The worklog of a run.
    Worklog,
    /// The text of a cluster's issue.
    IssueBody,
    /// The comment on it that is kept up to date.
    IssueLatest,
    /// A comment on something that has happened to it.
    IssueEvent,
}

impl Output {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Worklog, Self::IssueBody, Self::IssueLatest, Self::IssueEvent];

    /// Its key below `templates:` of the manifest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Worklog => "worklog",
            Self::IssueBody => "issue_body",
            Self::IssueLatest => "issue_latest",
            Self::IssueEvent => "issue_event",
        }
    }

    /// The output of a key of `templates:`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|output| output.name() == name)
    }

    /// The name by which a pack's template can `extends` the default one and replace blocks of it.
    #[must_use]
    pub fn base(self) -> &'static str {
        match self {
            Self::Worklog => "default/worklog.md.j2",
            Self::IssueBody => "default/issue_body.md.j2",
            Self::IssueLatest => "default/issue_latest.md.j2",
            Self::IssueEvent => "default/issue_event.md.j2",
        }
    }

    /// The template of the default pack.
    #[must_use]
    pub fn default_text(self) -> &'static str {
        match self {
            Self::Worklog => include_str!("../../../rules/default/templates/worklog.md.j2"),
            Self::IssueBody => include_str!("../../../rules/default/templates/issue_body.md.j2"),
            Self::IssueLatest => include_str!("../../../rules/default/templates/issue_latest.md.j2"),
            Self::IssueEvent => include_str!("../../../rules/default/templates/issue_event.md.j2"),
        }
    }

    /// What it is called in messages.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Worklog => "the worklog",
            Self::IssueBody => "the issue",
            Self::IssueLatest | Self::IssueEvent => "the comment",
        }
    }

    /// Whether it is about one cluster, which its template sees as `cluster`.
    pub(super) fn is_of_a_cluster(self) -> bool {
        self != Self::Worklog
    }
}
