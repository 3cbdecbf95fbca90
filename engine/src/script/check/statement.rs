//! Statements.

use rhai::{ASTFlags, ASTNode, Expr, Stmt};

use super::{Checker, a, did_you_mean};
use crate::script::codes;
use crate::script::policy::Saying;
use crate::script::vocabulary::{Kind, ObjectWords};

impl Checker<'_> {
    /// A block: what it defines is forgotten at its end.
    pub(super) fn block<'s>(&mut self, statements: impl IntoIterator<Item = &'s Stmt>) -> Kind {
        let mark = self.names.mark();
        let mut kind = Kind::Any;
        let mut is_over = false;
        for statement in statements {
            if std::mem::take(&mut is_over) && !matches!(statement, Stmt::Noop(_)) {
                let (message, help) = ("this is never reached", "take it out, or what ends the function before it");
                self.problem(&codes::NEVER_RUNS, statement.position(), message.to_owned(), Some(help.to_owned()));
            }
            kind = self.statement(statement);
            is_over = matches!(statement, Stmt::Return(..) | Stmt::BreakLoop(..));
        }
        self.names.forget_since(mark);
        kind
    }

    /// One statement; answers what it gives.
    pub(super) fn statement(&mut self, statement: &Stmt) -> Kind {
        match statement {
            Stmt::Expr(expr) => return self.expression(expr),
            Stmt::FnCall(call, position) => return self.call(call, *position),
            Stmt::Block(block) => return self.block(block.iter()),
            Stmt::If(parts, _) => {
                self.condition(&parts.expr);
                self.block(parts.body.iter());
                self.block(parts.branch.iter());
            }
            Stmt::While(parts, _) | Stmt::Do(parts, ..) => {
                self.forget_assigned(&parts.body);
                // Of `loop` there is none.
                if !matches!(parts.expr, Expr::Unit(..)) {
                    self.condition(&parts.expr);
                }
                self.block(parts.body.iter());
            }
            Stmt::For(parts, _) => self.for_loop(parts),
            Stmt::Switch(parts, _) => {
                self.expression(&parts.0);
                for case in &parts.1.expressions {
                    self.expression(&case.lhs);
                    self.expression(&case.rhs);
                }
            }
            Stmt::Var(parts, ..) => {
                let kind = self.expression(&parts.1);
                self.names.define(&parts.0.name, kind);
            }
            Stmt::Assignment(parts) => self.assignment(&parts.1.lhs, &parts.1.rhs, parts.0.is_op_assignment()),
            Stmt::TryCatch(parts, _) => {
                self.block(parts.body.iter());
                let mark = self.names.mark();
                if let Expr::Variable(variable, ..) = &parts.expr {
                    self.names.define(&variable.1, Kind::Any);
                }
                self.block(parts.branch.iter());
                self.names.forget_since(mark);
            }
            Stmt::BreakLoop(Some(value), ..) => {
                self.expression(value);
            }
            Stmt::Return(Some(value), flags, _) => {
                self.expression(value);
                if !flags.contains(ASTFlags::BREAK) {
                    self.literal_result(value);
                }
            }
            Stmt::Import(parts, position) => {
                self.problem(
                    &codes::IMPORT,
                    *position,
                    format!("`{}` is imported inside a function", parts.1.name),
                    Some("move the import to the top of the script".to_owned()),
                );
                self.names.define(&parts.1.name, Kind::Any);
            }
            _ => {}
        }
        Kind::Any
    }

    fn for_loop(&mut self, parts: &(rhai::Ident, Option<rhai::Ident>, rhai::FlowControl)) {
        let element = match self.expression(&parts.2.expr) {
            Kind::ListOf(kind) => *kind,
            _ => Kind::Any,
        };
        let mark = self.names.mark();
        self.names.define(&parts.0.name, element);
        if let Some(counter) = &parts.1 {
            self.names.define(&counter.name, Kind::Integer);
        }
        self.forget_assigned(&parts.2.body);
        self.block(parts.2.body.iter());
        self.names.forget_since(mark);
    }

    /// Forgets what is known of variables that a loop assigns to: its beginning may come after its end.
    fn forget_assigned(&mut self, body: &rhai::StmtBlock) {
        for statement in body.iter() {
            statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
                if let Some(ASTNode::Stmt(Stmt::Assignment(parts))) = path.last()
                    && let Expr::Variable(variable, ..) = &parts.1.lhs
                {
                    self.names.assign(&variable.1, Kind::Any);
                }
                true
            });
        }
    }

    fn assignment(&mut self, left: &Expr, right: &Expr, is_changed: bool) {
        let kind = self.expression(right);
        match left {
            Expr::Variable(variable, _, position) if variable.2.is_empty() => {
                if self.names.get(&variable.1).is_none() {
                    let near = did_you_mean(&variable.1, self.names.all());
                    let help = near.unwrap_or_else(|| format!("define it first: `let {} = …;`", variable.1));
                    let message = format!("`{}` is not defined", variable.1);
                    self.problem(&codes::UNDEFINED_VARIABLE, *position, message, Some(help));
                }
                self.names.assign(&variable.1, if is_changed { Kind::Any } else { kind });
            }
            Expr::Dot(parts, ..) => {
                let owner = self.expression(&parts.lhs);
                if let (Kind::Object(object), Expr::Property(property, position)) = (owner, &parts.rhs) {
                    let message = format!("`{}` of {} can only be read", property.2, a(object));
                    let is_set = |words: &ObjectWords| words.methods.iter().any(|method| method.name == "set");
                    let help = match property.2.as_str() {
                        "severity" if self.sandbox.vocabulary.object(object).is_some_and(is_set) => {
                            Some("return the severity, or call `set(severity, reason)`".to_owned())
                        }
                        _ => None,
                    };
                    self.problem(&codes::READ_ONLY, *position, message, help);
                } else {
                    self.expression(left);
                }
            }
            left => {
                self.expression(left);
            }
        }
    }

    /// The last statement of a function, whose value is the function's.
    pub(super) fn result(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Expr(expr) => self.literal_result(expr),
            Stmt::Block(block) => {
                if let Some(last) = block.iter().last() {
                    self.result(last);
                }
            }
            Stmt::If(parts, _) => {
                for block in [&parts.body, &parts.branch] {
                    if let Some(last) = block.iter().last() {
                        self.result(last);
                    }
                }
            }
            Stmt::Switch(parts, _) => parts.1.expressions.iter().for_each(|case| self.literal_result(&case.rhs)),
            _ => {}
        }
    }

    fn literal_result(&mut self, value: &Expr) {
        let Some((allowed, function)) = self.returns else { return };
        match value {
            Expr::StringConstant(text, position) => {
                if let Err(message) = allowed(text) {
                    self.problem(&codes::BAD_VALUE, *position, message, None);
                }
                self.says(Saying::Returns(function), Some(text), *position);
            }
            Expr::Stmt(block) => {
                if let Some(last) = block.iter().last() {
                    self.result(last);
                }
            }
            _ => {}
        }
    }
}
