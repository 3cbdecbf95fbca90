//! Captures: from operands on the command line to whole records.
//!
//! [`resolve`] turns operands into a list of captures. [`CaptureReader`] reads them one after the other, on one thread:
//! it unpacks them and cuts the bytes into [`Chunk`]s of whole records. What is left to do for each record, [`Chunk::read`],
//! can be done by many threads at once.
//!
//! A capture may hold JSON Lines; JSON documents (the list that `gcloud logging read --format=json` writes, objects that wrap
//! lists of entries, objects over many lines); plain text, where a stack trace of many lines is one record; and all of
//! these in turn, as containers write them; or the YAML that gcloud writes; or, where that is said of it, lines that are a message each. Each of them in UTF-8 or UTF-16, as it is or packed with gzip or zstd.
//!
//! Captures are files, streams, and objects of Cloud Storage (`gcs`). Of the shards that a sink writes there, the names tell which
//! lie outside of a window (`shards`). `gcp` reads entries from Cloud Logging, for files that are captures then.
//!
//! Memory stays flat, whatever the size of a capture, of a record or of a line.

mod chunk;
mod documents;
pub(crate) mod gcp;
pub(crate) mod gcs;
mod hold;
mod input;
mod layout;
mod lines;
mod messages;
mod mixed;
mod reader;
mod resolve;
mod shards;
mod spare;
mod text;
mod unpack;
mod yaml;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

pub use chunk::{Again, Chunk, Content, Take};
pub(crate) use hold::held;
pub use reader::CaptureReader;
pub use resolve::resolve;
pub(crate) use resolve::{Elsewhere, resolve_each};
pub(crate) use shards::{Left, within};
pub(crate) use spare::Spare;

/// Bytes of a record beyond which it is not read: a line, or an object of a JSON document. Cloud Logging refuses entries
/// over 256 KiB.
pub const MAX_RECORD: usize = 4 << 20;

/// Bytes that are kept of a record over [`MAX_RECORD`], to be quoted.
pub const MAX_QUOTE: usize = 1 << 10;

/// A file, or standard input, that holds records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The name people see: as they gave it, or the path of a file within the directory they gave.
    pub name: String,
    /// Bytes it takes where it lies, packed if it is packed; unknown of pipes.
    pub size: Option<u64>,
    place: Place,
    layout: Layout,
}

/// How the records of a capture are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Layout {
    /// By what it looks like.
    #[default]
    Found,
    /// Each line is one, whatever it looks like.
    Messages,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Stdin,
    File(PathBuf),
    /// What a stream held, so that it can be read again; or what was never anywhere else.
    Held(Arc<[u8]>),
    Object(gcs::Object),
}

impl Capture {
    /// A file, which need not be there yet, under a name for people.
    #[must_use]
    pub fn file(name: impl Into<String>, path: PathBuf) -> Self {
        Self { name: name.into(), size: None, place: Place::File(path), layout: Layout::Found }
    }

    /// Records that lie in memory, in any layout that a file may have.
    #[must_use]
    pub fn in_memory(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self { name: name.into(), size: Some(bytes.len() as u64), place: Place::Held(bytes), layout: Layout::Found }
    }

    /// The same, each line of which is a message.
    #[must_use]
    pub fn of_messages(self) -> Self {
        Self { layout: Layout::Messages, ..self }
    }

    /// Whether it is what a stream held.
    pub(crate) fn is_held(&self) -> bool {
        matches!(self.place, Place::Held(_))
    }
}

/// A capture that cannot be read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError {
    /// The capture, or the operand, as people named it.
    pub capture: String,
    /// What is wrong with it, and what to do about it where that is known.
    pub reason: String,
    /// Whether it is a server that failed or refused.
    pub is_remote: bool,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read `{}`: {}", self.capture, self.reason)
    }
}

impl std::error::Error for InputError {}

/// Sizes in bytes, small in tests.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// A chunk that has reached this is handed out.
    chunk: usize,
    /// The longest record.
    record: usize,
    /// What is looked at to find the layout.
    sniff: usize,
}

const LIMITS: Limits = Limits { chunk: 256 << 10, record: MAX_RECORD, sniff: 64 << 10 };

/// A number of bytes for people.
fn shown_size(bytes: usize) -> String {
    const MIB: usize = 1 << 20;
    if bytes >= MIB && bytes.is_multiple_of(MIB) { format!("{} MiB", bytes / MIB) } else { format!("{bytes} bytes") }
}

/// Why an operation of the file system failed, for people.
fn shown_error(error: &std::io::Error) -> String {
    use std::io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => "there is no such file or directory".to_owned(),
        Kind::PermissionDenied => "permission denied".to_owned(),
        Kind::IsADirectory => "it is a directory".to_owned(),
        Kind::InvalidInput if error.raw_os_error().is_none() => "its name is not valid".to_owned(),
        _ if unpack::is_of_server(error) => error.to_string(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    }
}

#[cfg(test)]
mod tests;
