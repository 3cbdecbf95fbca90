use super::*;

fn read(text: &str) -> (Sources, Option<Node>, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let file = sources.add("t.yaml", text);
    let mut diagnostics = Vec::new();
    let node = parse(&sources, file, &mut diagnostics);
    (sources, node, diagnostics)
}

fn show(sources: &Sources, node: &Node, depth: usize, out: &mut String) {
    use std::fmt::Write;
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
fn every_style_of_scalar_has_its_place() {
    let text = "a: plain text\nb: 'single ''q'\nc: \"dou\\tble\"\nd: |\n  one\n    two\n\nempty:\ne: >-\n  folded\n  text\n\n  more\n\nf: [x, 1, 2.5, true, no, on, ~, 0o17]\ng: {p: q, r: [s]}\nh:\n  - i: j\n    k: l\n  - m\nn: multi\n  line plain\no: &anc {z: 1}\np: *anc\nq:\n  <<: *anc\n  y: 2\nä: ö\n";
    let (sources, node, diagnostics) = read(text);
    assert_eq!(diagnostics, []);
    let mut out = String::new();
    show(&sources, &node.unwrap(), 0, &mut out);
    insta::assert_snapshot!(out);
}

#[test]
fn odd_files_are_read_or_refused_with_a_place() {
    let mut out = String::new();
    use std::fmt::Write;
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
            writeln!(out, "{} {} {:?} | {:?}", d.code.id, d.message, d.span.map(|s| place(&sources, s)), d.help)
                .unwrap();
        }
        if let Some(node) = node {
            show(&sources, &node, 0, &mut out);
        }
    }
    insta::assert_snapshot!(out);
}
