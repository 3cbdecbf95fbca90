//! `gardener test`: the cases of a pack, its snapshots, the examples of its definitions.

mod coverage;
mod report;
mod review;
mod update;

use std::path::PathBuf;

use gardener_engine::case::{self, Case, Suite};
use gardener_engine::diagnostic::Sources;
use gardener_engine::pack::Pack;

use crate::args::{Common, Test};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::pack_files::Found;
use crate::reports::ReportFiles;
use crate::rule_tests::snapshot_store::SnapshotStore;
use crate::rule_tests::{self, CaseResult, Request, Results, Selection, Status};
use crate::terminal::clean;
use crate::terminal::test_results::Canvas;
use crate::watch;
use coverage::Asked;
use update::Update;

/// What reports call it.
const COMMAND: &str = "gardener test";
/// Cases whose times are told.
const SLOWEST: usize = 5;

pub(super) fn run(context: &Context, common: &Common, arguments: &Test) -> Result<Exit, Failure> {
    let asked = Asked::of(arguments)?;
    let files = ReportFiles::open(context, &arguments.reports.reports, asked.file.as_ref())?;
    let tried = || files.or_failure(context, COMMAND, once(context, common, arguments, &asked, &files));
    if arguments.watch {
        return watch::again(context, common, tried);
    }
    tried().map(|(exit, _)| exit)
}

/// Tests the pack now; gives the directories that it lies in as well.
fn once(
    context: &Context,
    common: &Common,
    arguments: &Test,
    asked: &Asked,
    files: &ReportFiles,
) -> Result<(Exit, Vec<PathBuf>), Failure> {
    let update = Update::meant(context, arguments)?;
    let (found, sandbox, mut loaded) = super::load_recording(context, common, false, &asked.recording())?;
    let Some(directory) = found.directory() else { return Err(no_pack(common)) };
    let suite = case::load(&found.reader, &found.location, &mut loaded);
    let of_pack = loaded.diagnostics.clone();
    let directories = watch::packs(context, &loaded.sources);
    let (pack, sources) = super::usable(context, loaded)?;
    let selection = Selection::new(&arguments.filters)?;
    refuse_nothing(&found, &suite, &pack, &selection, arguments)?;
    if arguments.list {
        super::print(context, &list(&suite, &pack, &selection))?;
        return Ok((Exit::Done, directories));
    }
    let store = SnapshotStore::of_pack(directory, &shown(&found, context));
    let mut results = rule_tests::run(&Request {
        context,
        pack: &pack,
        sandbox: &sandbox,
        sources: &sources,
        diagnostics: &of_pack,
        directory,
        suite: &suite,
        selection: &selection,
        store: &store,
        jobs: arguments.jobs.map_or_else(|| context.cores(), usize::from),
        allow_empty: arguments.allow_empty,
    })?;
    let settled = update.settle(&store, &mut results)?;
    if !files.takes_stdout() {
        super::print(context, &shown_results(context, &results, &pack, &sources, update))?;
    }
    if !files.is_empty() {
        let plain = Canvas { pack: &pack, sources: &sources, is_colored: false, width: None };
        report::write(context, files, &results, &plain)?;
    }
    let is_settled = update.tell(context, &store, &results, &settled, (&pack, &sources))?;
    unreferenced(context, arguments, &store, &suite)?;
    let is_covered = asked.answer(context, &results, &pack, &sources)?;
    tell_times(context, &results);
    Ok((exit(&results, is_settled, is_covered), directories))
}

/// A line a case, what failed, what differs unless it is looked at one by one, and the summary.
fn shown_results(context: &Context, results: &Results, pack: &Pack, sources: &Sources, update: Update) -> String {
    let canvas = Canvas { pack, sources, is_colored: context.stdout_has_color(), width: context.terminal_width() };
    let mut text = String::new();
    if !context.is_quiet() {
        text.push_str(&canvas.lines(results, context.is_verbose()));
    }
    text.push_str(&canvas.failures(results));
    if update != Update::Review {
        text.push_str(&canvas.differences(results, context.is_verbose()));
    }
    let is_right = results.cases.iter().all(|case| case.status == Status::Passed) && results.failed_examples() == 0;
    if !context.is_quiet() || !is_right {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&canvas.summary(results));
    }
    text
}

/// How long the slowest cases took: never on standard output, which is the same on every run.
fn tell_times(context: &Context, results: &Results) {
    if !context.is_verbose() {
        return;
    }
    let mut cases: Vec<&CaseResult> = results.cases.iter().collect();
    cases.sort_by_key(|case| std::cmp::Reverse(case.duration));
    for case in cases.iter().take(SLOWEST) {
        context.tell(&format!("{:>6} ms  {}\n", case.duration.as_millis(), clean(&case.name)));
    }
    context.tell(&format!("took {:.2} s\n", context.elapsed().as_secs_f64()));
}

fn exit(results: &Results, is_settled: bool, is_covered: bool) -> Exit {
    match () {
        () if results.count(Status::Unreadable) > 0 => Exit::Unreadable,
        () if results.count(Status::Failed) > 0 || results.failed_examples() > 0 => Exit::TestFailed,
        () if !is_covered => Exit::TestFailed,
        () if !is_settled => Exit::SnapshotDiffers,
        () => Exit::Done,
    }
}

/// There is only the built-in pack, whose tests are not in the program.
fn no_pack(common: &Common) -> Failure {
    let message = match &common.rules {
        Some(_) => "the cases of the built-in pack are not part of the program",
        None => "there is no pack to test: no `gardener.yaml` here or in a directory above",
    };
    Failure::new(Exit::Usage, message).help("name the directory of a pack: `gardener test --rules DIR`")
}

/// Nothing to test is a mistake, unless it is said to be none.
fn refuse_nothing(
    found: &Found,
    suite: &Suite,
    pack: &Pack,
    selection: &Selection,
    arguments: &Test,
) -> Result<(), Failure> {
    if arguments.allow_empty {
        return Ok(());
    }
    if suite.cases.is_empty() {
        let message = format!("the pack `{}` has no cases: there is no file `tests/*.yaml` in it", clean(&found.shown));
        let help = "write one (see `docs/guide`), or say --allow-empty to try just the examples of the definitions";
        return Err(Failure::new(Exit::TestFailed, message).help(help));
    }
    selection.refuse_empty(suite, pack)
}

/// The names of what would be run.
fn list(suite: &Suite, pack: &Pack, selection: &Selection) -> String {
    let cases = suite.cases.iter().filter(|case| selection.has_case(case)).map(Case::id);
    let definitions = pack.definitions.iter().filter(|d| !d.examples.is_empty() && selection.has_examples(&d.id));
    let examples = definitions.map(|definition| rule_tests::examples_of(&definition.id));
    cases.chain(examples).map(|name| format!("{}\n", clean(&name))).collect()
}

/// Tells of snapshots that no case asks for, or takes them away.
fn unreferenced(context: &Context, arguments: &Test, store: &SnapshotStore, suite: &Suite) -> Result<(), Failure> {
    let names = store.unreferenced(&suite.cases)?;
    let is_removed = arguments.remove_unreferenced;
    for name in &names {
        if is_removed {
            store.remove(name)?;
        }
        if !context.is_quiet() {
            let what = if is_removed { "removed" } else { "warning: no case asks for" };
            context.tell(&format!("{what} {}/{}\n", clean(store.shown()), clean(name)));
        }
    }
    if !names.is_empty() && !is_removed && !context.is_quiet() && !context.is_ci() {
        context.tell("`gardener test --remove-unreferenced` removes these\n");
    }
    Ok(())
}

/// The pack's directory as people see it.
fn shown(found: &Found, context: &Context) -> String {
    let Some(directory) = found.directory() else { return found.shown.clone() };
    let here = context.directory().canonicalize().unwrap_or_else(|_| context.directory().to_owned());
    match directory.strip_prefix(&here) {
        Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
        Ok(inside) => inside.display().to_string(),
        Err(_) => directory.display().to_string(),
    }
}
