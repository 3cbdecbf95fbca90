//! Numbers of a message that are worth being a metric: those with a unit, or with a name that says that they are an amount.

use regex::{Regex, escape};

/// Captures of a draft.
const CAPTURES: usize = 3;
/// Characters of a name.
const NAME: usize = 40;
/// Digits of a number; longer ones are ids.
const DIGITS: usize = 9;
/// Decimals too, for where one message says 30, another may say 30.5.
const NUMBER: &str = r"(\d+(?:\.\d+)?)";

/// A unit.
struct Unit {
    /// As it is written behind a number.
    written: &'static str,
    /// What the name of a metric ends in.
    ending: &'static str,
    /// What the number is called where nothing names it.
    quantity: &'static str,
}

const fn unit(written: &'static str, ending: &'static str, quantity: &'static str) -> Unit {
    Unit { written, ending, quantity }
}

const UNITS: [Unit; 20] = [
    unit("milliseconds", "_ms", "duration"),
    unit("seconds", "_s", "duration"),
    unit("minutes", "_min", "duration"),
    unit("hours", "_h", "duration"),
    unit("bytes", "_bytes", "size"),
    unit("secs", "_s", "duration"),
    unit("sec", "_s", "duration"),
    unit("KiB", "_kib", "size"),
    unit("MiB", "_mib", "size"),
    unit("GiB", "_gib", "size"),
    unit("kB", "_kb", "size"),
    unit("KB", "_kb", "size"),
    unit("MB", "_mb", "size"),
    unit("GB", "_gb", "size"),
    unit("ms", "_ms", "duration"),
    unit("us", "_us", "duration"),
    unit("µs", "_us", "duration"),
    unit("s", "_s", "duration"),
    unit("h", "_h", "duration"),
    unit("%", "_percent", "share"),
];

/// Words that say of a number that it is an amount; a longer name may end in one.
const AMOUNTS: [&str; 34] = [
    "attempt",
    "attempts",
    "bytes",
    "connections",
    "count",
    "delay",
    "depth",
    "duration",
    "elapsed",
    "errors",
    "failures",
    "items",
    "lag",
    "latency",
    "length",
    "limit",
    "max",
    "messages",
    "pending",
    "percent",
    "queue",
    "rate",
    "ratio",
    "requests",
    "retries",
    "rows",
    "size",
    "time",
    "timeout",
    "times",
    "total",
    "usage",
    "used",
    "utilization",
];

/// Words before a number that do not name it.
const PREPOSITIONS: [&str; 16] = [
    "after", "at", "by", "for", "from", "in", "is", "of", "on", "over", "than", "to", "took", "under", "within", "was",
];

/// A capture of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Capture {
    pub(super) name: String,
    /// The expression; its only group is the number.
    pub(super) regex: String,
    /// The number in this message.
    pub(super) value: String,
}

/// The captures for a message. Each reads its number from this very message.
pub(super) fn captures(message: &str) -> Vec<Capture> {
    let mut captures: Vec<Capture> = Vec::new();
    for capture in numbers(super::words::beginning(message)).iter().filter_map(Found::capture) {
        let is_new = captures.iter().all(|other| other.name != capture.name);
        if is_new && captures.len() < CAPTURES && reads(&capture, message) {
            captures.push(capture);
        }
    }
    captures
}

/// Whether a capture reads its own number, and not another one that stands before it.
fn reads(capture: &Capture, message: &str) -> bool {
    let Ok(regex) = Regex::new(&capture.regex) else { return false };
    regex.captures(message).and_then(|groups| groups.get(1)).is_some_and(|group| group.as_str() == capture.value)
}

/// A number and what stands around it.
struct Found<'m> {
    text: &'m str,
    before: &'m str,
    after: &'m str,
}

/// The decimal numbers of a text that are not part of something longer.
fn numbers(text: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit())).map(|n| at + n) {
        let rest = text.get(start..).unwrap_or("");
        let whole = digits(rest);
        let fraction = rest.get(whole..).and_then(|rest| rest.strip_prefix('.')).map_or(0, digits);
        let end = start + whole + if fraction > 0 { fraction + 1 } else { 0 };
        let parts = (text.get(..start), text.get(start..end), text.get(end..));
        let (Some(before), Some(number), Some(after)) = parts else { break };
        at = end;
        if is_part_of_more(before, after) {
            // The rest of it is no number either.
            at += after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))).unwrap_or(after.len());
        } else if whole <= DIGITS && fraction <= DIGITS {
            found.push(Found { text: number, before, after });
        }
    }
    found
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Whether the number between these is a part of an id, a version, an address, a date.
fn is_part_of_more(before: &str, after: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | '#' | '+' | '$' | '@');
    let is_time = |text: &str, c: Option<char>| text.starts_with(':') && c.is_some_and(|c| c.is_ascii_digit());
    let is_after_time = before.strip_suffix(':').is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
    let second = after.chars().nth(1);
    before.ends_with(joins)
        || is_after_time
        || is_time(after, second)
        || (after.starts_with(['.', '-', '/', '_', '@']) && second.is_some_and(char::is_alphanumeric))
}

impl Found<'_> {
    fn capture(&self) -> Option<Capture> {
        let (lead, key, unit) = (self.lead(), self.key(), self.unit());
        let (name, regex) = match (&key, unit) {
            (key, Some((unit, gap))) => {
                let word = key.clone().or_else(|| self.word_before()).unwrap_or_else(|| unit.quantity.to_owned());
                let name = if word.ends_with(unit.ending) { word } else { format!("{word}{}", unit.ending) };
                (name, format!("{lead}{NUMBER}{gap}{}", escape(unit.written)))
            }
            (Some(key), None) if is_amount(key) => (key.clone(), format!("{lead}{NUMBER}")),
            (_, None) => {
                let word = self.word_after().filter(|word| is_amount(word))?;
                (word.to_owned(), format!(r"{lead}(\d+) {}", escape(word)))
            }
        };
        let name = name.to_lowercase().replace('-', "_");
        let is_name = name.len() <= NAME && name.starts_with(|c: char| c.is_ascii_alphabetic());
        is_name.then(|| Capture { name, regex, value: self.text.to_owned() })
    }

    /// The unit behind the number, and the space before it.
    fn unit(&self) -> Option<(&'static Unit, &'static str)> {
        let (rest, gap) = self.after.strip_prefix(' ').map_or((self.after, ""), |rest| (rest, " "));
        let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let is_it = |unit: &&Unit| {
            // A single letter behind a space is more often a word.
            rest.strip_prefix(unit.written).is_some_and(is_end) && (gap.is_empty() || unit.written.len() > 1)
        };
        UNITS.iter().find(is_it).map(|unit| (unit, gap))
    }

    /// The name in `name=1`, `name: 1`, `"name": 1`.
    fn key(&self) -> Option<String> {
        let before = self.before.trim_end_matches(' ').strip_suffix(['=', ':'])?;
        let name = last_name(before.trim_end_matches(['"', '\'']));
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// The text from the last word before the number on, as an expression; nothing if that is no constant.
    fn lead(&self) -> String {
        let words = self.before.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let gap = self.before.get(words.len()..).unwrap_or("");
        let name = last_name(words);
        let is_constant = !name.is_empty()
            && gap.len() <= 4
            && !gap.chars().any(char::is_control)
            && !name.bytes().any(|b| b.is_ascii_digit());
        if is_constant { format!("{}{}", escape(name), escape(gap)) } else { String::new() }
    }

    fn word_before(&self) -> Option<String> {
        let name = last_name(self.before.trim_end_matches([' ', ':', '=', '(']));
        let is_word = name.len() > 2 && !name.bytes().any(|b| b.is_ascii_digit());
        let is_name = is_word && !PREPOSITIONS.iter().any(|word| word.eq_ignore_ascii_case(name));
        is_name.then(|| name.to_owned())
    }

    fn word_after(&self) -> Option<&str> {
        let rest = self.after.strip_prefix(' ')?;
        rest.get(..rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len()))
    }
}

/// The name that a text ends in; empty if it ends in something else.
fn last_name(text: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let start = text.trim_end_matches(is_part).len();
    text.get(start..).unwrap_or("").trim_start_matches('-')
}

fn is_amount(name: &str) -> bool {
    let last = name.rsplit(['_', '-']).next().unwrap_or(name);
    let is_unit = |unit: &Unit| name.len() > unit.ending.len() && name.ends_with(unit.ending);
    AMOUNTS.iter().any(|word| word.eq_ignore_ascii_case(last)) || UNITS.iter().any(is_unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(message: &str) -> Vec<(String, String, String)> {
        captures(message).into_iter().map(|c| (c.name, c.regex, c.value)).collect()
    }

    #[test]
    fn amounts_are_read_and_named_by_what_stands_beside_them() {
        for (message, expected) in [
            ("checkout timed out after 30.5s (order 4711)", vec![("duration_s", r"after (\d+(?:\.\d+)?)s", "30.5")]),
            (
                "HIGH BUFFER UTILIZATION: 92.1% - Timeout 0.3s may be too aggressive",
                vec![
                    ("utilization_percent", r"UTILIZATION: (\d+(?:\.\d+)?)%", "92.1"),
                    ("timeout_s", r"Timeout (\d+(?:\.\d+)?)s", "0.3"),
                ],
            ),
            (
                "latency_ms=213.5 user=17 pool_size=20",
                vec![
                    ("latency_ms", r"latency_ms=(\d+(?:\.\d+)?)", "213.5"),
                    ("pool_size", r"pool_size=(\d+(?:\.\d+)?)", "20"),
                ],
            ),
            ("gave up after 5 failures", vec![("failures", r"after (\d+) failures", "5")]),
            ("took 7 ms", vec![("duration_ms", r"took (\d+(?:\.\d+)?) ms", "7")]),
            (r#"{"elapsed": 12, "id": 99}"#, vec![("elapsed", r#"elapsed": (\d+(?:\.\d+)?)"#, "12")]),
            (
                "used 512 MiB of 1024 MiB",
                vec![("used_mib", r"used (\d+(?:\.\d+)?) MiB", "512"), ("size_mib", r"of (\d+(?:\.\d+)?) MiB", "1024")],
            ),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())).collect();
            assert_eq!(found(message), expected, "{message}");
        }
    }

    #[test]
    fn ids_addresses_and_dates_are_no_amounts() {
        for message in [
            "order 4711 failed",
            "10.0.0.1:5432 refused",
            "at 2025-09-14T04:53:34.983Z",
            "pod web-7d9f-x2 died",
            "HTTP/1.1 502",
            "id=12345678901234567890s",
            "v1.2.3s",
            "1s1",
            "",
            "500",
            "line 84",
            "#169 5 s",
        ] {
            assert_eq!(found(message), [], "{message}");
        }
    }
}
