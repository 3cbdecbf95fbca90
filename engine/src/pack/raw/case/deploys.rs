//! How the deploys of a case are read.

use super::expect::{DeployWanted, ExpectedDeployKeys};
use super::memory::{PastDeployKeys, PastDeploys};
use super::{DeployKindName, Scalar};
use crate::diagnostic::Diagnostic;
use crate::pack::decode::{At, Decode, wrong_type};
use crate::pack::form::Form;
use crate::pack::yaml::{Kind, Node};

impl Decode for DeployWanted {
    fn form() -> Form {
        Form::Either(
            vec![Form::Text, ExpectedDeployKeys::form()],
            "the value of a deploy (text), `none`, or a mapping with `kind`, `value`, `text` …",
        )
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Map(_) => ExpectedDeployKeys::decode(node, problems).map(Self),
            Kind::Text(text) if text == "none" => {
                let kind = Some(At { value: DeployKindName::None, span: node.span });
                Some(Self(ExpectedDeployKeys { kind, ..ExpectedDeployKeys::default() }))
            }
            Kind::Text(_) => {
                let value: At<Scalar> = At::decode(node, problems)?;
                Some(Self(ExpectedDeployKeys { value: Some(value), ..ExpectedDeployKeys::default() }))
            }
            _ => {
                wrong_type(node, &Self::expected(), problems);
                None
            }
        }
    }
}

impl Decode for PastDeploys {
    fn form() -> Form {
        let forms =
            vec![Form::List(Box::new(Scalar::form())), Form::Named(Box::new(PastDeployKeys::form())), Scalar::form()];
        Form::Either(forms, "a list of values, or a mapping of values, each to `count`, `first_seen` and `last_seen`")
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let alone = |node: &Node, problems: &mut Vec<Diagnostic>| {
            let Scalar(value) = Scalar::decode(node, problems)?;
            Some((At { value, span: node.span }, PastDeployKeys::default()))
        };
        Some(Self(match &node.kind {
            Kind::List(elements) => elements.iter().filter_map(|element| alone(element, problems)).collect(),
            Kind::Map(items) => items
                .iter()
                .filter_map(|item| {
                    let keys = PastDeployKeys::decode(&item.value, problems)?;
                    Some((At { value: item.key.clone(), span: item.key_span }, keys))
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
