//! What was thrown: the type of an exception, or what stands for it, and its message.

use super::lines;

/// The type of an exception and its message, as they stand in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kind<'t> {
    /// What stands before the name: `panic`, of languages without exceptions.
    pub(super) prefix: &'static str,
    /// The type, or what the language itself says of the trouble; may be empty.
    pub(super) name: &'t str,
    /// The rest of the first line.
    pub(super) message: &'t str,
}

/// What stands behind the name of a logger: `acme.orders - ValueError: bad id 17`.
pub(super) fn behind_logger(line: &str) -> Option<Kind<'_>> {
    [" - ", "] ", "| ", " : "]
        .iter()
        .find_map(|mark| line.split_once(mark).and_then(|(_, rest)| at_beginning(rest.trim_start())))
}

/// How surely a line names an exception, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// Somewhere in the line.
    Within,
    /// The line begins with what may be a logger as well, `acme.Orders: …`, or with a word of everyday, `Error: …`.
    Word,
    /// The line begins with a type.
    Begins,
    /// The language says that it is one.
    Said,
}

/// Last words of the names of exceptions.
const ENDS: [&str; 20] = [
    "Error",
    "Exception",
    "Warning",
    "Exit",
    "Interrupt",
    "Failure",
    "Fault",
    "Iteration",
    "NotFound",
    "Timeout",
    "Throwable",
    "Rejection",
    "Invalid",
    "Errors",
    "Group",
    "Cancelled",
    "Refused",
    "Denied",
    "Violation",
    "Crash",
];

/// What other loggers and runtimes put before the type.
const BEFORE: [&str; 14] = [
    "Exception in thread \"",
    "Uncaught exception: ",
    "Uncaught ",
    "Unhandled exception. ",
    "Unhandled Exception: ",
    "Unhandled exception: ",
    "UnhandledPromiseRejectionWarning: ",
    "UnhandledPromiseRejection: ",
    "[cause]: ",
    "PHP ",
    "Fatal error: ",
    "(in promise) ",
    "exception: ",
    "Error: Uncaught ",
];

/// What Go's runtime panics with; behind it stand values.
const GO_RUNTIME: [&str; 9] = [
    "assignment to entry in nil map",
    "send on closed channel",
    "close of closed channel",
    "close of nil channel",
    "interface conversion",
    "all goroutines are asleep - deadlock!",
    "concurrent map",
    "sync: ",
    "reflect: ",
];

/// What a line says of an exception, and how surely.
pub(super) fn of_line(line: &str) -> Option<(Kind<'_>, Certainty)> {
    if let Some(kind) = of_go(line).or_else(|| of_rust(line)).or_else(|| of_php(line)) {
        return Some((kind, Certainty::Said));
    }
    let begins = without_prefixes(line);
    if let Some(kind) = at_beginning(begins) {
        let is_word = !ends_like_type(kind.name) || ENDS.contains(&kind.name);
        return Some((kind, if is_word { Certainty::Word } else { Certainty::Begins }));
    }
    // A record of JSON: the text that it holds begins with the type.
    if line.starts_with('{') {
        let of_text = |kind: &Kind<'_>| ends_like_type(kind.name) && !ENDS.contains(&kind.name);
        let mut texts = memchr::memchr_iter(b'"', line.as_bytes()).filter_map(|at| line.get(at + 1..));
        if let Some(kind) = texts.find_map(|text| at_beginning(text).filter(of_text)) {
            return Some((kind, Certainty::Begins));
        }
    }
    within(line).map(|kind| (kind, Certainty::Within))
}

fn without_prefixes(line: &str) -> &str {
    let mut line = line;
    for _ in 0..3 {
        let Some(rest) = BEFORE.iter().find_map(|before| line.strip_prefix(before)) else { break };
        // `Exception in thread "main" java.lang.X`.
        line = rest
            .split_once("\" ")
            .filter(|_| line.starts_with("Exception in"))
            .map_or(rest, |(_, rest)| rest)
            .trim_start();
    }
    line
}

/// `ValueError: bad id 17`, `java.lang.IllegalStateException`, `NoMethodError (undefined method …):`.
pub(super) fn at_beginning(line: &str) -> Option<Kind<'_>> {
    let (name, after) = line.split_at(name_length(line));
    is_type(name).then_some(())?;
    let after = without_generics(after);
    // `AssertionError [ERR_ASSERTION]: …`
    let after = match after.strip_prefix(" [").and_then(|rest| rest.split_once(']')) {
        Some((code, rest)) if code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') => rest,
        _ => after,
    };
    // `SocketException (10061): …` of .NET
    let after = match after.strip_prefix(" (").and_then(|rest| rest.split_once("):")) {
        Some((code, _)) if code.bytes().all(|b| b.is_ascii_hexdigit() || b == b'x') => {
            after.get(code.len() + 3..).unwrap_or("")
        }
        _ => after,
    };
    let message = match after.strip_prefix(" (") {
        Some(inside) if ends_like_type(name) || name.contains("::") => inside.trim_end_matches([':', ')']),
        _ if after.is_empty() => "",
        _ => after.strip_prefix(':')?,
    };
    Some(Kind { prefix: "", name, message: message.trim() })
}

/// What stands behind the generic arguments of .NET: "`1[Acme.Order]".
fn without_generics(after: &str) -> &str {
    let Some(rest) = after.strip_prefix('`') else { return after };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.starts_with('[') { rest.find("]:").and_then(|end| rest.get(end + 1..)).unwrap_or(rest) } else { rest }
}

/// The length of the name that a line begins with; `::` is part of names, `:` is not.
fn name_length(line: &str) -> usize {
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            ':' if chars.next_if(|(_, next)| *next == ':').is_some() => {}
            ':' => return at,
            c if is_of_name(c) => {}
            _ => return at,
        }
    }
    line.len()
}

/// The first type of an exception in a line that a colon or the end of the line stands behind.
fn within(line: &str) -> Option<Kind<'_>> {
    memchr::memchr2_iter(b':', b'(', line.as_bytes()).chain([line.len()]).find_map(|end| {
        let before = line.get(..end)?;
        // `KeyError: …` and `KeyError (…)`.
        let before = if line.get(end..)?.starts_with('(') { before.strip_suffix(' ')? } else { before };
        ends_like_type(before).then_some(())?;
        let start = before.char_indices().rev().take_while(|(_, c)| is_of_name(*c) || *c == ':').last()?.0;
        line.get(start..).and_then(at_beginning)
    })
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '$' | '\\' | '+')
}

/// Whether a name could be that of an exception: the last of its parts begins with a capital letter and is no acronym.
fn is_type(name: &str) -> bool {
    let last = last_part(name);
    let is_whole = name.split(['.', '\\', '$', '+']).all(|part| !part.is_empty())
        && !name.starts_with(|c: char| c.is_ascii_digit());
    let mut chars = last.chars();
    is_whole
        && name.len() <= 200
        && chars.next().is_some_and(char::is_uppercase)
        && chars.any(char::is_lowercase)
        && (ends_like_type(name) || has_two_capitals(last) || name.contains(['.', '\\']))
}

/// `KeyNotFound`, not `Connection`: prose begins with a capital letter too.
fn has_two_capitals(name: &str) -> bool {
    name.chars().filter(|c| c.is_uppercase()).count() >= 2
}

pub(super) fn ends_like_type(name: &str) -> bool {
    ENDS.iter().any(|end| name.ends_with(end))
}

fn last_part(name: &str) -> &str {
    name.rsplit(['.', ':', '\\', '$', '+']).next().unwrap_or(name)
}

/// `socket.timeout: timed out`: what Python says of an exception whose name has no capital letter.
pub(super) fn of_python(line: &str) -> Option<Kind<'_>> {
    at_beginning(line).or_else(|| {
        let (name, message) = line.split_once(':').unwrap_or((line, ""));
        let is_name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
        (name.split('.').all(is_name) && !name.starts_with(|c: char| c.is_ascii_digit())).then(|| Kind {
            prefix: "",
            name,
            message: message.trim(),
        })
    })
}

fn of_go(line: &str) -> Option<Kind<'_>> {
    if let Some((_, said)) = lines::split(line, "runtime error: ") {
        return Some(Kind { prefix: "panic", name: before_values(said), message: "" });
    }
    if let Some(said) = line.strip_prefix("fatal error: ") {
        return Some(Kind { prefix: "fatal error", name: before_values(said), message: "" });
    }
    if line.starts_with("SIGQUIT: quit") || line.starts_with("SIGABRT: abort") {
        return Some(Kind { prefix: "goroutine dump", ..Kind::default() });
    }
    lines::find(line, "panic")?;
    let at = ["panic: ", ": panic serving ", "Observed a panic: ", "panic recovered:"].iter().find_map(|mark| {
        let is_said = |at: &usize| {
            *mark != "panic: " || line.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with('"'))
        };
        let at = line.find(mark).filter(is_said)?;
        Some(at + mark.len())
    })?;
    let said = line.get(at..)?;
    let said = if line.contains("panic serving ") { said.split_once(": ").map_or("", |(_, said)| said) } else { said };
    let said = said.split(" [recovered").next().unwrap_or(said).trim();
    let of_runtime = GO_RUNTIME.iter().find(|start| said.starts_with(**start));
    // `panic: main.Failure{…}` and `panic: (*errors.errorString) 0xc42`: a type.
    let of_type = said.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(name, _)| name);
    let name = of_runtime.and_then(|start| said.get(..start.len())).or(of_type).unwrap_or("");
    Some(Kind { prefix: "panic", name: name.trim_end_matches([':', ' ']), message: said })
}

/// `index out of range` of `index out of range [5] with length 3`.
fn before_values(said: &str) -> &str {
    said.split(|c: char| matches!(c, '[' | ']' | '(' | ')' | ':' | '"') || c.is_ascii_digit())
        .next()
        .unwrap_or(said)
        .trim()
}

fn of_php(line: &str) -> Option<Kind<'_>> {
    let quoted = lines::has(line, b'\'')
        .then(|| lines::split(line, "xception '"))
        .flatten()
        .and_then(|(_, rest)| rest.split_once("' with message '"));
    if let Some((name, message)) = quoted {
        let message = message.rsplit_once("' in ").map_or(message, |(message, _)| message);
        return Some(Kind { prefix: "", name, message });
    }
    // Laravel: `{"exception":"[object] (App\\Failure(code: 0): message at /app/x.php:12)`.
    if let Some((_, rest)) = lines::has(line, b'[').then(|| lines::split(line, "[object] (")).flatten() {
        let (name, rest) = rest.split_once("(code: ")?;
        let message = rest.split_once("): ").map_or("", |(_, message)| message);
        return Some(Kind { prefix: "", name, message: message.split(" at /").next().unwrap_or("") });
    }
    let (_, rest) = lines::split(line, "atal error: ")?;
    let rest = rest.trim_start().strip_prefix("Uncaught ")?;
    let mut kind = at_beginning(rest)?;
    kind.message = kind.message.rsplit_once(" in ").map_or(kind.message, |(message, _)| message);
    Some(kind)
}

/// The file that PHP says an exception was thrown in.
pub(super) fn php_file(line: &str) -> Option<&str> {
    lines::find(line, ".php:")?;
    let (_, place) = line.rsplit_once(" in ").or_else(|| line.rsplit_once(" at "))?;
    let (path, number) = place.trim_end_matches(')').rsplit_once(':')?;
    (path.contains(".php") && number.bytes().all(|b| b.is_ascii_digit())).then_some(path)
}

/// `thread 'main' panicked at src/x.rs:3:5:`, whose message is on the next line, and before Rust 1.73
/// `thread 'main' panicked at 'message', src/x.rs:3:5`.
fn of_rust(line: &str) -> Option<Kind<'_>> {
    let (before, said) = lines::split(line, "panicked at ")?;
    before.contains("thread ").then_some(())?;
    let message = said.strip_prefix('\'').and_then(|said| said.rsplit_once("', ")).map_or("", |(message, _)| message);
    Some(Kind { prefix: "panic", name: "", message })
}

/// Where Rust says that a thread panicked.
pub(super) fn rust_place(line: &str) -> Option<&str> {
    let (_, said) = lines::split(line, "panicked at ")?;
    let place = if said.starts_with('\'') { said.rsplit_once("', ")?.1 } else { said };
    place.contains(".rs:").then(|| place.trim_end_matches(':'))
}
