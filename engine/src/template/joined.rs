//! What belongs to a value, and so goes with it: other values that it is joined to, its unit, its scheme.

use super::mask::Scan;
use super::tokens::is_joiner;
use super::{WILDCARD, span, words};

/// Bytes between values of a list, at most.
const NEAR: usize = 48;

impl Scan<'_> {
    /// Writes that a value stands here. What joins it to a value before it goes: how many parts a value has says nothing.
    pub(super) fn wildcard(&mut self) {
        self.drop_names_of_dates();
        let written = self.written().as_bytes();
        let joiners = written.iter().rev().take(4).take_while(|byte| is_joiner(**byte)).count();
        let end = written.len() - joiners;
        if written.get(..end).is_some_and(|written| written.ends_with(WILDCARD.as_bytes())) {
            self.out.truncate(self.start + end);
        } else {
            self.out.push_str(WILDCARD);
            self.drop_repeated();
        }
    }

    /// `a=1:x=2, b=3:x=4`: what stands between values as it stood between those before goes on with a list.
    fn drop_repeated(&mut self) {
        let written = self.written().as_bytes();
        let Some((before, between)) = cut_at_value(written.strip_suffix(WILDCARD.as_bytes()).unwrap_or(b"")) else {
            return;
        };
        let is_list = between.iter().any(|byte| matches!(byte, b',' | b'/'));
        if is_list && cut_at_value(before).is_some_and(|(_, former)| former == between) {
            let length = self.start + before.len() + WILDCARD.len();
            self.out.truncate(length);
        }
    }

    /// `https://host`: the scheme is part of the address.
    pub(super) fn drop_scheme(&mut self) {
        let Some(before) = self.written().strip_suffix(':') else { return };
        let length = self.start + before.len() - span::last_word(before).len();
        self.out.truncate(length);
    }

    /// `GET /path`: the method of a request is part of it.
    pub(super) fn drop_method(&mut self) {
        let Some(before) = self.written().strip_suffix(' ') else { return };
        let from = before.bytes().rposition(|byte| !byte.is_ascii_uppercase()).map_or(0, |at| at + 1);
        if before.get(from..).is_some_and(words::is_method) {
            let length = self.start + from;
            self.out.truncate(length);
        }
    }

    /// `Fri Jul 01`: names of days and months before a value are part of it.
    pub(super) fn drop_names_of_dates(&mut self) {
        loop {
            let written = self.written();
            let Some(before) = written.strip_suffix(' ').map(|it| it.strip_suffix(',').unwrap_or(it)) else { return };
            let from = before.bytes().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |at| at + 1);
            if !before.get(from..).is_some_and(words::is_of_date) {
                return;
            }
            let length = self.start + from;
            self.out.truncate(length);
        }
    }
}

/// What stands before the last value near the end of a skeleton, and what behind it.
fn cut_at_value(written: &[u8]) -> Option<(&[u8], &[u8])> {
    let from = written.len().saturating_sub(NEAR);
    let near = written.get(from..)?;
    let at = from + near.windows(WILDCARD.len()).rposition(|window| window == WILDCARD.as_bytes())?;
    Some((written.get(..at)?, written.get(at + WILDCARD.len()..)?))
}
