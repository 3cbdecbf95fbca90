//! Going over the text of a record, with an eye to the keys that it stands under.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::ascii::at;
use super::beside_keys::{is_for_name, is_for_value, is_open, is_path};
use super::card::is_number_of_card;
use super::harmless::is_harmless;
use super::kind::Kind;
use super::memo::{Known, Memo};
use super::name::{Promise, SecretName, is_header, secret_name};
use super::watch::{Before, Watch};
use super::{Redactor, Tally};
use crate::entry::{Bone, Field, Form, Head, Node, Number, Shape, Span};

/// LogEntry's own fields that can hold no secret: where they hold anything else than a time or a severity, the record is
/// malformed. All others may: an application sets `insertId`, a caller `trace`.
pub(super) const OWN: [Field; 3] = [Field::Timestamp, Field::ReceiveTimestamp, Field::Severity];

/// An object while its keys are redacted: where they are, and once one of them had to be, all of them, with the highest
/// number that each has got.
struct Object {
    from: usize,
    end: usize,
    keys: Option<BTreeMap<String, u32>>,
}

/// The nodes of a batch, being redacted.
///
/// A place is that of a node on the tape; in a record of a known form, which has only its values there, that of a node in the
/// record.
pub(super) struct Walk<'w, 'a> {
    pub(super) nodes: &'w mut [Node<'a>],
    /// The form of the record that is gone over, and its values, of which those that are gone over are nodes.
    pub(super) form: Option<(&'w Form, &'w [Span])>,
    pub(super) redactor: &'w Redactor,
    pub(super) tally: &'w mut Tally,
    /// What has been looked over already.
    pub(super) memo: &'w mut Memo,
    /// Told of every change, where somebody asks for them.
    pub(super) watch: Option<&'w mut Watch>,
}

/// What stands in a place.
enum What {
    Text,
    Number,
    /// With the place behind it.
    List(usize),
    Map(usize),
    Other,
}

impl<'a> Walk<'_, 'a> {
    fn bone(&self, place: usize) -> Option<&Bone> {
        self.form.and_then(|(form, _)| form.bones().get(place))
    }

    fn node(&self, place: usize) -> Option<&Node<'a>> {
        self.nodes.get(on_tape(self.form, place)?)
    }

    fn what(&self, place: usize) -> What {
        match (self.bone(place), self.node(place)) {
            (Some(Bone::List { end }), _) | (_, Some(Node::List { end })) => What::List(*end as usize),
            (Some(Bone::Map { end }), _) | (_, Some(Node::Map { end })) => What::Map(*end as usize),
            (_, Some(Node::Text(_))) => What::Text,
            (_, Some(Node::Number(_))) => What::Number,
            _ => What::Other,
        }
    }

    /// Goes over one record.
    pub(super) fn record(&mut self, head: &Head) {
        let root = head.root as usize;
        if head.shape == Shape::Text {
            // What else there is has been made of it.
            head.slot(Field::TextPayload).into_iter().for_each(|at| _ = self.value(root + at as usize, None));
            return;
        }
        let Some(Node::Map { end }) = self.nodes.get(root) else { return };
        let end = *end as usize;
        let mut place = root + 1;
        let mut object = Object { from: place, end, keys: None };
        while place < end {
            let field = self.text(place).and_then(Field::from_name);
            let is_own = match head.shape {
                Shape::LogEntry => field.is_some_and(|field| OWN.contains(&field)),
                // What only has the name of a field is payload.
                _ => field.is_some_and(|field| {
                    matches!(field, Field::Severity | Field::Timestamp)
                        && head.slot(field).is_some_and(|at| root + at as usize == place + 1)
                }),
            };
            if is_own && matches!(self.nodes.get(place + 1), Some(Node::Text(_) | Node::Number(_))) {
                place += 2;
            } else {
                place = self.item(place, None, &mut object);
            }
        }
        if head.shape == Shape::Flattened {
            self.pairs(root + 1, end);
        }
    }

    /// Goes over a key and its value; gives the place behind them. `all` is what the whole object is taken for.
    fn item(&mut self, place: usize, all: Option<SecretName>, object: &mut Object) -> usize {
        let secret = self.named(place, object);
        let all = all.filter(|_| !self.text(place).is_some_and(is_open));
        self.value(place + 1, secret.or(all))
    }

    /// Redacts a key, and says what it promises of its value.
    fn named(&mut self, place: usize, object: &mut Object) -> Option<SecretName> {
        let known = self.text(place).map_or(Known::Never, |key| self.memo.keys.look_up(key));
        if known.is_clean() {
            return None;
        }
        let promised = |walk: &Self| walk.text(place).and_then(|key| secret_key(key.as_bytes()));
        let secret = promised(self);
        if self.key(place, object) {
            // Without the secret that it had in it, a key may name one more clearly.
            return secret.or_else(|| promised(self));
        }
        if let (None, Some(key)) = (secret, text_at(self.nodes, self.form, place)) {
            self.memo.keys.keep(known, key);
        }
        secret
    }

    /// Redacts a key of an object; says whether there was anything. Keys that become the same are numbered, or one would hide the other.
    fn key(&mut self, place: usize, object: &mut Object) -> bool {
        // Keys of records of known forms have been looked over, once and for all.
        let Some(key) = self.text(place).filter(|_| self.form.is_none()) else { return false };
        if self.redactor.own.is_empty() && is_plain(key) {
            return false;
        }
        let Some(mut redacted) = self.clean(place) else { return false };
        let keys = object.keys.get_or_insert_with(|| {
            let mut keys = BTreeMap::new();
            let mut at = object.from;
            while at < object.end {
                keys.insert(self.text(at).unwrap_or("").to_owned(), 1);
                at = self.after(at + 1);
            }
            keys
        });
        let plain = redacted.clone();
        let mut number = keys.get(&plain).copied().unwrap_or(0);
        while keys.contains_key(&redacted) {
            number += 1;
            redacted = format!("{plain} ({number})");
        }
        keys.insert(plain, number.max(1));
        keys.insert(redacted.clone(), 1);
        self.replace(place, true, Cow::Owned(redacted));
        true
    }

    /// The text at a place without what shall not be in it, if there is anything.
    fn clean(&mut self, place: usize) -> Option<String> {
        let text = text_at(self.nodes, self.form, place)?;
        let known = self.memo.texts.look_up(text);
        if known.is_clean() {
            return None;
        }
        let redacted = self.redactor.clean(text, self.tally);
        if redacted.is_none() {
            self.memo.texts.keep(known, text);
        }
        redacted
    }

    /// Puts a text in the place of a key or value.
    pub(super) fn replace(&mut self, place: usize, is_key: bool, text: Cow<'a, str>) {
        let Some(node) = on_tape(self.form, place).and_then(|place| self.nodes.get_mut(place)) else { return };
        if let Some(watch) = &mut self.watch {
            let before = if let Node::Text(before) = node { Before::Text(before) } else { Before::Number };
            watch.note((place, is_key), &before, &text, (self.redactor, self.tally));
        }
        *node = Node::Text(text);
    }

    /// Goes over a value, which is taken for a secret as a name says; gives the place behind it.
    pub(super) fn value(&mut self, place: usize, secret: Option<SecretName>) -> usize {
        let on = secret.filter(|secret| self.redactor.on.has(secret.kind));
        match self.what(place) {
            What::Text => {
                let is_whole =
                    |secret: &SecretName| self.text(place).is_some_and(|text| is_secret(text.as_bytes(), *secret));
                if let Some(secret) = on.filter(is_whole) {
                    self.tally.built_in.add(secret.kind);
                    self.replace(place, false, Cow::Borrowed(secret.kind.mask()));
                } else if let Some(redacted) = self.clean(place) {
                    self.replace(place, false, Cow::Owned(redacted));
                }
                place + 1
            }
            What::Number => {
                let card = self.node(place).is_some_and(is_card).then_some(Kind::CreditCard);
                let kind = on.map(|secret| secret.kind).or(card.filter(|kind| self.redactor.on.has(*kind)));
                if let Some(kind) = kind {
                    self.tally.built_in.add(kind);
                    self.replace(place, false, Cow::Borrowed(kind.mask()));
                }
                place + 1
            }
            What::List(end) => {
                self.list(place + 1, end, secret);
                end.max(place + 1)
            }
            What::Map(end) => {
                let all = secret.filter(|secret| is_for_all(*secret));
                let mut item = place + 1;
                let mut object = Object { from: item, end, keys: None };
                while item < end {
                    item = self.item(item, all, &mut object);
                }
                self.pairs(place + 1, end);
                end.max(place + 1)
            }
            What::Other => place + 1,
        }
    }

    /// Goes over the elements of a list. After the name of a header, or an option of a command, comes its value:
    /// `["Authorization", "Bearer …"]`, `["--password", "…"]`.
    fn list(&mut self, from: usize, end: usize, secret: Option<SecretName>) {
        let mut place = from;
        let mut named = None;
        while place < end {
            let at = place;
            let is_name = self.text(at).is_some_and(|text| beside(text.as_bytes()).is_some());
            let is_text = self.text(at).is_some();
            place = self.value(at, secret.or(named.filter(|_| is_text && !is_name)));
            named = self.text(at).and_then(|text| beside(text.as_bytes()));
        }
    }

    /// Redacts the values of an object that is a pair: `{"name": "password", "value": "…"}`.
    fn pairs(&mut self, from: usize, end: usize) {
        let mut named = None;
        let mut place = from;
        while place < end && named.is_none() {
            if self.text(place).is_some_and(is_for_name) {
                named = self.text(place + 1).and_then(|name| secret_key(name.trim_start_matches('-').as_bytes()));
            }
            place = self.after(place + 1);
        }
        if named.is_none() {
            return;
        }
        place = from;
        while place < end {
            if self.text(place).is_some_and(is_for_value) {
                self.value(place + 1, named);
            }
            place = self.after(place + 1);
        }
    }

    fn text(&self, place: usize) -> Option<&str> {
        text_at(self.nodes, self.form, place)
    }

    fn after(&self, place: usize) -> usize {
        match self.what(place) {
            What::List(end) | What::Map(end) => end.max(place + 1),
            _ => place + 1,
        }
    }
}

/// Where on the tape the node of a place is, if it is there; see [`Walk`].
fn on_tape(form: Option<(&Form, &[Span])>, place: usize) -> Option<usize> {
    let Some((form, values)) = form else { return Some(place) };
    match form.bones().get(place) {
        Some(Bone::Text(number) | Bone::Number(number)) => values.get(*number as usize)?.node(),
        _ => None,
    }
}

/// The key or the text at a place.
fn text_at<'t>(nodes: &'t [Node<'_>], form: Option<(&'t Form, &[Span])>, place: usize) -> Option<&'t str> {
    if let Some(Bone::Key(key)) = form.and_then(|(form, _)| form.bones().get(place)) {
        return Some(key);
    }
    match nodes.get(on_tape(form, place)?) {
        Some(Node::Text(text)) => Some(text),
        _ => None,
    }
}

/// Whether a number is that of a card; payloads of protos have all of theirs as doubles.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a whole number below 2^53")]
pub(super) fn is_card(node: &Node<'_>) -> bool {
    match node {
        Node::Number(Number::Unsigned(n)) => is_number_of_card(*n),
        Node::Number(Number::Float(n)) => n.fract() == 0.0 && (0.0..9e15).contains(n) && is_number_of_card(*n as u64),
        _ => false,
    }
}

/// Whether a key is a word or some, which no built-in redaction would change.
pub(super) fn is_plain(key: &str) -> bool {
    key.len() <= 24 && key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
}

/// Whether what a key promises holds of all that stands below it: `{"password": {"old": …, "new": …}}`. Of tokens one may
/// say much (`{"token": {"type": "access", "expires_in": 3600}}`).
pub(super) fn is_for_all(secret: SecretName) -> bool {
    matches!(secret.promise, Promise::Cookies | Promise::Secret)
}

/// What a key promises of a whole value.
pub(super) fn secret_key(key: &[u8]) -> Option<SecretName> {
    if key.len() > 128 || key.contains(&b' ') && key.len() > 32 {
        return None;
    }
    secret_name(key).filter(|secret| !matches!(secret.promise, Promise::Parameter | Promise::LongParameter))
}

/// What an element of a list promises of the next one.
fn beside(text: &[u8]) -> Option<SecretName> {
    if text.len() > 64 {
        return None;
    }
    let option = text.strip_prefix(b"--").filter(|option| !option.contains(&b'='));
    option.map_or_else(|| is_header(text).then(|| secret_name(text)).flatten(), secret_key)
}

fn is_secret(text: &[u8], secret: SecretName) -> bool {
    let is_directory = secret.promise == Promise::Secret && at(text, 0) == b'/' && text.len() < 128 && is_path(text);
    !is_directory && !is_harmless(text, secret.promise)
}
