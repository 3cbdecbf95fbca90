//! What runtimes print of what nothing caught.

use super::*;

#[test]
fn a_crash_that_no_logger_announced_is_an_error() {
    for line in [
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: INFO is no level",
        "  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: two (2 sub-exceptions)",
        "Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call first):",
        "Exception in thread \"main\" java.lang.IllegalStateException: no",
        "Exception in thread Thread-1 (run):\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\nE: no",
        "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:",
        "panic: DEBUG is no level",
        "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\nmain.main()\n\t/a.go:3",
        "2025/09/14 04:54:36 http: panic serving 10.0.0.1:5: no\ngoroutine 24 [running]:\nmain.f()\n\t/a.go:1",
        "SIGQUIT: quit\nPC=0x46 m=0 sigcode=0",
        "thread 'main' panicked at src/main.rs:10:5:\nno session",
        "thread '<unnamed>' (17) panicked at src/main.rs:10:5:\nINFO is no level",
        "thread 'a' panicked at 'no session', src/main.rs:10:5",
        "PHP Fatal error:  Uncaught Exception: no in /app/a.php:5\nStack trace:\n#0 {main}\n  thrown in /app/a.php on line 5",
        "[14-Sep-2025 04:54:36 UTC] PHP Fatal error:  Uncaught Exception: no in /app/a.php:5",
        "Fatal error: Uncaught Exception: no in /app/a.php:5",
        "PHP Parse error:  syntax error, unexpected end of file in /app/a.php on line 5",
        "app.rb:10:in `name': undefined method `x' for nil (NoMethodError)\n\tfrom app.rb:3:in `<main>'",
        "bin/shop:10:in 'Shop::Cart#add': no session (Shop::NoSession)",
        "app.rb:10:in 'Object#name': unhandled exception",
        "/app/a.js:1\nthrow 'x'\n^\nx\n(Use `node --trace-uncaught ...` to show where the exception was thrown)\n\nNode.js v20.1.0",
        "/app/a.js:1\n  throw new TypeError('no');\n  ^\n\nTypeError: no\n    at run (/app/a.js:1:9)",
        "node:internal/process/promises:288\n            triggerUncaughtException(err, true /* fromPromise */);\n            ^",
        "Unhandled exception. System.InvalidOperationException: no\n   at A.B.C() in /a/B.cs:line 33",
        "Unhandled Exception: System.InvalidOperationException: no\n  at A.B.C ()",
        "System.InvalidOperationException: no\n   at A.B.C() in /a/B.cs:line 33",
        "exception 'Exception' with message 'no' in /app/a.php:5\nStack trace:\n#0 /app/a.php(9): f()\n#1 {main}",
        "Unhandled exception:\nInstance of 'MyError'\n#0      main (file:///a.dart:15:3)",
        "terminate called after throwing an instance of 'std::runtime_error'\n  what():  no",
        // Whatever their files are called.
        "Fastfile:12:in 'block': no (RuntimeError)",
        "Test.rb:12:in `x': no (RuntimeError)\n\tfrom Test.rb:15:in `y'",
        "SIGSEGV: segmentation violation",
        "terminate called without an active exception",
        // Behind what tools put in front of lines.
        "2025-09-14T04:54:36.123456789Z panic: no",
        "2025-09-14T04:54:36.123456789Z stderr F thread 'main' panicked at src/main.rs:10:5:",
        "[pod/web-7f/web] Traceback (most recent call last):",
        "[pod/web-7f/web] 2025-09-14T04:54:36.123Z panic: no",
        "web-1    | Unhandled exception. System.Exception: no",
        "server-1  | panic: no",
        "\u{1b}[31mpanic: no\u{1b}[0m",
    ] {
        assert_eq!(text::guess(line).0.name(), "ERROR", "{line}");
    }
}

#[test]
fn what_a_logger_or_php_says_holds_and_what_only_speaks_of_a_crash_is_none() {
    for (line, severity) in [
        ("PHP Warning:  Undefined variable $ERROR in /app/a.php on line 3", "WARNING"),
        ("PHP Notice:  x in /app/a.php on line 3", "NOTICE"),
        ("PHP Deprecated:  x in /app/a.php on line 3", "INFO"),
        ("[14-Sep-2025 04:54:36 Europe/Berlin] PHP Warning:  x in /app/a.php on line 3", "WARNING"),
        ("[error] PHP Warning:  x in /app/a.php on line 3", "ERROR"),
        ("PHP 8.3.1 Development Server (http://localhost:8000) started", "DEFAULT"),
        ("[INFO] panic: recovered", "INFO"),
        ("2025-09-14T04:54:36Z [warn] Traceback (most recent call last):", "WARNING"),
        ("FATAL panic: no", "CRITICAL"),
        ("panic: CRITICAL disk", "CRITICAL"),
        ("no panic: all is well", "DEFAULT"),
        ("thread 'main' started", "DEFAULT"),
        ("the traceback (most recent call last) is below", "DEFAULT"),
        ("loaded app.rb:10:in `name': ok (fine)", "DEFAULT"),
        ("app.rb:10:in `name': ok (fine)", "DEFAULT"),
        ("a.rb:3: warning: unused (Ruby)", "DEFAULT"),
        ("goroutine 1 [running]:\nmain.main()\n\t/a.go:3\n\ngoroutine 2 [select]:", "DEFAULT"),
        ("fatal error: no such file", "DEFAULT"),
        ("a | panic | b", "DEFAULT"),
        // What a logger tells of is as bad as that says.
        ("[warn] slow\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\nE: no", "WARNING"),
        ("[warn] slow\njava.io.IOException: no\n\tat a.B.c(B.java:1)", "WARNING"),
        ("[warn] 2 files\n  panics: none", "WARNING"),
        ("Exception count by host:\n  at host1 3", "DEFAULT"),
        ("No Exceptions found\n   at all (of them)", "DEFAULT"),
        ("ExceptionFilter: registered\n   at startup", "DEFAULT"),
        ("terminate called by operator request", "DEFAULT"),
        ("SIGQUIT: quit received, going down gracefully", "DEFAULT"),
        ("Starting\n  (node) triggerUncaughtException( installed", "DEFAULT"),
        ("thread 'x' finished (ok) panicked at nothing", "DEFAULT"),
        ("Exception in thread pool count INFO", "INFO"),
        ("meetings\n   at noon\n   at five", "DEFAULT"),
        ("  panic: of what is indented nothing is known", "DEFAULT"),
        ("[", "DEFAULT"),
        ("[] ", "DEFAULT"),
    ] {
        assert_eq!(text::guess(line).0.name(), severity, "{line}");
    }
}
