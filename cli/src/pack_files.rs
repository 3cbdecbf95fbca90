//! Where packs are: directories, and the one that is built in.

use std::path::{Path, PathBuf};

use gardener_engine::pack::{PackFile, PackReader};
use include_dir::{Dir, include_dir};

use crate::error::{Exit, Failure};

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../rules/default");

/// The name of the built-in pack.
const DEFAULT: &str = "default";
/// The file that makes a directory a pack.
const MANIFEST: &str = "gardener.yaml";
/// Files of a pack at most, and bytes of each: more than any pack needs, less than harms.
const FILES: usize = 5_000;
const BYTES: u64 = 4 << 20;
/// Directories below a pack's.
const DEPTH: usize = 8;

/// Reads packs from directories; `default` is built in.
#[derive(Debug)]
pub(crate) struct Directories {
    /// Paths are shown as seen from here.
    from: PathBuf,
}

/// The pack that is meant.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) reader: Directories,
    pub(crate) location: String,
    /// For people.
    pub(crate) shown: String,
}

/// The pack that `--rules` names; else the nearest upward from `directory`; else the built-in one.
pub(crate) fn find(rules: Option<&str>, directory: &Path) -> Result<Found, Failure> {
    let reader = Directories { from: directory.to_owned() };
    let found = |location: String, shown: String| Found { reader, location, shown };
    let Some(rules) = rules else {
        let nearest = directory.ancestors().find(|folder| folder.join(MANIFEST).is_file());
        return Ok(match nearest {
            Some(folder) => found(folder.to_string_lossy().into_owned(), folder.display().to_string()),
            None => found(DEFAULT.to_owned(), "the built-in pack".to_owned()),
        });
    };
    let folder = directory.join(rules);
    if rules == DEFAULT && !folder.join(MANIFEST).is_file() {
        return Ok(found(DEFAULT.to_owned(), "the built-in pack".to_owned()));
    }
    // Whoever names the manifest means its pack.
    let folder = if folder.is_file() && folder.ends_with(MANIFEST) {
        folder.parent().unwrap_or(&folder).to_owned()
    } else {
        folder
    };
    if !folder.is_dir() {
        return Err(Failure::new(Exit::InvalidPack, format!("there is no directory `{rules}`"))
            .help("--rules takes the directory of a pack; `default` is the built-in one"));
    }
    if !folder.join(MANIFEST).is_file() {
        return Err(Failure::new(Exit::InvalidPack, format!("`{rules}` is no pack: it has no {MANIFEST}")).help(
            format!("a pack is a directory with a {MANIFEST}, which holds at least `version: 1` and `name: …`"),
        ));
    }
    let location = folder.canonicalize().unwrap_or(folder);
    Ok(found(location.to_string_lossy().into_owned(), rules.to_owned()))
}

impl PackReader for Directories {
    fn files(&self, location: &str) -> Result<Vec<PackFile>, String> {
        if location == DEFAULT {
            let mut files = Vec::new();
            built_in(&BUILT_IN, &mut files);
            return Ok(files);
        }
        let mut files = Vec::new();
        walk(Path::new(location), "", DEPTH, &mut files)?;
        Ok(files)
    }

    fn resolve(&self, from: &str, extends: &str) -> Result<String, String> {
        if extends == DEFAULT {
            return Ok(DEFAULT.to_owned());
        }
        if from == DEFAULT {
            return Err("the built-in pack extends nothing".to_owned());
        }
        let folder = Path::new(from).join(extends);
        if !folder.join(MANIFEST).is_file() {
            return Err(format!("there is no pack in `{extends}`: no {MANIFEST} is there"));
        }
        let folder = folder.canonicalize().map_err(|error| format!("`{extends}` cannot be opened: {error}"))?;
        Ok(folder.to_string_lossy().into_owned())
    }

    fn shown(&self, location: &str, path: &str) -> String {
        if location == DEFAULT {
            return format!("<default>/{path}");
        }
        let full = Path::new(location).join(path);
        let from = self.from.canonicalize().unwrap_or_else(|_| self.from.clone());
        full.strip_prefix(&from).unwrap_or(&full).display().to_string()
    }
}

fn built_in(folder: &Dir<'_>, files: &mut Vec<PackFile>) {
    for file in folder.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.push(PackFile { path, bytes: file.contents().to_vec() });
    }
    for below in folder.dirs() {
        built_in(below, files);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
}

/// The files below a folder in the order of their paths; hidden ones are left out.
fn walk(folder: &Path, prefix: &str, depth: usize, files: &mut Vec<PackFile>) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("`{}` cannot be read: {error}", folder.display());
    let mut entries = std::fs::read_dir(folder).map_err(wrong)?.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let full = entry.path();
        let metadata = std::fs::metadata(&full).map_err(|error| format!("`{path}` cannot be read: {error}"))?;
        if metadata.is_dir() {
            // What is deeper than any part of a pack is not of the pack.
            if depth > 0 {
                walk(&full, &path, depth - 1, files)?;
            }
            continue;
        }
        // Captures beside the rules may be large; only rules are read.
        let is_rule = ["yaml", "yml", "rhai", "j2"].iter().any(|ending| path.ends_with(&format!(".{ending}")));
        if !is_rule && !["clusters", "policy", "templates"].contains(&prefix) {
            files.push(PackFile { path, bytes: Vec::new() });
            continue;
        }
        if metadata.len() > BYTES {
            return Err(format!("`{path}` has {} bytes; a file of a pack may have {BYTES}", metadata.len()));
        }
        if files.len() >= FILES {
            return Err(format!("there are more than {FILES} files in the pack"));
        }
        files.push(PackFile {
            path,
            bytes: std::fs::read(&full).map_err(|error| format!("`{full:?}` cannot be read: {error}"))?,
        });
    }
    Ok(())
}
