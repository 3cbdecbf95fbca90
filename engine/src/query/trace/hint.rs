//! What may help to understand why a test does not hold.

use regex::RegexBuilder;

use super::found::excerpt;
use super::near::{head, matcher, of_regex};
use crate::diagnostic::nearest;
use crate::entry::{Data, Entry, FieldPath, Root};
use crate::query::lexer::Op;
use crate::query::number::Decimal;
use crate::query::test::{FieldTest, Matcher};

/// Something to say, and how near a test is at least of which it can be said.
type Hint = (f64, String);

/// Values of an entry that are looked at for what stands elsewhere.
const VALUES: usize = 500;
/// Bytes of their texts in all.
const BYTES: usize = 16 << 10;
/// Characters quoted.
const QUOTE: usize = 48;
/// Shorter texts stand anywhere.
const SHORTEST: usize = 4;

/// What there is to say of a field that fails a test.
pub(super) fn of_field(field: &FieldTest, entry: &Entry<'_>) -> Option<Hint> {
    let matcher = matcher(&field.probe);
    let by_matcher = matcher.and_then(|matcher| {
        let text = entry.first_text(&field.path)?;
        of_text(matcher, head(text))
    });
    by_matcher.or_else(|| elsewhere(matcher, field, entry)).or_else(|| other_name(field, entry))
}

/// The words that a search does not find.
pub(super) fn missing(words: &[&str]) -> Option<String> {
    let quoted: Vec<String> = words.iter().take(4).map(|word| quote(word)).collect();
    let verb = if words.len() == 1 { "is" } else { "are" };
    (!words.is_empty()).then(|| format!("{} {verb} missing", quoted.join(", ")))
}

fn quote(text: &str) -> String {
    format!("`{}`", excerpt(text, None, QUOTE).replace('`', "'"))
}

fn of_text(matcher: &Matcher, text: &str) -> Option<Hint> {
    match matcher {
        Matcher::Compare(Op::Equal, needle) if needle.is_in(text) && !needle.as_str().is_empty() => {
            Some((0.6, "the field holds this and more: `:` asks whether it is in there".to_owned()))
        }
        Matcher::Compare(op, needle)
            if op.is_order() && [needle.as_str(), text].iter().all(|side| Decimal::parse(side).is_some()) =>
        {
            Some((0.4, "the field holds text, which is compared letter by letter".to_owned()))
        }
        Matcher::Regex { regex, negated: false, .. } => {
            let folded = RegexBuilder::new(regex.as_str()).case_insensitive(true).size_limit(1 << 20).build().ok()?;
            if folded.is_match(text) {
                return Some((0.9, "only capitals differ: begin the expression with `(?i)`".to_owned()));
            }
            let matched = of_regex(regex.as_str(), text).1?;
            let part = text.get(matched).filter(|part| part.chars().count() > SHORTEST)?;
            let from = part.char_indices().rev().nth(QUOTE - 1).map_or(0, |(at, _)| at);
            let dots = if from > 0 { "…" } else { "" };
            Some((0.0, format!("it matches as far as `{dots}{}`", part.get(from..)?.replace('`', "'"))))
        }
        _ => None,
    }
}

/// Where else the text stands that a field should hold.
fn elsewhere(matcher: Option<&Matcher>, field: &FieldTest, entry: &Entry<'_>) -> Option<Hint> {
    let Some(Matcher::Compare(Op::Has | Op::Equal, needle)) = matcher else { return None };
    if needle.as_str().chars().count() < SHORTEST {
        return None;
    }
    let own = field.path.to_string();
    let (mut left, mut bytes) = (VALUES, BYTES);
    let mut found = None;
    entry.walk(&mut |names, value| {
        left = left.saturating_sub(1);
        if let Data::Text(text) = value.data() {
            let text = head(text);
            bytes = bytes.saturating_sub(text.len());
            if needle.is_in(text) {
                found = FieldPath::from_names(names).ok().map(|path| path.to_string()).filter(|path| *path != own);
            }
        }
        found.is_some() || left == 0 || bytes == 0
    });
    let path = found?;
    Some((0.6, format!("{} stands in {}", quote(needle.as_str()), quote(&path))))
}

/// A key that the entry has beside one that it has not, and that is written nearly so.
fn other_name(field: &FieldTest, entry: &Entry<'_>) -> Option<Hint> {
    let Root::Field(root) = field.path.root() else { return None };
    if entry.first(&field.path).is_some() {
        return None;
    }
    let mut steps: Vec<String> = field.path.segments().iter().map(|segment| segment.name().to_owned()).collect();
    let wanted = steps.pop()?;
    let names: Vec<String> = std::iter::once(root.name().to_owned()).chain(steps.iter().cloned()).collect();
    let parent = FieldPath::from_names(&names).ok()?;
    let Some(Data::Map(map)) = entry.first(&parent).map(|value| value.data()) else { return None };
    let near = nearest(&wanted, map.take(VALUES).map(|(key, _)| key))?;
    let path = FieldPath::from_names(&[names, vec![near.to_owned()]].concat()).ok()?;
    Some((0.3, format!("the entry has {}", quote(&path.to_string()))))
}
