//! Which lines belong to the one before them.
//!
//! A line that is indented does. Of those that are not, stack traces have some: which ones depends on what came before. The
//! rules are those of Google's `fluent-plugin-detect-exceptions`
//! (<https://github.com/GoogleCloudPlatform/fluent-plugin-detect-exceptions>), with a few more languages.

use aho_corasick::packed::Searcher;
use gardener_engine::entry::LogSeverity;
use memchr::memmem::{self, Finder};

use super::shape::{
    begins_go, begins_record, begins_ruby, begins_traceback, begins_with_named, begins_with_thrown, body, is_caret,
    is_closing, is_end_of_group, is_frame, is_go_call, is_go_panic, is_indented, is_node_place, is_php_exception,
    is_python_exception, is_rails_header, is_register, is_ruby_frame, is_rust_panic, names_exception, numbered_frame,
    starts_with_any,
};

/// Bytes of a line in which its level is looked for.
const FRONT: usize = 240;

/// What [`Trace::mentioned`] asks for: a line with none of it mentions nothing.
const MENTIONED: [&str; 11] = [
    "Traceback (most recent call last):",
    "goroutine ",
    "panic",
    "thread '",
    "PHP ",
    "' with message '",
    ".rb:",
    "Exception",
    "Error",
    "Throwable",
    "V8 errors stack trace",
];

/// How PHP tells of what nothing caught, in its log and in its output.
const UNCAUGHT_IN_PHP: [&str; 2] = ["PHP Fatal error:  Uncaught ", "Fatal error: Uncaught "];
/// How Java, .NET and Mono do, with what was thrown on the same line,
const UNHANDLED: [&str; 3] = ["Exception in thread \"", "Unhandled exception. ", "Unhandled Exception: "];
/// and Dart, with it on the next.
const UNHANDLED_IN_DART: &[u8] = b"Unhandled exception:";

/// What was seen of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing special.
    Plain,
    /// The name of an exception; frames may follow.
    Exception,
    /// Frames as Java, JavaScript and .NET write them.
    Frames,
    /// The next line belongs to it whatever it is, and then comes the other state.
    NextLine(Next),
    /// A Python traceback, up to its last line.
    Python,
    /// The last line of a traceback.
    PythonEnd,
    /// The sentence that connects a traceback to the next.
    PythonChain,
    Php,
    /// Frames with a number, of PHP and Dart.
    Numbered,
    /// A Go panic, or a Go frame.
    Go,
    Rust,
    Ruby,
    /// Node.js shows the place first,
    Node,
    /// then the line of code,
    NodeCode,
    /// then marks below it. What was thrown comes next, whatever it is.
    NodeCaret,
}

/// Whether a line belongs to the record before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Yes,
    /// It does not, and this is what it begins.
    No(Begun),
    /// It may be more of the message of what was thrown.
    Perhaps,
}

/// The trace that a line surely begins, if it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Begun(Option<State>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Exception,
    Numbered,
    Rust,
}

/// Where the lines of a record stand in a stack trace.
#[derive(Debug)]
pub(super) struct Trace {
    state: State,
    /// Whether the line before was indented.
    indented: bool,
    /// Whether the record begins as records of a logger do, so that what does not begin so is none of its own.
    framed: bool,
    /// Finds what a line must speak of to be of any trace, which hardly any does.
    any: Option<Searcher>,
    exceptions: [Finder<'static>; 3],
    traceback: Finder<'static>,
    panic: Finder<'static>,
    thread: Finder<'static>,
    php: Finder<'static>,
    php_uncaught: Finder<'static>,
}

impl Trace {
    pub(super) fn new() -> Self {
        Self {
            state: State::Plain,
            indented: false,
            framed: false,
            any: Searcher::new(MENTIONED),
            exceptions: ["Exception", "Error", "Throwable"].map(Finder::new),
            traceback: Finder::new("Traceback (most recent call last):"),
            panic: Finder::new("panic"),
            thread: Finder::new("thread '"),
            php: Finder::new("PHP "),
            php_uncaught: Finder::new("' with message '"),
        }
    }

    /// Starts over with the first line of a record.
    pub(super) fn begin(&mut self, line: &[u8]) {
        self.begin_as(line, Begun(begun(line)));
    }

    /// The same where it is known what the line begins.
    pub(super) fn begin_as(&mut self, line: &[u8], begun: Begun) {
        self.indented = false;
        self.framed = begins_record(line);
        self.state = begun.0.unwrap_or_else(|| self.mentioned(line));
    }

    fn first_state(&self, line: &[u8]) -> State {
        begun(line).unwrap_or_else(|| self.mentioned(line))
    }

    /// What a line speaks of that may begin with something else, such as a time.
    fn mentioned(&self, line: &[u8]) -> State {
        if self.any.as_ref().is_some_and(|any| any.find(line).is_none()) {
            return State::Plain;
        }
        let has = |finder: &Finder<'_>| finder.find(line).is_some();
        let php = ["PHP Fatal error:", "PHP Parse error:", "PHP Warning:", "PHP Notice:", "PHP Deprecated:"];
        if has(&self.traceback) {
            State::Python
        } else if is_go_panic(line, &self.panic) {
            State::Go
        } else if has(&self.thread) && memmem::find(line, b"panicked at").is_some() {
            of_rust(line)
        } else if has(&self.php) && php.iter().any(|text| memmem::find(line, text.as_bytes()).is_some())
            || has(&self.php_uncaught)
        {
            State::Php
        } else if is_rails_header(line) || is_ruby_frame(line) {
            State::Ruby
        } else if names_exception(line, &self.exceptions) || line == b"V8 errors stack trace" {
            State::Exception
        } else {
            State::Plain
        }
    }

    /// Whether blank lines may stand within the record here.
    pub(super) fn bridges_gaps(&self) -> bool {
        !matches!(self.state, State::Plain | State::Python)
    }

    /// Whether a line that is not blank belongs to the record; `gap` says that blank lines stand in front of it, `first` is the
    /// record's line if it has but one.
    pub(super) fn goes_on_with(&mut self, line: &[u8], gap: bool, first: Option<&[u8]>) -> Verdict {
        let is_next_traceback = begins_traceback(line) && self.state != State::PythonChain;
        if !is_next_traceback && self.is_more(line, gap) {
            return Verdict::Yes;
        }
        // Loggers write what was thrown on the lines behind the message. What ended a program is no logger's.
        let is_logged = || !gap && first.is_some_and(announces) && !is_uncaught(line);
        match begun(line) {
            Some(thrown) if is_logged() || !gap && first.is_some_and(leaves_unhandled) && is_thrown(line) => {
                self.state = thrown;
                Verdict::Yes
            }
            Some(thrown) => Verdict::No(Begun(Some(thrown))),
            None if self.may_go_on_with(line, gap) => Verdict::Perhaps,
            // Only frames tell whether a name is that of what was thrown.
            None if begins_with_named(line) && !first.is_some_and(begins_with_named) && is_logged() => {
                self.state = State::Exception;
                Verdict::Perhaps
            }
            None => Verdict::No(Begun(None)),
        }
    }

    /// Whether a line may be more of the message of what was thrown.
    pub(super) fn may_go_on_with(&self, line: &[u8], gap: bool) -> bool {
        matches!(self.state, State::Exception | State::PythonEnd)
            && !(gap || is_indented(line) || begins_record(line))
            && self.first_state(line) == State::Plain
    }

    /// Whether lines that may be more of a message are, as the line behind them tells.
    pub(super) fn confirms(&self, line: &[u8]) -> bool {
        match self.state {
            State::Exception => {
                is_indented(line) && is_frame(body(line))
                    || starts_with_any(line, &["Caused by:", "Stack trace:", "[stacktrace]"])
                    || numbered_frame(line) == Some(0)
            }
            State::PythonEnd => self.framed || begins_record(line),
            _ => false,
        }
    }

    /// Whether they are where a record follows that is no text, or nothing.
    pub(super) fn confirms_at_end(&self, is_followed: bool) -> bool {
        self.state == State::PythonEnd && (self.framed || is_followed)
    }

    fn is_more(&mut self, line: &[u8], gap: bool) -> bool {
        if let Some(state) = self.next_of_node(line, gap) {
            self.state = state;
            return true;
        }
        if self.state == State::PythonChain && begins_traceback(line) {
            self.state = State::Python;
            return true;
        }
        if let State::NextLine(next) = self.state
            && !gap
        {
            self.state = match next {
                Next::Exception => State::Exception,
                Next::Numbered => State::Numbered,
                Next::Rust => State::Rust,
            };
            return true;
        }
        if is_indented(line) {
            return self.goes_on_indented(line, gap);
        }
        let closing = self.indented && !gap && is_closing(line);
        self.indented = false;
        if closing || line == b"[stacktrace]" || starts_with_any(line, &["Stack trace:", "PHP Stack trace:"]) {
            if !closing {
                self.state = State::Numbered;
            }
            return true;
        }
        if !gap && numbered_frame(line) == Some(0) {
            self.state = State::Numbered;
            return true;
        }
        if !gap && line.starts_with(b"(Use `node --trace-") {
            return true;
        }
        match self.follows(line, gap) {
            Some(state) => {
                self.state = state;
                true
            }
            None => false,
        }
    }

    /// What Node.js writes in front of what was thrown: the line of code, and marks below it.
    fn next_of_node(&self, line: &[u8], gap: bool) -> Option<State> {
        if begins_record(line) {
            return None;
        }
        match self.state {
            State::Node if !gap => Some(State::NodeCode),
            State::NodeCode if !gap && is_caret(line) => Some(State::NodeCaret),
            State::NodeCaret if !is_indented(line) => Some(State::Exception),
            _ => None,
        }
    }

    fn goes_on_indented(&mut self, line: &[u8], gap: bool) -> bool {
        let body = body(line);
        if begins_record(line) || is_rails_header(body) {
            return false;
        }
        let frame = is_frame(body);
        let bridged = match self.state {
            State::Exception | State::NextLine(_) | State::Ruby | State::NodeCaret | State::Go => true,
            State::Frames => frame,
            _ => false,
        };
        if gap && !bridged {
            return false;
        }
        self.indented = true;
        if body.starts_with(b"nested exception is:") {
            self.state = State::NextLine(Next::Exception);
        } else if self.traceback.find(body).is_some() {
            self.state = State::Python;
        } else if self.state == State::Python && is_end_of_group(body) {
            self.state = State::PythonEnd;
        } else if frame && matches!(self.state, State::Plain | State::Exception) {
            self.state = State::Frames;
        }
        true
    }

    /// What comes of a line that is not indented, if it belongs to the record.
    fn follows(&self, line: &[u8], gap: bool) -> Option<State> {
        let starts = |words: &[&str]| starts_with_any(line, words);
        match self.state {
            State::Plain | State::NextLine(_) | State::PythonChain => None,
            State::Node | State::NodeCode | State::NodeCaret => None,
            State::Exception | State::Frames => {
                let caused = starts(&["Caused by:", "Suppressed:", "nested exception is:"]);
                if caused {
                    Some(State::Exception)
                } else if starts(&["--- End of", "Stack backtrace:", "Node.js v"]) || starts(&["... "]) && !gap {
                    Some(State::Frames)
                } else {
                    (self.state == State::Exception && !gap && is_ruby_frame(line)).then_some(State::Ruby)
                }
            }
            State::Python => (is_python_exception(line) && !begins_record(line)).then_some(State::PythonEnd),
            State::PythonEnd => follows_python(line),
            State::Php => (!gap && numbered_frame(line).is_some()).then_some(State::Numbered),
            State::Numbered if starts(&["Next "]) => Some(State::Php),
            State::Numbered => {
                let xdebug = starts(&["PHP   ", "PHP  "]);
                let more = numbered_frame(line).is_some() || starts(&["<asynchronous suspension>"]) || line == b"\"}";
                (!gap && (more || xdebug)).then_some(State::Numbered)
            }
            State::Go if starts(&["exit status "]) => Some(State::Plain),
            State::Go => {
                let anywhere = starts(&["goroutine ", "[signal ", "runtime stack:", "created by "]);
                let here = is_go_call(line) || starts(&["...additional frames", "runtime: ", "PC="]);
                (anywhere || is_register(line) || !gap && here).then_some(State::Go)
            }
            State::Rust => starts(&["stack backtrace:", "note: "]).then_some(State::Rust),
            State::Ruby => is_ruby_frame(line).then_some(State::Ruby),
        }
    }
}

/// What a line surely begins: a trace, as the runtime of its language begins one where no logger has a part in it.
fn begun(line: &[u8]) -> Option<State> {
    let starts = |words: &[&str]| starts_with_any(line, words);
    // Most lines begin with a time.
    if matches!(line.first(), Some(b'0'..=b'9' | b'[')) {
        None
    } else if begins_traceback(line) {
        Some(State::Python)
    } else if is_indented(line) {
        None
    } else if begins_go(line) {
        Some(State::Go)
    } else if is_rust_panic(line) {
        Some(of_rust(line))
    } else if starts(&UNCAUGHT_IN_PHP) || is_php_exception(line) {
        Some(State::Php)
    } else if begins_ruby(line) {
        Some(State::Ruby)
    } else if line == UNHANDLED_IN_DART {
        Some(State::NextLine(Next::Numbered))
    } else if is_node_place(line) {
        Some(State::Node)
    } else {
        (begins_with_thrown(line) || starts(&UNHANDLED)).then_some(State::Exception)
    }
}

/// What follows a Rust panic: since 1.73 its message stands on the next line.
fn of_rust(line: &[u8]) -> State {
    if line.ends_with(b":") { State::NextLine(Next::Rust) } else { State::Rust }
}

/// Whether a line, behind which something thrown comes, is one of a logger that tells of it.
fn announces(line: &[u8]) -> bool {
    // As Python's garbage collector does, which names no level.
    let of_python = line.starts_with(b"Exception ignored in");
    let front = || String::from_utf8_lossy(line.get(..FRONT).unwrap_or(line));
    begun(line).is_none() && (of_python || LogSeverity::named_in(&front()) >= Some(LogSeverity::Warning))
}

/// Whether a line begins what a runtime prints only of what nothing caught.
fn is_uncaught(line: &[u8]) -> bool {
    let has_said_so = starts_with_any(line, &UNCAUGHT_IN_PHP) || starts_with_any(line, &UNHANDLED);
    let of_go = || begins_go(line) && !line.starts_with(b"goroutine ");
    let of_ruby = || is_ruby_frame(line) && line.trim_ascii_end().ends_with(b")");
    has_said_so || line == UNHANDLED_IN_DART || of_go() || is_rust_panic(line) || is_node_place(line) || of_ruby()
}

/// Whether a line says that nothing handled what stands on the next one: `Exception in thread Thread-1 (work):`,
/// `Unhandled exception in thread started by …`.
fn leaves_unhandled(line: &[u8]) -> bool {
    starts_with_any(line, &["Exception in thread ", "Unhandled exception"])
}

/// Whether a line begins with a traceback, or with what was thrown.
fn is_thrown(line: &[u8]) -> bool {
    begins_traceback(line) || begins_with_thrown(line)
}

/// Behind the last line of a traceback: what SQLAlchemy and PostgreSQL add to it, and the way to the next one.
fn follows_python(line: &[u8]) -> Option<State> {
    const DETAILS: [&str; 8] = [
        "[SQL: ",
        "[parameters: ",
        "[cached since ",
        "(Background on this error at: ",
        "LINE ",
        "DETAIL:",
        "HINT:",
        "CONTEXT:",
    ];
    const CHAIN: [&str; 2] =
        ["During handling of the above exception", "The above exception was the direct cause of the following"];
    if starts_with_any(line, &CHAIN) {
        return Some(State::PythonChain);
    }
    starts_with_any(line, &DETAILS).then_some(State::PythonEnd)
}

#[cfg(test)]
mod tests;
