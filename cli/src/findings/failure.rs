//! A command that ended before it had a result, as findings.

use gardener_engine::render;
use gardener_engine::report::codes;
use serde_json::{Value, json};

use super::{Check, Detail, Finding, Findings};
use crate::error::Failure;
use crate::terminal::{self, diagnostics};

/// The version of the JSON's shape.
const SCHEMA: &str = "gardener/failure/v1";

impl Failure {
    /// What was found in the pack, and why there is no result: a check that did not pass.
    pub(crate) fn findings(&self, command: &'static str) -> Findings {
        let mut findings = match &self.problems {
            Some(of) => Findings::of_pack(command, "the pack", (&of.diagnostics, &of.sources), false),
            None => Findings { command, checks: Vec::new() },
        };
        let check = Check {
            suite: command.to_owned(),
            name: "the run".to_owned(),
            file: None,
            has_passed: false,
            findings: vec![Finding {
                code: &codes::NO_RESULT,
                message: self.message.clone(),
                details: self.help.iter().map(|help| Detail::Text(format!("help: {help}"))).collect(),
                place: None,
            }],
        };
        findings.checks.push(check);
        findings
    }

    /// For people, without colour.
    pub(crate) fn text(&self) -> String {
        let problems = self.problems.as_ref().map_or_else(String::new, |of| {
            diagnostics::text(&of.diagnostics.iter().collect::<Vec<_>>(), &of.sources, false)
        });
        format!("{problems}{}", terminal::error(&self.message, self.help.as_deref(), false))
    }

    /// `gardener/failure/v1`.
    pub(crate) fn json(&self, command: &str) -> String {
        let problems = self.problems.as_ref().map_or(Value::Array(Vec::new()), |of| {
            let list = diagnostics::json(&of.diagnostics.iter().collect::<Vec<_>>(), &of.sources);
            serde_json::from_str(&list).unwrap_or_default()
        });
        let value = json!({
            "schema": SCHEMA, "command": command, "exit_code": self.exit.code(), "message": self.message,
            "help": self.help, "diagnostics": problems,
        });
        format!("{}\n", render::pretty(&value).unwrap_or_default())
    }
}
