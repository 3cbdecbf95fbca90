//! What a line of plain text says about its severity and time.
//!
//! Only what is written in the habits that loggers share is believed: a level word near the beginning; a time at the beginning,
//! behind a level there, under a key of logfmt, or where access logs have it. Colours do not matter.

use std::borrow::Cow;

use super::crash;
use super::moment;
use super::severity::LogSeverity;
use super::time::Timestamp;

/// How far into a line a level word is looked for, in bytes.
const LEVEL_WITHIN: usize = 120;

/// The log severity and the time of a record, which may have several lines.
pub(super) fn guess(record: &str) -> (LogSeverity, Option<Timestamp>) {
    let line = record.split(['\n', '\r']).next().unwrap_or("");
    let plain = without_colours(front(line, 2 * LEVEL_WITHIN));
    let start = front(&plain, LEVEL_WITHIN);
    let leading = start.starts_with(|c: char| c.is_ascii_digit()).then(|| moment::at_start(start)).flatten();
    let (prefix, body) = start.split_at(crash::prefix(start, leading.map_or(0, |(_, length)| length)));
    // The whole line, unless what is in front of it may have been coloured.
    let whole = matches!(plain, Cow::Borrowed(_)).then(|| line.get(prefix.len()..)).flatten();
    let body = whole.unwrap_or(body);
    let is_told_behind = || line.len() < record.len() && crash::is_told_behind(body, record);
    let severity = severity(start, prefix, body).or_else(|| is_told_behind().then_some(LogSeverity::Error));
    (severity.unwrap_or_default(), leading.map(|(time, _)| time).or_else(|| time(start)))
}

/// The severity that a line tells: that of a crash, or the level that its logger or PHP names.
fn severity(start: &str, prefix: &str, body: &str) -> Option<LogSeverity> {
    let named = level_word(start);
    let own = crash::level_of_php(body).or_else(|| crash::begins(body).then_some(LogSeverity::Error));
    match (own, named) {
        // Words in the message of a crash are nobody's level, unless they make it worse.
        (Some(own), Some(level)) if level < own || own < LogSeverity::Error => level_word(prefix).or(Some(own)),
        _ => named.or(own),
    }
}

/// The level that a logger names near the beginning of a line.
pub(super) fn level(line: &str) -> Option<LogSeverity> {
    let plain = without_colours(front(line, 2 * LEVEL_WITHIN));
    level_word(front(&plain, LEVEL_WITHIN))
}

/// The first bytes of a text, as long as they are whole characters.
fn front(text: &str, length: usize) -> &str {
    let mut end = text.len().min(length);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// A text without the sequences that colour it in a terminal (`ESC [ … m`).
fn without_colours(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{1b}') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for (n, part) in text.split('\u{1b}').enumerate() {
        let behind = part.strip_prefix('[').filter(|_| n > 0).map(|sequence| {
            let is_parameter = |c: char| matches!(c, '0'..='?' | ' '..='/');
            let end = sequence.trim_start_matches(is_parameter);
            end.get(1..).unwrap_or("")
        });
        plain.push_str(behind.unwrap_or(part));
    }
    Cow::Owned(plain)
}

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

fn level_word(start: &str) -> Option<LogSeverity> {
    if let Some(severity) = klog(start) {
        return Some(severity);
    }
    let bytes = start.as_bytes();
    let words =
        start.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').filter(|word| !word.is_empty());
    for word in words {
        let at = word.as_ptr() as usize - start.as_ptr() as usize;
        let before = at.checked_sub(1).and_then(|i| bytes.get(i)).copied();
        let after = bytes.get(at + word.len()).copied();
        // In small letters only where it stands as a level: `[error]`, `[core:error]`, `<error>`, `level=error`, `error:` at
        // the start.
        let is_marked = matches!((before, after), (Some(b'[' | b':'), Some(b']')) | (Some(b'<'), Some(b'>')))
            || (matches!(before, Some(b'=' | b'"'))
                && start.get(..at).is_some_and(|text| text.trim_end_matches('"').ends_with("level=")))
            || (at == 0 && after == Some(b':'));
        let found = WORDS.iter().find(|(name, _)| *name == word || (is_marked && name.eq_ignore_ascii_case(word)));
        if let Some((_, severity)) = found {
            return Some(*severity);
        }
    }
    None
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
    let bare = |text: &str| moment::at_start(text.trim_start_matches(['[', '(', '"', ' ']));
    let found = bare(start)
        .or_else(|| bare(behind_level(start)?))
        .or_else(|| bare(behind_priority(start)?))
        .or_else(|| access_log(start));
    found.map(|(time, _)| time).or_else(|| logfmt(start))
}

/// What stands behind a level at the beginning: `INFO 2025-09-14 …`, `[INFO] …`, `web-1  | …` of Compose.
fn behind_level(start: &str) -> Option<&str> {
    let (first, rest) = start.trim_start().split_once(char::is_whitespace)?;
    let word = first.trim_matches(['[', ']', '(', ')', ':']);
    let is_level = WORDS.iter().any(|(name, _)| name.eq_ignore_ascii_case(word));
    let rest = rest.trim_start();
    if is_level { Some(rest) } else { rest.strip_prefix('|') }
}

/// What stands behind the beginning of a line of syslog, as RFC 5424 has it: `<34>1 2025-09-14T…`.
fn behind_priority(start: &str) -> Option<&str> {
    let (priority, rest) = start.strip_prefix('<')?.split_once(">1 ")?;
    priority.bytes().all(|byte| byte.is_ascii_digit()).then_some(rest)
}

/// The time of an access log: `10.0.0.1 - - [14/Sep/2025:04:54:36 +0000] "GET …`.
fn access_log(start: &str) -> Option<(Timestamp, usize)> {
    start.match_indices('[').find_map(|(at, _)| {
        let inside = start.get(at + 1..)?;
        (inside.as_bytes().get(2) == Some(&b'/')).then(|| moment::at_start(inside)).flatten()
    })
}

/// The time under a key of logfmt: `ts=2025-09-14T04:54:36Z`, `time="2025-09-14 04:54:36"`, `ts=1757825676.4`.
fn logfmt(start: &str) -> Option<Timestamp> {
    ["ts=", "time=", "timestamp=", "t="].iter().find_map(|key| {
        let is_key = |at: usize| at == 0 || start.as_bytes().get(at - 1) == Some(&b' ');
        let (at, _) = start.match_indices(key).find(|(at, _)| is_key(*at))?;
        let value = start.get(at + key.len()..)?;
        let text = match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => value.split(' ').next(),
        };
        moment::of_text(text?)
    })
}
