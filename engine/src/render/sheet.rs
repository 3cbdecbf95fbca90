//! Text for a terminal, put together line by line.

use super::number::counted;
use super::table::layout::wrapped;
use super::table::{TableStyle, painted};

/// The text while it grows. Whatever is put on it must be harmless already.
pub(super) struct Sheet {
    text: String,
    width: usize,
    is_coloured: bool,
}

impl Sheet {
    pub(super) fn new(style: &TableStyle) -> Self {
        Self { text: String::new(), width: style.width.max(20), is_coloured: style.colour }
    }

    /// A text at an indent, wrapped; what is continued stands two columns further.
    pub(super) fn line(&mut self, indent: usize, text: &str) {
        self.push(indent, text, "");
    }

    /// The same, pale.
    pub(super) fn dim(&mut self, indent: usize, text: &str) {
        self.push(indent, text, "2");
    }

    /// The same, to be looked at.
    pub(super) fn warning(&mut self, indent: usize, text: &str) {
        self.push(indent, text, "33");
    }

    /// The same, at the beginning of something.
    pub(super) fn heading(&mut self, text: &str) {
        self.push(0, text, "1");
    }

    /// A line that is narrow enough already.
    pub(super) fn whole(&mut self, line: &str, colour: &str) {
        self.text.push_str(&painted(line, colour, self.is_coloured && !colour.is_empty()));
        self.text.push('\n');
    }

    fn push(&mut self, indent: usize, text: &str, colour: &str) {
        // A text that starts in the middle of a narrow terminal would have no room left.
        let indent = indent.min(self.width / 4);
        let lines = wrapped(text, self.width - indent - 2);
        for (at, line) in lines.iter().enumerate() {
            let indent = if at == 0 { indent } else { indent + 2 };
            let is_painted = self.is_coloured && !colour.is_empty();
            let line = format!("{}{}", " ".repeat(indent), painted(line, colour, is_painted));
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    /// A heading over what follows.
    pub(super) fn section(&mut self, title: &str, colour: &str) {
        self.gap();
        let colour = if colour == "1" { "1".to_owned() } else { format!("1;{colour}") };
        self.push(0, title, &colour);
    }

    /// An empty line, if there is none yet.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// That some are left out.
    pub(super) fn more(&mut self, left_out: usize, what: &str) {
        if left_out > 0 {
            self.line(
                0,
                &format!("and {}: --format json shows all", counted(left_out as u64, &format!("more {what}"), None)),
            );
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}
