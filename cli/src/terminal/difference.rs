//! Two texts line by line, in colours where there are any, and within lines word by word.

use anstyle::{AnsiColor, Style};
use gardener_engine::render::counted;
use similar::{ChangeTag, TextDiff};

use super::clean;
use super::fold::fold;

/// Lines around a change that stay the same.
const CONTEXT: usize = 3;
/// Characters of a line beyond which it is cut, away from what changed in it.
const LONG: usize = 300;
/// Characters that a cut leaves on each side.
const KEPT: usize = 60;

/// Columns below which the numbers of lines are left out.
const NARROW: usize = 60;
/// What stands before a line where its number would.
const MARGIN: &str = "            │ ";
const NARROW_MARGIN: &str = "│ ";

/// How a difference is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawn {
    /// Lines that are shown.
    pub(crate) most: usize,
    pub(crate) is_colored: bool,
    /// Columns that there are; nothing where lines may be as long as they are.
    pub(crate) width: Option<usize>,
}

/// What changed from one text to another. Without an old text all of the new one is shown.
pub(crate) fn text(old: Option<&str>, new: &str, drawn: Drawn) -> String {
    let most = drawn.most;
    let mut drawing = Drawing { lines: Vec::new(), drawn };
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
        text.push_str(&format!("{}… {lines}\n", drawn.margin()));
    }
    text
}

struct Drawing {
    lines: Vec<String>,
    drawn: Drawn,
}

impl Drawn {
    fn is_narrow(self) -> bool {
        self.width.is_some_and(|width| width < NARROW)
    }

    fn margin(self) -> &'static str {
        if self.is_narrow() { NARROW_MARGIN } else { MARGIN }
    }
}

impl Drawing {
    fn difference(&mut self, old: &str, new: &str) {
        // The end of the last line is no difference.
        let (old, new) = (format!("{}\n", old.trim_end()), format!("{}\n", new.trim_end()));
        let diff = TextDiff::from_lines(&old, &new);
        for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
            if number > 0 {
                self.lines.push(
                    if self.drawn.is_narrow() {
                        "┼┈┈┈┈\n"
                    } else {
                        "      ┈┈┈┈┈┈┼┈┈┈┈\n"
                    }
                    .to_owned(),
                );
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
        let is_colored = self.drawn.is_colored;
        let plain = if is_colored { Style::new().fg_color(color.map(Into::into)) } else { Style::new() };
        let strong = if is_colored { plain.bold().underline() } else { plain };
        let is_long = parts.iter().map(|(_, text)| text.chars().count()).sum::<usize>() > LONG;
        let mut line = match self.drawn.is_narrow() {
            true => format!("│{plain}{sign}{plain:#}"),
            false => format!("{:>5} {:>5} │{plain}{sign}{plain:#}", number(old), number(new)),
        };
        for (is_changed, text) in parts {
            let style = if *is_changed && tag != ChangeTag::Equal { strong } else { plain };
            let text = if is_long { cut(text) } else { text.clone() };
            if !text.is_empty() {
                line.push_str(&format!("{style}{}{style:#}", clean(&text)));
            }
        }
        line.push('\n');
        self.lines.push(match self.drawn.width {
            Some(width) => fold(&line, width, self.drawn.margin()),
            None => line,
        });
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

    fn text(old: Option<&str>, new: &str, most: usize, is_colored: bool) -> String {
        super::text(old, new, Drawn { most, is_colored, width: None })
    }

    #[test]
    fn it_fits_a_terminal() {
        let (old, new) = ("reason: it was loud for a while", "reason: it was louder than that for a long while");
        for width in [30, 50, 80] {
            let drawn = super::text(Some(old), new, Drawn { most: 9, is_colored: false, width: Some(width) });
            let widest = drawn.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(width) && drawn.lines().all(|line| line.contains('│')), "{drawn}");
        }
    }

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
