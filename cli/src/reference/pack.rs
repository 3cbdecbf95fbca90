//! The page on the files of a pack.

use std::fmt::Write;

use gardener_engine::pack::shapes;
use gardener_engine::redact::Redactor;

use super::{GENERATED, cell};

const INTRODUCTION: &str = "# Packs\n\nEvery mapping in the files of a pack, and its keys. No other key is accepted. `redact[]` is each element of the list \
`redact`; NAME is a name of your own. What these mean together is told in the [guide](../guide/2-cluster-definitions.md).\n";

pub(super) fn page() -> String {
    let mut text = format!("{GENERATED}{INTRODUCTION}");
    for shape in shapes() {
        let _ = write!(text, "\n## `{}`\n\n| key | holds | |\n|---|---|---|\n", shape.place);
        for key in &shape.keys {
            let need = if key.is_required { " (required)" } else { "" };
            let _ = writeln!(text, "| `{}`{need} | {} | {} |", key.name, cell(&key.holds()), cell(key.docs));
        }
    }
    text.push_str("\n## Built-in redactions\n\n`redact:` switches them by name.\n\n| name | by default | takes out |\n|---|---|---|\n");
    for (name, is_on, about) in Redactor::built_in() {
        let default = if is_on { "on" } else { "off" };
        let _ = writeln!(text, "| `{name}` | {default} | {} |", cell(about));
    }
    text
}
