//! The deploy that a cluster began with, or that changed its rate.

use super::super::codes;
use super::{By, Comparing, name as name_of, quoted};
use crate::diagnostic::Diagnostic;
use crate::pack::decode::At;
use crate::pack::raw::case::{ClusterKeys, DeployKindName};

impl Comparing<'_, '_> {
    pub(super) fn deploy(&mut self, wanted: &ClusterKeys) {
        let Some(wanted) = wanted.deploy.as_ref() else { return };
        let keys = &wanted.value.0;
        let is_none = keys.kind.as_ref().is_some_and(|kind| kind.value == DeployKindName::None);
        let deploy = match (&self.cluster.deploy, is_none) {
            (None, true) => return,
            (None, false) => return self.differs("the deploy", wanted, "one", None, By::Definition),
            (Some(deploy), true) => {
                return self.differs("the deploy", wanted, "none", Some(&deploy.text), By::Definition);
            }
            (Some(deploy), false) => deploy,
        };
        let kind = keys.kind.as_ref().map(|kind| At { value: kind.value.word(), span: kind.span });
        self.same("what happened with the deploy", &kind, Some(deploy.kind.name()), By::Definition);
        self.same("the field of the deploy", &keys.field, Some(&deploy.field), By::Definition);
        let value = keys.value.as_ref().map(|value| At { value: &value.value.0, span: value.span });
        self.same("the deploy", &value, Some(&deploy.value), By::Definition);
        let began = deploy.began.to_string();
        self.same("the beginning of the deploy", &keys.began, Some(&began), By::Definition);
        match (&keys.after_seconds, deploy.after_seconds) {
            (Some(after), None) => {
                self.differs("the seconds after the deploy", after, "some", None, By::Definition);
            }
            (after, found) => self.number("the seconds after the deploy", after, found.unwrap_or_default()),
        }
        self.number("the rate before the deploy", &keys.rate_before, deploy.rate_before);
        self.number("the rate since the deploy", &keys.rate_after, deploy.rate_after);
        if let Some(part) = keys.text.as_ref().filter(|part| !deploy.text.contains(&part.value)) {
            let message = format!("the deploy of {} has no {} in it", name_of(self.cluster), quoted(&part.value));
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, part.span, message);
            self.tell(diagnostic.label("it does not say so").help(format!("it is: {}", deploy.text)), By::Definition);
        }
    }
}
