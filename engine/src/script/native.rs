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
    /// For each function that is no keyword, what its arguments must be, `None` where anything may be.
    arguments: BTreeMap<(String, usize), BTreeSet<Vec<Option<String>>>>,
}

/// An argument that no function of a name takes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// Which, from 0.
    pub(super) at: usize,
    /// What could stand there.
    pub(super) wanted: BTreeSet<String>,
}

impl Natives {
    pub(super) fn of(engine: &Engine) -> Self {
        let mut functions: BTreeMap<String, BTreeMap<usize, BTreeSet<String>>> = BTreeMap::new();
        let mut arguments: BTreeMap<(String, usize), BTreeSet<Vec<Option<String>>>> = BTreeMap::new();
        let all = engine.collect_fn_metadata(
            None,
            |info| {
                let metadata = info.metadata;
                Some((metadata.name.to_string(), metadata.num_params, signature(metadata), kinds(metadata)))
            },
            true,
        );
        for (name, parameters, signature, kinds) in all {
            arguments.entry((name.clone(), parameters)).or_default().insert(kinds);
            functions.entry(name).or_default().entry(parameters).or_default().insert(signature);
        }
        for (name, numbers, signature) in KEYWORDS {
            for number in numbers {
                let entry = functions.entry(name.to_owned()).or_default().entry(*number).or_default();
                entry.insert(signature.to_owned());
                arguments.remove(&(name.to_owned(), *number));
            }
        }
        for (name, _) in super::host::FORBIDDEN {
            functions.remove(name);
        }
        Self { functions, arguments }
    }

    /// Whether there is such a function.
    pub(super) fn has(&self, name: &str, parameters: usize) -> bool {
        self.functions.get(name).is_some_and(|numbers| numbers.contains_key(&parameters))
    }

    /// The first argument that no function of this name takes, given what is known of each.
    pub(super) fn refuses(&self, name: &str, given: &[Option<&str>]) -> Option<Refused> {
        let mut left: Vec<&Vec<Option<String>>> = self.arguments.get(&(name.to_owned(), given.len()))?.iter().collect();
        for (at, kind) in given.iter().enumerate() {
            let Some(kind) = kind else { continue };
            let wanted: BTreeSet<String> = left.iter().filter_map(|kinds| kinds.get(at).cloned().flatten()).collect();
            left.retain(|kinds| {
                kinds.get(at).is_none_or(|wanted| wanted.as_deref().is_none_or(|wanted| wanted == *kind))
            });
            if left.is_empty() {
                return Some(Refused { at, wanted });
            }
        }
        None
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

/// What the arguments of a function must be.
fn kinds(metadata: &rhai::FuncMetadata) -> Vec<Option<String>> {
    let kind = |at: usize| {
        let info = metadata.params_info.get(at)?.as_str();
        let written = info.split_once(':').map_or("", |(_, kind)| kind.trim().trim_start_matches("&mut "));
        Some(super::failure::kind_in_words(written)).filter(|kind| !kind.is_empty())
    };
    (0..metadata.num_params).map(kind).collect()
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
