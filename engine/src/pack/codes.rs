//! The codes of packs.

crate::codes! {
    /// yaml-syntax
    YAML_SYNTAX = "yaml-syntax", Error, "yaml-syntax", "";
    /// yaml-limit
    YAML_LIMIT = "yaml-limit", Error, "yaml-limit", "";
    /// yaml-documents
    YAML_DOCUMENTS = "yaml-documents", Error, "yaml-documents", "";
    /// duplicate-key
    DUPLICATE_KEY = "duplicate-key", Error, "duplicate-key", "";
    /// unknown-key
    UNKNOWN_KEY = "unknown-key", Error, "unknown-key", "";
    /// wrong-type
    WRONG_TYPE = "wrong-type", Error, "wrong-type", "";
    /// missing-key
    MISSING_KEY = "missing-key", Error, "missing-key", "";
    /// bad-value
    BAD_VALUE = "bad-value", Error, "bad-value", "";
    /// unknown-severity
    UNKNOWN_SEVERITY = "unknown-severity", Error, "unknown-severity", "";
    /// file-too-large
    FILE_TOO_LARGE = "file-too-large", Error, "file-too-large", "";
    /// not-utf8
    NOT_UTF8 = "not-utf8", Error, "not-utf8", "";
    /// pack-unreadable
    PACK_UNREADABLE = "pack-unreadable", Error, "pack-unreadable", "";
    /// manifest-missing
    MANIFEST_MISSING = "manifest-missing", Error, "manifest-missing", "";
    /// unsupported-version
    UNSUPPORTED_VERSION = "unsupported-version", Error, "unsupported-version", "";
    /// extends-not-found
    EXTENDS_NOT_FOUND = "extends-not-found", Error, "extends-not-found", "";
    /// extends-cycle
    EXTENDS_CYCLE = "extends-cycle", Error, "extends-cycle", "";
    /// extends-depth
    EXTENDS_DEPTH = "extends-depth", Error, "extends-depth", "";
    /// stray-file
    STRAY_FILE = "stray-file", Warning, "stray-file", "";
    /// no-definitions
    NO_DEFINITIONS = "no-definitions", Error, "no-definitions", "";
    /// invalid-id
    INVALID_ID = "invalid-id", Error, "invalid-id", "";
    /// duplicate-id
    DUPLICATE_ID = "duplicate-id", Error, "duplicate-id", "";
    /// redefined
    REDEFINED = "redefined", Error, "redefined", "";
    /// override-without-base
    OVERRIDE_WITHOUT_BASE = "override-without-base", Error, "override-without-base", "";
    /// empty-match
    EMPTY_MATCH = "empty-match", Error, "empty-match", "";
    /// bad-path
    BAD_PATH = "bad-path", Error, "bad-path", "";
    /// bad-regex
    BAD_REGEX = "bad-regex", Error, "bad-regex", "";
    /// capture-groups
    CAPTURE_GROUPS = "capture-groups", Error, "capture-groups", "";
    /// capture-name
    CAPTURE_NAME = "capture-name", Error, "capture-name", "";
    /// unused-capture
    UNUSED_CAPTURE = "unused-capture", Warning, "unused-capture", "";
    /// duplicate-facet
    DUPLICATE_FACET = "duplicate-facet", Error, "duplicate-facet", "";
    /// unknown-definition
    UNKNOWN_DEFINITION = "unknown-definition", Error, "unknown-definition", "";
    /// former-id-taken
    FORMER_ID_TAKEN = "former-id-taken", Error, "former-id-taken", "";
    /// ignore-reason
    IGNORE_REASON = "ignore-reason", Error, "ignore-reason", "";
    /// no-effect
    NO_EFFECT = "no-effect", Warning, "no-effect", "";
    /// issue-reference
    ISSUE_REFERENCE = "issue-reference", Error, "issue-reference", "";
    /// template-missing
    TEMPLATE_MISSING = "template-missing", Error, "template-missing", "";
    /// unknown-function
    UNKNOWN_FUNCTION = "unknown-function", Error, "unknown-function", "";
    /// function-parameters
    FUNCTION_PARAMETERS = "function-parameters", Error, "function-parameters", "";
    /// duplicate-function
    DUPLICATE_FUNCTION = "duplicate-function", Error, "duplicate-function", "";
    /// unused-script
    UNUSED_SCRIPT = "unused-script", Warning, "unused-script", "";
    /// example-invalid
    EXAMPLE_INVALID = "example-invalid", Error, "example-invalid", "";
    /// example-not-matched
    EXAMPLE_NOT_MATCHED = "example-not-matched", Error, "example-not-matched", "";
    /// example-matched
    EXAMPLE_MATCHED = "example-matched", Error, "example-matched", "";
    /// shadowed-example
    SHADOWED_EXAMPLE = "shadowed-example", Warning, "shadowed-example", "";
    /// unreachable-definition
    UNREACHABLE_DEFINITION = "unreachable-definition", Warning, "unreachable-definition", "";
    /// too-many-problems
    TOO_MANY_PROBLEMS = "too-many-problems", Error, "too-many-problems", "";
    /// x
    TITLE_OF_ITSELF = "title-of-itself", Error, "a title is made from itself", "";
    /// x
    SCRIPT_UNKNOWN_NAME = "script-unknown-name", Error, "x", "";
}
