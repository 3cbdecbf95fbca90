//! What is written to an issue that exists.

use std::collections::BTreeSet;
use std::time::Duration;

use gardener_engine::filing::{NewState, Outcome, PlannedIssue, ResultKind, Step, Write};
use gardener_engine::issue::{Block, Marker, Part, replaced};

use super::apply::{End, Executor, ended, is_at, on};
use super::requests::words;
use super::survey::is_author;
use crate::tracker::{Edit, Kind, Place, RemoteComment, RemoteIssue, Trouble};

/// How often a write is sent, where it is certain each time that it was not done.
const TRIES: usize = 3;
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

    /// A comment, and not two: one that was sent without an answer is looked for by its key.
    fn comment(&mut self, at: &At<'_>, body: &str) -> Result<Option<String>, End> {
        let marker = Marker::find(body).into_iter().next();
        let author = self.job.author;
        let is_it = |comment: &RemoteComment| {
            is_author(comment.author.as_deref(), author)
                && Marker::find(&comment.body)
                    .iter()
                    .any(|own| marker.as_ref().is_some_and(|new| new.key == own.key && new.part == own.part))
        };
        if at.comments.iter().any(is_it) {
            return Ok(None);
        }
        if let Some(latest) = self.latest_since(at, marker.as_ref()) {
            // Another run has made the comment on the latest occurrences meanwhile, and there is one of these.
            return self.edit_comment(at, (latest.0, &latest.1), body);
        }
        self.job.log.intend(at.step, at.part)?;
        for _ in 0..TRIES {
            let trouble = match self.job.client.comment(at.place, body) {
                Ok(_) => {
                    self.job.log.settle(at.step, at.part, true, Some(at.issue.number))?;
                    return Ok(Some("commented".to_owned()));
                }
                Err(trouble) => trouble,
            };
            if !trouble.is_unknown() {
                if trouble.kind != Kind::Deferred {
                    self.job.log.settle(at.step, at.part, false, None)?;
                }
                return Err(trouble.into());
            }
            let found = self.looked().and_then(|()| self.job.client.comments(at.place));
            match found {
                Ok(comments) if comments.iter().any(is_it) => {
                    self.job.log.settle(at.step, at.part, true, Some(at.issue.number))?;
                    return Ok(Some("commented".to_owned()));
                }
                Ok(_) => {}
                Err(found) => {
                    let told = format!("{trouble}; whether the comment is there cannot be found out: {found}");
                    return Err(ended(at.step, ResultKind::Unknown, told).into());
                }
            }
        }
        self.job.log.settle(at.step, at.part, false, None)?;
        Err(ended(at.step, ResultKind::Deferred, format!("a comment was sent {TRIES} times, and is not there")).into())
    }

    /// The comment on the latest occurrences that is there now, for a write that would make another one: its id and hash.
    fn latest_since(&self, at: &At<'_>, new: Option<&Marker>) -> Option<(u64, String)> {
        let new = new.filter(|new| new.part == Part::Latest)?;
        let ours = at.comments.iter().filter(|comment| is_author(comment.author.as_deref(), self.job.author));
        ours.filter_map(|comment| Block::find(&comment.body).map(|block| (comment.id, block)))
            .find(|(_, block)| {
                block.is_intact && block.marker.part == Part::Latest && block.marker.fingerprint == new.fingerprint
            })
            .map(|(id, block)| (id, block.hash))
    }

    /// The text of a comment of ours, unless somebody has edited it since the plan was made.
    fn edit_comment(&mut self, at: &At<'_>, (id, block): (u64, &str), body: &str) -> Result<Option<String>, End> {
        let changed = |told: &str| End::With(ended(at.step, ResultKind::Changed, told));
        let comment = at.comments.iter().find(|comment| comment.id == id);
        let comment = comment.ok_or_else(|| changed("our comment on the latest occurrences is gone"))?;
        let (now, new) = (Block::find(&comment.body), Block::find(body));
        let (Some(now), Some(new)) = (now, new) else {
            return Err(changed("our comment holds no block of ours any more"));
        };
        if now.hash == new.hash {
            return Ok(None);
        }
        if !now.is_intact || now.hash != block {
            return Err(changed("somebody has edited our comment on the latest occurrences"));
        }
        let text = replaced(&comment.body, &now, body.get(new.range).unwrap_or(body));
        self.again(|executor| executor.job.client.edit_comment(at.place, id, &text))?;
        Ok(Some("comment on the latest occurrences brought up to date".to_owned()))
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
    fn again<T>(&mut self, mut send: impl FnMut(&mut Self) -> Result<T, Trouble>) -> Result<T, Trouble> {
        for _ in 1..TRIES {
            match send(self) {
                Err(trouble) if trouble.is_unknown() => self.looked()?,
                sent => return sent,
            }
        }
        send(self)
    }

    fn looked(&mut self) -> Result<(), Trouble> {
        self.job.client.pause(LOOK)
    }
}

/// Where a write goes.
struct At<'a> {
    step: &'a Step,
    /// Its place in the step.
    part: usize,
    place: &'a Place,
    issue: &'a RemoteIssue,
    comments: &'a [RemoteComment],
}

/// Whether another run has made the turn that a step is about since the plan was made: then it has told of it as well, for that
/// comes first.
fn is_turned(planned: &PlannedIssue, issue: &RemoteIssue, writes: &[Write]) -> bool {
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

fn is_event(write: &Write) -> bool {
    let Write::Comment { body } = write else { return false };
    Marker::find(body).first().is_some_and(|marker| marker.part == Part::Event)
}

/// Refuses where the issue is no longer what the plan found, in anything that the plan is about. What this plan itself has done,
/// before it was interrupted, is no change.
fn expected(step: &Step, planned: &PlannedIssue, issue: &RemoteIssue) -> Result<(), End> {
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

/// The text of an issue with our part of it as the plan has it; nothing where that is there already. All else stays as it is now,
/// for somebody may have edited it since.
fn rewritten(issue: &RemoteIssue, planned: &str) -> Option<String> {
    let (now, new) = (Block::find(&issue.body)?, Block::find(planned)?);
    if now.hash == new.hash && now.marker == new.marker || !now.is_intact {
        return None;
    }
    Some(replaced(&issue.body, &now, planned.get(new.range)?))
}
