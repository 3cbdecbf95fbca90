//! Expressions laid out to be walked.

use memchr::memmem::Finder;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::set::{Bytes, Empty, First, Set};
use super::{END, Needed, Node, Start, Walk};

/// Nodes of an expression.
const NODES: usize = 256;
/// Bytes with which a match may begin up to which they are looked for by themselves.
const FEW: usize = 3;
/// Bytes before a literal up to which it is not far from the beginning of a match.
const NEAR: usize = 8;

impl Walk {
    /// The walk of an expression; nothing where it has what is not walked: what may repeat nothing, looks at words that are not
    /// Unicode's, or matches of no characters at any place.
    pub(in crate::pattern) fn new(hir: &Hir) -> Option<Self> {
        let is_anchored = hir.properties().look_set_prefix().contains(Look::Start);
        if !is_anchored && hir.properties().minimum_len().is_none_or(|length| length == 0) {
            return None;
        }
        let mut nodes = vec![Node::End];
        let entry = lay(hir, END, First::NOTHING, &mut nodes)?;
        let first = first(hir)?;
        let bytes: Vec<u8> = first.bytes.each().collect();
        let start = match (prefix(hir), bytes.as_slice()) {
            _ if is_anchored => Start::Beginning(first),
            (Some(text), _) => Start::Literal(Box::new(Finder::new(text).into_owned())),
            (_, few @ [a, ..]) if few.len() <= FEW => {
                let at = |at: usize| few.get(at).copied().unwrap_or(*a);
                Start::Few(*a, at(1), at(2))
            }
            _ => Start::Any(Box::new(std::array::from_fn(|at| bytes.iter().any(|byte| usize::from(*byte) == at)))),
        };
        let needed = match start {
            Start::Few(..) | Start::Any(_) => {
                needed(hir).map(|(text, places)| (Finder::new(text).into_owned(), places))
            }
            Start::Beginning(_) | Start::Literal(_) => None,
        };
        let needed = needed.map(|(finder, (least, most))| Box::new(Needed { finder, least, most }));
        let entry = match (&start, nodes.get(entry)) {
            (Start::Literal(finder), Some(Node::Literal(text, next))) if *finder.needle() == **text => {
                (*next, text.len())
            }
            _ => (entry, 0),
        };
        Some(Self { nodes, entry, start, needed, leading: leading(hir).and_then(Set::of) })
    }
}

fn push(node: Node, nodes: &mut Vec<Node>) -> Option<usize> {
    nodes.push(node);
    (nodes.len() <= NODES).then(|| nodes.len() - 1)
}

/// Lays out an expression before the node that comes next; says where it begins. `follow` is what comes next can begin with.
fn lay(hir: &Hir, next: usize, follow: First, nodes: &mut Vec<Node>) -> Option<usize> {
    match hir.kind() {
        HirKind::Empty => Some(next),
        HirKind::Literal(literal) => push(Node::Literal(literal.0.clone(), next), nodes),
        HirKind::Class(class) => push(Node::One(Set::of(class)?, next), nodes),
        HirKind::Look(look) => push(Node::Look(*look, next), nodes),
        HirKind::Capture(capture) => {
            let group = capture.index as usize;
            let close = push(Node::Close(group, next), nodes)?;
            let inner = lay(&capture.sub, close, follow, nodes)?;
            // What it opens and closes is one run, which need not be asked where it ends again.
            if inner == close + 1
                && matches!(nodes.last(), Some(Node::Run { keeps: true, next, .. }) if next.0 == close)
                && let Some(Node::Run { set, times, .. }) = nodes.pop()
            {
                nodes.pop();
                return push(Node::Held { set, times, group, next }, nodes);
            }
            push(Node::Open(group, inner), nodes)
        }
        HirKind::Concat(parts) => {
            let (mut next, mut follow) = (next, follow);
            for part in parts.iter().rev() {
                next = lay(part, next, follow, nodes)?;
                follow = first(part)?.then(follow);
            }
            Some(next)
        }
        HirKind::Alternation(parts) => {
            let mut parts = parts.iter().rev();
            let last = parts.next()?;
            let mut rest = (lay(last, next, follow, nodes)?, first(last)?.then(follow));
            for part in parts {
                let own = (lay(part, next, follow, nodes)?, first(part)?.then(follow));
                rest = (push(Node::Either([own, rest]), nodes)?, own.1.or(rest.1));
            }
            Some(rest.0)
        }
        HirKind::Repetition(repetition) => lay_repeated(repetition, next, follow, nodes),
    }
}

fn lay_repeated(repetition: &Repetition, next: usize, follow: First, nodes: &mut Vec<Node>) -> Option<usize> {
    let (min, max) = (repetition.min as usize, repetition.max.map_or(usize::MAX, |max| max as usize));
    if let Some(class) = class_of(&repetition.sub) {
        let set = Set::of(&class)?;
        let is_greedy = repetition.greedy;
        let keeps = min == max || (is_greedy && follow.is_behind(&set));
        return push(Node::Run { set, times: (min, max), is_greedy, keeps, next: (next, follow) }, nodes);
    }
    let sub = &*repetition.sub;
    // What may be nothing could be repeated for ever.
    if (min, max) != (0, 1) && sub.properties().minimum_len().is_none_or(|length| length == 0) {
        return None;
    }
    let own = first(sub)?;
    let either = |inner: usize, after: First| {
        let (inner, next) = ((inner, own.then(after)), (next, follow));
        Node::Either(if repetition.greedy { [inner, next] } else { [next, inner] })
    };
    let (mut begin, mut after) = (next, follow);
    if max == usize::MAX {
        // The choice comes first, so that what is repeated can lead back to it.
        let choice = push(Node::End, nodes)?;
        after = own.or(follow);
        let inner = lay(sub, choice, after, nodes)?;
        *nodes.get_mut(choice)? = either(inner, after);
        begin = choice;
    } else {
        for _ in min..max {
            let inner = lay(sub, begin, after, nodes)?;
            begin = push(either(inner, after), nodes)?;
            after = own.then(after).or(follow);
        }
    }
    for _ in 0..min {
        begin = lay(sub, begin, after, nodes)?;
        after = own.then(after);
    }
    Some(begin)
}

/// The class of one character, written as a class or not.
fn class_of(hir: &Hir) -> Option<Class> {
    match hir.kind() {
        HirKind::Class(class) => Some(class.clone()),
        HirKind::Literal(literal) => {
            let mut characters = std::str::from_utf8(&literal.0).ok()?.chars();
            let (one, None) = (characters.next()?, characters.next()) else { return None };
            let range = regex_syntax::hir::ClassUnicodeRange::new(one, one);
            Some(Class::Unicode(regex_syntax::hir::ClassUnicode::new([range])))
        }
        _ => None,
    }
}

/// What an expression can begin with; nothing where it is not walked.
fn first(hir: &Hir) -> Option<First> {
    Some(match hir.kind() {
        HirKind::Empty => First::NOTHING,
        HirKind::Literal(literal) => {
            let mut bytes = Bytes::default();
            literal.0.first().into_iter().for_each(|byte| bytes.add(*byte));
            First::of(bytes)
        }
        HirKind::Class(class) => First::of(Set::of(class)?.bytes()),
        HirKind::Look(Look::End) => First { empty: Empty::AtEnd, ..First::NOTHING },
        HirKind::Look(Look::Start | Look::StartLF | Look::EndLF | Look::WordUnicode | Look::WordUnicodeNegate) => {
            First { empty: Empty::Somewhere, ..First::NOTHING }
        }
        HirKind::Look(_) => return None,
        HirKind::Capture(capture) => first(&capture.sub)?,
        HirKind::Concat(parts) => {
            let mut all = First::NOTHING;
            for part in parts {
                all = all.then(first(part)?);
            }
            all
        }
        HirKind::Alternation(parts) => {
            let mut all = First::of(Bytes::default());
            for part in parts {
                all = all.or(first(part)?);
            }
            all
        }
        HirKind::Repetition(repetition) => {
            let own = first(&repetition.sub)?;
            if repetition.min == 0 { own.or(First::NOTHING) } else { own }
        }
    })
}

/// The literal that every match begins with, if there is one.
fn prefix(hir: &Hir) -> Option<&[u8]> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(&literal.0),
        HirKind::Capture(capture) => prefix(&capture.sub),
        HirKind::Concat(parts) => prefix(parts.first()?),
        _ => None,
    }
}

/// The class of which an expression begins with as many characters as there are, or as few: where it does not match before
/// some of them, it does not match before fewer of these either, for what comes next was tried behind each.
fn leading(hir: &Hir) -> Option<&Class> {
    match hir.kind() {
        HirKind::Capture(capture) => leading(&capture.sub),
        HirKind::Concat(parts) => leading(parts.first()?),
        HirKind::Repetition(repetition) if repetition.max.is_none() => match repetition.sub.kind() {
            HirKind::Class(class) => Some(class),
            _ => None,
        },
        _ => None,
    }
}

/// A literal that every match has in it, and how many bytes of the match are before it at least and at most: the longest, but
/// rather one that is not far from the beginning.
fn needed(hir: &Hir) -> Option<(&[u8], (usize, usize))> {
    match hir.kind() {
        HirKind::Literal(literal) => Some((&literal.0, (0, 0))),
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Concat(parts) => {
            let (mut least, mut most) = (0_usize, 0_usize);
            let of_each = parts.iter().filter_map(|part| {
                let before = (least, most);
                least = least.saturating_add(part.properties().minimum_len().unwrap_or(0));
                most = most.saturating_add(part.properties().maximum_len().unwrap_or(usize::MAX));
                let (text, (own_least, own_most)) = needed(part)?;
                Some((text, (before.0.saturating_add(own_least), before.1.saturating_add(own_most))))
            });
            of_each.max_by_key(|(text, (_, most))| text.len() + if *most <= NEAR { NEAR } else { 0 })
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        _ => None,
    }
}
