//! The requests that a step comes to, for people to look at.

use gardener_engine::filing::{NewState, Step, Write};

use super::survey::Target;
use crate::tracker::{Draft, Edit, Place, Request};

/// What carrying out a step would send, if all is as the plan found it.
pub(crate) fn requests(step: &Step, target: &Target) -> Vec<Request> {
    let place = step.issue.as_ref().map_or(Place::here(0), |issue| target.place(&issue.place));
    step.writes.iter().map(|write| request(write, place.clone())).collect()
}

fn request(write: &Write, place: Place) -> Request {
    match write.clone() {
        Write::Create { title, body, labels } => Request::Create(Draft { title, body, labels }),
        Write::Edit { title, body, state } => Request::Edit(place, Edit { title, body, state: state.map(words) }),
        Write::AddLabels { labels } => Request::AddLabels(place, labels),
        Write::RemoveLabel { label } => Request::RemoveLabel(place, label),
        Write::Comment { body } => Request::Comment(place, body),
        Write::EditComment { id, body, .. } => Request::EditComment(place, id, body),
    }
}

/// A state and its reason, in the tracker's words.
pub(super) fn words(state: NewState) -> (&'static str, &'static str) {
    match state {
        NewState::Open => ("open", "reopened"),
        NewState::Duplicate => ("closed", "duplicate"),
        NewState::Completed => ("closed", "completed"),
    }
}
