//! The leaves of the grammar: comparisons, values, functions, texts.

use std::ops::Range;

use super::Parser;
use crate::diagnostic::Problem;
use crate::query::codes;
use crate::query::lexer::{Op, Token, TokenKind};
use crate::query::syntax::{Comparison, Expression, Path, Primary, Text, Tree};
use crate::query::text::decode;

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
            let help = format!("to ask whether the field is there write `{}:*`", self.slice(&chain));
            let problem = Problem::new(&codes::SYNTAX, chain, "a path to a field stands alone");
            self.problems.push(problem.label("expected an operator behind this").help(help));
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
        let begins_path = self.peek().zip(text.as_ref()).is_some_and(|(next, text)| {
            next.kind == TokenKind::Word
                && next.range.start == text.range.end
                && self.slice(&next.range).starts_with('.')
        });
        if begins_path {
            self.chain();
        }
        if let (Some(text), false) = (&text, begins_path || matches!(self.peek_kind(), Some(TokenKind::Op(_)))) {
            return Some(Tree::leaf(Primary::Global(text.clone()), text.range.clone()));
        }
        let range = text?.range;
        let message = "a path cannot begin with a name in quotation marks";
        let problem = Problem::new(&codes::BAD_PATH, range.clone(), message);
        self.problems.push(problem.label("expected one of a log entry's fields").help("write the first name without"));
        match self.peek_kind() {
            Some(TokenKind::Op(op)) => self.comparison(None, range, op),
            _ => None,
        }
    }

    fn star(&mut self, range: &Range<usize>) {
        let problem = Problem::new(&codes::WRONG_STAR, range.clone(), "`*` alone searches for nothing");
        self.problems.push(problem.help("leave it out, or write `\"*\"` to look for the character"));
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
                let field = self.slice(&start).to_owned();
                self.problems.push(problem.help(format!("to ask whether the field is there write `{field}:*`")));
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
    pub(super) fn skip_value(&mut self) {
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
    pub(super) fn quoted(&mut self, is_regex: bool) -> Option<Text> {
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
}
