//! `message` in a query replaced by the fields that it stands for.

use std::fmt::{self, Write as _};
use std::ops::Range;

use super::lexer::Op;
use super::syntax::{Comparison, Expression, Path, Primary, Text, Tree, TreeKind, write_name};
use crate::entry::{FieldPath, Root};

/// What all entries match.
const ALL: &str = "severity>=DEFAULT";

/// The text of a query whose comparisons of `message` speak of `paths`; everything else, comments too, as it was.
pub(super) fn expand(text: &str, tree: &Expression, paths: &[FieldPath]) -> String {
    let names = names(paths);
    let mut replaced = Vec::new();
    collect(tree, &names, &mut replaced);
    put_in(text, &replaced)
}

/// The same, but what matches the query matches this too: of an entry with text at several of the paths, a rule looks at the
/// first only, and what that lacks another one may hold. So what is denied of `message` is left open.
pub(super) fn covering(text: &str, tree: &Expression, paths: &[FieldPath]) -> String {
    let names = names(paths);
    let mut replaced = Vec::new();
    match names.len() {
        1 => collect(tree, &names, &mut replaced),
        _ => collect_covering(tree, &names, &mut replaced),
    }
    put_in(text, &replaced)
}

fn names(paths: &[FieldPath]) -> Vec<String> {
    let mut names: Vec<String> = paths.iter().filter_map(name).collect();
    if names.is_empty() {
        names.push("textPayload".to_owned());
    }
    names
}

fn put_in(text: &str, replaced: &[(Range<usize>, String)]) -> String {
    let mut expanded = String::with_capacity(text.len() + replaced.len() * 64);
    let mut at = 0;
    for (range, replacement) in replaced {
        expanded.push_str(text.get(at..range.start).unwrap_or(""));
        expanded.push_str(replacement);
        at = range.end;
    }
    expanded.push_str(text.get(at..).unwrap_or(""));
    expanded
}

/// A path in the language's own spelling.
fn name(path: &FieldPath) -> Option<String> {
    let Root::Field(field) = path.root() else { return None };
    let mut name = field.name().to_owned();
    for segment in path.segments() {
        name.push('.');
        write_name(&mut name, segment.name()).ok()?;
    }
    Some(name)
}

fn is_message(path: &Path) -> bool {
    matches!(path.names.as_slice(), [(name, _)] if name == "message")
}

fn collect_covering(tree: &Expression, names: &[String], replaced: &mut Vec<(Range<usize>, String)>) {
    match &tree.kind {
        TreeKind::And(parts) | TreeKind::Or(parts) => {
            parts.iter().for_each(|part| collect_covering(part, names, replaced));
        }
        TreeKind::Not(inner) => {
            let mut speaks_of_message = Vec::new();
            collect(inner, names, &mut speaks_of_message);
            if !speaks_of_message.is_empty() {
                replaced.push((tree.range.clone(), ALL.to_owned()));
            }
        }
        TreeKind::Leaf(Primary::Comparison(comparison))
            if is_message(&comparison.path)
                && (matches!(comparison.op, Op::Unequal | Op::NoMatch) || denies(&comparison.values)) =>
        {
            replaced.push((comparison.path.range.start..comparison.values.range.end, ALL.to_owned()));
        }
        TreeKind::Leaf(_) => collect(tree, names, replaced),
    }
}

fn denies(values: &Tree<Text>) -> bool {
    match &values.kind {
        TreeKind::And(parts) | TreeKind::Or(parts) => parts.iter().any(denies),
        TreeKind::Not(_) => true,
        TreeKind::Leaf(_) => false,
    }
}

fn collect(tree: &Expression, names: &[String], replaced: &mut Vec<(Range<usize>, String)>) {
    match &tree.kind {
        TreeKind::And(parts) | TreeKind::Or(parts) => parts.iter().for_each(|part| collect(part, names, replaced)),
        TreeKind::Not(inner) => collect(inner, names, replaced),
        TreeKind::Leaf(Primary::Comparison(comparison)) if is_message(&comparison.path) => {
            // The parentheses of `(message:x)` are its range too; the comparison itself begins at its path.
            let range = comparison.path.range.start..comparison.values.range.end;
            let mut text = String::new();
            if write_comparison(comparison, names, &mut text).is_ok() {
                replaced.push((range, text));
            }
        }
        TreeKind::Leaf(Primary::Call(call)) => {
            let field = call.arguments.iter().position(|argument| argument.path.as_ref().is_some_and(is_message));
            let Some(field) = field.filter(|_| call.arguments.len() > 1) else { return };
            let alternatives = names.iter().map(|name| {
                let arguments: Vec<String> = call
                    .arguments
                    .iter()
                    .enumerate()
                    .map(|(at, argument)| if at == field { name.clone() } else { argument.text.to_string() })
                    .collect();
                format!("{}({})", call.name, arguments.join(", "))
            });
            replaced.push((call.range.clone(), any_of(alternatives.collect())));
        }
        TreeKind::Leaf(_) => {}
    }
}

fn any_of(alternatives: Vec<String>) -> String {
    let all = alternatives.join(" OR ");
    if alternatives.len() > 1 { format!("({all})") } else { all }
}

fn write_comparison(comparison: &Comparison, names: &[String], text: &mut String) -> fmt::Result {
    let op = comparison.op;
    let write = |value: &Text, f: &mut dyn fmt::Write| f.write_str(&one(op, value, names));
    if matches!(comparison.values.kind, TreeKind::Leaf(_)) {
        return comparison.values.write(text, &write);
    }
    text.write_str("(")?;
    Tree::write(&comparison.values, text, &write)?;
    text.write_str(")")
}

/// One comparison of the message. A negative one must not hold just because one of the fields is not there.
fn one(op: Op, value: &Text, names: &[String]) -> String {
    let positive = match op {
        Op::Unequal => Op::Equal,
        Op::NoMatch => Op::Match,
        op => op,
    };
    let each = |op: Op, value: &dyn fmt::Display| {
        any_of(names.iter().map(|name| format!("{name}{}{value}", op.symbol())).collect())
    };
    // Where a payload's field or a label is absent, `!=` fails by itself.
    let fails_alone =
        |name: &String| ["jsonPayload.", "protoPayload.", "labels."].iter().any(|root| name.starts_with(root));
    if op == positive || (names.len() == 1 && names.iter().all(fails_alone)) {
        return each(op, value);
    }
    let mut text = String::new();
    let _ = write!(text, "({} AND NOT {})", each(Op::Has, &"*"), each(positive, value));
    text
}
