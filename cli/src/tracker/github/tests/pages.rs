//! Pages that follow, issues that have moved, and whose token it is.

use serde_json::{Value, json};

use super::server::{Server, json as reply, with};
use super::{TOKEN, github, issue, settings};
use crate::tracker::github::{GitHub, Settings};
use crate::tracker::{Answer, Filter, Kind, Order, Page, Place, Request, Tracker, Trouble};

fn page(page: Page) -> Request {
    Request::Issues(Filter::default(), Order::Oldest, page)
}

fn next(link: &str) -> Result<Option<String>, Trouble> {
    let server = Server::new(vec![with(200, &[("link", link)], &json!([issue(1)]))]);
    match github(&format!("{}/api/v3", server.address)).send(&page(Page::First))? {
        Answer::Issues(page) => Ok(page.next.map(|next| next.replace(&server.address, "HOST"))),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_next_page_is_named_by_its_relation() {
    let second = "HOST/api/v3/repositories/1/issues?per_page=100&page=2";
    for (link, expected) in [
        (format!("<{second}>; rel=\"next\", <HOST/api/v3/x?page=9>; rel=\"last\""), Some(second)),
        (format!("<HOST/api/v3/x?page=1>; rel=\"prev\", <{second}>; rel=\"next\""), Some(second)),
        (format!("<{second}>;title=\"a, b\" ; REL=next"), Some(second)),
        ("<HOST/api/v3/x?a=1,2;rel=next>; rel=\"first\"".to_owned(), None),
        ("nonsense".to_owned(), None),
    ] {
        assert_eq!(next(&link).unwrap().as_deref(), expected, "{link}");
    }
}

#[test]
fn a_next_page_elsewhere_is_no_end_of_the_list_but_trouble() {
    for other in [
        "http://127.0.0.1:1/api/v3/x?page=2",
        "HOST/x?page=2",
        "https://evil.example/api/v3/x",
        "HOST@evil.example/api/v3/x",
    ] {
        let refused = next(&format!("<{other}>; rel=\"next\"")).unwrap_err();
        assert_eq!(refused.kind, Kind::Moved, "{other}");
    }
}

#[test]
fn the_next_page_is_asked_for_as_it_is_named() {
    let server = Server::new(vec![reply(200, &json!([]))]);
    let url = format!("{}/repositories/1/issues?per_page=100&after=Y3Vyc29yOjE%3D&page=2", server.address);
    github(&server.address).send(&page(Page::Next(url))).unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].line, "GET /repositories/1/issues?per_page=100&after=Y3Vyc29yOjE%3D&page=2");
    assert_eq!(seen[0].headers["authorization"], format!("Bearer {TOKEN}"));
}

fn hop(to: &str) -> super::server::Reply {
    with(301, &[("location", to)], &json!({ "message": "Moved Permanently" }))
}

#[test]
fn an_issue_that_has_moved_is_found_where_it_is() {
    let mut there = issue(12);
    there["repository_url"] = json!("https://git.example/api/v3/repos/other/place");
    // The second address is relative, and the third is not below the path of the API.
    let server = Server::new(vec![
        hop("HOST/api/v3/repositories/5/issues/9"),
        hop("12?x=1"),
        hop("HOST/other"),
        reply(200, &there),
    ]);
    let answer = github(&format!("{}/api/v3", server.address)).send(&Request::Issue(Place::here(4))).unwrap();
    let Answer::Issue(found) = answer else { panic!("{answer:?}") };
    assert_eq!((found.repository.as_deref(), found.number), (Some("other/place"), 12));
    let seen = server.seen();
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "GET /api/v3/repos/acme/shop/issues/4",
            "GET /api/v3/repositories/5/issues/9",
            "GET /api/v3/repositories/5/issues/12?x=1",
            "GET /other"
        ]
    );
    assert!(seen.iter().all(|seen| seen.headers["authorization"] == format!("Bearer {TOKEN}")));
}

#[test]
fn who_is_sent_around_in_circles_stops() {
    let server = Server::new((0..9).map(|_| hop("HOST/repos/acme/shop/issues/4")).collect());
    let refused = github(&server.address).send(&Request::Issue(Place::here(4))).unwrap_err();
    assert_eq!((refused.kind, server.seen().len()), (Kind::Moved, 4));
}

#[test]
fn a_token_does_not_follow_to_another_server() {
    let other = Server::new(vec![reply(200, &issue(4))]);
    let server = Server::new(vec![hop(&format!("{}/repos/acme/shop/issues/4", other.address))]);
    let refused = github(&server.address).send(&Request::Issue(Place::here(4))).unwrap_err();
    assert_eq!((refused.kind, server.seen().len(), other.seen().len()), (Kind::Moved, 1, 0));
}

fn author(settings: Settings) -> Result<Answer, Trouble> {
    GitHub::new(settings, || 0).unwrap().send(&Request::Author)
}

fn login(login: &str) -> Result<Answer, Trouble> {
    Ok(Answer::Author(login.to_owned()))
}

#[test]
fn whose_a_token_is_github_says() {
    let server = Server::new(vec![reply(200, &json!({ "login": "octo", "id": 1 }))]);
    assert_eq!(author(settings(&server.address)), login("octo"));
    assert_eq!(server.lines(), ["GET /user"]);
    let named = Settings { author: Some("me".to_owned()), ..settings(&server.address) };
    assert_eq!((author(named), server.lines()), (login("me"), Vec::new()));
}

#[test]
fn a_workflows_token_is_the_workflows() {
    let answers: [(u16, Value); 2] = [
        (403, json!({ "message": "Resource not accessible by integration" })),
        (404, json!({ "message": "Not Found" })),
    ];
    for (status, body) in answers {
        let server = Server::new(vec![reply(status, &body), reply(status, &body)]);
        let workflow = Settings { is_workflow: true, ..settings(&server.address) };
        assert_eq!(author(workflow), login("github-actions[bot]"));
        let refused = author(settings(&server.address)).unwrap_err();
        assert!(refused.kind == Kind::Forbidden && refused.detail.contains("name the author"), "{refused:?}");
    }
    // A limit is not taken for an answer.
    let server = Server::new(vec![with(403, &[("retry-after", "3")], &json!({ "message": "slow down" }))]);
    let workflow = Settings { is_workflow: true, ..settings(&server.address) };
    assert!(matches!(author(workflow).unwrap_err().kind, Kind::Limited { wait: Some(_) }));
}
