//! What the functions return that the program calls, as far as it is written out.

use rhai::{ASTFlags, Expr, Position, Stmt};

use super::{Checker, did_you_mean};
use crate::script::codes;
use crate::script::vocabulary::{Kind, Returned};

impl Checker<'_> {
    /// Looks at everything that a function returns; `kind` is that of its last statement.
    pub(super) fn returned(&mut self, body: &[Stmt], function: &str, kind: Kind) {
        let results = &self.sandbox.vocabulary.results;
        let Some((_, wanted)) = results.iter().find(|(name, _)| *name == function) else { return };
        let mut values = Vec::new();
        body.iter().for_each(|statement| returns_of(statement, &mut values));
        if let Some(last) = body.last() {
            last_of(last, &mut values);
        }
        let wanted = *wanted;
        // What is written out is told of below.
        if let (Some(found), Some(Stmt::Expr(last))) = (never_text_nor_map(kind), body.last())
            && literal(last).is_none()
        {
            let message = format!("`{function}` returns its last value, and this is {found}");
            let help = "end the function with `()`, or use the value".to_owned();
            self.problem(&codes::BAD_VALUE, last.start_position(), message, Some(help));
        }
        for value in values {
            self.result_is(value, wanted, &format!("`{function}` is to return"), &format!("`{function}`"));
        }
    }

    /// Looks at one value; `must` begins the message if it is of the wrong kind.
    fn result_is(&mut self, value: &Expr, wanted: Returned, must: &str, what: &str) {
        let expected = match wanted {
            Returned::Nothing => "nothing",
            Returned::Text | Returned::OneOf(_) => "text",
            Returned::Map(_) => "a map",
        };
        match (value, wanted) {
            (Expr::Map(parts, _), Returned::Map(keys)) => {
                for (name, value) in &parts.0 {
                    let Some((_, wanted)) = keys.iter().find(|(key, _)| *key == name.name.as_str()) else {
                        self.no_key(&name.name, keys, what, name.pos);
                        continue;
                    };
                    let what = format!("`{}`", name.name);
                    self.result_is(value, *wanted, &format!("{what} is to be"), &what);
                }
            }
            (Expr::StringConstant(text, position), Returned::OneOf(words)) if !words.contains(&text.as_str()) => {
                let help = did_you_mean(text, words.iter().copied());
                let help = help.unwrap_or_else(|| format!("it is one of `{}`", words.join("`, `")));
                self.problem(&codes::BAD_VALUE, *position, format!("{what} cannot be `{text}`"), Some(help));
            }
            (Expr::StringConstant(..) | Expr::InterpolatedString(..), Returned::Text | Returned::OneOf(_)) => {}
            (value, _) => {
                if let Some(found) = literal(value) {
                    let message = format!("{must} {expected}, and this is {found}");
                    let help = "leave it out where nothing is to be changed".to_owned();
                    self.problem(&codes::BAD_VALUE, value.position(), message, Some(help));
                }
            }
        }
    }

    fn no_key(&mut self, name: &str, keys: &[(&str, Returned)], what: &str, position: Position) {
        let known: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
        let help = did_you_mean(name, known.iter().copied());
        let help = help.unwrap_or_else(|| format!("it may have `{}`", known.join("`, `")));
        self.problem(&codes::BAD_VALUE, position, format!("what {what} returns has no `{name}`"), Some(help));
    }
}

/// What a kind is, if it is one that no function of ours may return.
fn never_text_nor_map(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Integer | Kind::Number => Some("a number"),
        Kind::Boolean => Some("true or false"),
        Kind::ListOf(_) => Some("a list"),
        _ => None,
    }
}

/// What a value is that is written out.
fn literal(value: &Expr) -> Option<&'static str> {
    Some(match value {
        Expr::IntegerConstant(..) | Expr::FloatConstant(..) => "a number",
        Expr::BoolConstant(..) => "true or false",
        Expr::CharConstant(..) => "a character",
        Expr::StringConstant(..) | Expr::InterpolatedString(..) => "text",
        Expr::Array(..) => "a list",
        Expr::Map(..) => "a map",
        _ => return None,
    })
}

/// The values behind `return` in a statement and those in it.
fn returns_of<'s>(statement: &'s Stmt, values: &mut Vec<&'s Expr>) {
    let mut all = |blocks: &[&'s rhai::StmtBlock]| {
        blocks.iter().flat_map(|block| block.iter()).for_each(|statement| returns_of(statement, values));
    };
    match statement {
        Stmt::Return(Some(value), flags, _) if !flags.contains(ASTFlags::BREAK) => values.push(value),
        Stmt::Block(block) => all(&[block.as_ref()]),
        Stmt::If(parts, _) => all(&[&parts.body, &parts.branch]),
        Stmt::While(parts, _) | Stmt::Do(parts, ..) => all(&[&parts.body]),
        Stmt::For(parts, _) => all(&[&parts.2.body]),
        Stmt::TryCatch(parts, _) => all(&[&parts.body, &parts.branch]),
        Stmt::Switch(parts, _) => {
            for case in &parts.1.expressions {
                if let Expr::Stmt(block) = &case.rhs {
                    block.iter().for_each(|statement| returns_of(statement, values));
                }
            }
        }
        Stmt::Expr(value) => {
            if let Expr::Stmt(block) = value.as_ref() {
                all(&[block.as_ref()]);
            }
        }
        _ => {}
    }
}

/// The values of the last statement of a function, which are the function's.
fn last_of<'s>(statement: &'s Stmt, values: &mut Vec<&'s Expr>) {
    let mut blocks: Vec<&'s rhai::StmtBlock> = Vec::new();
    let mut value = |value: &'s Expr| match value {
        Expr::Stmt(block) => blocks.push(block),
        value => values.push(value),
    };
    match statement {
        Stmt::Expr(expr) => value(expr),
        Stmt::Switch(parts, _) => parts.1.expressions.iter().for_each(|case| value(&case.rhs)),
        Stmt::If(parts, _) => blocks.extend([&parts.body, &parts.branch]),
        Stmt::Block(block) => blocks.push(block),
        _ => {}
    }
    for last in blocks.into_iter().filter_map(|block| block.iter().last()) {
        last_of(last, values);
    }
}
