//! `gardener tail`: the clusters of the last minutes, again and again.
//!
//! What was read stays in memory, a piece for each look; looks overlap, for entries arrive late, and what comes twice is counted
//! once. Pieces that have left the window are let go of.

mod screen;

use std::sync::Arc;
use std::time::Duration;

use gardener_engine::classify::Classifier;
use gardener_engine::entry::Timestamp;
use gardener_engine::plan::Memory;
use gardener_engine::report::Report;
use gardener_engine::script::Sandbox;

use crate::analysis::{self, Request};
use crate::args::{Beginning, Common, HistoryArguments, Moment, PullArguments, TailArguments};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::intake::Edge;
use crate::source::gcp::{Cursor, End, Kind, Pull, Seen, Sink, Trouble, Unwatched, Window};
use crate::source::{Capture, CaptureReader};
use crate::terminal::pulling::Pulling;

use super::{Ready, pull};
use screen::Screen;

/// Bytes of entries that are kept.
const MOST: usize = 512 << 20;
/// How long a look may take, at least.
const PATIENCE: Duration = Duration::from_secs(60);

/// Entries of one look.
struct Piece {
    until: Timestamp,
    lines: Arc<[u8]>,
}

/// What comes in a look, as far as there is room for it.
#[derive(Default)]
struct Coming {
    lines: Vec<u8>,
    is_cut: bool,
}

impl Sink for Coming {
    fn page(&mut self, lines: &[u8], _: &Cursor) -> Result<(), Failure> {
        self.is_cut |= self.lines.len() + lines.len() > MOST;
        if !self.is_cut {
            self.lines.extend_from_slice(lines);
        }
        Ok(())
    }
}

/// What has been seen so far.
struct Following<'c> {
    context: &'c Context,
    /// It keeps its connection, its token and its pace from look to look.
    pull: Pull<'c>,
    pieces: Vec<Piece>,
    /// What is in them, as far as it can come again: looks overlap.
    seen: Seen,
    /// Up to where all has been read.
    reached: Option<Timestamp>,
    /// What is said below the table.
    notes: Vec<String>,
}

pub(super) fn run(context: &Context, common: &Common, arguments: &TailArguments) -> Result<Exit, Failure> {
    let ready = Ready::load(context, common)?;
    let classifier = Classifier::new(&ready.pack);
    let mut following = Following::new(context, &ready, arguments)?;
    let mut screen = Screen::new(context);
    for look in 0.. {
        if arguments.looks.is_some_and(|most| look >= most) {
            break;
        }
        if look > 0 {
            context.pause(arguments.every);
        }
        let now = context.now()?;
        let begin = now.plus_seconds(-seconds(arguments.window));
        let reached = following.reached.map(|reached| reached.plus_seconds(-seconds(arguments.settle)));
        following.look(Window { since: reached.map_or(begin, |reached| reached.max(begin)), until: now })?;
        following.keep(begin);
        let report = clusters(context, (&ready.sandbox, &classifier), &following.pieces, (begin, now));
        screen.show(&report, &std::mem::take(&mut following.notes))?;
    }
    Ok(Exit::Done)
}

impl<'c> Following<'c> {
    fn new(context: &'c Context, ready: &Ready, arguments: &TailArguments) -> Result<Self, Failure> {
        let now = context.now()?;
        let asked = PullArguments {
            query: arguments.query.clone(),
            access: arguments.access.clone(),
            history: HistoryArguments { history: None },
            since: Some(Beginning::Moment(Moment::At(now.plus_seconds(-1)))),
            until: Some(Moment::At(now)),
            settle: Duration::ZERO,
            now: Some(now),
            limit: None,
            order: None,
            resume: false,
            deadline: arguments.every.max(PATIENCE),
            output: None,
        };
        let state = pull::state(context, Some(ready.pack()), &asked)?;
        let pull = pull::opened(context, &asked.access, &state, asked.deadline)?;
        Ok(Self { context, pull, pieces: Vec::new(), seen: Seen::default(), reached: None, notes: Vec::new() })
    }

    /// Reads a window. What may pass is told, and made up for by the next look; not at the first, for then nothing has ever come.
    fn look(&mut self, window: Window) -> Result<(), Failure> {
        if window.since >= window.until {
            return Ok(());
        }
        let (mut coming, mut cursor) = (Coming::default(), Cursor::default());
        self.pull.window = window;
        self.pull.watch = Box::new(Pulling::new(self.context, 0));
        let end = self.pull.run(&mut cursor, &mut self.seen, &mut coming);
        self.pull.watch = Box::new(Unwatched);
        let until = match end? {
            End::Whole | End::Limit => window.until,
            End::Stopped(trouble) if !passes(&trouble) || (self.reached.is_none() && cursor.pages == 0) => {
                return Err(trouble.into());
            }
            End::Stopped(trouble) => {
                self.notes.push(trouble.message);
                cursor.last.unwrap_or(window.since)
            }
        };
        if coming.is_cut {
            self.notes.push(too_much("what came last is"));
        }
        self.reached = self.reached.max(Some(until));
        self.pieces.push(Piece { until, lines: coming.lines.into() });
        Ok(())
    }

    /// Lets go of what has left the window, and of the oldest where there is too much.
    fn keep(&mut self, begin: Timestamp) {
        self.pieces.retain(|piece| piece.until > begin && !piece.lines.is_empty());
        while self.pieces.iter().map(|piece| piece.lines.len()).sum::<usize>() > MOST && self.pieces.len() > 1 {
            self.pieces.remove(0);
            self.notes.push(too_much("the oldest entries are"));
        }
    }
}

/// Whether the next look may fare better.
fn passes(trouble: &Trouble) -> bool {
    trouble.may_pass() || matches!(trouble.kind, Kind::Late | Kind::StaleToken)
}

fn too_much(what: &str) -> String {
    format!("more than {} MiB came in this window: {what} left out", MOST >> 20)
}

fn clusters(
    context: &Context,
    (sandbox, classifier): (&Sandbox, &Classifier<'_>),
    pieces: &[Piece],
    (since, until): (Timestamp, Timestamp),
) -> Report {
    let captures: Vec<Capture> =
        pieces.iter().map(|piece| Capture::in_memory("cloud-logging", Arc::clone(&piece.lines))).collect();
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

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
