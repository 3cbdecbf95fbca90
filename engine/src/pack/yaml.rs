//! A YAML file as a tree in which every node knows its place.
//!
//! Read from the parser's events where it is plain (`plain`), and else through `serde_yaml`'s `Spanned`, which gives bytes of every
//! node. Everything else that YAML leaves open is
//! settled here: YAML 1.2 booleans only (`no` and `on` stay text), one document a file, and budgets that make alias bombs
//! and absurd nesting an error instead of a wait.

mod bracket;
mod odd;
mod plain;
mod scalar;
mod syntax;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::options::DuplicateKeyPolicy;
use serde_yaml::{Location, Spanned};

use super::codes;
use crate::diagnostic::{Diagnostic, FileId, Sources, Span};

pub(crate) use scalar::{locate, locate_in};

/// Levels of nesting beyond which a file is refused: reading one takes some 35 kB of stack where nothing is optimised.
const MAX_DEPTH: usize = 32;
/// Nodes, aliases replayed, beyond which a file is refused. A megabyte of YAML holds about so many at most.
const MAX_NODES: usize = 250_000;
/// Events that aliases may add.
const MAX_REPLAYED: usize = 20_000;

/// One value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Item>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

impl Kind {
    /// What it is, for "expected …, found …".
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// Reads a file. What cannot be read gives nothing, an empty file `Kind::Null`; keys that stand twice are reported, and the first counts.
pub(crate) fn parse(sources: &Sources, file: FileId, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut tree = Tree::of(sources.text(file), file, diagnostics);
    plain::read(&mut tree).or_else(|| whole(&mut tree))
}

/// The same by all rules of YAML.
fn whole(tree: &mut Tree<'_>) -> Option<Node> {
    let documents = match serde_yaml::from_multiple_with_options::<Spanned<Raw>>(tree.text, options()) {
        Ok(documents) => documents,
        Err(error) => {
            tree.diagnostics.push(syntax::problem(error.without_snippet(), tree.text, tree.file));
            return None;
        }
    };
    let mut documents = documents.into_iter();
    let Some(first) = documents.next() else {
        return Some(Node { span: Span::new(tree.file, 0..0), kind: Kind::Null });
    };
    if let Some(second) = documents.next() {
        let span = tree.span(&second.defined);
        tree.diagnostics.push(
            Diagnostic::new(&codes::YAML_DOCUMENTS, span, "the file holds more than one YAML document")
                .label("the second document begins here")
                .help("take out the `---` between them, or make two files of it"),
        );
    }
    Some(tree.node(first))
}

fn options() -> serde_yaml::Options {
    let mut limits = serde_yaml::options::AliasLimits::default();
    limits.max_total_replayed_events = MAX_REPLAYED;
    serde_yaml::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
        emit_comments: false,
        alias_limits: limits,
        non_finite_float_policy: serde_yaml::options::NonFiniteFloatPolicy::AsString,
        budget: serde_yaml::budget! { max_depth: MAX_DEPTH, max_nodes: MAX_NODES },
    }
}

/// A value before its place is known in bytes of this file.
#[derive(Debug)]
enum Raw {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Int(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no key of a pack takes numbers so great; examples show them as JSON does"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(i64::try_from(value).map_or(Raw::Float(value as f64), Raw::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Raw, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Raw::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(key) = map.next_key::<Spanned<Option<String>>>()? {
            let name = key.value.unwrap_or_else(|| "null".to_owned());
            items.push((Spanned::new(name, key.referenced, key.defined), map.next_value()?));
        }
        Ok(Raw::Map(items))
    }
}

/// Makes the nodes of one file, and tells what is odd about them.
struct Tree<'t> {
    text: &'t str,
    file: FileId,
    /// Whether any value can have a tag.
    has_tags: bool,
    diagnostics: &'t mut Vec<Diagnostic>,
}

impl<'t> Tree<'t> {
    fn of(text: &'t str, file: FileId, diagnostics: &'t mut Vec<Diagnostic>) -> Self {
        Self { text, file, has_tags: text.contains('!'), diagnostics }
    }

    fn span(&self, location: &Location) -> Span {
        Span::new(self.file, range(location, self.text))
    }

    fn node(&mut self, raw: Spanned<Raw>) -> Node {
        let span = self.span(&raw.defined);
        let kind = match raw.value {
            Raw::Null => Kind::Null,
            Raw::Bool(value) => Kind::Bool(value),
            Raw::Int(value) => Kind::Int(value),
            Raw::Float(value) => Kind::Float(value),
            Raw::Text(value) => Kind::Text(value),
            Raw::List(elements) => {
                self.begin(span);
                let elements = elements.into_iter().map(|element| self.node(element)).collect();
                return self.collection(span, Kind::List(elements));
            }
            Raw::Map(raw) => {
                self.begin(span);
                let mut items = Items::with_capacity(raw.len());
                for (key, value) in raw {
                    let key_span = self.span(&key.defined);
                    let value = self.node(value);
                    items.add(self, Item { key: key.value, key_span, value });
                }
                return self.collection(span, Kind::Map(items.all));
            }
        };
        self.scalar(span, kind)
    }

    /// Tells what is odd about any value.
    fn begin(&mut self, span: Span) {
        if self.has_tags {
            self.diagnostics.extend(odd::tag(self.text, span));
        }
    }

    fn scalar(&mut self, span: Span, kind: Kind) -> Node {
        self.begin(span);
        if matches!(kind, Kind::Text(_)) {
            self.diagnostics.extend(odd::comment(self.text, span));
        }
        Node { span, kind }
    }

    /// A list or a mapping, of which [`Tree::begin`] has told before what is in it.
    fn collection(&self, mut span: Span, kind: Kind) -> Node {
        // A collection in block style has no bracket of its own to point at.
        if let Some(first) = match &kind {
            Kind::Map(items) => items.first().map(|item| item.key_span),
            Kind::List(elements) => elements.first().map(|element| element.span),
            _ => None,
        } && self.text.get(span.range()).is_none_or(|covered| !covered.starts_with(['[', '{']))
        {
            span = first;
        }
        Node { span, kind }
    }
}

/// The items of a mapping; keys that stand there twice are told, and the first counts.
#[derive(Default)]
struct Items {
    all: Vec<Item>,
    seen: BTreeMap<String, Span>,
}

impl Items {
    fn with_capacity(len: usize) -> Self {
        Self { all: Vec::with_capacity(len), seen: BTreeMap::new() }
    }

    fn add(&mut self, tree: &mut Tree<'_>, item: Item) {
        if let Some(first) = self.seen.get(&item.key) {
            tree.diagnostics.push(
                Diagnostic::new(
                    &codes::DUPLICATE_KEY,
                    item.key_span,
                    format!("the key `{}` stands here twice", item.key),
                )
                .label("again here")
                .help("keep one of them; which one counts is not defined in YAML")
                .related(*first, "first here"),
            );
            return;
        }
        self.seen.insert(item.key.clone(), item.key_span);
        self.all.push(item);
    }
}

/// The bytes of a location, trimmed to the text.
fn range(location: &Location, text: &str) -> Range<usize> {
    let span = location.span();
    let (Some(start), Some(len)) = (span.byte_offset(), span.byte_len()) else {
        let at = offset(text, location.line(), location.column());
        return at..at;
    };
    let clamp = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    trimmed(clamp(start)..clamp(start.saturating_add(len)), text)
}

/// The same for bytes that are known.
fn trimmed(bytes: Range<usize>, text: &str) -> Range<usize> {
    let (start, end) = (bytes.start.min(text.len()), bytes.end.min(text.len()));
    let covered = text.get(start..end).unwrap_or("");
    start..start + covered.trim_end().len()
}

/// The byte of a line and a column, both from 1.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let mut start = 0;
    for _ in 1..line {
        match text.get(start..).and_then(|rest| rest.find('\n')) {
            Some(at) => start += at + 1,
            None => return text.len(),
        }
    }
    let rest = text.get(start..).unwrap_or("");
    let skip = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    start + rest.char_indices().nth(skip).map_or(rest.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests;
