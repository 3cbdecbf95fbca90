//! A walk over the syntax tree of a template: which names, filters and tests it uses, where, and which of them are not there.

mod expression;
mod statement;

use std::collections::BTreeSet;
use std::ops::Range;

use minijinja::machinery::{Span, ast};

use super::shape::{Record, Shape};
use crate::diagnostic::{Code, Problem, nearest};

/// Names that are listed although it is clear which of them was meant.
const FEW: usize = 16;

/// One name of a path and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) name: String,
    pub(crate) range: Range<usize>,
}

/// What a template may use beside its own names, and the codes of what it may not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'w> {
    /// The names that it is given.
    pub(crate) root: &'w Record,
    pub(crate) functions: &'w [&'w str],
    pub(crate) filters: &'w [&'w str],
    pub(crate) tests: &'w [&'w str],
    pub(crate) unknown_name: &'static Code,
    pub(crate) unknown_filter: &'static Code,
}

/// What a walk has found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// What is not there.
    pub(crate) problems: Vec<Problem>,
    /// Paths that begin with a given name: `metrics.latency.max`, `facets["labels.line"]`.
    pub(crate) mentions: Vec<Vec<Mention>>,
    /// Tags that reach beyond the template, by their first word.
    pub(crate) foreign: Vec<Mention>,
    /// The other templates that such a tag names, where it says so in plain text.
    pub(crate) templates: Vec<(&'static str, Mention)>,
    /// Blocks that stand in no other block.
    pub(crate) blocks: Vec<Mention>,
    /// What is printed outside of blocks.
    pub(crate) loose: Vec<Range<usize>>,
    /// What the top of the template defines.
    pub(crate) defined: Vec<(String, Shape)>,
}

/// Goes over one template. `defined` are names that another template has set before, on which this one builds.
pub(crate) fn walk(source: &str, tree: &ast::Stmt<'_>, words: Words<'_>, defined: &[(String, Shape)]) -> Found {
    let mut walk =
        Walk { source, words, names: defined.to_vec(), later: BTreeSet::new(), blocks: 0, found: Found::default() };
    if let ast::Stmt::Template(template) = tree {
        walk.later = statement::definitions(&template.children);
        walk.top(&template.children);
    }
    walk.found.defined = walk.names;
    walk.found
}

struct Walk<'w> {
    source: &'w str,
    words: Words<'w>,
    /// The names that the template itself defines, innermost last.
    names: Vec<(String, Shape)>,
    /// Names that the top of the template defines somewhere: a block may stand before them.
    later: BTreeSet<String>,
    /// How many blocks stand around this place.
    blocks: usize,
    found: Found,
}

impl Walk<'_> {
    fn range(span: Span) -> Range<usize> {
        span.start_offset as usize..span.end_offset as usize
    }

    /// The last `name` of a span: where an attribute or a block is named.
    fn named(&self, name: &str, span: Span) -> Range<usize> {
        let range = Self::range(span);
        let covered = self.source.get(range.clone()).unwrap_or("");
        match covered.rfind(name) {
            Some(at) => range.start + at..range.start + at + name.len(),
            None => range,
        }
    }

    fn define(&mut self, name: &str, shape: Shape) {
        self.names.push((name.to_owned(), shape));
    }

    /// What a name that the template defines stands for.
    fn own(&self, name: &str) -> Option<Shape> {
        let own = self.names.iter().rev().find(|(own, _)| own == name).map(|(_, shape)| shape.clone());
        own.or_else(|| self.later.contains(name).then_some(Shape::Any))
    }

    /// Tells of a name that a record does not have.
    fn lacking(&mut self, record: &Record, owner: &str, mention: &Mention) {
        let name = &mention.name;
        let message = match (record.lacks, owner) {
            ("", "") => format!("there is no `{name}` here"),
            ("", owner) => format!("`{owner}` has no `{name}`"),
            (lacks, _) => format!("{lacks} `{name}`"),
        };
        let is_root = std::ptr::eq(record, self.words.root);
        let own = self.names.iter().filter(|_| is_root).map(|(name, _)| name.as_str());
        let near = nearest(name, record.names().chain(own));
        let mut problem = Problem::new(self.words.unknown_name, mention.range.clone(), message);
        if near.is_none() || record.keys.len() <= FEW {
            problem = problem.help(record.help());
        }
        self.found.problems.push(match near {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem,
        });
    }

    /// Tells of a filter or a test that is not there.
    fn unknown_word(&mut self, what: &str, word: &str, range: Range<usize>, known: &[&str]) {
        let problem = Problem::new(self.words.unknown_filter, range, format!("there is no {what} `{word}`"));
        self.found.problems.push(match nearest(word, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("known: {}", known.join(", "))),
        });
    }
}
