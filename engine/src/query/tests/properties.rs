use proptest::prelude::*;

use super::*;

/// Pieces that are likely to mean something together, and some that do not.
const PIECES: &[&str] = &[
    "AND",
    "OR",
    "NOT",
    "-",
    "(",
    ")",
    ":",
    "=",
    "!=",
    "=~",
    "!~",
    "<",
    ">=",
    ",",
    "*",
    "\"",
    "'",
    "\\",
    "--",
    "\n",
    " ",
    ".",
    "severity",
    "ERROR",
    "timestamp",
    "\"2025-01-01\"",
    "jsonPayload.a",
    "labels.\"x/y\"",
    "message",
    "httpRequest.status",
    "500",
    "10s",
    "\"a(b\"",
    "\"(?i)ab+c\"",
    "NULL_VALUE",
    "log_id(",
    "SEARCH(",
    "sample(",
    "é",
    "“",
    "\u{212a}",
    "true",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[abAB]{2,3}",
        1 => "[a-cA-C]{1,3}",
        1 => "[kKsS\u{212a}\u{17f}éÉ]{1,3}",
        1 => Just("true".to_owned()),
        1 => "-?[0-9]{1,2}(\\.5)?",
        1 => "[0-9](s|ms)",
        1 => Just("error".to_owned()),
    ]
}

fn pattern() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[abcksé]{1,2}",
        "[abAB]{2}",
        Just(".".to_owned()),
        Just("\\\\w".to_owned()),
        Just("[ab]".to_owned()),
        Just("(?i)".to_owned()),
        Just("^".to_owned()),
        Just("|".to_owned()),
        "[a-c]{1,2}\\?",
        "\\([a-c]{1,2}\\|[a-ck]{1,2}\\)[*+?]?",
        "[a-c]\\{2\\}",
    ];
    proptest::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

/// A regular expression and a text that it matches, its neighbours included.
fn matching() -> impl Strategy<Value = (String, String)> {
    pattern().prop_flat_map(|pattern| {
        let texts = proptest::string::string_regex(&pattern.replace("\\\\", "\\").replace('^', ""));
        let texts = texts.map_or_else(|_| Just(String::new()).boxed(), Strategy::boxed);
        (Just(pattern), texts, "[ab]{0,1}").prop_map(|(pattern, text, more)| (pattern, format!("{text}{more}")))
    })
}

fn field() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "message",
        "textPayload",
        "jsonPayload.a",
        "jsonPayload.b",
        "jsonPayload.l",
        "jsonPayload",
        "labels.a",
        "insertId",
        "jsonPayload.m",
        "httpRequest.userAgent",
        "resource.labels",
    ])
}

fn comparison() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => word().prop_map(|word| format!("\"{word}\"")),
        8 => (field(), word()).prop_map(|(field, word)| format!("{field}:\"{word}\"")),
        2 => (field(), proptest::sample::select(vec!["=", "!=", "<", ">="]), word())
            .prop_filter("objects take `:` only", |(field, ..)| !matches!(*field, "jsonPayload" | "resource.labels"))
            .prop_map(|(field, op, word)| format!("{field}{op}\"{word}\"")),
        8 => (field(), proptest::sample::select(vec!["=~", "=~", "=~", "!~"]), pattern())
            .prop_filter("objects take `:` only", |(field, ..)| !matches!(*field, "jsonPayload" | "resource.labels"))
            .prop_map(|(field, op, pattern)| format!("{field}{op}\"{pattern}\"")),
        2 => (field(), word(), word()).prop_map(|(field, a, b)| format!("{field}:(\"{a}\" OR NOT \"{b}\")")),
        2 => word().prop_map(|word| format!("SEARCH(\"{word}\")")),
        2 => (field(), word()).prop_map(|(field, word)| format!("SEARCH({field}, \"`{word} b`\")")),
        1 => Just("severity>=ERROR".to_owned()),
    ]
}

pub(crate) fn sound_query() -> impl Strategy<Value = String> {
    comparison().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            4 => proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" AND "))),
            6 => proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" OR "))),
            1 => inner.prop_map(|one| format!("NOT ({one})")),
        ]
    })
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let text = || proptest::collection::vec(word(), 0..9).prop_map(|words| words.join(" "));
    let scalar = prop_oneof![
        12 => text().prop_map(serde_json::Value::from),
        2 => word().prop_map(serde_json::Value::from),
        1 => (-20..20_i64).prop_map(serde_json::Value::from),
        1 => any::<bool>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::from(0.5)),
        1 => Just(serde_json::Value::Null),
    ];
    scalar.prop_recursive(2, 6, 3, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            proptest::collection::vec((word(), inner), 0..3).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

pub(crate) fn record() -> impl Strategy<Value = String> {
    let text = proptest::collection::vec(word(), 0..9).prop_map(|words| words.join(" "));
    (text, value(), value(), value(), value(), word(), 0..8).prop_map(|(text, a, l, m, message, id, shape)| {
        let payload = serde_json::json!({"a": a, "l": [l, "abc"], "m": {"ab": m}, "message": message});
        let mut record = serde_json::json!({"severity": "ERROR", "labels": {"a": id},
                "resource": {"type": "x", "labels": {"abc": id}}});
        if shape == 0 {
            record["message"] = message;
        } else if shape == 1 {
            record["textPayload"] = text.into();
        } else {
            record["insertId"] = id.parse::<u64>().map_or_else(|_| id.into(), Into::into);
            record["jsonPayload"] = payload;
        }
        record.to_string()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

    #[test]
    fn every_match_holds_a_literal(text in sound_query(), record in record()) {
        let Some(query) = Query::parse(&text).query else { return Ok(()) };
        with_entry(&record, |entry| assert_sound(&query, entry));
    }

    #[test]
    fn every_match_of_a_pattern_holds_a_literal((pattern, text) in matching()) {
        let query = query(&format!("message=~\"{pattern}\""));
        let record = serde_json::json!({"jsonPayload": {"message": text}}).to_string();
        with_entry(&record, |entry| assert_sound(&query, entry));
    }

    #[test]
    fn a_query_written_out_means_the_same(text in sound_query(), record in record()) {
        let Some(parsed) = Query::parse(&text).query else { return Ok(()) };
        let again = query(&parsed.to_string());
        prop_assert_eq!(again.to_string(), parsed.to_string());
        prop_assert_eq!(again.literals(), parsed.literals());
        with_entry(&record, |entry| assert_eq!(again.matches(entry), parsed.matches(entry)));
        query(&parsed.to_logging(&message()));
    }

    #[test]
    fn what_is_asked_of_cloud_logging_covers_the_query(text in sound_query(), record in record()) {
        let Some(parsed) = Query::parse(&text).query else { return Ok(()) };
        let covering = query(&parsed.to_covering_logging(&message()));
        with_entry(&record, |entry| {
            assert!(!parsed.matches(entry) || covering.matches(entry), "{text} matches, and {covering} does not");
        });
    }

    #[test]
    fn nothing_makes_it_panic(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24)) {
        survives(&pieces.concat());
        survives(&pieces.join(" "));
    }

    #[test]
    fn no_characters_make_it_panic(text in "\\PC{0,40}") {
        survives(&text);
    }
}

fn survives(text: &str) {
    let parsed = Query::parse(text);
    for problem in &parsed.problems {
        assert!(text.get(problem.range.clone()).is_some(), "{text:?}: {problem:?}");
    }
    let has_error = parsed.problems.iter().any(|problem| problem.code.level == Level::Error);
    assert_eq!(parsed.query.is_none(), has_error, "{text:?}: {:?}", parsed.problems);
    if let Some(parsed) = parsed.query {
        let again = query(&parsed.to_string());
        assert_eq!(again.to_string(), parsed.to_string(), "{text:?}");
        query(&parsed.to_logging(&message()));
    }
}
