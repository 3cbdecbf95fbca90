//! The page on what policy scripts see.

use std::fmt::Write;

use gardener_engine::judge;
use gardener_engine::script::{EntryPoint, Limits, ObjectWords};

use super::{GENERATED, cell};

const INTRODUCTION: &str = "# Policy\n\nWhat scripts in `policy/*.rhai` may define, and what they are handed. The [guide](../guide/4-policy.md) has examples; \
the language is [Rhai](https://rhai.rs/book/).\n\n## Functions that are called\n\n| function | |\n|---|---|\n";

pub(super) fn page() -> String {
    let limits = Limits::default();
    let sandbox = judge::sandbox(limits);
    let vocabulary = sandbox.vocabulary();
    let mut text = format!("{GENERATED}{INTRODUCTION}");
    for entry in &vocabulary.entry_points {
        let _ = writeln!(text, "| `{}` | {} |", signature(entry), cell(entry.doc));
    }
    for object in &vocabulary.objects {
        text.push_str(&describe(object));
    }
    let _ = write!(
        text,
        "\n## Limits\n\n| of one call | at most |\n|---|--:|\n| operations | {} |\n| functions within each other | {} |\n\
         | expressions within each other | {} |\n| bytes of a text | {} |\n| elements of a list | {} |\n\
         | entries of a map | {} |\n",
        limits.operations,
        limits.call_levels,
        limits.expression_depth,
        limits.string_size,
        limits.array_size,
        limits.map_size
    );
    text
}

fn signature(entry: &EntryPoint) -> String {
    let parameters: Vec<&str> = entry.parameters.iter().map(|(name, _)| *name).collect();
    format!("{}({})", entry.name, parameters.join(", "))
}

fn describe(object: &ObjectWords) -> String {
    let mut text = format!("\n## {}\n\n{}.\n", object.name, object.doc.trim_end_matches('.'));
    if !object.properties.is_empty() {
        text.push_str("\n| property | is | |\n|---|---|---|\n");
    }
    for property in &object.properties {
        let _ = writeln!(text, "| `{}` | {} | {} |", property.name, cell(&property.kind.words()), cell(property.doc));
    }
    if !object.methods.is_empty() {
        text.push_str("\n| method | gives | |\n|---|---|---|\n");
    }
    for method in &object.methods {
        let _ = writeln!(text, "| `{}` | {} | {} |", method.signature(), cell(&method.kind.words()), cell(method.doc));
    }
    text
}
