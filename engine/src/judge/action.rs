//! What policy decides about a cluster's issue.

use rhai::Dynamic;

use super::cluster::Cluster;
use super::issue::{Choice, Handle, IssueFacts};
use super::{Subject, Verdict, at_function, told};
use crate::pack::Pack;
use crate::script::{Sandbox, kind_of};

/// What help is given where it fails.
const HELP: &str = "an open issue is updated and no other action is taken; the report marks the cluster";

/// What the pack's `action(cluster, issue)`, or the definition's own, decides; nothing where there is none, or it fails or
/// decides nothing, which the verdict then says.
#[must_use]
pub fn action(
    pack: &Pack,
    sandbox: &Sandbox,
    subject: &Subject<'_>,
    verdict: &mut Verdict,
    facts: &IssueFacts<'_>,
) -> Option<Choice> {
    let own = subject.definition.and_then(|definition| definition.policy.action.as_ref());
    let function = own.cloned().or_else(|| pack.policy.function("action", 2))?;
    let (cluster, issue) = (Cluster::settled(subject, verdict), Handle::new(facts));
    let arguments = vec![Dynamic::from(cluster.clone()), Dynamic::from(issue.clone())];
    let result = sandbox.call(&pack.policy, &function, arguments);
    verdict.reasons.extend(cluster.decision().reasons());
    let wrong = match result {
        Err(failure) => failure,
        Ok(value) if !value.is_unit() => {
            let message = format!("`{}` returned {}; it decides by calling `issue.…`", function.name, kind_of(&value));
            at_function(pack, &function, message)
        }
        Ok(_) => {
            let choice = issue.choice();
            if choice.taken.is_some() {
                return Some(choice);
            }
            at_function(pack, &function, format!("`{}` decided nothing", function.name))
        }
    };
    told(pack, &wrong, verdict, HELP);
    None
}
