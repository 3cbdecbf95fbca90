//! A pack with files that are not written yet, so that it can be checked before they are.

use gardener_engine::pack::{PackFile, PackReader};

use super::Directories;

/// A pack, or a place for one, with more files.
#[derive(Debug)]
pub(crate) struct Overlay<'d> {
    below: &'d Directories,
    location: String,
    files: Vec<PackFile>,
}

impl<'d> Overlay<'d> {
    /// The pack at a location, which may be none yet, with these files; those outside its directories are no part of it.
    pub(crate) fn new(below: &'d Directories, location: &str, files: &[(String, String)]) -> Self {
        let is_part = |path: &str| super::is_of_pack(path);
        let file =
            |(path, text): &(String, String)| PackFile { path: path.clone(), bytes: Ok(text.clone().into_bytes()) };
        let files = files.iter().filter(|(path, _)| is_part(path)).map(file).collect();
        Self { below, location: location.to_owned(), files }
    }
}

impl PackReader for Overlay<'_> {
    fn files(&self, location: &str) -> Result<Vec<PackFile>, String> {
        if location != self.location {
            return self.below.files(location);
        }
        // Where there is nothing yet, what is to come is all.
        let mut files = if std::path::Path::new(location).is_dir() { self.below.files(location)? } else { Vec::new() };
        files.extend(self.files.iter().cloned());
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn tests(&self, location: &str) -> Result<Vec<PackFile>, String> {
        self.below.tests(location)
    }

    fn resolve(&self, from: &str, extends: &str) -> Result<String, String> {
        self.below.resolve(from, extends)
    }

    fn shown(&self, location: &str, path: &str) -> String {
        self.below.shown(location, path)
    }
}
