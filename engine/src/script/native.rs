//! The functions of the engine, as its metadata gives them.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{Engine, FuncMetadata};

/// Functions that are built into the language itself, with the numbers of arguments that they take.
const KEYWORDS: [(&str, &[usize], &str); 5] = [
    ("type_of", &[1], "type_of(value)"),
    ("Fn", &[1], "Fn(name)"),
    ("call", &[1, 2, 3, 4, 5, 6], "call(function, …)"),
    ("is_def_var", &[1], "is_def_var(name)"),
    ("is_shared", &[1], "is_shared(value)"),
];

/// What is registered with the engine, by name. What is asked of a function is worked out when it is asked: there are hundreds
/// of them, and a pack calls a handful.
#[derive(Debug)]
pub(super) struct Natives(BTreeMap<String, Vec<Native>>);

#[derive(Debug)]
struct Native {
    /// How many arguments it takes.
    parameters: usize,
    /// Their names and types, as far as they are known, a line each: `name: type`.
    written: String,
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
        let all =
            engine.collect_fn_metadata(None, |info| Some((info.metadata.name.clone(), native(info.metadata))), true);
        let mut functions: BTreeMap<String, Vec<Native>> = BTreeMap::new();
        for (name, native) in all {
            match functions.get_mut(name.as_str()) {
                Some(known) => known.push(native),
                None => drop(functions.insert(name.to_string(), vec![native])),
            }
        }
        Self(functions)
    }

    /// The functions of a name with a number of arguments.
    fn of_name(&self, name: &str, parameters: usize) -> impl Iterator<Item = &Native> {
        self.0.get(name).into_iter().flatten().filter(move |function| function.parameters == parameters)
    }

    /// Whether there is such a function.
    pub(super) fn has(&self, name: &str, parameters: usize) -> bool {
        !is_forbidden(name) && (is_keyword(name, parameters) || self.of_name(name, parameters).next().is_some())
    }

    /// The first argument that no function of this name takes, given what is known of each.
    pub(super) fn refuses(&self, name: &str, given: &[Option<&str>]) -> Option<Refused> {
        if is_keyword(name, given.len()) {
            return None;
        }
        let mut left: Vec<Vec<Option<String>>> = self.of_name(name, given.len()).map(kinds).collect();
        if left.is_empty() {
            return None;
        }
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
    pub(super) fn signatures(&self, name: &str) -> Vec<String> {
        if is_forbidden(name) {
            return Vec::new();
        }
        let own =
            self.0.get(name).into_iter().flatten().map(|function| (function.parameters, signature(name, function)));
        let words = KEYWORDS.iter().filter(|(keyword, ..)| *keyword == name);
        let words = words.flat_map(|(_, numbers, text)| numbers.iter().map(|number| (*number, (*text).to_owned())));
        let all: BTreeSet<(usize, String)> = own.chain(words).collect();
        all.into_iter().map(|(_, signature)| signature).collect()
    }

    /// The names that a script can write.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let words = KEYWORDS.iter().map(|(keyword, ..)| *keyword);
        let all: BTreeSet<&str> = self.0.keys().map(String::as_str).chain(words).collect();
        all.into_iter().filter(|name| name.starts_with(|c: char| c.is_alphabetic()) && !is_forbidden(name))
    }
}

fn is_keyword(name: &str, parameters: usize) -> bool {
    KEYWORDS.iter().any(|(keyword, numbers, _)| *keyword == name && numbers.contains(&parameters))
}

fn is_forbidden(name: &str) -> bool {
    super::host::FORBIDDEN.iter().any(|(forbidden, _)| *forbidden == name)
}

fn native(metadata: &FuncMetadata) -> Native {
    let mut written = String::new();
    for parameter in &metadata.params_info {
        written.push_str(parameter);
        written.push('\n');
    }
    Native { parameters: metadata.num_params, written }
}

impl Native {
    /// What is known of each of its parameters: its name and its type, both empty where they are not.
    fn parameters(&self) -> impl Iterator<Item = (&str, String)> {
        self.written.lines().chain(std::iter::repeat("")).take(self.parameters).map(|info| {
            let (name, kind) = info.split_once(':').unwrap_or((info, ""));
            (name.trim(), super::failure::kind_in_words(kind.trim().trim_start_matches("&mut ")))
        })
    }
}

/// What the arguments of a function must be.
fn kinds(function: &Native) -> Vec<Option<String>> {
    function.parameters().map(|(_, kind)| Some(kind).filter(|kind| !kind.is_empty())).collect()
}

fn signature(name: &str, function: &Native) -> String {
    let shown = |(name, kind): (&str, String)| match (name, kind.as_str()) {
        ("" | "_" | "?", "") => "_".to_owned(),
        ("" | "_" | "?", kind) => kind.to_owned(),
        (name, "") => name.to_owned(),
        (name, kind) => format!("{name}: {kind}"),
    };
    format!("{name}({})", function.parameters().map(shown).collect::<Vec<_>>().join(", "))
}
