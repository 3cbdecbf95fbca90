//! Which cases and examples a command line means.

use gardener_engine::case::{Case, Suite};
use gardener_engine::diagnostic::nearest;
use gardener_engine::pack::Pack;
use glob::{MatchOptions, Pattern};

use crate::error::{Exit, Failure};

/// What filters select; all, if there are none.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    filters: Vec<Filter>,
}

#[derive(Debug)]
struct Filter {
    /// In small letters.
    text: String,
    /// Where it has `*`, `?` or `[`.
    pattern: Option<Pattern>,
}

/// What examples of a definition are called.
pub(crate) fn examples_of(id: &str) -> String {
    format!("examples::{id}")
}

impl Selection {
    /// What these filters select. Each is a part of a name, or a pattern for the whole of it.
    pub(crate) fn new(filters: &[String]) -> Result<Self, Failure> {
        let filters = filters.iter().map(|filter| {
            let text = filter.to_lowercase();
            let pattern = if text.contains(['*', '?', '[']) {
                let pattern = Pattern::new(&text).map_err(|error| {
                    let message =
                        format!("the pattern `{filter}` is wrong at character {}: {}", error.pos + 1, error.msg);
                    Failure::new(Exit::Usage, message)
                        .help("`*` stands for any characters, `?` for one, `[ab]` for one of these")
                })?;
                Some(pattern)
            } else {
                None
            };
            Ok(Filter { text, pattern })
        });
        Ok(Self { filters: filters.collect::<Result<Vec<_>, Failure>>()? })
    }

    /// Whether a case is meant: by its name, by that of its snapshots, or by a definition that it names.
    pub(crate) fn has_case(&self, case: &Case) -> bool {
        let names = [case.id(), case.stem()];
        self.has(names.iter().map(String::as_str).chain(case.definitions()))
    }

    /// Whether the examples of a definition are meant.
    pub(crate) fn has_examples(&self, id: &str) -> bool {
        self.has([examples_of(id).as_str(), id].into_iter())
    }

    fn has<'n>(&self, names: impl Iterator<Item = &'n str>) -> bool {
        if self.filters.is_empty() {
            return true;
        }
        let names: Vec<String> = names.map(str::to_lowercase).collect();
        self.filters.iter().any(|filter| names.iter().any(|name| filter.matches(name)))
    }

    /// Refuses filters that select nothing: what was tested would be nothing.
    pub(crate) fn refuse_empty(&self, suite: &Suite, pack: &Pack) -> Result<(), Failure> {
        for filter in &self.filters {
            let one = Self { filters: vec![Filter { text: filter.text.clone(), pattern: filter.pattern.clone() }] };
            let has_case = suite.cases.iter().any(|case| one.has_case(case));
            let has_examples = pack.definitions.iter().any(|d| !d.examples.is_empty() && one.has_examples(&d.id));
            if has_case || has_examples {
                continue;
            }
            let message = format!("no case and no definition with examples is called `{}`", filter.text);
            let names: Vec<String> = suite
                .cases
                .iter()
                .flat_map(|case| [case.name.clone(), case.id(), case.stem(), case.file.clone()])
                .chain(pack.definitions.iter().map(|definition| definition.id.clone()))
                .collect();
            let help = match nearest(&filter.text, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`? `gardener test --list` shows all names"),
                None => "`gardener test --list` shows all names; say --allow-empty if nothing is right".to_owned(),
            };
            return Err(Failure::new(Exit::Usage, message).help(help));
        }
        Ok(())
    }
}

impl Filter {
    fn matches(&self, name: &str) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.matches_with(name, MatchOptions::new()),
            None => name.contains(&self.text),
        }
    }
}
