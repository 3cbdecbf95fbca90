//! What stays the same in a message: stretches of words between values.
//!
//! This masks more than [`crate::template`] does and keeps more as well: a template must be the same for all messages of a
//! kind, a query must only never be wrong about what it asks for.

use std::ops::Range;

use crate::template::NAMES;

/// Bytes of a message that are looked at.
const LENGTH: usize = 1_024;
/// Tokens of a message that are looked at.
const TOKENS: usize = 128;
/// Words of a stretch; more would tie the query to one sentence.
const WORDS: usize = 8;
/// Characters in quotation marks that are taken for a value.
const QUOTED: usize = 64;

/// Words that say nothing alone; a stretch neither begins nor ends with one.
const FILLERS: [&str; 38] = [
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or", "is", "was", "are",
    "were", "be", "been", "has", "have", "had", "will", "as", "it", "its", "this", "that", "after", "via", "must",
    "may", "can", "could", "should", "would", "because",
];
/// Days and months, as dates have them.
const DATES: [&str; 19] = [
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
    "Oct", "Nov", "Dec",
];
/// Words for log severities, which the entry has a field for.
const LEVELS: [&str; 12] =
    ["trace", "debug", "info", "notice", "warn", "warning", "error", "err", "critical", "fatal", "severe", "alert"];

/// A stretch of a message that holds no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch<'m> {
    /// Its text, as it stands in the message.
    pub(super) text: &'m str,
    /// The words in it that carry meaning, as bytes of `text`.
    pub(super) telling: Vec<Range<usize>>,
}

/// The stretches of a message, in its order. Where all of it stands in quotation marks, these are not minded.
pub(super) fn stretches(message: &str) -> Vec<Stretch<'_>> {
    let text = beginning(crate::template::telling_part(message));
    let found = between(text, &tokens(text, true));
    if found.is_empty() { between(text, &tokens(text, false)) } else { found }
}

/// As much of a text as is looked at.
pub(super) fn beginning(text: &str) -> &str {
    let mut end = text.len().min(LENGTH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

#[derive(Debug)]
struct Token {
    range: Range<usize>,
    is_value: bool,
    /// Whether a value follows that it is the name of.
    is_key: bool,
}

fn tokens(text: &str, minds_quotes: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let quoted = if minds_quotes { quoted(text) } else { Vec::new() };
    let mut at = 0;
    while tokens.len() < TOKENS
        && let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty())
    {
        let length = token_length(rest);
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let range = at..at + length;
        let token = text.get(range.clone()).unwrap_or("");
        let before = text.get(..at).unwrap_or("");
        let after = text.get(range.end..).unwrap_or("");
        let is_value = is_value(token)
            || before.ends_with('=')
            || is_named(before, after)
            || quoted.iter().any(|quoted| quoted.contains(&at));
        at = range.end;
        // Of `AUTH=REDACTED` the word may belong to the sentence; `run_id=7` is a field.
        let is_key = after.starts_with('=') && !token.chars().any(char::is_uppercase);
        tokens.push(Token { range, is_value, is_key });
    }
    tokens
}

/// Bytes up to the next delimiter. An apostrophe between letters is none.
fn token_length(rest: &str) -> usize {
    let mut before: Option<char> = None;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_inside = c == '\''
            && before.is_some_and(char::is_alphabetic)
            && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if is_delimiter(c) && !is_inside {
            return at;
        }
        before = Some(c);
    }
    rest.len()
}

fn is_delimiter(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '=' | ':' | ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\'' | '`' | '|')
}

/// Whether what stands behind `before` is the value of a name: `user_id: pending, `.
fn is_named(before: &str, after: &str) -> bool {
    let Some(name) = before.strip_suffix(": ") else { return false };
    let name = name.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
    !name.is_empty() && (name.contains('_') || after.starts_with(',') || after.starts_with('}'))
}

/// What stands in quotation marks, if it is short.
fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for mark in ['"', '\'', '`'] {
        let is_mark = |(at, _): &(usize, &str)| {
            let before = text.get(..*at).and_then(|before| before.chars().next_back());
            let after = text.get(at + 1..).and_then(|after| after.chars().next());
            !(before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic))
        };
        let mut marks = text.match_indices(mark).filter(is_mark).map(|(at, _)| at);
        while let (Some(open), Some(close)) = (marks.next(), marks.next()) {
            if close - open <= QUOTED {
                ranges.push(open..close);
            }
        }
    }
    ranges
}

/// Whether a token looks like a value: a number, an id, an address, a path, what redaction left.
pub(super) fn is_value(token: &str) -> bool {
    if NAMES.iter().any(|name| name.eq_ignore_ascii_case(token)) {
        return false;
    }
    let mut letters = 0;
    for c in token.chars() {
        match c {
            '0'..='9' | '/' | '\\' | '@' | '*' | '%' | '$' | '~' | '^' | '…' => return true,
            c if c.is_alphabetic() => letters += 1,
            c if c.is_alphanumeric() || c.is_control() => return true,
            _ => {}
        }
    }
    letters == 0
        || token.starts_with("REDACTED")
        || DATES.contains(&token)
        || token.chars().any(crate::render::neutral::is_hidden)
        || (token.len() >= 8 && token.bytes().all(|b| b.is_ascii_hexdigit()))
        || is_host(token)
}

/// Whether a token is a host's name: three parts or more, and not one that programs name their types by.
fn is_host(token: &str) -> bool {
    let parts: Vec<&str> = token.split('.').filter(|part| !part.is_empty()).collect();
    parts.len() >= 3 && !parts.last().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The stretches between values.
fn between<'m>(text: &'m str, tokens: &[Token]) -> Vec<Stretch<'m>> {
    let mut stretches = Vec::new();
    let mut words: Vec<Range<usize>> = Vec::new();
    for token in tokens {
        let gap = words.last().and_then(|last| text.get(last.end..token.range.start)).unwrap_or("");
        let is_broken = token.is_value || gap.chars().any(|c| c.is_control() || c.len_utf8() > 1);
        if is_broken || token.is_key || words.len() == WORDS {
            stretches.extend(stretch(text, &words));
            words.clear();
        }
        if !token.is_value {
            words.push(token.range.clone());
        }
    }
    stretches.extend(stretch(text, &words));
    stretches
}

/// Words as a stretch, without fillers at its ends; nothing if none of them carries meaning.
fn stretch<'m>(text: &'m str, words: &[Range<usize>]) -> Option<Stretch<'m>> {
    let is_one_of = |range: &Range<usize>, list: &[&str]| {
        let word = text.get(range.clone()).unwrap_or("");
        list.iter().any(|other| other.eq_ignore_ascii_case(word))
    };
    let first = words.iter().position(|w| !is_one_of(w, &FILLERS) && !is_one_of(w, &LEVELS))?;
    let to_last = |words: &[Range<usize>]| words.iter().rposition(|w| !is_one_of(w, &FILLERS)).map(|last| last + 1);
    let words = words.get(first..)?;
    let words = words.get(..to_last(words)?)?;
    let opened = unclosed(text, closed(text, words.first()?.start..words.last()?.end));
    let words = words.get(..words.iter().take_while(|word| word.start < opened).count())?;
    let words = words.get(..to_last(words)?)?;
    let range = closed(text, trimmed(text, words.first()?.start..words.last()?.end));
    let is_telling = |w: &&Range<usize>| {
        let letters = text.get((*w).clone()).unwrap_or("").chars().filter(|c| c.is_alphabetic()).count();
        let is_inside = w.start >= range.start && w.end <= range.end;
        letters >= 3 && is_inside && !is_one_of(w, &FILLERS) && !is_one_of(w, &LEVELS)
    };
    let telling: Vec<_> = words.iter().filter(is_telling).map(|w| w.start - range.start..w.end - range.start).collect();
    (!telling.is_empty()).then(|| Stretch { text: text.get(range).unwrap_or(""), telling })
}

/// A range with the brackets that close right behind it.
fn closed(text: &str, range: Range<usize>) -> Range<usize> {
    let mut range = range;
    while unclosed(text, range.clone()) < range.end
        && text.get(range.end..).is_some_and(|rest| rest.starts_with([')', ']', '}', '>']))
    {
        range.end += 1;
    }
    range
}

/// Where a bracket opens in a range that is not closed there; its end if none does.
fn unclosed(text: &str, range: Range<usize>) -> usize {
    let mut open = Vec::new();
    for (at, c) in text.get(range.clone()).unwrap_or("").char_indices() {
        match c {
            '(' | '[' | '{' | '<' => open.push(at),
            ')' | ']' | '}' | '>' => _ = open.pop(),
            _ => {}
        }
    }
    open.first().map_or(range.end, |at| range.start + at)
}

/// A range without the full stops and hyphens at the ends of its words.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or("");
    let is_mark = |c: char| matches!(c, '.' | '-' | '!' | '?' | '_' | '#' | '&' | '+');
    let start = range.start + (part.len() - part.trim_start_matches(is_mark).len());
    let end = range.end - (part.len() - part.trim_end_matches(is_mark).len());
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_left_out_and_words_stay_together() {
        for (message, expected) in [
            ("checkout timed out after 30.5s (order 4711)", vec!["checkout timed out", "order"]),
            ("HIGH BUFFER UTILIZATION: 92.1% - Timeout 0.3s", vec!["HIGH BUFFER UTILIZATION", "Timeout"]),
            ("user_id: pending, connection_state: connected", vec!["user_id", "connection_state"]),
            ("GOLDEN AUTH=REDACTED permissive mode for main_742cb007", vec!["GOLDEN AUTH", "permissive mode"]),
            ("relation \"users\" does not exist", vec!["relation", "does not exist"]),
            ("can't reach db.internal.example.com", vec!["can't reach"]),
            ("ERROR in app: Exception on /api/x [GET]", vec!["app: Exception", "GET"]),
            (
                "panic: runtime error: index out of range [5] with length 3",
                vec!["panic: runtime error: index out of range", "length"],
            ),
            (
                "Traceback (most recent call last):\n  File \"a.py\", line 3\nValueError: bad id 17",
                vec!["ValueError: bad id"],
            ),
            ("done: sent run_id=7 to=x", vec!["done: sent", "run_id"]),
            ("Bye Bye [preauth] on Mon Dec 05", vec!["Bye Bye [preauth]"]),
            ("issues (non-blocking): ['Many of them', 7]", vec!["issues (non-blocking)"]),
            ("java.util.concurrent.TimeoutException: gave up", vec!["java.util.concurrent.TimeoutException: gave up"]),
            ("OAuth2 token expired for ***@example.com", vec!["OAuth2 token expired"]),
            ("{\"event\": \"cache_miss\", \"key\": 7}", vec!["event\": \"cache_miss\", \"key"]),
            ("🔑 deadbeef 12 ///", vec![]),
            ("", vec![]),
        ] {
            let found: Vec<&str> = stretches(message).iter().map(|stretch| stretch.text).collect();
            assert_eq!(found, expected, "{message}");
        }
    }

    #[test]
    fn long_sentences_are_cut_and_long_messages_are_bounded() {
        let long = "word ".repeat(100_000);
        assert!(stretches(&long).iter().all(|stretch| stretch.telling.len() <= WORDS));
        assert!(stretches(&long).len() <= TOKENS / WORDS);
        stretches(&"é\u{301}".repeat(10_000));
    }
}
