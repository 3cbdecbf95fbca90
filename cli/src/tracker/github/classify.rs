//! What an answer that is no success means.

use std::time::Duration;

use jiff::fmt::rfc2822;
use serde::Deserialize;
use serde_json::Value;

use super::transport::Heard;
use crate::http::fit;
use crate::tracker::{Kind, Trouble};

/// How many errors of single fields are told.
const MOST_ERRORS: usize = 5;

/// What GitHub says of a refusal.
#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    message: Value,
    #[serde(default)]
    errors: Value,
    #[serde(default)]
    documentation_url: Value,
}

/// The trouble that an answer stands for.
pub(super) fn trouble(heard: &Heard) -> Trouble {
    let refusal: Refusal = serde_json::from_slice(&heard.body).unwrap_or_default();
    Trouble::new(kind(heard, &refusal), detail(heard, &refusal))
}

fn kind(heard: &Heard, refusal: &Refusal) -> Kind {
    let message = refusal.message.as_str().unwrap_or_default().to_lowercase();
    match heard.status {
        300..=399 if heard.is_redirect() => Kind::Moved,
        401 => Kind::Unauthorized,
        403 | 429 => refused(heard, refusal, &message),
        404 => Kind::NotFound,
        410 => Kind::Gone,
        423 => Kind::Locked,
        451 => Kind::Forbidden,
        // GitHub's way to say that content is made too fast, where it makes a validation of it.
        422 if refusal.errors.to_string().contains("submitted too quickly") => Kind::Limited { wait: None },
        400..=499 => Kind::Invalid,
        500..=599 => Kind::Failed,
        _ => Kind::NoAnswer,
    }
}

/// GitHub says by the same status that there were too many requests, and that something is not allowed. To wait in vain
/// is better than to give up what would have been allowed a minute later.
fn refused(heard: &Heard, refusal: &Refusal, message: &str) -> Kind {
    const LIMIT: [&str; 4] = ["rate limit", "rate-limit", "abuse", "too many requests"];
    const PERMISSION: [&str; 17] = [
        "resource not accessible",
        "must have",
        "must be",
        "archived",
        "read-only",
        "not permitted",
        "not allowed",
        "not authorized",
        "permission",
        "forbidden",
        "saml",
        "blocked",
        "suspended",
        "disabled",
        "oauth app access restrictions",
        "ip allow list",
        "access denied",
    ];
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let spent = heard.header("x-ratelimit-remaining").is_some_and(|remaining| remaining.trim() == "0");
    if let Some(after) = heard.header("retry-after") {
        return Kind::Limited { wait: wait_after(heard, after.trim()) };
    }
    if spent {
        return Kind::Limited { wait: wait_for_reset(heard) };
    }
    let about = refusal.documentation_url.as_str().unwrap_or_default();
    if heard.status == 429 || says(&LIMIT) || about.contains("rate-limit") {
        return Kind::Limited { wait: None };
    }
    if message.replace("blocked", "").contains("locked") {
        return Kind::Locked;
    }
    match says(&PERMISSION) {
        true => Kind::Forbidden,
        false => Kind::Limited { wait: None },
    }
}

/// `retry-after`: seconds, or a date.
fn wait_after(heard: &Heard, after: &str) -> Option<Duration> {
    match after.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => until(heard, http_date(after)?),
    }
}

fn wait_for_reset(heard: &Heard) -> Option<Duration> {
    until(heard, heard.header("x-ratelimit-reset")?.trim().parse().ok()?)
}

/// How long until a time, by the clock of who has told it.
fn until(heard: &Heard, time: i64) -> Option<Duration> {
    let now = http_date(heard.header("date")?)?;
    let seconds = u64::try_from(time.saturating_sub(now)).unwrap_or(0);
    Some(Duration::from_secs(seconds.max(1)))
}

fn http_date(text: &str) -> Option<i64> {
    Some(rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?.as_second())
}

/// Status, what GitHub says, and which fields it does not like.
fn detail(heard: &Heard, refusal: &Refusal) -> String {
    let mut text = format!("HTTP {}", heard.status);
    if let Some(message) = refusal.message.as_str().filter(|message| !message.trim().is_empty()) {
        text.push_str(": ");
        text.push_str(message);
    }
    let errors: Vec<_> = match &refusal.errors {
        Value::Array(errors) => errors.iter().filter_map(field_error).take(MOST_ERRORS).collect(),
        Value::Null => Vec::new(),
        other => field_error(other).into_iter().collect(),
    };
    if !errors.is_empty() {
        text.push_str(&format!(" ({})", errors.join("; ")));
    }
    fit(&text)
}

/// `Issue title missing_field`, or the words that come with it.
fn field_error(error: &Value) -> Option<String> {
    if let Some(text) = error.as_str() {
        return Some(text.to_owned());
    }
    let parts = ["resource", "field", "code", "message"].map(|name| error.get(name).and_then(Value::as_str));
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
