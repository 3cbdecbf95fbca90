//! Files that look as if they were meant to be read and are not.

use super::{Gathering, MANIFEST, PackFile, is_hidden, is_yaml};
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::pack::codes;

/// The directories of a pack.
const DIRECTORIES: [&str; 4] = ["clusters", "policy", "templates", "tests"];
/// What these are called elsewhere.
const ALIASES: [(&str, &str); 6] = [
    ("policies", "policy"),
    ("scripts", "policy"),
    ("definitions", "clusters"),
    ("rules", "clusters"),
    ("reports", "templates"),
    ("specs", "tests"),
];

/// Warns of each such file, once a directory.
pub(super) fn report(gathering: &mut Gathering<'_>, location: &str, files: &[PackFile]) {
    let mut told = std::collections::BTreeSet::new();
    let readable = files.iter().filter(|file| file.bytes.is_ok());
    for path in readable.map(|file| file.path.as_str()).filter(|path| !is_hidden(path)) {
        let Some((message, help, key)) = remark(path) else { continue };
        if !told.insert(key) {
            continue;
        }
        let file = gathering.sources.add(gathering.reader.shown(location, path), "");
        gathering.diagnostics.push(Diagnostic::new(&codes::STRAY_FILE, Span::new(file, 0..0), message).help(help));
    }
}

/// What is odd about a path: the message, the help, and what it is told once for.
fn remark(path: &str) -> Option<(String, String, String)> {
    let Some((directory, _)) = path.split_once('/') else {
        if path != MANIFEST && is_like_manifest(path) {
            let help = format!("the manifest is called `{MANIFEST}`");
            return Some((format!("`{path}` is not read"), help, path.to_owned()));
        }
        if path == "clusters.yaml" || path == "clusters.yml" {
            let help = "definitions are read from files in the directory `clusters`".to_owned();
            return Some((format!("`{path}` is not read"), help, path.to_owned()));
        }
        return None;
    };
    match directory {
        "clusters" if !is_yaml(path) => Some((
            format!("`{path}` is not read"),
            "definitions are read from files ending in `.yaml`".to_owned(),
            path.to_owned(),
        )),
        "policy" if !path.ends_with(".rhai") => Some((
            format!("`{path}` is not read"),
            "scripts are read from files ending in `.rhai`".to_owned(),
            path.to_owned(),
        )),
        _ if DIRECTORIES.contains(&directory) => None,
        _ => {
            let alias = ALIASES.iter().find(|(name, _)| *name == directory.to_lowercase()).map(|(_, means)| *means);
            let meant = nearest(directory, DIRECTORIES).or(alias)?;
            Some((
                format!("files in `{directory}` are not read"),
                format!("did you mean the directory `{meant}`?"),
                directory.to_owned(),
            ))
        }
    }
}

/// Whether a file at the top is named almost like the manifest.
pub(super) fn is_like_manifest(path: &str) -> bool {
    !path.contains('/') && is_yaml(&path.to_lowercase()) && nearest(path, [MANIFEST, "gardener.yml"]).is_some()
}
