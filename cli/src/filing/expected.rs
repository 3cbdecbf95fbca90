//! Whether an issue still is what the plan found.

use std::collections::BTreeSet;

use gardener_engine::filing::{NewState, PlannedIssue, ResultKind, Step, Write};
use gardener_engine::issue::{Block, Marker, Part};

use super::apply::{End, is_at, on};
use crate::tracker::RemoteIssue;

/// Whether another run has made the turn that a step is about since the plan was made: then it has told of it as well, for that
/// comes first.
pub(super) fn is_turned(planned: &PlannedIssue, issue: &RemoteIssue, writes: &[Write]) -> bool {
    let has = |label: &str| issue.labels.iter().any(|own| own.eq_ignore_ascii_case(label));
    let mut turns =
        writes.iter().filter(|write| !matches!(write, Write::Comment { .. } | Write::EditComment { .. })).peekable();
    planned.updated_at != issue.updated_at
        && turns.peek().is_some()
        && turns.all(|write| match write {
            // The text is rewritten by each with what it has seen, and says nothing of who was first.
            Write::Edit { title, state, .. } => {
                title.as_ref().is_none_or(|title| *title == issue.title)
                    && state.is_none_or(|state| (state == NewState::Open) == issue.is_open)
            }
            Write::AddLabels { labels } => labels.iter().all(|label| has(label)),
            Write::RemoveLabel { label } => !has(label),
            Write::Create { .. } | Write::Comment { .. } | Write::EditComment { .. } => false,
        })
}

pub(super) fn is_event(write: &Write) -> bool {
    let Write::Comment { body } = write else { return false };
    Marker::find(body).first().is_some_and(|marker| marker.part == Part::Event)
}

/// Refuses where the issue is no longer what the plan found, in anything that the plan is about. What this plan itself has done,
/// before it was interrupted, is no change.
pub(super) fn expected(step: &Step, planned: &PlannedIssue, issue: &RemoteIssue) -> Result<(), End> {
    let changed = |told: String| Err(End::With(on(issue, ResultKind::Changed, told)));
    if !is_at(issue, &planned.place) {
        let there = issue.repository.as_deref().unwrap_or("elsewhere");
        return changed(format!("it has moved to {there}#{} since the plan was made", issue.number));
    }
    if issue.is_locked {
        return Err(End::With(on(issue, ResultKind::Refused, "it is locked, so nobody may write to it")));
    }
    if planned.updated_at.is_some() && planned.updated_at == issue.updated_at {
        return Ok(());
    }
    let mut titles = BTreeSet::from([planned.title.as_str()]);
    let mut states = BTreeSet::from([planned.is_open]);
    for write in &step.writes {
        if let Write::Edit { title, state, .. } = write {
            titles.extend(title.as_deref());
            states.extend(state.map(|state| state == NewState::Open));
        }
    }
    if !states.contains(&issue.is_open) {
        let now = if issue.is_open { "reopened" } else { "closed" };
        return changed(format!("somebody has {now} it since the plan was made"));
    }
    let edits = |named: fn(&Write) -> bool| step.writes.iter().any(named);
    if edits(|write| matches!(write, Write::Edit { title: Some(_), .. })) && !titles.contains(issue.title.as_str()) {
        return changed("somebody has changed its title since the plan was made".to_owned());
    }
    // One that is as it was written is ours, whichever run has written it.
    let is_edited =
        Block::find(&issue.body).is_none_or(|block| planned.block.as_ref() != Some(&block.hash) && !block.is_intact);
    if edits(|write| matches!(write, Write::Edit { body: Some(_), .. })) && is_edited {
        return changed("somebody has edited our part of its text since the plan was made".to_owned());
    }
    Ok(())
}
