//! The problems of redactions.

crate::codes! {
    /// A setting for a redaction that does not exist.
    UNKNOWN_REDACTION = "unknown-redaction", Error, "a redaction is switched on or off that does not exist",
        "A `redact:` item without a `regex` switches a built-in redaction on or off, so its `name` must be one of theirs.\n\n\
         ```yaml\nredact:\n  - { name: emial, enabled: false }   # the built-in is called `email`\n```\n\n\
         Correct the name, or give a `regex` and a `replacement` to make a redaction of your own.";
    /// A regular expression that cannot be read.
    BAD_REDACTION_REGEX = "bad-redaction-regex", Error, "the regular expression of a redaction cannot be used",
        "The `regex` of a `redact:` item is in the syntax of Rust's `regex` crate: no look-around, no back-references. It must \
         also stay small when it is compiled, which large counted repetitions such as `\\w{1000}` do not.\n\n\
         ```yaml\nredact:\n  - { name: employee, regex: 'E(\\d{6}', replacement: 'E***' }   # the `(` is never closed\n```";
    /// A regular expression that matches nothing at all, everywhere.
    EMPTY_REDACTION = "empty-redaction", Error, "the regular expression of a redaction matches the empty text",
        "Such an expression matches between any two characters, and its replacement would stand there each time.\n\n\
         ```yaml\nredact:\n  - { name: digits, regex: '\\d*', replacement: '#' }   # write `\\d+`\n```";
    /// A replacement that names a group that the expression does not have.
    UNKNOWN_REDACTION_GROUP = "unknown-redaction-group", Error, "a replacement names a group that its regular expression lacks",
        "In a `replacement`, `$1` and `${name}` stand for groups of the `regex`; `$$` is a dollar sign. A name reaches as far as \
         letters, digits and `_` go: `$1x` is the group named `1x`; write `${1}x`.\n\n\
         ```yaml\nredact:\n  - { name: employee, regex: '(E)\\d{6}', replacement: '$2***' }   # there is only group 1\n```";
}
