//! The pure part of Log Gardener.
//!
//! Entries, a pack, history, issues and `now` go in; verdicts, a plan and a report come out. Nothing here touches the
//! network, a clock, the environment, the file system, a thread or a terminal: `clippy.toml` of this crate refuses it.
//!
//! Each module imports only from what stands before it:
//!
//! [`id`], [`severity`] → [`diagnostic`], [`entry`], [`pattern`] → [`redact`], [`query`], [`script`], [`phrase`] → [`pack`] → [`tally`]
//! → [`report`] → [`diff`], [`shadow`] → [`render`] → [`filing`]

pub mod baseline;
pub mod case;
pub mod classify;
pub mod clusters;
pub mod coverage;
pub mod diagnostic;
pub mod diff;
pub mod draft;
pub mod entry;
pub mod explain;
pub mod filing;
pub mod id;
pub mod issue;
pub mod judge;
pub mod mining;
pub mod mute;
pub mod observe;
pub mod pack;
pub mod pattern;
pub mod phrase;
pub mod plan;
pub mod profile;
pub mod query;
pub mod redact;
pub mod related;
pub mod render;
pub mod report;
pub mod script;
pub mod severity;
pub mod shadow;
pub mod suggest;
pub mod suppress;
pub mod tally;
pub mod template;
pub mod trends;
pub mod triage;
pub mod witness;

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
        diff::codes::ALL,
        report::codes::ALL,
        render::codes::ALL,
        case::codes::ALL,
    ];
    let mut codes: Vec<&'static diagnostic::Code> = all.into_iter().flatten().copied().collect();
    codes.sort_by_key(|code| code.id);
    codes
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique_well_named_and_explained() {
        let codes = super::diagnostic_codes();
        for pair in codes.windows(2) {
            assert_ne!(pair[0].id, pair[1].id);
        }
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        for code in codes {
            assert!(code.id.split('-').all(is_word), "{}", code.id);
            assert!(code.explanation.len() > 20, "{} is not explained", code.id);
            assert!(code.summary.len() > 10 && !code.summary.ends_with('.'), "{}", code.id);
        }
    }
}
