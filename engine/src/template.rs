//! Templates of messages that no definition matches: what stays the same when ids, numbers and values change.
//!
//! One pass over the message, no regular expressions: it is cut into tokens at white space and punctuation, and a token
//! that looks like a value becomes `<*>`. Two messages with the same template are one cluster. What a message is does not
//! depend on any other message, so that any order of entries gives the same templates.

mod audit;
mod payload;
mod request;
pub mod trace;

use crate::entry::{Entry, Field, Value};
use crate::id::hash64;

pub(crate) use request::NAMES;

/// Bytes of a message that are looked at.
const LENGTH: usize = 1_024;
/// Tokens of a message that are looked at.
const TOKENS: usize = 96;

/// What stands for a value.
pub const WILDCARD: &str = "<*>";

/// Writes the template of an entry into `template`, which is emptied first: of an audit entry what was done to what, of one with
/// a stack trace its signature, of one with a message the message's, of a request its route, else which keys its payload has.
pub fn of_entry(entry: &Entry<'_>, template: &mut String) {
    template.clear();
    let proto = entry.field(Field::ProtoPayload);
    if proto.is_some_and(|payload| audit::write(payload, template)) || payload::write_trace(entry, template) {
        return;
    }
    let is_request = |payload: &Value<'_>| payload.get(|key| key == "resource").is_some();
    let request = entry.field(Field::HttpRequest).or_else(|| proto.filter(is_request));
    // Load balancers give a word for how a request ended, which tells less than the request: `response_sent_by_backend`.
    let is_sentence = |message: &&str| request.is_none() || message.trim().contains(char::is_whitespace);
    if let Some(message) = entry.message().filter(is_sentence) {
        of_message(message, template);
        if !template.is_empty() {
            return;
        }
    }
    match request {
        Some(request) => request::write(request, template),
        None => payload::write_keys(entry, template),
    }
}

/// Appends the template of a text that may be an entry's message: the signature of its stack trace, or [`of_message`].
pub fn of_text(text: &str, template: &mut String) {
    if !trace::signature(text, template) {
        of_message(text, template);
    }
}

fn push(template: &mut String, part: &str) {
    if !template.is_empty() {
        template.push(' ');
    }
    template.push_str(part);
}

/// Appends the template of a message.
pub fn of_message(message: &str, template: &mut String) {
    let text = telling_part(message);
    let mut end = text.len().min(LENGTH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut rest = text.get(..end).unwrap_or("");
    let mut tokens = 0;
    while !rest.is_empty() && tokens < TOKENS {
        let length = rest.find(is_delimiter).unwrap_or(rest.len());
        let (token, after) = rest.split_at(length);
        if !token.is_empty() {
            tokens += 1;
            let is_assigned = template.ends_with('=') && template.len() > 1;
            if is_value(token) || is_assigned { push_wildcard(template) } else { template.push_str(token) }
        }
        let mut chars = after.chars();
        match chars.next() {
            Some(c) if !(c.is_whitespace() || c.is_control()) => template.push(c),
            Some(_) if !template.is_empty() && !template.ends_with(' ') => template.push(' '),
            _ => {}
        }
        rest = chars.as_str();
    }
    template.truncate(template.trim_end().len());
}

/// Wildcards in a row are one: how many words a value has says nothing.
fn push_wildcard(template: &mut String) {
    if !template.trim_end().ends_with(WILDCARD) {
        template.push_str(WILDCARD);
    }
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

fn is_delimiter(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '=' | ':' | ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\'' | '|')
}

/// Whether a token looks like a value: it holds a digit, a slash, an `@`, two dots, or is what redaction left.
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

/// The id of a template's cluster.
#[must_use]
pub fn id(template: &str) -> String {
    format!("template-{:08x}", hash64(template.as_bytes()) >> 32)
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
