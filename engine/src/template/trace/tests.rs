use proptest::prelude::*;

use super::*;

mod languages;
mod wrappings;

/// The signature of a text; nothing where it holds no trace.
fn of(text: &str) -> Option<String> {
    let mut out = String::new();
    signature(text, &mut out).then_some(out)
}

/// Holds that each of some texts has the signature that stands before it.
fn check(cases: &[(&str, &str)]) {
    for (expected, text) in cases {
        assert_eq!(of(text).as_deref(), Some(*expected), "{text}");
    }
}

#[test]
fn texts_without_a_trace_have_no_signature() {
    for text in [
        "",
        "\n\n",
        "order 17 failed",
        "ValueError: bad id 17",
        "ValueError: bad id 17\nsee the manual",
        "Failed at startup (code 3)\nat noon (12:30) we try again",
        "SET timestamp=1753065661;\nSELECT * FROM orders WHERE amount > 10000;",
        "KafkaConfig values:\n\tadvertised.listeners = PLAINTEXT://localhost:9092\n\tbroker.id = 0",
        "C:\\new\\node\\table: not found",
        "see https://example.com/#0123 for more",
        "report:\n1: first item\n2: second item\n3: third",
        "#1 in the list\n#2 in the list",
        "step 1: a.go failed\nstep 2: b.rs failed",
        "{\"a\": \"x\\n y\"}",
        "Subject:\n\tSecurity ID:\t\tS-1-0-0\n\tAccount Name:\t\tSYSTEM",
    ] {
        let mut out = String::new();
        assert!(!signature(text, &mut out), "{text}: {out}");
        assert_eq!(out.capacity(), 0, "{text}");
    }
}

#[test]
fn what_stands_in_the_buffer_stays() {
    let mut out = "before: ".to_owned();
    assert!(!signature("one\ntwo", &mut out));
    assert_eq!(out, "before: ");
    assert!(signature("KeyError: 'a'\n\tat a.B.c(B.java:1)", &mut out));
    assert_eq!(out, "before: KeyError in B.c");
}

#[test]
fn what_repeats_counts_once_however_deep_it_goes() {
    let of_depth = |depth: usize| {
        let frames = "\tat acme.Tree.walk(Tree.java:7)\n\tat acme.Node.visit(Node.java:9)\n".repeat(depth);
        of(&format!(
            "java.lang.StackOverflowError\n\tat acme.Leaf.read(Leaf.java:3)\n{frames}\tat acme.Main.main(Main.java:1)"
        ))
    };
    assert_eq!(of_depth(2).as_deref(), Some("StackOverflowError in Leaf.read < Tree.walk < Node.visit < Main.main"));
    assert_eq!(of_depth(2), of_depth(3));
    assert_eq!(of_depth(2), of_depth(500));
}

#[test]
fn a_trace_of_any_size_has_a_short_signature() {
    let name = "a".repeat(600);
    for text in [
        format!("java.lang.Error: {}\n\tat {name}.{name}({name}.java:1)", "x ".repeat(20_000)),
        format!("Traceback (most recent call last):\n  File \"/{name}.py\", line 1, in {name}\n{name}.Error: {name}"),
        format!("java.lang.Error: x\n{}", "\tat a.B.c(B.java:1)\n".repeat(100_000)),
        "x\nCaused by: a.B: c\n\tat java.d.E.f(E.java:1)\n".repeat(10_000),
        format!("panic: {}\n\ngoroutine 1 [running]:\nmain.{name}()\n\t/app/x.go:1 +0x1", "ü".repeat(10_000)),
    ] {
        assert!(of(&text).unwrap().len() <= LENGTH);
    }
}

/// Pieces that traces are made of, put together at random.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "Traceback (most recent call last):",
        "  File \"/a.py\", line 1, in f",
        "ValueError: x",
        "\tat a.B.c(B.java:1)",
        "    at f (/x.js:1:2)",
        "    at /x.js:1:2",
        "Caused by: a.B",
        "Suppressed: a.B: c",
        "Wrapped by: x",
        "[cause]: Error: y",
        "--->",
        " ---> a.B: c",
        "--- End of inner exception stack trace ---",
        "goroutine 1 [running]:",
        "panic: ",
        "panic(0x1)",
        "main.f(0x1)",
        "\t/a.go:1 +0x1",
        "created by main.main",
        "thread 'main' panicked at src/x.rs:1:2:",
        "   1: a::b",
        "             at ./x.rs:1:2",
        "#0 /a.php(1): f()",
        "#1 {main}",
        "Next a\\B: c in /a.php:1",
        "Stack trace:",
        "PHP Fatal error:  Uncaught ",
        "a.rb:1:in `f': x (B)",
        "During handling of the above exception, another",
        "[",
        "(",
        ":",
        "\\n",
        "#012",
        "\\t",
        "ü",
        "[object] (",
        "x (0.1) lib/a.rb:1:in `f'",
        "| ",
        "E1126 10:00:00.1 1 x.go:1] ",
        "exception 'X' with message '",
        "#0",
        "at ",
        "(at ",
        "\r",
    ];
    prop_oneof![
        proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        ".{0,12}",
        Just("\n".to_owned()),
        Just("\n".to_owned())
    ]
}

proptest! {
    #[test]
    fn any_text_is_read_and_nothing_grows(pieces in prop::collection::vec(piece(), 0..60)) {
        let text = pieces.concat();
        let mut out = String::new();
        if signature(&text, &mut out) {
            prop_assert!(!out.is_empty() && out.len() <= LENGTH);
            prop_assert!(!out.contains('\n'));
            // What it says of a text does not depend on what was asked before.
            prop_assert_eq!(of(&text), Some(out));
        } else {
            prop_assert_eq!(out.capacity(), 0);
        }
    }

    #[test]
    fn lines_addresses_and_ids_do_not_count(line in 1_u32..100_000, other in 1_u32..100_000, address: u64) {
        let text = |line: u32, address: u64| format!(
            "panic: lookup {address:x}\n\ngoroutine {line} [running]:\nmain.load({{0x{address:x}, 0x{line:x}}})\n\t/app/main.go:{line} +0x{line:x}\n");
        prop_assert_eq!(of(&text(line, address)), of(&text(other, !address)));
    }
}
