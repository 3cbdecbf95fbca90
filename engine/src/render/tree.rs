//! Trees for terminals: lines with lines below them, wrapped to a width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::neutral::lines;
use crate::severity::Severity;

/// How a tree is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeStyle {
    /// The columns of the terminal; longer lines are wrapped.
    pub width: usize,
    /// Whether escape sequences may colour it.
    pub colour: bool,
    /// Whether our own marks are ASCII; texts stay what they are.
    pub ascii: bool,
}

impl Default for TreeStyle {
    fn default() -> Self {
        Self { width: 100, colour: false, ascii: false }
    }
}

/// What a piece of a line is, which its colour tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Plain,
    /// What a line is about.
    Strong,
    /// What need not be read.
    Faint,
    Good,
    Bad,
    /// What may help.
    Help,
    Severity(Severity),
}

/// A line, and what belongs below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pieces: Vec<(Role, String)>,
    below: Vec<Tree>,
}

/// The least columns that texts get, however deep they stand.
const LEAST: usize = 24;

impl Tree {
    /// A line that begins with this text.
    pub(super) fn new(role: Role, text: &str) -> Self {
        Self::default().with(role, text)
    }

    /// The same with more text. Whatever text it is, it is made harmless here.
    pub(super) fn with(mut self, role: Role, text: &str) -> Self {
        self.pieces.push((role, shown(text)));
        self
    }

    /// The same with a line below.
    pub(super) fn below(mut self, tree: Self) -> Self {
        self.below.push(tree);
        self
    }

    /// The same with lines below.
    pub(super) fn all_below(mut self, trees: impl IntoIterator<Item = Self>) -> Self {
        self.below.extend(trees);
        self
    }

    /// Whether nothing stands below.
    pub(super) fn is_leaf(&self) -> bool {
        self.below.is_empty()
    }

    /// The tree as text; each line ends in a line break.
    pub(super) fn draw(&self, style: &TreeStyle) -> String {
        let mut out = String::new();
        self.draw_at(style, ("", ""), &mut out);
        out
    }

    /// `first` stands before the first line, `rest` before all that follows.
    fn draw_at(&self, style: &TreeStyle, (first, rest): (&str, &str), out: &mut String) {
        let (fork, last, trunk) = if style.ascii { ("|- ", "`- ", "|  ") } else { ("├─ ", "└─ ", "│  ") };
        let hang = if self.below.is_empty() { "   " } else { trunk };
        let room = style.width.max(20).saturating_sub(rest.width() + hang.width()).max(LEAST);
        for (at, line) in wrapped(&self.pieces, room).iter().enumerate() {
            let before = if at == 0 { first.to_owned() } else { format!("{rest}{hang}") };
            out.push_str(&painted(Role::Faint, &before, style.colour));
            let text: String = line.iter().map(|(role, text)| painted(*role, text, style.colour)).collect();
            out.push_str(&text);
            out.push('\n');
        }
        for (at, tree) in self.below.iter().enumerate() {
            let (fork, trunk) = if at + 1 == self.below.len() { (last, "   ") } else { (fork, trunk) };
            tree.draw_at(style, (&format!("{rest}{fork}"), &format!("{rest}{trunk}")), out);
        }
    }
}

/// A text on one line, its hidden characters shown. Spaces stay: they may be what a query stumbles over.
fn shown(text: &str) -> String {
    lines(text).replace('\n', "⏎").replace('\t', "⇥")
}

/// A text in the colour of its role, of SGR (ECMA-48, 8.3.117).
fn painted(role: Role, text: &str, is_coloured: bool) -> String {
    let colour = match role {
        Role::Plain => "",
        Role::Strong => "1",
        Role::Faint => "2",
        Role::Good => "32",
        Role::Bad => "31",
        Role::Help => "36",
        Role::Severity(severity) => super::table::colour(severity),
    };
    if is_coloured && !colour.is_empty() && !text.is_empty() {
        format!("\u{1b}[{colour}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// The pieces on lines of at most `width` columns, broken behind spaces, and within words that are longer.
fn wrapped(pieces: &[(Role, String)], width: usize) -> Vec<Vec<(Role, String)>> {
    let mut all = vec![Vec::new()];
    let mut used = 0;
    for (role, text) in pieces {
        for word in text.split_inclusive(' ') {
            let bare = word.trim_end().width();
            if used > 0 && used + bare > width && bare <= width {
                all.push(Vec::new());
                used = 0;
            }
            for part in parts(word, width.saturating_sub(used), width) {
                if used > 0 && used + part.trim_end().width() > width {
                    all.push(Vec::new());
                    used = 0;
                }
                used += part.width();
                if let Some(line) = all.last_mut() {
                    push(line, *role, part);
                }
            }
        }
    }
    for line in &mut all {
        while let Some((_, text)) = line.last_mut() {
            text.truncate(text.trim_end_matches(' ').len());
            if !text.is_empty() {
                break;
            }
            line.pop();
        }
    }
    all
}

fn push(line: &mut Vec<(Role, String)>, role: Role, part: &str) {
    match line.last_mut() {
        Some((last, text)) if *last == role => text.push_str(part),
        _ => line.push((role, part.to_owned())),
    }
}

/// A word in parts that fit: the first into what is left of a line, the others into whole lines.
fn parts(word: &str, left: usize, width: usize) -> Vec<&str> {
    if word.trim_end().width() <= width {
        return vec![word];
    }
    let mut parts = Vec::new();
    let (mut from, mut taken, mut room) = (0, 0, if left == 0 { width } else { left });
    for (at, c) in word.char_indices() {
        let columns = c.width().unwrap_or(0);
        if taken + columns > room && at > from {
            parts.push(word.get(from..at).unwrap_or(""));
            (from, taken, room) = (at, 0, width);
        }
        taken += columns;
    }
    parts.push(word.get(from..).unwrap_or(""));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Tree {
        let leaf = Tree::new(Role::Bad, "no ").with(Role::Plain, "a line that is somewhat longer than the others are");
        Tree::new(Role::Strong, "top")
            .below(Tree::new(Role::Good, "yes").below(leaf.clone()).below(Tree::new(Role::Plain, "b")))
            .below(leaf)
    }

    #[test]
    fn lines_hang_below_each_other_within_the_width() {
        let style = TreeStyle { width: 40, ..TreeStyle::default() };
        insta::assert_snapshot!(example().draw(&style), @r"
        top
        ├─ yes
        │  ├─ no a line that is somewhat
        │  │     longer than the others are
        │  └─ b
        └─ no a line that is somewhat longer
              than the others are
        ");
        let plain = example().draw(&TreeStyle { ascii: true, ..style });
        assert!(plain.is_ascii(), "{plain}");
        let coloured = example().draw(&TreeStyle { colour: true, ..style });
        assert!(coloured.contains("\u{1b}[1mtop\u{1b}[0m"), "{coloured:?}");
    }

    #[test]
    fn whatever_the_text_no_line_is_too_wide() {
        for text in ["x".repeat(500), "字".repeat(300), "a b  c ".repeat(80), format!("{} y", "🟢".repeat(90))] {
            for width in [20, 33, 80] {
                let tree = Tree::new(Role::Plain, "top").below(Tree::new(Role::Plain, "at ").with(Role::Bad, &text));
                let drawn = tree.draw(&TreeStyle { width, ..TreeStyle::default() });
                let most = width.max(LEAST + 6);
                assert!(drawn.lines().all(|line| line.width() <= most), "{width}:\n{drawn}");
                let kept: usize = drawn.matches(['x', '字', 'a', '🟢']).count();
                assert!(kept >= text.matches(['x', '字', 'a', '🟢']).count(), "{drawn}");
            }
        }
    }

    #[test]
    fn hostile_text_stays_on_its_line() {
        let tree = Tree::new(Role::Plain, "a\u{1b}[31m\nb\u{202e}\tc\r");
        let drawn = tree.draw(&TreeStyle::default());
        assert_eq!(drawn, "a␛[31m⏎b\\u{202e}⇥c␍\n");
    }
}
