//! How entries are packed: page by page, each for itself, so that a file can be cut behind any of them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::super::page::Head;
use super::super::seen::Seen;

/// Zstandard's own choice.
const LEVEL: i32 = 3;

/// By what a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Nothing,
    Zstd,
    Gzip,
}

impl Packing {
    /// As a file's name has it.
    pub(super) fn of(path: &Path) -> Self {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("zst" | "zstd") => Self::Zstd,
            Some("gz" | "gzip") => Self::Gzip,
            _ => Self::Nothing,
        }
    }

    /// A page, packed; nothing for one without entries.
    pub(super) fn packed(self, lines: &[u8]) -> io::Result<Vec<u8>> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        match self {
            Self::Nothing => Ok(lines.to_vec()),
            Self::Zstd => zstd::stream::encode_all(lines, LEVEL),
            Self::Gzip => {
                let mut packer = GzEncoder::new(Vec::new(), Compression::default());
                packer.write_all(lines)?;
                packer.finish()
            }
        }
    }
}

/// The entries in a part.
pub(super) fn entries(path: &Path, packing: Packing) -> io::Result<Seen> {
    let file = BufReader::new(File::open(path)?);
    let mut lines: Box<dyn BufRead> = match packing {
        Packing::Nothing => Box::new(file),
        Packing::Zstd => Box::new(BufReader::new(zstd::Decoder::with_buffer(file)?)),
        Packing::Gzip => Box::new(BufReader::new(MultiGzDecoder::new(file))),
    };
    let mut seen = Seen::default();
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        if let Some(key) = Head::of(&line).key {
            seen.is_new(key);
        }
        line.clear();
    }
    Ok(seen)
}
