//! `gardener new`: a definition, drafted from an entry or to be filled in.

mod entry;

use std::path::Path;

use gardener_engine::diagnostic::{Diagnostic, Sources, nearest};
use gardener_engine::draft::{self, Draft};
use gardener_engine::pack::{self, Pack, is_id};
use gardener_engine::script::Sandbox;

use crate::args::{Check, Common, FindingsFormat, New, Reports, Test};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::new_files::NewFiles;
use crate::pack_files::{DEFAULT, Found, Overlay};
use crate::terminal::{clean, diagnostics};

pub(super) fn run(context: &Context, common: &Common, arguments: &New) -> Result<Exit, Failure> {
    let wanted = arguments.id.as_deref().or(arguments.named.as_deref());
    if wanted.is_none() && arguments.from_entry.is_none() {
        return Err(Failure::new(Exit::Usage, "neither an id nor an entry is given").help(
            "`gardener new ID` makes a definition to fill in, `gardener new --from-entry logs.jsonl:17` drafts one",
        ));
    }
    let (found, sandbox, loaded) = super::load(context, common, false)?;
    let (pack, sources) = super::usable(context, loaded)?;
    if arguments.write && found.location == DEFAULT {
        return Err(unwritable());
    }
    if let Some(id) = wanted {
        free(id, &pack, &sources)?;
    }
    let made = match (&arguments.from_entry, wanted) {
        (Some(operand), id) => {
            Made::Draft(Box::new(entry::drafted(context, (&pack, found.location == DEFAULT), operand, id)?))
        }
        (None, id) => Made::Skeleton(id.unwrap_or_default().to_owned()),
    };
    let files = made.files(&found)?;
    before(context, &found, &sandbox, &files)?;
    let (path, definition) = files.files().first().map_or(("", ""), |(path, text)| (path.as_str(), text.as_str()));
    if !arguments.write {
        super::print(context, definition)?;
        if !context.is_quiet() && found.location != DEFAULT {
            context.tell(&format!("nothing is written yet: --write puts this into {}\n", shown(&found, path)));
        }
        return Ok(Exit::Done);
    }
    let existing = files.existing();
    if let Some(first) = existing.first() {
        return Err(Failure::new(Exit::Usage, format!("`{}` is there already", shown(&found, first)))
            .help("nothing is overwritten: take another id, or move that file away"));
    }
    files.write()?;
    for (path, _) in files.files() {
        super::print(context, &format!("{}\n", shown(&found, path)))?;
    }
    if matches!(made, Made::Draft(_)) && !context.is_quiet() {
        context.tell("look them over before you commit them: redaction takes out secrets, not names and addresses\n");
    }
    let checked = super::check::run(context, common, &own_check())?;
    match &made {
        Made::Draft(draft) if checked == Exit::Done => super::test::run(context, common, &only(draft)),
        _ => Ok(checked),
    }
}

/// That there is no pack of one's own.
pub(super) fn unwritable() -> Failure {
    Failure::new(Exit::Usage, "the built-in pack cannot be written to")
        .help("make a pack of your own by `gardener init`, or name one with --rules")
}

/// The check of the pack with the draft in it.
pub(super) fn own_check() -> Check {
    Check { format: FindingsFormat::Text, reports: Reports::default(), deny_warnings: false, now: None, watch: false }
}

/// The test of the draft's own case.
fn only(draft: &Draft) -> Test {
    Test {
        filters: vec![format!("{}.yaml::*", draft.id)],
        list: false,
        accept: false,
        review: false,
        remove_unreferenced: false,
        allow_empty: false,
        reports: Reports::default(),
        watch: false,
        coverage: false,
        coverage_json: None,
        min_coverage: None,
        jobs: None,
    }
}

/// What is made.
enum Made {
    Draft(Box<Draft>),
    Skeleton(String),
}

impl Made {
    /// The files of it, the definition's first.
    fn files(&self, found: &Found) -> Result<NewFiles, Failure> {
        let mut files = NewFiles::below(Path::new(&found.location));
        match self {
            Self::Skeleton(id) => {
                let schema = modeline(found, "clusters");
                files.add(format!("clusters/{id}.yaml"), draft::skeleton(id, schema.as_deref()));
            }
            Self::Draft(draft) => {
                let (id, schema) = (&draft.id, modeline(found, "clusters"));
                let fixture = format!("captures/{id}.jsonl");
                files.add(format!("clusters/{id}.yaml"), draft.definition_file(schema.as_deref()));
                files.add(format!("tests/{id}.yaml"), draft.case_file(modeline(found, "tests").as_deref(), &fixture));
                files.add(format!("tests/{fixture}"), draft.fixture_file());
            }
        }
        Ok(files)
    }
}

/// Where the schema of files of this kind lies, as seen from them: as in the first file of the pack that says so, else beside
/// them where `gardener init` writes it.
pub(super) fn modeline(found: &Found, kind: &str) -> Option<String> {
    if found.location == DEFAULT {
        return None;
    }
    let folder = Path::new(&found.location);
    let mut names: Vec<_> =
        std::fs::read_dir(folder.join(kind)).into_iter().flatten().flatten().map(|e| e.path()).collect();
    names.sort();
    let said = names.iter().filter(|path| path.is_file()).find_map(|path| {
        let text = std::fs::read_to_string(path).ok()?;
        text.lines().next()?.strip_prefix("# yaml-language-server: $schema=").map(|schema| schema.trim().to_owned())
    });
    let usual =
        || folder.join("schema").join(format!("{kind}.json")).is_file().then(|| format!("../schema/{kind}.json"));
    said.or_else(usual)
}

/// The path of a file of the pack, as people see it.
pub(super) fn shown(found: &Found, path: &str) -> String {
    use gardener_engine::pack::PackReader;
    clean(&found.reader.shown(&found.location, path))
}

/// Refuses an id that cannot be one, or that the pack has.
fn free(id: &str, pack: &Pack, sources: &Sources) -> Result<(), Failure> {
    if !is_id(id) {
        let failure = Failure::new(Exit::Usage, format!("`{id}` cannot be the id of a definition"));
        let better: String =
            id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
        let better = better.trim_matches('-');
        return Err(failure.help(match is_id(better) {
            true => format!("write `{better}`: small letters, digits, `.`, `_` and `-`"),
            false => "use small letters, digits, `.`, `_` and `-`, beginning with a letter or digit".to_owned(),
        }));
    }
    let is_former = |d: &&pack::Definition| d.was.iter().any(|former| former == id);
    let taken = pack.definitions.iter().find(|d| d.id == id).or_else(|| pack.definitions.iter().find(is_former));
    let Some(taken) = taken else { return Ok(()) };
    let place = sources.position(taken.span);
    let place = format!("{}:{}:{}", sources.path(taken.span.file), place.line, place.column);
    let what = if taken.id == id { "a definition" } else { "a former id" };
    let free = (2_u32..).map(|n| format!("{id}-{n}")).find(|id| pack.definitions.iter().all(|d| d.id != *id));
    let others = pack.definitions.iter().map(|d| d.id.as_str()).filter(|other| *other != id);
    let near = nearest(id, others).map(|near| format!("; `{near}` is there as well")).unwrap_or_default();
    let change = if taken.layer > 0 { ", or change the base's with `override: true`" } else { ", or change that one" };
    Err(Failure::new(Exit::Usage, format!("`{id}` is {what} of the pack already, at {place}"))
        .help(format!("take another id, such as `{}`{change}{near}", free.unwrap_or_default())))
}

/// Checks the pack as it will be, so that nothing is written that breaks it.
pub(super) fn before(context: &Context, found: &Found, sandbox: &Sandbox, files: &NewFiles) -> Result<(), Failure> {
    if found.location == DEFAULT {
        return Ok(());
    }
    let overlay = Overlay::new(&found.reader, &found.location, files.files());
    let loaded = pack::check(&overlay, &found.location, sandbox);
    let errors: Vec<&Diagnostic> = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    if errors.is_empty() || files.existing().iter().any(|path| path.starts_with("clusters/")) {
        return Ok(());
    }
    context.tell(&diagnostics::text(&errors, &loaded.sources, context.stderr_has_color()));
    Err(Failure::new(Exit::InvalidPack, "the pack would be invalid with what is new").help("nothing was written"))
}
