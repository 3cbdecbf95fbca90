//! What cannot be seen, shown.

use std::fmt::Write as _;

/// Whether a character acts without being seen, or hides others: controls (but for line feed and tab), bidi controls, zero
/// widths, fillers, line and paragraph separators, tags, noncharacters.
///
/// This is Unicode's `Default_Ignorable_Code_Point` without the variation selectors that emoji use, with the controls and
/// the separators (<https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point>).
#[must_use]
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Pushes a character so that it can be seen: `␛`, `\u{202e}`.
fn push_shown(out: &mut String, c: char) {
    match c {
        '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
        '\u{7f}' => out.push('␡'),
        _ => {
            // Writing into a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
    }
}

/// Whether a zero-width joiner between these two holds an emoji together, such as 👩‍💻.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let is_picture = |c: char| matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}');
    before.is_some_and(is_picture) && after.is_some_and(is_picture)
}

/// A text on several lines, its hidden characters shown. `\r\n` becomes `\n`.
///
/// ```
/// use gardener_engine::render::neutral::lines;
/// assert_eq!(lines("a\r\n\u{1b}[31mb"), "a\n␛[31mb");
/// ```
#[must_use]
pub fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut before = None;
    while let Some(c) = characters.next() {
        let after = characters.peek().copied();
        match c {
            '\r' if after == Some('\n') => {}
            '\u{200d}' if joins(before, after) => out.push(c),
            c if is_hidden(c) => push_shown(&mut out, c),
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// A text on one line, its hidden characters shown: a line break is ` ⏎ `, a tab a space; spaces around it are dropped.
///
/// This is what terminals and everything on one line get.
///
/// ```
/// use gardener_engine::render::neutral::flat;
/// assert_eq!(flat(" one\n\ttwo\u{202e} "), "one ⏎  two\\u{202e}");
/// ```
#[must_use]
pub fn flat(text: &str) -> String {
    let shown = lines(text.trim());
    if !shown.contains(['\n', '\t']) {
        return shown;
    }
    let mut out = String::with_capacity(shown.len() + 16);
    for c in shown.chars() {
        match c {
            '\n' => out.push_str(if out.ends_with(' ') { "⏎ " } else { " ⏎ " }),
            '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
