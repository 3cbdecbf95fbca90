use std::io::{Cursor, Read, Write as _};
use std::sync::OnceLock;

use gardener_engine::entry::{Batch, Malformed};
use gardener_engine::redact::{Redactor, Setting};

use super::*;

/// A record that the tests can keep.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kept {
    Json(String),
    Text(String),
    Broken(String),
}

/// What the records of a capture are, each by itself.
#[derive(Default)]
struct Keeper(Vec<(u64, Kept)>);

/// Takes nothing out.
fn redactor() -> &'static Redactor {
    static REDACTOR: OnceLock<Redactor> = OnceLock::new();
    REDACTOR.get_or_init(|| {
        let off = |(name, ..): (&str, bool, &str)| Setting { name: name.to_owned(), rule: None, enabled: false };
        Redactor::new(&Redactor::built_in().into_iter().map(off).collect::<Vec<_>>()).unwrap()
    })
}

impl<'c> Take<'c> for Keeper {
    fn json(&mut self, line: u64, text: &'c str) -> Result<(), Malformed> {
        let mut batch = Batch::new();
        batch.push_whole_json(text)?;
        let redacted = redactor().batch(batch);
        let whole = serde_json::from_str::<serde_json::Value>(text).ok();
        for entry in redacted.entries(&[]) {
            let json = entry.root().to_json();
            let is_whole = whole.as_ref().is_none_or(|whole| *whole == json);
            self.0.push((line, Kept::Json(if is_whole { text.to_owned() } else { json.to_string() })));
        }
        Ok(())
    }

    fn text(&mut self, line: u64, text: &'c str) {
        self.0.push((line, Kept::Text(text.to_owned())));
    }

    fn malformed(&mut self, line: u64, reason: &str, _: &'c [u8]) {
        self.0.push((line, Kept::Broken(reason.to_owned())));
    }
}

fn records_of(chunk: &Chunk) -> Vec<(u64, Kept)> {
    let mut keeper = Keeper::default();
    chunk.read(&Again::default(), &mut keeper);
    keeper.0
}

const TINY: Limits = Limits { chunk: 16, record: 1 << 16, sniff: 1 << 12 };

fn read_with(limits: Limits, bytes: impl Read + Send + 'static) -> Vec<(u64, Kept)> {
    CaptureReader::of(Box::new(bytes), limits).flat_map(|chunk| records_of(&chunk.unwrap())).collect()
}

fn read(bytes: &[u8]) -> Vec<(u64, Kept)> {
    let records = read_with(LIMITS, Cursor::new(bytes.to_vec()));
    let again = read_with(TINY, Trickle { bytes: Cursor::new(bytes.to_vec()), at_once: 7 });
    let (one, other) = (meant(&records), meant(&again));
    let differ = one.iter().zip(&other).position(|(one, other)| one != other);
    let near = differ.map(|at| at.saturating_sub(1)..at + 3);
    let shown = near.map(|near| (one.get(near.clone()), other.get(near)));
    assert_eq!((shown, one.len()), (None, other.len()), "depends on the size of chunks");
    records
}

/// Records without the white space in their JSON.
fn meant(records: &[(u64, Kept)]) -> Vec<(u64, Kept)> {
    let plain = |kept: &Kept| match kept {
        Kept::Json(text) => {
            let value = serde_json::from_str::<serde_json::Value>(text);
            Kept::Json(value.map_or_else(|_| text.clone(), |value| value.to_string()))
        }
        kept => kept.clone(),
    };
    records.iter().map(|(line, kept)| (*line, plain(kept))).collect()
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

mod announced;
mod broken;
mod layouts;
mod mixed;
mod mutated;
mod operands;
mod packed;
mod random;
mod traces;
mod wrapped;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd_of(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}
