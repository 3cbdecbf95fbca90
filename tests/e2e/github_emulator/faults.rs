//! What goes wrong, by rule.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Reply, shop};
use super::github::{Done, Fault, GitHub, LOGIN, Rule};

const ISSUES: &str = "/repos/acme/shop/issues";
const PATH: &str = "/repos/*/*/issues";

/// Creates an issue under a fault; the answer, and how many issues there are then.
fn create_under(fault: Fault) -> (Option<Reply>, usize) {
    let (github, mut client) = shop();
    github.rule(Rule::new("POST", PATH, fault));
    let reply = client.try_send("POST", ISSUES, &json!({ "title": "One" }));
    github.wait_until(|world| world.log.iter().all(|it| it.ended.is_some()));
    github.assert_clean(Duration::ZERO);
    (reply, github.with(|world| world.repo("acme/shop").all().len()))
}

#[test]
fn answers_are_lost_after_it_was_done_or_before() {
    for (done, issues) in [(Done::Yes, 1), (Done::No, 0)] {
        let (reply, there) = create_under(Fault::LoseAnswer(done));
        assert!(reply.is_none());
        assert_eq!(there, issues);
    }
    let (reply, there) = create_under(Fault::CutOff);
    assert!(reply.is_none() && there == 1);
}

#[test]
fn gateways_answer_in_html() {
    for status in [502, 503, 504] {
        for (done, issues) in [(Done::Yes, 1), (Done::No, 0)] {
            let (reply, there) = create_under(Fault::Gateway(status, done));
            let reply = reply.unwrap();
            assert_eq!((reply.status, reply.header("content-type"), there), (status, Some("text/html"), issues));
            assert!(reply.text.starts_with("<html>"));
        }
    }
    let (reply, there) = create_under(Fault::ServerError(Done::Yes));
    let reply = reply.unwrap();
    assert_eq!((reply.status, &reply.json["message"], there), (500, &json!("Server Error"), 1));
    assert_eq!(create_under(Fault::ServerError(Done::No)).1, 0);
}

#[test]
fn answers_can_be_unreadable() {
    let (reply, there) = create_under(Fault::Truncated);
    let reply = reply.unwrap();
    assert!(reply.status == 201 && reply.json.is_null() && reply.text.starts_with("{\"url\"") && there == 1);
    let (reply, there) = create_under(Fault::WrongContentType);
    let reply = reply.unwrap();
    assert_eq!((reply.status, reply.header("content-type")), (201, Some("text/html; charset=utf-8")));
    assert!(reply.json["number"] == 1 && there == 1);
    let odd = |fault| create_under(fault).0.unwrap().json;
    assert!(odd(Fault::NullUser)["user"].is_null());
    assert_eq!(odd(Fault::UnknownStateReason)["state_reason"], "overtaken_by_events");
}

#[test]
fn connections_hang() {
    let began = Instant::now();
    let (reply, there) = create_under(Fault::Hang(60, Done::Yes));
    assert!(reply.is_some() && there == 1 && began.elapsed() >= Duration::from_millis(60));
    let (reply, there) = create_under(Fault::Hang(60, Done::No));
    assert!(reply.is_none() && there == 0);
    let (reply, there) = create_under(Fault::DoneLate(60));
    assert!(reply.is_some() && there == 1);
}

#[test]
fn who_goes_and_asks_again_asks_one_thing_at_a_time() {
    let (github, mut client) = shop();
    github.rule(Rule::new("POST", PATH, Fault::DoneLate(300)));
    // The first one goes before there is an answer, as a client does whose patience is over.
    leave_after_asking(&github);
    client.send("POST", ISSUES, &json!({ "title": "One" }));
    github.wait_until(|world| world.log.iter().all(|it| it.ended.is_some()));
    github.with(|world| assert!(world.log[0].was_left && !world.log[1].was_left));
    github.assert_clean(Duration::ZERO);
    github.wait_until(|world| world.repo("acme/shop").all().len() == 2);
}

fn leave_after_asking(github: &GitHub) {
    use std::io::Write;
    let mut stream = std::net::TcpStream::connect(github.address()).unwrap();
    let token = super::github::TOKEN;
    let head = format!("POST {ISSUES} HTTP/1.1\r\nUser-Agent: x\r\nAccept: application/json\r\n");
    let rest = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n");
    stream.write_all(format!("{head}{rest}{{\"title\":\"x\"}}").as_bytes()).unwrap();
    github.wait_until(|world| world.log.len() == 1);
}

#[test]
fn rules_strike_when_they_are_due() {
    let (github, mut client) = shop();
    github.with(|world| world.open("acme/shop", LOGIN, "One", "", &[]));
    let rule = Rule::new("GET", "/repos/acme/shop/issues/*", Fault::Gateway(502, Done::No));
    github.rule(rule.from(2).times(2));
    let statuses: Vec<u16> = (0..5).map(|_| client.get(&format!("{ISSUES}/1")).status).collect();
    assert_eq!(statuses, [200, 502, 502, 200, 200]);
    assert_eq!((client.get(ISSUES).status, client.get(&format!("{ISSUES}/1/comments")).status), (200, 200));
    github.rule(Rule::new("*", PATH, Fault::ServerError(Done::No)).always());
    for _ in 0..3 {
        assert_eq!(client.get(ISSUES).status, 500);
    }
    assert_eq!(client.send("POST", ISSUES, &json!({ "title": "Two" })).status, 500);
    assert_eq!(github.with(|world| world.rules[1].hits), 4);
}

#[test]
fn rules_can_be_of_all_requests_or_of_all_writes() {
    let (github, mut client) = shop();
    github.rule(Rule::of_writes(Fault::ServerError(Done::No)).from(2));
    let one = format!("{ISSUES}/1");
    assert_eq!(client.send("POST", ISSUES, &json!({ "title": "One" })).status, 201);
    assert_eq!(client.get(&one).status, 200);
    assert_eq!(client.send("PATCH", &one, &json!({ "title": "Two" })).status, 500);
    assert_eq!(client.send("PATCH", &one, &json!({ "title": "Two" })).status, 200);
    github.rule(Rule::of_all(Fault::Gateway(503, Done::No)));
    assert_eq!((client.get("/user").status, client.get("/user").status), (503, 200));
}

#[test]
fn people_act_in_the_midst_of_a_request() {
    let (github, mut client) = shop();
    github.with(|world| world.open("acme/shop", LOGIN, "One", "ours", &[]));
    github.rule(Rule::meanwhile("PATCH", "/repos/*/*/issues/1", |world| {
        world.edit_body("acme/shop", 1, "alice", Some("hers"));
        world.close("acme/shop", 1, "alice", "not_planned");
    }));
    let edited = client.send("PATCH", &format!("{ISSUES}/1"), &json!({ "title": "Two" })).json;
    assert_eq!((&edited["body"], &edited["state_reason"]), (&json!("hers"), &json!("not_planned")));
    let again = client.get(&format!("{ISSUES}/1")).json;
    assert_eq!(again["closed_by"]["login"], "alice");
}

#[test]
fn requests_are_kept_for_tests_to_look_at() {
    let (github, mut client) = shop();
    client.send("POST", ISSUES, &json!({ "title": "One" }));
    client.get(&format!("{ISSUES}?state=all"));
    github.rule(Rule::new("POST", "/repos/*/*/issues/1/comments", Fault::LoseAnswer(Done::Yes)));
    client.try_send("POST", &format!("{ISSUES}/1/comments"), &json!({ "body": "lost" }));
    github.with(|world| {
        let [made, listed, lost] = &world.log[..] else { panic!("{:?}", world.lines()) };
        assert_eq!((made.method.as_str(), made.status, &made.body["title"]), ("POST", Some(201), &json!("One")));
        assert_eq!((listed.target.as_str(), listed.path.as_str()), ("/repos/acme/shop/issues?state=all", ISSUES));
        assert_eq!((listed.body == Value::Null, listed.status), (true, Some(200)));
        assert_eq!((lost.status, lost.inner, lost.has_changed()), (None, Some(201), true));
        assert_eq!((world.writes().len(), world.count_of("GET", PATH)), (2, 1));
        assert_eq!(world.repo("acme/shop").issue(1).comments[0].body, "lost");
    });
}
