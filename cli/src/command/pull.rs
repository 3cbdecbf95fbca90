//! `gardener pull`: entries from Cloud Logging into a file.

mod into;
mod output;
pub(super) mod wanted;

use std::path::{Path, PathBuf};
use std::time::Duration;

use gardener_engine::render::counted;

use crate::args::{Common, GcpAccess, PullArguments};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::source::gcp::{
    API, CloudLogging, Credentials, Cursor, End, Kind, Limits, Pace, Part, Pull, Resumed, Seen, Sink, State, Trouble,
    Unwatched,
};
use crate::terminal;
use crate::terminal::pulling::Pulling;

use super::Ready;
use output::Stdout;

pub(super) use into::{Got, into};
pub(super) use wanted::state;

pub(super) fn run(context: &Context, common: &Common, arguments: &PullArguments) -> Result<Exit, Failure> {
    if arguments.output.as_deref() == Some(Path::new("-")) {
        if arguments.resume {
            return Err(Failure::new(Exit::Usage, "what was written to standard output cannot be gone on with")
                .help("name a file: -o logs.jsonl.zst"));
        }
        let pack = wanted::pack(context, common, arguments)?;
        let state = state(context, pack.as_ref().map(Ready::pack), arguments)?;
        return to_stdout(context, arguments, state);
    }
    let asked = match (&arguments.output, arguments.resume) {
        (Some(path), _) => Some(path.clone()),
        (None, true) => output::begun(context.directory())?,
        (None, false) => None,
    };
    if let Some(path) = asked.as_deref().filter(|_| arguments.resume) {
        match Part::resume(path)? {
            Resumed::Part(part, seen) => {
                // What is not given need not be looked up.
                let pack = match arguments.query.is_empty() {
                    true => None,
                    false => wanted::pack(context, common, arguments)?,
                };
                wanted::same(context, pack.as_ref().map(Ready::pack), arguments, part.state())?;
                return to_file(context, arguments, *part, seen, path);
            }
            Resumed::Finished(limit) => {
                return finished(context, &path.display().to_string(), arguments.limit, limit);
            }
            Resumed::Nothing => {}
        }
    }
    let pack = wanted::pack(context, common, arguments)?;
    let state = state(context, pack.as_ref().map(Ready::pack), arguments)?;
    let path = asked.unwrap_or_else(|| PathBuf::from(output::name(state.window)));
    output::writable(&path)?;
    let part = Part::begin(&path, state)?;
    to_file(context, arguments, part, Seen::default(), &path)
}

/// Says that there is nothing to go on with. What has as many entries as it was to have (`limit`) is no more than that.
fn finished(context: &Context, path: &str, asked: Option<u64>, limit: Option<u64>) -> Result<Exit, Failure> {
    let Some(limit) = limit else {
        tell(context, &format!("`{path}` is finished: there is nothing to go on with\n"));
        return Ok(Exit::Done);
    };
    if asked.is_some_and(|asked| asked != limit) {
        return Err(Failure::new(Exit::Usage, format!("`{path}` was to have {limit} entries, and has them"))
            .help("without --resume it is begun again"));
    }
    tell(
        context,
        &format!("`{path}` has the {limit} entries that it was to have, and perhaps not all of its window\n"),
    );
    Ok(Exit::Done)
}

/// Pulls into a file.
fn to_file(
    context: &Context,
    arguments: &PullArguments,
    mut part: Part,
    mut seen: Seen,
    path: &Path,
) -> Result<Exit, Failure> {
    let state = part.state().clone();
    let mut cursor = state.cursor.clone();
    let end = pulled(context, arguments, &state, (&mut cursor, &mut seen), &mut part);
    if cursor.pages == 0 && matches!(&end, Err(_) | Ok(End::Stopped(_))) {
        // Of what has not even begun, nothing is left behind.
        part.discard();
        return match end? {
            End::Stopped(trouble) => Err(trouble.into()),
            End::Whole | End::Limit => Ok(Exit::Done),
        };
    }
    let end = end?;
    let place = part.finish(&end)?;
    let shown = match &place {
        Ok(path) | Err(path) => path.display().to_string(),
    };
    tell(context, &summary(&state, &cursor, &end, &format!(" into {shown}")));
    let again = format!("go on with it: gardener pull --resume -o {}", path.display());
    ended(end, Some(&again))
}

/// Pulls to standard output.
fn to_stdout(context: &Context, arguments: &PullArguments, state: State) -> Result<Exit, Failure> {
    let mut cursor = Cursor::default();
    let mut stdout = Stdout::new(context);
    let end = pulled(context, arguments, &state, (&mut cursor, &mut Seen::default()), &mut stdout);
    if stdout.is_closed() {
        return Ok(Exit::Done);
    }
    let end = end?;
    tell(context, &summary(&state, &cursor, &end, ""));
    ended(end, None)
}

/// Asks for all that is wanted, from where `cursor` is, whose entries are `seen`, and hands it to `sink`.
pub(super) fn pulled(
    context: &Context,
    arguments: &PullArguments,
    state: &State,
    (cursor, seen): (&mut Cursor, &mut Seen),
    sink: &mut dyn Sink,
) -> Result<End, Failure> {
    let mut pull = opened(context, &arguments.access, state, arguments.deadline)?;
    pull.watch = Box::new(Pulling::new(context, cursor.entries));
    pull.run(cursor, seen, sink)
}

/// A pull of what is wanted, which tells nobody how far it is.
pub(super) fn opened<'c>(
    context: &'c Context,
    access: &GcpAccess,
    state: &State,
    deadline: Duration,
) -> Result<Pull<'c>, Failure> {
    Ok(Pull {
        server: Box::new(server(context, access)?),
        clock: Box::new(context),
        chance: Box::new(Context::chance()),
        watch: Box::new(Unwatched),
        request: state.request.clone(),
        window: state.window,
        limits: Limits { quota: access.quota, deadline, entries: state.limit },
        pace: Pace::new(access.quota),
    })
}

/// The server that the command line and the environment name.
fn server(context: &Context, access: &GcpAccess) -> Result<CloudLogging, Failure> {
    let variables = context.google();
    let endpoint = access.endpoint.as_deref().or(variables.endpoint.as_deref()).unwrap_or(API);
    let named = access.token_env.as_deref().map(|name| (name, context.token(name)));
    let credentials = Credentials::find(named, access.token_endpoint.as_deref(), variables)?;
    CloudLogging::new(endpoint, credentials, variables.quota_project.as_deref(), Context::calendar())
}

/// What was read, and how far, in a line.
fn summary(state: &State, cursor: &Cursor, end: &End, into: &str) -> String {
    let entries = counted(cursor.entries, "entry", Some("entries"));
    let duplicates = match cursor.duplicates {
        0 => String::new(),
        count => format!(" ({} left out)", counted(count, "duplicate", None)),
    };
    let window = format!("{} to {}", state.window.since, state.window.until);
    let read = match end {
        End::Whole => format!("all of {window}"),
        End::Limit => format!("the limit; of {window}, {}", state.reached(cursor)),
        End::Stopped(_) => format!("not all of {window}: {}", state.reached(cursor)),
    };
    format!("pulled {entries}{duplicates}{into}: {read}\n")
}

fn ended(end: End, again: Option<&str>) -> Result<Exit, Failure> {
    let End::Stopped(Trouble { kind, message, help }) = end else { return Ok(Exit::Done) };
    let exit = if kind == Kind::BadFilter { Exit::Usage } else { Exit::Remote };
    let failure = Failure::new(exit, message);
    let helps: Vec<&str> = help.as_deref().into_iter().chain(again).collect();
    Err(if helps.is_empty() { failure } else { failure.help(helps.join("; ")) })
}

fn tell(context: &Context, text: &str) {
    if !context.is_quiet() {
        context.tell(&terminal::clean(text));
    }
}
