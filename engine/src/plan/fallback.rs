//! What the program does about an issue where no policy says anything, or policy fails.

use crate::judge::{IssueFacts, Verdict};
use crate::report::ActionKind;

/// An open issue is updated. Without a policy, a cluster that is urgent enough gets one; where policy failed, nothing is
/// created, for nobody can tell whether it would have been.
pub(super) fn action(facts: &IssueFacts<'_>, verdict: &Verdict, has_failed: bool) -> (ActionKind, String) {
    let found = facts.found;
    let because = |reason: &str| {
        if has_failed {
            format!("{reason} (policy failed, and this is what holds without it)")
        } else {
            reason.to_owned()
        }
    };
    if let Some(reason) = &facts.never {
        return (ActionKind::None, because(reason));
    }
    if let Some(number) = found.number {
        return if found.is_writable() {
            (ActionKind::Update, because(&format!("issue #{number} is about it")))
        } else {
            (ActionKind::None, because(&format!("issue #{number} cannot be updated: it is {}", found.state())))
        };
    }
    if verdict.severity > facts.file_from {
        let reason =
            format!("{} is less urgent than {}, from which issues are filed", verdict.severity, facts.file_from);
        return (ActionKind::None, because(&reason));
    }
    if has_failed {
        return (ActionKind::None, "policy failed, and nothing is created without its word".to_owned());
    }
    (ActionKind::Create, "no issue is known for it".to_owned())
}
