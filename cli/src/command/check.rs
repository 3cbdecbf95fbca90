//! `gardener check`: every problem of a pack.

use crate::args::{Check, CheckFormat, Common};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::terminal::diagnostics;

pub(super) fn run(context: &Context, common: &Common, arguments: &Check) -> Result<Exit, Failure> {
    let (found, _, loaded) = super::load(context, common, true)?;
    let shown: Vec<_> = loaded.diagnostics.iter().collect();
    let text = match arguments.format {
        CheckFormat::Text => diagnostics::text(&shown, &loaded.sources, context.stdout_has_color()),
        CheckFormat::Json => diagnostics::json(&shown, &loaded.sources),
        CheckFormat::Github => diagnostics::github(&shown, &loaded.sources),
    };
    super::print(context, &text)?;
    if !context.is_quiet() {
        let definitions = loaded.pack.as_ref().map_or(0, |pack| pack.definitions.len());
        let counted = diagnostics::count(&loaded.diagnostics);
        let files = loaded.sources.files().count();
        context.tell(&format!("{}: {definitions} definitions in {files} files, {counted}\n", found.shown));
    }
    let is_wrong = loaded.pack.is_none()
        || loaded.diagnostics.iter().any(|diagnostic| diagnostic.is_error() || arguments.deny_warnings);
    Ok(if is_wrong { Exit::InvalidPack } else { Exit::Done })
}
