//! A file for results, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Exit, Failure};

/// Where results go; looked at before the work begins, so that hours of it are not lost to a mistyped directory.
#[derive(Debug)]
pub(crate) struct OutputFile {
    path: PathBuf,
    /// What is no ordinary file (a device, a pipe) is written to; an ordinary one is put in place.
    is_special: bool,
}

impl OutputFile {
    /// The file that `-o` names; none where it names standard output, or is not given.
    pub(crate) fn asked(path: Option<&Path>) -> Result<Option<Self>, Failure> {
        path.filter(|path| *path != Path::new("-")).map(Self::at).transpose()
    }

    /// The file at a path, which need not exist; its directory must.
    pub(crate) fn at(path: &Path) -> Result<Self, Failure> {
        Self::named(path, "-o FILE")
    }

    /// The same, for a path that was given by an option: `--report FORMAT=FILE`.
    pub(crate) fn named(path: &Path, option: &str) -> Result<Self, Failure> {
        let refused = |reason: String| {
            Failure::new(Exit::Unreadable, format!("`{}` cannot be written: {reason}", path.display()))
        };
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                Err(refused("it is a directory".to_owned()).help(format!("name a file in it: `{option}`")))
            }
            Ok(metadata) if metadata.is_file() => {
                // The file that a link leads to is replaced, not the link.
                let path = path.canonicalize().map_err(|error| refused(error.to_string()))?;
                Ok(Self { path, is_special: false })
            }
            Ok(_) => Ok(Self { path: path.to_owned(), is_special: true }),
            Err(_) => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                if folder.is_dir() {
                    return Ok(Self { path: path.to_owned(), is_special: false });
                }
                let folder = folder.display();
                Err(refused(format!("there is no directory `{folder}`"))
                    .help(format!("make it first: mkdir -p {folder}")))
            }
        }
    }

    /// Whether this is the file at `other`.
    pub(crate) fn is(&self, other: &Path) -> bool {
        !self.is_special && other.canonicalize().is_ok_and(|other| other == self.path)
    }

    /// Whether this is the same file as another, neither of which need exist; a device may be written to more than once.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let real = |path: &Path| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(folder.canonicalize().ok()?.join(path.file_name()?))
        };
        !self.is_special && real(&self.path) == real(&other.path)
    }

    /// Writes it.
    pub(crate) fn write(&self, text: &str) -> Result<(), Failure> {
        self.write_by(|out| out.write_all(text.as_bytes()))
    }

    /// Writes it piece by piece.
    pub(crate) fn write_by(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let written = if self.is_special { self.write_into(write) } else { self.put_in_place(write) };
        written.map_err(|error| {
            Failure::new(Exit::Unreadable, format!("`{}` cannot be written: {error}", self.path.display()))
        })
    }

    fn write_into(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        match write(&mut OpenOptions::new().write(true).open(&self.path)?) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Writes a new file beside it and gives that its name, so that nobody ever reads half of one.
    fn put_in_place(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let (part, mut file) = self.part()?;
        let permissions = fs::metadata(&self.path).map(|metadata| metadata.permissions());
        let written = permissions
            .map_or(Ok(()), |permissions| file.set_permissions(permissions))
            .and_then(|()| write(&mut file))
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&part, &self.path));
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written
    }

    /// A new file in the same directory, hidden, so that captures read from there do not take it for one.
    fn part(&self) -> io::Result<(PathBuf, File)> {
        let mut attempt = 0_u8;
        loop {
            let mut name = std::ffi::OsString::from(".");
            name.push(self.path.file_name().unwrap_or_default());
            name.push(format!(".{}-{attempt}.part", std::process::id()));
            let part = self.path.with_file_name(name);
            match OpenOptions::new().write(true).create_new(true).open(&part) {
                Ok(file) => return Ok((part, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 16 => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.md");
        for text in ["first", "second, longer", "3"] {
            OutputFile::at(&path).unwrap().write(text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names(folder.path()), ["out.md"]);
        assert!(OutputFile::at(&path).unwrap().is(&folder.path().join(".").join("out.md")));
        let [one, same, other] =
            ["new", "./new", "newer"].map(|name| OutputFile::at(&folder.path().join(name)).unwrap());
        assert!(one.is_same(&same) && !one.is_same(&other));
    }

    #[test]
    fn where_it_cannot_be_is_said_beforehand() {
        let folder = tempfile::tempdir().unwrap();
        let missing = OutputFile::at(&folder.path().join("no/out.md")).unwrap_err();
        assert!(missing.message.contains("there is no directory"), "{}", missing.message);
        assert!(missing.help.unwrap().contains("mkdir -p"));
        assert!(OutputFile::at(folder.path()).unwrap_err().message.contains("is a directory"));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay_and_devices_are_written_to() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        OutputFile::at(&link).unwrap().write("new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        OutputFile::at(Path::new("/dev/null")).unwrap().write("gone").unwrap();
        assert_eq!(names(folder.path()), ["file", "link"]);
    }
}
