//! Doing something again whenever files of a pack change.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::{Event, EventKind, RecursiveMode, Watcher};

use gardener_engine::diagnostic::Sources;

use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::pack_files::Found;
use crate::terminal;

/// How long nothing may happen before the changes are taken for one: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(30);

/// Directories that are watched.
pub(crate) struct Watch {
    watcher: Box<dyn Watcher>,
    changes: Receiver<notify::Result<Event>>,
    watched: BTreeSet<PathBuf>,
}

impl Watch {
    /// Nothing watched yet.
    pub(crate) fn new() -> Result<Self, Failure> {
        let (send, changes) = mpsc::channel();
        let watcher = notify::recommended_watcher(send).map_err(|error| refused(&error))?;
        Ok(Self { watcher: Box::new(watcher), changes, watched: BTreeSet::new() })
    }

    /// Watches these directories, with what is in them, as well.
    pub(crate) fn add(&mut self, directories: &[PathBuf]) -> Result<(), Failure> {
        for directory in directories {
            if !self.watched.iter().any(|watched| directory.starts_with(watched)) {
                self.watcher.watch(directory, RecursiveMode::Recursive).map_err(|error| refused(&error))?;
                self.watched.insert(directory.clone());
            }
        }
        Ok(())
    }

    /// Waits until files have changed that matter, and nothing more happens for a moment; gives their paths.
    pub(crate) fn wait(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut changed = BTreeSet::new();
        loop {
            let next = match changed.is_empty() {
                true => self.changes.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => self.changes.recv_timeout(QUIET),
            };
            match next {
                Ok(event) => changed.extend(paths(event.map_err(|error| refused(&error))?)),
                Err(RecvTimeoutError::Timeout) => return Ok(changed.into_iter().collect()),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::new(Exit::Unreadable, "the file system no longer tells of changes"));
                }
            }
        }
    }
}

fn refused(error: &notify::Error) -> Failure {
    let paths: Vec<String> = error.paths.iter().map(|path| format!(" `{}`", path.display())).collect();
    Failure::new(Exit::Unreadable, format!("{} cannot be watched: {error}", paths.join(",").trim_start()))
        .help("run the command again by hand, or raise the limit of watches (fs.inotify.max_user_watches)")
}

/// The files of an event that a pack is made of, or that its cases read.
fn paths(event: Event) -> Vec<PathBuf> {
    if matches!(event.kind, EventKind::Access(_)) {
        return Vec::new();
    }
    event.paths.into_iter().filter(|path| matters(path)).collect()
}

/// Whether a file may change what comes out: not what editors leave beside it, nor snapshots that are pending, which the
/// program writes itself.
fn matters(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let is_left = name.starts_with('.') || name.starts_with('#') || name.ends_with('~');
    let ending = name.rsplit('.').next().unwrap_or("");
    let is_hidden = path.components().any(|part| part.as_os_str() == ".git");
    !is_left && !is_hidden && !matches!(ending, "new" | "swp" | "swx" | "tmp" | "bak" | "orig")
}

/// The directories of a pack and of the packs that it builds on.
pub(crate) fn directories(context: &Context, found: &Found, sources: &Sources) -> Vec<PathBuf> {
    let own = found.directory().map(Path::to_owned);
    let files = sources.files().map(|file| context.directory().join(sources.path(file)));
    // The built-in pack's files are in no directory.
    let bases = files.filter_map(|file| file.parent().filter(|folder| folder.is_dir())?.canonicalize().ok());
    own.into_iter().chain(bases).collect()
}

/// Does something now, and again on every change of the files in the directories that it names, until the program is ended.
/// What goes wrong is told, and the next change awaited.
pub(crate) fn again(
    context: &Context,
    mut once: impl FnMut() -> Result<(Exit, Vec<PathBuf>), Failure>,
) -> Result<Exit, Failure> {
    let mut watch = Watch::new()?;
    loop {
        let started = context.elapsed();
        match once() {
            Ok((_, directories)) => watch.add(&directories)?,
            Err(failure) => {
                let is_colored = context.stderr_has_color();
                context.tell(&terminal::error(&failure.message, failure.help.as_deref(), is_colored));
                watch.add(&[context.directory().to_owned()])?;
            }
        }
        let took = (context.elapsed() - started).as_millis();
        context.tell(&format!("watching for changes (took {took} ms; Ctrl-C ends)\n"));
        let changed = watch.wait()?;
        let shown = |path: &PathBuf| path.strip_prefix(context.directory()).unwrap_or(path).display().to_string();
        let names: Vec<String> = changed.iter().take(3).map(shown).collect();
        let more = if changed.len() > 3 { format!(" and {} more", changed.len() - 3) } else { String::new() };
        context.tell(&format!("\n── changed: {}{more}\n\n", terminal::clean(&names.join(", "))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_and_the_program_leave_is_no_change() {
        for name in ["clusters/a.yaml", "policy/a.rhai", "tests/captures/a.jsonl.zst", "tests/snapshots/a.snap", "a"] {
            assert!(matters(Path::new(name)), "{name}");
        }
        for name in [".a.yaml.swp", "a.yaml~", "#a.yaml#", "a.snap.new", "4913.tmp", ".git/index", "x/.git/HEAD"] {
            assert!(!matters(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn a_save_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = Watch::new().unwrap();
        watch.add(&[folder.path().to_owned()]).unwrap();
        std::fs::write(folder.path().join(".a.swp"), "x").unwrap();
        std::fs::write(folder.path().join("a.yaml"), "x").unwrap();
        std::fs::write(folder.path().join("a.yaml"), "y").unwrap();
        let changed = watch.wait().unwrap();
        assert_eq!(changed.iter().map(|path| path.file_name().unwrap()).collect::<Vec<_>>(), ["a.yaml"]);
    }
}
