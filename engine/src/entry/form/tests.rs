use proptest::prelude::*;

use super::super::batch::Batch;
use super::*;

/// How each record is read: whether its form was known, and what came of it.
fn read(records: &[&str]) -> Vec<(bool, String)> {
    let mut batch = Batch::new();
    let mut read = Vec::new();
    for record in records {
        let misses = batch.known_forms();
        let result = batch.push_whole_json(record);
        let is_known = batch.known_forms() == misses && result.is_ok();
        let shown = match result {
            Ok(()) => format!("{}", batch.record(batch.heads.last().unwrap()).to_json()),
            Err(wrong) => wrong.reason,
        };
        read.push((is_known, shown));
    }
    read
}

#[test]
fn a_record_of_a_known_form_is_read_without_the_parser() {
    let records = [
        r#"{"textPayload":"a","severity":"INFO","n":1}"#,
        r#"{"textPayload":"b \"c\"","severity":"ERROR","n":-2.5}"#,
        r#"{"textPayload":"\ud83d","severity":"ERROR","n":18446744073709551616}"#,
        r#"{"textPayload":"","severity":"ERROR","n":null}"#,
        r#"{"textPayload":"","severity":"INFO","n":null}"#,
        "{\"textPayload\":\"a\tb\",\"severity\":\"INFO\",\"n\":1}",
        r#"{"textPayload":"a","severity":"INFO","n":01}"#,
        r#"{"textPayload":"a","severity":"INFO","n":1"#,
    ];
    let shown: Vec<String> = read(&records).into_iter().map(|(known, shown)| format!("{known} {shown}")).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    false {"textPayload":"a","severity":"INFO","n":1}
    true {"textPayload":"b \"c\"","severity":"ERROR","n":-2.5}
    true {"textPayload":"�","severity":"ERROR","n":1.8446744073709552e+19}
    false {"textPayload":"","severity":"ERROR","n":null}
    true {"textPayload":"","severity":"INFO","n":null}
    false it is not valid JSON at character 17
    false it is not valid JSON at character 43
    false it ends in the middle of a JSON value
    "#);
}

#[test]
fn forms_are_bounded_and_forgotten_where_there_are_too_many() {
    let mut forms = Forms::default();
    let records: Vec<String> =
        (0..PATIENCE + 1_000).map(|at| format!(r#"{{"textPayload":"a","k{at}":"b"}}"#)).collect();
    for chunk in records.chunks(100) {
        let mut batch = Batch::knowing(forms, 1_000);
        chunk.iter().for_each(|record| batch.push_whole_json(record).unwrap());
        forms = batch.take_forms();
        assert!(forms.known.len() <= FORMS && forms.entries.steps.len() <= tree::STEPS);
    }
    assert!(forms.misses < PATIENCE);
}

#[test]
fn a_copy_gives_no_numbers_of_its_own() {
    let read = |forms: Forms, value: &str| {
        let record = format!(r#"{{"textPayload":"{value}"}}"#);
        let mut batch = Batch::knowing(forms, 100);
        (0..4).for_each(|_| batch.push_whole_json(&record).unwrap());
        let number = batch.tape.spans.last().map(|span| span.usual);
        (batch.take_forms(), number)
    };
    let (forms, of_a) = read(Forms::default(), "a");
    let copy = forms.clone();
    let ((_, of_b), (copy, of_c)) = (read(forms, "b"), read(copy, "c"));
    assert_eq!((of_a, of_b, of_c), (Some(1), Some(2), Some(UNUSUAL)));
    assert_eq!(read(copy, "a").1, Some(1));
}

#[test]
fn when_an_entry_was_received_does_not_count_however_long_that_is() {
    let contents = |received: &str| {
        let record = format!(
            r#"{{"insertId":"i","timestamp":"2026-09-20T10:00:00Z","receiveTimestamp":"{received}","textPayload":"t"}}"#
        );
        let mut batch = Batch::new();
        (0..3).for_each(|_| batch.push_whole_json(&record).unwrap());
        batch.heads.iter().map(Head::content).collect::<Vec<_>>()
    };
    let first = contents("2026-09-20T10:00:01Z");
    for length in [0, 600, 65_534, 65_535, 65_536, 70_000] {
        assert_eq!(contents(&"x".repeat(length)), first, "{length}");
    }
}

proptest! {
    #[test]
    fn what_is_read_by_form_is_what_the_parser_reads(
        texts in prop::collection::vec(r#"([a-c ]|\\n|\\u00e9|\\ud83d|\\\\|\\"|é|🔑){0,6}"#, 6),
        numbers in prop::collection::vec("-?(0|[1-9][0-9]{0,22})([.][0-9]{1,3})?([eE][+-]?[0-9]{1,3})?|0[0-9]|[.]5", 6),
        space in "[ \r]{0,2}",
    ) {
        let record = |text: &String, number: &String| {
            format!(r#"{{"a":"{text}",{space}"b":[{number},"{text}",{{}}],"textPayload" : "{text}","a":{number}}}"#)
        };
        let mut batch = Batch::new();
        for (text, number) in texts.iter().zip(&numbers) {
            let record = record(text, number);
            let mut alone = Batch::new();
            let (mut fast, slow) = (Batch::knowing(std::mem::take(&mut batch).take_forms(), 100), alone.push_whole_json(&record));
            prop_assert_eq!(fast.push_whole_json(&record), slow);
            let shown = |batch: &Batch<'_>| format!("{:?}", batch.heads.first().map(|head| {
                (batch.record(head).to_json(), head.identity(), head.content(), head.timestamp(), head.severity)
            }));
            prop_assert_eq!(shown(&fast), shown(&alone));
            batch = Batch::knowing(fast.take_forms(), 100);
        }
    }

    #[test]
    fn what_usually_stands_behind_a_value_is_read_as_the_parser_reads_it(
        steady in "[a-c]{1,20}",
        rows in prop::collection::vec(
            (
                prop::sample::select(vec!["a", "b", "", r"\n", "\u{1}", "é", "ab"]),
                prop::sample::select(vec![r#""x""#, r#""x""#, r#""x""#, r#""y""#, "7", "-1", "null", "07", r#""x\u0041""#, "{}"]),
                prop::sample::select(vec!["ERROR", "ERROR", "ERROR", "INFO", "odd"]),
                prop::sample::select(vec!["}", "}", "}", " }", r#","more":1}"#, "", "]"]),
            ),
            150..300,
        ),
    ) {
        let mut forms = Forms::default();
        let records = rows.iter().enumerate().map(|(at, (free, one_of, severity, end))| format!(
            r#"{{"insertId":"{at}","labels":{{"s":"{steady}","f":"{free}","o":{one_of}}},"severity":"{severity}","textPayload":"{steady}"{end}"#
        ));
        for few in records.collect::<Vec<_>>().chunks(50) {
            let mut batch = Batch::knowing(forms, 100);
            for record in few {
                let mut alone = Batch::new();
                prop_assert_eq!(batch.push_whole_json(record), alone.push_whole_json(record));
                let shown = |batch: &Batch<'_>| batch.heads.last().map(|head| (
                    batch.record(head).to_json(), head.identity(), head.content(), head.timestamp(), head.severity
                ));
                if !alone.is_empty() {
                    prop_assert_eq!(shown(&batch), shown(&alone));
                }
            }
            forms = batch.take_forms();
        }
        let (bytes, linked) = forms.entries.known_aheads();
        prop_assert!(bytes > 0 && linked > 0, "{bytes} bytes are known, {linked} with values");
    }

    #[test]
    fn a_number_stands_for_one_value(
        values in prop::collection::vec(prop::sample::select(vec!["a", "b", "", r"\n", r"a\u00e9", r"\ud83d\udd11", r"\ud83d", "\t", r"\x"]), 60..200),
    ) {
        let mut forms = Forms::default();
        let (mut meant, mut count) = (std::collections::BTreeMap::new(), 0);
        for few in values.chunks(20) {
            let records: Vec<String> = few.iter().map(|value| format!(r#"{{"textPayload":"{value}","n":1}}"#)).collect();
            let mut batch = Batch::knowing(forms, 100);
            for (record, value) in records.iter().zip(few) {
                let mut alone = Batch::new();
                prop_assert_eq!(batch.push_whole_json(record), alone.push_whole_json(record));
                let Some(head) = alone.heads.first() else { continue };
                let read = batch.heads.last().unwrap();
                prop_assert_eq!(batch.record(read).to_json(), alone.record(head).to_json());
                if read.form != Head::NO_FORM {
                    let usual = batch.tape.spans[read.spot.spans as usize].usual;
                    if usual != UNUSUAL {
                        prop_assert_eq!(*meant.entry(usual).or_insert(*value), *value);
                        count += 1;
                    }
                }
            }
            forms = batch.take_forms();
        }
        prop_assert!(count > 0, "nothing is usual");
    }

    #[test]
    fn what_never_comes_again_is_given_no_number(count in 1..3_000_usize) {
        let mut batch = Batch::new();
        let records: Vec<String> = (0..count).map(|at| format!(r#"{{"textPayload":"{at}"}}"#)).collect();
        records.iter().for_each(|record| batch.push_whole_json(record).unwrap());
        prop_assert!(batch.tape.spans.iter().all(|span| span.usual == UNUSUAL));
    }
}
