//! `CAPTURE:N`: captures, and the record that one of them names.

use std::path::Path;

use crate::context::Context;
use crate::entries::find::Which;
use crate::entries::operand::parted;
use crate::error::{Exit, Failure};
use crate::source::{Capture, InputError, held};
use crate::terminal;

use super::super::buckets::Buckets;
use super::super::reading::exit_of;

/// What a command line names.
pub(super) struct Operands {
    /// The captures in their order, each of which can be read more than once.
    pub(super) captures: Vec<Capture>,
    /// The record: the place of its capture, and which.
    pub(super) record: Option<(usize, Which)>,
}

impl Operands {
    /// Reads the operands; standard input where there is none and something is piped in.
    pub(super) fn read(context: &Context, operands: &[String]) -> Result<Self, Failure> {
        if operands.is_empty() && context.stdin_is_terminal() {
            return Err(Failure::new(Exit::Usage, "no capture is named, and nothing is piped in")
                .help("name a file: `gardener explain logs.jsonl:17`; see `gardener explain --help`"));
        }
        let operands: Vec<(String, Option<Which>)> = match operands {
            [] => vec![("-".to_owned(), None)],
            operands => operands.iter().map(|operand| parted(operand)).collect::<Result<_, _>>()?,
        };
        if operands.iter().filter(|(_, which)| which.is_some()).count() > 1 {
            return Err(Failure::new(Exit::Usage, "more than one record is named")
                .help("one of the captures may name a record; the others are read for clusters and duplicates"));
        }
        let mut record = None;
        let mut captures: Vec<Capture> = Vec::new();
        let mut errors = Vec::new();
        let mut buckets = Buckets::new(context);
        for (name, which) in operands {
            let found = match buckets.resolve(std::slice::from_ref(&name)) {
                Ok(found) => found,
                Err(wrong) => {
                    errors.extend(wrong);
                    continue;
                }
            };
            if let Some(which) = which {
                if found.len() != 1 {
                    let message =
                        format!("`{name}` names {} captures, and only one of them can hold the record", found.len());
                    return Err(Failure::new(Exit::Usage, message).help("name the file itself"));
                }
                record = Some((captures.len(), which));
            }
            captures.extend(found);
        }
        if captures.iter().filter(|capture| capture.name == "-" || capture.name == "/dev/stdin").count() > 1 {
            return Err(Failure::new(Exit::Unreadable, "standard input is named twice, and can be read only once"));
        }
        let captures =
            captures.into_iter().filter_map(|capture| held(capture).map_err(|e| errors.push(e)).ok()).collect();
        match errors.split_last() {
            None => Ok(Self { captures, record }),
            Some((last, others)) => Err(refused(context, last, others)),
        }
    }
}

fn refused(context: &Context, last: &InputError, others: &[InputError]) -> Failure {
    for error in others {
        context.tell(&terminal::error(&error.to_string(), None, context.stderr_has_color()));
    }
    let failure = Failure::new(exit_of(std::slice::from_ref(last)), last.to_string());
    match last.capture.rsplit_once(':') {
        Some((capture, _)) if Path::new(capture).is_file() => {
            failure.help(format!("to name a record, write `{capture}:17`, or `{capture}:L17` for the one at line 17"))
        }
        _ => failure,
    }
}
