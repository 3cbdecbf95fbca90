//! Which functions a script calls, so that those that nothing calls are known.

use std::collections::BTreeSet;

use rhai::{AST, ASTNode, Expr, FnCallExpr, Stmt};

/// The functions that a script may call: the alias of the import that a function belongs to, where there is one, and its name.
type Calls = BTreeSet<(Option<String>, String)>;

/// The calls of a script. What merely could be one, such as a function's name in quotes, counts as well.
pub(in crate::script) fn calls(ast: &AST) -> Calls {
    let mut calls = Calls::new();
    let mut call = |call: &FnCallExpr| {
        let alias = call.namespace.path.first().map(|part| part.name.to_string()).filter(|alias| alias != "global");
        calls.insert((alias, call.name.to_string()));
    };
    let mut names = Vec::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        match path.last() {
            Some(ASTNode::Stmt(Stmt::FnCall(found, _))) => call(found),
            Some(ASTNode::Expr(Expr::FnCall(found, _) | Expr::MethodCall(found, _))) => call(found),
            Some(ASTNode::Expr(Expr::Variable(variable, ..))) => names.push(variable.1.to_string()),
            Some(ASTNode::Expr(Expr::StringConstant(text, _))) => names.push(text.to_string()),
            _ => {}
        }
        true
    });
    calls.extend(names.into_iter().map(|name| (None, name)));
    calls
}
