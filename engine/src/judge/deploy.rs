//! The deploy of a cluster, as scripts see it.

use rhai::Dynamic;

use super::memory::{record, time};
use crate::baseline::Baseline;
use crate::script::Kind;

/// What scripts can ask of it.
pub(super) const DEPLOY: Kind =
    Kind::Record(&["kind", "text", "field", "value", "began", "after_seconds", "rate_before", "rate_after"]);

/// The deploy that a cluster began with, or that changed its rate.
pub(super) fn of(baseline: &Baseline) -> Dynamic {
    let Some(deploy) = baseline.deploy() else { return Dynamic::UNIT };
    record([
        ("kind", deploy.kind.name().into()),
        ("text", deploy.text.clone().into()),
        ("field", deploy.field.clone().into()),
        ("value", deploy.value.clone().into()),
        ("began", time(Some(deploy.began))),
        ("after_seconds", deploy.after_seconds.map(Dynamic::from_float).unwrap_or_default()),
        ("rate_before", Dynamic::from_float(deploy.rate_before)),
        ("rate_after", Dynamic::from_float(deploy.rate_after)),
    ])
}
