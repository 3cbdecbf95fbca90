//! What editors need to know of packs, as files: a JSON Schema for each kind of YAML file, and what scripts may use, as
//! definitions for the language server and as snippets for VS Code.

mod snippets;

use gardener_engine::judge;
use gardener_engine::pack::{files, json_schema};
use gardener_engine::script::Limits;

/// The name of the definitions of scripts, as `gardener schema` takes it.
const RHAI: &str = "rhai";
/// The name of the snippets.
const SNIPPETS: &str = "snippets";

/// One of the files.
#[derive(Clone, Debug)]
pub(crate) struct SchemaFile {
    /// What `gardener schema` calls it: `clusters`.
    pub(crate) name: &'static str,
    /// Its file name: `clusters.json`.
    pub(crate) file: String,
    /// Which files of a pack it is about: `clusters/*.yaml`.
    pub(crate) place: &'static str,
    /// What it says, in a few words.
    pub(crate) about: String,
    /// Its text.
    pub(crate) text: String,
    /// Whether it lies in the pack, in the directory `schema`; what does not is the editor's own.
    pub(crate) is_in_pack: bool,
}

/// All of them.
pub(crate) fn schema_files() -> Vec<SchemaFile> {
    let mut all: Vec<SchemaFile> = files()
        .iter()
        .map(|file| SchemaFile {
            name: file.name,
            file: format!("{}.json", file.name),
            place: file.place,
            about: format!("JSON Schema of {}", file.about),
            text: format!("{:#}\n", json_schema(file)),
            is_in_pack: true,
        })
        .collect();
    let sandbox = judge::sandbox(Limits::default());
    all.push(SchemaFile {
        name: RHAI,
        file: "gardener.d.rhai".to_owned(),
        place: "policy/*.rhai",
        about: "what policy scripts may use, for Rhai's language server".to_owned(),
        text: sandbox.definitions(),
        is_in_pack: true,
    });
    all.push(SchemaFile {
        name: SNIPPETS,
        file: "gardener.code-snippets".to_owned(),
        place: "policy/*.rhai",
        about: "the same as snippets for VS Code, in `.vscode`".to_owned(),
        text: snippets::snippets(sandbox.vocabulary()),
        is_in_pack: false,
    });
    all
}

/// Their names, without making them.
pub(crate) fn names() -> Vec<&'static str> {
    files().iter().map(|file| file.name).chain([RHAI, SNIPPETS]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_files_are_the_same_and_are_said_once() {
        let files = schema_files();
        assert_eq!(names(), files.iter().map(|file| file.name).collect::<Vec<_>>());
        let mut sorted = names();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), files.len());
    }
}
