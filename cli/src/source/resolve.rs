//! From operands to captures.

use std::collections::BTreeSet;
use std::fs::{self, File, FileType, Metadata};
use std::path::{Path, PathBuf};

use super::gcs::is_address;
use super::{Capture, InputError, Place, shown_error};

/// Finds the captures that operands name: `-` and `/dev/stdin` are standard input; a directory stands for the files in it
/// and below, sorted by path, except hidden ones and parts of a pull (`.part`); a pattern with `*`, `?` or `[…]` for the files it matches. The path of
/// something that exists is never taken for a pattern.
///
/// # Errors
///
/// All operands that cannot be read, not only the first: missing, unreadable, directories without files, patterns that
/// match nothing, and addresses of servers.
///
/// ```
/// let errors = gardener_cli::source::resolve(&["no-such-file.jsonl".to_owned()]).unwrap_err();
/// assert_eq!(errors[0].to_string(), "cannot read `no-such-file.jsonl`: there is no such file or directory");
/// ```
pub fn resolve(operands: &[String]) -> Result<Vec<Capture>, Vec<InputError>> {
    let (captures, errors) = resolve_each(operands, &mut Nowhere);
    if errors.is_empty() { Ok(captures) } else { Err(errors) }
}

/// Where captures are that are no files.
pub(crate) trait Elsewhere {
    /// The captures that an address (`gs://…`) stands for.
    fn captures(&mut self, address: &str) -> Result<Vec<Capture>, InputError>;
}

/// Reads files only.
pub(super) struct Nowhere;

impl Elsewhere for Nowhere {
    fn captures(&mut self, address: &str) -> Result<Vec<Capture>, InputError> {
        let reason = "only files are read here".to_owned();
        Err(InputError { capture: address.to_owned(), reason, is_remote: false })
    }
}

/// The same, with the captures of the operands that can be read beside what is wrong with the others, and with those that lie
/// elsewhere.
pub(crate) fn resolve_each(operands: &[String], elsewhere: &mut dyn Elsewhere) -> (Vec<Capture>, Vec<InputError>) {
    let mut found = Found { captures: Vec::new(), errors: Vec::new(), matched: None, elsewhere };
    for operand in operands {
        found.operand(operand);
    }
    (found.captures, found.errors)
}

struct Found<'e> {
    captures: Vec<Capture>,
    errors: Vec<InputError>,
    /// The files that a pattern has matched, or a directory that it has matched holds: each is read once.
    matched: Option<BTreeSet<PathBuf>>,
    elsewhere: &'e mut dyn Elsewhere,
}

impl Found<'_> {
    fn error(&mut self, capture: &str, reason: impl Into<String>) {
        self.errors.push(InputError { capture: capture.to_owned(), reason: reason.into(), is_remote: false });
    }

    fn operand(&mut self, operand: &str) {
        if operand == "-" || operand == "/dev/stdin" {
            if self.captures.iter().any(|capture| capture.place == Place::Stdin) {
                self.error(operand, "standard input is named twice, and can be read only once");
            } else {
                self.captures.push(Capture { name: operand.to_owned(), size: None, place: Place::Stdin });
            }
            return;
        }
        if is_address(operand) {
            match self.elsewhere.captures(operand) {
                Ok(captures) => self.captures.extend(captures),
                Err(error) => self.errors.push(error),
            }
            return;
        }
        let path = Path::new(operand);
        match fs::metadata(path) {
            Ok(metadata) => self.path(operand, path, &metadata),
            // What names nothing may be a pattern; what exists but is out of reach is not.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                self.error(operand, shown_error(&error));
            }
            Err(_) if operand.contains(['*', '?', '[']) => self.pattern(operand),
            Err(error) => self.error(operand, shown_error(&error)),
        }
    }

    fn path(&mut self, name: &str, path: &Path, metadata: &Metadata) {
        if metadata.is_dir() { self.directory(name, path) } else { self.file(name, path, metadata) }
    }

    fn file(&mut self, name: &str, path: &Path, metadata: &Metadata) {
        if metadata.is_file() {
            if let Err(error) = File::open(path) {
                self.error(name, shown_error(&error));
                return;
            }
        } else if !is_stream(metadata.file_type()) {
            self.error(name, "it is neither a file nor a directory nor a pipe");
            return;
        }
        if let (Some(matched), Ok(real)) = (&mut self.matched, path.canonicalize())
            && !matched.insert(real)
        {
            return;
        }
        let size = metadata.is_file().then_some(metadata.len());
        self.captures.push(Capture { name: name.to_owned(), size, place: Place::File(path.to_owned()) });
    }

    fn pattern(&mut self, pattern: &str) {
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let paths = match glob::glob_with(pattern, options) {
            Ok(paths) => paths,
            Err(error) => {
                return self
                    .error(pattern, format!("the pattern is not valid at character {}: {}", error.pos + 1, error.msg));
            }
        };
        let before = (self.captures.len(), self.errors.len());
        let mut matches = Vec::new();
        for path in paths {
            match path {
                Ok(path) => match fs::metadata(&path) {
                    Ok(metadata) => matches.push((metadata.is_dir(), path.components().count(), path, metadata)),
                    // Links that lead nowhere, or in circles, hold nothing.
                    Err(_) if path.is_symlink() => {}
                    Err(error) => self.error(&path.to_string_lossy(), shown_error(&error)),
                },
                Err(error) if leads_in_circles(&error) => {}
                Err(error) => self.error(&error.path().to_string_lossy(), shown_error(error.error())),
            }
        }
        // A file has the shortest name by which the pattern leads to it.
        matches.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
        self.matched = Some(BTreeSet::new());
        for (_, _, path, metadata) in matches {
            self.path(&path.to_string_lossy(), &path, &metadata);
        }
        self.matched = None;
        if let Some(found) = self.captures.get_mut(before.0..) {
            found.sort_by(|a, b| a.name.cmp(&b.name));
        }
        if before == (self.captures.len(), self.errors.len()) {
            self.error(pattern, "the pattern matches no file");
        }
    }

    fn directory(&mut self, name: &str, path: &Path) {
        let mut files = Vec::new();
        let before = self.errors.len();
        self.walk(path, &mut files);
        if files.is_empty() && self.errors.len() == before && self.matched.is_none() {
            self.error(name, "there are no files in this directory");
        }
        files.sort();
        for (path, metadata) in files.iter().filter_map(|path| Some((path, fs::metadata(path).ok()?))) {
            self.file(&path.to_string_lossy(), path, &metadata);
        }
    }

    /// Collects the files below a directory. Each directory is entered once, so that links cannot lead in circles.
    fn walk(&mut self, root: &Path, files: &mut Vec<PathBuf>) {
        let mut entered = BTreeSet::new();
        let mut ahead = vec![root.to_owned()];
        while let Some(directory) = ahead.pop() {
            let shown = directory.to_string_lossy().into_owned();
            let listing = directory
                .canonicalize()
                .and_then(|real| if entered.insert(real) { fs::read_dir(&directory).map(Some) } else { Ok(None) });
            let entries = match listing {
                Ok(Some(entries)) => entries,
                Ok(None) => continue,
                Err(error) => {
                    self.error(&shown, shown_error(&error));
                    continue;
                }
            };
            let mut below = Vec::new();
            for entry in entries {
                match entry {
                    Ok(entry) if is_left_out(entry.file_name().as_encoded_bytes()) => {}
                    Ok(entry) => match fs::metadata(entry.path()) {
                        Ok(metadata) if metadata.is_dir() => below.push(entry.path()),
                        Ok(metadata) if metadata.is_file() => files.push(entry.path()),
                        // Pipes would block, and links that lead nowhere hold nothing.
                        _ => {}
                    },
                    Err(error) => self.error(&shown, shown_error(&error)),
                }
            }
            // Sorted, so that it does not depend on the file system by which name a directory with two is entered.
            below.sort_by(|a, b| b.cmp(a));
            ahead.append(&mut below);
        }
    }
}

/// Whether a file of a directory is no capture, by its name: hidden ones, and what is not whole yet.
pub(super) fn is_left_out(name: &[u8]) -> bool {
    name.starts_with(b".") || [&b".part"[..], b".part.json", b".part.json.new"].iter().any(|end| name.ends_with(end))
}

/// Whether a path cannot be followed because it leads through a link back to where it comes from.
fn leads_in_circles(error: &glob::GlobError) -> bool {
    error.error().kind() != std::io::ErrorKind::PermissionDenied && error.path().ancestors().any(Path::is_symlink)
}

#[cfg(unix)]
fn is_stream(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_fifo() || kind.is_char_device()
}

#[cfg(not(unix))]
fn is_stream(_: FileType) -> bool {
    false
}
