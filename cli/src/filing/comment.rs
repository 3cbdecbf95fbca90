//! Comments: new ones, and the one that is edited in place.

use gardener_engine::filing::ResultKind;
use gardener_engine::issue::{Block, Marker, Part, replaced};

use super::apply::{End, Executor, ended};
use super::change::{At, TRIES};
use super::survey::is_author;
use crate::tracker::{Kind, RemoteComment};

impl Executor<'_, '_> {
    /// A comment, and not two: one that was sent without an answer is looked for by its key.
    pub(super) fn comment(&mut self, at: &At<'_>, body: &str) -> Result<Option<String>, End> {
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
    pub(super) fn edit_comment(
        &mut self,
        at: &At<'_>,
        (id, block): (u64, &str),
        body: &str,
    ) -> Result<Option<String>, End> {
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
}
