//! The commands, one file each.

mod analyze;
mod check;
mod completions;
mod explain_code;
mod man;

use gardener_engine::diagnostic::{Diagnostic, Sources};
use gardener_engine::pack::{self, Loaded, Pack};
use gardener_engine::script::{Limits, Sandbox};

use crate::args::{Command, Common};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::pack_files::{Found, find};
use crate::terminal::{clean, diagnostics};

/// Runs a command; what goes wrong is said on standard error.
pub(crate) fn run(context: &Context, common: &Common, command: Command) -> Exit {
    let result = match command {
        Command::Analyze(arguments) => analyze::run(context, common, &arguments),
        Command::Check(arguments) => check::run(context, common, &arguments),
        Command::ExplainCode(arguments) => explain_code::run(context, &arguments),
        Command::Completions { shell } => completions::run(context, shell),
        Command::Man { out } => man::run(context, out.as_deref()),
    };
    result.unwrap_or_else(|failure| {
        context.tell(&format!("error: {}\n", clean(&failure.message)));
        if let Some(help) = &failure.help {
            context.tell(&format!("  help: {}\n", clean(help)));
        }
        failure.exit
    })
}

/// The pack that the command line means, with all that was found in it; `with_examples` holds its definitions against their
/// examples too.
fn load(context: &Context, common: &Common, with_examples: bool) -> Result<(Found, Sandbox, Loaded), Failure> {
    let found = find(common.rules.as_deref(), context.directory())?;
    let sandbox = gardener_engine::judge::sandbox(Limits::default());
    let load = if with_examples { pack::check } else { pack::load };
    let loaded = load(&found.reader, &found.location, &sandbox);
    Ok((found, sandbox, loaded))
}

/// The pack, if it can be used; its problems are shown on standard error.
fn usable(context: &Context, loaded: Loaded) -> Result<(Pack, Sources), Failure> {
    let Loaded { pack, diagnostics: found, sources } = loaded;
    let errors = found.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let shown: Vec<&Diagnostic> =
        found.iter().filter(|diagnostic| diagnostic.is_error() || !context.is_quiet()).collect();
    context.tell(&diagnostics::text(&shown, &sources, context.stderr_has_color()));
    match pack {
        Some(pack) if errors == 0 => Ok((pack, sources)),
        _ => Err(Failure::new(Exit::InvalidPack, format!("the pack is invalid: {}", diagnostics::count(&found)))
            .help("`gardener explain-code CODE` tells more of each problem")),
    }
}

/// Writes results to standard output.
fn print(context: &Context, text: &str) -> Result<(), Failure> {
    context
        .print(text)
        .map_err(|error| Failure::new(Exit::Unreadable, format!("standard output cannot be written: {error}")))
}
