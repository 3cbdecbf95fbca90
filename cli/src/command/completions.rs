//! `gardener completions`.

use crate::args::description;
use crate::context::Context;
use crate::error::{Exit, Failure};

pub(super) fn run(context: &Context, shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut description(), "gardener", &mut bytes);
    super::print(context, &String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Done)
}
