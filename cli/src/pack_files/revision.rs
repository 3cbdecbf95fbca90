//! A pack as it was at a revision of the Git repository that holds it.

use std::path::Path;

use gardener_engine::diagnostic::nearest;
use gardener_engine::pack::{PackFile, PackReader};

use super::walk::{BYTES, DEPTH, ENTRIES, PARTS, TOTAL};
use super::{Base, DEFAULT, MANIFEST, built_in_files};
use crate::error::{Exit, Failure};
use crate::git::{Object, Repository};

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
        let mut objects = self.repository.objects()?;
        let tree = format!("{}:{}", self.commit, location.trim_start_matches('/'));
        // What else lies there is not read: of a pack that has been in use nobody asks what was meant by a stray file.
        let mut ahead = vec![(tree, String::new(), DEPTH)];
        let (mut files, mut entries, mut bytes) = (Vec::new(), 0_usize, 0_usize);
        while let Some((tree, below, depth)) = ahead.pop() {
            let paths: Vec<&str> =
                if below.is_empty() { [MANIFEST].into_iter().chain(PARTS).collect() } else { Vec::new() };
            for name in self.repository.tree(&tree, &paths)? {
                entries += 1;
                if entries > ENTRIES {
                    return Err(format!("it has more than {ENTRIES} files"));
                }
                let path = format!("{below}{name}");
                if path.split('/').any(|part| part.starts_with('.')) {
                    continue;
                }
                match objects.at(&self.commit, &inside(location, &path), BYTES) {
                    Ok(Object::File(content)) => {
                        bytes = bytes.saturating_add(content.len());
                        files.push(PackFile { path, bytes: content });
                    }
                    Ok(Object::Directory(_)) if depth == 0 => {
                        return Err(format!("`{path}` lies more than {DEPTH} links deep"));
                    }
                    Ok(Object::Directory(tree)) => ahead.push((tree, format!("{path}/"), depth - 1)),
                    Err(reason) => return Err(format!("`{path}` cannot be read: {reason}")),
                }
                if bytes > TOTAL {
                    return Err(format!("its files have more than {} MiB together", TOTAL >> 20));
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
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
