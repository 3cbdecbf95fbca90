//! What words say by themselves: which carry what a message means, and which are values. English, as logs are.

/// Units behind a number, which belong to it. Words such as `seconds` stay: they read well, and do not change.
pub(super) fn is_unit(word: &str) -> bool {
    match word.len() {
        1 => matches!(word, "B" | "s"),
        2 => matches!(word, "KB" | "MB" | "GB" | "TB" | "PB" | "kB" | "ns" | "us" | "ms" | "AM" | "PM"),
        3 => matches!(
            word,
            "KiB"
                | "MiB"
                | "GiB"
                | "TiB"
                | "sec"
                | "min"
                | "UTC"
                | "GMT"
                | "PST"
                | "PDT"
                | "EST"
                | "EDT"
                | "CST"
                | "CDT"
                | "MST"
                | "MDT"
                | "EUR"
                | "USD"
                | "GBP"
                | "CHF"
                | "CET"
                | "BST"
                | "JST"
                | "IST"
        ),
        4 => matches!(word, "secs" | "mins" | "CEST"),
        _ => false,
    }
}

/// Words that are values of programming languages, and what redaction leaves.
pub(super) fn is_constant(word: &str) -> bool {
    match word.len() {
        3 => matches!(word, "nil" | "nan" | "NaN"),
        4 => matches!(word, "true" | "True" | "TRUE" | "null" | "NULL" | "None"),
        5 => matches!(word, "false" | "False" | "FALSE"),
        length => length >= 8 && word.starts_with("REDACTED"),
    }
}

/// The methods of HTTP.
pub(super) fn is_method(word: &str) -> bool {
    matches!(word, "GET" | "PUT" | "HEAD" | "POST" | "PATCH" | "TRACE" | "DELETE" | "OPTIONS" | "CONNECT")
}

/// Names behind whose colon the rest of a message is a value.
pub(super) fn takes_the_rest(name: &str) -> bool {
    ["statement", "query", "sql", "command"].iter().any(|it| name.eq_ignore_ascii_case(it))
}

/// Whether an SQL statement begins here, of which the rest is given: where one is logged, it is a value.
pub(super) fn begins_sql(word: &str, rest: &[u8]) -> bool {
    const LOOK: usize = 400;
    let rest = rest.get(..rest.len().min(LOOK)).unwrap_or(rest);
    let has = |part: &[u8]| rest.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part));
    match word {
        "SELECT" | "select" => has(b" FROM "),
        "INSERT" | "insert" => has(b" INTO ") && (has(b"VALUES") || has(b"SELECT")),
        "UPDATE" | "update" => has(b" SET ") && has(b"="),
        "DELETE" | "delete" => rest.get(..6).is_some_and(|from| from.eq_ignore_ascii_case(b" FROM ")),
        "CREATE" | "ALTER" | "DROP" | "TRUNCATE" => has(b" TABLE ") || has(b" INDEX "),
        _ => false,
    }
}

/// Names of days and months, short and long.
pub(super) fn is_of_date(word: &str) -> bool {
    const SHORT: &str = "Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
    const LONG: [&str; 19] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "June",
        "July",
        "August",
        "Sept",
        "September",
        "October",
        "November",
        "December",
    ];
    if word.len() == 3 { SHORT.split(' ').any(|name| name == word) } else { word.len() < 10 && LONG.contains(&word) }
}

/// `I/O`, `read/write`: two words, not a path.
pub(super) fn is_pair(token: &str) -> bool {
    token.split('/').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// `host.example`, `java.vendor`, `main.py`: a name with a dot within it. Not the end of a sentence, not `e.g.`, and not the type of
/// an exception, which is what its message is about.
pub(super) fn is_dotted_name(token: &str) -> bool {
    let name = token.trim_end_matches('.');
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') || byte >= 0x80;
    let is_inner = |w: &[u8]| matches!(w, [a, b'.', b] if is_letter(*a) && is_letter(*b));
    if !name.as_bytes().windows(3).any(is_inner) || matches!(name, "e.g" | "i.e" | "E.g" | "I.e") {
        return false;
    }
    !["Exception", "Error", "Warning", "Failure"].iter().any(|end| name.ends_with(end))
}

/// Words that are no value, whatever stands in their place elsewhere: function words, states, outcomes. Sorted.
const TELLING: &str = "a about active add after again all already also an and any are as at available be because been before being \
    between both but by can can't cannot close closed connect could couldn't create critical debug delete did \
    disable disabled disconnect do does down during each either enable enabled error errors every fail failed \
    failure failures fatal first for found from full get had has have high if in inactive info insert into \
    invalid is it its last left less lost low may might missing more most must neither new next no nor not of \
    off offline old on online only onto open opened or out over per previous read receive received refused \
    remove right send sent set should since so start still stop success successful successfully than that the \
    then these this those through timeout to too unable under unexpected unknown until up update upon valid very \
    via warn warning warnings was were when while will with within without write yet";

/// How much a word carries the meaning of a message, so that another word in its place makes another message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Telling {
    /// It may be a name.
    No,
    /// A form of a verb, or a word in capitals: a state, most likely, but there are names like that.
    Likely,
    /// A function word, a state, an outcome.
    Yes,
}

pub(super) fn telling(word: &str) -> Telling {
    let lower = word.to_ascii_lowercase();
    if TELLING.split(' ').any(|telling| telling == lower) {
        Telling::Yes
    } else if is_verb(word) || word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
        Telling::Likely
    } else {
        Telling::No
    }
}

fn is_verb(word: &str) -> bool {
    word.len() > 4
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (word.ends_with("ed") || word.ends_with("ing"))
}

/// Words that say nothing of what a message is about.
pub(super) fn is_function(word: &str) -> bool {
    const FUNCTION: [&str; 28] = [
        "a", "an", "the", "to", "of", "in", "on", "at", "by", "for", "from", "is", "as", "and", "or", "with", "was",
        "are", "be", "it", "its", "this", "that", "has", "have", "were", "been", "if",
    ];
    word.len() <= 4 && FUNCTION.iter().any(|function| word.eq_ignore_ascii_case(function))
}

/// How much a word says that a name stands behind it: 2 for what has names, 1 for what may stand before anything.
pub(super) fn announces_name(word: &str) -> usize {
    const NAMED: [&str; 49] = [
        "user",
        "users",
        "named",
        "called",
        "host",
        "node",
        "service",
        "file",
        "class",
        "module",
        "table",
        "queue",
        "topic",
        "id",
        "key",
        "name",
        "role",
        "database",
        "column",
        "schema",
        "index",
        "proxy",
        "server",
        "pod",
        "container",
        "bucket",
        "device",
        "interface",
        "zone",
        "pool",
        "task",
        "job",
        "worker",
        "plugin",
        "driver",
        "account",
        "group",
        "channel",
        "process",
        "thread",
        "partition",
        "region",
        "cluster",
        "tenant",
        "namespace",
        "deployment",
        "package",
        "library",
        "component",
    ];
    const BEFORE: [&str; 9] = ["for", "from", "to", "in", "on", "at", "of", "with", ":"];
    let is_one_of = |words: &[&str]| words.iter().any(|other| word.eq_ignore_ascii_case(other));
    if is_one_of(&NAMED) { 2 } else { usize::from(is_one_of(&BEFORE)) }
}

/// Whether a word is built as identifiers are, not words of a language: `snake_case`, `camelCase`, `kebab-case`, `a.b`.
pub(super) fn is_identifier(word: &str) -> bool {
    let bytes = word.as_bytes();
    let is_joint = |w: &[u8]| matches!(w, [a, b'_' | b'-' | b'$' | b'.', b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric());
    let is_hump = |w: &[u8]| matches!(w, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase());
    word.contains("::") || bytes.windows(3).any(is_joint) || bytes.windows(2).any(is_hump)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(TELLING.split(' ').is_sorted());
    }

    #[test]
    fn words_that_carry_meaning_are_told_from_names() {
        for word in ["Started", "RUNNING", "retrying"] {
            assert_eq!(telling(word), Telling::Likely, "{word}");
        }
        for word in ["not", "Error", "unknown"] {
            assert_eq!(telling(word), Telling::Yes, "{word}");
        }
        for word in ["alice", "staging", "redis", "red"] {
            assert!(telling(word) < Telling::Yes, "{word}");
        }
        assert!(is_identifier("agent_started") && is_identifier("tickTime") && !is_identifier("Postgres"));
        assert!(is_dotted_name("main.py") && !is_dotted_name("done.") && !is_dotted_name("java.io.IOException"));
        assert!(is_pair("I/O") && !is_pair("/tmp") && is_of_date("Sept") && !is_of_date("Marked"));
    }
}
