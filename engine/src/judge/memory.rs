//! What a cluster remembers, as scripts see it: the part of the object `cluster` that history fills in.

use rhai::{Array, Dynamic, Engine, EvalAltResult, Map};

use super::cluster::{Cluster, SET_BY, SEVERITY_OR_NONE};
use super::earlier::Earlier;
use crate::baseline::{Baseline, Direction};
use crate::entry::Timestamp;
use crate::report::FacetChange;
use crate::script::{ArgumentWords, Kind, MethodWords, PropertyWords};

/// Runs whose counts are listed.
const LISTED: usize = 168;

/// A property: its name, what it is, what it means, and how it is read.
type Property = (&'static str, Kind, &'static str, fn(&Baseline) -> Dynamic);

const FORECAST: Kind = Kind::Record(&["limit", "peak", "usual", "is_escalating", "since", "text"]);
const CHANGE: Kind = Kind::Record(&["facet", "gained", "lost", "text"]);

const PROPERTIES: [Property; 24] = [
    (
        "state",
        Kind::OneOf(&["new", "ongoing", "regressed", "escalating", "quiet"]),
        "Where it stands: `new`, `ongoing`, `regressed`, `escalating` or `quiet`",
        |b| b.state().name().into(),
    ),
    ("is_new", Kind::Boolean, "Whether no earlier run saw it; true without history", |b| b.is_empty().into()),
    ("has_history", Kind::Boolean, "Whether there are earlier runs at all", |b| (!b.is_without_history()).into()),
    (
        "previous",
        Kind::Object("Earlier"),
        "The latest earlier run that saw it; nothing where none did: ask `is_new` first, or write `previous?.count`",
        |b| b.previous().map(Earlier::of).unwrap_or_default(),
    ),
    ("runs_seen", Kind::Integer, "Earlier runs that saw it; 0 without history", |b| whole(b.runs_seen())),
    ("runs_known", Kind::Integer, "Earlier runs that history knows, whether they saw it or not", |b| {
        whole(b.runs_known())
    }),
    ("runs_missed", Kind::Integer, "Runs without it since the latest that saw it", |b| {
        if b.is_empty() { whole(0) } else { whole(b.runs_missed()) }
    }),
    ("days_seen", Kind::Integer, "Earlier days (UTC) on which it was seen; 0 without history", |b| {
        whole(b.days_seen())
    }),
    (
        "days_in_a_row",
        Kind::Integer,
        "Days (UTC) in a row on which it was seen, up to this run's; 1 without history",
        |b| whole(b.days_in_a_row()),
    ),
    ("first_ever_seen", Kind::Text, "The time of the earliest entry that any run saw", |b| time(b.first_ever_seen())),
    (
        "quiet_since",
        Kind::Text,
        "Since when it is quiet, or had been before it came back; empty where neither is so",
        |b| time(b.quiet_since()),
    ),
    ("counts", Kind::ListOf(&Kind::Integer), "Entries of each run, oldest first and this one last: at most 168", |b| {
        list(b.counts(LISTED).into_iter().map(whole))
    }),
    ("rates", Kind::ListOf(&Kind::Number), "Entries an hour of each run, as `counts`", |b| {
        list(b.rates(LISTED).into_iter().map(Dynamic::from_float))
    }),
    (
        "forecast",
        FORECAST,
        "The entries of an hour that were to be expected at most (`limit`), and the most that came (`peak`), in \
         this run or since the escalation began; in words, `text`; nothing where it was never seen before",
        forecast,
    ),
    ("is_escalating", Kind::Boolean, "Whether its rate goes beyond its forecast and has not come back", |b| {
        b.forecast().is_some_and(|forecast| forecast.is_escalating).into()
    }),
    (
        "changes",
        Kind::ListOf(&CHANGE),
        "The facets whose values have come, given way to a new one, or gone after three runs that saw them",
        |b| list(b.facet_changes().into_iter().map(change)),
    ),
    (
        "deploy",
        super::deploy::DEPLOY,
        "The deploy that it began with, or that changed its rate; nothing where there is none: ask `cluster.deploy != ()`",
        super::deploy::of,
    ),
    ("has_news", Kind::Boolean, "Whether it has an entry later than any that the latest run saw", |b| {
        b.has_news().into()
    }),
    (
        "is_all_news",
        Kind::Boolean,
        "Whether all its entries are later than any that the latest run saw; false without history",
        |b| b.is_all_news().into(),
    ),
    ("is_locked", Kind::Boolean, "Whether a person has laid down its severity, so that policy cannot change it", |b| {
        b.lock().is_some().into()
    }),
    ("last_severity", SEVERITY_OR_NONE, "What the latest run judged; empty where none saw it", |b| {
        b.previous().map_or("", |seen| seen.cluster.severity.name()).into()
    }),
    ("last_severity_by", SET_BY, "Who or what set that: `definition`, `policy` or `person`", |b| {
        b.previous().map_or("", |seen| seen.cluster.severity_by.name()).into()
    }),
    ("last_action", Kind::Text, "What the latest run decided about its issue", |b| {
        b.previous().and_then(|seen| seen.cluster.action).map_or("", |kind| kind.name()).into()
    }),
    (
        "last_issue",
        Kind::Integer,
        "The number of its issue, as the latest run that knew one has it; 0 where none did",
        |b| whole(b.issue().unwrap_or(0)),
    ),
];

const METRIC: ArgumentWords = ArgumentWords { name: "metric", allowed: None, names: Some("metrics") };
const FACET: ArgumentWords = ArgumentWords { name: "facet", allowed: None, names: Some("facets") };
const DIRECTION: ArgumentWords = ArgumentWords { name: "direction", allowed: Some(is_direction), names: None };
const TIME: ArgumentWords = ArgumentWords { name: "time", allowed: Some(is_time), names: None };
const fn plain(name: &'static str) -> ArgumentWords {
    ArgumentWords { name, allowed: None, names: None }
}

fn is_direction(text: &str) -> Result<(), String> {
    let known = Direction::from_name(text).map(|_| ());
    known.ok_or_else(|| format!("`{text}` is no direction; expected `up` where more is worse, or `down`"))
}

fn is_time(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    Timestamp::parse(text).map(|_| ()).ok_or_else(|| format!("`{text}` is no time such as `2025-09-14T04:55:00Z`"))
}

const READING: Kind = Kind::Record(&["at", "count", "last", "min", "max", "mean"]);

const METHODS: [MethodWords; 9] = [
    MethodWords {
        name: "persists",
        arguments: &[plain("days")],
        kind: Kind::Boolean,
        doc: "Whether it was seen on so many days in a row, this run's included",
    },
    MethodWords {
        name: "worsening",
        arguments: &[METRIC, DIRECTION, plain("by"), plain("runs")],
        kind: Kind::Record(&["from", "to", "since", "runs", "text"]),
        doc: "How a metric has become worse: by at least so much in so many runs in a row, against the median of up to seven \
              runs before them, or the best such median of the last week; nothing where it has not, or has come back by half of \
              it for as many runs",
    },
    MethodWords {
        name: "trend",
        arguments: &[METRIC],
        kind: Kind::Record(&["values", "last", "change", "slope_per_day"]),
        doc: "What a metric has done over the runs; nothing where this run has not read it",
    },
    MethodWords {
        name: "readings",
        arguments: &[METRIC],
        kind: Kind::ListOf(&READING),
        doc: "The metric in each run that read it, oldest first, this run last",
    },
    MethodWords {
        name: "gained",
        arguments: &[FACET],
        kind: Kind::ListOf(&Kind::Text),
        doc: "Values of a facet that no earlier run saw",
    },
    MethodWords {
        name: "lost",
        arguments: &[FACET],
        kind: Kind::ListOf(&Kind::Text),
        doc: "Values of a facet that the latest run saw and that are gone, or gave way to a new one",
    },
    MethodWords {
        name: "moved",
        arguments: &[FACET],
        kind: Kind::Text,
        doc: "Both in words, such as `118 → 137`; empty where nothing changed",
    },
    MethodWords {
        name: "run_back",
        arguments: &[plain("runs")],
        kind: Kind::Object("Earlier"),
        doc: "What the run so many back (1 is the one before) knew of it; nothing where that run did not see it",
    },
    MethodWords {
        name: "seen_after",
        arguments: &[TIME, plain("hours")],
        kind: Kind::Boolean,
        doc: "Whether it has an entry later than so many hours after a time; true where the time is empty",
    },
];

/// The properties in words.
pub(super) fn properties() -> impl Iterator<Item = PropertyWords> {
    PROPERTIES.iter().map(|(name, kind, doc, _)| PropertyWords { name, kind: *kind, doc })
}

/// The methods in words.
pub(super) fn methods() -> impl Iterator<Item = MethodWords> {
    METHODS.into_iter()
}

type Outcome<T> = Result<T, Box<EvalAltResult>>;

/// Makes them known to an engine.
pub(super) fn register(engine: &mut Engine) {
    for (name, _, _, read) in PROPERTIES {
        engine.register_get(name, move |cluster: &mut Cluster| read(cluster.baseline()));
    }
    engine.register_fn("persists", |c: &mut Cluster, days: i64| {
        // On the first sight of it nothing has persisted, whatever number is asked for.
        !c.baseline().is_empty() && i64::try_from(c.baseline().days_in_a_row()).is_ok_and(|row| row >= days)
    });
    engine.register_fn("worsening", |c: &mut Cluster, metric: &str, direction: &str, by: f64, runs: i64| {
        worsening(c, metric, direction, by, runs)
    });
    engine.register_fn("worsening", |c: &mut Cluster, metric: &str, direction: &str, by: i64, runs: i64| {
        // More than 2^53 is no change of a metric.
        worsening(c, metric, direction, i32::try_from(by).map_or(f64::INFINITY, f64::from), runs)
    });
    engine.register_fn("trend", |c: &mut Cluster, metric: &str| trend(c.baseline(), metric));
    engine.register_fn("readings", |c: &mut Cluster, metric: &str| readings(c.baseline(), metric));
    let changed = |c: &mut Cluster, facet: &str| c.baseline().facet_change(facet).unwrap_or_default();
    engine.register_fn("gained", move |c: &mut Cluster, facet: &str| texts(changed(c, facet).gained));
    engine.register_fn("lost", move |c: &mut Cluster, facet: &str| texts(changed(c, facet).lost));
    engine.register_fn("moved", move |c: &mut Cluster, facet: &str| changed(c, facet).text);
    engine.register_fn("run_back", |c: &mut Cluster, runs: i64| -> Outcome<Dynamic> {
        let back = usize::try_from(runs).ok().filter(|runs| *runs > 0);
        let back = back.ok_or("`run_back` counts from 1, the run before this one")?;
        Ok(c.baseline().run_back(back).map(Earlier::of).unwrap_or_default())
    });
    engine.register_fn("seen_after", |c: &mut Cluster, at: &str, hours: f64| seen_after(c, at, hours));
    engine.register_fn("seen_after", |c: &mut Cluster, at: &str, hours: i64| {
        seen_after(c, at, i32::try_from(hours).map_or(f64::INFINITY, f64::from))
    });
}

fn worsening(c: &Cluster, metric: &str, direction: &str, by: f64, runs: i64) -> Outcome<Dynamic> {
    is_direction(direction)?;
    let direction = Direction::from_name(direction).unwrap_or(Direction::Up);
    if by.is_nan() || by <= 0.0 || runs < 1 {
        return Err("`worsening` takes a change greater than 0 and at least 1 run".into());
    }
    let runs = usize::try_from(runs).unwrap_or(usize::MAX);
    let Some(found) = c.baseline().worsening(metric, direction, by, runs) else { return Ok(Dynamic::UNIT) };
    Ok(record([
        ("from", Dynamic::from_float(found.from)),
        ("to", Dynamic::from_float(found.to)),
        ("since", found.since.to_string().into()),
        ("runs", whole(found.runs)),
        ("text", format!("{metric} {} → {}", found.from, found.to).into()),
    ]))
}

fn seen_after(c: &Cluster, at: &str, hours: f64) -> Outcome<bool> {
    is_time(at)?;
    let last = c.baseline().now().cluster.last_seen;
    Ok(at.is_empty()
        || Timestamp::parse(at).zip(last).is_some_and(|(at, last)| last.seconds_since(at) > hours * 3600.0))
}

fn trend(baseline: &Baseline, metric: &str) -> Dynamic {
    let Some(trend) = baseline.metric_trend(metric) else { return Dynamic::UNIT };
    record([
        ("values", list(trend.values.into_iter().map(Dynamic::from_float))),
        ("last", Dynamic::from_float(trend.last)),
        ("change", trend.change.map(Dynamic::from_float).unwrap_or_default()),
        ("slope_per_day", trend.slope_per_day.map(Dynamic::from_float).unwrap_or_default()),
    ])
}

fn readings(baseline: &Baseline, metric: &str) -> Dynamic {
    list(baseline.readings(metric).into_iter().map(|reading| {
        record([
            ("at", reading.at.to_string().into()),
            ("count", whole(reading.metric.count)),
            ("last", Dynamic::from_float(reading.metric.last)),
            ("min", Dynamic::from_float(reading.metric.min)),
            ("max", Dynamic::from_float(reading.metric.max)),
            ("mean", Dynamic::from_float(reading.metric.mean)),
        ])
    }))
}

fn forecast(baseline: &Baseline) -> Dynamic {
    let Some(forecast) = baseline.forecast() else { return Dynamic::UNIT };
    record([
        ("limit", Dynamic::from_float(forecast.limit)),
        ("peak", Dynamic::from_float(forecast.peak)),
        ("usual", whole(forecast.usual)),
        ("is_escalating", forecast.is_escalating.into()),
        ("since", time(forecast.since)),
        ("text", forecast.text().into()),
    ])
}

fn change(change: FacetChange) -> Dynamic {
    record([
        ("facet", change.facet.into()),
        ("gained", texts(change.gained)),
        ("lost", texts(change.lost)),
        ("text", change.text.into()),
    ])
}

/// A number that cannot be negative.
pub(super) fn whole(number: u64) -> Dynamic {
    Dynamic::from_int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A time as text; empty where there is none.
pub(super) fn time(time: Option<Timestamp>) -> Dynamic {
    time.map(|time| time.to_string()).unwrap_or_default().into()
}

/// A list.
pub(super) fn list(values: impl Iterator<Item = Dynamic>) -> Dynamic {
    values.collect::<Array>().into()
}

/// A list of texts.
pub(super) fn texts(values: Vec<String>) -> Dynamic {
    list(values.into_iter().map(Dynamic::from))
}

/// A map.
pub(super) fn record<const N: usize>(values: [(&str, Dynamic); N]) -> Dynamic {
    values.into_iter().map(|(name, value)| (name.into(), value)).collect::<Map>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::State;

    #[test]
    fn every_state_is_in_the_words() {
        let doc = PROPERTIES.iter().find(|(name, ..)| *name == "state").unwrap().2;
        for state in [State::New, State::Ongoing, State::Regressed, State::Escalating, State::Quiet] {
            assert!(doc.contains(&format!("`{}`", state.name())), "{doc}");
        }
    }
}
