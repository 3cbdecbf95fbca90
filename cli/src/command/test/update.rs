//! What is to become of snapshots that differ.

use gardener_engine::diagnostic::{Sources, nearest};
use gardener_engine::pack::Pack;
use gardener_engine::render::counted;

use super::review;
use crate::args::Test;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::rule_tests::Results;
use crate::rule_tests::snapshot_store::SnapshotStore;
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
        let removing = arguments.remove_unreferenced.then_some("--remove-unreferenced");
        if let Some(flag) = flag.map(|(flag, _)| flag).or(removing).filter(|_| context.is_ci()) {
            let message = format!("{flag} changes snapshots, and they are never changed where CI is set");
            return Err(Failure::new(Exit::Usage, message).help("run it on your machine, and commit the snapshots"));
        }
        match flag {
            Some((_, Self::Review)) if !context.is_dialog() => Err(Failure::new(
                Exit::Usage,
                "--review asks for keys, and this is no terminal",
            )
            .help(
                "run `gardener test` to see what differs, then take it for right: `gardener test --accept [FILTER]`",
            )),
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

    /// Writes what is to be written without asking; says nothing of it yet.
    pub(super) fn settle(self, store: &SnapshotStore, results: &mut Results) -> Result<Settled, Failure> {
        if self != Self::Nothing {
            // What passes has nothing pending any more.
            let mut same = results.cases.iter().flat_map(|case| &case.snapshots).filter(|snapshot| snapshot.is_same());
            same.try_for_each(|comparison| store.forget(comparison))?;
        }
        let mut settled = Settled::default();
        results.accept(|comparison| match self {
            Self::Accept => store.accept(comparison).map(|()| true),
            Self::AcceptNew if comparison.old.is_none() && comparison.damage.is_none() => {
                store.accept(comparison).map(|()| true)
            }
            Self::PutAside | Self::AcceptNew => {
                settled.pending += 1;
                store.put_aside(comparison).map(|()| false)
            }
            Self::Nothing | Self::Review => Ok(false),
        })?;
        settled.accepted =
            results.cases.iter().flat_map(|case| &case.snapshots).filter(|s| s.is_accepted).count() as u64;
        Ok(settled)
    }

    /// Says what was written, and asks where a person decides. Whether no snapshot differs any more.
    pub(super) fn tell(
        self,
        context: &Context,
        store: &SnapshotStore,
        results: &Results,
        settled: &Settled,
        pack: (&Pack, &Sources),
    ) -> Result<bool, Failure> {
        if self == Self::Review {
            return review::review(context, store, results, pack);
        }
        // That files were changed is told whoever wants it quiet.
        if settled.accepted > 0 {
            let folder = clean(store.shown());
            context.tell(&format!("{} accepted in {folder}\n", counted(settled.accepted, "snapshot", None)));
        }
        if settled.pending > 0 && !context.is_quiet() {
            context.tell("look at them with `gardener test --review`, or take them for right with `--accept`\n");
        }
        Ok(results.differences().next().is_none())
    }
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Settled {
    accepted: u64,
    pending: u64,
}
