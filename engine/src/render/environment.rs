//! The MiniJinja environment of worklogs: whatever a template prints is neutralised, unless a filter made it.

use std::collections::BTreeMap;

use minijinja::machinery::ast::Stmt;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};

use crate::entry::Timestamp;
use crate::report::Report;

use super::neutral::{address, code_span_pending, fence, inline_pending, link_pending, shortened};
use super::number::{self, number};
use super::{context, spark};

/// Steps of a template; the default worklog takes some hundreds a cluster.
const FUEL: u64 = 20_000_000;

/// The longest text that is printed, in characters.
const INLINE: usize = 1000;

/// The longest text that is fenced, in characters.
const FENCED: usize = 20_000;

/// The filters that worklogs have beside MiniJinja's.
pub(super) const FILTERS_OF_OUR_OWN: [&str; 16] = [
    "code_span",
    "day",
    "duration",
    "fence",
    "issue_link",
    "json",
    "label",
    "link",
    "mark",
    "md",
    "moment",
    "number",
    "plural",
    "short",
    "sparkline",
    "time_of_day",
];

fn syntax() -> SyntaxConfig {
    // Fails only for delimiters, which stay what they are.
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .unwrap_or_default()
}

/// The syntax tree of a template.
pub(super) fn parsed(text: &str) -> Result<Stmt<'_>, Error> {
    minijinja::machinery::parse(text, "template", syntax())
}

/// An environment with the filters of worklogs and no templates.
pub(super) fn environment(report: &Report) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_syntax(syntax());
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    // What is captured (`set` blocks, macros) has been printed, and counts as safe only while some escaping is on.
    env.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    env.set_formatter(print);
    // `safe` would let log text through as it is.
    env.remove_filter("safe");
    for name in ["e", "escape", "md"] {
        env.add_filter(name, |value: Value| Value::from_safe_string(markdown(&value)));
    }
    add_code(&mut env);
    add_words(&mut env);
    let legend: BTreeMap<&str, (String, String)> = (report.severities.iter())
        .map(|legend| (legend.severity.name(), (legend.mark.clone(), legend.label.clone())))
        .collect();
    let marks = legend.clone();
    env.add_filter("mark", move |level: String| marks.get(&*level).map(|(mark, _)| mark.clone()).unwrap_or_default());
    env.add_filter("label", move |level: String| legend.get(&*level).map(|(_, label)| label.clone()).unwrap_or(level));
    env
}

/// Prints a value: neutralised, but for what our own filters made.
fn print(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    out.write_str(&markdown(value)).map_err(|error| Error::new(ErrorKind::WriteFailure, error.to_string()))
}

fn markdown(value: &Value) -> String {
    match (value.as_str(), value.kind()) {
        (Some(text), _) if value.is_safe() => text.to_owned(),
        (Some(text), _) => inline_pending(&shortened(text, INLINE)),
        (None, ValueKind::None | ValueKind::Undefined) => String::new(),
        (None, ValueKind::Number) if !value.is_integer() => {
            f64::try_from(value.clone()).map_or_else(|_| value.to_string(), number)
        }
        (None, _) => inline_pending(&shortened(&value.to_string(), INLINE)),
    }
}

/// The plain text of a value, for filters that neutralise it in their own way.
fn plain(value: &Value, limit: usize) -> String {
    match value.as_str() {
        Some(text) => shortened(text, limit),
        None if value.is_none() => String::new(),
        None if value.kind() == ValueKind::Number => markdown(value),
        None => shortened(&value.to_string(), limit),
    }
}

fn add_code(env: &mut Environment<'static>) {
    env.add_filter("code_span", |value: Value| Value::from_safe_string(code_span_pending(&plain(&value, INLINE))));
    env.add_filter("fence", |value: Value, language: Option<String>| {
        Value::from_safe_string(fence(&plain(&value, FENCED), language.as_deref().unwrap_or("")))
    });
    env.add_filter("link", |value: Value, address: Value| {
        Value::from_safe_string(link_pending(&plain(&value, INLINE), address.as_str().unwrap_or("")))
    });
    env.add_filter("issue_link", |issue: Value| issue_link(&issue).map(Value::from_safe_string));
    env.add_filter("json", |value: Value| context::json(&value));
}

/// `[#838 - title](address)` of an issue of the report, as much of it as is known.
fn issue_link(issue: &Value) -> Result<String, Error> {
    let title = inline_pending(&plain(&issue.get_attr("title")?, INLINE));
    let number = u64::try_from(issue.get_attr("number")?);
    let text = number.map_or_else(|_| title.clone(), |number| format!("#{number} - {title}"));
    Ok(match issue.get_attr("url")?.as_str().and_then(address) {
        Some(to) => format!("[{text}]({to})"),
        None => text,
    })
}

fn add_words(env: &mut Environment<'static>) {
    env.add_filter("short", |value: Value, length: usize| shortened(&plain(&value, usize::MAX), length));
    env.add_filter("number", |value: Value| {
        u64::try_from(value.clone()).map(number::count).or_else(|_| f64::try_from(value).map(number))
    });
    env.add_filter("plural", |value: u64, one: String, many: Option<String>| {
        number::counted(value, &one, many.as_deref())
    });
    env.add_filter("duration", |seconds: f64| number::duration(seconds));
    env.add_filter("moment", |value: Value| instant(&value, number::moment));
    env.add_filter("day", |value: Value| instant(&value, number::day));
    env.add_filter("time_of_day", |value: Value| instant(&value, number::time_of_day));
    env.add_filter("sparkline", |value: Value, width: Option<usize>, rest: Kwargs| {
        rest.assert_all_used()?;
        let counts = if value.kind() == ValueKind::Map { value.get_attr("counts")? } else { value };
        let counts = counts.try_iter()?.map(u64::try_from).collect::<Result<Vec<u64>, _>>()?;
        Ok::<_, Error>(spark::sparkline(&counts, width.unwrap_or(48).min(INLINE)))
    });
}

/// An instant in the report's own notation, shown otherwise; nothing stays nothing.
fn instant(value: &Value, show: fn(Timestamp) -> String) -> Result<Value, Error> {
    if value.is_none() {
        return Ok(Value::from(()));
    }
    match value.as_str().and_then(Timestamp::parse) {
        Some(at) => Ok(Value::from(show(at))),
        None => Err(Error::new(ErrorKind::InvalidOperation, "expected a time such as `2025-09-14T04:55:00Z`")),
    }
}
