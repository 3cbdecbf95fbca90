//! The object `cluster` of policy scripts.

use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Array, Dynamic, Engine, EvalAltResult, Map, NativeCallContext};

use super::decision::Decision;
use super::{Subject, Verdict, memory, related, restraint};
use crate::baseline::Baseline;
use crate::entry::LogSeverity;
use crate::report::{Relations, Restraint};
use crate::script::{ArgumentWords, Kind, MethodWords, ObjectWords, PropertyWords, Returned, shown_place};
use crate::severity::Severity;

/// What a script sees of a cluster, and what it has decided so far. Copies are the same cluster.
#[derive(Clone)]
pub(super) struct Cluster {
    facts: Arc<Map>,
    baseline: Arc<Baseline>,
    restraint: Arc<Restraint>,
    relations: Arc<Relations>,
    decision: Arc<Mutex<Decision>>,
}

/// A severity.
pub(super) const SEVERITIES: Kind = Kind::OneOf(&["P0", "P1", "P2", "P3", "P4", "P5"]);
/// A severity, or an empty text.
pub(super) const SEVERITY_OR_NONE: Kind = Kind::OneOf(&["", "P0", "P1", "P2", "P3", "P4", "P5"]);
/// Who or what sets severities, or an empty text.
pub(super) const SET_BY: Kind = Kind::OneOf(&["", "definition", "policy", "person"]);

pub(super) const LOG_SEVERITIES: [&str; 9] =
    ["DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"];

const METRIC: Kind = Kind::Numbers(&["count", "min", "max", "sum", "mean", "last", "p50", "p90", "p99"]);
const FACET: Kind = Kind::ListOf(&Kind::Record(&["value", "count"]));

/// What functions return that are called with it.
pub(super) const RESULTS: [(&str, Returned); 3] = [
    ("severity", Returned::Text),
    ("action", Returned::Nothing),
    ("impact", Returned::Map(&[("business", Returned::Map(&BUSINESS)), ("technical", Returned::Text)])),
];

const BUSINESS: [(&str, Returned); 2] =
    [("level", Returned::OneOf(&["none", "low", "medium", "high", "critical"])), ("text", Returned::Text)];

/// The properties that never change while a script runs, with what they mean.
const PROPERTIES: [(&str, Kind, &str); 24] = [
    ("id", Kind::Text, "The definition's id, or `template-…`"),
    ("title", Kind::Text, "Its title"),
    ("pattern", Kind::Text, "What is seen"),
    ("kind", Kind::Text, "What kind of trouble; empty where the definition does not say"),
    ("category", Kind::Text, "The category that issue titles name: the definition's, or else the pack's"),
    ("origin", Kind::OneOf(&["rule", "template"]), "`rule` for a definition, `template` for what no definition knows"),
    ("group", Kind::MapOf(&Kind::Text), "The values that tell it from other clusters of its definition"),
    ("count", Kind::Integer, "How many entries"),
    ("rate_per_hour", Kind::Number, "Entries an hour over the window"),
    ("frequency", Kind::OneOf(&["High", "Medium", "Low"]), "`High`, `Medium` or `Low`"),
    ("first_seen", Kind::Text, "The time of its earliest entry, RFC 3339 in UTC; empty where none has a time"),
    ("last_seen", Kind::Text, "The time of its latest entry"),
    ("duration_seconds", Kind::Number, "Seconds from the first to the last"),
    ("log_severity", Kind::OneOf(&LOG_SEVERITIES), "The log severity of its worst entry"),
    ("log_severities", Kind::Numbers(&LOG_SEVERITIES), "Entries by log severity; 0 where there are none"),
    ("facets", Kind::MapOf(&FACET), "The values counted, by facet: most frequent first, each with `value` and `count`"),
    ("metrics", Kind::MapOf(&METRIC), "The numbers captured, by capture"),
    (
        "declared",
        SEVERITY_OR_NONE,
        "The severity that the definition declares, or `unknown.templates` for its template; empty where neither does",
    ),
    ("related", Kind::ListOf(&Kind::Text), "Ids of definitions of the same trouble"),
    ("tags", Kind::ListOf(&Kind::Text), "The definition's tags"),
    ("window", Kind::Record(&["from", "to", "hours"]), "The window of the run"),
    ("now", Kind::Text, "The time of the run"),
    ("fingerprint", Kind::Text, "Its stable identity"),
    (
        "severity_reason",
        Kind::Text,
        "Why its severity is not the declared one, in the words of who moved it; empty where it is, and until that is settled",
    ),
];

const SEVERITY: ArgumentWords = ArgumentWords { name: "severity", allowed: Some(is_severity), names: None };
const REASON: ArgumentWords = ArgumentWords { name: "reason", allowed: None, names: None };

/// Whether a text is a severity as packs write it: in capitals, as everywhere else in them.
pub(super) fn is_severity(text: &str) -> Result<(), String> {
    match text.parse::<Severity>() {
        Ok(severity) if severity.name() == text => Ok(()),
        Ok(severity) => Err(format!("`{text}` is no severity; write `{severity}`")),
        Err(error) => Err(error.to_string()),
    }
}

const METHODS: [MethodWords; 10] = [
    MethodWords {
        name: "raise_to",
        arguments: &[SEVERITY, REASON],
        kind: Kind::Any,
        doc: "Makes it this urgent, unless it is more urgent already",
    },
    MethodWords {
        name: "lower_to",
        arguments: &[SEVERITY, REASON],
        kind: Kind::Any,
        doc: "Makes it no more urgent than this",
    },
    MethodWords { name: "set", arguments: &[SEVERITY, REASON], kind: Kind::Any, doc: "Gives it this severity" },
    MethodWords { name: "escalate", arguments: &[REASON], kind: Kind::Any, doc: "Makes it one level more urgent" },
    MethodWords { name: "deescalate", arguments: &[REASON], kind: Kind::Any, doc: "Makes it one level less urgent" },
    MethodWords { name: "note", arguments: &[REASON], kind: Kind::Any, doc: "Leaves a remark among the reasons" },
    MethodWords {
        name: "is_at_least",
        arguments: &[SEVERITY],
        kind: Kind::Boolean,
        doc: "Whether it is this urgent or more so",
    },
    MethodWords {
        name: "has_metric",
        arguments: &[ArgumentWords { name: "name", allowed: None, names: Some("metrics") }],
        kind: Kind::Boolean,
        doc: "Whether a number of this name was captured",
    },
    MethodWords {
        name: "distinct",
        arguments: &[ArgumentWords { name: "facet", allowed: None, names: Some("facets") }],
        kind: Kind::Integer,
        doc: "How many values of a facet are listed",
    },
    MethodWords {
        name: "top",
        arguments: &[ArgumentWords { name: "facet", allowed: None, names: Some("facets") }],
        kind: Kind::Any,
        doc: "The most frequent value of a facet, or nothing",
    },
];

/// The object in words.
pub(super) fn words() -> ObjectWords {
    let mut properties: Vec<PropertyWords> =
        PROPERTIES.iter().map(|(name, kind, doc)| PropertyWords { name, kind: *kind, doc }).collect();
    properties.push(PropertyWords { name: "severity", kind: SEVERITIES, doc: "Its severity as decided so far" });
    properties.extend(memory::properties());
    properties.extend(restraint::properties());
    properties.extend(related::properties());
    let methods = METHODS.into_iter().chain(memory::methods()).collect();
    ObjectWords { name: "Cluster", doc: "A cluster that is being judged", properties, methods }
}

impl Cluster {
    /// A cluster whose severity is to be decided.
    pub(super) fn new(subject: &Subject<'_>, verdict: &Verdict) -> Self {
        Self::with(subject, verdict, Decision::open(verdict.severity, subject.baseline.lock()))
    }

    /// A cluster whose severity stands.
    pub(super) fn settled(subject: &Subject<'_>, verdict: &Verdict) -> Self {
        Self::with(subject, verdict, Decision::settled(verdict.severity))
    }

    fn with(subject: &Subject<'_>, verdict: &Verdict, decision: Decision) -> Self {
        Self {
            facts: Arc::new(facts(subject, verdict)),
            baseline: Arc::clone(&subject.baseline),
            restraint: Arc::clone(&subject.restraint),
            relations: Arc::clone(&subject.relations),
            decision: Arc::new(Mutex::new(decision)),
        }
    }

    /// What came of it.
    pub(super) fn decision(&self) -> Decision {
        self.decision.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    pub(super) fn restraint(&self) -> &Restraint {
        &self.restraint
    }

    pub(super) fn relations(&self) -> &Relations {
        &self.relations
    }

    fn fact(&self, name: &str) -> Dynamic {
        self.facts.get(name).cloned().unwrap_or_default()
    }

    fn severity(&self) -> Severity {
        self.decision.lock().unwrap_or_else(PoisonError::into_inner).severity()
    }

    fn change(&self, context: &NativeCallContext<'_>, to: Severity, reason: &str) -> Outcome {
        let mut decision = self.decision.lock().unwrap_or_else(PoisonError::into_inner);
        if decision.is_settled() {
            return Err("the severity is settled before impact and action are: change it in `severity(cluster)`".into());
        }
        decision.change(to, reason, &place(context));
        Ok(())
    }
}

/// `policy/severity.rhai:12`; empty where it is not known.
pub(super) fn place(context: &NativeCallContext<'_>) -> String {
    let line = context.call_position().line();
    match (context.call_source(), line) {
        (Some(source), line) => shown_place(source, line),
        (None, _) => String::new(),
    }
}

fn facts(subject: &Subject<'_>, verdict: &Verdict) -> Map {
    let stats = &subject.stats;
    let time = |time: Option<crate::entry::Timestamp>| Dynamic::from(time.map(|t| t.to_string()).unwrap_or_default());
    let whole = |n: u64| Dynamic::from_int(i64::try_from(n).unwrap_or(i64::MAX));
    let texts =
        |list: &[String]| Dynamic::from_array(list.iter().map(|text| Dynamic::from(text.clone())).collect::<Array>());
    let definition = subject.definition;
    let seconds = match (stats.first_seen, stats.last_seen) {
        (Some(first), Some(last)) => last.seconds_since(first),
        _ => 0.0,
    };
    let hours = match (subject.window.from, subject.window.to) {
        (Some(from), Some(to)) => to.seconds_since(from) / 3600.0,
        _ => 0.0,
    };
    let worst = stats.log_severities.last_key_value().map_or("DEFAULT", |(severity, _)| severity.name());
    let mut window = Map::new();
    window.insert("from".into(), time(subject.window.from));
    window.insert("to".into(), time(subject.window.to));
    window.insert("hours".into(), Dynamic::from_float(hours));
    let values: [(&str, Dynamic); 24] = [
        ("id", subject.id.clone().into()),
        ("title", definition.map_or(subject.title.as_str(), |d| d.title.source()).to_owned().into()),
        ("pattern", subject.pattern.clone().into()),
        ("kind", verdict.kind.clone().unwrap_or_default().into()),
        ("category", verdict.category.clone().unwrap_or_default().into()),
        ("origin", if definition.is_some() { "rule" } else { "template" }.into()),
        ("group", subject.group.iter().map(|(k, v)| (k.as_str().into(), v.clone().into())).collect::<Map>().into()),
        ("count", whole(stats.count)),
        ("rate_per_hour", Dynamic::from_float(verdict.rate_per_hour)),
        ("frequency", verdict.frequency.into()),
        ("first_seen", time(stats.first_seen)),
        ("last_seen", time(stats.last_seen)),
        ("duration_seconds", Dynamic::from_float(seconds)),
        ("log_severity", worst.into()),
        (
            "log_severities",
            LogSeverity::ALL
                .iter()
                .map(|s| (s.name().into(), whole(stats.log_severities.get(s).copied().unwrap_or(0))))
                .collect::<Map>()
                .into(),
        ),
        ("facets", facets(subject)),
        ("metrics", metrics(subject)),
        ("declared", verdict.declared.map_or("", Severity::name).into()),
        ("related", texts(&verdict.related)),
        ("tags", texts(definition.map_or(&[], |d| d.tags.as_slice()))),
        ("window", window.into()),
        ("now", subject.now.to_string().into()),
        ("fingerprint", subject.fingerprint.to_string().into()),
        ("severity_reason", verdict.severity_reason.clone().unwrap_or_default().into()),
    ];
    values.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

fn facets(subject: &Subject<'_>) -> Dynamic {
    let list = |facet: &crate::tally::FacetStats| -> Array {
        let values = facet.values.iter().map(|value| {
            let mut map = Map::new();
            map.insert("value".into(), value.value.clone().into());
            map.insert("count".into(), Dynamic::from_int(i64::try_from(value.count).unwrap_or(i64::MAX)));
            map.into()
        });
        values.collect()
    };
    // Facets without a value are there too, so that asking for one is no error.
    let mut facets: Map =
        subject.stats.facets.iter().map(|(name, facet)| (name.as_str().into(), list(facet).into())).collect();
    for name in &subject.facets {
        facets.entry(name.as_str().into()).or_insert_with(|| Array::new().into());
    }
    facets.into()
}

fn metrics(subject: &Subject<'_>) -> Dynamic {
    let metrics = subject.stats.metrics.iter().map(|(name, metric)| {
        let mut map = Map::new();
        map.insert("count".into(), Dynamic::from_int(i64::try_from(metric.count).unwrap_or(i64::MAX)));
        for (key, number) in [
            ("min", metric.min),
            ("max", metric.max),
            ("sum", metric.sum),
            ("mean", metric.mean),
            ("last", metric.last),
            ("p50", metric.p50),
            ("p90", metric.p90),
            ("p99", metric.p99),
        ] {
            map.insert(key.into(), Dynamic::from_float(number));
        }
        (name.as_str().into(), map.into())
    });
    metrics.collect::<Map>().into()
}

type Outcome = Result<(), Box<EvalAltResult>>;

fn severity_of(text: &str) -> Result<Severity, Box<EvalAltResult>> {
    text.parse().map_err(|error: crate::severity::NoSeverity| error.to_string().into())
}

/// Makes the object known to an engine.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Cluster>("Cluster");
    for (name, _, _) in PROPERTIES {
        engine.register_get(name, move |cluster: &mut Cluster| cluster.fact(name));
    }
    engine.register_get("severity", |cluster: &mut Cluster| cluster.severity().name().to_owned());
    engine.register_fn("raise_to", |context: NativeCallContext<'_>, c: &mut Cluster, to: &str, why: &str| -> Outcome {
        c.change(&context, severity_of(to)?.min(c.severity()), why)
    });
    engine.register_fn("lower_to", |context: NativeCallContext<'_>, c: &mut Cluster, to: &str, why: &str| -> Outcome {
        c.change(&context, severity_of(to)?.max(c.severity()), why)
    });
    engine.register_fn("set", |context: NativeCallContext<'_>, c: &mut Cluster, to: &str, why: &str| -> Outcome {
        c.change(&context, severity_of(to)?, why)
    });
    engine.register_fn("escalate", |context: NativeCallContext<'_>, c: &mut Cluster, why: &str| {
        c.change(&context, c.severity().raised(1), why)
    });
    engine.register_fn("deescalate", |context: NativeCallContext<'_>, c: &mut Cluster, why: &str| {
        c.change(&context, c.severity().raised(-1), why)
    });
    engine.register_fn("note", |context: NativeCallContext<'_>, c: &mut Cluster, why: &str| {
        let mut decision = c.decision.lock().unwrap_or_else(PoisonError::into_inner);
        decision.say(why, &place(&context));
    });
    engine.register_fn("is_at_least", |c: &mut Cluster, severity: &str| -> Result<bool, Box<EvalAltResult>> {
        Ok(c.severity() <= severity_of(severity)?)
    });
    engine.register_fn("has_metric", |c: &mut Cluster, name: &str| {
        c.fact("metrics").read_lock::<Map>().is_some_and(|metrics| metrics.contains_key(name))
    });
    engine.register_fn("distinct", |c: &mut Cluster, facet: &str| {
        i64::try_from(list(c, facet).len()).unwrap_or(i64::MAX)
    });
    engine.register_fn("top", |c: &mut Cluster, facet: &str| {
        let first = list(c, facet).into_iter().next().and_then(Dynamic::try_cast::<Map>);
        first.and_then(|first| first.get("value").cloned()).unwrap_or_default()
    });
}

fn list(cluster: &Cluster, facet: &str) -> Array {
    let facets = cluster.fact("facets");
    facets.read_lock::<Map>().and_then(|facets| facets.get(facet).cloned()?.try_cast::<Array>()).unwrap_or_default()
}
