//! The files of a pack in a directory.
//!
//! A `gardener.yaml` may stand at the top of a large repository. So only what can belong to a pack is read: the manifest, and
//! all below `clusters`, `policy` and `templates`. Of other directories a glance at the names is enough to find those that
//! were meant to be one of these.
//!
//! What cannot be read is handed on with the reason, so that one bad file hides nothing of the others. Links are followed
//! inside the pack only: what lies elsewhere is not the pack's, and its text would be quoted in messages.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use gardener_engine::diagnostic::nearest;
use gardener_engine::pack::PackFile;

use super::MANIFEST;

/// The directories of a pack.
pub(super) const PARTS: [&str; 3] = ["clusters", "policy", "templates"];
/// The directory of cases.
const TESTS: &str = "tests";
const NO_FILE: &str = "it is no ordinary file";
/// Files and directories looked at: more than any pack needs, less than harms.
pub(super) const ENTRIES: usize = 10_000;
pub(super) const TOO_MANY: &str = "it has more than 10,000 files and directories";
/// Directories below one of a pack's.
pub(super) const DEPTH: usize = 8;
/// Bytes of one file; of a larger one the engine says that it is too large.
pub(super) const BYTES: u64 = (1 << 20) + 1;
/// Bytes of all files.
pub(super) const TOTAL: usize = 64 << 20;

/// The files of the pack in a directory, in the order of their paths. Hidden ones are left out.
pub(super) fn files(folder: &Path) -> Result<Vec<PackFile>, String> {
    let root = folder.canonicalize().map_err(|error| in_words(&error))?;
    let mut walk = Walk { root, files: Vec::new(), entries: 0, bytes: 0 };
    let names = walk.names(folder, "").map_err(|error| in_words(&error))?;
    if walk.entries > ENTRIES {
        return Err(TOO_MANY.to_owned());
    }
    for name in names {
        let path = folder.join(&name);
        if PARTS.contains(&name.as_str()) {
            walk.entry(&path, name, &mut vec![walk.root.clone()]);
        } else if name == MANIFEST {
            walk.manifest(&path, name);
        } else if path.is_dir() {
            if name != TESTS && !path.is_symlink() {
                walk.glance(&path, &name);
            }
        } else if is_of_rules(&name) {
            walk.files.push(PackFile { path: name, bytes: Ok(Vec::new()) });
        }
    }
    walk.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk.files)
}

/// What is below `tests` of the pack in a directory: files of cases with their bytes, all others with none; and the YAML files,
/// with their bytes, of directories that are most likely meant to be it.
pub(super) fn tests(folder: &Path) -> Result<Vec<PackFile>, String> {
    let root = folder.canonicalize().map_err(|error| in_words(&error))?;
    let mut walk = Walk { root, files: Vec::new(), entries: 0, bytes: 0 };
    for name in walk.names(folder, "").map_err(|error| in_words(&error))? {
        let path = folder.join(&name);
        if name == TESTS && !path.is_dir() {
            walk.refuse(name, "it is no directory".to_owned());
        } else if name == TESTS {
            match walk.real(&path) {
                Ok((real, _)) => walk.below(&real, TESTS, &mut vec![real.clone()]),
                Err(reason) => walk.refuse(name, reason),
            }
        } else if is_like_tests(&name) && path.is_dir() && !path.is_symlink() {
            walk.beside(&path, &name);
        }
    }
    walk.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk.files)
}

/// Whether a directory is most likely meant to be `tests`.
fn is_like_tests(name: &str) -> bool {
    nearest(name, [TESTS]).is_some() || matches!(name.to_lowercase().as_str(), "spec" | "specs" | "cases")
}

struct Walk {
    /// The pack's directory, without links.
    root: PathBuf,
    files: Vec<PackFile>,
    entries: usize,
    bytes: usize,
}

impl Walk {
    /// What is in a directory, in order. What has no name that could be shown, or is too much, is noted as unreadable.
    fn names(&mut self, folder: &Path, prefix: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            self.entries += 1;
            if self.entries > ENTRIES {
                self.refuse(prefix.trim_end_matches('/').to_owned(), TOO_MANY.to_owned());
                break;
            }
            match name.into_string() {
                Ok(name) if name.starts_with('.') => {}
                Ok(name) => names.push(name),
                Err(name) => self.refuse(format!("{prefix}{}", name.display()), "its name is not UTF-8".to_owned()),
            }
        }
        names.sort();
        Ok(names)
    }

    fn refuse(&mut self, path: String, reason: String) {
        if !self.files.iter().any(|file| file.path == path && file.bytes.is_err()) {
            self.files.push(PackFile { path, bytes: Err(reason) });
        }
    }

    /// Notes all below `tests`, and reads the files of cases in it; `above` are the directories that lead here, without links.
    fn below(&mut self, folder: &Path, prefix: &str, above: &mut Vec<PathBuf>) {
        let names = match self.names(folder, &format!("{prefix}/")) {
            Ok(names) => names,
            Err(error) => return self.refuse(prefix.to_owned(), in_words(&error)),
        };
        for name in names {
            let (full, path) = (folder.join(&name), format!("{prefix}/{name}"));
            match self.real(&full) {
                Err(reason) => self.refuse(path, reason),
                Ok((real, metadata)) if metadata.is_dir() => {
                    if above.contains(&real) {
                        self.refuse(path, "it is a link to a directory that it lies in".to_owned());
                    } else if above.len() > DEPTH {
                        self.refuse(path, format!("it lies more than {DEPTH} directories deep"));
                    } else {
                        above.push(real.clone());
                        self.below(&real, &path, above);
                        above.pop();
                    }
                }
                // Reading from a pipe or a device might never end.
                Ok((_, metadata)) if !metadata.is_file() => self.refuse(path, NO_FILE.to_owned()),
                Ok((real, _)) if prefix == TESTS && is_yaml(&name) => self.read(&real, path),
                Ok(_) => self.files.push(PackFile { path, bytes: Ok(Vec::new()) }),
            }
        }
    }

    /// Reads the YAML files of a directory that is most likely meant to be `tests`.
    fn beside(&mut self, folder: &Path, prefix: &str) {
        // A directory of somebody else's that cannot be read is none of our business.
        let Ok(names) = self.names(folder, &format!("{prefix}/")) else { return };
        for name in names.into_iter().filter(|name| is_yaml(name)) {
            if let Ok((real, metadata)) = self.real(&folder.join(&name))
                && metadata.is_file()
            {
                self.read(&real, format!("{prefix}/{name}"));
            }
        }
    }

    /// Reads a file, or all below a directory; `above` are the directories that lead here, without links.
    fn entry(&mut self, full: &Path, path: String, above: &mut Vec<PathBuf>) {
        let (real, metadata) = match self.real(full) {
            Ok(found) => found,
            Err(reason) => return self.refuse(path, reason),
        };
        if metadata.is_file() {
            return self.read(&real, path);
        }
        if !metadata.is_dir() {
            // Reading from a pipe or a device might never end.
            return self.refuse(path, NO_FILE.to_owned());
        }
        if above.contains(&real) {
            return self.refuse(path, "it is a link to a directory that it lies in".to_owned());
        }
        if above.len() > DEPTH + 1 {
            return self.refuse(path, format!("it lies more than {DEPTH} directories deep"));
        }
        match self.names(&real, &format!("{path}/")) {
            Err(error) => self.refuse(path, in_words(&error)),
            Ok(names) => {
                above.push(real);
                for name in names {
                    self.entry(&full.join(&name), format!("{path}/{name}"), above);
                }
                above.pop();
            }
        }
    }

    fn manifest(&mut self, full: &Path, path: String) {
        match self.real(full) {
            Err(reason) => self.refuse(path, reason),
            Ok((real, metadata)) if metadata.is_file() => self.read(&real, path),
            Ok(_) => self.refuse(path, NO_FILE.to_owned()),
        }
    }

    /// Where a path leads, and what is there; nothing outside of the pack.
    fn real(&self, full: &Path) -> Result<(PathBuf, fs::Metadata), String> {
        let real = full.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if full.is_symlink() => "it is a link to something that is not there".to_owned(),
            _ => in_words(&error),
        })?;
        if !real.starts_with(&self.root) {
            return Err("it is a link that leads out of the pack; only what lies in the pack is read".to_owned());
        }
        let metadata = fs::metadata(&real).map_err(|error| in_words(&error))?;
        Ok((real, metadata))
    }

    fn read(&mut self, real: &Path, path: String) {
        let mut bytes = Vec::new();
        let read = fs::File::open(real).and_then(|file| file.take(BYTES).read_to_end(&mut bytes));
        if let Err(error) = read {
            return self.refuse(path, in_words(&error));
        }
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.bytes > TOTAL {
            return self.refuse(path, format!("the pack's files have more than {} MiB together", TOTAL >> 20));
        }
        self.files.push(PackFile { path, bytes: Ok(bytes) });
    }

    /// Notes one file of rules in a directory that is none of a pack's, without reading it: enough to ask what was meant.
    fn glance(&mut self, folder: &Path, name: &str) {
        // A directory of somebody else's that cannot be read is none of our business.
        let Ok(entries) = fs::read_dir(folder) else { return };
        let names = entries.take(ENTRIES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        if let Some(first) = names.filter(|name| !name.starts_with('.') && is_of_rules(name)).min() {
            self.files.push(PackFile { path: format!("{name}/{first}"), bytes: Ok(Vec::new()) });
        }
    }
}

fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml"].iter().any(|ending| name.ends_with(ending))
}

/// An error of the file system, without its number.
pub(super) fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

pub(super) fn is_of_rules(name: &str) -> bool {
    [".yaml", ".yml", ".rhai", ".j2"].iter().any(|ending| name.ends_with(ending))
}
