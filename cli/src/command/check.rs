//! `gardener check`: every problem of a pack.

use gardener_engine::case;
use gardener_engine::pack::Loaded;
use gardener_engine::render::counted;

use crate::args::{Check, CheckFormat, Common};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::terminal::{clean, diagnostics};

pub(super) fn run(context: &Context, common: &Common, arguments: &Check) -> Result<Exit, Failure> {
    let (found, _, mut loaded) = super::load(context, common, true)?;
    let cases = case::load(&found.reader, &found.location, &mut loaded).cases.len();
    let shown: Vec<_> = loaded.diagnostics.iter().collect();
    let text = match arguments.format {
        CheckFormat::Text => diagnostics::text(&shown, &loaded.sources, context.stdout_has_color()),
        CheckFormat::Json => diagnostics::json(&shown, &loaded.sources),
        CheckFormat::Github => diagnostics::github(&shown, &loaded.sources),
    };
    super::print(context, &text)?;
    if !context.is_quiet() {
        context.tell(&summary(&found.shown, &loaded, cases));
    }
    let is_wrong = loaded.pack.is_none()
        || loaded.diagnostics.iter().any(|diagnostic| diagnostic.is_error() || arguments.deny_warnings);
    Ok(if is_wrong { Exit::InvalidPack } else { Exit::Done })
}

/// `rules/mine: 3 errors, 2 warnings in 5 files`.
fn summary(shown: &str, loaded: &Loaded, cases: usize) -> String {
    let problems = diagnostics::count(&loaded.diagnostics);
    let files = counted(loaded.sources.files().count() as u64, "file", None);
    let definitions = loaded.pack.as_ref().map_or_else(String::new, |pack| {
        let cases = if cases > 0 { format!(" and {}", counted(cases as u64, "case", None)) } else { String::new() };
        format!(" with {}{cases}", counted(pack.definitions.len() as u64, "definition", None))
    });
    let mut text = format!("{}: {problems} in {files}{definitions}\n", clean(shown));
    if let Some(first) = loaded.diagnostics.first() {
        text.push_str(&format!("`gardener explain-code CODE` tells more of a problem, such as `{}`\n", first.code.id));
    }
    text
}
