//! How the values at the ends of the shapes are read.

use super::{CaptureKeys, Example, LongCapture, Never};
use crate::diagnostic::{Diagnostic, nearest};
use crate::entry::LogSeverity;
use crate::pack::decode::{Decode, choice, one_of, wrong_type};
use crate::pack::yaml::{Kind, Node};
use crate::pack::{BusinessLevel, Horizon, codes};
use crate::severity::Severity;

impl Decode for Never {
    fn expected() -> String {
        "`never`".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        choice(node, "a way to file issues", &[("never", Self)], problems)
    }
}

impl Decode for Horizon {
    fn expected() -> String {
        "`immediate`, `short-term` or `long-term`".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let of = [("immediate", Self::Immediate), ("short-term", Self::ShortTerm), ("long-term", Self::LongTerm)];
        choice(node, "a horizon", &of, problems)
    }
}

impl Decode for BusinessLevel {
    fn expected() -> String {
        "`none`, `low`, `medium`, `high` or `critical`".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let of = [
            ("none", Self::None),
            ("low", Self::Low),
            ("medium", Self::Medium),
            ("high", Self::High),
            ("critical", Self::Critical),
        ];
        choice(node, "a level of impact", &of, problems)
    }
}

impl Decode for Severity {
    fn expected() -> String {
        "a severity from `P0` to `P5`".to_owned()
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
    fn expected() -> String {
        "a log severity from `DEFAULT` to `EMERGENCY`".to_owned()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Kind::Text(text) = &node.kind else {
            wrong_type(node, &Self::expected(), problems);
            return None;
        };
        if let Some(severity) = Self::from_name(text) {
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
    fn expected() -> String {
        "a regular expression (text), or a mapping with `regex` and `from`".to_owned()
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
    fn expected() -> String {
        "a message (text) or an entry (a mapping)".to_owned()
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
