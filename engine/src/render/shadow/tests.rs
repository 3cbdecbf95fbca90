use super::*;
use crate::render::neutral::is_hidden;
use crate::report::PackIdentity;
use crate::shadow::{Counted, SCHEMA};
use crate::witness::Specimen;

fn standing(id: &str, fate: Fate, is_own: bool, (matched, won): (u64, u64), takers: &[(&str, u64)]) -> Standing {
    let taker = |(id, count): &(&str, u64)| Taker {
        id: (*id).to_owned(),
        ignores: *id == "noise",
        overrides: fate == Fate::Overridden,
        priority: 0,
        count: *count,
    };
    Standing {
        id: id.to_owned(),
        fate,
        pack: if is_own { "mine" } else { "default" }.to_owned(),
        is_own,
        ignores: id == "noise",
        priority: 0,
        position: 1,
        matched,
        won,
        beaten_by: takers.iter().map(taker).collect(),
        other_takers: 0,
        help: (fate == Fate::Shadowed).then(|| format!("give `{id}` a `priority`")),
        place: crate::diagnostic::Place { file: "clusters/a.yaml".to_owned(), line: 3 },
    }
}

fn pair(first: &str, second: &str, second_is_own: bool) -> Pair {
    Pair {
        first: first.to_owned(),
        second: second.to_owned(),
        both: 1412,
        won_by_first: 1412,
        share_of_first: 0.6667,
        share_of_second: 1.0,
        first_is_own: true,
        second_is_own,
        sample: Some(Specimen {
            capture: "c.jsonl".to_owned(),
            number: 17,
            severity: "ERROR",
            text: "payment timed out".to_owned(),
        }),
    }
}

fn full() -> Shadows {
    Shadows {
        schema: SCHEMA,
        pack: PackIdentity { name: "mine".to_owned(), digest: "xxh3:0".to_owned() },
        captures: vec!["c.jsonl".to_owned()],
        entries: Counted { read: 3000, malformed: 1, matched: 2500, unmatched: 499, ..Counted::default() },
        definitions: vec![
            standing("payment-timeout", Fate::Shadowed, true, (1412, 0), &[("any-timeout", 1412)]),
            standing("of-base", Fate::Shadowed, false, (12, 0), &[("also-of-base", 8), ("noise", 4)]),
            standing("catch-all", Fate::Yields, true, (12, 0), &[("any-timeout", 12)]),
            standing("base-timeout", Fate::Overridden, false, (12, 0), &[("any-timeout", 12)]),
            standing("any-timeout", Fate::Wins, true, (2116, 1412), &[("noise", 704)]),
            standing("noise", Fate::Wins, true, (704, 704), &[]),
            standing("never", Fate::Unmatched, true, (0, 0), &[]),
            standing("never-of-base", Fate::Unmatched, false, (0, 0), &[]),
        ],
        overlaps: vec![pair("any-timeout", "payment-timeout", true), pair("any-timeout", "base-timeout", false)],
        other_overlaps: 5,
        notes: vec!["a remark".to_owned()],
    }
}

#[test]
fn a_full_report_reads_well_at_any_width() {
    let mut all = String::new();
    for (width, colour) in [(100, false), (40, false), (80, true)] {
        let text = shadow_table(&full(), &TableStyle { width, colour, ascii: false });
        assert!(colour || text.lines().all(|line| line.width() <= width), "{text}");
        assert_eq!(text.contains('\u{1b}'), colour);
        all.push_str(&format!("== {width} columns, colour: {colour}\n{text}\n"));
    }
    insta::assert_snapshot!(all.replace('\u{1b}', "␛"));
}

#[test]
fn a_full_report_is_json() {
    let text = shadow_json(&full());
    let back: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(back, serde_json::to_value(full()).unwrap());
    assert_eq!(back["definitions"][0]["fate"], "shadowed");
}

#[test]
fn very_much_is_cut_and_counted() {
    let mut shadows = full();
    shadows.definitions = vec![shadows.definitions.remove(0); 1000];
    shadows.overlaps = vec![shadows.overlaps.remove(0); 1000];
    let text = shadow_table(&shadows, &TableStyle::default());
    assert!(text.contains("and 700 more definitions: --format json shows all"));
    assert!(text.contains("and 950 more pairs: --format json shows all"));
}

#[test]
fn strangers_cannot_steer_a_terminal() {
    let evil = "a\u{1b}[2J\u{202e}\nb";
    let mut shadows = full();
    shadows.overlaps[0].sample.as_mut().unwrap().text = evil.to_owned();
    shadows.overlaps[0].sample.as_mut().unwrap().capture = evil.to_owned();
    shadows.definitions[0].place.file = evil.to_owned();
    shadows.notes = vec![evil.to_owned()];
    for text in [shadow_table(&shadows, &TableStyle::default()), shadow_json(&shadows)] {
        assert!(text.chars().all(|c| c == '\n' || !is_hidden(c)), "{text}");
    }
}
