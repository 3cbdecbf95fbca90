//! The beginning of bytes that may be anything, fit for a message.

use super::ascii::run_back;

/// How many bytes are looked at. Enough to fill any message even if half of it is taken out.
const WINDOW: usize = 4096;

/// How far back from a cut a piece of a secret may reach.
const TOKEN: usize = 1024;

/// The part of the bytes that is worth looking at. Where it is cut, what stands before the cut is left out up to a sign that
/// no secret has in it: half a token does not look like one, and would stay.
pub(super) fn window(bytes: &[u8]) -> &[u8] {
    let Some(window) = bytes.get(..WINDOW).filter(|_| bytes.len() > WINDOW) else { return bytes };
    // Numbers of cards have spaces in them.
    let is_inside = |b: u8| !matches!(b, b'\n' | b'"' | b',' | b'{' | b'}' | b'<' | b'>' | b' ' | b'\t' | b'\'');
    let digits = run_back(window, window.len(), 32, |b| b.is_ascii_digit() || matches!(b, b' ' | b'-'));
    let end = run_back(window, digits, TOKEN, is_inside);
    window.get(..end).unwrap_or(window)
}

/// The text on one line, with characters that could change how a terminal or a page shows it made visible, of at most `max`
/// characters.
pub(super) fn line(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(max.min(text.len()) + 4);
    let mut count = 0;
    // Where to cut so that the ellipsis still has its place.
    let mut cut = 0;
    for c in text.trim().chars() {
        let from = out.len();
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
        count += out.get(from..).map_or(0, |added| added.chars().count());
        if count < max {
            cut = out.len();
        }
        if count > max {
            out.truncate(cut);
            if max > 0 {
                out.push('…');
            }
            return out;
        }
    }
    out
}

/// Controls, and what steers direction or joins without being seen.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
