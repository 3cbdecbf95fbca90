//! What people are told where a history cannot be used, and what they can do about it.

use std::fs;
use std::path::Path;

use crate::error::Failure;

use super::address::Address;
use super::database::{Fault, Trouble};

/// A fault in the words of whoever asked for the history at an address.
pub(super) fn of(address: &Address, fault: &Fault) -> Failure {
    let exit = match fault.kind {
        Trouble::BadAddress => crate::error::Exit::Usage,
        _ => address.exit(),
    };
    let Fault { kind, detail } = fault;
    let told = match (kind, address) {
        (Trouble::Busy, _) => "is held by another program for too long".to_owned(),
        (Trouble::Full, Address::File(_)) => "cannot be written: the disk is full".to_owned(),
        (Trouble::Full, Address::Server(_)) => "cannot be written: the server's disk is full".to_owned(),
        (Trouble::Disk, _) => format!("cannot be read or written: {detail}"),
        (Trouble::NotADatabase, _) => format!("is no history: {detail}"),
        (Trouble::Corrupt, _) => format!("is damaged: {detail}"),
        (Trouble::ReadOnly, _) => format!("may not be written: {detail}"),
        (Trouble::Unreachable, Address::File(_)) => format!("cannot be opened: {detail}"),
        (Trouble::Unreachable, Address::Server(_)) => format!("cannot be reached: {detail}"),
        (Trouble::Refused, _) => format!("does not let us in: {detail}"),
        (Trouble::Overtaken, _) => format!("does not take this run: {detail}"),
        (Trouble::Newer, _) => format!("was written by a later version of gardener: {detail}"),
        (Trouble::Strange, _) => format!("holds what gardener has not written: {detail}"),
        (Trouble::BadAddress, _) => format!("cannot be used: {detail}"),
        (Trouble::Other, _) => format!("failed: {detail}"),
    };
    let failure = Failure::new(exit, format!("the history `{address}` {told}"));
    match help(*kind, address) {
        Some(help) => failure.help(help),
        None => failure,
    }
}

fn help(kind: Trouble, address: &Address) -> Option<&'static str> {
    let is_file = matches!(address, Address::File(_));
    Some(match kind {
        Trouble::Busy => "nothing was recorded; run it again, and the same will come of it",
        Trouble::Full => "nothing was recorded; make room, and run it again",
        Trouble::Disk => "nothing was recorded; see whether the disk is full or broken, and run it again",
        Trouble::NotADatabase => "name another file by --history: this one is left as it is",
        Trouble::Corrupt if is_file => "bring back a copy, or move the file away to begin a new history",
        Trouble::Corrupt => "bring back a copy of the database",
        Trouble::ReadOnly if is_file => {
            "let whoever runs this write the file and its directory, or do without history: --history none"
        }
        Trouble::ReadOnly => "the user of the URL must be allowed to make tables and to write into them",
        Trouble::Unreachable if is_file => "its directory must exist, and whoever runs this must be allowed to use it",
        Trouble::Unreachable => "look at host, port and network; without history: --history none",
        Trouble::Refused => "look at user, password and database; a password may also be in PGPASSWORD",
        Trouble::Overtaken => {
            "nothing was recorded; run it again without --now, and it begins where the last one ended"
        }
        Trouble::Newer => "bring this gardener up to date; the history is left as it is",
        Trouble::BadAddress => {
            "a URL is postgres://USER:PASSWORD@HOST:PORT/DATABASE, and may end in ?sslmode=verify-full"
        }
        Trouble::Strange | Trouble::Other => return None,
    })
}

/// Looks at the place of a file before it is opened, which would tell less of what is wrong. Says whether there is none yet,
/// and makes its directory if only that is missing.
pub(super) fn look_at(address: &Address, path: &Path) -> Result<bool, Failure> {
    let refused =
        |why: String| Failure::new(address.exit(), format!("the history `{address}` cannot be opened: {why}"));
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(refused("it is a directory".to_owned())
            .help(format!("name a file in it: --history {}", path.join("history.db").display()))),
        Ok(metadata) if !metadata.is_file() => Err(refused("it is no ordinary file".to_owned())),
        Ok(metadata) => Ok(metadata.len() == 0),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            if let Some(folder) = folder.filter(|folder| !folder.exists()) {
                // One level, for `.gardener`: of more that is missing, most is mistyped.
                fs::create_dir(folder).map_err(|error| {
                    let shown = folder.display();
                    refused(format!("there is no directory `{shown}`, and it cannot be made: {error}"))
                        .help(format!("make it first: mkdir -p {shown}"))
                })?;
            }
            Ok(true)
        }
        Err(error) => Err(refused(error.to_string())),
    }
}
