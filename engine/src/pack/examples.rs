//! Definitions held against their examples: each must match (or not) its own definition, and should not be taken by another
//! one before it.

use std::collections::BTreeSet;

use super::miss::Miss;
use super::model::{Capture, Definition, Example, FacetKey, Pack};
use super::odd_entry::oddities;
use super::place::ScriptPlace;
use super::{codes, reach};
use crate::diagnostic::{Diagnostic, Sources, sort};
use crate::entry::{Batch, Entry, FieldPath};
use crate::phrase::Phrase;
use crate::redact::Redactor;
use crate::script::Policy;

/// What is wrong with the examples of a pack: those that do not match, those that must not and do, those that another
/// definition takes; and with the captures that read nothing of use from them. [`super::check`] does this as well.
#[must_use]
pub fn check_examples(pack: &Pack, sources: &Sources) -> Vec<Diagnostic> {
    let held = Held {
        sources,
        definitions: &pack.definitions,
        redactor: &pack.redactor,
        message: &pack.message,
        policy: &pack.policy,
        scripts: &pack.scripts,
    };
    held.check(&reach::covered(&pack.definitions))
}

/// What examples are held against.
pub(super) struct Held<'h> {
    /// The files of the pack.
    pub(super) sources: &'h Sources,
    /// In the order in which they are considered.
    pub(super) definitions: &'h [Definition],
    pub(super) redactor: &'h Redactor,
    pub(super) message: &'h [FieldPath],
    pub(super) policy: &'h Policy,
    pub(super) scripts: &'h [ScriptPlace],
}

/// What trying an example comes to.
struct Tried {
    /// Whether one of its records matches its definition.
    is_matched: bool,
    /// The definition that takes every record which matches, if one does.
    taker: Option<usize>,
    /// What each capture reads.
    read: Vec<Option<String>>,
}

impl Held<'_> {
    /// Everything that is wrong, by place; `covered` says of each definition which one before it takes all of its entries.
    pub(super) fn check(&self, covered: &[Option<usize>]) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for (place, definition) in self.definitions.iter().enumerate() {
            let mut read = vec![Vec::new(); definition.captures.len()];
            let mut matching = 0usize;
            let mut taken = Vec::new();
            for example in &definition.examples {
                diagnostics.extend(odd(example, self.message));
                let tried = match self.tried(place, definition, example) {
                    Ok(tried) => tried,
                    Err(reason) => {
                        let message = format!("the example is no log entry: {reason}");
                        diagnostics.push(Diagnostic::new(&codes::EXAMPLE_INVALID, example.span, message));
                        continue;
                    }
                };
                match (example.matches, tried.is_matched) {
                    (true, false) => diagnostics.push(self.not_matched(definition, example)),
                    (false, true) => diagnostics.push(matched(definition, example)),
                    (false, false) => {}
                    (true, true) => {
                        matching += 1;
                        read.iter_mut()
                            .zip(tried.read)
                            .for_each(|(all, value): (&mut Vec<String>, _)| all.extend(value));
                        taken.extend(tried.taker.and_then(|taker| Some((example, self.definitions.get(taker)?))));
                    }
                }
            }
            self.unused_captures(definition, &read, &mut diagnostics);
            // That a pack takes entries from its base is what packs are for.
            taken.retain(|(_, taker)| taker.layer >= definition.layer);
            match taken.first() {
                _ if covered.get(place).is_some_and(Option::is_some) => {}
                Some((_, taker)) if taken.len() == matching => {
                    diagnostics.push(reach::unreachable(definition, taker, "it takes the examples"));
                }
                _ => diagnostics.extend(taken.iter().map(|(example, taker)| shadowed(definition, example, taker))),
            }
        }
        sort(&mut diagnostics);
        diagnostics
    }

    fn tried(&self, place: usize, definition: &Definition, example: &Example) -> Result<Tried, String> {
        with(&example.records(self.message), Some(self.redactor), self.message, |entries| {
            let own: Vec<&Entry<'_>> = entries.iter().filter(|entry| matches(definition, entry)).collect();
            let read = |capture: &Capture| own.iter().find_map(|entry| read(capture, entry));
            let before = || self.definitions.iter().take(place);
            let mut taker = None;
            for entry in &own {
                match before().position(|other| matches(other, entry)) {
                    Some(other) => taker = taker.or(Some(other)),
                    None => {
                        taker = None;
                        break;
                    }
                }
            }
            Tried { is_matched: !own.is_empty(), taker, read: definition.captures.iter().map(read).collect() }
        })
    }

    fn not_matched(&self, definition: &Definition, example: &Example) -> Diagnostic {
        let raw = with(&example.records(self.message), None, self.message, |entries| {
            entries.iter().any(|entry| matches(definition, entry))
        });
        let miss = with(&example.records(self.message), Some(self.redactor), self.message, |entries| {
            Miss::of(definition, self.sources, entries)
        });
        let miss = miss.ok().flatten();
        // A text is tried as the message of an entry that has nothing else.
        let is_of_text = |path: &str| path == "message" || path == "severity" || path.ends_with("Payload");
        let is_other_field = miss.as_ref().and_then(|miss| miss.path.as_deref()).is_some_and(|path| !is_of_text(path));
        let help = if example.span.file != definition.span.file {
            "the example is the base pack's, for its own `match`: write `examples` of your own beside yours"
        } else if raw == Ok(true) {
            "it would match before redaction; rules see text whose secrets are taken out"
        } else if example.is_message && is_other_field {
            "a text is an entry with this message and any log severity; where the query asks for other fields, write the example \
             as a mapping, as the entry stands in a capture"
        } else {
            "correct the query or the example, or move it to `examples.no_match`"
        };
        let message = format!("`{}` does not match this example", definition.id);
        let diagnostic = Diagnostic::new(&codes::EXAMPLE_NOT_MATCHED, example.span, message)
            .label("shall match")
            .help(help)
            .related(definition.span, "the definition");
        match miss {
            Some(miss) => miss.told(diagnostic),
            None => diagnostic,
        }
    }

    /// Tells of captures that nothing uses and that are no numbers, which would be metrics.
    fn unused_captures(&self, definition: &Definition, read: &[Vec<String>], diagnostics: &mut Vec<Diagnostic>) {
        let mentioned = mentions(definition);
        for (index, capture) in definition.captures.iter().enumerate() {
            let is_this = |key: &FacetKey| matches!(key, FacetKey::Capture { index: at, .. } if *at == index);
            let is_listed = definition.facets.iter().chain(&definition.group_by).any(is_this);
            if is_listed || mentioned.contains(&capture.name) || self.is_read(definition, &capture.name) {
                continue;
            }
            let values = read.get(index).map_or(&[][..], Vec::as_slice);
            let digits = [r"\d", "0-9", "[[:digit:]]", r"\p{N"];
            let is_numeric = match values {
                [] => digits.iter().any(|digits| capture.regex.as_str().contains(digits)),
                values => values.iter().any(|value| value.parse::<f64>().is_ok()),
            };
            if !is_numeric {
                let message = format!(
                    "nothing uses the capture `{}`, and it reads no number that could be a metric",
                    capture.name
                );
                diagnostics.push(
                    Diagnostic::new(&codes::UNUSED_CAPTURE, capture.span, message)
                        .help("list it in `facets` or `group_by`, or take it out"),
                );
            }
        }
    }

    /// Whether a script reads a capture of this name: one of the pack, or the definition's own.
    fn is_read(&self, definition: &Definition, name: &str) -> bool {
        self.policy.lookups().iter().filter(|lookup| lookup.name == name).any(|lookup| {
            let owner = self.scripts.get(lookup.script).and_then(ScriptPlace::definition);
            owner.is_none_or(|owner| owner == definition.id)
        })
    }
}

/// What is odd about an example that is written as an entry: it tries another one than it looks.
fn odd(example: &Example, message: &[FieldPath]) -> Vec<Diagnostic> {
    let [record] = &*example.records(message) else { return Vec::new() };
    let Ok(record) = serde_json::from_str(record) else { return Vec::new() };
    let told = oddities(&record, message).into_iter().map(|odd| {
        Diagnostic::new(&codes::ODD_EXAMPLE, example.span, format!("in the example, {}", odd.message)).help(odd.help)
    });
    told.collect()
}

fn matched(definition: &Definition, example: &Example) -> Diagnostic {
    Diagnostic::new(&codes::EXAMPLE_MATCHED, example.span, format!("`{}` matches this example", definition.id))
        .label("shall not match")
        .help(match example.span.file == definition.span.file {
            true => "narrow `match`, or move the example to `examples.match`",
            false => "the example is the base pack's, for its own `match`: write `examples` of your own beside yours",
        })
        .related(definition.span, "the definition")
}

fn shadowed(definition: &Definition, example: &Example, taker: &Definition) -> Diagnostic {
    let message = format!("this example of `{}` goes to `{}`", definition.id, taker.id);
    Diagnostic::new(&codes::SHADOWED_EXAMPLE, example.span, message)
        .label("never gets here")
        .help(reach::hint(definition, taker))
        .related(taker.span, "takes it first")
}

/// What the texts of a definition mention below `metrics` and `facets`.
fn mentions(definition: &Definition) -> BTreeSet<String> {
    let recommend = definition.recommend.as_ref();
    let texts = [
        Some(&definition.title),
        definition.pattern.as_ref(),
        definition.follow_up.as_ref(),
        definition.impact.technical.as_ref(),
        definition.impact.business.as_ref().and_then(|(_, text)| text.as_ref()),
        recommend.map(|recommend| &recommend.title),
        recommend.and_then(|recommend| recommend.text.as_ref()),
    ];
    texts.into_iter().flatten().flat_map(Phrase::mentions).map(|(_, name)| name).collect()
}

fn matches(definition: &Definition, entry: &Entry<'_>) -> bool {
    definition.queries.iter().any(|query| query.matches(entry))
}

/// What a capture reads from an entry.
fn read(capture: &Capture, entry: &Entry<'_>) -> Option<String> {
    let text = entry.first_text(&capture.from)?;
    capture.regex.group(text, capture.group).map(str::to_owned)
}

/// Looks at the entries of records, redacted if a redactor is given. An error where a record is no entry.
pub(crate) fn with<T>(
    records: &[String],
    redactor: Option<&Redactor>,
    message: &[FieldPath],
    look: impl FnOnce(&[Entry<'_>]) -> T,
) -> Result<T, String> {
    let mut batch = Batch::new();
    let mut malformed = Vec::new();
    for record in records {
        batch.push_json(record, &mut malformed);
    }
    if let Some(first) = malformed.first() {
        return Err(first.reason.clone());
    }
    if batch.len() != records.len() {
        return Err(format!("it holds {} entries instead of one", batch.len()));
    }
    Ok(match redactor {
        Some(redactor) => {
            let batch = redactor.batch(batch);
            let entries: Vec<Entry<'_>> = batch.entries(message).collect();
            look(&entries)
        }
        None => {
            let entry = |head| Entry::new(&batch, head, message);
            let entries: Vec<Entry<'_>> = batch.heads.iter().map(entry).collect();
            look(&entries)
        }
    })
}
