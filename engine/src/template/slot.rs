//! Whether a position at which messages differ is a place for values.
//!
//! Two messages that differ in one word may be one statement with two values, or two statements. What speaks for a value: that
//! values stand there too, how many words stand there, how much else the messages have in common, that names are
//! announced or quoted there. What speaks against it: words that carry meaning of themselves (`started`, `not`, `FAILED`).

use std::collections::BTreeSet;

use super::tokens::is_word;
use super::words::Telling;
use super::{WILDCARD, words};

/// Words at one position of a line from which on a few of them may carry meaning by chance, as user names do.
const MANY: usize = 5;

/// The position of a line, and what stands there in lines that are otherwise the same.
pub(super) struct Position<'l, 't> {
    /// The line.
    pub(super) tokens: &'l [&'t str],
    /// The position.
    pub(super) at: usize,
    /// What stands there.
    pub(super) words: BTreeSet<&'t str>,
}

impl Position<'_, '_> {
    /// Whether it is a place for values.
    pub(super) fn is_slot(&self) -> bool {
        let words: Vec<&str> = self.words.iter().copied().filter(|word| *word != WILDCARD).collect();
        if self.is_plural(&words) {
            return true;
        }
        let announced = self.announced();
        let telling = words.iter().filter(|word| !self.may_be_name(word)).count();
        let others = words.len() - telling;
        if telling > 0 && (others < MANY || telling * 10 > others) {
            return false;
        }
        let are_identifiers = words.iter().all(|word| words::is_identifier(word));
        let eager = usize::from(announced > 0 || are_identifiers);
        let constant = self.constant();
        let takes_values = words.len() < self.words.len() && constant + eager >= 2;
        takes_values
            || match (words.len(), announced) {
                (0 | 1, _) => false,
                (2, 2..) => constant >= 3,
                (2, _) => constant >= if are_identifiers { 4 } else { 6 } && eager > 0,
                (3 | 4, _) => constant + eager >= 3,
                _ => constant + eager >= 2,
            }
    }

    /// Whether a word here may be a value by itself. Where a name is announced it may look like a state.
    fn may_be_name(&self, word: &str) -> bool {
        words::telling(word) <= if self.announced() > 1 { Telling::Likely } else { Telling::No }
    }

    /// Whether the word here may be compared with those of lines that differ elsewhere too: names, as they are written or announced.
    pub(super) fn is_nameable(&self) -> bool {
        self.words
            .iter()
            .all(|word| words::telling(word) < Telling::Yes && (words::is_identifier(word) || self.announced() > 1))
    }

    /// Whether several words here are one value, as names are: where a value stands elsewhere, in the middle of a message that says
    /// enough besides.
    pub(super) fn takes_phrase(&self, phrase: &[&str]) -> bool {
        self.words.contains(WILDCARD)
            && self.at + 1 < self.tokens.len()
            && self.constant() >= 3
            && phrase.iter().all(|word| words::telling(word) == Telling::No)
    }

    /// The words around that say what the message is about, without names that are given a value. The first of a message is what
    /// it is about, so that in its place one more is asked for.
    fn constant(&self) -> usize {
        let around = self.tokens.iter().enumerate().filter(|(at, _)| *at != self.at);
        let is_key = |at: usize| match self.tokens.get(at + 1) {
            Some(&"=") => true,
            Some(&"\"") => self.tokens.get(at + 2) == Some(&":"),
            _ => false,
        };
        let says = |(at, token): &(usize, &&str)| {
            token.len() > 1 && is_word(token) && !words::is_function(token) && !is_key(*at)
        };
        let constant = around.filter(says).count();
        if self.at == 0 { constant.saturating_sub(1) } else { constant }
    }

    /// How much what stands before says that a name stands here.
    fn announced(&self) -> usize {
        match self.tokens.iter().take(self.at).rev().find(|token| **token != " ") {
            Some(&("\"" | "'" | "`")) => 2,
            Some(&"(") if self.tokens.get(self.at + 1) == Some(&")") => 1,
            Some(&"[") if self.tokens.get(self.at + 1) == Some(&"]") => 2,
            Some(word) => words::announces_name(word),
            None => 0,
        }
    }

    /// `1 attempt`, `2 attempts`: one word behind a value.
    fn is_plural(&self, words: &[&str]) -> bool {
        let [one, many] = words else { return false };
        let before = self.at.checked_sub(2).and_then(|at| self.tokens.get(at..self.at));
        many.strip_suffix('s') == Some(one) && before == Some(&[WILDCARD, " "])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::tokens::tokens;

    /// Whether the `_` of a line is a place for values, given the words that stand there.
    fn is_slot(line: &str, words: &[&'static str]) -> bool {
        let tokens = tokens(line);
        let at = tokens.iter().position(|token| *token == "_").unwrap();
        Position { tokens: &tokens, at, words: words.iter().copied().collect() }.is_slot()
    }

    #[test]
    fn names_are_values() {
        assert!(is_slot("Invalid user _ from <*>", &["alice", "bob", "carol", "dave", "erin"]));
        assert!(is_slot("Failed password for _ from <*> port <*>", &["alice", "bob", "root"]));
        assert!(is_slot("job _ could not lock its table", &["cleanup", "report"]));
        assert!(is_slot("cannot load module '_' from disk", &["cache", "search"]));
        assert!(is_slot("retry after <*> _", &["attempt", "attempts"]));
        assert!(is_slot("moved volume _ away", &[WILDCARD, "backup"]));
    }

    #[test]
    fn words_that_carry_meaning_are_not() {
        assert!(!is_slot("job <*> was _ by the scheduler on request", &["started", "paused"]));
        assert!(!is_slot("state is now _ for the whole cluster member", &["RUNNING", "FAILED", "STOPPED"]));
        assert!(!is_slot("block stored as _ in memory, estimated size <*>, free <*>", &["bytes", "values"]));
        assert!(!is_slot("_ set to <*>", &["limit", "quota", "delay"]));
        assert!(!is_slot("error _", &[WILDCARD, "code"]));
    }

    #[test]
    fn among_many_names_one_may_look_like_a_state() {
        let names = ["alice", "bob", "carol", "dave", "erin", "f", "g", "h", "i", "j", "ADMIN"];
        assert!(is_slot("Rejected the badge _ at gate <*>", &names));
        assert!(!is_slot("Rejected the badge _ at gate <*>", &names[7..]));
    }
}
