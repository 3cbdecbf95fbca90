//! What is broken takes nothing with it: captures of every layout, changed at random, lose no record but those changed.

use proptest::prelude::*;

use super::*;

/// A record of the kinds that captures hold; each has its number in it.
fn element(kind: usize, n: usize) -> serde_json::Value {
    let id = format!("<{n}{n}>");
    match (kind, n % 4) {
        (0, 0) => {
            serde_json::json!({"insertId": id, "logName": "l", "labels": {"a": "b"}, "textPayload": "a \"b\" {c} [d]"})
        }
        (0, 1) => {
            serde_json::json!({"httpRequest": {"status": 500}, "insertId": id, "resource": {"type": "t", "labels": {}}})
        }
        (0, 2) => {
            let error = serde_json::json!({"error": {"message": "m", "severity": "ERROR"}, "list": [{"message": "x"}, [1, {}]]});
            serde_json::json!({"insertId": id, "jsonPayload": error, "severity": "ERROR"})
        }
        (0, _) => serde_json::json!({"jsonPayload": {"labels": {"x": []}}, "insertId": id}),
        (_, 0) => {
            serde_json::json!({"severity": "ERROR", "message": id, "error": {"message": "m"}, "labels": {"a": "b"}})
        }
        (_, _) => serde_json::json!({"level": "info", "msg": "m", "id": id, "list": [1, 2, {"x": "y"}], "more": {}}),
    }
}

/// A capture, and where in it each record stands.
fn capture(layout: usize, elements: &[serde_json::Value]) -> (String, Vec<std::ops::Range<usize>>) {
    let pretty = |indent: &str| -> Vec<String> {
        elements
            .iter()
            .map(|e| serde_json::to_string_pretty(e).unwrap().replace('\n', &format!("\n{indent}")))
            .collect()
    };
    let plain: Vec<String> = elements.iter().map(ToString::to_string).collect();
    let (front, records, between, back) = match layout {
        0 => ("", plain, "\n", "\n"),
        1 => ("[", plain, ",", "]"),
        2 => ("[\n", plain, ",\n", "\n]\n"),
        3 => ("[\n  ", pretty("  "), ",\n  ", "\n]\n"),
        4 => ("", pretty(""), "\n", "\n"),
        5 => ("{\"kind\":\"k\",\"data\":{\"entries\":[", plain, ",", "],\"n\":1},\"nextPageToken\":\"t\"}\n"),
        6 => (
            "{\n  \"kind\": \"k\",\n  \"entries\": [\n    ",
            pretty("    "),
            ",\n    ",
            "\n  ],\n  \"nextPageToken\": \"t\",\n  \"meta\": {\n    \"n\": 1\n  }\n}\n",
        ),
        _ => ("", plain, " ", "\n"),
    };
    let mut text = front.to_owned();
    let mut places = Vec::new();
    for (n, record) in records.iter().enumerate() {
        text.push_str(if n > 0 { between } else { "" });
        places.push(text.len()..text.len() + record.len());
        text.push_str(record);
    }
    text.push_str(back);
    (text, places)
}

#[derive(Clone, Debug)]
enum Change {
    Insert(u8),
    Delete,
    Replace(u8),
}

fn change() -> impl Strategy<Value = Change> {
    let byte = || proptest::sample::select(&b"{}[]\",:\\\n 1x\xff\0"[..]);
    prop_oneof![byte().prop_map(Change::Insert), Just(Change::Delete), byte().prop_map(Change::Replace)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn what_was_not_changed_is_read(
        layout in 0..8_usize,
        kind in 0..2_usize,
        count in 1..8_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), change()), 1..=1),
        (chunk, at_once) in (1..300_usize, 1..100_usize),
    ) {
        let elements: Vec<_> = (0..count).map(|n| element(kind, n)).collect();
        let (text, places) = capture(layout, &elements);
        let mut bytes = text.clone().into_bytes();
        let mut changes: Vec<_> = changes.into_iter().map(|(index, change)| (index.index(text.len()), change)).collect();
        changes.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        for (at, change) in &changes {
            match change {
                Change::Insert(byte) => bytes.insert(*at, *byte),
                Change::Delete => { bytes.remove(*at); }
                Change::Replace(byte) => bytes[*at] = *byte,
            }
        }
        let limits = Limits { chunk, record: 1 << 16, sniff: 1 << 12 };
        let records = read_with(limits, Trickle { bytes: Cursor::new(bytes.clone()), at_once });
        let whole = read_with(LIMITS, Cursor::new(bytes.clone()));
        prop_assert_eq!(meant(&records), meant(&whole), "{}", String::from_utf8_lossy(&bytes));
        prop_assert!(records.len() <= count + 5, "{}\n{:#?}", String::from_utf8_lossy(&bytes), records);
        let first = places[0].start;
        for (n, (element, place)) in elements.iter().zip(places).enumerate() {
            let is_changed = changes.iter().any(|(at, change)| {
                let place = place.clone();
                // What a line of JSON begins with makes it one.
                let is_in_line = bytes.split(|byte| *byte == b'\n').next().is_some_and(|line| line.len() >= place.start);
                // Or behind a line of text, what is indented is a part of that unless it is surely an entry.
                let is_front = *at <= 1 && (is_in_line || kind == 1);
                // What is taken from the end of a line of JSON, or put there, is a part of it.
                let near = if matches!(layout, 0 | 7) { place.start.saturating_sub(1)..place.end + 1 } else { place };
                // What a list begins with tells it from text in brackets.
                let is_list = (1..=3).contains(&layout) && *at <= first + 2 && (n == 0 || kind == 1 || layout < 3);
                // Without its bracket, the first element of a list is the value of a key; of what looks like a record, many are.
                let is_value = layout >= 5 && kind == 1 && n == 0 && *at < first;
                near.contains(at) || is_list || is_value || is_front && !matches!((at, change), (_, Change::Insert(b'{' | b'[' | b' ')) | (1, Change::Delete))
            });
            if is_changed {
                continue;
            }
            let is_it = |(_, kept): &&(u64, Kept)| {
                matches!(kept, Kept::Json(text) if serde_json::from_str::<serde_json::Value>(text).is_ok_and(|v| v == *element))
            };
            let found = records.iter().filter(is_it).count();
            prop_assert!(found >= 1, "record {} of {}\n{:#?}", n, String::from_utf8_lossy(&bytes), records);
        }
    }
}
