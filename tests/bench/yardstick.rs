//! What an analysis is held against: sonic-rs parses each line of a file whole, into a document, on one thread, and nothing else is done.
//!
//! The file is read in pieces, as the program reads it, so that neither pays for mapping it.

use std::fs::File;
use std::io::Read;
use std::process::ExitCode;

use sonic_rs::Value;

/// Bytes that are read at a time.
const PIECE: usize = 1 << 20;

#[expect(clippy::disallowed_methods, reason = "it is no part of the program, which has one place for that")]
fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: yardstick FILE");
        return ExitCode::from(2);
    };
    match parse_lines(&path) {
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
fn parse_lines(path: &std::ffi::OsStr) -> std::io::Result<(u64, u64)> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE];
    let (mut records, mut malformed, mut filled) = (0, 0, 0);
    let mut parse = |line: &[u8]| match sonic_rs::from_slice::<Value>(line) {
        Ok(value) => {
            std::hint::black_box(&value);
            records += 1;
        }
        Err(_) => malformed += 1,
    };
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
