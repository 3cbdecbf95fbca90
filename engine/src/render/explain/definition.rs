//! The definitions beside a record, each test with its verdict and what the entry has.

use super::{Marks, shown};
use crate::explain::{Considered, Definitions, Verdict};
use crate::query::{Found, FoundKind, Trace, TraceKind};
use crate::render::neutral::shortened;
use crate::render::number::counted;
use crate::render::tree::{Role, Tree};

/// Definitions that match as well and are shown.
const ALSO: usize = 20;
/// Alternatives of a failure that are shown.
const ALTERNATIVES: usize = 4;
/// Characters of a test.
const TEST: usize = 240;
/// Characters of a value beside a test that is looked at.
const VALUE: usize = 120;
/// Characters of a value beside one of many that fail; the record's message has been shown.
const BRIEF: usize = 60;

/// All that were asked for.
pub(super) fn tree(definitions: &Definitions, marks: &Marks) -> Tree {
    let all = counted(definitions.considered as u64, "definition", None);
    let matching = match definitions.matching {
        0 => "none matches".to_owned(),
        1 => "1 matches".to_owned(),
        n => format!("{n} match"),
    };
    let were = if definitions.considered == 1 { "was" } else { "were" };
    let mut tree = Tree::new(Role::Strong, &all).with(Role::Plain, &format!(" {were} considered: {matching}"));
    let of = |verdict: Verdict| definitions.list.iter().filter(move |considered| considered.verdict == verdict);
    tree = tree.all_below(of(Verdict::Won).map(|won| one(won, marks)));
    tree = tree.all_below(of(Verdict::AlsoMatches).take(ALSO).map(|also| one(also, marks)));
    let hidden = of(Verdict::AlsoMatches).count().saturating_sub(ALSO);
    if hidden > 0 {
        tree = tree.below(Tree::new(Role::Faint, &format!("and {hidden} more that match")));
    }
    let missed: Vec<Tree> = match of(Verdict::Missed).count() {
        // Somebody who asks for one definition wants all of it.
        1 if definitions.list.len() == 1 && definitions.considered > 1 && definitions.more == 0 => {
            of(Verdict::Missed).map(|missed| one(missed, marks)).collect()
        }
        _ => of(Verdict::Missed).map(|missed| miss(missed, marks)).collect(),
    };
    tree = tree.all_below(missed);
    if definitions.more > 0 {
        let does = if definitions.more == 1 { "does" } else { "do" };
        let text = match of(Verdict::Missed).count() {
            0 => format!("{} {does} not match, and none nearly does", definitions.more),
            _ => format!("{} more {does} not match", definitions.more),
        };
        tree = tree.below(Tree::new(Role::Faint, &text).with(Role::Help, " (--all shows them)"));
    }
    tree
}

/// A definition with all its tests.
fn one(considered: &Considered, marks: &Marks) -> Tree {
    let mut tree = head(considered, marks);
    if considered.trace.parts.is_empty() || considered.trace.is_one() {
        return tree.below(test(&considered.trace, VALUE, marks));
    }
    if considered.trace.kind == TraceKind::All {
        return tree.all_below(considered.trace.parts.iter().map(|part| test(part, VALUE, marks)));
    }
    tree = tree.below(test(&considered.trace, VALUE, marks));
    tree
}

fn head(considered: &Considered, marks: &Marks) -> Tree {
    let (mark, role) = match considered.verdict {
        Verdict::Missed => (marks.no, Role::Bad),
        Verdict::Won | Verdict::AlsoMatches => (marks.yes, Role::Good),
    };
    let mut tree = Tree::new(role, mark).with(Role::Strong, &considered.id);
    tree = match (considered.verdict, &considered.after) {
        (Verdict::Won, _) => {
            let rank = format!("priority {}, no. {} in their order", considered.priority, considered.position);
            tree.with(Role::Plain, &format!(" takes it: the first that matches ({rank})"))
        }
        (_, Some(after)) => tree.with(Role::Plain, &format!(" also matches, and comes later: {after}")),
        _ if considered.tests == 1 => tree.with(Role::Plain, " does not match"),
        _ => {
            tree.with(Role::Plain, &format!(" does not match: {} of {} tests hold", considered.held, considered.tests))
        }
    };
    if considered.queries > 1 {
        tree = tree.with(Role::Plain, &format!(", query {} of {}", considered.query, considered.queries));
    }
    let tree = tree.with(Role::Faint, &format!(" ({})", shown(&considered.place)));
    // What is overridden may leave the query where the base has it.
    match considered.match_place.file == considered.place.file {
        true => tree,
        false => tree.with(Role::Faint, &format!(", `match` at {}", shown(&considered.match_place))),
    }
}

/// A definition that does not match, with the first test that fails.
fn miss(considered: &Considered, marks: &Marks) -> Tree {
    let mut tree = head(considered, marks);
    if considered.matches_before_redaction {
        tree = tree.below(Tree::new(
            Role::Help,
            "it would match before redaction; rules see text whose secrets are taken out",
        ));
    }
    match &considered.failure {
        Some(failure) => tree.below(failed(failure, marks)),
        None => tree,
    }
}

/// A test that fails; of alternatives, each with what fails of it.
fn failed(failure: &Trace, marks: &Marks) -> Tree {
    if failure.is_one() || failure.parts.is_empty() || failure.kind != TraceKind::Any {
        return test(failure, BRIEF, marks);
    }
    let mut tree = Tree::new(Role::Bad, marks.no).with(Role::Plain, "none of these holds");
    let alternatives = failure.parts.iter().filter_map(Trace::failure);
    tree = tree.all_below(alternatives.clone().take(ALTERNATIVES).map(|part| {
        // Alternatives within alternatives would lead too far.
        if part.kind == TraceKind::Any && !part.is_one() {
            return Tree::new(Role::Bad, marks.no).with(Role::Strong, &shortened(&part.text, TEST));
        }
        test(part, BRIEF, marks)
    }));
    let hidden = alternatives.count().saturating_sub(ALTERNATIVES);
    if hidden > 0 {
        tree = tree.below(Tree::new(Role::Faint, &format!("and {hidden} more")));
    }
    tree
}

/// A part of a query with all its parts.
fn test(trace: &Trace, value: usize, marks: &Marks) -> Tree {
    if trace.is_one() || trace.parts.is_empty() {
        return line(trace, trace.found.as_ref(), value, marks);
    }
    let what = match (trace.kind, trace.parts.as_slice()) {
        (TraceKind::Not, [inner]) if inner.is_one() => return line(trace, inner.found.as_ref(), value, marks),
        (TraceKind::All, _) => "all of",
        (TraceKind::Any, _) => "one of",
        (TraceKind::Not | TraceKind::Test, _) => "not",
    };
    let (mark, role) = mark(trace.holds, marks);
    Tree::new(role, mark).with(Role::Faint, what).all_below(trace.parts.iter().map(|part| test(part, value, marks)))
}

fn mark(holds: bool, marks: &Marks) -> (&'static str, Role) {
    if holds { (marks.yes, Role::Good) } else { (marks.no, Role::Bad) }
}

/// `✗ severity>=ERROR: severity is WARNING`.
fn line(trace: &Trace, found: Option<&Found>, value: usize, marks: &Marks) -> Tree {
    let (mark, role) = mark(trace.holds, marks);
    let text = if trace.text.is_empty() { "(every entry)".to_owned() } else { shortened(&trace.text, TEST) };
    let mut tree = Tree::new(role, mark).with(Role::Strong, &text);
    tree = match found {
        Some(found) => tree.with(Role::Plain, &format!(": {}", is(found, trace, value, marks))),
        None if trace.kind == TraceKind::Test && !trace.text.is_empty() => {
            tree.with(Role::Plain, if trace.holds { ": found in the entry" } else { ": not found in the entry" })
        }
        None => tree,
    };
    match &trace.hint {
        Some(hint) => tree.below(Tree::new(Role::Help, hint)),
        None => tree,
    }
}

/// `severity is WARNING`.
fn is(found: &Found, trace: &Trace, room: usize, marks: &Marks) -> String {
    let values: Vec<String> = found
        .values
        .iter()
        .map(|value| match value.kind {
            FoundKind::Text => format!("{}{}{}", marks.open, shortened(&value.text, room), marks.close),
            FoundKind::Plain | FoundKind::Null => value.text.clone(),
            FoundKind::Object => format!("an object with {}", shortened(&value.text, room)),
            FoundKind::List => format!("a list of {}", shortened(&value.text, room)),
        })
        .collect();
    let more = if found.more > 0 { format!(" and {} more", found.more) } else { String::new() };
    match values.as_slice() {
        // A field of LogEntry's own that is not there counts as its type's default value.
        [] if trace.holds && trace.kind != TraceKind::Not => format!("{} is absent, which counts as empty", found.path),
        [] => format!("{} is absent", found.path),
        [one] => format!("{} is {one}{more}", found.path),
        all => format!("{} is {}{more}", found.path, all.join(", ")),
    }
}
