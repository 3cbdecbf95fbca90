//! From a message to its *skeleton*: one pass, in which what looks like a value becomes `<*>`.
//!
//! A token is a value by itself where it holds a digit, a path, an address, a dotted name or a constant of programming
//! languages, or by what stands before it: an equal sign, or a name in a list. Nothing depends on any other message.
//!
//! Nothing is allocated but what `out` grows by, so that with an `out` that is used again nothing is.

use super::tokens::{BREAK, DELIMITER, DIGIT, DOT, SIGN, SLASH, SPACE, STAR, class, is_break, is_leader, is_scope};
use super::{WILDCARD, span, words};

/// Bytes of a message that are looked at.
const LENGTH: usize = 1_024;
/// Tokens of a message that are looked at.
const TOKENS: usize = 128;

/// What begins a terminal's sequences.
const ESCAPE: u8 = 0x1b;

/// Appends the skeleton of a message.
pub(super) fn mask(message: &str, out: &mut String) {
    let start = out.len();
    let mut scan = Scan { text: beginning(message), at: 0, start, out };
    let mut tokens = 0;
    while tokens < TOKENS
        && let Some(byte) = scan.byte(0)
    {
        match class(byte) {
            SPACE if byte == ESCAPE => scan.skip_colour(),
            SPACE => scan.space(),
            DELIMITER => scan.delimiter(byte),
            _ => {
                scan.token();
                tokens += 1;
            }
        }
    }
    let length = out.trim_end_matches(' ').len().max(start);
    out.truncate(length);
}

/// What of a message is looked at. It is cut between tokens: half of a value would be another word each time.
fn beginning(message: &str) -> &str {
    if message.len() <= LENGTH {
        return message;
    }
    let bytes = message.as_bytes();
    let mut end = bytes.iter().take(LENGTH).rposition(|byte| is_break(*byte)).unwrap_or(LENGTH);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    message.get(..end).unwrap_or("")
}

pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Where the skeleton begins in `out`.
    pub(super) start: usize,
    pub(super) out: &'t mut String,
}

impl Scan<'_> {
    /// The byte so far ahead.
    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn before(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at.checked_sub(1)?).copied()
    }

    pub(super) fn written(&self) -> &str {
        self.out.get(self.start..).unwrap_or("")
    }

    /// Puts a sign into the skeleton, and goes on behind it.
    pub(super) fn keep(&mut self, sign: u8) {
        self.out.push(char::from(sign));
        self.at += 1;
    }

    pub(super) fn space(&mut self) {
        self.at += 1;
        let written = self.written();
        if !written.is_empty() && !written.ends_with(' ') {
            self.out.push(' ');
        }
    }

    /// Skips a sequence that sets colours (ECMA-48, 5.4: parameters, then one final byte): it says nothing.
    fn skip_colour(&mut self) {
        self.at += 1;
        if self.byte(0) == Some(b'[') {
            let is_parameter = |byte: &u8| (0x20..0x40).contains(byte);
            let length = self.rest().iter().skip(1).take_while(|byte| is_parameter(byte)).count();
            let is_final = self.byte(1 + length).is_some_and(|byte| (0x40..0x7f).contains(&byte));
            self.at += 1 + length + usize::from(is_final);
        }
    }

    pub(super) fn delimiter(&mut self, byte: u8) {
        match byte {
            // `<1 s`: less than a second is a time.
            b'<' | b'>' if self.byte(1).is_some_and(|b| b.is_ascii_digit()) && self.written().ends_with([' ', ',']) => {
                self.at += 1;
            }
            // `4=>2`: an arrow between values joins them.
            b'>' if self.before() == Some(b'=') && self.written().ends_with(WILDCARD) => self.at += 1,
            b'>' if self.before() == Some(b'-') && self.written().len() > 1 => self.arrow(),
            b'=' if self.is_assignment() => self.assign(byte),
            b':' if self.written().len() > 2 && self.written().ends_with(['"', '\'']) => self.assign(byte),
            // `:8080`
            b':' if self.before().is_none_or(|b| b == b' ')
                && self.byte(1).is_some_and(|b| b.is_ascii_alphanumeric()) =>
            {
                self.at += 1;
            }
            b':' if words::takes_the_rest(span::last_word(self.written())) && self.byte(1) == Some(b' ') => {
                self.keep(byte);
                self.skip_blank();
                self.value(self.rest().len());
            }
            b':' if self.is_behind_identifier() => {
                self.keep(byte);
                self.skip_blank();
                self.value(span::listed(self.rest()));
            }
            b':' | b'['
                if !self.before().is_some_and(|byte| byte.is_ascii_alphanumeric()) && span::ipv6(self.rest()) > 0 =>
            {
                self.value(span::ipv6(self.rest()));
            }
            b'"' | b'\'' | b'`' if self.opens_quote() => self.quoted(byte),
            b'[' if self.before().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
                self.bracketed(byte)
            }
            b'[' | b'{' if span::is_empty_pair(self.rest()) => self.bracketed(byte),
            b')' | b']' | b'}' => {
                self.drop_elements(byte);
                self.keep(byte);
            }
            _ => self.keep(byte),
        }
    }

    /// What is still to be looked at.
    pub(super) fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or(&[])
    }

    pub(super) fn skip_blank(&mut self) {
        if self.byte(0) == Some(b' ') {
            self.space();
        }
    }

    /// Whether the `=` here gives a name a value: `==`, `=>`, `<=` and rulers do not.
    pub(super) fn is_assignment(&self) -> bool {
        let name = self.written().as_bytes().last();
        let ends_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-]).\"'".contains(byte);
        (self.written().ends_with(WILDCARD) || name.is_some_and(ends_name))
            && !matches!(self.byte(1), None | Some(b'=' | b'>' | b'~'))
    }

    /// Whether a name in `snake_case` stands before.
    pub(super) fn is_behind_identifier(&self) -> bool {
        let written = self.written().as_bytes();
        let length = written.iter().rev().take_while(|b| b.is_ascii_lowercase() || **b == b'_').count();
        let name = written.get(written.len() - length..).unwrap_or(&[]);
        name.last() != Some(&b'_') && name.contains(&b'_')
    }

    /// Takes so many bytes as one value.
    pub(super) fn value(&mut self, length: usize) {
        if length > 0 {
            self.at += length;
            self.wildcard();
        }
    }

    pub(super) fn token(&mut self) {
        let bytes = self.text.as_bytes();
        let from = self.at;
        let (mut seen, mut dots, mut slashes) = (0, 0_u32, 0_u32);
        while let Some(byte) = bytes.get(self.at).copied() {
            let class = class(byte);
            // Three stars are what redaction leaves, more are a ruler.
            let is_ruler = || {
                let rest = bytes.get(self.at..).unwrap_or(&[]);
                is_leader(rest) && (byte != b'*' || rest.get(3) == Some(&b'*'))
            };
            if self.at > from && is_scope(bytes, self.at) {
                self.at += 2;
                continue;
            }
            if class & BREAK != 0 || bytes.get(self.at + 1) == Some(&byte) && is_ruler() {
                break;
            }
            seen |= class;
            dots += u32::from(class == DOT);
            slashes += u32::from(class == SLASH);
            self.at += 1;
        }
        match self.text.get(from..self.at) {
            None | Some("") => self.leader(),
            Some(token) if token.starts_with('/') => {
                if token.starts_with("//") {
                    self.drop_scheme();
                }
                self.drop_method();
                self.wildcard();
            }
            Some(_) if seen & (DIGIT | SIGN) != 0 => self.wildcard(),
            Some(token) if words::begins_sql(token, self.rest()) => {
                if self.written().is_empty() {
                    self.out.push_str(token);
                    self.space();
                }
                self.value(self.rest().len());
            }
            Some(token) if self.is_value(token, seen, dots, slashes) => self.wildcard(),
            Some(token) if words::is_unit(token) && self.is_behind_value() => {
                // The unit belongs to its value.
                let length = self.out.len() - 1;
                self.out.truncate(length);
            }
            Some(token) => self.out.push_str(token),
        }
    }

    /// A row of equal signs: three stand for any number.
    pub(super) fn leader(&mut self) {
        let Some(sign) = self.byte(0) else { return };
        while self.byte(0) == Some(sign) {
            self.at += 1;
        }
        self.out.extend([char::from(sign); 3]);
    }

    pub(super) fn is_behind_value(&self) -> bool {
        self.written().strip_suffix(' ').is_some_and(|written| written.ends_with(WILDCARD))
    }

    pub(super) fn is_value(&self, token: &str, seen: u8, dots: u32, slashes: u32) -> bool {
        seen & SLASH != 0 && !(slashes == 1 && words::is_pair(token))
            || seen & STAR != 0 && token.contains("***")
            // What a message begins with is what it is about, not a value of it.
            || dots > 0 && !self.written().is_empty() && words::is_dotted_name(token)
            || words::is_constant(token)
            || token.len() <= 4 && self.is_of_address(token)
    }

    /// Two hexadecimal digits between colons, as in MAC addresses, or up to four behind a value and a colon, as in IPv6.
    pub(super) fn is_of_address(&self, token: &str) -> bool {
        if !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return false;
        }
        let written = self.written();
        if written.ends_with(':') && written.trim_end_matches(':').ends_with(WILDCARD) {
            return true;
        }
        let is_digit = |ahead| self.byte(ahead).is_some_and(|byte| byte.is_ascii_hexdigit());
        token.len() == 2
            && self.byte(0) == Some(b':')
            && is_digit(1)
            && is_digit(2)
            && self.byte(3).is_none_or(|byte| byte == b':' || !byte.is_ascii_alphanumeric())
    }
}
