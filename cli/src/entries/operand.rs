//! `CAPTURE:N`: a record, named on the command line.

use std::path::Path;

use gardener_engine::render::counted;

use super::find::{NotFound, Which};
use crate::error::{Exit, Failure};
use crate::source::InputError;

/// The capture and the record that an operand names. The name of a file that exists is left alone, colons or not.
pub(crate) fn parted(operand: &str) -> Result<(String, Option<Which>), Failure> {
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
        return wrong(capture, record).map_or_else(|| Ok(whole()), Err);
    }
    if let Some((file, number)) = capture.rsplit_once(':')
        && !Path::new(capture).exists()
        && let Some(wrong) = wrong(file, &format!("{number}:{record}"))
    {
        return Err(wrong);
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

/// What is wrong with what follows a capture that there is; nothing where no record can be meant.
fn wrong(capture: &str, record: &str) -> Option<Failure> {
    let is_capture = capture == "-" || Path::new(capture).exists();
    if !is_capture || !record.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let message = format!("`:{record}` names no record of `{capture}`");
    let help = format!("one record is named, by its number or line: `{capture}:17`, or `{capture}:L17`");
    Some(Failure::new(Exit::Usage, message).help(help))
}

/// Why a record of the capture of this name cannot be shown; the errors, where captures cannot be read.
pub(crate) fn not_found(name: &str, which: Which, wrong: NotFound) -> Result<Failure, Vec<InputError>> {
    Ok(match (wrong, which) {
        (NotFound::Unreadable(errors), _) => return Err(errors),
        (NotFound::Beyond(0), _) => Failure::new(Exit::Unreadable, format!("there are no entries in {name}")),
        (NotFound::Beyond(all), Which::Number(number)) => {
            let all = counted(all, "record", None);
            Failure::new(Exit::Usage, format!("`{name}` has {all}, and no record {number}"))
                .help("records are counted from 1, those that cannot be read among them; `:L42` names a line")
        }
        (NotFound::Several(first, last), _) => {
            let message = format!("records {first} to {last} of `{name}` all stand at that line");
            Failure::new(Exit::Usage, message).help(format!("name one by its number: `{name}:{first}`"))
        }
        (NotFound::Between(before, after), Which::Line(line)) => {
            let near = [before, after].into_iter().flatten();
            let near: Vec<String> = near.map(|at| format!("record {} is at line {}", at.record, at.line)).collect();
            Failure::new(Exit::Usage, format!("no record of `{name}` stands at line {line}")).help(near.join(", "))
        }
        (NotFound::Beyond(_) | NotFound::Between(..), _) => {
            Failure::new(Exit::Usage, format!("`{name}` has no such record"))
        }
    })
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
        for wrong in ["1:2", "-3", "17,18", "1-3", "L-2", "x7"] {
            let failure = parted(&format!("{name}:{wrong}")).unwrap_err();
            assert_eq!(failure.exit, Exit::Usage, "{wrong}");
        }
        assert_eq!(parted(&format!("{name}:x")).unwrap(), (format!("{name}:x"), None));
    }
}
