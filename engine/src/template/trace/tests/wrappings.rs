//! What stands around traces: other messages, decoration on every line, escapes, lost indentation, lost ends.

use super::{check, of};

const PYTHON: &str = "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in run\n    load(17)\n  File \"/app/handlers.py\", \
                      line 9, in load\n    raise ValueError(id)\nValueError: 17";
const JAVA: &str = "java.lang.IllegalStateException: x 17\n\tat com.acme.Orders.load(Orders.java:12)\n\tat java.lang.Thread.run(Thread.java:8)\n\t\
                    at com.acme.Api.show(Api.java:3)\nCaused by: java.io.IOException: gone\n\tat com.acme.Store.read(Store.java:3)\n\t... 2 more";
const GO: &str = "panic: boom\n\ngoroutine 7 [running]:\nmain.load(0xc000, 0x1)\n\t/app/main.go:9 +0x1f\nmain.main()\n\t/app/main.go:4 +0x2";
const NODE: &str = "TypeError: x is not a function\n    at load (/app/handlers.js:3:9)\n    at /app/node_modules/express/x.js:1:2\n    at run \
                    (/app/main.js:9:1)";
const RUBY: &str = "KeyError (key not found: 17):\n\napp/handlers.rb:3:in `load'\napp/main.rb:9:in `run'";
const PHP: &str = "PHP Fatal error:  Uncaught ErrorException: x in /srv/Orders.php:3\nStack trace:\n#0 /srv/Api.php(9): Acme\\Orders->load(17)\n#1 \
                   /srv/index.php(3): Acme\\Api->show()\n#2 {main}";
const DOTNET: &str = "System.InvalidOperationException: x\n   at Acme.Orders.Load(Int32 id) in /src/Orders.cs:line 3\n   at Acme.Api.Show() in \
                      /src/Api.cs:line 9";

const ALL: [(&str, &str); 7] = [
    ("ValueError in handlers.load < main.run", PYTHON),
    ("IllegalStateException caused by IOException in Store.read", JAVA),
    ("panic in main.load < main.main", GO),
    ("TypeError in handlers.load < main.run", NODE),
    ("KeyError in handlers.load < main.run", RUBY),
    ("ErrorException in Orders.load < Api.show", PHP),
    ("InvalidOperationException in Orders.Load < Api.Show", DOTNET),
];

fn check_all(change: impl Fn(&str) -> String) {
    for (expected, text) in ALL {
        check(&[(expected, &change(text))]);
    }
}

#[test]
fn as_they_are() {
    check_all(str::to_owned);
}

#[test]
fn behind_a_message_and_before_one() {
    check_all(|text| format!("failed to process order 17\n{text}"));
    check_all(|text| {
        format!("2025-11-26T10:00:00.123Z ERROR [worker-3] com.acme.Orders: failed to load order 17\n\n{text}\n")
    });
    check_all(|text| format!("{text}\nretrying in 30 s"));
}

#[test]
fn in_one_line_of_escapes() {
    let escaped = |text: &str| text.replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    check_all(escaped);
    check_all(|text| text.replace('\n', "\\r\\n"));
    check_all(|text| text.replace('\n', "#012").replace('\t', "#011"));
    check_all(|text| format!("{{\"level\":\"error\",\"stack\":\"{}\"}}", escaped(text)));
    // Lines of a trace that itself holds escapes.
    check_all(|text| format!("split(\"\\n\") failed\n{text}"));
}

#[test]
fn a_message_reads_the_same_with_its_escapes() {
    let text = "java.lang.RuntimeException: java.io.IOException: no \"route\" 17;\n  nested exception is:\njava.net.BindException: x\n\tat \
                org.apache.Http.get(Http.java:1)";
    let expected = "RuntimeException: IOException: no \"<*>\" <*>; in Http.get";
    let escaped = text.replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    check(&[
        (expected, text),
        (expected, &escaped),
        (expected, &format!("{{\"level\":\"error\",\"stack\":\"{escaped}\"}}")),
    ]);
}

#[test]
fn decorated_on_every_line() {
    for decoration in [
        "2025-11-26 10:00:00,123 ERROR ",
        "[2025-11-26T10:00:00Z] [error] [worker-3] ",
        "2025-11-26T10:00:00.123456789Z stderr F ",
        "web-1  | ",
        "10:00:00.123 [http-nio-8080-exec-7] ERROR acme.orders - ",
        "Nov 26 10:00:00 ",
        "E1126 10:00:00.123456   17 server.go:45] ",
        "10:00:00.123 [http-nio-8080-exec-7] ERROR ",
        "Mär 23 09:42:24 vm-1 app[31159]: ",
    ] {
        check_all(|text| text.lines().map(|line| format!("{decoration}{line}\n")).collect());
    }
}

#[test]
fn without_indentation() {
    check_all(|text| text.lines().map(|line| format!("{}\n", line.trim())).collect());
    check_all(|text| text.lines().map(|line| format!("      {line}\n")).collect());
}

#[test]
fn cut_off_at_the_end() {
    // Of these the application's innermost frame and the type stand first.
    let kept = |text: &str, lines: usize| text.lines().take(lines).collect::<Vec<_>>().join("\n");
    check(&[
        ("TypeError in handlers.load", &kept(NODE, 2)),
        ("InvalidOperationException in Orders.Load", &kept(DOTNET, 2)),
        ("panic in main.load", &kept(GO, 5)),
        ("IllegalStateException in Orders.load < Api.show", &kept(JAVA, 4)),
        ("ErrorException in Orders.load", &kept(PHP, 3)),
    ]);
    for (_, text) in ALL {
        for (end, _) in text.char_indices() {
            of(&text[..end]);
        }
    }
}

#[test]
fn after_redaction() {
    check(&[
        (
            "ValueError in handlers.load < main.run",
            &PYTHON
                .replace("load(17)", "load(token=REDACTED)")
                .replace("ValueError: 17", "ValueError: ***@example.com"),
        ),
        ("IllegalStateException caused by IOException in Store.read", &JAVA.replace("x 17", "password=REDACTED")),
    ]);
}
