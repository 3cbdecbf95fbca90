//! From the bytes of a file to UTF-8: unpacks gzip and zstd, decodes UTF-16.

use std::io::{self, BufRead, BufReader, Cursor, Error, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::GzDecoder;

use super::gcs::Lost;
use super::shown_error;

pub(super) type Bytes = Box<dyn Read + Send>;

/// Bytes that are looked at to find out how a capture is packed.
const HEAD: usize = 512;

/// Bytes that are unpacked at a time: so much can be lost in front of a damaged place, and no more.
const GZIP_STEP: usize = 32 << 10;
const ZSTD_STEP: usize = 128 << 10;

/// How often what was unpacked may be packed again: a tool packs what another has packed, and hardly more.
const LAYERS: usize = 4;

/// Makes the unpacked, decoded bytes of a capture out of its bytes as they are. Errors are reasons for people.
pub(super) fn unpacked(raw: Bytes) -> Result<Bytes, String> {
    let mut bytes = raw;
    for _ in 0..LAYERS {
        let (head, packed) = peeked(bytes)?;
        bytes = match head.as_slice() {
            [0x1f, 0x8b, ..] => Box::new(Gzip::new(packed)),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Box::new(Zstd(zstd::Decoder::new(packed).map_err(|error| error.to_string())?))
            }
            _ => return decoded(packed),
        };
    }
    match peeked(bytes)? {
        (head, _) if matches!(head.as_slice(), [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..]) => {
            Err(format!("it is packed more than {LAYERS} times over: unpack it first"))
        }
        (_, bytes) => decoded(bytes),
    }
}

/// Formats that people hand over by mistake.
fn foreign(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => Some("packed with bzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some("packed with xz"),
        [0x04, 0x22, 0x4d, 0x18, ..] => Some("packed with lz4"),
        [b'P', b'K', 3, 4, ..] => Some("a zip archive"),
        [b'P', b'A', b'R', b'1', ..] => Some("a Parquet file"),
        [b'O', b'b', b'j', 1, ..] => Some("an Avro file"),
        head if head.get(257..262) == Some(b"ustar") => Some("a tar archive"),
        _ => None,
    }
}

fn decoded(bytes: Bytes) -> Result<Bytes, String> {
    let (head, mut bytes) = peeked(bytes)?;
    // UTF-16 has a mark in front, or can be told by its zeros where the text begins in ASCII: then it is given one.
    let mark: &[u8] = match head.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => {
            bytes.read_exact(&mut [0; 3]).map_err(|error| shown_error(&error))?;
            return Ok(bytes);
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => &[],
        [1..=0xff, 0, 1..=0xff, 0, ..] => &[0xff, 0xfe],
        [0, 1..=0xff, 0, 1..=0xff, ..] => &[0xfe, 0xff],
        head => {
            return match foreign(head) {
                Some(format) => {
                    Err(format!("it is {format}, which cannot be read as it is: unpack or convert it first"))
                }
                None => Ok(bytes),
            };
        }
    };
    Ok(Box::new(DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(mark.chain(bytes))))
}

/// The first bytes, and a reader that still gives them.
fn peeked(mut bytes: Bytes) -> Result<(Vec<u8>, Bytes), String> {
    let mut head = Vec::with_capacity(HEAD);
    while head.len() < HEAD {
        let mut piece = [0; HEAD];
        let room = piece.get_mut(..HEAD - head.len()).unwrap_or_default();
        match bytes.read(room) {
            Ok(0) => break,
            Ok(count) => head.extend_from_slice(piece.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if head.is_empty() && error.raw_os_error().is_some() => return Err(shown_error(&error)),
            // What was read before counts, and the error comes behind it.
            Err(error) => {
                let again = Failing(Some(error));
                return Ok((head.clone(), Box::new(Cursor::new(head).chain(again))));
            }
        }
    }
    Ok((head.clone(), Box::new(Cursor::new(head).chain(bytes))))
}

/// Gives an error that was met before.
struct Failing(Option<Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Packed parts, one behind the other.
struct Gzip(Option<GzDecoder<BufReader<Bytes>>>);

impl Gzip {
    fn new(bytes: Bytes) -> Self {
        Self(Some(GzDecoder::new(BufReader::with_capacity(64 << 10, bytes))))
    }
}

impl Read for Gzip {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let step = room.len().min(GZIP_STEP);
        let room = room.get_mut(..step).unwrap_or_default();
        while let Some(part) = &mut self.0 {
            match part.read(room).map_err(|error| damage(error, "gzip"))? {
                0 if !room.is_empty() => {}
                count => return Ok(count),
            }
            let Some(mut bytes) = self.0.take().map(GzDecoder::into_inner) else { break };
            match next_part(&mut bytes)? {
                Next::Part => self.0 = Some(GzDecoder::new(bytes)),
                Next::End => {}
                Next::Junk => return Err(Error::other("what follows the gzip data is not gzip data")),
            }
        }
        Ok(0)
    }
}

enum Next {
    Part,
    End,
    Junk,
}

/// What follows a part. Zeros do not count: tapes and block devices pad with them.
fn next_part(bytes: &mut BufReader<Bytes>) -> io::Result<Next> {
    loop {
        let ahead = bytes.fill_buf()?;
        match ahead {
            [] => return Ok(Next::End),
            [0x1f, ..] => return Ok(Next::Part),
            [0, ..] => {
                let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
                bytes.consume(zeros);
            }
            _ => return Ok(Next::Junk),
        }
    }
}

struct Zstd(zstd::Decoder<'static, BufReader<Bytes>>);

impl Read for Zstd {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let step = room.len().min(ZSTD_STEP);
        self.0.read(room.get_mut(..step).unwrap_or_default()).map_err(|error| damage(error, "zstd"))
    }
}

/// Whether an error is of the place where bytes lie, and not of what is made of them: one of the system, which has its number, or
/// of a server.
pub(super) fn is_of_place(error: &Error) -> bool {
    error.raw_os_error().is_some() || is_of_server(error)
}

/// Whether an error is a server's.
pub(super) fn is_of_server(error: &Error) -> bool {
    error.get_ref().is_some_and(|error| error.is::<Lost>())
}

/// An unpacker's error in our words; an error of the place where the bytes lie stays what it is.
fn damage(error: Error, format: &str) -> Error {
    if is_of_place(&error) || error.kind() == ErrorKind::Interrupted {
        return error;
    }
    let text = error.to_string();
    let reason = match error.kind() {
        ErrorKind::UnexpectedEof => format!("the {format} data is cut off here"),
        _ if text.contains("too much memory") => {
            format!("the {format} data was packed with too large a window to be unpacked")
        }
        _ => format!("the {format} data is damaged from here on"),
    };
    Error::other(reason)
}

/// Counts the bytes that were read, for those who show progress.
pub(super) struct Counted {
    pub(super) bytes: Bytes,
    pub(super) count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(room)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
