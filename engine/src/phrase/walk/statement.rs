//! Statements: what they define, and for how long.

use std::collections::BTreeSet;

use minijinja::machinery::{Span, ast};

use super::super::shape::{Record, Shape};
use super::{Mention, Walk};

/// What `loop` knows inside a loop, beside its neighbours.
const LOOP: [&str; 11] =
    ["index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "cycle", "changed"];

/// The names that statements define for what stands behind them.
pub(super) fn definitions(statements: &[ast::Stmt<'_>]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for statement in statements {
        match statement {
            ast::Stmt::Set(set) => targets(&set.target, &mut names),
            ast::Stmt::SetBlock(set) => targets(&set.target, &mut names),
            ast::Stmt::Macro(defined) => {
                names.insert(defined.name.to_owned());
            }
            ast::Stmt::Import(import) => targets(&import.name, &mut names),
            ast::Stmt::FromImport(import) => {
                import.names.iter().for_each(|(name, alias)| targets(alias.as_ref().unwrap_or(name), &mut names));
            }
            _ => {}
        }
    }
    names
}

fn targets(target: &ast::Expr<'_>, names: &mut BTreeSet<String>) {
    match target {
        ast::Expr::Var(variable) => {
            names.insert(variable.id.to_owned());
        }
        ast::Expr::List(list) => list.items.iter().for_each(|item| targets(item, names)),
        ast::Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| targets(item, names)),
        _ => {}
    }
}

impl Walk<'_> {
    /// The statements at the top of a template.
    pub(super) fn top(&mut self, statements: &[ast::Stmt<'_>]) {
        for statement in statements {
            match statement {
                ast::Stmt::EmitRaw(raw) if !raw.raw.trim().is_empty() => {
                    let range = Self::range(raw.span());
                    let covered = self.source.get(range.clone()).unwrap_or("");
                    let start = range.start + (covered.len() - covered.trim_start().len());
                    self.found.loose.push(start..start + covered.trim().len());
                }
                ast::Stmt::EmitExpr(printed) => self.found.loose.push(Self::range(printed.span())),
                _ => {}
            }
            self.statement(statement);
        }
    }

    fn body(&mut self, statements: &[ast::Stmt<'_>]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    /// A body whose names end with it.
    fn scope(&mut self, statements: &[ast::Stmt<'_>]) {
        let mark = self.names.len();
        self.body(statements);
        self.names.truncate(mark);
    }

    fn statement(&mut self, statement: &ast::Stmt<'_>) {
        match statement {
            ast::Stmt::Template(template) => self.body(&template.children),
            ast::Stmt::EmitExpr(printed) => {
                self.expression(&printed.expr);
            }
            ast::Stmt::EmitRaw(_) => {}
            ast::Stmt::ForLoop(each) => self.for_loop(each),
            ast::Stmt::IfCond(condition) => {
                self.expression(&condition.expr);
                self.body(&condition.true_body);
                self.body(&condition.false_body);
            }
            ast::Stmt::WithBlock(with) => {
                let mark = self.names.len();
                for (target, value) in &with.assignments {
                    let shape = self.expression(value);
                    self.bind(target, shape);
                }
                self.body(&with.body);
                self.names.truncate(mark);
            }
            ast::Stmt::Set(set) => {
                let shape = self.expression(&set.expr);
                self.assign(&set.target, shape);
            }
            ast::Stmt::SetBlock(set) => {
                if let Some(filter) = &set.filter {
                    self.expression(filter);
                }
                self.scope(&set.body);
                self.assign(&set.target, Shape::Plain);
            }
            ast::Stmt::AutoEscape(escape) => {
                self.expression(&escape.enabled);
                self.scope(&escape.body);
            }
            ast::Stmt::FilterBlock(filtered) => {
                self.expression(&filtered.filter);
                self.scope(&filtered.body);
            }
            ast::Stmt::Do(call) => {
                self.called(&call.call);
            }
            other => self.far_reaching(other),
        }
    }

    /// What defines blocks and macros, and what reaches for other templates.
    fn far_reaching(&mut self, statement: &ast::Stmt<'_>) {
        match statement {
            ast::Stmt::Block(block) => {
                self.foreign("block", block.span());
                if self.blocks == 0 {
                    let range = self.name_behind("block", block.name, block.span());
                    self.found.blocks.push(Mention { name: block.name.to_owned(), range });
                }
                self.blocks += 1;
                self.scope(&block.body);
                self.blocks -= 1;
            }
            ast::Stmt::Macro(defined) => {
                self.foreign("macro", defined.span());
                self.define(defined.name, Shape::Any);
                self.macro_body(defined);
            }
            ast::Stmt::CallBlock(call) => {
                self.foreign("call", call.span());
                self.called(&call.call);
                self.macro_body(&call.macro_decl);
            }
            ast::Stmt::Extends(extends) => self.other("extends", &extends.name, extends.span()),
            ast::Stmt::Include(include) => self.other("include", &include.name, include.span()),
            ast::Stmt::Import(import) => {
                self.other("import", &import.expr, import.span());
                self.bind(&import.name, Shape::Any);
            }
            ast::Stmt::FromImport(import) => {
                self.other("from", &import.expr, import.span());
                for (name, alias) in &import.names {
                    self.bind(alias.as_ref().unwrap_or(name), Shape::Any);
                }
            }
            _ => {}
        }
    }

    fn for_loop(&mut self, each: &ast::ForLoop<'_>) {
        let element = self.expression(&each.iter).element();
        let mark = self.names.len();
        self.bind(&each.target, element.clone());
        if let Some(filter) = &each.filter_expr {
            self.expression(filter);
        }
        let mut known = Record::of(&LOOP, "a `loop` has no", "");
        known.keys.extend(["previtem", "nextitem"].map(|name| (name.to_owned(), element.clone())));
        self.define("loop", Shape::Record(known));
        self.body(&each.body);
        self.names.truncate(mark);
        self.scope(&each.else_body);
    }

    fn macro_body(&mut self, defined: &ast::Macro<'_>) {
        for default in &defined.defaults {
            self.expression(default);
        }
        let mark = self.names.len();
        for argument in &defined.args {
            self.bind(argument, Shape::Any);
        }
        self.define("caller", Shape::Any);
        self.body(&defined.body);
        self.names.truncate(mark);
    }

    /// Takes a value apart into new names.
    fn bind(&mut self, target: &ast::Expr<'_>, shape: Shape) {
        let items = match target {
            ast::Expr::Var(variable) => return self.define(variable.id, shape),
            ast::Expr::List(list) => &list.items,
            ast::Expr::Tuple(tuple) => &tuple.items,
            _ => return,
        };
        for (at, item) in items.iter().enumerate() {
            let part = match &shape {
                Shape::Row(parts) => parts.get(at).cloned().unwrap_or(Shape::Any),
                _ => Shape::Any,
            };
            self.bind(item, part);
        }
    }

    /// The same for names that may be there already: one branch or another may have set them.
    fn assign(&mut self, target: &ast::Expr<'_>, shape: Shape) {
        match target {
            ast::Expr::Var(variable) => {
                let is_other = self.own(variable.id).is_some_and(|own| own != shape);
                self.define(variable.id, if is_other { Shape::Any } else { shape });
            }
            ast::Expr::GetAttr(_) => {}
            other => self.bind(other, shape),
        }
    }

    /// Notes a tag that a text by itself may not use.
    fn foreign(&mut self, word: &str, span: Span) {
        let start = span.start_offset as usize;
        self.found.foreign.push(Mention { name: word.to_owned(), range: start..start + word.len() });
    }

    /// Notes a tag that names another template.
    fn other(&mut self, word: &'static str, name: &ast::Expr<'_>, span: Span) {
        self.foreign(word, span);
        match name {
            ast::Expr::Const(text) if text.value.as_str().is_some() => {
                let name = text.value.as_str().unwrap_or("").to_owned();
                self.found.templates.push((word, Mention { name, range: Self::range(text.span()) }));
            }
            other => {
                self.expression(other);
            }
        }
    }

    /// The name that stands behind the first word of a tag.
    fn name_behind(&self, word: &str, name: &str, span: Span) -> std::ops::Range<usize> {
        let start = span.start_offset as usize + word.len();
        let rest = self.source.get(start..).unwrap_or("");
        let start = start + rest.find(name).unwrap_or(0);
        start..start + name.len()
    }
}
