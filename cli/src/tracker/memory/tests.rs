use std::time::Duration;

use super::super::client::FakeClock;
use super::super::{Client, Edit, Filter, Limits, Order, Page, Place};
use super::*;

fn client(memory: &Memory) -> Client<'static> {
    let limits = Limits { deadline: Duration::from_secs(100_000), ..Limits::default() };
    Client::new(memory.clone(), FakeClock::default(), limits, |_| {})
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn draft(title: &str) -> Draft {
    Draft { title: title.to_owned(), body: "body".to_owned(), labels: vec!["bot".to_owned()] }
}

fn kind<T>(result: Result<T, Trouble>) -> Kind {
    result.map(drop).unwrap_err().kind
}

fn is_create(request: &Request) -> bool {
    matches!(request, Request::Create(_))
}

fn numbers(issues: &[RemoteIssue]) -> Vec<u64> {
    issues.iter().map(|issue| issue.number).collect()
}

fn mine() -> Filter {
    Filter { creator: Some("gardener".to_owned()), label: None }
}

#[test]
fn what_is_written_can_be_read() {
    let memory = Memory::new("gardener");
    let mut client = client(&memory);
    assert_eq!(
        (client.author().unwrap(), client.repository().unwrap().name),
        ("gardener".to_owned(), REPOSITORY.to_owned())
    );
    let one = client.create(draft("one")).unwrap();
    assert_eq!((one.number, one.author.as_deref(), one.repository.as_deref()), (1, Some("gardener"), Some(REPOSITORY)));
    assert_eq!((one.labels.as_slice(), memory.labels()), (&["bot".to_owned()][..], vec!["bot".to_owned()]));
    memory.set_now(time("2025-06-02T01:00:00Z"));
    let here = Place::here(1);
    let comment = client.comment(&here, "first").unwrap();
    client.comment(&here, "second").unwrap();
    client.edit_comment(&here, comment.id, "edited").unwrap();
    let bodies: Vec<_> = client.comments(&here).unwrap().into_iter().map(|comment| comment.body).collect();
    assert_eq!(bodies, ["edited", "second"]);
    assert_eq!(client.add_labels(&here, vec!["p1".to_owned(), "BOT".to_owned()]).unwrap(), ["bot", "p1"]);
    client.remove_label(&here, "Bot").unwrap();
    assert_eq!(kind(client.remove_label(&here, "bot")), Kind::NotFound);
    let closed = client.edit(&here, Edit { state: Some(("closed", "completed")), ..Edit::default() }).unwrap();
    let now = Some(time("2025-06-02T01:00:00Z"));
    assert_eq!((closed.is_open, closed.state_reason.as_deref(), closed.closed_at), (false, Some("completed"), now));
    assert_eq!((closed.created_at, closed.updated_at), (Some(time("2025-06-02T00:00:00Z")), now));
    let edit = Edit { title: Some("two".to_owned()), state: Some(("open", "reopened")), ..Edit::default() };
    let open = client.edit(&here, edit).unwrap();
    assert_eq!((open.is_open, open.state_reason.as_deref(), open.closed_at), (true, Some("reopened"), None));
    assert_eq!((open.title.as_str(), open.body.as_str(), open.comments), ("two", "body", Some(2)));
    assert_eq!(client.issue(&here).unwrap(), memory.issue(1));
    client.create_label("new", "ffffff", "").unwrap();
    assert_eq!(kind(client.create_label("NEW", "ffffff", "")), Kind::Invalid);
    assert_eq!(client.labels().unwrap(), ["bot", "p1", "new"]);
    assert_eq!(memory.written().len(), 11);
}

#[test]
fn listings_are_filtered_ordered_and_paged() {
    let memory = Memory::new("gardener");
    let mut client = client(&memory);
    for n in 0..250 {
        match n % 5 {
            0 => drop(client.create(draft("ours")).unwrap()),
            1 => drop(memory.person_pulls("ada", "a change")),
            _ => drop(memory.person_opens("ada", "theirs", "", &["bug"])),
        }
    }
    assert_eq!(client.issues(&Filter::default()).unwrap().len(), 200);
    let pages = memory.log().into_iter().filter(|request| matches!(request, Request::Issues(..))).count();
    assert_eq!(pages, 3);
    let ours = client.issues(&mine()).unwrap();
    assert_eq!(numbers(&ours), (0..50).map(|n| n * 5 + 1).collect::<Vec<_>>());
    let bugs = Filter { creator: None, label: Some("Bug".to_owned()) };
    assert_eq!(client.issues(&bugs).unwrap().len(), 150);
    assert_eq!(numbers(&client.newest().unwrap()), (241..=250).rev().collect::<Vec<_>>());
    let odd = Request::Issues(mine(), Order::Oldest, Page::Next("odd".to_owned()));
    assert_eq!(kind(memory.clone().send(&odd)), Kind::Invalid);
    for _ in 0..150 {
        memory.person_comments(1, "ada", "me too");
    }
    assert_eq!(client.comments(&Place::here(1)).unwrap().len(), 150);
}

#[test]
fn what_is_moved_deleted_hidden_or_locked_is_told_so() {
    let memory = Memory::new("gardener");
    let mut client = client(&memory);
    for title in ["moved", "deleted", "hidden", "locked"] {
        client.create(draft(title)).unwrap();
    }
    let there = memory.transfer(1, "acme/infra");
    memory.delete(2);
    memory.hide(3, true);
    memory.change(4, |issue| issue.is_locked = true);
    let moved = client.issue(&Place::here(1)).unwrap();
    assert_eq!((moved.repository.as_deref(), moved.number, moved.title.as_str()), (Some("acme/infra"), there, "moved"));
    assert_eq!(kind(client.edit(&Place::here(1), Edit::default())), Kind::Moved);
    assert_eq!(kind(client.comment(&Place::here(1), "c")), Kind::Moved);
    let elsewhere = Place { repository: Some("acme/infra".to_owned()), number: there };
    client.comment(&elsewhere, "c").unwrap();
    assert_eq!(memory.issue_elsewhere("acme/infra", there).comments, Some(1));
    for (number, expected) in [(2, Kind::Gone), (3, Kind::NotFound), (99, Kind::NotFound)] {
        assert_eq!(kind(client.issue(&Place::here(number))), expected);
        assert_eq!(kind(client.comment(&Place::here(number), "c")), expected);
    }
    let id = memory.person_comments(4, "ada", "locked now");
    assert_eq!(kind(client.comment(&Place::here(4), "c")), Kind::Locked);
    assert_eq!(kind(client.edit_comment(&Place::here(4), id, "c")), Kind::Locked);
    assert_eq!(kind(client.edit(&Place::here(4), Edit::default())), Kind::Locked);
    assert!(client.issue(&Place::here(4)).unwrap().is_locked);
    assert_eq!(numbers(&client.issues(&mine()).unwrap()), [4]);
    memory.hide(3, false);
    assert_eq!(numbers(&client.issues(&mine()).unwrap()), [3, 4]);
    // A number is never given twice.
    assert_eq!(client.create(draft("new")).unwrap().number, 5);
}

#[test]
fn what_github_does_not_accept_is_not_accepted() {
    let memory = Memory::new("gardener");
    let mut client = client(&memory);
    let red = |count| "🔴".repeat(count);
    client.create(Draft { title: red(256), body: red(65_536), labels: vec![] }).unwrap();
    let here = Place::here(1);
    assert_eq!(kind(client.create(Draft { title: red(257), ..draft("") })), Kind::Invalid);
    assert_eq!(kind(client.create(draft(""))), Kind::Invalid);
    assert_eq!(kind(client.create(Draft { body: red(65_537), ..draft("t") })), Kind::Invalid);
    assert_eq!(kind(client.create(Draft { labels: vec![red(51)], ..draft("t") })), Kind::Invalid);
    assert_eq!(kind(client.comment(&here, &red(65_537))), Kind::Invalid);
    assert_eq!(kind(client.edit(&here, Edit { title: Some(red(257)), ..Edit::default() })), Kind::Invalid);
    assert_eq!((memory.issues().len(), memory.comments(1).len(), memory.labels().len()), (1, 0, 0));
    memory.drop_labels(true);
    assert!(client.create(draft("t")).unwrap().labels.is_empty());
    assert!(client.add_labels(&here, vec!["bot".to_owned()]).unwrap().is_empty());
    memory.change_repository(|repository| repository.is_archived = true);
    assert_eq!(kind(client.create(draft("t"))), Kind::Forbidden);
    memory.change_repository(|repository| (repository.is_archived, repository.has_issues) = (false, false));
    assert_eq!(kind(client.create(draft("t"))), Kind::Gone);
    assert_eq!(kind(client.issues(&mine())), Kind::Gone);
}

#[test]
fn a_fault_hits_what_it_is_meant_for_and_says_nothing_of_what_was_done() {
    for (what, told, is_done) in [
        (What::LostAnswer, Kind::NoAnswer, true),
        (What::TruncatedJson, Kind::NoAnswer, true),
        (What::FailedAfter, Kind::Failed, true),
        (What::FailedBefore, Kind::Failed, false),
        (What::Hang, Kind::NoAnswer, false),
        (What::Refused(Trouble::new(Kind::Forbidden, "no")), Kind::Forbidden, false),
    ] {
        let memory = Memory::new("gardener");
        let mut client = client(&memory);
        memory.inject(Fault::new(what, is_create).nth(2));
        client.create(draft("one")).unwrap();
        client.comment(&Place::here(1), "c").unwrap();
        assert_eq!(kind(client.create(draft("two"))), told);
        assert_eq!((memory.issues().len(), memory.written().len()), (if is_done { 2 } else { 1 }, 3));
        client.create(draft("three")).unwrap();
    }
    // The client tries again what was not done, and the reads.
    let memory = Memory::new("gardener");
    let mut client = client(&memory);
    memory.inject(Fault::new(What::Limited(Some(Duration::from_secs(9))), is_create).times(2));
    memory.inject(Fault::new(What::FailedBefore, |request| !request.is_write()).times(3));
    client.create(draft("one")).unwrap();
    assert_eq!((client.issues(&mine()).unwrap().len(), memory.issues().len(), memory.log().len()), (1, 1, 7));
}

#[test]
fn a_listing_may_lag_behind_or_be_empty_and_an_issue_never_does() {
    let memory = Memory::new("gardener");
    let mut client = client(&memory);
    client.create(draft("one")).unwrap();
    client.create(draft("two")).unwrap();
    client.edit(&Place::here(1), Edit { title: Some("1".to_owned()), ..Edit::default() }).unwrap();
    memory.inject(Fault::new(What::StaleListing(2), |_| true).times(2));
    assert_eq!(client.issue(&Place::here(2)).unwrap().title, "two");
    for expected in [1, 1, 2] {
        let listed = client.issues(&mine()).unwrap();
        assert_eq!((listed.len(), listed[0].title.as_str()), (expected, if expected == 1 { "one" } else { "1" }));
    }
    memory.inject(Fault::new(What::StaleListing(99), |_| true).always());
    for _ in 0..5 {
        assert!(client.issues(&mine()).unwrap().is_empty());
    }
    memory.clear_faults();
    memory.inject(Fault::new(What::EmptyListing, |request| matches!(request, Request::Issues(..))));
    assert_eq!(client.labels().unwrap(), ["bot"]);
    assert_eq!([client.issues(&mine()).unwrap().len(), client.issues(&mine()).unwrap().len()], [0, 2]);
}

#[test]
fn who_is_killed_does_no_more_until_it_is_begun_again() {
    for (what, done) in [(What::KilledBefore, 1), (What::KilledAfter, 2)] {
        let memory = Memory::new("gardener");
        let (mut client, beside) = (client(&memory), memory.beside());
        memory.inject(Fault::new(what, is_create).nth(2));
        client.create(draft("one")).unwrap();
        assert_eq!(client.create(draft("two")).unwrap_err(), Trouble::new(Kind::NoAnswer, KILLED));
        assert_eq!((kind(client.author()), memory.is_dead(), memory.issues().len()), (Kind::NoAnswer, true, done));
        // Another pipeline lives on.
        assert!(!beside.is_dead());
        tests::client(&beside).create(draft("theirs")).unwrap();
        memory.revive();
        assert_eq!(client.issues(&mine()).unwrap().len(), done + 1);
        assert_eq!((memory.written().len(), beside.written().len()), (2, 1));
    }
    let memory = Memory::new("gardener");
    memory.die_by_panic();
    memory.inject(Fault::new(What::KilledAfter, is_create));
    let mut dying = client(&memory);
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || dying.create(draft("one")).map(drop)));
    assert_eq!(died.unwrap_err().downcast_ref::<&str>(), Some(&KILLED));
    memory.revive();
    assert_eq!(client(&memory).issues(&mine()).unwrap().len(), 1);
}

#[test]
fn others_may_act_between_two_requests() {
    let memory = Memory::new("gardener");
    let beside = memory.beside();
    let act = move || drop(client(&beside).create(draft("theirs")).unwrap());
    memory.inject(Fault::new(What::Meanwhile(Rc::new(act)), is_create));
    assert_eq!(client(&memory).create(draft("ours")).unwrap().number, 2);
    assert_eq!(memory.issue(1).title, "theirs");
}
