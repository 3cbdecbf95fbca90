//! Which issues a text refers to, as GitHub would link them: roughly, but never less than it does.

use std::sync::LazyLock;

use regex::Regex;

static HIDDEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)```.*?(?:```|\z)|~~~.*?(?:~~~|\z)|`[^`\n]*`|<!--.*?(?:-->|\z)").unwrap());
static REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\w/&#])([\w.-]+/[\w.-]+)?#(\d{1,9})\b").unwrap());
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"https?://[\w.:-]+/([\w.-]+/[\w.-]+)/(?:issues|pull)/(\d{1,9})\b").unwrap());

/// The issues that a text refers to, outside of code and comments: a repository, where it says one, and a number.
pub fn of(text: &str) -> Vec<(Option<String>, u64)> {
    let shown = HIDDEN.replace_all(text, " ");
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
