//! What an analysis is held against: a parser parses each line of a file, on one thread, and nothing else is done.
//!
//! sonic-rs makes a document of each line, which is the fastest that it does with all of one, or an entry of a few fields, as a program
//! that knows its questions would; serde_json does the latter as well.
//!
//! The file is read in pieces, as the program reads it, so that neither pays for mapping it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::process::ExitCode;

use serde::Deserialize;
use sonic_rs::Value;

/// Bytes that are read at a time.
const PIECE: usize = 1 << 20;

/// A text of an entry, borrowed where it has no escapes.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Text<'e>(#[serde(borrow)] Cow<'e, str>);

/// Some fields of an entry.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "they are read from JSON, and by nobody")]
struct Fields<'e> {
    #[serde(borrow)]
    insert_id: Option<Text<'e>>,
    log_name: Option<Text<'e>>,
    severity: Option<Text<'e>>,
    timestamp: Option<Text<'e>>,
    trace: Option<Text<'e>>,
    text_payload: Option<Text<'e>>,
    json_payload: Option<Payload<'e>>,
    #[serde(default)]
    labels: BTreeMap<Text<'e>, Text<'e>>,
}

/// Some of what is in a payload.
#[derive(Deserialize)]
#[expect(dead_code, reason = "they are read from JSON, and by nobody")]
struct Payload<'e> {
    #[serde(borrow)]
    message: Option<Text<'e>>,
}

fn is_document(line: &[u8]) -> bool {
    black_box(sonic_rs::from_slice::<Value>(line)).is_ok()
}

fn has_fields(line: &[u8]) -> bool {
    black_box(sonic_rs::from_slice::<Fields<'_>>(line)).is_ok()
}

fn has_fields_by_serde_json(line: &[u8]) -> bool {
    black_box(serde_json::from_slice::<Fields<'_>>(line)).is_ok()
}

#[expect(clippy::disallowed_methods, reason = "it is no part of the program, which has one place for that")]
fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let parse = match (arguments.next(), arguments.next()) {
        (Some(path), None) => Some((path, is_document as fn(&[u8]) -> bool)),
        (Some(path), Some(what)) if what == "fields" => Some((path, has_fields as _)),
        (Some(path), Some(what)) if what == "fields-by-serde-json" => Some((path, has_fields_by_serde_json as _)),
        _ => None,
    };
    let Some((path, parse)) = parse else {
        eprintln!("usage: yardstick FILE [fields | fields-by-serde-json]");
        return ExitCode::from(2);
    };
    match parse_lines(&path, parse) {
        Ok((records, malformed)) => {
            println!("{records} records, {malformed} malformed");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", path.to_string_lossy());
            ExitCode::from(6)
        }
    }
}

/// How many lines are JSON, and how many are not.
fn parse_lines(path: &std::ffi::OsStr, is_parsed: fn(&[u8]) -> bool) -> std::io::Result<(u64, u64)> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE];
    let (mut records, mut malformed, mut filled) = (0, 0, 0);
    let mut parse = |line: &[u8]| *if is_parsed(line) { &mut records } else { &mut malformed } += 1;
    loop {
        if filled == piece.len() {
            piece.resize(filled * 2, 0);
        }
        let read = file.read(&mut piece[filled..])?;
        if read == 0 {
            break;
        }
        filled += read;
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', &piece[..filled]) {
            parse(&piece[from..end]);
            from = end + 1;
        }
        piece.copy_within(from..filled, 0);
        filled -= from;
    }
    if filled > 0 {
        parse(&piece[..filled]);
    }
    Ok((records, malformed))
}
