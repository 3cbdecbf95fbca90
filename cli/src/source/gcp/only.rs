//! The queries of a pack as one that Cloud Logging can hold entries against. Pure.

use gardener_engine::pack::Pack;

use super::request::{MOST_CHARACTERS, in_parentheses};

/// What is asked for in the place of all entries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Only {
    pub(crate) query: String,
    /// Why that is less than the pack's queries.
    pub(crate) note: Option<String>,
}

/// Entries that some definition of the pack may match, and those that are severe enough to be looked at without one. Definitions
/// that ignore what they match ask for nothing. `taken` is how many characters the rest of the filter has.
pub(crate) fn only_matching(pack: &Pack, taken: usize) -> Only {
    let floor = format!("severity>={}", pack.attention);
    let mut parts = vec![floor.clone()];
    let definitions = pack.definitions.iter().filter(|definition| definition.ignore.is_none());
    for query in definitions.flat_map(|definition| &definition.queries) {
        let part = in_parentheses(&query.to_covering_logging(&pack.message));
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let query = parts.join(" OR ");
    let length = query.chars().count();
    if length + taken <= MOST_CHARACTERS {
        return Only { query, note: None };
    }
    let note = format!(
        "the pack's queries have {length} characters, and Cloud Logging takes {MOST_CHARACTERS}: entries from {} on are asked \
         for, and nothing less severe",
        pack.attention
    );
    Only { query: floor, note: Some(note) }
}
