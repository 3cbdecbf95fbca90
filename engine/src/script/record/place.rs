//! Where pieces of the syntax tree begin and end.

use rhai::{ASTNode, Expr, Position, Stmt};

/// Where a statement begins and ends, as far as Rhai knows. It gives operators and assignments the place of their sign.
pub(super) fn extent(statement: &Stmt) -> (Position, Position) {
    let mut extent = Extent::default();
    statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| extent.add(path));
    (extent.first, extent.last)
}

/// Where an expression begins and ends, as far as Rhai knows.
pub(super) fn extent_of_expression(expr: &Expr) -> (Position, Position) {
    let mut extent = Extent::default();
    expr.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| extent.add(path));
    (extent.first, extent.last)
}

struct Extent {
    first: Position,
    last: Position,
}

impl Default for Extent {
    fn default() -> Self {
        Self { first: Position::NONE, last: Position::NONE }
    }
}

impl Extent {
    /// Takes up the last node of a path.
    fn add(&mut self, path: &[ASTNode<'_>]) -> bool {
        let Some(node) = path.last() else { return true };
        let position = node.position();
        if !position.is_none() && (self.first.is_none() || position < self.first) {
            self.first = position;
        }
        self.last = self.last.max(end_of_node(*node));
        true
    }
}

fn end_of_node(node: ASTNode<'_>) -> Position {
    let block = match node {
        ASTNode::Stmt(Stmt::Block(block)) | ASTNode::Expr(Expr::Stmt(block)) => block.end_position(),
        ASTNode::Stmt(Stmt::If(parts, _) | Stmt::TryCatch(parts, _)) => {
            parts.body.end_position().max(parts.branch.end_position())
        }
        ASTNode::Stmt(Stmt::While(parts, _) | Stmt::Do(parts, ..)) => parts.body.end_position(),
        ASTNode::Stmt(Stmt::For(parts, _)) => parts.2.body.end_position(),
        _ => Position::NONE,
    };
    block.max(node.position())
}

/// The end of a piece, with the brackets behind it that close those in it: Rhai does not tell where a call or a list ends.
pub(super) fn closed(text: &str, start: usize, end: usize) -> usize {
    let inside = text.get(start..end).unwrap_or("").bytes();
    let mut open = inside.fold(0_usize, |open, byte| match byte {
        b'(' | b'[' => open + 1,
        b')' | b']' => open.saturating_sub(1),
        _ => open,
    });
    let mut end = end;
    while open > 0
        && let Some(behind) = text.get(end..)
        && let Some(bracket) = behind.find(|c: char| !c.is_whitespace())
        && matches!(behind.as_bytes().get(bracket), Some(b')' | b']'))
    {
        end += bracket + 1;
        open -= 1;
    }
    end
}
