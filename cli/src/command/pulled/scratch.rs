//! A directory for what is pulled only to be read: what is in it is not redacted yet.
//!
//! Nobody but its owner can look into it, and it is gone with the run. Whoever is killed leaves it behind; the next run takes it
//! away. Which ones are left behind a lock in each says, that ends with its process.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::context::Context;
use crate::error::{Exit, Failure};

/// What the names of all of them begin with.
const PREFIX: &str = "gardener-pull-";
/// The file in each that is locked as long as it is in use.
const LOCK: &str = "lock";
/// Names that are tried. Only whoever takes away what is left behind can get in between, and a moment later it cannot.
const TRIES: u32 = 8;
/// How old one without a lock must be to be left behind: its owner makes the lock at once.
const OLD: Duration = Duration::from_secs(3600);

/// The directory of this run.
pub(super) struct Scratch {
    folder: PathBuf,
    /// Open, and so locked, for as long as the directory is there.
    _lock: File,
}

impl Scratch {
    /// Makes it, and takes away what others have left.
    pub(super) fn new(context: &Context) -> Result<Self, Failure> {
        let parent = context.temporary();
        let name = format!("{PREFIX}{}", context.unique());
        Self::made(&parent, &name).map_err(|error| {
            let told = format!("`{}` cannot be made, to keep what is read in: {error}", parent.join(name).display());
            Failure::new(Exit::Unreadable, told).help("name a file by --keep, or another directory by TMPDIR")
        })
    }

    fn made(parent: &Path, name: &str) -> io::Result<Self> {
        for again in 0..TRIES {
            let folder = parent.join(format!("{name}-{again}"));
            private(&folder)?;
            if let Some(lock) = locked(&folder)? {
                sweep(parent, &folder);
                return Ok(Self { folder, _lock: lock });
            }
        }
        Err(io::Error::other("something else takes it away at once"))
    }

    /// The file for entries in it.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.join("pull.jsonl.zst")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be taken away lies where only its owner sees it, and the next run tries again.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Locks a directory that was just made; nothing where somebody who sweeps was faster.
fn locked(folder: &Path) -> io::Result<Option<File>> {
    let path = folder.join(LOCK);
    let lock = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        lock => lock?,
    };
    match lock.try_lock() {
        // Where a file system knows no locks, nobody can tell what is left behind, and nothing is taken away.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(path.exists().then_some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
    }
}

/// Takes away what runs of the same user have left that are no more.
fn sweep(parent: &Path, own: &Path) {
    let Ok(mine) = fs::symlink_metadata(own) else { return };
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_named = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        // Not where a link leads: it could be to anything.
        if is_named
            && path != own
            && fs::symlink_metadata(&path).is_ok_and(|it| it.is_dir() && is_same_owner(&it, &mine))
        {
            take_away(&path);
        }
    }
}

fn take_away(folder: &Path) {
    match OpenOptions::new().write(true).open(folder.join(LOCK)) {
        // It is kept until all is gone, so that nobody else takes the name meanwhile.
        Ok(lock) if lock.try_lock().is_ok() => {
            let _ = fs::remove_dir_all(folder);
        }
        Ok(_) => {}
        Err(_) => {
            let age = fs::symlink_metadata(folder).and_then(|it| it.modified()).map(|at| at.elapsed());
            if matches!(age, Ok(Ok(age)) if age > OLD) {
                let _ = fs::remove_dir_all(folder);
            }
        }
    }
}

#[cfg(unix)]
fn is_same_owner(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.uid() == other.uid()
}

/// Each user has a directory of their own for what is temporary.
#[cfg(not(unix))]
fn is_same_owner(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn private(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_the_dead_have_left_is_taken_away_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let live = Scratch::made(parent.path(), "gardener-pull-live").unwrap();
        fs::write(live.file(), "raw").unwrap();
        // As a process that is killed leaves it: there, and not locked.
        for name in ["gardener-pull-dead", "gardener-pull-begun", "gardener-other", "gardener-pull-aimed"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        for name in ["gardener-pull-dead", "gardener-other", "gardener-pull-aimed"] {
            fs::write(parent.path().join(name).join(LOCK), "").unwrap();
            fs::write(parent.path().join(name).join("pull.jsonl.zst.part"), "raw").unwrap();
        }
        let aimed = parent.path().join("gardener-pull-aimed");
        fs::rename(&aimed, parent.path().join("aim")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(parent.path().join("aim"), aimed).unwrap();
        let own = Scratch::made(parent.path(), "gardener-pull-own").unwrap();
        let left = names(parent.path());
        assert!(!left.contains(&"gardener-pull-dead".to_owned()), "{left:?}");
        for kept in ["aim", "gardener-other", "gardener-pull-begun", "gardener-pull-live-0", "gardener-pull-own-0"] {
            assert!(left.contains(&kept.to_owned()), "{kept}: {left:?}");
        }
        assert!(live.file().exists() && parent.path().join("aim").join("pull.jsonl.zst.part").exists());
        drop(live);
        drop(own);
        assert!(!names(parent.path()).iter().any(|name| name.ends_with("-0")));
    }

    #[test]
    fn one_that_somebody_takes_for_left_behind_is_made_again() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("gardener-pull-a");
        private(&folder).unwrap();
        fs::remove_dir(&folder).unwrap();
        assert!(locked(&folder).unwrap().is_none());
        private(&folder).unwrap();
        assert!(locked(&folder).unwrap().is_some());
    }
}
