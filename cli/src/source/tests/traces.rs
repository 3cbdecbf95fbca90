use super::*;

/// Traces of made-up programs, each of which is one record.
const TRACES: [(&str, &str); 22] = [
    (
        "Java",
        "2025-09-14 ERROR main - java.lang.IllegalStateException: no session\n\tat com.acme.Shop.open(Shop.java:10)\n\
         \tat com.acme.Main.main(Main.java:5)\nCaused by: java.io.IOException: reset\n\tat com.acme.Net.read(Net.java:7)\n\
         \t... 2 more\n\tSuppressed: java.io.IOException: close\n\t\tat com.acme.Net.close(Net.java:9)\nSuppressed: a.B: c\n\
         \tat a.B.c(B.java:1)\nCaused by: a.B: c\n... 12 common frames omitted",
    ),
    (
        "Java, a nested exception",
        "a.SendFailedException: Invalid Addresses;\n  nested exception is:\na.smtp.AddressFailedException: 550 no\n\n\
         \tat a.Mail.send(Mail.java:2)\nCaused by: a.smtp.AddressFailedException: 550 no\n\n\tat a.Smtp.rcpt(Smtp.java:3)",
    ),
    (
        "Python",
        "Traceback (most recent call last):\n  File \"/app/main.py\", line 10, in run\n    start()\n    ~~~~~^^\n\
         \x20 File \"/app/main.py\", line 4, in start\n    raise KeyError('a')\nKeyError: 'a'",
    ),
    (
        "Python, chained",
        "ERROR 12:00 Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    f()\nasyncio.exceptions.CancelledError\n\n\
         During handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n\
         \x20 File \"b.py\", line 2, in g\n    g()\nTimeoutError: late\n\nThe above exception was the direct cause of the \
         following exception:\n\nTraceback (most recent call last):\n  File \"c.py\", line 3, in h\nacme.errors.Late: late",
    ),
    (
        "Python, SQLAlchemy",
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nsqlalchemy.exc.ProgrammingError: \
         (psycopg2.errors.UndefinedTable) relation \"x\" does not exist\nLINE 1: SELECT * FROM x\n                      ^\n\n\
         [SQL: SELECT * FROM x]\n(Background on this error at: https://sqlalche.me/e/20/f405)",
    ),
    (
        "Python, a group",
        "  + Exception Group Traceback (most recent call last):\n  |   File \"a.py\", line 1, in <module>\n  | ExceptionGroup: two\n\
         \x20 +-+---------------- 1 ----------------\n    | ValueError: 1\n    +------------------------------------",
    ),
    (
        "Go",
        "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation \
         code=0x1 addr=0x0 pc=0x1]\n\ngoroutine 1 [running]:\nmain.(*Server).serve(0xc000012345, {0x1, 0x2})\n\
         \t/src/main.go:10 +0x1f\nmain.main()\n\t/src/main.go:5 +0x2f\ncreated by main.init in goroutine 7\n\t/src/main.go:1 +0x3f\n\n\
         goroutine 18 [chan receive, 2 minutes]:\nruntime.gopark(...)\n\t/go/proc.go:1\n\nrax    0x0\nrip    0x46\nexit status 2",
    ),
    (
        "Go, a server",
        "2025/09/14 04:54:36 http: panic serving 10.0.0.1:5: no\ngoroutine 24 [running]:\nnet/http.(*conn).serve.func1(0xc0)\n\
         \t/go/server.go:1 +0xd0",
    ),
    (
        "Go, a deadlock",
        "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\nmain.main()\n\t/a.go:3",
    ),
    (
        "Node.js",
        "/app/server.js:10\n    throw new TypeError('no');\n    ^\n\nTypeError: no\n    at run (/app/server.js:10:11)\n\
         \x20   at node:internal/main:1:1 {\n  code: 'E_NO'\n}\n\nNode.js v20.1.0",
    ),
    ("JavaScript", "Error\n    at bar (<anonymous>:3:9)\n    at http://x/y.js?z:87:14"),
    (
        "Ruby",
        "app/models/user.rb:10:in `name': undefined method `x' for nil (NoMethodError)\n\tfrom app/models/user.rb:3:in `y'\n\
         \tfrom bin/run:3:in `<main>'",
    ),
    (
        "Rails",
        "NoMethodError (undefined method `name' for nil):\n  \n  app/a.rb:1:in `b'\napp/models/user.rb:10:in `name'\n\
         app/models/user.rb:3:in 'User#y'",
    ),
    (
        "PHP",
        "PHP Fatal error:  Uncaught Exception: no in /app/a.php:5\nStack trace:\n#0 /app/a.php(9): f()\n#1 {main}\n\n\
         Next Exception: more in /app/a.php:7\nStack trace:\n#0 {main}\n  thrown in /app/a.php on line 5",
    ),
    (
        "Laravel",
        "[2025-09-14 04:54:36] production.ERROR: no {\"exception\":\"[object] (Exception(code: 0): no at /a.php:1)\n\
         [stacktrace]\n#0 /app/a.php(9): f()\n#1 {main}\n\"}",
    ),
    (
        "C#",
        "Unhandled exception. System.InvalidOperationException: outer ---> System.Exception: inner\n\
         \x20  at A.B.C() in /a/B.cs:line 33\n   --- End of inner exception stack trace ---\n   at A.B.D() in /a/B.cs:line 3\n\
         --- End of stack trace from previous location ---\n   at A.B.E()",
    ),
    (
        "Rust",
        "thread 'main' (17) panicked at src/main.rs:10:5:\nno session\nstack backtrace:\n   0: std::panicking::begin\n\
         \x20            at /rustc/panicking.rs:1:1\n   1: acme::main\nnote: Some details are omitted, run with `RUST_BACKTRACE=full`",
    ),
    ("Rust, as it was", "thread 'a' panicked at 'no session', src/main.rs:10:5\nnote: run with `RUST_BACKTRACE=1`"),
    ("Rust, an error with causes", "Error: cannot start\n\nCaused by:\n    0: no file\n    1: no directory"),
    (
        "Dart",
        "Unhandled exception:\nInstance of 'MyError'\n#0      main.<anonymous closure> (file:///a.dart:15:20)\n\
         #1      main (file:///a.dart:15:3)\n<asynchronous suspension>",
    ),
    ("JSON over lines", "2025-09-14 got {\n  \"a\": [\n    1\n  ]\n}"),
    ("no trace, only indented", "usage: acme\n  --help\n\t--version"),
];

fn texts(records: Vec<(u64, Kept)>) -> Vec<String> {
    let text = |(_, kept)| match kept {
        Kept::Text(text) => text,
        other => panic!("{other:?}"),
    };
    records.into_iter().map(text).collect()
}

#[test]
fn a_trace_is_one_record() {
    for (language, trace) in TRACES {
        for ordinary in ["INFO ready", "2025-09-14T04:54:36Z GET / 200", "[Sun Dec 04 04:47:44 2005] [notice] ok"] {
            for gap in ["\n", "\n\n"] {
                let text = format!("{ordinary}{gap}{trace}{gap}{ordinary}{gap}{trace}\n");
                let expected = [ordinary, trace, ordinary, trace].map(str::to_owned).to_vec();
                assert_eq!(texts(read(text.as_bytes())), expected, "{language}");
                assert_eq!(texts(read(text.replace('\n', "\r\n").as_bytes())), expected, "{language}");
            }
        }
    }
}

#[test]
fn one_trace_behind_the_other() {
    let text = TRACES.iter().map(|(_, trace)| format!("{trace}\n"));
    let expected: Vec<String> = text.clone().map(|text| text.trim_end().to_owned()).collect();
    for (read, expected) in texts(read(text.collect::<String>().as_bytes())).iter().zip(&expected) {
        assert_eq!(read, expected);
    }
}

#[test]
fn lines_that_begin_with_a_time_or_a_severity_are_records_however_far_they_are_indented() {
    for text in
        [" INFO one\n WARN two\nERROR three", "  2025-09-14 04:54 a\n  2025/09/14 b\n [04:54:36] c\n\t04:54:36.123 d"]
    {
        assert_eq!(read(text.as_bytes()).len(), text.lines().count(), "{text}");
    }
}

#[test]
fn a_record_of_text_is_bounded() {
    let text = format!(
        "panic: no\n\ngoroutine 1 [running]:\n{}last line\n",
        "main.main()\n\t/src/main.go:5 +0x2f\n".repeat(2_500)
    );
    let records = read(text.as_bytes());
    assert_eq!(records.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 1001, 2001, 3001, 4001, 5001, 5004]);
    let long = format!("Error: x\n{}", format!("    {}\n", "y".repeat(100_000)).repeat(5));
    let records = read_with(LIMITS, Cursor::new(long.into_bytes()));
    assert_eq!(records.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4, 6]);
}

/// Each of these is one record, and what is logged in front of it and behind it is another.
#[test]
fn what_a_logger_writes_of_something_thrown_is_one_record() {
    for logged in [
        "ERROR:root:payment failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: no",
        "WARNING:root:payment failed\n  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: two\n  \
         +-+---------------- 1 ----------------\n    | ValueError: 1\n    +------------------------------------",
        "2025-09-14 04:00:00 [ERROR] app: failed\njava.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\nCaused by: a.D: e\n\t\
         at a.B.d(B.java:2)",
        "2025-09-14 04:00:00 ERROR PaymentException: failed\njava.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)",
        "2025-09-14 04:00:00 ERROR failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: first line\n\
         second line\nthird line",
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: first line\nsecond line",
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: no\na note\nanother note",
        "java.lang.IllegalStateException: a\nb\nc: d\n\tat a.B.c(B.java:1)",
        "2025-09-14 04:00:00 ERROR x java.lang.IllegalStateException: a\nb\n\tat a.B.c(B.java:1)",
        "node:internal/process/promises:288\n            triggerUncaughtException(err, true /* fromPromise */);\n            ^\n\n\
         [UnhandledPromiseRejection: This error originated either by throwing inside of an async function] {\n  code: 'ERR'\n}\n\n\
         Node.js v18.0.0",
        "/app/a.js:1\nthrow 'x'\n^\nx\n(Use `node --trace-uncaught ...` to show where the exception was thrown)\n\nNode.js v20.1.0",
        "(node:1) Warning: something old\n(Use `node --trace-warnings ...` to show where the warning was created)",
    ] {
        let (before, behind) = ("2025-09-14 03:00:00 INFO ready", "2025-09-14 05:00:00 INFO on");
        let text = format!("{before}\n{logged}\n{behind}\n");
        assert_eq!(texts(read(text.as_bytes())), [before, logged, behind], "{logged}");
        let json = "{\"message\":\"x\"}";
        let text = format!("{json}\n{logged}\n{json}\n{logged}\n{json}\n");
        let records: Vec<_> =
            read(text.as_bytes()).into_iter().filter(|(_, kept)| matches!(kept, Kept::Text(_))).collect();
        assert_eq!(texts(records), [logged, logged], "{logged}");
    }
}

#[test]
fn what_only_stands_behind_something_thrown_is_a_record_of_its_own() {
    let go = "panic: one\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:3 +0x1";
    for (text, expected) in [
        (
            format!("{go}\nexit status 2\n{go}\n{go}"),
            vec![format!("{go}\nexit status 2"), go.to_owned(), go.to_owned()],
        ),
        ("panic: one\npanic: two".to_owned(), vec!["panic: one".to_owned(), "panic: two".to_owned()]),
        (
            "INFO ready\nTraceback (most recent call last):\n  File \"a\"\nE: x".to_owned(),
            vec!["INFO ready".to_owned(), "Traceback (most recent call last):\n  File \"a\"\nE: x".to_owned()],
        ),
        ("Error: x\nretrying\nconnected".to_owned(), vec!["Error: x".into(), "retrying".into(), "connected".into()]),
        (
            "Traceback (most recent call last):\n  File \"a\"\nE: x\nretrying\nconnected".to_owned(),
            vec![
                "Traceback (most recent call last):\n  File \"a\"\nE: x".to_owned(),
                "retrying".into(),
                "connected".into(),
            ],
        ),
        (
            "E.Error: x\nretrying\n  indented\nconnected".to_owned(),
            vec!["E.Error: x".to_owned(), "retrying\n  indented".into(), "connected".into()],
        ),
    ] {
        assert_eq!(texts(read(text.as_bytes())), expected, "{text}");
    }
    let many = format!("a.BError: x\n{}\tat a.B.c(B.java:1)\n", "more\n".repeat(40));
    assert_eq!(texts(read(many.as_bytes())).len(), 41, "no more lines are held back than so many");
}
