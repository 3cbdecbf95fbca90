//! Calls of functions.

use std::ops::Range;

use super::Parser;
use super::path::names;
use crate::diagnostic::Problem;
use crate::query::codes;
use crate::query::lexer::TokenKind;
use crate::query::syntax::{Argument, Call, Expression, Path, Primary, Text, Tree};

/// Functions of Cloud Logging; these are calls with white space before the parenthesis as well.
pub(in crate::query) const FUNCTIONS: [&str; 7] =
    ["log_id", "ip_in_net", "SEARCH", "sample", "source", "cast", "regexp_extract"];

impl Parser<'_> {
    pub(super) fn is_call(&self) -> bool {
        let (Some(name), Some(next)) = (self.tokens.get(self.at), self.tokens.get(self.at + 1)) else { return false };
        let word = self.slice(&name.range);
        next.kind == TokenKind::Open
            && (next.range.start == name.range.end || FUNCTIONS.iter().any(|known| known.eq_ignore_ascii_case(word)))
    }

    /// `name ( [ argument { , argument } ] )`
    pub(super) fn call(&mut self) -> Option<Expression> {
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
    pub(super) fn skip_to_close(&mut self) {
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
