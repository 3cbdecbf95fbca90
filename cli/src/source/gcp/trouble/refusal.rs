//! What an answer of a Google API means that is no success (<https://cloud.google.com/apis/design/errors>).

use std::time::Duration;

use gardener_engine::render::neutral;
use serde::Deserialize;
use serde_json::Value;

use super::{Kind, Trouble};
use crate::http::fit;

/// Characters of a filter's line that are shown around a place in it.
const SHOWN: usize = 90;

#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default)]
    error: Value,
}

/// What Google says of a refusal.
struct Refusal {
    status: u16,
    message: String,
    /// `PERMISSION_DENIED` and its like.
    code: String,
    details: Vec<Value>,
}

impl Refusal {
    fn read(status: u16, body: &[u8]) -> Self {
        let error = serde_json::from_slice::<Answer>(body).unwrap_or_default().error;
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let details = error.get("details").and_then(Value::as_array).cloned().unwrap_or_default();
        Self { status, message: text("message"), code: text("status"), details }
    }

    /// Something in the details, whichever of them has it.
    fn detail<'r>(&'r self, path: &[&str]) -> Option<&'r str> {
        self.details.iter().find_map(|detail| {
            path.iter().try_fold(detail, |value, name| value.get(name))?.as_str().filter(|text| !text.is_empty())
        })
    }

    fn reason(&self) -> &str {
        self.detail(&["reason"]).unwrap_or_default()
    }

    /// Status and words, for people.
    fn shown(&self) -> String {
        match self.message.trim() {
            "" => format!("HTTP {}", self.status),
            message => fit(&format!("HTTP {}: {message}", self.status)),
        }
    }
}

/// The trouble that an answer stands for. `body` is what was asked: its filter is shown where that is to blame.
pub(in super::super) fn refused(status: u16, answer: &[u8], retry_after: Option<&str>, body: &Value) -> Trouble {
    let refusal = Refusal::read(status, answer);
    let is_about_filter = refusal.message.to_lowercase().contains("filter");
    match status {
        _ if status == 429 || refusal.code == "RESOURCE_EXHAUSTED" => limited(&refusal, retry_after),
        // The same filter was right for the page before.
        400 | 410 if body.get("pageToken").is_some() => Trouble::new(Kind::StaleToken, told(&refusal)),
        400 if is_about_filter => bad_filter(&refusal, body),
        401 => Trouble::new(Kind::Unauthorized, format!("Google does not accept the credentials: {}", refusal.shown()))
            .help("for your own: gcloud auth application-default login"),
        403 => forbidden(&refusal),
        404 => Trouble::new(Kind::NotFound, format!("what was asked for does not exist: {}", refusal.shown()))
            .help("look at the names of projects, buckets and views, and at --endpoint"),
        408 | 500..=599 => {
            let kind = asked_for(&refusal, retry_after).map_or(Kind::Failed, Kind::FailedFor);
            Trouble::new(kind, format!("Cloud Logging failed: {}", refusal.shown()))
        }
        _ => Trouble::new(Kind::Invalid, told(&refusal)),
    }
}

fn told(refusal: &Refusal) -> String {
    format!("Cloud Logging refused the request: {}", refusal.shown())
}

/// How long the server asks to wait.
fn asked_for(refusal: &Refusal, retry_after: Option<&str>) -> Option<Duration> {
    let asked = refusal.detail(&["retryDelay"]).and_then(|delay| delay.strip_suffix('s')).or(retry_after);
    asked.and_then(|seconds| seconds.trim().parse().ok()).and_then(|s| Duration::try_from_secs_f64(s).ok())
}

fn limited(refusal: &Refusal, retry_after: Option<&str>) -> Trouble {
    let wait = asked_for(refusal, retry_after);
    let help = match refusal.detail(&["metadata", "quota_limit_value"]) {
        Some(value) => format!("the quota is {}; --quota asks less often", fit(value)),
        None => "--quota says how many requests a minute are sent".to_owned(),
    };
    Trouble::new(Kind::Limited(wait), format!("too many requests: {}", refusal.shown())).help(help)
}

fn forbidden(refusal: &Refusal) -> Trouble {
    let trouble = |message: String| Trouble::new(Kind::Forbidden, message);
    match refusal.reason() {
        "SERVICE_DISABLED" => {
            return trouble(format!("the Cloud Logging API is not enabled: {}", refusal.shown()))
                .help("enable it in that project: gcloud services enable logging.googleapis.com");
        }
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => {
            return trouble(format!("the token is not meant for reading logs: {}", refusal.shown()))
                .help("it needs the scope https://www.googleapis.com/auth/logging.read, or cloud-platform");
        }
        _ => {}
    }
    let named = refusal.detail(&["metadata", "permission"]).or_else(|| in_quotes_after(&refusal.message, "ermission "));
    let permission = fit(named.unwrap_or("logging.logEntries.list"));
    let role = match permission.as_str() {
        "logging.privateLogEntries.list" => "roles/logging.privateLogViewer",
        "logging.views.access" => "roles/logging.viewAccessor",
        permission if permission.starts_with("serviceusage.") => "roles/serviceusage.serviceUsageConsumer",
        permission if permission.starts_with("iam.") => "roles/iam.serviceAccountTokenCreator",
        _ => "roles/logging.viewer",
    };
    trouble(format!("the permission `{permission}` is missing: {}", refusal.shown()))
        .help(format!("a role that has it is {role}"))
}

/// The text in quotes behind a word.
fn in_quotes_after<'m>(message: &'m str, word: &str) -> Option<&'m str> {
    let rest = message.split_once(word)?.1;
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
    rest.get(1..)?.split(quote).next().filter(|text| !text.is_empty())
}

/// What Google says of a filter, and the place in it.
fn bad_filter(refusal: &Refusal, body: &Value) -> Trouble {
    let mut message = format!("Cloud Logging refused the filter: {}", refusal.shown());
    let filter = body.get("filter").and_then(Value::as_str).unwrap_or_default();
    if let Some((line, column)) = place(&refusal.message, filter)
        && let Some(text) = filter.lines().nth(line - 1)
    {
        message.push_str(&pointed(text, line, column));
    }
    Trouble::new(Kind::BadFilter, message)
}

/// Line and column from 1 on: as Google says them, or else where the token stands that it names, if that is once.
fn place(message: &str, filter: &str) -> Option<(usize, usize)> {
    let number = |word: &str| -> Option<usize> {
        let rest = message.split_once(word)?.1.trim_start();
        rest.get(..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()))?.parse().ok()
    };
    if let (Some(line @ 1..), Some(column)) = (number("line "), number("column ")) {
        return Some((line, column.max(1)));
    }
    let token = in_quotes_after(message, "token ").or_else(|| in_quotes_after(message, "near "))?;
    let mut found = filter.lines().enumerate().flat_map(|(line, text)| {
        text.match_indices(token).map(move |(at, _)| (line + 1, text.get(..at).unwrap_or("").chars().count() + 1))
    });
    found.next().filter(|_| found.next().is_none())
}

/// A line with a caret under a column of it; of a long line only what is around that.
fn pointed(text: &str, line: usize, column: usize) -> String {
    let text: Vec<char> = text.chars().map(|c| if c == '\t' { ' ' } else { c }).collect();
    let at = (column - 1).min(text.len());
    let begin = at.saturating_sub(SHOWN / 2);
    let shown: String = text.iter().skip(begin).take(SHOWN).collect();
    let before: String = text.iter().skip(begin).take(at - begin).collect();
    let (dots, after) = (if begin > 0 { "…" } else { "" }, if begin + SHOWN < text.len() { "…" } else { "" });
    let number = line.to_string();
    let indent = " ".repeat(neutral::lines(&before).chars().count() + dots.chars().count());
    let gutter = " ".repeat(number.len());
    format!("\n{gutter} |\n{number} | {dots}{}{after}\n{gutter} | {indent}^", neutral::lines(&shown))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn trouble(status: u16, error: Value, body: &Value) -> Trouble {
        refused(status, json!({ "error": error }).to_string().as_bytes(), None, body)
    }

    #[test]
    fn a_bad_filter_is_shown_with_a_caret_at_googles_place() {
        let body = json!({ "filter": "timestamp>=\"x\" AND\n(severity>=ERROR foo" });
        let message = "Unparseable filter: syntax error at line 2, column 18, token 'foo'";
        let trouble = trouble(400, json!({ "code": 400, "message": message, "status": "INVALID_ARGUMENT" }), &body);
        assert_eq!(trouble.kind, Kind::BadFilter);
        let lines: Vec<_> = trouble.message.lines().collect();
        assert!(lines[0].ends_with(message), "{lines:?}");
        assert_eq!(&lines[2..], ["2 | (severity>=ERROR foo", "  |                  ^"]);
    }

    #[test]
    fn a_token_that_stands_once_is_a_place_and_long_lines_are_cut() {
        let filter = format!("{} OR bar", "a ".repeat(200));
        let error = json!({ "message": "Unparseable filter: unrecognized node at token 'bar'" });
        let shown = trouble(400, error.clone(), &json!({ "filter": filter })).message;
        let (text, caret) = (shown.lines().nth(2).unwrap(), shown.lines().nth(3).unwrap());
        let column = caret.chars().position(|c| c == '^').unwrap();
        assert_eq!(text.chars().skip(column).take(3).collect::<String>(), "bar");
        assert!(text.chars().count() < 100 && text.contains('…'));
        let twice = trouble(400, error, &json!({ "filter": "bar bar" })).message;
        assert_eq!(twice.lines().count(), 1);
    }

    #[test]
    fn what_stands_at_odd_places_breaks_nothing() {
        for message in
            ["filter at line 0, column 0", "filter at line 9, column 9", "filter, line 1, column 99", "filter token ''"]
        {
            let trouble = trouble(400, json!({ "message": message }), &json!({ "filter": "é\u{1b}[2J" }));
            assert_eq!(trouble.kind, Kind::BadFilter);
            assert!(!trouble.message.contains('\u{1b}'));
        }
    }

    #[test]
    fn the_missing_permission_is_named() {
        let permission = |error: Value| trouble(403, error, &Value::Null).message;
        let from_details = json!({ "message": "Permission denied", "details": [
            { "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "IAM_PERMISSION_DENIED", "metadata": { "permission": "logging.views.access" } }] });
        assert!(permission(from_details).contains("`logging.views.access` is missing"));
        let from_message = json!({ "message": "Permission 'logging.privateLogEntries.list' denied on resource" });
        assert!(permission(from_message).contains("`logging.privateLogEntries.list` is missing"));
        let unsaid = json!({ "message": "The caller does not have permission", "status": "PERMISSION_DENIED" });
        assert!(permission(unsaid).contains("`logging.logEntries.list` is missing"));
    }

    #[test]
    fn other_reasons_of_a_403_are_told_apart() {
        let help = |reason: &str| {
            let error = json!({ "message": "no", "details": [{ "reason": reason }] });
            trouble(403, error, &Value::Null).help.unwrap()
        };
        assert!(help("SERVICE_DISABLED").contains("gcloud services enable"));
        assert!(help("ACCESS_TOKEN_SCOPE_INSUFFICIENT").contains("scope"));
    }

    #[test]
    fn quotas_pass_and_may_say_when() {
        let error = json!({ "code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED", "details": [
            { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "12.5s" }] });
        let limited = trouble(429, error, &Value::Null);
        assert_eq!(limited.kind, Kind::Limited(Some(Duration::from_millis(12_500))));
        assert_eq!(refused(429, b"", Some("7"), &Value::Null).kind, Kind::Limited(Some(Duration::from_secs(7))));
        assert_eq!(refused(429, b"", Some("-1"), &Value::Null).kind, Kind::Limited(None));
        assert!(limited.may_pass());
    }

    #[test]
    fn a_token_of_a_page_can_grow_old() {
        let page = json!({ "filter": "a", "pageToken": "t" });
        for status in [400, 410] {
            assert_eq!(
                trouble(status, json!({ "message": "page_token was made for another filter" }), &page).kind,
                Kind::StaleToken
            );
        }
        let first = json!({ "filter": "a" });
        assert_eq!(trouble(400, json!({ "message": "page_size is too large" }), &first).kind, Kind::Invalid);
        assert_eq!(refused(502, b"<html>", None, &page).kind, Kind::Failed);
        assert_eq!(refused(503, b"", Some("9"), &page).kind, Kind::FailedFor(Duration::from_secs(9)));
    }
}
