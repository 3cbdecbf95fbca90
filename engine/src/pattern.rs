//! Regular expressions of packs: compiled only once they are needed, and most are walked instead of being run.
//!
//! Compiling is most of what it costs to load a pack, and most expressions of a pack meet no text in a run. So an expression
//! is parsed when the pack is loaded, which finds what is wrong with it, and compiled when it is first asked. What only
//! compiling finds, that it is too large, is bounded from above (`size`); where the bound does not settle it, it is compiled at
//! once.
//!
//! What packs read out of messages is mostly `after (\d+) failures`: literals, and runs of characters that end where something
//! else begins. For these a general engine searches the text three times: for the end of a match, for its beginning, for its
//! groups. `walk` goes over the text once, and gives up where it does not know, for the engine to decide.

mod size;
mod walk;

use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

use walk::{Outcome, Walk};

/// A regular expression.
///
/// ```
/// use gardener_engine::pattern::Pattern;
/// let pattern = Pattern::parse(r"after (\d+(?:\.\d+)?)s", 1 << 20).unwrap();
/// assert_eq!(pattern.group("retry after 1.5s", 1), Some("1.5"));
/// ```
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    text: String,
    /// The names of its groups, of those that have one; the first group is the whole match.
    groups: Vec<Option<String>>,
    /// What the parser has made of it: made again once somebody asks, where it was not kept. That of `\w` alone takes 6 kB.
    hir: OnceLock<Hir>,
    /// Made once somebody asks.
    regex: OnceLock<Regex>,
    /// Nothing where it is not walked; made once somebody asks.
    walk: OnceLock<Option<Box<Walk>>>,
}

/// Why a text is no pattern.
#[derive(Debug)]
pub enum Wrong {
    /// It cannot be read.
    Syntax(Box<regex_syntax::Error>),
    /// It is larger than it may be when it is compiled.
    TooLarge,
}

impl Pattern {
    /// The expression of a text, which may take so many bytes when it is compiled.
    ///
    /// # Errors
    /// Where it cannot be read, or is too large.
    ///
    /// ```
    /// use gardener_engine::pattern::{Pattern, Wrong};
    /// assert!(matches!(Pattern::parse("(", 1 << 20), Err(Wrong::Syntax(_))));
    /// assert!(matches!(Pattern::parse(r"\w{1000}", 1 << 20), Err(Wrong::TooLarge)));
    /// ```
    pub fn parse(text: &str, limit: usize) -> Result<Self, Wrong> {
        let hir = regex_syntax::Parser::new().parse(text).map_err(|error| Wrong::Syntax(Box::new(error)))?;
        let regex = regex_within(text, &hir, limit)?;
        let groups = groups(&hir);
        Ok(Self(Arc::new(Parts { text: text.to_owned(), groups, hir: OnceLock::new(), regex, walk: OnceLock::new() })))
    }

    /// The expression of a text, of which the parser with its default settings has made this, which is kept.
    ///
    /// # Errors
    /// Where it is too large.
    pub(crate) fn of(text: &str, hir: Hir, limit: usize) -> Result<Self, Wrong> {
        let regex = regex_within(text, &hir, limit)?;
        let groups = groups(&hir);
        Ok(Self(Arc::new(Parts { text: text.to_owned(), groups, hir: hir.into(), regex, walk: OnceLock::new() })))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// What the parser has made of it.
    #[expect(clippy::expect_used, reason = "it has been parsed before")]
    pub(crate) fn hir(&self) -> &Hir {
        self.0
            .hir
            .get_or_init(|| regex_syntax::Parser::new().parse(&self.0.text).expect("what was parsed can be parsed"))
    }

    /// The names of its groups, of those that have one; the first group is the whole match.
    pub(crate) fn groups(&self) -> Vec<Option<&str>> {
        self.0.groups.iter().map(Option::as_deref).collect()
    }

    /// Whether it matches anywhere in a text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match self.walk().filter(|walk| walk.is_quick()).map(|walk| walk.find(text, 0)) {
            Some(Outcome::Found(_)) => true,
            Some(Outcome::Nothing) => false,
            Some(Outcome::Unknown) | None => self.regex().is_match(text),
        }
    }

    /// What a group holds of the first match in a text; 0 is all of the match.
    #[must_use]
    pub fn group<'t>(&self, text: &'t str, group: usize) -> Option<&'t str> {
        match self.walk().map(|walk| walk.find(text, group)) {
            Some(Outcome::Found(range)) => text.get(range?),
            Some(Outcome::Nothing) => None,
            Some(Outcome::Unknown) | None => Some(self.regex().captures(text)?.get(group)?.as_str()),
        }
    }

    /// The compiled expression.
    #[expect(clippy::expect_used, reason = "it has been parsed, and is not too large: matching nothing would be a lie")]
    pub(crate) fn regex(&self) -> &Regex {
        let build = || RegexBuilder::new(&self.0.text).size_limit(usize::MAX).build();
        self.0.regex.get_or_init(|| build().expect("what was parsed and is small can be compiled"))
    }

    fn walk(&self) -> Option<&Walk> {
        self.0.walk.get_or_init(|| Walk::new(self.hir()).map(Box::new)).as_deref()
    }
}

/// The compiled expression, if it takes compiling to know that it is not larger than it may be.
fn regex_within(text: &str, hir: &Hir, limit: usize) -> Result<OnceLock<Regex>, Wrong> {
    if size::at_most(hir) <= limit as u64 {
        return Ok(OnceLock::new());
    }
    let built = RegexBuilder::new(text).size_limit(limit).build().map_err(|_| Wrong::TooLarge)?;
    Ok(built.into())
}

fn groups(hir: &Hir) -> Vec<Option<String>> {
    let mut names = vec![None];
    name_groups(hir, &mut names);
    names.into_iter().map(|name| name.map(ToOwned::to_owned)).collect()
}

fn name_groups<'h>(hir: &'h Hir, names: &mut Vec<Option<&'h str>>) {
    if let HirKind::Capture(capture) = hir.kind() {
        let group = capture.index as usize;
        // A group that can never match, as in `(a){0}`, is not there any more, but keeps its number.
        names.resize(names.len().max(group + 1), None);
        if let Some(name) = names.get_mut(group) {
            *name = capture.name.as_deref();
        }
    }
    hir.kind().subs().iter().for_each(|part| name_groups(part, names));
}

#[cfg(test)]
mod tests;
