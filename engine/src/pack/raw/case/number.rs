//! What numbers must be.

use crate::diagnostic::Diagnostic;
use crate::pack::codes;
use crate::pack::decode::{Decode, wrong_type};
use crate::pack::form::Form;
use crate::pack::yaml::{Kind, Node};

/// What a number must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NumberIs {
    Equal(f64),
    AtLeast(f64),
    AtMost(f64),
    MoreThan(f64),
    LessThan(f64),
}

/// A text that does not mean what the key takes.
pub(super) fn bad_value(node: &Node, text: &str, what: &str, expected: &str, problems: &mut Vec<Diagnostic>) {
    problems.push(
        Diagnostic::new(&codes::BAD_VALUE, node.span, format!("`{text}` is no {what}"))
            .label(format!("expected {expected}")),
    );
}

impl Decode for f64 {
    fn form() -> Form {
        Form::Number
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
    fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let rest = |prefix: &str| text.strip_prefix(prefix)?.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        let either = |words: &str, sign: &str| rest(words).or_else(|| rest(sign));
        let least = either("at least", ">=").map(Self::AtLeast);
        let most = || either("at most", "<=").map(Self::AtMost);
        let more = || either("more than", ">").map(Self::MoreThan);
        let less = || either("less than", "<").map(Self::LessThan);
        least.or_else(most).or_else(more).or_else(less)
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
    fn form() -> Form {
        Form::Either(
            vec![Form::Number, Form::Text],
            "a number, or `at least`, `at most`, `more than` or `less than` and a number",
        )
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
