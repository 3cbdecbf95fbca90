//! `gardener test --coverage`: what of the pack the cases reach.

use gardener_engine::coverage::{Coverage, Minimum, Outcomes};
use gardener_engine::diagnostic::Sources;
use gardener_engine::pack::Pack;
use gardener_engine::render::{self, TableStyle, counted};
use gardener_engine::script::Recording;

use crate::args::Test;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;
use crate::rule_tests::Results;
use crate::terminal;

/// What the command line asks for.
#[derive(Debug)]
pub(super) struct Asked {
    is_shown: bool,
    pub(super) file: Option<OutputFile>,
    minimum: Option<Minimum>,
}

impl Asked {
    pub(super) fn of(arguments: &Test) -> Result<Self, Failure> {
        let file = arguments
            .coverage_json
            .as_deref()
            .map(|path| OutputFile::named(path, "--coverage-json FILE"))
            .transpose()?;
        Ok(Self { is_shown: arguments.coverage, file, minimum: arguments.min_coverage })
    }

    fn is_anything(&self) -> bool {
        self.is_shown || self.file.is_some() || self.minimum.is_some()
    }

    /// What scripts have to note for it.
    pub(super) fn recording(&self) -> Recording {
        if self.is_anything() { Recording::Coverage } else { Recording::Nothing }
    }

    /// Tells what the cases reach; answers whether it is as much as it must be.
    pub(super) fn answer(
        &self,
        context: &Context,
        results: &Results,
        pack: &Pack,
        sources: &Sources,
    ) -> Result<bool, Failure> {
        if !self.is_anything() {
            return Ok(true);
        }
        let mut outcomes = Outcomes::default();
        results.cases.iter().filter_map(|case| case.report.as_ref()).for_each(|report| outcomes.add(report));
        if outcomes.cases == 0 {
            return Err(Failure::new(Exit::TestFailed, "no case was run, so nothing is known of coverage")
                .help("examples of definitions do not count: write cases in `tests/*.yaml`, or widen the filter"));
        }
        let coverage = Coverage::of(pack, sources, &outcomes);
        if let Some(file) = &self.file {
            file.write(&render::coverage_json(&coverage))?;
        }
        if self.is_shown {
            let style = TableStyle { width: context.width(), colour: context.stdout_has_color(), ascii: false };
            super::super::print(context, &format!("\n{}", render::coverage(&coverage, &style)))?;
        }
        self.compare(context, &coverage)
    }

    fn compare(&self, context: &Context, coverage: &Coverage) -> Result<bool, Failure> {
        let Some(minimum) = self.minimum else { return Ok(true) };
        let total = coverage.total;
        if total.all == 0 {
            let message = "the pack has no definitions and no scripts of its own, so there is no coverage to compare";
            return Err(Failure::new(Exit::TestFailed, message).help("leave out --min-coverage"));
        }
        let is_reached = total.reaches(minimum);
        let parts = format!("{} of {}", total.covered, counted(total.all, "part", None));
        if !is_reached {
            let help = "--coverage shows what no case reaches";
            let message = format!("the cases reach {total} of the pack ({parts}), which is less than {minimum}");
            let help = (!self.is_shown).then_some(help);
            context.tell(&terminal::error(&message, help, context.stderr_has_color()));
        } else if !context.is_quiet() && !self.is_shown {
            super::super::print(context, &format!("coverage: {total} ({parts}), at least {minimum} is asked for\n"))?;
        }
        Ok(is_reached)
    }
}
