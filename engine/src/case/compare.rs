//! What came of a case's entries, held against what it expects.

mod actual;
mod beside;
mod cluster;
mod miss;
mod place;
mod unread;

use super::{Case, codes};
use crate::classify::Classifier;
use crate::diagnostic::{Diagnostic, Sources, nearest, sort};
use crate::id::hash64;
use crate::pack::decode::At;
use crate::pack::raw::case::{CountKeys, NumberIs};
use crate::pack::{Definition, Pack};
use crate::report::{Cluster, Report};

pub use place::places;
pub use unread::is_unread;

/// What came of a case.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'r> {
    /// The report on its entries.
    pub report: &'r Report,
    /// Failures of policy scripts.
    pub failures: &'r [Diagnostic],
    /// What was found in the pack itself.
    pub pack: &'r [Diagnostic],
    /// Whether a case may find no entries.
    pub allows_nothing: bool,
}

/// Every expectation of a case that does not hold, each at its place in the case, with the places that decided otherwise.
#[must_use]
pub fn judge(classifier: &Classifier<'_>, sources: &Sources, case: &Case, ran: &Ran<'_>) -> Vec<Diagnostic> {
    let mut judging = Judging { pack: classifier.pack(), classifier, sources, case, ran, failures: Vec::new() };
    if case.has_run() {
        judging.unread();
        judging.clusters();
        judging.ignored();
        judging.quiet();
        judging.counts();
    }
    judging.unmatched();
    judging.diagnostics();
    sort(&mut judging.failures);
    judging.failures
}

struct Judging<'j> {
    pack: &'j Pack,
    classifier: &'j Classifier<'j>,
    sources: &'j Sources,
    case: &'j Case,
    ran: &'j Ran<'j>,
    failures: Vec<Diagnostic>,
}

impl<'j> Judging<'j> {
    fn definition(&self, id: &str) -> Option<&'j Definition> {
        self.pack.definitions.iter().find(|definition| definition.id == id)
    }

    /// A difference between an expected value and the actual one.
    fn differs(&mut self, what: &str, wanted: &At<impl Sized>, expected: &str, found: &str) {
        let message = format!("{what} is {found}, expected {expected}");
        let label = format!("it is {found}");
        self.failures.push(Diagnostic::new(&codes::EXPECTATION_FAILED, wanted.span, message).label(label));
    }

    fn clusters(&mut self) {
        let (keys, report) = (&self.case.keys, self.ran.report);
        let mut listed = vec![false; report.clusters.len()];
        for wanted in keys.expect.iter().flat_map(|list| &list.value.0) {
            let found = self.find(wanted);
            if let Some((listed, cluster)) = found.and_then(|at| listed.get_mut(at).zip(report.clusters.get(at))) {
                *listed = true;
                cluster::compare(self, &wanted.value, cluster);
            }
        }
        for id in keys.absent.iter().flat_map(|list| &list.value.0) {
            for cluster in report.clusters.iter().filter(|cluster| cluster.id == id.value) {
                let message = format!("`{}` has a cluster of {}, expected none", id.value, entries(cluster.count));
                let diagnostic = Diagnostic::new(&codes::CLUSTER_UNEXPECTED, id.span, message).label("it is there");
                self.unexpected(diagnostic, cluster);
            }
        }
        let is_exact = keys.exact.as_ref().is_some_and(|exact| exact.value);
        let span = keys.exact.as_ref().map(|exact| exact.span);
        for (cluster, _) in report.clusters.iter().zip(&listed).filter(|(_, listed)| is_exact && !**listed) {
            let message = format!("{} is not expected ({})", cluster::name(cluster), entries(cluster.count));
            let diagnostic = Diagnostic::new(&codes::CLUSTER_UNEXPECTED, span, message).label("only those in `expect`");
            self.unexpected(diagnostic, cluster);
        }
    }

    fn unexpected(&mut self, diagnostic: Diagnostic, cluster: &Cluster) {
        let mut diagnostic = place::with_definition(diagnostic, self.pack, cluster);
        diagnostic.help =
            actual::message(self.pack, cluster).map(|message| format!("one of its entries is: {message}"));
        self.failures.push(diagnostic);
    }

    fn ignored(&mut self) {
        for (id, wanted) in self.case.keys.ignored.iter().flat_map(|values| &values.value.0) {
            let ignored = &self.ran.report.ignored;
            let count = ignored.iter().find(|ignored| ignored.id == id.value).map_or(0, |ignored| ignored.count);
            let is_so = wanted.as_ref().map_or(count > 0, |wanted| holds(wanted.value, count));
            if is_so {
                continue;
            }
            let expected = wanted.as_ref().map_or_else(|| "some".to_owned(), |wanted| wanted.value.to_string());
            let message = format!("`{}` ignored {}, expected {expected}", id.value, entries(count));
            let span = wanted.as_ref().map_or(id.span, |wanted| wanted.span);
            let mut diagnostic =
                Diagnostic::new(&codes::EXPECTATION_FAILED, span, message).label(format!("it ignored {count}"));
            if let Some(definition) = self.definition(&id.value) {
                diagnostic = diagnostic.related(definition.span, "the definition");
            }
            self.failures.push(diagnostic.help(actual::overview(self.ran.report)));
        }
    }

    fn quiet(&mut self) {
        for id in self.case.keys.quiet.iter().flat_map(|list| &list.value.0) {
            let report = self.ran.report;
            if report.quiet.iter().any(|quiet| quiet.id == id.value) {
                continue;
            }
            let message = format!("`{}` is not told to have gone quiet", id.value);
            let help = match report.clusters.iter().find(|cluster| cluster.id == id.value) {
                Some(cluster) => format!("this run saw {} of it", entries(cluster.count)),
                None if report.quiet.is_empty() => "nothing is told to have gone quiet".to_owned(),
                None => {
                    let ids: Vec<&str> = report.quiet.iter().map(|quiet| quiet.id.as_str()).collect();
                    format!("these are: {}", ids.join(", "))
                }
            };
            self.failures
                .push(Diagnostic::new(&codes::EXPECTATION_FAILED, id.span, message).label("not quiet").help(help));
        }
    }

    fn counts(&mut self) {
        let Some(keys) = self.case.keys.counts.as_ref().map(|counts| &counts.value) else { return };
        let CountKeys { read, malformed, duplicate, outside_window, ignored, clustered, routine, .. } = keys;
        let entries = self.ran.report.entries;
        for (name, wanted, found) in [
            ("read", read, entries.read),
            ("malformed", malformed, entries.malformed),
            ("duplicate", duplicate, entries.duplicate),
            ("outside_window", outside_window, entries.outside_window),
            ("ignored", ignored, entries.ignored),
            ("clustered", clustered, entries.clustered),
            ("routine", routine, entries.routine),
        ] {
            if let Some(wanted) = wanted.as_ref().filter(|wanted| !holds(wanted.value, found)) {
                self.differs(
                    &format!("the number of entries in `{name}`"),
                    wanted,
                    &wanted.value.to_string(),
                    &found.to_string(),
                );
            }
        }
    }

    /// The expected cluster's place in the report.
    fn find(&mut self, wanted: &At<crate::pack::raw::case::ClusterKeys>) -> Option<usize> {
        let clusters = &self.ran.report.clusters;
        let (at, word, of_name) = match (&wanted.value.id, &wanted.value.like) {
            (Some(id), _) => (id, id.value.clone(), actual::places(clusters, |cluster| cluster.id == id.value)),
            (None, Some(like)) => {
                let (_, text) = super::memory::skeleton_of(self.pack, &like.value);
                let hash = hash64(text.as_bytes());
                let places = actual::places(clusters, |cluster| {
                    cluster.mined.as_ref().is_some_and(|mined| mined.skeletons.contains(&hash))
                });
                (like, text, places)
            }
            (None, None) => return None,
        };
        let group = wanted.value.group.as_ref().map(|group| group.value.0.as_slice()).unwrap_or_default();
        let is_in = |cluster: &Cluster| {
            group
                .iter()
                .all(|(name, value)| cluster.group.get(&name.value).is_some_and(|found| *found == value.value.0))
        };
        let of_group: Vec<usize> = of_name.iter().copied().filter(|at| clusters.get(*at).is_some_and(is_in)).collect();
        let groups = || -> String {
            let all = of_name.iter().filter_map(|at| clusters.get(*at)).map(cluster::group);
            all.take(actual::SHOWN).collect::<Vec<_>>().join("; ")
        };
        let diagnostic = match of_group.as_slice() {
            [one] => return Some(*one),
            [] if of_name.is_empty() => {
                let message = format!("there is no cluster `{word}`");
                Diagnostic::new(&codes::CLUSTER_MISSING, at.span, message)
                    .label("did not come")
                    .help(self.instead(&word))
            }
            [] => {
                let message = format!("there is no cluster `{word}` of this group");
                let span = wanted.value.group.as_ref().map_or(at.span, |group| group.span);
                let help = format!("the groups of `{word}` are: {}", groups());
                Diagnostic::new(&codes::CLUSTER_MISSING, span, message).label("did not come").help(help)
            }
            several => {
                let message = format!("`{word}` has {} clusters; it is not clear which is meant", several.len());
                let help = format!("say which by `group`: {}", groups());
                Diagnostic::new(&codes::CASE_CLUSTER, at.span, message).label("which of them?").help(help)
            }
        };
        let diagnostic = match self.definition(&word) {
            Some(definition) if of_name.is_empty() => {
                self.with_reason(diagnostic.related(definition.span, "the definition"), definition)
            }
            Some(definition) => diagnostic.related(definition.span, "the definition"),
            None => diagnostic,
        };
        self.failures.push(diagnostic);
        None
    }

    /// What came instead of a cluster: the nearest by name, else all that there is.
    fn instead(&self, word: &str) -> String {
        let clusters = &self.ran.report.clusters;
        let near = nearest(word, clusters.iter().flat_map(|cluster| [cluster.id.as_str(), cluster.pattern.as_str()]));
        match near.and_then(|near| clusters.iter().find(|cluster| cluster.id == near || cluster.pattern == near)) {
            Some(cluster) => format!("the nearest is {} ({})", cluster::name(cluster), entries(cluster.count)),
            None => actual::overview(self.ran.report),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
fn holds(wanted: NumberIs, found: u64) -> bool {
    wanted.holds(found as f64)
}

fn entries(count: u64) -> String {
    crate::render::counted(count, "entry", Some("entries"))
}
