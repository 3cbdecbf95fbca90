//! Counts by the buckets of numbers.

/// Buckets of one power of two, see `metric`.
const OF_POWER: i32 = 64;

/// Counts by bucket. Numbers of one kind are of few powers of two, so that a count is most often found at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Sketch {
    /// In the order of their powers.
    powers: Vec<Power>,
    /// Which of them was counted last.
    last: usize,
}

#[derive(Clone, Debug)]
struct Power {
    number: i32,
    counts: Box<[u64; OF_POWER as usize]>,
}

impl Sketch {
    /// Counts so many numbers of a bucket.
    pub(super) fn add(&mut self, bucket: i32, count: u64) {
        let (power, at) = (bucket.div_euclid(OF_POWER), bucket.rem_euclid(OF_POWER));
        if self.powers.get(self.last).is_none_or(|last| last.number != power) {
            self.last = self.powers.partition_point(|known| known.number < power);
            if self.powers.get(self.last).is_none_or(|found| found.number != power) {
                self.powers.insert(self.last, Power { number: power, counts: Box::new([0; OF_POWER as usize]) });
            }
        }
        let counts = self.powers.get_mut(self.last).map(|power| &mut power.counts);
        if let Some(sum) = counts.and_then(|counts| counts.get_mut(usize::try_from(at).ok()?)) {
            *sum += count;
        }
    }

    /// The buckets that something is in, from the least numbers on.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i32, u64)> {
        let all = self.powers.iter().flat_map(|power| (power.number * OF_POWER..).zip(power.counts.iter().copied()));
        all.filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_bucket_has_its_count_in_its_order(buckets in prop::collection::vec(-6000..6000, 0..300)) {
            let mut sketch = Sketch::default();
            let mut map: BTreeMap<i32, u64> = BTreeMap::new();
            for bucket in buckets {
                sketch.add(bucket, 1);
                *map.entry(bucket).or_default() += 1;
            }
            prop_assert_eq!(sketch.iter().collect::<Vec<_>>(), map.into_iter().collect::<Vec<_>>());
        }
    }
}
