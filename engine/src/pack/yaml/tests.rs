use std::fmt::Write;

use super::*;

fn read(text: &str) -> (Sources, Option<Node>, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let file = sources.add("t.yaml", text);
    let mut diagnostics = Vec::new();
    let node = parse(&sources, file, &mut diagnostics);
    (sources, node, diagnostics)
}

fn items(node: &Node) -> &[Item] {
    let Kind::Map(items) = &node.kind else { panic!("no mapping: {node:?}") };
    items
}

fn value<'n>(node: &'n Node, key: &str) -> &'n Node {
    &items(node).iter().find(|item| item.key == key).unwrap().value
}

#[test]
fn every_node_has_its_place() {
    let text = "a: plain text # remark\nb: 'it''s'\nc: \"tab\\t\"\nd: |\n  one\n    two\n\ne: >-\n  folded\n  text\n\nf: [x, ö, y]\n\
                g: {p: q}\nh:\n  - i: j\n  - m\nn: multi\n  line\n";
    let (sources, node, diagnostics) = read(text);
    assert_eq!(diagnostics, []);
    let node = node.unwrap();
    let slice = |key: &str| sources.slice(value(&node, key).span);
    assert_eq!(slice("a"), "plain text");
    assert_eq!(slice("b"), "'it''s'");
    assert_eq!(slice("c"), "\"tab\\t\"");
    assert_eq!(slice("d"), "one\n    two");
    assert_eq!(slice("e"), "folded\n  text");
    assert_eq!(slice("f"), "[");
    assert_eq!(slice("g"), "{");
    assert_eq!(slice("h"), "i");
    assert_eq!(slice("n"), "multi\n  line");
    let Kind::List(elements) = &value(&node, "f").kind else { panic!() };
    assert_eq!(elements.iter().map(|e| sources.slice(e.span)).collect::<Vec<_>>(), ["x", "ö", "y"]);
    for item in items(&node) {
        assert_eq!(sources.slice(item.key_span), item.key);
    }
}

#[test]
fn scalars_are_yaml_1_2s_and_nothing_else() {
    let text = "a: no\nb: on\nc: yes\nd: true\ne: 'true'\nf: 12\ng: '12'\nh: 1.5\ni: ~\nj:\nk: .nan\nl: 2026-01-01\nm: !!str 5\n";
    let (_, node, diagnostics) = read(text);
    assert_eq!(diagnostics, []);
    let node = node.unwrap();
    for key in ["a", "b", "c", "e", "g", "k", "l", "m"] {
        assert!(matches!(value(&node, key).kind, Kind::Text(_)), "{key}: {:?}", value(&node, key));
    }
    assert!(matches!(value(&node, "d").kind, Kind::Bool(true)));
    assert!(matches!(value(&node, "f").kind, Kind::Int(12)));
    assert!(matches!(value(&node, "h").kind, Kind::Float(_)));
    assert!(matches!(value(&node, "i").kind, Kind::Null));
    assert!(matches!(value(&node, "j").kind, Kind::Null));
}

#[test]
fn keys_are_texts_whatever_they_look_like() {
    let (_, node, diagnostics) = read("1: a\ntrue: b\nnull: c\nno: d\n");
    assert_eq!(diagnostics, []);
    let keys: Vec<_> = items(&node.unwrap()).iter().map(|item| item.key.clone()).collect();
    assert_eq!(keys, ["1", "true", "null", "no"]);
}

#[test]
fn keys_twice_are_told_with_both_places_and_reading_goes_on() {
    let (sources, node, diagnostics) = read("a: 1\nb: {c: 2, c: 3}\na: 4\n");
    let told: Vec<_> = diagnostics
        .iter()
        .map(|d| (d.code.id, sources.position(d.span.unwrap()).line, sources.position(d.related[0].0).line))
        .collect();
    assert_eq!(told, [("duplicate-key", 2, 2), ("duplicate-key", 3, 1)]);
    assert!(matches!(value(&node.unwrap(), "a").kind, Kind::Int(1)));
}

#[test]
fn aliases_and_merges_lead_to_what_they_name() {
    let (sources, node, diagnostics) = read("a: &x {p: 1, q: 2}\nb: *x\nc:\n  <<: *x\n  p: 3\n");
    assert_eq!(diagnostics, []);
    let node = node.unwrap();
    assert_eq!(sources.position(value(value(&node, "b"), "q").span).line, 1);
    let merged = value(&node, "c");
    assert!(matches!(value(merged, "p").kind, Kind::Int(3)));
    assert!(matches!(value(merged, "q").kind, Kind::Int(2)));
}

#[test]
fn empty_files_are_empty_and_marks_of_byte_order_are_passed_over() {
    for text in ["", "# only a remark\n", "---\n", "\n\n"] {
        let (_, node, diagnostics) = read(text);
        assert_eq!(diagnostics, [], "{text:?}");
        assert!(matches!(node.unwrap().kind, Kind::Null), "{text:?}");
    }
    let (sources, node, diagnostics) = read("\u{feff}ä: 'ö'\nb: c");
    assert_eq!(diagnostics, []);
    let node = node.unwrap();
    assert_eq!(sources.slice(value(&node, "ä").span), "'ö'");
    assert_eq!(sources.slice(value(&node, "b").span), "c");
}

/// Marks the place of `needle`, which stands once in the value, in the text of the file.
fn mark(text: &str, needle: &str) -> String {
    let (sources, node, diagnostics) = read(text);
    assert_eq!(diagnostics, [], "{text}");
    let node = node.unwrap();
    let node = value(&node, "k");
    let Kind::Text(value) = &node.kind else { panic!("{node:?}") };
    let at = value.find(needle).unwrap_or_else(|| panic!("{needle:?} is not in {value:?}"));
    let span = locate(&sources, node.span, value, at..at + needle.len());
    sources.slice(span).to_owned()
}

#[test]
fn places_in_values_are_found_in_the_file() {
    for (text, needle, expected) in [
        ("k: one two three", "two", "two"),
        ("k: one\n  two\n  three", "two three", "two\n  three"),
        ("k: 'it''s two'", "two", "two"),
        ("k: 'it''s two'", "it's", "it''s"),
        ("k: 'one\n  two\n\n  three'", "three", "three"),
        ("k: \"a\\tb two\"", "two", "two"),
        ("k: \"a\\\"b\\\" two\"", "\"b\"", "\\\"b\\\""),
        ("k: \"\\u00e4 \\U0001F534 \\x41 two\"", "two", "two"),
        ("k: \"\\u00e4 \\U0001F534 \\x41 two\"", "ä", "\\u00e4"),
        ("k: \"one \\\n   two\"", "two", "two"),
        ("k: \"one\n  two\n\n  three\"", "two\nthree", "two\n\n  three"),
        ("k: |\n  one\n  two\n  three\n", "two", "two"),
        ("k: |\n  one\n    two\n  three\n", "  two", "  two"),
        ("k: |2-\n    one\n  two\n", "two", "two"),
        ("k: |\n  \"one\"\n  two\n", "two", "two"),
        ("k: |\n  'one' two\n", "two", "two"),
        ("k: |\r\n  one\r\n  two\r\n", "two", "two"),
        ("k: |\n  größer\n  zwei\n", "zwei", "zwei"),
        ("k: >-\n  one\n  two\n\n  three\n", "two\nthree", "two\n\n  three"),
        ("k: >\n  one\n    two\n  three\n", "three", "three"),
        ("k: >-\n  one\n\n\n  two\n", "two", "two"),
        ("k: [a, b]\n", "", ""),
    ] {
        if needle.is_empty() {
            continue;
        }
        assert_eq!(mark(text, needle), expected, "{text:?}");
    }
}

#[test]
fn every_range_of_every_scalar_has_a_place_within_it() {
    for text in [
        "k: ''",
        "k: \"\"",
        "k: 'a'",
        "k: \"\\n\\n\"",
        "k: |\n  a\n\n  b\n\n",
        "k: |+\n  a\n\n\n",
        "k: >\n  a\n  b\n\n",
        "k: |\n",
        "k: |\n   \n",
        "k: >\n\n  a\n\n\n   b\n c: d",
        "k: 'a\n\n\n  b '",
        "k: \"a\\  \n  b\"",
        "k: ä ö\n  ü",
        "k: |\n  \t a\n  b\t\n",
        "k: \"\\\n  a\"",
    ] {
        let (sources, node, _) = read(text);
        let Some(node) = node else { continue };
        let node = value(&node, "k");
        let Kind::Text(value) = &node.kind else { continue };
        let whole = node.span.range();
        for start in 0..=value.len() {
            for end in start..=value.len() {
                let span = locate(&sources, node.span, value, start..end);
                assert!(
                    span.range().start >= whole.start && span.range().end <= whole.end,
                    "{text:?} {start}..{end}: {span:?}"
                );
                if value.is_char_boundary(start) && value.is_char_boundary(end) {
                    assert!(sources.text(span.file).get(span.range()).is_some(), "{text:?} {start}..{end}: {span:?}");
                }
            }
        }
    }
}

fn show(sources: &Sources, node: &Node, depth: usize, out: &mut String) {
    let slice = sources.slice(node.span);
    let pad = "  ".repeat(depth);
    match &node.kind {
        Kind::List(elements) => {
            writeln!(out, "{pad}list {slice:?}").unwrap();
            elements.iter().for_each(|element| show(sources, element, depth + 1, out));
        }
        Kind::Map(items) => {
            writeln!(out, "{pad}map {slice:?}").unwrap();
            for item in items {
                writeln!(out, "{pad}- {:?} at {:?}", item.key, sources.slice(item.key_span)).unwrap();
                show(sources, &item.value, depth + 1, out);
            }
        }
        other => writeln!(out, "{pad}{other:?} {slice:?}").unwrap(),
    }
}

#[test]
fn odd_files_are_read_or_refused_with_a_place() {
    let mut out = String::new();
    for text in [
        "a: &x {p: 1, q: 2}\nb: {<<: *x, p: 3}\nc:\n  p: 4\n  <<: *x\n",
        "a: [1, 2\nb: 3\n",
        "a: b: c\n",
        "a:\n\t- b\n",
        "- a\nb: c\n",
        "a: \"x\n",
        "a: *nope\n",
        "a: {b\n",
        "\u{feff}a: 1\n",
        "",
        "# only\n",
        "a: 'x' y\n",
        "a: @x\n",
        "a: \"\\q\"\n",
        "? [a]\n: b\n",
        "1: x\ntrue: y\n",
        "a: !foo x\n",
        "a: !!binary aGk=\n",
        "a: .nan\n",
        "a: 1\n---\nb: 2\n",
        "a: \u{0} b",
        "a: 99999999999999999999999\n",
        "null: x\n",
        "a: !!str 5\n",
        "a: 1_000\nb: 007\nc: 1e3\nd: +5",
    ] {
        let (sources, node, diagnostics) = read(text);
        writeln!(out, "== {text:?}").unwrap();
        for d in diagnostics {
            writeln!(
                out,
                "{} {} {:?} | {}",
                d.code.id,
                d.message,
                d.span.map(|s| (sources.position(s).line, sources.position(s).column)),
                d.help.unwrap_or_default()
            )
            .unwrap();
        }
        if let Some(node) = node {
            show(&sources, &node, 0, &mut out);
        }
    }
    insta::assert_snapshot!("odd_files", out);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "[-a{}\\[\\]:,&*!|>'\"#%@\\\\ \t\n\u{e4}\u{feff}?]{0,40}") {
        let (sources, node, diagnostics) = read(&text);
        for diagnostic in diagnostics {
            let span = diagnostic.span.unwrap();
            proptest::prop_assert!(sources.text(span.file).get(span.range()).is_some());
        }
        let mut nodes: Vec<Node> = node.into_iter().collect();
        while let Some(node) = nodes.pop() {
            proptest::prop_assert!(sources.text(node.span.file).get(node.span.range()).is_some());
            match node.kind {
                Kind::List(elements) => nodes.extend(elements),
                Kind::Map(items) => nodes.extend(items.into_iter().map(|item| item.value)),
                Kind::Text(value) => {
                    for at in value.char_indices().map(|(at, _)| at) {
                        let span = locate(&sources, node.span, &value, at..at);
                        proptest::prop_assert!(sources.text(span.file).get(span.range()).is_some());
                    }
                }
                _ => {}
            }
        }
    }
}
