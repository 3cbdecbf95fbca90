//! What all commands that read captures do alike.

use std::path::Path;

use gardener_engine::entry::Timestamp;
use gardener_engine::render::counted;
use gardener_engine::report::MalformedQuote;

use crate::args::{Beginning, Moment, Reading};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::intake::{Edge, Intake};
use crate::marks::Late;
use crate::output_file::OutputFile;
use crate::source::{self, Capture, InputError, Left};
use crate::terminal;

use super::buckets::Buckets;

/// What to read, as it was asked for.
#[derive(Debug)]
pub(super) struct Asked {
    operands: Vec<String>,
    is_empty_allowed: bool,
    /// The run's `now`.
    pub(super) now: Timestamp,
    /// The beginning of the window, included.
    pub(super) since: Option<Timestamp>,
    /// The end of the window, excluded.
    pub(super) until: Option<Timestamp>,
    /// Whether it is to begin where the last run in the history ended.
    pub(super) is_since_last: bool,
    /// Threads that work.
    pub(super) jobs: usize,
    /// Whether the first malformed record ends the run.
    pub(super) is_strict: bool,
    /// Remarks on where the entries come from.
    pub(super) notes: Vec<String>,
    /// What may not have been there yet when it was pulled.
    pub(super) late: Option<Late>,
}

impl Asked {
    pub(super) fn of(context: &Context, reading: &Reading) -> Result<Self, Failure> {
        if reading.since == Some(Beginning::Last) {
            return Err(Failure::new(
                Exit::Usage,
                "`--since last` is for commands that record a run: analyze, plan, apply, run, pull",
            )
            .help("name a time: --since 6h"));
        }
        Self::of_series(context, reading)
    }

    /// The same for a run that others may come before.
    pub(super) fn of_series(context: &Context, reading: &Reading) -> Result<Self, Failure> {
        let now = reading.now.map_or_else(|| context.now(), Ok)?;
        let since = match reading.since {
            Some(Beginning::Moment(moment)) => Some(moment),
            Some(Beginning::Last) | None => None,
        };
        let (since, until) = window((since, reading.until), now)?;
        Ok(Self {
            operands: operands(context, &reading.captures)?,
            is_empty_allowed: reading.allow_empty,
            now,
            since,
            until,
            is_since_last: reading.since == Some(Beginning::Last),
            jobs: reading.jobs.map_or_else(|| context.cores(), usize::from),
            is_strict: reading.strict,
            notes: Vec::new(),
            late: None,
        })
    }

    /// The same of what was pulled: with remarks on that, and what may not have been there yet.
    pub(super) fn pulled(self, notes: &[String], late: Option<Late>) -> Self {
        Self { notes: notes.to_vec(), late, ..self }
    }

    /// The captures that can be read, none of which may be what is written to, and what is wrong with the others.
    pub(super) fn captures(
        &self,
        context: &Context,
        output: Option<&OutputFile>,
    ) -> Result<(Vec<Capture>, Vec<InputError>), Failure> {
        let (captures, missing) = source::resolve_each(&self.operands, &mut Buckets::new(context));
        if captures.is_empty() {
            return Err(unreadable(context, &missing));
        }
        if let Some(capture) = captures.iter().find(|capture| output.is_some_and(|o| o.is(Path::new(&capture.name)))) {
            return Err(Failure::new(Exit::Usage, format!("`{}` is to be read and written at once", capture.name)));
        }
        Ok((captures, missing))
    }

    /// The captures without shards that hold nothing of the window, for commands that no other run comes before.
    pub(super) fn of_window(&self, context: &Context, captures: Vec<Capture>) -> Vec<Capture> {
        let (captures, left) = source::within(captures, self.since, self.until);
        told_left(context, left);
        captures
    }

    /// What is to be read, for all commands but `analyze`.
    pub(super) fn intake<'r>(&self, captures: Vec<Capture>, progress: &'r (dyn Fn(u64) + Sync)) -> Intake<'r> {
        Intake {
            captures,
            since: self.since,
            until: self.until,
            edge: Edge::default(),
            jobs: self.jobs,
            strict: self.is_strict,
            progress,
        }
    }

    /// Refuses what is not to be taken for a result: a broken record where none may be, and nothing read at all.
    pub(super) fn refuse(
        &self,
        captures: &[String],
        read: u64,
        broken: Option<&MalformedQuote>,
        errors: &[InputError],
    ) -> Result<(), Failure> {
        if let Some(quote) = broken.filter(|_| self.is_strict) {
            let message =
                format!("{}:{}: a record cannot be read: {}: {}", quote.file, quote.line, quote.reason, quote.quote);
            return Err(
                Failure::new(Exit::Unreadable, message).help("without --strict such records are counted and left out")
            );
        }
        if read == 0 && errors.is_empty() && !self.is_empty_allowed {
            let names = if captures.is_empty() { "any shard of the window".to_owned() } else { named(captures) };
            return Err(Failure::new(Exit::Unreadable, format!("there are no entries in {names}"))
                .help("if that is right, say --allow-empty"));
        }
        Ok(())
    }
}

/// The window that was asked for.
pub(super) fn window(
    (since, until): (Option<Moment>, Option<Moment>),
    now: Timestamp,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Failure> {
    let since = since.map(|moment| moment.seen_from(now));
    let until = until.map(|moment| moment.seen_from(now));
    match (since, until) {
        (Some(from), Some(to)) if from >= to => {
            Err(Failure::new(Exit::Usage, format!("the window is empty: --since is {from} and --until is {to}")))
        }
        window => Ok(window),
    }
}

/// The names of captures, for a sentence.
pub(super) fn named(captures: &[String]) -> String {
    let name = |name: &String| if name == "-" { "standard input".to_owned() } else { name.clone() };
    captures.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The captures named; standard input where none is and something is piped in.
pub(super) fn operands(context: &Context, captures: &[String]) -> Result<Vec<String>, Failure> {
    if !captures.is_empty() {
        return Ok(captures.to_vec());
    }
    if context.stdin_is_terminal() {
        return Err(Failure::new(Exit::Usage, "no capture is named, and nothing is piped in")
            .help("name a file, such as logs.jsonl; --help shows examples"));
    }
    Ok(vec!["-".to_owned()])
}

/// Says that shards were left out; for the report too.
pub(super) fn told_left(context: &Context, left: Left) -> Option<String> {
    let all = left.all();
    let shards = counted(all as u64, "shard", None);
    let (lie, were) = if all == 1 { ("lies", "was") } else { ("lie", "were") };
    let note = format!("{shards} of a sink {lie} outside of the window by the hours in the names, and {were} not read");
    if all > 0 && !context.is_quiet() {
        context.tell(&format!("{note}\n"));
    }
    (all > 0).then_some(note)
}

/// How a run ends that could not read all.
pub(super) fn exit_of(errors: &[InputError]) -> Exit {
    if errors.iter().any(|error| error.is_remote) { Exit::Remote } else { Exit::Unreadable }
}

/// Says which captures cannot be read; the last of them ends the run.
pub(super) fn unreadable(context: &Context, errors: &[InputError]) -> Failure {
    let (last, others) =
        errors.split_last().map_or((String::new(), [].as_slice()), |(last, others)| (last.to_string(), others));
    for error in others {
        context.tell(&terminal::error(&error.to_string(), None, context.stderr_has_color()));
    }
    Failure::new(exit_of(errors), last)
}
