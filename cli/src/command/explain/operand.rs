//! `CAPTURE:N`: captures, and the record that one of them names.

use std::path::Path;

use crate::context::Context;
use crate::entries::find::Which;
use crate::error::{Exit, Failure};
use crate::source::{self, Capture, InputError, held};
use crate::terminal;

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
        for (name, which) in operands {
            let found = match source::resolve(std::slice::from_ref(&name)) {
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
    let failure = Failure::new(Exit::Unreadable, last.to_string());
    match last.capture.rsplit_once(':') {
        Some((capture, _)) if Path::new(capture).is_file() => {
            failure.help(format!("to name a record, write `{capture}:17`, or `{capture}:L17` for the one at line 17"))
        }
        _ => failure,
    }
}

/// The capture and the record that an operand names. The name of a file that exists is left alone, colons or not.
fn parted(operand: &str) -> Result<(String, Option<Which>), Failure> {
    let whole = || (operand.to_owned(), None);
    if Path::new(operand).exists() {
        return Ok(whole());
    }
    let Some((capture, record)) = operand.rsplit_once(':') else { return Ok(whole()) };
    let (digits, which): (&str, fn(u64) -> Which) = match record.strip_prefix(['L', 'l']) {
        Some(digits) => (digits, Which::Line),
        None => (record, Which::Number),
    };
    if digits.is_empty() || capture.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(whole());
    }
    match digits.parse::<u64>() {
        Ok(0) => {
            let what = if digits == record { "records" } else { "lines" };
            Err(Failure::new(Exit::Usage, format!("there is no `:{record}`: {what} are counted from 1")))
        }
        Ok(number) => Ok((capture.to_owned(), Some(which(number)))),
        Err(_) => Err(Failure::new(Exit::Usage, format!("`:{record}` is more than any capture holds"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_last_colon_may_be_a_record() {
        let number = |capture: &str, number| (capture.to_owned(), Some(Which::Number(number)));
        for (operand, expected) in [
            ("a.jsonl:7", number("a.jsonl", 7)),
            ("-:2", number("-", 2)),
            ("08:00:00_S0.json:12", number("08:00:00_S0.json", 12)),
            ("a.jsonl:L42", ("a.jsonl".to_owned(), Some(Which::Line(42)))),
            ("a.jsonl:l42", ("a.jsonl".to_owned(), Some(Which::Line(42)))),
            ("a.jsonl", ("a.jsonl".to_owned(), None)),
            ("a.jsonl:", ("a.jsonl:".to_owned(), None)),
            ("a.jsonl:x7", ("a.jsonl:x7".to_owned(), None)),
            ("a.jsonl:-7", ("a.jsonl:-7".to_owned(), None)),
            (":7", (":7".to_owned(), None)),
        ] {
            assert_eq!(parted(operand).unwrap(), expected, "{operand}");
        }
        for operand in ["a.jsonl:0", "a.jsonl:L0", "a.jsonl:99999999999999999999"] {
            assert_eq!(parted(operand).unwrap_err().exit, Exit::Usage, "{operand}");
        }
    }

    #[test]
    fn the_name_of_a_file_that_exists_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log:7");
        std::fs::write(&path, "x").unwrap();
        let name = path.to_str().unwrap();
        assert_eq!(parted(name).unwrap(), (name.to_owned(), None));
        assert_eq!(parted(&format!("{name}:3")).unwrap(), (name.to_owned(), Some(Which::Number(3))));
    }
}
