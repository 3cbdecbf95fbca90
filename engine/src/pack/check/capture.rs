//! Captures: each expression is read, and the one group that is its value found.

use std::ops::Range;

use super::Checking;
use crate::diagnostic::{Diagnostic, Problem, expression};
use crate::entry::FieldPath;
use crate::pack::codes;
use crate::pack::decode::At;
use crate::pack::merge::Merged;
use crate::pack::model::Capture;
use crate::pack::raw::CaptureKeys;
use crate::pattern::{Pattern, Wrong};

/// Bytes that a compiled expression may take.
const MAX_REGEX: usize = 2 << 20;

/// The names of a definition's captures, also of those that are wrong.
pub(super) fn names(merged: &Merged) -> Vec<String> {
    let all = merged.placed.keys.capture.iter().flat_map(|capture| &capture.value.0);
    all.flat_map(|(name, keys)| {
        let text = keys.value.regex.as_ref().map_or("", |regex| regex.value.as_str());
        let groups: Vec<&str> = text
            .match_indices("(?")
            .filter_map(|(at, mark)| {
                let rest = text.get(at + mark.len()..)?;
                rest.strip_prefix("P<").or_else(|| rest.strip_prefix('<'))?.split_once('>').map(|(group, _)| group)
            })
            .filter(|group| !group.is_empty() && !group.starts_with(['=', '!']))
            .collect();
        // What `groups` makes of an expression that can be read.
        let own =
            groups.is_empty() || groups.contains(&name.value.as_str()) || Pattern::parse(text, MAX_REGEX).is_err();
        let groups = groups.into_iter().filter(|group| *group != name.value).map(str::to_owned);
        own.then(|| name.value.clone()).into_iter().chain(groups).collect::<Vec<_>>()
    })
    .collect()
}

impl Checking<'_> {
    /// The captures of a definition.
    pub(super) fn captures(&mut self, named: &[(At<String>, At<CaptureKeys>)]) -> Vec<Capture> {
        let mut captures: Vec<Capture> = Vec::new();
        for (name, keys) in named {
            let from = match &keys.value.from {
                Some(from) => self.path(from, &[]),
                None => FieldPath::parse("message").ok(),
            };
            let regex = keys.value.regex.as_ref().and_then(|regex| Some((self.regex(regex)?, regex)));
            let is_name = self.capture_name(name);
            let (Some(from), Some((regex, text)), true) = (from, regex, is_name) else { continue };
            for (name_of, group) in self.groups(name, &regex, text) {
                if captures.iter().any(|capture| capture.name == name_of) {
                    let message = format!("the capture `{name_of}` is defined twice");
                    let help = Some("a named group is a capture of that name: rename one of them".to_owned());
                    self.tell(&codes::CAPTURE_NAME, name.span, message, help);
                    continue;
                }
                captures.push(Capture {
                    name: name_of,
                    span: name.span,
                    from: from.clone(),
                    regex: regex.clone(),
                    group,
                });
            }
        }
        captures
    }

    fn capture_name(&mut self, name: &At<String>) -> bool {
        let is_name = name.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && name.value.bytes().next().is_some_and(|b| !b.is_ascii_digit());
        if !is_name {
            let mut better: String = name
                .value
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
                .collect();
            if better.is_empty() {
                better.push_str("value");
            } else if better.starts_with(|c: char| c.is_ascii_digit()) {
                better.insert_str(0, "value_");
            }
            let help =
                format!("texts and scripts call it `metrics.NAME`: use letters, digits and `_`, such as `{better}`");
            let message = format!("`{}` cannot be the name of a capture", name.value);
            self.tell(&codes::CAPTURE_NAME, name.span, message, Some(help));
        }
        is_name
    }

    /// The groups that are values: the one with the capture's name, or all that have names, or the only one.
    fn groups(&mut self, name: &At<String>, regex: &Pattern, text: &At<String>) -> Vec<(String, usize)> {
        let names: Vec<(usize, Option<&str>)> = regex.groups().into_iter().enumerate().skip(1).collect();
        if let Some((at, _)) = names.iter().find(|(_, group)| *group == Some(name.value.as_str())) {
            return vec![(name.value.clone(), *at)];
        }
        let named: Vec<(String, usize)> =
            names.iter().filter_map(|(at, group)| Some(((*group)?.to_owned(), *at))).collect();
        if !named.is_empty() {
            return named;
        }
        if let [(at, _)] = names.as_slice() {
            return vec![(name.value.clone(), *at)];
        }
        let diagnostic = if names.is_empty() {
            let whole = self.inside(text, 0..text.value.len());
            Diagnostic::new(&codes::CAPTURE_GROUPS, whole, format!("the expression of `{}` has no group", name.value))
                .label("no group in it")
                .help("put what shall be captured in parentheses, as in `took (\\d+) ms`")
        } else {
            let second = nth_group(&text.value, 1).unwrap_or(0..text.value.len());
            let place = self.inside(text, second);
            let message = format!("the expression of `{}` has {} groups; which is its value?", name.value, names.len());
            Diagnostic::new(&codes::CAPTURE_GROUPS, place, message)
                .label("a second group")
                .help(format!("make the others `(?:…)`, or name the one that is meant: `(?<{}>…)`", name.value))
        };
        self.diagnostics.push(diagnostic);
        Vec::new()
    }

    /// The expression of a text.
    fn regex(&mut self, text: &At<String>) -> Option<Pattern> {
        if let Some(known) = self.patterns.get(&text.value) {
            return Some(known.clone());
        }
        let problem = match Pattern::parse(&text.value, MAX_REGEX) {
            Ok(pattern) => {
                self.patterns.insert(text.value.clone(), pattern.clone());
                return Some(pattern);
            }
            Err(Wrong::Syntax(error)) => {
                expression(&codes::BAD_REGEX, "the regular expression cannot be read", &text.value, &error)
            }
            Err(Wrong::TooLarge) => {
                Problem::new(&codes::BAD_REGEX, 0..text.value.len(), "the regular expression is too large")
                    .help("use smaller counts in `{…}`, and fewer of them inside each other")
            }
        };
        self.problem(text, problem);
        None
    }
}

/// Where the `n`-th capturing group begins, to its opening parenthesis.
fn nth_group(text: &str, n: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut seen = 0;
    let mut at = 0;
    let mut in_class = 0usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => in_class += 1,
            b']' => in_class = in_class.saturating_sub(1),
            b'(' if in_class == 0 && bytes.get(at + 1) != Some(&b'?') => {
                if seen == n {
                    return Some(at..at + 1);
                }
                seen += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}
