//! What a line of plain text says about its severity and time.
//!
//! Only what is written in the habits that loggers share is believed: a level word near the beginning; a time at the beginning,
//! behind a level there, under a key of logfmt, or where access logs have it. Colours do not matter.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

use super::crash;
use super::moment;
use super::severity::LogSeverity;
use super::time::Timestamp;

/// How far into a line a level word is looked for, in bytes.
const LEVEL_WITHIN: usize = 120;

/// The log severity and the time of a record, which may have several lines.
pub(super) fn guess(record: &str) -> (LogSeverity, Option<Timestamp>) {
    let line = memchr2(b'\n', b'\r', record.as_bytes()).map_or(record, |end| record.get(..end).unwrap_or(""));
    let plain = without_colours(front(line, 2 * LEVEL_WITHIN));
    let start = front(&plain, LEVEL_WITHIN);
    let leading = start.starts_with(|c: char| c.is_ascii_digit()).then(|| moment::at_start(start)).flatten();
    let (prefix, body) = start.split_at(crash::prefix(start, leading.map_or(0, |(_, length)| length)));
    // The whole line, unless what is in front of it may have been coloured.
    let whole = matches!(plain, Cow::Borrowed(_)).then(|| line.get(prefix.len()..)).flatten();
    let body = whole.unwrap_or(body);
    let is_told_behind = || {
        let behind = record.get(line.len()..).filter(|behind| !behind.is_empty());
        behind.is_some_and(|behind| crash::is_told_behind(body, behind))
    };
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
    if memchr(b'\x1b', text.as_bytes()).is_none() {
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
    let mut end = 0;
    while let Some(at) = from(bytes, end, is_of_word) {
        end = from(bytes, at, |byte| !is_of_word(byte)).unwrap_or(bytes.len());
        let word = bytes.get(at..end).unwrap_or_default();
        // Nearly all words are told by their length and their first letter to be none of them.
        if (3..=9).contains(&word.len())
            && word.first().is_some_and(|letter| b"tdinwescfa".contains(&(letter | 0x20)))
            && let Some((name, severity)) = WORDS.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(word))
            && (name.as_bytes() == word || is_marked(start, at, end))
        {
            return Some(*severity);
        }
    }
    None
}

/// Whether a word in small letters stands as a level: `[error]`, `[core:error]`, `<error>`, `level=error`, `error:` at the start.
fn is_marked(start: &str, at: usize, end: usize) -> bool {
    let bytes = start.as_bytes();
    let before = at.checked_sub(1).and_then(|i| bytes.get(i)).copied();
    let after = bytes.get(end).copied();
    matches!((before, after), (Some(b'[' | b':'), Some(b']')) | (Some(b'<'), Some(b'>')))
        || (matches!(before, Some(b'=' | b'"'))
            && start.get(..at).is_some_and(|text| text.trim_end_matches('"').ends_with("level=")))
        || (at == 0 && after == Some(b':'))
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The first place from one on where a byte is of some kind.
fn from(bytes: &[u8], place: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    Some(place + bytes.get(place..)?.iter().position(|byte| is(*byte))?)
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
    const KEYS: [&str; 4] = ["ts", "time", "timestamp", "t"];
    // Behind which sign the value of each key is.
    let mut values = [None; KEYS.len()];
    for at in memchr_iter(b'=', start.as_bytes()) {
        let before = start.get(..at)?;
        let is_key = |key: &str| before.strip_suffix(key).is_some_and(|front| front.is_empty() || front.ends_with(' '));
        if let Some((_, value)) = KEYS.iter().zip(&mut values).find(|(key, _)| is_key(key)) {
            value.get_or_insert(at + 1);
        }
    }
    values.into_iter().flatten().find_map(|at| {
        let value = start.get(at..)?;
        let text = match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => value.split(' ').next(),
        };
        moment::of_text(text?)
    })
}

#[cfg(test)]
mod tests;
