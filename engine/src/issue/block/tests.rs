//! Blocks are found again, whatever stands in them and around them.

use proptest::prelude::*;

use super::*;
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::issue::Part;
use crate::severity::Severity;

fn marker() -> Marker {
    Marker::new(Fingerprint::new("pack", "id", &[]))
}

/// Texts that try to end the block, to begin another one, or to look like one.
const HOSTILE: [&str; 8] = [
    "<!-- /gardener:v1 -->",
    "a\n<!-- /gardener:v1 -->\nb",
    "<!-- gardener:v1 fingerprint=v1:00000000000000000000000000000000 hash=0 -->\nx\n<!-- /gardener:v1 -->",
    "-->",
    "<!--<!-- /gardener:v1 -->",
    "<!<!-- /gardener:v1 -->-- /gardener:v1 -->",
    "```\n<!-- /gardener:v1 -->\n```",
    "\r\n \n<!--",
];

#[test]
fn no_text_gets_out_of_its_block() {
    for text in HOSTILE {
        let written = block(&marker(), text);
        let all = Block::all(&format!("before {written} after"));
        assert_eq!(all.len(), 1, "{written}");
        assert_eq!((all[0].range.clone(), all[0].is_intact), (7..7 + written.len(), true), "{written}");
        assert_eq!(written.matches("<!--").count(), 2, "{written}");
        assert_eq!(Marker::find(&written), [marker()]);
    }
}

#[test]
fn a_block_without_an_end_is_none_but_its_marker_is_seen() {
    let whole = block(&marker(), "text");
    let open = whole.trim_end_matches(CLOSE).to_owned();
    assert_eq!(Block::find(&open), None);
    assert_eq!(Marker::find(&open), [marker()]);
    let both = format!("{open}\n{whole}");
    assert_eq!(Block::find(&both).unwrap().range.start, open.len() + 1, "it does not swallow the next one");
    assert_eq!(Block::find(&format!("{}\ntext\n{CLOSE}", marker())), None, "a marker alone begins no block");
    let foreign = whole.replace("v1:", "v9:");
    assert_eq!(Block::find(&foreign), None);
}

#[test]
fn what_the_block_is_stands_in_its_first_line() {
    let all = Marker {
        key: Some("0123456789abcdef".to_owned()),
        part: Part::Latest,
        seen: Timestamp::parse("2025-09-14T04:54:36.449Z"),
        severity: Some(Severity::P0),
        ..marker()
    };
    let written = block(&all, "text");
    let first = format!(
        "<!-- gardener:v1 fingerprint={} key=0123456789abcdef part=latest seen=2025-09-14T04:54:36.449Z severity=P0 hash=",
        all.fingerprint
    );
    assert!(written.starts_with(&first), "{written}");
    assert_eq!(Block::find(&written).unwrap().marker, all);
    for part in [Part::Issue, Part::Latest, Part::Event, Part::RollUp] {
        let marker = Marker { part, ..marker() };
        assert_eq!(Marker::find(&marker.to_string()), [marker]);
    }
    let later = written.replace("part=latest", "part=summary");
    assert_eq!(Block::find(&later), None, "a part of a later version is not taken for another one");
}

#[test]
fn very_many_beginnings_are_no_work() {
    let body = block(&marker(), "x").replace(CLOSE, "").repeat(2_000);
    assert_eq!(Block::all(&body), []);
    assert!(Block::all(&block(&marker(), "x").repeat(1_000)).len() < 100);
}

/// What people and strangers may write, with our own signs in it.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z \\t]{0,12}",
        2 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => Just("<!--".to_owned()),
        1 => Just(" -->".to_owned()),
        1 => Just(CLOSE.to_owned()),
        1 => Just(marker::BEGIN.to_owned()),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_block_is_found_and_intact(text in any_text(), before in "[a-z\n]{0,20}", after in any_text()) {
        let written = block(&marker(), &text);
        let body = format!("{before}{written}{after}");
        let found = Block::find(&body).unwrap();
        prop_assert_eq!(&body[found.range.clone()], written);
        prop_assert!(found.is_intact);
    }

    #[test]
    fn what_browsers_change_is_no_edit(text in any_text()) {
        let written = block(&marker(), &text);
        let found = Block::find(&written).unwrap();
        for changed in [written.replace("\r\n", "\n").replace('\n', "\r\n"), written.replace('\n', " \t\n")] {
            let again = Block::find(&changed).unwrap();
            prop_assert!(again.is_intact, "{:?}", changed);
            prop_assert_eq!(&again.hash, &found.hash);
        }
    }

    #[test]
    fn an_edit_inside_is_seen(text in any_text(), word in "[A-Z]{1,5}", at in any::<prop::sample::Index>()) {
        let written = block(&marker(), &text);
        let from = written.find('\n').unwrap() + 1;
        let places: Vec<usize> = (from..=written.len() - CLOSE.len()).filter(|i| written.is_char_boundary(*i)).collect();
        let mut edited = written.clone();
        edited.insert_str(places[at.index(places.len())], &word);
        prop_assert!(!Block::find(&edited).unwrap().is_intact);
    }

    #[test]
    fn all_else_stays_when_it_is_replaced(before in any_text(), text in any_text(), after in any_text()) {
        let body = format!("{before}\n{}{after}", block(&marker(), &text));
        for old in Block::all(&body) {
            let new = block(&marker(), "new");
            let changed = replaced(&body, &old, &new);
            prop_assert_eq!(&changed[..old.range.start], &body[..old.range.start]);
            prop_assert_eq!(&changed[old.range.start + new.len()..], &body[old.range.end..]);
            prop_assert_eq!(replaced(&body, &old, &body[old.range.clone()]), body.clone());
        }
    }

    #[test]
    fn anything_may_be_read(text in any_text()) {
        for block in Block::all(&text) {
            prop_assert!(text.get(block.range).is_some());
        }
    }
}
