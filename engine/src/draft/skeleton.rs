//! A definition to begin with, where there is no entry.

use super::yaml::{text, word};

/// The file of a definition that loads and matches nothing but its own examples, with remarks on what to put where. `schema` is
/// where its schema lies, as seen from the file.
#[must_use]
pub fn skeleton(id: &str, schema: Option<&str>) -> String {
    let words = id.replace(['-', '_', '.'], " ");
    let mut chars = words.trim().chars();
    let title: String = chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect());
    let modeline = schema.map_or_else(String::new, |schema| format!("# yaml-language-server: $schema={schema}\n"));
    let phrase = format!("what only {} logs", words.trim());
    format!(
        "{modeline}\
- id: {id}
  title: {title}
  # A query of Logs Explorer, or a list of them; `message` is the entry's message.
  match: {query}
  # Numbers become metrics, words can be facets; the value is the group in parentheses.
  # capture: {{ waited_s: 'after (\\d+(?:\\.\\d+)?)s' }}
  # facets: [resource.labels.revision_name]
  severity: P3    # P0 act now, P1 today, P2 this week, P3 planned work, P4 low, P5 noise
  # impact:
  #   business: {{ level: medium, text: who notices, and how }}
  #   technical: what fails
  # recommend: {{ title: in a few words, text: what to do first }}
  # Two of each are the least that a colleague needs in order to change the query without fear.
  examples:
    match:
      - {matching}
    no_match:
      - {missing}
",
        id = word(id),
        title = text(&title),
        query = text(&format!("severity>=WARNING AND message:\"{phrase}\"")),
        matching = text(&format!("{phrase}, as it stands in the log")),
        missing = text(&format!("what {} logs when all is well", words.trim())),
    )
}
