//! Templates that are not well formed, in our words and at the place that is to be mended.

use std::ops::Range;

use crate::diagnostic::{Code, Problem, nearest};

/// Tags that are closed by `end` and their own name.
const CLOSED: [&str; 10] = ["for", "if", "with", "set", "filter", "block", "macro", "call", "autoescape", "raw"];
/// Tags that stand by themselves or in others.
const OPEN: [&str; 7] = ["else", "elif", "extends", "include", "import", "from", "do"];

/// MiniJinja's error as a problem of the text; `what` begins the message.
pub(super) fn problem(code: &'static Code, what: &str, error: &minijinja::Error, source: &str) -> Problem {
    let said = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
    let range = place(error, source);
    let tags = tags(source);
    if let Some(word) = said.strip_prefix("unknown statement ") {
        return unknown_statement(code, word, range, &tags);
    }
    if said.starts_with("unexpected end of")
        && let Some(open) = still_open(&tags, source.len())
        && (said.contains("expected end of block") || said.contains("raw block"))
    {
        return Problem::new(code, open.range.clone(), format!("`{{% {} %}}` is never closed", open.word))
            .label("opened here")
            .help(format!("write `{{% end{} %}}` behind what belongs to it", open.word));
    }
    if let Some(open) = unclosed_mark(source)
        && said.starts_with("unexpected end of")
        && range.end >= source.trim_end().len()
    {
        let mark = source.get(open..open + 2).unwrap_or("");
        let close = if mark == "{{" {
            "}}"
        } else if mark == "{%" {
            "%}"
        } else {
            "#}"
        };
        return Problem::new(code, open..open + 2, format!("`{mark}` is never closed"))
            .label("opened here")
            .help(format!("write `{close}` behind it"));
    }
    Problem::new(code, range, format!("{what}: {}", said.replace('\'', "`")))
}

/// Where MiniJinja says that the error is, inside the text.
fn place(error: &minijinja::Error, source: &str) -> Range<usize> {
    let line_start =
        |line: usize| source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    error.range().filter(|range| source.get(range.clone()).is_some()).unwrap_or_else(|| {
        let start = error.line().map_or(0, line_start);
        start..start + source.get(start..).map_or(0, |rest| rest.lines().next().unwrap_or("").len())
    })
}

/// A tag that there is not, or not here.
fn unknown_statement(code: &'static Code, word: &str, range: Range<usize>, tags: &[Tag<'_>]) -> Problem {
    let open = still_open(tags, range.start);
    let is_known = OPEN.contains(&word) || word.strip_prefix("end").is_some_and(|word| CLOSED.contains(&word));
    if is_known {
        let problem = Problem::new(code, range, format!("`{{% {word} %}}` cannot stand here"));
        return match open {
            Some(open) => problem
                .label(format!("`{{% {} %}}` is still open", open.word))
                .help(format!("close it first, by `{{% end{} %}}`", open.word)),
            None if word.starts_with("end") => problem.label("this closes nothing").help("take it out"),
            None => problem.label("this belongs to no tag before it").help("take it out"),
        };
    }
    let known = CLOSED.iter().chain(&OPEN).copied();
    let ends: Vec<String> = CLOSED.iter().map(|word| format!("end{word}")).collect();
    let near = nearest(word, known.chain(ends.iter().map(String::as_str)));
    let problem = Problem::new(code, range, format!("there is no tag `{word}`"));
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("tags are `{}` and `{}`", CLOSED.join("`, `"), OPEN.join("`, `"))),
    }
}

/// A tag, `{% word … %}`.
struct Tag<'s> {
    word: &'s str,
    range: Range<usize>,
    /// Whether something must close it.
    is_opening: bool,
}

/// The innermost tag that is open at a place.
fn still_open<'t, 's>(tags: &'t [Tag<'s>], at: usize) -> Option<&'t Tag<'s>> {
    let mut open: Vec<&Tag<'_>> = Vec::new();
    for tag in tags.iter().take_while(|tag| tag.range.start < at) {
        if tag.is_opening {
            open.push(tag);
        } else if tag.word.starts_with("end") {
            open.pop();
        }
    }
    open.pop()
}

/// The tags of a text, as far as they can be told.
fn tags(source: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(mark) = source.get(at..).and_then(|rest| rest.find('{')).map(|found| at + found) {
        let rest = source.get(mark..).unwrap_or("");
        at = mark + 1;
        if rest.starts_with("{#") {
            at = rest.find("#}").map_or(source.len(), |end| mark + end + 2);
        } else if rest.starts_with("{%") {
            let inner = rest.get(2..).unwrap_or("").trim_start_matches(['-', '+']).trim_start();
            let start = source.len() - inner.len();
            let length = inner.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inner.len());
            let word = inner.get(..length).unwrap_or("");
            let content = inner.get(length..inner.find("%}").unwrap_or(inner.len()).max(length)).unwrap_or("");
            // `{% set x = 1 %}` is whole, `{% set x %}` is not.
            let is_opening = CLOSED.contains(&word) && !(word == "set" && content.contains('='));
            tags.push(Tag { word, range: start..start + length, is_opening });
            at = if word == "raw" {
                rest.find("endraw").map_or(source.len(), |end| mark + end - 3)
            } else {
                start + length
            };
        }
        at = at.max(mark + 1);
    }
    tags
}

/// The last `{{`, `{%` or `{#` of a text, where nothing behind it closes it.
fn unclosed_mark(source: &str) -> Option<usize> {
    let (at, close) = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")]
        .into_iter()
        .filter_map(|(open, close)| Some((source.rfind(open)?, close)))
        .max()?;
    source.get(at..)?.find(close).is_none().then_some(at)
}
