//! What a request is in HTTP: method, path and body. Both sending and `--dry-run` take it from here.

use serde_json::{Map, Value, json};

use crate::tracker::{Draft, Edit, Filter, Kind, Order, Page, Place, Request, Trouble};

/// A request, as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) method: &'static str,
    /// Behind the address of the API; a page that an answer has named is a whole address.
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

impl Described {
    fn new(method: &'static str, path: impl Into<String>, body: Option<Value>) -> Self {
        Self { method, path: path.into(), body }
    }

    fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path, None)
    }
}

/// What a request about a repository is in HTTP. Refused are names that would lead elsewhere.
pub(crate) fn described(repository: &str, request: &Request) -> Result<Described, Trouble> {
    let own = || path_of(repository);
    Ok(match request {
        Request::Repository => Described::get(own()?),
        Request::Author => Described::get("/user"),
        Request::Issues(.., Page::Next(url))
        | Request::Comments(_, Page::Next(url))
        | Request::Labels(Page::Next(url)) => Described::get(url),
        Request::Issues(filter, order, Page::First) => {
            Described::get(format!("{}/issues?{}", own()?, query(filter, *order)))
        }
        Request::Issue(place) => Described::get(issue(repository, place)?),
        Request::Comments(place, Page::First) => {
            Described::get(format!("{}/comments?per_page=100", issue(repository, place)?))
        }
        Request::Labels(Page::First) => Described::get(format!("{}/labels?per_page=100", own()?)),
        Request::CreateLabel { name, color, description } => Described::new(
            "POST",
            format!("{}/labels", own()?),
            Some(json!({ "name": name, "color": color.trim_start_matches('#'), "description": description })),
        ),
        Request::Create(draft) => Described::new("POST", format!("{}/issues", own()?), Some(created(draft))),
        Request::Edit(place, edit) => Described::new("PATCH", issue(repository, place)?, Some(edited(edit))),
        Request::AddLabels(place, labels) => {
            Described::new("POST", format!("{}/labels", issue(repository, place)?), Some(json!({ "labels": labels })))
        }
        Request::RemoveLabel(place, label) => {
            Described::new("DELETE", format!("{}/labels/{}", issue(repository, place)?, segment(label)?), None)
        }
        Request::Comment(place, body) => {
            Described::new("POST", format!("{}/comments", issue(repository, place)?), Some(json!({ "body": body })))
        }
        Request::EditComment(place, id, body) => Described::new(
            "PATCH",
            format!("{}/issues/comments/{id}", path_of(place.repository.as_deref().unwrap_or(repository))?),
            Some(json!({ "body": body })),
        ),
    })
}

/// The path of a repository, `owner/name`.
pub(super) fn path_of(repository: &str) -> Result<String, Trouble> {
    match repository.split_once('/') {
        Some((owner, name)) if !owner.is_empty() && !name.is_empty() && !name.contains('/') => {
            Ok(format!("/repos/{}/{}", segment(owner)?, segment(name)?))
        }
        _ => Err(misnamed("repository", repository)),
    }
}

fn issue(repository: &str, place: &Place) -> Result<String, Trouble> {
    let repository = place.repository.as_deref().unwrap_or(repository);
    Ok(format!("{}/issues/{}", path_of(repository)?, place.number))
}

fn query(filter: &Filter, order: Order) -> String {
    let (direction, size) = match order {
        Order::Oldest => ("asc", 100),
        Order::Newest => ("desc", 5),
    };
    let mut query = format!("state=all&sort=created&direction={direction}&per_page={size}");
    for (name, value) in [("creator", &filter.creator), ("labels", &filter.label)] {
        if let Some(value) = value {
            query.push_str(&format!("&{name}={}", encoded(value)));
        }
    }
    query
}

fn created(draft: &Draft) -> Value {
    json!({ "title": draft.title, "body": draft.body, "labels": draft.labels })
}

/// Only what changes: what is not sent stays as it is.
fn edited(edit: &Edit) -> Value {
    let mut fields = Map::new();
    for (name, value) in [("title", &edit.title), ("body", &edit.body)] {
        if let Some(value) = value {
            fields.insert(name.to_owned(), json!(value));
        }
    }
    if let Some((state, reason)) = edit.state {
        fields.insert("state".to_owned(), json!(state));
        fields.insert("state_reason".to_owned(), json!(reason));
    }
    Value::Object(fields)
}

/// One part of a path. A name of dots would be taken for the folder above, however it is encoded.
fn segment(name: &str) -> Result<String, Trouble> {
    match name {
        "" | "." | ".." => Err(misnamed("part of a path", name)),
        name => Ok(encoded(name)),
    }
}

fn misnamed(what: &str, name: &str) -> Trouble {
    Trouble::new(Kind::Invalid, crate::http::fit(&format!("`{name}` is no {what}: nothing was sent")))
}

/// Text in which nothing means anything to a URL.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}
