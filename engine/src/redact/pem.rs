//! Private keys in blocks.

use super::ascii::{at, has, is_space, part, run, run_back};
use super::edit::Edits;
use super::kind::Kind;

/// How every block begins and ends.
const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

/// How long a full line of a block is, at least.
pub(super) const SHORTEST_LINE: usize = 64;

/// How long the name of a block may be.
const LABEL: usize = 64;

/// Looks at the beginning of a block; says where to look on. A block that is cut reaches to the quote that ends its text.
pub(super) fn find_begin(text: &[u8], place: usize, edits: &mut Edits) -> usize {
    let body = place + BEGIN.len();
    if !is_private(text, body) {
        return body;
    }
    let rest = text.get(body..).unwrap_or(&[]);
    let end = memchr::memmem::find(rest, END).map(|found| body + found);
    let end = match end {
        Some(end) => {
            let dashes = run(text, end + END.len(), |b| b != b'-' && b != b'\n');
            run(text, dashes, |b| b == b'-')
        }
        None => run(text, body, |b| !matches!(b, b'"' | b'\'')),
    };
    edits.push(place, end, Kind::PrivateKey);
    end
}

/// Looks at the end of a block whose beginning is cut off: takes the lines of base64 before it.
pub(super) fn find_end(text: &[u8], place: usize, edits: &mut Edits) -> usize {
    let label = place + END.len();
    if !is_private(text, label) {
        return label;
    }
    let mut start = place;
    loop {
        let mut gap = run_back(text, start, 8, is_space);
        while gap >= 2 && at(text, gap - 2) == b'\\' && matches!(at(text, gap - 1), b'n' | b'r') {
            gap = run_back(text, gap - 2, 8, |b| is_space(b) || b == b'\\');
        }
        let mut line = run_back(text, gap, 80, |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        if line >= 1 && at(text, line - 1) == b'\\' && matches!(at(text, line), b'n' | b'r') {
            line += 1;
        }
        if gap == start || gap - line < 32 && !(start == place && has_mark(part(text, line, gap))) {
            break;
        }
        start = line;
    }
    let dashes = run(text, label, |b| b != b'-' && b != b'\n');
    let end = run(text, dashes, |b| b == b'-');
    edits.push(start, end, Kind::PrivateKey);
    end
}

/// The last line of a block is short; it ends with padding or has digits and capitals in it.
fn has_mark(line: &[u8]) -> bool {
    line.ends_with(b"=") || (line.iter().any(u8::is_ascii_digit) && line.iter().any(u8::is_ascii_uppercase))
}

fn is_private(text: &[u8], label: usize) -> bool {
    let end = run(part(text, 0, label + LABEL), label, |b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ');
    part(text, label, end).windows(11).any(|words| words == b"PRIVATE KEY")
}

/// Looks at a whole text that may be one line of a block, as it comes from a logger that writes each line for itself.
pub(super) fn find_line(text: &[u8], edits: &mut Edits) {
    let line = text.trim_ascii();
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    if !matches!(line.len(), SHORTEST_LINE | 70) || has(line, 0, b"http") {
        return;
    }
    let is_base64 = line.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    let has = |kind: fn(&u8) -> bool| line.iter().any(kind);
    if is_base64 && has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) {
        let start = text.len() - text.trim_ascii_start().len() + usize::from(text.trim_ascii().len() != line.len());
        edits.push(start, start + line.len(), Kind::PrivateKey);
    }
}
