//! Where the scripts of a pack stand.

use std::ops::Range;

use crate::diagnostic::{FileId, Span};

/// Where a script stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScriptPlace {
    /// In a file of its own.
    File(FileId),
    /// In a definition.
    Inline {
        /// The definition's id.
        definition: String,
        /// Where the text stands.
        span: Span,
        /// The text as the file has it, quoted and indented.
        written: String,
        /// The text itself.
        text: String,
        /// Empty lines that are compiled before the text, so that its lines have the numbers that they have in the file.
        lines: usize,
    },
}

impl ScriptPlace {
    /// The place in the file of some bytes of the script.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        match self {
            Self::File(file) => Span::new(*file, range),
            Self::Inline { span, written, text, lines, .. } => {
                let own = |at: usize| at.saturating_sub(*lines);
                // What has no place of its own is shown at the first line.
                let first = text.find('\n').unwrap_or(text.len());
                let range = if range.end <= *lines { 0..first } else { own(range.start)..own(range.end) };
                super::yaml::locate_in(written, *span, text, range)
            }
        }
    }

    /// The text as it is compiled, if it stands in a definition.
    #[must_use]
    pub fn inline_text(&self) -> Option<String> {
        match self {
            Self::File(_) => None,
            Self::Inline { text, lines, .. } => Some(format!("{}{text}", "\n".repeat(*lines))),
        }
    }

    /// The definition that it belongs to, if it stands in one.
    #[must_use]
    pub fn definition(&self) -> Option<&str> {
        match self {
            Self::File(_) => None,
            Self::Inline { definition, .. } => Some(definition),
        }
    }
}
