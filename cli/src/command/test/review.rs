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
const RULE: usize = 64;
/// Rows of a change that are shown at once, however low the terminal is.
const ROWS: usize = 6;

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
    /// Show more of it.
    More,
}

fn answer(key: char) -> Option<Answer> {
    Some(match key {
        'a' => Answer::This(Verdict::Accept),
        'r' => Answer::This(Verdict::Reject),
        's' | ' ' => Answer::This(Verdict::Skip),
        'A' => Answer::All(Verdict::Accept),
        'R' => Answer::All(Verdict::Reject),
        // Ctrl-D, which ends what is typed, ends this as well; one that comes before the terminal gives out single keys is a NUL.
        'S' | 'q' | '\u{4}' | '\0' => Answer::All(Verdict::Skip),
        'd' => Answer::More,
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
    let (width, _) = context.dialog_size();
    let canvas = Canvas { pack, sources, is_colored: context.stderr_has_color(), width: Some(width) };
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

/// Shows a change, as much of it as fits at a time, and waits for an answer; whether it is for all that follow as well.
fn asked(
    context: &Context,
    canvas: &Canvas<'_>,
    change: &Change<'_>,
    (number, sum): (usize, usize),
) -> Result<(Verdict, bool), Failure> {
    let (width, height) = context.dialog_size();
    let head = format!("━━━ {number} of {sum} ");
    let rule = "━".repeat(width.min(RULE).saturating_sub(head.chars().count()));
    context.tell(&format!("\n{head}{rule}\n"));
    let text = canvas.change(change, usize::MAX);
    let mut rows = text.lines();
    loop {
        let page = height.saturating_sub(prompt(width, 0).lines().count() + 3).max(ROWS);
        rows.by_ref().take(page).for_each(|row| context.tell(&format!("{row}\n")));
        let left = rows.clone().count();
        context.tell(&format!("\n{}", prompt(width, left)));
        let Some((verdict, is_for_all)) = key(context, left > 0)? else {
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

/// Waits for a key that means something; nothing where more is to be shown, if there is more.
fn key(context: &Context, has_more: bool) -> Result<Option<(Verdict, bool)>, Failure> {
    loop {
        match context.key() {
            Ok(key) => match key.and_then(answer) {
                Some(Answer::This(verdict)) => return Ok(Some((verdict, false))),
                Some(Answer::All(verdict)) => return Ok(Some((verdict, true))),
                Some(Answer::More) if has_more => return Ok(None),
                Some(Answer::More) | None => {}
            },
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::UnexpectedEof) => {
                return Ok(Some((Verdict::Skip, true)));
            }
            Err(error) => {
                let message = format!("the terminal cannot be read: {error}");
                return Err(Failure::new(Exit::Unreadable, message));
            }
        }
    }
}

/// The keys, in rows that fit; no key is torn from its meaning.
fn prompt(width: usize, left: usize) -> String {
    let more = if left > 0 { format!("d {left} more") } else { String::new() };
    let keys = ["a accept", "r reject", "s skip", "A R S all that follow", &more, "q quit: "];
    let mut text = String::new();
    let mut column = 0;
    for key in keys.into_iter().filter(|key| !key.is_empty()) {
        let length = key.chars().count();
        if column > 0 && column + 3 + length > width {
            text.push('\n');
            column = 0;
        }
        let gap = if column == 0 { "  " } else { "   " };
        text.push_str(&format!("{gap}{key}"));
        column += gap.len() + length;
    }
    text
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
        assert_eq!(answer('\u{4}'), answer('q'));
    }

    #[test]
    fn the_keys_fit() {
        for width in [20, 30, 40, 80, 120] {
            for left in [0, 12_345] {
                let prompt = prompt(width, left);
                assert!(prompt.lines().all(|row| row.chars().count() <= width.max(23)), "{width}: {prompt}");
                assert!(prompt.ends_with("q quit: ") && prompt.contains("12345 more") == (left > 0), "{prompt}");
            }
        }
        assert_eq!(prompt(80, 0).lines().count(), 1);
    }
}
