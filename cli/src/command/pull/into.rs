//! A pull for a command that reads on.

use std::path::{Path, PathBuf};

use gardener_engine::entry::Timestamp;
use gardener_engine::pack::Pack;

use crate::args::PullArguments;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::marks::Late;
use crate::pack_files::Found;
use crate::source::gcp::{End, Kind, Lateness, MOST_CHARACTERS, Part, Seen};

use super::wanted::state_and_late;
use super::{pulled, summary, tell};

/// What was got of a window.
pub(in crate::command) struct Got {
    /// The file that it is in.
    pub(in crate::command) path: PathBuf,
    /// The time up to which all of the window is in it, excluded.
    pub(in crate::command) until: Timestamp,
    /// What may not have been there yet: what is received from the end of the window on.
    pub(in crate::command) late: Late,
    /// Remarks for the report.
    pub(in crate::command) notes: Vec<String>,
    /// What went wrong, where that is not the window's end.
    pub(in crate::command) failure: Option<Failure>,
}

/// Pulls a window into a file. One that cannot be read to its end is as long as what was read of it: who reads on knows of no
/// part that is not there.
pub(in crate::command) fn into(
    context: &Context,
    pack: (&Found, &Pack),
    arguments: &PullArguments,
    path: &Path,
) -> Result<Got, Failure> {
    let (mut state, late) = state_and_late(context, Some(pack), arguments)?;
    let read_from = late.map_or(state.window.since, |late| late.from.min(state.window.since));
    let expected = Late { received: state.window.until, from: read_from };
    state.request.late = late.map(|Late { received, from }| Lateness { received, from });
    if state.request.filter(state.window, None).chars().count() > MOST_CHARACTERS {
        // What is asked for is more than what may have come late.
        state.request.late = None;
    }
    let mut part = Part::begin(path, state.clone())?;
    let mut cursor = state.cursor.clone();
    let end = pulled(context, arguments, &state, (&mut cursor, &mut Seen::default()), &mut part)?;
    let trouble = match &end {
        End::Stopped(trouble)
            if trouble.kind == Kind::BadFilter || cursor.last.is_none_or(|last| last < state.window.since) =>
        {
            part.discard();
            return Err(trouble.clone().into());
        }
        End::Stopped(trouble) => Some(trouble.clone()),
        End::Whole | End::Limit => None,
    };
    let place = part.finish(&end)?;
    tell(context, &summary(&state, &cursor, &end, ""));
    let (Ok(path) | Err(path)) = place;
    let until = match (&trouble, cursor.last) {
        // Of the entries of that very moment some may not have been read yet.
        (Some(_), Some(last)) => last,
        _ => state.window.until,
    };
    let window = format!("{} to {}", state.window.since, state.window.until);
    let notes = trouble.iter().map(|trouble| {
        format!("of the window from {window} Cloud Logging was read up to {until} only: {}", trouble.message)
    });
    let failure = trouble.as_ref().map(|trouble| {
        let told = format!("Cloud Logging was read up to {until} only: {}", trouble.message);
        Failure::new(Exit::Remote, told).help("the run covers that; the next one goes on from there")
    });
    Ok(Got { path, until, late: expected, notes: notes.collect(), failure })
}
