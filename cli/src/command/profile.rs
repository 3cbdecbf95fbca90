//! `gardener profile`: where the time of a pack goes.

use std::sync::Arc;

use gardener_engine::profile::Profile;
use gardener_engine::render::{self, TableStyle, counted};
use gardener_engine::script::Recording;

use super::buckets::Buckets;
use super::reading::{operands, unreadable};
use crate::args::{self, Common, ProfileFormat};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::profiling::{self, Measured, Request};
use crate::source::CaptureReader;
use crate::terminal::diagnostics;
use crate::terminal::progress::Progress;

/// Definitions and functions that a table shows if nobody says how many.
const ROWS: usize = 20;

pub(super) fn run(context: &Context, common: &Common, arguments: &args::Profile) -> Result<Exit, Failure> {
    let now = arguments.now.map_or_else(|| context.now(), Ok)?;
    let operands = operands(context, &arguments.captures)?;
    let recording = Recording::Times(Arc::new(context.clock()));
    let (_, sandbox, loaded) = super::load_recording(context, common, false, &recording)?;
    let (pack, sources) = super::usable(context, loaded)?;
    let captures = Buckets::new(context).resolve(&operands).map_err(|errors| unreadable(context, &errors))?;
    let names: Vec<String> = captures.iter().map(|capture| capture.name.clone()).collect();
    let reader = CaptureReader::open(captures);
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let request = Request {
        pack: &pack,
        sources: &sources,
        sandbox: &sandbox,
        captures: names.clone(),
        now,
        clock: context.clock(),
        progress: &|entries| progress.entries(entries),
    };
    let measured = profiling::run(request, reader);
    progress.finish();
    let Measured { profile, read, malformed, failures, errors, worklog } = measured;
    let shown: Vec<_> = failures.iter().collect();
    context.tell(&diagnostics::text(&shown, &sources, context.stderr_has_color()));
    if read == 0 && errors.is_empty() && !arguments.allow_empty {
        let names = names.join(", ");
        return Err(Failure::new(Exit::Unreadable, format!("there are no entries in {names}"))
            .help("if that is right, say --allow-empty"));
    }
    super::print(context, &rendered(context, arguments, profile))?;
    if malformed > 0 && !context.is_quiet() {
        let records = counted(malformed, "record", None);
        context.tell(&format!("{records} could not be read: `gardener analyze` says which\n"));
    }
    worklog.map_err(|failure| Failure::new(Exit::InvalidPack, format!("the worklog's template failed: {failure}")))?;
    if errors.is_empty() {
        return Ok(Exit::Done);
    }
    Err(unreadable(context, &errors).help("the profile covers what could be read"))
}

fn rendered(context: &Context, arguments: &args::Profile, mut profile: Profile) -> String {
    let limit = arguments.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    match arguments.format {
        ProfileFormat::Json => {
            profile.definitions.truncate(limit.unwrap_or(usize::MAX));
            profile.functions.truncate(limit.unwrap_or(usize::MAX));
            render::profile_json(&profile)
        }
        ProfileFormat::Table => {
            let style = TableStyle { width: context.width(), colour: context.stdout_has_color(), ascii: false };
            render::profile(&profile, limit.unwrap_or(ROWS), &style)
        }
    }
}
