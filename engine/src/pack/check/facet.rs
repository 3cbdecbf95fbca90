//! Facets and group values: fields of the entry, or captures.

use super::Checking;
use crate::diagnostic::Diagnostic;
use crate::entry::FieldPath;
use crate::pack::codes;
use crate::pack::decode::{At, OneOrMany};
use crate::pack::merge::Merged;
use crate::pack::model::{Capture, FacetKey};

/// The facets of a definition, as it writes them.
pub(super) fn names(merged: &Merged) -> impl Iterator<Item = &str> {
    list(merged.placed.keys.facets.as_ref()).chain(list(merged.placed.keys.group_by.as_ref()))
}

/// The texts of a list.
pub(super) fn list(keys: Option<&At<OneOrMany<String>>>) -> impl Iterator<Item = &str> {
    keys.into_iter().flat_map(|keys| &keys.value.0).map(|name| name.value.as_str())
}

/// A field as reports name it, however it is written; the name of a capture as it is.
pub(super) fn normal(name: &str) -> String {
    FieldPath::parse(name).map_or_else(|_| name.to_owned(), |path| path.to_string())
}

impl Checking<'_> {
    /// The values that `facets` or `group_by` lists.
    ///
    /// `names` are those of all captures, of which the ones that are wrong are not among `captures`.
    pub(super) fn facet_keys(
        &mut self,
        keys: Option<&At<OneOrMany<String>>>,
        captures: &[Capture],
        names: &[String],
    ) -> Vec<FacetKey> {
        let mut found: Vec<FacetKey> = Vec::new();
        let mut places: Vec<&At<String>> = Vec::new();
        for name in keys.into_iter().flat_map(|keys| &keys.value.0) {
            let key = match captures.iter().position(|capture| capture.name == name.value) {
                Some(index) => FacetKey::Capture { name: name.value.clone(), index },
                None if names.contains(&name.value) => continue,
                None if name.value == FacetKey::STACK_TRACE => FacetKey::StackTrace,
                None => {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    let Some(path) = self.path(name, &names) else { continue };
                    FacetKey::Field(path)
                }
            };
            if let Some(first) = found.iter().position(|other| *other == key).and_then(|at| places.get(at)) {
                self.diagnostics.push(
                    Diagnostic::new(&codes::DUPLICATE_FACET, name.span, format!("`{}` is listed twice", name.value))
                        .label("again here")
                        .related(first.span, "first here"),
                );
                continue;
            }
            found.push(key);
            places.push(name);
        }
        found
    }
}
