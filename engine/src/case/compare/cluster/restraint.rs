//! What holds the action on a cluster's issue back.

use super::super::codes;
use super::{By, Comparing, name as name_of, quoted};
use crate::diagnostic::{Diagnostic, nearest};
use crate::pack::decode::At;
use crate::pack::raw::case::{ClusterKeys, ExpectedMuteKeys, MutedWanted, SymptomWanted};
use crate::report::Muted;

impl Comparing<'_, '_> {
    pub(super) fn restraint(&mut self, wanted: &ClusterKeys) {
        if let Some(wanted) = &wanted.muted {
            self.muted(wanted);
        }
        let restraint = &self.cluster.restraint;
        if let Some(wanted) = &wanted.partly_muted {
            let most = restraint.partly_muted.iter().map(|part| part.entries).max().unwrap_or(0);
            #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
            self.number("the number of entries that a mute matches", &Some(wanted.clone()), most as f64);
        }
        let cause = restraint.symptom_of.as_ref().map(|cause| cause.cluster.id.as_str());
        match &wanted.symptom_of {
            Some(At { value: SymptomWanted::Of(id), .. }) if cause == Some(id) => {}
            Some(at @ At { value: SymptomWanted::Of(id), .. }) => {
                self.differs("the cause", at, &quoted(id), cause, By::Action);
            }
            Some(at @ At { value: SymptomWanted::Nothing, .. }) if cause.is_some() => {
                self.differs("the cause", at, "none", cause, By::Action);
            }
            Some(_) | None => {}
        }
        for id in wanted.symptoms.iter().flat_map(|symptoms| &symptoms.value.0) {
            let symptoms: Vec<&str> = restraint.symptoms.iter().map(|symptom| symptom.id.as_str()).collect();
            if symptoms.contains(&id.value.as_str()) {
                continue;
            }
            let message = format!("{} is no symptom of {}", quoted(&id.value), name_of(self.cluster));
            let help = match (nearest(&id.value, symptoms.iter().copied()), symptoms.as_slice()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, []) => "it has no symptoms".to_owned(),
                (None, symptoms) => format!("its symptoms are: {}", symptoms.join(", ")),
            };
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, id.span, message).label("no symptom of it");
            self.tell(diagnostic.help(help), By::Action);
        }
    }

    fn muted(&mut self, wanted: &At<MutedWanted>) {
        let found = self.cluster.restraint.muted.as_ref();
        match (&wanted.value, found) {
            (MutedWanted::Is(is), found) if *is == found.is_some() => {}
            (MutedWanted::By(keys), Some(found)) => self.mute(keys, found),
            (MutedWanted::Is(_), Some(found)) => {
                let message = format!("{} is muted, expected it not to be", name_of(self.cluster));
                let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, wanted.span, message);
                self.tell(diagnostic.label("it is muted").help(found.words()), By::Action);
            }
            (_, None) => {
                let message = format!("{} is not muted", name_of(self.cluster));
                let parts: Vec<String> =
                    self.cluster.restraint.partly_muted.iter().map(|p| p.words(self.cluster.count)).collect();
                let help = match parts.as_slice() {
                    [] => "no mute that holds at the time of the case is about it".to_owned(),
                    parts => parts.join("; "),
                };
                let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, wanted.span, message);
                self.tell(diagnostic.label("it is not").help(help), By::Action);
            }
        }
    }

    fn mute(&mut self, keys: &ExpectedMuteKeys, found: &Muted) {
        let until = found.until.to_string();
        self.same("the end of the mute", &keys.until, Some(&until), By::Action);
        self.same("the owner of the mute", &keys.owner, Some(&found.owner), By::Action);
        if let Some(part) = keys.reason.as_ref().filter(|part| !found.reason.contains(&part.value)) {
            let expected = quoted(&part.value);
            self.differs("the reason of the mute", part, &expected, Some(&found.reason), By::Action);
        }
    }
}
