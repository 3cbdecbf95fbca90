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
    /// What is wrong with the file, where that cannot be what was accepted.
    pub(crate) damage: Option<&'static str>,
    /// Whether what came has been taken for right since.
    pub(crate) is_accepted: bool,
}

impl Comparison {
    /// Whether what came is neither what was accepted, nor has been accepted since.
    pub(crate) fn is_differing(&self) -> bool {
        !self.is_same() && !self.is_accepted
    }

    /// What became of it: `changed`, `is new`, or how its file is damaged.
    pub(crate) fn what(&self) -> String {
        match (self.damage, &self.old) {
            (Some(damage), _) => format!("cannot be compared: its file {damage}"),
            (None, Some(_)) => "changed".to_owned(),
            (None, None) => "is new".to_owned(),
        }
    }

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
        let damage = old.as_ref().and_then(|bytes| damage(bytes));
        let old = old.filter(|_| damage.is_none()).map(|bytes| contents(&String::from_utf8_lossy(&bytes)));
        Ok(Comparison { kind, name, shown, old, new, damage, is_accepted: false })
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

/// What is wrong with the bytes of a snapshot's file, if they cannot be what anybody accepted.
fn damage(bytes: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("is not UTF-8") };
    let begins = |mark: &str| text.lines().any(|line| line.starts_with(mark));
    if begins("<<<<<<< ") && begins(">>>>>>> ") {
        return Some("holds the marks of a merge conflict of Git");
    }
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let has_header = lines.next().is_some_and(|line| line.trim_end() == "---");
    (has_header && !lines.any(|line| line.trim_end() == "---")).then_some("ends within its header")
}

/// The bytes of a file; nothing if it is not there.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(metadata) if !metadata.is_file() || metadata.len() > LARGEST => {
            Err(io::Error::other("it is no file of a snapshot"))
        }
        Ok(_) => fs::read(path).map(Some),
    }
}

fn unreadable(shown: &str, error: &io::Error) -> Failure {
    Failure::new(Exit::Unreadable, format!("`{shown}` cannot be read: {error}"))
}
