//! The generated part of the documentation: what the program says of itself.
//!
//! A test compares `docs/reference` with [`documents`], and writes it where `UPDATE_REFERENCE=1` is set.

mod pack;
mod policy;

use std::fmt::Write;

use gardener_engine::diagnostic::Level;
use gardener_engine::diagnostic_codes;

use crate::args::description;
use crate::error::Exit;
use crate::schema_files::schema_files;

/// A generated page.
#[derive(Debug)]
pub struct Document {
    /// Its path in `docs/reference`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// All generated pages.
#[must_use]
pub fn documents() -> Vec<Document> {
    let pages = [
        ("cli.md", cli()),
        ("diagnostics.md", diagnostics()),
        ("pack.md", pack::page()),
        ("policy.md", policy::page()),
    ];
    let pages = pages.into_iter().map(|(name, text)| Document { name: name.to_owned(), text });
    let schemas = schema_files().into_iter();
    pages.chain(schemas.map(|file| Document { name: format!("schema/{}", file.file), text: file.text })).collect()
}

const GENERATED: &str = "<!-- Generated: UPDATE_REFERENCE=1 cargo test -p gardener-cli --test reference -->\n\n";

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn cli() -> String {
    let mut text = format!("{GENERATED}# Commands\n\n## Exit codes\n\n| code | meaning |\n|--:|---|\n");
    for (code, meaning) in Exit::MEANINGS {
        let _ = writeln!(text, "| {code} | {meaning} |");
    }
    let mut program = description().term_width(110).disable_help_subcommand(true);
    let _ = write!(text, "\n## gardener\n\n```text\n{}```\n", trimmed(&program.render_long_help().to_string()));
    program.build();
    for command in program.get_subcommands() {
        let _ = write!(text, "\n## gardener {}\n\n{}", command.get_name(), help(command));
        for part in command.get_subcommands() {
            let _ = write!(text, "\n### gardener {} {}\n\n{}", command.get_name(), part.get_name(), help(part));
        }
    }
    text
}

/// The help of a command as a block.
fn help(command: &clap::Command) -> String {
    let help = command.clone().term_width(110).render_long_help().to_string();
    format!("```text\n{}```\n", trimmed(&help))
}

/// The same without spaces at the ends of lines.
fn trimmed(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn diagnostics() -> String {
    let mut text = format!(
        "{GENERATED}# Diagnostics\n\nWhat `gardener check` finds and what `gardener diff` tells, by code. `gardener explain-code CODE` shows the same.\n"
    );
    let mut codes = diagnostic_codes();
    codes.sort_by_key(|code| code.id);
    for code in codes {
        let level = match code.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        let _ = write!(text, "\n## {}\n\n*{level}*: {}\n\n{}\n", code.id, code.summary, code.explanation.trim());
    }
    text
}
