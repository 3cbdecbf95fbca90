//! The `gardener` program: captured logs in, triaged worklog out. All input and output of Log Gardener is here; what it
//! thinks of them is in `gardener_engine`.
//!
//! `args` → `command/*` (one file a command) → `rule_tests`, `profiling`, `filing`, `analysis`, `comparison`, `suggesting` → `intake`, `entries`,
//! `store`, `tracker` → `marks`, `pack_files` → `source`, `git`, `schema_files`, `starter`, `new_files`, `output_file`, `terminal` → `http`, `jwt`, `secret` → `context` (the only
//! clock, environment and streams), `error` (exit codes).

pub mod analysis;
mod args;
mod command;
mod comparison;
mod context;
mod entries;
mod error;
mod filing;
mod findings;
mod git;
mod http;
mod intake;
mod jwt;
mod marks;
mod new_files;
mod output_file;
mod pack_files;
mod profiling;
mod reference;
mod reports;
mod rule_tests;
mod schema_files;
mod secret;
pub mod source;
mod starter;
mod store;
mod suggesting;
mod terminal;
mod tracker;
mod watch;

use std::process::ExitCode;

pub use error::Exit;
pub use reference::{Document, documents};

/// Runs the program with this process's arguments, environment and streams.
#[must_use]
pub fn main_from_env() -> ExitCode {
    let arguments = context::arguments();
    match args::parse(&arguments) {
        Ok((common, command)) => command::run(&common.context(), &common, command).into(),
        Err(refused) => {
            let context = args::Common::surmised(&arguments).context();
            command::refused(&context, &refused).into()
        }
    }
}
