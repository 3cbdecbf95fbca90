//! JSON onto a tape.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::tape::{Node, Number, Tape};

/// Reads one value of JSON onto the end of a tape.
pub(super) struct Onto<'t, 'a> {
    pub(super) tape: &'t mut Tape<'a>,
    pub(super) levels: u32,
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
        let levels = self.levels.checked_sub(1).ok_or_else(|| E::custom("it is nested too deeply"))?;
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
