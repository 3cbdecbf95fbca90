//! The entries that a case writes itself, as a capture of JSON Lines.

use serde_json::Value;

use super::Case;
use crate::entry::{FieldPath, LogSeverity, Timestamp};
use crate::pack::Pack;
use crate::pack::check::example::of_message;
use crate::pack::raw::Example;
use crate::pack::raw::case::InlineEntry;

/// An entry as JSON; a message has the log severity that is given.
pub(super) fn record(example: &Example, severity: LogSeverity, message: &[FieldPath]) -> Value {
    match example {
        Example::Entry(entry) => entry.clone(),
        Example::Message(text) => of_message(text, severity, message),
    }
}

impl Case {
    /// The entries that it writes itself, one a line as JSON; nothing if it writes none.
    #[must_use]
    pub fn own_entries(&self, pack: &Pack) -> Option<String> {
        let entries = self.keys.entries.as_ref()?;
        let severity = self.keys.log_severity.as_ref().map_or(LogSeverity::Warning, |severity| severity.value);
        let mut lines = String::new();
        let mut push = |record: &Value| {
            lines.push_str(&record.to_string());
            lines.push('\n');
        };
        for entry in &entries.value {
            match &entry.value {
                InlineEntry::Once(example) => push(&record(example, severity, &pack.message)),
                InlineEntry::Many(many) => {
                    let Some(example) = &many.entry else { continue };
                    let times = many.repeat.as_ref().map_or(1, |times| times.value.0).min(super::MAX_ENTRIES);
                    let mut record = record(&example.value, severity, &pack.message);
                    for left in (0..times).rev() {
                        if let Some(every) = &many.every {
                            set_time(&mut record, self.now, every.value.0, left);
                        }
                        push(&record);
                    }
                }
            }
        }
        Some(lines)
    }
}

/// Gives an entry the time that is `left` steps before the last one, which is a second before now: at now itself the window
/// of most runs has ended.
fn set_time(record: &mut Value, now: Timestamp, every: i64, left: u64) {
    let back = every.saturating_mul(i64::try_from(left).unwrap_or(i64::MAX)).saturating_add(1);
    if let Value::Object(fields) = record {
        fields.insert("timestamp".to_owned(), Value::String(now.plus_seconds(back.saturating_neg()).to_string()));
    }
}
