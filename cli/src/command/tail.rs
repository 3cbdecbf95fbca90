//! `gardener tail`: the clusters of the last minutes, again and again.
//!
//! What was read stays in memory, a piece for each look; looks overlap, for entries arrive late, and what comes twice is counted
//! once. Pieces that have left the window are let go of.

use std::time::Duration;

use gardener_engine::classify::Classifier;
use gardener_engine::entry::Timestamp;
use gardener_engine::plan::Memory;
use gardener_engine::render;
use gardener_engine::report::Report;
use gardener_engine::script::Sandbox;

use crate::analysis::{self, Request};
use crate::args::{Beginning, Common, HistoryArguments, Moment, PullArguments, TailArguments};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::intake::Edge;
use crate::source::gcp::{Cursor, End, Kind, Seen, Sink};
use crate::source::{Capture, CaptureReader};
use crate::terminal;

use super::{Ready, pull};

/// Bytes of entries that are kept.
const MOST: usize = 512 << 20;
/// Clears a terminal and goes to its first line.
const HOME: &str = "\u{1b}[H\u{1b}[2J\u{1b}[3J";

/// Entries of one look.
struct Piece {
    until: Timestamp,
    lines: Vec<u8>,
}

impl Sink for Piece {
    fn page(&mut self, lines: &[u8], _: &Cursor) -> Result<(), Failure> {
        self.lines.extend_from_slice(lines);
        Ok(())
    }
}

pub(super) fn run(context: &Context, common: &Common, arguments: &TailArguments) -> Result<Exit, Failure> {
    let ready = Ready::load(context, common)?;
    let classifier = Classifier::new(&ready.pack);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut reached: Option<Timestamp> = None;
    for look in 0.. {
        if arguments.looks.is_some_and(|most| look >= most) {
            break;
        }
        if look > 0 {
            context.pause(arguments.every);
        }
        let now = context.now()?;
        let begin = now.plus_seconds(-seconds(arguments.window));
        let since = reached.map_or(begin, |reached| reached.plus_seconds(-seconds(arguments.settle)).max(begin));
        match looked(context, &ready, arguments, (since, now))? {
            (piece, None) => {
                reached = Some(piece.until);
                pieces.push(piece);
            }
            (piece, Some(told)) => {
                context.tell(&terminal::warning(&told, context.stderr_has_color()));
                reached = reached.max(Some(piece.until).filter(|_| !piece.lines.is_empty()));
                pieces.push(piece);
            }
        }
        keep(context, &mut pieces, begin);
        let report = clusters(context, (&ready.sandbox, &classifier), &pieces, (begin, now));
        show(context, &report)?;
    }
    Ok(Exit::Done)
}

/// What has come in a window, and what went wrong, where that may pass.
fn looked(
    context: &Context,
    ready: &Ready,
    arguments: &TailArguments,
    (since, until): (Timestamp, Timestamp),
) -> Result<(Piece, Option<String>), Failure> {
    let asked = PullArguments {
        query: arguments.query.clone(),
        access: arguments.access.clone(),
        history: HistoryArguments { history: None },
        since: Some(Beginning::Moment(Moment::At(since))),
        until: Some(Moment::At(until)),
        settle: Duration::ZERO,
        now: Some(until),
        limit: None,
        order: None,
        resume: false,
        deadline: arguments.every.max(Duration::from_secs(60)),
        output: None,
    };
    let state = pull::state(context, Some(ready.pack()), &asked)?;
    let (mut piece, mut cursor) = (Piece { until, lines: Vec::new() }, Cursor::default());
    let end = pull::pulled(context, &asked, &state, (&mut cursor, &mut Seen::default()), &mut piece)?;
    match end {
        End::Whole | End::Limit => Ok((piece, None)),
        End::Stopped(trouble) if trouble.kind == Kind::BadFilter || !trouble.may_pass() => Err(trouble.into()),
        End::Stopped(trouble) => {
            piece.until = cursor.last.unwrap_or(since);
            Ok((piece, Some(trouble.message)))
        }
    }
}

/// Lets go of what has left the window, and of the oldest where there is too much.
fn keep(context: &Context, pieces: &mut Vec<Piece>, begin: Timestamp) {
    pieces.retain(|piece| piece.until > begin && !piece.lines.is_empty());
    while pieces.iter().map(|piece| piece.lines.len()).sum::<usize>() > MOST && pieces.len() > 1 {
        pieces.remove(0);
        let told = format!("more than {} MiB came in this window: the oldest entries are left out", MOST >> 20);
        context.tell(&terminal::warning(&told, context.stderr_has_color()));
    }
}

fn clusters(
    context: &Context,
    (sandbox, classifier): (&Sandbox, &Classifier<'_>),
    pieces: &[Piece],
    (since, until): (Timestamp, Timestamp),
) -> Report {
    let captures: Vec<Capture> =
        pieces.iter().map(|piece| Capture::in_memory("cloud-logging", piece.lines.clone())).collect();
    let reader = CaptureReader::open(captures.clone());
    let request = Request {
        classifier,
        sandbox,
        captures,
        now: until,
        since: Some(since),
        until: Some(until),
        edge: Edge::default(),
        jobs: context.cores(),
        strict: false,
        progress: &|_| {},
    };
    analysis::run(request, &Memory::default(), reader).report
}

fn show(context: &Context, report: &Report) -> Result<(), Failure> {
    let table = render::table(report, &super::style(context, None));
    let home = if context.stdout_is_terminal() { HOME } else { "" };
    super::print(context, &format!("{home}{table}\n"))
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
