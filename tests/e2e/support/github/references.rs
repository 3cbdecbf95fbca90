//! Which issues a text links, and whom it pings, as GitHub sees it: in what is shown, outside of code; never less than it does.

use std::sync::LazyLock;

use pulldown_cmark::{Event, Options, Parser, TagEnd};
use regex::Regex;

static COMMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<!--.*?(?:-->|\z)").unwrap());
static REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)(?:^|[^\w/&#])(?:([\w.-]+/[\w.-]+)?#|gh-)(\d{1,9})\b").unwrap());
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"https?://[\w.:-]+/([\w.-]+/[\w.-]+)/(?:issues|pull)/(\d{1,9})\b").unwrap());
static MENTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|\W)@([A-Za-z0-9][A-Za-z0-9-]*(?:/[\w-]+)?)").unwrap());

/// The issues that a text links: a repository, where it says one, and a number.
pub fn of(text: &str) -> Vec<(Option<String>, u64)> {
    let shown = shown(text);
    let mut found: Vec<(Option<String>, u64)> = Vec::new();
    for captures in REFERENCE.captures_iter(&shown).chain(ADDRESS.captures_iter(&shown)) {
        let repo = captures.get(1).map(|it| it.as_str().to_owned());
        let one = (repo, captures[2].parse().unwrap());
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// Whom a text pings: people, and teams.
pub fn mentions(text: &str) -> Vec<String> {
    MENTION.captures_iter(&shown(text)).map(|captures| captures[1].to_owned()).collect()
}

/// What people see of a text, without its code.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut is_code = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(pulldown_cmark::Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Start(pulldown_cmark::Tag::Link { dest_url, .. }) => {
                shown.push_str(&format!(" {dest_url} "));
            }
            Event::Text(text) if !is_code => shown.push_str(&text),
            // Tags show nothing, but what is between them does.
            Event::Html(text) | Event::InlineHtml(text) => shown.push_str(&text),
            Event::Code(_) | Event::SoftBreak | Event::HardBreak => shown.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableCell
                | TagEnd::HtmlBlock
                | TagEnd::Link,
            ) => shown.push('\n'),
            _ => {}
        }
    }
    COMMENT.replace_all(&shown, " ").into_owned()
}
