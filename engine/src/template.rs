//! Templates of messages that no definition matches: what stays the same when ids, numbers and values change.
//!
//! In two phases. On the hot path each entry gets its *skeleton* ([`of_entry`]): one pass over the message, no regular
//! expressions, in which what looks like a value becomes `<*>`. Once all are counted, skeletons become *templates*
//! ([`Templates::solve`]): where some differ in a word that is a value too, as names are, they are one. The first phase
//! depends on one entry alone, the second on the set of skeletons alone, so that any order of entries and any split among
//! threads or shards gives the same templates.

mod assigned;
mod joined;
mod known;
mod mask;
mod slot;
mod solve;
mod span;
mod tokens;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Data, Entry, Field, Number};
use crate::id::{Fingerprint, TEMPLATE};

pub use crate::id::template_id as id;

/// What stands for a value.
pub const WILDCARD: &str = "<*>";

/// Templates beyond which what earlier runs have found is not looked at.
const KNOWN: usize = 20_000;

/// What a skeleton was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A message, of which others may differ in values that one message does not show.
    Message,
    /// A request, an audit entry, the fields of a payload: it is its own template.
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

/// Writes the skeleton of an entry into `skeleton`, which is emptied first, and tells what it was made of.
pub fn of_entry(entry: &Entry<'_>, skeleton: &mut String) -> Form {
    skeleton.clear();
    if let Some(message) = entry.message() {
        of_message(message, skeleton);
        if !skeleton.is_empty() {
            return Form::Message;
        }
    }
    match entry.field(Field::HttpRequest) {
        Some(request) => of_request(request, skeleton),
        None => of_payload(entry, skeleton),
    }
    Form::Whole
}

/// Of an entry without message or request: what its payload is.
fn of_payload(entry: &Entry<'_>, template: &mut String) {
    if let Some(payload) = entry.field(Field::ProtoPayload) {
        let text = |name: &str| payload.get(|key| key == name || key == snake(name)).and_then(|value| value.as_text());
        for part in [text("serviceName"), text("methodName")].into_iter().flatten() {
            push(template, part);
        }
        if let Some(status) = payload.get(|key| key == "status").and_then(|status| status.get(|key| key == "code")) {
            push(template, "status");
            push(template, &shown(status.data()));
        }
    }
    if template.is_empty()
        && let Some(payload) = entry.field(Field::JsonPayload)
        && let Data::Map(map) = payload.data()
    {
        let is_own = |key, value| Field::from_name(key).is_none() && entry.is_of_payload(value);
        let mut keys: Vec<&str> = map.filter(|(key, value)| is_own(key, *value)).map(|(key, _)| key).take(12).collect();
        keys.sort_unstable();
        if !keys.is_empty() {
            push(template, "payload with");
            push(template, &keys.join(", "));
        }
    }
    if template.is_empty() {
        push(template, "no payload");
    }
}

fn snake(name: &str) -> &str {
    match name {
        "serviceName" => "service_name",
        "methodName" => "method_name",
        other => other,
    }
}

fn shown(data: Data<'_>) -> String {
    match data {
        Data::Text(text) => text.to_owned(),
        Data::Number(number) => number.to_string(),
        _ => WILDCARD.to_owned(),
    }
}

fn push(template: &mut String, part: &str) {
    if !template.is_empty() {
        template.push(' ');
    }
    template.push_str(part);
}

/// `GET /api/<*> 5xx`.
fn of_request(request: crate::entry::Value<'_>, template: &mut String) {
    let part = |camel: &str, snake: &str| request.get(|key| key == camel || key == snake);
    let method = part("requestMethod", "request_method").and_then(|value| value.as_text());
    push(template, method.unwrap_or("request"));
    if let Some(url) = part("requestUrl", "request_url").and_then(|value| value.as_text()) {
        push(template, &route(url));
    }
    let status = match part("status", "status").map(|status| status.data()) {
        Some(Data::Number(Number::Unsigned(status))) => Some(status),
        Some(Data::Text(text)) => text.parse().ok(),
        _ => None,
    };
    push(template, &status.map_or("without status".to_owned(), |status| format!("{}xx", status / 100)));
}

/// The path of a URL, its segments that look like values masked, its query left out.
fn route(url: &str) -> String {
    let path =
        url.split_once("://").map_or(url, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"));
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let masked = path.split('/').take(8).map(|segment| if is_value(segment) { WILDCARD } else { segment });
    masked.collect::<Vec<_>>().join("/")
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
    first
}

/// Whether a segment of a path looks like a value: it holds a digit, an `@`, two dots, or is what redaction left.
fn is_value(token: &str) -> bool {
    let mut dots = 0;
    for byte in token.bytes() {
        match byte {
            b'0'..=b'9' | b'/' | b'@' | b'\\' => return true,
            b'.' => dots += 1,
            _ => {}
        }
    }
    (dots >= 2 && token.bytes().any(|b| b != b'.')) || token.starts_with("***") || token.starts_with("REDACTED")
}

/// The identity of a template's cluster in a pack.
#[must_use]
pub fn fingerprint(pack: &str, template: &str) -> Fingerprint {
    Fingerprint::new(pack, &format!("{TEMPLATE}{template}"), &[])
}

/// A title made of a template: its first line's words, without the decoration that loggers put before them.
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
    match trimmed.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", trimmed.get(..end).unwrap_or("").trim_end()),
        None => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(message: &str) -> String {
        let mut template = String::new();
        of_message(message, &mut template);
        template
    }

    #[test]
    fn values_are_masked_and_words_are_kept() {
        for (message, expected) in [
            ("Connection to 10.0.0.1:5432 failed after 30 s", "Connection to <*> failed after <*>"),
            ("user=alice action=login", "user=<*> action=<*>"),
            ("Started /usr/bin/x", "Started <*>"),
            ("Created ***@example.com from JWT=REDACTED", "Created <*> from JWT=<*>"),
            (
                "Traceback (most recent call last):\n  File \"a.py\", line 3\nValueError: bad id 17",
                "ValueError: bad id <*>",
            ),
            ("", ""),
        ] {
            assert_eq!(template(message), expected, "{message}");
        }
    }

    #[test]
    fn a_message_of_any_length_has_a_short_template() {
        assert!(template(&"word ".repeat(1_000_000)).len() <= 1_100);
        assert!(template(&"é".repeat(10_000)).len() <= 1_100);
    }
}
