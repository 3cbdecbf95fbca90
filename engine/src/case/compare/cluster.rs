//! One cluster, field by field.

mod deploy;
mod restraint;
mod verdict;

use std::fmt::Display;

use super::super::decision;
use super::{Judging, codes, entries, holds, place};
use crate::diagnostic::{Diagnostic, nearest};
use crate::entry::Timestamp;
use crate::pack::Horizon;
use crate::pack::decode::At;
use crate::pack::raw::case::{ClusterKeys, ExpectedMetricKeys, NumberIs, Values};
use crate::render::neutral::shortened;
use crate::report::{Cluster, Origin};
use crate::tally::{FacetStats, MetricStats};

/// Reasons and values that a help line lists.
const LISTED: usize = 8;
/// Characters of a value that stands beside a caret.
const LABEL: usize = 40;

/// `` `queue-backlog` ``, `` `queue-backlog` of provider=acme `` or `` `template-1a2b3c4d` (cache warmed in <*> ms) ``.
pub(super) fn name(cluster: &Cluster) -> String {
    match cluster.origin {
        Origin::Template => format!("`{}` ({})", cluster.id, shortened(&cluster.pattern, 80)),
        Origin::Rule if cluster.group.is_empty() => format!("`{}`", cluster.id),
        Origin::Rule => format!("`{}` of {}", cluster.id, group(cluster)),
    }
}

/// `provider=acme, region=eu`.
pub(super) fn group(cluster: &Cluster) -> String {
    let pairs: Vec<String> = cluster.group.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if pairs.is_empty() { "no group".to_owned() } else { pairs.join(", ") }
}

/// Which part of policy decides on a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Definition,
    Severity,
    Impact,
    Action,
}

/// A cluster and what is expected of it.
struct Comparing<'c, 'j> {
    judging: &'c mut Judging<'j>,
    cluster: &'c Cluster,
}

/// Tells of every field that is not as it is expected.
pub(super) fn compare(judging: &mut Judging<'_>, wanted: &ClusterKeys, cluster: &Cluster) {
    let mut comparing = Comparing { judging, cluster };
    comparing.verdict(wanted);
    comparing.impact(wanted);
    comparing.action(wanted);
    comparing.restraint(wanted);
    comparing.trend(wanted);
    comparing.deploy(wanted);
    comparing.texts(wanted);
    comparing.statistics(wanted);
    comparing.values(wanted);
    if let Some(exact) = wanted.exact.as_ref().filter(|exact| exact.value) {
        comparing.rest(wanted, exact);
    }
}

impl Comparing<'_, '_> {
    fn tell(&mut self, diagnostic: Diagnostic, by: By) {
        let (pack, cluster) = (self.judging.pack, self.cluster);
        let diagnostic = match by {
            By::Definition => place::with_definition(diagnostic, pack, cluster),
            By::Severity => place::with_severity(diagnostic, pack, cluster),
            By::Impact => place::with_impact(diagnostic, pack, cluster),
            By::Action => place::with_action(diagnostic, pack, cluster),
        };
        // A script that is never called, or never true, decides nothing.
        let is_script = |warning: &Diagnostic| by != By::Definition && warning.code.id.starts_with("script-");
        let diagnostic = self.judging.with_warnings(diagnostic, is_script);
        self.judging.failures.push(diagnostic);
    }

    fn differs<T>(&mut self, field: &str, wanted: &At<T>, expected: &str, found: Option<&str>, by: By) {
        let found = found.map_or_else(|| "not there".to_owned(), quoted);
        let message = format!("{field} of {} is {found}, expected {expected}", name(self.cluster));
        // What is long is not said twice.
        let label = if found.chars().count() <= LABEL { format!("it is {found}") } else { "it is not".to_owned() };
        self.tell(Diagnostic::new(&codes::EXPECTATION_FAILED, wanted.span, message).label(label), by);
    }

    /// A field that must be the same, as text.
    fn same(&mut self, field: &str, wanted: &Option<At<impl Display>>, found: Option<&str>, by: By) {
        if let Some(wanted) = wanted {
            let expected = wanted.value.to_string();
            if found != Some(expected.as_str()) {
                self.differs(field, wanted, &quoted(&expected), found, by);
            }
        }
    }

    fn number(&mut self, field: &str, wanted: &Option<At<NumberIs>>, found: f64) {
        if let Some(wanted) = wanted.as_ref().filter(|wanted| !wanted.value.holds(found)) {
            let message = format!("{field} of {} is {found}, expected {}", name(self.cluster), wanted.value);
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, wanted.span, message);
            self.tell(diagnostic.label(format!("it is {found}")), By::Definition);
        }
    }

    fn texts(&mut self, wanted: &ClusterKeys) {
        let cluster = self.cluster;
        self.same("the title", &wanted.title, Some(&cluster.title), By::Definition);
        self.same("the pattern", &wanted.pattern, Some(&cluster.pattern), By::Definition);
        self.same("the kind", &wanted.kind, cluster.kind.as_deref(), By::Definition);
        self.same("the category", &wanted.category, cluster.category.as_deref(), By::Definition);
        self.same("the follow-up", &wanted.follow_up, cluster.follow_up.as_deref(), By::Definition);
        let origin = wanted.origin.as_ref().map(|origin| At { value: origin.value.word(), span: origin.span });
        let found = if cluster.origin == Origin::Rule { "rule" } else { "template" };
        self.same("the origin", &origin, Some(found), By::Definition);
        for id in wanted.related.iter().flat_map(|related| &related.value.0) {
            if !cluster.related.contains(&id.value) {
                let message = format!("{} is not related to {}", name(cluster), quoted(&id.value));
                let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, id.span, message).label("not related");
                self.tell(diagnostic, By::Definition);
            }
        }
        let Some(keys) = wanted.recommendation.as_ref().map(|recommendation| &recommendation.value) else { return };
        let found = cluster.recommendation.as_ref();
        self.same("the title of the recommendation", &keys.title, found.map(|r| r.title.as_str()), By::Definition);
        self.same("the recommendation", &keys.text, found.and_then(|r| r.text.as_deref()), By::Definition);
        let horizon =
            keys.horizon.as_ref().map(|horizon| At { value: horizon_name(horizon.value), span: horizon.span });
        self.same("the horizon", &horizon, found.map(|r| horizon_name(r.horizon)), By::Severity);
    }

    #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
    fn statistics(&mut self, wanted: &ClusterKeys) {
        let cluster = self.cluster;
        self.number("the count", &wanted.count, cluster.count as f64);
        self.number("the rate an hour", &wanted.rate_per_hour, cluster.rate_per_hour);
        let frequency = wanted.frequency.as_ref().map(|f| At { value: f.value.word(), span: f.span });
        self.same("the frequency", &frequency, Some(cluster.frequency), By::Definition);
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
        self.same("the first time", &wanted.first_seen, time(cluster.first_seen).as_deref(), By::Definition);
        self.same("the last time", &wanted.last_seen, time(cluster.last_seen).as_deref(), By::Definition);
        let severity = wanted.log_severity.as_ref().map(|s| At { value: s.value.name(), span: s.span });
        self.same("the log severity", &severity, Some(cluster.log_severity), By::Definition);
        for (name, keys) in wanted.metrics.iter().flat_map(|metrics| &metrics.value.0) {
            match cluster.metrics.get(&name.value) {
                Some(metric) => self.metric(&name.value, &keys.value.0, metric),
                None => {
                    let message = format!("`{}` has no number in {}", name.value, super::cluster::name(cluster));
                    let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, name.span, message)
                        .label("no entry has it")
                        .help("the expression of the capture found no number in any entry of the cluster");
                    self.tell(diagnostic, By::Definition);
                }
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
    fn metric(&mut self, name: &str, keys: &ExpectedMetricKeys, metric: &MetricStats) {
        for (part, wanted, found) in [
            ("count", &keys.count, metric.count as f64),
            ("min", &keys.min, metric.min),
            ("max", &keys.max, metric.max),
            ("sum", &keys.sum, metric.sum),
            ("mean", &keys.mean, metric.mean),
            ("last", &keys.last, metric.last),
            ("p50", &keys.p50, metric.p50),
            ("p90", &keys.p90, metric.p90),
            ("p99", &keys.p99, metric.p99),
        ] {
            self.number(&format!("`{name}.{part}`"), wanted, found);
        }
    }

    fn values(&mut self, wanted: &ClusterKeys) {
        let cluster = self.cluster;
        for (facet, values) in wanted.facets.iter().flat_map(|facets| &facets.value.0) {
            let found = cluster.facets.get(&facet.value);
            let all = found.map(|facet| facet.values.as_slice()).unwrap_or_default();
            let all: Vec<(&str, u64)> = all.iter().map(|value| (value.value.as_str(), value.count)).collect();
            let is_whole = found.is_none_or(|facet: &FacetStats| facet.other == 0);
            self.counted(&format!("the values of `{}`", facet.value), &values.value, &all, is_whole);
        }
        if let Some(values) = &wanted.log_severities {
            let all: Vec<(&str, u64)> = cluster.log_severities.iter().map(|(name, count)| (*name, *count)).collect();
            self.counted("the log severities", &values.value, &all, true);
        }
    }

    /// Values that must be among those found, each with its number where one is given.
    fn counted(&mut self, what: &str, wanted: &Values, all: &[(&str, u64)], is_whole: bool) {
        for (value, number) in &wanted.0 {
            let found = all.iter().find(|(found, _)| *found == value.value).map(|(_, count)| *count);
            let diagnostic = match (found, number) {
                (Some(_), None) => continue,
                (Some(count), Some(number)) if holds(number.value, count) => continue,
                (Some(count), Some(number)) => {
                    let message = format!(
                        "{} is {} among {what} of {}, expected {}",
                        quoted(&value.value),
                        if count == 1 { "once".to_owned() } else { format!("{count} times") },
                        name(self.cluster),
                        number.value
                    );
                    Diagnostic::new(&codes::EXPECTATION_FAILED, number.span, message).label(format!("it is {count}"))
                }
                (None, _) => {
                    let message = format!("{} is not among {what} of {}", quoted(&value.value), name(self.cluster));
                    let near = nearest(&value.value, all.iter().map(|(value, _)| *value));
                    let listed: Vec<String> =
                        all.iter().take(LISTED).map(|(value, count)| format!("{} ({count})", quoted(value))).collect();
                    let listed = if listed.is_empty() { "none".to_owned() } else { listed.join(", ") };
                    let more = if is_whole && all.len() <= LISTED { "" } else { " and more" };
                    let help = match near {
                        Some(near) => format!("did you mean {}? its values are: {listed}{more}", quoted(near)),
                        None => format!("its values are: {listed}{more}"),
                    };
                    Diagnostic::new(&codes::EXPECTATION_FAILED, value.span, message).label("not there").help(help)
                }
            };
            self.tell(diagnostic, By::Definition);
        }
    }

    /// Under `exact: true`, all that is decided must be listed.
    fn rest(&mut self, wanted: &ClusterKeys, exact: &At<bool>) {
        let decided = decision::cluster(self.cluster);
        let is_given = |key: &str| wanted.key(key).is_some() || (key == "id" && wanted.like.is_some());
        let missing: Vec<String> = decided
            .iter()
            .filter(|(key, _)| !is_given(key))
            .map(|(key, value)| match value {
                // What is cut off says nothing: its name is enough to list it.
                serde_json::Value::Object(_) | serde_json::Value::Array(_) => format!("`{key}`"),
                value => format!("`{key}` ({})", shortened(&decision::brief(value), 60)),
            })
            .collect();
        if !missing.is_empty() {
            let message = format!("{} has more than is expected: {}", name(self.cluster), missing.join(", "));
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, exact.span, message)
                .label("all of it must be listed")
                .help(format!("list these too, or leave `exact` out ({} in the cluster)", entries(self.cluster.count)));
            self.tell(diagnostic, By::Definition);
        }
    }
}

fn quoted(text: &str) -> String {
    format!("`{}`", shortened(text, 200))
}

fn horizon_name(horizon: Horizon) -> &'static str {
    match horizon {
        Horizon::Immediate => "immediate",
        Horizon::ShortTerm => "short-term",
        Horizon::LongTerm => "long-term",
    }
}
