//! The commands, one file each.

mod analyze;
mod apply;
mod buckets;
mod check;
mod completions;
mod diff;
mod explain;
mod explain_code;
mod filing;
mod history;
mod hourly;
mod init;
mod man;
mod new;
mod plan;
mod plan_file;
mod profile;
mod pull;
mod pulled;
mod reading;
mod run;
mod schema;
mod shadow;
mod suggest;
mod tail;
mod templates;
mod test;
mod window;

use std::io;

use gardener_engine::diagnostic::Sources;
use gardener_engine::pack::{self, Loaded, Pack};
use gardener_engine::render::{self, TableStyle, counted};
use gardener_engine::script::{Limits, Recording, Sandbox};
use gardener_engine::template::check_rules;

use crate::args::{Command, Common};
use crate::context::{Context, WIDTH};
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;
use crate::pack_files::{Found, find};
use crate::terminal::{self, diagnostics};

/// Runs a command; what goes wrong is said on standard error.
pub(crate) fn run(context: &Context, common: &Common, command: Command) -> Exit {
    let result = match command {
        Command::Analyze(arguments) => analyze::run(context, common, &arguments),
        Command::Plan(arguments) => plan::run(context, common, &arguments),
        Command::Apply(arguments) => apply::run(context, common, &arguments),
        Command::Pull(arguments) => pull::run(context, common, &arguments),
        Command::Run(arguments) => run::run(context, common, &arguments),
        Command::Tail(arguments) => tail::run(context, common, &arguments),
        Command::Check(arguments) => check::run(context, common, &arguments),
        Command::Diff(arguments) => diff::run(context, common, &arguments),
        Command::Shadow(arguments) => shadow::run(context, common, &arguments),
        Command::Suggest(arguments) => suggest::run(context, common, &arguments),
        Command::Templates(arguments) => templates::run(context, common, &arguments),
        Command::Profile(arguments) => profile::run(context, common, &arguments),
        Command::Test(arguments) => test::run(context, common, &arguments),
        Command::Explain(arguments) => explain::run(context, common, &arguments),
        Command::History(arguments) => history::run(context, common, &arguments),
        Command::ExplainCode(arguments) => explain_code::run(context, &arguments),
        Command::Init(arguments) => init::run(context, &arguments),
        Command::New(arguments) => new::run(context, common, &arguments),
        Command::Schema(arguments) => schema::run(context, &arguments),
        Command::Completions { shell } => completions::run(context, shell),
        Command::Man { out } => man::run(context, out.as_deref()),
    };
    result.unwrap_or_else(|failure| {
        let is_colored = context.stderr_has_color();
        context.tell(&terminal::error(&failure.message, failure.help.as_deref(), is_colored));
        failure.exit
    })
}

/// Shows what clap has to say: an error, or the help or the version that was asked for.
pub(crate) fn refused(context: &Context, refused: &clap::Error) -> Exit {
    let is_colored = if refused.use_stderr() { context.stderr_has_color() } else { context.stdout_has_color() };
    let plain = refused.render().to_string();
    // An argument with hidden characters is shown without colour, which would not survive its being made visible.
    let text = match terminal::clean(&plain) {
        cleaned if is_colored && cleaned == plain => refused.render().ansi().to_string(),
        cleaned => cleaned,
    };
    if refused.use_stderr() {
        context.tell(&text);
        return Exit::Usage;
    }
    match context.print(&text) {
        Ok(()) => Exit::Done,
        Err(_) => Exit::Unreadable,
    }
}

/// The pack that the command line means, with all that was found in it; `with_examples` holds its definitions against their
/// examples, and its templates against a report, too.
fn load(context: &Context, common: &Common, with_examples: bool) -> Result<(Found, Sandbox, Loaded), Failure> {
    load_recording(context, common, with_examples, &Recording::Nothing)
}

/// The same, with a sandbox that notes what the pack's scripts do.
fn load_recording(
    context: &Context,
    common: &Common,
    with_examples: bool,
    recording: &Recording,
) -> Result<(Found, Sandbox, Loaded), Failure> {
    let found = find(common.rules.as_deref(), context.directory())?;
    let sandbox = gardener_engine::judge::recording_sandbox(Limits::default(), recording);
    let loaded = match with_examples {
        true => render::check_templates(check_rules(pack::check(&found.reader, &found.location, &sandbox))),
        false => check_rules(pack::load(&found.reader, &found.location, &sandbox)),
    };
    if context.is_verbose() {
        context.tell(&format!("rules: {}\n", terminal::clean(&found.shown)));
    }
    Ok((found, sandbox, loaded))
}

/// A pack that can be used, and what it came with.
struct Ready {
    found: Found,
    sandbox: Sandbox,
    pack: Pack,
    sources: Sources,
}

impl Ready {
    /// The pack that the command line means.
    fn load(context: &Context, common: &Common) -> Result<Self, Failure> {
        let (found, sandbox, loaded) = load(context, common, false)?;
        let (pack, sources) = usable(context, loaded)?;
        Ok(Self { found, sandbox, pack, sources })
    }

    /// The same for as long as the process lasts: to take a pack apart in the end, piece by piece, would only make that later.
    fn kept(self) -> (Found, &'static Sandbox, &'static Pack, Sources) {
        let Self { found, sandbox, pack, sources } = self;
        (found, Box::leak(Box::new(sandbox)), Box::leak(Box::new(pack)), sources)
    }

    /// The pack, and where it was found.
    fn pack(&self) -> (&Found, &Pack) {
        (&self.found, &self.pack)
    }
}

/// The pack, if it can be used; its problems are shown on standard error, and handed on for reports.
fn usable(context: &Context, loaded: Loaded) -> Result<(Pack, Sources), Failure> {
    let Loaded { pack, diagnostics: found, sources, .. } = loaded;
    let (errors, warnings): (Vec<_>, Vec<_>) = found.iter().partition(|diagnostic| diagnostic.is_error());
    context.tell(&diagnostics::text(&errors, &sources, context.stderr_has_color()));
    if errors.is_empty() && !warnings.is_empty() && !context.is_quiet() {
        let warnings = counted(warnings.len() as u64, "warning", None);
        context.tell(&format!("{warnings} in the pack: `gardener check` shows what is odd\n"));
    }
    match pack {
        Some(pack) if errors.is_empty() => Ok((pack, sources)),
        _ => Err(Failure::new(Exit::InvalidPack, format!("the pack is invalid: {}", diagnostics::count(&found)))
            .help("`gardener explain-code CODE` tells more of each problem")
            .problems(found, sources)),
    }
}

/// Writes results to standard output.
fn print(context: &Context, text: &str) -> Result<(), Failure> {
    context
        .print(text)
        .map_err(|error| Failure::new(Exit::Unreadable, format!("standard output cannot be written: {error}")))
}

/// Writes results to the file that was asked for, else to standard output.
fn write(context: &Context, output: Option<&OutputFile>, text: &str) -> Result<(), Failure> {
    match output {
        Some(file) => file.write(text),
        None => print(context, text),
    }
}

/// The same piece by piece. A reader of standard output that has gone away is no error, and nothing more is made for it.
fn write_by(
    context: &Context,
    output: Option<&OutputFile>,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let Some(file) = output else {
        return match write(&mut Stdout(context)) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::new(Exit::Unreadable, format!("standard output cannot be written: {error}")))
            }
            _ => Ok(()),
        };
    };
    file.write_by(write)
}

/// Standard output.
struct Stdout<'c>(&'c Context);

impl io::Write for Stdout<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.stream(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How text for people is drawn: for the terminal that it goes to, or for a file, which is none.
fn style(context: &Context, output: Option<&OutputFile>) -> TableStyle {
    match output {
        Some(_) => TableStyle { width: WIDTH, colour: context.file_has_color(), ascii: false },
        None => TableStyle { width: context.width(), colour: context.stdout_has_color(), ascii: false },
    }
}
