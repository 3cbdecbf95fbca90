//! Keys of a case that take one of a few words.

use crate::diagnostic::Diagnostic;
use crate::pack::decode::{Decode, choice};
use crate::pack::form::Form;
use crate::pack::yaml::Node;

/// Declares an enum that is written as one of a few words.
macro_rules! words {
    ($(#[doc = $about:literal])+ $name:ident is $what:literal { $($(#[$attribute:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$attribute])* $variant,)+ }

        impl $name {
            /// The word for it.
            #[allow(dead_code, reason = "not every word is shown")]
            pub(crate) fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl Decode for $name {
            fn form() -> Form {
                Form::Choice(vec![$($word),+], None)
            }

            fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
                choice(node, $what, &[$(($word, Self::$variant)),+], problems)
            }
        }
    };
}

words! {
    /// What becomes of an issue.
    ActionName is "an action on an issue" {
        Create = "create",
        Update = "update",
        Escalate = "escalate",
        Deescalate = "deescalate",
        Reopen = "reopen",
        None = "none",
    }
}

words! {
    /// What happened to a cluster with a deploy.
    DeployKindName is "a kind of deploy" {
        Began = "began",
        RateRose = "rate_rose",
        RateFell = "rate_fell",
        None = "none",
    }
}

words! {
    /// How often.
    FrequencyName is "a frequency" {
        High = "High",
        Medium = "Medium",
        Low = "Low",
    }
}

words! {
    /// Where a cluster comes from.
    OriginName is "an origin of clusters" {
        Rule = "rule",
        Template = "template",
    }
}

words! {
    /// Who set a severity.
    SeverityByName is "one who sets severities" {
        Definition = "definition",
        Policy = "policy",
        Person = "person",
    }
}

words! {
    /// Whether an issue is open, and how it was closed.
    IssueStateName is "a state of issues" {
        Open = "open",
        Completed = "completed",
        NotPlanned = "not-planned",
        Duplicate = "duplicate",
        Deleted = "deleted",
        Transferred = "transferred",
        Unreadable = "unreadable",
    }
}

words! {
    /// `snapshot:`.
    SnapshotChoice is "a choice of snapshots" {
        Decision = "decision",
        Worklog = "worklog",
        Both = "both",
        None = "none",
    }
}

words! {
    /// How far the tracker was asked.
    ListingName is "a way to list issues" {
        Complete = "complete",
        Partial = "partial",
        NotAsked = "not-asked",
    }
}

words! {
    /// Where a cluster stands.
    StateName is "a state of clusters" {
        New = "new",
        Ongoing = "ongoing",
        Regressed = "regressed",
        Escalating = "escalating",
        Quiet = "quiet",
    }
}
