//! The directory of a pack's snapshots: what is accepted (`.snap`), and what is pending (`.snap.new`).

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gardener_engine::case::{Case, SnapshotKind};

use super::snapshot_file::{SnapshotFile, contents};
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;

/// Below a pack.
const FOLDER: &str = "tests/snapshots";
/// Bytes of a file that is read: as much as a worklog may have, and a header.
const LARGEST: u64 = 40 << 20;

/// Where snapshots lie.
#[derive(Clone, Debug)]
pub(crate) struct SnapshotStore {
    folder: PathBuf,
    /// The same for people.
    shown: String,
}

/// A snapshot held against its file.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    /// What it shows.
    pub(crate) kind: SnapshotKind,
    /// The name of its file.
    pub(crate) name: String,
    /// The path of its file, for people.
    pub(crate) shown: String,
    /// What was accepted; nothing if nothing was yet.
    pub(crate) old: Option<String>,
    /// What came.
    pub(crate) new: SnapshotFile,
}

impl Comparison {
    /// Whether what came is what was accepted.
    pub(crate) fn is_same(&self) -> bool {
        self.old.as_deref() == Some(contents(&self.new.text()).as_str())
    }
}

impl SnapshotStore {
    /// The snapshots of the pack in a directory that people know as `shown`.
    pub(crate) fn of_pack(pack: &Path, shown: &str) -> Self {
        let shown = format!("{}/{FOLDER}", shown.trim_end_matches('/'));
        Self { folder: pack.join(FOLDER), shown: shown.trim_start_matches("./").to_owned() }
    }

    /// Its directory, for people.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Holds a snapshot of a case against its file.
    pub(crate) fn compare(&self, case: &Case, kind: SnapshotKind, text: &str) -> Result<Comparison, Failure> {
        let name = name(case, kind);
        let new = SnapshotFile {
            source: format!("tests/{}", case.file),
            description: case.description.clone(),
            expression: format!("{} of {}", kind.name(), case.name),
            contents: text.to_owned(),
        };
        let shown = format!("{}/{name}", self.shown);
        let old = read(&self.folder.join(&name)).map_err(|error| unreadable(&shown, &error))?;
        Ok(Comparison { kind, name, shown, old: old.map(|text| contents(&text)), new })
    }

    /// Puts what came beside what was accepted, to be looked at.
    pub(crate) fn put_aside(&self, comparison: &Comparison) -> Result<(), Failure> {
        self.write(&format!("{}.new", comparison.name), &comparison.new.text())
    }

    /// Takes what came for right.
    pub(crate) fn accept(&self, comparison: &Comparison) -> Result<(), Failure> {
        self.write(&comparison.name, &comparison.new.text())?;
        self.forget(comparison)
    }

    /// Takes away what is pending.
    pub(crate) fn forget(&self, comparison: &Comparison) -> Result<(), Failure> {
        self.remove(&format!("{}.new", comparison.name))
    }

    /// Files that no case asks for.
    pub(crate) fn unreferenced(&self, cases: &[Case]) -> Result<Vec<String>, Failure> {
        let asked = cases.iter().flat_map(|case| case.snapshots().iter().map(|kind| name(case, *kind)));
        let asked: BTreeSet<String> = asked.collect();
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(&self.shown, &error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&self.shown, &error))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let accepted = name.strip_suffix(".new").unwrap_or(&name);
            if accepted.ends_with(".snap") && !asked.contains(accepted) {
                found.push(name);
            }
        }
        found.sort();
        Ok(found)
    }

    /// Takes a file away, if it is there.
    pub(crate) fn remove(&self, name: &str) -> Result<(), Failure> {
        match fs::remove_file(self.folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let message = format!("`{}/{name}` cannot be removed: {error}", self.shown);
                Err(Failure::new(Exit::Unreadable, message))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        fs::create_dir_all(&self.folder)
            .map_err(|error| Failure::new(Exit::Unreadable, format!("`{}` cannot be made: {error}", self.shown)))?;
        let path = self.folder.join(name);
        // Writing through a link that a pack brings along would write anywhere.
        if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            let message = format!("`{}/{name}` is no ordinary file, and is not written", self.shown);
            return Err(Failure::new(Exit::Unreadable, message));
        }
        OutputFile::at(&path)?.write(text)
    }
}

/// `auth__wrong-passwords-are-noise.decision.snap`.
fn name(case: &Case, kind: SnapshotKind) -> String {
    format!("{}.{}.snap", case.stem(), kind.name())
}

/// The text of a file; nothing if it is not there.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(metadata) if !metadata.is_file() || metadata.len() > LARGEST => {
            Err(io::Error::other("it is no file of a snapshot"))
        }
        Ok(_) => Ok(Some(String::from_utf8_lossy(&fs::read(path)?).into_owned())),
    }
}

fn unreadable(shown: &str, error: &io::Error) -> Failure {
    Failure::new(Exit::Unreadable, format!("`{shown}` cannot be read: {error}"))
}
