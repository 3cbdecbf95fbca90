//! The action log of a run that writes to issues, in its history; and the lease by which one run of a history writes at a time.

use std::time::Duration;

use gardener_engine::filing::{Step, Write};
use gardener_engine::render::counted;

use super::Ledger;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::filing::ActionLog;
use crate::store::{Before, Claim, Intent, Scope, Settled, Store};
use crate::terminal;

/// Seconds for which a run may write before it has to ask again. Whoever was killed on another machine holds others up for so long.
const LEASE: u32 = 30;
/// How often another run that writes is asked after.
const LOOK: Duration = Duration::from_secs(1);
/// How long another run that writes is waited for.
const PATIENCE: u32 = 60;

/// The log of one run.
pub(in crate::command) struct StoreLog<'l> {
    store: &'l mut Store,
    scope: &'l Scope,
    context: &'l Context,
    holder: String,
    /// Writes of earlier runs of which nobody knows what became.
    left: Vec<Intent>,
}

impl Ledger {
    /// Opens the action log for this run, once no other run of this history writes.
    pub(in crate::command) fn log<'l>(&'l mut self, context: &'l Context) -> Result<StoreLog<'l>, Failure> {
        let holder = context.holder();
        let mut log = StoreLog { store: &mut self.store, scope: &self.scope, context, holder, left: Vec::new() };
        for look in 0..PATIENCE {
            match log.claim()? {
                Claim::Ours => {
                    log.left = log.store.unsettled(log.scope)?;
                    log.tell_left();
                    return Ok(log);
                }
                Claim::Held { by, until } if look == 0 => {
                    let told = format!(
                        "{} is writing to the same issues, until {until} at most: waiting\n",
                        terminal::clean(by.split(" (").next().unwrap_or_default())
                    );
                    context.tell(&told);
                }
                Claim::Held { .. } => {}
            }
            context.pause(LOOK);
        }
        Err(Failure::new(Exit::Remote, "another run writes to the same issues all the time").help("run it again later"))
    }
}

impl StoreLog<'_> {
    fn claim(&mut self) -> Result<Claim, Failure> {
        self.store.claim(self.scope, &self.holder, (self.context.now()?, LEASE), Context::is_gone)
    }

    fn tell_left(&self) {
        if !self.left.is_empty() && !self.context.is_quiet() {
            let writes = counted(self.left.len() as u64, "write", None);
            self.context.tell(&format!("an earlier run was interrupted at {writes}: looking what became of them\n"));
        }
    }

    /// Ends the writing. Where all was looked at (`is_whole`), nothing of earlier runs is in doubt any more.
    pub(in crate::command) fn end(self, is_whole: bool) -> Result<(), Failure> {
        for intent in self.left.iter().filter(|_| is_whole) {
            self.store.settle(self.scope, (&intent.key, intent.part), Settled::GivenUp)?;
        }
        self.store.release(self.scope, &self.holder)
    }
}

impl ActionLog for StoreLog<'_> {
    fn intend(&mut self, step: &Step, part: usize) -> Result<Option<u64>, Failure> {
        let is_create = matches!(step.writes.get(part), Some(Write::Create { .. }));
        let intent = Intent {
            key: step.key.clone(),
            part: place(part),
            fingerprint: step.fingerprint.clone(),
            kind: if is_create { "create" } else { "comment" }.to_owned(),
            issue: step.issue.as_ref().map(|issue| issue.place.number),
            at: self.context.now()?,
        };
        Ok(match self.store.intend(self.scope, &intent)? {
            Before::Done { issue } => issue,
            // What became of an earlier try the tracker tells.
            Before::None | Before::Intent(_) | Before::Refused | Before::GivenUp => None,
        })
    }

    fn settle(&mut self, step: &Step, part: usize, is_done: bool, issue: Option<u64>) -> Result<(), Failure> {
        let settled = if is_done { Settled::Done { issue } } else { Settled::Refused };
        self.store.settle(self.scope, (&step.key, place(part)), settled).map(|_| ())
    }

    fn is_ours(&mut self) -> Result<bool, Failure> {
        Ok(matches!(self.claim()?, Claim::Ours))
    }
}

fn place(part: usize) -> u32 {
    u32::try_from(part).unwrap_or(u32::MAX)
}
