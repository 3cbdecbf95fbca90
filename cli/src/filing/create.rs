//! A new issue, and not two.

use std::time::Duration;

use gardener_engine::filing::{NewState, Outcome, ResultKind, Step, duplicate_of};

use super::apply::{End, Executor, ended, on};
use super::recent::{Recent, has_key};
use super::requests::words;
use super::survey::is_author;
use crate::tracker::{Draft, Edit, Filter, Kind, Place, RemoteIssue, Trouble};

/// How often an issue is sent to be created, where it is certain each time that it was not.
const TRIES: usize = 3;
/// How long a lost creation is looked for before it is certain: at once, and after these waits.
const LOOKS: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(5)];

/// Title, body and labels.
type Text<'t> = (&'t str, &'t str, &'t [String]);

impl Executor<'_, '_> {
    pub(super) fn create(&mut self, step: &Step, (title, body, labels): Text<'_>) -> Result<Outcome, End> {
        if !self.job.may_create {
            let told = "the list of issues is not whole, and it might be a duplicate";
            return Ok(ended(step, ResultKind::Deferred, told));
        }
        self.look_around()?;
        if let Some(issue) = self.existing(step) {
            return Ok(adopted(step, &issue));
        }
        if let Some(number) = self.job.log.intend(step, 0)? {
            return self.created_before(step, number);
        }
        self.ready(labels);
        let draft = Draft { title: title.to_owned(), body: body.to_owned(), labels: labels.to_vec() };
        for _ in 0..TRIES {
            let trouble = match self.job.client.create(draft.clone()) {
                Ok(issue) => return self.created(step, labels, issue),
                Err(trouble) => trouble,
            };
            if !trouble.is_unknown() {
                if trouble.kind != Kind::Deferred {
                    self.job.log.settle(step, 0, false, None)?;
                }
                return Err(trouble.into());
            }
            match self.lost(step) {
                Ok(Some(issue)) => return self.created(step, labels, issue),
                Ok(None) => {}
                Err(found) => {
                    let detail = format!("{trouble}; whether it was created cannot be found out: {found}");
                    return Ok(ended(step, ResultKind::Unknown, detail));
                }
            }
        }
        self.job.log.settle(step, 0, false, None)?;
        let detail = format!("sent {TRIES} times, and each time it certainly was not created");
        Ok(ended(step, ResultKind::Deferred, detail))
    }

    /// Looks at what is there before the first issue is created: the list may be older than the plan.
    fn look_around(&mut self) -> Result<(), End> {
        if let Some(recent) = &mut self.recent {
            return Ok(recent.go_on(self.job.client)?);
        }
        let mut recent = Recent::look(self.job.client)?;
        let ours = Filter { creator: Some(self.job.author.to_owned()), label: None };
        recent.seen.extend(self.job.client.issues(&ours)?);
        self.recent = Some(recent);
        Ok(())
    }

    /// An issue of ours about the cluster that has come since the plan was made.
    fn existing(&self, step: &Step) -> Option<RemoteIssue> {
        let seen = self.recent.as_ref().map_or(&[][..], |recent| &recent.seen);
        let of_this = |issue: &&RemoteIssue| {
            // One that was closed before is what the plan knows of, and has decided about.
            self.is_about(issue, step) && (issue.is_open || has_key(issue, &step.key))
        };
        seen.iter().filter(of_this).min_by_key(|issue| issue.number).cloned()
    }

    /// What was created under the same key by a run before.
    fn created_before(&mut self, step: &Step, number: u64) -> Result<Outcome, End> {
        let issue = self.job.client.issue(&Place::here(number))?;
        if self.is_about(&issue, step) {
            return Ok(adopted(step, &issue));
        }
        Ok(on(&issue, ResultKind::Refused, format!("it was created as #{number}, which is about something else now")))
    }

    /// Looks for an issue whose creation had no answer.
    fn lost(&mut self, step: &Step) -> Result<Option<RemoteIssue>, Trouble> {
        for wait in std::iter::once(Duration::ZERO).chain(LOOKS) {
            self.job.client.pause(wait)?;
            let newest = self.job.client.newest()?;
            let Some(recent) = &mut self.recent else { return Ok(None) };
            recent.seen.extend(newest);
            recent.go_on(self.job.client)?;
            let author = self.job.author;
            let is_ours = |issue: &RemoteIssue| is_author(issue.author.as_deref(), author);
            if let Some(issue) = recent.of_key(&step.key, is_ours) {
                return Ok(Some(issue.clone()));
            }
        }
        Ok(None)
    }

    /// Looks at what was created: whether it is what was meant, and the only one.
    fn created(&mut self, step: &Step, labels: &[String], issue: RemoteIssue) -> Result<Outcome, End> {
        self.job.log.settle(step, 0, true, Some(issue.number))?;
        if !self.is_ours(&issue) {
            let author = issue.author.as_deref().unwrap_or("nobody");
            let told = format!(
                "#{} was opened by {author}, and not by {}: the next run would not know it for ours; name {author} by --author",
                issue.number, self.job.author
            );
            self.halt(told.clone());
            self.note(told);
        }
        self.read_back(labels, &issue);
        if let Some(recent) = &mut self.recent {
            recent.up_to(self.job.client, &issue)?;
        }
        let earlier = self.existing(step).filter(|first| first.number < issue.number);
        match earlier {
            Some(first) => self.withdraw(step, &issue, &first),
            None => Ok(on(&issue, ResultKind::Done, format!("created as #{}", issue.number))),
        }
    }

    /// Two runs at once have created one each: the higher number is closed as a duplicate of the lower.
    fn withdraw(&mut self, step: &Step, issue: &RemoteIssue, first: &RemoteIssue) -> Result<Outcome, End> {
        let place = Place::here(issue.number);
        let body = duplicate_of(&step.fingerprint, issue.number, &format!("#{}", first.number));
        let said = self.job.client.comments(&place)?;
        if !said.iter().any(|comment| comment.body == body) {
            self.job.client.comment(&place, &body)?;
        }
        let edit = Edit { state: Some(words(NewState::Duplicate)), ..Edit::default() };
        self.edited(&place, edit)?;
        let told = format!("another run was first: #{} is closed as a duplicate of #{}", issue.number, first.number);
        Ok(on(first, ResultKind::AlreadyDone, told))
    }

    /// Makes the labels that the repository lacks. What fails here is told, and the issue is created all the same.
    pub(super) fn ready(&mut self, labels: &[String]) {
        if !self.job.creates_labels {
            return;
        }
        if self.labels.is_none() {
            match self.job.client.labels() {
                Ok(names) => self.labels = Some(names),
                Err(trouble) => {
                    self.note(format!("the repository's labels cannot be listed: {trouble}"));
                    self.labels = Some(labels.to_vec());
                }
            }
        }
        for label in labels {
            let has = self.labels.iter().flatten().any(|own| own.eq_ignore_ascii_case(label));
            if has {
                continue;
            }
            // An answer that was lost, or another run that was first, makes no difference: it is there, or it is told below.
            if let Err(trouble) = self.job.client.create_label(label, color(label), "Kept by gardener") {
                let is_there = |names: Vec<String>| names.iter().any(|own| own.eq_ignore_ascii_case(label));
                let may_be_there = trouble.is_unknown() || trouble.kind == Kind::Invalid;
                if !(may_be_there && self.job.client.labels().is_ok_and(is_there)) {
                    self.note(format!("the label `{label}` cannot be made: {trouble}"));
                }
            }
            self.labels.get_or_insert_default().push(label.clone());
        }
    }

    /// Whether the issue has the labels that it was given: GitHub drops them silently where a permission is missing.
    fn read_back(&mut self, labels: &[String], issue: &RemoteIssue) {
        let lacks = |issue: &RemoteIssue| -> Vec<String> {
            let has = |label: &String| issue.labels.iter().any(|own| own.eq_ignore_ascii_case(label));
            labels.iter().filter(|label| !has(label)).cloned().collect()
        };
        if lacks(issue).is_empty() {
            return;
        }
        let Ok(again) = self.job.client.issue(&Place::here(issue.number)) else { return };
        let dropped = lacks(&again);
        if !dropped.is_empty() {
            let labels = dropped.join("`, `");
            self.note(format!(
                "#{} has not got the label `{labels}`: may the token write to the repository?",
                issue.number
            ));
        }
    }
}

fn adopted(step: &Step, issue: &RemoteIssue) -> Outcome {
    let by = if has_key(issue, &step.key) { "a run before this one" } else { "another run" };
    on(issue, ResultKind::AlreadyDone, format!("{by} has created it as #{}", issue.number))
}

/// A colour for a label: those of severities go from red to grey.
fn color(label: &str) -> &'static str {
    match label.rsplit([':', '/', '=']).next().map(str::trim) {
        Some("P0") => "b60205",
        Some("P1") => "d93f0b",
        Some("P2") => "fbca04",
        Some("P3") => "0e8a16",
        Some("P4") => "1d76db",
        _ => "ededed",
    }
}
