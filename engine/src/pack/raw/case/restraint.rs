//! What a case expects of mutes and symptoms.

use crate::diagnostic::Diagnostic;
use crate::entry::Timestamp;
use crate::pack::codes;
use crate::pack::decode::{At, Decode, record, wrong_type};
use crate::pack::form::Form;
use crate::pack::yaml::{Kind, Node};

record! {
    /// `muted:` of an expected cluster.
    ExpectedMuteKeys is "`muted` of an expected cluster" {
        /// When the mute ends.
        optional until: Timestamp,
        /// A part of why it is there.
        optional reason: String,
        /// Who answers for it.
        optional owner: String,
    }
}

/// `muted:`, whether at all or by what.
#[derive(Clone, Debug)]
pub(crate) enum MutedWanted {
    Is(bool),
    By(ExpectedMuteKeys),
}

/// `symptom_of:`, of what or not at all.
#[derive(Clone, Debug)]
pub(crate) enum SymptomWanted {
    Nothing,
    Of(String),
}

impl Decode for MutedWanted {
    fn form() -> Form {
        let forms = vec![Form::Truth, ExpectedMuteKeys::form()];
        Form::Either(forms, "`true` or `false`, or a mapping with `until`, `reason` and `owner`")
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Map(_) => ExpectedMuteKeys::decode(node, problems).map(Self::By),
            Kind::Bool(is_muted) => Some(Self::Is(*is_muted)),
            _ => {
                wrong_type(node, &Self::expected(), problems);
                None
            }
        }
    }
}

impl Decode for SymptomWanted {
    fn form() -> Form {
        Form::Either(vec![Form::Text, Form::Truth], "the id of the cause (text), or `false`")
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Text(_) => {
                let id: At<String> = At::decode(node, problems)?;
                Some(Self::Of(id.value))
            }
            Kind::Bool(false) => Some(Self::Nothing),
            Kind::Bool(true) => {
                let message = "`true` does not say what it is a symptom of";
                let diagnostic = Diagnostic::new(&codes::BAD_VALUE, node.span, message);
                problems.push(diagnostic.label(format!("expected {}", Self::expected())));
                None
            }
            _ => {
                wrong_type(node, &Self::expected(), problems);
                None
            }
        }
    }
}
