//! `gardener templates`: the templates of all entries, and the template of each.

mod each;
mod spool;
mod unread;

use gardener_engine::entry::Batch;
use gardener_engine::mining::Mining;
use gardener_engine::pack::Pack;
use gardener_engine::redact::RedactedBatch;
use gardener_engine::render::{templates_csv, templates_json, templates_table};
use gardener_engine::witness::Seat;

use crate::args::{Common, TemplatesArguments, TemplatesFormat};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::intake::{Gather, Places, gather};
use crate::output_file::OutputFile;
use crate::source::{Capture, CaptureReader, InputError};
use crate::terminal::progress::Progress;

use super::Ready;
use super::reading::{Asked, unreadable};
use each::Each;
use unread::Unread;

/// What one worker counts.
struct Counting<'r>(Mining, &'r Pack);

impl Gather for Counting<'_> {
    fn take(&mut self, batch: Batch<'_>, places: Places<'_>) {
        let batch = self.1.redactor.batch(batch);
        self.add(&batch, places);
    }

    fn quote(&self, bytes: &[u8], length: usize) -> String {
        self.1.redactor.quote(bytes, length).into_string()
    }

    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }
}

impl Counting<'_> {
    fn add(&mut self, batch: &RedactedBatch<'_>, places: Places<'_>) {
        for (entry, number) in batch.entries(&self.1.message).zip(places.numbers) {
            self.0.add(&entry, Seat { capture: places.capture, number: *number });
        }
    }
}

pub(super) fn run(context: &Context, common: &Common, arguments: &TemplatesArguments) -> Result<Exit, Failure> {
    let format = format(arguments)?;
    let asked = Asked::of(context, &arguments.reading)?;
    let output = OutputFile::asked(arguments.output.as_deref())?;
    let Ready { pack, .. } = Ready::load(context, common)?;
    let (mut captures, missing) = asked.captures(context, output.as_ref())?;
    if arguments.lines {
        captures = captures.into_iter().map(Capture::of_messages).collect();
    }
    let errors = match format {
        Format::All(format) => all(context, (&asked, &pack), captures, &missing, (format, output.as_ref()))?,
        Format::Each(format) => {
            let each = Each { context, asked: &asked, pack: &pack, format };
            each.run(captures, &missing, output.as_ref())?
        }
    };
    if context.is_verbose() {
        context.tell(&format!("took {:.2} s\n", context.elapsed().as_secs_f64()));
    }
    let errors = [missing, errors].concat();
    if errors.is_empty() {
        return Ok(Exit::Done);
    }
    Err(unreadable(context, &errors).help("the templates are those of what could be read"))
}

/// What is written, and how.
enum Format {
    All(TemplatesFormat),
    Each(each::EachFormat),
}

fn format(arguments: &TemplatesArguments) -> Result<Format, Failure> {
    use each::EachFormat;
    let refused = |message: &str, help: &str| Err(Failure::new(Exit::Usage, message).help(help));
    Ok(match (arguments.each, arguments.format) {
        (false, None) => Format::All(TemplatesFormat::Table),
        (false, Some(TemplatesFormat::Tsv)) => {
            return refused("`--format tsv` is for records one by one", "add --each, or take csv");
        }
        (false, Some(format)) => Format::All(format),
        (true, Some(TemplatesFormat::Table)) => {
            return refused("`--each` cannot be drawn as a table", "take tsv, csv or json");
        }
        (true, None | Some(TemplatesFormat::Tsv)) => Format::Each(EachFormat::Tsv),
        (true, Some(TemplatesFormat::Csv)) => Format::Each(EachFormat::Csv),
        (true, Some(TemplatesFormat::Json)) => Format::Each(EachFormat::Json),
    })
}

/// All templates with their counts.
fn all(
    context: &Context,
    (asked, pack): (&Asked, &Pack),
    captures: Vec<Capture>,
    missing: &[InputError],
    (format, output): (TemplatesFormat, Option<&OutputFile>),
) -> Result<Vec<InputError>, Failure> {
    let reader = CaptureReader::open(captures.clone());
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let shown = |entries| progress.entries(entries);
    let intake = asked.intake(captures, &shown);
    let gathered = gather(&intake, reader, || Counting(Mining::new(), pack));
    progress.finish();
    let frame = gathered.frame(&intake, asked.now);
    let errors = gathered.errors;
    asked.refuse(&intake.names(), frame.read, frame.quotes.first(), &[missing, &errors].concat())?;
    let unread = Unread { count: frame.malformed, quotes: frame.quotes.clone() };
    let mined = gathered.of.0.report(pack, frame);
    let text = match format {
        TemplatesFormat::Json => templates_json(&mined),
        TemplatesFormat::Csv => templates_csv(&mined),
        TemplatesFormat::Table | TemplatesFormat::Tsv => templates_table(&mined, &super::style(context, output)),
    };
    super::write(context, output, &text)?;
    unread.tell(context);
    Ok(errors)
}
