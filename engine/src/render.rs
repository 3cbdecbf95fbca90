//! A report in each of the formats that people and programs read. Each is a function of the [`Report`] alone.
//!
//! All text in a report is a stranger's until it has been through [`neutral`].

mod check;
mod columns;
mod context;
mod coverage;
mod csv;
mod diff;
mod environment;
mod explain;
mod history;
mod issue;
mod json;
pub mod neutral;
mod number;
mod output;
mod profile;
mod shadow;
mod sheet;
mod spark;
mod specimen;
mod table;
mod templates;
mod tree;
mod worklog;

use std::io;

use crate::report::Report;

pub use check::{check, check_templates};
pub use coverage::{coverage, coverage_json};
pub use diff::{diff_json, diff_markdown, diff_text};
pub use explain::{explanation, explanation_json};
pub use history::{history_csv, history_detail, history_json, history_runs_csv, history_table};
pub use issue::{Document, IssueText, IssueTexts, issue_title, roll_up};
pub(crate) use json::document;
pub use json::pretty;
pub use number::{count, counted, duration, moment, number};
pub use output::Output;
pub use profile::{profile, profile_json};
pub use shadow::{shadow_json, shadow_table};
pub use spark::sparkline;
pub use table::{TableStyle, table};
pub use templates::{Row, templates_csv, templates_json, templates_table};
pub use tree::TreeStyle;
pub use worklog::{Template, TemplateFailure, codes, worklog};

/// The report as JSON, indented, with a final line break: the contract `gardener/report/v1`.
///
/// Control and bidi characters inside strings are escaped, so that a terminal can show it.
#[must_use]
pub fn json(report: &Report) -> String {
    document(report)
}

/// The same, written as it is made: of a report with thousands of clusters the JSON is larger than the report.
///
/// # Errors
/// Where it cannot be written.
pub fn json_into(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    json::document_into(report, out)
}

#[cfg(test)]
mod tests;
