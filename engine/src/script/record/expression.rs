//! Expressions with notes in them: operands that may be passed over, blocks, closures.

use std::sync::Arc;

use rhai::{Dynamic, Expr, FnPtr, Stmt, StmtBlock};

use super::instrument::{Writer, custom};
use super::{OPERAND, SiteKind, place};

impl Writer<'_> {
    /// The parts of an expression.
    pub(super) fn expression(&mut self, expr: &mut Expr) {
        match expr {
            Expr::InterpolatedString(parts, _) | Expr::Array(parts, _) => self.each(parts.iter_mut()),
            Expr::Map(parts, _) => self.each(parts.0.iter_mut().map(|(_, value)| value)),
            Expr::FnCall(call, _) | Expr::MethodCall(call, _) => self.each(call.args.iter_mut()),
            Expr::Dot(parts, ..) | Expr::Index(parts, ..) => {
                self.expression(&mut parts.lhs);
                self.expression(&mut parts.rhs);
            }
            Expr::And(parts, _) => self.operands("&&", parts.iter_mut()),
            Expr::Or(parts, _) => self.operands("||", parts.iter_mut()),
            Expr::Coalesce(parts, _) => self.operands("??", parts.iter_mut()),
            Expr::Stmt(block) => self.expression_block(block),
            Expr::DynamicConstant(value, position) => {
                if let Some(function) = value.clone().try_cast::<FnPtr>().filter(FnPtr::is_anonymous) {
                    self.closure(function.fn_name(), *position);
                }
            }
            _ => {}
        }
    }

    pub(super) fn each<'e>(&mut self, parts: impl Iterator<Item = &'e mut Expr>) {
        for part in parts {
            self.expression(part);
        }
    }

    fn operands<'e>(&mut self, operator: &'static str, operands: impl Iterator<Item = &'e mut Expr>) {
        for (at, operand) in operands.enumerate() {
            if at == 0 {
                self.expression(operand);
                continue;
            }
            let (start, end) = place::extent_of_expression(operand);
            let inside = |writer: &mut Self| writer.expression(operand);
            let site = self.site_at(SiteKind::Operand(operator), start, end, inside);
            let position = operand.position();
            let noted = std::mem::take(operand);
            *operand = custom(OPERAND, Dynamic::from(Arc::clone(&site)), Some(noted), position);
        }
    }

    /// A block as an expression. `if` and `switch` as expressions are blocks of one statement, which is none of its own; a
    /// closure that captures variables is a block that its author did not write.
    fn expression_block(&mut self, block: &mut StmtBlock) {
        let is_one_way = |statement: &Stmt| matches!(statement, Stmt::If(..) | Stmt::Switch(..));
        let is_unwritten = |statement: &Stmt| matches!(statement, Stmt::Share(_));
        if block.len() == 1 && block.iter().all(is_one_way) || block.iter().any(is_unwritten) {
            block.statements_mut().iter_mut().for_each(|statement| self.inside(statement));
        } else {
            self.block(block);
        }
    }
}
