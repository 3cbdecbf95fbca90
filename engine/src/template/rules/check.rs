//! The rules of a pack held against each other: its own check reads no messages, and so cannot know which of them mean one
//! template.

use std::collections::BTreeMap;

use super::of_like;
use crate::diagnostic::{Diagnostic, FileId, Span, sort};
use crate::pack::{Becomes, Loaded, Meant, Pack, TemplateRule, codes};

/// Templates of a circle that are named.
const NAMED: usize = 8;

/// The same pack with what is wrong among its rules for templates: two that mean one template, and circles of `same_as`.
///
/// Messages whose skeletons are equal have one template whatever the entries are. That others have one as well turns out only
/// in a run, and so does of which template an id is.
#[must_use]
pub fn check_rules(mut loaded: Loaded) -> Loaded {
    let Some(pack) = loaded.pack.as_ref().or(loaded.draft.as_ref()) else { return loaded };
    let rules: Vec<Known<'_>> = pack.unknown.templates.iter().map(|rule| Known::of(pack, rule)).collect();
    let mut found = Vec::new();
    twice(&rules, &mut found);
    circles(&rules, &mut found);
    if !found.is_empty() {
        loaded.diagnostics.append(&mut found);
        sort(&mut loaded.diagnostics);
        loaded.draft = loaded.pack.take().filter(|pack| pack.has_all_definitions).or(loaded.draft);
    }
    loaded
}

/// A rule, with the templates that it names.
struct Known<'p> {
    rule: &'p TemplateRule,
    meant: Vec<Name<'p>>,
    target: Option<Name<'p>>,
}

/// A template as it is named.
struct Name<'p> {
    /// The text that names it.
    text: &'p str,
    key: Key,
    span: Span,
}

/// What is the same of names that surely mean one template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Id(String),
    /// The skeleton of a message.
    Like(String),
}

impl<'p> Name<'p> {
    fn of(pack: &Pack, meant: &'p Meant, span: Span) -> Self {
        match meant {
            Meant::Id(own) => Self { text: own, key: Key::Id(own.clone()), span },
            Meant::Like(message) => Self { text: message, key: Key::Like(of_like(pack, message).1), span },
        }
    }
}

impl<'p> Known<'p> {
    fn of(pack: &Pack, rule: &'p TemplateRule) -> Self {
        let meant = rule.meant.iter().zip(&rule.meant_at).map(|(meant, at)| Name::of(pack, meant, *at)).collect();
        let target = match (&rule.becomes, rule.same_as_at) {
            (Becomes::OfTemplate(target), Some(at)) => Some(Name::of(pack, target, at)),
            _ => None,
        };
        Self { rule, meant, target }
    }
}

/// Tells of templates that two rules of one manifest mean.
fn twice(rules: &[Known<'_>], found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(FileId, &Key), (usize, &Name<'_>)> = BTreeMap::new();
    for (at, known) in rules.iter().enumerate() {
        for name in &known.meant {
            let (own, other) = *first.entry((known.rule.span.file, &name.key)).or_insert((at, name));
            if own == at {
                continue;
            }
            let message = if other.text == name.text {
                format!("`{}` is meant by two rules, and only the first of them counts", name.text)
            } else {
                format!("`{}` has the template of `{}`, which a rule before this one means", name.text, other.text)
            };
            found.push(
                Diagnostic::new(&codes::TEMPLATE_TWICE, name.span, message)
                    .label("the other rule takes it")
                    .related(other.span, "the rule that counts")
                    .help("take one of them out"),
            );
        }
    }
}

/// Tells of templates that `same_as` leads back to.
fn circles(rules: &[Known<'_>], found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&Key, usize> = BTreeMap::new();
    for (at, known) in rules.iter().enumerate() {
        known.meant.iter().for_each(|name| _ = first.entry(&name.key).or_insert(at));
    }
    let target = |at: usize| rules.get(at).and_then(|known| known.target.as_ref());
    let next = |at: usize| first.get(&target(at)?.key).copied();
    let mut walked = vec![false; rules.len()];
    for start in 0..rules.len() {
        let mut way: Vec<usize> = Vec::new();
        let mut at = Some(start);
        while let Some(step) = at.filter(|step| walked.get(*step) == Some(&false)) {
            if let Some(walked) = walked.get_mut(step) {
                *walked = true;
            }
            way.push(step);
            at = next(step);
        }
        let Some(from) = at.and_then(|back| way.iter().position(|step| *step == back)) else { continue };
        let steps: Vec<&Name<'_>> = way.iter().skip(from).filter_map(|step| target(*step)).collect();
        // What names itself in the same words is told by the pack's own check.
        let is_told = |name: &Name<'_>| {
            let meant = at.and_then(|back| rules.get(back)).map(|known| known.meant.as_slice()).unwrap_or_default();
            meant.iter().any(|meant| meant.text == name.text)
        };
        match steps.as_slice() {
            [own] if is_told(own) => {}
            [] => {}
            steps => found.push(circle(steps)),
        }
    }
}

/// What is said of a circle, at the step that closes it.
fn circle(steps: &[&Name<'_>]) -> Diagnostic {
    let last = steps.last().copied();
    let names = last.into_iter().chain(steps.iter().copied()).map(|name| format!("`{}`", name.text));
    let mut way: Vec<String> = names.take(NAMED).collect();
    if steps.len() >= NAMED {
        way.push("…".to_owned());
    }
    let message = match steps {
        [one] => format!("`{}` has the template that this rule means, so nothing becomes of it", one.text),
        _ => format!("these templates would belong to each other in a circle: {}", way.join(" → ")),
    };
    let help = "name the cluster that all of them belong to, and take `same_as` out of its own rule";
    let diagnostic = Diagnostic::new(&codes::TEMPLATE_CIRCLE, last.map(|name| name.span), message)
        .label("leads back to where it began")
        .help(help);
    let others = steps.iter().take(steps.len().saturating_sub(1)).take(NAMED);
    others.fold(diagnostic, |told, name| told.related(name.span, "leads on from here"))
}

#[cfg(test)]
mod tests;
