//! Templates of messages that no definition matches: what stays the same when ids, numbers and values change.
//!
//! In two phases. On the hot path each entry gets its *skeleton* ([`of_entry`]): one pass over the message, no regular
//! expressions, in which what looks like a value becomes `<*>`. Once all are counted, skeletons become *templates*
//! ([`Templates::solve`]): where some differ in a word that is a value too, as names are, they are one. The first phase
//! depends on one entry alone, the second on the set of skeletons alone, so that any order of entries and any split among
//! threads or shards gives the same templates.

mod assigned;
mod audit;
mod joined;
mod known;
mod mask;
mod payload;
mod request;
mod rules;
mod slot;
mod solve;
mod span;
mod tokens;
pub mod trace;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Entry, Field, Value};
use crate::id::{Fingerprint, TEMPLATE};

pub use crate::id::template_id as id;

pub(crate) use request::NAMES;

pub(crate) use rules::Named;
pub use rules::{Rules, Settled, check_rules, of_like};

/// What stands for a value.
pub const WILDCARD: &str = "<*>";

/// Lines of a crash of Node.js, of which one is the mark below the code.
const MARK_WITHIN: usize = 4;

/// Templates beyond which what earlier runs have found is not looked at.
const KNOWN: usize = 20_000;

/// What a skeleton was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A message, of which others may differ in values that one message does not show.
    Message,
    /// A stack trace, a request, an audit entry, the keys of a payload: it is its own template.
    Whole,
}

/// The templates of skeletons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Templates {
    of: BTreeMap<Box<str>, Box<str>>,
    former: BTreeMap<Box<str>, Vec<Box<str>>>,
}

impl Templates {
    /// The templates of a set of skeletons of messages, given those that earlier runs have found.
    ///
    /// What a known template covers becomes that, so that a cluster stays what it was when a day shows only some of its values.
    /// Where a known template generalises further, it is among the [former](Self::former) ones of what it has become.
    ///
    /// ```
    /// use std::collections::BTreeSet;
    /// use gardener_engine::template::Templates;
    /// let skeletons = ["login of alice failed for <*>", "login of bob failed for <*>", "login of eve failed for <*>"];
    /// let templates = Templates::solve(&BTreeSet::from(skeletons), &BTreeSet::new());
    /// assert_eq!(templates.of(skeletons[0]), "login of <*> failed for <*>");
    /// ```
    #[must_use]
    pub fn solve(skeletons: &BTreeSet<&str>, known: &BTreeSet<&str>) -> Self {
        let known: BTreeSet<&str> = known.iter().copied().take(KNOWN).collect();
        let solved = solve::solve(skeletons, &known);
        let mut templates = Self::default();
        for (skeleton, template) in solved {
            if known.contains(skeleton) && skeleton != template {
                templates.former.entry(template.as_str().into()).or_default().push(skeleton.into());
            }
            templates.of.insert(skeleton.into(), template.into());
        }
        templates
    }

    /// The template of a skeleton; the skeleton itself where it was not among those solved.
    #[must_use]
    pub fn of<'t>(&'t self, skeleton: &'t str) -> &'t str {
        self.of.get(skeleton).map_or(skeleton, |template| template)
    }

    /// What a skeleton of this form becomes.
    #[must_use]
    pub fn of_form<'t>(&'t self, form: Form, skeleton: &'t str) -> &'t str {
        match form {
            Form::Message => self.of(skeleton),
            Form::Whole => skeleton,
        }
    }

    /// The known templates that have become this one.
    #[must_use]
    pub fn former(&self, template: &str) -> &[Box<str>] {
        self.former.get(template).map_or(&[], Vec::as_slice)
    }
}

/// Writes the skeleton of an entry into `skeleton`, which is emptied first, and tells what it was made of: of an audit entry what was
/// done to what, of one with a stack trace its signature, of one with a message the message's, of a request its route, else which
/// keys its payload has.
pub fn of_entry(entry: &Entry<'_>, skeleton: &mut String) -> Form {
    skeleton.clear();
    let proto = entry.field(Field::ProtoPayload);
    if proto.is_some_and(|payload| audit::write(payload, skeleton)) || payload::write_trace(entry, skeleton) {
        return Form::Whole;
    }
    let is_request = |payload: &Value<'_>| payload.get(|key| key == "resource").is_some();
    let request = entry.field(Field::HttpRequest).or_else(|| proto.filter(is_request));
    // Load balancers give a word for how a request ended, which tells less than the request: `response_sent_by_backend`.
    let is_sentence = |message: &&str| request.is_none() || message.trim().contains(char::is_whitespace);
    if let Some(message) = entry.message().filter(is_sentence) {
        of_message(message, skeleton);
        if !skeleton.is_empty() {
            return Form::Message;
        }
    }
    match request {
        Some(request) => request::write(request, skeleton),
        None => payload::write_keys(entry, skeleton),
    }
    Form::Whole
}

/// Appends the skeleton of a text that may be an entry's message: the signature of its stack trace, or [`of_message`].
pub fn of_text(text: &str, skeleton: &mut String) -> Form {
    if trace::signature(text, skeleton) {
        return Form::Whole;
    }
    of_message(text, skeleton);
    Form::Message
}

/// The signature of the stack trace that an entry holds: what was thrown, and the application's frames.
#[must_use]
pub fn stack_trace(entry: &Entry<'_>) -> Option<String> {
    let mut signature = String::new();
    payload::write_trace(entry, &mut signature).then_some(signature)
}

fn push(template: &mut String, part: &str) {
    if !template.is_empty() {
        template.push(' ');
    }
    template.push_str(part);
}

/// Appends the skeleton of a message.
pub fn of_message(message: &str, skeleton: &mut String) {
    mask::mask(telling_part(message), skeleton);
}

/// Of a stack trace the line that names the exception, which Python writes last and others first; else the first line
/// that says anything.
pub(crate) fn telling_part(message: &str) -> &str {
    let first = message.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
    if first.starts_with("Traceback (most recent call last)") {
        let exception =
            message.lines().skip(1).filter(|line| !line.starts_with([' ', '\t']) && !line.trim().is_empty());
        return exception.last().unwrap_or(first).trim();
    }
    thrown_in_node(first, message).unwrap_or(first)
}

/// What was thrown in Node.js without a trace, which stands behind the place, the line of code and a mark below it.
fn thrown_in_node<'t>(first: &str, message: &'t str) -> Option<&'t str> {
    if first.len() == message.len() || !first.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut lines = message.lines().map(str::trim);
    let is_mark = |line: &str| line.starts_with('^') && line.bytes().all(|byte| byte == b'^');
    lines.by_ref().take(MARK_WITHIN).find(|line| is_mark(line))?;
    let thrown = lines.by_ref().find(|line| !line.is_empty())?;
    lines.any(|line| line.starts_with("Node.js v")).then_some(thrown)
}

/// The identity of a template's cluster in a pack.
#[must_use]
pub fn fingerprint(pack: &str, template: &str) -> Fingerprint {
    fingerprint_of_group(pack, template, &BTreeMap::new())
}

/// That of one of the clusters that a pack splits a template into.
#[must_use]
pub fn fingerprint_of_group(pack: &str, template: &str, group: &BTreeMap<String, String>) -> Fingerprint {
    let group: Vec<(&str, &str)> = group.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Fingerprint::new(pack, &format!("{TEMPLATE}{template}"), &group)
}

/// Characters of a title.
const TITLE: usize = 100;

/// A title made of a template: its first line's words, without the decoration that loggers put before them. Of a stack trace as
/// many frames as there is room for.
///
/// ```
/// use gardener_engine::template::title;
/// assert_eq!(title("[<*>] connection to <*> failed: <*>"), "connection to … failed");
/// ```
#[must_use]
pub fn title(template: &str) -> String {
    let words = template.replace(WILDCARD, "…");
    let trimmed = words.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '…' | ')' | '%' | '?' | '!'));
    let trimmed = trimmed.trim_matches(|c: char| matches!(c, '…' | ':' | ' ' | '-' | ',' | ']' | '['));
    let trimmed = if trimmed.is_empty() { words.trim() } else { trimmed };
    let Some((end, _)) = trimmed.char_indices().nth(TITLE) else { return trimmed.to_owned() };
    let cut = trimmed.get(..end).unwrap_or("");
    match cut.rfind(trace::CALLED_BY) {
        Some(end) => cut.get(..end).unwrap_or(cut).to_owned(),
        None => format!("{}…", cut.trim_end()),
    }
}

#[cfg(test)]
mod tests;
