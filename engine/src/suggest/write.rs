//! Suggestions as text.

use super::Suggestions;
use crate::render::{counted, document};

/// The suggestions as JSON, indented, with a final line break: the contract `gardener/suggest/v1`.
#[must_use]
pub fn suggestions_json(made: &Suggestions) -> String {
    document(made)
}

/// The definitions as YAML, as a file of `clusters/` holds them; that there are none is said in a comment.
#[must_use]
pub fn suggestions_yaml(made: &Suggestions) -> String {
    if made.suggestions.is_empty() {
        return format!("# {}\n", nothing(made));
    }
    made.suggestions.iter().map(|suggestion| suggestion.yaml.as_str()).collect::<Vec<_>>().join("\n")
}

/// What was made, in a few lines for whoever waits for it.
#[must_use]
pub fn suggestions_said(made: &Suggestions) -> String {
    let mut said = if made.suggestions.is_empty() {
        format!("{}\n", nothing(made))
    } else {
        let count = made.suggestions.len() as u64;
        let exact = made.suggestions.iter().filter(|it| it.outcome.is_exact).count() as u64;
        let exact = match (exact == count, count) {
            (true, 1) => "whose query matches exactly the cluster's entries".to_owned(),
            (true, _) => "whose queries match exactly their clusters' entries".to_owned(),
            (false, _) => format!("{exact} of which match exactly their clusters' entries"),
        };
        format!("{}, {exact}\n", counted(count, "definition", None))
    };
    for id in &made.not_asked_for {
        said.push_str(&format!("{id}: its entries have no words that a query could ask for\n"));
    }
    if made.left_out > 0 {
        let left = counted(made.left_out, "more unknown cluster", None);
        said.push_str(&format!("{left}: --top, --min-count and --cluster say for which definitions are made\n"));
    }
    said
}

fn nothing(made: &Suggestions) -> String {
    if made.left_out > 0 || !made.not_asked_for.is_empty() {
        return "no unknown cluster is one that a definition was made for".to_owned();
    }
    let counts = &made.entries;
    if counts.ignored + counts.clustered + counts.routine == 0 {
        return "no entry is left to look at".to_owned();
    }
    format!("nothing is unknown: every entry of {} or above has a definition", made.attention)
}
