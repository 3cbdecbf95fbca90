//! p
use crate::{
    judge::{Subject, Verdict},
    pack::Pack,
    report::{Action, ActionKind},
};
/// a
pub fn action(_: &Pack, _: &Subject<'_>, _: &Verdict) -> Action {
    Action { kind: ActionKind::None, reason: String::new(), issue: None }
}
