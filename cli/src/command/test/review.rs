//! A person looks at the snapshots that differ, one change at a time.

use std::io;

use gardener_engine::diagnostic::Sources;
use gardener_engine::pack::Pack;
use gardener_engine::render::counted;

use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::rule_tests::Results;
use crate::rule_tests::change::{Change, changes};
use crate::rule_tests::snapshot_store::SnapshotStore;
use crate::terminal::test_results::Canvas;

/// The length of the line above a change.
const RULE: usize = 50;
/// Lines of a change that are shown at first.
const LINES: usize = 200;

/// What is to become of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accept,
    Reject,
    Skip,
}

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// For this change.
    This(Verdict),
    /// For this one and all that follow.
    All(Verdict),
    /// Show it again, with every line.
    Whole,
}

fn answer(key: char) -> Option<Answer> {
    Some(match key {
        'a' => Answer::This(Verdict::Accept),
        'r' => Answer::This(Verdict::Reject),
        's' | ' ' => Answer::This(Verdict::Skip),
        'A' => Answer::All(Verdict::Accept),
        'R' => Answer::All(Verdict::Reject),
        'S' | 'q' => Answer::All(Verdict::Skip),
        'd' => Answer::Whole,
        _ => return None,
    })
}

/// Asks about each change. Whether all of them were accepted.
pub(super) fn review(
    context: &Context,
    store: &SnapshotStore,
    results: &Results,
    (pack, sources): (&Pack, &Sources),
) -> Result<bool, Failure> {
    let changes = changes(results);
    if changes.is_empty() {
        context.tell("no snapshot differs: there is nothing to review\n");
        return Ok(true);
    }
    let canvas = Canvas { pack, sources, is_colored: context.stderr_has_color() };
    let mut sums = [0_u64; 3];
    let mut for_all = None;
    for (number, change) in (1..).zip(&changes) {
        let verdict = match for_all {
            Some(verdict) => verdict,
            None => {
                let (verdict, is_for_all) = asked(context, &canvas, change, (number, changes.len()))?;
                for_all = is_for_all.then_some(verdict);
                verdict
            }
        };
        for (_, comparison) in &change.members {
            match verdict {
                Verdict::Accept => store.accept(comparison)?,
                Verdict::Reject => store.forget(comparison)?,
                Verdict::Skip => store.put_aside(comparison)?,
            }
        }
        if let Some(sum) = sums.get_mut(verdict as usize) {
            *sum += change.members.len() as u64;
        }
    }
    let [accepted, rejected, skipped] = sums;
    let snapshots = counted(accepted, "snapshot", None);
    context.tell(&format!("\n{snapshots} accepted, {rejected} rejected, {skipped} skipped\n"));
    Ok(rejected + skipped == 0)
}

/// Shows a change and waits for an answer; whether it is for all that follow as well.
fn asked(
    context: &Context,
    canvas: &Canvas<'_>,
    change: &Change<'_>,
    (number, sum): (usize, usize),
) -> Result<(Verdict, bool), Failure> {
    let mut most = LINES;
    loop {
        context.tell(&format!("\n━━━ {number} of {sum} {}\n{}", "━".repeat(RULE), canvas.change(change, most)));
        context.tell("\n  a accept   r reject   s skip   A R S the same for all that follow   d every line   q quit: ");
        let verdict = loop {
            match context.key() {
                Ok(key) => match key.and_then(answer) {
                    Some(Answer::This(verdict)) => break Some((verdict, false)),
                    Some(Answer::All(verdict)) => break Some((verdict, true)),
                    Some(Answer::Whole) => break None,
                    None => {}
                },
                Err(error) if error.kind() == io::ErrorKind::Interrupted => break Some((Verdict::Skip, true)),
                Err(error) => {
                    let message = format!("the terminal cannot be read: {error}");
                    return Err(Failure::new(Exit::Unreadable, message));
                }
            }
        };
        let Some((verdict, is_for_all)) = verdict else {
            most = usize::MAX;
            context.tell("\n");
            continue;
        };
        let word = match verdict {
            Verdict::Accept => "accepted",
            Verdict::Reject => "rejected",
            Verdict::Skip => "skipped",
        };
        context.tell(&format!("{word}{}\n", if is_for_all { ", and all that follow" } else { "" }));
        return Ok((verdict, is_for_all));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_for_all_that_follow() {
        assert_eq!(answer('a'), Some(Answer::This(Verdict::Accept)));
        assert_eq!(answer('R'), Some(Answer::All(Verdict::Reject)));
        assert_eq!(answer('q'), answer('S'));
        assert_eq!(answer('x'), None);
    }
}
