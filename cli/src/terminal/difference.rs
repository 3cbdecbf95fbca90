//! Two texts line by line, in colours where there are any, and within lines word by word.

use anstyle::{AnsiColor, Style};
use gardener_engine::render::counted;
use similar::{ChangeTag, TextDiff};

use super::clean;

/// Lines around a change that stay the same.
const CONTEXT: usize = 3;
/// Characters of a line beyond which it is cut, away from what changed in it.
const LONG: usize = 300;
/// Characters that a cut leaves on each side.
const KEPT: usize = 60;

/// What changed from one text to another, at most so many lines of it. Without an old text all of the new one is shown.
pub(crate) fn text(old: Option<&str>, new: &str, most: usize, is_colored: bool) -> String {
    let mut drawing = Drawing { lines: Vec::new(), is_colored };
    match old {
        None => {
            for (at, line) in new.lines().enumerate() {
                drawing.line((None, Some(at)), ChangeTag::Insert, &[(false, line.to_owned())]);
            }
        }
        Some(old) => drawing.difference(old, new),
    }
    let hidden = drawing.lines.len().saturating_sub(most);
    drawing.lines.truncate(most);
    let mut text = drawing.lines.concat();
    if hidden > 0 {
        let lines = counted(hidden as u64, "more line", None);
        text.push_str(&format!("            │ … {lines}\n"));
    }
    text
}

struct Drawing {
    lines: Vec<String>,
    is_colored: bool,
}

impl Drawing {
    fn difference(&mut self, old: &str, new: &str) {
        // The end of the last line is no difference.
        let (old, new) = (format!("{}\n", old.trim_end()), format!("{}\n", new.trim_end()));
        let diff = TextDiff::from_lines(&old, &new);
        for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
            if number > 0 {
                self.lines.push("      ┈┈┈┈┈┈┼┈┈┈┈\n".to_owned());
            }
            for op in group {
                let is_long = op.old_range().len() + op.new_range().len() > 200;
                if is_long {
                    // Words are not worth comparing in so many lines.
                    for change in diff.iter_changes(op) {
                        let line = [(false, change.value().trim_end().to_owned())];
                        self.line((change.old_index(), change.new_index()), change.tag(), &line);
                    }
                    continue;
                }
                for change in diff.iter_inline_changes(op) {
                    let parts: Vec<(bool, String)> = change
                        .iter_strings_lossy()
                        .map(|(is_changed, text)| (is_changed, text.trim_end_matches('\n').to_owned()))
                        .collect();
                    self.line((change.old_index(), change.new_index()), change.tag(), &parts);
                }
            }
        }
    }

    fn line(&mut self, (old, new): (Option<usize>, Option<usize>), tag: ChangeTag, parts: &[(bool, String)]) {
        let number = |at: Option<usize>| at.map_or_else(String::new, |at| (at + 1).to_string());
        let (sign, color) = match tag {
            ChangeTag::Equal => (' ', None),
            ChangeTag::Delete => ('-', Some(AnsiColor::Red)),
            ChangeTag::Insert => ('+', Some(AnsiColor::Green)),
        };
        let plain = if self.is_colored { Style::new().fg_color(color.map(Into::into)) } else { Style::new() };
        let strong = if self.is_colored { plain.bold().underline() } else { plain };
        let is_long = parts.iter().map(|(_, text)| text.chars().count()).sum::<usize>() > LONG;
        let mut line = format!("{:>5} {:>5} │{plain}{sign}{plain:#}", number(old), number(new));
        for (is_changed, text) in parts {
            let style = if *is_changed && tag != ChangeTag::Equal { strong } else { plain };
            let text = if is_long { cut(text) } else { text.clone() };
            if !text.is_empty() {
                line.push_str(&format!("{style}{}{style:#}", clean(&text)));
            }
        }
        line.push('\n');
        self.lines.push(line);
    }
}

/// The beginning and the end of a text that is too long.
fn cut(text: &str) -> String {
    let length = text.chars().count();
    if length <= 2 * KEPT + 1 {
        return text.to_owned();
    }
    let head: String = text.chars().take(KEPT).collect();
    let tail: String = text.chars().skip(length - KEPT).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_go_and_come_have_their_numbers() {
        let (old, new) =
            ("a\nb\nc\nseverity: P1\nd\ne\nf\ng\nh\ni\nj\nk", "a\nb\nc\nseverity: P2\nd\ne\nf\ng\nh\ni\nj\nk\nl\n");
        insta::assert_snapshot!(text(Some(old), new, 100, false), @r"
            1     1 │ a
            2     2 │ b
            3     3 │ c
            4       │-severity: P1
                  4 │+severity: P2
            5     5 │ d
            6     6 │ e
            7     7 │ f
              ┈┈┈┈┈┈┼┈┈┈┈
           10    10 │ i
           11    11 │ j
           12    12 │ k
                 13 │+l
        ");
        insta::assert_snapshot!(text(None, "a\nb\nc\n", 2, false), @r"
                  1 │+a
                  2 │+b
                    │ … 1 more line
        ");
        assert_eq!(text(Some("a\nb"), "a\nb\n", 9, false), "");
    }

    #[test]
    fn words_that_changed_stand_out() {
        let drawn = text(Some("severity: P1 today"), "severity: P2 today", 9, true);
        assert!(drawn.contains("\u{1b}[1m\u{1b}[4m\u{1b}[31mP1\u{1b}[0m"), "{drawn:?}");
        assert!(drawn.contains("\u{1b}[1m\u{1b}[4m\u{1b}[32mP2\u{1b}[0m"), "{drawn:?}");
    }

    #[test]
    fn hostile_and_long_lines_stay_in_bounds() {
        let long = format!("{}X{}", "é".repeat(5_000), "z".repeat(5_000));
        let drawn = text(Some(&long), &long.replace('X', "Y\u{1b}[2J\u{202e}"), 9, false);
        assert!(!drawn.contains('\u{1b}') && !drawn.contains('\u{202e}'), "{drawn:?}");
        assert!(drawn.chars().count() < 1_000, "{}", drawn.chars().count());
    }
}
