//! What policy says of the group of an entry.

use std::collections::BTreeMap;

use rhai::{Dynamic, Map};

use super::{Verdict, at_function, entry, failure_at};
use crate::entry::Entry;
use crate::pack::{Definition, Pack};
use crate::script::{Failure, FunctionId, Sandbox, kind_of};
use crate::tally::group_value;

/// The function that says into which group an entry of a definition goes: the definition's own, else the pack's.
#[must_use]
pub fn group_function(pack: &Pack, definition: &Definition) -> Option<FunctionId> {
    definition.policy.group.clone().or_else(|| pack.policy.function("group", 1))
}

/// What a `group(entry)` says of an entry.
///
/// # Errors
/// Where the function fails or returns something else.
pub fn group_values(
    pack: &Pack,
    sandbox: &Sandbox,
    function: &FunctionId,
    entry: &Entry<'_>,
) -> Result<BTreeMap<String, String>, Failure> {
    let argument = entry::Handle::new(entry);
    let value = sandbox.call(&pack.policy, function, vec![Dynamic::from(argument)])?;
    let text = |value: &Dynamic| -> String { group_value(&value.to_string()) };
    if value.is_unit() {
        return Ok(BTreeMap::new());
    }
    if let Some(map) = value.read_lock::<Map>() {
        return Ok(map.iter().map(|(key, value)| (key.to_string(), text(value))).collect());
    }
    if value.is_string() || value.is_int() || value.is_bool() {
        return Ok(BTreeMap::from([("group".to_owned(), text(&value))]));
    }
    let message = format!("`{}` returned {}, not a text, a map or nothing", function.name, kind_of(&value));
    Err(at_function(pack, function, message))
}

/// `group(entry)` failed for so many entries of a definition: they go where the definition's other keys put them, and all
/// of its clusters are marked.
pub(crate) fn group_failed(pack: &Pack, failure: &Failure, entries: u64, verdict: &mut Verdict) {
    let place = pack.policy.place(failure.script, failure.range.start);
    let entries = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
    verdict.policy_failed = true;
    verdict.reasons.push(format!("`group(entry)` failed for {entries}: {} ({place})", failure.message));
    let diagnostic = failure_at(pack, failure, format!("`group(entry)` failed for {entries}: {}", failure.message));
    verdict
        .failures
        .push(diagnostic.help("these entries stay in a group without its values, and the report marks them"));
}
