//! `gardener plan` and `gardener apply` against the emulator of GitHub: what is in the repository in the end, whatever fails,
//! whoever meddles, and however often it is run.

#![allow(clippy::disallowed_methods, reason = "other processes are waited for")]

mod support;

#[path = "support/github/mod.rs"]
mod github;
#[path = "support/scenario.rs"]
mod scenario;

#[path = "filing/asking.rs"]
mod asking;
#[path = "filing/bursts.rs"]
mod bursts;
#[path = "filing/desk.rs"]
mod desk;
#[path = "filing/first_run.rs"]
mod first_run;
#[path = "filing/hostile.rs"]
mod hostile;
#[path = "filing/identity.rs"]
mod identity;
#[path = "filing/kills.rs"]
mod kills;
#[path = "filing/limits.rs"]
mod limits;
#[path = "filing/listings.rs"]
mod listings;
#[path = "filing/lost_answers.rs"]
mod lost_answers;
#[path = "filing/people.rs"]
mod people;
#[path = "filing/pipelines.rs"]
mod pipelines;
#[path = "filing/plans.rs"]
mod plans;
#[path = "filing/states.rs"]
mod states;
#[path = "filing/turns.rs"]
mod turns;
