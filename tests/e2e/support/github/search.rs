//! The search, whose index is behind.

use serde_json::json;

use super::call::Call;
use super::http::Response;
use super::pages::page;
use super::validate;
use super::world::{Fate, Issue, Repo, World};

impl World {
    /// `GET /search/issues`: qualifiers and words that must all be there.
    pub fn search(&mut self, call: &Call) -> Result<Response, Response> {
        let known: &[(&str, &[&str])] = &[
            ("q", &[]),
            ("sort", &["comments", "created", "updated"]),
            ("order", &["asc", "desc"]),
            ("per_page", &[]),
            ("page", &[]),
        ];
        validate::query(self, call, known)?;
        self.searches += 1;
        let asked = call.parameter("q").unwrap_or_default();
        if asked.is_empty() || asked.chars().count() > 256 {
            return Err(validate::invalid(self, "q", "must have 1 to 256 characters"));
        }
        let terms = terms(asked);
        if !terms.iter().any(|term| ["is:issue", "is:pull-request", "is:pr"].contains(&term.as_str())) {
            return Err(validate::invalid(self, "q", "must include `is:issue` or `is:pull-request`"));
        }
        let never = self.search_lag == usize::MAX;
        let index: Vec<_> = self.repos.iter().filter(|repo| repo.visible && !never).collect();
        let index: Vec<_> = index.iter().map(|repo| (*repo, repo.as_of(self.search_lag))).collect();
        let mut found = Vec::new();
        for (repo, issues) in &index {
            let fits = |issue: &Issue| terms.iter().all(|term| is_meant(term, &repo.name, issue));
            found.extend(issues.values().filter(|issue| fits(issue)).map(|issue| (*repo, issue)));
        }
        found.sort_by_key(|(_, issue)| (issue.created_at, issue.number));
        if call.parameter("order") != Some("asc") {
            found.reverse();
        }
        let all: Vec<_> = found.iter().take(1000).collect();
        let page = page(self, call, None, &all);
        let shown = |repo: &Repo, issue: &Issue| {
            let mut value = self.issue_json(repo, issue);
            value["score"] = json!(1.0);
            value
        };
        let items: Vec<_> = page.items.iter().map(|(repo, issue)| shown(repo, issue)).collect();
        Ok(page.answer(json!({ "total_count": found.len(), "incomplete_results": false, "items": items })))
    }
}

/// Words, and phrases in quotes, each with the qualifier before it.
fn terms(asked: &str) -> Vec<String> {
    let (mut terms, mut term, mut is_quoted) = (Vec::new(), String::new(), false);
    for c in asked.chars().chain([' ']) {
        match c {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => terms.extend(Some(std::mem::take(&mut term)).filter(|term| !term.is_empty())),
            c => term.push(c),
        }
    }
    terms
}

fn is_meant(term: &str, repo: &str, issue: &Issue) -> bool {
    if issue.fate != Fate::Here {
        return false;
    }
    match term.split_once(':') {
        Some(("repo", name)) => name.eq_ignore_ascii_case(repo),
        Some(("is" | "type", "issue")) => !issue.pull_request,
        Some(("is" | "type", "pr" | "pull-request")) => issue.pull_request,
        Some(("is" | "state", "open")) => issue.open,
        Some(("is" | "state", "closed")) => !issue.open,
        Some(("author", login)) => login.eq_ignore_ascii_case(&issue.user) || format!("{login}[bot]") == issue.user,
        Some(("label", name)) => issue.labels.iter().any(|label| label.eq_ignore_ascii_case(name)),
        Some(("in", _)) => true,
        _ => {
            let comments = issue.comments.iter().map(|comment| comment.body.as_str());
            let mut texts =
                [issue.title.as_str(), issue.body.as_deref().unwrap_or_default()].into_iter().chain(comments);
            texts.any(|text| text.to_lowercase().contains(&term.to_lowercase()))
        }
    }
}
