//! Whether a record of plain text is a crash: something that nothing caught, in the words of the language's own runtime.
//!
//! No logger has said how bad that is, so it would count as routine.

use super::moment;
use super::severity::LogSeverity;

/// Prefixes that may stand one behind the other: a name, a time, a stream.
const PREFIXES: usize = 3;

/// The length of what tools and runtimes put in front of lines: `[pod/web/web] `, `web-1  | `, a time, `stderr F `. If the line
/// begins with a time, that has so many bytes.
pub(super) fn prefix(start: &str, time: usize) -> usize {
    let mut rest = start.get(time..).unwrap_or("");
    if time > 0 {
        rest = rest.trim_start_matches(' ');
    }
    for _ in 0..PREFIXES {
        let next = match rest.as_bytes().first() {
            Some(b'[') => behind(rest, b']', |_| true),
            Some(b'0'..=b'9') => moment::at_start(rest).and_then(|(_, length)| rest.get(length..)),
            Some(b's') => ["stderr F ", "stdout F "].iter().find_map(|stream| rest.strip_prefix(stream)),
            _ => None,
        };
        let of_compose = || behind(rest, b'|', |name| name.ends_with(' ') && !name.trim_end().contains(' '));
        match next.or_else(of_compose) {
            Some(next) => rest = next.trim_start_matches(' '),
            None => break,
        }
    }
    start.len() - rest.len()
}

/// What stands behind the first of these signs and a space, if what stands before it is right.
fn behind(text: &str, sign: u8, is_right: impl Fn(&str) -> bool) -> Option<&str> {
    let at = memchr::memchr(sign, text.as_bytes())?;
    let behind = text.get(at + 1..)?.strip_prefix(' ')?;
    text.get(..at).is_some_and(is_right).then_some(behind)
}

/// The level of PHP's own log, as PHP hands it on to syslog (`main/main.c`): `PHP Warning:  Undefined variable $x in …`.
pub(super) fn level_of_php(line: &str) -> Option<LogSeverity> {
    match line.strip_prefix("PHP ")?.split_once(": ")?.0 {
        "Fatal error" | "Recoverable fatal error" | "Parse error" => Some(LogSeverity::Error),
        "Warning" => Some(LogSeverity::Warning),
        "Notice" => Some(LogSeverity::Notice),
        "Deprecated" | "Strict Standards" => Some(LogSeverity::Info),
        _ => None,
    }
}

/// Whether a record with this first line is a crash, whatever else it says.
pub(super) fn begins(line: &str) -> bool {
    let starts = |texts: &[&str]| texts.iter().any(|text| line.starts_with(text));
    let is_own = match line.as_bytes().first() {
        Some(b' ') => line.trim_start().starts_with("+ Exception Group Traceback (most recent call last)"),
        Some(b'T') => starts(&["Traceback (most recent call last)"]),
        Some(b'E') => starts(&["Exception in thread \""]) || starts(&["Exception in thread "]) && line.ends_with(':'),
        Some(b'F') => starts(&["Fatal error: Uncaught ", "Fatal Python error: "]),
        Some(b'U') => starts(&["Unhandled exception", "Unhandled Exception: "]),
        Some(b'S') => ["SIGQUIT: quit", "SIGABRT: abort", "SIGSEGV: segmentation violation"].contains(&line.trim_end()),
        Some(b'p') => starts(&["panic: "]),
        Some(b't') => {
            starts(&["terminate called after throwing ", "terminate called without an active "])
                || starts(&["thread '"]) && (line.contains("' panicked at ") || is_numbered_panic(line))
        }
        _ => false,
    };
    is_own || is_uncaught_of_ruby(line.trim_end())
}

/// `thread 'main' (4711) panicked at …`.
fn is_numbered_panic(line: &str) -> bool {
    let number = line.split_once(") panicked at ").and_then(|(before, _)| before.rsplit_once('('));
    number.is_some_and(|(_, digits)| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// ``app.rb:10:in `name': no session (Shop::NoSession)``, ``app.rb:10:in 'Object#name': unhandled exception``.
fn is_uncaught_of_ruby(line: &str) -> bool {
    let is_without_message = line.ends_with("': unhandled exception");
    let class = || {
        let (_, class) = line.strip_suffix(')')?.rsplit_once(" (")?;
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, ':' | '_');
        Some(class.starts_with(char::is_uppercase) && class.chars().all(is_name))
    };
    if !is_without_message && class() != Some(true) {
        return false;
    }
    let Some((place, behind)) = line.split_once(":in ") else { return false };
    let Some((file, number)) = place.rsplit_once(':') else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && !file.is_empty() && !file.contains(' ') && behind.starts_with(['`', '\''])
}

/// Whether the lines behind the first one of a record are those of a trace that no logger has given a level.
pub(super) fn is_told_behind(first: &str, behind: &str) -> bool {
    const LINES: [&str; 4] = ["\n\tat ", "\n    at ", "\nTraceback (most recent call last)", "\nStack trace:\n#0 "];
    // .NET and Mono indent by less than others do, and so do people.
    let is_frame = |line: &str| (line.starts_with("   at ") || line.starts_with("  at ")) && line.contains('(');
    let of_dotnet = || {
        let names = first.contains("Exception:") || first.trim_end().ends_with("Exception");
        names && behind.lines().any(is_frame)
    };
    // Go lists all goroutines for whoever asks, too.
    let of_go = || !first.starts_with("goroutine ") && behind.contains("\ngoroutine ");
    let of_node = || {
        behind.contains("\nNode.js v")
            || behind.lines().any(|line| line.trim_start().starts_with("triggerUncaughtException("))
    };
    LINES.iter().any(|text| behind.contains(text)) || of_node() || of_dotnet() || of_go()
}
