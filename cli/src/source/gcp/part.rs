//! A file of entries that is not whole yet, and how far it goes.
//!
//! `FILE.part` takes the entries, a page at a time; `FILE.part.json` says what was asked for, how far that was read, and how many
//! bytes of the part hold it. It is written when those bytes are on the disk, so that whatever is behind them is cut off where
//! a pull is gone on with. Only what is whole, or as long as was asked for, is called `FILE`.

mod packing;
mod state;

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::pull::{Cursor, End, Sink};
use super::seen::Seen;
use crate::error::{Exit, Failure};
use packing::Packing;

pub(crate) use state::{Ended, State};

/// The ending of names of what is not whole.
const PART: &str = ".part";
/// The ending of names of what says so.
const STATE: &str = ".part.json";

/// A part that is written to. Nobody else does meanwhile.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    file: File,
    packing: Packing,
    state: State,
}

/// What there is of a pull that was begun.
#[derive(Debug)]
pub(crate) enum Resumed {
    /// A part, to be gone on with, and the entries that it holds.
    Part(Box<Part>, Seen),
    /// The file, which is finished, and how many entries were asked for where that is why.
    Finished(Option<u64>),
    /// Nothing.
    Nothing,
}

impl Resumed {
    fn finished(ended: Ended, state: &State) -> Self {
        Self::Finished(state.limit.filter(|_| ended == Ended::Limit))
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, ToOwned::to_owned);
    name.push(ending);
    path.with_file_name(name)
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Unreadable, format!("`{}` cannot be written: {error}", path.display()))
}

fn unreadable(path: &Path, why: &str) -> Failure {
    Failure::new(Exit::Unreadable, format!("the pull in `{}` cannot be gone on with: {why}", path.display()))
        .help("without --resume it is begun again")
}

impl Part {
    /// Begins one for the file at `path`. What is left of an earlier one is gone.
    pub(crate) fn begin(path: &Path, state: State) -> Result<Self, Failure> {
        let file = open(path)?;
        // Killed in here, it must not be taken for what it was before.
        let _ = fs::remove_file(beside(path, STATE));
        let part = Self { path: path.to_owned(), file, packing: Packing::of(path), state };
        part.cut(0).and_then(|()| part.keep_state()).map_err(|error| unwritable(&beside(path, PART), &error))?;
        Ok(part)
    }

    /// Goes on with what there is for the file at `path`.
    pub(crate) fn resume(path: &Path) -> Result<Resumed, Failure> {
        let (part, sidecar) = (beside(path, PART), beside(path, STATE));
        let state = match fs::read(&sidecar) {
            Ok(text) => State::parse(&text).map_err(|why| unreadable(path, &why))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(if path.exists() && !part.exists() { Resumed::Finished(None) } else { Resumed::Nothing });
            }
            Err(error) => return Err(unreadable(path, &error.to_string())),
        };
        if !part.exists() {
            // It was called by its name, and the program killed just then; or it has its limit.
            if state.ended == Some(Ended::Whole) {
                let _ = fs::remove_file(&sidecar);
            }
            return match state.ended {
                Some(ended) if path.exists() => Ok(Resumed::finished(ended, &state)),
                _ => Err(unreadable(path, "its part is missing")),
            };
        }
        let mut resumed = Self { path: path.to_owned(), file: open(path)?, packing: Packing::of(path), state };
        if resumed.file.metadata().map_or(0, |metadata| metadata.len()) < resumed.state.bytes {
            return Err(unreadable(path, "its part is shorter than it was"));
        }
        resumed.cut(resumed.state.bytes).map_err(|error| unwritable(&part, &error))?;
        if let Some(ended) = resumed.state.ended {
            resumed.put_in_place(ended)?;
            return Ok(Resumed::finished(ended, &resumed.state));
        }
        // Nothing is no packed file either.
        let seen = match resumed.state.bytes {
            0 => Ok(Seen::default()),
            _ => packing::entries(&part, resumed.packing).map_err(|error| unreadable(path, &error.to_string())),
        }?;
        resumed.file.seek(SeekFrom::End(0)).map_err(|error| unwritable(&part, &error))?;
        Ok(Resumed::Part(Box::new(resumed), seen))
    }

    /// What was asked for, and how far it is read.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Leaves nothing of it.
    pub(crate) fn discard(self) {
        let _ = fs::remove_file(beside(&self.path, STATE));
        let _ = fs::remove_file(beside(&self.path, PART));
    }

    /// Calls it by its name, if a pull ended so that it may be called so. Otherwise the path of the part.
    pub(crate) fn finish(mut self, end: &End) -> Result<Result<PathBuf, PathBuf>, Failure> {
        let ended = match end {
            End::Whole => Ended::Whole,
            End::Limit => Ended::Limit,
            End::Stopped(_) => return Ok(Err(beside(&self.path, PART))),
        };
        self.put_in_place(ended)?;
        Ok(Ok(self.path))
    }

    fn put_in_place(&mut self, ended: Ended) -> Result<(), Failure> {
        self.state.ended = Some(ended);
        let done = self
            .file
            .sync_all()
            .and_then(|()| self.keep_state())
            .and_then(|()| fs::rename(beside(&self.path, PART), &self.path));
        done.map_err(|error| unwritable(&self.path, &error))?;
        // What has its limit is not all that there was, which stays written down.
        if ended == Ended::Whole {
            let _ = fs::remove_file(beside(&self.path, STATE));
        }
        Ok(())
    }

    fn cut(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    /// Writes down how far it goes: whole or not at all.
    fn keep_state(&self) -> io::Result<()> {
        let (path, new) = (beside(&self.path, STATE), beside(&self.path, ".part.json.new"));
        let mut file = File::create(&new)?;
        file.write_all(&self.state.text())?;
        file.sync_all()?;
        fs::rename(&new, &path)
    }
}

impl Sink for Part {
    fn page(&mut self, lines: &[u8], cursor: &Cursor) -> Result<(), Failure> {
        let packed = self.packing.packed(lines).and_then(|packed| {
            self.file.write_all(&packed)?;
            self.file.sync_data()?;
            Ok(packed.len() as u64)
        });
        let written = packed.and_then(|length| {
            self.state.bytes += length;
            self.state.cursor = cursor.clone();
            self.keep_state()
        });
        written.map_err(|error| unwritable(&beside(&self.path, PART), &error))
    }
}

/// The part of the file at `path`, for this process alone.
fn open(path: &Path) -> Result<File, Failure> {
    let part = beside(path, PART);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&part);
    let file = file.map_err(|error| unwritable(&part, &error))?;
    match file.try_lock() {
        // Where a file system knows no locks, people must look after it.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let message = format!("another pull is writing `{}`", part.display());
            Err(Failure::new(Exit::Unreadable, message).help("wait for it, or name another file by -o"))
        }
    }
}

#[cfg(test)]
mod tests;
