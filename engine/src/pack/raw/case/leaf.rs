//! How the values of a case are read.

use super::expect::{ActionKeys, BusinessWanted, ExpectedActionKeys, ExpectedBusinessKeys};
use super::memory::{PastMetric, PastMetricKeys};
use super::{DiagnosticKeys, DiagnosticWanted, InlineEntry, RepeatKeys};
use crate::diagnostic::Diagnostic;
use crate::entry::Timestamp;
use crate::pack::codes;
use crate::pack::decode::{At, Decode, wrong_type};
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

/// What a number must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NumberIs {
    Equal(f64),
    AtLeast(f64),
    AtMost(f64),
    MoreThan(f64),
    LessThan(f64),
}

/// A text, number or boolean, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar(pub(crate) String);

/// Values that must be there, some with a number.
#[derive(Clone, Debug)]
pub(crate) struct Values(pub(crate) Vec<(At<String>, Option<At<NumberIs>>)>);

fn bad_value(node: &Node, text: &str, what: &str, expected: &str, problems: &mut Vec<Diagnostic>) {
    problems.push(
        Diagnostic::new(&codes::BAD_VALUE, node.span, format!("`{text}` is no {what}"))
            .label(format!("expected {expected}")),
    );
}

impl Decode for Timestamp {
    fn expected() -> String {
        "a time such as `2025-09-14T04:55:00Z`".to_owned()
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
    fn expected() -> String {
        "a time such as `2025-09-14T04:55:00Z`, or so long before `now`, such as `6h`".to_owned()
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
    fn expected() -> String {
        "a length of time such as `10s`, `5m` or `1h`".to_owned()
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

impl Decode for f64 {
    fn expected() -> String {
        "a number".to_owned()
    }

    #[expect(clippy::cast_precision_loss, reason = "nobody writes numbers beyond 2^53 into a case")]
    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match node.kind {
            Kind::Int(number) => Some(number as Self),
            Kind::Float(number) => Some(number),
            _ => {
                wrong_type(node, &<Self as Decode>::expected(), problems);
                None
            }
        }
    }
}

impl NumberIs {
    /// The forms of text, each with the words and the sign for it.
    const FORMS: [(&'static str, &'static str, fn(f64) -> Self); 4] = [
        ("at least", ">=", Self::AtLeast),
        ("at most", "<=", Self::AtMost),
        ("more than", ">", Self::MoreThan),
        ("less than", "<", Self::LessThan),
    ];

    fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let rest = |prefix: &str| text.strip_prefix(prefix)?.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        Self::FORMS.iter().find_map(|(words, sign, form)| rest(words).or_else(|| rest(sign)).map(form))
    }

    /// Whether a number is so. Numbers that differ by less than a billionth part are equal.
    pub(crate) fn holds(self, number: f64) -> bool {
        match self {
            Self::Equal(wanted) => (number - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
            Self::AtLeast(least) => number >= least,
            Self::AtMost(most) => number <= most,
            Self::MoreThan(limit) => number > limit,
            Self::LessThan(limit) => number < limit,
        }
    }
}

impl std::fmt::Display for NumberIs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Equal(number) => write!(f, "{number}"),
            Self::AtLeast(number) => write!(f, "at least {number}"),
            Self::AtMost(number) => write!(f, "at most {number}"),
            Self::MoreThan(number) => write!(f, "more than {number}"),
            Self::LessThan(number) => write!(f, "less than {number}"),
        }
    }
}

impl Decode for NumberIs {
    fn expected() -> String {
        "a number, or `at least`, `at most`, `more than` or `less than` and a number".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Kind::Text(text) = &node.kind else {
            let mut wrong = Vec::new();
            let number = f64::decode(node, &mut wrong).map(Self::Equal);
            if number.is_none() {
                wrong_type(node, &Self::expected(), problems);
            }
            return number;
        };
        let parsed = Self::of_text(text);
        if parsed.is_none() {
            bad_value(node, text, "number", &Self::expected(), problems);
        }
        parsed
    }
}

impl Decode for Scalar {
    fn expected() -> String {
        "text or a number".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        Some(Self(match &node.kind {
            Kind::Text(text) => text.clone(),
            Kind::Int(number) => number.to_string(),
            Kind::Float(number) => number.to_string(),
            Kind::Bool(value) => value.to_string(),
            _ => {
                wrong_type(node, &Self::expected(), problems);
                return None;
            }
        }))
    }
}

impl Decode for Values {
    fn expected() -> String {
        "a list of values, or a mapping of values, each to a number".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let alone = |node: &Node, problems: &mut Vec<Diagnostic>| {
            let Scalar(value) = Scalar::decode(node, problems)?;
            Some((At { value, span: node.span }, None))
        };
        Some(Self(match &node.kind {
            Kind::List(elements) => elements.iter().filter_map(|element| alone(element, problems)).collect(),
            Kind::Map(items) => items
                .iter()
                .filter_map(|item| {
                    let number = At::decode(&item.value, problems)?;
                    Some((At { value: item.key.clone(), span: item.key_span }, Some(number)))
                })
                .collect(),
            Kind::Null => {
                wrong_type(node, &Self::expected(), problems);
                return None;
            }
            _ => alone(node, problems).into_iter().collect(),
        }))
    }
}

impl Decode for InlineEntry {
    fn expected() -> String {
        "a message (text), an entry (a mapping), or a mapping with `repeat` and `entry`".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Map(items) if items.iter().any(|item| item.key == "repeat") => {
                RepeatKeys::decode(node, problems).map(Self::Many)
            }
            Kind::Map(_) | Kind::Text(_) => Decode::decode(node, problems).map(Self::Once),
            _ => {
                wrong_type(node, &Self::expected(), problems);
                None
            }
        }
    }
}

impl Decode for DiagnosticWanted {
    fn expected() -> String {
        "the code of a diagnostic (text), or a mapping with `code`".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let short = |code| DiagnosticKeys { code: Some(code), ..DiagnosticKeys::default() };
        short_or_long::<String, _>(node, &Self::expected(), short, problems).map(Self)
    }
}

impl Decode for ActionKeys {
    fn expected() -> String {
        "`create`, `update`, `escalate`, `reopen` or `none` (text), or a mapping with `kind`, `reason`, `issue`, `title`"
            .to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let short = |kind| ExpectedActionKeys { kind: Some(kind), ..ExpectedActionKeys::default() };
        short_or_long(node, &Self::expected(), short, problems).map(Self)
    }
}

impl Decode for BusinessWanted {
    fn expected() -> String {
        "a level of impact (text), or a mapping with `level` and `text`".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let short = |level| ExpectedBusinessKeys { level: Some(level), ..ExpectedBusinessKeys::default() };
        short_or_long(node, &Self::expected(), short, problems).map(Self)
    }
}

impl Decode for PastMetric {
    fn expected() -> String {
        "a number, or a mapping with `last`, `min`, `max` and `mean`".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Map(_) => PastMetricKeys::decode(node, problems).map(Self),
            _ => {
                let number: At<f64> = At::decode(node, problems)?;
                Some(Self(PastMetricKeys { last: Some(number), ..PastMetricKeys::default() }))
            }
        }
    }
}

/// A mapping, or a text that stands for a mapping with just that.
fn short_or_long<T: Decode, L: Decode>(
    node: &Node,
    expected: &str,
    long: impl FnOnce(At<T>) -> L,
    problems: &mut Vec<Diagnostic>,
) -> Option<L> {
    match &node.kind {
        Kind::Text(_) => At::decode(node, problems).map(long),
        Kind::Map(_) => L::decode(node, problems),
        _ => {
            wrong_type(node, expected, problems);
            None
        }
    }
}
