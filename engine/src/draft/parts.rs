//! The parts of a query that an entry is drafted into: what all entries of its kind have, and others do not.

use std::ops::Range;

use serde_json::Value as Json;

use super::record::names;
use super::words::{Stretch, is_value, stretches};
use crate::entry::{Data, Entry, Field, FieldPath, LogSeverity, Number, Value};
use crate::query::quoted;

/// Words that carry meaning, from which on a message alone says what it is about.
const ENOUGH: usize = 3;
/// Phrases of a message in a query.
const PHRASES: usize = 2;
/// Characters of a value of a field.
const VALUE: usize = 60;

/// A part; all of them must hold.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// As the query has it.
    pub(crate) query: String,
    pub(crate) kind: Kind,
}

/// What a part asks for.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// At least this log severity.
    Floor,
    /// Words in the message.
    Phrase {
        text: String,
        /// The words in it that carry meaning, as bytes of the text.
        telling: Vec<Range<usize>>,
    },
    /// A field's value; another value of it does not do.
    Field {
        names: Vec<String>,
        value: Json,
        other: Json,
        /// What a title says of it; nothing where it says nothing of the trouble.
        title: String,
    },
    /// Something else, of which no near miss is made.
    Other,
}

/// The parts for an entry; none if nothing in it stays the same.
pub(super) fn parts(entry: &Entry<'_>) -> Vec<Part> {
    let phrases = entry.message().map(phrases).unwrap_or_default();
    let telling: usize = phrases.iter().map(|phrase| phrase.telling.len()).sum();
    let mut parts: Vec<Part> = phrases.iter().map(phrase).collect();
    if parts.is_empty() {
        parts = fields(entry);
    }
    if parts.is_empty() {
        return parts;
    }
    if telling < ENOUGH {
        let mut resource = equals(entry, "resource.type", "other");
        for part in &mut resource {
            if let Kind::Field { title, .. } = &mut part.kind {
                title.clear();
            }
        }
        parts.splice(0..0, resource);
    }
    // Cloud Logging and loggers name one trouble by several log severities: the floor is what a person would look at.
    if entry.severity() >= LogSeverity::Warning {
        parts.insert(0, Part { query: "severity>=WARNING".to_owned(), kind: Kind::Floor });
    }
    parts
}

/// The stretches that tell most, in the order of the message.
fn phrases(message: &str) -> Vec<Stretch<'_>> {
    let all = stretches(message);
    let mut order: Vec<usize> = (0..all.len()).collect();
    let telling = |at: &usize| all.get(*at).map_or(0, |stretch| stretch.telling.len());
    order.sort_by_key(|at| std::cmp::Reverse(telling(at)));
    let mut sum = 0;
    order.retain(|at| {
        let is_wanted = sum == 0 || (sum < ENOUGH && telling(at) > 0);
        sum += if is_wanted { telling(at) } else { 0 };
        is_wanted
    });
    order.truncate(PHRASES);
    order.sort_unstable();
    order.into_iter().filter_map(|at| all.get(at).cloned()).collect()
}

pub(crate) fn phrase(stretch: &Stretch<'_>) -> Part {
    Part {
        query: format!("message:{}", quoted(stretch.text)),
        kind: Kind::Phrase { text: stretch.text.to_owned(), telling: stretch.telling.clone() },
    }
}

/// What an entry without a telling message is known by: its request, its audited method, its payload.
pub(crate) fn fields(entry: &Entry<'_>) -> Vec<Part> {
    if let Some(request) = entry.field(Field::HttpRequest) {
        return of_request(entry, request);
    }
    if entry.field(Field::ProtoPayload).is_some() {
        return of_call(entry);
    }
    let mut parts = of_payload(entry);
    parts.truncate(PHRASES);
    parts
}

/// An audited call: its service, its method, its code.
fn of_call(entry: &Entry<'_>) -> Vec<Part> {
    let paths = ["protoPayload.serviceName", "protoPayload.methodName", "protoPayload.status.code"];
    let mut parts: Vec<Part> = paths.into_iter().flat_map(|path| equals(entry, path, "other")).collect();
    for part in &mut parts {
        let Kind::Field { names, title, .. } = &mut part.kind else { continue };
        // Of `compute.googleapis.com` the first name tells, of `v1.compute.instances.delete` the last.
        let is_service = names.last().is_some_and(|name| name == "serviceName");
        let name = if is_service { title.split('.').next() } else { title.rsplit('.').next() };
        *title = name.unwrap_or("").to_owned();
    }
    parts
}

/// `httpRequest.requestMethod="POST" AND httpRequest.requestUrl:"/api/pay/" AND httpRequest.status>=500`.
fn of_request(entry: &Entry<'_>, request: Value<'_>) -> Vec<Part> {
    let mut parts = equals(entry, "httpRequest.requestMethod", "OTHER");
    let url = request.get(|key| key == "requestUrl" || key == "request_url").and_then(|url| url.as_text());
    if let Some((url, route)) = url.and_then(|url| Some((url, route(url)?))) {
        parts.push(Part {
            query: format!("httpRequest.requestUrl:{}", quoted(route)),
            kind: field(&["httpRequest", "requestUrl"], url.into(), "/".into(), route),
        });
    }
    let status = request.get(|key| key == "status").and_then(|status| match status.data() {
        Data::Number(Number::Unsigned(status)) => Some(status),
        Data::Text(text) => text.parse().ok(),
        _ => None,
    });
    if let Some(status) = status.filter(|status| (100..600).contains(status)) {
        let (query, title) = match status {
            500.. => ("httpRequest.status>=500".to_owned(), "5xx".to_owned()),
            400.. => (format!("httpRequest.status={status}"), status.to_string()),
            _ => ("httpRequest.status<400".to_owned(), String::new()),
        };
        let other = if status >= 400 { 200 } else { 500 };
        parts.push(Part { query, kind: field(&["httpRequest", "status"], status.into(), other.into(), &title) });
    }
    parts
}

/// The path of a URL as far as it holds no values; nothing if that is not even one name.
fn route(url: &str) -> Option<&str> {
    let path =
        url.split_once("://").map_or(url, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(""));
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut end = 0;
    for segment in path.split_inclusive('/') {
        let name = segment.trim_end_matches('/');
        if !name.is_empty() && is_value(name) {
            break;
        }
        end += segment.len();
    }
    path.get(..end).filter(|route| route.len() > 1 && route.len() <= VALUE)
}

/// Texts at the top of a payload that look like names and not like values.
pub(crate) fn of_payload(entry: &Entry<'_>) -> Vec<Part> {
    let Some(Data::Map(map)) = entry.field(Field::JsonPayload).map(|payload| payload.data()) else { return Vec::new() };
    let mut parts = Vec::new();
    for (key, value) in map.filter(|(key, _)| Field::from_name(key).is_none()) {
        let Ok(path) = FieldPath::from_names(&["jsonPayload", key]) else { continue };
        if key.contains(['"', '\\']) || key.chars().any(crate::render::neutral::is_hidden) {
            continue;
        }
        let (query, other, title): (String, Json, &str) = match value.data() {
            Data::Text(text) if text.len() <= VALUE && !is_value(text) && !text.contains(char::is_whitespace) => {
                (format!("{path}={}", quoted(text)), "other".into(), text)
            }
            Data::Bool(is) => (format!("{path}={is}"), (!is).into(), key),
            _ => continue,
        };
        let kind = Kind::Field { names: names(&path), value: value.to_json(), other, title: title.to_owned() };
        parts.push(Part { query, kind });
    }
    // Texts say more than that something is so.
    parts.sort_by_key(|part| matches!(&part.kind, Kind::Field { value: Json::Bool(_), .. }));
    parts
}

/// `path="value"`, if the entry has a text or a number there.
pub(crate) fn equals(entry: &Entry<'_>, path: &str, other: &str) -> Vec<Part> {
    let Ok(path) = FieldPath::parse(path) else { return Vec::new() };
    let Some(value) = entry.first(&path) else { return Vec::new() };
    let (query, other): (String, Json) = match value.data() {
        Data::Text(text) if !text.is_empty() && text.len() <= VALUE => {
            (format!("{path}={}", quoted(text)), other.into())
        }
        Data::Number(number) => (format!("{path}={number}"), 0.into()),
        _ => return Vec::new(),
    };
    let title = value.as_text().unwrap_or("").to_owned();
    vec![Part { query, kind: Kind::Field { names: names(&path), value: value.to_json(), other, title } }]
}

fn field(names: &[&str], value: Json, other: Json, title: &str) -> Kind {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Kind::Field { names, value, other, title: title.to_owned() }
}
