//! Deploys as a dimension of time: which clusters began with a revision, and whose rate changed with one.
//!
//! A deploy is a value of a field that the pack names, and *begins* with the first entry of any kind that carries it. That
//! is only known where another value was there before it, and where the time before it was looked at for so long that it
//! would have been seen, had it been there ([`is_no_accident`]). What it did to a cluster is in [`began`] and [`rates`].

mod began;
mod bins;
mod rates;
mod regimes;
mod words;

use std::collections::BTreeMap;

use super::watched::Watched;
use super::{Baseline, DAY, PastDeploy, Recall};
use crate::entry::Timestamp;
use crate::report::{ClusterDeploy, Deploy, DeployKind, Window};
use crate::tally::{FacetStats, ListMap};

/// Seconds for which a deploy is news: a change that is older is how things are.
const NEWS: i64 = 7 * DAY;
/// The chance below which a silence is no accident.
const CHANCE: f64 = 0.01;

/// The deploys that a run knows of, from history and from its own entries.
#[derive(Debug, Default)]
pub(super) struct Deploys {
    /// In the order of the pack.
    fields: Vec<Field>,
    /// What runs have looked at, this one among them.
    watched: Watched,
    /// The end of this run's window, in seconds.
    end: i64,
}

/// A field and its values.
#[derive(Debug)]
struct Field {
    name: String,
    values: BTreeMap<String, Known>,
}

/// What is known of a value.
#[derive(Clone, Copy, Debug)]
struct Known {
    first: Timestamp,
    last: Timestamp,
    count: u64,
    /// When it began, if anybody knows.
    began: Option<Began>,
}

/// The beginning of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Began {
    at: Timestamp,
    /// Whether it was looked for right before. After a gap it may have been there for as long as the gap is.
    is_exact: bool,
}

impl Recall {
    /// The same with what this run's entries say of deploys, by the pack's fields in their order.
    #[must_use]
    pub fn with_deploys(mut self, fields: &[String], now: &ListMap<String, FacetStats>, window: Window) -> Self {
        // A field with too many values to be kept is no revision.
        let fields = fields.iter().filter(|field| now.get(*field).is_none_or(|values| values.exact));
        let now = PastDeploy::all(now);
        let runs = || self.order.iter().filter_map(|at| self.history.runs.get(*at));
        let all = runs().map(|run| run.window).chain([window]);
        let fields = fields.map(|name| {
            let seen = runs().filter_map(|run| Some((run.window, run.deploys.get(name)?)));
            let seen: Vec<(Window, &Vec<PastDeploy>)> = seen.chain(now.get(name).map(|now| (window, now))).collect();
            Field::of(name, &seen)
        });
        let fields = fields.collect();
        let end = window.to.map_or(i64::MAX, Timestamp::seconds);
        self.deploys = std::sync::Arc::new(Deploys { fields, watched: Watched::of(all), end });
        self
    }

    /// The deploys of this run's entries, by field in the order of the pack, the oldest first.
    #[must_use]
    pub fn deploys(&self, now: &ListMap<String, FacetStats>, window: Window) -> Vec<Deploy> {
        let fields = self.deploys.fields.iter().filter_map(|field| Some((field, now.get(&field.name)?)));
        let mut deploys = Vec::new();
        for (field, values) in fields {
            let mut own: Vec<Deploy> = values
                .values
                .iter()
                .map(|value| {
                    let began = field.values.get(&value.value).and_then(|known| known.began).map(|began| began.at);
                    Deploy {
                        field: field.name.clone(),
                        label: words::label(&field.name),
                        value: value.value.clone(),
                        count: value.count,
                        first_seen: value.first_seen,
                        last_seen: value.last_seen,
                        is_new: began.is_some()
                            && began == value.first_seen
                            && window.from.is_none_or(|from| began >= Some(from)),
                        began,
                        clusters_began: 0,
                        clusters_rose: 0,
                        clusters_fell: 0,
                    }
                })
                .collect();
            own.sort_by(|a, b| (a.first_seen, &a.value).cmp(&(b.first_seen, &b.value)));
            deploys.append(&mut own);
        }
        deploys
    }
}

impl Field {
    /// From what runs, each with its window, saw of it.
    fn of(name: &str, seen: &[(Window, &Vec<PastDeploy>)]) -> Self {
        let mut values: BTreeMap<String, Known> = BTreeMap::new();
        for deploy in seen.iter().flat_map(|(_, values)| values.iter()) {
            let Some((first, last)) = deploy.first_seen.zip(deploy.last_seen) else { continue };
            let new = Known { first, last, count: 0, began: None };
            let known = values.entry(deploy.value.clone()).or_insert(new);
            known.count = known.count.saturating_add(deploy.count);
            (known.first, known.last) = (known.first.min(first), known.last.max(last));
        }
        let watched = Watched::of(seen.iter().map(|(window, _)| *window));
        let earliest = values.values().map(|known| known.first).min();
        for known in values.values_mut() {
            known.began = began(known, earliest, &watched);
        }
        Self { name: name.to_owned(), values }
    }

    /// When a value began, if anybody knows.
    fn began(&self, value: &str) -> Option<Began> {
        self.values.get(value)?.began
    }
}

/// The beginning of a value: nobody knows it of the first that was ever seen, nor of one that might have been there unseen.
fn began(known: &Known, earliest: Option<Timestamp>, watched: &Watched) -> Option<Began> {
    if earliest.is_none_or(|earliest| known.first <= earliest) {
        return None;
    }
    let first = known.first.seconds();
    let span = known.last.seconds() - first + 1;
    let is_new = |silence: i64| is_no_accident(span, silence, known.count.saturating_sub(1));
    is_new(watched.between(i64::MIN, first)).then(|| Began {
        at: known.first,
        is_exact: watched.without_gap(first).is_some_and(|start| is_new(first - start)),
    })
}

/// Whether it is no accident that none of so many other moments fell into a silence: were they spread at random over the
/// silence and the span in which they did fall, the chance of that would be `(span / (span + silence))^others`.
fn is_no_accident(span: i64, silence: i64, others: u64) -> bool {
    others > 0 && silence > 0 && real(others) * (float(span.max(1)) / float(span.max(1) + silence)).ln() < CHANCE.ln()
}

impl Deploys {
    /// The deploy that a cluster began with, or the latest that changed its rate. The pack's first field that tells of one
    /// counts, and a beginning before a change.
    pub(super) fn of(&self, baseline: &Baseline) -> Option<ClusterDeploy> {
        let mut all = self.fields.iter().filter_map(|field| self.of_field(field, baseline));
        let first = all.next()?;
        let is_began = |found: &ClusterDeploy| found.kind == DeployKind::Began;
        if is_began(&first) { Some(first) } else { all.find(is_began).or(Some(first)) }
    }

    fn of_field(&self, field: &Field, baseline: &Baseline) -> Option<ClusterDeploy> {
        let news = |began: &Began| (self.end - NEWS..self.end).contains(&began.at.seconds());
        let mut cuts: Vec<(i64, &str)> = Vec::new();
        for (value, known) in &field.values {
            cuts.extend(known.began.filter(news).map(|began| (began.at.seconds(), value.as_str())));
        }
        if cuts.is_empty() {
            return None;
        }
        cuts.sort_unstable();
        let bins = bins::bins(baseline, &self.watched, &cuts);
        let start = self.began(field, baseline).filter(|start| news(&start.began));
        let from = start.as_ref().map(|start| start.began.at.seconds());
        let change = self.change(field, baseline, &bins, &cuts, from);
        let change = change.map(|change| words::changed(field, &change));
        change.or_else(|| start.map(|start| words::began(field, &start, bins::rate(&bins, from.unwrap_or(0)))))
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of some years")]
fn float(seconds: i64) -> f64 {
    seconds as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
