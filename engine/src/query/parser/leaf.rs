//! The leaves of the grammar: comparisons, values, functions, texts.

use std::ops::Range;

use super::Parser;
use crate::diagnostic::Problem;
use crate::query::codes;
use crate::query::lexer::{Op, Token, TokenKind};
use crate::query::syntax::{Argument, Call, Comparison, Expression, Path, Primary, Text, Tree};
use crate::query::text::decode;

/// Functions of Cloud Logging; these are calls with white space before the parenthesis as well.
pub(in crate::query) const FUNCTIONS: [&str; 7] =
    ["log_id", "ip_in_net", "SEARCH", "sample", "source", "cast", "regexp_extract"];

impl Parser<'_> {
    /// `comparison | function | text`
    pub(super) fn primary(&mut self) -> Option<Expression> {
        let token = self.peek()?.clone();
        match token.kind {
            TokenKind::Word => {}
            TokenKind::Quoted { .. } => return self.quoted_primary(),
            _ => {
                self.unexpected(&token);
                return None;
            }
        }
        if self.is_call() {
            return self.call();
        }
        let chain = self.chain();
        if let Some(TokenKind::Op(op)) = self.peek_kind() {
            let path = self.path(&chain);
            return self.comparison(path, chain, op);
        }
        if self.tokens.get(self.at.saturating_sub(1)).is_some_and(|last| last.range.start != chain.start) {
            let problem = Problem::new(&codes::SYNTAX, chain, "a path to a field stands alone");
            self.problems.push(
                problem.label("expected an operator behind this").help("to ask whether the field is there write `:*`"),
            );
            return None;
        }
        let text = self.word(chain.clone())?;
        if text.text == "*" {
            self.star(&chain);
            return None;
        }
        Some(Tree::leaf(Primary::Global(text), chain))
    }

    /// A text in quotation marks, which is no field however an operator may follow it.
    fn quoted_primary(&mut self) -> Option<Expression> {
        let text = self.quoted(false);
        let Some(TokenKind::Op(op)) = self.peek_kind() else {
            let text = text?;
            let range = text.range.clone();
            return Some(Tree::leaf(Primary::Global(text), range));
        };
        let range = text.map_or(0..0, |text| text.range);
        let problem =
            Problem::new(&codes::BAD_PATH, range.clone(), "a path cannot begin with a name in quotation marks");
        self.problems.push(problem.label("expected one of a log entry's fields").help("write the first name without"));
        self.comparison(None, range, op)
    }

    fn star(&mut self, range: &Range<usize>) {
        let problem = Problem::new(&codes::WRONG_STAR, range.clone(), "`*` alone searches for nothing");
        self.problems.push(problem.help("leave it out, or write `\"*\"` to look for the character"));
    }

    /// Takes the words and quoted names that one path is made of; says where they are.
    fn chain(&mut self) -> Range<usize> {
        let Some(first) = self.next() else { return 0..0 };
        let mut range = first.range;
        while let Some(token) = self.peek() {
            let joins = match token.kind {
                TokenKind::Quoted { closed: true } => self.slice(&range).ends_with('.'),
                TokenKind::Word => self.slice(&range).ends_with('"') && self.slice(&token.range).starts_with('.'),
                _ => false,
            };
            if token.range.start != range.end || !joins {
                break;
            }
            range.end = token.range.end;
            self.at += 1;
        }
        range
    }

    /// The names of a chain.
    fn path(&mut self, chain: &Range<usize>) -> Option<Path> {
        let (names, wrong) = names(self.slice(chain), chain.start);
        if let Some(range) = wrong {
            let problem = Problem::new(&codes::BAD_PATH, range, "the path has an empty name in it");
            self.problems.push(problem.label("expected a name between the dots"));
            return None;
        }
        Some(Path { names, range: chain.clone() })
    }

    /// `path op value`, of which the path has been read.
    fn comparison(&mut self, path: Option<Path>, start: Range<usize>, op: Op) -> Option<Expression> {
        let op_range = self.next()?.range;
        let values = match self.peek() {
            Some(token) if token.kind == TokenKind::Open => {
                let outer = self.values_of.replace(op);
                let values = self.parenthesis(Self::value);
                self.values_of = outer;
                values
            }
            Some(token) if matches!(token.kind, TokenKind::Word | TokenKind::Quoted { .. }) && !self.is_keyword() => {
                let outer = self.values_of.replace(op);
                let value = self.value();
                self.values_of = outer;
                value
            }
            Some(Token { kind: TokenKind::Op(_) | TokenKind::Foreign(_), range }) => {
                let whole = op_range.start..range.end;
                self.at += 1;
                self.operator(whole);
                self.skip_value();
                return None;
            }
            _ => {
                let message = format!("`{}` has no value behind it", op.symbol());
                let problem =
                    Problem::new(&codes::MISSING_VALUE, op_range, message).label("expected a value behind this");
                self.problems.push(problem.help("to ask whether the field is there write `:*`"));
                return None;
            }
        };
        let (path, values) = (path?, values?);
        let range = start.start..values.range.end;
        Some(Tree::leaf(Primary::Comparison(Comparison { path, op, op_range, values }), range))
    }

    /// One value behind an operator.
    fn value(&mut self) -> Option<Tree<Text>> {
        let op = self.values_of.unwrap_or(Op::Equal);
        let token = self.peek()?.clone();
        let text = match token.kind {
            TokenKind::Word => {
                self.at += 1;
                self.word(token.range.clone())
            }
            TokenKind::Quoted { .. } => self.quoted(op.is_regex()),
            _ => {
                self.unexpected(&token);
                return None;
            }
        };
        let is_followed = self.peek().is_some_and(|next| {
            matches!(next.kind, TokenKind::Op(_))
                || (next.range.start == token.range.end
                    && matches!(next.kind, TokenKind::Word | TokenKind::Quoted { .. } | TokenKind::Foreign(_)))
        });
        if is_followed {
            self.broken_value(token.range);
            return None;
        }
        let text = text?;
        Some(Tree::leaf(text, token.range))
    }

    /// A value such as `abc:def` or `12"`: takes all of it and says that it needs quotation marks.
    fn broken_value(&mut self, start: Range<usize>) {
        let mut range = start;
        while let Some(token) = self.peek() {
            let is_op = matches!(token.kind, TokenKind::Op(_) | TokenKind::Foreign(_));
            if !is_op && (token.range.start != range.end || matches!(token.kind, TokenKind::Open | TokenKind::Close)) {
                break;
            }
            range.end = token.range.end;
            self.at += 1;
        }
        let written = self.slice(&range).replace(['"', '\''], "");
        let problem = Problem::new(&codes::SYNTAX, range, "a value ends in the middle of a text");
        self.problems.push(
            problem
                .label("expected white space, `)` or the end behind a value")
                .help(format!("write a value that holds operators or marks in quotation marks: `\"{written}\"`")),
        );
    }

    /// Skips what would have been a value.
    fn skip_value(&mut self) {
        if matches!(self.peek_kind(), Some(TokenKind::Word | TokenKind::Quoted { .. })) && !self.is_keyword() {
            self.at += 1;
        }
    }

    fn operator(&mut self, range: Range<usize>) {
        let written = self.slice(&range);
        let meant = match self.peek_foreign(&range) {
            Some(meant) => format!("write `{meant}`"),
            None => "one of `=`, `!=`, `<`, `<=`, `>`, `>=`, `:`, `=~` and `!~`".to_owned(),
        };
        let message = format!("`{written}` is no operator of this language");
        self.problems.push(Problem::new(&codes::UNKNOWN_OPERATOR, range, message).help(meant));
    }

    /// What to write for the token before, if it is another language's.
    fn peek_foreign(&self, range: &Range<usize>) -> Option<&'static str> {
        let token = self.tokens.get(self.at.saturating_sub(1)).filter(|token| token.range == *range)?;
        match token.kind {
            TokenKind::Foreign(meant) => Some(meant),
            _ => None,
        }
    }

    /// Notes a token that cannot begin a term, and skips it with what seems to belong to it.
    fn unexpected(&mut self, token: &Token) {
        self.at += 1;
        match token.kind {
            TokenKind::Foreign(meant) => {
                self.operator(token.range.clone());
                if !matches!(meant, "AND" | "OR" | "NOT") {
                    self.skip_value();
                }
            }
            TokenKind::Op(_) => {
                let message = format!("`{}` has no field before it", self.slice(&token.range));
                let problem = Problem::new(&codes::SYNTAX, token.range.clone(), message);
                self.problems.push(problem.label("expected a field before this"));
                self.skip_value();
            }
            _ => {
                let message = format!("`{}` cannot stand here", self.slice(&token.range));
                let problem = Problem::new(&codes::SYNTAX, token.range.clone(), message);
                self.problems.push(problem.label("expected a value").help("put text that holds it in quotation marks"));
                if token.kind == TokenKind::Open {
                    self.skip_to_close();
                }
            }
        }
    }

    /// The text of a word.
    fn word(&mut self, range: Range<usize>) -> Option<Text> {
        let text = self.slice(&range);
        if let Some(mark) = text.find(['“', '”', '„', '‘', '’']) {
            let at = range.start + mark;
            let length = text.get(mark..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            let problem = Problem::new(&codes::SYNTAX, at..at + length, "this is a typographic quotation mark");
            self.problems.push(problem.label("expected `\"`"));
            return None;
        }
        Some(Text { text: text.to_owned(), is_quoted: false, range })
    }

    /// Takes a text in quotation marks.
    fn quoted(&mut self, is_regex: bool) -> Option<Text> {
        let token = self.next()?;
        if token.kind != (TokenKind::Quoted { closed: true }) {
            let mark = token.range.start..token.range.start + 1;
            let problem = Problem::new(&codes::UNCLOSED_STRING, mark, "this quotation mark is never closed");
            self.problems.push(problem.label("expected another one behind the text"));
            return None;
        }
        let inner = token.range.start + 1..token.range.end - 1;
        let decoded = decode(self.slice(&inner), is_regex);
        let is_right = decoded.wrong.is_empty();
        for (range, expected) in decoded.wrong {
            let range = inner.start + range.start..inner.start + range.end;
            let message = format!("`{}` is no escape", self.slice(&range));
            let problem = Problem::new(&codes::BAD_ESCAPE, range, message).label(format!("expected {expected}"));
            self.problems.push(problem.help("write `\\\\` for a backslash itself"));
        }
        if is_regex {
            for range in decoded.backspaces {
                let range = inner.start + range.start..inner.start + range.end;
                let problem = Problem::new(&codes::BACKSPACE, range, "`\\b` is a backspace here, not a word's edge");
                self.problems.push(problem.help("write `\\\\b`"));
            }
        }
        is_right.then_some(Text { text: decoded.text, is_quoted: true, range: token.range })
    }

    fn is_call(&self) -> bool {
        let (Some(name), Some(next)) = (self.tokens.get(self.at), self.tokens.get(self.at + 1)) else { return false };
        let word = self.slice(&name.range);
        next.kind == TokenKind::Open
            && (next.range.start == name.range.end || FUNCTIONS.iter().any(|known| known.eq_ignore_ascii_case(word)))
    }

    /// `name ( [ argument { , argument } ] )`
    fn call(&mut self) -> Option<Expression> {
        let name_range = self.next()?.range;
        let open = self.next()?.range;
        let name = self.slice(&name_range).to_owned();
        let mut arguments = Vec::new();
        let mut is_right = true;
        loop {
            let Some(token) = self.peek().cloned() else {
                let problem = Problem::new(&codes::UNCLOSED_PARENTHESIS, open, "this `(` is never closed");
                self.problems.push(problem.label("expected a `)` for this"));
                return None;
            };
            match token.kind {
                TokenKind::Close => {
                    self.at += 1;
                    let range = name_range.start..token.range.end;
                    self.after_call(&range);
                    let call = Call { name, name_range, arguments, range: range.clone() };
                    return is_right.then_some(Tree::leaf(Primary::Call(call), range));
                }
                TokenKind::Comma => self.at += 1,
                TokenKind::Quoted { .. } => match self.quoted(name.eq_ignore_ascii_case("regexp_extract")) {
                    Some(text) => arguments.push(Argument { text, path: None }),
                    None => is_right = false,
                },
                TokenKind::Word if !self.is_call() => {
                    let chain = self.chain();
                    let (names, wrong) = names(self.slice(&chain), chain.start);
                    let path = wrong.is_none().then_some(Path { names, range: chain.clone() });
                    let text = Text { text: self.slice(&chain).to_owned(), is_quoted: false, range: chain };
                    arguments.push(Argument { text, path });
                }
                // A call within a call: only `cast` and its like take one, and they are refused as a whole.
                TokenKind::Word | TokenKind::Open => {
                    let start = token.range.start;
                    self.at += usize::from(token.kind == TokenKind::Word) + 1;
                    self.skip_to_close();
                    let end = self.tokens.get(self.at.saturating_sub(1)).map_or(start, |last| last.range.end);
                    let text = Text { text: self.slice(&(start..end)).to_owned(), is_quoted: false, range: start..end };
                    arguments.push(Argument { text, path: None });
                }
                TokenKind::Op(_) | TokenKind::Foreign(_) => {
                    is_right = false;
                    let message =
                        format!("`{}` cannot stand among the arguments of a function", self.slice(&token.range));
                    self.problems.push(Problem::new(&codes::SYNTAX, token.range, message).label("expected `,` or `)`"));
                    self.at += 1;
                }
            }
        }
    }

    /// Skips an operator and a value behind a call; only functions that are refused give a value.
    fn after_call(&mut self, call: &Range<usize>) {
        let Some(TokenKind::Op(op)) = self.peek_kind() else { return };
        self.at += 1;
        let name = self.slice(call).split('(').next().unwrap_or("");
        if !["cast", "regexp_extract"].iter().any(|known| known.eq_ignore_ascii_case(name.trim())) {
            let message = format!("a function cannot be compared with `{}`", op.symbol());
            let problem = Problem::new(&codes::SYNTAX, call.clone(), message);
            self.problems.push(problem.help("it holds or does not by itself"));
        }
        self.skip_value();
    }

    /// Skips to behind the `)` of a `(` that has just been taken.
    fn skip_to_close(&mut self) {
        let mut open = 1_usize;
        while let Some(token) = self.next() {
            match token.kind {
                TokenKind::Open => open += 1,
                TokenKind::Close => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
    }
}

/// The names of a path that begins at `start`, or where one is empty.
fn names(text: &str, start: usize) -> (Vec<(String, Range<usize>)>, Option<Range<usize>>) {
    let mut names = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let length = match rest.chars().next() {
            Some(mark @ ('"' | '\'')) => crate::query::lexer::tokens(rest).first().map_or(rest.len(), |token| {
                let inner = rest.get(1..token.range.end.saturating_sub(1)).unwrap_or("");
                let _ = mark;
                names.push((decode(inner, true).text, start + at..start + token.range.end + at));
                token.range.end
            }),
            _ => {
                let length = rest.find('.').unwrap_or(rest.len());
                names.push((rest.get(..length).unwrap_or("").to_owned(), start + at..start + at + length));
                length
            }
        };
        at += length;
        if !text.get(at..).is_some_and(|rest| rest.starts_with('.')) {
            break;
        }
        at += 1;
    }
    let empty = names.iter().find(|(name, _)| name.is_empty()).map(|(_, range)| range.clone());
    let wrong = empty.map(|range| if range.is_empty() { dot_around(text, start, range.start) } else { range });
    (names, wrong)
}

/// The dot beside an empty name, so that the range shows something.
fn dot_around(text: &str, start: usize, at: usize) -> Range<usize> {
    let is_behind = text.get(at - start..).is_some_and(|rest| rest.starts_with('.'));
    if is_behind { at..at + 1 } else { at.saturating_sub(1).max(start)..at }
}
