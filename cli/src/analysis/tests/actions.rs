//! What becomes of an issue, by the shipped policy: the table of what is right in each state of it.

use std::fmt::Write as _;

use gardener_engine::baseline::{History, PastCluster, PastRun};
use gardener_engine::plan::{IssueState, Issues, KnownIssue, Listing, Marker, Memory};
use gardener_engine::report::{Action, ActionKind, SeverityBy, Window};
use gardener_engine::severity::Severity;

use super::{Bench, at, cluster, memory};

const NOW: &str = "2025-06-14T05:00:00Z";

/// A cluster whose declared severity is P2, and what raises and lowers it.
const DEFINITION: &str = "- id: trouble
  title: Trouble
  match: message:\"trouble\"
  severity: P2
  category: shop
";
const POLICY: &str = r#"
fn severity(cluster) {
    if cluster.count >= 5 { cluster.raise_to("P0", "five at once"); }
    if cluster.count == 4 { cluster.raise_to("P1", "four at once"); }
    if cluster.count == 1 { cluster.lower_to("P4", "just one"); }
}
"#;

fn lines(count: usize) -> Vec<String> {
    let line = |n| {
        format!(r#"{{"severity":"ERROR","timestamp":"2025-06-14T04:3{n}:00Z","jsonPayload":{{"message":"trouble"}}}}"#)
    };
    (0..count).map(line).collect()
}

/// The day before: seen twice, an issue filed that says P2.
fn filed(bench: &Bench) -> PastCluster {
    PastCluster {
        count: 2,
        last_seen: Some(at("2025-06-13T04:30:00Z")),
        action: Some(ActionKind::Create),
        issue: Some(12),
        issue_severity: Some(Severity::P2),
        ..bench.past("trouble", Severity::P2)
    }
}

fn history(clusters: Vec<PastCluster>) -> History {
    let window = Window { from: Some(at("2025-06-12T05:00:00Z")), to: Some(at("2025-06-13T05:00:00Z")) };
    History {
        runs: vec![PastRun { at: at("2025-06-13T05:00:00Z"), window, deploys: [].into(), clusters }],
        ..History::default()
    }
}

fn bench() -> Bench {
    Bench::with(DEFINITION, POLICY)
}

fn act(bench: &Bench, count: usize, history: History, known: Vec<KnownIssue>, listing: Listing) -> Action {
    let memory = memory(history, Issues { known, listing });
    let report = bench.lines(&lines(count), &memory, 24, at(NOW));
    cluster(&report, "trouble").action.clone()
}

/// The action on an issue that history recorded and that is now in this state.
fn on(state: IssueState, count: usize) -> Action {
    let bench = bench();
    let issue = KnownIssue { state, ..KnownIssue::open(12, "GCP-shop | P2 | Trouble") };
    let past = filed(&bench);
    act(&bench, count, history(vec![past]), vec![issue], Listing::Complete)
}

fn closed(time: &str) -> Option<gardener_engine::entry::Timestamp> {
    Some(at(&format!("2025-06-{time}:00Z")))
}

/// Each state of the issue, with the decision, its reason and what was rejected.
#[test]
fn each_state_of_an_issue_leads_to_one_decision_with_its_reasons() {
    let completed = |time| IssueState::Completed { at: closed(time) };
    let not_planned = |time| IssueState::NotPlanned { at: closed(time) };
    let cases = [
        ("open, as before", IssueState::Open, 2),
        ("open, more urgent", IssueState::Open, 5),
        ("open, less urgent for the first time", IssueState::Open, 1),
        ("completed before", completed("13T12:00"), 2),
        ("completed before, less urgent than what is filed", completed("13T12:00"), 1),
        ("completed within the time of grace", completed("14T03:59"), 2),
        ("completed after the last entry", completed("14T04:50"), 2),
        ("completed, nobody knows when", IssueState::Completed { at: None }, 2),
        ("not planned", not_planned("13T12:00"), 2),
        ("not planned, but risen to P1", not_planned("13T12:00"), 4),
        ("not planned, risen, but nothing since", not_planned("14T04:50"), 4),
        ("duplicate of one that cannot be read", IssueState::Duplicate { of: Some(3), at: None }, 2),
        ("duplicate of nobody knows what", IssueState::Duplicate { of: None, at: None }, 2),
        ("deleted", IssueState::Deleted, 5),
        ("transferred", IssueState::Transferred { to: Some("https://github.com/other/repo/issues/1".to_owned()) }, 2),
        ("transferred, nobody knows where", IssueState::Transferred { to: None }, 2),
        ("unreadable", IssueState::Unreadable, 5),
    ];
    let mut text = String::new();
    for (name, state, count) in cases {
        let action = on(state, count);
        writeln!(text, "{name}: {} - {}", action.kind.name(), action.reason).unwrap();
        for rejected in &action.rejected {
            writeln!(text, "    not {}: {}", rejected.kind.name(), rejected.reason).unwrap();
        }
        assert!(action.by.as_ref().is_some_and(|by| by.starts_with("policy/action.rhai:")), "{name}: {:?}", action.by);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_locked_issue_is_left_alone() {
    let bench = bench();
    let locked = KnownIssue { is_locked: true, ..KnownIssue::open(12, "t | P2 | t") };
    let past = filed(&bench);
    let action = act(&bench, 5, history(vec![past]), vec![locked], Listing::Complete);
    assert_eq!(
        (action.kind, action.reason.as_str()),
        (ActionKind::None, "issue #12 is locked, so nobody may write to it")
    );
}

#[test]
fn a_new_issue_needs_a_list_that_is_whole_and_severity_enough() {
    let bench = bench();
    let action = |count, listing| act(&bench, count, History::default(), Vec::new(), listing);
    let created = action(2, Listing::Complete);
    assert_eq!((created.kind, created.from, created.to), (ActionKind::Create, None, Some(Severity::P2)));
    assert_eq!(created.issue.unwrap().title, "GCP-shop | P2 | Trouble");
    assert_eq!(action(2, Listing::NotAsked).kind, ActionKind::Create);
    let partial = action(2, Listing::Partial);
    assert_eq!((partial.kind, partial.rejected.len()), (ActionKind::None, 1));
    let low = action(1, Listing::Complete);
    assert_eq!(low.reason, "P4 is less urgent than P3, from which issues are filed");
}

/// What earlier runs filed is missing in the list: the list is not to be trusted, and nothing is filed twice.
#[test]
fn nothing_is_created_in_the_place_of_an_issue_that_is_not_listed() {
    let bench = bench();
    let past = filed(&bench);
    let action = act(&bench, 5, history(vec![past]), Vec::new(), Listing::Complete);
    assert_eq!((action.kind, action.reason.as_str()), (ActionKind::None, "issue #12 is not in the list of issues"));
}

#[test]
fn with_history_lost_the_marker_finds_the_issue_and_a_stranger_s_does_not() {
    let bench = bench();
    let marker = Marker::new(bench.fingerprint("trouble"));
    let body = format!("text\n{marker}\n");
    let ours = KnownIssue { body: body.clone(), is_ours: true, ..KnownIssue::open(40, "GCP-shop | P2 | Trouble") };
    let crowd = (1..30).map(|number| KnownIssue { body: body.clone(), ..KnownIssue::open(number, "quoting it") });
    let all = crowd.clone().chain([ours]).collect();
    let action = act(&bench, 2, History::default(), all, Listing::Complete);
    assert_eq!((action.kind, action.issue.unwrap().number), (ActionKind::Update, Some(40)));
    assert_eq!(act(&bench, 2, History::default(), crowd.collect(), Listing::Complete).kind, ActionKind::Create);
}

/// A severity falls when two runs in a row say so; one is not enough.
#[test]
fn an_issue_is_made_less_urgent_only_by_two_runs_in_a_row() {
    let bench = bench();
    let open = || vec![KnownIssue::open(12, "GCP-shop | P2 | Trouble")];
    let low = PastCluster { severity: Severity::P4, ..filed(&bench) };
    let action = act(&bench, 1, history(vec![low]), open(), Listing::Complete);
    assert_eq!((action.kind, action.from, action.to), (ActionKind::Deescalate, Some(Severity::P2), Some(Severity::P4)));
    assert_eq!(action.reason, "back from P2 to P4: just one");
    assert_eq!(action.issue.unwrap().title, "GCP-shop | P4 | Trouble");
    // A severity that people wrote into an issue is theirs.
    let never_written = PastCluster { issue_severity: None, severity: Severity::P4, ..filed(&bench) };
    let action = act(&bench, 1, history(vec![never_written]), open(), Listing::Complete);
    assert_eq!(action.kind, ActionKind::Update);
}

#[test]
fn the_same_evidence_is_not_told_twice() {
    let bench = bench();
    let seen_all = PastCluster { last_seen: Some(at("2025-06-14T04:31:00Z")), ..filed(&bench) };
    let open = vec![KnownIssue::open(12, "GCP-shop | P2 | Trouble")];
    let action = act(&bench, 2, history(vec![seen_all]), open, Listing::Complete);
    assert_eq!(action.kind, ActionKind::None);
    assert_eq!(action.reason, "no entry is later than those that the run before saw, at 2025-06-13T05:00:00Z");
}

/// A person has made the issue P4: policy would say P0, and P4 it stays, in this run and the next.
#[test]
fn a_person_s_change_of_severity_locks_it() {
    let bench = bench();
    let issue = KnownIssue { labels: vec!["P4".to_owned()], ..KnownIssue::open(12, "GCP-shop | P2 | Trouble") };
    let memory = memory(history(vec![filed(&bench)]), Issues { known: vec![issue], listing: Listing::Complete });
    let report = bench.lines(&lines(5), &memory, 24, at(NOW));
    let found = cluster(&report, "trouble");
    assert_eq!((found.severity, found.severity_by), (Severity::P4, SeverityBy::Person));
    assert_eq!(
        found.reasons,
        [
            "declared P2 by trouble",
            "P2 → P4: a person set it (in issue #12)",
            "stays P4, which a person set (in issue #12); policy says P0: five at once (policy/mine.rhai:3)"
        ]
    );
    assert_eq!(found.action.kind, ActionKind::Update);
    let mut next = PastRun::of(&report);
    assert_eq!(next.clusters[0].severity_by, SeverityBy::Person);
    next.clusters[0].last_seen = None;
    let again = super::memory(History { runs: vec![next], ..History::default() }, Issues::default());
    let report = bench.lines(&lines(5), &again, 24, at("2025-06-14T06:00:00Z"));
    assert_eq!(cluster(&report, "trouble").severity, Severity::P4);
}

/// Where policy fails, an open issue is updated, nothing is created, and the report says who decided.
#[test]
fn without_a_policy_that_works_the_program_does_the_least() {
    let broken = r"fn action(cluster, issue) { loop { } }";
    let undecided = r"fn action(cluster, issue) { }";
    let impossible = r#"fn action(cluster, issue) { issue.reopen("again"); }"#;
    let wrong = r#"fn action(cluster, issue) { cluster.escalate("now"); issue.none("x"); }"#;
    let valued = r#"fn action(cluster, issue) { issue.none("x"); let done = "none"; done }"#;
    for (policy, what) in [
        (broken, "it ran for more than"),
        (undecided, "`action` decided nothing"),
        (impossible, "there is no issue: ask `issue.exists` first"),
        (wrong, "the severity is settled before impact and action are"),
        (valued, "`action` returned text; it decides by calling `issue.…`"),
    ] {
        let bench = Bench::with(DEFINITION, policy);
        let (report, failures) = bench.failing(&lines(2), &Memory::default(), 24, at(NOW));
        let found = cluster(&report, "trouble");
        assert!(found.policy_failed && failures.iter().any(|failure| failure.contains(what)), "{failures:?}");
        assert_eq!((found.action.kind, found.action.by.as_deref()), (ActionKind::None, None), "{what}");
        assert!(found.action.reason.contains("policy failed"), "{}", found.action.reason);
    }
}

/// A pack that builds on nothing has no policy for actions.
#[test]
fn a_pack_without_a_policy_has_the_program_s_own() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("clusters")).unwrap();
    std::fs::write(folder.path().join("gardener.yaml"), "version: 1\nname: bare\n").unwrap();
    std::fs::write(folder.path().join("clusters/a.yaml"), DEFINITION).unwrap();
    let bench = Bench::at(folder.path(), folder.path().to_str().unwrap());
    let action = act(&bench, 2, History::default(), Vec::new(), Listing::NotAsked);
    assert_eq!((action.kind, action.reason.as_str()), (ActionKind::Create, "no issue is known for it"));
    let past = filed(&bench);
    let open = act(&bench, 2, history(vec![past]), Vec::new(), Listing::NotAsked);
    assert_eq!((open.kind, open.by), (ActionKind::Update, None));
}

/// A definition's own policy decides for it, and may leave the rest to the pack's.
#[test]
fn a_definition_may_have_a_policy_of_its_own() {
    let own = format!(
        "{DEFINITION}  policy: {{ action: by_hand }}\n- id: other\n  title: Other\n  match: message:\"other\"\n  severity: P2\n"
    );
    let policy = r#"
import "policy/action" as base;
fn by_hand(cluster, issue) {
    if cluster.count > 2 { issue.none("the night shift files this by hand"); } else { base::action(cluster, issue); }
}
"#;
    let bench = Bench::with(&own, policy);
    let by_hand = act(&bench, 3, History::default(), Vec::new(), Listing::Complete);
    assert_eq!(by_hand.reason, "the night shift files this by hand");
    assert_eq!(by_hand.by.as_deref(), Some("policy/mine.rhai:4"));
    assert_eq!(act(&bench, 2, History::default(), Vec::new(), Listing::Complete).kind, ActionKind::Create);
}

/// A definition that has been renamed keeps its history and its issue: by what history recorded, and by the marker.
#[test]
fn former_ids_carry_history_and_issue_on() {
    let old = bench();
    let past = filed(&old);
    let renamed = DEFINITION.replace("id: trouble", "id: renamed\n  was: [trouble]");
    let bench = Bench::with(&renamed, POLICY);
    let marker = Marker::new(old.fingerprint("trouble"));
    let ours = KnownIssue { body: marker.to_string(), is_ours: true, ..KnownIssue::open(40, "a | P2 | b") };
    for (history, issues, number) in [
        (history(vec![past]), Issues::default(), 12),
        (History::default(), Issues { known: vec![ours], listing: Listing::Complete }, 40),
    ] {
        let has_history = !history.runs.is_empty();
        let report = bench.lines(&lines(2), &memory(history, issues), 24, at(NOW));
        let found = cluster(&report, "renamed");
        assert_eq!(
            (found.action.kind, found.action.issue.as_ref().unwrap().number),
            (ActionKind::Update, Some(number))
        );
        assert_eq!(found.trend.as_ref().map(|trend| trend.runs_seen), has_history.then_some(1));
        assert!(report.quiet.is_empty());
    }
    let stranger = Bench::with(&DEFINITION.replace("id: trouble", "id: renamed"), POLICY);
    let report = stranger.lines(&lines(2), &memory(history(vec![filed(&old)]), Issues::default()), 24, at(NOW));
    assert_eq!(cluster(&report, "renamed").action.kind, ActionKind::Create);
}

#[test]
fn issues_of_related_clusters_are_linked() {
    let related = format!(
        "{DEFINITION}  related: [cause, absent]\n- id: cause\n  title: Cause\n  match: message:\"cause\"\n  severity: P4\n  issue: {{ number: 7 }}\n- id: absent\n  title: Absent\n  match: message:\"absent\"\n  severity: P4\n  issue: {{ number: 9 }}\n"
    );
    let bench = Bench::with(&related, POLICY);
    let action = act(&bench, 2, History::default(), Vec::new(), Listing::NotAsked);
    assert_eq!((action.kind, action.links), (ActionKind::Create, vec![7, 9]));
}
