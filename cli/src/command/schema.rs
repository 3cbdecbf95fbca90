//! `gardener schema`: what editors need to know of packs.

use std::fs;
use std::path::Path;

use crate::args::Schema;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;
use crate::schema_files::{SchemaFile, schema_files};
use crate::terminal::clean;

pub(super) fn run(context: &Context, arguments: &Schema) -> Result<Exit, Failure> {
    let mut files = schema_files();
    if let Some(kind) = &arguments.kind {
        files.retain(|file| file.name == kind);
    }
    match (&arguments.out, &arguments.kind) {
        (Some(folder), kind) => {
            files.retain(|file| file.is_in_pack || kind.is_some());
            write(context, folder, &files)?;
        }
        (None, Some(_)) => super::print(context, &files.iter().map(|file| file.text.as_str()).collect::<String>())?,
        (None, None) => super::print(context, &list(&files))?,
    }
    Ok(Exit::Done)
}

fn list(files: &[SchemaFile]) -> String {
    let names = files.iter().map(|file| file.name.len()).max().unwrap_or(0);
    let places = files.iter().map(|file| file.place.len()).max().unwrap_or(0);
    files.iter().map(|file| format!("{:names$}  {:places$}  {}\n", file.name, file.place, file.about)).collect()
}

/// Writes the files; one that says the same already is left alone.
fn write(context: &Context, folder: &Path, files: &[SchemaFile]) -> Result<(), Failure> {
    let shown = clean(&folder.display().to_string());
    fs::create_dir_all(folder)
        .map_err(|error| Failure::new(Exit::Unreadable, format!("the directory `{shown}` cannot be made: {error}")))?;
    let mut changed = 0;
    for file in files {
        let path = folder.join(&file.file);
        if fs::read_to_string(&path).is_ok_and(|old| old == file.text) {
            continue;
        }
        OutputFile::at(&path)?.write(&file.text)?;
        changed += 1;
    }
    if !context.is_quiet() {
        context.tell(&format!("{shown}: {changed} of {} files written, the others are up to date\n", files.len()));
    }
    Ok(())
}
