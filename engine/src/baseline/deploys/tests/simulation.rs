//! How often steady clusters are blamed on a deploy, and how often real changes are found. The seeds are fixed, so that the
//! figures are the same everywhere.

use super::*;

/// A pseudo-random generator (SplitMix64: Steele, Lea and Flood 2014).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn below(&mut self, end: i64) -> i64 {
        (self.roll() * end as f64) as i64
    }

    /// Minutes to the next of events that come at random, so many an hour.
    fn wait(&mut self, rate: f64) -> f64 {
        -(1.0 - self.roll()).ln() * 60.0 / rate
    }
}

/// How entries come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Habit {
    /// One by one.
    Alone,
    /// In bursts of up to so many within three minutes.
    Bursts(i64),
    /// One by one, ten times as often by day as by night.
    Daily,
}

/// Adds entries between two times, so many an hour on average.
pub(super) fn add(service: &mut Service, dice: &mut Dice, habit: Habit, (from, to): (i64, i64), rate: f64) {
    let size = if let Habit::Bursts(size) = habit { size } else { 1 };
    // By day 20/11 of the mean, and by night a tenth of that.
    let peak = if matches!(habit, Habit::Daily) { rate * 20.0 / 11.0 } else { rate };
    let mut time = from as f64 + dice.wait(peak * 2.0 / (size + 1) as f64);
    while time < to as f64 {
        let is_night = (time as i64 / 60 + 4) % 24 < 12;
        if !(matches!(habit, Habit::Daily) && is_night && dice.roll() > 0.1) {
            for _ in 0..=dice.below(size) {
                let minute = (time as i64 + dice.below(3) * i64::from(size > 1)).min(to - 1);
                service.entries.push((minute, Some(service.serving(minute))));
            }
        }
        time += dice.wait(peak * 2.0 / (size + 1) as f64);
    }
}

const VALUES: [&str; 8] = ["v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8"];
/// Entries an hour of the clusters.
const RATES: [f64; 8] = [0.02, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0];

/// A service with some deploys in days two to six.
fn service(dice: &mut Dice) -> Service {
    let mut times: Vec<i64> = (0..1 + dice.below(8)).map(|_| DAY + dice.below(5 * DAY)).collect();
    times.sort_unstable();
    Service { deploys: times.into_iter().zip(VALUES).collect(), ..Service::default() }
}

/// What is told of a cluster by runs after each deploy, as hourly runs tell it: half an hour to three days later.
fn told(service: &Service) -> Vec<ClusterDeploy> {
    let runs: Vec<PastRun> = hourly(0, 8 * DAY).iter().map(|(from, to)| service.run(*from, *to)).collect();
    let mut told = Vec::new();
    for (time, _) in &service.deploys {
        for later in [30, 90, 240, 720, 1_440, 4_320] {
            let hour = (time + later) / 60;
            if let Some(before) = runs.get(..usize::try_from(hour).unwrap()).filter(|_| hour < 8 * 24) {
                told.extend(service.judged_with(before.to_vec(), (hour * 60, hour * 60 + 60)));
            }
        }
    }
    told
}

#[test]
fn steady_clusters_are_blamed_on_no_deploy() {
    let (mut blamed, mut clusters, mut first) = (0, 0, None);
    for habit in [Habit::Alone, Habit::Bursts(20), Habit::Daily] {
        for rate in RATES {
            for seed in 0..15 {
                let mut dice = Dice(seed * 1_000 + (rate * 100.0) as u64);
                let mut service = service(&mut dice);
                add(&mut service, &mut dice, habit, (0, 8 * DAY), rate);
                let told = told(&service);
                clusters += 1;
                blamed += i32::from(!told.is_empty());
                first = first.or(told.into_iter().next().map(|told| (habit, rate, seed, told)));
            }
        }
    }
    // Each of them is judged by about two dozen runs. With forty seeds it is one of 960.
    assert!(clusters == 360 && blamed <= 1, "{blamed} of {clusters} steady clusters, the first: {first:?}");
}

#[test]
fn changes_are_found_soon_and_blamed_on_the_right_deploy() {
    for habit in [Habit::Alone, Habit::Bursts(6)] {
        for (before, after, kind) in [
            (1.0, 8.0, DeployKind::RateRose),
            (10.0, 40.0, DeployKind::RateRose),
            (40.0, 5.0, DeployKind::RateFell),
            (0.0, 4.0, DeployKind::Began),
        ] {
            let mut found = 0;
            for seed in 0..20 {
                let mut dice = Dice(seed * 77 + 5);
                let deploys = vec![(2 * DAY + dice.below(600), "v1"), (4 * DAY + dice.below(600), "v2")];
                let (time, value) = deploys[1];
                let mut service = Service { deploys, ..Service::default() };
                if before > 0.0 {
                    add(&mut service, &mut dice, habit, (0, time), before);
                }
                add(&mut service, &mut dice, habit, (time, 6 * DAY), after);
                let end = (time / 60 + 13) * 60;
                let told = service.judged(&hourly(0, end - 60), (end - 60, end));
                assert!(told.as_ref().is_none_or(|told| told.value == value && told.kind == kind), "{told:?}");
                found += i32::from(told.is_some());
            }
            // What comes once an hour, in bursts, may come too late behind a deploy to be no coincidence.
            let least = if before > 0.0 || matches!(habit, Habit::Alone) { 18 } else { 14 };
            assert!(found >= least, "{habit:?}, {before} to {after}: {found} of 20 within half a day");
        }
    }
}
