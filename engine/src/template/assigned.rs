//! Values that are told by what stands around them: names, quotes, brackets, arrows.

use super::mask::Scan;
use super::tokens::is_break;
use super::{WILDCARD, span};

impl Scan<'_> {
    /// `prepare -> ready`: what stands before and behind an arrow is one value.
    pub(super) fn arrow(&mut self) {
        let next = self.rest().iter().skip(1).position(|byte| *byte != b' ').map_or(0, |at| at + 1);
        let length = span::word(self.rest().get(next..).unwrap_or(&[]));
        let written = self.written();
        let name = written.strip_suffix('-').unwrap_or(written).trim_end_matches(' ');
        let is_value = written.ends_with(WILDCARD);
        let kept = if is_value { written.len() } else { name.bytes().rposition(is_break).map_or(0, |at| at + 1) };
        if length == 0 || !is_value && kept == name.len() {
            return self.keep(b'>');
        }
        let kept = self.start + kept;
        self.out.truncate(kept);
        self.at += next + length;
        self.wildcard();
    }

    /// `took[3s]`: what is in brackets behind a name, or empty ones, which are the value of a list.
    pub(super) fn bracketed(&mut self, open: u8) {
        let length = span::value(self.rest());
        self.keep(open);
        if length > 1 && self.byte(length - 2).is_some_and(|byte| matches!(byte, b']' | b'}')) {
            let close = if open == b'[' { b']' } else { b'}' };
            self.at += length - 2;
            self.out.push_str(WILDCARD);
            self.keep(close);
        }
    }

    /// Takes what a name is given, but for what loggers call the message itself.
    pub(super) fn assign(&mut self, sign: u8) {
        let name = self.written().trim_end_matches(['"', '\'']);
        let is_message = ["msg", "message", "event"].iter().any(|message| {
            name.strip_suffix(message)
                .is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
        self.keep(sign);
        if is_message {
            self.skip_blank();
            // Its quotes say nothing: what they hold is text.
            if matches!(self.byte(0), Some(b'"' | b'\'')) {
                self.keep(self.byte(0).unwrap_or(sign));
            }
        } else {
            if sign == b':' {
                self.skip_blank();
            }
            self.value(span::value(self.rest()));
        }
    }

    /// Whether what is quoted here is a value: not at the beginning, where some loggers quote the message itself.
    pub(super) fn opens_quote(&self) -> bool {
        !self.written().is_empty() && self.before().is_some_and(|before| is_break(before) || before == b'-')
    }

    /// Takes what is quoted as a value, unless it is a name that a value follows.
    pub(super) fn quoted(&mut self, quote: u8) {
        let length = span::quoted(self.rest());
        if length > 0 && self.byte(1) == Some(b'/') {
            self.drop_method();
        }
        self.keep(quote);
        if length > 2 {
            self.value(length - 2);
            self.keep(quote);
        }
    }

    /// `(a, 3)`, `[x, y, z]`: what a list holds is one value, where a value is in it or it has three elements.
    pub(super) fn drop_elements(&mut self, close: u8) {
        let open = match close {
            b')' => '(',
            b']' => '[',
            _ => '{',
        };
        let written = self.written();
        let Some(from) = written.rfind(open).map(|at| at + 1) else { return };
        let elements = written.get(from..).unwrap_or("");
        let is_element = |element: &str| {
            !element.is_empty() && !element.contains(|c: char| !c.is_alphanumeric() && !"_-.<*>".contains(c))
        };
        let mut count = 0;
        let is_list = elements.split(',').all(|element| {
            count += 1;
            is_element(element.trim_start_matches(' '))
        });
        if is_list && count > 1 && (count > 2 || elements.contains(WILDCARD)) {
            let length = self.start + from;
            self.out.truncate(length);
            self.out.push_str(WILDCARD);
        }
    }
}
