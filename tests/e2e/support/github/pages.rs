//! Listings, a page at a time.

use serde_json::Value;

use super::call::Call;
use super::http::{self, Response};
use super::world::World;

/// What is on a page, and how the others are found.
pub struct Pages<'a, T> {
    pub items: Vec<&'a T>,
    link: Option<String>,
}

/// The part of a listing that was asked for.
pub fn page<'a, T>(world: &World, call: &Call, repo: Option<u64>, all: &[&'a T]) -> Pages<'a, T> {
    let number = |name: &str, default: usize| call.parameter(name).and_then(|it| it.parse().ok()).unwrap_or(default);
    let (size, page) = (number("per_page", 30), number("page", 1));
    let last = all.len().div_ceil(size).max(1);
    let from = (page - 1).saturating_mul(size).min(all.len());
    let items = all[from..(from + size).min(all.len())].to_vec();
    let path = match repo {
        // GitHub names repositories by their ids here.
        Some(id) => {
            let rest = call.path.split('/').skip(if call.path.starts_with("/repos/") { 4 } else { 3 });
            format!("/repositories/{id}/{}", rest.collect::<Vec<_>>().join("/"))
        }
        None => call.path.clone(),
    };
    let link = |to: usize, relation: &str| {
        let others = call.query.iter().filter(|(name, _)| name != "page" && name != "after");
        let mut query: Vec<String> = others.map(|(name, value)| format!("{name}={}", http::encode(value))).collect();
        if world.has_cursors && relation == "next" {
            query.push(format!("after={}", http::encode(&format!("Y3Vyc29yOnYyOpHO{to}=="))));
        }
        query.push(format!("page={to}"));
        format!("<{}{path}?{}>; rel=\"{relation}\"", world.api(), query.join("&"))
    };
    let mut links = Vec::new();
    if page > 1 {
        links.push(link(page - 1, "prev"));
    }
    if page < last {
        links.push(link(page + 1, "next"));
        if !world.has_cursors {
            links.push(link(last, "last"));
        }
    }
    if page > 1 && !world.has_cursors {
        links.push(link(1, "first"));
    }
    Pages { items, link: (!links.is_empty()).then(|| links.join(", ")) }
}

impl<T> Pages<'_, T> {
    pub fn answer(&self, value: Value) -> Response {
        let response = Response::json(200, value);
        match &self.link {
            Some(link) => response.header("Link", link.clone()),
            None => response,
        }
    }
}
