//! Who writes, and where: Enterprise, a workflow's token, a GitHub App, and what is refused.

use super::desk::*;
use super::github::{LOGIN, TOKEN, Token, Visibility};
use super::scenario::Scenario;
use super::support::Run;

/// A key that opens nothing: made for these tests.
const KEY: &str = include_str!("../../../cli/src/tracker/github/tests/app.pem");

#[test]
fn an_enterprise_server_has_its_own_path() {
    let mut scenario = Scenario::enterprise();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    assert_eq!(ours(&scenario).len(), 1);
    scenario
        .github
        .with(|world| assert!(world.log.iter().all(|it| it.target.starts_with("/api/v3/")), "{:?}", world.lines()));
    // By the option, over another variable, more than a page of issues.
    let url = format!("{}/", scenario.github.url());
    scenario.set("GITHUB_API_URL", "http://127.0.0.1:1");
    people(&scenario, |world| {
        world.crowd(SHOP, LOGIN, 130, |nth| (format!("By hand {nth}"), String::new()));
    });
    let run = apply_with(&scenario, &at(5), &payments(&scenario, 5, 2), &["--api-url", &url]);
    assert_eq!((run.code, comments(&scenario, 1).len()), (0, 1), "{}", run.stderr);
    assert!(run.stdout.contains(&format!("{}/acme/shop/issues/1", url.trim_end_matches("/api/v3/"))), "{}", run.stdout);
    assert_clean(&scenario);
}

#[test]
fn a_workflow_writes_as_the_bot_of_workflows() {
    let mut scenario = Scenario::new();
    let token = "ghs_a0workflows0own0token000000000000000";
    people(&scenario, |world| {
        world.tokens.clear();
        world.tokens.insert(token.to_owned(), Token::of_workflow());
    });
    scenario.secret("GITHUB_TOKEN", token);
    scenario.set("GITHUB_ACTIONS", "true");
    let capture = payments(&scenario, 4, 2);
    applied(&scenario, NOW, &capture);
    applied(&scenario, NOW, &capture);
    applied(&scenario, &at(5), &payments(&scenario, 5, 2));
    let own = of_login(&scenario, "github-actions[bot]");
    assert_eq!((own.len(), own[0].comments.len()), (1, 1));
    assert_clean(&scenario);
    // Elsewhere nobody tells whose such a token is: `--author` does.
    scenario.unset("GITHUB_ACTIONS");
    let before = writes(&scenario);
    let run = apply(&scenario, &at(6), &payments(&scenario, 6, 2));
    assert_eq!((run.code, writes(&scenario)), (7, before), "{}", run.stderr);
    assert!(run.stderr.contains("--author"), "{}", run.stderr);
    let run = apply_with(&scenario, &at(6), &payments(&scenario, 6, 2), &["--author", "github-actions[bot]"]);
    assert_eq!((run.code, of_login(&scenario, "github-actions[bot]").len()), (0, 1), "{}", run.stderr);
}

#[test]
fn an_app_writes_with_the_token_of_its_installation() {
    let mut scenario = Scenario::new();
    people(&scenario, |world| {
        world.app.repos.push(SHOP.to_owned());
        world.tokens.clear();
    });
    scenario.unset("GITHUB_TOKEN");
    scenario.set("GARDENER_GITHUB_APP_ID", "77");
    scenario.secret("GARDENER_GITHUB_APP_KEY", KEY);
    let capture = payments(&scenario, 4, 2);
    applied(&scenario, NOW, &capture);
    applied(&scenario, NOW, &capture);
    applied(&scenario, &at(5), &payments(&scenario, 5, 2));
    let own = of_login(&scenario, "log-gardener[bot]");
    assert_eq!((own.len(), own[0].comments.len()), (1, 1), "{}", lines(&scenario));
    assert_eq!(scenario.github.with(|world| world.app.tokens), 3, "one a run");
    assert_clean(&scenario);
    // An App that is not installed there.
    people(&scenario, |world| world.app.repos.clear());
    let run = apply(&scenario, &at(6), &payments(&scenario, 6, 2));
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
}

/// A run that must be refused with this exit code and these words, with nothing written.
#[track_caller]
fn assert_refused(scenario: &Scenario, code: i32, words: &[&str]) -> Run {
    let capture = payments(scenario, 4, 2);
    let run = apply(scenario, NOW, &capture);
    assert_eq!(
        (run.code, scenario.github.with(|world| world.repos.iter().map(|repo| repo.issues.len()).sum::<usize>())),
        (code, 0),
        "{}",
        run.stderr
    );
    for word in words {
        assert!(run.stderr.contains(word), "{word}: {}", run.stderr);
    }
    assert!(run.stderr.lines().any(|line| line.starts_with("error: ")), "{}", run.stderr);
    run
}

#[test]
fn without_a_token_nothing_is_asked() {
    let mut scenario = Scenario::new();
    scenario.unset("GITHUB_TOKEN");
    assert_refused(&scenario, 2, &["no token for the issues is named", "GITHUB_TOKEN", "gardener plan --offline"]);
    scenario.set("GITHUB_TOKEN", "");
    assert_refused(&scenario, 2, &["no token for the issues is named"]);
    let run = scenario.run(&["plan", "--rules", "pack", "--now", NOW, "payments-4-2.jsonl"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let run = scenario.run(&["plan", "--offline", "--rules", "pack", "--now", NOW, "payments-4-2.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("no tracker was asked"), "{}", run.stdout);
    assert_eq!(scenario.github.with(|world| world.log.len()), 0);
}

#[test]
fn a_wrong_token_is_told_and_not_shown() {
    let mut scenario = Scenario::new();
    for token in ["ghp_wrong0wrong0wrong0wrong0wrong0wrong00", "with space and \u{e4}", "line\nbreak0123456789"] {
        scenario.secret("GITHUB_TOKEN", token);
        let run = assert_refused(&scenario, 7, &["the token"]);
        assert!(!run.stderr.contains(token) && !run.stderr.contains("break0123456789"), "{}", run.stderr);
    }
}

#[test]
fn a_token_that_ends_in_the_midst_defers_what_is_left() {
    let scenario = Scenario::new();
    let lines =
        [entry("p", "2025-09-14T04:00:00Z", "payment failed"), entry("q", "2025-09-14T04:10:00Z", "queue length 12")];
    let capture = scenario.lines("both.jsonl", &lines);
    let ends = super::github::Rule::meanwhile("POST", ISSUES, |world| {
        world.tokens.clear();
    });
    scenario.github.rule(ends.from(2));
    let run = apply(&scenario, NOW, &capture);
    assert_eq!((run.code, ours(&scenario).len()), (7, 1), "{}", run.stderr);
    assert!(run.stderr.contains("queue: deferred"), "{}", run.stderr);
    people(&scenario, |world| {
        world.tokens.insert(TOKEN.to_owned(), Token::of_person(LOGIN));
    });
    applied(&scenario, NOW, &capture);
    assert_eq!(ours(&scenario).len(), 2);
}

#[test]
fn repositories_that_may_not_be_written_to_are_refused() {
    let of = |act: fn(&mut super::github::Repo)| {
        let scenario = Scenario::new();
        people(&scenario, |world| act(world.repo_mut(SHOP)));
        scenario
    };
    let public = of(|repo| repo.visibility = Visibility::Public);
    assert_refused(&public, 2, &["acme/shop is public", "allow_public: true"]);
    assert_refused(&of(|repo| repo.archived = true), 2, &["acme/shop is archived"]);
    assert_refused(&of(|repo| repo.has_issues = false), 2, &["acme/shop has no issues"]);
    assert_refused(&of(|repo| repo.visible = false), 7, &["HTTP 404", "is the repository's name right"]);
    let readable = of(|repo| repo.writable = false);
    let run = apply(&readable, NOW, &payments(&readable, 4, 2));
    assert_eq!((run.code, ours(&readable).len()), (7, 0), "{}", run.stderr);
    assert!(run.stderr.contains("Resource not accessible"), "{}", run.stderr);
    public.pack(
        "gardener.yaml",
        "version: 1\nname: shop\nservice: web\nissue: { repository: acme/shop, allow_public: true }\n",
    );
    applied(&public, NOW, &payments(&public, 4, 2));
    assert_eq!(ours(&public).len(), 1);
    let internal = of(|repo| repo.visibility = Visibility::Internal);
    applied(&internal, NOW, &payments(&internal, 4, 2));
    for scenario in [&public, &internal, &readable] {
        assert_clean(scenario);
    }
}

#[test]
fn a_plan_for_what_may_not_be_written_to_says_so() {
    let scenario = Scenario::new();
    people(&scenario, |world| world.repo_mut(SHOP).visibility = Visibility::Public);
    let run = scenario.run(&["plan", "--rules", "pack", "--now", NOW, &payments(&scenario, 4, 2)]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("this plan cannot be carried out: acme/shop is public"), "{}", run.stdout);
    assert!(run.stderr.contains("warning: this plan cannot be carried out"), "{}", run.stderr);
}

#[test]
fn a_renamed_repository_is_named_anew_first() {
    let scenario = Scenario::new();
    people(&scenario, |world| world.rename_repo(SHOP, "acme/store"));
    assert_refused(&scenario, 2, &["acme/shop is called acme/store now", "repository: acme/store"]);
    let run = apply_with(&scenario, NOW, &payments(&scenario, 4, 2), &["--repo", "acme/store"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(scenario.github.with(|world| world.repo("acme/store").by(LOGIN).len()), 1);
}

#[test]
fn names_that_are_none_are_refused_before_anything_is_asked() {
    let scenario = Scenario::new();
    let capture = payments(&scenario, 4, 2);
    for name in
        ["shop", "acme/", "/shop", "acme/shop/issues", "acme/..", "acme/shop?x=1", "https://github.com/acme/shop"]
    {
        let run = apply_with(&scenario, NOW, &capture, &["--repo", name]);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
    }
    scenario.pack("gardener.yaml", "version: 1\nname: shop\nservice: web\n");
    assert_refused(&scenario, 2, &["no repository is named", "--repo owner/name"]);
    assert_eq!(scenario.github.with(|world| world.log.len()), 0);
}
