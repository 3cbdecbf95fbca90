//! The codes of packs.

crate::codes! {
    /// Not YAML.
    YAML_SYNTAX = "yaml-syntax", Error, "a file is not YAML",
        "The parser does not understand the file from the marked place on. Frequent causes: a tab in the indentation, a `: ` inside \
         a text that has no quotes, a quotation mark that is not closed. Write queries that hold quotation marks as block \
         texts:\n\n```yaml\nmatch: |\n  message:\"a: b\"\n```";
    /// Too much YAML.
    YAML_LIMIT = "yaml-limit", Error, "a file is nested too deep, or its aliases multiply",
        "Aliases that repeat aliases can make a small file stand for billions of values. Packs are bounded in depth, values and \
         what aliases repeat.";
    /// Several documents.
    YAML_DOCUMENTS = "yaml-documents", Error, "a file holds more than one YAML document",
        "A line `---` begins a new document. A file of a pack holds one: a list of definitions, or the manifest.";
    /// A key twice.
    DUPLICATE_KEY = "duplicate-key", Error, "a key stands twice in one mapping",
        "Which of the two counts is not defined, so neither is taken silently. Keep one of them.";
    /// A key that is not known.
    UNKNOWN_KEY = "unknown-key", Error, "a key is not known here",
        "Every key is checked, so that a slip of the pen cannot switch something off silently. The help lists the keys that are known \
         at this place.\n\n```yaml\n- id: x\n  titel: wrong   # did you mean `title`?\n```";
    /// A key that is missing.
    MISSING_KEY = "missing-key", Error, "a key that is needed is missing",
        "A manifest needs `version` and `name`; a definition needs `id`, `match`, and, unless it ignores, `title` and `severity`.";
    /// A value of another type.
    WRONG_TYPE = "wrong-type", Error, "a value is of another type than expected",
        "What is expected is said beside the value. Numbers and words such as `true` are text only in quotes.";
    /// A value that is not among those allowed.
    BAD_VALUE = "bad-value", Error, "a value is not among those allowed",
        "The label lists what is allowed.";
    /// A severity that is none.
    UNKNOWN_SEVERITY = "unknown-severity", Error, "a severity is not one of P0 to P5",
        "`P0` is the most urgent, `P5` the least. These are not the log severities (`WARNING`, `ERROR`, …), which queries compare.";
    /// A manifest of another version.
    UNSUPPORTED_VERSION = "unsupported-version", Error, "the manifest has a version that is not known",
        "This program reads version 1 of the format of packs.";
    /// No manifest.
    MANIFEST_MISSING = "manifest-missing", Error, "a directory has no gardener.yaml",
        "A pack is a directory with a `gardener.yaml`:\n\n```yaml\nversion: 1\nname: my-service\nextends: default\n```";
    /// A pack that cannot be read.
    PACK_UNREADABLE = "pack-unreadable", Error, "a pack cannot be read",
        "The directory or one of its files cannot be opened, or there is too much in it.";
    /// A file that is too large.
    FILE_TOO_LARGE = "file-too-large", Error, "a file of the pack is too large",
        "Files of a pack may have 1 MiB. Captures belong outside of `clusters`, `policy` and `templates`.";
    /// A file that is not UTF-8.
    NOT_UTF8 = "not-utf8", Error, "a file of the pack is not UTF-8", "Save the file as UTF-8.";
    /// A base that is not there.
    EXTENDS_NOT_FOUND = "extends-not-found", Error, "a pack builds on one that is not there",
        "`extends: default` names the built-in pack; anything else is a directory relative to this pack.";
    /// Packs that build on each other in a circle.
    EXTENDS_CYCLE = "extends-cycle", Error, "packs build on each other in a circle", "Take one of the `extends` out.";
    /// Too many packs on top of each other.
    EXTENDS_DEPTH = "extends-depth", Error, "packs are built on each other too deep", "At most 8 packs may stand on each other.";
    /// An id twice.
    DUPLICATE_ID = "duplicate-id", Error, "an id is taken by another definition",
        "An id is part of a cluster's identity; two definitions cannot share it.";
    /// An id with characters that it cannot have.
    INVALID_ID = "invalid-id", Error, "an id has characters that it cannot have",
        "Ids are made of small letters, digits, `.`, `_` and `-`, and begin with a letter or digit.";
    /// A definition of a base pack defined again.
    REDEFINED = "redefined", Error, "a base pack has a definition of this id already",
        "To change a definition of a base pack, say so:\n\n```yaml\n- id: cloud-run-out-of-memory\n  override: true\n  severity: P0\n```";
    /// An override of nothing.
    OVERRIDE_WITHOUT_BASE = "override-without-base", Error, "there is no definition to override",
        "`override: true` changes keys of a definition of a base pack; none has this id.";
    /// A template that is not there.
    TEMPLATE_MISSING = "template-missing", Error, "a template that the manifest names is not there",
        "Templates are files below `templates/`, named by their path inside the pack.";
    /// A file that is not read.
    STRAY_FILE = "stray-file", Warning, "a file looks as if it were meant to be read, and is not",
        "Definitions are read from `clusters/*.yaml`, scripts from `policy/*.rhai`, templates from `templates/`.";
    /// A reference to something that does not exist.
    UNKNOWN_REFERENCE = "unknown-reference", Error, "a name refers to nothing",
        "`related` names ids of definitions; `facets` and `group_by` name captures of the same definition, or fields of an entry; \
         `policy` names functions of `policy/*.rhai`.";
    /// A path that is no field.
    UNKNOWN_FIELD = "unknown-field", Error, "a path does not begin with a field of a log entry",
        "Paths begin with a field of LogEntry (`jsonPayload.user`, `labels.module`, `resource.labels.revision_name`) or are `message`.";
    /// A regular expression that is wrong.
    BAD_REGEX = "bad-regex", Error, "a regular expression is not well formed",
        "The syntax is that of <https://docs.rs/regex/latest/regex/#syntax>: like RE2, without look-around and backreferences.";
    /// A capture without a group.
    CAPTURE_GROUP = "capture-group", Error, "a capture has no group that is its value",
        "The value of a capture is what its group matches: `took (\\d+) ms`. Of several groups, the one with the capture's name \
         counts, else the first.";
    /// Keys that exclude each other.
    CONTRADICTION = "contradiction", Error, "keys of a definition contradict each other",
        "`ignore: true` needs a `reason` and takes no `severity`; an issue is either pinned by its `number` or has `file: never`.";
    /// No definitions.
    NO_DEFINITIONS = "no-definitions", Error, "a pack has no definitions",
        "A pack without a definition, its bases included, would find nothing, silently. Put definitions into `clusters/*.yaml`, or build \
         on the built-in pack by `extends: default`.";
    /// An example that does not match.
    EXAMPLE_MISSED = "example-missed", Error, "an example is not matched by its definition",
        "A text is tried as a message with every log severity; an object is tried as it stands. None of the queries holds for it.";
    /// A counterexample that matches.
    EXAMPLE_MATCHED = "example-matched", Error, "an example of `no_match` is matched by its definition",
        "Some query of the definition holds for what it must not match.";
    /// An example that belongs to another definition.
    EXAMPLE_SHADOWED = "example-shadowed", Warning, "an example is taken by another definition",
        "An entry belongs to the first definition that matches. Give the one that shall win the higher `priority`, or make the other's \
         query narrower.";
    /// A definition that can never win.
    UNREACHABLE = "unreachable", Warning, "a definition is never reached",
        "A definition that is considered before has the same queries, or one that matches everything.";
    /// A policy function in two files.
    DUPLICATE_FUNCTION = "duplicate-function", Error, "a policy function is defined in two files of a pack",
        "Which of them is called would depend on the files' names. Keep one.";
    /// A template that fails.
    UNUSED_CAPTURE = "unused-capture", Warning, "a capture is named like a field",
        "In `facets` and `group_by` a capture goes before a field of the same name.";
}
