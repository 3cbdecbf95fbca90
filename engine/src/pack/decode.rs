//! From a tree of YAML to typed records, telling everything that is wrong with it and not only the first.
//!
//! A record knows its own keys, their documentation and forms ([`Field`]), so that messages, suggestions and schemas all
//! come from the one declaration in [`super::raw`].

use super::codes;
pub(crate) use super::form::one_of;
use super::form::{Field, Form, RecordForm, meant};
use super::yaml::{Kind, Node};
use crate::diagnostic::{Diagnostic, Span, nearest};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// What can be read from a node.
pub(crate) trait Decode: Sized {
    /// What may stand there.
    fn form() -> Form;
    /// What is expected, in words with an article.
    fn expected() -> String {
        Self::form().words()
    }
    /// Reads it; every problem is told, and nothing comes of a node that is wrong as a whole.
    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self>;
}

/// What has keys of its own.
pub(crate) trait Record: Decode {
    /// What it is, with an article: `a definition`.
    const WHAT: &'static str;
    /// Its keys, in the order of the documentation.
    fn fields() -> Vec<Field>;
    /// The form of all records of this kind.
    fn record_form() -> RecordForm {
        RecordForm { what: Self::WHAT, keys: Self::fields }
    }
}

/// Tells that a node is of the wrong type.
pub(crate) fn wrong_type(node: &Node, expected: &str, problems: &mut Vec<Diagnostic>) {
    let found = node.kind.name();
    let diagnostic = Diagnostic::new(&codes::WRONG_TYPE, node.span, format!("expected {expected}, found {found}"))
        .label(format!("expected {expected}"));
    let is_scalar = matches!(node.kind, Kind::Bool(_) | Kind::Int(_) | Kind::Float(_));
    problems.push(match node.kind {
        Kind::Null => diagnostic.help("give the key a value, or take it out"),
        _ if is_scalar && expected.contains("text") => diagnostic.help("put it in quotes to make it text"),
        Kind::Float(number) if expected.contains("whole number") => diagnostic.help(whole(number)),
        Kind::Text(ref text) if expected.contains("whole number") && text.trim().parse::<i64>().is_ok() => {
            diagnostic.help(format!("write `{}`, without quotes", text.trim()))
        }
        _ => diagnostic,
    });
}

/// What to write instead of a number that is not whole, or not written as one.
fn whole(number: f64) -> String {
    if number.abs() >= 1e15 {
        return format!("at most {} is read", i64::MAX);
    }
    match number.fract() == 0.0 {
        true => format!("write `{number:.0}`, in digits only"),
        false => "write it without a fraction".to_owned(),
    }
}

impl<T: Decode> Decode for At<T> {
    fn form() -> Form {
        T::form()
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        Some(Self { value: T::decode(node, problems)?, span: node.span })
    }
}

impl Decode for String {
    fn form() -> Form {
        Form::Text
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Text(text) if text.trim().is_empty() => {
                problems.push(
                    Diagnostic::new(&codes::WRONG_TYPE, node.span, "expected text, found an empty one")
                        .label("expected text")
                        .help("write something here, or take the key out"),
                );
                None
            }
            Kind::Text(text) => Some(text.clone()),
            _ => {
                wrong_type(node, "text", problems);
                None
            }
        }
    }
}

/// A text that may be empty, which says that there is to be none.
#[derive(Clone, Debug)]
pub(crate) struct OrEmpty(pub(crate) String);

impl Decode for OrEmpty {
    fn form() -> Form {
        Form::Text
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::Text(text) => Some(Self(text.clone())),
            _ => {
                wrong_type(node, "text", problems);
                None
            }
        }
    }
}

impl Decode for bool {
    fn form() -> Form {
        Form::Truth
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        if let Kind::Bool(value) = node.kind {
            return Some(value);
        }
        let expected = Self::expected();
        let word = if let Kind::Text(text) = &node.kind { text.to_lowercase() } else { String::new() };
        let means = match word.as_str() {
            "yes" | "on" | "y" | "true" => Some("true"),
            "no" | "off" | "n" | "false" => Some("false"),
            _ => None,
        };
        match means {
            Some(means) => problems.push(
                Diagnostic::new(&codes::WRONG_TYPE, node.span, format!("expected {expected}, found the text `{word}`"))
                    .label(format!("expected {expected}"))
                    .help(format!("write `{means}`, without quotes")),
            ),
            None => wrong_type(node, &expected, problems),
        }
        None
    }
}

impl Decode for i64 {
    fn form() -> Form {
        Form::Whole(None)
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match node.kind {
            Kind::Int(value) => Some(value),
            _ => {
                wrong_type(node, "a whole number", problems);
                None
            }
        }
    }
}

/// A whole number from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Positive(pub(crate) u64);

impl Decode for Positive {
    fn form() -> Form {
        Form::Whole(Some(1))
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        if let Kind::Int(value) = node.kind
            && let Ok(value) = u64::try_from(value)
            && value > 0
        {
            return Some(Self(value));
        }
        let expected = Self::expected();
        match node.kind {
            Kind::Int(value) => problems.push(
                Diagnostic::new(&codes::BAD_VALUE, node.span, format!("expected {expected}, found `{value}`"))
                    .label(format!("expected {expected}")),
            ),
            _ => wrong_type(node, &expected, problems),
        }
        None
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn form() -> Form {
        Form::List(Box::new(T::form()))
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Kind::List(elements) = &node.kind else {
            wrong_type(node, &Self::expected(), problems);
            return None;
        };
        let read: Self = elements.iter().filter_map(|element| T::decode(element, problems)).collect();
        // A list of which nothing can be read is not an empty one.
        (elements.is_empty() || !read.is_empty()).then_some(read)
    }
}

/// One value, or a list of them.
#[derive(Clone, Debug)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<At<T>>);

impl<T: Decode> Decode for OneOrMany<T> {
    fn form() -> Form {
        Form::OneOrMany(Box::new(T::form()))
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        match &node.kind {
            Kind::List(_) => Vec::decode(node, problems).map(Self),
            Kind::Null => {
                wrong_type(node, &Self::expected(), problems);
                None
            }
            _ => At::decode(node, problems).map(|one| Self(vec![one])),
        }
    }
}

/// Names of the author's own, each with a value.
#[derive(Clone, Debug)]
pub(crate) struct Named<T>(pub(crate) Vec<(At<String>, At<T>)>);

impl<T: Decode> Decode for Named<T> {
    fn form() -> Form {
        Form::Named(Box::new(T::form()))
    }

    fn decode(node: &Node, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let Kind::Map(items) = &node.kind else {
            wrong_type(node, &Self::expected(), problems);
            return None;
        };
        let named = items.iter().filter_map(|item| {
            let value = At::decode(&item.value, problems)?;
            Some((At { value: item.key.clone(), span: item.key_span }, value))
        });
        Some(Self(named.collect()))
    }
}

/// One of a few words.
pub(crate) fn choice<T: Copy>(node: &Node, what: &str, of: &[(&str, T)], problems: &mut Vec<Diagnostic>) -> Option<T> {
    let words: Vec<&str> = of.iter().map(|(word, _)| *word).collect();
    let expected = one_of(&words);
    let Kind::Text(text) = &node.kind else {
        wrong_type(node, &format!("{what}, one of the texts {expected}"), problems);
        return None;
    };
    if let Some((_, value)) = of.iter().find(|(word, _)| word == text) {
        return Some(*value);
    }
    let mut diagnostic = Diagnostic::new(&codes::BAD_VALUE, node.span, format!("`{text}` is not {what}"))
        .label(format!("expected {expected}"));
    diagnostic.help = nearest(text, words.iter().copied()).map(|near| format!("did you mean `{near}`?"));
    problems.push(diagnostic);
    None
}

/// The items of a record's node, unknown keys told.
pub(crate) fn items<'n>(
    node: &'n Node,
    what: &str,
    fields: &[Field],
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<(&'static str, Span, &'n Node)>> {
    let Kind::Map(items) = &node.kind else {
        wrong_type(node, &format!("{what} (a mapping)"), problems);
        if let Some(problem) = problems.last_mut().filter(|problem| problem.help.is_none()) {
            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
            problem.help = Some(format!("its keys are {}", names.join(", ")));
        }
        return None;
    };
    let names: Vec<&'static str> = fields.iter().map(|field| field.name).collect();
    let is_given = |name: &str| items.iter().any(|item| item.key == name);
    let mut known: Vec<(&'static str, Span, &Node)> = Vec::with_capacity(items.len());
    let mut guessed: Vec<&'static str> = Vec::new();
    for item in items {
        if let Some(name) = names.iter().find(|name| **name == item.key) {
            known.push((name, item.key_span, &item.value));
            continue;
        }
        let message = format!("{what} has no key `{}`", item.key);
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_KEY, item.key_span, message);
        let help = format!("known keys: {}", names.join(", "));
        let near = meant((&item.key, &item.value.kind), fields, &|field| !is_given(field.name));
        problems.push(match near {
            Some(near) => diagnostic.label(format!("did you mean `{}`?", near.name)).help(help),
            None => diagnostic.label("not known here").help(help),
        });
        // Read as what was meant, for then it is not missing. What could not stand there would only be told to be wrong in a
        // way that it is not.
        let is_free = |field: &&Field| !is_given(field.name) && !known.iter().any(|(name, _, _)| *name == field.name);
        match near.filter(is_free) {
            Some(near) if near.form.may_hold(&item.value.kind) => known.push((near.name, item.key_span, &item.value)),
            Some(near) => guessed.push(near.name),
            None => {}
        }
    }
    for field in fields.iter().filter(|field| field.is_required) {
        if !known.iter().any(|(name, _, _)| *name == field.name) && !guessed.contains(&field.name) {
            problems.push(missing(node.span, what, field.name, &field.holds()));
        }
    }
    Some(known)
}

/// A key that must be there and is not.
pub(crate) fn missing(span: Span, what: &str, key: &str, holds: &str) -> Diagnostic {
    Diagnostic::new(&codes::MISSING_KEY, span, format!("{what} has no `{key}`"))
        .label(format!("`{key}` is missing"))
        .help(format!("add `{key}:`, {holds}"))
}

/// Declares a record: every key is optional in memory, so that one layer's keys can be laid over another's, and keeps its
/// place. `required` keys are told when they are missing.
macro_rules! record {
    ($(#[doc = $about:literal])+ $name:ident is $what:literal {
        $($(#[doc = $doc:literal])+ $need:ident $field:ident $(($key:literal))? : $type:ty,)*
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, Default)]
        pub(crate) struct $name {
            $($(#[doc = $doc])+ pub(crate) $field: Option<$crate::pack::decode::At<$type>>,)*
            /// Where each key stands.
            pub(crate) keys: Vec<(&'static str, $crate::diagnostic::Span)>,
        }

        impl $crate::pack::decode::Record for $name {
            const WHAT: &'static str = $what;

            fn fields() -> Vec<$crate::pack::form::Field> {
                vec![$($crate::pack::form::Field {
                    name: $crate::pack::decode::record!(@key $field $($key)?),
                    docs: concat!($($doc, "\n"),+).trim(),
                    form: <$type as $crate::pack::decode::Decode>::form(),
                    is_required: $crate::pack::decode::record!(@need $need),
                }),*]
            }
        }

        impl $crate::pack::decode::Decode for $name {
            fn form() -> $crate::pack::form::Form {
                $crate::pack::form::Form::Record(<Self as $crate::pack::decode::Record>::record_form())
            }

            fn decode(
                node: &$crate::pack::yaml::Node,
                problems: &mut Vec<$crate::diagnostic::Diagnostic>,
            ) -> Option<Self> {
                let fields = <Self as $crate::pack::decode::Record>::fields();
                let mut record = Self::default();
                for (name, span, value) in $crate::pack::decode::items(node, $what, &fields, problems)? {
                    record.keys.push((name, span));
                    $(if name == $crate::pack::decode::record!(@key $field $($key)?) {
                        record.$field = $crate::pack::decode::Decode::decode(value, problems);
                    })*
                }
                Some(record)
            }
        }

        impl $name {
            /// This record's keys, and the base's where this one is silent.
            #[allow(dead_code, reason = "not every record is layered")]
            pub(crate) fn over(mut self, base: Self) -> Self {
                for (name, span) in base.keys {
                    if !self.keys.iter().any(|(own, _)| *own == name) {
                        self.keys.push((name, span));
                    }
                }
                $(self.$field = self.$field.or(base.$field);)*
                self
            }

            /// Where a key stands.
            #[allow(dead_code, reason = "not every record is asked")]
            pub(crate) fn key(&self, name: &str) -> Option<$crate::diagnostic::Span> {
                self.keys.iter().find(|(own, _)| *own == name).map(|(_, span)| *span)
            }
        }
    };
    (@key $field:ident $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
    (@need required) => { true };
    (@need optional) => { false };
}
pub(crate) use record;
