//! Expressions: what each of them stands for.

use minijinja::machinery::{Span, ast};

use super::super::shape::{Record, Shape};
use super::{Mention, Walk};
use crate::diagnostic::Problem;

/// Filters that give some of the elements, or all of them in another order.
const SAME: [&str; 10] =
    ["sort", "reverse", "list", "select", "reject", "selectattr", "rejectattr", "unique", "default", "d"];
/// Filters that give one element.
const ONE: [&str; 4] = ["first", "last", "min", "max"];
/// Filters whose first argument, or whose `attribute`, is a name below the elements.
const BY_NAME: [&str; 3] = ["selectattr", "rejectattr", "groupby"];

impl Walk<'_> {
    /// One expression; answers what it stands for.
    pub(super) fn expression(&mut self, expression: &ast::Expr<'_>) -> Shape {
        if let Some(path) =
            self.path(expression).filter(|path| path.first().is_some_and(|root| self.own(&root.name).is_none()))
        {
            self.found.mentions.push(path);
        }
        self.value(expression)
    }

    fn value(&mut self, expression: &ast::Expr<'_>) -> Shape {
        match expression {
            ast::Expr::Var(variable) => self.variable(variable.id, variable.span()),
            ast::Expr::Const(_) => Shape::Plain,
            ast::Expr::GetAttr(get) => {
                let owner = self.value(&get.expr);
                let range = self.named(get.name, get.span());
                self.below(&owner, &get.expr, &Mention { name: get.name.to_owned(), range })
            }
            ast::Expr::GetItem(get) => self.item(get),
            ast::Expr::Slice(slice) => {
                [&slice.start, &slice.stop, &slice.step].into_iter().flatten().for_each(|part| {
                    self.expression(part);
                });
                self.expression(&slice.expr)
            }
            ast::Expr::Filter(filter) => self.filter(filter),
            ast::Expr::Test(test) => self.test(test),
            ast::Expr::Call(call) => self.called(call),
            ast::Expr::UnaryOp(unary) => {
                self.expression(&unary.expr);
                Shape::Plain
            }
            ast::Expr::Compare(compare) => {
                self.expression(&compare.expr);
                self.each(compare.ops.iter().map(|operand| &operand.expr));
                Shape::Plain
            }
            ast::Expr::BinOp(binary) => {
                self.each([&binary.left, &binary.right]);
                Shape::Any
            }
            ast::Expr::IfExpr(condition) => {
                self.each([&condition.test_expr, &condition.true_expr].into_iter().chain(&condition.false_expr));
                Shape::Any
            }
            ast::Expr::List(list) => {
                self.each(&list.items);
                Shape::Any
            }
            ast::Expr::Tuple(tuple) => {
                self.each(&tuple.items);
                Shape::Any
            }
            ast::Expr::Map(map) => {
                self.each(map.keys.iter().chain(&map.values));
                Shape::Any
            }
        }
    }

    fn each<'e, 's: 'e>(&mut self, parts: impl IntoIterator<Item = &'e ast::Expr<'s>>) {
        for part in parts {
            self.expression(part);
        }
    }

    fn variable(&mut self, name: &str, span: Span) -> Shape {
        if let Some(shape) = self.own(name) {
            return shape;
        }
        if let Some(shape) = self.words.root.get(name) {
            return shape.clone();
        }
        if !self.words.functions.contains(&name) && !matches!(name, "self" | "super") {
            let mention = Mention { name: name.to_owned(), range: Self::range(span) };
            self.lacking(self.words.root, "", &mention);
        }
        Shape::Any
    }

    /// What stands below a value under a name.
    fn below(&mut self, owner: &Shape, written: &ast::Expr<'_>, mention: &Mention) -> Shape {
        match owner {
            Shape::Record(record) => match record.get(&mention.name) {
                Some(shape) => shape.clone(),
                None => {
                    let written = self.written(written);
                    self.lacking(record, &written, mention);
                    Shape::Any
                }
            },
            Shape::MapOf(value) => (**value).clone(),
            Shape::Plain | Shape::ListOf(_) => {
                let written = self.written(written);
                let problem = Problem::new(
                    self.words.unknown_name,
                    mention.range.clone(),
                    format!("`{written}` has nothing below it"),
                );
                self.found.problems.push(match owner {
                    Shape::Plain => problem.help(format!("write `{written}` by itself")),
                    _ => problem.help(format!(
                        "it is a list: go through it by `for`, or write `{written}[0].{}`",
                        mention.name
                    )),
                });
                Shape::Any
            }
            Shape::Any | Shape::Row(_) => Shape::Any,
        }
    }

    fn item(&mut self, get: &ast::GetItem<'_>) -> Shape {
        let owner = self.value(&get.expr);
        let ast::Expr::Const(subscript) = &get.subscript_expr else {
            self.expression(&get.subscript_expr);
            return match owner {
                Shape::ListOf(value) | Shape::MapOf(value) => *value,
                _ => Shape::Any,
            };
        };
        match (subscript.value.as_str(), owner) {
            (Some(name), owner) => {
                let mention = Mention { name: name.to_owned(), range: Self::range(subscript.span()) };
                self.below(&owner, &get.expr, &mention)
            }
            (None, Shape::ListOf(element)) => *element,
            (None, _) => Shape::Any,
        }
    }

    fn filter(&mut self, filter: &ast::Spanned<ast::Filter<'_>>) -> Shape {
        let owner = filter.expr.as_ref().map_or(Shape::Any, |expression| self.expression(expression));
        self.arguments(&filter.args);
        if !self.words.filters.contains(&filter.name) {
            let start = filter.span().start_offset as usize;
            let known = self.words.filters;
            self.unknown_word("filter", filter.name, start..start + filter.name.len(), known);
            return Shape::Any;
        }
        self.names_below(&owner, filter);
        match (filter.name, &owner) {
            (name, _) if SAME.contains(&name) => owner,
            (name, Shape::ListOf(element)) if ONE.contains(&name) => (**element).clone(),
            ("items" | "dictsort", _) => owner.pairs(),
            ("batch" | "slice", Shape::ListOf(_)) => Shape::ListOf(Box::new(owner)),
            _ => Shape::Any,
        }
    }

    fn test(&mut self, test: &ast::Spanned<ast::Test<'_>>) -> Shape {
        // Whoever asks whether a name is there may.
        let told = self.found.problems.len();
        self.expression(&test.expr);
        if matches!(test.name, "defined" | "undefined") {
            self.found.problems.truncate(told);
        }
        self.arguments(&test.args);
        if !self.words.tests.contains(&test.name) {
            let (range, known) = (self.named(test.name, test.span()), self.words.tests);
            self.unknown_word("test", test.name, range, known);
        }
        Shape::Plain
    }

    /// A call: of a function, a macro, or what would be a method.
    pub(super) fn called(&mut self, call: &ast::Call<'_>) -> Shape {
        self.arguments(&call.args);
        let ast::Expr::GetAttr(get) = &call.expr else {
            self.expression(&call.expr);
            return Shape::Any;
        };
        let owner = self.expression(&get.expr);
        let is_method = match &owner {
            Shape::Any | Shape::Row(_) => true,
            Shape::Record(record) => record.get(get.name).is_some(),
            Shape::Plain | Shape::MapOf(_) | Shape::ListOf(_) => false,
        };
        if !is_method {
            let (written, range) = (self.written(&get.expr), self.named(get.name, get.span()));
            let message = format!("`{written}` has no method `{}`", get.name);
            let problem = Problem::new(self.words.unknown_name, range, message);
            self.found.problems.push(match self.words.filters.contains(&get.name) {
                true => problem.help(format!("write `{written}|{}`", get.name)),
                false => problem.help("values have filters and no methods: `{{ value|filter }}`"),
            });
        }
        Shape::Any
    }

    fn arguments(&mut self, arguments: &[ast::CallArg<'_>]) {
        for argument in arguments {
            match argument {
                ast::CallArg::Pos(value)
                | ast::CallArg::Kwarg(_, value)
                | ast::CallArg::PosSplat(value)
                | ast::CallArg::KwargSplat(value) => self.expression(value),
            };
        }
    }

    /// Checks the name that a filter is given for the elements of a list: `sort(attribute="count")`.
    fn names_below(&mut self, owner: &Shape, filter: &ast::Filter<'_>) {
        let Shape::ListOf(element) = owner else { return };
        let named = filter.args.iter().enumerate().find_map(|(at, argument)| match argument {
            ast::CallArg::Kwarg("attribute", ast::Expr::Const(text)) => Some(text),
            ast::CallArg::Pos(ast::Expr::Const(text)) if at == 0 && BY_NAME.contains(&filter.name) => Some(text),
            _ => None,
        });
        let Some((text, path)) = named.and_then(|text| Some((text, text.value.as_str()?))) else { return };
        let mut shape = (**element).clone();
        for name in path.split('.').filter(|name| !name.bytes().all(|b| b.is_ascii_digit())) {
            let Shape::Record(record) = &shape else { return };
            match record.get(name) {
                Some(below) => shape = below.clone(),
                None => {
                    let record = Record { lacks: "the elements have no", ..record.clone() };
                    let range = self.named(name, text.span());
                    return self.lacking(&record, "", &Mention { name: name.to_owned(), range });
                }
            }
        }
    }

    /// The names of a path, where an expression is one.
    fn path(&self, expression: &ast::Expr<'_>) -> Option<Vec<Mention>> {
        let (mut path, mention) = match expression {
            ast::Expr::Var(variable) => {
                let mention = Mention { name: variable.id.to_owned(), range: Self::range(variable.span()) };
                return Some(vec![mention]);
            }
            ast::Expr::GetAttr(get) => {
                let range = self.named(get.name, get.span());
                (self.path(&get.expr)?, Mention { name: get.name.to_owned(), range })
            }
            ast::Expr::GetItem(get) => {
                let ast::Expr::Const(name) = &get.subscript_expr else { return self.path(&get.expr) };
                let Some(text) = name.value.as_str() else { return self.path(&get.expr) };
                (self.path(&get.expr)?, Mention { name: text.to_owned(), range: Self::range(name.span()) })
            }
            _ => return None,
        };
        path.push(mention);
        Some(path)
    }

    /// An expression as it is written.
    fn written(&self, expression: &ast::Expr<'_>) -> String {
        // The span of an attribute leaves out what stands before the last two names of a chain.
        let start = start_of(expression);
        let end = Self::range(expression.span()).end;
        self.source.get(start..end).unwrap_or("").to_owned()
    }
}

/// Where an expression begins.
fn start_of(expression: &ast::Expr<'_>) -> usize {
    match expression {
        ast::Expr::GetAttr(get) => start_of(&get.expr),
        ast::Expr::GetItem(get) => start_of(&get.expr),
        ast::Expr::Slice(slice) => start_of(&slice.expr),
        ast::Expr::Call(call) => start_of(&call.expr),
        ast::Expr::Filter(filter) => match &filter.expr {
            Some(inner) => start_of(inner),
            None => filter.span().start_offset as usize,
        },
        other => other.span().start_offset as usize,
    }
}
