//! A stream that is cut into windows anywhere loses nothing and counts nothing twice.

use std::collections::BTreeMap;
use std::path::Path;

use gardener_engine::baseline::History;
use gardener_engine::classify::Classifier;
use gardener_engine::pack::{self, HistorySettings, Pack};
use gardener_engine::plan::Memory;
use gardener_engine::report::Report;
use gardener_engine::script::{Limits, Sandbox};
use proptest::prelude::*;

use super::*;
use crate::analysis::{self, Outcome, Request};
use crate::marks::Reach;
use crate::pack_files::find;
use crate::source::{CaptureReader, resolve};
use crate::store::{Address, Run, Scope, Store};

const START: i64 = 1_748_822_400;
const SLOT: i64 = 30;
const OVERLAP: i64 = 20 * SLOT;

/// The pack, and a place for captures and a history.
struct Bench {
    folder: tempfile::TempDir,
    pack: Pack,
    sandbox: Sandbox,
}

/// What came of one run.
struct Seen {
    report: Report,
    reach: Option<Reach>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("clusters")).unwrap();
        let manifest = "version: 1\nname: shop\nattention: ERROR\n";
        std::fs::write(folder.path().join("gardener.yaml"), manifest).unwrap();
        let definitions = "- { id: a, title: A, match: 'message:\"kind a\"', severity: P3 }
- { id: b, title: B, match: 'message:\"kind b\"', ignore: true, reason: known }\n";
        std::fs::write(folder.path().join("clusters/shop.yaml"), definitions).unwrap();
        let sandbox = gardener_engine::judge::sandbox(Limits::default());
        let found = find(folder.path().to_str(), Path::new("/")).unwrap();
        let pack = pack::load(&found.reader, &found.location, &sandbox).pack.unwrap();
        Self { folder, pack, sandbox }
    }

    fn store(&self) -> Store {
        Store::open(&Address::File(self.folder.path().join("history.db")), None).unwrap()
    }

    /// Analyses these lines.
    fn analyse(&self, lines: &[String], window: Window, now: Timestamp, jobs: usize) -> Seen {
        let path = self.folder.path().join("capture.jsonl");
        std::fs::write(&path, lines.join("\n")).unwrap();
        let captures = resolve(&[path.to_str().unwrap().to_owned()]).unwrap();
        let reader = CaptureReader::open(captures.clone());
        let classifier = Classifier::new(&self.pack);
        let request = Request {
            classifier: &classifier,
            sandbox: &self.sandbox,
            captures,
            now,
            since: window.since,
            until: window.until,
            edge: window.edge,
            jobs,
            strict: true,
            progress: &|_| {},
        };
        let Outcome { report, reach, .. } =
            analysis::run(request, &Memory { history: History::default().into(), ..Memory::default() }, reader);
        assert!(report.entries.holds(), "{:?}", report.entries);
        Seen { report, reach }
    }

    /// A run that begins at the end of the last one.
    fn next(&self, lines: &[String], until: Timestamp, jobs: usize, is_recorded: bool) -> Seen {
        let scope = Scope::of(&self.pack);
        let mut store = self.store();
        let mut window = after(store.basis(&scope, until).unwrap(), until, OVERLAP).unwrap();
        let chain = std::mem::take(&mut window.chain);
        window.edge.noting = Some(Noting { until: Some(until), now: until, overlap: OVERLAP, late: None });
        let seen = self.analyse(lines, window, until, jobs);
        if is_recorded {
            let run = Run { reach: seen.reach.clone(), chain, ..Run::of(&seen.report) };
            store.record(&scope, &run, HistorySettings::default()).unwrap().commit().unwrap();
        }
        seen
    }
}

/// Where entries went, added up.
type Sum = BTreeMap<String, u64>;

fn sum<'s>(runs: impl IntoIterator<Item = &'s Seen>) -> Sum {
    let mut sum = Sum::new();
    for Seen { report, .. } in runs {
        for cluster in &report.clusters {
            *sum.entry(cluster.id.clone()).or_default() += cluster.count;
        }
        for ignored in &report.ignored {
            *sum.entry(format!("ignored {}", ignored.id)).or_default() += ignored.count;
        }
        *sum.entry("routine".to_owned()).or_default() += report.entries.routine;
    }
    sum
}

/// An entry, and when it can be read.
#[derive(Clone, Debug)]
struct Event {
    /// In slots, and nanoseconds from there.
    at: (i64, i64),
    kind: usize,
    /// What tells it from others, if anything does.
    id: Option<u32>,
    /// Slots after its time at which it arrives, and arrives once more.
    delays: (i64, Option<i64>),
}

fn time(slot: i64, nanos: i64) -> Timestamp {
    let (second, nanos) = ((nanos).div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
    Timestamp::from_unix(START + slot * SLOT + second, u32::try_from(nanos).unwrap()).unwrap()
}

impl Event {
    fn line(&self) -> String {
        let (severity, message) =
            [("WARNING", "kind a"), ("ERROR", "kind b"), ("ERROR", "kind c"), ("INFO", "kind d")][self.kind];
        let id = self.id.map_or_else(String::new, |id| format!(r#""insertId":"{id}","#));
        let at = time(self.at.0, self.at.1);
        format!(r#"{{{id}"severity":"{severity}","timestamp":"{at}","jsonPayload":{{"message":"{message}"}}}}"#)
    }

    /// When it arrives, in nanoseconds from the start.
    fn arrivals(&self) -> impl Iterator<Item = i64> {
        let at = |delay: i64| (self.at.0 + delay) * SLOT * 1_000_000_000 + self.at.1;
        // Something twice without an id is two entries.
        let again = self.delays.1.filter(|_| self.id.is_some());
        [Some(self.delays.0), again].into_iter().flatten().map(at)
    }
}

fn event() -> impl Strategy<Value = Event> {
    // Edges are at whole slots, so that entries are often at them, or a nanosecond beside.
    let at = (0..120_i64, prop_oneof![3 => Just(0_i64), 1 => Just(1), 1 => Just(-1), 2 => 0..30_000_000_000_i64]);
    let id = proptest::option::of(any::<u32>());
    // As late as windows overlap, and no later.
    let delays = (prop_oneof![3 => Just(0_i64), 1 => 0..=20_i64], proptest::option::of(0..=20_i64));
    (at, 0..4_usize, id, delays).prop_map(|(at, kind, id, delays)| Event { at, kind, id, delays })
}

/// How a pipeline goes on after so many slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Run,
    /// It is done twice.
    Twice,
    /// It fails before it is recorded.
    Fails,
    /// The capture begins where what is read begins, and not long before.
    Tight,
}

fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let step =
        prop_oneof![3 => Just(Step::Run), 1 => Just(Step::Twice), 1 => Just(Step::Fails), 1 => Just(Step::Tight)];
    proptest::collection::vec((1..40_i64, step), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn windows_lose_nothing_and_count_nothing_twice(
        events in proptest::collection::vec(event(), 0..120),
        steps in steps(),
        jobs in 1..4_usize,
    ) {
        let bench = Bench::new();
        // Everything has arrived by then.
        let end = 150;
        let mut runs: Vec<Seen> = Vec::new();
        let mut slot = 0_i64;
        for (slots, step) in steps.into_iter().chain([(i64::MAX, Step::Twice)]) {
            slot = slot.saturating_add(slots).min(end);
            let now = slot * SLOT * 1_000_000_000;
            let until = time(slot, 0);
            if runs.iter().any(|run| run.report.generated >= until) {
                continue;
            }
            let basis = bench.store().basis(&Scope::of(&bench.pack), until).unwrap();
            let from = basis.filter(|_| step == Step::Tight).map(|basis| basis.until.plus_seconds(-OVERLAP));
            let mut arrived: Vec<(i64, String)> = events
                .iter()
                .filter(|event| from.is_none_or(|from| time(event.at.0, event.at.1) >= from))
                .flat_map(|event| event.arrivals().map(|at| (at, event.line())))
                .filter(|(at, _)| *at < now)
                .collect();
            arrived.sort();
            let lines: Vec<String> = arrived.into_iter().map(|(_, line)| line).collect();
            let first = bench.next(&lines, until, jobs, step != Step::Fails);
            if step == Step::Twice {
                let again = bench.next(&lines, until, 4 - jobs, true);
                prop_assert_eq!(
                    gardener_engine::render::json(&first.report),
                    gardener_engine::render::json(&again.report)
                );
                prop_assert_eq!(&first.reach, &again.reach);
            }
            if step != Step::Fails {
                runs.push(first);
            }
        }
        let all: Vec<String> = events.iter().flat_map(|event| event.arrivals().map(|_| event.line())).collect();
        let whole = Window { since: None, until: None, edge: Edge::default(), chain: Chain::Apart, is_unfit: false };
        let once = bench.analyse(&all, whole, time(end, 0), 1);
        prop_assert_eq!(sum(&runs), sum([&once]));
    }
}

/// Whatever the threads do, the same is counted, and the same is noted.
#[test]
fn the_number_of_threads_counts_for_nothing_at_an_edge() {
    // Some megabytes, so that there are many chunks; half of the lines say the same.
    let line = |n: i64| {
        let at = time(n / 500, n / 7 % 3);
        let padding = "x".repeat(300);
        format!(r#"{{"severity":"WARNING","timestamp":"{at}","jsonPayload":{{"message":"kind a","x":"{padding}"}}}}"#)
    };
    let lines: Vec<String> = (0..20_000).map(line).collect();
    // Of the first twelve thousand every fifth comes late, and two thousand are behind the first window.
    let before: Vec<String> = (0..).zip(&lines[..12_000]).filter(|(n, _)| n % 5 != 0).map(|(_, l)| l.clone()).collect();
    let mut outcomes = Vec::new();
    for jobs in [1, 4] {
        let bench = Bench::new();
        let first = bench.next(&before, time(20, 0), jobs, true);
        let second = bench.next(&lines, time(60, 0), jobs, true);
        assert_eq!(first.report.entries.clustered + second.report.entries.clustered, 20_000);
        assert!(second.report.notes[0].starts_with("2000 entries from before the window that came late"));
        outcomes.push((
            sum([&second]),
            second.reach,
            second.report.entries,
            gardener_engine::render::table(
                &second.report,
                &gardener_engine::render::TableStyle { width: 100, colour: false, ascii: false },
            ),
        ));
    }
    assert!(outcomes[0] == outcomes[1]);
    assert_eq!(outcomes[0].2.duplicate, 8_000);
}
