//! What a query could ask for so that all entries of a cluster match: its terms.

use std::collections::BTreeSet;

use crate::draft::words::{Stretch, stretches};
use crate::draft::{Kind, Part, parts};
use crate::entry::{Entry, Field, LogSeverity};
use crate::query::{Query, quoted};
use crate::report::Cluster;
use crate::template::WILDCARD;

/// Terms of a cluster: as many as a mask has bits.
const TERMS: usize = 64;
/// Bytes of a phrase.
const PHRASE: usize = 200;
/// Regular expressions of one kind that are tried on all entries.
const SHAPES: usize = 2;
/// Letters without which the shape of a message is that of too many others.
const LETTERS: usize = 3;
/// What entries without a message match.
const NO_MESSAGE: &str = "NOT message:*";
/// Bytes of a regular expression.
const REGEX: usize = 2_000;

/// Fields that tell clusters apart where words do not; those that change from day to day are left out.
const FIELDS: [&str; 13] = [
    "resource.type",
    "labels.module",
    "labels.logger",
    "labels.python_logger",
    "jsonPayload.logger",
    "jsonPayload.module",
    "sourceLocation.file",
    "sourceLocation.function",
    "resource.labels.service_name",
    "resource.labels.container_name",
    "resource.labels.job_name",
    "resource.labels.function_name",
    "logName",
];

/// A term.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) part: Part,
    pub(super) query: Query,
    pub(super) kind: TermKind,
}

/// What terms are taken in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TermKind {
    /// The least log severity that people look at: in every query.
    Floor,
    /// What an entry without a message is known by: in every query.
    Whole,
    /// Words of the message, so many of which tell something.
    Words(usize),
    /// That it has no message, or is no request.
    Absence,
    /// Log severities.
    Severity,
    /// The shape of the message.
    Shape,
    /// A field.
    Field,
}

impl Term {
    /// Whether a query could ask for this alone and not mean everything.
    pub(super) fn is_telling(&self) -> bool {
        match self.kind {
            TermKind::Whole | TermKind::Shape => true,
            TermKind::Words(telling) => telling > 0,
            TermKind::Floor | TermKind::Absence | TermKind::Severity | TermKind::Field => false,
        }
    }
}

/// The terms of a cluster that hold for all of these entries of it, the best first; `attention` is the pack's floor.
pub(super) fn terms(cluster: &Cluster, entries: &[Entry<'_>], attention: LogSeverity) -> Vec<Term> {
    let Some(first) = entries.first() else { return Vec::new() };
    let mut found: Vec<(Part, TermKind)> = severities(cluster, attention);
    let is_of_messages = cluster.mined.as_ref().is_some_and(|mined| mined.is_of_messages);
    let parts = if is_of_messages { Vec::new() } else { whole(&cluster.pattern, first) };
    let is_of_keys = cluster.pattern.starts_with("payload with ");
    if is_of_keys {
        // What has these keys and a message is known by the message.
        found.push((other(NO_MESSAGE.to_owned()), TermKind::Floor));
    }
    if parts.is_empty() {
        found.extend(words(&cluster.pattern, first));
    }
    if is_of_messages {
        found.extend(shapes(&cluster.pattern, entries));
    }
    found.extend(parts);
    found.extend(["message", "httpRequest"].map(|field| (other(format!("NOT {field}:*")), TermKind::Absence)));
    found
        .extend(FIELDS.iter().flat_map(|path| parts::equals(first, path, "other")).map(|part| (part, TermKind::Field)));
    found.extend(parts::of_payload(first).into_iter().map(|part| (part, TermKind::Field)));
    let mut seen = BTreeSet::new();
    let mut terms: Vec<Term> = Vec::new();
    for (part, kind) in found {
        if !seen.insert(part.query.clone()) {
            continue;
        }
        // What a check would warn of may mean something else than it looks like.
        let parsed = Query::parse(&part.query);
        let query = parsed.query.filter(|_| parsed.problems.is_empty());
        let query = query.filter(|query| entries.iter().all(|entry| query.matches(entry)));
        terms.extend(query.map(|query| Term { part, query, kind }));
    }
    // Of those with a message, blank as it may be, no query tells that it says nothing.
    if is_of_keys && !terms.iter().any(|term| term.part.query == NO_MESSAGE) {
        return Vec::new();
    }
    terms.sort_by_key(|term| match term.kind {
        // Within words the order is that of what they tell.
        TermKind::Words(_) => TermKind::Words(0),
        kind => kind,
    });
    terms.truncate(TERMS);
    terms
}

fn other(query: String) -> Part {
    Part { query, kind: Kind::Other }
}

/// At least, and at most, the log severities that its entries have.
fn severities(cluster: &Cluster, attention: LogSeverity) -> Vec<(Part, TermKind)> {
    let mut all = LogSeverity::ALL.into_iter().filter(|it| cluster.log_severities.contains_key(it.name()));
    let Some(least) = all.next() else { return Vec::new() };
    let most = all.next_back().unwrap_or(least);
    let mut found = Vec::new();
    if least >= attention && attention > LogSeverity::Default {
        let query = format!("severity>={}", attention.name());
        found.push((Part { query, kind: Kind::Floor }, TermKind::Floor));
    }
    if least > attention || (least < attention && least > LogSeverity::Default) {
        found.push((Part { query: format!("severity>={}", least.name()), kind: Kind::Floor }, TermKind::Severity));
    }
    if most < LogSeverity::Emergency {
        found.push((other(format!("severity<={}", most.name())), TermKind::Severity));
    }
    found
}

/// Stretches of words that stay the same: those of the template, then those of a message, then whatever stands between values.
fn words(template: &str, entry: &Entry<'_>) -> Vec<(Part, TermKind)> {
    let message = entry.message().unwrap_or("");
    let mut found: Vec<(Part, TermKind)> = Vec::new();
    for text in [template, message] {
        let mut all: Vec<Stretch<'_>> = stretches(text);
        all.sort_by_key(|stretch| std::cmp::Reverse(stretch.telling.len()));
        found.extend(all.iter().map(|it| (parts::phrase(it), TermKind::Words(it.telling.len()))));
    }
    for piece in template.split(WILDCARD).map(str::trim) {
        let letters = piece.chars().filter(|c| c.is_alphabetic()).count();
        if letters > 0 && piece.len() <= PHRASE {
            let words = piece.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2);
            found.push((other(format!("message:{}", quoted(piece))), TermKind::Words(words.count())));
        }
        // A piece of which the blanks are others in the message still has its words.
        for word in piece.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2) {
            found.push((other(format!("message:{}", quoted(word))), TermKind::Words(1)));
        }
    }
    found
}

/// Regular expressions for the line of the message that tells: values without blanks in them, then any values. Of each the plainest
/// that hold, for the template has one blank for many, and of a long message only the beginning.
fn shapes(template: &str, entries: &[Entry<'_>]) -> Vec<(Part, TermKind)> {
    let mut found = Vec::new();
    let letters = template.chars().filter(|c| c.is_alphabetic()).count();
    for value in [r"\S+", ".*"].into_iter().filter(|_| letters >= LETTERS) {
        let line = |blank: &str| -> String {
            let pieces: Vec<String> = template.split(WILDCARD).map(|piece| escaped(piece, blank)).collect();
            pieces.join(value)
        };
        let (plain, loose) = (line(" "), line(r"\s+"));
        let all = [
            format!("^{plain}$"),
            format!(r"(?m)^\s*{plain}\s*$"),
            format!(r"(?m)^\s*{loose}\s*$"),
            format!(r"(?m)^\s*{loose}"),
        ];
        let queries = all.iter().map(|regex| format!("message=~{}", quoted(regex)));
        let holds = |query: &String| {
            let parsed = (query.len() <= REGEX).then(|| Query::parse(query).query).flatten();
            parsed.is_some_and(|query| entries.iter().all(|entry| query.matches(entry)))
        };
        found.extend(queries.filter(holds).take(SHAPES).map(|query| (other(query), TermKind::Shape)));
    }
    found
}

/// A text as a regular expression (RE2), with this for a blank.
fn escaped(text: &str, blank: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            ' ' => out.push_str(blank),
            '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// What an entry is known by that is known by a request, an audited call or the keys of its payload; nothing for a stack trace.
fn whole(template: &str, entry: &Entry<'_>) -> Vec<(Part, TermKind)> {
    let mut found: Vec<Part> = Vec::new();
    if let Some(keys) = template.strip_prefix("payload with ") {
        let keys = keys.split(", ").filter_map(|key| crate::entry::FieldPath::from_names(&["jsonPayload", key]).ok());
        found.extend(keys.map(|path| other(format!("{path}:*"))));
    } else if entry.field(Field::HttpRequest).is_some() {
        found.extend(parts::fields(entry));
        found.extend(route(template));
    } else if entry.field(Field::ProtoPayload).is_some() {
        found.extend(parts::fields(entry));
    }
    found.into_iter().map(|part| (part, TermKind::Whole)).collect()
}

/// `httpRequest.requestUrl=~"^([a-z]+://[^/]*)?/api/[^/?#]+([?#]|$)"`, of `GET /api/<*> 5xx`.
fn route(template: &str) -> Option<Part> {
    let path = template.split(' ').find(|word| word.starts_with('/'))?;
    let segments: Vec<String> =
        path.split('/').map(|it| if it == WILDCARD { "[^/?#]+".to_owned() } else { escaped(it, " ") }).collect();
    // Deeper paths are cut in templates.
    let end = if segments.len() >= 8 { "([/?#]|$)" } else { "([?#]|$)" };
    Some(other(format!(
        "httpRequest.requestUrl=~{}",
        quoted(&format!("^([a-zA-Z]+://[^/]*)?{}{end}", segments.join("/")))
    )))
}
