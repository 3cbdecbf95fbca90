//! The shapes of `mutes:` and `suppress:`.

use super::case::{Duration, Scalar};
use crate::diagnostic::Diagnostic;
use crate::entry::Timestamp;
use crate::pack::codes;
use crate::pack::decode::{Decode, Named, OneOrMany, record, wrong_type};
use crate::pack::form::Form;
use crate::pack::yaml::{Kind, Node};

record! {
    /// One of `mutes:`.
    MuteKeys is "a mute" {
        /// The id of the definition whose clusters are muted, or a former one; or the id of what no definition knows, `template-…`.
        optional cluster: String,
        /// The values of the only group of that definition that is muted; values that are not given may be any.
        optional group: Named<Scalar>,
        /// A query, or several of which any may match, instead of `cluster`: clusters are muted that have no other entries.
        optional queries("match"): OneOrMany<String>,
        /// When it ends: a time, or a date for its beginning in UTC.
        required until: Until,
        /// Why; the worklog says so.
        required reason: String,
        /// Who answers for it.
        required owner: String,
    }
}

record! {
    /// One of `suppress:`.
    SuppressKeys is "a suppression" {
        /// Its name: one of the same name in a base pack gives way to it, or is switched by it.
        optional name: String,
        /// The ids of the definitions whose clusters are the cause.
        optional cause: OneOrMany<String>,
        /// The ids of the definitions whose clusters are symptoms while there is such a cause.
        optional symptoms: OneOrMany<String>,
        /// The group values and facets that must be equal on both sides; without any, every cause is one of every symptom.
        optional equal: OneOrMany<String>,
        /// How long before its cause or after it a symptom may come, such as `5m`; `10m` where it is not given.
        optional within: Duration,
        /// Whether it is on.
        optional enabled: bool,
    }
}

/// The end of a mute.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Until(pub(crate) Timestamp);

impl Decode for Until {
    fn form() -> Form {
        Form::Either(vec![Form::Text], "a date such as `2026-01-31`, or a time such as `2026-01-31T08:00:00Z`")
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Kind::Text(text) = &node.kind else {
            wrong_type(node, &Self::expected(), problems);
            return None;
        };
        if let Some(time) = Timestamp::parse(text) {
            return Some(Self(time));
        }
        let is_length = text.ends_with(['s', 'm', 'h', 'd', 'w']) && text.starts_with(|c: char| c.is_ascii_digit());
        let is_date = text.get(..10).is_some_and(|day| {
            day.bytes().enumerate().all(|(at, b)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() })
        });
        let help = match (is_length, is_date) {
            (true, _) => "write the time at which it ends: so long from each run on, it would never end",
            (_, true) => "there is no such day, or no such time on it",
            _ => "years come first, then months and days; a time is in UTC, or has an offset such as `+02:00`",
        };
        problems.push(
            Diagnostic::new(&codes::BAD_VALUE, node.span, format!("`{text}` is no time at which a mute ends"))
                .label(format!("expected {}", Self::expected()))
                .help(help),
        );
        None
    }
}
