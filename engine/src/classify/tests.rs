use proptest::prelude::*;

use super::memo::ROOM;
use super::prefilter::Prefilter;
use crate::entry::{Batch, Entry, FieldPath, LogSeverity};
use crate::query::Query;
use crate::redact::Redactor;

fn query(text: &str) -> Query {
    Query::parse(text).query.unwrap_or_else(|| panic!("{text}"))
}

/// Shows the entries of some records, each of which is read three times, so that its form is known. What is no object is text.
fn show(records: &[String], mut with: impl FnMut(&Entry<'_>)) {
    let mut batch = Batch::new();
    for record in records.iter().chain(records).chain(records) {
        if !record.starts_with('{') {
            batch.push_text(record);
            continue;
        }
        batch.push_whole_json(record).unwrap_or_else(|wrong| panic!("{record}: {}", wrong.reason));
    }
    let message = ["jsonPayload.message", "textPayload"].map(|path| FieldPath::parse(path).unwrap());
    Redactor::default().batch(batch).entries(&message).for_each(|entry| with(&entry));
}

/// Holds every definition against every entry, both ways.
fn assert_same(definitions: &[Vec<Query>], records: &[String]) {
    let prefilter = Prefilter::new(definitions.iter().map(Vec::as_slice));
    let mut candidates = prefilter.room();
    show(records, |entry| {
        prefilter.candidates(entry, &mut candidates);
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some(at) = prefilter.next(&candidates, from) {
            found.extend(prefilter.matches(&mut candidates, at, entry).then_some(at));
            from = at + 1;
        }
        let matching = definitions.iter().enumerate().filter(|(_, own)| own.iter().any(|query| query.matches(entry)));
        let there: Vec<usize> = matching.map(|(at, _)| at).collect();
        assert_eq!(found, there, "{}", entry.root().to_json());
    });
}

/// Queries that ask what is known by severity, by literals of several places, by both, or only by looking.
const QUERIES: [&str; 16] = [
    "message:\"disk full\"",
    "severity>=WARNING AND message:\"disk full\"",
    "message:disk AND NOT severity=(DEBUG OR INFO OR NOTICE)",
    "(message:disk OR message:\"net\") AND NOT (severity=INFO OR severity>=CRITICAL)",
    "severity=ERROR AND logName:\"stderr\" AND message=~\"^I[0-9]{2} \"",
    "severity=ERROR AND logName:\"stderr\" AND message=~\"(^| )level=(info|debug)( |$)\"",
    "logName=\"projects/p/logs/stdout\" AND NOT message:disk",
    "jsonPayload.message:disk AND severity<=INFO",
    "resource.type=\"cloud_run_job\"",
    "resource.type:\"run\" AND severity>=ERROR AND message=~\"di.k\"",
    "severity>=ERROR",
    "NOT severity>=ERROR AND message=~\"(?i)NET (lost|down)\"",
    "SEARCH(\"lost\")",
    "jsonPayload.n>3 AND message:net",
    "-severity=(ERROR OR DEFAULT) AND (message:lost OR severity=CRITICAL)",
    "severity=INFO OR message:\"i07 disk\"",
];

proptest! {
    #[test]
    fn what_is_known_beforehand_changes_nothing(
        entries in prop::collection::vec((
            prop::sample::select(vec!["DEFAULT", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
            prop::collection::vec(prop::sample::select(vec![
                "disk", "DISK full", " ", "net", "net lost", "I07 ", "level=info", "é", "xx", "Net Down", "lo", "st", ".",
            ]), 0..5),
            prop::sample::select(vec!["stderr", "stdout", "STDERR%2F"]),
            prop::sample::select(vec!["cloud_run_job", "cloud_run_revision"]),
            prop::option::of(0..6_u8),
        ), 1..40),
    ) {
        let records: Vec<String> = entries.iter().map(|(severity, parts, log, kind, n)| {
            let message = parts.concat();
            let payload = match n {
                Some(n) => serde_json::json!({"jsonPayload": {"message": message, "n": n}}),
                None => serde_json::json!({"textPayload": message}),
            };
            let payload = payload.to_string();
            format!(
                r#"{{"logName":"projects/p/logs/{log}","resource":{{"type":"{kind}"}},"severity":"{severity}",{}"#,
                payload.strip_prefix('{').unwrap()
            )
        }).collect();
        let definitions: Vec<Vec<Query>> = QUERIES.chunks(3).map(|own| own.iter().map(|text| query(text)).collect()).collect();
        assert_same(&definitions, &records);
    }
}

/// Queries that ask of lines of text what all entries have, what only some have, and what none has.
const OF_TEXT: [&str; 10] = [
    "textPayload:\"disk full\"",
    "severity>=WARNING AND textPayload:disk",
    "timestamp>\"2025-01-01T00:00:00Z\" AND net",
    "timestamp:*",
    "NOT timestamp:*",
    "severity:*",
    "SEARCH(textPayload, \"lost\")",
    "SEARCH(\"INFO\")",
    "jsonPayload.message:disk OR insertId:*",
    "-logName:x AND NOT jsonPayload:* AND (severity=DEFAULT OR lost)",
];

proptest! {
    #[test]
    fn what_is_known_of_text_beforehand_changes_nothing(
        lines in prop::collection::vec((
            prop::sample::select(vec!["", "2025-09-14T04:54:36Z ", "2019-09-14 04:54:36,123 ", "[2025-09-14 04:54:36] "]),
            prop::sample::select(vec!["", "INFO ", "ERROR ", "[warn] ", "FATAL: "]),
            prop::collection::vec(prop::sample::select(vec!["disk", "DISK full", " ", "net", "net lost", "a@b.example", "x"]), 0..5),
        ), 1..40),
    ) {
        let records: Vec<String> = lines.iter().map(|(time, level, parts)| format!("{time}{level}{}", parts.concat())).collect();
        let queries = OF_TEXT.iter().chain(&QUERIES).copied().collect::<Vec<_>>();
        let definitions: Vec<Vec<Query>> = queries.chunks(3).map(|own| own.iter().map(|text| query(text)).collect()).collect();
        assert_same(&definitions, &records);
    }
}

#[test]
fn thousands_of_literals_that_share_what_is_looked_for_are_told_apart() {
    let texts: Vec<String> = (0..4_000).map(|at| format!("zqxj zqxj of {at:04} and of its like")).collect();
    let definitions: Vec<Vec<Query>> =
        texts.iter().map(|text| vec![query(&format!("severity>=WARNING AND message:\"{text}\""))]).collect();
    let messages = [0, 1, 7, 1_999, 3_999].map(|at| format!("{}{}", "-".repeat(at % 8), texts[at].to_uppercase()));
    let all = messages.concat();
    let messages = messages.iter().map(String::as_str).chain([all.as_str(), "zqxj zqxj of 12", "nothing"]);
    let records: Vec<String> = messages
        .flat_map(|message| ["ERROR", "INFO"].map(|severity| (message, severity)))
        .map(|(message, severity)| serde_json::json!({"severity": severity, "textPayload": message}).to_string())
        .collect();
    assert_same(&definitions, &records);
}

#[test]
fn what_stands_in_the_place_of_a_redacted_number_is_found_in_records_of_known_forms() {
    let definitions = [vec![query("\"REDACTED\"")]];
    let record = |at: usize| format!(r#"{{"severity":"ERROR","jsonPayload":{{"n":{at},"card":4111111111111111}}}}"#);
    assert_same(&definitions, &(0..3).map(record).collect::<Vec<_>>());
    let record = |at: usize| format!(r#"{{"severity":"ERROR","jsonPayload":{{"n":{at},"password":[12345,true]}}}}"#);
    assert_same(&definitions, &(0..3).map(record).collect::<Vec<_>>());
}

#[test]
fn what_is_known_of_usual_values_takes_up_bounded_room() {
    const VALUES: usize = 128;
    let definitions = [vec![query("\"x7\"")], vec![query("\"y12\"")]];
    let prefilter = Prefilter::new(definitions.iter().map(Vec::as_slice));
    // Values that all forms have in common; what tells these apart stands behind.
    let record = |form: usize, severity: LogSeverity, value: usize| {
        let labels = ["x", "y", "z", "u", "v", "w", "s", "t"].map(|key| format!(r#""{key}":"{key}{value}""#)).join(",");
        format!(r#"{{"severity":"{severity}","labels":{{{labels}}},"jsonPayload":{{"k{form}":"v"}}}}"#)
    };
    let of_each = |form, severity| (0..VALUES).map(move |value| record(form, severity, value));
    let mut records: Vec<String> =
        of_each(0, LogSeverity::Error).flat_map(|record| [record.clone(), record.clone(), record]).collect();
    for form in 0..8 {
        LogSeverity::ALL.iter().for_each(|severity| records.extend(of_each(form, *severity)));
    }
    let mut batch = Batch::new();
    records.iter().for_each(|record| batch.push_whole_json(record).unwrap());
    let (mut candidates, mut sizes) = (prefilter.room(), Vec::new());
    for (at, entry) in Redactor::default().batch(batch).entries(&[]).enumerate() {
        prefilter.candidates(&entry, &mut candidates);
        let found: Vec<bool> = (0..2).map(|at| prefilter.matches(&mut candidates, at, &entry)).collect();
        assert_eq!(found, [0, 1].map(|at| definitions[at][0].matches(&entry)));
        if at % 100 == 0 {
            sizes.push(candidates.size_of_memos());
        }
    }
    assert!(!sizes.is_sorted(), "all is forgotten at some time");
    assert!(sizes.iter().all(|size| *size < ROOM + 100), "{sizes:?}");
}
