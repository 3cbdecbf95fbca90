//! The program under test, the same as the shipped `gardener`.

use std::process::ExitCode;

fn main() -> ExitCode {
    gardener_cli::main_from_env()
}
