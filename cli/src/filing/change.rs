//! What is written to an issue that exists.

use std::time::Duration;

use gardener_engine::filing::{NewState, Outcome, ResultKind, Step, Write};
use gardener_engine::issue::{Block, replaced};

use super::apply::{End, Executor, ended, on};
use super::expected::{expected, is_event, is_turned};
use super::requests::words;
use crate::tracker::{Edit, Kind, Place, RemoteComment, RemoteIssue, Trouble};

/// How often a write is sent, where it is certain each time that it was not done.
pub(super) const TRIES: usize = 3;
/// How long after a lost answer it is looked at what became of it.
const LOOK: Duration = Duration::from_secs(2);

impl Executor<'_, '_> {
    pub(super) fn change(&mut self, step: &Step, writes: &[Write]) -> Result<Outcome, End> {
        let Some(planned) = &step.issue else {
            return Ok(ended(step, ResultKind::Refused, "the plan names no issue to write to"));
        };
        if !self.job.target.allows(&planned.place.repository) {
            let told = format!("{} is none of the repositories that may be written to", planned.place.repository);
            return Ok(ended(step, ResultKind::Refused, told));
        }
        let place = self.job.target.place(&planned.place);
        let issue = self.job.client.issue(&place)?;
        expected(step, planned, &issue)?;
        let comments =
            match writes.iter().any(|write| matches!(write, Write::Comment { .. } | Write::EditComment { .. })) {
                true => self.job.client.comments(&place)?,
                false => Vec::new(),
            };
        let is_turned = is_turned(planned, &issue, writes);
        let mut written = Vec::new();
        for (part, write) in writes.iter().enumerate() {
            if is_turned && is_event(write) {
                continue;
            }
            let at = At { step, part, place: &place, issue: &issue, comments: &comments };
            written.extend(self.write(&at, write)?);
        }
        if written.is_empty() {
            return Ok(on(&issue, ResultKind::AlreadyDone, "a run before this one has written all of it"));
        }
        Ok(on(&issue, ResultKind::Done, written.join(", ")))
    }

    /// One write; what was done, in words, or nothing where it was done already.
    fn write(&mut self, at: &At<'_>, write: &Write) -> Result<Option<String>, End> {
        match write {
            Write::Create { .. } => Err(ended(at.step, ResultKind::Refused, "the plan creates what exists").into()),
            Write::Comment { body } => self.comment(at, body),
            Write::EditComment { id, block, body } => self.edit_comment(at, (*id, block), body),
            Write::Edit { title, body, state } => self.edit_issue(at, (title.as_deref(), body.as_deref(), *state)),
            Write::AddLabels { labels } => {
                let lacks = |label: &&String| !at.issue.labels.iter().any(|own| own.eq_ignore_ascii_case(label));
                let missing: Vec<String> = labels.iter().filter(lacks).cloned().collect();
                if missing.is_empty() {
                    return Ok(None);
                }
                self.ready(&missing);
                let has = self.again(|executor| executor.job.client.add_labels(at.place, missing.clone()))?;
                let dropped = missing.iter().filter(|label| !has.iter().any(|own| own.eq_ignore_ascii_case(label)));
                for label in dropped.cloned().collect::<Vec<_>>() {
                    self.note(format!("{} has not taken the label `{label}`: may the token write to it?", at.place));
                }
                Ok(Some(format!("label {} added", missing.join(", "))))
            }
            Write::RemoveLabel { label } => {
                if !at.issue.labels.iter().any(|own| own.eq_ignore_ascii_case(label)) {
                    return Ok(None);
                }
                self.again(|executor| executor.job.client.remove_label(at.place, label))?;
                Ok(Some(format!("label {label} taken off")))
            }
        }
    }

    fn edit_issue(
        &mut self,
        at: &At<'_>,
        (title, body, state): (Option<&str>, Option<&str>, Option<NewState>),
    ) -> Result<Option<String>, End> {
        let mut edit = Edit::default();
        let mut done = Vec::new();
        if let Some(title) = title.filter(|title| *title != at.issue.title) {
            done.push("title".to_owned());
            edit.title = Some(title.to_owned());
        }
        if let Some(text) = body.and_then(|body| rewritten(at.issue, body)) {
            done.push("text".to_owned());
            edit.body = Some(text);
        }
        match state {
            Some(NewState::Open) if !at.issue.is_open => {
                done.insert(0, "reopened".to_owned());
                edit.state = state.map(words);
            }
            Some(NewState::Duplicate) if at.issue.is_open => {
                done.insert(0, "closed as a duplicate".to_owned());
                edit.state = state.map(words);
            }
            Some(NewState::Completed) if at.issue.is_open => {
                done.insert(0, "closed".to_owned());
                edit.state = state.map(words);
            }
            _ => {}
        }
        if done.is_empty() {
            return Ok(None);
        }
        self.edited(at.place, edit)?;
        Ok(Some(done.join(", ")))
    }

    /// Sends an edit; a server that does not know duplicates yet is told that nothing is planned.
    pub(super) fn edited(&mut self, place: &Place, edit: Edit) -> Result<(), Trouble> {
        let sent = self.again(|executor| executor.job.client.edit(place, edit.clone()));
        match sent {
            Err(trouble) if trouble.kind == Kind::Invalid && edit.state == Some(words(NewState::Duplicate)) => {
                let edit = Edit { state: Some(("closed", "not_planned")), ..edit };
                self.again(|executor| executor.job.client.edit(place, edit.clone())).map(|_| ())
            }
            sent => sent.map(|_| ()),
        }
    }

    /// Sends what comes to the same when it is done twice, again where its outcome is not known.
    pub(super) fn again<T>(&mut self, mut send: impl FnMut(&mut Self) -> Result<T, Trouble>) -> Result<T, Trouble> {
        for _ in 1..TRIES {
            match send(self) {
                Err(trouble) if trouble.is_unknown() => self.looked()?,
                sent => return sent,
            }
        }
        send(self)
    }

    pub(super) fn looked(&mut self) -> Result<(), Trouble> {
        self.job.client.pause(LOOK)
    }
}

/// Where a write goes.
pub(super) struct At<'a> {
    pub(super) step: &'a Step,
    /// Its place in the step.
    pub(super) part: usize,
    pub(super) place: &'a Place,
    pub(super) issue: &'a RemoteIssue,
    pub(super) comments: &'a [RemoteComment],
}

/// The text of an issue with our part of it as the plan has it; nothing where that is there already. All else stays as it is now,
/// for somebody may have edited it since.
fn rewritten(issue: &RemoteIssue, planned: &str) -> Option<String> {
    let (now, new) = (Block::find(&issue.body)?, Block::find(planned)?);
    if now.hash == new.hash && now.marker == new.marker || !now.is_intact {
        return None;
    }
    Some(replaced(&issue.body, &now, planned.get(new.range)?))
}
