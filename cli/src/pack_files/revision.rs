//! A pack as it was at a revision of the Git repository that holds it.

use std::collections::BTreeMap;
use std::path::Path;

use gardener_engine::diagnostic::nearest;
use gardener_engine::pack::{PackFile, PackReader};

use super::walk::{BYTES, DEPTH, ENTRIES, PARTS, TOO_MANY, TOTAL, is_of_rules};
use super::{Base, DEFAULT, MANIFEST, built_in_files};
use crate::error::{Exit, Failure};
use crate::git::{Object, Objects, Repository};

/// Directories that git is asked for at once.
const FOLDERS: usize = 500;

/// Reads packs from a commit. A location is the path of a directory, beginning with `/` for the top of the repository.
#[derive(Debug)]
pub(super) struct Revision {
    repository: Repository,
    commit: String,
    /// What people call the commit.
    name: String,
}

/// The pack of a directory at the revision that `base` names: `REV`, or `REV:PATH` where it was elsewhere then. Nothing
/// where it names none.
pub(super) fn find(base: &str, pack: &Path) -> Result<Option<Base>, Failure> {
    let Some(repository) = Repository::around(pack)? else { return Ok(None) };
    let Some((commit, name, path)) = meant(&repository, base)? else { return Ok(None) };
    let short = repository.short(&commit)?;
    let location = normal("", &path).unwrap_or_default();
    let manifest = inside(&location, MANIFEST);
    if !repository.has(&commit, &manifest) {
        let place = if location.is_empty() { "the top of the repository".to_owned() } else { format!("`{path}`") };
        return Err(Failure::new(
            Exit::InvalidPack,
            format!("`{name}` ({short}) has no pack at {place}: no {MANIFEST} is there"),
        )
        .help(format!("where the pack was elsewhere then, say where: --base {name}:PATH")));
    }
    let shown = if location.is_empty() { name.clone() } else { format!("{name}:{}", location.trim_start_matches('/')) };
    let shown = if short == name { shown } else { format!("{shown} ({short})") };
    let reader = Box::new(Revision { repository, commit, name });
    let location = if location.is_empty() { "/".to_owned() } else { location };
    Ok(Some(Base { reader, location, shown }))
}

/// The commit, what it is called, and the path of the pack.
fn meant(repository: &Repository, base: &str) -> Result<Option<(String, String, String)>, Failure> {
    if let Some(commit) = repository.commit(base)? {
        return Ok(Some((commit, base.to_owned(), repository.prefix().to_owned())));
    }
    let Some((name, path)) = base.split_once(':') else { return Ok(None) };
    let commit = repository.commit(name)?;
    Ok(commit.map(|commit| (commit, name.to_owned(), path.to_owned())))
}

/// What to do about a base that is neither.
pub(super) fn unknown(base: &str, pack: &Path, is_directory: bool) -> Result<Failure, Failure> {
    let what =
        if is_directory { format!("a directory without a {MANIFEST}") } else { "no directory with a pack".to_owned() };
    let Some(repository) = Repository::around(pack)? else {
        return Ok(Failure::new(
            Exit::Usage,
            format!(
                "`{base}` is {what}; and `{}` lies in no Git repository, so that it can be no revision",
                pack.display()
            ),
        )
        .help("--base takes the directory of a pack, or a revision of the repository that holds the pack"));
    };
    let message = format!("`{base}` is {what}, and no revision of this repository");
    let failure = Failure::new(Exit::Usage, message);
    let revision = base.split_once(':').map_or(base, |(revision, _)| revision);
    let references = repository.references();
    let elsewhere = references.iter().find(|name| name.strip_suffix(revision).is_some_and(|rest| rest.ends_with('/')));
    Ok(match elsewhere.map(String::as_str).or_else(|| nearest(revision, references.iter().map(String::as_str))) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if repository.is_shallow() => failure.help(
            "only the latest commits are in this clone: fetch the revision first, such as by `git fetch --depth=1 origin main` \
             for --base FETCH_HEAD",
        ),
        None => failure.help("`git log` and `git branch --all` show the revisions that there are"),
    })
}

/// A path from a directory, without `.` and `..`; nothing where it leads out of the repository.
fn normal(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.iter().map(|part| format!("/{part}")).collect())
}

/// The path in the repository of a file in a pack.
fn inside(location: &str, path: &str) -> String {
    format!("{}/{path}", location.trim_end_matches('/')).trim_start_matches('/').to_owned()
}

impl PackReader for Revision {
    fn files(&self, location: &str) -> Result<Vec<PackFile>, String> {
        if location == DEFAULT {
            return Ok(built_in_files());
        }
        let folder = location.trim_start_matches('/');
        let pack = self.repository.hash(&format!("{}:{folder}", self.commit))?;
        Reading { repository: &self.repository, objects: self.repository.objects()?, pack, files: Vec::new(), bytes: 0 }
            .files()
    }

    fn resolve(&self, from: &str, extends: &str) -> Result<String, String> {
        if extends == DEFAULT {
            return Ok(DEFAULT.to_owned());
        }
        if from == DEFAULT {
            return Err("the built-in pack extends nothing".to_owned());
        }
        if Path::new(extends).is_absolute() {
            return Err(format!(
                "`{extends}` is an absolute path, and a revision holds only what is in the repository"
            ));
        }
        let location = normal(from, extends).ok_or_else(|| format!("`{extends}` leads out of the repository"))?;
        if !self.repository.has(&self.commit, &inside(&location, MANIFEST)) {
            return Err(format!("there is no pack in `{extends}` at this revision: no {MANIFEST} is there"));
        }
        Ok(if location.is_empty() { "/".to_owned() } else { location })
    }

    fn shown(&self, location: &str, path: &str) -> String {
        if location == DEFAULT {
            return format!("<default>/{path}");
        }
        format!("{}:{}", self.name, inside(location, path))
    }
}

/// The files of one pack while they are read.
struct Reading<'r> {
    repository: &'r Repository,
    objects: Objects,
    /// The tree of the pack. Links are followed inside of it only, as in a directory.
    pack: String,
    files: Vec<PackFile>,
    bytes: usize,
}

impl Reading<'_> {
    /// The manifest and all below the directories of a pack, and of what else lies there the names that a directory is
    /// glanced at for.
    fn files(mut self) -> Result<Vec<PackFile>, String> {
        let parts: Vec<&str> = [MANIFEST].into_iter().chain(PARTS).collect();
        let mut ahead = vec![(self.pack.clone(), String::new(), DEPTH)];
        let mut entries = 0_usize;
        while let Some((tree, below, depth)) = ahead.pop() {
            let paths = if below.is_empty() { parts.as_slice() } else { &[] };
            for name in self.repository.tree(&tree, paths)? {
                entries += 1;
                if entries > ENTRIES {
                    return Err(TOO_MANY.to_owned());
                }
                let path = format!("{below}{name}");
                if path.split('/').any(|part| part.starts_with('.')) {
                    continue;
                }
                match self.objects.at(&self.pack, &path, BYTES) {
                    Ok(Object::Directory(_)) if depth == 0 => {
                        self.files.push(PackFile { path, bytes: Err(format!("it lies more than {DEPTH} links deep")) });
                    }
                    Ok(Object::Directory(tree)) => ahead.push((tree, format!("{path}/"), depth - 1)),
                    Ok(Object::File(bytes)) => self.take(path, bytes),
                    Err(reason) => self.files.push(PackFile { path, bytes: Err(reason) }),
                }
            }
        }
        self.glance()?;
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(self.files)
    }

    /// Notes files of rules beside those of the pack as a directory's are noted, so that the same pack has the same digest.
    fn glance(&mut self) -> Result<(), String> {
        let top = self.repository.names(&self.pack, &[])?;
        let is_others =
            |name: &str| name != MANIFEST && name != "tests" && !PARTS.contains(&name) && !name.starts_with('.');
        let (folders, files): (Vec<_>, Vec<_>) =
            top.into_iter().filter(|entry| is_others(&entry.path)).partition(|entry| entry.is_directory);
        let mut noted: Vec<String> =
            files.into_iter().map(|entry| entry.path).filter(|name| is_of_rules(name)).collect();
        let folders: Vec<String> = folders.into_iter().take(ENTRIES).map(|entry| format!("{}/", entry.path)).collect();
        for some in folders.chunks(FOLDERS) {
            let mut first: BTreeMap<String, String> = BTreeMap::new();
            for entry in self.repository.names(&self.pack, some)? {
                let Some((folder, name)) = entry.path.split_once('/') else { continue };
                if !name.starts_with('.') && is_of_rules(name) {
                    let least = first.entry(folder.to_owned()).or_insert_with(|| entry.path.clone());
                    if entry.path < *least {
                        *least = entry.path.clone();
                    }
                }
            }
            noted.extend(first.into_values());
        }
        self.files.extend(noted.into_iter().map(|path| PackFile { path, bytes: Ok(Vec::new()) }));
        Ok(())
    }

    fn take(&mut self, path: String, bytes: Vec<u8>) {
        self.bytes = self.bytes.saturating_add(bytes.len());
        let is_too_much = self.bytes > TOTAL;
        let reason = || format!("the pack's files have more than {} MiB together", TOTAL >> 20);
        self.files.push(PackFile { path, bytes: if is_too_much { Err(reason()) } else { Ok(bytes) } });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_repository() {
        for (from, path, expected) in [
            ("", "", Some("")),
            ("", "rules/a", Some("/rules/a")),
            ("/rules/a", "../b/./c", Some("/rules/b/c")),
            ("/rules/a", "../..", Some("")),
            ("/rules/a", "../../..", None),
        ] {
            assert_eq!(normal(from, path).as_deref(), expected, "{path} from {from}");
        }
        assert_eq!(inside("/", "gardener.yaml"), "gardener.yaml");
        assert_eq!(inside("/rules/a", "clusters/x.yaml"), "rules/a/clusters/x.yaml");
    }
}
