//! What is known of records while their templates are not: in a file without a name, so that memory does not grow with them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noted {
    pub(super) fate: Fate,
    /// The line where it begins.
    pub(super) line: u64,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// An entry, by the hash of its skeleton.
    Entry(u64),
    Malformed,
    /// It is outside of the window.
    Outside,
    /// No record: those behind it are of the capture at this place.
    Capture(u64),
}

/// Bytes of a record in the file.
const SIZE: usize = 17;

impl Noted {
    fn bytes(self) -> [u8; SIZE] {
        let (kind, value) = match self.fate {
            Fate::Entry(hash) => (0, hash),
            Fate::Malformed => (1, 0),
            Fate::Outside => (2, 0),
            Fate::Capture(at) => (3, at),
        };
        let mut bytes = [kind; SIZE];
        let (line, hash) = (self.line.to_le_bytes(), value.to_le_bytes());
        bytes.iter_mut().skip(1).zip(line.into_iter().chain(hash)).for_each(|(place, byte)| *place = byte);
        bytes
    }

    fn of_bytes(bytes: [u8; SIZE]) -> Self {
        let [kind, rest @ ..] = bytes;
        let number = |from: usize| {
            rest.iter().skip(from).take(8).rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        };
        let fate = match kind {
            0 => Fate::Entry(number(8)),
            1 => Fate::Malformed,
            2 => Fate::Outside,
            _ => Fate::Capture(number(8)),
        };
        Self { fate, line: number(0) }
    }
}

/// The file.
#[derive(Debug)]
pub(super) struct Spool(BufWriter<File>);

impl Spool {
    /// A new one below this directory, which need not be there. It has a name only until it is open, where the system allows
    /// that.
    pub(super) fn new(directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let path = directory.join("records");
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path);
        let _ = fs::remove_file(&path);
        let _ = fs::remove_dir(directory);
        Ok(Self(BufWriter::with_capacity(1 << 16, file?)))
    }

    pub(super) fn push(&mut self, noted: Noted) -> io::Result<()> {
        self.0.write_all(&noted.bytes())
    }

    /// Shows all in their order, until `show` answers with an error.
    pub(super) fn for_each<E: From<io::Error>>(self, mut show: impl FnMut(Noted) -> Result<(), E>) -> Result<(), E> {
        let mut file = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        let mut file = BufReader::with_capacity(1 << 16, file);
        let mut bytes = [0; SIZE];
        loop {
            match file.read_exact(&mut bytes) {
                Ok(()) => show(Noted::of_bytes(bytes))?,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_back_and_no_file_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(&folder.path().join("scratch")).unwrap();
        let all: Vec<Noted> =
            [Fate::Capture(3), Fate::Entry(u64::MAX - 7), Fate::Malformed, Fate::Outside, Fate::Entry(0)]
                .into_iter()
                .zip([0, 1, u64::MAX, 9, 1 << 40])
                .map(|(fate, line)| Noted { fate, line })
                .collect();
        all.iter().for_each(|noted| spool.push(*noted).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut read = Vec::new();
        let keep = |noted| {
            read.push(noted);
            Ok::<_, io::Error>(())
        };
        spool.for_each(keep).unwrap();
        assert_eq!(read, all);
    }
}
