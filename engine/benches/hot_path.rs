//! The parts of the way from bytes to tallies, each for itself: `cargo bench -p gardener-engine`.
//!
//! Each bench goes over the same records, and says how many bytes of them it gets through in a second; with 40 definitions and
//! with 1,000.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that goes wrong shall stop")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use gardener_engine::classify::Classifier;
use gardener_engine::clusters::Clusters;
use gardener_engine::entry::{Batch, Forms};
use gardener_engine::id::hash64;
use gardener_engine::judge;
use gardener_engine::pack::{self, Pack, PackFile, PackReader};
use gardener_engine::script::{Limits, Sandbox};
use gardener_engine::template::{self, Templates};

fn main() {
    divan::main();
}

/// Records of a chunk.
const RECORDS: usize = 500;
/// How many definitions a pack has.
const DEFINITIONS: [usize; 2] = [40, 1_000];

/// A pack with so many definitions.
struct Made(usize);

impl PackReader for Made {
    fn files(&self, _: &str) -> Result<Vec<PackFile>, String> {
        let mut clusters = String::new();
        for at in 0..self.0 {
            let _ = writeln!(
                clusters,
                "- {{ id: d{at}, title: T, severity: P3, match: 'severity>=WARNING AND message:\"trouble {at} of the pool\"', \
                 capture: {{ waited: 'after (\\d+(?:\\.\\d+)?) ms' }}, facets: [resource.labels.revision_name, labels.v] }}"
            );
        }
        let file = |path: &str, text: &str| PackFile { path: path.to_owned(), bytes: Ok(text.as_bytes().to_vec()) };
        Ok(vec![file("gardener.yaml", "version: 1\nname: bench\n"), file("clusters/a.yaml", &clusters)])
    }

    fn resolve(&self, _: &str, extends: &str) -> Result<String, String> {
        Err(format!("there is no `{extends}`"))
    }

    fn shown(&self, _: &str, path: &str) -> String {
        path.to_owned()
    }
}

fn loaded(definitions: usize) -> (Pack, Sandbox) {
    let sandbox = judge::sandbox(Limits::default());
    let loaded = pack::load(&Made(definitions), "bench", &sandbox);
    (loaded.pack.expect("the pack is right"), sandbox)
}

/// Records of three forms: structured, as text, of requests; a fifth of the first two match a definition.
fn records() -> Vec<String> {
    let record = |at: usize| {
        let id = at.wrapping_mul(0x9E37_79B9) & 0xffff_ffff;
        let severity = ["INFO", "WARNING", "ERROR"][at % 3];
        let message = match at % 5 {
            0 => format!("trouble {} of the pool: gave up after {}.5 ms, user_id={id:08x}", at % 40, at % 900),
            1 => format!(
                "login of user{at}@example.com from 10.0.0.{} with token=eyJhbGciOiJub25lIn0.e{id:x}.s",
                at % 256
            ),
            _ => format!("GET /api/threads/{id:08x} took {} ms in revision web-{}", at % 1000, at % 7),
        };
        let head = format!(
            r#"{{"insertId":"{id:x}","labels":{{"v":"v{}"}},"logName":"projects/p/logs/run.googleapis.com%2Fstderr""#,
            at % 3
        );
        let body = match at % 4 {
            0 => format!(r#""textPayload":"{message}""#),
            1 => format!(
                r#""httpRequest":{{"requestMethod":"GET","requestUrl":"https://x.example/api?n={at}","status":{}}}"#,
                200 + at % 300
            ),
            _ => format!(r#""jsonPayload":{{"context":{{"service":"web"}},"message":"{message}","n":{at}}}"#),
        };
        format!(
            r#"{head},{body},"resource":{{"labels":{{"revision_name":"web-{}","service_name":"web"}},"type":"cloud_run_revision"}},"severity":"{severity}","timestamp":"2025-09-14T04:{:02}:{:02}.123456Z","trace":"projects/p/traces/{id:032x}"}}"#,
            at % 12,
            at / 60 % 60,
            at % 60
        )
    };
    (0..RECORDS).map(record).collect()
}

fn bytes(records: &[String]) -> BytesCount {
    BytesCount::new(records.iter().map(String::len).sum::<usize>())
}

fn read<'r>(records: &'r [String], forms: Forms) -> Batch<'r> {
    let mut batch = Batch::knowing(forms, RECORDS * 600);
    records.iter().for_each(|record| batch.push_whole_json(record).expect("the records are right"));
    batch
}

fn known(records: &[String]) -> Forms {
    read(records, Forms::default()).take_forms()
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let records = records();
    let forms = known(&records);
    bencher.counter(bytes(&records)).with_inputs(|| forms.clone()).bench_values(|forms| read(&records, forms));
}

/// With each record in a batch of its own, which knows no forms.
#[divan::bench]
fn parse_without_forms(bencher: Bencher<'_, '_>) {
    let records = records();
    bencher.counter(bytes(&records)).bench(|| {
        for record in &records {
            divan::black_box(read(std::slice::from_ref(record), Forms::default()));
        }
    });
}

#[divan::bench]
fn redact(bencher: Bencher<'_, '_>) {
    let (records, (pack, _)) = (records(), loaded(1));
    let mut batch = read(&records, Forms::default());
    batch.take_forms();
    let mut cleaner = pack.redactor.cleaner();
    bencher.counter(bytes(&records)).with_inputs(|| batch.clone()).bench_local_values(|batch| cleaner.batch(batch));
}

#[divan::bench]
fn redact_without_forms(bencher: Bencher<'_, '_>) {
    let (records, (pack, _)) = (records(), loaded(1));
    let batch = read(&records, Forms::default());
    bencher.counter(bytes(&records)).with_inputs(|| batch.clone()).bench_values(|batch| pack.redactor.batch(batch));
}

#[divan::bench(args = DEFINITIONS)]
fn classify(bencher: Bencher<'_, '_>, definitions: usize) {
    let (records, (pack, _)) = (records(), loaded(definitions));
    let classifier = Classifier::new(&pack);
    let mut scratch = classifier.scratch();
    let mut batch = read(&records, Forms::default());
    batch.take_forms();
    let batch = pack.redactor.cleaner().batch(batch);
    bencher.counter(bytes(&records)).bench_local(|| {
        for entry in batch.entries(&pack.message) {
            divan::black_box(classifier.class(&entry, &mut scratch));
        }
    });
}

/// All of it: parse, redact, classify, count.
#[divan::bench(args = DEFINITIONS)]
fn whole(bencher: Bencher<'_, '_>, definitions: usize) {
    let (records, (pack, sandbox)) = (records(), loaded(definitions));
    let classifier = Classifier::new(&pack);
    let mut clusters = Clusters::new(&classifier, &sandbox);
    let mut cleaner = pack.redactor.cleaner();
    let mut forms = Forms::default();
    bencher.counter(bytes(&records)).bench_local(|| {
        let mut batch = read(&records, std::mem::take(&mut forms));
        forms = batch.take_forms();
        clusters.add(&cleaner.batch(batch));
    });
}

/// Short messages of one line.
fn messages() -> Vec<String> {
    let message = |at: usize| match at % 5 {
        0 => format!("Received block blk_{at} of size {} from 10.251.{}.{}", at * 64, at % 256, at % 250),
        1 => format!("Failed password for user{} from 203.0.113.{} port {} ssh2", at % 40, at % 256, 1024 + at),
        2 => format!("Connection broken for id {at}, my id = {}, error = timeout", at % 3),
        3 => "Interrupted while waiting for message on queue".to_owned(),
        _ => format!(
            "pam_unix(sshd:auth): authentication failure; logname= uid={} euid=0 tty=ssh ruser= rhost=h{at}",
            at % 9
        ),
    };
    (0..RECORDS).map(message).collect()
}

/// The scan of template mining: messages to skeletons.
#[divan::bench]
fn mask(bencher: Bencher<'_, '_>) {
    let messages = messages();
    let mut skeleton = String::new();
    bencher.counter(ItemsCount::new(messages.len())).bench_local(|| {
        for message in &messages {
            skeleton.clear();
            template::of_message(message, &mut skeleton);
            divan::black_box(hash64(skeleton.as_bytes()));
        }
    });
}

/// Its solution: so many different skeletons to templates.
#[divan::bench(args = [500, 5_000])]
fn solve(bencher: Bencher<'_, '_>, skeletons: usize) {
    let made = |at: usize| format!("worker {} took job of kind k-{} from <*> after <*>", name(at), name(at / 40));
    let skeletons: Vec<String> = (0..skeletons).map(made).collect();
    let skeletons: BTreeSet<&str> = skeletons.iter().map(String::as_str).collect();
    bencher.counter(ItemsCount::new(skeletons.len())).bench(|| Templates::solve(&skeletons, &BTreeSet::new()));
}

/// A name without digits.
fn name(at: usize) -> String {
    at.to_string().bytes().map(|digit| char::from(b'a' + (digit - b'0'))).collect()
}
