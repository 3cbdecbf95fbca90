//! Tokens as a tree, by recursive descent: one function for each rule of the grammar.
//!
//! A mistake is noted and what belongs to it skipped, so that one reading finds as many as it can.

mod call;
mod leaf;
mod path;

pub(super) use call::FUNCTIONS;

use std::ops::Range;

use super::codes;
use super::lexer::{Op, Token, TokenKind, tokens};
use super::syntax::{Expression, Tree, TreeKind};
use crate::diagnostic::Problem;

/// Parentheses within parentheses that are read.
pub(super) const MAX_DEPTH: usize = 64;

/// A reading in progress.
pub(super) struct Parser<'q> {
    source: &'q str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// The operator whose values in parentheses are being read.
    values_of: Option<Op>,
    problems: Vec<Problem>,
}

/// What can stand where a term is expected.
enum Prefix {
    None,
    Not(Range<usize>),
    /// A minus that begins a word: the rest of the word is the term.
    Minus(Range<usize>),
}

type Leaf<'q, L> = fn(&mut Parser<'q>) -> Option<Tree<L>>;

/// Reads a query; nothing if it is empty or no part of it could be read.
pub(super) fn parse(source: &str) -> (Option<Expression>, Vec<Problem>) {
    let mut parser = Parser { source, tokens: tokens(source), at: 0, depth: 0, values_of: None, problems: Vec::new() };
    let mut parts = Vec::new();
    loop {
        parts.extend(parser.sequence(Parser::primary));
        let Some(stray) = parser.next() else { break };
        let problem = Problem::new(&codes::STRAY_PARENTHESIS, stray.range, "this `)` closes nothing");
        parser.problems.push(problem.help("leave it out, or put it in quotation marks if it is part of a text"));
    }
    (join(parts, TreeKind::And), parser.problems)
}

/// One tree of several; the only one as it is.
fn join<L>(mut parts: Vec<Tree<L>>, kind: fn(Vec<Tree<L>>) -> TreeKind<L>) -> Option<Tree<L>> {
    if parts.len() < 2 {
        return parts.pop();
    }
    let start = parts.first().map_or(0, |part| part.range.start);
    let end = parts.last().map_or(start, |part| part.range.end);
    Some(Tree { kind: kind(parts), range: start..end, parenthesised: false })
}

impl<'q> Parser<'q> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn peek_kind(&self) -> Option<TokenKind> {
        self.peek().map(|token| token.kind)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    fn slice(&self, range: &Range<usize>) -> &'q str {
        self.source.get(range.clone()).unwrap_or("")
    }

    fn is_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.kind == TokenKind::Word && self.slice(&token.range) == word)
    }

    fn is_keyword(&self) -> bool {
        ["AND", "OR", "NOT"].into_iter().any(|word| self.is_word(word))
    }

    /// Whether a term can begin here.
    fn is_term(&self) -> bool {
        match self.peek_kind() {
            None | Some(TokenKind::Close) => false,
            Some(_) => !self.is_word("AND") && !self.is_word("OR"),
        }
    }

    /// `factor { [ AND ] factor }`, up to the end or a `)`.
    fn sequence<L>(&mut self, leaf: Leaf<'q, L>) -> Option<Tree<L>> {
        let mut factors = Vec::new();
        let mut has_operand = false;
        while let Some(kind) = self.peek_kind() {
            if kind == TokenKind::Close {
                break;
            }
            if self.is_word("AND") {
                let and = self.next().map_or(0..0, |token| token.range);
                if !has_operand {
                    self.missing(&and, "AND", "before");
                } else if !self.is_term() {
                    self.missing(&and, "AND", "behind");
                }
                continue;
            }
            factors.extend(self.factor(leaf));
            has_operand = true;
        }
        join(factors, TreeKind::And)
    }

    /// `term { OR term }`
    fn factor<L>(&mut self, leaf: Leaf<'q, L>) -> Option<Tree<L>> {
        let mut terms = Vec::new();
        if self.is_term() {
            terms.extend(self.term(leaf));
        } else if let Some(or) = self.peek().map(|token| token.range.clone()) {
            self.missing(&or, "OR", "before");
        }
        while self.is_word("OR") {
            let or = self.next().map_or(0..0, |token| token.range);
            if self.is_term() {
                terms.extend(self.term(leaf));
            } else {
                self.missing(&or, "OR", "behind");
            }
        }
        join(terms, TreeKind::Or)
    }

    fn missing(&mut self, range: &Range<usize>, word: &str, side: &str) {
        let problem = Problem::new(&codes::MISSING_OPERAND, range.clone(), format!("`{word}` has nothing {side} it"))
            .label(format!("expected a comparison or a text {side} this"))
            .help(format!("to search for the word itself write `\"{word}\"`"));
        self.problems.push(problem);
    }

    /// `[ NOT | - ] primary`
    fn term<L>(&mut self, leaf: Leaf<'q, L>) -> Option<Tree<L>> {
        let mut negation: Option<Range<usize>> = None;
        loop {
            let range = match self.prefix() {
                Prefix::None => break,
                Prefix::Not(range) | Prefix::Minus(range) => range,
            };
            if negation.is_some() {
                let problem = Problem::new(&codes::SYNTAX, range.clone(), "a negation stands before a negation");
                self.problems.push(problem.help("write `NOT (NOT …)`, or leave both out"));
            }
            negation.get_or_insert(range);
        }
        if let Some(not) = negation.clone()
            && !self.is_term()
        {
            let word = self.slice(&not).to_owned();
            self.missing(&not, &word, "behind");
            return None;
        }
        let inner = if self.peek_kind() == Some(TokenKind::Open) { self.parenthesis(leaf) } else { leaf(self) }?;
        Some(match negation {
            None => inner,
            Some(not) => {
                let range = not.start..inner.range.end;
                Tree { kind: TreeKind::Not(Box::new(inner)), range, parenthesised: false }
            }
        })
    }

    /// Takes a `NOT` or a minus, if one is here. A minus is taken off the word that it begins.
    fn prefix(&mut self) -> Prefix {
        let Some(token) = self.peek().cloned() else { return Prefix::None };
        let word = self.slice(&token.range);
        if token.kind != TokenKind::Word {
            return Prefix::None;
        }
        if word == "NOT" {
            self.at += 1;
            return Prefix::Not(token.range);
        }
        if !word.starts_with('-') || (self.values_of.is_some() && word.parse::<f64>().is_ok()) {
            return Prefix::None;
        }
        let minus = token.range.start..token.range.start + 1;
        if word.len() == 1 {
            self.at += 1;
        } else if let Some(token) = self.tokens.get_mut(self.at) {
            token.range.start += 1;
        }
        Prefix::Minus(minus)
    }

    /// `( expression )`
    fn parenthesis<L>(&mut self, leaf: Leaf<'q, L>) -> Option<Tree<L>> {
        let open = self.next()?.range;
        if self.depth >= MAX_DEPTH {
            let message = format!("parentheses are nested more than {MAX_DEPTH} levels deep");
            self.problems.push(Problem::new(&codes::TOO_DEEP, open, message).label("one level too many"));
            self.at = self.tokens.len();
            self.depth = usize::MAX;
            return None;
        }
        self.depth += 1;
        let inner = self.sequence(leaf);
        let is_too_deep = self.depth == usize::MAX;
        if is_too_deep {
            return None;
        }
        self.depth -= 1;
        let Some(close) = self.next() else {
            let problem = Problem::new(&codes::UNCLOSED_PARENTHESIS, open, "this `(` is never closed");
            self.problems.push(problem.label("expected a `)` for this"));
            return inner;
        };
        let range = open.start..close.range.end;
        if inner.is_none() && !self.problems.iter().any(|problem| problem.range.start >= open.start) {
            let problem = Problem::new(&codes::SYNTAX, range.clone(), "there is nothing between the parentheses");
            self.problems.push(problem.label("expected a comparison or a text"));
        }
        inner.map(|tree| Tree { range, parenthesised: true, ..tree })
    }
}
