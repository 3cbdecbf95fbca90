//! The files of a pack in a directory.
//!
//! A `gardener.yaml` may stand at the top of a large repository. So only what can belong to a pack is read: the manifest, and
//! all below `clusters`, `policy` and `templates`. Of other directories a glance at the names is enough to find those that
//! were meant to be one of these.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use gardener_engine::pack::PackFile;

use super::MANIFEST;

/// The directories of a pack.
pub(super) const PARTS: [&str; 3] = ["clusters", "policy", "templates"];
/// Files and directories looked at: more than any pack needs, less than harms. Circles of links end here too.
pub(super) const ENTRIES: usize = 10_000;
/// Directories below one of a pack's.
pub(super) const DEPTH: usize = 8;
/// Bytes of one file; of a larger one the engine says that it is too large.
pub(super) const BYTES: u64 = (1 << 20) + 1;
/// Bytes of all files.
pub(super) const TOTAL: usize = 64 << 20;

/// The files of the pack in a directory, in the order of their paths. Hidden ones are left out.
pub(super) fn files(folder: &Path) -> Result<Vec<PackFile>, String> {
    let mut walk = Walk { files: Vec::new(), entries: 0, bytes: 0 };
    for name in walk.names(folder)? {
        let path = folder.join(&name);
        if path.is_dir() {
            if PARTS.contains(&name.as_str()) {
                walk.part(&path, &name, DEPTH)?;
            } else if name != "tests" {
                walk.glance(&path, &name);
            }
        } else if name == MANIFEST {
            walk.read(&path, name)?;
        } else if is_of_rules(&name) {
            walk.files.push(PackFile { path: name, bytes: Vec::new() });
        }
    }
    walk.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk.files)
}

/// What is below `tests` of the pack in a directory: files of cases with their bytes, all others with none.
pub(super) fn tests(folder: &Path) -> Result<Vec<PackFile>, String> {
    let tests = folder.join("tests");
    let mut walk = Walk { files: Vec::new(), entries: 0, bytes: 0 };
    if !tests.is_dir() {
        return Ok(walk.files);
    }
    walk.below(&tests, "tests", DEPTH)?;
    walk.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk.files)
}

struct Walk {
    files: Vec<PackFile>,
    entries: usize,
    bytes: usize,
}

impl Walk {
    /// What is in a directory, in order.
    fn names(&mut self, folder: &Path) -> Result<Vec<String>, String> {
        let wrong = |error: io::Error| format!("`{}` cannot be read: {error}", folder.display());
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(wrong)? {
            let name = entry.map_err(wrong)?.file_name();
            self.entries += 1;
            if self.entries > ENTRIES {
                return Err(format!("it has more than {ENTRIES} files and directories"));
            }
            match name.into_string() {
                Ok(name) if name.starts_with('.') => {}
                Ok(name) => names.push(name),
                Err(name) => return Err(format!("the name `{}` is not UTF-8", name.display())),
            }
        }
        names.sort();
        Ok(names)
    }

    /// Reads all below one of the pack's directories.
    fn part(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), String> {
        for name in self.names(folder)? {
            let (full, path) = (folder.join(&name), format!("{prefix}/{name}"));
            let metadata = fs::metadata(&full).map_err(|error| format!("`{path}` cannot be read: {error}"))?;
            if metadata.is_file() {
                self.read(&full, path)?;
            } else if !metadata.is_dir() {
                // Reading from a pipe or a device might never end.
                return Err(format!("`{path}` is no ordinary file"));
            } else if depth == 0 {
                return Err(format!("`{path}` lies more than {DEPTH} directories deep"));
            } else {
                self.part(&full, &path, depth - 1)?;
            }
        }
        Ok(())
    }

    /// Notes all below `tests`, and reads the files of cases in it.
    fn below(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), String> {
        for name in self.names(folder)? {
            let (full, path) = (folder.join(&name), format!("{prefix}/{name}"));
            let metadata = fs::metadata(&full).map_err(|error| format!("`{path}` cannot be read: {error}"))?;
            if metadata.is_dir() {
                match depth.checked_sub(1) {
                    Some(depth) => self.below(&full, &path, depth)?,
                    None => return Err(format!("`{path}` lies more than {DEPTH} directories deep")),
                }
            } else if metadata.is_file() && prefix == "tests" && is_yaml(&name) {
                self.read(&full, path)?;
            } else if metadata.is_file() {
                self.files.push(PackFile { path, bytes: Vec::new() });
            }
        }
        Ok(())
    }

    fn read(&mut self, full: &Path, path: String) -> Result<(), String> {
        let mut bytes = Vec::new();
        let read = fs::File::open(full).and_then(|file| file.take(BYTES).read_to_end(&mut bytes));
        read.map_err(|error| format!("`{path}` cannot be read: {error}"))?;
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.bytes > TOTAL {
            return Err(format!("its files have more than {} MiB together", TOTAL >> 20));
        }
        self.files.push(PackFile { path, bytes });
        Ok(())
    }

    /// Notes one file of rules in a directory that is none of a pack's, without reading it: enough to ask what was meant.
    fn glance(&mut self, folder: &Path, name: &str) {
        // A directory of somebody else's that cannot be read is none of our business.
        let Ok(entries) = fs::read_dir(folder) else { return };
        let names = entries.take(ENTRIES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        if let Some(first) = names.filter(|name| !name.starts_with('.') && is_of_rules(name)).min() {
            self.files.push(PackFile { path: format!("{name}/{first}"), bytes: Vec::new() });
        }
    }
}

fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml"].iter().any(|ending| name.ends_with(ending))
}

fn is_of_rules(name: &str) -> bool {
    [".yaml", ".yml", ".rhai", ".j2"].iter().any(|ending| name.ends_with(ending))
}
