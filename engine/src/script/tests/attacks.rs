//! What a hostile or careless script tries: each ends in an error, in bounded steps and memory, without a crash.

use super::run;

fn fails(text: &str) -> String {
    match run(text) {
        Ok(value) => panic!("went through with {:.200}: {text:.200}", value.to_string()),
        Err(message) => message,
    }
}

fn function(body: &str) -> String {
    fails(&format!("fn f() {{\n{body}\n}}"))
}

#[test]
fn loops_end() {
    for body in [
        "loop { }",
        "while true { let x = 1; }",
        "for i in 0..9000000000000000000 { }",
        "let x = 0; do { x += 1; } while true",
        "for i in range(0, 9000000000000000000, 1) { }",
        "let a = []; for i in 0..5000 { a.push(i); } loop { a.sort(|x, y| y - x); }",
        "let a = []; a.pad(10000, 1); a.map(|x| { let n = 0; while n < 1000 { n += 1; } n })",
        "let a = []; a.pad(10000, 1); a.filter(|x| { let n = 0; while n < 1000 { n += 1; } true })",
        "let a = []; a.pad(5000, 1); for i in a { a.index_of(|x| x > 1); }",
        "try { loop { } } catch { } loop { }",
    ] {
        let message = function(body);
        assert!(message.contains("it ran for more than 200000 steps"), "{body}: {message}");
        assert!(message.starts_with("line 2"), "{body}: {message}");
    }
}

#[test]
fn recursion_ends() {
    assert!(fails("fn g(n) { g(n + 1) } fn f() { g(0) }").contains("more than 32 levels deep"));
    assert!(fails("fn f() { f() }").contains("more than 32 levels deep"));
    assert!(fails("fn a() { b() } fn b() { a() } fn f() { a() }").contains("more than 32 levels deep"));
    assert!(fails("fn f() { let g = Fn(\"f\"); g.call() }").contains("levels deep"));
}

#[test]
fn bombs_do_not_go_off() {
    for (body, what) in [
        ("let s = \"aaaaaaaa\"; loop { s += s; }", "65536 bytes"),
        ("let s = \"a\"; s.pad(9000000000, 'x'); s", "65536 bytes"),
        ("let s = \"a\"; s.pad(60000, 'a'); let t = s; s.replace(\"a\", t); s", "65536 bytes"),
        ("let s = \"a\"; s.pad(60000, 'a'); let t = s; s.replace('a', t); s", "65536 bytes"),
        ("let s = \"a\"; s.pad(60000, 'a'); let t = s; s.replace(\"\", t); s", "65536 bytes"),
        ("let s = \"a\"; s.pad(60000, 'a'); `${s}${s}${s}`", "65536 bytes"),
        ("let s = \"a\"; s.pad(60000, 'a'); [s, s, s]", "65536 bytes"),
        ("let a = [1]; loop { a += a; }", "10000 elements"),
        ("let a = []; a.pad(9000000000, 1); a", "10000 elements"),
        ("let a = []; loop { a.push(1); }", "10000 elements"),
        ("let m = #{}; let i = 0; while i < 2000 { m[`${i}`] = i; i += 1; } m", "1000 entries"),
        ("let s = \"a\"; s.pad(60000, ','); s.split(\",\")", "10000 elements"),
    ] {
        let message = function(body);
        assert!(message.contains(what), "{body}: {message}");
    }
}

#[test]
fn deep_values_do_not_overflow_the_stack() {
    for body in [
        "let a = []; loop { a = [a]; }",
        "let m = #{}; loop { m = #{ a: m }; }",
        "let m = #{}; loop { m.a = m; }",
        "let m = #{ a: [] }; loop { m.a = [m.a]; }",
        "let a = [[]]; loop { a[0] = a; }",
        "let a = []; loop { a = [#{ a: a }]; }",
        "let a = 1; loop { let b = a; a = || b; }",
        "let a = 1; loop { let b = a; let c = a; a = || [b, c]; }",
        "let x = []; loop { let y = x; x = [|| y]; }",
        "let a = []; a.pad(5000, 0); a.reduce(|acc, x| [acc], [])",
    ] {
        let message = function(body);
        assert!(message.contains("nested too deeply"), "{body}: {message}");
    }
    for body in [
        "let a = []; loop { a.push(a); }",
        "let m = #{ a: [] }; loop { m.a.push(m.a); }",
        "let a = Fn(\"f\"); loop { a = a.curry(a); }",
        "let a = []; loop { this = [this]; }",
        "let a = Fn(\"curry\"); a.call(a, a)",
        "let a = []; let f = || a; a.push(f); a",
        "let a = [1]; a.for_each(|x| a.push(x))",
        "let f = |g| g.call(g); f.call(f)",
    ] {
        function(body);
    }
}

#[test]
fn nothing_outside_is_reached() {
    for (text, what) in [
        ("import \"../../etc/passwd\" as p; fn f() { }", "not inside the pack"),
        ("import \"/etc/passwd\" as p; fn f() { }", "not inside the pack"),
        ("import \"policy/none\" as p; fn f() { }", "the pack has no script"),
        ("fn f() { import \"/etc/passwd\" as p; }", "imported inside a function"),
        ("fn f() { eval(\"1\") }", "cannot use `eval`"),
        ("fn f() { print(1) }", "cannot use `print`"),
        ("fn f() { debug(1) }", "cannot use `debug`"),
        ("fn f() { timestamp() }", "cannot use `timestamp`"),
        ("fn f() { sleep(1) }", "cannot use `sleep`"),
        ("fn f() { exit(1) }", "cannot use `exit`"),
        ("fn f() { parse_json(\"1\") }", "cannot use `parse_json`"),
        ("fn f() { rand() }", "cannot use `rand`"),
        ("fn f() { open_file(\"x\") }", "cannot use `open_file`"),
        ("fn f() { blob(10) }", "cannot use `blob`"),
        ("fn f() { Fn(\"eval\").call(\"1\") }", "`eval` is a reserved keyword"),
        ("fn f() { let g = Fn(\"sleep\"); g.call(5) }", "there is no function `sleep"),
        ("fn f() { let g = Fn(\"timestamp\"); g.call() }", "there is no function `timestamp"),
    ] {
        let message = fails(text);
        assert!(message.contains(what), "{text}: {message}");
    }
}

#[test]
fn arithmetic_is_checked() {
    for (body, what) in [
        ("9223372036854775807 + 1", "overflow"),
        ("-9223372036854775807 - 2", "overflow"),
        ("9223372036854775807 * 2", "overflow"),
        ("1 / 0", "zero"),
        ("1 % 0", "zero"),
        ("2 ** 9999", "overflow"),
        ("let x = 9223372036854775807; x += 1; x", "overflow"),
        ("abs(-9223372036854775807 - 1)", "overflow"),
        ("1e300.to_int()", "integer"),
    ] {
        let message = function(body).to_lowercase();
        assert!(message.contains(what), "{body}: {message}");
    }
}

#[test]
fn deep_texts_are_refused() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{", "}"), ("#{a:", "}"), ("if true {", "}"), ("-(", ")"), ("|x| {", "}")]
    {
        for depth in [100, 5000] {
            let message = function(&format!("{}1{}", open.repeat(depth), close.repeat(depth)));
            assert!(message.starts_with("script-"), "{open}: {message}");
        }
    }
    for text in [
        "- ".repeat(20_000) + "1",
        "!".repeat(20_000) + "true",
        format!("{}{}", "1", "+1".repeat(20_000)),
        format!("{}{}", "x", ".a".repeat(20_000)),
        format!("{}{}", "x", "[0]".repeat(20_000)),
        format!("{}{}", "1", " ?? 1".repeat(20_000)),
        format!("{}{}", "true", " && true".repeat(20_000)),
        format!("{}{}", "if true {}", " else if true {}".repeat(10_000)),
        format!("{}{}", "a", " = a".repeat(20_000)),
        format!("{}{}", "a", "(1)".repeat(20_000)),
        "|x|".repeat(20_000) + "1",
        "\"${".repeat(5_000),
        "`${".repeat(5_000),
        "/*".repeat(20_000),
        "return ".repeat(10_000),
        "switch 1 { 1 => ".repeat(5_000),
        "let a = ".repeat(10_000),
        "a::".repeat(10_000),
        "2 ** ".repeat(20_000) + "1",
        "\u{0}\u{feff}\u{202e}".to_owned(),
        "fn f() { ".repeat(5_000),
    ] {
        // Whatever comes of it, it is no crash.
        drop(run(&format!("fn f() {{ let x = 1; {text} }}")));
        drop(run(&text));
    }
}

#[test]
fn what_is_harmless_works() {
    for (body, expected) in [
        ("let a = [3, 1, 2]; a.sort(); `${a}`", "[1, 2, 3]"),
        ("let s = \"a-b\"; s.replace(\"-\", \"+\"); s", "a+b"),
        ("let s = \"a-b\"; s.replace('-', \"\"); s", "ab"),
        ("let t = 0; for (x, i) in [5, 6] { t += x * i; } `${t}`", "6"),
        ("let m = #{ a: 1 }; `${m.a + m.len()}`", "2"),
        ("let k = 2; `${[1, 2].map(|x| x * k)}`", "[2, 4]"),
        ("`${max(1, 2)} ${(7.9).floor()} ${parse_int(\"12\")}`", "2 7.0 12"),
        ("switch 3 { 1 => \"one\", 2..5 => \"few\", _ => \"many\" }", "few"),
        ("let r = (); try { throw \"x\"; } catch (e) { r = e; } r", "x"),
        ("if \"b\" in \"abc\" { \"yes\" } else { \"no\" }", "yes"),
    ] {
        let result = run(&format!("fn f() {{ {body} }}")).map(|value| value.to_string());
        assert_eq!(result.as_deref(), Ok(expected), "{body}");
    }
}
