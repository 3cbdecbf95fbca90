//! The emulator of GitHub's issues that other tests are held against.

#![allow(clippy::disallowed_methods, reason = "tokens have times, and what hangs is measured")]

mod support;

#[path = "support/github/mod.rs"]
mod github;
#[path = "support/scenario.rs"]
mod scenario;

#[path = "github_emulator/client.rs"]
mod client;
#[path = "github_emulator/faults.rs"]
mod faults;
#[path = "github_emulator/identity.rs"]
mod identity;
#[path = "github_emulator/issues.rs"]
mod issues;
#[path = "github_emulator/limits.rs"]
mod limits;
#[path = "github_emulator/listings.rs"]
mod listings;
#[path = "github_emulator/places.rs"]
mod places;
#[path = "github_emulator/runs.rs"]
mod runs;
#[path = "github_emulator/strictness.rs"]
mod strictness;
