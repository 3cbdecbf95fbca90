//! How the values of a case are read.

use super::expect::{
    ActionKeys, BusinessWanted, ExpectedActionKeys, ExpectedBusinessKeys, ExpectedMetricKeys, ExpectedTrendKeys,
    MetricWanted, TrendWanted,
};
use super::memory::{MarkerKeys, MarkerWanted, PastMetric, PastMetricKeys};
use super::{ActionName, DiagnosticKeys, DiagnosticWanted, InlineEntry, NumberIs, RepeatKeys, StateName};
use crate::diagnostic::Diagnostic;
use crate::pack::BusinessLevel;
use crate::pack::decode::{At, Decode, wrong_type};
use crate::pack::form::Form;
use crate::pack::raw::Example;
use crate::pack::yaml::{Kind, Node};

/// A text, number or boolean, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar(pub(crate) String);

/// Values that must be there, some with a number.
#[derive(Clone, Debug)]
pub(crate) struct Values(pub(crate) Vec<(At<String>, Option<At<NumberIs>>)>);

impl Decode for Scalar {
    fn form() -> Form {
        Form::Either(vec![Form::Text, Form::Number, Form::Truth], "text or a number")
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
    fn form() -> Form {
        let values =
            vec![Form::List(Box::new(Scalar::form())), Form::Named(Box::new(NumberIs::form())), Scalar::form()];
        Form::Either(values, "a list of values, or a mapping of values, each to a number")
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
    fn form() -> Form {
        Form::Either(
            vec![Example::form(), RepeatKeys::form()],
            "a message (text), an entry (a mapping), or a mapping with `repeat` and `entry`",
        )
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
    fn form() -> Form {
        Form::Either(
            vec![Form::Text, DiagnosticKeys::form()],
            "the code of a diagnostic (text), or a mapping with `code`",
        )
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let short = |code| DiagnosticKeys { code: Some(code), ..DiagnosticKeys::default() };
        short_or_long::<String, _>(node, &Self::expected(), short, problems).map(Self)
    }
}

impl Decode for ActionKeys {
    fn form() -> Form {
        Form::Either(
            vec![ActionName::form(), ExpectedActionKeys::form()],
            "`create`, `update`, `escalate`, `deescalate`, `reopen` or `none` (text), or a mapping with `kind`, `reason`, `issue` …",
        )
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let short = |kind| ExpectedActionKeys { kind: Some(kind), ..ExpectedActionKeys::default() };
        short_or_long(node, &Self::expected(), short, problems).map(Self)
    }
}

impl Decode for BusinessWanted {
    fn form() -> Form {
        Form::Either(
            vec![BusinessLevel::form(), ExpectedBusinessKeys::form()],
            "a level of impact (text), or a mapping with `level` and `text`",
        )
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let short = |level| ExpectedBusinessKeys { level: Some(level), ..ExpectedBusinessKeys::default() };
        short_or_long(node, &Self::expected(), short, problems).map(Self)
    }
}

impl Decode for TrendWanted {
    fn form() -> Form {
        Form::Either(
            vec![StateName::form(), ExpectedTrendKeys::form()],
            "`new`, `ongoing`, `regressed` or `escalating` (text), or a mapping with `state`, `text` and numbers",
        )
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let short = |state| ExpectedTrendKeys { state: Some(state), ..ExpectedTrendKeys::default() };
        short_or_long(node, &Self::expected(), short, problems).map(Self)
    }
}

impl Decode for MarkerWanted {
    fn form() -> Form {
        Form::Either(
            vec![Form::Text, MarkerKeys::form()],
            "the id of a definition (text), or a mapping with `id` or `like`, and `group`",
        )
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let short = |id| MarkerKeys { id: Some(id), ..MarkerKeys::default() };
        short_or_long(node, &Self::expected(), short, problems).map(Self)
    }
}

impl Decode for MetricWanted {
    fn form() -> Form {
        Form::Either(
            vec![NumberIs::form(), ExpectedMetricKeys::form()],
            "a number, or a mapping with `count`, `min`, `max`, `mean`, `last` …",
        )
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Map(_) => ExpectedMetricKeys::decode(node, problems).map(Self),
            Kind::Int(_) | Kind::Float(_) | Kind::Text(_) => {
                let last: At<NumberIs> = At::decode(node, problems)?;
                Some(Self(ExpectedMetricKeys { last: Some(last), ..ExpectedMetricKeys::default() }))
            }
            _ => {
                wrong_type(node, &Self::expected(), problems);
                None
            }
        }
    }
}

impl Decode for PastMetric {
    fn form() -> Form {
        Form::Either(
            vec![Form::Number, PastMetricKeys::form()],
            "a number, or a mapping with `last`, `min`, `max` and `mean`",
        )
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
