//! What came of rule tests: a line a case, the failures, and a line that sums up.

use std::collections::BTreeSet;

use anstyle::{AnsiColor, Style};
use gardener_engine::diagnostic::{Diagnostic, Sources, Span};
use gardener_engine::pack::Pack;
use gardener_engine::render::counted;

use super::difference::Drawn;
use super::fold::fold;
use super::{clean, diagnostics, difference};
use crate::rule_tests::change::{Change, changes, places};
use crate::rule_tests::snapshot_store::Comparison;
use crate::rule_tests::{CaseResult, Results, Status};

/// Lines that are shown of a change.
const LINES: usize = 40;
/// Lines that are shown of a snapshot that is new.
const NEW_LINES: usize = 12;
/// Cases that are named of those that changed alike.
const NAMED: usize = 5;

/// What drawing needs.
pub(crate) struct Canvas<'c> {
    pub(crate) pack: &'c Pack,
    pub(crate) sources: &'c Sources,
    pub(crate) is_colored: bool,
    /// Columns of the terminal; nothing where it goes elsewhere.
    pub(crate) width: Option<usize>,
}

impl Canvas<'_> {
    fn painted(&self, color: AnsiColor, text: &str) -> String {
        let style = if self.is_colored { Style::new().bold().fg_color(Some(color.into())) } else { Style::new() };
        format!("{style}{text}{style:#}")
    }

    fn dim(&self, text: &str) -> String {
        let style = if self.is_colored { Style::new().dimmed() } else { Style::new() };
        format!("{style}{text}{style:#}")
    }

    /// A line for each case, and one for the examples of all definitions or, if they are told apart, of each.
    pub(crate) fn lines(&self, results: &Results, is_verbose: bool) -> String {
        let mut text: String = results.cases.iter().map(|case| self.case(case)).collect();
        let of = |count: usize| counted(count as u64, "example", None);
        for example in results.examples.iter().filter(|example| is_verbose || !example.failures.is_empty()) {
            let (mark, name) = (self.mark(example.failures.is_empty()), clean(&example.name));
            text.push_str(&match example.failures.len() {
                0 => format!("{mark} {name} ({})\n", of(example.count)),
                failed => format!("{mark} {name} ({failed} of {})\n", of(example.count)),
            });
        }
        let hold = results.examples.iter().filter(|example| example.failures.is_empty());
        let (definitions, sum) = hold.fold((0, 0), |(n, sum), example| (n + 1, sum + example.count));
        if definitions > 0 && !is_verbose {
            let definitions = counted(definitions, "definition", None);
            text.push_str(&format!("{} {} of {definitions}\n", self.mark(true), of(sum)));
        }
        text
    }

    fn mark(&self, is_right: bool) -> String {
        if is_right { self.painted(AnsiColor::Green, "✓") } else { self.painted(AnsiColor::Red, "✗") }
    }

    fn case(&self, case: &CaseResult) -> String {
        let name = clean(&case.name);
        match case.status {
            Status::Passed => {
                let accepted = case.snapshots.iter().filter(|snapshot| snapshot.is_accepted);
                let accepted: Vec<&str> = accepted.map(|snapshot| snapshot.kind.name()).collect();
                let what = match accepted.as_slice() {
                    [] => String::new(),
                    kinds => format!(" {}", self.dim(&format!("({} accepted)", kinds.join(", ")))),
                };
                format!("{} {name}{what}\n", self.mark(true))
            }
            Status::Differs => {
                let what: Vec<String> = case.snapshots.iter().filter_map(differing).collect();
                let what = self.dim(&format!("({})", what.join(", ")));
                format!("{} {name} {what}\n", self.painted(AnsiColor::Yellow, "≠"))
            }
            Status::Failed => format!("{} {name}\n", self.mark(false)),
            Status::Unreadable => {
                let what = self.dim("(a capture cannot be read)");
                format!("{} {name} {what}\n", self.painted(AnsiColor::Red, "!"))
            }
        }
    }

    /// Everything that failed, by case, with what was expected, what came, and what decided so.
    pub(crate) fn failures(&self, results: &Results) -> String {
        let mut text = String::new();
        let mut told = BTreeSet::new();
        for case in results.cases.iter().filter(|case| case.status >= Status::Failed) {
            let place = self.dim(&self.place(case.span));
            text.push_str(&format!("\n{} {}  {place}\n\n", self.mark(false), clean(&case.name)));
            for error in &case.unreadable {
                text.push_str(&super::error(&error.to_string(), None, self.is_colored));
            }
            // What stands in the pack, and not in the case, is told in full once.
            let mut is_new = |failure: &Diagnostic| {
                let span = failure.span.filter(|span| span.file != case.span.file);
                span.is_none_or(|span| told.insert((span, failure.message.clone())))
            };
            let (new, known): (Vec<&Diagnostic>, Vec<_>) = case.failures.iter().partition(|failure| is_new(failure));
            text.push_str(&diagnostics::text(&new, self.sources, self.is_colored));
            for failure in known {
                let place = failure.span.map_or_else(String::new, |span| self.place(span));
                text.push_str(&format!("as above: {} ({place})\n", clean(&failure.message)));
            }
        }
        for example in results.examples.iter().filter(|example| !example.failures.is_empty()) {
            text.push_str(&format!("\n{} {}\n\n", self.mark(false), clean(&example.name)));
            text.push_str(&self.diagnostics(&example.failures));
        }
        text
    }

    fn diagnostics(&self, failures: &[Diagnostic]) -> String {
        let shown: Vec<&Diagnostic> = failures.iter().collect();
        diagnostics::text(&shown, self.sources, self.is_colored)
    }

    /// Every snapshot that differs, those that changed alike once.
    pub(crate) fn differences(&self, results: &Results, is_verbose: bool) -> String {
        let most = |change: &Change<'_>| match change.members.first() {
            _ if is_verbose => usize::MAX,
            Some((_, comparison)) if comparison.old.is_none() => NEW_LINES,
            _ => LINES,
        };
        changes(results).iter().map(|change| format!("\n{}", self.change(change, most(change)))).collect()
    }

    /// One change: in which cases, in which file, what decided so, and line by line.
    pub(crate) fn change(&self, change: &Change<'_>, most: usize) -> String {
        let Some((case, comparison)) = change.members.first() else { return String::new() };
        let title = format!("the {} of {} {}", comparison.kind.name(), clean(&case.name), comparison.what());
        let mut text = format!("{} {title}\n", self.painted(AnsiColor::Yellow, "≠"));
        let others = change.members.get(1..).unwrap_or_default();
        if !others.is_empty() {
            let named: Vec<String> = others.iter().take(NAMED).map(|(case, _)| clean(&case.name)).collect();
            let more = if others.len() > NAMED { format!(" and {} more", others.len() - NAMED) } else { String::new() };
            text.push_str(&format!("  and the same in {}{more}\n", named.join(", ")));
        }
        text.push_str(&self.dim(&format!("  {}\n", clean(&comparison.shown))));
        for (span, what) in places(self.pack, case, comparison) {
            text.push_str(&format!("  {} {}\n", self.place(span), self.dim(&clean(&what))));
        }
        let text = self.width.map_or_else(|| text.clone(), |width| fold(&text, width, "    "));
        let new = comparison.new.contents.trim_end();
        let drawn = Drawn { most, is_colored: self.is_colored, width: self.width };
        text + difference::text(comparison.old.as_deref(), new, drawn).as_str()
    }

    /// `clusters/auth.yaml:3:7`.
    fn place(&self, span: Span) -> String {
        let at = self.sources.position(span);
        format!("{}:{}:{}", clean(self.sources.path(span.file)), at.line, at.column)
    }

    /// `12 passed, 1 failed, 2 snapshots differ; 612 examples hold`.
    pub(crate) fn summary(&self, results: &Results) -> String {
        let of = |status| results.count(status);
        let differing = results.differences().count();
        let mut parts = vec![format!("{} passed", of(Status::Passed))];
        if of(Status::Failed) > 0 {
            parts.push(self.painted(AnsiColor::Red, &format!("{} failed", of(Status::Failed))));
        }
        if of(Status::Unreadable) > 0 {
            parts.push(self.painted(AnsiColor::Red, &format!("{} not read", of(Status::Unreadable))));
        }
        let accepted = results.cases.iter().flat_map(|case| &case.snapshots).filter(|snapshot| snapshot.is_accepted);
        match accepted.count() {
            0 => {}
            1 => parts.push("1 snapshot accepted".to_owned()),
            more => parts.push(format!("{more} snapshots accepted")),
        }
        if differing > 0 {
            let noun = if differing == 1 { "snapshot differs" } else { "snapshots differ" };
            parts.push(self.painted(AnsiColor::Yellow, &format!("{differing} {noun}")));
        }
        let sum: usize = results.examples.iter().map(|example| example.count).sum();
        let failed: usize = results.examples.iter().map(|example| example.failures.len()).sum();
        let mut text = parts.join(", ");
        if sum > 0 {
            let hold = sum.saturating_sub(failed);
            let noun = if hold == 1 { "example holds" } else { "examples hold" };
            text.push_str(&format!("; {hold} {noun}"));
            if failed > 0 {
                text.push_str(&format!(
                    ", {}",
                    self.painted(
                        AnsiColor::Red,
                        &format!("{failed} {}", if failed == 1 { "does not" } else { "do not" })
                    )
                ));
            }
        }
        text.push('\n');
        text
    }
}

/// `decision differs`, `worklog is new`; nothing of a snapshot that is as it was.
fn differing(comparison: &Comparison) -> Option<String> {
    let what = match (comparison.damage, &comparison.old) {
        (Some(_), _) => "is damaged",
        (None, Some(_)) => "differs",
        (None, None) => "is new",
    };
    comparison.is_differing().then(|| format!("{} {what}", comparison.kind.name()))
}
