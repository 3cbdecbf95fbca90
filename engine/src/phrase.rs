//! Texts of a definition with placeholders: `buffer utilization at {{ metrics.utilization.max }}%`.

pub mod codes;

use std::collections::BTreeSet;

use minijinja::{Environment, UndefinedBehavior, Value};

use crate::diagnostic::{Problem, nearest};

/// Steps that filling in one text may take.
const FUEL: u64 = 10_000;
/// Characters of a text that has been filled in.
const LENGTH: usize = 2_000;

/// What placeholders may name.
pub const NAMES: [&str; 14] = [
    "id",
    "title",
    "kind",
    "category",
    "group",
    "count",
    "rate_per_hour",
    "frequency",
    "metrics",
    "facets",
    "severity",
    "first_seen",
    "last_seen",
    "log_severity",
];

/// A checked text with placeholders, MiniJinja.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    source: String,
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_formatter(|out, state, value| match (value.is_integer(), f64::try_from(value.clone())) {
        // 30.0 is shown as 30.
        (false, Ok(number)) if value.is_number() => {
            minijinja::escape_formatter(out, state, &Value::from(number.to_string()))
        }
        _ => minijinja::escape_formatter(out, state, value),
    });
    environment
}

impl Phrase {
    /// Checks a text.
    ///
    /// # Errors
    /// Where a placeholder is not well formed, or names a variable that phrases do not have.
    ///
    /// ```
    /// use gardener_engine::phrase::Phrase;
    /// assert!(Phrase::parse("{{ count }} times").is_ok());
    /// let problem = Phrase::parse("{{ cuont }} times").unwrap_err();
    /// assert_eq!((problem.range, problem.label.as_deref()), (3..8, Some("did you mean `count`?")));
    /// ```
    pub fn parse(source: &str) -> Result<Self, Problem> {
        let environment = environment();
        let template = environment.template_from_str(source).map_err(|error| {
            let range = error.range().filter(|range| range.end <= source.len()).unwrap_or(0..source.len());
            let said = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            Problem::new(&codes::PHRASE_SYNTAX, range, format!("the placeholder is not well formed: {said}"))
                .help("a placeholder is `{{ name }}`, such as `{{ count }}` or `{{ metrics.NAME.max }}`")
        })?;
        for name in template.undeclared_variables(false).into_iter().collect::<BTreeSet<_>>() {
            if !NAMES.contains(&name.as_str()) {
                return Err(unknown(source, &name));
            }
        }
        Ok(Self { source: source.to_owned() })
    }

    /// The text with its placeholders filled in.
    ///
    /// # Errors
    /// In words, where a placeholder has no value or takes too long.
    pub fn render(&self, values: &Value) -> Result<String, String> {
        if !self.source.contains("{{") && !self.source.contains("{%") {
            return Ok(self.source.clone());
        }
        let text = environment().render_str(&self.source, values).map_err(|error| error.to_string())?;
        Ok(match text.char_indices().nth(LENGTH) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
            None => text,
        })
    }

    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names that its placeholders use, with what is asked of them: `metrics.utilization.max`.
    #[must_use]
    pub fn variables(&self) -> BTreeSet<String> {
        let environment = environment();
        let template = environment.template_from_str(&self.source);
        template.map(|template| template.undeclared_variables(true).into_iter().collect()).unwrap_or_default()
    }
}

fn unknown(source: &str, name: &str) -> Problem {
    let at = source.find(name).unwrap_or(0);
    let range = at..(at + name.len()).min(source.len());
    let problem = Problem::new(&codes::PHRASE_NAME, range, format!("a text has no `{name}` to fill in"));
    let problem = match nearest(name, NAMES) {
        Some(near) => problem.label(format!("did you mean `{near}`?")),
        None => problem.label("not known here"),
    };
    problem.help(format!("known names: {}", NAMES.join(", ")))
}
