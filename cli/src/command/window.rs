//! The window of a run among those of earlier ones.

use gardener_engine::entry::Timestamp;

use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::intake::Edge;
use crate::marks::{Late, Marks, Noting};
use crate::source::{self, Capture};
use crate::store::{Basis, Chain};

use super::history::Ledger;
use super::reading::{Asked, told_left};

/// Seconds behind the beginning of a window by which captures hold something, at least; twice the overlap where that is more.
const PATIENCE: i64 = 30 * 60;

/// Seconds by which an entry may be late and is still asked for.
const LATEST: i64 = 24 * 3600;

/// What is read, and what of it is told.
pub(super) struct Window {
    /// The beginning of what is read, included.
    pub(super) since: Option<Timestamp>,
    /// The end, excluded.
    pub(super) until: Option<Timestamp>,
    /// How it adjoins the windows of earlier runs.
    pub(super) edge: Edge,
    /// How the run stands to them.
    pub(super) chain: Chain,
    /// Whether it may not take the place of its own record, because it can no longer say all that it said then.
    pub(super) is_unfit: bool,
}

impl Window {
    /// The window that was asked for.
    pub(super) fn of(asked: &Asked, ledger: Option<&mut Ledger>) -> Result<Self, Failure> {
        let mut window = Self::asked(asked, ledger)?;
        window.edge.notes.extend(asked.notes.iter().cloned());
        Ok(window)
    }

    /// The captures without shards that hold nothing of it. Those that lie before it show that the captures reach back to it.
    pub(super) fn of_captures(&mut self, context: &Context, captures: Vec<Capture>) -> Vec<Capture> {
        let (captures, left) = source::within(captures, self.since, self.until);
        self.edge.notes.extend(told_left(context, left));
        if left.before > 0 {
            self.edge.patience = None;
        }
        captures
    }

    fn asked(asked: &Asked, ledger: Option<&mut Ledger>) -> Result<Self, Failure> {
        let noting = |ledger: &Ledger, until| {
            let overlap = ledger.overlap();
            ledger.is_recorded().then_some(Noting { until, now: asked.now, overlap, late: asked.late })
        };
        if !asked.is_since_last {
            // Nobody has read what is yet to come, whatever the window: it would be left out by all runs until then.
            let read = asked.until.map(|until| until.min(asked.now));
            let noting = ledger.and_then(|ledger| noting(ledger, read));
            let edge = Edge { noting, ..Edge::default() };
            return Ok(Self { since: asked.since, until: asked.until, edge, chain: Chain::Apart, is_unfit: false });
        }
        let Some(ledger) = ledger else {
            return Err(Failure::new(Exit::Usage, "`--since last` needs a history, and there is none")
                .help("name one, such as --history .gardener/history.db"));
        };
        let until = asked.until.map_or(asked.now, |until| until.min(asked.now));
        let mut window = after(ledger.basis(asked.now)?, until, ledger.overlap())?;
        if let (Some(marks), true) = (&window.edge.counted, asked.late.is_some()) {
            window.since = Some(marks.begin());
        }
        if let Some(asked) = asked.until.filter(|asked| *asked > until) {
            window
                .edge
                .notes
                .push(format!("the window ends now, at {until}: what is written up to {asked} is yet to come"));
        }
        let is_unfit = window.is_unfit && ledger.is_recorded();
        Ok(Self { edge: Edge { noting: noting(ledger, Some(until)), ..window.edge }, is_unfit, ..window })
    }
}

/// Where what a run at `now` reads begins if it goes on from the last one, and what is late for that; nothing where there is none.
pub(super) fn beginning(
    ledger: &mut Ledger,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<(Timestamp, Option<Late>)>, Failure> {
    let overlap = ledger.overlap();
    let Window { since, edge, .. } = after(ledger.basis(now)?, until, overlap)?;
    Ok(since.map(|since| (since, edge.counted.and_then(|marks| marks.late))))
}

/// The window from the end of an earlier run on.
fn after(basis: Option<Basis>, until: Timestamp, overlap: i64) -> Result<Window, Failure> {
    let Some(Basis { at, until: end, marks, is_again }) = basis else {
        let notes = vec!["no earlier run says how far it has read, so this one begins with the first entry".to_owned()];
        let edge = Edge { notes, ..Edge::default() };
        return Ok(Window { since: None, until: Some(until), edge, chain: Chain::Follows(None), is_unfit: false });
    };
    if until <= end {
        let message = format!("nothing is left to read: the run of {at} has read up to {end}");
        return Err(Failure::new(Exit::Usage, message).help(format!("to do that run again, give its time: --now {at}")));
    }
    let is_unfit = is_again && marks.is_none();
    let notes = match marks {
        Some(_) => Vec::new(),
        None => vec![format!(
            "which entries were counted shortly before {end} is no longer known, so those from before it that came late are \
             left out{}",
            if is_unfit { "; the history keeps what this run said when it was first done" } else { "" }
        )],
    };
    let since = marks.as_ref().map_or(end, |marks| marks.from);
    let marks = marks.map(|marks| {
        let oldest = end.plus_seconds(-LATEST);
        let late = marks.late.map(|late| Late { from: late.from.max(oldest), ..late });
        Marks { late, ..marks }
    });
    let patience = Some(overlap.saturating_mul(2).max(PATIENCE));
    let edge = Edge { window: Some(end), counted: marks, patience, noting: None, notes };
    Ok(Window { since: Some(since), until: Some(until), edge, chain: Chain::Follows(Some((at, end))), is_unfit })
}

#[cfg(test)]
mod tests;
