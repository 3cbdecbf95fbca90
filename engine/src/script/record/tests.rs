use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::script::{FunctionId, Limits, Policy, Sandbox, ScriptSource, Vocabulary};

fn sandbox(recording: &Recording) -> Sandbox {
    Sandbox::recording(Limits::default(), Vocabulary::default(), |_| {}, recording)
}

fn compile(sandbox: &Sandbox, texts: &[(&str, &str)]) -> Policy {
    let sources: Vec<_> =
        texts.iter().map(|(name, text)| ScriptSource { name, text, is_inline: name.contains('#') }).collect();
    let (policy, problems) = sandbox.compile(&sources);
    assert!(problems.is_empty(), "{problems:?}");
    policy
}

fn call(sandbox: &Sandbox, policy: &Policy, script: usize, name: &str, arguments: Vec<Dynamic>) -> String {
    let function = FunctionId { script, name: name.to_owned(), parameters: arguments.len() };
    match sandbox.call(policy, &function, arguments) {
        Ok(value) => value.to_string(),
        Err(failure) => format!("{}: {}", policy.place(failure.script, failure.range.start), failure.message),
    }
}

/// Each site at its line: how often it was reached, what it is, the text from its beginning to its end.
fn shown(policy: &Policy, script: usize) -> String {
    let mut out = String::new();
    for site in policy.sites(script) {
        let text = policy.text(script);
        let line = text[..site.range.start].matches('\n').count() + 1;
        let mut depth = 0;
        let mut parent = site.parent;
        while let Some(at) = parent {
            depth += 1;
            parent = policy.sites(script)[at].parent;
        }
        let covered = text[site.range.start..site.end].split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = covered.chars().take(60).collect();
        let kind = format!("{:?}", site.kind);
        let _ = writeln!(out, "{line:>3} {:>3}× {:indent$}{kind}: {short}", site.reached(), "", indent = depth * 2);
    }
    out
}

const EVERYTHING: &str = r#"
const LIMIT = 3;

fn severity(n) {
    if n > global::LIMIT && n < 100 {
        return "P1";
    } else if n == 0 {
        return "P5";
    }
    if n == 1 { note(n); }
    let word = switch n {
        2 => "two",
        3 if n > 2 => { let three = "three"; three }
        _ => "many",
    };
    let list = [n, n + 1].filter(|x| x > 1);
    for x in list {
        if x == 77 || x == 78 { continue; }
        word += `${if x == 2 { "!" } else { "?" }}`;
    }
    let nothing = ();
    let some = nothing ?? n ?? 5;
    switch some { 50 => {} }
    try { risky(n); } catch (e) { word += e; }
    let i = 0;
    while i < 0 { i += 1; }
    do { i += 1; } while i < 2;
    let bound = |y| y + i;
    word + bound.call(1)
}

fn note(n) { }

private fn risky(n) {
    if n == 3 { throw "risk"; }
}

fn unused(a,
          b) {
    a
        + b
}
"#;

#[test]
fn every_statement_and_branch_is_known_and_counted() {
    let sandbox = sandbox(&Recording::Coverage);
    let policy = compile(&sandbox, &[("policy/a.rhai", EVERYTHING)]);
    let mut said = String::new();
    for n in [2_i64, 3] {
        let _ = writeln!(said, "severity({n}) = {}", call(&sandbox, &policy, 0, "severity", vec![n.into()]));
    }
    said.push_str(&shown(&policy, 0));
    insta::assert_snapshot!(said);
}

#[test]
fn what_is_decided_is_the_same_with_notes() {
    let plain = sandbox(&Recording::Nothing);
    let noted = sandbox(&Recording::Coverage);
    let texts = [("policy/a.rhai", EVERYTHING)];
    let (without, with) = (compile(&plain, &texts), compile(&noted, &texts));
    for n in -1_i64..120 {
        let run = |sandbox, policy| call(sandbox, policy, 0, "severity", vec![n.into()]);
        assert_eq!(run(&plain, &without), run(&noted, &with), "{n}");
    }
    assert!(without.sites(0).is_empty());
    assert!(with.times().is_empty());
}

#[test]
fn scripts_that_import_each_other_are_told_apart() {
    let helper = "private fn twice(n) { if n > 5 { n } else { n + n } }\n";
    let library = format!("{helper}fn common(n) {{ twice(n) + 1 }}\n");
    let main = format!("import \"policy/lib\" as lib;\n{helper}fn f(n) {{ twice(n) + lib::common(n) }}\n");
    let sandbox = sandbox(&Recording::Coverage);
    let policy = compile(&sandbox, &[("policy/lib.rhai", &library), ("policy/main.rhai", &main)]);
    assert_eq!(call(&sandbox, &policy, 1, "f", vec![2_i64.into()]), "9");
    assert_eq!(call(&sandbox, &policy, 0, "common", vec![9_i64.into()]), "10");
    insta::assert_snapshot!(format!("{}\n{}", shown(&policy, 0), shown(&policy, 1)));
}

#[test]
fn failures_keep_their_places() {
    let main = "fn f(n) {\n    let list = [1, 2].map(|x| {\n        g(x, n)\n    });\n    list.len()\n}\n\
                fn g(x, n) {\n    if n == 0 && x / n > 1 { 1 } else { [7][n] }\n}\n";
    let said = |recording: &Recording| {
        let sandbox = sandbox(recording);
        let policy = compile(&sandbox, &[("policy/main.rhai", main)]);
        [0_i64, 1, 2].map(|n| call(&sandbox, &policy, 0, "f", vec![n.into()]))
    };
    let plain = said(&Recording::Nothing);
    assert!(plain[0].starts_with("policy/main.rhai:8"), "{plain:?}");
    assert_eq!(said(&Recording::Coverage), plain);
    assert_eq!(said(&Recording::Times(Arc::new(|| 0))), plain);
}

#[test]
fn notes_are_no_steps() {
    // How many steps a call may take at least, found by halving.
    let least = |recording: &Recording, body: &str| {
        let text = format!("fn f() {{ {body} }}\nfn g(n) {{ if n > 0 || n < 0 {{ n }} else {{ 0 }} }}\n");
        let ends = |operations: u64| {
            let limits = Limits { operations, ..Limits::default() };
            let sandbox = Sandbox::recording(limits, Vocabulary::default(), |_| {}, recording);
            let policy = compile(&sandbox, &[("policy/a.rhai", &text)]);
            let function = FunctionId { script: 0, name: "f".to_owned(), parameters: 0 };
            sandbox.call(&policy, &function, Vec::new()).is_ok()
        };
        let (mut low, mut high) = (0_u64, 4096);
        while low + 1 < high {
            let middle = low.midpoint(high);
            if ends(middle) { high = middle } else { low = middle }
        }
        high
    };
    for body in [
        "1",
        "let a = 1; let b = 2; a + b",
        "let s = 0; for i in 0..50 { if i > 20 && s < 900 { s += i; } } s",
        "let s = 0; for i in 0..50 { s += g(i); } s",
        "[1, 2, 3, 4].map(|x| { let y = g(x); y * 2 }).len()",
        "let n = 0; while n < 40 { n += switch n { 3 => 2, 4 => { 1 } _ => 1 }; } n",
        "try { throw 1; } catch { g(1) }",
        "let a = (); a ?? { let b = 1; b } ?? 2",
    ] {
        let plain = least(&Recording::Nothing, body);
        for recording in [Recording::Coverage, Recording::Times(Arc::new(|| 0))] {
            let noted = least(&recording, body);
            assert!(noted.abs_diff(plain) <= 2, "{body}: {plain} steps, {noted} with notes");
        }
    }
}

#[test]
fn loops_end_with_notes_in_them_as_well() {
    let limits = Limits { operations: 3000, ..Limits::default() };
    for body in [
        "loop { }",
        "loop { ; }",
        "loop { { } }",
        "loop { g(); }",
        "loop { if false { } }",
        "loop { switch 1 { 2 => { } } }",
        "loop { () ?? () }",
        "loop { true || false }",
        "loop { try { } catch { } }",
        "while true { }",
        "do { } while true",
        "for i in 0..9000000000000000000 { }",
        "for i in 0..9000000000000000000 { ; }",
        "for i in 0..9000000000000000000 { for j in 0..0 { } }",
        "let f = || { }; loop { f.call(); }",
    ] {
        let text = format!("fn f() {{ {body} }}\nfn g() {{ }}\n");
        for recording in [Recording::Coverage, Recording::Times(Arc::new(|| 0))] {
            let sandbox = Sandbox::recording(limits, Vocabulary::default(), |_| {}, &recording);
            let policy = compile(&sandbox, &[("policy/a.rhai", &text)]);
            let said = call(&sandbox, &policy, 0, "f", Vec::new());
            assert_eq!(
                said, "policy/a.rhai:1: it ran for more than 3000 steps: is there a loop that does not end?",
                "{body}"
            );
        }
    }
}

#[test]
fn times_are_of_functions_with_and_without_what_they_call() {
    // A clock that advances by one with each look.
    let ticks = Arc::new(AtomicU64::new(0));
    let clock: Clock = Arc::new(move || ticks.fetch_add(1, Ordering::Relaxed));
    let sandbox = sandbox(&Recording::Times(clock));
    let text = "fn f(n) { g(n) + g(n) }\nfn g(n) { if n > 0 { g(n - 1) } else { return 0; } }\nfn unused() { 1 }\n";
    let policy = compile(&sandbox, &[("policy/a.rhai", text)]);
    assert_eq!(call(&sandbox, &policy, 0, "f", vec![2_i64.into()]), "0");
    let times: Vec<_> = policy.times().into_iter().map(|time| (time.name, time.calls, time.total, time.own)).collect();
    // `f` looks at the clock twice, each of the six calls of `g` as well: 13 ticks from the first look to the last.
    let expected = [("f", 1, 13, 3), ("g", 6, 10, 10), ("unused", 0, 0, 0)];
    assert_eq!(times, expected.map(|(name, calls, total, own)| (name.to_owned(), calls, total, own)));
    assert!(policy.sites(0).is_empty());
}
