//! Doing something again whenever files of a pack change.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::{Event, EventKind, RecursiveMode, Watcher};

use gardener_engine::diagnostic::Sources;

use crate::args::Common;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::pack_files::{MANIFEST, find};
use crate::terminal;

/// How long nothing may happen before the changes are taken for one: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(30);
/// How long changes are gathered at most: something may write without end.
const LONGEST: Duration = Duration::from_millis(150);
/// How often a directory that is gone is looked for.
const LOOK: Duration = Duration::from_millis(200);

/// Packs that are watched.
pub(crate) struct Watch {
    watcher: Box<dyn Watcher>,
    changes: Receiver<notify::Result<Event>>,
    /// The directories of the packs.
    packs: BTreeSet<PathBuf>,
}

impl Watch {
    /// Nothing watched yet.
    pub(crate) fn new() -> Result<Self, Failure> {
        let (send, changes) = mpsc::channel();
        let watcher = notify::recommended_watcher(send).map_err(|error| refused(&error))?;
        Ok(Self { watcher: Box::new(watcher), changes, packs: BTreeSet::new() })
    }

    /// Watches the packs in these directories as well.
    pub(crate) fn add(&mut self, packs: &[PathBuf]) -> Result<(), Failure> {
        for pack in packs {
            if !self.packs.contains(pack) {
                if !self.packs.iter().any(|watched| pack.starts_with(watched)) {
                    self.watcher.watch(pack, RecursiveMode::Recursive).map_err(|error| refused(&error))?;
                }
                self.packs.insert(pack.clone());
            }
        }
        Ok(())
    }

    /// Waits until files have changed that matter, and none of them more for a moment, by this clock; gives their paths.
    pub(crate) fn wait(&self, clock: impl Fn() -> Duration) -> Result<Vec<PathBuf>, Failure> {
        let mut changed = BTreeSet::new();
        let (mut first, mut last) = (Duration::ZERO, Duration::ZERO);
        loop {
            let next = match changed.is_empty() {
                true => self.changes.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => {
                    // What does not matter keeps nobody waiting.
                    let until = (last + QUIET).min(first + LONGEST);
                    match until.checked_sub(clock()) {
                        Some(left) if !left.is_zero() => self.changes.recv_timeout(left),
                        _ => return Ok(changed.into_iter().collect()),
                    }
                }
            };
            match next {
                Ok(event) => {
                    let paths = self.paths(event.map_err(|error| refused(&error))?);
                    if !paths.is_empty() {
                        last = clock();
                        first = if changed.is_empty() { last } else { first };
                        changed.extend(paths);
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Ok(changed.into_iter().collect()),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::new(Exit::Unreadable, "the file system no longer tells of changes"));
                }
            }
        }
    }

    /// The files of an event that a pack is made of, or that its cases read.
    fn paths(&self, event: Event) -> Vec<PathBuf> {
        if matches!(event.kind, EventKind::Access(_)) {
            return Vec::new();
        }
        let matters = |path: &PathBuf| {
            let inside = self.packs.iter().filter_map(|pack| path.strip_prefix(pack).ok());
            inside.into_iter().any(|inside| matters(inside, path.is_dir()))
        };
        event.paths.into_iter().filter(matters).collect()
    }

    /// Waits for something to happen, whatever it is, or for a moment.
    fn pause(&self) {
        let _ = self.changes.recv_timeout(LOOK);
    }
}

fn refused(error: &notify::Error) -> Failure {
    let paths: Vec<String> = error.paths.iter().map(|path| format!(" `{}`", path.display())).collect();
    Failure::new(Exit::Unreadable, format!("{} cannot be watched: {error}", paths.join(",").trim_start()))
        .help("run the command again by hand, or raise the limit of watches (fs.inotify.max_user_watches)")
}

/// Whether what lies at a path inside a pack may change what comes out: a file that is read, or a directory of such. Not what
/// editors leave beside these, nor snapshots that are pending, which the program writes itself.
fn matters(inside: &Path, is_directory: bool) -> bool {
    let Some(inside) = inside.to_str() else { return false };
    let parts: Vec<&str> = inside.split('/').filter(|part| !part.is_empty()).collect();
    let (Some(folder), Some(name)) = (parts.first(), parts.last()) else {
        // The pack itself was moved, or taken away.
        return true;
    };
    let is_left = |part: &&str| part.starts_with(['.', '#']) || part.ends_with('~');
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.to_lowercase().ends_with(ending));
    let yaml = [".yaml", ".yml"];
    if parts.iter().any(is_left) {
        return false;
    }
    match (*folder, parts.get(1).copied()) {
        // A directory that is gone has no name to be told by: one of a pack's own is.
        (_, None) => ends(&["gardener.yaml", "gardener.yml"]) || PARTS.contains(folder),
        (folder, Some(_)) if is_directory => PARTS.contains(&folder),
        ("clusters", _) => ends(&yaml),
        ("policy", _) => ends(&[".rhai"]),
        ("templates", _) => !is_temporary(name),
        ("tests", Some("snapshots")) => ends(&[".snap"]),
        ("tests", Some("captures")) => !is_temporary(name),
        // Captures may lie anywhere below.
        ("tests", _) => ends(&yaml) || (parts.len() > 2 && !is_temporary(name)) || ends(&CAPTURES),
        _ => false,
    }
}

/// The directories of a pack.
const PARTS: [&str; 4] = ["clusters", "policy", "templates", "tests"];
/// What captures are called that lie beside the cases.
const CAPTURES: [&str; 7] = [".json", ".jsonl", ".ndjson", ".log", ".txt", ".gz", ".zst"];

/// Whether a file of any name is one that an editor or a tool writes for a moment: `4913` of vim, `sedAbCdEf`, `a.swp`.
fn is_temporary(name: &str) -> bool {
    let is_of_sed = |rest: &str| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.bytes().all(|byte| byte.is_ascii_digit())
        || name.strip_prefix("sed").is_some_and(is_of_sed)
        || [".new", ".swp", ".swx", ".tmp", ".part", ".bak", ".orig"].iter().any(|ending| name.ends_with(ending))
}

/// The directories of a pack and of the packs that it builds on: where their manifests lie.
pub(crate) fn packs(context: &Context, sources: &Sources) -> Vec<PathBuf> {
    let files = sources.files().map(|file| context.directory().join(sources.path(file)));
    let manifests = files.filter(|file| file.file_name().is_some_and(|name| name == MANIFEST));
    // The built-in pack's files are in no directory.
    manifests.filter_map(|file| file.parent()?.canonicalize().ok()).collect()
}

/// Does something now, and again on every change of a file of the packs that it names, until the program is ended. What goes
/// wrong is told, and the next change awaited; but a command line that can come to nothing is refused.
pub(crate) fn again(
    context: &Context,
    common: &Common,
    mut once: impl FnMut() -> Result<(Exit, Vec<PathBuf>), Failure>,
) -> Result<Exit, Failure> {
    let found = find(common.rules.as_deref(), context.directory())?;
    let Some(pack) = found.directory().map(Path::to_owned) else {
        return Err(Failure::new(Exit::Usage, "the built-in pack never changes, so that there is nothing to watch")
            .help("name the directory of a pack: `--rules DIR`"));
    };
    if !pack.is_dir() {
        let message = format!("there is no directory `{}` to watch", terminal::clean(&found.shown));
        return Err(Failure::new(Exit::InvalidPack, message).help("name the directory of a pack: `--rules DIR`"));
    }
    let mut watch = Watch::new()?;
    watch.add(std::slice::from_ref(&pack))?;
    let mut is_first = true;
    loop {
        let started = context.elapsed();
        match once() {
            Ok((_, packs)) => watch.add(&packs)?,
            Err(failure) if is_first && failure.exit == Exit::Usage => return Err(failure),
            Err(failure) => {
                let is_colored = context.stderr_has_color();
                context.tell(&terminal::error(&failure.message, failure.help.as_deref(), is_colored));
                // What is wrong may stand in a pack that it builds on.
                if let Some(problems) = &failure.problems {
                    watch.add(&packs(context, &problems.sources))?;
                }
            }
        }
        is_first = false;
        let took = (context.elapsed() - started).as_millis();
        context.tell(&format!("watching for changes (took {took} ms; Ctrl-C ends)\n"));
        let changed = watch.wait(|| context.elapsed())?;
        if !pack.is_dir() {
            context
                .tell(&format!("\n── `{}` is gone; waiting until it is there again\n", terminal::clean(&found.shown)));
            while !pack.is_dir() {
                watch.pause();
            }
            // What is there now is another directory, which nobody watches yet.
            watch = Watch::new()?;
            watch.add(std::slice::from_ref(&pack))?;
        }
        context.tell(&format!("\n── changed: {}\n\n", terminal::clean(&names(context, &changed))));
    }
}

/// The first of the files that changed, as people see them.
fn names(context: &Context, changed: &[PathBuf]) -> String {
    let shown = |path: &PathBuf| match path.strip_prefix(context.directory()) {
        Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
        Ok(inside) => inside.display().to_string(),
        Err(_) => path.display().to_string(),
    };
    let names: Vec<String> = changed.iter().take(3).map(shown).collect();
    let more = if changed.len() > 3 { format!(" and {} more", changed.len() - 3) } else { String::new() };
    format!("{}{more}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn only_what_a_pack_is_made_of_is_a_change() {
        for name in [
            "gardener.yaml",
            "clusters/a.yaml",
            "clusters/more/a.yml",
            "policy/a.rhai",
            "templates/worklog.md.j2",
            "tests/a.yaml",
            "tests/captures/a.jsonl.zst",
            "tests/captures/plain",
            "tests/a.jsonl",
            "tests/snapshots/a.snap",
            "tests/C.YAML",
            "clusters",
            "",
        ] {
            assert!(matters(Path::new(name), false), "{name}");
        }
        for name in [
            "foo.txt",
            "noise.txt",
            "4913",
            "clusters/4913",
            "clusters/sedXq3wZ1",
            "policy/sedXq3wZ1",
            "tests/captures/4913",
            "tests/captures/sedXq3wZ1",
            "clusters/.a.yaml.swp",
            "clusters/a.yaml~",
            "clusters/#a.yaml#",
            "tests/snapshots/a.snap.new",
            ".git/index",
            "report.xml",
            "src/main.rs",
            "docs/a.yaml",
            ".gardener/history.db",
        ] {
            assert!(!matters(Path::new(name), false), "{name}");
        }
        assert!(matters(Path::new("tests/captures/new"), true) && !matters(Path::new("target/debug"), true));
    }

    fn watched() -> (tempfile::TempDir, PathBuf, Watch) {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().canonicalize().unwrap();
        std::fs::create_dir(pack.join("clusters")).unwrap();
        let mut watch = Watch::new().unwrap();
        watch.add(std::slice::from_ref(&pack)).unwrap();
        (folder, pack, watch)
    }

    #[expect(clippy::disallowed_methods, reason = "the test is a clock")]
    fn clock() -> impl Fn() -> Duration {
        let started = Instant::now();
        move || started.elapsed()
    }

    #[test]
    fn a_save_is_told_once() {
        let (_folder, pack, watch) = watched();
        for (name, text) in [("4913", "x"), ("foo.txt", "x"), ("a.yaml", "x"), ("a.yaml", "y")] {
            std::fs::write(pack.join("clusters").join(name), text).unwrap();
        }
        let changed = watch.wait(clock()).unwrap();
        assert_eq!(changed.iter().map(|path| path.file_name().unwrap()).collect::<Vec<_>>(), ["a.yaml"]);
    }

    #[test]
    fn what_writes_without_end_keeps_nobody_waiting() {
        let (_folder, pack, watch) = watched();
        std::thread::scope(|scope| {
            let (stop, stopped) = mpsc::channel::<()>();
            let file = pack.join("clusters/a.yaml");
            let noise = pack.join("noise.txt");
            scope.spawn(move || {
                while stopped.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Timeout) {
                    std::fs::write(&file, "x").unwrap();
                    std::fs::write(&noise, "x").unwrap();
                }
            });
            let clock = clock();
            let changed = watch.wait(&clock).unwrap();
            drop(stop);
            assert_eq!(changed.len(), 1, "{changed:?}");
            assert!(clock() < Duration::from_secs(3), "{:?}", clock());
        });
    }
}
