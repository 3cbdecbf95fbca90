//! Clusters whose rate changed with a deploy.
//!
//! Of a cluster that was there before, the entries `n₁` in the time `t₁` before a value began are held against `n₂` in the
//! time `t₂` since. Were both rates the same, `n₂` of all `n` entries would be binomial with `q = t₂ / (t₁ + t₂)`, as the
//! conditional test of two Poisson rates has it (Przyborowski and Wilenski 1940). Its tail is at most `e^(−S)` with
//!
//! ```text
//! S = n₁·ln(n₁ / (n·(1 − q))) + n₂·ln(n₂ / (n·q))
//! ```
//!
//! (Hoeffding, "Probability inequalities for sums of bounded random variables", 1963, theorem 1), and `S` is also the
//! likelihood ratio of the two hypotheses. Clusters come in bursts, so `S` is divided by the dispersion `φ ≥ 1`: Pearson's
//! statistic of the counts around their side's rate, for each degree of freedom (McCullagh and Nelder, "Generalized Linear
//! Models", 1989, section 6.2). A change is told where all of this holds:
//!
//! - `2·m·e^(−S/φ)` is below 1 in 10,000, for `m` deploys that come into question;
//! - the rates differ by a factor of two, or of ten where less than a day was looked at before: nobody then knows the
//!   ordinary ups and downs of a day;
//! - no stretch of the same length before (of a day at most) came near such a rate: that is how a daily rhythm is told from
//!   a change;
//! - it is none of a burst or two: where most hours before were silent, the moments in which the cluster was
//!   active must differ as well, by the same test at 1 in 20, and be three at least on the busier side;
//! - the rate turned about when the deploy began, and not at another time before or behind it, and the cluster still is as
//!   it was since ([`super::regimes`]);
//! - a rise is one of the entries that carry this value or later ones, and of a fall most entries carry the field: what all
//!   revisions have in common came from elsewhere.
//!
//! Of several deploys the one of the greatest `S` counts, and then what came behind it is looked at by itself (binary
//! segmentation: Scott and Knott 1974), so that a fix is told after the break.

use super::super::{Baseline, DAY, HOUR, PastCluster};
use super::began::moments;
use super::bins::{Bin, Side, surprise};
use super::regimes::Regimes;
use super::{Began, Deploys, Field, float, real};
use crate::entry::Timestamp;

/// The chance below which a change is no accident.
const CHANCE: f64 = 1e-4;
/// The chance below which more moments are no accident, where most hours were silent.
const CHANCE_OF_MOMENTS: f64 = 0.05;
/// The least moments of the busier side then.
const MOMENTS: f64 = 3.0;
/// How much further than any stretch before a rate must go.
const MARGIN: f64 = 1.25;
/// The least factor between two rates.
const FACTOR: f64 = 2.0;
/// The least factor where less than a day was looked at before.
const FACTOR_IN_A_DAY: f64 = 10.0;

/// A change of rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'f> {
    pub(super) value: &'f str,
    pub(super) began: Began,
    /// Entries an hour before.
    pub(super) before: f64,
    /// Entries an hour since.
    pub(super) after: f64,
    /// How sure it is, by the bursts that the cluster comes in.
    surprise: f64,
    /// Whether it is large enough, and unheard of before.
    is_real: bool,
}

impl Deploys {
    /// The latest change of a cluster's rate that came with one of these deploys; of one that began with a deploy, behind it.
    pub(super) fn change<'f>(
        &self,
        field: &'f Field,
        baseline: &Baseline,
        bins: &[Bin],
        cuts: &[(i64, &'f str)],
        since: Option<i64>,
    ) -> Option<Change<'f>> {
        let first = baseline.first_ever_seen()?;
        let is_carried = super::began::is_carried(&field.name, baseline);
        let mut from = since.unwrap_or(i64::MIN);
        let mut latest: Option<Change<'f>> = None;
        let regimes = Regimes::of(bins, &self.watched);
        loop {
            // What began behind a deploy cannot have changed with it.
            let cuts: Vec<_> = cuts.iter().filter(|(at, _)| *at > from && *at > first.seconds()).collect();
            let of_cut = |(at, value): &&(i64, &'f str)| {
                let began = field.began(value)?;
                let share = share(field, baseline, began.at);
                let change = change_at(bins, (from, *at), share, is_carried)?;
                // A mean of two regimes differs at any time between them: the change has to be one of this time.
                let after = regimes.rate_since(*at, change.after > change.before)?;
                let change = Change { after: after.unwrap_or(change.after), ..change };
                Some(Change { value, began, ..change })
            };
            let greatest = cuts.iter().filter_map(of_cut).reduce(|a, b| if b.surprise > a.surprise { b } else { a });
            let limit = (2.0 * real(cuts.len() as u64) / CHANCE).ln();
            let Some(change) = greatest.filter(|change| change.is_real && change.surprise > limit) else {
                let own = baseline.now.window.from.map_or(i64::MAX, Timestamp::seconds);
                return latest.filter(|change| {
                    regimes.is_so_still(own, change.began.at.seconds(), (change.before, change.after))
                });
            };
            from = change.began.at.seconds();
            latest = Some(change);
        }
    }
}

/// What changed at a time, as against the time since `from`.
fn change_at<'f>(bins: &[Bin], (from, at): (i64, i64), share: f64, is_carried: bool) -> Option<Change<'f>> {
    let first = bins.partition_point(|bin| bin.from < from);
    let middle = bins.partition_point(|bin| bin.to <= at);
    let behind = bins.partition_point(|bin| bin.from < at);
    let (earlier, later) = (bins.get(first..middle)?, bins.get(behind..)?);
    let (before, all) = (Side::of(earlier.iter()), Side::of(later.iter()));
    if before.seconds <= 0.0 || all.seconds <= 0.0 {
        return None;
    }
    // A rise counts by what carries this value or later ones; a fall is one of everything.
    let is_rise = all.rate() > before.rate();
    let after = if is_rise { Side { count: all.count * share, ..all } } else { all };
    let (low, high) = if is_rise { (before, after) } else { (after, before) };
    let factor = if before.seconds >= float(DAY) { FACTOR } else { FACTOR_IN_A_DAY };
    let is_large = high.count > 0.0 && high.rate() >= factor * low.rate();
    let is_meant = (is_rise || is_carried) && is_more_than_a_burst((earlier, before), (later, after));
    let is_real = is_large && is_meant && is_unheard_of(earlier, all.seconds, after.rate(), is_rise);
    let hourly = |side: Side| side.rate() * float(HOUR);
    Some(Change {
        value: "",
        began: Began { at: Timestamp::from_unix(at, 0)?, is_exact: true },
        before: hourly(before),
        after: hourly(all),
        surprise: surprise(before, after) / dispersion(&[(earlier, before), (later, all)]),
        is_real,
    })
}

/// Whether a change is more than a burst that any cluster has now and then.
fn is_more_than_a_burst(before: (&[Bin], Side), after: (&[Bin], Side)) -> bool {
    let active = |(bins, side): (&[Bin], Side)| {
        let active = bins.iter().filter(|bin| bin.count > 0.0);
        Side { count: real(moments(active.map(|bin| bin.from))), ..side }
    };
    let (earlier, later) = (active(before), active(after));
    let is_rise = later.rate() > earlier.rate();
    let busier = if is_rise { later } else { earlier };
    let silent = before.0.iter().filter(|bin| bin.count <= 0.0).count();
    let is_busy = silent * 2 < before.0.len();
    is_busy || busier.count >= MOMENTS && surprise(earlier, later) > -CHANCE_OF_MOMENTS.ln()
}

/// How much more the counts vary than they would if entries came one by one.
fn dispersion(sides: &[(&[Bin], Side)]) -> f64 {
    let (mut squares, mut freedom) = (0.0, 0.0);
    for (bins, side) in sides.iter().filter(|(_, side)| side.count > 0.0) {
        for bin in *bins {
            let expected = side.rate() * bin.seconds;
            squares += (bin.count - expected).powi(2) / expected;
        }
        freedom += real(bins.len().saturating_sub(1) as u64);
    }
    if freedom > 0.0 { (squares / freedom).max(1.0) } else { 1.0 }
}

/// Whether no stretch before was so long, a day at most, and came near such a rate.
fn is_unheard_of(bins: &[Bin], seconds: f64, rate: f64, is_rise: bool) -> bool {
    let length = seconds.min(float(DAY));
    let mut stretch = Side::default();
    let mut first = bins.iter();
    for bin in bins {
        stretch = Side { count: stretch.count + bin.count, seconds: stretch.seconds + bin.seconds };
        while let Some(oldest) = first.as_slice().first().filter(|oldest| stretch.seconds - oldest.seconds >= length) {
            stretch = Side { count: stretch.count - oldest.count, seconds: stretch.seconds - oldest.seconds };
            first.next();
        }
        let is_such = if is_rise { stretch.rate() * MARGIN >= rate } else { stretch.rate() <= rate * MARGIN };
        if stretch.seconds >= length && is_such {
            return false;
        }
    }
    true
}

/// The share of the cluster's entries since a time that carry values that began then or later. Runs know when each value was
/// first and last seen: between those its entries are taken to be even.
fn share(field: &Field, baseline: &Baseline, at: Timestamp) -> f64 {
    let (mut new, mut all) = (0.0, 0.0);
    let runs = baseline.seen().filter(|seen| seen.run.window.to.is_none_or(|to| to > at)).map(|seen| seen.cluster);
    for cluster in runs.chain([&baseline.now.cluster]) {
        let mut rest = cluster.count;
        for deploy in cluster.deploys.get(&field.name).into_iter().flatten() {
            rest = rest.saturating_sub(deploy.count);
            let part = since(at, deploy.count, (deploy.first_seen, deploy.last_seen));
            all += part;
            if field.began(&deploy.value).is_some_and(|began| began.at >= at) {
                new += part;
            }
        }
        all += since(at, rest, span(cluster));
    }
    if all > 0.0 { new / all } else { 0.0 }
}

fn span(cluster: &PastCluster) -> (Option<Timestamp>, Option<Timestamp>) {
    (cluster.first_seen, cluster.last_seen)
}

/// So many of these entries as came since a time.
fn since(at: Timestamp, count: u64, span: (Option<Timestamp>, Option<Timestamp>)) -> f64 {
    let (Some(first), Some(last)) = span else { return real(count) };
    let (at, first, last) = (at.seconds(), first.seconds(), last.seconds());
    match (last < at, first >= at) {
        (true, _) => 0.0,
        (_, true) => real(count),
        _ => real(count) * float(last - at + 1) / float(last - first + 1),
    }
}
