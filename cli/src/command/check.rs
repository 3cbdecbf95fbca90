//! `gardener check`: every problem of a pack.

use std::path::PathBuf;

use gardener_engine::case;
use gardener_engine::diagnostic;
use gardener_engine::mute;
use gardener_engine::pack::Loaded;
use gardener_engine::render::counted;

use crate::args::{self, Common, FindingsFormat};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::findings::Findings;
use crate::reports::{ReportFiles, Reported};
use crate::terminal::{clean, diagnostics};
use crate::watch;

/// What reports call it.
const COMMAND: &str = "gardener check";

pub(super) fn run(context: &Context, common: &Common, arguments: &args::Check) -> Result<Exit, Failure> {
    let files = ReportFiles::open(context, &arguments.reports.reports, None)?;
    if arguments.watch {
        return watch::again(context, common, || {
            files.or_failure(context, COMMAND, once(context, common, arguments, &files))
        });
    }
    files.or_failure(context, COMMAND, once(context, common, arguments, &files)).map(|(exit, _)| exit)
}

/// Checks the pack now; gives the directories that it lies in as well.
fn once(
    context: &Context,
    common: &Common,
    arguments: &args::Check,
    files: &ReportFiles,
) -> Result<(Exit, Vec<PathBuf>), Failure> {
    let (found, _, mut loaded) = super::load(context, common, true)?;
    let cases = case::load(&found.reader, &found.location, &mut loaded).cases.len();
    let now = arguments.now.map_or_else(|| context.now(), Ok)?;
    let of_mutes = loaded.pack.as_ref().map(|pack| mute::lint(pack, now)).unwrap_or_default();
    loaded.diagnostics.extend(of_mutes);
    diagnostic::sort(&mut loaded.diagnostics);
    let shown: Vec<_> = loaded.diagnostics.iter().collect();
    let problems = (loaded.diagnostics.as_slice(), &loaded.sources);
    let findings = Findings::of_pack(COMMAND, &found.shown, problems, arguments.deny_warnings);
    let reported = Reported {
        text: &diagnostics::text(&shown, &loaded.sources, false),
        json: &diagnostics::json(&shown, &loaded.sources),
        findings: &findings,
    };
    if !files.takes_stdout() {
        let text = match arguments.format {
            FindingsFormat::Text => diagnostics::text(&shown, &loaded.sources, context.stdout_has_color()),
            format => files.as_format(&reported, format),
        };
        super::print(context, &text)?;
    }
    files.write(context, &reported)?;
    if !context.is_quiet() {
        context.tell(&summary(&found.shown, &loaded, cases));
    }
    let is_wrong = loaded.pack.is_none()
        || loaded.diagnostics.iter().any(|diagnostic| diagnostic.is_error() || arguments.deny_warnings);
    Ok((if is_wrong { Exit::InvalidPack } else { Exit::Done }, watch::packs(context, &loaded.sources)))
}

/// `rules/mine: 3 errors, 2 warnings in 5 files`.
fn summary(shown: &str, loaded: &Loaded, cases: usize) -> String {
    let problems = diagnostics::count(&loaded.diagnostics);
    let files = counted(loaded.sources.files().count() as u64, "file", None);
    let definitions = loaded.pack.as_ref().map_or_else(String::new, |pack| {
        let cases = if cases > 0 { format!(" and {}", counted(cases as u64, "case", None)) } else { String::new() };
        format!(" with {}{cases}", counted(pack.definitions.len() as u64, "definition", None))
    });
    let mut text = format!("{}: {problems} in {files}{definitions}\n", clean(shown));
    if let Some(first) = loaded.diagnostics.first() {
        text.push_str(&format!("`gardener explain-code CODE` tells more of a problem, such as `{}`\n", first.code.id));
    }
    text
}
