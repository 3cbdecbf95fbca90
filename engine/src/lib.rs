//! The pure part of Log Gardener.
//!
//! Entries, a pack, history, issues and `now` go in; verdicts, a plan and a report come out. Nothing here touches the
//! network, a clock, the environment, the file system, a thread or a terminal: `clippy.toml` of this crate refuses it.
//!
//! Each module imports only from what stands before it:
//!
//! [`id`], [`severity`] → [`diagnostic`], [`entry`] → [`redact`], [`query`], [`script`], [`phrase`] → [`pack`] → [`tally`]
//! → [`report`] → [`render`]

pub mod baseline;
pub mod classify;
pub mod clusters;
pub mod diagnostic;
pub mod entry;
pub mod id;
pub mod judge;
pub mod pack;
pub mod phrase;
pub mod plan;
pub mod query;
pub mod redact;
pub mod render;
pub mod report;
pub mod script;
pub mod severity;
pub mod tally;
pub mod template;
pub mod triage;

/// Every code that a diagnostic can have, by its id.
#[must_use]
pub fn diagnostic_codes() -> Vec<&'static diagnostic::Code> {
    let all = [
        pack::codes::ALL,
        phrase::codes::ALL,
        query::codes::ALL,
        redact::codes::ALL,
        script::codes::ALL,
        judge::codes::ALL,
        render::codes::ALL,
    ];
    let mut codes: Vec<&'static diagnostic::Code> = all.into_iter().flatten().copied().collect();
    codes.sort_by_key(|code| code.id);
    codes
}
