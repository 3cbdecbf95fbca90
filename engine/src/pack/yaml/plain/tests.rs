use proptest::prelude::*;

use super::super::{Tree, whole};
use super::*;
use crate::diagnostic::{Diagnostic, Sources};

/// What comes of a text in either way: the nodes with their places, and what is told.
fn both(text: &str) -> [(Option<String>, Vec<Diagnostic>); 2] {
    let mut sources = Sources::new();
    let file = sources.add("t.yaml", text);
    let mut told = [Vec::new(), Vec::new()];
    let [first, second] = &mut told;
    let nodes = [read(&mut Tree::of(text, file, first)), whole(&mut Tree::of(text, file, second))];
    let mut told = told.into_iter();
    nodes.map(|node| (node.map(|node| format!("{node:?}")), told.next().unwrap_or_default()))
}

fn is_read(text: &str) -> bool {
    let [own, all] = both(text);
    assert!(own.0.is_none() || own == all, "{text}");
    assert!(own.0.is_some() || own.1.is_empty(), "{text}");
    own.0.is_some()
}

const SCALARS: [&str; 62] = [
    "a",
    "plain text",
    "two # three",
    "two #3",
    "#",
    "'it''s'",
    "\"a\\tb\"",
    "null",
    "Null",
    "nUll",
    "~",
    "",
    "true",
    "TRUE",
    "tRue",
    "false",
    "yes",
    "on",
    "0",
    "7",
    "-7",
    "- 7",
    "+7",
    "007",
    "-07",
    "1_000",
    "1__0",
    "0x1F",
    "0o17",
    "0b11",
    "0xZ",
    "1.5",
    "-1.5",
    ".5",
    "-.5",
    "+.5",
    "1.",
    "1e3",
    "1e999",
    "-1e999",
    ".inf",
    "-.INF",
    ".nan",
    ".NET exception",
    "inf",
    "-inf",
    "-nan",
    "30s",
    "30d",
    "2026-09-20",
    "2026-09-20T00:00:00Z",
    "1:30",
    "18446744073709551615",
    "99999999999999999999",
    "-9223372036854775808",
    "!!str 5",
    "!x y",
    "&a b",
    "*a",
    "<<",
    "|\n  b\n   c\n",
    ">-\n  b\n  c\n",
];

#[test]
fn every_scalar_is_what_it_is_by_all_rules() {
    for scalar in SCALARS {
        for text in [
            format!("a: {scalar}"),
            format!("- {scalar}\n- {scalar}"),
            format!("{scalar}: b"),
            format!("[{scalar}, {{a: {scalar}}}]"),
            format!("a: '{scalar}'"),
            scalar.to_owned(),
        ] {
            is_read(&text);
        }
    }
}

#[test]
fn what_packs_hold_is_read_in_one_go() {
    for text in [
        "- id: a\n  match: severity>=ERROR AND message:\"x\"\n  capture: { waited_s: 'after (\\d+)s' }\n  facets: [a.b]\n",
        "a: .NET\nb: 30s\nc: 2026-09-20\nd: -5\ne: 0.25\nf:\ng: >\n  folded\n  text\n# end\n",
        "---\na: {b: [1, {c: d}], e: []}\n",
    ] {
        assert!(is_read(text), "{text}");
    }
}

#[test]
fn what_is_more_than_that_is_left_to_all_rules() {
    let deep = format!("{}1{}", "[".repeat(30), "]".repeat(30));
    let wide = format!("[{}]", "1,".repeat(MAX_NODES));
    for text in [
        "",
        "a",
        "# nothing",
        "a: &x 1\nb: *x",
        "a: !!str 1",
        "<<: {a: 1}",
        "a: 1\n---\nb: 2",
        "a: [1",
        "? [a]\n: b",
        "~: 1",
        "a: 0x1F",
        "a: 1_000",
        "%YAML 1.2\n---\na: 1",
        &deep,
        &wide,
    ] {
        assert!(!is_read(text), "{text}");
    }
}

/// Pieces of YAML: put together they are a file only now and then.
fn piece() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(SCALARS.to_vec());
    let indent = prop::sample::select(vec!["", "  ", "    "]);
    let line = prop::sample::select(vec![
        "- ", "- a: ", "a: ", "b:", "c: [", "d: {x: ", "]\n", "}\n", "? ", ": ", "---\n", "ö: ", "",
    ]);
    (indent, line, scalar, prop::sample::select(vec!["\n", "\n\n", " # said\n", " #1\n", ", ", "\r\n"]))
        .prop_map(|(indent, line, scalar, end)| format!("{indent}{line}{scalar}{end}"))
}

/// Files whose nesting is right.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(SCALARS.to_vec()).prop_map(str::to_owned);
    leaf.prop_recursive(3, 20, 4, |inner| {
        let key = prop::sample::select(vec!["a", "b", "ö", "'q'", "1", "true", "x y", "-1", ".5"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(", "))),
            prop::collection::vec((key, inner), 0..4).prop_map(|all| {
                let all: Vec<String> = all.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", all.join(", "))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn whatever_is_read_in_one_go_is_read_the_same_by_all_rules(pieces in prop::collection::vec(piece(), 1..8)) {
        is_read(&pieces.concat());
    }

    #[test]
    fn the_same_where_nesting_is_right(lines in prop::collection::vec((prop::sample::select(vec!["a", "b", "c", "a b"]), value()), 1..5)) {
        let text: String = lines.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
        is_read(&text);
        let list: String = lines.iter().map(|(key, value)| format!("- {value}\n- {key}: {value}\n  z: 1\n")).collect();
        is_read(&list);
    }
}
