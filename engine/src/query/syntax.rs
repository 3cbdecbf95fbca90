//! What a query says, before anything is looked up: trees of comparisons, each with its place in the text.

use std::fmt;
use std::ops::Range;

use super::lexer::Op;
use super::text::quote;

/// Things joined by `AND`, `OR` and `NOT`.
#[derive(Clone, Debug)]
pub(super) struct Tree<L> {
    pub(super) kind: TreeKind<L>,
    pub(super) range: Range<usize>,
    /// Whether it stands in parentheses of its own.
    pub(super) parenthesised: bool,
}

#[derive(Clone, Debug)]
pub(super) enum TreeKind<L> {
    And(Vec<Tree<L>>),
    Or(Vec<Tree<L>>),
    Not(Box<Tree<L>>),
    Leaf(L),
}

impl<L> Tree<L> {
    pub(super) fn leaf(leaf: L, range: Range<usize>) -> Self {
        Self { kind: TreeKind::Leaf(leaf), range, parenthesised: false }
    }

    /// Calls `visit` with every leaf from left to right.
    pub(super) fn leaves<'t>(&'t self, visit: &mut dyn FnMut(&'t L)) {
        match &self.kind {
            TreeKind::And(all) | TreeKind::Or(all) => all.iter().for_each(|tree| tree.leaves(visit)),
            TreeKind::Not(tree) => tree.leaves(visit),
            TreeKind::Leaf(leaf) => visit(leaf),
        }
    }

    /// Writes it with all the parentheses that it means; each leaf as `write` does.
    pub(super) fn write(
        &self,
        f: &mut dyn fmt::Write,
        write: &dyn Fn(&L, &mut dyn fmt::Write) -> fmt::Result,
    ) -> fmt::Result {
        let (all, joint) = match &self.kind {
            TreeKind::And(all) => (all, " AND "),
            TreeKind::Or(all) => (all, " OR "),
            TreeKind::Not(tree) => {
                f.write_str("NOT ")?;
                return tree.write_part(f, write);
            }
            TreeKind::Leaf(leaf) => return write(leaf, f),
        };
        for (at, tree) in all.iter().enumerate() {
            if at > 0 {
                f.write_str(joint)?;
            }
            tree.write_part(f, write)?;
        }
        Ok(())
    }

    fn write_part(
        &self,
        f: &mut dyn fmt::Write,
        write: &dyn Fn(&L, &mut dyn fmt::Write) -> fmt::Result,
    ) -> fmt::Result {
        match &self.kind {
            TreeKind::Leaf(_) => self.write(f, write),
            TreeKind::And(_) | TreeKind::Or(_) | TreeKind::Not(_) => {
                f.write_str("(")?;
                self.write(f, write)?;
                f.write_str(")")
            }
        }
    }
}

/// A query, or a part of one.
pub(super) type Expression = Tree<Primary>;

/// A text as it is meant.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) is_quoted: bool,
    /// With its quotation marks.
    pub(super) range: Range<usize>,
}

/// A name of a path, without its quotation marks, and its place with them.
pub(super) type Name = (String, Range<usize>);

/// Names joined by dots.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub(super) names: Vec<Name>,
    pub(super) range: Range<usize>,
}

/// What a query is made of.
#[derive(Clone, Debug)]
pub(super) enum Primary {
    Global(Text),
    Comparison(Comparison),
    Call(Call),
}

#[derive(Clone, Debug)]
pub(super) struct Comparison {
    pub(super) path: Path,
    pub(super) op: Op,
    pub(super) op_range: Range<usize>,
    pub(super) values: Tree<Text>,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) name_range: Range<usize>,
    pub(super) arguments: Vec<Argument>,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) text: Text,
    /// The same as a path, if it is not a text in quotation marks.
    pub(super) path: Option<Path>,
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_quoted { f.write_str(&quote(&self.text)) } else { f.write_str(&self.text) }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, _)) in self.names.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            write_name(f, name)?;
        }
        Ok(())
    }
}

/// A name of a path, in quotation marks where it needs them.
pub(super) fn write_name(f: &mut dyn fmt::Write, name: &str) -> fmt::Result {
    let is_plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'@'));
    if is_plain { f.write_str(name) } else { f.write_str(&quote(name)) }
}

/// Values as they stand behind an operator.
pub(super) fn write_values(values: &Tree<Text>, f: &mut dyn fmt::Write) -> fmt::Result {
    values.write_part(f, &|text, f| write!(f, "{text}"))
}

impl fmt::Display for Primary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global(text) => text.fmt(f),
            Self::Comparison(comparison) => {
                write!(f, "{}{}", comparison.path, comparison.op.symbol())?;
                write_values(&comparison.values, f)
            }
            Self::Call(call) => call.fmt(f),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (at, argument) in self.arguments.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            argument.text.fmt(f)?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &|primary, f| write!(f, "{primary}"))
    }
}
