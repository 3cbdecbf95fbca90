//! JSON onto a tape.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::batch::MAX_NESTING;
use super::tape::{Node, Number, Tape};

/// Reads the one value that a text is onto the end of a tape, or a part of it before an error.
///
/// A lone surrogate in a string, as Python's `json.dumps` writes it, becomes U+FFFD, and a number that no double can hold
/// becomes text: RFC 8259 allows both, so that what has them is not broken.
pub(super) fn parse<'a>(text: &'a str, tape: &mut Tape<'a>) -> Result<(), String> {
    let before = tape.nodes.len();
    let mut json = sonic_rs::Deserializer::from_str(text).utf8_lossy();
    let onto = Onto { tape, levels: MAX_NESTING };
    match onto.deserialize(&mut json).and_then(|()| json.end()) {
        Ok(()) => Ok(()),
        Err(error) if error.to_string().contains("must be finite") => {
            tape.nodes.truncate(before);
            parse_large(text, tape)
        }
        Err(error) => Err(error.to_string()),
    }
}

/// The same for a text with numbers that no double can hold: slower, for they are few.
#[cold]
fn parse_large(text: &str, tape: &mut Tape<'_>) -> Result<(), String> {
    put(owned(&quote_numbers(text))?, tape)
}

/// The one value that a text is, which borrows nothing from it.
pub(super) fn owned(text: &str) -> Result<serde_json::Value, String> {
    let mut json = sonic_rs::Deserializer::from_str(text).utf8_lossy();
    let value = json.deserialize::<serde_json::Value>();
    value.and_then(|value| json.end().map(|()| value)).map_err(|error| error.to_string())
}

/// Puts a value onto the end of a tape, or a part of it before an error.
pub(super) fn put(value: serde_json::Value, tape: &mut Tape<'_>) -> Result<(), String> {
    put_value(value, tape, MAX_NESTING)
}

fn put_value(value: serde_json::Value, tape: &mut Tape<'_>, levels: u32) -> Result<(), String> {
    use serde_json::Value as Json;
    let below = || levels.checked_sub(1).ok_or_else(|| TOO_DEEP.to_owned());
    let at = tape.next();
    match value {
        Json::Null => tape.push(Node::Null),
        Json::Bool(value) => tape.push(Node::Bool(value)),
        Json::String(text) => tape.push(Node::Text(Cow::Owned(text))),
        Json::Number(number) => {
            let whole = number.as_u64().map(Number::Unsigned).or_else(|| number.as_i64().map(Number::Signed));
            tape.push(Node::Number(whole.unwrap_or_else(|| Number::Float(number.as_f64().unwrap_or_default()))));
        }
        Json::Array(list) => {
            tape.push(Node::List { end: at });
            for element in list {
                put_value(element, tape, below()?)?;
            }
            tape.close(at);
        }
        Json::Object(map) => {
            tape.push(Node::Map { end: at });
            for (key, value) in map {
                tape.push(Node::Text(Cow::Owned(key)));
                put_value(value, tape, below()?)?;
            }
            tape.close(at);
        }
    }
    Ok(())
}

const TOO_DEEP: &str = "it is nested too deeply";

/// The text with numbers that no double can hold in quotes.
fn quote_numbers(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        quoted.push_str(before);
        let is_string = from.starts_with('"');
        let length = if is_string { string_length(from) } else { number_length(from) };
        let (token, behind) = from.split_at(length);
        if !is_string && token.parse().is_ok_and(f64::is_infinite) {
            quoted.extend(["\"", token, "\""]);
        } else {
            quoted.push_str(token);
        }
        rest = behind;
    }
    quoted.push_str(rest);
    quoted
}

/// The length of the string that a text begins with, its quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

/// The length of the number that a text begins with.
fn number_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')).count()
}

/// Reads one value of JSON onto the end of a tape.
struct Onto<'t, 'a> {
    tape: &'t mut Tape<'a>,
    levels: u32,
}

impl<'de> DeserializeSeed<'de> for Onto<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Onto<'_, 'de> {
    fn put<E>(self, node: Node<'de>) -> Result<(), E> {
        self.tape.push(node);
        Ok(())
    }

    fn below<E: serde::de::Error>(&mut self) -> Result<Onto<'_, 'de>, E> {
        let levels = self.levels.checked_sub(1).ok_or_else(|| E::custom(TOO_DEEP))?;
        Ok(Onto { tape: self.tape, levels })
    }
}

impl<'de> Visitor<'de> for Onto<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.put(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.put(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.put(Node::Number(Number::Unsigned(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.put(Node::Number(Number::Signed(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.put(Node::Number(Number::Float(value)))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<(), E> {
        self.put(Node::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.put(Node::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut access: A) -> Result<(), A::Error> {
        let at = self.tape.next();
        self.tape.push(Node::List { end: at });
        while access.next_element_seed(self.below().map_err(A::Error::custom::<serde::de::value::Error>)?)?.is_some() {}
        self.tape.close(at);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut access: A) -> Result<(), A::Error> {
        let at = self.tape.next();
        self.tape.push(Node::Map { end: at });
        loop {
            let key = self.below().map_err(A::Error::custom::<serde::de::value::Error>)?;
            if access.next_key_seed(key)?.is_none() {
                break;
            }
            let value = self.below().map_err(A::Error::custom::<serde::de::value::Error>)?;
            access.next_value_seed(value)?;
        }
        self.tape.close(at);
        Ok(())
    }
}
