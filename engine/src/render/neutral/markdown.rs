//! Text inside a line of Markdown: CommonMark (<https://spec.commonmark.org/0.31.2/>), GitHub's extensions
//! (<https://github.github.com/gfm/>), and what GitHub links by itself
//! (<https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls>).

use std::collections::BTreeSet;

use super::hidden::{flat, is_hidden};
use super::{PIPE, settle_pipes};

/// Breaks what GitHub would link: a zero-width space, written so that readers of the raw text see it. Escapes and entities
/// for the sign itself do not help, because mentions and references are looked for in the text that comes out of Markdown.
const BREAK: &str = "&#8203;";

/// How long an address may be, in bytes.
const ADDRESS: usize = 2048;

/// A text as a part of a line of Markdown that stays text: on one line, with no links, mentions, references, emphasis, code,
/// HTML, cells, list or heading of its own. Its visible characters are what they were.
///
/// ```
/// use gardener_engine::render::neutral::inline;
/// assert_eq!(inline("netra_backend.app -> 92.1%"), "netra_backend.app -> 92.1%");
/// assert_eq!(inline("<b>@team* fixes #12"), "&lt;b>@&#8203;team\\* fixes #&#8203;12");
/// assert_eq!(inline("a | b"), "a \\| b");
/// ```
#[must_use]
pub fn inline(text: &str) -> String {
    inline_pending(text).replace(PIPE, "\\|")
}

/// [`inline`], its pipes being [`PIPE`]s.
pub(in crate::render) fn inline_pending(text: &str) -> String {
    let characters: Vec<char> = flat(text).chars().collect();
    let mut out = String::with_capacity(characters.len() + characters.len() / 8);
    let hashes = characters.iter().rev().take_while(|c| **c == '#').count();
    let line = Line {
        is_math: characters.iter().filter(|c| **c == '$').count() > 1,
        hashes_from: characters.len() - hashes,
        commits: commits(&characters),
        characters,
    };
    for at in 0..line.characters.len() {
        line.push(at, &mut out);
    }
    out
}

/// A text as plain text on one line in which GitHub finds nothing to link or to mention: hidden characters are left out, white
/// space is single, and a zero-width space breaks what would be a mention or a reference.
pub(in crate::render) fn unlinked(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    let shown: Vec<char> = joined.chars().filter(|c| !is_hidden(*c)).collect();
    let line = Line { is_math: false, hashes_from: shown.len(), commits: commits(&shown), characters: shown };
    let mut out = String::with_capacity(joined.len() + 8);
    for (at, c) in line.characters.iter().enumerate() {
        out.push(*c);
        if line.is_broken_behind(at, *c, line.after(at, 1)) {
            out.push('\u{200b}');
        }
    }
    out.trim().to_owned()
}

/// Digits of the shortest name of a commit that GitHub links.
const COMMIT: usize = 7;

/// The places behind which words are broken that GitHub could link as the names of commits: 7 to 40 hexadecimal digits, with a
/// letter among them, for numbers are many and commits without a letter are none, but for whole ones.
fn commits(characters: &[char]) -> BTreeSet<usize> {
    let mut breaks = BTreeSet::new();
    let mut at = 0;
    for word in characters.split(|c| !(c.is_ascii_alphanumeric() || *c == '_')) {
        let is_commit = (COMMIT..=40).contains(&word.len())
            && word.iter().all(char::is_ascii_hexdigit)
            && (word.len() == 40 || word.iter().any(char::is_ascii_alphabetic));
        if is_commit {
            breaks.extend((at + COMMIT - 2..at + word.len() - 1).step_by(COMMIT - 1));
        }
        at += word.len() + 1;
    }
    breaks
}

struct Line {
    characters: Vec<char>,
    /// The places behind which names of commits are broken.
    commits: BTreeSet<usize>,
    /// More than one `$`, between which GitHub may see mathematics.
    is_math: bool,
    /// Where the run of `#` begins that would be the end of a heading.
    hashes_from: usize,
}

impl Line {
    fn before(&self, at: usize, distance: usize) -> Option<char> {
        at.checked_sub(distance).and_then(|at| self.characters.get(at)).copied()
    }

    fn after(&self, at: usize, distance: usize) -> Option<char> {
        self.characters.get(at.saturating_add(distance)).copied()
    }

    /// Pushes the character at a place as Markdown that shows it.
    fn push(&self, at: usize, out: &mut String) {
        let Some(c) = self.after(at, 0) else { return };
        let next = self.after(at, 1);
        match c {
            '|' => return out.push(PIPE),
            '<' if next.is_none_or(|n| n.is_ascii_alphabetic() || matches!(n, '/' | '!' | '?')) => {
                return out.push_str("&lt;");
            }
            // Ends a comment, should a template put a value into one.
            '>' if self.before(at, 1) == Some('-') && matches!(self.before(at, 2), Some('-')) => {
                return out.push_str("&gt;");
            }
            '>' if self.before(at, 1) == Some('!') && self.before(at, 2) == Some('-') => {
                return out.push_str("&gt;");
            }
            '&' if self.is_entity(at) => return out.push_str("&amp;"),
            '.' if self.follows_word(at, ['w', 'w', 'w']) => out.push_str(BREAK),
            _ => {}
        }
        if self.is_escaped(at, c, next) {
            out.push('\\');
        }
        out.push(c);
        if self.is_broken_behind(at, c, next) {
            out.push_str(BREAK);
        }
    }

    /// Whether a backslash has to stand before the character.
    fn is_escaped(&self, at: usize, c: char, next: Option<char>) -> bool {
        let ends_word = next.is_none_or(|n| n == ' ');
        match c {
            '\\' => next.is_none_or(|n| n.is_ascii_punctuation()),
            '*' | '`' | '[' | ']' | '~' | '^' => true,
            // Between letters or digits it means nothing.
            '_' => !self.before(at, 1).zip(next).is_some_and(|(b, n)| b.is_alphanumeric() && n.is_alphanumeric()),
            '$' => self.is_math || !next.is_some_and(|n| n.is_ascii_digit()),
            // A heading at the beginning, or the end of one.
            '#' if next.is_some_and(|n| n.is_ascii_digit()) => false,
            '#' => at == 0 || at >= self.hashes_from,
            '>' | '=' | ':' => at == 0,
            '-' => at == 0 && (ends_word || next == Some('-')),
            '+' => at == 0 && ends_word,
            // The number of a list has nine digits at most.
            '.' | ')' => {
                (1..=9).contains(&at) && ends_word && self.characters.iter().take(at).all(char::is_ascii_digit)
            }
            _ => false,
        }
    }

    /// Whether something that GitHub links would begin with this character and the next.
    fn is_broken_behind(&self, at: usize, c: char, next: Option<char>) -> bool {
        let is_digit = next.is_some_and(|n| n.is_ascii_digit());
        self.commits.contains(&at)
            || match c {
                '@' => next.is_none_or(char::is_alphanumeric),
                '#' => is_digit,
                '-' => is_digit && self.follows_word(at, ['g', 'h']),
                ':' => next == Some('/') && self.after(at, 2) == Some('/'),
                _ => false,
            }
    }

    /// Whether the word, in any case, stands directly before the place.
    fn follows_word<const N: usize>(&self, at: usize, word: [char; N]) -> bool {
        let is_same = word
            .into_iter()
            .rev()
            .zip(1..)
            .all(|(c, distance)| self.before(at, distance).is_some_and(|b| b.eq_ignore_ascii_case(&c)));
        is_same && !self.before(at, N + 1).is_some_and(|b| b.is_ascii_alphanumeric())
    }

    /// Whether the `&` here could begin an entity.
    fn is_entity(&self, at: usize) -> bool {
        if self.after(at, 1) == Some('#') {
            return true;
        }
        // The longest name of an entity has 31 letters.
        let rest = || self.characters.iter().skip(at + 1).take(40);
        let name = rest().take_while(|c| c.is_ascii_alphanumeric()).count();
        name > 0 && rest().nth(name) == Some(&';')
    }
}

/// An address that can stand between the parentheses of a link: `http` or `https`, everything unusual in it
/// percent-encoded. Nothing where it is none.
///
/// ```
/// use gardener_engine::render::neutral::address;
/// assert_eq!(address("https://x.org/a (b)").as_deref(), Some("https://x.org/a%20%28b%29"));
/// assert_eq!(address("javascript:alert(1)"), None);
/// ```
#[must_use]
pub fn address(text: &str) -> Option<String> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    if !is_web || text.len() > ADDRESS {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/?#@!&'+,=%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Some(out)
}

/// A link, its text neutralised; only the text where the address is none.
///
/// ```
/// use gardener_engine::render::neutral::link;
/// assert_eq!(link("#8 - [x]", "https://x.org/8"), "[#&#8203;8 - \\[x\\]](https://x.org/8)");
/// ```
#[must_use]
pub fn link(text: &str, to: &str) -> String {
    settle_pipes(&link_pending(text, to))
}

/// [`link`], its pipes being [`PIPE`]s.
pub(in crate::render) fn link_pending(text: &str, to: &str) -> String {
    let text = inline_pending(text);
    match address(to) {
        Some(to) => format!("[{text}]({to})"),
        None => text,
    }
}
