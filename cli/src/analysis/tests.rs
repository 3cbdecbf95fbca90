//! Runs with a memory, with frozen time: what policy, actions and the worklog make of it.

mod actions;
mod deploys;
mod example;
mod weeks;

use std::path::{Path, PathBuf};

use gardener_engine::baseline::{History, PastCluster};
use gardener_engine::classify::Classifier;
use gardener_engine::entry::Timestamp;
use gardener_engine::id::Fingerprint;
use gardener_engine::pack::{self, Pack};
use gardener_engine::plan::{Issues, Memory};
use gardener_engine::render::{self, Template};
use gardener_engine::report::{Cluster, Report};
use gardener_engine::script::{Limits, Sandbox};
use gardener_engine::severity::Severity;

use super::{Gathered, Request, read};
use crate::pack_files::find;
use crate::source::{CaptureReader, resolve};

/// A pack that captures are analysed with.
pub(crate) struct Bench {
    pub(crate) pack: Pack,
    pub(crate) sandbox: Sandbox,
}

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub(crate) fn at(time: &str) -> Timestamp {
    Timestamp::parse(time).unwrap_or_else(|| panic!("{time}"))
}

impl Bench {
    /// The pack of a directory of the repository.
    fn of(rules: &str) -> Self {
        Self::at(&root(), rules)
    }

    fn at(folder: &Path, rules: &str) -> Self {
        let sandbox = gardener_engine::judge::sandbox(Limits::default());
        let found = find(Some(rules), folder).unwrap();
        let loaded = pack::load(&found.reader, &found.location, &sandbox);
        let problems: Vec<&str> = loaded.diagnostics.iter().map(|problem| problem.message.as_str()).collect();
        assert!(problems.is_empty(), "{problems:?}");
        Self { pack: loaded.pack.unwrap(), sandbox }
    }

    /// A pack of these definitions and this policy, with the default pack's policy but without its definitions, which would
    /// only cost time.
    pub(crate) fn with(definitions: &str, policy: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shipped = |name: &str| std::fs::read_to_string(root().join("rules/default/policy").join(name)).unwrap();
        let manifest = "version: 1\nname: mine\ndeploys: labels.version\nunknown: { facets: [resource.labels.service_name, labels.instanceId, resource.labels.pod_name, logName] }\nissue: { repository: owner/name, file_from: P3, title: \"GCP-{{ category }} | {{ severity }} | {{ title }}\" }\n";
        let mut files = vec![
            ("gardener.yaml", manifest.to_owned()),
            ("clusters/mine.yaml", definitions.to_owned()),
            ("policy/mine.rhai", policy.to_owned()),
        ];
        for (path, name) in [
            ("policy/action.rhai", "action.rhai"),
            ("policy/escalation.rhai", "escalation.rhai"),
            ("policy/severity.rhai", "severity.rhai"),
        ] {
            let role = format!("fn {}(cluster", name.trim_end_matches(".rhai"));
            if !policy.contains(&role) {
                files.push((path, shipped(name)));
            }
        }
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self::at(folder.path(), folder.path().to_str().unwrap())
    }

    fn fingerprint(&self, id: &str) -> Fingerprint {
        Fingerprint::new(&self.pack.name, id, &[])
    }

    /// A cluster as an earlier run saw it.
    fn past(&self, id: &str, severity: Severity) -> PastCluster {
        PastCluster::new(self.fingerprint(id), id, severity)
    }

    /// Analyses a capture of the repository.
    fn capture(&self, capture: &str, memory: &Memory, now: &str) -> Report {
        whole(self.outcome(&root().join(capture), memory, (None, None), at(now)))
    }

    /// Analyses lines, in a window that ends at `now` and is so many hours long.
    fn lines(&self, lines: &[String], memory: &Memory, hours: i64, now: Timestamp) -> Report {
        whole(self.failing(lines, memory, hours, now))
    }

    /// The same, and what failed in scripts.
    fn failing(&self, lines: &[String], memory: &Memory, hours: i64, now: Timestamp) -> (Report, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.jsonl");
        std::fs::write(&path, lines.join("\n")).unwrap();
        self.outcome(&path, memory, (Some(now.plus_seconds(-3600 * hours)), Some(now)), now)
    }

    /// The report, and what failed in scripts.
    fn outcome(
        &self,
        path: &Path,
        memory: &Memory,
        window: (Option<Timestamp>, Option<Timestamp>),
        now: Timestamp,
    ) -> (Report, Vec<String>) {
        self.looked_up(path, window, now, |_| memory.clone())
    }

    /// The report of a run whose memory depends on what was read, and what failed in scripts.
    pub(crate) fn looked_up(
        &self,
        path: &Path,
        (since, until): (Option<Timestamp>, Option<Timestamp>),
        now: Timestamp,
        memory: impl FnOnce(&Gathered<'_>) -> Memory,
    ) -> (Report, Vec<String>) {
        let captures = resolve(&[path.to_str().unwrap().to_owned()]).unwrap();
        let reader = CaptureReader::open(captures.clone());
        let classifier = Classifier::new(&self.pack);
        let request = Request {
            classifier: &classifier,
            sandbox: &self.sandbox,
            captures,
            now,
            since,
            until,
            edge: crate::intake::Edge::default(),
            jobs: 2,
            strict: true,
            progress: &|_| {},
        };
        let gathered = read(request, reader);
        let memory = memory(&gathered);
        let outcome = gathered.judged(&memory);
        assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
        let totals = outcome.report.totals;
        let sum = totals.created + totals.updated + totals.escalated + totals.reopened + totals.none;
        assert_eq!(totals.clusters, sum, "every cluster has one action");
        (outcome.report, outcome.failures.into_iter().map(|failure| failure.message).collect())
    }
}

/// The report of a run in which no script failed.
fn whole((report, failures): (Report, Vec<String>)) -> Report {
    assert!(failures.is_empty(), "{failures:?}");
    report
}

fn memory(history: History, issues: Issues) -> Memory {
    Memory { history: history.into(), issues, ..Memory::default() }
}

fn cluster<'r>(report: &'r Report, id: &str) -> &'r Cluster {
    report.clusters.iter().find(|cluster| cluster.id == id).unwrap_or_else(|| panic!("no {id}"))
}

fn worklog(report: &Report) -> String {
    render::worklog(report, &Template::DEFAULT).unwrap()
}
