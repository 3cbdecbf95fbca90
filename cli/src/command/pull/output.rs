//! Where entries go.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gardener_engine::entry::Timestamp;

use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;
use crate::source::gcp::{Cursor, Sink, Window};

/// The file that nobody has named.
pub(super) fn name(window: Window) -> String {
    let time = |time: Timestamp| time.to_string().replace(['-', ':', '.'], "");
    format!("pull-{}-{}.jsonl.zst", time(window.since), time(window.until))
}

/// Refuses what no file can be made of, before anything is asked for.
pub(super) fn writable(path: &Path) -> Result<(), Failure> {
    OutputFile::at(path)?;
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            Err(Failure::new(Exit::Usage, format!("`{}` is no ordinary file", path.display()))
                .help("`-o -` writes to standard output"))
        }
        _ => Ok(()),
    }
}

/// The file of the one pull that was begun in a directory without naming one.
pub(super) fn begun(directory: &Path) -> Result<Option<PathBuf>, Failure> {
    let names = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut begun: Vec<String> = names
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".part.json").map(str::to_owned))
        .filter(|name| name.starts_with("pull-") && !directory.join(name).exists())
        .collect();
    begun.sort();
    match begun.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(PathBuf::from(one))),
        [first, ..] => Err(Failure::new(Exit::Usage, format!("{} pulls were begun here", begun.len()))
            .help(format!("name the one that is meant: -o {first}"))),
    }
}

/// Standard output. Whoever reads it may have enough.
pub(super) struct Stdout<'c> {
    context: &'c Context,
    is_closed: bool,
}

impl<'c> Stdout<'c> {
    pub(super) fn new(context: &'c Context) -> Self {
        Self { context, is_closed: false }
    }

    /// Whether nobody reads it any more.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }
}

impl Sink for Stdout<'_> {
    fn page(&mut self, lines: &[u8], _: &Cursor) -> Result<(), Failure> {
        self.context.stream(lines).map_err(|error| {
            self.is_closed = error.kind() == io::ErrorKind::BrokenPipe;
            Failure::new(Exit::Unreadable, format!("standard output cannot be written: {error}"))
        })
    }
}
