//! What may stand in a pack's files, as data: messages, the reference and the schemas of editors are all made from it.

use super::yaml::Kind;
use crate::diagnostic::nearest;

/// What may stand at a key, or at the top of a file.
#[derive(Clone, Debug)]
pub enum Form {
    /// Text that is not blank.
    Text,
    /// `true` or `false`.
    Truth,
    /// A whole number, and the least that it may be.
    Whole(Option<i64>),
    /// A number, whole or not.
    Number,
    /// One of a few words, with a name for all of them where a list of them would read badly.
    Choice(Vec<&'static str>, Option<&'static str>),
    /// A mapping whose keys are not ours to say: an entry.
    Mapping,
    /// Anything.
    Anything,
    /// A list of these.
    List(Box<Form>),
    /// One of these, or a list of them.
    OneOrMany(Box<Form>),
    /// Names of the author's own, each with one of these.
    Named(Box<Form>),
    /// Any of these forms, in words.
    Either(Vec<Form>, &'static str),
    /// A mapping with keys of its own.
    Record(RecordForm),
}

/// A mapping with keys of its own.
#[derive(Clone, Copy, Debug)]
pub struct RecordForm {
    /// What it is, with an article: `a definition`.
    pub what: &'static str,
    /// Its keys, in the order of the documentation. A function, so that records may hold records of their own kind.
    pub keys: fn() -> Vec<Field>,
}

/// One key of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub docs: &'static str,
    /// What may stand there.
    pub form: Form,
    /// Whether the record is wrong without it.
    pub is_required: bool,
}

impl Field {
    /// What may stand there, in words: `text`, `a list, each text`.
    #[must_use]
    pub fn holds(&self) -> String {
        self.form.words()
    }
}

impl Form {
    /// Whether a value of this kind may stand there, as far as that can be told without looking into it.
    pub(crate) fn may_hold(&self, kind: &Kind) -> bool {
        match self {
            Self::Text | Self::Choice(..) => matches!(kind, Kind::Text(_)),
            Self::Truth => matches!(kind, Kind::Bool(_)),
            Self::Whole(_) => matches!(kind, Kind::Int(_)),
            Self::Number => matches!(kind, Kind::Int(_) | Kind::Float(_)),
            Self::Mapping | Self::Named(_) | Self::Record(_) => matches!(kind, Kind::Map(_)),
            Self::Anything => true,
            Self::List(_) => matches!(kind, Kind::List(_)),
            Self::OneOrMany(form) => matches!(kind, Kind::List(_)) || form.may_hold(kind),
            Self::Either(forms, _) => forms.iter().any(|form| form.may_hold(kind)),
        }
    }

    /// In words, with an article where one is due.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Truth => "`true` or `false`".to_owned(),
            Self::Whole(None) => "a whole number".to_owned(),
            Self::Whole(Some(least)) => format!("a whole number from {least} on"),
            Self::Number => "a number".to_owned(),
            Self::Choice(_, Some(called)) => (*called).to_owned(),
            Self::Choice(words, None) => one_of(words),
            Self::Mapping => "a mapping".to_owned(),
            Self::Anything => "anything".to_owned(),
            Self::List(form) => format!("a list, each {}", form.words()),
            Self::OneOrMany(form) => format!("{0}, or a list, each {0}", form.words()),
            Self::Named(form) => format!("a mapping of names, each to {}", form.words()),
            Self::Either(_, called) => (*called).to_owned(),
            Self::Record(record) => format!("{} (a mapping)", record.what),
        }
    }
}

/// The key that is most like one that is not known. Where several are equally like it, one that can hold the value, then one
/// that is not there yet, then one that must be there.
pub(super) fn meant<'f>(
    (key, kind): (&str, &Kind),
    fields: &'f [Field],
    is_free: &dyn Fn(&Field) -> bool,
) -> Option<&'f Field> {
    let like = |accepts: &dyn Fn(&Field) -> bool| {
        let names = fields.iter().filter(|field| accepts(field)).map(|field| field.name);
        nearest(key, names).and_then(|near| fields.iter().find(|field| field.name == near))
    };
    let best = like(&|_| true)?;
    let distance = |field: &Field| strsim::osa_distance(key, field.name);
    let fits = |field: &Field| field.form.may_hold(kind);
    let choices: [&dyn Fn(&Field) -> bool; 4] = [
        &|field| fits(field) && is_free(field) && field.is_required,
        &|field| fits(field) && is_free(field),
        &|field| is_free(field) && field.is_required,
        &|field| is_free(field),
    ];
    choices
        .into_iter()
        .filter_map(|accepts| like(accepts))
        .find(|field| distance(field) <= distance(best))
        .or(Some(best))
}

/// `a`, `b` or `c`.
pub(crate) fn one_of<S: AsRef<str>>(words: &[S]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}
