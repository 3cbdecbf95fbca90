//! Lines of text to records: the lines of a stack trace stay together.
//!
//! Modelled on the rules of fluent-plugin-detect-exceptions
//! (<https://github.com/GoogleCloudPlatform/fluent-plugin-detect-exceptions>), for Java, Python, Go, Node, Ruby, PHP, C# and Rust.

/// Lines of one record at most.
const LINES: usize = 1_000;

/// What the record has been so far, as far as it decides what may follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Plain,
    /// After `Traceback …` or its frames: the exception's line is to come.
    Frames,
    /// After the exception's line; another trace may be chained to it.
    Raised,
    /// After `panic: …`, or inside goroutines.
    Go,
    /// After `thread … panicked at`, whose message is on the next line.
    Rust,
}

/// Decides line by line whether a line goes on with the record before it.
#[derive(Debug, Default)]
pub(super) struct Joiner {
    state: State,
    lines: usize,
}

impl Joiner {
    /// Whether the line belongs to the record of the lines before it.
    pub(super) fn continues(&mut self, line: &str) -> bool {
        let is_first = self.lines == 0;
        let joins = !is_first && self.lines < LINES && self.joins(line);
        if !joins {
            self.lines = 0;
            self.state = State::Plain;
        }
        self.lines += 1;
        self.state = next(self.state, line, joins);
        joins
    }

    fn joins(&self, line: &str) -> bool {
        let text = line.trim_start();
        if line.starts_with([' ', '\t']) && !text.is_empty() {
            return true;
        }
        let always = [
            "Caused by: ",
            "Suppressed: ",
            "... ",
            "Stack trace:",
            "stack backtrace:",
            "note: run with `RUST_BACKTRACE",
        ];
        if always.iter().any(|start| text.starts_with(start)) || is_php_frame(text) {
            return true;
        }
        match self.state {
            State::Plain => false,
            State::Frames => !text.is_empty(),
            State::Raised => is_chain(text),
            State::Rust => true,
            State::Go => is_go(text),
        }
    }
}

fn next(before: State, line: &str, joins: bool) -> State {
    let text = line.trim_start();
    if text.starts_with("Traceback (most recent call last)") {
        return State::Frames;
    }
    if text.starts_with("panic: ") || text.starts_with("fatal error: ") || is_goroutine(text) {
        return State::Go;
    }
    if text.starts_with("thread '") && text.contains("panicked at") {
        return State::Rust;
    }
    match before {
        _ if !joins => State::Plain,
        State::Frames if !line.starts_with([' ', '\t']) => State::Raised,
        State::Rust if line.trim().is_empty() => State::Plain,
        State::Rust => State::Plain,
        other => other,
    }
}

fn is_chain(text: &str) -> bool {
    text.is_empty()
        || text.starts_with("During handling of the above exception")
        || text.starts_with("The above exception was the direct cause")
        || text.starts_with("Traceback (most recent call last)")
}

fn is_goroutine(text: &str) -> bool {
    text.starts_with("goroutine ") && text.trim_end().ends_with(':')
}

fn is_go(text: &str) -> bool {
    text.is_empty()
        || is_goroutine(text)
        || text.starts_with("[signal ")
        || text.starts_with("created by ")
        || text.starts_with("exit status ")
        || (text.trim_end().ends_with(')') && text.contains('.') && !text.contains(": "))
}

fn is_php_frame(text: &str) -> bool {
    let digits = text.strip_prefix('#').map_or("", |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    text.starts_with('#') && digits.len() < text.len() - 1 && digits.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<String> {
        let mut joiner = Joiner::default();
        let mut records: Vec<String> = Vec::new();
        for line in text.lines() {
            if joiner.continues(line) && !records.is_empty() {
                let last = records.last_mut().unwrap();
                last.push('\n');
                last.push_str(line);
            } else {
                records.push(line.to_owned());
            }
        }
        records
    }

    #[test]
    fn traces_stay_whole_and_their_neighbours_apart() {
        for trace in [
            "java.lang.RuntimeException: boom\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\nCaused by: java.io.IOException: x\n\tat e.F.g(F.java:3)\n\t... 2 more",
            "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    g()\nValueError: bad\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"b.py\", line 3\nKeyError: 'x'",
            "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:12 +0x1d\ncreated by main.start\n\t/app/main.go:3 +0x1",
            "TypeError: x is undefined\n    at f (/app/a.js:1:2)\n    at /app/b.js:3:4",
            "a.rb:3:in `f': boom (RuntimeError)\n\tfrom a.rb:9:in `<main>'",
            "PHP Fatal error:  Uncaught Exception: x in /a.php:3\nStack trace:\n#0 /a.php(9): f()\n#1 {main}\n  thrown in /a.php on line 3",
            "Unhandled exception. System.Exception: x\n   at A.B() in /a.cs:line 3\n   at A.Main()",
            "thread 'main' panicked at src/main.rs:2:5:\nindex out of bounds\nstack backtrace:\n   0: f\n             at ./a.rs:1\nnote: run with `RUST_BACKTRACE=full` for more",
        ] {
            let text = format!("one ordinary line\n{trace}\n2025-01-01 INFO next\nlast");
            assert_eq!(records(&text), ["one ordinary line", trace, "2025-01-01 INFO next", "last"], "{trace}");
        }
    }
}
