//! Definitions held against their examples.

use super::codes;
use super::model::{Definition, Pack};
use crate::diagnostic::Diagnostic;
use crate::entry::Batch;

/// What is wrong with the examples of a pack: those that do not match, those that must not and do, those that another
/// definition takes.
#[must_use]
pub fn check_examples(pack: &Pack) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (place, definition) in pack.definitions.iter().enumerate() {
        for example in &definition.examples {
            let found = example.records.iter().find_map(|record| takers(pack, record, place).then_some(record));
            match (example.matches, found) {
                (true, None) => diagnostics.push(
                    Diagnostic::new(
                        &codes::EXAMPLE_MISSED,
                        example.span,
                        format!("`{}` does not match this example", definition.id),
                    )
                    .label("no query holds for it")
                    .related(definition.span, "the definition"),
                ),
                (false, Some(_)) => diagnostics.push(
                    Diagnostic::new(
                        &codes::EXAMPLE_MATCHED,
                        example.span,
                        format!("`{}` matches what it must not", definition.id),
                    )
                    .label("a query holds for it")
                    .related(definition.span, "the definition"),
                ),
                (true, Some(_)) => diagnostics.extend(shadowed(pack, definition, place, example)),
                (false, None) => {}
            }
        }
    }
    crate::diagnostic::sort(&mut diagnostics);
    diagnostics
}

/// Whether the definition at a place matches a record.
fn takers(pack: &Pack, record: &str, place: usize) -> bool {
    winner(pack, record, place..place + 1).is_some()
}

/// The first definition of a range that matches a record.
fn winner<'p>(pack: &'p Pack, record: &str, range: std::ops::Range<usize>) -> Option<&'p Definition> {
    let mut batch = Batch::new();
    batch.push_json(record, &mut Vec::new());
    let batch = pack.redactor.batch(batch);
    let entry = batch.entries(&pack.message).next()?;
    let definitions = pack.definitions.get(range)?;
    definitions.iter().find(|definition| definition.queries.iter().any(|query| query.matches(&entry)))
}

/// A definition that takes every form of the example that this one matches.
fn shadowed(pack: &Pack, definition: &Definition, place: usize, example: &super::Example) -> Option<Diagnostic> {
    let mut taker = None;
    for record in example.records.iter().filter(|record| takers(pack, record, place)) {
        taker = Some(winner(pack, record, 0..place)?);
    }
    let taker = taker?;
    let message = format!("this example of `{}` is taken by `{}`", definition.id, taker.id);
    Some(
        Diagnostic::new(&codes::EXAMPLE_SHADOWED, example.span, message)
            .label(format!("`{}` is considered first", taker.id))
            .help("raise this definition's `priority`, or make the other's query narrower")
            .related(taker.span, "the definition that takes it"),
    )
}
