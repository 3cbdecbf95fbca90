//! The codes of problems in scripts.

crate::codes! {
    /// A script that the parser does not understand.
    SYNTAX = "script-syntax", Error, "a script is not well formed",
        "The script stops making sense at the marked place: a bracket is not closed, a `;` is missing between two \
         statements, a word is reserved.\n\nThe rest of that script is not looked at until this is mended.\n\n\
         See the [book of Rhai](https://rhai.rs/book/language/) for the language.";
    /// A variable that nothing defines.
    UNDEFINED_VARIABLE = "script-undefined-variable", Error, "a script uses a variable that nothing defines",
        "A function sees its parameters and its own variables only. Constants of the script are written with `global::`:\
         \n\n```rhai\nconst LIMIT = 90;\nfn severity(cluster) {\n    if cluster.metrics.utilization.max > global::LIMIT \
         { return \"P2\"; }\n}\n```";
    /// A function that nothing defines.
    UNDEFINED_FUNCTION = "script-undefined-function", Error, "a script calls a function that nothing defines",
        "The function is neither defined in this script, nor built in, nor a method of the value it is called on. \
         Functions of another script are called through its import:\n\n```rhai\nimport \"policy/lib\" as lib;\n\
         fn severity(cluster) { lib::common(cluster) }\n```";
    /// A function called with the wrong number of arguments.
    ARGUMENTS = "script-arguments", Error, "a script calls a function with the wrong number of arguments",
        "A function of this name exists, but it takes another number of arguments. The help shows how it is called.";
    /// A property that the object does not have.
    UNKNOWN_PROPERTY = "script-unknown-property", Error, "a script reads a property that the value does not have",
        "`cluster`, `entry` and what they give have a fixed set of properties, listed in the reference of scripts.";
    /// A property that cannot be set.
    READ_ONLY = "script-read-only", Error, "a script sets a property that can only be read",
        "What is known of a cluster or an entry cannot be changed. To change the verdict, return a severity or call a \
         helper:\n\n```rhai\ncluster.raise_to(\"P1\", \"users are turned away\");\n```";
    /// An assignment to a constant.
    CONSTANT = "script-constant", Error, "a script assigns to a constant",
        "What is defined with `const` does not change. Define it with `let` where it shall.";
    /// A variable that hides another one.
    SHADOWED = "script-shadowed", Error, "a script defines a variable that hides another one of the same name",
        "`let` inside a block makes a new variable, and the one outside keeps its value, which is hardly ever meant. \
         Leave out `let` to assign to the one outside, or choose another name.";
    /// Something that scripts are not allowed to do.
    FORBIDDEN = "script-forbidden", Error, "a script uses something that the sandbox does not have",
        "Scripts decide from what they are given: no printing, no clock, no waiting, no files, no network, no `eval`. \
         That is why the same entries always come to the same verdict. To leave a remark in the report, call \
         `cluster.note(text)`.";
    /// A script larger or deeper than the sandbox takes.
    LIMIT = "script-limit", Error, "a script is larger or deeper than the sandbox takes",
        "Scripts are bounded in size, in depth of expressions, and in the number of functions and variables. Split the \
         expression by `let`, or the script by `import`.";
    /// An import that leads nowhere.
    IMPORT = "script-import", Error, "a script imports something that the pack does not have",
        "`import \"policy/lib\" as lib;` names another script of the same pack, from the pack's directory (or, with \
         `./`, from the importing script's), at the top of the script. Nothing outside the pack can be imported.";
    /// Imports that go round.
    IMPORT_CYCLE = "script-import-cycle", Error, "scripts import each other in a circle",
        "A script that imports itself, directly or through others, could never be loaded. Move what both need into a \
         third script.";
    /// Constants that cannot be computed.
    LOAD = "script-load", Error, "the constants of a script cannot be computed",
        "What stands behind `const` is computed when the script is loaded, within the same limits as a call. It failed \
         or did not come to an end.";
    /// A statement that never runs.
    NEVER_RUNS = "script-never-runs", Warning, "a statement of a script never runs",
        "Only the functions of a script are called; at its top there may be `import`, `const` and `fn`. Move the \
         statement into a function.\n\nWhat stands behind `return`, `throw`, `break` or `continue` in the same block is never \
         reached.";
    /// A function with the name of a policy function but other parameters.
    ENTRY_POINT = "script-entry-point", Warning, "a policy function has the wrong number of parameters and is never called",
        "`severity(cluster)`, `impact(cluster)` and `group(entry)` are called with these arguments. A function of the \
         same name with others is never called by itself.";
    /// A text that is no value of its kind.
    BAD_VALUE = "script-bad-value", Error, "a script gives a text that is none of the allowed values",
        "Severities are `P0` to `P5`; log severities are those of Cloud Logging, `DEFAULT` to `EMERGENCY`.";
    /// A comparison that never holds.
    NEVER_TRUE = "script-never-true", Error, "a comparison in a script can never hold",
        "One side is a text of a few known words, such as a severity or a log severity, and the other is none of them; or the two \
         sides are of different kinds, which are never equal.\n\n```rhai\nif cluster.log_severity == \"WARN\" { … }    // it is \
         `WARNING`\nif cluster.count == \"5\" { … }              // a number and a text\n```";
    /// Words compared by their letters.
    COMPARED_AS_TEXT = "script-compared-as-text", Warning, "words are compared by their letters, not by what they mean",
        "`<` and `>` compare texts letter by letter, so that `CRITICAL` comes before `ERROR`. Ask for each of the words, or for \
         their counts:\n\n```rhai\nif cluster.log_severities.CRITICAL > 0 { … }\n```\n\nOur own severities are compared by \
         `cluster.is_at_least(\"P2\")`.";
    /// A script that failed while it was loaded or called.
    FAILED = "script-failed", Warning, "a script failed while it ran",
        "The function stopped with an error, or ran into a limit of the sandbox. What the definition declares stands, \
         and the report marks the cluster.";
}
