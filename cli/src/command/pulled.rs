//! Entries from Cloud Logging for a command that reads captures: they are pulled into a file first, whose window is then read.

mod scratch;

use std::time::Duration;

use gardener_engine::pack::Pack;

use crate::args::{Beginning, HistoryArguments, Moment, PullArguments, Reading, SourceArguments, SourceKind};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::marks::Late;
use crate::pack_files::Found;

use super::pull;
use scratch::Scratch;

/// Seconds before now where the first run begins.
const FIRST: i64 = 3600;

/// What is to be read, once it is there.
pub(super) struct Pulled {
    pub(super) reading: Reading,
    /// Remarks for the report: that not all of the window was read.
    pub(super) notes: Vec<String>,
    /// What may not have been there yet.
    pub(super) late: Option<Late>,
    /// What went wrong on the way; what could be read is read all the same.
    pub(super) failure: Option<Failure>,
    _scratch: Option<Scratch>,
}

impl Pulled {
    /// What was asked for: captures as they are, or what Cloud Logging has of the window.
    pub(super) fn of(
        context: &Context,
        pack: (&Found, &Pack),
        (reading, history, source): (&Reading, &HistoryArguments, &SourceArguments),
        deadline: Duration,
    ) -> Result<Self, Failure> {
        if source.source == SourceKind::Files {
            if !source.query.is_empty() {
                return Err(Failure::new(Exit::Usage, "captures are read as they are, and a query is given")
                    .help("to read Cloud Logging, say --source gcp"));
            }
            return Ok(Self { reading: reading.clone(), notes: Vec::new(), late: None, failure: None, _scratch: None });
        }
        if !reading.captures.is_empty() {
            return Err(Failure::new(Exit::Usage, "captures are named, and Cloud Logging is to be read")
                .help("leave one of them out"));
        }
        let (scratch, path) = match &source.keep {
            Some(path) => (None, path.clone()),
            None => {
                let scratch = Scratch::new(context)?;
                let path = scratch.file();
                (Some(scratch), path)
            }
        };
        let asked = PullArguments {
            query: source.query.clone(),
            access: source.access.clone(),
            history: history.clone(),
            since: Some(reading.since.unwrap_or(Beginning::Moment(Moment::Ago(FIRST)))),
            until: reading.until,
            settle: source.settle,
            deadline,
            now: reading.now,
            limit: None,
            order: None,
            resume: false,
            output: None,
        };
        let pull::Got { path, until, notes, late, failure } = pull::into(context, pack, &asked, &path)?;
        let reading = Reading {
            captures: vec![path.display().to_string()],
            until: Some(Moment::At(until)),
            allow_empty: true,
            ..reading.clone()
        };
        Ok(Self { reading, notes, late: Some(late), failure, _scratch: scratch })
    }
}
