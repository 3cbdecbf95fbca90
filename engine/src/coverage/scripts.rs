//! What of scripts ran, at the lines of their files.

use std::sync::Arc;

use serde::Serialize;

use super::Parts;
use crate::diagnostic::Sources;
use crate::pack::Pack;
use crate::script::{Site, SiteKind};

/// Lines of a piece that never ran which are kept.
const LINES: usize = 12;
/// Characters of an operand that are quoted.
const OPERAND: usize = 40;
/// Characters of a line that are kept.
const LINE: usize = 400;

/// What of a script ran.
#[derive(Clone, Debug, Serialize)]
pub struct ScriptCoverage {
    /// Its name in the pack: `policy/severity.rhai`, or `clusters/x.yaml#id` for a definition's own.
    pub name: String,
    /// Its file, as people name it.
    pub file: String,
    /// All that may run in it, in the order of its text.
    pub parts: Vec<Part>,
    /// What never ran: the outermost pieces, in the order of their lines.
    pub never_run: Vec<NeverRun>,
}

/// A piece of a script that may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it is: `function`, `statement`, `then`, …
    pub kind: &'static str,
    /// Its first line in the file.
    pub line: u32,
    /// Its last line.
    pub end_line: u32,
    /// How often it ran.
    pub times: u64,
}

/// A piece of a script that never ran, though what it is part of did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeverRun {
    /// Its first line in the file.
    pub line: u32,
    /// Its last line.
    pub end_line: u32,
    /// What did not happen, in words: `the condition never holds`.
    pub what: String,
    /// Its first lines.
    pub text: Vec<String>,
}

/// Counts the sites of a script.
pub(super) fn count(sites: &[Arc<Site>], parts: &mut Parts) {
    for site in sites {
        let measure = match site.kind {
            SiteKind::Function | SiteKind::Closure => &mut parts.functions,
            SiteKind::Statement => &mut parts.statements,
            _ => &mut parts.branches,
        };
        measure.add(site.reached() > 0);
    }
}

impl ScriptCoverage {
    /// What of the script at this place ran; nothing where there is none.
    pub(super) fn of(pack: &Pack, sources: &Sources, at: usize) -> Option<Self> {
        let sites = pack.policy.sites(at);
        let file = pack.script_span(at, 0..0)?.file;
        let ends = ends(sites);
        let line = |byte: usize| {
            let span = pack.script_span(at, byte..byte);
            span.map_or(0, |span| sources.position(span).line)
        };
        let parts: Vec<Part> = sites
            .iter()
            .zip(&ends)
            .map(|(site, end)| {
                // The last byte of the piece, not the first behind it, which may be on the next line.
                let last = end.saturating_sub(1).max(site.range.start);
                let line_of_start = line(site.range.start);
                Part {
                    kind: name(site.kind),
                    line: line_of_start,
                    end_line: line(last).max(line_of_start),
                    times: site.reached(),
                }
            })
            .collect();
        // What people call it: the name of a function, the operand itself.
        let word = |site: &Site| {
            let end = if site.kind == SiteKind::Function { site.range.end } else { site.end };
            pack.script_span(at, site.range.start..end).map_or("", |span| sources.slice(span))
        };
        let never_run = never_run(sites, &parts, sources.text(file), word);
        let name = pack.policy.script_name(at).to_owned();
        Some(Self { name, file: sources.path(file).to_owned(), parts, never_run })
    }
}

/// Where each site ends with all that is in it.
fn ends(sites: &[Arc<Site>]) -> Vec<usize> {
    let mut ends: Vec<usize> = sites.iter().map(|site| site.end).collect();
    // What is in a site stands behind it.
    for (at, site) in sites.iter().enumerate().rev() {
        let own = ends.get(at).copied().unwrap_or(0);
        if let Some(outer) = site.parent.and_then(|parent| ends.get_mut(parent)) {
            *outer = own.max(*outer);
        }
    }
    ends
}

/// The outermost pieces that never ran; statements that follow each other are one piece.
fn never_run<'t>(sites: &[Arc<Site>], parts: &[Part], text: &str, word: impl Fn(&Site) -> &'t str) -> Vec<NeverRun> {
    let lines: Vec<&str> = text.lines().collect();
    let is_reached = |at: usize| sites.get(at).is_some_and(|site| site.reached() > 0);
    let mut found: Vec<(Option<usize>, SiteKind, NeverRun)> = Vec::new();
    for (at, (site, part)) in sites.iter().zip(parts).enumerate() {
        if is_reached(at) || site.parent.is_some_and(|parent| !is_reached(parent)) {
            continue;
        }
        if let Some((parent, SiteKind::Statement, before)) = found.last_mut()
            && (*parent, SiteKind::Statement) == (site.parent, site.kind)
        {
            before.end_line = part.end_line.max(before.end_line);
            continue;
        }
        let what = what(site.kind, word(site));
        let piece = NeverRun { line: part.line, end_line: part.end_line, what, text: Vec::new() };
        found.push((site.parent, site.kind, piece));
    }
    let mut pieces: Vec<NeverRun> = found.into_iter().map(|(.., piece)| piece).collect();
    for piece in &mut pieces {
        let first = (piece.line as usize).saturating_sub(1);
        let count = ((piece.end_line.saturating_sub(piece.line)) as usize).saturating_add(1);
        let covered = lines.iter().skip(first).take(count.min(LINES));
        piece.text = covered.map(|line| line.chars().take(LINE).collect()).collect();
    }
    pieces.sort_by_key(|piece| (piece.line, piece.end_line));
    pieces
}

/// The stable name of a kind.
fn name(kind: SiteKind) -> &'static str {
    match kind {
        SiteKind::Function => "function",
        SiteKind::Closure => "closure",
        SiteKind::Statement => "statement",
        SiteKind::Then => "then",
        SiteKind::Else => "else",
        SiteKind::NoElse => "no-else",
        SiteKind::Arm => "arm",
        SiteKind::NoArm => "no-arm",
        SiteKind::Loop => "loop",
        SiteKind::Catch => "catch",
        SiteKind::Operand(_) => "operand",
    }
}

/// The beginning of an operand.
fn shortened(operand: &str) -> String {
    match operand.char_indices().nth(OPERAND) {
        None => operand.to_owned(),
        Some((end, _)) => format!("{}…", operand.get(..end).unwrap_or("").trim_end()),
    }
}

/// What did not happen.
fn what(kind: SiteKind, word: &str) -> String {
    match kind {
        SiteKind::Function => return format!("`{word}` is never called"),
        SiteKind::Operand(operator) => {
            let always = match operator {
                "&&" => "never holds",
                "||" => "always holds",
                _ => "is always there",
            };
            let operand = word.split_whitespace().collect::<Vec<_>>().join(" ");
            let operand = shortened(&operand);
            return format!("`{operand}` is never looked at, because what stands before `{operator}` {always}");
        }
        SiteKind::Closure => "this closure is never called",
        SiteKind::Statement => "never runs",
        SiteKind::Then => "the condition never holds",
        SiteKind::Else => "`else` never runs, because the condition always holds",
        SiteKind::NoElse => "the condition always holds",
        SiteKind::Arm => "this arm is never taken",
        SiteKind::NoArm => "some arm is always taken",
        SiteKind::Loop => "the loop never has anything to do",
        SiteKind::Catch => "`catch` never runs, because nothing fails",
    }
    .to_owned()
}
