//! What containers write: text, JSON on a line and JSON on many, in any order.

use super::*;

fn kinds(text: &str) -> String {
    let kind = |(_, kept): &(u64, Kept)| match kept {
        Kept::Json(_) => 'j',
        Kept::Text(_) => 't',
        Kept::Broken(_) => '!',
    };
    read(text.as_bytes()).iter().map(kind).collect()
}

#[test]
fn lines_of_text_between_lines_of_json_are_text_with_their_traces() {
    let trace = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nValueError: boom\n";
    let line = "{\"severity\":\"INFO\",\"message\":\"x\"}\n";
    assert_eq!(kinds(&format!("{0}{0}{0}{0}{trace}", line)), "jjjjt");
    assert_eq!(kinds(&format!("one\ntwo\nthree\n{0}{0}{0}{0}{0}", line)), "tttjjjjj");
    assert_eq!(kinds(&format!("{line}{trace}{line}{trace}{trace}{line}")), "jtjttj");
    assert_eq!(kinds(&format!("{line}{{\"severity\":\"ERR\n{trace}{line}")), "j!tj");
    assert_eq!(kinds(&format!("{line}  indented\n{line}\n\n[12] list\n{{main}} started\n{line}")), "jtjttj");
    let records = read(format!("{line}{trace}{line}").as_bytes());
    assert_eq!(records[1], (2, Kept::Text(trace.trim_end().to_owned())));
    assert_eq!(records[2].0, 6);
}

#[test]
fn json_over_many_lines_may_come_at_any_time() {
    let line = "{\"severity\":\"INFO\",\"message\":\"x\"}\n";
    let pretty = "{\n  \"severity\": \"ERROR\",\n  \"labels\": {\n    \"a\": \"b\"\n  },\n  \"message\": \"y\"\n}\n";
    assert_eq!(kinds(&format!("{}{pretty}{pretty}{line}", line.repeat(120))), "j".repeat(123));
    assert_eq!(
        kinds(&format!("{}{pretty}ready\n{pretty}{line}", "starting\n".repeat(30))),
        format!("{}jtjj", "t".repeat(30))
    );
    assert_eq!(kinds(&format!("{line}[\n{pretty},\n{pretty}]\n{line}")), "jjjj");
    assert_eq!(kinds(&format!("{line}{{\"entries\": [\n{pretty},\n{pretty}],\n \"n\": 1}}\nend\n{line}")), "jjjtj");
    // What is indented behind a line of text belongs to it, unless it is surely an entry.
    assert_eq!(kinds(&format!("got:\n  {}\n{line}", pretty.trim_end().replace('\n', "\n  "))), "tj");
    let entry = pretty.replace("\"message\"", "\"textPayload\"");
    assert_eq!(kinds(&format!("got:\n  {}\n{line}", entry.trim_end().replace('\n', "\n  "))), "tjj");
}

#[test]
fn lists_without_commas_and_sequences_with_separators_are_read() {
    assert_eq!(kinds("[{\"message\":\"a\"}\n{\"message\":\"b\"}\n{\"message\":\"c\"}\n{\"message\":\"d\"}]\n"), "jjjj");
    assert_eq!(kinds("[\n{\"message\":\"a\"}\n{\"message\":\"b\"}\n]\n"), "jj");
    // RFC 7464.
    assert_eq!(kinds("\u{1e}{\"message\":\"a\"}\n\u{1e}{\"message\":\"b\",\n\"x\":1}\n\u{1e}{\"message\"\n"), "jj!");
}

#[test]
fn json_behind_what_tools_put_in_front_of_lines_is_json() {
    let object = r#"{"severity":"ERROR","message":"x"}"#;
    for prefix in [
        "web-1  | ",
        "[pod/web-7f/web] ",
        "2025-09-14T04:54:36.123456789Z ",
        "2025-09-14T04:54:36.123456789Z stderr F ",
        "[pod/web-7f/web] 2025-09-14T04:54:36.123456789Z ",
    ] {
        let text =
            format!("{prefix}starting\n{prefix}{object}\n{prefix}{object}\n{prefix}{{broken\n{prefix}{object}\n");
        let records = read(text.as_bytes());
        assert_eq!(kinds(&text), "tjjtj", "{prefix}");
        assert_eq!(records[1], (2, json(object)));
    }
    assert_eq!(kinds(&format!("got {object}\nanswer: {object}\nINFO {object}\n")), "ttt");
}

#[test]
fn a_line_that_is_broken_is_one_record() {
    let line = "{\"severity\":\"INFO\",\"message\":\"x\"}";
    for broken in [
        "{\"severity\":\"INFO\",\"message\":\"cut in the mid",
        "{\"severity\":\"INFO\",\"error\":{\"message\":\"m\",\"severity\":\"ERROR\"},\"list\":[{\"message\":",
        "{\"severity\":\"INFO\" \"message\":\"x\"}",
        "{\"severity\":\"INFO\",\"labels\":{}},\"message\":\"x\"}",
        "{\"message\":\"a\\x\"}",
        "{\"message\":NaN}",
        "{\"message\":[1,2}",
        "[{\"message\":",
    ] {
        let records = read(format!("{line}\n{broken}\n{line}\ntext\n{broken}\n").as_bytes());
        let lines: Vec<_> = records.iter().map(|(line, kept)| (*line, matches!(kept, Kept::Broken(_)))).collect();
        let expected = [(1, false), (2, true), (3, false), (4, false), (5, true)];
        assert_eq!(lines, expected, "{broken}: {records:#?}");
    }
}

#[test]
fn a_bad_element_of_a_wrapper_takes_no_other_with_it() {
    let element =
        |n: usize| format!("{{\"severity\":\"ERROR\",\"logName\":\"l\",\"insertId\":\"{n}\",\"textPayload\":\"x\"}}");
    let deep = |n: usize| {
        format!("{{\"textPayload\":\"x\",\"labels\":{{\"a\":{}{}}}}}", "[".repeat(n), "]".repeat(n)).into_bytes()
    };
    let bad: [Vec<u8>; 8] = [
        b"{\"textPayload\":\"a\xffb\"}".to_vec(),
        b"{\"textPayload\":\"x\",\"labels\":{\"a\":NaN}}".to_vec(),
        b"{\"textPayload\":\"a\tb\"}".to_vec(),
        b"{\"textPayload\":\"a\x01b\"}".to_vec(),
        b"{\"textPayload\":\"\\x41\"}".to_vec(),
        b"{\"textPayload\":7}".to_vec(),
        b"7".to_vec(),
        deep(120),
    ];
    for bad in bad {
        for (front, between, back, line) in
            [("{\"entries\":[", ",", "]}", 1), ("{\"message\":\"m\",\n\"entries\":[\n", ",\n", "\n]}\n", 12)]
        {
            let mut elements: Vec<Vec<u8>> = (0..20).map(|n| element(n).into_bytes()).collect();
            elements.insert(9, bad.clone());
            let text = [front.as_bytes(), &elements.join(between.as_bytes()), back.as_bytes()].concat();
            let records = read(&text);
            let broken: Vec<u64> =
                records.iter().filter(|(_, kept)| matches!(kept, Kept::Broken(_))).map(|(line, _)| *line).collect();
            assert_eq!((records.len(), broken), (21, vec![line]), "{}", String::from_utf8_lossy(&text));
        }
    }
    // As deep as an entry may be, in a wrapper too.
    let text = [b"{\"data\":{\"entries\":[".to_vec(), deep(97), b"]}}".to_vec()].concat();
    assert_eq!(kinds(&String::from_utf8(text).unwrap()), "j");
}

#[test]
fn a_damaged_key_of_a_wrapper_loses_nothing() {
    let elements: Vec<_> = (0..5)
        .map(|n| serde_json::json!({"insertId": n.to_string(), "labels": {"a": "b"}, "textPayload": "x"}))
        .collect();
    let wrapper = serde_json::json!({"kind": "k", "data": {"entries": elements}, "nextPageToken": "t"});
    for text in [wrapper.to_string(), serde_json::to_string_pretty(&wrapper).unwrap()] {
        for (good, bad) in [
            ("\"entries\"", "entries\""),
            ("\"entries\"", "\"entries"),
            ("\"entries\":", "\"entries\""),
            ("\"kind\":", "\"kind\""),
            ("\"data\"", "data"),
            ("\"data\"", "\"da\u{7}ta\""),
        ] {
            let damaged = text.replacen(good, bad, 1);
            let records = read(damaged.as_bytes());
            let entries = records.iter().filter(|(_, kept)| matches!(kept, Kept::Json(_))).count();
            assert_eq!(entries, 5, "{damaged}: {records:#?}");
            assert!(records.len() <= 6, "{damaged}: {records:#?}");
        }
    }
}
