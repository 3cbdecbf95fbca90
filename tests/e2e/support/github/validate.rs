//! What is wrong with a request, after GitHub's description of its API. Whatever is wrong is also recorded, so that a test
//! fails even where the program makes do with the refusal.

use serde_json::{Value, json};

use super::call::Call;
use super::clock;
use super::http::{Raw, Response};
use super::world::World;

/// A field of a body, and what must be true of it.
pub type Field = (&'static str, fn(&Value) -> Result<(), String>);

/// An answer of 422, which is also a violation.
pub fn invalid(world: &mut World, field: &str, why: &str) -> Response {
    world.violate(format!("`{field}` {why}"));
    let value = json!({
        "message": "Validation Failed",
        "errors": [{ "resource": "Issue", "code": "invalid", "field": field, "message": format!("{field} {why}") }],
        "documentation_url": "https://docs.github.com/rest", "status": "422",
    });
    Response::json(422, value)
}

/// The headers that every request must have.
pub fn headers(world: &mut World, raw: &Raw) -> Result<(), Response> {
    if raw.header("user-agent").is_none_or(str::is_empty) {
        world.violate("no header `User-Agent`");
        return Err(Response::error(403, "Request forbidden by administrative rules."));
    }
    for once in ["user-agent", "authorization", "accept", "content-type", "content-length", "host"] {
        if raw.headers.iter().filter(|(name, _)| name == once).count() > 1 {
            return Err(invalid(world, once, "stands there twice"));
        }
    }
    if raw.header("transfer-encoding").is_some() {
        return Err(invalid(world, "transfer-encoding", "is not emulated"));
    }
    // What gets a token is sent by libraries, without it.
    let accept = raw.header("accept").unwrap_or_default();
    let is_known = ["application/json", "application/vnd.github"].iter().any(|known| accept.starts_with(known));
    if !is_known && !raw.target.ends_with("/access_tokens") {
        return Err(invalid(world, "accept", &format!("is `{accept}`")));
    }
    Ok(())
}

/// The body of a request; null where there is none.
pub fn json(world: &mut World, raw: &Raw) -> Result<Value, Response> {
    if !["POST", "PATCH", "PUT"].contains(&raw.method.as_str()) {
        return if raw.body.is_empty() { Ok(Value::Null) } else { Err(invalid(world, "body", "has no place here")) };
    }
    let content_type = raw.header("content-type").unwrap_or_default();
    if content_type.split(';').next() != Some("application/json") && !raw.body.is_empty() {
        return Err(invalid(world, "content-type", &format!("is `{content_type}`")));
    }
    if raw.body.is_empty() && raw.target.ends_with("/access_tokens") {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&raw.body).map_err(|error| {
        world.violate(format!("the body is no JSON: {error}"));
        Response::error(400, "Problems parsing JSON")
    })
}

/// The fields of a body: only known ones, of the right kinds, and all that are needed.
pub fn body(world: &mut World, call: &Call, known: &[Field], needed: &[&str]) -> Result<(), Response> {
    query(world, call, &[])?;
    let Some(fields) = call.body.as_object() else {
        world.violate("the body is no object");
        return Err(Response::error(400, "Body should be a JSON object"));
    };
    for (name, value) in fields {
        let Some((_, check)) = known.iter().find(|(known, _)| known == name) else {
            return Err(invalid(world, name, "is not a known field"));
        };
        check(value).map_err(|why| invalid(world, name, &why))?;
    }
    match needed.iter().find(|name| !fields.contains_key(**name)) {
        Some(name) => Err(invalid(world, name, "is missing")),
        None => Ok(()),
    }
}

/// The parameters of a query: only known ones, with values that they can have.
pub fn query(world: &mut World, call: &Call, known: &[(&str, &[&str])]) -> Result<(), Response> {
    for (at, (name, value)) in call.query.iter().enumerate() {
        let Some((_, values)) = known.iter().find(|(known, _)| known == name) else {
            return Err(invalid(world, name, "is no known parameter"));
        };
        if call.query[..at].iter().any(|(other, _)| other == name) {
            return Err(invalid(world, name, "stands there twice"));
        }
        let number = value.parse::<u64>().ok().filter(|number| *number > 0);
        let right = match name.as_str() {
            "per_page" => number.is_some_and(|number| number <= 100),
            "page" => number.is_some(),
            "since" => clock::parse(value).is_some(),
            _ => !value.is_empty() && (values.is_empty() || values.contains(&value.as_str())),
        };
        if !right {
            return Err(invalid(world, name, &format!("cannot be `{value}`")));
        }
    }
    Ok(())
}

fn must(is_right: bool, what: &str) -> Result<(), String> {
    if is_right { Ok(()) } else { Err(what.to_owned()) }
}

fn longest(value: &Value, most: usize) -> Result<(), String> {
    let text = value.as_str().ok_or("must be a string")?;
    let length = text.chars().count();
    must(length <= most, &format!("is too long (maximum is {most} characters, and it has {length})"))
}

pub fn title(value: &Value) -> Result<(), String> {
    must(value.as_str().is_some_and(|text| !text.trim().is_empty()), "can't be blank")?;
    longest(value, 256)
}

pub fn text(value: &Value) -> Result<(), String> {
    longest(value, 65_536)
}

pub fn text_or_null(value: &Value) -> Result<(), String> {
    if value.is_null() { Ok(()) } else { text(value) }
}

/// The text of a comment.
pub fn said(value: &Value) -> Result<(), String> {
    must(value.as_str().is_some_and(|text| !text.trim().is_empty()), "can't be blank")?;
    text(value)
}

pub fn label(value: &Value) -> Result<(), String> {
    must(value.as_str().is_some_and(|text| !text.trim().is_empty()), "can't be blank")?;
    longest(value, 50)
}

pub fn labels(value: &Value) -> Result<(), String> {
    let list = value.as_array().ok_or("must be an array")?;
    must(list.len() <= 100, "are more than 100")?;
    list.iter().try_for_each(label)
}

pub fn color(value: &Value) -> Result<(), String> {
    let is_hex = |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    must(value.as_str().is_some_and(is_hex), "must be six hexadecimal digits")
}

pub fn description(value: &Value) -> Result<(), String> {
    longest(value, 100)
}

pub fn strings(value: &Value) -> Result<(), String> {
    must(value.as_array().is_some_and(|list| list.iter().all(Value::is_string)), "must be an array of strings")
}

pub fn numbers(value: &Value) -> Result<(), String> {
    must(value.as_array().is_some_and(|list| list.iter().all(Value::is_u64)), "must be an array of numbers")
}

pub fn object(value: &Value) -> Result<(), String> {
    must(value.is_object(), "must be an object")
}

pub fn state(value: &Value) -> Result<(), String> {
    must(["open", "closed"].iter().any(|known| value == known), "must be `open` or `closed`")
}

pub fn state_reason(value: &Value) -> Result<(), String> {
    let known = ["completed", "not_planned", "duplicate", "reopened"];
    must(value.is_null() || known.iter().any(|known| value == known), "is no known reason")
}

pub fn milestone(value: &Value) -> Result<(), String> {
    must(value.is_null() || value.is_u64() || value.is_string(), "must be a number or null")
}

pub fn string_or_null(value: &Value) -> Result<(), String> {
    must(value.is_null() || value.is_string(), "must be a string or null")
}
