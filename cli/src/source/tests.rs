use std::io::{Cursor, Read, Write as _};

use super::*;

/// A record that the tests can keep.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kept {
    Json(String),
    Text(String),
    Broken(String),
}

fn kept(content: Content<'_>) -> Kept {
    match content {
        Content::Json(text) => Kept::Json(text.to_owned()),
        Content::Text(text) => Kept::Text(text.to_owned()),
        Content::Broken { reason, .. } => Kept::Broken(reason),
    }
}

const TINY: Limits = Limits { chunk: 16, record: 1 << 16, sniff: 1 << 12 };

fn read_with(limits: Limits, bytes: impl Read + Send + 'static) -> Vec<(u64, Kept)> {
    let mut records = Vec::new();
    for chunk in CaptureReader::of(Box::new(bytes), limits) {
        for record in chunk.unwrap().records() {
            records.push((record.line, kept(record.content)));
        }
    }
    records
}

fn read(bytes: &[u8]) -> Vec<(u64, Kept)> {
    let records = read_with(LIMITS, Cursor::new(bytes.to_vec()));
    let again = read_with(TINY, Trickle { bytes: Cursor::new(bytes.to_vec()), at_once: 7 });
    assert_eq!(records, again, "depends on the size of chunks");
    records
}

fn json(text: &str) -> Kept {
    Kept::Json(text.to_owned())
}

/// Gives a few bytes at a time, as pipes do.
struct Trickle {
    bytes: Cursor<Vec<u8>>,
    at_once: usize,
}

impl Read for Trickle {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let count = room.len().min(self.at_once);
        self.bytes.read(&mut room[..count])
    }
}

mod broken;
mod layouts;
mod operands;
mod packed;
mod random;
mod traces;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd_of(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}
