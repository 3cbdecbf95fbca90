//! Files that are not YAML, or more of it than is taken: what to do about it.

use super::bracket::open_above;
use super::{MAX_DEPTH, MAX_NODES, MAX_REPLAYED, range};
use crate::diagnostic::{Diagnostic, FileId, Span};
use crate::pack::codes;

/// A file that is not YAML, or more of it than we take.
pub(super) fn problem(error: &serde_yaml::Error, text: &str, file: FileId) -> Diagnostic {
    let location = error.location();
    let at = location.map_or(0, |location| range(&location, text).start);
    let end = text
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .map_or(at, |c| at + if c == '\n' { 0 } else { c.len_utf8() });
    let said = said(error);
    // The parser reads ahead to the end of a nesting, and may give up before the limit is looked at.
    let is_too_deep = said.contains("recursion limit");
    let deep = if is_too_deep { bracket_at_level(text, MAX_DEPTH + 1) } else { None };
    let span = Span::new(file, deep.map_or(at..end, |at| at..at + 1));
    if let Some(limit) = limit(error).or(is_too_deep.then_some(TOO_DEEP)) {
        return Diagnostic::new(&codes::YAML_LIMIT, span, limit).help(format!(
            "at most {MAX_DEPTH} levels, {MAX_NODES} values and {MAX_REPLAYED} values repeated by aliases are read"
        ));
    }
    let line = text.get(..at).unwrap_or("").rfind('\n').map_or(0, |nl| nl + 1);
    let diagnostic = Diagnostic::new(&codes::YAML_SYNTAX, span, format!("this is not YAML: {said}"));
    if said.contains("tab")
        && let Some(tab) = text.get(line..).and_then(|rest| rest.find('\t')).map(|tab| line + tab)
    {
        // The parser may point at what stands before the tab.
        return Diagnostic { span: Some(Span::new(file, tab..tab + 1)), ..diagnostic }
            .label("a tab")
            .help("YAML is indented by spaces; put spaces for this tab");
    }
    if let Some(bracket) = open_above(text, at).or_else(|| said.contains("bracket").then_some(at)) {
        let open = text.get(bracket..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, '[' | '{'));
        if let Some(open) = open {
            let close = if open == '[' { ']' } else { '}' };
            let span = Span::new(file, bracket..bracket + 1);
            return Diagnostic::new(&codes::YAML_SYNTAX, span, format!("this is not YAML: the `{open}` is not closed"))
                .label("opened here")
                .help(format!(
                    "close it with `{close}`; a text that begins with `{open}` must stand in quotes as a whole"
                ));
        }
    }
    let row = text.get(line..).and_then(|rest| rest.lines().next()).unwrap_or("");
    let value = row.split_once(": ").map_or("", |(_, value)| value);
    let help = if said.contains("unclosed quote") {
        Some("close it; in single quotes, write `''` for one of them")
    } else if said.contains("did not find expected")
        || said.contains("block collection")
        || said.contains("block mapping")
    {
        Some("look at the indentation: the line begins further left or right than those that it belongs to")
    } else if said.contains("escape") {
        Some("in double quotes a backslash begins an escape; in single quotes it is a backslash")
    } else if value.contains(": ")
        || value.starts_with(['[', ']', '{', '}', '&', '*', '!', '|', '>', '%', '@', '`', '\'', '"'])
    {
        Some("a text that holds `: ` or ` #`, or begins with one of `[]{}&*!|>%@`, must stand in quotes as a whole")
    } else {
        None
    };
    Diagnostic { help: help.map(ToOwned::to_owned), ..diagnostic }
}

const TOO_DEEP: &str = "the file is nested too deep, or holds too many values";

/// The bracket that opens a level of nesting, in a file of which it is known that there are too many.
fn bracket_at_level(text: &str, level: usize) -> Option<usize> {
    let mut depth = 0usize;
    text.bytes().enumerate().find_map(|(at, byte)| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == level).then_some(at)
    })
}

/// The error in words, its place left out: that is shown beside it.
fn said(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or("").trim();
    let first = first.split(" at line ").next().unwrap_or(first);
    let mut chars = first.chars();
    match chars.next() {
        Some(c) => c.to_lowercase().chain(chars).collect(),
        None => "it cannot be read".to_owned(),
    }
}

/// What of our limits a file exceeds, if that is what is wrong with it.
fn limit(error: &serde_yaml::Error) -> Option<&'static str> {
    use serde_yaml::Error as E;
    match error {
        E::Budget { .. } => Some(TOO_DEEP),
        E::AliasReplayLimitExceeded { .. }
        | E::AliasExpansionLimitExceeded { .. }
        | E::AliasReplayStackDepthExceeded { .. }
        | E::AliasReplayCounterOverflow { .. } => Some("the aliases of the file repeat too many values"),
        E::AliasError { error, .. } => limit(error),
        _ => None,
    }
}
