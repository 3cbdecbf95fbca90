//! Whether a test may hold of an entry of which no more is known than which fields it has.

use super::function::Function;
use super::test::{FieldTest, Probe, Test};
use crate::entry::{Field, FieldPath, Root};

impl Test {
    /// Whether it may hold of an entry that has values only at the paths of which `is_there` says so.
    pub(super) fn may_hold(&self, is_there: &mut dyn FnMut(&FieldPath) -> bool) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.may_hold(is_there)),
            Self::Any(tests) => tests.iter().any(|test| test.may_hold(is_there)),
            Self::Field(field) => field.may_hold(is_there),
            Self::Function(Function::InNet { path, .. } | Function::Search { path: Some(path), .. }) => {
                path.root() == Root::Message || is_there(path)
            }
            Self::Not(_) | Self::Global(_) | Self::Function(_) => true,
        }
    }
}

impl FieldTest {
    fn may_hold(&self, is_there: &mut dyn FnMut(&FieldPath) -> bool) -> bool {
        // These are answered by what is known of an entry, wherever that was read.
        let is_known = matches!(self.path.root(), Root::Message | Root::Field(Field::Severity | Field::Timestamp))
            || matches!(self.probe, Probe::Severity(..));
        self.when_absent || is_known || is_there(&self.path)
    }
}
