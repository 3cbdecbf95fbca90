//! Expressions: variables, properties, chains of `.` and `[…]`.

use rhai::{ASTFlags, BinaryExpr, Expr, FnPtr, Position, Stmt};

use super::{Checker, a, body_of, did_you_mean};
use crate::diagnostic::nearest;
use crate::script::policy::Lookup;
use crate::script::vocabulary::Kind;
use crate::script::{codes, place};

/// How a step of a chain is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Dot,
    Index,
}

impl Checker<'_> {
    /// One expression; answers what it gives.
    pub(super) fn expression(&mut self, expr: &Expr) -> Kind {
        match expr {
            Expr::BoolConstant(..) => Kind::Boolean,
            Expr::IntegerConstant(..) => Kind::Integer,
            Expr::FloatConstant(..) => Kind::Number,
            Expr::StringConstant(..) => Kind::Text,
            Expr::InterpolatedString(parts, _) => {
                self.each(parts.iter());
                Kind::Text
            }
            Expr::Array(parts, _) => {
                self.each(parts.iter());
                Kind::ListOf(&Kind::Any)
            }
            Expr::Map(parts, _) => {
                self.each(parts.0.iter().map(|(_, value)| value));
                Kind::Any
            }
            Expr::And(parts, _) | Expr::Or(parts, _) => {
                parts.iter().for_each(|part| self.condition(part));
                Kind::Boolean
            }
            Expr::Coalesce(parts, _) => {
                self.each(parts.iter());
                Kind::Any
            }
            Expr::Stmt(block) => self.statement_block(block),
            Expr::FnCall(call, position) => self.call(call, *position),
            Expr::Variable(variable, _, position) => self.variable(&variable.1, &variable.2, *position),
            Expr::Dot(parts, flags, _) => self.chain(parts, *flags, Step::Dot),
            Expr::Index(parts, flags, _) => self.chain(parts, *flags, Step::Index),
            Expr::ThisPtr(position) => {
                self.forbidden("this", *position);
                Kind::Any
            }
            Expr::DynamicConstant(value, _) => {
                if let Some(function) = value.clone().try_cast::<FnPtr>() {
                    self.closure(&function, 0);
                }
                Kind::Any
            }
            _ => Kind::Any,
        }
    }

    fn each<'e>(&mut self, parts: impl Iterator<Item = &'e Expr>) {
        for part in parts {
            self.expression(part);
        }
    }

    /// A block as an expression. Rhai wraps a closure that captures variables into one: it makes them shared, and then
    /// binds them to the first parameters.
    fn statement_block(&mut self, block: &rhai::StmtBlock) -> Kind {
        if let [Stmt::Share(_), Stmt::Expr(expr)] = block.statements()
            && let Expr::FnCall(call, _) = expr.as_ref()
            && let Some((Expr::DynamicConstant(value, _), captured)) = call.args.split_first()
            && let Some(function) = value.clone().try_cast::<FnPtr>()
        {
            self.closure(&function, captured.len());
            return Kind::Any;
        }
        self.block(block.iter())
    }

    /// The body of a closure, whose first parameters are what it captures.
    fn closure(&mut self, function: &FnPtr, captured: usize) {
        let name = function.fn_name();
        let definition = self.ast.iter_fn_def().find(|definition| definition.name == name);
        let Some(definition) = definition.filter(|_| function.is_anonymous()) else { return };
        let mark = self.names.mark();
        for parameter in definition.params.iter().skip(captured) {
            self.names.define(parameter, Kind::Any);
        }
        let body = body_of(self.ast, name, definition.params.len());
        let returns = self.returns.take();
        self.block(&body);
        self.returns = returns;
        self.names.forget_since(mark);
    }

    fn variable(&mut self, name: &str, namespace: &rhai::Namespace, position: Position) -> Kind {
        if !namespace.is_empty() {
            let path: Vec<_> = namespace.path.iter().map(|part| (part.name.to_string(), part.pos)).collect();
            self.constant_of(&path, name, position);
            return Kind::Any;
        }
        if let Some(kind) = self.names.get(name) {
            return kind;
        }
        if self.outline.functions_named(name).next().is_some() {
            return Kind::Any;
        }
        let help = if self.outline.constants.iter().any(|constant| constant.name == name) {
            Some(format!("inside a function, a constant of the script is written `global::{name}`"))
        } else {
            did_you_mean(name, self.names.all().collect::<Vec<_>>().into_iter())
        };
        self.problem(&codes::UNDEFINED_VARIABLE, position, format!("`{name}` is not defined"), help);
        Kind::Any
    }

    /// `a.b[c].d`: Rhai nests such chains to the right.
    fn chain(&mut self, parts: &BinaryExpr, flags: ASTFlags, step: Step) -> Kind {
        let kind = self.expression(&parts.lhs);
        self.links(kind, &parts.rhs, flags, step)
    }

    fn links(&mut self, mut kind: Kind, rest: &Expr, mut flags: ASTFlags, mut step: Step) -> Kind {
        let mut rest = rest;
        loop {
            let (parts, next, after) = match rest {
                Expr::Dot(parts, flags, _) => (parts, Step::Dot, *flags),
                Expr::Index(parts, flags, _) => (parts, Step::Index, *flags),
                last => return self.link(kind, last, step),
            };
            if flags.contains(ASTFlags::BREAK) {
                return self.link(kind, rest, step);
            }
            kind = self.link(kind, &parts.lhs, step);
            (rest, flags, step) = (&parts.rhs, after, next);
        }
    }

    fn link(&mut self, owner: Kind, link: &Expr, step: Step) -> Kind {
        match link {
            Expr::Property(property, position) if step == Step::Dot => self.property(owner, &property.2, *position),
            Expr::MethodCall(call, position) if step == Step::Dot => self.method(owner, call, *position),
            Expr::StringConstant(name, position) if step == Step::Index => match owner {
                Kind::Record(_) | Kind::Numbers(_) | Kind::MapOf(_) => self.property(owner, name, *position),
                Kind::Object(_) => self.no_elements(owner, Some(name), *position),
                _ => Kind::Any,
            },
            index => {
                self.expression(index);
                match owner {
                    Kind::ListOf(kind) | Kind::MapOf(kind) => *kind,
                    Kind::Object(_) if step == Step::Index => self.no_elements(owner, None, index.position()),
                    _ => Kind::Any,
                }
            }
        }
    }

    /// Tells of brackets behind an object, which has properties and no elements.
    fn no_elements(&mut self, owner: Kind, name: Option<&str>, position: Position) -> Kind {
        let words = match owner {
            Kind::Object(object) => self.sandbox.vocabulary.object(object),
            _ => None,
        };
        let Some(words) = words else { return Kind::Any };
        let near = name.and_then(|name| nearest(name, words.properties.iter().map(|property| property.name)));
        let help = format!("its properties are read by a dot, as in `.{}`", near.unwrap_or("severity"));
        let message = format!("{} has no elements that could be looked up by `[…]`", a(words.name));
        self.problem(&codes::UNKNOWN_PROPERTY, position, message, Some(help));
        Kind::Any
    }

    fn property(&mut self, owner: Kind, name: &str, position: Position) -> Kind {
        let (known, what) = match owner {
            Kind::Object(object) => {
                let Some(words) = self.sandbox.vocabulary.object(object) else { return Kind::Any };
                if let Some(property) = words.properties.iter().find(|property| property.name == name) {
                    return self.named(property.name, property.kind);
                }
                if let Some(method) = words.methods.iter().find(|method| method.name == name) {
                    let message = format!("`{name}` is called with brackets");
                    self.problem(
                        &codes::UNKNOWN_PROPERTY,
                        position,
                        message,
                        Some(format!("write `{}`", method.signature())),
                    );
                    return Kind::Any;
                }
                (words.properties.iter().map(|property| property.name).collect::<Vec<_>>(), a(object))
            }
            Kind::Numbers(keys) if keys.contains(&name) => return Kind::Number,
            Kind::Record(keys) if keys.contains(&name) => return Kind::Any,
            Kind::Record(keys) | Kind::Numbers(keys) => (keys.to_vec(), "this map".to_owned()),
            Kind::MapOf(kind) => {
                self.note_lookup(name, position);
                return *kind;
            }
            _ => return Kind::Any,
        };
        let help = did_you_mean(name, known.iter().copied());
        let help = help.unwrap_or_else(|| format!("it has `{}`", known.join("`, `")));
        self.problem(&codes::UNKNOWN_PROPERTY, position, format!("{what} has no property `{name}`"), Some(help));
        Kind::Any
    }

    /// Remembers that the next step of the chain names something of the pack.
    fn named(&mut self, property: &'static str, kind: Kind) -> Kind {
        self.looked_up = self.sandbox.vocabulary.lookups.iter().copied().find(|lookup| *lookup == property);
        kind
    }

    fn note_lookup(&mut self, name: &str, position: Position) {
        if let Some(what) = self.looked_up.take() {
            let range = place::range_at(self.text, position);
            self.lookups.push(Lookup { script: self.script, range, what, name: name.to_owned() });
        }
    }

    /// Notes a name that a method was given.
    pub(super) fn note_argument(&mut self, what: &'static str, name: &str, position: Position) {
        self.looked_up = Some(what);
        self.note_lookup(name, position);
    }
}
