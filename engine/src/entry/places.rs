//! Where paths lead in records whose form is known: found out once a form, not once a record.

use std::borrow::Cow;
use std::sync::Arc;

use super::Entry;
use super::field::Field;
use super::form::{Form, UNUSUAL};
use super::path::{FieldPath, Root};
use super::span::Span;
use super::tape::Bone;
use super::value::Value;
use crate::id::hash64;

/// Paths that are kept; with more of them nothing is, so that memory stays bounded.
const PATHS: usize = 512;
/// Hashes of usual values that are kept of one form, a power of two.
const HASHES: usize = 32;

/// Some paths, and where each leads in the forms that were met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    paths: Vec<FieldPath>,
    /// By the number of the form.
    forms: Vec<Option<Known>>,
}

/// What is known of a form.
#[derive(Clone, Debug)]
struct Known {
    form: Arc<Form>,
    /// By the number of the path.
    places: Vec<Place>,
    /// Hashes of usual values, each with the value's number, where its end says; none as long as nobody has asked for any.
    hashes: Vec<(u16, u64)>,
}

/// Where a path leads in records of one form.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// Nobody has asked yet.
    Unknown,
    Nowhere,
    /// To the value of this number, a text.
    Text(usize),
    /// To the value so many nodes behind the record's first.
    One(u32),
    /// To several, as below a list.
    Many,
}

/// Where a path leads in one record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Led<'b> {
    /// To this text, which is known by a number if it comes again and again.
    Text { text: &'b str, usual: u16 },
    /// To this value, or nowhere.
    To(Option<Value<'b>>),
    /// That must be looked up in the record.
    Unknown,
}

/// A text, which is not looked up in its record before somebody asks.
#[derive(Clone, Debug)]
pub(crate) enum Text<'b> {
    Found(Cow<'b, str>),
    /// Where it is in a record.
    In(&'b str, Span),
}

impl<'b> Text<'b> {
    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Found(text) => text,
            Self::In(record, span) => span.text(record).unwrap_or_default(),
        }
    }

    /// Whether it is the empty one.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Found(text) => text.is_empty(),
            Self::In(_, span) => span.length() == Some(0),
        }
    }
}

impl Places {
    /// The number of a path, for [`Places::of`]. Only those have one that lead to what a record holds: not the message, which is
    /// the pack's, nor the severity, whose name may be another.
    pub(crate) fn number(&mut self, path: &FieldPath) -> usize {
        if let Some(number) = self.paths.iter().position(|known| known == path) {
            return number;
        }
        self.forms.clear();
        let is_of_record = !matches!(path.root(), Root::Message | Root::Field(Field::Severity));
        if self.paths.len() >= PATHS || !is_of_record {
            return usize::MAX;
        }
        self.paths.push(path.clone());
        self.paths.len() - 1
    }

    /// Where the path of a number leads in an entry.
    #[inline]
    pub(crate) fn of<'b>(&mut self, number: usize, entry: &Entry<'b>) -> Led<'b> {
        let Some(form) = entry.form else { return Led::Unknown };
        let known = self.forms.get(entry.head.form as usize).and_then(Option::as_ref);
        let place = match known {
            Some(known) if Arc::ptr_eq(&known.form, form) => known.places.get(number).copied(),
            _ => Some(Place::Unknown),
        };
        match place {
            Some(Place::Unknown) => self.find(number, entry, form),
            Some(place) => led(place, entry),
            None => Led::Unknown,
        }
    }

    /// Finds out where a path leads.
    #[cold]
    fn find<'b>(&mut self, number: usize, entry: &Entry<'b>, form: &Arc<Form>) -> Led<'b> {
        let Some(path) = self.paths.get(number) else { return Led::Unknown };
        let mut found = Vec::new();
        entry.any(path, &mut |value| {
            found.push(value.index());
            found.len() > 1
        });
        let place = match *found {
            [] => Place::Nowhere,
            [at] => {
                let at = at - entry.root().index();
                match form.bones().get(at as usize) {
                    Some(Bone::Text(value)) => Place::Text(*value as usize),
                    _ => Place::One(at),
                }
            }
            _ => Place::Many,
        };
        let (at, count) = (entry.head.form as usize, self.paths.len());
        if self.forms.len() <= at {
            self.forms.resize_with(at + 1, || None);
        }
        let Some(slot) = self.forms.get_mut(at) else { return Led::Unknown };
        if slot.as_ref().is_none_or(|known| !Arc::ptr_eq(&known.form, form)) {
            *slot = Some(Known { form: Arc::clone(form), places: vec![Place::Unknown; count], hashes: Vec::new() });
        }
        if let Some(kept) = slot.as_mut().and_then(|known| known.places.get_mut(number)) {
            *kept = place;
        }
        led(place, entry)
    }

    /// [`Entry::first_text`] of the path of a number, with the number by which the text is known if it comes again and again.
    #[inline]
    pub(crate) fn first_text<'b>(
        &mut self,
        number: usize,
        path: &FieldPath,
        entry: &Entry<'b>,
    ) -> Option<(&'b str, u16)> {
        match self.of(number, entry) {
            Led::Text { text, usual } => Some((text, usual)).filter(|(text, _)| !text.is_empty()),
            Led::To(value) => value?.as_text().filter(|text| !text.is_empty()).map(|text| (text, UNUSUAL)),
            Led::Unknown => entry.first_text(path).map(|text| (text, UNUSUAL)),
        }
    }

    /// [`Entry::text_at`] of the path of a number.
    #[inline]
    pub(crate) fn text_at<'b>(&mut self, number: usize, path: &FieldPath, entry: &Entry<'b>) -> Option<Cow<'b, str>> {
        match self.of(number, entry) {
            Led::Text { text, .. } => Some(Cow::Borrowed(text)),
            Led::To(value) => value?.data().scalar_text(),
            Led::Unknown => entry.text_at(path),
        }
    }

    /// The same with the text's hash, which is known of values that come again and again.
    #[inline(always)]
    pub(crate) fn hashed_at<'b>(
        &mut self,
        number: usize,
        path: &FieldPath,
        entry: &Entry<'b>,
    ) -> Option<(Text<'b>, u64)> {
        if let Some(form) = entry.form
            && let Some(Some(known)) = self.forms.get_mut(entry.head.form as usize)
            && Arc::ptr_eq(&known.form, form)
        {
            match known.places.get(number) {
                Some(Place::Nowhere) => return None,
                Some(Place::Text(value)) => {
                    if let Some(span) = entry.values.get(*value)
                        && span.usual != UNUSUAL
                        && let Some((usual, hash)) = known.hashes.get(usize::from(span.usual) % HASHES)
                        && *usual == span.usual
                    {
                        return Some((Text::In(entry.record, *span), *hash));
                    }
                }
                _ => {}
            }
        }
        self.hash_at(number, path, entry)
    }

    /// The same, where the hash is not known yet.
    #[inline(never)]
    fn hash_at<'b>(&mut self, number: usize, path: &FieldPath, entry: &Entry<'b>) -> Option<(Text<'b>, u64)> {
        let (text, usual) = match self.of(number, entry) {
            Led::Text { text, usual } => (Cow::Borrowed(text), usual),
            _ => (self.text_at(number, path, entry)?, UNUSUAL),
        };
        let hash = hash64(text.as_bytes());
        if usual != UNUSUAL
            && let Some(Some(known)) = self.forms.get_mut(entry.head.form as usize)
        {
            // Only where the form is the known one is there a value that is usual.
            known.hashes.resize(HASHES, (UNUSUAL, 0));
            if let Some(kept) = known.hashes.get_mut(usize::from(usual) % HASHES) {
                *kept = (usual, hash);
            }
        }
        Some((Text::Found(text), hash))
    }
}

/// Paths of which the first is taken that leads to a text, as a message is.
#[derive(Clone, Debug, Default)]
pub(crate) struct FirstOf {
    places: Places,
    /// With their numbers.
    paths: Vec<(usize, FieldPath)>,
    /// By the number of the form, how many of them lead nowhere in its records before one leads somewhere.
    skipped: Vec<Option<(Arc<Form>, usize)>>,
}

impl FirstOf {
    /// These paths.
    pub(crate) fn new(paths: &[FieldPath]) -> Self {
        let mut places = Places::default();
        let paths = paths.iter().map(|path| (places.number(path), path.clone())).collect();
        Self { places, paths, skipped: Vec::new() }
    }

    /// The first text that is not empty, with the number by which it is known if it comes again and again.
    #[inline]
    pub(crate) fn text<'b>(&mut self, entry: &Entry<'b>) -> Option<(&'b str, u16)> {
        let skipped = match entry.form() {
            None => 0,
            Some((number, form)) => match self.skipped.get(number) {
                Some(Some((known, skipped))) if Arc::ptr_eq(known, form) => *skipped,
                _ => self.find(number, form, entry),
            },
        };
        let Self { places, paths, .. } = self;
        paths.iter().skip(skipped).find_map(|(number, path)| places.first_text(*number, path, entry))
    }

    /// Finds out how many paths lead nowhere.
    #[cold]
    fn find(&mut self, number: usize, form: &Arc<Form>, entry: &Entry<'_>) -> usize {
        let Self { places, paths, skipped } = self;
        let leads = |(number, _): &(usize, FieldPath)| !matches!(places.of(*number, entry), Led::To(None));
        let count = paths.iter().position(leads).unwrap_or(paths.len());
        if skipped.len() <= number {
            skipped.resize_with(number + 1, || None);
        }
        if let Some(slot) = skipped.get_mut(number) {
            *slot = Some((Arc::clone(form), count));
        }
        count
    }
}

/// Where a path leads in an entry of whose form that is known.
#[inline]
fn led<'b>(place: Place, entry: &Entry<'b>) -> Led<'b> {
    match place {
        Place::Text(value) => match entry.text_of(value) {
            Some((text, usual)) => Led::Text { text, usual },
            None => Led::Unknown,
        },
        Place::Nowhere => Led::To(None),
        Place::One(at) => Led::To(Some(entry.root().behind(at))),
        Place::Many | Place::Unknown => Led::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::entry::Batch;
    use crate::redact::Redactor;

    const PATHS: [&str; 9] = [
        "message",
        "severity",
        "jsonPayload.none",
        "jsonPayload.a",
        "jsonPayload.n",
        "jsonPayload.list",
        "labels.b",
        "textPayload",
        "jsonPayload.list.c",
    ];

    proptest! {
        #[test]
        fn what_is_known_of_forms_and_usual_values_is_what_entries_have(
            records in prop::collection::vec((0_u8..40, 0_u8..3, 0_u8..3, any::<bool>()), 1..40),
        ) {
            let paths = PATHS.map(|path| FieldPath::parse(path).unwrap());
            let written = records.iter().cycle().take(5 * records.len()).map(|(value, empty, kind, secret)| {
                let text = if *empty == 0 { String::new() } else { format!("value {value}") };
                let n = if *secret { json!(format!("password=hunter{value}")) } else { json!(value) };
                let payload = match kind {
                    0 => json!({ "a": text, "n": n, "list": [{ "c": text }, { "c": "d" }] }),
                    1 => json!({ "a": value, "n": n, "list": true }),
                    _ => json!({ "list": ["x", text], "n": null }),
                };
                json!({ "severity": "ERROR", "labels": { "b": text }, "jsonPayload": payload }).to_string()
            });
            let written: Vec<String> = written.collect();
            let (mut places, mut first_of) = (Places::default(), FirstOf::new(&paths));
            let numbers = paths.each_ref().map(|path| places.number(path));
            let mut forms = crate::entry::Forms::default();
            for chunk in written.chunks(11) {
                let mut batch = Batch::knowing(forms, 100);
                chunk.iter().for_each(|record| batch.push_whole_json(record).unwrap());
                forms = batch.take_forms();
                let batch = Redactor::default().batch(batch);
                let mut by_forms = batch.entries_by(&mut first_of);
                for entry in batch.entries(&paths) {
                    for (number, path) in numbers.iter().zip(&paths) {
                        let text = entry.text_at(path);
                        let found = places.hashed_at(*number, path, &entry);
                        let found = found.map(|(text, hash)| (text.is_empty(), text.as_str().to_owned(), hash));
                        let wanted = text.as_ref().map(|text| (text.is_empty(), text.to_string(), hash64(text.as_bytes())));
                        prop_assert_eq!(found, wanted);
                        prop_assert_eq!(places.text_at(*number, path, &entry), text);
                        let first = places.first_text(*number, path, &entry).map(|(text, _)| text);
                        prop_assert_eq!(first, entry.first_text(path));
                    }
                    let first = paths.iter().find_map(|path| Entry { message: None, ..entry }.first_text(path));
                    prop_assert_eq!(by_forms.next().and_then(|entry| entry.message()), first);
                }
            }
        }
    }
}
