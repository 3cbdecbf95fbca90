//! A draft from an entry of a capture, and what else it matches there.

use std::collections::BTreeMap;

use gardener_engine::draft::{Draft, NothingConstant, draft};
use gardener_engine::entry::Batch;
use gardener_engine::pack::Pack;
use gardener_engine::render::count;

use crate::context::Context;
use crate::entries::find::{FoundContent, Search, Which};
use crate::entries::{Record, for_each, operand};
use crate::error::{Exit, Failure};
use crate::source::{Capture, InputError, held};
use crate::terminal::clean;

use super::super::buckets::Buckets;
use super::super::reading::exit_of;

/// Definitions told of that have entries which the draft matches.
const HOLDERS: usize = 5;

/// The draft from the entry that an operand names; what else it matches is told. Of the built-in pack, a draft is for one that
/// builds on it.
pub(super) fn drafted(
    context: &Context,
    (pack, is_built_in): (&Pack, bool),
    operand: &str,
    id: Option<&str>,
) -> Result<Draft, Failure> {
    let (capture, which) = named(context, operand)?;
    let captures = [capture];
    let search =
        Search { captures: &captures, redactor: &pack.redactor, message: &pack.message, since: None, until: None };
    let name = captures.first().map_or("", |capture| capture.name.as_str());
    let found = search
        .find(0, which)
        .map_err(|wrong| operand::not_found(name, which, wrong).unwrap_or_else(|errors| unreadable(&errors)))?;
    let place = format!("record {} of {name}", found.standing.record);
    let mut batch = Batch::new();
    let at = match &found.content {
        FoundContent::Json(text, at) => {
            batch.push_json(text, &mut Vec::new());
            *at
        }
        FoundContent::Text(text) => {
            batch.push_text(text);
            0
        }
        FoundContent::Malformed(reason, quote) => {
            let message = format!("{place} cannot be read: {reason}: {quote}");
            return Err(Failure::new(Exit::Unreadable, message));
        }
    };
    let redacted = pack.redactor.batch(batch);
    let entry = redacted.entries(&pack.message).nth(at);
    let entry =
        entry.ok_or_else(|| Failure::new(Exit::Unreadable, format!("`{name}` has changed while it was read")))?;
    let draft = draft(&entry, pack, id, is_built_in).map_err(|NothingConstant| {
        Failure::new(
            Exit::Usage,
            format!("{place} has no words that a query could ask for: its message is empty or all values"),
        )
        .help("take an entry with words in it, or begin with `gardener new ID`")
    })?;
    if !context.is_quiet() {
        context.tell(&clean(&reach(&captures, pack, &draft, &place)?));
    }
    Ok(draft)
}

/// The capture and the record that are meant.
fn named(context: &Context, operand: &str) -> Result<(Capture, Which), Failure> {
    let (name, which) = operand::parted(operand)?;
    let Some(which) = which else {
        return Err(Failure::new(Exit::Usage, format!("`{operand}` names no record"))
            .help(format!("write `{operand}:17` for record 17, or `{operand}:L17` for the one at line 17")));
    };
    let mut captures =
        Buckets::new(context).resolve(std::slice::from_ref(&name)).map_err(|errors| unreadable(&errors))?;
    match (captures.pop(), captures.is_empty()) {
        (Some(capture), true) => Ok((held(capture).map_err(|error| unreadable(&[error]))?, which)),
        _ => {
            let message = format!("`{name}` names several captures, and only one of them can hold the record");
            Err(Failure::new(Exit::Usage, message).help("name the file itself"))
        }
    }
}

fn unreadable(errors: &[InputError]) -> Failure {
    Failure::new(exit_of(errors), errors.first().map_or_else(|| "there is no capture".to_owned(), ToString::to_string))
}

/// What the draft matches in its capture, and whose these entries are now.
fn reach(captures: &[Capture], pack: &Pack, draft: &Draft, place: &str) -> Result<String, Failure> {
    let (mut entries, mut matched) = (0_u64, 0_u64);
    let mut holders: BTreeMap<Option<&str>, u64> = BTreeMap::new();
    let errors = for_each(captures.to_vec(), &pack.redactor, &pack.message, |_, record| {
        let Record::Entry { entry, .. } = record else { return true };
        entries += 1;
        if draft.query.matches(entry) {
            matched += 1;
            let holder = pack.definitions.iter().find(|d| d.queries.iter().any(|query| query.matches(entry)));
            *holders.entry(holder.map(|definition| definition.id.as_str())).or_default() += 1;
        }
        true
    });
    if !errors.is_empty() {
        return Err(unreadable(&errors));
    }
    let mut text = format!("drafted from {place}: {}\n", draft.query_text());
    let entries = if entries == 1 { "the one entry".to_owned() } else { format!("the {} entries", count(entries)) };
    text.push_str(&format!("it matches {} of {entries} there", count(matched)));
    let mut holders: Vec<(Option<&str>, u64)> = holders.into_iter().collect();
    holders.sort_by_key(|(id, entries)| (std::cmp::Reverse(*entries), *id));
    let more = holders.len().saturating_sub(HOLDERS);
    let said: Vec<String> = holders
        .iter()
        .take(HOLDERS)
        .map(|(id, entries)| match id {
            Some(id) => format!("{} of `{id}`", count(*entries)),
            None => format!("{} that no definition has now", count(*entries)),
        })
        .collect();
    text.push_str(&format!(
        ": {}{}\n",
        said.join(", "),
        if more > 0 { format!(", and of {more} more") } else { String::new() }
    ));
    if let Some(taker) = &draft.taker {
        text.push_str(&format!("the entry itself belongs to `{taker}` now; the draft would take it\n"));
    }
    Ok(text)
}
