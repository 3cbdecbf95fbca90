//! The deploys that earlier runs saw.

use crate::baseline::PastDeploy;
use crate::entry::Timestamp;
use crate::pack::decode::{At, Named};
use crate::pack::raw::case::{PastDeployKeys, PastDeploys, When};
use crate::report::Window;
use crate::tally::ListMap;

type Deploys = ListMap<String, Vec<PastDeploy>>;

/// Those of a run: where a count is not given, one entry a minute.
pub(super) fn of_run(keys: Option<&At<Named<PastDeploys>>>, window: Window, now: Timestamp) -> Deploys {
    let count = |first: Option<Timestamp>, last: Option<Timestamp>, _| {
        let seconds = first.zip(last).map_or(0, |(first, last)| last.seconds() - first.seconds());
        u64::try_from(seconds / 60).unwrap_or(0) + 1
    };
    of(keys, window, now, count)
}

/// Those of a cluster with so many entries: where counts are not given, its values share them.
pub(super) fn of_cluster(keys: Option<&At<Named<PastDeploys>>>, all: u64, seen: Window, now: Timestamp) -> Deploys {
    of(keys, seen, now, |_, _, values: u64| (all / values.max(1)).max(1))
}

fn of(
    keys: Option<&At<Named<PastDeploys>>>,
    window: Window,
    now: Timestamp,
    count: impl Fn(Option<Timestamp>, Option<Timestamp>, u64) -> u64,
) -> Deploys {
    let fields = keys.into_iter().flat_map(|keys| &keys.value.0);
    let time = |when: &Option<At<When>>| when.as_ref().map(|when| when.value.seen_from(now));
    let one = |value: &str, keys: &PastDeployKeys, values: u64| {
        let (first, last) = (time(&keys.first_seen).or(window.from), time(&keys.last_seen).or(window.to));
        let given = keys.count.as_ref().map(|count| count.value.0);
        let count = given.unwrap_or_else(|| count(first, last, values));
        PastDeploy { value: value.to_owned(), count, first_seen: first, last_seen: last }
    };
    let field = |values: &PastDeploys| {
        let all = values.0.len() as u64;
        values.0.iter().map(|(value, keys)| one(&value.value, keys, all)).collect()
    };
    fields.map(|(name, values)| (name.value.clone(), field(&values.value))).collect()
}
