//! CLI.

pub mod source;
