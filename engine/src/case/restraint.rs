//! What a case says of mutes and symptoms, held against the pack.

use super::check::Checking;
use super::codes;
use crate::diagnostic::Diagnostic;
use crate::pack::decode::At;
use crate::pack::raw::case::{ClusterKeys, MutedWanted, SymptomWanted};

impl Checking<'_> {
    pub(super) fn restraint(&mut self, keys: &ClusterKeys) {
        let is_with_mutes = self.keys.mutes.as_ref().is_some_and(|mutes| mutes.value);
        let muted = keys.muted.as_ref().filter(|muted| !matches!(muted.value, MutedWanted::Is(false)));
        let asked = muted.map(|at| at.span).or(keys.partly_muted.as_ref().map(|at| at.span));
        if let Some(span) = asked.filter(|_| !is_with_mutes) {
            let message = "the mutes of the pack do not hold in this case";
            let diagnostic = Diagnostic::new(&codes::CASE_WITHOUT_MUTES, span, message).label("nothing is muted");
            self.tell(diagnostic.help("add `mutes: true` to the case"));
        }
        if let Some(At { value: SymptomWanted::Of(id), span }) = &keys.symptom_of {
            self.definition(&At { value: id.clone(), span: *span });
        }
        for id in keys.symptoms.iter().flat_map(|symptoms| &symptoms.value.0) {
            self.definition(id);
        }
    }
}
