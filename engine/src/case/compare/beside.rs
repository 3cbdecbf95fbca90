//! What is expected beside clusters: near misses, and diagnostics.

use super::{Judging, codes};
use crate::case::input;
use crate::classify::Class;
use crate::diagnostic::Diagnostic;
use crate::entry::LogSeverity;
use crate::pack::decode::At;
use crate::pack::examples::with;
use crate::pack::raw::Example;
use crate::pack::raw::case::DiagnosticKeys;

impl Judging<'_> {
    /// Near misses: none of the entries that each stands for may go to a definition.
    pub(super) fn unmatched(&mut self) {
        let Some(examples) = &self.case.keys.unmatched else { return };
        let classifier = self.classifier;
        let mut scratch = classifier.scratch();
        for example in &examples.value.0 {
            let severities: &[LogSeverity] = match &example.value {
                Example::Message(_) => &LogSeverity::ALL,
                Example::Entry(_) => &[LogSeverity::Default],
            };
            let records: Vec<String> = severities
                .iter()
                .map(|severity| input::record(&example.value, *severity, &self.pack.message).to_string())
                .collect();
            let taker = with(&records, Some(&self.pack.redactor), &self.pack.message, |entries| {
                entries.iter().find_map(|entry| match classifier.class(entry, &mut scratch) {
                    Class::Definition(at) => self.pack.definitions.get(at).map(|taker| (taker, entry.severity())),
                    Class::Template | Class::Routine => None,
                })
            });
            let Ok(Some((taker, severity))) = taker else { continue };
            let message = format!("`{}` matches this, and no definition may", taker.id);
            let mut diagnostic = Diagnostic::new(&codes::ENTRY_MATCHED, example.span, message)
                .label(format!("taken by `{}`", taker.id))
                .related(taker.span, "the definition");
            if let Example::Message(_) = &example.value {
                diagnostic = diagnostic.help(format!("it does so where the log severity is {}", severity.name()));
            }
            self.failures.push(diagnostic);
        }
    }

    pub(super) fn diagnostics(&mut self) {
        let wanted = self.case.keys.diagnostics.as_ref().map_or(&[][..], |list| list.value.0.as_slice());
        let found: Vec<&Diagnostic> = self.ran.failures.iter().chain(self.ran.pack).collect();
        for one in wanted {
            let Some(code) = &one.value.0.code else { continue };
            if found.iter().any(|diagnostic| self.is_meant(&one.value.0, diagnostic)) {
                continue;
            }
            let same = found.iter().find(|diagnostic| diagnostic.code.id == code.value);
            let message = format!("`{}` was expected and did not come", code.value);
            let mut diagnostic = Diagnostic::new(&codes::DIAGNOSTIC_MISSING, one.span, message).label("did not come");
            diagnostic.help = match same {
                Some(other) => Some(format!("there is one with another message or place: {}", other.message)),
                None if found.is_empty() => Some("no diagnostic came at all".to_owned()),
                None => {
                    let mut codes: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code.id).collect();
                    codes.dedup();
                    Some(format!("these came: {}", codes.join(", ")))
                }
            };
            if let Some(span) = same.and_then(|other| other.span) {
                diagnostic = diagnostic.related(span, "that one");
            }
            self.failures.push(diagnostic);
        }
        for failure in self.ran.failures {
            if wanted.iter().any(|wanted| self.is_meant(&wanted.value.0, failure)) {
                continue;
            }
            let mut diagnostic = Diagnostic::new(
                &codes::POLICY_FAILURE_UNEXPECTED,
                failure.span,
                failure.message.clone(),
            )
            .help("what the definition declares stands; where that is meant, list `policy-failed` in `diagnostics`")
            .related(self.case.span, "in this case");
            diagnostic.label.clone_from(&failure.label);
            self.failures.push(diagnostic);
        }
    }

    fn is_meant(&self, wanted: &DiagnosticKeys, diagnostic: &Diagnostic) -> bool {
        let is_there =
            |part: &Option<At<String>>, text: &str| part.as_ref().is_none_or(|part| text.contains(&part.value));
        let place = diagnostic.span.map(|span| (self.sources.path(span.file), self.sources.position(span).line));
        wanted.code.as_ref().is_some_and(|code| code.value == diagnostic.code.id)
            && is_there(&wanted.message, &diagnostic.message)
            && wanted.file.as_ref().is_none_or(|file| place.is_some_and(|(path, _)| path.ends_with(&file.value)))
            && wanted.line.as_ref().is_none_or(|line| place.is_some_and(|(_, at)| u64::from(at) == line.value.0))
    }
}
