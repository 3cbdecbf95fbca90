use proptest::prelude::*;

use super::*;
use crate::entry::{Batch, FieldPath};
use crate::redact::Redactor;

fn mined(lines: &[&str], part: usize) -> (Mining, Vec<u64>) {
    let path = [FieldPath::parse("textPayload").unwrap()];
    let (mut sum, mut hashes) = (Mining::new(), Vec::new());
    for part in lines.chunks(part) {
        let mut mining = Mining::new();
        let mut batch = Batch::new();
        part.iter().for_each(|line| batch.push_text(line));
        let batch = Redactor::default().batch(batch);
        for entry in batch.entries(&path) {
            hashes.push(mining.add(&entry, Seat { capture: 0, number: 1 }));
        }
        sum.merge(mining);
    }
    (sum, hashes)
}

#[test]
fn each_entry_has_the_template_of_its_kind() {
    let lines = [
        "order 5 failed",
        "ERROR disk full",
        "order 7 failed",
        "",
        "login of ada failed",
        "login of bob failed",
        "login of eve failed",
    ];
    let (mining, hashes) = mined(&lines, 3);
    let solved = mining.solved();
    let templates: Vec<&str> = hashes.iter().map(|hash| solved.template(*hash)).collect();
    assert_eq!(templates[0], "order <*> failed");
    assert_eq!(templates[0], templates[2]);
    assert_eq!(templates[4..], ["login of <*> failed"; 3]);
    assert_eq!(solved.named(17), (template::id(OTHER).as_str(), OTHER), "what was not kept");
    let counts: u64 = mining.skeletons.iter().map(|(_, seen)| seen.count).sum();
    assert_eq!(counts, lines.len() as u64);
}

#[test]
fn noting_gives_the_same_templates_as_counting() {
    let lines = ["order 5 failed", "disk full"];
    let (counted, hashes) = mined(&lines, 2);
    let mut noted = Mining::new();
    let path = [FieldPath::parse("textPayload").unwrap()];
    let mut batch = Batch::new();
    lines.iter().for_each(|line| batch.push_text(line));
    let batch = Redactor::default().batch(batch);
    let again: Vec<u64> = batch.entries(&path).map(|entry| noted.note(&entry)).collect();
    assert_eq!(again, hashes);
    for hash in hashes {
        assert_eq!(noted.solved().named(hash), counted.solved().named(hash));
    }
}

proptest! {
    #[test]
    fn order_and_parts_change_nothing(words in prop::collection::vec("(disk|queue|user) [a-c]{1,2} (full|empty) [0-9]?", 1..30), part in 1_usize..9) {
        let lines: Vec<&str> = words.iter().map(String::as_str).collect();
        let (whole, hashes) = mined(&lines, usize::MAX);
        let reversed: Vec<&str> = lines.iter().rev().copied().collect();
        let (parts, mut again) = mined(&reversed, part);
        again.reverse();
        prop_assert_eq!(&again, &hashes);
        let (whole, parts) = (whole.solved(), parts.solved());
        for hash in hashes {
            prop_assert_eq!(whole.named(hash), parts.named(hash));
        }
    }
}
