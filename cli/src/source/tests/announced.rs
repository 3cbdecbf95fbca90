//! What a logger says directly before a trace is one record with it, whatever the language.

use super::*;

/// Traces as runtimes print them, with no logger's part in them.
const TRACES: [(&str, &str); 28] = [
    ("Go", "panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:3 +0x1\nexit status 2"),
    ("Go, again", "panic: no [recovered]\n\tpanic: again\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:3 +0x1"),
    (
        "Go, debug.Stack",
        "goroutine 17 [running]:\nruntime/debug.Stack()\n\t/go/stack.go:24 +0x5e\nmain.f()\n\t/a.go:3 +0x1",
    ),
    (
        "Go, a signal",
        "SIGQUIT: quit\nPC=0x46 m=0 sigcode=0\n\ngoroutine 1 gp=0xc0 m=0 mp=0x5a [running, locked to thread]:\nmain.main()\n\t/a.go:3 +0x1\n\n\
         rax    0x0\nrip    0x46",
    ),
    (
        "Go, a goroutine of many words",
        "goroutine 18 gp=0xc000 m=nil [chan receive, 2 minutes]:\nmain.f()\n\t/a.go:3 +0x1",
    ),
    (
        "Go, a deadlock",
        "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\nmain.main()\n\t/a.go:3",
    ),
    ("Rust", "thread 'main' panicked at src/main.rs:10:5:\nno session\nnote: run with `RUST_BACKTRACE=1`"),
    (
        "Rust, since 1.91",
        "thread 'main' (17) panicked at src/main.rs:10:5:\nno\nstack backtrace:\n   0: a::b\n             at a.rs:1:1",
    ),
    (
        "Rust, as it was",
        "thread '<unnamed>' panicked at 'no session', src/main.rs:10:5\nnote: run with `RUST_BACKTRACE=1`",
    ),
    ("Ruby", "app.rb:10:in `name': no (RuntimeError)\n\tfrom app.rb:3:in `y'\n\tfrom bin/run:3:in `<main>'"),
    ("Ruby, since 3.4", "/app/a.rb:10:in 'User#name': no (A::B)\n\n  nil.x\n     ^^\n\tfrom /app/a.rb:3:in '<main>'"),
    ("Ruby, frames alone", "/app/a.rb:10:in 'User#name'\n/app/a.rb:3:in 'Integer#times'\n/app/a.rb:3:in '<main>'"),
    (
        "Rails",
        "NoMethodError (undefined method `name' for nil):\n  \n  app/a.rb:1:in `b'\napp/models/user.rb:10:in `name'",
    ),
    ("Rails, a view", "ActionView::Template::Error (no):\n    1: <%= x %>\n  \n  app/views/a.erb:1:in `b'"),
    (
        "PHP",
        "PHP Fatal error:  Uncaught Exception: no in /app/a.php:5\nStack trace:\n#0 /app/a.php(9): f()\n#1 {main}\n\
         \x20 thrown in /app/a.php on line 5",
    ),
    (
        "PHP, shown",
        "Fatal error: Uncaught Exception: no in /app/a.php:5\nStack trace:\n#0 {main}\n  thrown in /app/a.php on line 5",
    ),
    ("PHP, a text", "RuntimeException: no in /app/a.php:5\nStack trace:\n#0 /app/a.php(9): f()\n#1 {main}"),
    (
        "PHP, as it was",
        "exception 'Exception' with message 'no' in /app/a.php:5\nStack trace:\n#0 /app/a.php(9): f()\n#1 {main}",
    ),
    (
        "Node.js",
        "/app/a.js:10\n    throw new TypeError('no');\n    ^\n\nTypeError: no\n    at run (/app/a.js:10:11)\n\nNode.js v20.1.0",
    ),
    (
        "Node.js, an error",
        "TypeError: no\n    at run (/app/a.js:10:11)\n    at node:internal/main:1:1 {\n  code: 'E_NO'\n}",
    ),
    ("Node.js, a code", "TypeError [ERR_INVALID_ARG_TYPE]: no\n    at run (/app/a.js:10:11)"),
    ("Node.js, a long message", "Error: first\nsecond\n    at run (/app/a.js:10:11)"),
    (
        "Node.js, a rejection",
        "node:internal/process/promises:288\n            triggerUncaughtException(err, true);\n            ^\n\n[Unhandled: x] {\n  code: 'E'\n}\n\nNode.js v18.0.0",
    ),
    (".NET", "Unhandled exception. System.InvalidOperationException: no\n   at A.B.C() in /a/B.cs:line 33"),
    (".NET, as it was", "Unhandled Exception: System.InvalidOperationException: no\n  at A.B.C ()"),
    ("Dart", "Unhandled exception:\nBad state: no\n#0      main (file:///a.dart:15:20)\n<asynchronous suspension>"),
    (
        "Java",
        "Exception in thread \"main\" java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\nCaused by: a.D: e\n\t... 2 more",
    ),
    ("Python", "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: no"),
];

/// Which of these are of what nothing caught: there no logger has a part in it.
const UNCAUGHT: [&str; 17] = [
    "Go",
    "Go, again",
    "Go, a signal",
    "Go, a deadlock",
    "Rust",
    "Rust, since 1.91",
    "Rust, as it was",
    "Ruby",
    "Ruby, since 3.4",
    "PHP",
    "PHP, shown",
    "Node.js",
    "Node.js, a rejection",
    ".NET",
    ".NET, as it was",
    "Dart",
    "Java",
];

const LOGGED: [&str; 6] = [
    "2025-09-14 04:00:00 ERROR payment failed",
    "2025/09/14 04:00:00 [error] payment failed",
    "level=warning ts=2025-09-14T04:00:00Z msg=\"payment failed\"",
    "E0914 04:00:00.123456 1 main.go:10] payment failed",
    "E, [2025-09-14T04:00:00.123456 #1] ERROR -- : payment failed",
    "\u{1b}[31mERROR\u{1b}[0m payment failed",
];

fn texts(text: &str) -> Vec<String> {
    let text_of = |(_, kept)| match kept {
        Kept::Text(text) => text,
        other => panic!("{other:?}"),
    };
    read(text.as_bytes()).into_iter().map(text_of).collect()
}

#[test]
fn it_is_one_record_with_the_trace_unless_nothing_caught_that() {
    let (before, behind) = ("2025-09-14 03:00:00 INFO ready", "2025-09-14 05:00:00 INFO on");
    for (language, trace) in TRACES {
        for logged in LOGGED {
            let joined = if UNCAUGHT.contains(&language) {
                vec![logged.to_owned(), trace.to_owned()]
            } else {
                vec![format!("{logged}\n{trace}")]
            };
            let expected = [vec![before.to_owned()], joined, vec![behind.to_owned()]].concat();
            let text = format!("{before}\n{logged}\n{trace}\n{behind}\n");
            assert_eq!(texts(&text), expected, "{language}: {logged}");
            assert_eq!(texts(&text.replace('\n', "\r\n")), expected, "{language}: {logged}");
        }
    }
}

#[test]
fn it_is_a_record_of_its_own_where_it_is_no_warning_or_not_directly_before() {
    for (language, trace) in TRACES {
        let logged = "2025-09-14 04:00:00 ERROR payment failed";
        let info = "2025-09-14 04:00:00 INFO ready";
        assert_eq!(texts(&format!("{info}\n{trace}\n")), [info, trace], "{language}");
        assert_eq!(texts(&format!("all is well\n{trace}\n")), ["all is well", trace], "{language}");
        assert_eq!(texts(&format!("{logged}\n\n{trace}\n")), [logged, trace], "{language}");
        // Of two lines only the second one announces it; what begins a trace is no logger's line.
        let two = texts(&format!("{logged}\n{logged}\n{trace}\n"));
        assert_eq!(two[0], logged, "{language}");
        assert_eq!(two[1..].join("\n"), format!("{logged}\n{trace}"), "{language}");
    }
    for pair in [
        ["panic: ERROR one", "panic: ERROR two"],
        ["PHP Warning:  one in /a.php on line 1", "PHP Fatal error:  Uncaught Exception: two in /a.php:5"],
        ["Unhandled exception. ERROR", "thread 'main' panicked at 'ERROR', src/main.rs:10:5"],
    ] {
        assert_eq!(texts(&pair.join("\n")), pair);
    }
}

#[test]
fn what_only_looks_like_a_trace_is_not_joined() {
    let logged = "2025-09-14 04:00:00 ERROR payment failed";
    for other in [
        "goroutine pool is exhausted",
        "panic in the kitchen",
        "thread 'main' started",
        "PHP Warning:  x in /app/a.php on line 5",
        "TypeError: no frames follow",
        "TypeError",
        "unhandled exception: x",
        "loading app.rb:10:in `name'",
        "/app/a.js",
        "FatalError (no)",
    ] {
        assert_eq!(texts(&format!("{logged}\n{other}\nall is well\n")), [logged, other, "all is well"]);
    }
    assert_eq!(texts(&format!("{logged}\nTypeError: no\n\n    at a (b.js:1:1)")).len(), 2);
    assert_eq!(
        texts(&format!("{logged}\nTypeError: no\nok\n2025-09-14 04:00:01 INFO x\n    at a (b.js:1:1)")).len(),
        4
    );
}

#[test]
fn it_is_bounded() {
    let frames = "main.main()\n\t/src/main.go:5 +0x2f\n".repeat(2_500);
    let text = format!("ERROR x\ngoroutine 1 [running]:\n{frames}last line\n");
    let lines: Vec<u64> = read(text.as_bytes()).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 1001, 2001, 3001, 4001, 5001, 5003]);
    let many = format!("ERROR x\nTypeError: no\n{}    at a (b.js:1:1)\n", "more\n".repeat(40));
    assert_eq!(texts(&many).len(), 42, "no more lines are held back than so many");
    let long = format!("ERROR x\nTypeError: {}\n    at a (b.js:1:1)\n", "y".repeat(300_000));
    let lines: Vec<u64> = read_with(LIMITS, Cursor::new(long.into_bytes())).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 2, 3]);
}

#[test]
fn what_says_that_nothing_handled_it_is_one_record_with_what_was_thrown() {
    let traceback = "Traceback (most recent call last):\n  File \"a.py\", line 3, in x\nValueError: y";
    for (first, thrown) in [
        ("Unhandled exception in thread started by <function f>", traceback),
        ("Unhandled exception:", traceback),
        ("Unhandled exception in event loop:", traceback),
        ("Exception in thread Thread-1 (work):", traceback),
        ("Exception ignored in: <function f>", traceback),
        ("Exception in thread \"a\"", "java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)"),
        ("Unhandled exception in worker", "java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)"),
    ] {
        let text = format!("{first}\n{thrown}");
        assert_eq!(texts(&text), [text], "{first}");
    }
    let two = ["Exception in thread \"a\" java.lang.Error: no", "Exception in thread \"b\" java.lang.Error: no"];
    assert_eq!(texts(&two.join("\n")), two);
}

#[test]
fn places_and_errors_side_by_side_are_not_joined() {
    for lines in [
        ["2025-09-14 04:00:00 WARN 2 files changed:", "src/a.ts:12", "src/b.ts:14"],
        ["ERROR see", "main.js:3", "plain A"],
    ] {
        assert_eq!(texts(&lines.join("\n")), lines);
    }
    let two = ["Error: foo", "TypeError: bar\n    at f (x.js:1:2)"];
    assert_eq!(texts(&two.join("\n")), two);
}
