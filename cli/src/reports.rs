//! Files of findings, written beside what is shown.

use std::cell::Cell;
use std::path::Path;

use crate::args::{FindingsFormat, ReportTo};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::findings::{self, Findings, Repository};
use crate::output_file::OutputFile;

/// The files that were asked for, each looked at before the work begins.
#[derive(Debug)]
pub(crate) struct ReportFiles {
    files: Vec<(FindingsFormat, Option<OutputFile>)>,
    repository: Repository,
    /// Whether they have been written since a command began.
    is_written: Cell<bool>,
}

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
    pub(crate) fn as_format(&self, format: FindingsFormat, repository: &Repository) -> String {
        let placed = || repository.findings(self.findings);
        match format {
            FindingsFormat::Text => self.text.to_owned(),
            FindingsFormat::Json => self.json.to_owned(),
            FindingsFormat::Junit => findings::junit(&placed()),
            FindingsFormat::Sarif => findings::sarif(&placed()),
            FindingsFormat::Github => findings::github(&placed()),
        }
    }
}

impl ReportFiles {
    /// Files that can be written, as far as can be told, and each of which is written once; `other` is a file that is written
    /// beside them.
    pub(crate) fn open(context: &Context, asked: &[ReportTo], other: Option<&OutputFile>) -> Result<Self, Failure> {
        let is_stdout = |report: &&ReportTo| report.path == Path::new("-");
        if asked.iter().filter(is_stdout).count() > 1 {
            return Err(Failure::new(Exit::Usage, "more than one report is to go to standard output")
                .help("give the others a file: `--report junit=report.xml`"));
        }
        let mut files: Vec<(FindingsFormat, Option<OutputFile>)> = Vec::new();
        for report in asked {
            let file = match is_stdout(&report) {
                true => None,
                false => Some(OutputFile::named(&report.path, "--report FORMAT=FILE")?),
            };
            let taken = files.iter().filter_map(|(_, file)| file.as_ref()).chain(other);
            if let Some(file) = &file
                && taken.into_iter().any(|taken| taken.is_same(file))
            {
                let message = format!("`{}` is to be written twice", report.path.display());
                return Err(
                    Failure::new(Exit::Usage, message).help("the last would be all that is left: name another file")
                );
            }
            files.push((report.format, file));
        }
        let repository = Repository::seen_from(context.directory(), context.workspace());
        Ok(Self { files, repository, is_written: Cell::new(false) })
    }

    /// What a command came to. Where that is no result, the reports say so: an older one must not be taken for it.
    pub(crate) fn or_failure<T>(
        &self,
        context: &Context,
        command: &'static str,
        result: Result<T, Failure>,
    ) -> Result<T, Failure> {
        let is_written = self.is_written.take();
        if let Err(failure) = &result
            && !is_written
        {
            let (text, json, findings) = (failure.text(), failure.json(command), failure.findings(command));
            self.write(context, &Reported { text: &text, json: &json, findings: &findings })?;
            self.is_written.set(false);
        }
        result
    }

    /// The text of a report for standard output.
    pub(crate) fn as_format(&self, reported: &Reported<'_>, format: FindingsFormat) -> String {
        reported.as_format(format, &self.repository)
    }

    /// Whether one of them takes standard output, so that nothing else may stand there.
    pub(crate) fn takes_stdout(&self) -> bool {
        self.files.iter().any(|(_, file)| file.is_none())
    }

    /// Whether none was asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Writes all of them; of those that cannot be written the first is told.
    pub(crate) fn write(&self, context: &Context, reported: &Reported<'_>) -> Result<(), Failure> {
        self.is_written.set(true);
        let mut failure = None;
        for (format, file) in &self.files {
            let text = reported.as_format(*format, &self.repository);
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
