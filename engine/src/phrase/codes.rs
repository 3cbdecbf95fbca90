//! Codes of problems in texts with placeholders.

crate::codes! {
    /// A placeholder that is not well formed.
    PHRASE_SYNTAX = "phrase-syntax", Error, "a placeholder in a text is not well formed",
        "Texts of a definition may hold placeholders, `{{ count }}`, in the syntax of \
         [MiniJinja](https://docs.rs/minijinja/latest/minijinja/syntax/). A bracket is not closed, or something stands in it \
         that is no expression.";
    /// A name that texts do not have.
    PHRASE_NAME = "phrase-unknown-name", Error, "a placeholder names something that texts do not have",
        "Placeholders may name `count`, `severity`, `metrics.NAME.max`, `group.NAME` and a few more; the help lists them all.";
    /// A metric that no capture gives.
    PHRASE_METRIC = "phrase-unknown-metric", Error, "a placeholder names a metric that the definition does not capture",
        "`metrics.NAME` is the number that the capture `NAME` of the same definition reads. Add the capture, or mend the name.";
}
