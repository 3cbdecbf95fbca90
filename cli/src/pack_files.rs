//! Where packs are: directories, revisions of a repository, and the one that is built in.

mod overlay;
mod revision;
mod walk;

use std::fs;
use std::path::{Path, PathBuf};

use gardener_engine::diagnostic::nearest;
use gardener_engine::pack::{PackFile, PackReader};
use include_dir::{Dir, include_dir};

use crate::error::{Exit, Failure};

pub(crate) use overlay::Overlay;

// Part by part, so that the pack's tests are left out; a test compares them with what a directory is read for.
static BUILT_IN: [(&str, Dir<'static>); 3] = [
    ("clusters", include_dir!("$CARGO_MANIFEST_DIR/../rules/default/clusters")),
    ("policy", include_dir!("$CARGO_MANIFEST_DIR/../rules/default/policy")),
    ("templates", include_dir!("$CARGO_MANIFEST_DIR/../rules/default/templates")),
];
static BUILT_IN_MANIFEST: &[u8] = include_bytes!("../../rules/default/gardener.yaml");

/// The name of the built-in pack.
pub(crate) const DEFAULT: &str = "default";
/// The file that makes a directory a pack.
pub(crate) const MANIFEST: &str = "gardener.yaml";
/// What it is not called, and often is.
const MISNAMED: &str = "gardener.yml";
/// Directories beside one that is not there that are looked at for what may have been meant.
const SIBLINGS: usize = 1000;

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

/// The pack that another one is compared with.
pub(crate) struct Base {
    pub(crate) reader: Box<dyn PackReader>,
    pub(crate) location: String,
    /// For people.
    pub(crate) shown: String,
}

/// The pack that `--base` names for a comparison with `pack`: a directory; or a revision of the repository that holds
/// `pack`, where it is read as it was then.
pub(crate) fn find_base(base: &str, pack: &Found, directory: &Path) -> Result<Base, Failure> {
    let folder = directory.join(base);
    let is_pack = folder.join(MANIFEST).is_file() || (folder.is_file() && folder.ends_with(MANIFEST));
    let is_built_in = pack.location == DEFAULT;
    let revision = || if is_built_in { Ok(None) } else { revision::find(base, Path::new(&pack.location)) };
    if is_pack || base == DEFAULT {
        // Whoever writes `./name` or an absolute path can only mean a directory.
        let is_plain = is_pack && !base.starts_with('.') && !Path::new(base).is_absolute();
        if is_plain && matches!(revision(), Ok(Some(_))) {
            return Err(Failure::new(Exit::Usage, format!("`{base}` is both a directory with a pack and a revision"))
                .help(format!("write `./{base}` for the directory, or `refs/heads/{base}` for the branch")));
        }
        let Found { reader, location, shown } = find(Some(base), directory)?;
        return Ok(Base { reader: Box::new(reader), location, shown });
    }
    if is_built_in {
        return Err(Failure::new(
            Exit::Usage,
            format!("`{base}` is no directory with a pack, and the built-in pack has no revisions"),
        )
        .help("name the pack that changed by --rules, or the directory of another pack by --base"));
    }
    match revision()? {
        Some(base) => Ok(base),
        None => Err(revision::unknown(base, Path::new(&pack.location), folder.is_dir())?),
    }
}

/// Whether a file at this path in a pack is one that is read with it.
fn is_of_pack(path: &str) -> bool {
    path == MANIFEST || path.split_once('/').is_some_and(|(folder, _)| walk::PARTS.contains(&folder))
}

impl Found {
    /// The directory of the pack; nothing if it is the built-in one.
    pub(crate) fn directory(&self) -> Option<&Path> {
        (self.location != DEFAULT).then(|| Path::new(&self.location))
    }
}

/// The pack that `--rules` names; else the nearest upward from `directory`; else the built-in one.
pub(crate) fn find(rules: Option<&str>, directory: &Path) -> Result<Found, Failure> {
    let reader = Directories::seen_from(directory);
    let nearest = |manifest: &str| directory.ancestors().find(|folder| folder.join(manifest).is_file());
    let (folder, shown) = match rules {
        Some(rules) => match named(rules, directory) {
            Some(folder) => (folder, rules.to_owned()),
            None => return Ok(reader.built_in()),
        },
        // Whoever has misnamed the manifest shall hear of it, and not be served by the built-in pack.
        None => match nearest(MANIFEST).or_else(|| nearest(MISNAMED)) {
            Some(folder) => (folder.to_owned(), folder.display().to_string()),
            None => return Ok(reader.built_in()),
        },
    };
    let location =
        location(&folder).map_err(|reason| Failure::new(Exit::InvalidPack, format!("`{shown}` {reason}")))?;
    Ok(Found { reader, location, shown })
}

/// The directory that `--rules` names, whatever is there; nothing if it is the built-in pack.
fn named(rules: &str, directory: &Path) -> Option<PathBuf> {
    let folder = directory.join(rules);
    if rules == DEFAULT && !folder.join(MANIFEST).is_file() {
        return None;
    }
    // Whoever names the manifest means its pack.
    if folder.is_file() && folder.ends_with(MANIFEST) {
        return Some(folder.parent().unwrap_or(&folder).to_owned());
    }
    Some(folder)
}

/// The same for the same directory, however it is written; as it is written where there is none.
fn location(folder: &Path) -> Result<String, String> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.into_os_string().into_string().map_err(|_| "lies at a path that is not UTF-8".to_owned())
}

impl Directories {
    /// Packs seen from a directory.
    pub(crate) fn seen_from(directory: &Path) -> Self {
        Self { from: directory.canonicalize().unwrap_or_else(|_| directory.to_owned()) }
    }

    fn built_in(self) -> Found {
        Found { reader: self, location: DEFAULT.to_owned(), shown: "the built-in pack".to_owned() }
    }
}

impl PackReader for Directories {
    fn files(&self, location: &str) -> Result<Vec<PackFile>, String> {
        if location == DEFAULT {
            return Ok(built_in_files());
        }
        let folder = Path::new(location);
        if !folder.is_dir() {
            let what = if folder.exists() { "it is no directory" } else { "it does not exist" };
            return Err(what.to_owned());
        }
        walk::files(folder)
    }

    fn resolve(&self, from: &str, extends: &str) -> Result<String, String> {
        if extends == DEFAULT {
            return Ok(DEFAULT.to_owned());
        }
        if from == DEFAULT {
            return Err("the built-in pack extends nothing".to_owned());
        }
        if Path::new(extends).is_absolute() {
            return Err("a pack must mean the same on every machine; write the path relative to this pack".to_owned());
        }
        let folder = Path::new(from).join(extends);
        if !folder.join(MANIFEST).is_file() {
            let what = match () {
                () if folder.is_dir() => format!("it has no {MANIFEST}"),
                () if folder.exists() => "it is no directory".to_owned(),
                () => "it does not exist".to_owned(),
            };
            return Err(match sibling(&folder) {
                Some(near) if extends != DEFAULT => format!("{what}; `{near}` beside it is a pack"),
                _ => what,
            });
        }
        location(&folder).map_err(|reason| format!("`{extends}` {reason}"))
    }

    fn tests(&self, location: &str) -> Result<Vec<PackFile>, String> {
        if location == DEFAULT { Ok(Vec::new()) } else { walk::tests(Path::new(location)) }
    }

    fn shown(&self, location: &str, path: &str) -> String {
        if location == DEFAULT {
            return format!("<default>/{path}");
        }
        let full = if path.is_empty() { PathBuf::from(location) } else { Path::new(location).join(path) };
        full.strip_prefix(&self.from).unwrap_or(&full).display().to_string()
    }
}

fn built_in_files() -> Vec<PackFile> {
    let mut files = vec![PackFile { path: MANIFEST.to_owned(), bytes: Ok(BUILT_IN_MANIFEST.to_vec()) }];
    for (part, folder) in &BUILT_IN {
        built_in(part, folder, &mut files);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The pack beside a directory whose name is most like it.
fn sibling(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_str()?;
    let beside = fs::read_dir(folder.parent()?).ok()?.take(SIBLINGS);
    let packs = beside.filter_map(|entry| entry.ok().filter(|entry| entry.path().join(MANIFEST).is_file()));
    let names: Vec<String> = packs.filter_map(|pack| pack.file_name().into_string().ok()).collect();
    nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
}

fn built_in(prefix: &str, folder: &Dir<'_>, files: &mut Vec<PackFile>) {
    for file in folder.files() {
        let path = format!("{prefix}/{}", file.path().to_string_lossy().replace('\\', "/"));
        files.push(PackFile { path, bytes: Ok(file.contents().to_vec()) });
    }
    for below in folder.dirs() {
        built_in(prefix, below, files);
    }
}

#[cfg(test)]
mod tests;
