//! A cluster: why this severity, impact and action, and what it was judged by.

use super::{Marks, related, restraint, shown};
use crate::explain::{ClusterExplanation, Reason, Standing};
use crate::render::neutral::shortened;
use crate::render::number::{count, counted, moment, number};
use crate::render::tree::{Role, Tree};
use crate::report::{Cluster, ClusterDeploy, Origin, SeverityBy, Trend};
use crate::tally::{FacetStats, MetricStats};

/// Values of a facet that are shown.
const VALUES: usize = 5;
/// Characters of a value.
const VALUE: usize = 60;

/// The cluster with all that decided about it.
pub(super) fn tree(explained: &ClusterExplanation, marks: &Marks) -> Tree {
    let cluster = &explained.cluster;
    let mut line = Tree::new(Role::Plain, "cluster ")
        .with(Role::Severity(cluster.severity), cluster.severity.name())
        .with(Role::Strong, &format!(" {}", cluster.title));
    for (name, value) in &cluster.group {
        line = line.with(Role::Plain, &format!("{}{name}={}", marks.dot, shortened(value, VALUE)));
    }
    let origin = match (&explained.definition, cluster.origin) {
        (Some(place), _) => format!(" ({}, {})", cluster.id, shown(place)),
        (None, Origin::Rule) => format!(" ({})", cluster.id),
        (None, Origin::Template) => format!(" ({}, no definition matches)", cluster.id),
    };
    line = line.with(Role::Faint, &origin);
    if let Some(base) = &explained.overrides {
        line = line.with(Role::Faint, &format!(" overrides {}", shown(base)));
    }
    let mut below = vec![severity(explained, marks)];
    below.extend(impact(explained));
    below.push(action(explained, marks));
    below.extend(restraint::trees(explained));
    below.extend(related::tree(cluster));
    below.push(counts(cluster, marks));
    below.extend(cluster.metrics.iter().map(|(name, metric)| self::metric(name, metric, marks)));
    below.extend(cluster.facets.iter().map(|(name, facet)| self::facet(name, facet, marks)));
    below.extend(cluster.deploy.as_deref().map(deploy));
    below.extend(cluster.trend.as_deref().map(memory));
    below.extend(records(&explained.records, cluster.count, marks));
    line.all_below(below)
}

/// A reason, its place behind it.
pub(super) fn reason(reason: &Reason) -> Tree {
    let tree = Tree::new(Role::Plain, &reason.text);
    match &reason.place {
        Some(place) => tree.with(Role::Faint, &format!(" ({})", shown(place))),
        None => tree,
    }
}

fn severity(explained: &ClusterExplanation, marks: &Marks) -> Tree {
    let cluster = &explained.cluster;
    let mut tree = Tree::new(Role::Strong, "severity ");
    if let Some(declared) = cluster.declared_severity.filter(|declared| *declared != cluster.severity) {
        tree = tree.with(Role::Severity(declared), declared.name()).with(Role::Plain, marks.arrow);
    }
    tree = tree.with(Role::Severity(cluster.severity), cluster.severity.name());
    if cluster.severity_by == SeverityBy::Person {
        tree = tree.with(Role::Help, " (laid down by a person)");
    }
    if cluster.policy_failed {
        tree = tree.with(Role::Bad, " (policy failed)");
    }
    tree.all_below(explained.because.iter().map(reason))
}

fn impact(explained: &ClusterExplanation) -> Option<Tree> {
    let impact = &explained.cluster.impact;
    let mut parts = Vec::new();
    if let Some(business) = &impact.business {
        let level = business.level.name();
        let text = business.text.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
        parts.push(Tree::new(Role::Plain, &format!("business {level}{text}")));
    }
    if let Some(technical) = &impact.technical {
        parts.push(Tree::new(Role::Plain, &format!("technical: {technical}")));
    }
    if parts.is_empty() {
        return None;
    }
    parts.extend(explained.impact_by.as_ref().map(reason));
    Some(Tree::new(Role::Strong, "impact").all_below(parts))
}

fn action(explained: &ClusterExplanation, marks: &Marks) -> Tree {
    let action = &explained.cluster.action;
    let mut tree = Tree::new(Role::Strong, "action ").with(Role::Plain, action.kind.name());
    if let (Some(from), Some(to)) = (action.from, action.to)
        && from != to
    {
        tree = tree
            .with(Role::Severity(from), &format!(" {from}"))
            .with(Role::Plain, marks.arrow)
            .with(Role::Severity(to), to.name());
    }
    if let Some(issue) = &action.issue {
        let number = issue.number.map(|number| format!("#{number} ")).unwrap_or_default();
        tree = tree.with(Role::Plain, &format!(": {number}{}", shortened(&issue.title, 120)));
    }
    tree = tree.below(reason(&explained.action_because));
    let rejected = action.rejected.iter();
    tree = tree.all_below(
        rejected.map(|it| Tree::new(Role::Faint, &format!("not {}: ", it.kind.name())).with(Role::Plain, &it.reason)),
    );
    if action.links.is_empty() {
        return tree;
    }
    let links: Vec<String> = action.links.iter().map(|number| format!("#{number}")).collect();
    tree.below(Tree::new(Role::Plain, &format!("related issues: {}", links.join(", "))))
}

/// The deploy that it began with, or that changed its rate.
fn deploy(deploy: &ClusterDeploy) -> Tree {
    let rates = format!("{} an hour before, {} since", number(deploy.rate_before), number(deploy.rate_after));
    let began = format!("{} {} began {} UTC", deploy.field, shortened(&deploy.value, VALUE), moment(deploy.began));
    Tree::new(Role::Strong, "deploy ")
        .with(Role::Plain, &deploy.text)
        .all_below([Tree::new(Role::Plain, &began), Tree::new(Role::Plain, &rates)])
}

/// What history knows of the cluster.
fn memory(trend: &Trend) -> Tree {
    let mut tree = Tree::new(Role::Strong, "history ").with(Role::Plain, &trend.text);
    let runs = counted(trend.runs_known, "earlier run", None);
    let days = counted(trend.days_seen, "day", None);
    tree = tree.below(Tree::new(Role::Plain, &format!("seen in {} of {runs}, on {days}", count(trend.runs_seen))));
    if let Some(first) = trend.first_ever_seen {
        tree = tree.below(Tree::new(Role::Plain, &format!("first ever seen {} UTC", moment(first))));
    }
    let Some(previous) = &trend.previous else { return tree };
    let issue = previous.issue.map(|number| format!(", issue #{number}")).unwrap_or_default();
    let text = format!(
        "the latest of them, {} UTC: {}, by {}, {} ({} an hour){issue}",
        moment(previous.at),
        previous.severity,
        previous.severity_by.name(),
        counted(previous.count, "entry", Some("entries")),
        number(previous.rate_per_hour)
    );
    tree.below(Tree::new(Role::Plain, &text))
}

fn counts(cluster: &Cluster, marks: &Marks) -> Tree {
    let mut text = format!(
        "{}{}frequency {}{}{} an hour",
        counted(cluster.count, "entry", Some("entries")),
        marks.dot,
        cluster.frequency,
        marks.dot,
        number(cluster.rate_per_hour)
    );
    if let Some((first, last)) = cluster.first_seen.zip(cluster.last_seen) {
        let last = if first == last { String::new() } else { format!(" to {}", moment(last)) };
        text.push_str(&format!("{}{}{last} UTC", marks.dot, moment(first)));
    }
    for (severity, entries) in &cluster.log_severities {
        text.push_str(&format!("{}{severity} {}", marks.dot, count(*entries)));
    }
    Tree::new(Role::Strong, "counted ").with(Role::Plain, &text)
}

fn metric(name: &str, metric: &MetricStats, marks: &Marks) -> Tree {
    let text = format!(
        " {} to {}{}mean {}{}last {}{}{}",
        number(metric.min),
        number(metric.max),
        marks.dot,
        number(metric.mean),
        marks.dot,
        number(metric.last),
        marks.dot,
        counted(metric.count, "number", None)
    );
    Tree::new(Role::Strong, &format!("metric {name}")).with(Role::Plain, &text)
}

fn facet(name: &str, facet: &FacetStats, marks: &Marks) -> Tree {
    let values: Vec<String> = facet
        .values
        .iter()
        .take(VALUES)
        .map(|value| format!("{} ({})", shortened(&value.value, VALUE), count(value.count)))
        .collect();
    let more = usize::try_from(facet.distinct).unwrap_or(usize::MAX).saturating_sub(values.len());
    let more = if more > 0 { format!("{}{more} more", marks.dot) } else { String::new() };
    Tree::new(Role::Strong, &format!("facet {name} ")).with(Role::Plain, &format!("{}{more}", values.join(marks.dot)))
}

fn records(records: &[Standing], all: u64, marks: &Marks) -> Option<Tree> {
    let listed: Vec<String> = records.iter().map(|record| format!("{}:{}", record.capture, record.record)).collect();
    let more = if (records.len() as u64) < all { marks.more } else { "" };
    let text = format!("{}{more}", listed.join(", "));
    (!records.is_empty()).then(|| Tree::new(Role::Strong, "records ").with(Role::Plain, &text))
}
