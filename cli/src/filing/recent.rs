//! The newest issues, asked for one by one.
//!
//! Lists of issues may lag behind; an issue asked for by its number does not. Numbers are given one after the other, so whether
//! something was created lately is found out by asking for the numbers behind the highest that is known.

use gardener_engine::issue::Marker;

use crate::tracker::{Client, Kind, Place, RemoteIssue, Trouble};

/// Numbers behind the highest known one that are asked for.
const AHEAD: u64 = 60;

/// The newest issues.
#[derive(Debug)]
pub(super) struct Recent {
    /// The highest number of an issue or a pull request.
    highest: u64,
    /// Issues that were seen.
    pub(super) seen: Vec<RemoteIssue>,
}

impl Recent {
    /// Those that a list names as the newest, and all behind them.
    pub(super) fn look(client: &mut Client<'_>) -> Result<Self, Trouble> {
        let seen = client.newest()?;
        let highest = seen.iter().map(|issue| issue.number).max().unwrap_or(0);
        let mut recent = Self { highest, seen };
        recent.go_on(client)?;
        Ok(recent)
    }

    /// Asks for what has come since.
    pub(super) fn go_on(&mut self, client: &mut Client<'_>) -> Result<(), Trouble> {
        for _ in 0..AHEAD {
            if !self.ask(client, self.highest + 1)? {
                return Ok(());
            }
        }
        Err(Trouble::new(Kind::NoAnswer, "issues come faster than they can be looked at"))
    }

    /// Asks for all numbers up to that of an issue which we have just created, and takes note of it.
    pub(super) fn up_to(&mut self, client: &mut Client<'_>, issue: &RemoteIssue) -> Result<(), Trouble> {
        for _ in 0..AHEAD {
            if self.highest + 1 >= issue.number || !self.ask(client, self.highest + 1)? {
                break;
            }
        }
        self.highest = self.highest.max(issue.number);
        self.seen.push(issue.clone());
        Ok(())
    }

    /// Asks for a number; whether there is, or was, something of that number.
    fn ask(&mut self, client: &mut Client<'_>, number: u64) -> Result<bool, Trouble> {
        match client.issue(&Place::here(number)) {
            Ok(issue) => {
                self.highest = number;
                self.seen.push(issue);
                Ok(true)
            }
            Err(trouble) if matches!(trouble.kind, Kind::Gone | Kind::Moved) => {
                self.highest = number;
                Ok(true)
            }
            Err(trouble) if trouble.kind == Kind::NotFound => Ok(false),
            Err(trouble) => Err(trouble),
        }
    }

    /// The issue that a write of this key has made.
    pub(super) fn of_key(&self, key: &str, is_ours: impl Fn(&RemoteIssue) -> bool) -> Option<&RemoteIssue> {
        self.seen.iter().filter(|issue| is_ours(issue)).find(|issue| has_key(issue, key))
    }
}

/// Whether an issue says that a write of this key has made it.
pub(super) fn has_key(issue: &RemoteIssue, key: &str) -> bool {
    Marker::find(&issue.body).iter().any(|marker| marker.key.as_deref() == Some(key))
}
