//! A call that failed, in our words and at its innermost place.

use rhai::{Dynamic, EvalAltResult, Position};

use super::policy::{FunctionId, Policy};
use super::syntax::{in_words, lower};
use super::{Failure, Limits, place, values};

/// The failure of a call.
pub(super) fn failure(policy: &Policy, limits: Limits, function: &FunctionId, error: &EvalAltResult) -> Failure {
    let outer = function.script;
    let mut script = outer;
    let mut calls = vec![function.name.clone()];
    // Where the caller stands, for errors that know no place of their own.
    let mut known = (script, Position::NONE);
    let mut error = error;
    loop {
        let position = error.position();
        if !position.is_none() {
            known = (script, position);
        }
        match error {
            EvalAltResult::ErrorInFunctionCall(name, source, inner, _) => {
                calls.push(if name.starts_with("anon$") { "a closure".to_owned() } else { name.clone() });
                script = script_of_call(policy, outer, script, name, source);
                error = inner;
            }
            EvalAltResult::ErrorInModule(_, inner, _) => error = inner,
            error => {
                let (script, position) = known;
                let range = match position.is_none() {
                    true => policy.range_of(function),
                    false => place::range_at(policy.text(script), position),
                };
                return Failure { script, range, message: message(error, limits), calls };
            }
        }
    }
}

/// Which script a called function stands in.
///
/// Rhai names the called function's module where it was called through an import, else the script whose function the
/// program called: a function of a module that is called inside that module has the latter's name too.
fn script_of_call(policy: &Policy, outer: usize, current: usize, name: &str, source: &str) -> usize {
    match policy.script_named(source) {
        Some(named) if named != outer => named,
        _ if policy.defines(current, name) => current,
        Some(named) => named,
        None => current,
    }
}

/// What happened.
pub(super) fn message(error: &EvalAltResult, limits: Limits) -> String {
    match error {
        EvalAltResult::ErrorTooManyOperations(_) | EvalAltResult::ErrorTerminated(..) => {
            format!("it ran for more than {} steps: is there a loop that does not end?", limits.operations)
        }
        EvalAltResult::ErrorStackOverflow(_) => format!(
            "functions call each other more than {} levels deep: is there a recursion that does not end?",
            limits.call_levels
        ),
        EvalAltResult::ErrorDataTooLarge(what, _) => too_large(what, limits),
        EvalAltResult::ErrorTooManyVariables(_) => "it has too many variables at once".to_owned(),
        EvalAltResult::ErrorTooManyModules(_) => "it imports too many scripts".to_owned(),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            format!("there is no function `{}`", signature_in_words(signature))
        }
        EvalAltResult::ErrorVariableNotFound(name, _) => format!("`{name}` is not defined"),
        EvalAltResult::ErrorPropertyNotFound(name, _) => format!("the map has no `{name}`"),
        EvalAltResult::ErrorModuleNotFound(path, _) => format!("the pack has no script `{path}`"),
        EvalAltResult::ErrorMismatchDataType(wanted, found, _)
        | EvalAltResult::ErrorMismatchOutputType(wanted, found, _) => mismatch(wanted, found),
        EvalAltResult::ErrorIndexingType(kind, _) => {
            let kind = kind.split(" [").next().unwrap_or(kind);
            format!("{} has no elements that could be looked up by `[…]`", kind_in_words(kind))
        }
        EvalAltResult::ErrorDotExpr(what, _) => dot_expression(what),
        EvalAltResult::ErrorDataRace(..) => {
            "a variable is used in a closure while a method of the same variable is at work: copy it first".to_owned()
        }
        EvalAltResult::ErrorFor(_) => "`for` goes over lists, maps' keys, texts and ranges only".to_owned(),
        EvalAltResult::ErrorArrayBounds(size, index, _) => {
            format!("there is no element {index} in a list of {size}")
        }
        EvalAltResult::ErrorStringBounds(size, index, _) => {
            format!("there is no character {index} in a text of {size}")
        }
        EvalAltResult::ErrorIndexNotFound(index, _) => format!("there is no element `{}`", shown(index)),
        EvalAltResult::ErrorRuntime(value, _) => thrown(value),
        EvalAltResult::ErrorAssignmentToConstant(name, _) => {
            format!("`{name}` is a constant and cannot be assigned to")
        }
        other => {
            let text = other.to_string();
            // The place is in the failure already.
            let end = text.rfind(" (line ").unwrap_or(text.len());
            in_words(text.get(..end).unwrap_or(&text))
        }
    }
}

fn too_large(what: &str, limits: Limits) -> String {
    if what == values::NESTING {
        "a value is nested too deeply".to_owned()
    } else if what.contains("string") {
        format!("a text, or the texts in a list or map, grew beyond {} bytes", limits.string_size)
    } else if what.contains("map") {
        format!("a map, with the maps in it, grew beyond {} entries", limits.map_size)
    } else {
        format!("a list, with the lists in it, grew beyond {} elements", limits.array_size)
    }
}

fn mismatch(wanted: &str, found: &str) -> String {
    match (kind_in_words(wanted), kind_in_words(found)) {
        (wanted, found) if found.is_empty() => format!("{wanted} is needed here"),
        (wanted, found) if wanted.is_empty() => format!("{found} is of no use here"),
        (wanted, found) => format!("{wanted} is needed here, not {found}"),
    }
}

/// `Unknown property 'cout' - a getter is not registered for type 'Cluster'`.
fn dot_expression(what: &str) -> String {
    let quoted: Vec<_> = what.split('\'').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [name, kind] if what.starts_with("Unknown property") => {
            format!("{} has no property `{name}`", kind_in_words(kind))
        }
        _ => in_words(what),
    }
}

fn thrown(value: &Dynamic) -> String {
    match value.as_immutable_string_ref() {
        Ok(text) if !text.is_empty() => text.to_string(),
        _ if value.is_unit() => "it threw an error".to_owned(),
        _ => format!("it threw `{}`", shown(value)),
    }
}

fn shown(value: &Dynamic) -> String {
    value.to_string().chars().take(200).collect()
}

/// `raise_to (Cluster, i64)` with the kinds in words.
fn signature_in_words(signature: &str) -> String {
    let Some((name, rest)) = signature.split_once('(') else { return signature.to_owned() };
    let arguments = rest.strip_suffix(')').unwrap_or(rest);
    let kinds: Vec<_> = arguments.split(", ").map(kind_in_words).collect();
    let name = name.trim();
    match name.strip_prefix("get$") {
        Some(property) => format!("{}.{property}", kinds.join(", ")),
        None => format!("{name}({})", kinds.join(", ")),
    }
}

/// A type's name as its users call it.
pub(super) fn kind_in_words(name: &str) -> String {
    match name.trim() {
        "i64" | "INT" | "i8" | "i16" | "i32" | "i128" | "u8" | "u16" | "u32" | "u64" | "u128" => "integer",
        "f64" | "FLOAT" | "f32" => "number",
        "ExclusiveRange" | "InclusiveRange" => "range",
        "string" | "&str" | "ImmutableString" | "String" | "&str | ImmutableString | String" => "text",
        "bool" => "boolean",
        "()" => "nothing",
        "array" | "Array" => "list",
        "map" | "Map" => "map",
        "char" => "character",
        "Fn" | "FnPtr" => "function",
        "Dynamic" | "?" => "",
        other if other.contains("::") => other.rsplit("::").next().unwrap_or(other),
        other => other,
    }
    .to_owned()
}

/// The same, for the kind of a value.
pub(crate) fn kind_of(value: &Dynamic) -> String {
    lower(&kind_in_words(value.type_name()))
}
