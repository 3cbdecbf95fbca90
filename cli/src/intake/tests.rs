use std::collections::BTreeSet;

use gardener_engine::entry::{Batch, Timestamp};

use super::*;
use crate::source::resolve;

/// Every entry's capture, number and time.
#[derive(Debug, Default)]
struct Listing(BTreeSet<(usize, u64, String)>);

impl Gather for Listing {
    fn take(&mut self, batch: Batch<'_>, places: Places<'_>) {
        assert_eq!(batch.len(), places.numbers.len());
        for (head, number) in batch.heads().iter().zip(places.numbers) {
            let time = head.timestamp().map(|time| time.to_string()).unwrap_or_default();
            assert!(self.0.insert((places.capture, *number, time)), "{number} twice");
        }
    }

    fn quote(&self, bytes: &[u8], length: usize) -> String {
        String::from_utf8_lossy(bytes).chars().take(length).collect()
    }

    fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

fn read(files: &[&str], jobs: usize, since: Option<&str>) -> (BTreeSet<(usize, u64, String)>, Frame) {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<String> =
        (0..files.len()).map(|at| folder.path().join(format!("{at}.jsonl")).to_str().unwrap().to_owned()).collect();
    for (path, text) in paths.iter().zip(files) {
        std::fs::write(path, text).unwrap();
    }
    let captures = resolve(&paths).unwrap();
    let intake = Intake {
        captures: captures.clone(),
        since: since.and_then(Timestamp::parse),
        until: None,
        edge: Edge::default(),
        jobs,
        strict: false,
        progress: &|_| {},
    };
    let gathered = gather(&intake, CaptureReader::open(captures), Listing::default);
    assert!(gathered.errors.is_empty());
    let frame = gathered.frame(&intake, Timestamp::from_unix(0, 0).unwrap());
    (gathered.of.0, frame)
}

#[test]
fn entries_have_their_numbers_in_their_captures() {
    let first = "{\"severity\":\"INFO\",\"timestamp\":\"2025-01-01T00:00:01Z\"}\n{\"severity\":\"IN\n\
        {\"entries\":[{\"insertId\":\"a\",\"timestamp\":\"2025-01-01T00:00:02Z\"},{\"insertId\":\"a\",\"timestamp\":\"2025-01-01T00:00:02Z\"}]}\n\
        {\"severity\":\"INFO\",\"timestamp\":\"2024-01-01T00:00:00Z\"}\n{\"severity\":\"INFO\"}\n";
    let second = "{\"severity\":\"INFO\",\"timestamp\":\"2025-01-01T00:00:03Z\"}\n";
    let (found, frame) = read(&[first, second], 2, Some("2025-01-01"));
    let expected =
        [(0, 1, "2025-01-01T00:00:01Z"), (0, 3, "2025-01-01T00:00:02Z"), (0, 6, ""), (1, 1, "2025-01-01T00:00:03Z")];
    assert_eq!(found, expected.map(|(capture, number, time)| (capture, number, time.to_owned())).into());
    assert_eq!((frame.read, frame.malformed, frame.duplicate, frame.outside_window), (7, 1, 1, 1));
    assert_eq!(frame.quotes.iter().map(|quote| quote.line).collect::<Vec<_>>(), [2]);
}

#[test]
fn numbers_go_on_from_chunk_to_chunk_on_any_number_of_threads() {
    // Some megabytes, so that there are many chunks.
    let padding = "x".repeat(900);
    let text: String = (0..4000)
        .map(|n| format!("{{\"severity\":\"INFO\",\"textPayload\":\"{padding}\",\"insertId\":\"{n}\"}}\n"))
        .collect();
    let alone = read(&[&text, &text], 1, None);
    let together = read(&[&text, &text], 4, None);
    assert_eq!(alone.0, together.0);
    let numbers: Vec<(usize, u64)> = alone.0.iter().map(|(capture, number, _)| (*capture, *number)).collect();
    assert_eq!(
        numbers,
        (1..=4000).map(|number| (0, number)).collect::<Vec<_>>(),
        "the second capture repeats the first"
    );
    assert_eq!((alone.1.read, alone.1.duplicate), (8000, 4000));
}

#[test]
fn what_cannot_be_read_of_one_line_is_told_in_its_order_on_any_number_of_threads() {
    let text = "{\"severity\":\"INFO\"}\n{\"severity\"\"INFO\"} {\"a\":7,\"b\n{\"severity\":\"INFO\"}\n";
    let quotes = |jobs| {
        let (_, frame) = read(&[text], jobs, None);
        frame.quotes.into_iter().map(|quote| (quote.line, quote.quote)).collect::<Vec<_>>()
    };
    let alone = quotes(1);
    assert_eq!(alone, ["{\"severity\"\"INFO\"}", "{\"a\":7,\"b"].map(|quote| (2, quote.to_owned())));
    assert_eq!(alone, quotes(2));
}
