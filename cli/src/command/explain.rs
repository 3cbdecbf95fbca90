//! `gardener explain`: why a record landed where it did, and why clusters are what they are.

mod operands;

use gardener_engine::classify::Classifier;
use gardener_engine::diagnostic::{Sources, nearest};
use gardener_engine::entry::Timestamp;
use gardener_engine::explain::{
    ClusterExplanation, EntryExplanation, Explainer, Explanation, Fate, SCHEMA, Wanted, Written,
};
use gardener_engine::pack::Pack;
use gardener_engine::plan::Memory;
use gardener_engine::render::{self, TreeStyle, counted};
use gardener_engine::report::{Cluster, PackIdentity, Report, Window};
use gardener_engine::script::Sandbox;

use crate::analysis::{self, Outcome, Request};
use crate::args::{Common, Explain, ExplainFormat};
use crate::context::Context;
use crate::entries::find::{Found, FoundContent, NotFound, Search, Which};
use crate::entries::operand;
use crate::error::{Exit, Failure};
use crate::source::{Capture, CaptureReader, InputError};
use crate::terminal::diagnostics;
use crate::terminal::progress::Progress;
use operands::Operands;

use super::history;
use super::reading::{named, unreadable, window};

/// Definitions that miss the record and are told of.
const NEAREST: usize = 5;
/// Records of a cluster that are told of.
const RECORDS: u64 = 3;

/// A run of the command.
struct Explaining<'e> {
    context: &'e Context,
    arguments: &'e Explain,
    pack: &'e Pack,
    sandbox: &'e Sandbox,
    sources: &'e Sources,
    explainer: Explainer<'e>,
    captures: Vec<Capture>,
    memory: Memory,
    now: Timestamp,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

pub(super) fn run(context: &Context, common: &Common, arguments: &Explain) -> Result<Exit, Failure> {
    let now = arguments.now.map_or_else(|| context.now(), Ok)?;
    let (since, until) = window((arguments.since, arguments.until), now)?;
    let (found, sandbox, loaded) = super::load(context, common, false)?;
    let (pack, sources) = super::usable(context, loaded)?;
    known(&pack, arguments)?;
    let history = history::known(context, &arguments.history, (&found, &pack), now)?;
    let operands = Operands::read(context, &arguments.operands())?;
    let explaining = Explaining {
        context,
        arguments,
        pack: &pack,
        sandbox: &sandbox,
        sources: &sources,
        explainer: Explainer::new(&pack, &sandbox, &sources),
        captures: operands.captures,
        memory: Memory { history: history.into(), ..Memory::default() },
        now,
        since,
        until,
    };
    let record = match operands.record {
        Some(record) => Some(record),
        None => explaining.only_record_of_stream()?,
    };
    let (explanation, errors) = match record {
        Some((target, which)) => explaining.record(target, which)?,
        None => explaining.clusters()?,
    };
    super::print(context, &explaining.rendered(&explanation))?;
    if errors.is_empty() { Ok(Exit::Done) } else { Err(unreadable(context, &errors)) }
}

/// Whether the definition that is asked for is one.
fn known(pack: &Pack, arguments: &Explain) -> Result<(), Failure> {
    let ids = || pack.definitions.iter().map(|definition| definition.id.as_str());
    match &arguments.definition {
        Some(id) if !ids().any(|known| known == id) => {
            let help = nearest(id, ids()).map_or_else(
                || "only definitions that are enabled are considered".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Err(Failure::new(Exit::Usage, format!("the pack has no definition `{id}`")).help(help))
        }
        _ => Ok(()),
    }
}

impl Explaining<'_> {
    fn search(&self) -> Search<'_> {
        Search {
            captures: &self.captures,
            message: &self.pack.message,
            redactor: &self.pack.redactor,
            since: self.since,
            until: self.until,
        }
    }

    /// Where a stream is all there is and holds one record, that is the record that is meant.
    fn only_record_of_stream(&self) -> Result<Option<(usize, Which)>, Failure> {
        let [capture] = self.captures.as_slice() else { return Ok(None) };
        if !capture.is_held() || self.arguments.cluster.is_some() {
            return Ok(None);
        }
        let is_one = matches!(self.search().find(0, Which::Number(2)), Err(NotFound::Beyond(1)));
        Ok(is_one.then_some((0, Which::Number(1))))
    }

    /// One record, and its cluster.
    fn record(&self, target: usize, which: Which) -> Result<(Explanation, Vec<InputError>), Failure> {
        if self.arguments.cluster.is_some() {
            return Err(Failure::new(Exit::Usage, "--cluster is for whole captures, and a record is named")
                .help("a record's own cluster is shown with it"));
        }
        let found = self.search().find(target, which).map_err(|wrong| self.not_found(target, which, wrong))?;
        let (mut entry, errors) = self.entry(found)?;
        let Some(key) = entry.cluster.clone() else {
            return Ok((self.explanation(Some(entry), None, Vec::new()), errors));
        };
        let Outcome { report, failures, errors, .. } = self.analysed();
        self.tell(&failures);
        let cluster = self.explainer.find(&report.clusters, &key);
        if let Some(cluster) = cluster {
            entry.settle(cluster);
        }
        let clusters = cluster.map(|cluster| self.explainer.cluster(cluster, Vec::new())).into_iter().collect();
        Ok((self.explanation(Some(entry), Some(&report), clusters), errors))
    }

    fn entry(&self, found: Found) -> Result<(EntryExplanation, Vec<InputError>), Failure> {
        let Found { standing, content, duplicate_of, is_within, errors } = found;
        let (written, at) = match &content {
            FoundContent::Json(text, at) => (Written::Json(text), *at),
            FoundContent::Text(text) => (Written::Text(text), 0),
            FoundContent::Malformed(reason, quote) => {
                return Ok((self.explainer.malformed(standing, reason, quote.clone()), errors));
            }
        };
        let fate = match (duplicate_of, is_within) {
            (Some(of), _) => Fate::Duplicate { of: Some(of) },
            (None, false) => Fate::Outside(Window { from: self.since, to: self.until }),
            (None, true) => Fate::Seen,
        };
        let wanted = match (&self.arguments.definition, self.arguments.all) {
            (Some(id), _) => Wanted::One(id.clone()),
            (None, true) => Wanted::All,
            (None, false) => Wanted::Nearest(NEAREST),
        };
        let name = standing.capture.clone();
        self.explainer
            .entry(written, at, standing, fate, &wanted)
            .map(|entry| (entry, errors))
            .ok_or_else(|| Failure::new(Exit::Unreadable, format!("`{name}` has changed while it was read")))
    }

    fn not_found(&self, target: usize, which: Which, wrong: NotFound) -> Failure {
        let name = self.captures.get(target).map_or("", |capture| capture.name.as_str());
        operand::not_found(name, which, wrong).unwrap_or_else(|errors| unreadable(self.context, &errors))
    }

    /// All clusters, or those that were asked for.
    fn clusters(&self) -> Result<(Explanation, Vec<InputError>), Failure> {
        if self.arguments.definition.is_some() || self.arguments.all {
            let flag = if self.arguments.all { "--all" } else { "--definition" };
            return Err(Failure::new(Exit::Usage, format!("{flag} is for one record, and none is named"))
                .help("name one behind the capture, as in `logs.jsonl:17`"));
        }
        let Outcome { report, failures, errors, .. } = self.analysed();
        self.tell(&failures);
        let wanted: Vec<&Cluster> = match &self.arguments.cluster {
            Some(id) => report.clusters.iter().filter(|cluster| cluster.id == *id).collect(),
            None => report.clusters.iter().collect(),
        };
        if wanted.is_empty() && !self.arguments.allow_empty {
            return Err(if errors.is_empty() { self.no_cluster(&report) } else { unreadable(self.context, &errors) });
        }
        let records = self.search().records_of(&self.explainer, &wanted, RECORDS);
        let clusters =
            wanted.iter().zip(records).map(|(cluster, records)| self.explainer.cluster(cluster, records)).collect();
        Ok((self.explanation(None, Some(&report), clusters), errors))
    }

    /// Why there is nothing to explain.
    fn no_cluster(&self, report: &Report) -> Failure {
        let names = named(&report.source.captures);
        if report.entries.read == 0 {
            return Failure::new(Exit::Unreadable, format!("there are no entries in {names}"))
                .help("if that is right, say --allow-empty");
        }
        let counts = &report.entries;
        let window = self.window_flags();
        // A command is for one capture: the first stands for all.
        let first = self.captures.first().map_or("", |capture| capture.name.as_str());
        let asked = format!("gardener explain {first}:1{window}");
        if counts.outside_window > 0 && counts.outside_window + counts.malformed + counts.duplicate == counts.read {
            let outside = match counted(counts.outside_window, "record", None) {
                one if counts.outside_window == 1 => format!("{one} of {names} is"),
                all => format!("all {all} of {names} are"),
            };
            let left_out =
                if counts.outside_window == counts.read { "" } else { "; the others are not counted either" };
            return Failure::new(Exit::Usage, format!("{outside} outside the window{window}{left_out}"))
                .help(format!("`{asked}` says when the first record was; if that is right, say --allow-empty"));
        }
        let Some(id) = &self.arguments.cluster else {
            let message = format!("no entry of {names} is in a cluster");
            let is_unread = counts.malformed > 0 && counts.malformed == counts.read;
            return Failure::new(if is_unread { Exit::Unreadable } else { Exit::Usage }, message)
                .help(format!("`{asked}` says what becomes of the first record; if that is right, say --allow-empty"));
        };
        let message = format!("no entry of {names} is in a cluster `{id}`");
        let ids = report.clusters.iter().map(|cluster| cluster.id.as_str());
        let help = match nearest(id, ids) {
            _ if self.pack.definitions.iter().any(|definition| definition.id == *id) => {
                format!("to see what a record fails on: `{asked} --definition {id}`")
            }
            Some(near) => format!("did you mean `{near}`?"),
            None => "without --cluster all are shown".to_owned(),
        };
        Failure::new(Exit::Usage, message).help(help)
    }

    /// The window as one asks for it, each flag behind a space.
    fn window_flags(&self) -> String {
        let flag =
            |name: &str, time: Option<Timestamp>| time.map(|time| format!(" --{name} {time}")).unwrap_or_default();
        [flag("since", self.since), flag("until", self.until)].concat()
    }

    fn analysed(&self) -> Outcome {
        let reader = CaptureReader::open(self.captures.clone());
        let progress = Progress::new(self.context, reader.size(), reader.consumed());
        let classifier = Classifier::new(self.pack);
        let request = Request {
            classifier: &classifier,
            sandbox: self.sandbox,
            captures: self.captures.clone(),
            now: self.now,
            since: self.since,
            until: self.until,
            edge: crate::intake::Edge::default(),
            jobs: self.context.cores(),
            strict: false,
            progress: &|entries| progress.entries(entries),
        };
        let outcome = analysis::run(request, &self.memory, reader);
        progress.finish();
        outcome
    }

    fn tell(&self, failures: &[gardener_engine::diagnostic::Diagnostic]) {
        let shown: Vec<_> = failures.iter().collect();
        self.context.tell(&diagnostics::text(&shown, self.sources, self.context.stderr_has_color()));
    }

    fn explanation(
        &self,
        entry: Option<EntryExplanation>,
        report: Option<&Report>,
        clusters: Vec<ClusterExplanation>,
    ) -> Explanation {
        Explanation {
            schema: SCHEMA,
            pack: PackIdentity { name: self.pack.name.clone(), digest: self.pack.digest.clone() },
            captures: self.captures.iter().map(|capture| capture.name.clone()).collect(),
            window: report.map(|report| report.window),
            entries: report.map(|report| report.entries),
            entry,
            clusters,
            clusters_in_all: report.map_or(0, |report| report.clusters.len()),
            notes: report.map(|report| report.notes.clone()).unwrap_or_default(),
        }
    }

    fn rendered(&self, explanation: &Explanation) -> String {
        match self.arguments.format {
            ExplainFormat::Json => render::explanation_json(explanation),
            ExplainFormat::Tree => {
                let style = TreeStyle {
                    width: self.context.width(),
                    colour: self.context.stdout_has_color(),
                    ascii: !self.context.stdout_is_terminal(),
                };
                render::explanation(explanation, &style)
            }
        }
    }
}
