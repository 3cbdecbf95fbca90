//! What differs between two states of one cluster.

use std::collections::BTreeSet;

use super::{FieldChange, codes};
use crate::diagnostic::Code;
use crate::report::{Action, ActionKind, Cluster, Impact, Recommendation, split_reason};
use crate::tally::{FacetStats, ListMap, MetricStats};
use crate::witness::cut;

/// Characters kept of a text.
const TEXT: usize = 500;
/// Values of a facet that are told.
const VALUES: usize = 5;

/// What is decided otherwise, in the order in which it matters; `with_pattern` where the pattern is more than the query.
pub(super) fn changes(before: &Cluster, after: &Cluster, with_pattern: bool) -> Vec<FieldChange> {
    let mut found = Vec::new();
    let mut compare = |code: &'static Code, field: &str, before: Option<String>, after: Option<String>| {
        if before != after {
            let short = |text: Option<String>| text.map(|text| cut(&text, TEXT));
            found.push(FieldChange { code, field: field.to_owned(), before: short(before), after: short(after) });
        }
    };
    let direction = if after.severity < before.severity { &codes::SEVERITY_RAISED } else { &codes::SEVERITY_LOWERED };
    let both = |of: &dyn Fn(&Cluster) -> Option<String>| (of(before), of(after));
    let mut each = |code, field, of: &dyn Fn(&Cluster) -> Option<String>| {
        let (before, after) = both(of);
        compare(code, field, before, after);
    };
    each(direction, "severity", &|c| Some(c.severity.name().to_owned()));
    each(&codes::IMPACT_CHANGED, "impact.business", &|c| business(&c.impact));
    each(&codes::IMPACT_CHANGED, "impact.technical", &|c| c.impact.technical.clone());
    let is_judged_alike = before.severity == after.severity;
    // Where the count is another one, its word and reasons that name it merely follow.
    let is_counted_alike = before.count == after.count;
    let with_reason = is_judged_alike && is_counted_alike;
    if step(before, with_reason) != step(after, with_reason) {
        each(&codes::ACTION_CHANGED, "action", &|c| Some(action(&c.action)));
    }
    each(&codes::ACTION_CHANGED, "muted", &|c| c.restraint.muted.as_deref().map(crate::report::Muted::words));
    each(&codes::ACTION_CHANGED, "symptom_of", &|c| c.restraint.symptom_of.as_ref().map(|it| it.cluster.words()));
    each(&codes::COUNT_CHANGED, "count", &|c| Some(c.count.to_string()));
    each(&codes::COUNT_CHANGED, "frequency", &|c| is_counted_alike.then(|| c.frequency.to_owned()));
    each(&codes::TEXT_CHANGED, "title", &|c| Some(c.title.clone()));
    // It usually names both, and then says nothing new.
    if is_judged_alike && before.title == after.title {
        each(&codes::TEXT_CHANGED, "issue.title", &|c| c.action.issue.as_ref().map(|issue| issue.title.clone()));
    }
    each(&codes::TEXT_CHANGED, "kind", &|c| c.kind.clone());
    each(&codes::TEXT_CHANGED, "category", &|c| c.category.clone());
    // A query that is written otherwise and holds for the same entries decides nothing else.
    each(&codes::TEXT_CHANGED, "pattern", &|c| with_pattern.then(|| c.pattern.clone()));
    each(&codes::TEXT_CHANGED, "recommendation", &|c| c.recommendation.as_ref().map(recommendation));
    each(&codes::TEXT_CHANGED, "follow_up", &|c| c.follow_up.clone());
    each(&codes::TEXT_CHANGED, "related", &|c| (!c.related.is_empty()).then(|| c.related.join(", ")));
    let declared = |c: &Cluster| c.declared_severity.map(|severity| severity.name().to_owned());
    each(&codes::REASONS_CHANGED, "declared_severity", &|c| declared(c).filter(|_| is_judged_alike));
    // The reasons of another severity are told with it; those that name a number or the id follow from other changes.
    let with_reasons = with_reason && before.id == after.id && declared(before) == declared(after);
    each(&codes::REASONS_CHANGED, "reasons", &|c| with_reasons.then(|| reasons(c)));
    each(&codes::FAILURE_CHANGED, "policy", &|c| c.policy_failed.then(|| "fails".to_owned()));
    // Other entries have other values; that says nothing of what is read from an entry.
    values("metrics", is_counted_alike, (&before.metrics, &after.metrics), metric, &mut compare);
    values("facets", is_counted_alike, (&before.facets, &after.facets), facet, &mut compare);
    found
}

fn values<T: PartialEq>(
    of: &str,
    with_values: bool,
    (before, after): (&ListMap<String, T>, &ListMap<String, T>),
    show: fn(&T) -> String,
    compare: &mut impl FnMut(&'static Code, &str, Option<String>, Option<String>),
) {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (before, after) = (before.get(name), after.get(name));
        if with_values || before.is_none() || after.is_none() {
            compare(&codes::VALUES_CHANGED, &format!("{of}.{name}"), before.map(show), after.map(show));
        }
    }
}

/// The reasons for a severity, without the lines of scripts, which move with any edit.
fn reasons(cluster: &Cluster) -> String {
    let texts = cluster.reasons.iter().map(|reason| split_reason(reason).map_or(reason.as_str(), |(text, ..)| text));
    texts.collect::<Vec<_>>().join("; ")
}

fn business(impact: &Impact) -> Option<String> {
    let business = impact.business.as_ref()?;
    let level = format!("{:?}", business.level).to_lowercase();
    Some(business.text.as_ref().map_or_else(|| level.clone(), |text| format!("{level}: {text}")))
}

/// What is done to which issue; and why nothing is, where that does not merely follow from something else.
fn step(cluster: &Cluster, with_reason: bool) -> (ActionKind, Option<u64>, Option<&str>) {
    let Action { kind, reason, issue, .. } = &cluster.action;
    let why = (*kind == ActionKind::None && with_reason).then_some(reason.as_str());
    (*kind, issue.as_ref().and_then(|issue| issue.number), why)
}

/// `update #807: the definition is pinned to it`.
fn action(action: &Action) -> String {
    let number = action.issue.as_ref().and_then(|issue| issue.number);
    let number = number.map(|number| format!(" #{number}")).unwrap_or_default();
    let reason = if action.reason.is_empty() { String::new() } else { format!(": {}", action.reason) };
    format!("{}{number}{reason}", action.kind.name())
}

fn recommendation(recommendation: &Recommendation) -> String {
    let horizon = match recommendation.horizon {
        crate::pack::Horizon::Immediate => "immediate",
        crate::pack::Horizon::ShortTerm => "short-term",
        crate::pack::Horizon::LongTerm => "long-term",
    };
    let text = recommendation.text.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
    format!("{}{text} ({horizon})", recommendation.title)
}

fn metric(metric: &MetricStats) -> String {
    let plural = if metric.count == 1 { "" } else { "s" };
    format!("{} number{plural}, {} to {}, the last {}", metric.count, metric.min, metric.max, metric.last)
}

fn facet(facet: &FacetStats) -> String {
    let mut parts: Vec<String> =
        facet.values.iter().take(VALUES).map(|value| format!("{} ×{}", value.value, value.count)).collect();
    let more = facet.distinct.saturating_sub(parts.len() as u64);
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    parts.join(", ")
}
