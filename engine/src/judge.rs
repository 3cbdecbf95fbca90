//! Policy: what a cluster is worth, and why.
//!
//! A definition declares a severity and an impact; the pack's Rhai functions `severity(cluster)`, `impact(cluster)` and
//! `group(entry)` may change them. A function that fails leaves what is declared, and the verdict says so.

mod action;
mod cluster;
pub mod codes;
mod decision;
mod deploy;
mod earlier;
mod entry;
mod foreseen;
mod group;
mod impact;
mod issue;
mod memory;
mod related;
mod restraint;

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::Serde;
use rhai::{Dynamic, Engine};

use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::pack::{Becomes, Declared, Definition, Pack, TemplateRule};
use crate::phrase::Phrase;
use crate::report::{self, Relations, Restraint, SeverityBy, Window};
use crate::script::{EntryPoint, Failure, FunctionId, Kind, Limits, Recording, Sandbox, Vocabulary, kind_of};
use crate::severity::Severity;
use crate::tally::Stats;
use cluster::Cluster;

pub use action::action;
pub use foreseen::{action_taken, moves_severity, severity_given};
pub(crate) use group::group_failed;
pub use group::{group_function, group_values};
pub use issue::{Choice, IssueFacts};

/// A cluster to be judged.
#[derive(Debug)]
pub struct Subject<'p> {
    /// Its definition; nothing for a mined template.
    pub definition: Option<&'p Definition>,
    /// What the pack says of its template, where it has none.
    pub rule: Option<&'p TemplateRule>,
    /// Its id.
    pub id: String,
    /// The values that tell it from other clusters of its definition.
    pub group: BTreeMap<String, String>,
    /// Its stable identity.
    pub fingerprint: Fingerprint,
    /// The title of a mined template.
    pub title: String,
    /// The template, or the queries of the definition.
    pub pattern: String,
    /// Its statistics.
    pub stats: Stats,
    /// The names of the facets that are counted of it, also where none of its entries has a value.
    pub facets: Vec<String>,
    /// The window of the run.
    pub window: Window,
    /// The run's `now`.
    pub now: Timestamp,
    /// What history knows of it.
    pub baseline: Arc<Baseline>,
    /// What holds its action back.
    pub restraint: Arc<Restraint>,
    /// What rises with it.
    pub relations: Arc<Relations>,
}

impl<'p> Subject<'p> {
    /// What the pack declares of its template.
    fn declared(&self) -> Option<&'p Declared> {
        match &self.rule?.becomes {
            Becomes::Declared(declared) => Some(declared),
            _ => None,
        }
    }
}

/// What was decided about a cluster.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Its title.
    pub title: String,
    /// What is seen.
    pub pattern: String,
    /// What kind of trouble.
    pub kind: Option<String>,
    /// The category that issue titles name.
    pub category: Option<String>,
    /// Its severity.
    pub severity: Severity,
    /// What the definition declares.
    pub declared: Option<Severity>,
    /// Why this severity, in the order in which it came about.
    pub reasons: Vec<String>,
    /// Who or what set it in the end.
    pub severity_by: SeverityBy,
    /// Why it is not the declared one, in the words of who moved it, without places in scripts.
    pub severity_reason: Option<String>,
    /// What it does.
    pub impact: report::Impact,
    /// What to do about it.
    pub recommendation: Option<report::Recommendation>,
    /// What to follow up.
    pub follow_up: Option<String>,
    /// High, Medium or Low.
    pub frequency: &'static str,
    /// Entries an hour.
    pub rate_per_hour: f64,
    /// Ids of definitions of the same trouble.
    pub related: Vec<String>,
    /// That a script failed and declared values stand.
    pub policy_failed: bool,
    /// The failures, each at its place.
    pub failures: Vec<Diagnostic>,
}

/// A sandbox in which scripts know clusters and entries.
#[must_use]
pub fn sandbox(limits: Limits) -> Sandbox {
    recording_sandbox(limits, &Recording::Nothing)
}

/// The same, which notes what the scripts do that it runs.
#[must_use]
pub fn recording_sandbox(limits: Limits, recording: &Recording) -> Sandbox {
    let vocabulary = Vocabulary {
        objects: vec![cluster::words(), earlier::words(), issue::words(), entry::words()],
        entry_points: vec![
            EntryPoint {
                name: "severity",
                parameters: &[("cluster", Kind::Object("Cluster"))],
                allowed: Some(cluster::is_severity),
                doc: "Decides the severity of a cluster: returns `\"P0\"` to `\"P5\"`, or nothing to leave what the helpers made of it",
            },
            EntryPoint {
                name: "impact",
                parameters: &[("cluster", Kind::Object("Cluster"))],
                allowed: None,
                doc: "Decides the impact: returns `#{ business: #{ level, text }, technical }`, each part optional, or nothing",
            },
            EntryPoint {
                name: "action",
                parameters: &[("cluster", Kind::Object("Cluster")), ("issue", Kind::Object("Issue"))],
                allowed: None,
                doc: "Decides what becomes of the cluster's issue, by calling `issue.create(reason)`, `issue.update(reason)` and \
                      so on; returns nothing",
            },
            EntryPoint {
                name: "group",
                parameters: &[("entry", Kind::Object("Entry"))],
                allowed: None,
                doc: "Splits a definition's entries into clusters: returns a text, a map of texts, or nothing",
            },
        ],
        parameters: vec![
            ("cluster", Kind::Object("Cluster")),
            ("issue", Kind::Object("Issue")),
            ("entry", Kind::Object("Entry")),
        ],
        results: cluster::RESULTS.to_vec(),
        lookups: vec!["metrics", "facets", "group"],
    };
    let register = |engine: &mut Engine| {
        cluster::register(engine);
        memory::register(engine);
        restraint::register(engine);
        related::register(engine);
        earlier::register(engine);
        issue::register(engine);
        entry::register(engine);
    };
    Sandbox::recording(limits, vocabulary, register, recording)
}

/// Judges a cluster.
#[must_use]
pub fn verdict(pack: &Pack, sandbox: &Sandbox, subject: &Subject<'_>) -> Verdict {
    let mut verdict = declared(pack, subject);
    let definition = subject.definition;
    let function = |own: Option<&FunctionId>, name: &str| own.cloned().or_else(|| pack.policy.function(name, 1));
    if let Some(function) = function(definition.and_then(|d| d.policy.severity.as_ref()), "severity") {
        severity_by(pack, sandbox, subject, &function, &mut verdict);
    }
    texts(subject, &mut verdict);
    if let Some(function) = function(definition.and_then(|d| d.policy.impact.as_ref()), "impact") {
        impact::impact_by(pack, sandbox, subject, &function, &mut verdict);
    }
    verdict
}

/// What holds before policy has looked at it.
fn declared(pack: &Pack, subject: &Subject<'_>) -> Verdict {
    let count = subject.stats.count;
    let frequency = match count {
        _ if count >= pack.frequency.high => "High",
        _ if count >= pack.frequency.medium => "Medium",
        _ => "Low",
    };
    let of_template = subject.declared();
    let by_rule = of_template.and_then(|declared| declared.severity).zip(subject.rule);
    let (severity, reason) = match (subject.definition, by_rule) {
        (Some(definition), _) => {
            (definition.severity, format!("declared {} by {}", definition.severity, definition.id))
        }
        (None, Some((severity, rule))) => (severity, format!("declared {severity} for its template in {}", rule.place)),
        (None, None) => (pack.unknown.severity, format!("{} for what no definition knows", pack.unknown.severity)),
    };
    let own = |own: fn(&Declared) -> &Option<String>, all: &Option<String>| {
        of_template.and_then(|declared| own(declared).clone()).or_else(|| all.clone())
    };
    let definition = subject.definition;
    let mut reasons = vec![reason];
    let lock = subject.baseline.lock();
    if let Some(lock) = &lock {
        reasons.push(format!("{severity} → {}: a person set it ({})", lock.severity, lock.reason));
    }
    Verdict {
        title: subject.title.clone(),
        pattern: subject.pattern.clone(),
        kind: definition.map_or_else(|| own(|it| &it.kind, &pack.unknown.kind), |d| d.kind.clone()),
        category: definition.map_or_else(|| own(|it| &it.category, &pack.unknown.category), |d| d.category.clone()),
        severity: lock.as_ref().map_or(severity, |lock| lock.severity),
        declared: definition.map(|d| d.severity).or(by_rule.map(|(severity, _)| severity)),
        reasons,
        severity_by: if lock.is_some() { SeverityBy::Person } else { SeverityBy::Definition },
        severity_reason: lock.map(|lock| lock.reason),
        impact: report::Impact::default(),
        recommendation: None,
        follow_up: None,
        frequency,
        rate_per_hour: rate(count, subject.window),
        related: definition.map(|d| d.related.clone()).unwrap_or_default(),
        policy_failed: false,
        failures: Vec::new(),
    }
}

/// Entries an hour over the window, or over an hour where it is shorter; to two digits, so that it reads the same anywhere.
#[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
pub(crate) fn rate(count: u64, window: Window) -> f64 {
    let hours = match (window.from, window.to) {
        (Some(from), Some(to)) => (to.seconds_since(from) / 3600.0).max(1.0),
        _ => 1.0,
    };
    (count as f64 / hours * 100.0).round() / 100.0
}

fn severity_by(pack: &Pack, sandbox: &Sandbox, subject: &Subject<'_>, function: &FunctionId, verdict: &mut Verdict) {
    let cluster = Cluster::new(subject, verdict);
    let result = sandbox.call(&pack.policy, function, vec![Dynamic::from(cluster.clone())]);
    let returned = match result {
        Ok(value) if value.is_unit() => Ok(None),
        Ok(value) if value.is_string() => {
            value.into_string().unwrap_or_default().parse::<Severity>().map(Some).map_err(|error| error.to_string())
        }
        Ok(value) => Err(format!("`{}` returned {}, not a severity or nothing", function.name, kind_of(&value))),
        Err(failure) => return failed(pack, &failure, verdict),
    };
    match returned {
        Err(message) => failed(pack, &at_function(pack, function, message), verdict),
        Ok(returned) => {
            let mut decision = cluster.decision();
            if let Some(severity) = returned {
                let place = pack.policy.place(function.script, pack.policy.range_of(function).start);
                decision.change(severity, &format!("returned by {}", function.name), &place);
            }
            if let Some(words) = decision.words() {
                verdict.severity_by = SeverityBy::Policy;
                verdict.severity_reason = Some(words);
            }
            verdict.severity = decision.severity();
            verdict.reasons.extend(decision.reasons());
        }
    }
}

fn at_function(pack: &Pack, function: &FunctionId, message: String) -> Failure {
    Failure { script: function.script, range: pack.policy.range_of(function), message, calls: Vec::new() }
}

/// A script failed: what is declared stands, and everybody is told.
fn failed(pack: &Pack, failure: &Failure, verdict: &mut Verdict) {
    let place = pack.policy.place(failure.script, failure.range.start);
    verdict.reasons.push(format!("policy failed and what is declared stands: {} ({place})", failure.message));
    told(pack, failure, verdict, "what the definition declares stands, and the report marks the cluster");
}

/// Marks the verdict as one on which a script failed, and keeps the failure with its place.
fn told(pack: &Pack, failure: &Failure, verdict: &mut Verdict, help: &str) {
    verdict.policy_failed = true;
    let diagnostic = failure_at(pack, failure, format!("a policy function failed: {}", failure.message));
    verdict.failures.push(diagnostic.help(help));
}

fn failure_at(pack: &Pack, failure: &Failure, message: String) -> Diagnostic {
    let span = pack.script_span(failure.script, failure.range.clone());
    let diagnostic = Diagnostic::new(&codes::POLICY_FAILED, span, message);
    if failure.calls.is_empty() {
        return diagnostic;
    }
    diagnostic.label(format!("called through {}", failure.calls.join(" → ")))
}

/// Fills in the texts of the definition.
fn texts(subject: &Subject<'_>, verdict: &mut Verdict) {
    let Some(definition) = subject.definition else { return };
    let values = phrase_values(subject, verdict);
    let mut failed: Vec<String> = Vec::new();
    let mut text = |phrase: &Phrase| {
        phrase.render(&values).unwrap_or_else(|error| {
            failed.push(format!("a text of the definition could not be filled in: {error}"));
            phrase.source().to_owned()
        })
    };
    verdict.title = text(&definition.title);
    if let Some(pattern) = &definition.pattern {
        verdict.pattern = text(pattern);
    }
    verdict.impact = report::Impact {
        business: definition
            .impact
            .business
            .as_ref()
            .map(|(level, why)| report::BusinessImpact { level: *level, text: why.as_ref().map(&mut text) }),
        technical: definition.impact.technical.as_ref().map(&mut text),
        by: None,
    };
    verdict.follow_up = definition.follow_up.as_ref().map(&mut text);
    let recommendation = definition.recommend.as_ref().map(|recommend| report::Recommendation {
        title: text(&recommend.title),
        text: recommend.text.as_ref().map(&mut text),
        horizon: recommend.horizon.unwrap_or(match verdict.severity {
            Severity::P0 | Severity::P1 => crate::pack::Horizon::Immediate,
            Severity::P2 | Severity::P3 => crate::pack::Horizon::ShortTerm,
            Severity::P4 | Severity::P5 => crate::pack::Horizon::LongTerm,
        }),
    });
    verdict.recommendation = recommendation;
    verdict.reasons.append(&mut failed);
}

/// What the placeholders of a definition's texts stand for; the names are [`crate::phrase::NAMES`].
#[must_use]
pub fn phrase_values(subject: &Subject<'_>, verdict: &Verdict) -> minijinja::Value {
    let stats = &subject.stats;
    minijinja::context! {
        id => subject.id.clone(),
        title => verdict.title.clone(),
        kind => verdict.kind.clone(),
        category => verdict.category.clone(),
        group => subject.group.clone(),
        count => stats.count,
        rate_per_hour => verdict.rate_per_hour,
        frequency => verdict.frequency,
        metrics => Serde(&stats.metrics),
        facets => Serde(stats.facets.iter().map(|(name, facet)| (name, &facet.values)).collect::<BTreeMap<_, _>>()),
        severity => verdict.severity.name(),
        first_seen => stats.first_seen.map(|time| time.to_string()),
        last_seen => stats.last_seen.map(|time| time.to_string()),
        log_severity => stats.log_severities.last_key_value().map_or("DEFAULT", |(severity, _)| severity.name()),
    }
}
