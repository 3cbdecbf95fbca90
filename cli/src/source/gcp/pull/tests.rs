use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::json;

use super::super::request::Order;
use super::*;
use crate::context::FakeClock;
use crate::error::Exit;

/// Gives what it was told, and remembers what it was asked and when.
#[derive(Clone, Default)]
struct Script {
    answers: Rc<RefCell<VecDeque<Result<Value, Trouble>>>>,
    /// What it gives when nothing is left of that.
    always: Option<Trouble>,
    asked: Rc<RefCell<Vec<(Duration, Value)>>>,
    clock: FakeClock,
    /// Other credentials that there are.
    others: Rc<Cell<u32>>,
}

impl Server for Script {
    fn list(&mut self, body: &Value, within: Duration) -> Result<Vec<u8>, Trouble> {
        assert!(!within.is_zero());
        self.asked.borrow_mut().push((self.clock.elapsed(), body.clone()));
        match (self.answers.borrow_mut().pop_front(), &self.always) {
            (Some(answer), _) => answer.map(|page| page.to_string().into_bytes()),
            (None, Some(trouble)) => Err(trouble.clone()),
            (None, None) => panic!("asked once too often"),
        }
    }

    fn renew(&mut self) -> bool {
        let left = self.others.get();
        self.others.set(left.saturating_sub(1));
        left > 0
    }
}

impl Script {
    fn new(answers: Vec<Result<Value, Trouble>>) -> Self {
        Self { answers: Rc::new(RefCell::new(answers.into())), ..Self::default() }
    }

    fn tokens(&self) -> Vec<Option<String>> {
        self.asked.borrow().iter().map(|(_, body)| body["pageToken"].as_str().map(str::to_owned)).collect()
    }
}

#[derive(Default)]
struct Lines {
    text: String,
    cursors: Vec<Cursor>,
}

impl Sink for Lines {
    fn page(&mut self, lines: &[u8], cursor: &Cursor) -> Result<(), Failure> {
        self.text.push_str(std::str::from_utf8(lines).unwrap());
        self.cursors.push(cursor.clone());
        Ok(())
    }
}

#[derive(Clone, Default)]
struct Told(Rc<RefCell<Vec<String>>>);

impl Watch for Told {
    fn reached(&mut self, _: &Cursor) {}

    fn waiting(&mut self, duration: Duration, why: &str) {
        self.0.borrow_mut().push(format!("{} s: {why}", duration.as_secs()));
    }
}

const LIMITS: Limits = Limits { quota: 60, deadline: Duration::from_secs(600), entries: None };

fn at(second: u32) -> Timestamp {
    Timestamp::parse(&format!("2025-09-14T04:00:{second:02}Z")).unwrap()
}

fn pull(script: &Script, limits: Limits) -> Pull<'static> {
    Pull {
        server: Box::new(script.clone()),
        clock: Box::new(script.clock.clone()),
        chance: Box::new(|| 0.0),
        watch: Box::new(Told::default()),
        request: Request::new(vec!["projects/p".to_owned()], String::new(), Order::Asc, None),
        window: Window { since: at(0), until: at(59) },
        limits,
        pace: Pace::new(limits.quota),
    }
}

fn run(script: &Script, limits: Limits) -> (End, Cursor, Lines) {
    let (mut cursor, mut lines) = (Cursor::default(), Lines::default());
    let end = pull(script, limits).run(&mut cursor, &mut Seen::default(), &mut lines).unwrap();
    (end, cursor, lines)
}

fn page(entries: &[u32], next: Option<&str>) -> Result<Value, Trouble> {
    let entries: Vec<Value> =
        entries.iter().map(|n| json!({ "insertId": n.to_string(), "timestamp": at(*n).to_string() })).collect();
    Ok(match next {
        Some(next) => json!({ "entries": entries, "nextPageToken": next }),
        None => json!({ "entries": entries }),
    })
}

fn failed(kind: Kind) -> Result<Value, Trouble> {
    Err(Trouble::new(kind, "no"))
}

#[test]
fn pages_without_entries_are_no_end() {
    let script = Script::new(vec![
        Ok(json!({ "nextPageToken": "a" })),
        page(&[1, 2], Some("b")),
        Ok(json!({ "nextPageToken": "c", "entries": [] })),
        page(&[2, 3], None),
    ]);
    let (end, cursor, lines) = run(&script, LIMITS);
    assert_eq!(end, End::Whole);
    assert_eq!((cursor.entries, cursor.duplicates, cursor.pages, cursor.last), (3, 1, 4, Some(at(3))));
    assert_eq!(lines.text.lines().count(), 3);
    let tokens = script.tokens();
    assert_eq!(tokens.iter().map(Option::as_deref).collect::<Vec<_>>(), [None, Some("a"), Some("b"), Some("c")]);
    assert_eq!(lines.cursors[1].token.as_deref(), Some("b"), "what is kept says where to go on");
}

#[test]
fn a_limit_is_whole_where_nothing_is_behind_it() {
    let limited = |answers, entries| {
        let (end, cursor, _) = run(&Script::new(answers), Limits { entries: Some(entries), ..LIMITS });
        (end, cursor.entries)
    };
    assert_eq!(limited(vec![page(&[1, 2], None)], 2), (End::Whole, 2));
    assert_eq!(limited(vec![page(&[1, 2, 3], None)], 2), (End::Limit, 2));
    assert_eq!(limited(vec![page(&[1, 2], Some("a"))], 2), (End::Limit, 2));
    assert_eq!(limited(vec![page(&[1, 1], Some("a")), page(&[1, 2], None)], 2), (End::Whole, 2));
}

#[test]
fn what_passes_is_tried_until_the_deadline_and_longer_each_time() {
    let script = Script {
        answers: Rc::new(RefCell::new(vec![page(&[1], Some("a"))].into())),
        always: Some(Trouble::new(Kind::Failed, "HTTP 503")),
        ..Script::default()
    };
    let (end, cursor, _) = run(&script, LIMITS);
    let End::Stopped(trouble) = end else { panic!("{end:?}") };
    assert_eq!(trouble.kind, Kind::Late);
    assert!(trouble.message.contains("HTTP 503"), "{}", trouble.message);
    assert_eq!(cursor.token.as_deref(), Some("a"));
    let times: Vec<f64> = script.asked.borrow().iter().map(|(at, _)| at.as_secs_f64()).collect();
    let waits: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits[1..5], [0.25, 0.5, 1.0, 2.0]);
    assert!(waits.iter().all(|wait| *wait <= 60.0) && times.last().unwrap() > &500.0, "{times:?}");
}

#[test]
fn a_server_that_never_answered_is_not_believed_in_for_long() {
    for (kind, tries) in [(Kind::Unreachable, 5), (Kind::NoAnswer, 8)] {
        let script = Script { always: Some(Trouble::new(kind, "no")), ..Script::default() };
        let (end, ..) = run(&script, LIMITS);
        assert_eq!(end, End::Stopped(Trouble::new(kind, "no")));
        assert_eq!(script.asked.borrow().len(), tries);
    }
}

#[test]
fn a_server_that_fails_from_the_beginning_is_waited_for() {
    let mut answers: Vec<_> = (0..9).map(|_| failed(Kind::Failed)).collect();
    answers.push(failed(Kind::FailedFor(Duration::from_secs(90))));
    answers.push(page(&[1], None));
    let script = Script::new(answers);
    let (end, cursor, _) = run(&script, LIMITS);
    assert_eq!((end, cursor.entries), (End::Whole, 1));
    let times: Vec<f64> = script.asked.borrow().iter().map(|(at, _)| at.as_secs_f64()).collect();
    assert_eq!(times[10] - times[9], 90.0, "as long as it asks for");
}

#[test]
fn credentials_that_end_in_the_middle_are_renewed_once_a_page_and_within_the_quota() {
    let script = Script::new(vec![
        page(&[1], Some("a")),
        failed(Kind::Unauthorized),
        page(&[2], Some("b")),
        failed(Kind::Unauthorized),
        page(&[3], None),
    ]);
    script.others.set(5);
    let (end, cursor, _) = run(&script, Limits { quota: 2, ..LIMITS });
    assert_eq!((end, cursor.entries), (End::Whole, 3));
    let times: Vec<u64> = script.asked.borrow().iter().map(|(at, _)| at.as_secs()).collect();
    assert_eq!(times, [0, 0, 60, 60, 120], "a request that is refused is one too");
    let script = Script::new(vec![failed(Kind::Unauthorized), failed(Kind::Unauthorized)]);
    script.others.set(5);
    assert!(matches!(run(&script, LIMITS).0, End::Stopped(trouble) if trouble.kind == Kind::Unauthorized));
}

#[test]
fn who_pulls_again_keeps_the_pace() {
    let script = Script::new(vec![page(&[1], None), page(&[2], None)]);
    let mut pull = pull(&script, Limits { quota: 1, ..LIMITS });
    for _ in 0..2 {
        let end = pull.run(&mut Cursor::default(), &mut Seen::default(), &mut Lines::default());
        assert_eq!(end.unwrap(), End::Whole);
    }
    assert_eq!(script.clock.elapsed(), Duration::from_secs(60));
}

#[test]
fn quotas_are_waited_for_as_long_as_the_server_asks() {
    let asked = Duration::from_secs(42);
    let script = Script::new(vec![failed(Kind::Limited(Some(asked))), failed(Kind::Limited(None)), page(&[1], None)]);
    let told = Told::default();
    let mut pull = Pull { watch: Box::new(told.clone()), ..pull(&script, LIMITS) };
    assert_eq!(pull.run(&mut Cursor::default(), &mut Seen::default(), &mut Lines::default()).unwrap(), End::Whole);
    let times: Vec<u64> = script.asked.borrow().iter().map(|(at, _)| at.as_secs()).collect();
    assert_eq!(times, [0, 42, 46]);
    assert_eq!(*told.0.borrow(), ["42 s: no"]);
    let impatient = Limits { deadline: asked, ..LIMITS };
    let script = Script::new(vec![failed(Kind::Limited(Some(asked + asked)))]);
    assert!(matches!(run(&script, impatient).0, End::Stopped(trouble) if trouble.kind == Kind::Late));
    assert_eq!(script.clock.elapsed(), Duration::ZERO, "what is too long is not waited for");
}

#[test]
fn requests_keep_the_pace() {
    let mut answers: Vec<_> = (0..6).map(|n| page(&[n], Some("more"))).collect();
    answers.push(page(&[7], None));
    let script = Script::new(answers);
    assert_eq!(run(&script, Limits { quota: 2, ..LIMITS }).0, End::Whole);
    let times: Vec<u64> = script.asked.borrow().iter().map(|(at, _)| at.as_secs()).collect();
    assert_eq!(times, [0, 0, 60, 60, 120, 120, 180]);
}

#[test]
fn an_old_token_of_a_page_begins_the_window_again_and_not_for_ever() {
    let script = Script::new(vec![
        page(&[1, 2], Some("a")),
        failed(Kind::StaleToken),
        page(&[2, 3], Some("b")),
        failed(Kind::StaleToken),
        page(&[3], Some("c")),
        failed(Kind::StaleToken),
        page(&[3], Some("d")),
        failed(Kind::StaleToken),
        page(&[3], Some("e")),
        failed(Kind::StaleToken),
        page(&[3], Some("f")),
        failed(Kind::StaleToken),
        page(&[3], Some("g")),
        failed(Kind::StaleToken),
    ]);
    let (end, cursor, lines) = run(&script, LIMITS);
    assert!(matches!(end, End::Stopped(trouble) if trouble.kind == Kind::StaleToken));
    assert_eq!((lines.text.lines().count(), cursor.duplicates), (3, 6));
    let filters: Vec<String> =
        script.asked.borrow().iter().map(|(_, body)| body["filter"].as_str().unwrap()[..33].to_owned()).collect();
    assert_eq!(filters[2], "timestamp>=\"2025-09-14T04:00:02Z\"");
    assert_eq!(filters[4], "timestamp>=\"2025-09-14T04:00:03Z\"");
    assert_eq!(script.tokens()[2], None);

    let lost = [Ok(json!({ "nextPageToken": "a" })), failed(Kind::StaleToken)];
    let script = Script::new(lost.iter().cloned().cycle().take(12).collect());
    assert!(matches!(run(&script, LIMITS).0, End::Stopped(_)), "nor where nothing has come at all");
}

#[test]
fn what_does_not_pass_stops_at_once() {
    for kind in [Kind::BadFilter, Kind::Forbidden, Kind::NotFound, Kind::Unauthorized, Kind::Invalid] {
        let script = Script::new(vec![failed(kind)]);
        let (end, cursor, _) = run(&script, LIMITS);
        let End::Stopped(trouble) = end else { panic!("{end:?}") };
        assert_eq!((trouble.kind, cursor), (kind, Cursor::default()));
        assert_eq!(trouble.exit() == Exit::Usage, kind == Kind::BadFilter);
    }
}

#[test]
fn fewer_entries_are_asked_for_where_pages_are_large() {
    let large = |numbers: &[u32], next: Option<&str>| {
        page(numbers, next).map(|mut page| {
            let text = "x".repeat(LARGE / 3);
            page["entries"].as_array_mut().unwrap().iter_mut().for_each(|entry| entry["textPayload"] = json!(text));
            page
        })
    };
    let script = Script::new(vec![large(&[1, 2, 3], Some("a")), large(&[3], Some("b")), large(&[4], None)]);
    let (end, cursor, lines) = run(&script, LIMITS);
    assert_eq!((end, cursor.entries, cursor.duplicates, cursor.page_size), (End::Whole, 4, 1, Some(1)));
    assert_eq!(script.tokens(), [None, None, Some("b".to_owned())], "tokens are for pages of one size");
    let asked = script.asked.borrow();
    assert_eq!([0, 1, 2].map(|n: usize| asked[n].1["pageSize"].clone()), [json!(1000), json!(1), json!(1)]);
    assert!(asked[1].1["filter"].as_str().unwrap().contains("timestamp>=\"2025-09-14T04:00:03Z\""));
    assert_eq!(lines.text.lines().count(), 4);
}
