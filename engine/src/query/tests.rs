use super::*;
use crate::entry::{Batch, Data, Places, Root, Value};
use crate::redact::Redactor;

mod cover;
mod problems;
pub(crate) mod properties;

/// What the tests take for `message`.
fn message() -> Vec<FieldPath> {
    ["jsonPayload.message", "textPayload", "protoPayload.status.message"]
        .map(|path| FieldPath::parse(path).unwrap())
        .into()
}

pub(crate) fn with_entry<T>(record: &str, look: impl FnOnce(&Entry<'_>) -> T) -> T {
    let mut batch = Batch::new();
    let mut malformed = Vec::new();
    batch.push_json(record, &mut malformed);
    assert_eq!(malformed, [], "{record}");
    // The last one is of a form that is known, if records of its kind can be.
    (0..2).for_each(|_| batch.push_whole_json(record).unwrap());
    let message = message();
    let batch = Redactor::default().batch(batch);
    let all = batch.entries(&message).count();
    look(&batch.entries(&message).nth(all / 3 * 2).unwrap())
}

pub(crate) fn query(text: &str) -> Query {
    let parsed = Query::parse(text);
    parsed.query.unwrap_or_else(|| panic!("{text}: {:?}", parsed.problems))
}

/// Whether an entry holds a literal, as a prefilter looks for it.
fn holds(entry: &Entry<'_>, literal: &Literal) -> bool {
    let has = |text: &str| text.to_ascii_lowercase().contains(&literal.text);
    match &literal.place {
        LiteralIn::AnyText => entry.any_text(&mut |text| has(text)),
        LiteralIn::Path(path) if path.root() == Root::Message => entry.message().is_some_and(has),
        LiteralIn::Path(path) => entry.any(path, &mut |value| value.any_text(&mut |text| has(text))),
        LiteralIn::Key(path) => entry.any(path, &mut |value| has_key(value, &has)),
    }
}

fn has_key(value: Value<'_>, has: &dyn Fn(&str) -> bool) -> bool {
    match value.data() {
        Data::Map(mut map) => map.any(|(key, value)| has(key) || has_key(value, has)),
        Data::List(mut list) => list.any(|element| has_key(element, has)),
        _ => false,
    }
}

fn assert_sound(query: &Query, entry: &Entry<'_>) {
    if let Some(literals) = query.literals() {
        assert!(!literals.is_empty());
        for literal in &literals {
            let is_plain = literal.text.is_ascii() && literal.text.to_ascii_lowercase() == literal.text;
            assert!(is_plain && literal.text.len() >= 2, "{}: {literal:?}", query.text());
        }
        let (is_match, has_literal) = (query.matches(entry), literals.iter().any(|literal| holds(entry, literal)));
        assert!(!is_match || has_literal, "{} matches without any of {literals:?}", query.text());
        let mut places = Places::default();
        let numbers: Vec<usize> = query.fields().into_iter().map(|path| places.number(path)).collect();
        for told in [false, has_literal] {
            let by_none = query.matches_led(entry, told, &mut Lead::default());
            let by_places = query.matches_led(entry, told, &mut Lead::by(&mut places, &numbers));
            assert_eq!((by_none, by_places), (is_match, is_match), "{} with {literals:?}: {told}", query.text());
        }
    }
}

#[test]
fn a_literal_that_is_a_part_of_what_is_looked_for_tells_nothing() {
    for (text, message) in [
        ("message:größe", "groß"),
        ("message:größe OR message:abc", "grau"),
        ("message=abc", "abcd"),
        ("message=~\"abc+d\"", "abc"),
        ("severity=ERROR message:abc", "abc"),
        ("NOT severity=(ERROR OR DEFAULT) message:abc", "abc"),
        ("NOT severity=(ERROR OR INFO) message:abc -jsonPayload.message=~\"a.c\"", "abc"),
        ("message:abc -message:abcd", "abcd"),
        ("SEARCH(message, \"abc\")", "abcd"),
    ] {
        let record = serde_json::json!({"jsonPayload": {"message": message}}).to_string();
        with_entry(&record, |entry| assert_sound(&query(text), entry));
    }
}

#[test]
fn the_table_holds() {
    let mut records: Vec<(&str, &str)> = Vec::new();
    let mut lines = include_str!("table.txt").lines();
    let (mut rows, mut wrong) = (0, Vec::new());
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("@ ") {
            records.push((name, lines.next().unwrap()));
            continue;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut columns = line.splitn(3, '|').map(str::trim);
        let (expected, name) = (columns.next().unwrap() == "yes", columns.next().unwrap());
        let text = columns.next().unwrap_or("").replace('⏎', "\n");
        let (_, record) = records.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no entry {name}"));
        rows += 1;
        with_entry(record, |entry| {
            let parsed = query(&text);
            if parsed.matches(entry) != expected {
                wrong.push(format!("{line}\n    read as {parsed}"));
            }
            assert_sound(&parsed, entry);
            assert_eq!(parsed.trace(entry).holds, expected, "the trace of {text}");
            let again = query(&parsed.to_string());
            assert_eq!(again.to_string(), parsed.to_string());
            assert_eq!(again.matches(entry), parsed.matches(entry), "{text} and {again}");
            let expanded = query(&parsed.to_logging(&message()));
            assert_eq!(expanded.matches(entry), parsed.matches(entry), "{text} and {expanded}");
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows >= 170, "{rows} rows");
}

#[test]
fn message_is_expanded_to_what_it_stands_for() {
    let paths = ["jsonPayload.message", "textPayload", r#"labels."a/b""#].map(|path| FieldPath::parse(path).unwrap());
    let expanded: Vec<String> = [
        "severity=ERROR -- a remark\nmessage:\"x\"  OR alice",
        "NOT message=~\"a\\d\"",
        "message!=\"x\"",
        "message:*",
        "(message:(a OR -b) AND message!~(c d))",
        "SEARCH(message, \"a b\") AND SEARCH(\"message\")",
        "jsonPayload.message:x",
    ]
    .iter()
    .map(|text| query(text).to_logging(&paths))
    .collect();
    insta::assert_snapshot!(expanded.join("\n---\n"));
    assert_eq!(query("message!=x").to_logging(&paths[..1]), "jsonPayload.message!=x");
    let covering = |text: &str| query(text).to_covering_logging(&paths[..2]);
    assert_eq!(covering("message:a OR NOT message:b"), "(jsonPayload.message:a OR textPayload:a) OR severity>=DEFAULT");
    assert_eq!(covering("-(severity=INFO message:(a OR b))"), "severity>=DEFAULT");
    assert_eq!(covering("-severity=INFO message:(a AND -b)"), "-severity=INFO severity>=DEFAULT");
    assert_eq!(covering("severity=INFO message!=a"), "severity=INFO severity>=DEFAULT");
    assert_eq!(query("message!=x").to_logging(&[]), "(textPayload:* AND NOT textPayload=x)");
}

#[test]
fn paths_and_literals_are_those_of_the_query() {
    let shown = |text: &str| {
        let query = query(text);
        let paths: Vec<String> = query.paths().iter().map(ToString::to_string).collect();
        let literals = query.literals().map(|all| {
            let show = |literal: &Literal| match &literal.place {
                LiteralIn::Path(path) => format!("{path}:{}", literal.text),
                LiteralIn::Key(path) => format!("key of {path}:{}", literal.text),
                LiteralIn::AnyText => literal.text.clone(),
            };
            all.iter().map(show).collect::<Vec<_>>().join(", ")
        });
        format!("{text}\n    reads {}\n    needs {}", paths.join(", "), literals.as_deref().unwrap_or("nothing"))
    };
    let all: Vec<String> = [
        "",
        "severity>=ERROR",
        "severity>=ERROR AND message:\"Timed out\"",
        "message:(\"one\" OR \"other\")",
        "message:one OR severity=ERROR",
        "message:a",
        "message:ab AND \"a longer text\"",
        "NOT message:one",
        "message!=one",
        "message=~\"(?i)time|budget exceeded\"",
        "message:\"größer als\"",
        "message:\"503\"",
        "labels.line=503",
        "insertId=503",
        "jsonPayload.user:alice",
        "jsonPayload.user=alice",
        "jsonPayload.a=1s",
        "jsonPayload.a=true",
        "jsonPayload.a:*",
        "error",
        "503",
        "something",
        "SEARCH(jsonPayload, \"a longest word\") ip_in_net(jsonPayload.ip, \"::/0\")",
        "log_id(\"abc\")",
    ]
    .into_iter()
    .map(shown)
    .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn samples_are_about_as_large_as_asked_for() {
    let query = query("sample(insertId, 0.25)");
    let chosen = (0..2000)
        .filter(|n| with_entry(&format!(r#"{{"insertId":"id-{n}","textPayload":"x"}}"#), |entry| query.matches(entry)));
    let share = chosen.count();
    assert!((400..600).contains(&share), "{share} of 2000");
}
