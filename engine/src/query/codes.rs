//! The problems that a query can have.

crate::codes! {
    /// More characters than Cloud Logging takes.
    TOO_LONG = "query-too-long", Error, "a query is longer than Cloud Logging takes",
        "Cloud Logging takes queries of at most 20,000 characters, comments included, and so do we.\n\nSplit the query: `match:` may be a list, of which any query may match.";
    /// Parentheses within parentheses beyond the limit.
    TOO_DEEP = "query-too-deep", Error, "parentheses are nested too deeply",
        "Parentheses may be nested 64 levels deep.\n\nLeave out those that change nothing, or split the query into a list.";
    /// A quotation mark without its partner.
    UNCLOSED_STRING = "query-unclosed-string", Error, "a quotation mark is never closed",
        "A text in quotation marks ends at the same mark; inside it, write `\\\"` for the mark itself.\n\n    textPayload:\"he said \\\"no\\\"\"";
    /// An opening parenthesis without its partner.
    UNCLOSED_PARENTHESIS = "query-unclosed-parenthesis", Error, "a parenthesis is never closed",
        "Every `(` needs its `)`.";
    /// A closing parenthesis without its partner.
    STRAY_PARENTHESIS = "query-stray-parenthesis", Error, "a closing parenthesis closes nothing",
        "Every `)` needs its `(` before it. A parenthesis that is part of a text must stand in quotation marks.";
    /// A backslash followed by what it cannot be followed by.
    BAD_ESCAPE = "query-bad-escape", Error, "a backslash is followed by something that is no escape",
        "In a text these are escapes: `\\\"` `\\'` `\\\\` `\\n` `\\r` `\\t` `\\a` `\\b` `\\f` `\\v`, one to three octal digits, `\\xHH`, `\\uHHHH`, `\\UHHHHHHHH`.\n\nFor a backslash itself write `\\\\`. In regular expressions any other backslash stays as it is, so that `\"\\d+\"` means digits.";
    /// Something stands where it cannot.
    SYNTAX = "query-syntax", Error, "something stands where it cannot",
        "A query is made of comparisons (`field operator value`), texts to search for, and functions, joined by `AND` and `OR`, with `NOT` or `-` before what must not hold.\n\nText with white space or operator characters (`: = < > ! ~ ( ) ,`) must stand in quotation marks.";
    /// `AND`, `OR` or `NOT` without what it joins.
    MISSING_OPERAND = "query-missing-operand", Error, "`AND`, `OR` or `NOT` has nothing to work on",
        "`AND` and `OR` stand between two terms, `NOT` and `-` before one. To search for the words themselves put them in quotation marks.";
    /// An operator without a value.
    MISSING_VALUE = "query-missing-value", Error, "an operator has no value behind it",
        "Behind an operator stands a value: a text, a number, or values in parentheses. To ask whether a field is there at all write `field:*`.";
    /// An operator of another language.
    UNKNOWN_OPERATOR = "query-unknown-operator", Error, "an operator is not one of this language",
        "The operators are `=` `!=` `<` `<=` `>` `>=` `:` (contains) `=~` (regular expression) and `!~`; terms are joined by `AND`, `OR` and `NOT`.";
    /// A field that no log entry has.
    UNKNOWN_FIELD = "query-unknown-field", Error, "a field is none of a log entry's",
        "A path begins with one of LogEntry's fields, such as `severity`, `resource.type`, `labels`, `jsonPayload`. What an application logs is below `jsonPayload`. `message` alone is the entry's message as the pack defines it.";
    /// A path that is none.
    BAD_PATH = "query-bad-path", Error, "a path to a field is written wrongly",
        "A path is names joined by dots; a name with odd characters stands in double quotes: `labels.\"k8s-pod/app\"`.";
    /// A function that the language does not have.
    UNKNOWN_FUNCTION = "query-unknown-function", Error, "a function is not known",
        "The functions are `log_id`, `ip_in_net`, `SEARCH` and `sample`.";
    /// A function that Cloud Logging has and we do not.
    UNSUPPORTED_FUNCTION = "query-unsupported-function", Error, "a function of Cloud Logging is not supported here",
        "`source`, `cast` and `regexp_extract` work in Cloud Logging and not in rules: an entry does not tell the resource it was read from, and the other two are seldom worth what they cost. A regular expression (`=~`) often does the same.";
    /// A function called wrongly.
    BAD_ARGUMENTS = "query-bad-arguments", Error, "a function is given something it does not take",
        "The functions are `log_id(\"id\")`, `ip_in_net(field, \"10.0.0.0/8\")`, `SEARCH(\"words\")`, `SEARCH(field, \"words\")` and `sample(field, 0.1)`.";
    /// A regular expression that cannot be read.
    BAD_REGEX = "query-bad-regex", Error, "a regular expression cannot be read",
        "Regular expressions are RE2's, as far as Rust's `regex` reads them (<https://docs.rs/regex/latest/regex/#syntax>). Neither has look-around or back-references.";
    /// A regular expression that RE2 takes and Rust does not.
    UNSUPPORTED_REGEX = "query-unsupported-regex", Error, "a regular expression means something else in Cloud Logging, or nothing here",
        "Cloud Logging's expressions are RE2's. This one RE2 refuses or reads otherwise, or RE2 reads it and the engine used here does not. The help says how to write it so that both read the same.";
    /// A value that is no number.
    BAD_NUMBER = "query-bad-number", Error, "a field of numbers is compared with something else",
        "The field holds a number: `httpRequest.status >= 500`.";
    /// A value that is no duration.
    BAD_DURATION = "query-bad-duration", Error, "a field of durations is compared with something else",
        "A duration is a number with a unit, `ns`, `us`, `ms`, `s`, `m` or `h`: `httpRequest.latency > \"1.5s\"`.";
    /// A value that is no instant.
    BAD_TIMESTAMP = "query-bad-timestamp", Error, "a field of times is compared with something else",
        "A time is RFC 3339, with its zone, in quotation marks, or a date alone, which is its midnight in UTC: `timestamp >= \"2025-09-14T06:00:00Z\"`, `timestamp < \"2025-09-15\"`.";
    /// A severity that does not exist.
    UNKNOWN_SEVERITY = "query-unknown-severity", Error, "a log severity is not known",
        "The severities are `DEFAULT`, `DEBUG`, `INFO`, `NOTICE`, `WARNING`, `ERROR`, `CRITICAL`, `ALERT` and `EMERGENCY`, or their numbers from 0 to 800.";
    /// A value that is neither true nor false.
    BAD_BOOLEAN = "query-bad-boolean", Error, "a field that is true or false is compared with something else",
        "The field holds `true` or `false`: `operation.first = true`.";
    /// An operator that the type of a field has no use for.
    WRONG_OPERATOR = "query-wrong-operator", Error, "an operator does not suit the field",
        "Regular expressions suit only fields that hold text. A field that holds other fields can be tested with `:` only; name the field below it to compare that.";
    /// `NULL_VALUE` where no null can be.
    WRONG_NULL = "query-wrong-null", Error, "`NULL_VALUE` is compared with what is never null",
        "`NULL_VALUE` is JSON's null, which only payloads hold, and which can only be compared with `=`, `!=` and `:`. To ask whether a field is there write `field:*`.";
    /// `*` with an operator other than `:`.
    WRONG_STAR = "query-wrong-star", Error, "`*` stands where it means nothing",
        "`field:*` asks whether the field is there. Elsewhere `*` means nothing: the language has no wildcards. To look for the character write `\"*\"`.";
    /// `and`, `or`, `not` in small letters.
    LOWER_CASE_OPERATOR = "query-lower-case-operator", Warning, "`and`, `or` or `not` in small letters is searched for as a word",
        "The operators are upper case. In lower case they are words that the entry must hold.\n\n    severity=ERROR and timeout      -- ERROR, and the words `and` and `timeout`\n    severity=ERROR AND timeout";
    /// `AND` and `OR` side by side.
    MIXED_OPERATORS = "query-mixed-operators", Warning, "`AND` and `OR` are mixed without parentheses",
        "`OR` binds more tightly than `AND`, unlike in most languages: `a OR b AND c` is `(a OR b) AND c`. Write the parentheses.";
    /// `field = "a" OR "b"`.
    LOOSE_VALUE = "query-loose-value", Warning, "a value behind `OR` is searched for in all fields",
        "`insertId = \"A\" OR \"B\"` holds for every entry with `B` anywhere. For either value write `insertId = (\"A\" OR \"B\")`.";
    /// `field != ("a" OR "b")`.
    ALWAYS_UNEQUAL = "query-always-unequal", Warning, "a field always differs from one of two values",
        "`field != (\"a\" OR \"b\")` is `field != \"a\" OR field != \"b\"`, which holds whenever the field is there. Write `NOT field = (\"a\" OR \"b\")`.";
    /// A backspace in a regular expression.
    BACKSPACE = "query-backspace", Warning, "`\\b` in a quoted regular expression is a backspace",
        "The text's escapes are read before the regular expression is, and there `\\b` is the backspace character. For a word's edge write `\\\\b`.";
    /// A star at an end of a text.
    WILDCARD = "query-wildcard", Warning, "`*` in a text is the character, not a wildcard",
        "The language has no wildcards: `message:\"foo*\"` looks for a star behind `foo`, and `jsonPayload.*` for a key that is called so. `:` finds a text anywhere in a field: `message:\"foo\"`. For beginnings and ends use a regular expression: `message=~\"^foo\"`.";
    /// A word of another language between a field and a value.
    ODD_OPERATOR = "query-odd-operator", Warning, "an operator of another language is searched for as text",
        "Words like `IN` and `LIKE`, and signs like `≥`, mean nothing here: they are looked for in all fields. Write `severity=(ERROR OR CRITICAL)`, `message:\"part\"`, `message=~\"expression\"`, `severity>=ERROR`.";
    /// A path without an operator.
    PATH_AS_TEXT = "query-path-as-text", Warning, "the name of a field is searched for as text",
        "`jsonPayload.user` alone looks for that text. To ask whether the field is there write `jsonPayload.user:*`.";
    /// A query without any condition.
    MATCHES_ALL = "query-matches-all", Warning, "a query has no condition and matches every entry",
        "A query of blanks and comments alone matches every entry, as in Cloud Logging. In a rule that takes all that is left, which is hardly meant. To match every entry on purpose write `severity>=DEFAULT`.";
    /// A query that can never match.
    MATCHES_NOTHING = "query-matches-nothing", Warning, "no entry can match a query",
        "An entry has one log severity, and no severity fits all that the query asks of it.\n\n    severity=ERROR AND severity=CRITICAL      -- no entry is both\n    severity=(ERROR OR CRITICAL)";
    /// Operators inside the text of `SEARCH`.
    SEARCH_OPERATOR = "query-search-operator", Warning, "`AND`, `OR` or `NOT` inside `SEARCH` is a word like any other",
        "`SEARCH(\"a OR b\")` looks for all three words. Write `SEARCH(\"a\") OR SEARCH(\"b\")`.";
}
