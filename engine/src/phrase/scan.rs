//! Where a text mentions names, filters and tests. MiniJinja says what is wrong with a template, but not where a name
//! stands in it; so its expressions are read once more here, only as far as that takes.

use std::ops::Range;

/// One name of a path and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) name: String,
    pub(super) range: Range<usize>,
}

/// Something that a text mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The first word of a `{% … %}`.
    Tag(String, Range<usize>),
    /// `| word`
    Filter(String, Range<usize>),
    /// `is word`
    Test(String, Range<usize>),
    /// `metrics.latency.max`, `facets["labels.line"]`
    Name(Vec<Mention>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
    Other,
}

/// Everything that a well-formed text mentions, in its order.
pub(super) fn scan(source: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = source.get(at..).and_then(|rest| rest.find('{')).map(|n| at + n) {
        let kind = source.as_bytes().get(open + 1).copied();
        match kind {
            Some(b'#') => {
                at = source.get(open..).and_then(|rest| rest.find("#}")).map_or(source.len(), |n| open + n + 2)
            }
            Some(b'{' | b'%') => {
                let (tokens, end) = tokens(source, open + 2, if kind == Some(b'{') { "}}" } else { "%}" });
                let is_tag = kind == Some(b'%');
                if is_tag && matches!(tokens.first(), Some((Token::Word(word), _)) if word == "raw") {
                    let after = source.get(end..).and_then(|rest| rest.find("endraw"));
                    at = after.map_or(source.len(), |n| end + n);
                    continue;
                }
                read(&tokens, is_tag, &mut found);
                at = end;
            }
            _ => at = open + 1,
        }
    }
    found
}

/// The tokens up to a closing mark, and the byte behind it.
fn tokens(source: &str, from: usize, close: &str) -> (Vec<(Token, Range<usize>)>, usize) {
    let mut tokens = Vec::new();
    let mut at = from;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(close) {
            return (tokens, at + close.len());
        }
        let Some(c) = rest.chars().next() else { break };
        let (token, len) = match c {
            '"' | '\'' => text(rest, c),
            _ if c.is_alphabetic() || c == '_' => {
                let len = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                (Token::Word(rest.get(..len).unwrap_or("").to_owned()), len)
            }
            _ if c.is_ascii_digit() => {
                // `1.5` is one number; its point leads to no name.
                let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').unwrap_or(rest.len());
                (Token::Other, len)
            }
            _ if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            _ => (Token::Mark(c), c.len_utf8()),
        };
        tokens.push((token, at..at + len));
        at += len;
    }
    (tokens, source.len())
}

/// A text in quotes at the start of `rest`.
fn text(rest: &str, quote: char) -> (Token, usize) {
    let mut value = String::new();
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if is_escaped {
            value.push(c);
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if c == quote {
            return (Token::Text(value), at + c.len_utf8());
        } else {
            value.push(c);
        }
    }
    (Token::Text(value), rest.len())
}

/// Words that stand where a name could.
const KEYWORDS: [&str; 19] = [
    "and", "or", "not", "in", "is", "if", "else", "elif", "for", "endfor", "endif", "set", "endset", "true", "false",
    "none", "True", "False", "None",
];

fn read(tokens: &[(Token, Range<usize>)], is_tag: bool, found: &mut Vec<Found>) {
    // `{{-` and `{%+` say something of blanks only.
    let skip = usize::from(matches!(tokens.first(), Some((Token::Mark('-' | '+'), _))));
    let mut at = skip;
    if is_tag && let Some((Token::Word(word), range)) = tokens.get(at) {
        found.push(Found::Tag(word.clone(), range.clone()));
        at += 1;
    }
    while let Some((token, range)) = tokens.get(at) {
        let before = at.checked_sub(1).filter(|n| *n >= skip).and_then(|n| tokens.get(n)).map(|(token, _)| token);
        let mut next = at + 1;
        if let Token::Word(word) = token {
            let is_after = |word: &str| matches!(before, Some(Token::Word(other)) if other == word);
            let is_negated_test = is_after("not")
                && matches!(at.checked_sub(2).and_then(|n| tokens.get(n)), Some((Token::Word(is), _)) if is == "is");
            match before {
                Some(Token::Mark('|')) => found.push(Found::Filter(word.clone(), range.clone())),
                _ if (is_after("is") && word != "not") || is_negated_test => {
                    found.push(Found::Test(word.clone(), range.clone()));
                }
                _ if KEYWORDS.contains(&word.as_str()) => {}
                // A keyword argument: `round(precision=1)`.
                _ if is_argument(tokens, at) => {}
                _ => {
                    let (path, end) = path(tokens, at);
                    found.push(Found::Name(path));
                    next = end;
                }
            }
        }
        at = next;
    }
}

/// Whether the word at `at` is the name of an argument.
fn is_argument(tokens: &[(Token, Range<usize>)], at: usize) -> bool {
    let mark = |n: Option<usize>| {
        n.and_then(|n| tokens.get(n)).and_then(|(t, _)| if let Token::Mark(c) = t { Some(*c) } else { None })
    };
    matches!(mark(at.checked_sub(1)), Some('(' | ','))
        && mark(Some(at + 1)) == Some('=')
        && mark(Some(at + 2)) != Some('=')
}

/// The path that begins with the word at `at`, and the token behind it.
fn path(tokens: &[(Token, Range<usize>)], mut at: usize) -> (Vec<Mention>, usize) {
    let mut path = Vec::new();
    if let Some((Token::Word(word), range)) = tokens.get(at) {
        path.push(Mention { name: word.clone(), range: range.clone() });
        at += 1;
    }
    loop {
        match (tokens.get(at), tokens.get(at + 1), tokens.get(at + 2)) {
            (Some((Token::Mark('.'), _)), Some((Token::Word(word), range)), _) => {
                path.push(Mention { name: word.clone(), range: range.clone() });
                at += 2;
            }
            (Some((Token::Mark('['), _)), Some((Token::Text(text), range)), Some((Token::Mark(']'), _))) => {
                path.push(Mention { name: text.clone(), range: range.clone() });
                at += 3;
            }
            _ => return (path, at),
        }
    }
}
