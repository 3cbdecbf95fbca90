//! The codes of packs. What `gardener explain-code` says of each stands beside this file, in `codes/`.

crate::codes! {
    /// A file is not YAML.
    YAML_SYNTAX = "yaml-syntax", Error, "a file is not YAML", include_str!("codes/yaml-syntax.md");
    /// A file is more than we read.
    YAML_LIMIT = "yaml-limit", Error, "a file is nested too deep, or its aliases multiply", include_str!("codes/yaml-limit.md");
    /// A file holds several documents.
    YAML_DOCUMENTS = "yaml-documents", Error, "a file holds more than one YAML document", include_str!("codes/yaml-documents.md");
    /// A value has a tag.
    YAML_TAG = "yaml-tag", Error, "a value has a tag of YAML", include_str!("codes/yaml-tag.md");
    /// A text ends at a comment.
    YAML_COMMENT = "yaml-comment", Warning, "a text ends at a `#`, which begins a comment", include_str!("codes/yaml-comment.md");
    /// A key stands twice.
    DUPLICATE_KEY = "duplicate-key", Error, "a key stands twice in one mapping", include_str!("codes/duplicate-key.md");
    /// A key is not known.
    UNKNOWN_KEY = "unknown-key", Error, "a key is not known where it stands", include_str!("codes/unknown-key.md");
    /// A value is of the wrong type.
    WRONG_TYPE = "wrong-type", Error, "a value is not of the type that the key takes", include_str!("codes/wrong-type.md");
    /// A key is missing.
    MISSING_KEY = "missing-key", Error, "a key that must be there is missing", include_str!("codes/missing-key.md");
    /// A value is none of those allowed.
    BAD_VALUE = "bad-value", Error, "a value is none of those that the key takes", include_str!("codes/bad-value.md");
    /// A severity is not one of P0 to P5.
    UNKNOWN_SEVERITY = "unknown-severity", Error, "a severity is none of P0 to P5", include_str!("codes/unknown-severity.md");
    /// A file is too large.
    FILE_TOO_LARGE = "file-too-large", Error, "a file of the pack is larger than a megabyte", include_str!("codes/file-too-large.md");
    /// A file is not UTF-8.
    NOT_UTF8 = "not-utf8", Error, "a file of the pack is not UTF-8", include_str!("codes/not-utf8.md");
    /// A file cannot be read.
    FILE_UNREADABLE = "file-unreadable", Error, "a file of the pack cannot be read", include_str!("codes/file-unreadable.md");
    /// A pack cannot be read.
    PACK_UNREADABLE = "pack-unreadable", Error, "a pack cannot be read at all", include_str!("codes/pack-unreadable.md");
    /// There is no manifest.
    MANIFEST_MISSING = "manifest-missing", Error, "the pack has no gardener.yaml", include_str!("codes/manifest-missing.md");
    /// The version of the format is not known.
    UNSUPPORTED_VERSION = "unsupported-version", Error, "the manifest asks for another version of the format", include_str!("codes/unsupported-version.md");
    /// A base pack is not there.
    EXTENDS_NOT_FOUND = "extends-not-found", Error, "`extends` names a pack that is not there", include_str!("codes/extends-not-found.md");
    /// Packs build on each other in a circle.
    EXTENDS_CYCLE = "extends-cycle", Error, "packs build on each other in a circle", include_str!("codes/extends-cycle.md");
    /// Packs are built on each other too deep.
    EXTENDS_DEPTH = "extends-depth", Error, "packs are built on each other more than 8 deep", include_str!("codes/extends-depth.md");
    /// A file is not read.
    STRAY_FILE = "stray-file", Warning, "a file looks as if it should be read, and is not", include_str!("codes/stray-file.md");
    /// The pack has no definitions.
    NO_DEFINITIONS = "no-definitions", Error, "the pack has no definitions at all", include_str!("codes/no-definitions.md");
    /// An id is written wrongly.
    INVALID_ID = "invalid-id", Error, "an id has characters that ids cannot have", include_str!("codes/invalid-id.md");
    /// Two definitions have one id.
    DUPLICATE_ID = "duplicate-id", Error, "two definitions of a pack have the same id", include_str!("codes/duplicate-id.md");
    /// A base's definition is defined again.
    REDEFINED = "redefined-definition", Error, "a definition of the base pack is defined again", include_str!("codes/redefined-definition.md");
    /// Nothing is there to override.
    OVERRIDE_WITHOUT_BASE = "override-without-base", Error, "`override: true` names a definition that no base pack has", include_str!("codes/override-without-base.md");
    /// Nothing can match.
    EMPTY_MATCH = "empty-match", Error, "`match` lists no query", include_str!("codes/empty-match.md");
    /// A path to a field is wrong.
    BAD_PATH = "bad-path", Error, "a path does not lead to a field of log entries", include_str!("codes/bad-path.md");
    /// A regular expression cannot be read.
    BAD_REGEX = "bad-regex", Error, "the regular expression of a capture cannot be read", include_str!("codes/bad-regex.md");
    /// It is not clear what a capture reads.
    CAPTURE_GROUPS = "capture-groups", Error, "the expression of a capture has no group, or several", include_str!("codes/capture-groups.md");
    /// A capture's name cannot be used.
    CAPTURE_NAME = "capture-name", Error, "the name of a capture is taken, or cannot be written in texts", include_str!("codes/capture-name.md");
    /// A capture is not used.
    UNUSED_CAPTURE = "unused-capture", Warning, "a capture is neither a number nor used anywhere", include_str!("codes/unused-capture.md");
    /// A facet is listed twice.
    DUPLICATE_FACET = "duplicate-facet", Error, "a field or capture is listed twice in `facets` or `group_by`", include_str!("codes/duplicate-facet.md");
    /// A definition is not there.
    UNKNOWN_DEFINITION = "unknown-definition", Error, "a definition is named that is not there", include_str!("codes/unknown-definition.md");
    /// A former id belongs to another definition.
    FORMER_ID_TAKEN = "former-id-taken", Error, "an id in `was` belongs to another definition", include_str!("codes/former-id-taken.md");
    /// Entries are ignored without a reason.
    IGNORE_REASON = "ignore-without-reason", Error, "entries are ignored without a reason", include_str!("codes/ignore-without-reason.md");
    /// A key has no effect.
    NO_EFFECT = "no-effect", Warning, "a key has no effect beside the others", include_str!("codes/no-effect.md");
    /// It is not clear which issue is meant.
    ISSUE_REFERENCE = "issue-reference", Error, "`issue` names no issue, or contradicts itself", include_str!("codes/issue-reference.md");
    /// A redaction is listed twice.
    DUPLICATE_REDACTION = "duplicate-redaction", Error, "a manifest lists a redaction twice", include_str!("codes/duplicate-redaction.md");
    /// A template is not there.
    TEMPLATE_MISSING = "template-missing", Error, "`templates` names a file that the pack does not have", include_str!("codes/template-missing.md");
    /// A policy function is not there.
    UNKNOWN_FUNCTION = "unknown-function", Error, "`policy` of a definition names a function that no script has", include_str!("codes/unknown-function.md");
    /// A policy function has the wrong parameters.
    FUNCTION_PARAMETERS = "function-parameters", Error, "a policy function takes another number of parameters", include_str!("codes/function-parameters.md");
    /// A policy function is defined twice.
    DUPLICATE_FUNCTION = "duplicate-function", Error, "two files of `policy/` define the same policy function", include_str!("codes/duplicate-function.md");
    /// A script judges nothing.
    UNUSED_SCRIPT = "unused-script", Warning, "the `script` of a definition defines none of the policy functions", include_str!("codes/unused-script.md");
    /// A script reads a metric or facet that is not there.
    SCRIPT_UNKNOWN_NAME = "script-unknown-name", Error, "a script reads a metric or facet that no definition has", include_str!("codes/script-unknown-name.md");
    /// A title is made from itself.
    TITLE_OF_ITSELF = "title-of-itself", Error, "a title is made from itself", include_str!("codes/title-of-itself.md");
    /// An example is no log entry.
    EXAMPLE_INVALID = "example-invalid", Error, "an example cannot be read as a log entry", include_str!("codes/example-invalid.md");
    /// An example is hardly what its author thinks.
    ODD_EXAMPLE = "odd-example", Warning, "an example is hardly the entry that was meant", include_str!("codes/odd-example.md");
    /// An example is not matched.
    EXAMPLE_NOT_MATCHED = "example-not-matched", Error, "an example that shall match does not", include_str!("codes/example-not-matched.md");
    /// An example is matched that shall not be.
    EXAMPLE_MATCHED = "example-matched", Error, "an example that shall not match does", include_str!("codes/example-matched.md");
    /// An example goes to another definition.
    SHADOWED_EXAMPLE = "shadowed-example", Warning, "an example goes to a definition that comes first", include_str!("codes/shadowed-example.md");
    /// Nothing gets to a definition.
    UNREACHABLE_DEFINITION = "unreachable-definition", Warning, "nothing ever gets to a definition, for another comes first", include_str!("codes/unreachable-definition.md");
    /// It is not clear what is muted.
    MUTE_TARGET = "mute-target", Error, "a mute does not say what is muted, or says it twice", include_str!("codes/mute-target.md");
    /// A mute is over.
    MUTE_EXPIRED = "mute-expired", Warning, "a mute has ended, and no longer does anything", include_str!("codes/mute-expired.md");
    /// A mute holds for too long.
    MUTE_FAR_OFF = "mute-far-off", Warning, "a mute ends more than a year from now", include_str!("codes/mute-far-off.md");
    /// Two clusters cannot be compared by a field.
    SUPPRESS_FIELD = "suppress-field", Error, "a suppression compares by a field that one side does not count", include_str!("codes/suppress-field.md");
    /// A symptom would be its own cause.
    SUPPRESS_CIRCLE = "suppress-circle", Error, "a definition would be a symptom of itself", include_str!("codes/suppress-circle.md");
    /// It is not clear what becomes of a template.
    TEMPLATE_RULE = "template-rule", Error, "a rule for templates does not say which are meant, or what becomes of them", include_str!("codes/template-rule.md");
    /// Two rules mean one template.
    TEMPLATE_TWICE = "template-twice", Error, "two rules of a manifest mean the same template", include_str!("codes/template-twice.md");
    /// Templates belong to each other in a circle.
    TEMPLATE_CIRCLE = "template-circle", Error, "templates would belong to each other in a circle", include_str!("codes/template-circle.md");
    /// Only some problems are shown.
    TOO_MANY_PROBLEMS = "too-many-problems", Error, "there are more problems than are shown", include_str!("codes/too-many-problems.md");
}
