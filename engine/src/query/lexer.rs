//! The text of a query as tokens.

use std::ops::Range;

/// An operator between a field and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Has,
    Match,
    NoMatch,
}

impl Op {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Has => ":",
            Self::Match => "=~",
            Self::NoMatch => "!~",
        }
    }

    /// Whether its value is a regular expression.
    pub(super) fn is_regex(self) -> bool {
        matches!(self, Self::Match | Self::NoMatch)
    }

    /// Whether it asks for an order.
    pub(super) fn is_order(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual)
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Text without quotation marks.
    Word,
    /// Text in quotation marks, which belong to its range.
    Quoted {
        closed: bool,
    },
    Open,
    Close,
    Comma,
    Op(Op),
    /// An operator of other languages, and what to write for it.
    Foreign(&'static str),
}

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// Operators, longest first; those of other languages among them, so that they are named in one piece.
const OPERATORS: [(&str, TokenKind); 16] = [
    ("===", TokenKind::Foreign("=")),
    ("=~", TokenKind::Op(Op::Match)),
    ("!~", TokenKind::Op(Op::NoMatch)),
    ("!=", TokenKind::Op(Op::Unequal)),
    (">=", TokenKind::Op(Op::GreaterOrEqual)),
    ("<=", TokenKind::Op(Op::LessOrEqual)),
    ("==", TokenKind::Foreign("=")),
    ("=>", TokenKind::Foreign(">=")),
    ("=<", TokenKind::Foreign("<=")),
    ("<>", TokenKind::Foreign("!=")),
    ("=", TokenKind::Op(Op::Equal)),
    (">", TokenKind::Op(Op::Greater)),
    ("<", TokenKind::Op(Op::Less)),
    (":", TokenKind::Op(Op::Has)),
    ("~", TokenKind::Foreign("=~")),
    ("!", TokenKind::Foreign("NOT")),
];

/// Whether a character ends a text without quotation marks.
pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"' | '\'' | ',' | ':' | '=' | '<' | '>' | '!' | '~')
}

/// The tokens of a query; comments and white space are left out.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(first) = rest.chars().next() else { break };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if rest.starts_with("--") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let (kind, length) = token(rest, first);
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    tokens
}

fn token(rest: &str, first: char) -> (TokenKind, usize) {
    match first {
        '(' => return (TokenKind::Open, 1),
        ')' => return (TokenKind::Close, 1),
        ',' => return (TokenKind::Comma, 1),
        '"' | '\'' => {
            let (length, closed) = quoted(rest, first);
            return (TokenKind::Quoted { closed }, length);
        }
        _ => {}
    }
    if let Some((symbol, kind)) = OPERATORS.iter().find(|(symbol, _)| rest.starts_with(symbol)) {
        return (*kind, symbol.len());
    }
    let length = rest.find(ends_word).unwrap_or(rest.len());
    let foreign = match rest.get(..length) {
        Some("&&" | "&") => Some("AND"),
        Some("||" | "|") => Some("OR"),
        _ => None,
    };
    (foreign.map_or(TokenKind::Word, TokenKind::Foreign), length)
}

fn quoted(rest: &str, mark: char) -> (usize, bool) {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == mark {
            return (at + 1, true);
        }
    }
    (rest.len(), false)
}
