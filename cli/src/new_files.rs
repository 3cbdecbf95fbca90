//! Files that belong together and are written only where nothing is yet: all of them, or none.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::{Exit, Failure};
use crate::terminal::clean;

/// Files below a directory, by their paths in it.
#[derive(Debug)]
pub(crate) struct NewFiles {
    root: PathBuf,
    files: Vec<(String, String)>,
}

impl NewFiles {
    /// None yet.
    pub(crate) fn below(root: &Path) -> Self {
        Self { root: root.to_owned(), files: Vec::new() }
    }

    /// One more.
    pub(crate) fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.push((path.into(), text.into()));
    }

    /// Their paths and texts.
    pub(crate) fn files(&self) -> &[(String, String)] {
        &self.files
    }

    /// Those that are there already, links to nowhere among them.
    pub(crate) fn existing(&self) -> Vec<&str> {
        let is_there = |path: &&str| self.root.join(path).symlink_metadata().is_ok();
        self.files.iter().map(|(path, _)| path.as_str()).filter(is_there).collect()
    }

    /// Writes them. What was written is taken back where one of them cannot be.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        let mut written: Vec<PathBuf> = Vec::new();
        for (path, text) in &self.files {
            let full = self.root.join(path);
            let result = full
                .parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| OpenOptions::new().write(true).create_new(true).open(&full))
                .and_then(|mut file| {
                    written.push(full.clone());
                    file.write_all(text.as_bytes())
                });
            if let Err(error) = result {
                for path in &written {
                    let _ = fs::remove_file(path);
                }
                let shown = clean(&full.display().to_string());
                return Err(Failure::new(Exit::Unreadable, format!("`{shown}` cannot be written: {error}"))
                    .help("nothing was written"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_written_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = NewFiles::below(folder.path());
        files.add("a/b.txt", "one");
        files.add("c.txt", "two");
        assert!(files.existing().is_empty());
        fs::write(folder.path().join("c.txt"), "mine").unwrap();
        assert_eq!(files.existing(), ["c.txt"]);
        assert_eq!(files.write().unwrap_err().exit, Exit::Unreadable);
        assert!(!folder.path().join("a/b.txt").exists());
        assert_eq!(fs::read_to_string(folder.path().join("c.txt")).unwrap(), "mine");
        fs::remove_file(folder.path().join("c.txt")).unwrap();
        files.write().unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("a/b.txt")).unwrap(), "one");
    }
}
