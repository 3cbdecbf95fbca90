//! Lines that are broken where the terminal ends, colours and all.

use unicode_width::UnicodeWidthChar;

/// The end of all styles.
const RESET: &str = "\u{1b}[0m";

/// A text whose lines have so many columns at most; what goes on in another line stands behind `indent`. Words are kept whole
/// if they fit, and colours end and begin again around a break.
pub(crate) fn fold(text: &str, width: usize, indent: &str) -> String {
    text.split_inclusive('\n').map(|line| fold_line(line, width, indent)).collect()
}

fn fold_line(line: &str, width: usize, indent: &str) -> String {
    let margin = indent.chars().map(columns).sum::<usize>();
    let width = width.max(margin + 8);
    let (mut out, mut column, mut styles) = (String::with_capacity(line.len()), 0, String::new());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(escape) = escape(rest) {
            if escape == RESET {
                styles.clear();
            } else {
                styles.push_str(escape);
            }
            out.push_str(escape);
            rest = rest.get(escape.len()..).unwrap_or("");
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        let word = if c == ' ' { word(rest) } else { 0 };
        let is_word_next = column > margin && word > 0 && column + 1 + word > width && margin + word <= width;
        if c != '\n' && (column + columns(c) > width || is_word_next) {
            let end = if styles.is_empty() { "" } else { RESET };
            out.push_str(&format!("{end}\n{indent}{styles}"));
            column = margin;
            if c == ' ' {
                continue;
            }
        }
        column += columns(c);
        out.push(c);
    }
    out
}

fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The escape sequence of a style that a text begins with.
fn escape(text: &str) -> Option<&str> {
    let end = text.strip_prefix("\u{1b}[")?.find('m')?;
    text.get(..end + 3)
}

/// The columns of the word that a text begins with.
fn word(text: &str) -> usize {
    let (mut rest, mut width) = (text, 0);
    while let Some(c) = rest.chars().next().filter(|c| !c.is_whitespace()) {
        let length = escape(rest).map_or_else(
            || {
                width += columns(c);
                c.len_utf8()
            },
            str::len,
        );
        rest = rest.get(length..).unwrap_or("");
    }
    width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_the_terminal_does() {
        assert_eq!(fold("one two three\nfour\n", 9, "  "), "one two\n  three\nfour\n");
        assert_eq!(fold("  │+abcdefghijklmnop", 12, "  │ "), "  │+abcdefgh\n  │ ijklmnop");
        assert_eq!(fold("日本語日本語日本語", 10, ""), "日本語日本\n語日本語");
        assert_eq!(fold("fits", 40, "  "), "fits");
    }

    #[test]
    fn colours_do_not_run_into_the_margin() {
        let red = "\u{1b}[31m";
        let folded = fold(&format!("{red}abcd efgh ijkl{RESET}"), 9, "│ ");
        assert_eq!(folded, format!("{red}abcd efgh{RESET}\n│ {red}ijkl{RESET}"));
    }
}
