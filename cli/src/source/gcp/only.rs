//! The queries of a pack as one that Cloud Logging can hold entries against. Pure.

use std::collections::BTreeSet;

use gardener_engine::entry::Root;
use gardener_engine::pack::Pack;
use gardener_engine::query::{LiteralIn, Query};

use super::request::{MOST_CHARACTERS, in_parentheses, quoted};

/// How long texts must be at least to be searched for everywhere: shorter ones are in many entries, and so the last resort.
const SHORTEST: [usize; 2] = [4, 2];

/// What is asked for in the place of all entries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Only {
    pub(crate) query: String,
    /// Why that is less than the pack's queries.
    pub(crate) note: Option<String>,
}

/// Entries that some definition of the pack may match, and those that are severe enough to be looked at without one. Definitions
/// that ignore what they match ask for nothing. `taken` is how many characters the rest of the filter has.
///
/// The queries themselves, if there is room for them; else the texts that entries must hold to match them, wherever those
/// stand: `message` is many fields, and each query would name all of them. That finds more, and misses nothing.
pub(crate) fn only_matching(pack: &Pack, taken: usize) -> Only {
    let floor = format!("severity>={}", pack.attention);
    let definitions = pack.definitions.iter().filter(|definition| definition.ignore.is_none());
    let severe = Query::parse(&floor).query;
    let is_severe = |query: &Query| severe.as_ref().is_some_and(|severe| severe.covers(query));
    let queries: Vec<&Query> =
        definitions.flat_map(|definition| &definition.queries).filter(|query| !is_severe(query)).collect();
    let room = MOST_CHARACTERS.saturating_sub(taken);
    let whole = union(&floor, queries.iter().map(|query| covering(query, pack)));
    let length = whole.chars().count();
    if length <= room {
        return Only { query: whole, note: None };
    }
    for shortest in SHORTEST {
        let query = by_texts(&floor, &queries, pack, shortest);
        if query.chars().count() <= room {
            return Only { query, note: None };
        }
    }
    let note = format!(
        "the pack's queries have {length} characters, and Cloud Logging takes {MOST_CHARACTERS}: entries from {} on are asked \
         for, and nothing less severe",
        pack.attention
    );
    Only { query: floor, note: Some(note) }
}

fn covering(query: &Query, pack: &Pack) -> String {
    in_parentheses(&query.to_covering_logging(&pack.message))
}

fn union(floor: &str, parts: impl Iterator<Item = String>) -> String {
    let mut all = vec![floor.to_owned()];
    for part in parts {
        if !all.contains(&part) {
            all.push(part);
        }
    }
    all.join(" OR ")
}

/// What is to be found anywhere in an entry, for all queries of which that is known; the others as they are.
fn by_texts(floor: &str, queries: &[&Query], pack: &Pack, shortest: usize) -> String {
    let (mut texts, mut others) = (BTreeSet::new(), Vec::new());
    for query in queries {
        match texts_of(query, shortest) {
            Some(some) => texts.extend(some),
            None => others.push(covering(query, pack)),
        }
    }
    // Whoever looks for `reset` finds `connection reset`.
    let is_found = |text: &String| texts.iter().any(|other| other != text && text.contains(other.as_str()));
    let needed = texts.iter().filter(|text| !is_found(text)).map(|text| quoted(text));
    union(floor, needed.chain(others))
}

/// Texts of which an entry that matches holds one, in the message or anywhere. What stands in one field says little by itself:
/// most entries have the same type of resource.
fn texts_of(query: &Query, shortest: usize) -> Option<Vec<String>> {
    let literals = query.literals()?;
    literals
        .into_iter()
        .map(|literal| {
            let is_text = match &literal.place {
                LiteralIn::Path(path) => path.root() == Root::Message,
                LiteralIn::AnyText => true,
                LiteralIn::Key(_) => false,
            };
            (is_text && literal.text.len() >= shortest).then_some(literal.text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use gardener_engine::entry::Batch;
    use gardener_engine::pack;
    use gardener_engine::redact::Redactor;
    use gardener_engine::script::Limits;

    use super::*;
    use crate::pack_files::find;

    fn shipped(rules: &str) -> Pack {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let found = find(Some(rules), root).unwrap();
        let sandbox = gardener_engine::judge::sandbox(Limits::default());
        pack::load(&found.reader, &found.location, &sandbox).pack.unwrap()
    }

    /// How many examples of the pack a query of its own matches; `union` must match each of them.
    fn examples_found(pack: &Pack, union: &Query) -> usize {
        let mut found = 0;
        for definition in pack.definitions.iter().filter(|definition| definition.ignore.is_none()) {
            for record in definition.examples.iter().flat_map(|example| example.records(&pack.message)) {
                let mut batch = Batch::new();
                batch.push_json(&record, &mut Vec::new());
                let batch = Redactor::default().batch(batch);
                for entry in batch.entries(&pack.message) {
                    if definition.queries.iter().any(|query| query.matches(&entry)) {
                        assert!(union.matches(&entry), "{}: {record}", definition.id);
                        found += 1;
                    }
                }
            }
        }
        found
    }

    #[test]
    fn what_the_shipped_packs_match_is_asked_for_and_fits() {
        for rules in ["rules/default", "rules/netra-staging"] {
            let pack = shipped(rules);
            let only = only_matching(&pack, 100);
            assert_eq!(only.note, None);
            assert!(only.query.chars().count() <= MOST_CHARACTERS - 100, "{}", only.query.chars().count());
            let union = Query::parse(&only.query).query.unwrap();
            assert!(examples_found(&pack, &union) > 150, "{rules}");
            let tight = only_matching(&pack, MOST_CHARACTERS - 20);
            assert_eq!(tight.query, "severity>=WARNING");
            assert!(tight.note.unwrap().contains("from WARNING on"));
        }
    }
}
