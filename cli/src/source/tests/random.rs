use proptest::prelude::*;

use super::*;

fn value() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof![
        ".{0,12}",
        proptest::collection::vec(
            proptest::sample::select(&["\"", "\\", "{", "}", "[", "]", ",", ":", "\n", " ", "},{", "\u{0}", "x"][..]),
            0..8
        )
        .prop_map(|pieces| pieces.concat()),
    ];
    let leaf = prop_oneof![
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from),
        text.prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            proptest::collection::vec(("[a-z\"{\\\\]{0,4}", inner), 0..4).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

fn entries() -> impl Strategy<Value = Vec<serde_json::Value>> {
    let entry = (any::<u16>(), value())
        .prop_map(|(id, value)| serde_json::json!({"insertId": id, "jsonPayload": {"v": value}}));
    proptest::collection::vec(entry, 1..8)
}

/// Writes a value with white space between its tokens, taken in turn from `spaces`.
fn write(value: &serde_json::Value, spaces: &mut impl Iterator<Item = &'static str>, out: &mut String) {
    let mut space = |out: &mut String| out.push_str(spaces.next().unwrap_or_default());
    match value {
        serde_json::Value::Array(list) => {
            out.push('[');
            for (n, value) in list.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                space(out);
                write(value, &mut std::iter::repeat_n("", 0), out);
            }
            space(out);
            out.push(']');
        }
        serde_json::Value::Object(map) => {
            out.push('{');
            for (n, (key, value)) in map.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                space(out);
                out.push_str(&serde_json::to_string(key).unwrap());
                space(out);
                out.push(':');
                space(out);
                write(value, &mut std::iter::repeat_n("", 0), out);
            }
            space(out);
            out.push('}');
        }
        leaf => out.push_str(&leaf.to_string()),
    }
}

fn parsed(records: Vec<(u64, Kept)>) -> Vec<serde_json::Value> {
    let value = |(_, kept)| match kept {
        Kept::Json(text) => serde_json::from_str(&text).unwrap(),
        other => panic!("{other:?}"),
    };
    records.into_iter().map(value).collect()
}

const SPACES: [&str; 6] = ["", " ", "\n", "\r\n", "\n  ", "\t"];

fn limits() -> impl Strategy<Value = (Limits, usize)> {
    (1..300_usize, 1..100_usize)
        .prop_map(|(chunk, at_once)| (Limits { chunk, record: 1 << 16, sniff: 1 << 14 }, at_once))
}

proptest! {
    #[test]
    fn what_was_written_is_read(
        entries in entries(),
        spaces in proptest::collection::vec(proptest::sample::select(&SPACES[..]), 1..20),
        layout in 0..4,
        (limits, at_once) in limits(),
    ) {
        let mut spaces = spaces.into_iter().cycle();
        let mut text = String::new();
        match layout {
            0 => for entry in &entries {
                text.push_str(&entry.to_string());
                text.push('\n');
            },
            1 => write(&entries.clone().into(), &mut spaces, &mut text),
            2 => text = serde_json::to_string_pretty(&entries).unwrap(),
            _ => for entry in &entries {
                write(entry, &mut spaces, &mut text);
                text.push('\n');
            },
        }
        let bytes = Trickle { bytes: Cursor::new(text.clone().into_bytes()), at_once };
        prop_assert_eq!(parsed(read_with(limits, bytes)), entries, "{}", text);
    }

    #[test]
    fn a_small_limit_only_changes_how_a_wrapper_is_read(
        entries in entries(),
        spaces in proptest::collection::vec(proptest::sample::select(&SPACES[..]), 1..20),
        chunk in 1..100_usize,
    ) {
        let longest = entries.iter().map(|entry| entry.to_string().len()).max().unwrap() + 200;
        let mut spaces = spaces.into_iter().cycle();
        let mut text = String::new();
        let wrapper = serde_json::json!({"a": [1, "x", {"b": []}], "entries": entries, "filler": "x".repeat(longest)});
        write(&wrapper, &mut spaces, &mut text);
        let limits = Limits { chunk, record: longest, sniff: 64 };
        let mut read = Vec::new();
        for (_, kept) in read_with(limits, Cursor::new(text.clone().into_bytes())) {
            let Kept::Json(json) = kept else { panic!("{kept:?} of {text}") };
            read.push(serde_json::from_str::<serde_json::Value>(&json).unwrap());
        }
        prop_assert_eq!(read, entries, "{}", text);
    }

    #[test]
    fn any_bytes_are_read_to_their_end(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        (limits, at_once) in limits(),
    ) {
        read_with(limits, Trickle { bytes: Cursor::new(bytes), at_once });
    }

    #[test]
    fn the_same_records_however_the_bytes_come(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..60),
        (limits, at_once) in limits(),
        record in 20..200_usize,
    ) {
        let text = pieces.concat();
        let limits = Limits { record, sniff: 1 << 10, ..limits };
        let whole = Limits { chunk: 1 << 20, ..limits };
        let at_once = read_with(limits, Trickle { bytes: Cursor::new(text.clone().into_bytes()), at_once });
        prop_assert_eq!(at_once, read_with(whole, Cursor::new(text.into_bytes())));
    }
}

/// What captures are made of, in any order.
const PIECES: [&str; 40] = [
    "more\n",
    "a.BError: x\n",
    "2025-09-14 ERROR x\n",
    "{\"message\":\"a\"}\n",
    "  {\n\"message\":",
    "\u{1e}",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\n",
    "\n",
    "\n  ",
    "\r\n",
    "{\"insertId\":\"a\"}",
    "{\"insertId\":\"a\",\"x\":",
    "\"entries\":[",
    "},{\"insertId\":",
    "1",
    "null",
    "---\n",
    "Traceback (most recent call last):\n",
    "  File \"a\", line 1\n",
    "ValueError: no\n",
    "panic: no\n\n",
    "WARN y\n",
    "TypeError: no\n",
    "    at f (a.js:1:1)\n",
    "thread 'main' panicked at a.rs:1:1:\n",
    "a.rb:1:in `b': no (E)\n",
    "/app/a.js:10\n",
    "Stack trace:\n",
    "#0 a.php(9): f()\n",
    "goroutine 1 [running]:\n",
    "\tat a.b(c)\n",
    "\u{1f525}",
];
