//! What is written to an issue that exists.

use super::build::{Maker, created_key, marker};
use super::{NewState, Step, Write, known};
use crate::issue::{Block, IssueState, KnownComment, KnownIssue, Marker, Part, block, replaced};
use crate::render::IssueText;
use crate::report::{ActionKind, Cluster};
use crate::severity::Severity;

impl Maker<'_> {
    /// What is written to an issue that exists: first what happened, as a comment of its own; then what the issue says; last
    /// the comment that always tells of the latest occurrences.
    pub(super) fn change(&self, cluster: &Cluster, issue: &KnownIssue, step: &mut Step) {
        if self.of.unread.contains(&issue.number) {
            step.notes.push("not written: the issue's comments could not be read".to_owned());
            return;
        }
        if !self.is_pinned_here(cluster, issue) {
            step.notes.push("not written: the definition names an issue of another repository".to_owned());
            return;
        }
        let is_turn = matches!(step.kind, ActionKind::Escalate | ActionKind::Deescalate | ActionKind::Reopen);
        let told = known::told(issue, step);
        // Who was killed behind the comment on a turn has not brought that on the latest occurrences up to date.
        let is_behind = |(_, at): &(&KnownComment, Block)| at.marker.seen < cluster.last_seen;
        // Of entries without times nobody can tell whether they are new; those that the issue was filed for are not.
        let is_news = match cluster.last_seen {
            None => !told.keys.contains(&created_key(&self.of.pack.name, cluster)),
            last => told.seen < last || told.latest.as_ref().is_some_and(is_behind),
        };
        if is_turn {
            if !told.keys.contains(&step.key) {
                let text = self.text(cluster, IssueText::Event, step);
                let marker = marker(step, Part::Event, cluster.last_seen);
                step.writes.push(Write::Comment { body: block(&marker, &text) });
            }
            self.edit(cluster, issue, step);
            self.relabel(cluster, issue, step);
        } else if !is_news {
            step.notes.push("the issue tells of all these entries already".to_owned());
            return;
        }
        self.latest(cluster, (&told, is_turn), step);
    }

    /// The comment that always tells of the latest occurrences. One that somebody has edited is left alone, and so is the
    /// issue that has none yet where a comment of its own has just told of a turn.
    fn latest(&self, cluster: &Cluster, (told, is_turn): (&known::Told<'_>, bool), step: &mut Step) {
        let text = self.text(cluster, IssueText::Latest, step);
        let marker = marker(step, Part::Latest, cluster.last_seen);
        let body = block(&marker, &text);
        if told.is_latest_edited {
            step.notes.push("somebody has edited our comment on the latest occurrences: it is left alone".to_owned());
        }
        match &told.latest {
            Some((comment, at)) => {
                let new = Block::find(&body).map(|new| new.hash);
                if new.as_deref() != Some(at.hash.as_str()) {
                    let body = replaced(&comment.body, at, &body);
                    step.writes.push(Write::EditComment { id: comment.id, block: at.hash.clone(), body });
                }
            }
            None if is_turn => {}
            None => step.writes.push(Write::Comment { body }),
        }
    }

    /// Title, text and state, in one request.
    fn edit(&self, cluster: &Cluster, issue: &KnownIssue, step: &mut Step) {
        let planned = cluster.action.issue.as_ref().map(|planned| &planned.title);
        let title = planned.filter(|title| **title != issue.title).cloned();
        let body = issue.is_ours.then(|| self.text(cluster, IssueText::Body, step)).and_then(|text| {
            let severity = Some(cluster.action.to.unwrap_or(cluster.severity));
            self.rewritten(step, issue, (&text, |marker| Marker { severity, ..marker }))
        });
        let state = (step.kind == ActionKind::Reopen && issue.state != IssueState::Open).then_some(NewState::Open);
        if title.is_some() || body.is_some() || state.is_some() {
            step.writes.push(Write::Edit { title, body, state });
        }
    }

    /// The label of the new severity takes the place of that of the old one. No other label is touched, and none is put back.
    fn relabel(&self, cluster: &Cluster, issue: &KnownIssue, step: &mut Step) {
        let settings = &self.of.pack.issue;
        let to = cluster.action.to.unwrap_or(cluster.severity);
        let Some(new) = settings.label_of(to) else { return };
        let has = |label: &str| issue.labels.iter().any(|own| own.eq_ignore_ascii_case(label));
        if !has(new) {
            step.writes.push(Write::AddLabels { labels: vec![new.to_owned()] });
        }
        let others = Severity::ALL.into_iter().filter(|severity| *severity != to);
        for old in others.filter_map(|severity| settings.label_of(severity)).filter(|old| has(old) && *old != new) {
            step.writes.push(Write::RemoveLabel { label: old.to_owned() });
        }
    }
}
