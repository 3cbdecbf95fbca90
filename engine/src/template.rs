//! Templates of messages that no definition matches: what stays the same when ids, numbers and values change.
//!
//! One pass over the message, no regular expressions: it is cut into tokens at white space and punctuation, and a token
//! that looks like a value becomes `<*>`. Two messages with the same template are one cluster. What a message is does not
//! depend on any other message, so that any order of entries gives the same templates.

use crate::entry::{Data, Entry, Field, Number};
use crate::id::hash64;

/// Bytes of a message that are looked at.
const LENGTH: usize = 1_024;
/// Tokens of a message that are looked at.
const TOKENS: usize = 96;

/// What stands for a value.
pub const WILDCARD: &str = "<*>";

/// Writes the template of an entry into `template`, which is emptied first.
pub fn of_entry(entry: &Entry<'_>, template: &mut String) {
    template.clear();
    if let Some(message) = entry.message() {
        of_message(message, template);
        if !template.is_empty() {
            return;
        }
    }
    if let Some(request) = entry.field(Field::HttpRequest) {
        return of_request(request, template);
    }
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
            ("Connection to 10.0.0.1:5432 failed after 30 s", "Connection to <*>:<*> failed after <*> s"),
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
