//! What a tracker can be asked, and what it answers.

use std::fmt;

use gardener_engine::entry::Timestamp;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// The repository itself.
    Repository,
    /// Who it is that asks: a login.
    Author,
    /// A page of issues, open and closed.
    Issues(Filter, Order, Page),
    /// One issue.
    Issue(Place),
    /// A page of an issue's comments, the oldest first.
    Comments(Place, Page),
    /// A page of the repository's labels.
    Labels(Page),
    /// A new label.
    CreateLabel { name: String, color: String, description: String },
    /// A new issue.
    Create(Draft),
    /// Fields of an issue.
    Edit(Place, Edit),
    /// Labels are added to an issue.
    AddLabels(Place, Vec<String>),
    /// A label is taken off an issue.
    RemoveLabel(Place, String),
    /// A new comment.
    Comment(Place, String),
    /// The text of a comment, by the comment's id; the place says in which repository it is.
    EditComment(Place, u64, String),
}

impl Request {
    /// Whether it changes something.
    pub(crate) fn is_write(&self) -> bool {
        !matches!(
            self,
            Self::Repository | Self::Author | Self::Issues(..) | Self::Issue(_) | Self::Comments(..) | Self::Labels(_)
        )
    }

    /// Whether doing it twice makes two of something.
    pub(crate) fn makes_anew(&self) -> bool {
        matches!(self, Self::Create(_) | Self::Comment(..))
    }
}

/// An issue's place. A tracker knows its own repository; only what has moved is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// `owner/name`; nothing for the tracker's own.
    pub(crate) repository: Option<String>,
    /// The issue's number there.
    pub(crate) number: u64,
}

impl Place {
    /// An issue of the tracker's own repository.
    pub(crate) fn here(number: u64) -> Self {
        Self { repository: None, number }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repository {
            Some(repository) => write!(f, "{repository}#{}", self.number),
            None => write!(f, "#{}", self.number),
        }
    }
}

/// Which issues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Those that this login has opened.
    pub(crate) creator: Option<String>,
    /// Those that bear this label.
    pub(crate) label: Option<String>,
}

/// In which order issues come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The oldest first, a hundred a page: new ones do not shift the pages.
    Oldest,
    /// The newest first, a few.
    Newest,
}

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// The first.
    First,
    /// The one that the answer before has named.
    Next(String),
}

/// A page, and how the next one is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paged<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
}

/// A new issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) labels: Vec<String>,
}

/// Fields of an issue that change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) title: Option<String>,
    pub(crate) body: Option<String>,
    /// `open` with `reopened`, or `closed` with `duplicate`.
    pub(crate) state: Option<(&'static str, &'static str)>,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Repository(Repository),
    Author(String),
    Issues(Paged<RemoteIssue>),
    Issue(Box<RemoteIssue>),
    Comments(Paged<RemoteComment>),
    Comment(RemoteComment),
    /// Names of labels: of the repository's, or those that an issue has now.
    Labels(Paged<String>),
    /// It is done, and there is nothing to tell.
    Done,
}

/// What a tracker says of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    /// `owner/name`, as it is called now.
    pub(crate) name: String,
    /// Whether everybody can read it.
    pub(crate) is_public: bool,
    /// Whether nobody can write to it any more.
    pub(crate) is_archived: bool,
    /// Whether it has issues at all.
    pub(crate) has_issues: bool,
}

/// An issue, as the tracker has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RemoteIssue {
    /// `owner/name`, where the answer says so: another one than was asked for, where the issue has moved.
    pub(crate) repository: Option<String>,
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) labels: Vec<String>,
    pub(crate) is_open: bool,
    pub(crate) state_reason: Option<String>,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) updated_at: Option<Timestamp>,
    /// Its address for people.
    pub(crate) url: Option<String>,
    /// The login of who opened it.
    pub(crate) author: Option<String>,
    pub(crate) is_locked: bool,
    pub(crate) is_pull_request: bool,
    /// How many comments it has, where the answer says so.
    pub(crate) comments: Option<u64>,
}

/// A comment, as the tracker has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RemoteComment {
    pub(crate) id: u64,
    pub(crate) body: String,
    pub(crate) author: Option<String>,
}
