//! Where paths lead in records whose form is known: found out once a form, not once a record.

use std::borrow::Cow;
use std::sync::Arc;

use super::Entry;
use super::field::Field;
use super::form::{Form, UNUSUAL};
use super::path::{FieldPath, Root};
use super::tape::Bone;
use super::value::Value;

/// Paths that are kept; with more of them nothing is, so that memory stays bounded.
const PATHS: usize = 512;

/// Some paths, and where each leads in the forms that were met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    paths: Vec<FieldPath>,
    /// By the number of the form.
    forms: Vec<Option<(Arc<Form>, Vec<Place>)>>,
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
            Some((known, places)) if Arc::ptr_eq(known, form) => places.get(number).copied(),
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
        if slot.as_ref().is_none_or(|(known, _)| !Arc::ptr_eq(known, form)) {
            *slot = Some((Arc::clone(form), vec![Place::Unknown; count]));
        }
        if let Some(kept) = slot.as_mut().and_then(|(_, places)| places.get_mut(number)) {
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
            Led::To(None) => None,
            Led::To(Some(_)) | Led::Unknown => entry.first_text(path).map(|text| (text, UNUSUAL)),
        }
    }

    /// [`Entry::text_at`] of the path of a number.
    #[inline]
    pub(crate) fn text_at<'b>(&mut self, number: usize, path: &FieldPath, entry: &Entry<'b>) -> Option<Cow<'b, str>> {
        match self.of(number, entry) {
            Led::Text { text, .. } => Some(Cow::Borrowed(text)),
            Led::To(None) => None,
            Led::To(Some(_)) | Led::Unknown => entry.text_at(path),
        }
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
