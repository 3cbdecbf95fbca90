//! The functions of the engine, as its metadata gives them.

use std::collections::{BTreeMap, BTreeSet};

use rhai::Engine;

/// Functions that are built into the language itself, with the numbers of arguments that they take.
const KEYWORDS: [(&str, &[usize], &str); 5] = [
    ("type_of", &[1], "type_of(value)"),
    ("Fn", &[1], "Fn(name)"),
    ("call", &[1, 2, 3, 4, 5, 6], "call(function, …)"),
    ("is_def_var", &[1], "is_def_var(name)"),
    ("is_shared", &[1], "is_shared(value)"),
];

/// What is registered with the engine: numbers of arguments and signatures by name.
#[derive(Debug)]
pub(super) struct Natives {
    functions: BTreeMap<String, BTreeMap<usize, BTreeSet<String>>>,
}

impl Natives {
    pub(super) fn of(engine: &Engine) -> Self {
        let mut functions: BTreeMap<String, BTreeMap<usize, BTreeSet<String>>> = BTreeMap::new();
        let all = engine.collect_fn_metadata(
            None,
            |info| Some((info.metadata.name.to_string(), info.metadata.num_params, signature(info.metadata))),
            true,
        );
        for (name, parameters, signature) in all {
            functions.entry(name).or_default().entry(parameters).or_default().insert(signature);
        }
        for (name, numbers, signature) in KEYWORDS {
            for number in numbers {
                let entry = functions.entry(name.to_owned()).or_default().entry(*number).or_default();
                entry.insert(signature.to_owned());
            }
        }
        for (name, _) in super::host::FORBIDDEN {
            functions.remove(name);
        }
        Self { functions }
    }

    /// Whether there is such a function.
    pub(super) fn has(&self, name: &str, parameters: usize) -> bool {
        self.functions.get(name).is_some_and(|numbers| numbers.contains_key(&parameters))
    }

    /// How the functions of a name are called; empty if there is none.
    pub(super) fn signatures(&self, name: &str) -> Vec<&str> {
        self.functions.get(name).into_iter().flat_map(BTreeMap::values).flatten().map(String::as_str).collect()
    }

    /// The names that a script can write.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str).filter(|name| name.starts_with(|c: char| c.is_alphabetic()))
    }
}

fn signature(metadata: &rhai::FuncMetadata) -> String {
    let mut names = Vec::new();
    for at in 0..metadata.num_params {
        let info = metadata.params_info.get(at).map_or("_", |info| info.as_str());
        let (name, kind) = info.split_once(':').unwrap_or((info, ""));
        let kind = super::failure::kind_in_words(kind.trim().trim_start_matches("&mut "));
        match (name.trim(), kind.as_str()) {
            ("" | "_" | "?", "") => names.push("_".to_owned()),
            ("" | "_" | "?", kind) => names.push(kind.to_owned()),
            (name, "") => names.push(name.to_owned()),
            (name, kind) => names.push(format!("{name}: {kind}")),
        }
    }
    format!("{}({})", metadata.name, names.join(", "))
}
