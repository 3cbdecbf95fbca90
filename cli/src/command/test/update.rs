//! What is to become of snapshots that differ.

use gardener_engine::diagnostic::{Sources, nearest};
use gardener_engine::pack::Pack;
use gardener_engine::render::counted;

use super::review;
use crate::args::Test;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::rule_tests::Results;
use crate::rule_tests::snapshot_store::{Comparison, SnapshotStore};
use crate::terminal::clean;

/// What the command line and the environment say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Update {
    /// They are put aside, to be looked at.
    PutAside,
    /// New ones are accepted, changed ones put aside.
    AcceptNew,
    /// They are accepted.
    Accept,
    /// A person decides.
    Review,
    /// Nothing is written.
    Nothing,
}

/// The values of INSTA_UPDATE.
const VALUES: [(&str, Update); 7] = [
    ("auto", Update::PutAside),
    ("new", Update::PutAside),
    ("always", Update::Accept),
    ("force", Update::Accept),
    ("1", Update::Accept),
    ("unseen", Update::AcceptNew),
    ("no", Update::Nothing),
];

impl Update {
    /// What is meant. A flag comes before the environment, and in a pipeline nothing is written, whatever the environment says.
    pub(super) fn meant(context: &Context, arguments: &Test) -> Result<Self, Failure> {
        let flag = match (arguments.accept, arguments.review) {
            (true, _) => Some(("--accept", Self::Accept)),
            (_, true) => Some(("--review", Self::Review)),
            _ => None,
        };
        if let Some((flag, _)) = flag.filter(|_| context.is_ci()) {
            let message = format!("{flag} writes snapshots, and they are never written where CI is set");
            return Err(Failure::new(Exit::Usage, message).help("run it on your machine, and commit the snapshots"));
        }
        match flag {
            Some((_, Self::Review)) if !(context.stdin_is_terminal() && context.stderr_is_terminal()) => {
                Err(Failure::new(Exit::Usage, "--review asks for keys, and this is no terminal").help(
                    "run `gardener test` to see what differs, then take it for right: `gardener test --accept [FILTER]`",
                ))
            }
            Some((_, update)) => Ok(update),
            None => Self::of_environment(context),
        }
    }

    fn of_environment(context: &Context) -> Result<Self, Failure> {
        let value = context.insta_update().unwrap_or("auto");
        let Some((_, update)) = VALUES.iter().find(|(name, _)| *name == value) else {
            let near = nearest(value, VALUES.iter().map(|(name, _)| *name));
            let help = near.map_or_else(
                || "it is `auto`, `always`, `new`, `unseen` or `no`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(Failure::new(Exit::Usage, format!("INSTA_UPDATE is `{value}`")).help(help));
        };
        Ok(if context.is_ci() { Self::Nothing } else { *update })
    }

    /// Does it, and says so. Whether no snapshot differs any more.
    pub(super) fn settle(
        self,
        context: &Context,
        store: &SnapshotStore,
        results: &Results,
        pack: (&Pack, &Sources),
    ) -> Result<bool, Failure> {
        if self != Self::Nothing {
            // What passes has nothing pending any more.
            let mut same = results.cases.iter().flat_map(|case| &case.snapshots).filter(|snapshot| snapshot.is_same());
            same.try_for_each(|comparison| store.forget(comparison))?;
        }
        let differing: Vec<&Comparison> = results.differences().map(|(_, comparison)| comparison).collect();
        if self == Self::Review {
            return review::review(context, store, results, pack);
        }
        let (mut accepted, mut pending) = (0, 0);
        for comparison in &differing {
            match self {
                Self::Accept => {
                    store.accept(comparison)?;
                    accepted += 1;
                }
                Self::AcceptNew if comparison.old.is_none() => {
                    store.accept(comparison)?;
                    accepted += 1;
                }
                Self::PutAside | Self::AcceptNew => {
                    store.put_aside(comparison)?;
                    pending += 1;
                }
                Self::Nothing | Self::Review => {}
            }
        }
        if !context.is_quiet() {
            if accepted > 0 {
                let folder = clean(store.shown());
                context.tell(&format!("{} accepted in {folder}\n", counted(accepted, "snapshot", None)));
            }
            if pending > 0 {
                context.tell("look at them with `gardener test --review`, or take them for right with `--accept`\n");
            }
        }
        Ok(accepted == differing.len() as u64)
    }
}
