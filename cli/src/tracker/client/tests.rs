use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::super::{Draft, Filter, Page, Paged, Place, RemoteComment, RemoteIssue, Repository};
use super::*;

/// A tracker that answers as it was told, then as fits; what was asked, and when.
#[derive(Clone, Default)]
struct Script {
    clock: FakeClock,
    answers: Rc<RefCell<VecDeque<Result<Answer, Trouble>>>>,
    asked: Rc<RefCell<Vec<(Request, Duration)>>>,
    notes: Rc<RefCell<Vec<String>>>,
    /// How long it takes to answer.
    takes: Duration,
}

impl Tracker for Script {
    fn send(&mut self, request: &Request) -> Result<Answer, Trouble> {
        self.asked.borrow_mut().push((request.clone(), self.clock.elapsed()));
        self.clock.wait(self.takes);
        let answer = self.answers.borrow_mut().pop_front();
        answer.unwrap_or_else(|| Ok(fitting(request)))
    }
}

fn fitting(request: &Request) -> Answer {
    match request {
        Request::Repository => Answer::Repository(repository()),
        Request::Author => Answer::Author("gardener".to_owned()),
        Request::Issues(..) => Answer::Issues(Paged { items: vec![], next: None }),
        Request::Issue(_) | Request::Create(_) | Request::Edit(..) => Answer::Issue(Box::new(issue(1))),
        Request::Comments(..) => Answer::Comments(Paged { items: vec![], next: None }),
        Request::Labels(_) | Request::AddLabels(..) => Answer::Labels(Paged { items: vec![], next: None }),
        Request::CreateLabel { .. } | Request::RemoveLabel(..) => Answer::Done,
        Request::Comment(..) | Request::EditComment(..) => Answer::Comment(comment(1)),
    }
}

impl Script {
    fn of(answers: impl IntoIterator<Item = Result<Answer, Trouble>>) -> Self {
        Self { answers: Rc::new(RefCell::new(answers.into_iter().collect())), ..Self::default() }
    }

    fn client(&self, deadline: u64) -> Client<'static> {
        let notes = Rc::clone(&self.notes);
        let limits = Limits { deadline: Duration::from_secs(deadline), ..Limits::default() };
        Client::new(self.clone(), self.clock.clone(), limits, move |note| notes.borrow_mut().push(note.to_owned()))
    }

    /// The seconds at which something was sent.
    fn times(&self) -> Vec<f64> {
        self.asked.borrow().iter().map(|(_, at)| at.as_secs_f64()).collect()
    }
}

fn repository() -> Repository {
    Repository { name: "o/r".to_owned(), is_public: false, is_archived: false, has_issues: true }
}

fn issue(number: u64) -> RemoteIssue {
    RemoteIssue {
        repository: None,
        number,
        title: format!("#{number}"),
        body: String::new(),
        labels: vec![],
        is_open: true,
        state_reason: None,
        closed_at: None,
        created_at: None,
        updated_at: None,
        url: None,
        author: None,
        is_locked: false,
        is_pull_request: false,
        comments: None,
    }
}

fn comment(id: u64) -> RemoteComment {
    RemoteComment { id, body: String::new(), author: None }
}

fn draft() -> Draft {
    Draft { title: "t".to_owned(), body: "b".to_owned(), labels: vec![] }
}

fn trouble(kind: Kind) -> Result<Answer, Trouble> {
    Err(Trouble::new(kind, "it is so"))
}

fn limited(seconds: Option<u64>) -> Result<Answer, Trouble> {
    trouble(Kind::Limited { wait: seconds.map(Duration::from_secs) })
}

fn kind<T: std::fmt::Debug>(result: Result<T, Trouble>) -> Kind {
    result.unwrap_err().kind
}

#[test]
fn a_read_is_tried_four_times_in_all_where_it_may_pass() {
    for passing in [Kind::Failed, Kind::NoAnswer, Kind::Unreachable] {
        let script = Script::of([trouble(passing), trouble(passing), trouble(passing)]);
        assert_eq!(script.client(600).author().unwrap(), "gardener");
        assert_eq!(script.times(), [0.0, 1.0, 3.0, 7.0]);
        assert_eq!(script.notes.borrow()[1], "trying again in 2 s: it is so");
        let script = Script::of((0..9).map(|_| trouble(passing)));
        assert_eq!((kind(script.client(600).author()), script.times().len()), (passing, 4));
    }
    for lasting in [Kind::NotFound, Kind::Gone, Kind::Unauthorized, Kind::Forbidden, Kind::Invalid, Kind::Moved] {
        let script = Script::of([trouble(lasting)]);
        assert_eq!((kind(script.client(600).author()), script.times().len()), (lasting, 1));
    }
}

#[test]
fn a_write_is_never_sent_again_where_it_may_have_been_done() {
    let place = Place::here(1);
    type Write = fn(&mut Client<'_>, &Place) -> Result<(), Trouble>;
    let writes: [Write; 7] = [
        |client, _| client.create(draft()).map(drop),
        |client, place| client.edit(place, super::super::Edit::default()).map(drop),
        |client, place| client.add_labels(place, vec![]).map(drop),
        |client, place| client.remove_label(place, "l"),
        |client, place| client.comment(place, "c").map(drop),
        |client, place| client.edit_comment(place, 1, "c").map(drop),
        |client, _| client.create_label("l", "ffffff", ""),
    ];
    for write in writes {
        for unknown in [Kind::Failed, Kind::NoAnswer] {
            let script = Script::of([trouble(unknown)]);
            assert_eq!((kind(write(&mut script.client(600), &place)), script.times().len()), (unknown, 1));
        }
        // These were not done.
        let script = Script::of([trouble(Kind::Unreachable), limited(Some(3))]);
        assert_eq!((write(&mut script.client(600), &place), script.times()), (Ok(()), vec![0.0, 1.0, 4.0]));
        let script = Script::of((0..9).map(|_| trouble(Kind::Unreachable)));
        assert_eq!((kind(write(&mut script.client(600), &place)), script.times().len()), (Kind::Unreachable, 4));
    }
}

#[test]
fn a_limit_is_waited_for_as_long_as_it_says_or_ever_longer() {
    let script = Script::of([limited(Some(0)), limited(Some(17)), limited(None), limited(None), limited(None)]);
    let mut client = script.client(600);
    client.create(draft()).unwrap();
    assert_eq!(script.times(), [0.0, 1.0, 18.0, 78.0, 198.0, 438.0]);
    let told = ["waiting 17 s: the tracker asks for it", "waiting 60 s: the tracker asks for it"];
    assert_eq!(script.notes.borrow()[..2], told);
    // It begins anew once it was let through.
    script.answers.borrow_mut().push_back(limited(None));
    client.author().unwrap();
    assert_eq!(script.times()[6..], [438.0, 498.0]);
    // Reads are not paced, and yet none is sent again at once.
    script.answers.borrow_mut().extend([limited(Some(0)), limited(Some(0))]);
    client.author().unwrap();
    assert_eq!(script.times()[8..], [498.0, 499.0, 500.0]);
}

#[test]
fn what_would_wait_past_the_deadline_is_deferred_at_once() {
    let script = Script::of([limited(None), limited(None)]);
    let mut client = script.client(100);
    let deferred = client.create(draft()).unwrap_err();
    assert_eq!(deferred.kind, Kind::Deferred);
    assert_eq!(deferred.detail, "not sent: it would have to wait 120 s, and 40 s are left (the tracker asks for it)");
    assert_eq!(script.times(), [0.0, 60.0]);
    // Other writes are not even tried; reads are.
    assert_eq!(kind(client.comment(&Place::here(1), "c")), Kind::Deferred);
    assert_eq!(script.times().len(), 2);
    client.author().unwrap();
    assert_eq!(script.times(), [0.0, 60.0, 60.0]);
    // A read that cannot be is the end of it all.
    script.answers.borrow_mut().push_back(limited(Some(41)));
    assert_eq!([kind(client.author()), kind(client.author())], [Kind::Deferred; 2]);
    assert_eq!(script.times().len(), 4);
}

#[test]
fn nothing_is_sent_after_the_deadline() {
    let script = Script { takes: Duration::from_secs(7), ..Script::of((0..9).map(|_| trouble(Kind::NoAnswer))) };
    let mut client = script.client(20);
    // The third would begin at 17 s, and the fourth after the end.
    assert_eq!((kind(client.author()), script.times()), (Kind::NoAnswer, vec![0.0, 8.0, 17.0]));
    assert_eq!((kind(client.author()), script.times().len()), (Kind::Deferred, 3));
    // The deadline counts from when the client was made.
    client = script.client(20);
    assert_eq!(kind(client.create(draft())), Kind::NoAnswer);
}

#[test]
fn writes_are_a_second_apart_from_end_to_start_and_reads_are_not() {
    let script = Script { takes: Duration::from_millis(250), ..Script::default() };
    let mut client = script.client(600);
    client.create(draft()).unwrap();
    client.author().unwrap();
    client.remove_label(&Place::here(1), "l").unwrap();
    script.clock.clone().wait(Duration::from_secs(5));
    client.comment(&Place::here(1), "c").unwrap();
    client.author().unwrap();
    assert_eq!(script.times(), [0.0, 0.25, 1.25, 6.5, 6.75]);
    assert_eq!(client.counts(), Counts { requests: 5, writes: 3 });
    assert!(script.notes.borrow().is_empty(), "short waits are nothing to tell of");
}

/// The most that was sent in any span of so many seconds.
fn most(script: &Script, span: u64, cost: impl Fn(&Request) -> u64) -> u64 {
    let asked = script.asked.borrow();
    let span = Duration::from_secs(span);
    let within = |start: Duration| asked.iter().filter(move |(_, at)| (start..start + span).contains(at));
    asked.iter().map(|(_, start)| within(*start).map(|(request, _)| cost(request)).sum()).max().unwrap_or(0)
}

#[test]
fn no_minute_costs_more_than_eight_hundred_points() {
    let script = Script { takes: Duration::from_millis(20), ..Script::default() };
    let mut client = script.client(100_000);
    for n in 0..2_500 {
        client.author().unwrap();
        if n % 50 == 0 {
            client.remove_label(&Place::here(1), "l").unwrap();
        }
    }
    let points = |request: &Request| if request.is_write() { 5 } else { 1 };
    assert_eq!(most(&script, 60, points), 800);
    assert!(script.clock.elapsed() < Duration::from_secs(240), "{:?}", script.clock.elapsed());
    assert!(script.notes.borrow().iter().any(|note| note.contains("too many for the tracker")));
}

#[test]
fn not_too_much_is_made_in_a_minute_nor_in_an_hour() {
    let script = Script::default();
    let limits = Limits { deadline: Duration::from_secs(100_000), interval: Duration::from_millis(10) };
    let mut client = Client::new(script.clone(), script.clock.clone(), limits, |_| {});
    for n in 0..1_000 {
        match n % 2 {
            0 => drop(client.create(draft()).unwrap()),
            _ => drop(client.comment(&Place::here(1), "c").unwrap()),
        }
    }
    let made = |request: &Request| u64::from(request.makes_anew());
    assert_eq!((most(&script, 60, made), most(&script, 3600, made)), (75, 480));
    assert!(script.clock.elapsed() < Duration::from_secs(2 * 3600 + 60), "{:?}", script.clock.elapsed());
    // With less time, the rest is deferred, and nothing was waited for in vain.
    let script = Script::default();
    let mut client = Client::new(
        script.clone(),
        script.clock.clone(),
        Limits { interval: Duration::ZERO, deadline: DEADLINE },
        |_| {},
    );
    let done = (0..1_000).take_while(|_| client.create(draft()).is_ok()).count();
    assert_eq!((done, kind(client.create(draft())), script.times().len()), (480, Kind::Deferred, 480));
    assert!(script.clock.elapsed() <= DEADLINE);
}

fn page(issues: Vec<RemoteIssue>, next: Option<&str>) -> Result<Answer, Trouble> {
    Ok(Answer::Issues(Paged { items: issues, next: next.map(str::to_owned) }))
}

#[test]
fn a_listing_is_read_to_its_end_and_each_issue_is_told_once() {
    let pull = RemoteIssue { is_pull_request: true, ..issue(3) };
    let later = RemoteIssue { is_open: false, ..issue(2) };
    let script = Script::of([
        page(vec![issue(1), issue(2)], Some("two")),
        trouble(Kind::Failed),
        page(vec![later.clone(), pull.clone()], Some("three")),
        page(vec![issue(4)], None),
    ]);
    let filter = Filter { creator: Some("gardener".to_owned()), label: None };
    assert_eq!(script.client(600).issues(&filter).unwrap(), [issue(1), later, issue(4)]);
    let asked: Vec<_> = script.asked.borrow().iter().map(|(request, _)| request.clone()).collect();
    let of = |page| Request::Issues(filter.clone(), super::super::Order::Oldest, page);
    let next = |name: &str| of(Page::Next(name.to_owned()));
    assert_eq!(asked, [of(Page::First), next("two"), next("two"), next("three")]);
    // Half a listing is none.
    let script = Script::of([page(vec![issue(1)], Some("two")), trouble(Kind::Forbidden)]);
    assert_eq!(kind(script.client(600).issues(&filter)), Kind::Forbidden);
    // The newest are a page, and pull requests have numbers too.
    let script = Script::of([page(vec![issue(4), pull.clone()], Some("two"))]);
    assert_eq!(script.client(600).newest().unwrap(), [issue(4), pull]);
}

#[test]
fn a_listing_without_an_end_is_trouble() {
    let script = Script::of((0..400).map(|n| page(vec![issue(n)], Some("next"))));
    assert_eq!(kind(script.client(600).issues(&Filter::default())), Kind::NoAnswer);
    assert_eq!(script.times().len(), 300);
    let endless = Answer::Comments(Paged { items: vec![comment(1)], next: Some("next".to_owned()) });
    let script = Script::of((0..400).map(|_| Ok(endless.clone())));
    assert_eq!((kind(script.client(600).comments(&Place::here(1))), script.times().len()), (Kind::NoAnswer, 300));
}

#[test]
fn comments_and_labels_come_from_all_pages() {
    let comments = |ids: [u64; 2], next: Option<&str>| {
        Ok(Answer::Comments(Paged { items: ids.map(comment).to_vec(), next: next.map(str::to_owned) }))
    };
    let labels = |name: &str, next: Option<&str>| {
        Ok(Answer::Labels(Paged { items: vec![name.to_owned()], next: next.map(str::to_owned) }))
    };
    let script = Script::of([
        comments([7, 5], Some("two")),
        comments([5, 9], None),
        labels("a", Some("two")),
        labels("b", None),
    ]);
    let mut client = script.client(600);
    assert_eq!(client.comments(&Place::here(1)).unwrap(), [comment(7), comment(5), comment(9)]);
    assert_eq!(client.labels().unwrap(), ["a", "b"]);
}

#[test]
fn an_answer_to_something_else_is_none() {
    let wrong = || Script::of([Ok(Answer::Author("a".to_owned()))]).client(600);
    let here = Place::here(1);
    assert_eq!(kind(wrong().repository()), Kind::NoAnswer);
    assert_eq!(kind(wrong().issues(&Filter::default())), Kind::NoAnswer);
    assert_eq!(kind(wrong().newest()), Kind::NoAnswer);
    assert_eq!(kind(wrong().issue(&here)), Kind::NoAnswer);
    assert_eq!(kind(wrong().comments(&here)), Kind::NoAnswer);
    assert_eq!(kind(wrong().labels()), Kind::NoAnswer);
    assert_eq!(kind(wrong().create_label("l", "ffffff", "")), Kind::NoAnswer);
    assert_eq!(kind(wrong().create(draft())), Kind::NoAnswer);
    assert_eq!(kind(wrong().add_labels(&here, vec![])), Kind::NoAnswer);
    assert_eq!(kind(wrong().remove_label(&here, "l")), Kind::NoAnswer);
    assert_eq!(kind(wrong().edit_comment(&here, 1, "c")), Kind::NoAnswer);
    assert_eq!(kind(Script::of([Ok(Answer::Done)]).client(600).author()), Kind::NoAnswer);
}
