//! `gardener man`.

use std::io;
use std::path::Path;

use clap_mangen::Man;

use crate::args::description;
use crate::context::Context;
use crate::error::{Exit, Failure};

pub(super) fn run(context: &Context, out: Option<&Path>) -> Result<Exit, Failure> {
    let Some(folder) = out else {
        let mut bytes = Vec::new();
        let page = Man::new(description()).render(&mut bytes);
        page.map_err(|error| Failure::new(Exit::Unreadable, error.to_string()))?;
        super::print(context, &String::from_utf8_lossy(&bytes))?;
        return Ok(Exit::Done);
    };
    pages(folder)
        .map_err(|error| Failure::new(Exit::Unreadable, format!("{} cannot be written: {error}", folder.display())))?;
    Ok(Exit::Done)
}

/// One page for the program and one for each command and its parts.
fn pages(folder: &Path) -> io::Result<()> {
    let program = description();
    Man::new(program.clone()).render(&mut std::fs::File::create(folder.join("gardener.1"))?)?;
    for command in program.get_subcommands() {
        let name = format!("gardener-{}", command.get_name());
        page(folder, command, &name)?;
        for part in command.get_subcommands() {
            page(folder, part, &format!("{name}-{}", part.get_name()))?;
        }
    }
    Ok(())
}

fn page(folder: &Path, command: &clap::Command, name: &str) -> io::Result<()> {
    let mut file = std::fs::File::create(folder.join(format!("{name}.1")))?;
    Man::new(command.clone().name(name.to_owned())).render(&mut file)
}
