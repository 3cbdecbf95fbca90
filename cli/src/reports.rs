//! Files of findings, written beside what is shown.

use std::path::Path;

use crate::args::{FindingsFormat, ReportTo};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::findings::{self, Findings};
use crate::output_file::OutputFile;

/// The files that were asked for, each looked at before the work begins.
#[derive(Debug)]
pub(crate) struct ReportFiles(Vec<(FindingsFormat, Option<OutputFile>)>);

/// What a command came to, in all the forms that it has of its own.
pub(crate) struct Reported<'r> {
    /// For people, without colour.
    pub(crate) text: &'r str,
    /// For programs that know this command.
    pub(crate) json: &'r str,
    /// For all others.
    pub(crate) findings: &'r Findings,
}

impl Reported<'_> {
    /// The text of a report.
    pub(crate) fn as_format(&self, format: FindingsFormat) -> String {
        match format {
            FindingsFormat::Text => self.text.to_owned(),
            FindingsFormat::Json => self.json.to_owned(),
            FindingsFormat::Junit => findings::junit(self.findings),
            FindingsFormat::Sarif => findings::sarif(self.findings),
            FindingsFormat::Github => findings::github(self.findings),
        }
    }
}

impl ReportFiles {
    /// Files that can be written, as far as can be told.
    pub(crate) fn open(asked: &[ReportTo]) -> Result<Self, Failure> {
        let is_stdout = |report: &&ReportTo| report.path == Path::new("-");
        if asked.iter().filter(is_stdout).count() > 1 {
            return Err(Failure::new(Exit::Usage, "more than one report is to go to standard output")
                .help("give the others a file: `--report junit=report.xml`"));
        }
        let mut files = Vec::new();
        for report in asked {
            let file = if is_stdout(&report) { None } else { Some(OutputFile::at(&report.path)?) };
            files.push((report.format, file));
        }
        Ok(Self(files))
    }

    /// Whether one of them takes standard output, so that nothing else may stand there.
    pub(crate) fn takes_stdout(&self) -> bool {
        self.0.iter().any(|(_, file)| file.is_none())
    }

    /// Whether none was asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes all of them; of those that cannot be written the first is told.
    pub(crate) fn write(&self, context: &Context, reported: &Reported<'_>) -> Result<(), Failure> {
        let mut failure = None;
        for (format, file) in &self.0 {
            let text = reported.as_format(*format);
            let written = match file {
                Some(file) => file.write(&text),
                None => context.print(&text).map_err(|error| {
                    Failure::new(Exit::Unreadable, format!("standard output cannot be written: {error}"))
                }),
            };
            failure = failure.or(written.err());
        }
        failure.map_or(Ok(()), Err)
    }
}
