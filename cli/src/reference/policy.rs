//! The page on what policy scripts see.

use std::fmt::Write;

use gardener_engine::judge;
use gardener_engine::script::{EntryPoint, Limits, NativeWords, ObjectWords};

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
    text.push_str(&of_the_language(&sandbox.natives()));
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

/// What Rhai itself has, by what it is called on.
fn of_the_language(natives: &[NativeWords]) -> String {
    let mut text = "\n## Functions of the language\n\nWhat Rhai has and scripts may use, as the definitions for editors say it (`gardener schema rhai`). \
                    The first parameter may also stand before a dot: `len(text)` is `text.len()`; without further parameters the parentheses may mostly be left out. Operators are Rhai's.\n"
        .to_owned();
    let groups = [
        ("Texts", ["String", "char"].as_slice()),
        ("Numbers", &["int", "float"]),
        ("Lists", &["Array"]),
        ("Maps", &["Map"]),
        ("Others", &[]),
    ];
    let named: Vec<&str> = groups.iter().flat_map(|(_, kinds)| kinds.iter().copied()).collect();
    for (title, kinds) in groups {
        let _ = write!(text, "\n### {title}\n\n| function | gives | |\n|---|---|---|\n");
        let is_here = |native: &&NativeWords| {
            let kind = native.parameters.first().map_or("", |(_, kind)| kind);
            kinds.contains(&kind) || (kinds.is_empty() && !named.contains(&kind))
        };
        // Each property is a function as well.
        for native in natives.iter().filter(is_here).filter(|native| !native.is_property) {
            let _ = writeln!(text, "| `{}` | {} | {} |", native.signature(), native.gives, cell(&native.doc));
        }
    }
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
