//! From operands on the command line to captures.

use std::path::{Path, PathBuf};

use super::{Capture, InputError, Place, shown_error};

/// Directories within each other that are looked into.
const DEPTH: usize = 32;

/// The captures that operands mean: files, directories (all files in them, hidden ones left out), globs, `-` for standard
/// input; in the order of the operands, those of a directory or glob by path.
///
/// # Errors
/// One for each operand that means nothing.
pub fn resolve(operands: &[String]) -> Result<Vec<Capture>, Vec<InputError>> {
    let mut captures = Vec::new();
    let mut errors = Vec::new();
    for operand in operands {
        if let Err(reason) = operand_of(operand, &mut captures) {
            errors.push(InputError { capture: operand.clone(), reason });
        }
    }
    if errors.is_empty() { Ok(captures) } else { Err(errors) }
}

fn operand_of(operand: &str, captures: &mut Vec<Capture>) -> Result<(), String> {
    if operand == "-" {
        captures.push(Capture { name: "-".to_owned(), size: None, place: Place::Stdin });
        return Ok(());
    }
    let path = Path::new(operand);
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(_) if operand.contains(['*', '?', '[']) => return pattern(operand, captures),
        Err(error) => return Err(shown_error(&error)),
    };
    if metadata.is_dir() {
        return directory(path, captures);
    }
    file(path, captures);
    Ok(())
}

fn file(path: &Path, captures: &mut Vec<Capture>) {
    let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len());
    captures.push(Capture { name: path.display().to_string(), size, place: Place::File(path.to_owned()) });
}

fn directory(path: &Path, captures: &mut Vec<Capture>) -> Result<(), String> {
    let mut files = Vec::new();
    walk(path, DEPTH, &mut files)?;
    if files.is_empty() {
        return Err("the directory holds no files".to_owned());
    }
    files.sort();
    files.iter().for_each(|path| file(path, captures));
    Ok(())
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("`{}`: {}", folder.display(), shown_error(&error));
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            if depth > 0 {
                walk(&path, depth - 1, files)?;
            }
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn pattern(operand: &str, captures: &mut Vec<Capture>) -> Result<(), String> {
    let paths = glob::glob(operand).map_err(|error| format!("it is neither a file nor a pattern: {}", error.msg))?;
    let mut found: Vec<PathBuf> = paths.filter_map(Result::ok).collect();
    if found.is_empty() {
        return Err("no file matches the pattern".to_owned());
    }
    found.sort();
    for path in found {
        if path.is_dir() {
            directory(&path, captures)?;
        } else {
            file(&path, captures);
        }
    }
    Ok(())
}
