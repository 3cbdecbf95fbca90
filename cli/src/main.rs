//! `gardener`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    gardener_cli::main_from_env()
}
