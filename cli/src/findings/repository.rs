//! Paths as servers of pipelines know files: from the top of the repository.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::Findings;

/// Where the files of a repository are seen from.
#[derive(Debug)]
pub(crate) struct Repository {
    /// The directory that paths are relative to, without links.
    here: PathBuf,
    /// The checkout of a pipeline.
    workspace: Option<PathBuf>,
    /// The top of the repository that a directory lies in.
    tops: RefCell<BTreeMap<PathBuf, Option<PathBuf>>>,
}

impl Repository {
    /// Paths that are seen from a directory; a pipeline may say where it has checked the repository out.
    pub(crate) fn seen_from(here: &Path, workspace: Option<&Path>) -> Self {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Self { here: real(here), workspace: workspace.map(real), tops: RefCell::default() }
    }

    /// Findings whose files are named from the top of the repository; files outside of any keep their paths.
    pub(crate) fn findings(&self, findings: &Findings) -> Findings {
        findings.with_files(|file| self.path(file).unwrap_or_else(|| file.to_owned()))
    }

    fn path(&self, file: &str) -> Option<String> {
        // The built-in pack's files are nowhere, and those of a revision in no directory.
        if file.starts_with('<') || file.contains(':') {
            return None;
        }
        let full = plain(&self.here.join(file));
        let top = self.top(full.parent()?).or_else(|| self.workspace.clone())?;
        let path = full.strip_prefix(top).ok()?;
        Some(path.to_str()?.replace('\\', "/"))
    }

    /// The nearest directory upward with a `.git`.
    fn top(&self, folder: &Path) -> Option<PathBuf> {
        let known = self.tops.borrow().get(folder).cloned();
        known.unwrap_or_else(|| {
            let top = folder.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned);
            self.tops.borrow_mut().insert(folder.to_owned(), top.clone());
            top
        })
    }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_top_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("repo/.git")).unwrap();
        std::fs::create_dir_all(root.join("repo/rules/a/tests")).unwrap();
        let absolute = root.join("repo/rules/a/tests/x.yaml");
        let inside = Repository::seen_from(&root.join("repo/rules/a"), None);
        for file in ["tests/x.yaml", "./tests/x.yaml", "../a/tests/x.yaml", absolute.to_str().unwrap()] {
            assert_eq!(inside.path(file).as_deref(), Some("rules/a/tests/x.yaml"), "{file}");
        }
        assert_eq!(inside.path("<default>/clusters/a.yaml"), None);
        let outside = Repository::seen_from(&root, None);
        assert_eq!(outside.path("y.yaml"), None);
        let checkout = Repository::seen_from(&root, Some(&root));
        assert_eq!(checkout.path("other/y.yaml").as_deref(), Some("other/y.yaml"));
    }
}
