//! How GitHub writes what there is.

use serde_json::{Value, json};

use super::clock::{Seconds, text};
use super::world::{Comment, Event, Fate, Issue, Label, Repo, World};

pub fn user(login: &str) -> Value {
    let id = login.bytes().fold(7_u64, |id, byte| (id * 31 + u64::from(byte)) % 1_000_000);
    let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
    let url = format!("https://api.github.com/users/{}", super::http::encode(login));
    json!({
        "login": login, "id": id, "node_id": format!("U_{id}"), "avatar_url": "", "gravatar_id": "", "url": url,
        "html_url": format!("https://github.com/{login}"), "type": kind, "user_view_type": "public", "site_admin": false,
        "followers_url": format!("{url}/followers"), "following_url": format!("{url}/following"),
        "gists_url": format!("{url}/gists"), "starred_url": format!("{url}/starred"),
        "subscriptions_url": format!("{url}/subscriptions"), "organizations_url": format!("{url}/orgs"),
        "repos_url": format!("{url}/repos"), "events_url": format!("{url}/events"),
        "received_events_url": format!("{url}/received_events"),
    })
}

fn association(login: &str) -> &'static str {
    if login.ends_with("[bot]") { "NONE" } else { "MEMBER" }
}

fn time(time: Option<Seconds>) -> Value {
    time.map_or(Value::Null, |time| json!(text(time)))
}

impl World {
    pub fn label_json(&self, repo: &Repo, label: &Label) -> Value {
        let url = format!("{}/repos/{}/labels/{}", self.api(), repo.name, super::http::encode(&label.name));
        json!({
            "id": label.id, "node_id": format!("LA_{}", label.id), "url": url, "name": label.name, "color": label.color,
            "default": label.name == "bug", "description": label.description,
        })
    }

    /// The labels of an issue.
    pub fn labels_json(&self, repo: &Repo, issue: &Issue) -> Vec<Value> {
        issue.labels.iter().filter_map(|name| repo.label(name)).map(|label| self.label_json(repo, label)).collect()
    }

    pub fn issue_json(&self, repo: &Repo, issue: &Issue) -> Value {
        let repository = format!("{}/repos/{}", self.api(), repo.name);
        let url = format!("{repository}/issues/{}", issue.number);
        let kind = if issue.pull_request { "pull" } else { "issues" };
        let html = format!("{}/{}/{kind}/{}", self.site(), repo.name, issue.number);
        let mut value = json!({
            "url": url, "repository_url": repository, "labels_url": format!("{url}/labels{{/name}}"),
            "comments_url": format!("{url}/comments"), "events_url": format!("{url}/events"), "html_url": html,
            "id": issue.id, "node_id": format!("I_{}", issue.id), "number": issue.number, "title": issue.title,
            "user": user(&issue.user), "labels": self.labels_json(repo, issue),
            "state": if issue.open { "open" } else { "closed" }, "locked": issue.locked, "assignee": null,
            "assignees": [], "milestone": null, "comments": issue.comments.len(), "created_at": text(issue.created_at),
            "updated_at": text(issue.updated_at), "closed_at": time(issue.closed_at),
            "author_association": association(&issue.user), "type": null, "active_lock_reason": null,
            "sub_issues_summary": { "total": 0, "completed": 0, "percent_completed": 0 }, "body": issue.body,
            "closed_by": issue.closed_by.as_deref().map(user), "reactions": { "url": format!("{url}/reactions"),
            "total_count": 0 }, "timeline_url": format!("{url}/timeline"), "performed_via_github_app": null,
            "state_reason": issue.state_reason,
        });
        if issue.pull_request {
            let pull = format!("{repository}/pulls/{}", issue.number);
            value["draft"] = json!(false);
            value["pull_request"] = json!({
                "url": pull, "html_url": html, "diff_url": format!("{html}.diff"), "patch_url": format!("{html}.patch"),
                "merged_at": null,
            });
        }
        value
    }

    pub fn comment_json(&self, repo: &Repo, issue: &Issue, comment: &Comment) -> Value {
        let repository = format!("{}/repos/{}", self.api(), repo.name);
        let url = format!("{repository}/issues/comments/{}", comment.id);
        let html = format!("{}/{}/issues/{}#issuecomment-{}", self.site(), repo.name, issue.number, comment.id);
        json!({
            "url": url, "html_url": html, "issue_url": format!("{repository}/issues/{}", issue.number),
            "id": comment.id, "node_id": format!("IC_{}", comment.id), "user": user(&comment.user),
            "created_at": text(comment.created_at), "updated_at": text(comment.updated_at),
            "author_association": association(&comment.user), "body": comment.body,
            "reactions": { "url": format!("{url}/reactions"), "total_count": 0 }, "performed_via_github_app": null,
        })
    }

    pub fn event_json(&self, repo: &Repo, event: &Event) -> Value {
        let mut value = json!({
            "id": event.id, "node_id": format!("E_{}", event.id),
            "url": format!("{}/repos/{}/issues/events/{}", self.api(), repo.name, event.id),
            "actor": user(&event.actor), "event": event.name, "commit_id": null, "commit_url": null,
            "created_at": text(event.at), "performed_via_github_app": null,
        });
        if event.name == "cross-referenced" {
            value = json!({ "actor": user(&event.actor), "created_at": text(event.at), "updated_at": text(event.at),
                "event": event.name, "source": { "type": "issue", "issue": self.source(event) } });
        } else if let Some(more) = event.more.as_object() {
            more.iter().for_each(|(name, field)| value[name.as_str()] = field.clone());
        }
        value
    }

    /// The issue that refers to the event's own, as it is now.
    fn source(&self, event: &Event) -> Value {
        let name = event.more["repo"].as_str().unwrap_or_default();
        let number = event.more["number"].as_u64().unwrap_or_default();
        let repo = self.repos.iter().find(|repo| repo.name == name);
        let issue = repo.and_then(|repo| Some((repo, repo.issues.get(&number)?)));
        issue.filter(|(_, issue)| issue.fate == Fate::Here).map_or(Value::Null, |(repo, it)| self.issue_json(repo, it))
    }
}
