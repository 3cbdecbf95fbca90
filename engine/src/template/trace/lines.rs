//! Lines of a text, without what loggers put before them.

/// Bytes of a text that are looked at.
const LENGTH: usize = 64 * 1_024;
/// Pieces of decoration that are taken from the beginning of a line.
const PIECES: usize = 10;

/// Levels, and the streams and flags of the [CRI format](https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md).
const WORDS: [&str; 17] = [
    "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "ERR", "SEVERE", "FATAL", "CRITICAL", "ALERT",
    "EMERG", "stdout", "stderr", "F", "P",
];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Brackets that are no decoration: causes of Node's errors, functions of PHP, what Go says of a signal.
const BRACKETS: [&str; 5] = ["[cause]", "[errors]", "[internal function]", "[object]", "[signal"];

/// How a text writes its line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaks {
    /// As line breaks.
    Real,
    /// As `\n`, or as `#012`, which is how [rsyslog](https://www.rsyslog.com/doc/concepts/messageparser.html) writes them.
    Escaped,
}

/// As much of a text as is looked at.
pub(super) fn beginning(text: &str) -> &str {
    cut(text, LENGTH)
}

/// The first bytes of a text, whole characters.
pub(super) fn cut(text: &str, length: usize) -> &str {
    let mut end = text.len().min(length);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// Whether a text holds a byte.
pub(super) fn has(text: &str, byte: u8) -> bool {
    memchr::memchr(byte, text.as_bytes()).is_some()
}

/// Where some words stand in a text. For one line, searching as `str::find` and `memmem` do spends more on getting ready than on
/// looking.
pub(super) fn find(text: &str, words: &str) -> Option<usize> {
    let (text, words) = (text.as_bytes(), words.as_bytes());
    let first = *words.first()?;
    memchr::memchr_iter(first, text).find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(words)))
}

/// What stands before some words and behind them.
pub(super) fn split<'t>(text: &'t str, words: &str) -> Option<(&'t str, &'t str)> {
    let at = find(text, words)?;
    Some((text.get(..at)?, text.get(at + words.len()..)?))
}

/// Where the first escaped line break of a text begins, and how long it is.
pub(super) fn escaped_break(text: &str) -> Option<(usize, usize)> {
    memchr::memchr2_iter(b'\\', b'#', text.as_bytes()).find_map(|at| {
        let rest = text.get(at..)?;
        ["\\n", "#012"].into_iter().find(|mark| rest.starts_with(mark)).map(|mark| (at, mark.len()))
    })
}

/// The lines of a text.
pub(super) struct Lines<'t> {
    rest: Option<&'t str>,
    breaks: Breaks,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str, breaks: Breaks) -> Self {
        Self { rest: Some(text), breaks }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let rest = self.rest?;
        let found = match self.breaks {
            Breaks::Real => memchr::memchr(b'\n', rest.as_bytes()).map(|at| (at, 1)),
            Breaks::Escaped => escaped_break(rest),
        };
        let (line, after) = match found {
            Some((at, length)) => (rest.get(..at).unwrap_or(""), rest.get(at + length..)),
            None => (rest, None),
        };
        self.rest = after;
        Some(line)
    }
}

/// How far a line is indented, in bytes.
pub(super) fn indentation(line: &str) -> usize {
    line.len() - trim_start(line).len()
}

/// A line without white space around it, also where tabs and carriage returns are escaped.
pub(super) fn trim(line: &str) -> &str {
    let mut line = trim_start(line).trim_end();
    while let Some(rest) = line.strip_suffix("\\r").or_else(|| line.strip_suffix('\\')) {
        line = rest.trim_end();
    }
    line
}

fn trim_start(line: &str) -> &str {
    let mut line = line.trim_start();
    while let Some(rest) = line.strip_prefix("\\t").or_else(|| line.strip_prefix("#011")) {
        line = rest.trim_start();
    }
    line
}

/// A line without times, levels, process ids, names of containers and the like before it.
pub(super) fn undecorated(line: &str) -> &str {
    let mut rest = without_syslog(trim(line));
    for _ in 0..PIECES {
        match without_piece(rest) {
            Some(after) => rest = trim_start(after),
            None => break,
        }
    }
    rest
}

fn without_piece(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix('[') {
        let end = rest.find(']').filter(|end| *end <= 48)?;
        let is_kept = BRACKETS.iter().any(|kept| line.starts_with(kept));
        return if is_kept { None } else { rest.get(end + 1..).map(|rest| rest.trim_start_matches(':')) };
    }
    let length = line.find(|c: char| c.is_whitespace()).unwrap_or(line.len());
    let (token, after) = line.split_at(length);
    // What docker compose puts before each line, `web-1  | `, and names of loggers, `acme.orders - `, `acme.orders   : `.
    let mark = ["| ", "- ", ": "].into_iter().find_map(|mark| after.trim_start().strip_prefix(mark));
    if let Some(rest) = mark.filter(|_| is_name(token)) {
        return Some(rest);
    }
    (is_decoration(token) && !after.is_empty()).then_some(after)
}

fn is_name(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn is_decoration(token: &str) -> bool {
    let word = token.trim_end_matches([':', ',']);
    WORDS.contains(&word)
        || MONTHS.contains(&word)
        || matches!(token, "|" | "-" | "—" | ":")
        || is_moment(token)
        || is_of_glog(token)
        || token.starts_with("(node:")
}

/// Dates, times, and process ids; not the number of a frame, `3:`.
fn is_moment(token: &str) -> bool {
    let digits = token.bytes().take_while(u8::is_ascii_digit).count();
    let rest = token.get(digits..).unwrap_or("");
    let is_of_moments =
        |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'/' | b'.' | b',' | b'T' | b'Z' | b'+');
    digits >= 1 && rest != ":" && token.len() >= 2 && rest.bytes().all(is_of_moments)
}

/// `E1126`, as glog writes the level and the day, and `server.go:45]`, where it says so.
fn is_of_glog(token: &str) -> bool {
    match token.as_bytes() {
        [b'I' | b'W' | b'E' | b'F', day @ ..] if day.len() == 4 => day.iter().all(u8::is_ascii_digit),
        [.., b']'] => token.contains(".go:") || token.contains(".cc:"),
        _ => false,
    }
}

/// A line without what syslog and journald put before it, up to `app[123]: `.
fn without_syslog(line: &str) -> &str {
    if !has(line, b']') {
        return line;
    }
    let of_process = find(cut(line, 120), "]: ").and_then(|end| {
        let (before, process) = line.get(..end)?.rsplit_once('[')?;
        let is_process = !process.is_empty() && process.bytes().all(|b| b.is_ascii_digit());
        (is_process && before.rsplit(' ').next().is_some_and(is_name)).then_some(end + 3)
    });
    of_process.and_then(|at| line.get(at..)).map_or(line, trim_start)
}
