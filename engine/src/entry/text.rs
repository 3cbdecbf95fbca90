//! What a line of plain text says about its severity and time.
//!
//! Only what is written in the habits that loggers share is believed: a level word near the beginning, an ISO 8601 time at
//! the beginning. A time without a zone is taken as UTC.

use super::severity::LogSeverity;
use super::time::Timestamp;

/// How far into a line a level word is looked for, in bytes.
const LEVEL_WITHIN: usize = 120;

/// The log severity and the time of a line.
pub(super) fn guess(line: &str) -> (LogSeverity, Option<Timestamp>) {
    let mut end = line.len().min(LEVEL_WITHIN);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let start = line.get(..end).unwrap_or("");
    let start = start.lines().next().unwrap_or("");
    (severity(start), time(start))
}

fn severity(start: &str) -> LogSeverity {
    const WORDS: [(&str, LogSeverity); 15] = [
        ("TRACE", LogSeverity::Debug),
        ("DEBUG", LogSeverity::Debug),
        ("INFO", LogSeverity::Info),
        ("NOTICE", LogSeverity::Notice),
        ("WARN", LogSeverity::Warning),
        ("WARNING", LogSeverity::Warning),
        ("ERROR", LogSeverity::Error),
        ("ERR", LogSeverity::Error),
        ("SEVERE", LogSeverity::Error),
        ("CRIT", LogSeverity::Critical),
        ("CRITICAL", LogSeverity::Critical),
        ("FATAL", LogSeverity::Critical),
        ("ALERT", LogSeverity::Alert),
        ("EMERG", LogSeverity::Emergency),
        ("EMERGENCY", LogSeverity::Emergency),
    ];
    if let Some(severity) = klog(start) {
        return severity;
    }
    let bytes = start.as_bytes();
    let words =
        start.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').filter(|word| !word.is_empty());
    for word in words {
        let at = word.as_ptr() as usize - start.as_ptr() as usize;
        let before = at.checked_sub(1).and_then(|i| bytes.get(i)).copied();
        let after = bytes.get(at + word.len()).copied();
        // In small letters only where it stands as a level: `[error]`, `<error>`, `level=error`, `error:` at the start.
        let is_marked = matches!((before, after), (Some(b'['), Some(b']')) | (Some(b'<'), Some(b'>')))
            || (matches!(before, Some(b'=' | b'"'))
                && start.get(..at).is_some_and(|text| text.trim_end_matches('"').ends_with("level=")))
            || (at == 0 && after == Some(b':'));
        let found = WORDS.iter().find(|(name, _)| *name == word || (is_marked && name.eq_ignore_ascii_case(word)));
        if let Some((_, severity)) = found {
            return *severity;
        }
    }
    let is_trouble = start.starts_with("Traceback (most recent call last)")
        || start.starts_with("panic: ")
        || start.starts_with("Exception in thread ")
        || start.starts_with("Unhandled exception");
    if is_trouble { LogSeverity::Error } else { LogSeverity::Default }
}

/// The header of klog, <https://github.com/kubernetes/klog>: `E0329 10:25:11.123456 …`.
fn klog(start: &str) -> Option<LogSeverity> {
    let (letter, rest) = start.as_bytes().split_first()?;
    let is_header =
        rest.get(..4)?.iter().all(u8::is_ascii_digit) && rest.get(4) == Some(&b' ') && rest.get(7) == Some(&b':');
    match letter {
        _ if !is_header => None,
        b'I' => Some(LogSeverity::Info),
        b'W' => Some(LogSeverity::Warning),
        b'E' => Some(LogSeverity::Error),
        b'F' => Some(LogSeverity::Critical),
        _ => None,
    }
}

fn time(start: &str) -> Option<Timestamp> {
    let start = start.trim_start_matches(['[', '(', '"', ' ']);
    let length = start
        .bytes()
        .enumerate()
        .take_while(|(at, b)| {
            b.is_ascii_digit()
                || matches!(b, b'-' | b':' | b'.' | b',' | b'T' | b'Z' | b'+')
                || (*at == 10 && *b == b' ')
        })
        .count();
    if length < 19 {
        return None;
    }
    let text = start.get(..length)?.trim_end_matches([',', '.', ':', '-']).replacen(',', ".", 1);
    Timestamp::parse(&text)
}
