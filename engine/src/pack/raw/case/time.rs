//! Times and lengths of time.

use super::number::bad_value;
use crate::diagnostic::Diagnostic;
use crate::entry::Timestamp;
use crate::pack::decode::{Decode, wrong_type};
use crate::pack::form::Form;
use crate::pack::yaml::{Kind, Node};

/// A time, or so many seconds before the time of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    At(Timestamp),
    Before(i64),
}

impl When {
    pub(crate) fn seen_from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Before(seconds) => now.plus_seconds(-seconds),
        }
    }
}

/// A length of time in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Duration(pub(crate) i64);

impl Decode for Timestamp {
    fn form() -> Form {
        Form::Either(vec![Form::Text], "a time such as `2025-09-14T04:55:00Z`")
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Kind::Text(text) = &node.kind else {
            wrong_type(node, &Self::expected(), problems);
            return None;
        };
        let parsed = Self::parse(text);
        if parsed.is_none() {
            bad_value(node, text, "time", &Self::expected(), problems);
        }
        parsed
    }
}

/// The seconds of `30m`, `6h` or `7d`.
fn seconds(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    let number: u32 = text.get(..text.len() - 1)?.parse().ok()?;
    Some(i64::from(number) * unit)
}

impl Decode for When {
    fn form() -> Form {
        Form::Either(vec![Form::Text], "a time such as `2025-09-14T04:55:00Z`, or so long before `now`, such as `6h`")
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Kind::Text(text) = &node.kind else {
            wrong_type(node, &Self::expected(), problems);
            return None;
        };
        let parsed = Timestamp::parse(text).map(Self::At).or_else(|| seconds(text).map(Self::Before));
        if parsed.is_none() {
            bad_value(node, text, "time", &Self::expected(), problems);
        }
        parsed
    }
}

impl Decode for Duration {
    fn form() -> Form {
        Form::Either(vec![Form::Text], "a length of time such as `10s`, `5m` or `1h`")
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Kind::Text(text) = &node.kind else {
            wrong_type(node, &Self::expected(), problems);
            return None;
        };
        let parsed = seconds(text).map(Self);
        if parsed.is_none() {
            bad_value(node, text, "length of time", &Self::expected(), problems);
        }
        parsed
    }
}
