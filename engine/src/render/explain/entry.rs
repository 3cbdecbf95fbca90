//! One record: what it says, what redaction changed, where it is counted, and what its definition reads out of it.

use super::{Marks, definition, shown};
use crate::explain::{
    Bucket, BucketKind, CaptureReading, EntryExplanation, GroupCall, Reading, Redaction, ValueReading,
};
use crate::render::neutral::shortened;
use crate::render::number::number;
use crate::render::tree::{Role, Tree};

/// Characters of a message that are shown.
const MESSAGE: usize = 400;
/// Characters of a value.
const VALUE: usize = 120;

/// The record with all that is known of it.
pub(super) fn tree(entry: &EntryExplanation, marks: &Marks) -> Tree {
    let standing = &entry.standing;
    let mut line = Tree::new(Role::Strong, &format!("{}:{}", standing.capture, standing.record))
        .with(Role::Faint, &format!("{}line {}", marks.dot, standing.line));
    if let Some(severity) = entry.log_severity {
        let time = entry.time.map_or_else(|| "without a time".to_owned(), |time| time.to_string());
        line = line.with(Role::Plain, &format!("{}{time}{}{severity}", marks.dot, marks.dot));
    }
    let quoted = |text: &str| format!("{}{}{}", marks.open, shortened(text, MESSAGE), marks.close);
    let mut below = vec![match (&entry.message, &entry.quote) {
        (Some(message), _) => {
            let from = entry.message_from.as_deref().unwrap_or("message");
            Tree::new(Role::Plain, &quoted(message)).with(Role::Faint, &format!(" ({from})"))
        }
        (None, Some(quote)) => Tree::new(Role::Plain, &quoted(quote)),
        (None, None) => Tree::new(Role::Faint, "without a message"),
    }];
    below.extend(redactions(entry, marks));
    below.push(bucket(&entry.bucket, "", marks));
    below.extend(entry.definitions.as_ref().map(|definitions| definition::tree(definitions, marks)));
    below.extend(entry.reading.as_ref().map(|reading| read(reading, marks)).filter(|tree| !tree.is_leaf()));
    line.all_below(below)
}

fn redactions(entry: &EntryExplanation, marks: &Marks) -> Option<Tree> {
    if entry.redactions.is_empty() {
        return None;
    }
    let mut tree = Tree::new(Role::Strong, "redacted");
    tree = tree.all_below(entry.redactions.iter().map(|redaction| redacted(redaction, marks)));
    if entry.more_redactions > 0 {
        tree = tree.below(Tree::new(Role::Faint, &format!("and {} more fields", entry.more_redactions)));
    }
    Some(tree)
}

/// `jsonPayload.user: email: “***@example.com”`.
fn redacted(redaction: &Redaction, marks: &Marks) -> Tree {
    let rules = redaction.rules.iter().map(|(name, count)| match count {
        1 => name.clone(),
        count => format!("{name} {count} times"),
    });
    let what = match (redaction.is_key, redaction.before, redaction.is_whole) {
        (true, ..) => "in its name",
        (false, "number", _) => "a number, now text",
        (false, _, true) => "all of it",
        (false, _, false) => "a part of it",
    };
    let values = if redaction.values > 1 { format!(", {} values", redaction.values) } else { String::new() };
    Tree::new(Role::Plain, &redaction.path)
        .with(Role::Help, &format!(": {}: ", rules.collect::<Vec<_>>().join(", ")))
        .with(Role::Plain, &format!("{}{}{}", marks.open, redaction.after, marks.close))
        .with(Role::Faint, &format!(" ({what}{values})"))
}

/// `clustered: buffer-utilization …`, behind `before`.
fn bucket(bucket: &Bucket, before: &str, marks: &Marks) -> Tree {
    let (name, role) = match bucket.kind {
        BucketKind::Malformed => ("malformed", Role::Bad),
        BucketKind::Duplicate => ("duplicate", Role::Bad),
        BucketKind::OutsideWindow => ("outside the window", Role::Bad),
        BucketKind::Ignored => ("ignored", Role::Strong),
        BucketKind::Clustered => ("clustered", Role::Good),
        BucketKind::Routine => ("routine", Role::Strong),
    };
    let mut tree = Tree::new(Role::Plain, before).with(role, name);
    if let Some(of) = &bucket.duplicate_of {
        tree = tree.with(Role::Plain, &format!(" of {}:{} (line {})", of.capture, of.record, of.line));
    }
    if let Some(definition) = &bucket.definition {
        tree = tree.with(Role::Plain, " by ").with(Role::Strong, definition);
    }
    if let Some(template) = &bucket.template {
        let template = shortened(template, VALUE);
        tree = tree.with(Role::Plain, &format!(" by its template {}{template}{}", marks.open, marks.close));
    }
    tree = tree.with(Role::Plain, &format!(": {}", bucket.reason));
    if let Some(place) = &bucket.place {
        tree = tree.with(Role::Faint, &format!(" ({})", shown(place)));
    }
    let Some(otherwise) = &bucket.otherwise else { return tree };
    tree = tree.below(self::bucket(otherwise, "otherwise it would be ", marks));
    if otherwise.cluster.is_none() {
        return tree;
    }
    let line = Tree::new(Role::Plain, "it is not one of the entries of that cluster");
    tree.below(match &bucket.duplicate_of {
        Some(of) => line
            .with(Role::Help, ": the first one is: ")
            .with(Role::Plain, &format!("gardener explain {}:{}", of.capture, of.record)),
        None => line,
    })
}

fn read(reading: &Reading, marks: &Marks) -> Tree {
    let mut tree = Tree::new(Role::Strong, "read out of it");
    tree = tree.all_below(reading.captures.iter().map(|capture| self::capture(capture, marks)));
    tree = tree.all_below(reading.facets.iter().map(|facet| value("facet ", facet, marks)));
    tree = tree.all_below(reading.group_by.iter().map(|group| value("group by ", group, marks)));
    tree.all_below(reading.group_call.as_ref().map(|call| group_call(call, marks)))
}

fn quoted(text: &str, marks: &Marks) -> String {
    format!("{}{}{}", marks.open, shortened(text, VALUE), marks.close)
}

fn capture(capture: &CaptureReading, marks: &Marks) -> Tree {
    let tree = Tree::new(Role::Plain, &format!("capture {} = ", capture.name));
    match (&capture.value, capture.number) {
        (Some(_), Some(value)) => tree.with(Role::Plain, &number(value)).with(Role::Faint, " (a metric)"),
        (Some(text), None) => tree.with(Role::Plain, &quoted(text, marks)),
        (None, _) => {
            let reason = capture.reason.as_deref().unwrap_or("nothing is there");
            tree.with(Role::Bad, "nothing").with(Role::Faint, &format!(": {reason}"))
        }
    }
}

fn value(what: &str, reading: &ValueReading, marks: &Marks) -> Tree {
    let tree = Tree::new(Role::Plain, &format!("{what}{} = ", reading.name));
    match &reading.value {
        Some(value) => tree.with(Role::Plain, &quoted(value, marks)),
        None => tree.with(Role::Faint, "absent"),
    }
}

fn group_call(call: &GroupCall, marks: &Marks) -> Tree {
    let place = call.place.as_ref().map(|place| format!(" ({})", shown(place))).unwrap_or_default();
    let tree = Tree::new(Role::Plain, &format!("group by {}(entry)", call.function)).with(Role::Faint, &place);
    if let Some(failure) = &call.failure {
        let place = failure.place.as_ref().map(|place| format!(" ({})", shown(place))).unwrap_or_default();
        return tree.with(Role::Bad, &format!(" failed: {}", failure.text)).with(Role::Faint, &place);
    }
    if call.values.is_empty() {
        return tree.with(Role::Plain, " returned nothing");
    }
    let values: Vec<String> =
        call.values.iter().map(|(name, value)| format!("{name} = {}", quoted(value, marks))).collect();
    tree.with(Role::Plain, &format!(" returned {}", values.join(", ")))
}
