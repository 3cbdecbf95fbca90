//! How the values at the ends of the shapes are read.

use super::{CaptureKeys, Example, LongCapture, Never};
use crate::diagnostic::{Diagnostic, nearest};
use crate::entry::LogSeverity;
use crate::pack::decode::{Decode, choice, one_of, wrong_type};
use crate::pack::form::Form;
use crate::pack::yaml::{Kind, Node};
use crate::pack::{BusinessLevel, Horizon, codes};
use crate::severity::Severity;

const FILING: [(&str, Never); 1] = [("never", Never)];

impl Decode for Never {
    fn form() -> Form {
        words(&FILING)
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        choice(node, "a way to file issues", &FILING, problems)
    }
}

const HORIZONS: [(&str, Horizon); 3] =
    [("immediate", Horizon::Immediate), ("short-term", Horizon::ShortTerm), ("long-term", Horizon::LongTerm)];

impl Decode for Horizon {
    fn form() -> Form {
        words(&HORIZONS)
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        choice(node, "a horizon", &HORIZONS, problems)
    }
}

const LEVELS: [(&str, BusinessLevel); 5] = [
    ("none", BusinessLevel::None),
    ("low", BusinessLevel::Low),
    ("medium", BusinessLevel::Medium),
    ("high", BusinessLevel::High),
    ("critical", BusinessLevel::Critical),
];

impl Decode for BusinessLevel {
    fn form() -> Form {
        words(&LEVELS)
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        choice(node, "a level of impact", &LEVELS, problems)
    }
}

/// The form of one of a few words.
fn words<T>(of: &[(&'static str, T)]) -> Form {
    Form::Choice(of.iter().map(|(word, _)| *word).collect(), None)
}

impl Decode for Severity {
    fn form() -> Form {
        Form::Choice(Self::ALL.map(Self::name).to_vec(), Some("a severity from `P0` to `P5`"))
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let written = match &node.kind {
            Kind::Text(text) => text.clone(),
            Kind::Int(number) => number.to_string(),
            _ => {
                wrong_type(node, &Self::expected(), problems);
                return None;
            }
        };
        if let Some(severity) = Self::ALL.into_iter().find(|severity| severity.name() == written) {
            return Some(severity);
        }
        let meant = written.parse().or_else(|_| format!("P{written}").parse::<Self>()).ok();
        let help = match (meant, LogSeverity::from_name(&written)) {
            (Some(meant), _) => format!("write `{meant}`"),
            (None, Some(_)) => "that is a log severity; ours are `P0` (act now) to `P5` (noise)".to_owned(),
            (None, None) => "`P0` is the most urgent, `P5` the least".to_owned(),
        };
        problems.push(
            Diagnostic::new(&codes::UNKNOWN_SEVERITY, node.span, format!("`{written}` is no severity"))
                .label("expected `P0`, `P1`, `P2`, `P3`, `P4` or `P5`")
                .help(help),
        );
        None
    }
}

impl Decode for LogSeverity {
    fn form() -> Form {
        Form::Choice(Self::ALL.map(Self::name).to_vec(), Some("a log severity from `DEFAULT` to `EMERGENCY`"))
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Kind::Text(text) = &node.kind else {
            wrong_type(node, &Self::expected(), problems);
            return None;
        };
        // In capitals only, as editors' schemas have them: one spelling in all packs.
        if let Some(severity) = Self::ALL.into_iter().find(|severity| severity.name() == text) {
            return Some(severity);
        }
        let names = Self::ALL.map(Self::name);
        let near = Self::from_foreign(text).map(Self::name).or_else(|| nearest(text, names));
        let mut diagnostic = Diagnostic::new(&codes::BAD_VALUE, node.span, format!("`{text}` is no log severity"))
            .label(format!("expected {}", one_of(&names)));
        diagnostic.help = near.map(|near| format!("did you mean `{near}`?"));
        problems.push(diagnostic);
        None
    }
}

impl Decode for CaptureKeys {
    fn form() -> Form {
        let called = "a regular expression (text), or a mapping with `regex` and `from`";
        Form::Either(vec![Form::Text, LongCapture::form()], called)
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Text(_) => Some(Self { from: None, regex: Decode::decode(node, problems) }),
            Kind::Map(_) => LongCapture::decode(node, problems).map(|long| Self { from: long.from, regex: long.regex }),
            _ => {
                wrong_type(node, &Self::expected(), problems);
                None
            }
        }
    }
}

impl Decode for Example {
    fn form() -> Form {
        Form::Either(vec![Form::Text, Form::Mapping], "a message (text) or an entry (a mapping)")
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Text(text) => Some(Self::Message(text.clone())),
            Kind::Map(_) => Some(Self::Entry(json(node))),
            _ => {
                wrong_type(node, &Self::expected(), problems);
                None
            }
        }
    }
}

/// A node as JSON has it.
fn json(node: &Node) -> serde_json::Value {
    use serde_json::Value;
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Int(value) => Value::from(*value),
        Kind::Float(value) => Value::from(*value),
        Kind::Text(text) => Value::String(text.clone()),
        Kind::List(elements) => Value::Array(elements.iter().map(json).collect()),
        Kind::Map(items) => Value::Object(items.iter().map(|item| (item.key.clone(), json(&item.value))).collect()),
    }
}
