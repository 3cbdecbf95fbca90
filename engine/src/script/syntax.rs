//! What the parser complains of, in our words.

use rhai::{LexError, ParseError, ParseErrorType};

use super::{brackets, codes, host, place};
use crate::diagnostic::Problem;

/// The problem that stopped the parser.
pub(super) fn problem(text: &str, error: &ParseError) -> Problem {
    let range = place::range_at(text, error.position());
    if let Some(at) = unclosed(text, error, range.end) {
        return never_closed(text, at);
    }
    let simple = |code, message: String| Problem::new(code, range.clone(), message);
    match error.err_type() {
        ParseErrorType::VariableExists(name) => simple(&codes::SHADOWED, format!("`{name}` is already defined here"))
            .help(format!("leave out `let` to assign to the `{name}` that is already there, or choose another name")),
        ParseErrorType::AssignmentToConstant(name) if name.is_empty() => {
            simple(&codes::CONSTANT, "a constant cannot be assigned to".to_owned())
        }
        ParseErrorType::AssignmentToConstant(name) => {
            simple(&codes::CONSTANT, format!("`{name}` is a constant and cannot be assigned to"))
        }
        ParseErrorType::VariableUndefined(name) => {
            simple(&codes::UNDEFINED_VARIABLE, format!("`{name}` is not defined"))
        }
        ParseErrorType::ModuleUndefined(name) => {
            simple(&codes::UNDEFINED_VARIABLE, format!("nothing is imported as `{name}`"))
        }
        ParseErrorType::Reserved(word) => reserved(word, simple),
        ParseErrorType::ExprTooDeep => simple(&codes::LIMIT, "this is nested too deeply".to_owned())
            .help("give the inner parts names with `let`, or move them into functions"),
        ParseErrorType::TooManyFunctions => simple(&codes::LIMIT, "the script has too many functions".to_owned())
            .help("split it, and `import` the parts"),
        ParseErrorType::LiteralTooLarge(kind, limit) => {
            simple(&codes::LIMIT, format!("{} is beyond the limit of {limit}", lower(kind)))
        }
        ParseErrorType::UnexpectedEOF => simple(&codes::SYNTAX, "the script ends too early".to_owned())
            .help("a bracket or a quotation mark is not closed"),
        ParseErrorType::MissingToken(token, why) => missing(text, range, token, why),
        ParseErrorType::BadInput(LexError::MalformedChar(_)) => {
            simple(&codes::SYNTAX, "more than a character stands in single quotation marks".to_owned())
                .label("begins here")
                .help("write texts in double quotation marks")
        }
        ParseErrorType::BadInput(LexError::ImproperSymbol(word, _))
            if host::FORBIDDEN.iter().any(|(f, _)| f == word) =>
        {
            reserved(word, simple)
        }
        ParseErrorType::BadInput(LexError::UnterminatedString) => {
            simple(&codes::SYNTAX, "this text is never closed".to_owned())
                .label("begins here")
                .help("close it with the same quotation mark")
        }
        ParseErrorType::WrongDocComment => {
            simple(&codes::SYNTAX, "a comment with `///` stands only before a function".to_owned()).help("use `//`")
        }
        ParseErrorType::WrongFnDefinition => {
            simple(&codes::SYNTAX, "a function can be defined at the top of a script only".to_owned())
        }
        ParseErrorType::FnDuplicatedDefinition(name, parameters) => {
            let number = super::check::count_of(*parameters, "parameter");
            simple(&codes::SYNTAX, format!("`{name}` with {number} is already defined"))
        }
        other => simple(&codes::SYNTAX, in_words(&other.to_string())),
    }
}

/// A bracket that is never closed.
fn never_closed(text: &str, at: usize) -> Problem {
    let bracket = text.get(at..at + 1).unwrap_or("");
    let close = match bracket {
        "(" => ")",
        "[" => "]",
        _ => "}",
    };
    Problem::new(&codes::SYNTAX, at..at + 1, format!("this `{bracket}` is never closed"))
        .label("opened here")
        .help(format!("write `{close}` where it ends"))
}

/// Something else stands where a sign was expected.
fn missing(text: &str, range: std::ops::Range<usize>, token: &str, why: &str) -> Problem {
    if let Some((word, range, meant)) = foreign(text, &range) {
        return Problem::new(&codes::SYNTAX, range, format!("`{word}` is no word of this language"))
            .help(format!("write `{meant}`"));
    }
    Problem::new(&codes::SYNTAX, range, format!("`{token}` is missing here {}", in_words(why)))
        .label(format!("expected `{token}`"))
}

/// The bracket that is never closed, if that is what the parser stumbled over: it does so at the end of the script.
fn unclosed(text: &str, error: &ParseError, at: usize) -> Option<usize> {
    let is_at_end = match error.err_type() {
        ParseErrorType::UnexpectedEOF => true,
        ParseErrorType::MissingToken(..) => error.position().is_none() || at >= text.trim_end().len(),
        _ => false,
    };
    if is_at_end { brackets::unclosed(text) } else { None }
}

/// What other languages write, and what is meant.
const FOREIGN: [(&str, &str); 12] = [
    ("function", "fn"),
    ("func", "fn"),
    ("def", "fn"),
    ("var", "let"),
    ("local", "let"),
    ("elif", "else if"),
    ("elsif", "else if"),
    ("elseif", "else if"),
    ("and", "&&"),
    ("or", "||"),
    ("not", "!"),
    ("then", "{"),
];

/// The word of another language on which the parser stumbled: the one at its place, or the one before.
fn foreign(text: &str, range: &std::ops::Range<usize>) -> Option<(&'static str, std::ops::Range<usize>, &'static str)> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..range.start)?.trim_end();
    let start = before.trim_end_matches(is_name).len();
    [range.clone(), start..before.len()].into_iter().find_map(|range| {
        let found = text.get(range.clone())?;
        FOREIGN.iter().find(|(word, _)| *word == found).map(|(word, meant)| (*word, range, *meant))
    })
}

fn reserved(word: &str, simple: impl Fn(&'static crate::diagnostic::Code, String) -> Problem) -> Problem {
    match host::FORBIDDEN.iter().find(|(name, _)| *name == word) {
        Some((name, help)) => simple(&codes::FORBIDDEN, format!("a script cannot use `{name}`")).help(*help),
        None => {
            let foreign = FOREIGN.iter().find(|(foreign, _)| *foreign == word);
            let help = foreign.map_or("choose another name".to_owned(), |(_, meant)| format!("write `{meant}`"));
            simple(&codes::SYNTAX, format!("`{word}` is a reserved word")).help(help)
        }
    }
}

/// Rhai's own words in our style: lower case, backticks.
pub(super) fn in_words(message: &str) -> String {
    let mut words = String::with_capacity(message.len());
    let mut is_open = false;
    let mut before = ' ';
    let mut rest = message.chars().peekable();
    while let Some(c) = rest.next() {
        let opens = !is_open && !before.is_alphanumeric();
        let closes = is_open && rest.peek().is_none_or(|next| !next.is_alphanumeric());
        if c == '\'' && (opens || closes) {
            is_open = opens;
            words.push('`');
        } else {
            words.push(c);
        }
        before = c;
    }
    lower(&words)
}

/// The same with a small letter at the start.
pub(super) fn lower(message: &str) -> String {
    let mut rest = message.chars();
    match rest.next() {
        Some(first) if !rest.as_str().starts_with(|c: char| c.is_uppercase()) => {
            first.to_lowercase().collect::<String>() + rest.as_str()
        }
        _ => message.to_owned(),
    }
}
