//! A deploy is blamed for what came about with it, and for as long as it is so.

use super::simulation::{Dice, Habit, add};
use super::*;

/// What the hourly runs between two hours tell.
fn told(service: &Service, hours: std::ops::Range<i64>) -> Vec<(i64, Option<ClusterDeploy>)> {
    let told = |hour: i64| service.judged(&hourly(0, hour * 60), (hour * 60, hour * 60 + 60));
    hours.map(|hour| (hour, told(hour))).collect()
}

fn nothing(told: &[(i64, Option<ClusterDeploy>)]) {
    let first = told.iter().find(|(_, told)| told.is_some());
    assert!(first.is_none(), "{first:?}");
}

#[test]
fn what_stopped_long_before_a_deploy_did_not_go_with_it() {
    let mut service = Service { deploys: vec![(54 * 60, "v1")], ..Service::default() };
    service.errors(0, 40 * 60, 40 * 5);
    nothing(&told(&service, 54..100));
    // Had it gone on until then, it would have.
    service.errors(40 * 60, 54 * 60, 14 * 5);
    let found = service.judged(&hourly(0, 69 * 60), (69 * 60, 70 * 60)).unwrap();
    assert_eq!(found.text, "gone with revision v1, which began 2025-06-04 06:00 UTC: 5 an hour before");
}

#[test]
fn what_stopped_long_behind_a_deploy_did_not_fall_with_it() {
    let mut service = Service { deploys: vec![(20 * 60, "v1"), (34 * 60 + 30, "v2")], ..Service::default() };
    service.errors(0, 44 * 60, 44 * 5);
    nothing(&told(&service, 35..110));
    // Some of it comes again.
    service.errors(80 * 60, 110 * 60, 6);
    nothing(&told(&service, 80..110));
}

#[test]
fn what_rose_long_before_or_behind_a_deploy_did_not_rise_with_it() {
    for turn in [40, 68] {
        let mut service = Service { deploys: vec![(54 * 60, "v1")], ..Service::default() };
        service.errors(0, turn * 60, turn);
        service.errors(turn * 60, 100 * 60, (100 - turn) * 20);
        nothing(&told(&service, 54..100));
    }
}

#[test]
fn what_is_back_has_not_fallen() {
    let mut service = Service { deploys: vec![(34 * 60, "v1")], ..Service::default() };
    service.errors(0, 34 * 60, 34 * 5);
    service.errors(34 * 60, 60 * 60, 4);
    service.errors(60 * 60, 100 * 60, 40 * 10);
    let kinds = told(&service, 44..60).into_iter().map(|(_, told)| told.map(|told| told.kind));
    assert!(kinds.into_iter().all(|kind| kind == Some(DeployKind::RateFell)));
    nothing(&told(&service, 60..100));
}

#[test]
fn the_first_runs_that_see_it_again_say_no_more_that_it_fell() {
    let mut service = Service { deploys: vec![(34 * 60 + 20, "v1")], ..Service::default() };
    add(&mut service, &mut Dice(7), Habit::Alone, (0, 34 * 60 + 20), 4.5);
    let found = service.judged(&hourly(0, 45 * 60), (45 * 60, 46 * 60)).unwrap();
    assert_eq!((found.kind, found.rate_after), (DeployKind::RateFell, 0.0));
    service.errors(46 * 60, 47 * 60, 4);
    service.errors(47 * 60, 48 * 60, 10);
    add(&mut service, &mut Dice(8), Habit::Alone, (48 * 60, 75 * 60), 4.5);
    nothing(&told(&service, 46..75));
}

#[test]
fn what_has_calmed_down_has_not_risen() {
    let mut service = Service { deploys: vec![(34 * 60, "v1")], ..Service::default() };
    service.errors(0, 34 * 60, 34 * 2);
    service.errors(34 * 60, 60 * 60, 26 * 40);
    service.errors(60 * 60, 100 * 60, 40 * 2);
    let kinds = told(&service, 36..60).into_iter().map(|(_, told)| told.map(|told| told.kind));
    assert!(kinds.into_iter().all(|kind| kind == Some(DeployKind::RateRose)));
    nothing(&told(&service, 60..100));
}

#[test]
fn a_later_stop_does_not_dilute_what_a_deploy_did() {
    let mut service = Service { deploys: vec![(34 * 60, "v1")], ..Service::default() };
    service.errors(0, 34 * 60, 34 * 40);
    service.errors(34 * 60, 60 * 60, 26 * 4);
    for (hour, told) in told(&service, 50..100) {
        let told = told.unwrap();
        assert_eq!((told.value.as_str(), told.rate_before), ("v1", 40.0));
        // For some hours it might be chance that nothing came.
        assert!((3.4..=4.0).contains(&told.rate_after), "{hour}: {told:?}");
        assert!(hour < 66 || told.rate_after >= 3.9, "{hour}: {told:?}");
    }
}

#[test]
fn random_clusters_that_turn_by_themselves_are_blamed_on_no_deploy() {
    for (habit, most) in [(Habit::Alone, 0), (Habit::Bursts(6), 7)] {
        let (mut blamed, mut runs, mut first) = (0, 0, None);
        for (before, after) in [(5.0, 0.0), (5.0, 0.5), (1.0, 8.0), (20.0, 2.0), (2.0, 30.0)] {
            for apart in [-20, -12, 12, 20] {
                for seed in 0..5 {
                    let service = turned(Dice(seed * 91 + 3), habit, (before, after), apart * 60);
                    for (hour, told) in [51, 55, 60, 65, 75, 90, 105].map(|h| told(&service, h..h + 1).remove(0)) {
                        runs += 1;
                        blamed += i32::from(told.is_some());
                        first = first.or(told.map(|told| (before, after, apart, seed, hour, told)));
                    }
                }
            }
        }
        // Without a look at when the rate turned it would be 271 and 183 of them.
        assert!(runs == 700 && blamed <= most, "{habit:?}: {blamed} of {runs}, the first: {first:?}");
    }
}

/// A service with a deploy and a cluster whose rate turns so many minutes from it.
fn turned(mut dice: Dice, habit: Habit, (before, after): (f64, f64), apart: i64) -> Service {
    let time = 50 * 60 + dice.below(60);
    let mut service = Service { deploys: vec![(time, "v1")], ..Service::default() };
    add(&mut service, &mut dice, habit, (0, time + apart), before);
    if after > 0.0 {
        add(&mut service, &mut dice, habit, (time + apart, 110 * 60), after);
    }
    service
}
