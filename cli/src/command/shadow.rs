//! `gardener shadow`: which definitions stand in whose way.

use gardener_engine::classify::Classifier;
use gardener_engine::entry::Batch;
use gardener_engine::pack::Pack;
use gardener_engine::render::{counted, shadow_json, shadow_table};
use gardener_engine::shadow::{Fate, Overlaps, Shadows, shadows};

use crate::args::{Common, ShadowArguments, ShadowFormat, ShadowGate};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::intake::{Gather, Places, gather};
use crate::output_file::OutputFile;
use crate::source::CaptureReader;
use crate::terminal::progress::Progress;

use super::reading::{Asked, unreadable};

/// What one worker counts.
struct Counting<'r>(Overlaps<'r>, &'r Pack);

impl Gather for Counting<'_> {
    fn take(&mut self, batch: Batch<'_>, places: Places<'_>) {
        self.0.add(batch, places.capture, places.numbers);
    }

    fn quote(&self, bytes: &[u8], length: usize) -> String {
        self.1.redactor.quote(bytes, length).into_string()
    }

    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }
}

pub(super) fn run(context: &Context, common: &Common, arguments: &ShadowArguments) -> Result<Exit, Failure> {
    let asked = Asked::of(context, &arguments.reading)?;
    let output = OutputFile::asked(arguments.output.as_deref())?;
    let (_, _, loaded) = super::load(context, common, false)?;
    let (pack, sources) = super::usable(context, loaded)?;
    let (captures, missing) = asked.captures(context, output.as_ref())?;
    let captures = asked.of_window(context, captures);
    let reader = CaptureReader::open(captures.clone());
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let shown = |entries| progress.entries(entries);
    let intake = asked.intake(captures, &shown);
    let classifier = Classifier::new(&pack);
    let gathered = gather(&intake, reader, || Counting(Overlaps::new(&classifier), &pack));
    progress.finish();
    let frame = gathered.frame(&intake, asked.now);
    let errors = [missing, gathered.errors].concat();
    asked.refuse(&intake.names(), frame.read, frame.quotes.first(), &errors)?;
    let found = shadows(&pack, &sources, &gathered.of.0, frame);
    let text = match arguments.format {
        ShadowFormat::Json => shadow_json(&found),
        ShadowFormat::Table => shadow_table(&found, &super::style(context, output.as_ref())),
    };
    super::write(context, output.as_ref(), &text)?;
    if context.is_verbose() {
        context.tell(&format!("took {:.2} s\n", context.elapsed().as_secs_f64()));
    }
    if !errors.is_empty() {
        return Err(unreadable(context, &errors).help("the report covers what could be read"));
    }
    Ok(gate(context, &found, &arguments.fail_on))
}

/// Whether there is a definition of the pack's own that shall not be.
fn gate(context: &Context, found: &Shadows, gates: &[ShadowGate]) -> Exit {
    let count = |fate: Fate| found.definitions.iter().filter(|it| it.is_own && it.fate == fate).count() as u64;
    let mut exit = Exit::Done;
    for (gate, fate, what) in [
        (ShadowGate::Shadowed, Fate::Shadowed, "always beaten"),
        (ShadowGate::Unmatched, Fate::Unmatched, "never matched"),
    ] {
        let count = count(fate);
        if gates.contains(&gate) && count > 0 {
            if !context.is_quiet() {
                context.tell(&format!("{} {what}\n", counted(count, "definition", None)));
            }
            exit = Exit::Findings;
        }
    }
    exit
}
