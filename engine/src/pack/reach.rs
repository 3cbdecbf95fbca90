//! Definitions that nothing can get to, because one before them has the same queries or wider ones.
//!
//! Decided by what is written, conjunct by conjunct; so what is found is certain, and not all is found. `AND` binds weakest
//! in the Logging query language, so that a query is the conjunction of what stands between its outer `AND`s.

use std::collections::BTreeSet;

use super::codes;
use super::model::Definition;
use crate::diagnostic::Diagnostic;

/// Queries in all beyond which pairs are not compared.
const MAX_QUERIES: usize = 4000;

/// Tells of definitions that nothing gets to. That a pack takes all from a definition of its base is what packs are for.
pub(super) fn report(all: &[Definition], diagnostics: &mut Vec<Diagnostic>) {
    for (definition, by) in all.iter().zip(covered(all)) {
        if let Some(taker) = by.and_then(|by| all.get(by)).filter(|taker| taker.layer >= definition.layer) {
            diagnostics.push(unreachable(definition, taker, "its queries hold wherever this one's do"));
        }
    }
}

/// That nothing gets to a definition because of another one.
pub(super) fn unreachable(definition: &Definition, taker: &Definition, why: &str) -> Diagnostic {
    let message = format!("nothing ever gets to `{}`: `{}` comes first", definition.id, taker.id);
    Diagnostic::new(&codes::UNREACHABLE_DEFINITION, definition.span, message)
        .label("cannot be reached")
        .help(hint(definition, taker))
        .related(taker.span, why)
}

/// What can be done about it.
pub(crate) fn hint(definition: &Definition, taker: &Definition) -> String {
    let (own, other) = (definition.priority, taker.priority);
    format!(
        "give `{}` a `priority` above {other} (it has {own}), or narrow the `match` of `{}`",
        definition.id, taker.id
    )
}

/// For each definition, the first one before it because of which nothing gets to it.
pub(super) fn covered(all: &[Definition]) -> Vec<Option<usize>> {
    let sets: Vec<Vec<BTreeSet<String>>> =
        all.iter().map(|definition| definition.queries.iter().map(|query| conjuncts(query.text())).collect()).collect();
    if sets.iter().map(Vec::len).sum::<usize>() > MAX_QUERIES {
        return vec![None; all.len()];
    }
    let by = |set: &BTreeSet<String>, place: usize| {
        sets.iter().take(place).position(|earlier| earlier.iter().any(|wider| wider.is_subset(set)))
    };
    sets.iter()
        .enumerate()
        .map(|(place, own)| {
            let takers: Option<Vec<usize>> = own.iter().map(|set| by(set, place)).collect();
            takers.and_then(|takers| takers.into_iter().max())
        })
        .collect()
}

/// The parts of a query between its outer `AND`s, blanks evened out. What holds of every entry is left out.
fn conjuncts(query: &str) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    let mut part = String::new();
    let mut words = words(query).into_iter().peekable();
    let mut depth = 0usize;
    let mut finish = |part: &mut String| {
        let text = std::mem::take(part);
        let text = text.trim();
        if !text.is_empty() && text != "severity >= DEFAULT" {
            parts.insert(text.to_owned());
        }
    };
    while let Some(word) = words.next() {
        let is_quoted = word.starts_with(['"', '\'']);
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && !is_quoted && word == "AND" {
            finish(&mut part);
            continue;
        }
        part.push_str(&word);
        if words.peek().is_some() {
            part.push(' ');
        }
    }
    finish(&mut part);
    parts
}

/// Words, quoted texts, parentheses and operators; comments left out.
fn words(query: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = query.char_indices().peekable();
    let is_operator = |c: char| matches!(c, '=' | '!' | '<' | '>' | '~' | ':' | ',');
    while let Some((at, c)) = chars.next() {
        let rest = query.get(at..).unwrap_or("");
        if c.is_whitespace() {
            continue;
        }
        if rest.starts_with("--") {
            while chars.next_if(|(_, c)| *c != '\n').is_some() {}
            continue;
        }
        let mut word = c.to_string();
        if c == '"' || c == '\'' {
            let mut is_escaped = false;
            for (_, next) in chars.by_ref() {
                word.push(next);
                if next == c && !is_escaped {
                    break;
                }
                is_escaped = next == '\\' && !is_escaped;
            }
        } else if is_operator(c) {
            while let Some((_, next)) = chars.next_if(|(_, c)| is_operator(*c)) {
                word.push(next);
            }
        } else if !matches!(c, '(' | ')') {
            let is_word = |c: char| !c.is_whitespace() && !is_operator(c) && !matches!(c, '(' | ')' | '"' | '\'');
            while let Some((_, next)) = chars.next_if(|(_, c)| is_word(*c)) {
                word.push(next);
            }
        }
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(query: &str) -> Vec<String> {
        conjuncts(query).into_iter().collect()
    }

    #[test]
    fn a_query_is_split_at_its_outer_ands() {
        assert_eq!(set("a:1 AND  b:\"x AND y\""), ["a : 1", "b : \"x AND y\""]);
        assert_eq!(set("(a:1 AND b:2) OR c:3 AND d:4"), ["( a : 1 AND b : 2 ) OR c : 3", "d : 4"]);
        assert_eq!(set("a:1 -- note AND b\nAND b:2"), ["a : 1", "b : 2"]);
        assert_eq!(set("severity>=DEFAULT"), Vec::<String>::new());
    }
}
