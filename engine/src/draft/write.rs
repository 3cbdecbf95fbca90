//! A draft as the files of a pack.

use std::fmt::Write;

use super::yaml::{escaped, json, quoted, text, word};
use super::{Draft, Example};

/// Columns that remarks begin at.
const REMARK: usize = 40;

impl Draft {
    /// The file of the definition; `schema` is where its schema lies, as seen from the file.
    #[must_use]
    pub fn definition_file(&self, schema: Option<&str>) -> String {
        format!("{}{}", modeline(schema), self.definition())
    }

    /// The definition, without what says where its schema lies.
    #[must_use]
    pub fn definition(&self) -> String {
        let mut out = String::new();
        self.head(&mut out);
        let _ = writeln!(out, "- id: {}", word(&self.id));
        if let [was] = self.was.as_slice() {
            let _ = writeln!(out, "  was: {}", quoted(was));
        } else if !self.was.is_empty() {
            let was: Vec<String> = self.was.iter().map(|was| word(was)).collect();
            let _ = writeln!(out, "  was: [{}]", was.join(", "));
        }
        let _ = writeln!(out, "  title: {}", text(&self.title));
        let _ = writeln!(out, "  match: {}", text(&self.query_text));
        if let Some((priority, said)) = &self.priority {
            let line = format!("  priority: {priority}");
            let _ = writeln!(out, "{line:REMARK$}# {said}");
        }
        if !self.captures.is_empty() {
            out.push_str("  capture:\n");
        }
        for capture in &self.captures {
            let _ = writeln!(out, "    {}: {}", word(&capture.name), quoted(&capture.regex));
        }
        if !self.facets.is_empty() {
            let facets: Vec<String> = self.facets.iter().map(|facet| word(facet)).collect();
            let _ = writeln!(out, "  facets: [{}]", facets.join(", "));
        }
        let line = format!("  severity: {}", self.severity);
        let said = self.remarks.as_ref().map(|(_, said)| comment(said));
        let _ = writeln!(out, "{line:REMARK$}# {}", said.unwrap_or_else(|| format!("logged as {}", self.log_severity)));
        out.push_str("  # impact:\n  #   business: { level: medium, text: who notices, and how }\n");
        out.push_str("  #   technical: what fails\n  # recommend: { title: in a few words, text: what to do first }\n");
        self.examples(&mut out);
        out
    }

    /// What stands above it.
    fn head(&self, out: &mut String) {
        if let Some((lines, _)) = &self.remarks {
            lines.iter().for_each(|line| _ = writeln!(out, "# {}", comment(line)));
            return;
        }
        let of = self.timestamp.map_or_else(String::new, |time| format!(" of {time}"));
        let _ = writeln!(
            out,
            "# Drafted from an entry{of}: look over query, title and severity; say what it means, and what to do."
        );
    }

    fn examples(&self, out: &mut String) {
        out.push_str("  examples:\n    match:\n");
        let _ = writeln!(out, "      - {}", example(&self.example));
        if !self.near_misses.is_empty() {
            out.push_str("    no_match:\n");
        }
        for miss in &self.near_misses {
            let _ = writeln!(out, "      # {}\n      - {}", comment(&miss.remark), example(&miss.example));
        }
    }

    /// The file of a case that tries the definition on the fixture at `captures`, as seen from the case.
    #[must_use]
    pub fn case_file(&self, schema: Option<&str>, captures: &str) -> String {
        let mut out = modeline(schema);
        let now =
            self.timestamp.map_or_else(|| "2025-01-01T00:00:00Z".to_owned(), |time| time.plus_seconds(60).to_string());
        let _ = writeln!(out, "- name: {}", text(&format!("{} takes its entry and leaves its near misses", self.id)));
        let _ = writeln!(out, "  now: {now}");
        let _ = writeln!(out, "  captures: {}", text(captures));
        let _ = writeln!(out, "  expect:\n    - id: {}\n      count: 1", word(&self.id));
        let _ = writeln!(out, "      declared_severity: {}", self.severity);
        if !self.captures.is_empty() {
            out.push_str("      metrics:\n");
        }
        for capture in &self.captures {
            let _ = writeln!(out, "        {}: {{ last: {} }}", word(&capture.name), number(&capture.value));
        }
        out
    }

    /// The redacted entry and its near misses, as a capture.
    #[must_use]
    pub fn fixture_file(&self) -> String {
        self.fixture.iter().map(|record| format!("{record}\n")).collect()
    }

    /// The query as it is written.
    #[must_use]
    pub fn query_text(&self) -> &str {
        &self.query_text
    }
}

fn modeline(schema: Option<&str>) -> String {
    schema.map_or_else(String::new, |schema| format!("# yaml-language-server: $schema={schema}\n"))
}

fn example(example: &Example) -> String {
    match example {
        Example::Message(text) => escaped(text),
        Example::Entry(entry) => json(entry),
    }
}

/// A number as YAML has it: without zeros before it.
fn number(digits: &str) -> String {
    let trimmed = digits.trim_start_matches('0');
    if trimmed.starts_with(|c: char| c.is_ascii_digit()) { trimmed.to_owned() } else { format!("0{trimmed}") }
}

/// A remark on one line; words of a log may hold anything.
fn comment(text: &str) -> String {
    crate::render::neutral::flat(text)
}
