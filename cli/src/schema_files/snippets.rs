//! What policy scripts call, as snippets of VS Code: its extension for Rhai has no language server.

use gardener_engine::script::{ArgumentWords, EntryPoint, MethodWords, ObjectWords, Vocabulary};
use gardener_engine::severity::Severity;
use serde_json::{Map, Value, json};

/// The snippets file, for the scripts that know these words.
pub(super) fn snippets(vocabulary: &Vocabulary) -> String {
    let functions = vocabulary.entry_points.iter().map(|entry| (entry.name.to_owned(), function(entry)));
    let methods = vocabulary.objects.iter().flat_map(|object| {
        object.methods.iter().map(move |words| (format!("{}.{}", variable(object), words.name), method(object, words)))
    });
    let all: Map<String, Value> = functions.chain(methods).collect();
    format!("{:#}\n", Value::Object(all))
}

fn function(entry: &EntryPoint) -> Value {
    let parameters: Vec<&str> = entry.parameters.iter().map(|(name, _)| *name).collect();
    let body = [format!("fn {}({}) {{", entry.name, parameters.join(", ")), "\t$0".to_owned(), "}".to_owned()];
    json!({ "scope": "rhai", "prefix": entry.name, "body": body, "description": entry.doc })
}

fn method(object: &ObjectWords, words: &MethodWords) -> Value {
    let arguments: Vec<String> =
        (1..).zip(words.arguments).map(|(stop, argument)| placeholder(stop, argument)).collect();
    let body = format!("{}.{}({})", variable(object), words.name, arguments.join(", "));
    json!({ "scope": "rhai", "prefix": [words.name, format!("{}.{}", variable(object), words.name)], "body": body, "description": words.doc })
}

/// The name that scripts usually give to an object.
fn variable(object: &ObjectWords) -> String {
    object.name.to_lowercase()
}

/// A place to fill in, with the texts to choose from where only severities are allowed.
fn placeholder(stop: usize, argument: &ArgumentWords) -> String {
    let severities = Severity::ALL.map(Severity::name);
    let takes_severities = argument
        .allowed
        .is_some_and(|allowed| severities.iter().all(|name| allowed(name).is_ok()) && allowed("P6").is_err());
    match takes_severities {
        true => format!("\"${{{stop}|{}|}}\"", severities.join(",")),
        false => format!("\"${{{stop}:{}}}\"", argument.name),
    }
}

#[cfg(test)]
mod tests {
    use gardener_engine::judge::sandbox;
    use gardener_engine::script::Limits;

    use super::*;

    #[test]
    fn each_function_and_method_has_a_snippet() {
        let sandbox = sandbox(Limits::default());
        let all: Value = serde_json::from_str(&snippets(sandbox.vocabulary())).unwrap();
        assert_eq!(all["cluster.raise_to"]["body"], "cluster.raise_to(\"${1|P0,P1,P2,P3,P4,P5|}\", \"${2:reason}\")");
        assert_eq!(all["severity"]["body"][0], "fn severity(cluster) {");
        assert_eq!(all["entry.text"]["body"], "entry.text(\"${1:path}\")");
        let methods: usize = sandbox.vocabulary().objects.iter().map(|object| object.methods.len()).sum();
        assert_eq!(all.as_object().unwrap().len(), methods + sandbox.vocabulary().entry_points.len());
    }
}
