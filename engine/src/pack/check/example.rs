//! Examples: each must match (or not) its own definition, and should not be taken by another one before it.

use super::script::Scripts;
use super::{Checked, Checking, reach};
use crate::diagnostic::Diagnostic;
use crate::entry::{Batch, Entry, FieldPath, LogSeverity, Root};
use crate::pack::codes;
use crate::pack::decode::At;
use crate::pack::model::{Definition, FacetKey};
use crate::pack::raw::Example;
use crate::redact::Redactor;

/// An example that its definition matches and never gets.
struct Shadowed<'e> {
    example: &'e At<Example>,
    /// The place of the definition that takes it.
    winner: usize,
}

/// What one definition's examples come to.
#[derive(Default)]
struct Outcome<'e> {
    matching: usize,
    shadowed: Vec<Shadowed<'e>>,
    /// For each capture, what it read from the examples.
    read: Vec<Vec<String>>,
}

impl Checking<'_> {
    /// Checks the examples of all definitions, which stand in the order in which they are considered.
    pub(super) fn examples(&mut self, all: &[Checked], redactor: &Redactor, message: &[FieldPath], scripts: &Scripts) {
        self.lookups(all, scripts);
        let covered = reach::covered(all);
        for (place, checked) in all.iter().enumerate() {
            let outcome = self.examples_of(all, place, redactor, message);
            self.unused_captures(checked, &outcome.read, scripts);
            // That a pack takes entries from its base is what packs are for.
            let is_no_extension = |by: &&Checked| by.merged.layer >= checked.merged.layer;
            if let Some(by) = covered.get(place).copied().flatten().and_then(|by| all.get(by)).filter(is_no_extension) {
                self.unreachable(checked, by, "its queries hold only where this one's do");
                continue;
            }
            let winner = outcome.shadowed.first().and_then(|first| all.get(first.winner));
            if let Some(winner) = winner.filter(is_no_extension).filter(|_| outcome.shadowed.len() == outcome.matching) {
                self.unreachable(checked, winner, "it takes the examples");
                continue;
            }
            for shadowed in &outcome.shadowed {
                let Some(winner) = all.get(shadowed.winner).filter(is_no_extension) else { continue };
                let text = format!("this example of `{}` goes to `{}`", checked.definition.id, winner.definition.id);
                self.diagnostics.push(
                    Diagnostic::new(&codes::SHADOWED_EXAMPLE, shadowed.example.span, text)
                        .label("never gets here")
                        .help(hint(&winner.definition))
                        .related(winner.definition.span, "takes it first"),
                );
            }
        }
    }

    fn unreachable(&mut self, checked: &Checked, winner: &Checked, why: &str) {
        let text = format!("nothing ever gets to `{}`: `{}` comes first", checked.definition.id, winner.definition.id);
        self.diagnostics.push(
            Diagnostic::new(&codes::UNREACHABLE_DEFINITION, checked.definition.span, text)
                .label("cannot be reached")
                .help(hint(&winner.definition))
                .related(winner.definition.span, why),
        );
    }

    fn examples_of<'e>(
        &mut self,
        all: &'e [Checked],
        place: usize,
        redactor: &Redactor,
        message: &[FieldPath],
    ) -> Outcome<'e> {
        let Some(checked) = all.get(place) else { return Outcome::default() };
        let mut outcome = Outcome { read: vec![Vec::new(); checked.definition.captures.len()], ..Outcome::default() };
        let Some(examples) = checked.merged.placed.keys.examples.as_ref().map(|examples| &examples.value) else {
            return outcome;
        };
        for example in examples.matching.iter().flat_map(|list| &list.value.0) {
            self.must_match(all, place, example, redactor, message, &mut outcome);
        }
        for example in examples.no_match.iter().flat_map(|list| &list.value.0) {
            let records = records(&example.value, message);
            let definition = &checked.definition;
            let is_matched = with(&records, Some(redactor), message, |entries| {
                Ok(entries.iter().any(|entry| matches(definition, entry)))
            });
            match is_matched {
                Err(reason) => self.invalid(example, &reason),
                Ok(false) => {}
                Ok(true) => self.diagnostics.push(
                    Diagnostic::new(&codes::EXAMPLE_MATCHED, example.span, format!("`{}` matches this", definition.id))
                        .label("shall not match")
                        .help("narrow `match`, or move the example to `examples.match`")
                        .related(query_span(checked), "the query"),
                ),
            }
        }
        outcome
    }

    fn must_match<'e>(
        &mut self,
        all: &'e [Checked],
        place: usize,
        example: &'e At<Example>,
        redactor: &Redactor,
        message: &[FieldPath],
        outcome: &mut Outcome<'e>,
    ) {
        let Some(checked) = all.get(place) else { return };
        let definition = &checked.definition;
        let records = records(&example.value, message);
        let found = with(&records, Some(redactor), message, |entries| {
            let own: Vec<&Entry<'_>> = entries.iter().filter(|entry| matches(definition, entry)).collect();
            let read: Vec<Option<String>> =
                definition.captures.iter().map(|capture| own.iter().find_map(|entry| read(capture, entry))).collect();
            let takers =
                own.iter().map(|entry| all.iter().take(place).position(|other| matches(&other.definition, entry)));
            let mut first = None;
            for taker in takers {
                match taker {
                    None => return Ok((!own.is_empty(), None, read)),
                    Some(taker) => first = first.or(Some(taker)),
                }
            }
            Ok((!own.is_empty(), first, read))
        });
        let (is_matched, taker, read) = match found {
            Ok(found) => found,
            Err(reason) => {
                self.invalid(example, &reason);
                return;
            }
        };
        if !is_matched {
            self.not_matched(checked, example, &records, message);
            return;
        }
        outcome.matching += 1;
        for (values, value) in outcome.read.iter_mut().zip(read) {
            values.extend(value);
        }
        if let Some(winner) = taker {
            outcome.shadowed.push(Shadowed { example, winner });
        }
    }

    fn not_matched(&mut self, checked: &Checked, example: &At<Example>, records: &[String], message: &[FieldPath]) {
        let definition = &checked.definition;
        let is_redacted =
            with(records, None, message, |entries| Ok(entries.iter().any(|entry| matches(definition, entry))));
        let help = match (is_redacted, &example.value) {
            (Ok(true), _) => "it would match before redaction; rules see text whose secrets are taken out",
            (_, Example::Message(_)) => {
                "a text is an entry with this message and any severity; where the query asks for other fields, write the example \
                 as a mapping, as the entry stands in a capture"
            }
            (_, Example::Entry(_)) => "correct the query or the example, or move it to `examples.no_match`",
        };
        self.diagnostics.push(
            Diagnostic::new(
                &codes::EXAMPLE_NOT_MATCHED,
                example.span,
                format!("`{}` does not match this", definition.id),
            )
            .label("shall match")
            .help(help)
            .related(query_span(checked), "the query"),
        );
    }

    fn invalid(&mut self, example: &At<Example>, reason: &str) {
        self.tell(&codes::EXAMPLE_INVALID, example.span, format!("the example is no log entry: {reason}"), None);
    }

    /// Tells of captures that nothing uses and that are no numbers, which would be metrics.
    fn unused_captures(&mut self, checked: &Checked, read: &[Vec<String>], scripts: &Scripts) {
        let definition = &checked.definition;
        let mentioned = mentions(definition);
        for (index, capture) in definition.captures.iter().enumerate() {
            let is_listed = definition.facets.iter().chain(&definition.group_by).any(|key| is_capture(key, index));
            let is_mentioned = mentioned.iter().any(|(_, name)| *name == capture.name);
            if is_listed || is_mentioned || scripts.reads(&definition.id, &capture.name) {
                continue;
            }
            let values = read.get(index).map_or(&[][..], Vec::as_slice);
            let is_numeric = match values {
                [] => {
                    [r"\d", "0-9", "[[:digit:]]", r"\p{N"].iter().any(|digits| capture.regex.as_str().contains(digits))
                }
                values => values.iter().any(|value| value.parse::<f64>().is_ok()),
            };
            if is_numeric {
                continue;
            }
            let named = checked.merged.placed.keys.capture.iter().flat_map(|capture| &capture.value.0);
            let span = named.clone().find(|(name, _)| name.value == capture.name).map(|(name, _)| name.span);
            let text =
                format!("nothing uses the capture `{}`, and it reads no number that could be a metric", capture.name);
            let help = Some("list it in `facets` or `group_by`, or take it out".to_owned());
            self.tell(&codes::UNUSED_CAPTURE, span.unwrap_or(definition.span), text, help);
        }
    }
}

fn hint(winner: &Definition) -> String {
    format!("give it a higher `priority` than `{}` ({}), or narrow the other's `match`", winner.id, winner.priority)
}

fn is_capture(key: &FacetKey, at: usize) -> bool {
    matches!(key, FacetKey::Capture { index, .. } if *index == at)
}

/// What the texts of a definition mention below `metrics`, `facets` and `group`.
fn mentions(definition: &Definition) -> Vec<(String, String)> {
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
    texts.into_iter().flatten().flat_map(crate::phrase::Phrase::mentions).collect()
}

fn query_span(checked: &Checked) -> crate::diagnostic::Span {
    checked
        .merged
        .placed
        .keys
        .queries
        .as_ref()
        .map_or(checked.definition.span, |queries| queries.value.0.first().map_or(queries.span, |first| first.span))
}

fn matches(definition: &Definition, entry: &Entry<'_>) -> bool {
    definition.queries.iter().any(|query| query.matches(entry))
}

/// What a capture reads from an entry.
fn read(capture: &crate::pack::model::Capture, entry: &Entry<'_>) -> Option<String> {
    let text = entry.first_text(&capture.from)?;
    Some(capture.regex.captures(text)?.get(capture.group)?.as_str().to_owned())
}

/// The entries that an example stands for, as JSON: itself, or its message with each severity at each usual place.
fn records(example: &Example, message: &[FieldPath]) -> Vec<String> {
    use serde_json::{Map, Value};
    let text = match example {
        Example::Entry(entry) => return vec![entry.to_string()],
        Example::Message(text) => text,
    };
    let first = message.iter().find_map(|path| match path.root() {
        Root::Field(field) => {
            let below = path.segments().iter().map(|segment| segment.name().to_owned());
            Some(std::iter::once(field.name().to_owned()).chain(below).collect::<Vec<_>>())
        }
        Root::Message => None,
    });
    let mut places: Vec<Vec<String>> = first.into_iter().chain([vec!["textPayload".to_owned()]]).collect();
    places.dedup();
    let mut records = Vec::new();
    for place in places {
        let value = place
            .iter()
            .rev()
            .fold(Value::String(text.clone()), |value, name| Value::Object(Map::from_iter([(name.clone(), value)])));
        for severity in LogSeverity::ALL {
            let mut record = value.clone();
            if let Value::Object(fields) = &mut record {
                fields.entry("severity").or_insert_with(|| Value::String(severity.name().to_owned()));
            }
            records.push(record.to_string());
        }
    }
    records
}

/// Looks at the entries of records, redacted if a redactor is given. An error where a record is no entry.
fn with<T>(
    records: &[String],
    redactor: Option<&Redactor>,
    message: &[FieldPath],
    look: impl FnOnce(&[Entry<'_>]) -> Result<T, String>,
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
    match redactor {
        Some(redactor) => {
            let batch = redactor.batch(batch);
            let entries: Vec<Entry<'_>> = batch.entries(message).collect();
            look(&entries)
        }
        None => {
            let entries: Vec<Entry<'_>> =
                batch.heads.iter().map(|head| Entry::new(&batch.tape, head, message)).collect();
            look(&entries)
        }
    }
}
