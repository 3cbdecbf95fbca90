//! What a case says of earlier runs and of issues, as the run's memory.

mod deploys;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::baseline::{History, Lock, PastCluster, PastFacet, PastMetric, PastRun, SeverityBy};
use crate::diagnostic::Diagnostic;
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::issue::{IssueState, Issues, KnownIssue, Listing, Marker};
use crate::pack::Pack;
use crate::pack::decode::{At, Named};
use crate::pack::raw::case::{
    ActionName, CaseKeys, IssueStateName, KnownIssueKeys, ListingName, PastClusterKeys, PastMetricKeys, PastRunKeys,
    Scalar, SeverityByName, When,
};
use crate::plan::Memory;
use crate::report::{ActionKind, Window};
use crate::template::{self, Form};

/// Seconds of the window of an earlier run that does not say.
const HOUR: i64 = 3600;

/// The memory that a case describes. Without a pack nothing has an identity, and nothing is remembered.
pub(super) fn memory(keys: &CaseKeys, now: Timestamp, pack: Option<&Pack>, problems: &mut Vec<Diagnostic>) -> Memory {
    let Some(pack) = pack else { return Memory::default() };
    let fixture = Fixture { pack, now };
    let runs = keys.history.iter().flat_map(|runs| &runs.value);
    let runs = runs.filter_map(|run| fixture.run(&run.value, problems)).collect();
    let locks = keys.locks.iter().flat_map(|locks| &locks.value).filter_map(|lock| {
        let keys = &lock.value;
        let (_, fingerprint) = fixture.identity(keys.id.as_ref(), keys.like.as_ref(), &group(keys.group.as_ref()))?;
        let reason = keys.reason.as_ref().map_or_else(|| "laid down".to_owned(), |reason| reason.value.clone());
        Some((fingerprint, Lock { severity: keys.severity.as_ref()?.value, reason }))
    });
    Memory {
        history: Arc::new(History { runs, locks: locks.collect() }),
        issues: fixture.issues(keys),
        without_mutes: !keys.mutes.as_ref().is_some_and(|mutes| mutes.value),
    }
}

struct Fixture<'f> {
    pack: &'f Pack,
    now: Timestamp,
}

impl Fixture<'_> {
    fn time(&self, when: &Option<At<When>>) -> Option<Timestamp> {
        when.as_ref().map(|when| when.value.seen_from(self.now))
    }

    fn run(&self, keys: &PastRunKeys, problems: &mut Vec<Diagnostic>) -> Option<PastRun> {
        let written = keys.at.as_ref()?;
        let at = written.value.seen_from(self.now);
        if at >= self.now {
            let message = format!("the earlier run of {at} is not before the time of the run, {}", self.now);
            problems.push(Diagnostic::new(&crate::pack::codes::BAD_VALUE, written.span, message));
        }
        let to = self.time(&keys.to).unwrap_or(at);
        let from = self.time(&keys.from).unwrap_or_else(|| to.plus_seconds(-HOUR));
        let hours = (to.seconds_since(from) / 3600.0).max(1.0);
        let window = Window { from: Some(from), to: Some(to) };
        let clusters = keys.clusters.iter().flat_map(|clusters| &clusters.value);
        let clusters = clusters.filter_map(|cluster| self.cluster(&cluster.value, hours, window)).collect();
        let deploys = deploys::of_run(keys.deploys.as_ref(), window, self.now);
        Some(PastRun { at, window, deploys, clusters })
    }

    #[expect(clippy::cast_precision_loss, reason = "nobody writes counts beyond 2^53 into a case")]
    fn cluster(&self, keys: &PastClusterKeys, hours: f64, window: Window) -> Option<PastCluster> {
        let group = group(keys.group.as_ref());
        let (id, fingerprint) = self.identity(keys.id.as_ref(), keys.like.as_ref(), &group)?;
        let definition = self.pack.definitions.iter().find(|d| d.id == id || d.was.contains(&id));
        let declared = definition.map_or(self.pack.unknown.severity, |definition| definition.severity);
        let severity = keys.severity.as_ref().map_or(declared, |severity| severity.value);
        let count = keys.count.as_ref().map_or(1, |count| count.value.0);
        let metrics = keys.metrics.iter().flat_map(|metrics| &metrics.value.0);
        let facets = keys.facets.iter().flat_map(|facets| &facets.value.0);
        Some(PastCluster {
            title: definition.map_or_else(|| template::title(&id), |definition| definition.title.source().to_owned()),
            template: keys.like.as_ref().filter(|_| keys.id.is_none()).and_then(|like| {
                let (form, text) = skeleton_of(self.pack, &like.value);
                (form == Form::Message).then_some(text)
            }),
            group,
            count,
            rate_per_hour: keys.rate_per_hour.as_ref().map_or(count as f64 / hours, |rate| rate.value),
            first_seen: self.time(&keys.first_seen),
            last_seen: self.time(&keys.last_seen),
            severity_by: match keys.severity_by.as_ref().map(|by| by.value) {
                None | Some(SeverityByName::Definition) => SeverityBy::Definition,
                Some(SeverityByName::Policy) => SeverityBy::Policy,
                Some(SeverityByName::Person) => SeverityBy::Person,
            },
            severity_reason: keys.severity_reason.as_ref().map(|reason| reason.value.clone()),
            metrics: metrics.map(|(name, metric)| (name.value.clone(), past_metric(&metric.value.0, count))).collect(),
            facets: facets
                .map(|(name, values)| {
                    let values = values.value.0.iter().map(|value| value.value.0.clone()).collect();
                    (name.value.clone(), PastFacet { values, is_cut: false })
                })
                .collect(),
            deploys: {
                let seen = (self.time(&keys.first_seen), self.time(&keys.last_seen));
                let span = Window { from: seen.0.or(window.from), to: seen.1.or(window.to) };
                deploys::of_cluster(keys.deploys.as_ref(), count, span, self.now)
            },
            action: keys.action.as_ref().map(|action| action_kind(action.value)),
            issue: keys.issue.as_ref().map(|issue| issue.value.0),
            issue_severity: keys.issue_severity.as_ref().map(|severity| severity.value),
            is_issue_severity_ours: true,
            ..PastCluster::new(fingerprint, &id, severity)
        })
    }

    /// The id and the fingerprint of a cluster.
    fn identity(
        &self,
        id: Option<&At<String>>,
        like: Option<&At<String>>,
        group: &BTreeMap<String, String>,
    ) -> Option<(String, Fingerprint)> {
        let group: Vec<(&str, &str)> = group.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        match (id, like) {
            (Some(id), _) => Some((id.value.clone(), Fingerprint::new(&self.pack.name, &id.value, &group))),
            (None, Some(like)) => {
                let (_, text) = skeleton_of(self.pack, &like.value);
                let fingerprint = template::fingerprint(&self.pack.name, &text);
                Some((text, fingerprint))
            }
            (None, None) => None,
        }
    }

    fn issues(&self, keys: &CaseKeys) -> Issues {
        let listing = match (keys.listing.as_ref().map(|listing| listing.value), &keys.issues) {
            (Some(ListingName::Complete), _) | (None, Some(_)) => Listing::Complete,
            (Some(ListingName::Partial), _) => Listing::Partial,
            (Some(ListingName::NotAsked), _) | (None, None) => Listing::NotAsked,
        };
        let issues = keys.issues.iter().flat_map(|issues| &issues.value);
        Issues { known: issues.filter_map(|issue| self.issue(&issue.value)).collect(), listing }
    }

    fn issue(&self, keys: &KnownIssueKeys) -> Option<KnownIssue> {
        let number = keys.number.as_ref()?.value.0;
        let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
        let at = self.time(&keys.closed_at);
        let state = match keys.state.as_ref().map_or(IssueStateName::Open, |state| state.value) {
            IssueStateName::Open => IssueState::Open,
            IssueStateName::Completed => IssueState::Completed { at },
            IssueStateName::NotPlanned => IssueState::NotPlanned { at },
            IssueStateName::Duplicate => {
                IssueState::Duplicate { of: keys.duplicate_of.as_ref().map(|of| of.value.0), at }
            }
            IssueStateName::Deleted => IssueState::Deleted,
            IssueStateName::Transferred => IssueState::Transferred { to: text(&keys.url) },
            IssueStateName::Unreadable => IssueState::Unreadable,
        };
        let mut body = text(&keys.body).unwrap_or_default();
        if let Some(marker) = keys.marker.as_ref().map(|marker| &marker.value.0) {
            let (_, fingerprint) =
                self.identity(marker.id.as_ref(), marker.like.as_ref(), &group(marker.group.as_ref()))?;
            body.push_str(&format!("\n{}", Marker::new(fingerprint)));
        }
        Some(KnownIssue {
            number,
            title: text(&keys.title).unwrap_or_default(),
            body,
            labels: keys.labels.iter().flat_map(|labels| &labels.value.0).map(|label| label.value.clone()).collect(),
            state,
            url: text(&keys.url),
            is_ours: keys.ours.as_ref().is_none_or(|ours| ours.value),
            is_locked: keys.locked.as_ref().is_some_and(|locked| locked.value),
            updated_at: self.time(&keys.updated_at),
            created_at: None,
            moved_to: None,
            comments: Vec::new(),
        })
    }
}

fn group(keys: Option<&At<Named<Scalar>>>) -> BTreeMap<String, String> {
    let named = keys.into_iter().flat_map(|group| &group.value.0);
    named.map(|(name, value)| (name.value.clone(), value.value.0.clone())).collect()
}

fn past_metric(keys: &PastMetricKeys, count: u64) -> PastMetric {
    let number = |key: &Option<At<f64>>| key.as_ref().map(|number| number.value);
    let given = [&keys.last, &keys.max, &keys.mean, &keys.min];
    let any = given.into_iter().find_map(number).unwrap_or(0.0);
    PastMetric {
        count,
        last: number(&keys.last).unwrap_or(any),
        min: number(&keys.min).unwrap_or(any),
        max: number(&keys.max).unwrap_or(any),
        mean: number(&keys.mean).unwrap_or(any),
    }
}

/// The action of a word.
pub(super) fn action_kind(name: ActionName) -> ActionKind {
    match name {
        ActionName::Create => ActionKind::Create,
        ActionName::Update => ActionKind::Update,
        ActionName::Escalate => ActionKind::Escalate,
        ActionName::Deescalate => ActionKind::Deescalate,
        ActionName::Reopen => ActionKind::Reopen,
        ActionName::None => ActionKind::None,
    }
}

/// The skeleton of messages like this one, which is redacted first, as entries are.
pub(super) fn skeleton_of(pack: &Pack, message: &str) -> (Form, String) {
    let mut text = String::new();
    let form = template::of_text(pack.redactor.text(message).as_str(), &mut text);
    (form, text)
}
