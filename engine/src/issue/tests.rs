//! Issues: what they say, and which one is a cluster's.

use super::*;
use crate::id::Fingerprint;

fn print(id: &str) -> Fingerprint {
    Fingerprint::new("pack", id, &[])
}

fn at(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_unix(seconds, 0)
}

/// An issue of the program's own, about the cluster `id`.
fn marked(number: u64, id: &str) -> KnownIssue {
    let body = format!("Counts and trend.\n{}\n", Marker::new(print(id)));
    KnownIssue { body, is_ours: true, ..KnownIssue::open(number, "title") }
}

fn listed(known: Vec<KnownIssue>) -> Issues {
    Issues { known, listing: Listing::Complete }
}

#[test]
fn a_title_says_a_severity_in_a_place_of_its_own() {
    for (title, severity, with_p0) in [
        ("GCP-auth | P1 | Golden Path", Some(Severity::P1), "GCP-auth | P0 | Golden Path"),
        ("[P2] Slow", Some(Severity::P2), "[P0] Slow"),
        ("P3: Slow", Some(Severity::P3), "P0: Slow"),
        ("Slow (p4)", Some(Severity::P4), "Slow (P0)"),
        ("Slow | P5", Some(Severity::P5), "Slow | P0"),
        ("GCP-staging-P2-Sessions", None, "GCP-staging-P2-Sessions"),
        ("After the P1 of last week", None, "After the P1 of last week"),
        ("a | P7 | b", None, "a | P7 | b"),
        ("P22: x | PP1 | ünïcode | P", None, "P22: x | PP1 | ünïcode | P"),
    ] {
        assert_eq!(KnownIssue::open(1, title).severity(), severity, "{title}");
        assert_eq!(with_severity(title, Severity::P0), with_p0);
    }
}

#[test]
fn a_label_says_it_before_the_title() {
    for (label, severity) in [
        ("P1", Some(Severity::P1)),
        ("severity: P2", Some(Severity::P2)),
        ("priority/p3", Some(Severity::P3)),
        ("team-P1", None),
        ("P1 of last week", None),
        ("bug", None),
    ] {
        let issue = KnownIssue { labels: vec!["gardener".to_owned(), label.to_owned()], ..KnownIssue::open(1, "t") };
        assert_eq!(issue.severity(), severity, "{label}");
    }
    let both = KnownIssue { labels: vec!["P2".to_owned()], ..KnownIssue::open(1, "a | P4 | b") };
    assert_eq!(both.severities().collect::<Vec<_>>(), [Severity::P2, Severity::P4]);
}

#[test]
fn markers_of_another_version_or_shape_are_not_believed() {
    let print = print("a");
    let marker = Marker { key: Some("k1".to_owned()), ..Marker::new(print.clone()) };
    assert_eq!(marker.to_string(), format!("<!-- gardener:v1 fingerprint={print} key=k1 -->"));
    let later = format!("x <!-- gardener:v1 run=7 fingerprint={print} shape=new --> y");
    assert_eq!(Marker::find(&later), [Marker::new(print.clone())], "words of later versions");
    for text in [
        format!("<!-- gardener:v2 fingerprint={print} -->"),
        format!("<!-- gardener:v1 fingerprint={print}"),
        format!("<!-- gardener:v1 print={print} -->"),
        "<!-- gardener:v1 fingerprint=v1:beef -->".to_owned(),
        format!("<!-- gardener:v1 {} fingerprint={print} -->", "x".repeat(5_000)),
        format!("&lt;!-- gardener:v1 fingerprint={print} --&gt;"),
    ] {
        assert_eq!(Marker::find(&text), [], "{text}");
    }
    assert!(Marker::find(&format!("{marker}\n").repeat(1_000)).len() < 100);
}

#[test]
fn the_pinned_number_comes_first_then_the_recorded_one_then_the_marker() {
    let issues = listed(vec![marked(3, "a"), KnownIssue::open(1, "one"), KnownIssue::open(2, "two")]);
    let index = IssueIndex::new(&issues);
    let find = |pinned, recorded| {
        let found = index.find(pinned, recorded, &[print("a")]);
        (found.number, found.by)
    };
    assert_eq!(find(Some(1), Some(2)), (Some(1), FoundBy::Pinned));
    assert_eq!(find(None, Some(2)), (Some(2), FoundBy::History));
    assert_eq!(find(None, None), (Some(3), FoundBy::Marker));
    assert_eq!(index.find(None, None, &[print("b")]), Found::none(Listing::Complete));
    assert_eq!(index.find(None, None, &[print("new"), print("a")]).number, Some(3), "by the marker of a former id");
    // The number that was recorded is gone, but the issue still says what it is about.
    assert_eq!(find(None, Some(99)), (Some(3), FoundBy::Marker));
    assert_eq!(index.find(None, Some(99), &[print("b")]).state(), "missing");
    assert_eq!(find(Some(99), None), (Some(99), FoundBy::Pinned), "what the definition says is not overruled");
}

#[test]
fn a_marker_is_believed_only_where_the_program_is_the_author() {
    let forged = KnownIssue { is_ours: false, ..marked(5, "a") };
    let issues = listed(vec![forged]);
    assert_eq!(IssueIndex::new(&issues).find(None, None, &[print("a")]).number, None);
}

#[test]
fn of_several_open_ones_the_oldest_counts_and_of_closed_ones_the_latest() {
    let closed = |number, at| KnownIssue { state: IssueState::Completed { at }, ..marked(number, "a") };
    let issues = listed(vec![closed(1, at(9)), marked(7, "a"), marked(4, "a")]);
    let found = IssueIndex::new(&issues).find(None, None, &[print("a")]);
    assert_eq!((found.number, found.others), (Some(4), vec![7]));
    let issues = listed(vec![closed(1, at(9)), closed(2, at(20)), closed(3, None)]);
    assert_eq!(IssueIndex::new(&issues).find(None, None, &[print("a")]).number, Some(2));
}

#[test]
fn duplicates_lead_to_what_they_are_duplicates_of() {
    let duplicate = |number, of| KnownIssue {
        state: IssueState::Duplicate { of, at: None },
        ..KnownIssue::open(number, "duplicate")
    };
    let issues = listed(vec![
        duplicate(1, Some(2)),
        duplicate(2, Some(3)),
        KnownIssue::open(3, "canonical"),
        duplicate(4, Some(5)),
        duplicate(5, Some(4)),
        duplicate(6, Some(99)),
        duplicate(7, None),
    ]);
    let index = IssueIndex::new(&issues);
    let find = |number| {
        let found = index.find(Some(number), None, &[]);
        (found.number.unwrap(), found.followed.clone(), found.state())
    };
    assert_eq!(find(1), (3, vec![1, 2], "open"));
    assert_eq!(find(4), (5, vec![4], "duplicate"), "a circle ends");
    assert_eq!(find(6), (6, vec![], "duplicate"));
    assert_eq!(find(7), (7, vec![], "duplicate"));
}

#[test]
fn what_was_not_asked_for_is_believed_and_what_is_not_listed_is_missing() {
    let none = Issues::default();
    assert_eq!(IssueIndex::new(&none).find(Some(1), None, &[]).standing, Standing::Believed);
    for listing in [Listing::Complete, Listing::Partial] {
        let issues = Issues { known: Vec::new(), listing };
        let found = IssueIndex::new(&issues).find(Some(1), None, &[]);
        assert_eq!((found.standing.clone(), found.is_writable()), (Standing::Missing, false));
    }
}

#[test]
fn a_person_has_changed_what_differs_from_what_was_written() {
    let changed = |labels: &[&str], title: &str, written| {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        let issues = listed(vec![KnownIssue { labels, ..KnownIssue::open(1, title) }]);
        IssueIndex::new(&issues).find(Some(1), None, &[]).changed_to(written)
    };
    assert_eq!(changed(&["P2"], "a | P2 | b", Some(Severity::P2)), None);
    assert_eq!(changed(&["P4"], "a | P2 | b", Some(Severity::P2)), Some(Severity::P4));
    assert_eq!(changed(&["P2"], "a | P0 | b", Some(Severity::P2)), Some(Severity::P0));
    assert_eq!(changed(&[], "no word of it", Some(Severity::P2)), None);
    assert_eq!(changed(&["P4"], "a | P2 | b", None), None, "nothing is known to have been written");
}

#[test]
fn what_an_interrupted_run_has_written_is_no_persons_word() {
    let changed = |label: &str, title: &str, is_ours| {
        let marker = Marker { severity: Some(Severity::P0), ..Marker::new(Fingerprint::new("p", "a", &[])) };
        let body = block(&marker, "text");
        let issue = KnownIssue { labels: vec![label.to_owned()], body, is_ours, ..KnownIssue::open(1, title) };
        IssueIndex::new(&listed(vec![issue])).find(Some(1), None, &[]).changed_to(Some(Severity::P1))
    };
    // Title and text come first, then the label.
    assert_eq!((changed("P1", "a | P0 | b", true), changed("P0", "a | P0 | b", true)), (None, None));
    assert_eq!(changed("P3", "a | P0 | b", true), Some(Severity::P3));
    assert_eq!(changed("P1", "a | P0 | b", false), Some(Severity::P0), "a marker in an issue of somebody else's");
}
