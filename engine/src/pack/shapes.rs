//! The format of packs as a value: which files there are, and every mapping in them.

use super::decode::Decode;
use super::form::{Field, Form, RecordForm};
use super::raw;

/// A kind of file in a pack.
#[derive(Clone, Debug)]
pub struct FileForm {
    /// What `gardener schema` calls it: `clusters`.
    pub name: &'static str,
    /// Where such files lie: `clusters/*.yaml`.
    pub place: &'static str,
    /// What it holds, in a few words.
    pub about: &'static str,
    /// What may stand in it.
    pub form: Form,
    /// Whether it may be empty.
    pub may_be_empty: bool,
}

/// All kinds of YAML files that a pack may have.
#[must_use]
pub fn files() -> Vec<FileForm> {
    vec![
        FileForm {
            name: "manifest",
            place: "gardener.yaml",
            about: "the manifest of a pack",
            form: raw::Manifest::form(),
            may_be_empty: false,
        },
        FileForm {
            name: "clusters",
            place: "clusters/*.yaml",
            about: "cluster definitions",
            form: Form::OneOrMany(Box::new(raw::DefinitionKeys::form())),
            may_be_empty: true,
        },
        FileForm {
            name: "tests",
            place: "tests/*.yaml",
            about: "rule tests",
            form: Form::OneOrMany(Box::new(raw::case::CaseKeys::form())),
            may_be_empty: true,
        },
    ]
}

/// A mapping in a pack's files.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Where it stands: the file, and the keys that lead to it. A list's elements are `[]`, a name of the author's is `NAME`.
    pub place: String,
    /// Its keys.
    pub keys: Vec<Field>,
}

/// All mappings that a pack's files may have, file by file, each kind where it first stands.
#[must_use]
pub fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for file in files() {
        let mut seen = Vec::new();
        gather(&file.form, file.place, "", &mut seen, &mut shapes);
    }
    shapes
}

/// Adds the records of a form that stands at `path` in `file`.
fn gather(form: &Form, file: &str, path: &str, seen: &mut Vec<&'static str>, shapes: &mut Vec<Shape>) {
    match form {
        Form::List(inner) | Form::OneOrMany(inner) if path.is_empty() => gather(inner, file, path, seen, shapes),
        Form::List(inner) | Form::OneOrMany(inner) => gather(inner, file, &format!("{path}[]"), seen, shapes),
        Form::Named(inner) => gather(inner, file, &below(path, "NAME"), seen, shapes),
        Form::Either(forms, _) => forms.iter().for_each(|form| gather(form, file, path, seen, shapes)),
        Form::Record(RecordForm { what, keys }) if !seen.contains(what) => {
            seen.push(what);
            let keys = keys();
            let place = if path.is_empty() { file.to_owned() } else { format!("{file}: {path}") };
            shapes.push(Shape { place, keys: keys.clone() });
            for key in keys {
                gather(&key.form, file, &below(path, key.name), seen, shapes);
            }
        }
        Form::Record(_)
        | Form::Text
        | Form::Truth
        | Form::Whole(_)
        | Form::Number
        | Form::Choice(..)
        | Form::Mapping
        | Form::Anything => {}
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
