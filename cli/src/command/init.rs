//! `gardener init`: a pack that works, to be changed into one's own.

use std::path::{Path, PathBuf};

use gardener_engine::diagnostic::Diagnostic;
use gardener_engine::pack;
use gardener_engine::script::Limits;

use crate::args::{Ci, Init};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::new_files::NewFiles;
use crate::pack_files::{Directories, MANIFEST, Overlay};
use crate::starter::{File, Starter, slug};
use crate::terminal::{clean, diagnostics};

pub(super) fn run(context: &Context, arguments: &Init) -> Result<Exit, Failure> {
    let folder = whole(context.directory(), &arguments.folder)?;
    let top = folder.ancestors().find(|above| above.join(".git").exists()).unwrap_or(&folder).to_owned();
    let name = name(arguments, &folder)?;
    let below = relative(&folder, &top)?;
    let starter = Starter {
        name: &name,
        service: arguments.service.as_deref(),
        project: arguments.project.as_deref(),
        repository: arguments.repository.as_deref(),
        folder: &below,
    };
    let mut files = NewFiles::below(&folder);
    starter.pack().into_iter().for_each(|(path, text)| files.add(path, text));
    refuse_existing(&folder, &files, context)?;
    refuse_invalid(context, &folder, &files)?;
    let mut left = Vec::new();
    add_new(&mut files, &folder, starter.git(), &mut left);
    let mut others = NewFiles::below(&top);
    add_new(&mut others, &top, around(&starter, arguments.ci), &mut left);
    files.write()?;
    others.write()?;
    for (root, written) in [(&folder, &files), (&top, &others)] {
        for (path, _) in written.files() {
            super::print(context, &format!("{}\n", shown(context, &root.join(path))))?;
        }
    }
    tell_left(context, &left);
    if !context.is_quiet() {
        context.tell(&next(&shown(context, &folder)));
    }
    Ok(Exit::Done)
}

/// The directory without `.` and `..`, also where it does not exist yet.
fn whole(directory: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let joined = directory.join(folder);
    if joined.exists() && !joined.is_dir() {
        return Err(Failure::new(Exit::Usage, format!("`{}` is no directory", folder.display())));
    }
    let mut missing = Vec::new();
    let mut there = joined.as_path();
    while !there.exists() {
        match (there.file_name(), there.parent()) {
            (Some(name), Some(parent)) => {
                missing.push(name.to_owned());
                there = parent;
            }
            _ => return Err(Failure::new(Exit::Usage, format!("`{}` leads nowhere", folder.display()))),
        }
    }
    let there = there.canonicalize().map_err(|error| {
        Failure::new(Exit::Unreadable, format!("`{}` cannot be opened: {error}", clean(&there.display().to_string())))
    })?;
    Ok(missing.into_iter().rev().fold(there, |path, name| path.join(name)))
}

fn name(arguments: &Init, folder: &Path) -> Result<String, Failure> {
    match &arguments.name {
        Some(name) if name.trim().is_empty() || name.chars().any(char::is_control) => {
            Err(Failure::new(Exit::Usage, "the name of a pack is a word or a few on one line")
                .help("choose it once: it is part of every cluster's identity"))
        }
        Some(name) => Ok(name.trim().to_owned()),
        None => Ok(slug(&folder.file_name().map(|name| name.to_string_lossy()).unwrap_or_default())),
    }
}

/// A directory as seen from one above it, its parts joined by `/`.
fn relative(folder: &Path, top: &Path) -> Result<String, Failure> {
    let below = folder.strip_prefix(top).unwrap_or(folder);
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    let parts = parts.ok_or_else(|| Failure::new(Exit::Usage, "the directory lies at a path that is not UTF-8"))?;
    Ok(parts.join("/"))
}

/// A pack is begun once: files of one that is there are neither overwritten nor mixed with.
fn refuse_existing(folder: &Path, files: &NewFiles, context: &Context) -> Result<(), Failure> {
    let existing = files.existing();
    let Some(first) = existing.first() else { return Ok(()) };
    if folder.join(MANIFEST).exists() {
        let message = format!("there is a pack in `{}` already", shown(context, folder));
        return Err(Failure::new(Exit::Usage, message)
            .help("name another directory; `gardener schema --out schema` writes its schemas anew, `gardener new` adds a definition"));
    }
    let message = format!("`{}` is there already, and nothing is overwritten", shown(context, &folder.join(first)));
    Err(Failure::new(Exit::Usage, message).help("name a directory of its own for the pack, such as `rules/checkout`"))
}

/// What the flags say may be wrong; that is found before anything is written.
fn refuse_invalid(context: &Context, folder: &Path, files: &NewFiles) -> Result<(), Failure> {
    let location = folder.to_string_lossy();
    let packs = Directories::seen_from(context.directory());
    let overlay = Overlay::new(&packs, &location, files.files());
    let loaded = pack::check(&overlay, &location, &gardener_engine::judge::sandbox(Limits::default()));
    let found: Vec<&Diagnostic> = loaded.diagnostics.iter().collect();
    if found.is_empty() {
        return Ok(());
    }
    context.tell(&diagnostics::text(&found, &loaded.sources, context.stderr_has_color()));
    Err(Failure::new(Exit::Usage, "a pack made so would not be right").help("nothing was written: correct the flags"))
}

/// The editor's and the pipeline's files.
fn around(starter: &Starter<'_>, ci: Ci) -> Vec<File> {
    let mut files = starter.editor();
    match ci {
        Ci::Github => files.push(starter.github()),
        Ci::Gitlab => files.extend(starter.gitlab()),
        Ci::None => {}
    }
    files
}

/// Adds the files that are not there yet; the others are left.
fn add_new(files: &mut NewFiles, root: &Path, more: Vec<File>, left: &mut Vec<(PathBuf, String)>) {
    for (path, text) in more {
        let full = root.join(&path);
        if full.symlink_metadata().is_ok() { left.push((full, text)) } else { files.add(path, text) }
    }
}

/// What was left alone, and what to put there by hand.
fn tell_left(context: &Context, left: &[(PathBuf, String)]) {
    for (path, text) in left.iter().filter(|_| !context.is_quiet()) {
        let there = std::fs::read_to_string(path).unwrap_or_default();
        let has = |line: &&str| there.lines().any(|other| other.trim_end() == line.trim_end());
        if text.lines().all(|line| has(&line)) {
            continue;
        }
        let lines: String = text.lines().map(|line| format!("  {line}\n")).collect();
        let shown = shown(context, path);
        context.tell(&format!("`{shown}` is there already and left as it is; what would be in it:\n{lines}"));
    }
}

fn next(folder: &str) -> String {
    format!(
        "\nnext, in {folder}:\n  gardener check && gardener test\n  gardener analyze tests/captures/example.jsonl\n\
         and instead of the example, from a capture of yours:\n  gardener new --from-entry logs.jsonl:17 --write\n"
    )
}

/// A path as seen from here.
fn shown(context: &Context, path: &Path) -> String {
    let here = context.directory().canonicalize().unwrap_or_else(|_| context.directory().to_owned());
    let shown = path.strip_prefix(&here).unwrap_or(path).display().to_string();
    clean(if shown.is_empty() { "." } else { &shown })
}
