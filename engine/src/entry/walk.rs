//! Every value of an entry with the names that lead to it.

use super::field::Field;
use super::value::{Data, Value};
use super::{Entry, Shape};

/// Is given the names of a path, as queries write it, and the value there; answers true when it has seen enough.
type Visit<'v, 'b> = dyn FnMut(&[&'b str], Value<'b>) -> bool + 'v;

impl<'b> Entry<'b> {
    /// Every value below the record, containers before what they hold, until `visit` answers true; says whether it did. The
    /// elements of a list have the names of the list, as in paths of queries.
    pub(crate) fn walk(&self, visit: &mut Visit<'_, 'b>) -> bool {
        let Data::Map(map) = self.root().data() else { return false };
        let mut names = Vec::new();
        for (key, value) in map {
            let field = Field::from_name(key);
            match field {
                Some(field) => names.push(field.name()),
                // A record that is no LogEntry is payload, but for the fields that it has in common with one.
                None if self.shape() == Shape::Flattened => names.extend([Field::JsonPayload.name(), key]),
                None => names.push(key),
            }
            if below(value, &mut names, visit) {
                return true;
            }
            names.clear();
        }
        false
    }
}

fn below<'b>(value: Value<'b>, names: &mut Vec<&'b str>, visit: &mut Visit<'_, 'b>) -> bool {
    if visit(names, value) {
        return true;
    }
    match value.data() {
        Data::Map(mut map) => map.any(|(key, value)| {
            names.push(key);
            let is_done = below(value, names, visit);
            names.pop();
            is_done
        }),
        Data::List(mut list) => list.any(|element| below(element, names, visit)),
        _ => false,
    }
}
