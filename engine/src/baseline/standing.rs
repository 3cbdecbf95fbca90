//! Earlier runs in the place of the present one: how a cluster stood when they looked, and how it stands after them.

use std::collections::BTreeMap;

use super::{Baseline, PastRun, Recall, Seen, Sighting, seen_at};
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::Window;
use crate::tally::Timeline;

impl Recall {
    /// The runs, oldest first.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &PastRun> {
        self.order.iter().filter_map(|at| self.history.runs.get(*at))
    }

    /// The clusters that any run saw, each as its latest run saw it.
    pub fn clusters(&self) -> impl Iterator<Item = (&Fingerprint, Seen<'_>)> {
        self.latest()
    }

    /// All that the runs know of a cluster that has any of these identities (its own first, then those of its former ids);
    /// nothing where none saw it. As in [`Self::baseline`], with nobody looking now: what it says of "this run" is the latest.
    #[must_use]
    pub fn known(&self, fingerprints: &[Fingerprint]) -> Option<Baseline> {
        let places = fingerprints.iter().filter_map(|fingerprint| self.places.get(fingerprint)?.last());
        let (place, at) = *places.max_by_key(|(place, _)| *place)?;
        let latest = seen_at(&self.history, &self.order, place, at)?;
        Some(self.baseline(fingerprints, sighting(latest, latest.run.window)))
    }

    /// What each of the latest `most` runs that saw it knew of it while it ran, oldest first.
    #[must_use]
    pub fn standings(&self, fingerprints: &[Fingerprint], most: usize) -> Vec<Baseline> {
        let Some(whole) = self.known(fingerprints) else { return Vec::new() };
        let from = whole.seen.len().saturating_sub(most);
        (from..whole.seen.len()).filter_map(|nth| self.in_place_of(&whole, nth, None)).collect()
    }

    /// How it stands after the latest run: as the latest one that saw it left it, with silence for as long as others have
    /// looked since.
    #[must_use]
    pub fn standing(&self, fingerprints: &[Fingerprint]) -> Option<Baseline> {
        let whole = self.known(fingerprints)?;
        let looked = self.runs().next_back().map(|run| run.window.to.unwrap_or(run.at));
        self.in_place_of(&whole, whole.seen.len().checked_sub(1)?, looked)
    }

    /// What was known when the nth run that saw it ran, with its window stretched up to a time.
    fn in_place_of(&self, whole: &Baseline, nth: usize, until: Option<Timestamp>) -> Option<Baseline> {
        let (place, at) = *whole.seen.get(nth)?;
        let seen = seen_at(&self.history, &self.order, place, at)?;
        let end = seen.run.window.to.unwrap_or(seen.run.at);
        let to = until.map_or(seen.run.window.to, |until| Some(until.max(end)));
        let now = sighting(seen, Window { to, ..seen.run.window });
        Some(Baseline {
            order: whole.order.get(..place)?.into(),
            seen: whole.seen.get(..nth)?.to_vec(),
            ..self.baseline(&[], now)
        })
    }
}

fn sighting(seen: Seen<'_>, window: Window) -> Sighting {
    Sighting {
        at: seen.run.at,
        window,
        cluster: seen.cluster.clone(),
        values: BTreeMap::new(),
        timeline: Timeline::default(),
    }
}
