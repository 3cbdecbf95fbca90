//! What Cloud Logging is asked for: whose entries, which of them, and in which order. Pure.

use gardener_engine::entry::{LogSeverity, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::pull::Cursor;

/// Entries that are asked for at a time: as many as Cloud Logging gives.
const PAGE_SIZE: u32 = 1000;
/// Resources that one request may name.
pub(crate) const MOST_RESOURCES: usize = 100;
/// Characters that a filter may have.
pub(crate) const MOST_CHARACTERS: usize = 20_000;

/// The times that are asked for: from `since`, included, to `until`, excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    pub(crate) since: Timestamp,
    pub(crate) until: Timestamp,
}

/// Which entries come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order {
    /// The oldest.
    #[default]
    Asc,
    /// The newest.
    Desc,
}

/// A request, without its window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// `projects/…`, `folders/…`, `organizations/…`, or a view of a bucket.
    pub(crate) resources: Vec<String>,
    /// What entries must be like beside being of the window; an empty text for nothing.
    pub(crate) condition: String,
    pub(crate) order: Order,
    /// Entries that are asked for at a time.
    page_size: u32,
    /// What is asked for of the time before the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) late: Option<Lateness>,
}

/// Entries from before a window that had not come yet when their time was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lateness {
    /// When they were received, or later.
    pub(crate) received: Timestamp,
    /// Their own time, or later.
    pub(crate) from: Timestamp,
}

/// What entries must be like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Condition<'a> {
    /// The service of Cloud Run.
    pub(crate) service: Option<&'a str>,
    /// The least log severity.
    pub(crate) severity: Option<LogSeverity>,
    /// Queries, all of which must hold.
    pub(crate) filters: &'a [String],
    /// A query that is one already.
    pub(crate) only: Option<&'a str>,
}

impl Condition<'_> {
    /// It, in the Logging query language.
    pub(crate) fn text(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.service.map(|service| format!("resource.labels.service_name={}", quoted(service))));
        parts.extend(self.severity.map(|severity| format!("severity>={severity}")));
        parts.extend(self.filters.iter().map(|filter| in_parentheses(filter)));
        parts.extend(self.only.map(in_parentheses));
        parts.join(" AND ")
    }
}

/// A query as a part of another one. A comment in it must end before the parenthesis does.
pub(super) fn in_parentheses(query: &str) -> String {
    let query = query.trim();
    if query.contains("--") { format!("({query}\n)") } else { format!("({query})") }
}

/// A text in quotes, as the language has them.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '\\' | '"' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

impl Request {
    /// A request for so many entries at most.
    pub(crate) fn new(resources: Vec<String>, condition: String, order: Order, limit: Option<u64>) -> Self {
        let page_size = limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_SIZE).clamp(1, PAGE_SIZE);
        Self { resources, condition, order, page_size, late: None }
    }

    /// The whole filter. `from` is how far the window has been read: what lies at that time is asked for once more.
    pub(crate) fn filter(&self, window: Window, from: Option<Timestamp>) -> String {
        let late = self.late.filter(|late| late.from < window.since);
        let begin = late.map_or(window.since, |late| late.from);
        let mut times = match (self.order, from) {
            (Order::Asc, from) => {
                format!("timestamp>=\"{}\" AND timestamp<\"{}\"", from.unwrap_or(begin), window.until)
            }
            (Order::Desc, None) => format!("timestamp>=\"{}\" AND timestamp<\"{}\"", begin, window.until),
            (Order::Desc, Some(from)) => format!("timestamp>=\"{}\" AND timestamp<=\"{from}\"", begin),
        };
        if let Some(late) = late {
            times += &format!(" AND (timestamp>=\"{}\" OR receiveTimestamp>=\"{}\")", window.since, late.received);
        }
        // A line of its own, so that what Google says of a place in it is easily found.
        if self.condition.is_empty() { times } else { format!("{times} AND\n{}", self.condition) }
    }

    /// The body of a request for a page. But for the token, it is the same for every page.
    pub(crate) fn body(&self, window: Window, cursor: &Cursor) -> Value {
        let order = match self.order {
            Order::Asc => "timestamp asc",
            Order::Desc => "timestamp desc",
        };
        let mut body = json!({
            "resourceNames": self.resources,
            "filter": self.filter(window, cursor.from),
            "orderBy": order,
            "pageSize": cursor.page_size.unwrap_or(self.page_size).min(self.page_size),
        });
        if let (Some(token), Value::Object(body)) = (cursor.token.as_deref(), &mut body) {
            body.insert("pageToken".to_owned(), Value::from(token));
        }
        body
    }
}

/// A project by its id or number, alone or behind `projects/`.
pub(crate) fn project(text: &str) -> Result<String, String> {
    let id = text.strip_prefix("projects/").unwrap_or(text);
    // Projects of a domain have its name before theirs: `example.com:shop`.
    match is_name(id, ":.-_") {
        true => Ok(format!("projects/{id}")),
        false => Err(format!("`{text}` is no project: expected an id such as `acme-shop`")),
    }
}

/// A folder or an organization, by its number.
pub(crate) fn numbered(kind: &str, text: &str) -> Result<String, String> {
    let number = text.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/')).unwrap_or(text);
    match !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(format!("{kind}/{number}")),
        false => Err(format!("`{text}` is not one of the {kind}: expected a number")),
    }
}

/// A view of a bucket.
pub(crate) fn view(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let is_view = matches!(
        parts.as_slice(),
        ["projects" | "folders" | "organizations" | "billingAccounts", owner, "locations", location, "buckets", bucket, "views", view]
            if [owner, location, bucket, view].iter().all(|name| is_name(name, ":.-_"))
    );
    match is_view {
        true => Ok(text.to_owned()),
        false => Err("expected projects/PROJECT/locations/LOCATION/buckets/BUCKET/views/VIEW".to_owned()),
    }
}

fn is_name(text: &str, others: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn window() -> Window {
        Window { since: at("2025-09-14T04:00:00Z"), until: at("2025-09-14T05:00:00Z") }
    }

    fn request(condition: &str, order: Order) -> Request {
        Request::new(vec!["projects/shop".to_owned()], condition.to_owned(), order, None)
    }

    #[test]
    fn a_window_is_explicit_and_in_utc() {
        assert_eq!(
            request("", Order::Asc).filter(window(), None),
            "timestamp>=\"2025-09-14T04:00:00Z\" AND timestamp<\"2025-09-14T05:00:00Z\""
        );
    }

    #[test]
    fn a_window_that_was_read_in_part_is_asked_for_from_there_on() {
        let from = Some(at("2025-09-14T04:30:00.5Z"));
        assert_eq!(
            request("a", Order::Asc).filter(window(), from),
            "timestamp>=\"2025-09-14T04:30:00.500Z\" AND timestamp<\"2025-09-14T05:00:00Z\" AND\na"
        );
        assert_eq!(
            request("a", Order::Desc).filter(window(), from),
            "timestamp>=\"2025-09-14T04:00:00Z\" AND timestamp<=\"2025-09-14T04:30:00.500Z\" AND\na"
        );
    }

    #[test]
    fn what_came_late_is_asked_for_by_when_it_was_received() {
        let late = Lateness { received: at("2025-09-14T04:10:00Z"), from: at("2025-09-13T04:10:00Z") };
        let request = |from: Lateness| Request { late: Some(from), ..request("a", Order::Asc) };
        let receipt = " AND (timestamp>=\"2025-09-14T04:00:00Z\" OR receiveTimestamp>=\"2025-09-14T04:10:00Z\")";
        let window_from =
            |from: &str| format!("timestamp>=\"{from}Z\" AND timestamp<\"2025-09-14T05:00:00Z\"{receipt} AND\na");
        assert_eq!(request(late).filter(window(), None), window_from("2025-09-13T04:10:00"));
        let from = Some(at("2025-09-13T08:00:00Z"));
        assert_eq!(request(late).filter(window(), from), window_from("2025-09-13T08:00:00"));
        let nothing = Lateness { from: at("2025-09-14T04:00:00Z"), ..late };
        assert!(!request(nothing).filter(window(), None).contains("receive"));
    }

    #[test]
    fn conditions_hold_together() {
        let filters = ["a OR b".to_owned(), "c -- that's all".to_owned()];
        let condition = Condition {
            service: Some("sh\"op"),
            severity: Some(LogSeverity::Warning),
            filters: &filters,
            only: Some("d OR e"),
        };
        assert_eq!(
            condition.text(),
            "resource.labels.service_name=\"sh\\\"op\" AND severity>=WARNING AND (a OR b) AND (c -- that's all\n) AND (d OR e)"
        );
        assert_eq!(Condition::default().text(), "");
    }

    #[test]
    fn pages_are_asked_for_alike_but_for_their_token() {
        let request = request("severity>=ERROR", Order::Desc);
        let first = request.body(window(), &Cursor::default());
        let mut second = request.body(window(), &Cursor { token: Some("t1".to_owned()), ..Cursor::default() });
        assert_eq!(first["orderBy"], "timestamp desc");
        assert_eq!(first["pageSize"], 1000);
        assert_eq!(first["resourceNames"], json!(["projects/shop"]));
        assert_eq!(second.as_object_mut().unwrap().remove("pageToken"), Some(json!("t1")));
        assert_eq!(first, second);
    }

    #[test]
    fn no_more_is_asked_for_than_is_wanted() {
        for (limit, size) in [(Some(0), 1), (Some(7), 7), (Some(1 << 40), 1000), (None, 1000)] {
            let request = Request::new(Vec::new(), String::new(), Order::Asc, limit);
            assert_eq!(request.body(window(), &Cursor::default())["pageSize"], size);
        }
    }

    #[test]
    fn resources_are_named_as_the_api_names_them() {
        assert_eq!(project("shop").unwrap(), "projects/shop");
        assert_eq!(project("projects/example.com:shop").unwrap(), "projects/example.com:shop");
        assert_eq!(numbered("folders", "12").unwrap(), "folders/12");
        assert_eq!(numbered("organizations", "organizations/12").unwrap(), "organizations/12");
        let whole = "projects/shop/locations/global/buckets/_Default/views/_AllLogs";
        assert_eq!(view(whole).unwrap(), whole);
        for wrong in ["", "projects/", "a/b", "a b", "projects/a\"b"] {
            assert!(project(wrong).is_err(), "{wrong}");
        }
        assert!(numbered("folders", "shop").is_err());
        assert!(view("projects/shop/buckets/b/views/v").is_err());
    }
}
