//! `SEARCH`: whole words in any order, and phrases.
//!
//! The analyzer is BigQuery's `LOG_ANALYZER`
//! (<https://cloud.google.com/bigquery/docs/reference/standard-sql/text-analysis#log_analyzer>) with its default
//! delimiters: white space, ``[ ] < > ( ) { } | ! ; , ' " * & ? + / : = @ . - $ % \ _`` and the percent-encoded forms of some of
//! them. Words are compared without regard to case, phrases in backticks too, as Logging does and BigQuery does not. A
//! phrase is found where its text stands between delimiters. Only text is searched, not numbers.

use super::fold::Needle;

const ENCODED: [&str; 27] = [
    "%2526", "%2520", "%21", "%26", "%3B", "%3b", "%7C", "%7c", "%20", "%2B", "%2b", "%3D", "%3d", "%5D", "%5d", "%5B",
    "%5b", "%3A", "%3a", "%0A", "%0a", "%2C", "%2c", "%28", "%29", "%0D", "%0d",
];

fn is_delimiter(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '[' | ']'
                | '<'
                | '>'
                | '('
                | ')'
                | '{'
                | '}'
                | '|'
                | '!'
                | ';'
                | ','
                | '\''
                | '"'
                | '*'
                | '&'
                | '?'
                | '+'
                | '/'
                | ':'
                | '='
                | '@'
                | '.'
                | '-'
                | '$'
                | '%'
                | '\\'
                | '_'
        )
}

/// What `SEARCH` looks for.
#[derive(Debug)]
pub(super) struct Search {
    terms: Vec<Term>,
}

/// A word or a phrase.
#[derive(Debug)]
pub(super) struct Term {
    needle: Needle,
}

/// Why a text is nothing to search for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unsearchable {
    Empty,
    Unclosed,
}

impl Search {
    /// Takes the words and the phrases of a text.
    pub(super) fn new(text: &str) -> Result<Self, Unsearchable> {
        let mut terms = Vec::new();
        for (at, part) in text.split('`').enumerate() {
            if at % 2 == 1 {
                terms.push(part.trim_matches(is_delimiter));
            } else {
                terms.extend(words(part));
            }
        }
        if text.matches('`').count() % 2 == 1 {
            return Err(Unsearchable::Unclosed);
        }
        let terms: Vec<Term> =
            terms.into_iter().filter(|term| !term.is_empty()).map(|term| Term { needle: Needle::new(term) }).collect();
        if terms.is_empty() { Err(Unsearchable::Empty) } else { Ok(Self { terms }) }
    }

    pub(super) fn terms(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter()
    }
}

fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or("");
        let length = ENCODED
            .iter()
            .find(|code| rest.starts_with(*code))
            .map(|code| code.len())
            .or_else(|| is_delimiter(c).then(|| c.len_utf8()));
        if let Some(length) = length {
            words.push(text.get(start..at).unwrap_or(""));
            at += length;
            start = at;
        } else {
            at += c.len_utf8();
        }
    }
    words.push(text.get(start..).unwrap_or(""));
    words
}

impl Term {
    pub(super) fn as_str(&self) -> &str {
        self.needle.as_str()
    }

    /// Whether it stands in `text` between delimiters or ends.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let mut from = 0;
        while let Some((start, end)) = self.needle.find(text, from) {
            let before = text.get(..start).unwrap_or("");
            let after = text.get(end..).unwrap_or("");
            let is_start = before.chars().next_back().is_none_or(is_delimiter)
                || ENCODED.iter().any(|code| before.ends_with(code));
            if is_start && after.chars().next().is_none_or(is_delimiter) {
                return true;
            }
            from = start + text.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(search: &str, text: &str) -> bool {
        Search::new(search).unwrap().terms().all(|term| term.is_in(text))
    }

    #[test]
    fn words_are_whole_and_phrases_are_in_order() {
        for (search, text, found) in [
            ("world", "Hello, WORLD!", true),
            ("world", "worldwide", false),
            ("world hello", "hello world", true),
            ("`hello world`", "say Hello World now", true),
            ("`world hello`", "hello world", false),
            ("a.b", "x b/a", true),
            ("foo", "a%20foo%20b", true),
            ("%20foo", "foo", true),
            ("b", "bb b", true),
            ("größe", "GRÖßE=1", true),
        ] {
            assert_eq!(finds(search, text), found, "{search} in {text}");
        }
        assert_eq!(Search::new(" .. ").unwrap_err(), Unsearchable::Empty);
        assert_eq!(Search::new("`a").unwrap_err(), Unsearchable::Unclosed);
    }
}
