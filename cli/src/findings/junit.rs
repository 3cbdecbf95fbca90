//! JUnit's XML, as CI servers read it.
//!
//! The elements and attributes are those that Jenkins, GitLab and GitHub's reporters agree on
//! (<https://github.com/testmoapp/junitxml>). Times are left out: they would differ from run to run.

use std::fmt::Write;

use super::{Check, Findings};
use crate::terminal::clean;

/// One `testsuite` for each suite, one `testcase` for each check. A check that did not pass has one `failure`; what was found in
/// one that did is told in its `system-out`.
pub(crate) fn junit(findings: &Findings) -> String {
    let mut suites: Vec<(&str, Vec<&Check>)> = Vec::new();
    for check in &findings.checks {
        match suites.iter_mut().find(|(name, _)| *name == check.suite) {
            Some((_, checks)) => checks.push(check),
            None => suites.push((&check.suite, vec![check])),
        }
    }
    let failed = |checks: &[&Check]| checks.iter().filter(|check| !check.has_passed).count();
    let all: Vec<&Check> = findings.checks.iter().collect();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let name = escaped(findings.command);
    let _ = writeln!(
        xml,
        "<testsuites name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"0\">",
        all.len(),
        failed(&all)
    );
    for (name, checks) in suites {
        let (name, tests, failures) = (escaped(name), checks.len(), failed(&checks));
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
        );
        checks.iter().for_each(|check| case(check, &mut xml));
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn case(check: &Check, xml: &mut String) {
    let file = check.file.as_ref().map_or_else(String::new, |file| format!(" file=\"{}\"", escaped(file)));
    let _ =
        write!(xml, "    <testcase classname=\"{}\" name=\"{}\"{file}", escaped(&check.suite), escaped(&check.name));
    if check.findings.is_empty() && check.has_passed {
        xml.push_str("/>\n");
        return;
    }
    let texts: Vec<String> = check.findings.iter().map(described).collect();
    // Only in attributes would a line break become a space.
    let text = escaped(&texts.join("\n\n")).replace("&#10;", "\n");
    if check.has_passed {
        let _ = write!(xml, ">\n      <system-out>{text}</system-out>\n    </testcase>\n");
        return;
    }
    let first = check.findings.first();
    let message = match check.findings.as_slice() {
        [] => "it did not pass".to_owned(),
        [one] => one.message.clone(),
        [first, more @ ..] => format!("{} (and {} more)", first.message, more.len()),
    };
    let kind = first.map_or("failure", |finding| finding.code.id);
    let _ = write!(
        xml,
        ">\n      <failure message=\"{}\" type=\"{kind}\">{text}</failure>\n    </testcase>\n",
        escaped(&message)
    );
}

/// `error[code] file:1:2: message`, with its details.
fn described(finding: &super::Finding) -> String {
    let place = finding.place.as_ref().map_or_else(String::new, |place| {
        let (line, column) = place.start;
        format!(" {}:{line}:{column}:", place.file)
    });
    format!("{}[{}]{place} {}", super::level(finding.code), finding.code.id, finding.text())
}

/// Text of XML 1.0, in which most control characters cannot be written at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
