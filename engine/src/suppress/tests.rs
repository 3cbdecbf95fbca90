//! What is a symptom of what, by times and values.

use super::*;
use crate::diagnostic::{Sources, Span};
use crate::tally::FacetValue;

fn span() -> Span {
    let mut sources = Sources::new();
    let file = sources.add("gardener.yaml", "x");
    Span::new(file, 0..1)
}

fn rule(causes: &[&str], symptoms: &[&str], equal: &[&str], within: i64) -> Suppression {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Suppression {
        causes: texts(causes),
        symptoms: texts(symptoms),
        equal: texts(equal),
        within,
        place: format!("gardener.yaml:{}", causes.join("+")),
        span: span(),
    }
}

struct One {
    id: &'static str,
    group: BTreeMap<String, String>,
    stats: Stats,
}

/// A cluster seen from one second to another, of three entries.
fn one(id: &'static str, (first, last): (i64, i64)) -> One {
    let at = |second| Timestamp::from_unix(1_000_000 + second, 0);
    let stats = Stats { count: 3, first_seen: at(first), last_seen: at(last), ..Stats::default() };
    One { id, group: BTreeMap::new(), stats }
}

impl One {
    fn of(mut self, name: &str, value: &str) -> Self {
        self.group.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With a facet of these values, all entries having one.
    fn with(mut self, name: &str, values: &[&str]) -> Self {
        let value = |(at, value): (usize, &&str)| FacetValue {
            value: (*value).to_owned(),
            count: if at == 0 { 4 - values.len() as u64 } else { 1 },
            first_seen: None,
            last_seen: None,
        };
        let values = values.iter().enumerate().map(value).collect();
        self.stats.facets.insert(name.to_owned(), FacetStats { values, distinct: 1, other: 0, exact: true });
        self
    }

    fn facet(&mut self, name: &str) -> &mut FacetStats {
        self.stats.facets.get_mut(name).unwrap()
    }
}

/// For each cluster the id of its cause and the place that says so.
fn causes(rules: &[Suppression], clusters: &[One]) -> Vec<String> {
    let sides: Vec<Side<'_>> =
        clusters.iter().map(|one| Side { id: one.id, group: &one.group, stats: &one.stats }).collect();
    let found = symptoms(rules, &sides).into_iter();
    found
        .map(|it| it.map_or_else(String::new, |it| format!("{}@{}", it.of, it.by.place.rsplit(':').next().unwrap())))
        .collect()
}

#[test]
fn a_symptom_comes_with_its_cause() {
    let rules = [rule(&["db"], &["web"], &[], 60)];
    let with = |web: (i64, i64)| causes(&rules, &[one("web", web), one("db", (100, 200)), one("other", (100, 200))]);
    for near in [(100, 200), (40, 260), (150, 150), (40, 40), (260, 260)] {
        assert_eq!(with(near), ["1@db", "", ""], "{near:?}");
    }
    for far in [(0, 1000), (39, 200), (100, 261), (300, 400), (0, 39)] {
        assert_eq!(with(far), ["", "", ""], "{far:?}");
    }
    // Of what has no time nobody knows.
    let mut timeless = one("web", (0, 0));
    (timeless.stats.first_seen, timeless.stats.last_seen) = (None, None);
    assert_eq!(causes(&rules, &[timeless, one("db", (0, 0))]), ["", ""]);
    assert_eq!(causes(&rules, &[one("web", (0, 0))]), [""], "there is no cause");
}

#[test]
fn every_value_of_a_symptom_must_be_one_of_its_cause() {
    let rules = [rule(&["db"], &["web"], &["service"], 0)];
    let both = |web: One, db: One| causes(&rules, &[web, db])[0] == "1@db";
    let (web, db) = (|| one("web", (0, 9)), || one("db", (0, 9)));
    assert!(both(web().of("service", "a"), db().of("service", "a")));
    assert!(!both(web().of("service", "a"), db().of("service", "b")));
    assert!(both(web().of("service", "a"), db().with("service", &["a", "b"])));
    assert!(both(web().with("service", &["b", "a"]), db().with("service", &["a", "b", "c"])));
    assert!(!both(web().with("service", &["a", "d"]), db().with("service", &["a", "b", "c"])));
    assert!(!both(web().with("service", &["a", "b"]), db().of("service", "a")));
    assert!(!both(web(), db()), "nothing is not equal to nothing");
    assert!(!both(web().of("service", ""), db().of("service", "")), "nor are empty values");
}

#[test]
fn what_is_not_known_whole_is_not_equal() {
    let rules = [rule(&["db"], &["web"], &["service"], 0)];
    let both = |web: One, db: One| causes(&rules, &[web, db])[0] == "1@db";
    let (web, db) = (|| one("web", (0, 9)).with("service", &["a"]), || one("db", (0, 9)).with("service", &["a"]));
    assert!(both(web(), db()));
    let mut cut = web();
    cut.facet("service").exact = false;
    assert!(!both(cut, db()), "values of the symptom have fallen out");
    let mut cut = db();
    cut.facet("service").exact = false;
    assert!(!both(web(), cut), "values of the cause have fallen out");
    let mut partly = web();
    partly.facet("service").values[0].count = 2;
    assert!(!both(partly, db()), "an entry of the symptom has no value");
    let mut partly = db();
    partly.facet("service").values[0].count = 2;
    assert!(both(web(), partly), "entries of the cause need none");
    let long = format!("{}…", "x".repeat(200));
    assert!(!both(one("web", (0, 9)).with("service", &[&long]), one("db", (0, 9)).with("service", &[&long])));
    let long = "x".repeat(GROUP_VALUE);
    assert!(!both(one("web", (0, 9)).of("service", &long), one("db", (0, 9)).of("service", &long)));
}

#[test]
fn a_chain_leads_to_its_beginning() {
    let rules = [rule(&["web"], &["queue"], &[], 0), rule(&["db"], &["web"], &[], 0)];
    let clusters = [one("queue", (0, 9)), one("web", (0, 9)), one("db", (0, 9))];
    assert_eq!(causes(&rules, &clusters), ["2@web", "2@db", ""]);
    // Without the first cause, the second is one.
    assert_eq!(causes(&rules, &clusters[..2]), ["1@web", ""]);
}

#[test]
fn of_several_causes_the_first_that_is_named_and_then_the_first_that_was_there() {
    let rules = [rule(&["db", "net"], &["web"], &[], 60), rule(&["disk"], &["web"], &[], 60)];
    let clusters = |db: [i64; 2]| {
        let db = db.map(|at| (at, at + 10));
        [
            one("web", (0, 9)),
            one("disk", (0, 9)),
            one("net", (0, 9)),
            one("db", db[0]).of("host", "a"),
            one("db", db[1]).of("host", "b"),
        ]
    };
    assert_eq!(causes(&rules, &clusters([5, 3]))[0], "4@db+net");
    assert_eq!(causes(&rules, &clusters([3, 3]))[0], "3@db+net");
    assert_eq!(causes(&rules, &clusters([500, 500]))[0], "2@db+net");
    assert_eq!(causes(&rules[1..], &clusters([3, 3]))[0], "1@disk");
}

/// No pack has circles; whatever happened, each cluster keeps a cause and the walk ends.
#[test]
fn circles_end() {
    let rules = [rule(&["a"], &["b"], &[], 0), rule(&["b"], &["a"], &[], 0), rule(&["a"], &["a"], &[], 0)];
    assert_eq!(causes(&rules, &[one("a", (0, 1)), one("b", (0, 1))]), ["1@b", "0@a"]);
}
