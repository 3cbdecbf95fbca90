//! Calls of functions and methods.

use rhai::{Expr, FnCallExpr, Position};

use super::{Checker, Outline, a, count_of, did_you_mean};
use crate::script::policy::Saying;
use crate::script::vocabulary::{Kind, MethodWords};
use crate::script::{codes, host};

impl Checker<'_> {
    /// A call that is no method call.
    pub(super) fn call(&mut self, call: &FnCallExpr, position: Position) -> Kind {
        let kinds: Vec<_> = call.args.iter().map(|argument| self.expression(argument)).collect();
        self.comparison(call, &kinds, position);
        self.arithmetic(call, &kinds, position);
        if call.is_operator_call() {
            return operator(&call.name, &kinds);
        }
        if call.is_qualified() {
            let path: Vec<_> = call.namespace.path.iter().map(|part| (part.name.to_string(), part.pos)).collect();
            self.imported(&path, &call.name, call.args.len(), position);
            return Kind::Any;
        }
        let name = call.name.as_str();
        if self.names.get(name).is_some() {
            return Kind::Any;
        }
        // `share(cluster, "ERROR")` is the same as `cluster.share("ERROR")`.
        if let Some((Kind::Object(object), _)) = kinds.split_first()
            && let Some(method) = self.method_of(object, name, call.args.len().saturating_sub(1))
        {
            self.arguments(object, method, call.args.get(1..).unwrap_or(&[]), position);
            self.fitting(name, &kinds, &call.args, position);
            return method.kind;
        }
        self.known_function(name, call.args.len(), position);
        self.fitting(name, &kinds, &call.args, position);
        Kind::Any
    }

    /// Tells of an argument that no function of this name takes. `kinds` are those of all arguments, of which the last ones
    /// are written in brackets.
    fn fitting(&mut self, name: &str, kinds: &[Kind], written: &[Expr], position: Position) {
        if self.outline.functions_named(name).next().is_some() {
            return;
        }
        let before = kinds.len().saturating_sub(written.len());
        let is_written_out = |at: usize| written.get(at.wrapping_sub(before)).is_some_and(is_literal);
        let given: Vec<Option<&str>> =
            kinds.iter().enumerate().map(|(at, kind)| word_of(*kind, is_written_out(at))).collect();
        let Some(refused) = self.sandbox.natives.refuses(name, &given) else { return };
        let found = given.get(refused.at).copied().flatten().map(with_article).unwrap_or_default();
        let wanted: Vec<String> = refused.wanted.iter().map(|kind| with_article(kind)).collect();
        let wanted = match wanted.split_last() {
            None => "something else".to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
        };
        let place = refused.at.checked_sub(before).and_then(|at| written.get(at)).map(Expr::position);
        let (message, place) = match place {
            Some(place) => (format!("`{name}` takes {wanted} here, not {found}"), place),
            None => (format!("`{name}` is there for {wanted}, not for {found}"), position),
        };
        self.problem(&codes::ARGUMENTS, place, message, None);
    }

    fn method_of(&self, object: &str, name: &str, arguments: usize) -> Option<MethodWords> {
        let words = self.sandbox.vocabulary.object(object)?;
        words.methods.iter().find(|method| method.name == name && method.arguments.len() == arguments).copied()
    }

    fn known_function(&mut self, name: &str, arguments: usize, position: Position) {
        let sandbox = self.sandbox;
        let outline = self.outline;
        let own: Vec<_> = outline.functions_named(name).collect();
        if own.iter().any(|function| function.parameters.len() == arguments) || sandbox.natives.has(name, arguments) {
            return;
        }
        if self.forbidden(name, position) {
            return;
        }
        let mut known: Vec<String> = own.iter().map(|function| function.signature()).collect();
        known.extend(sandbox.natives.signatures(name));
        if known.is_empty() {
            let names = outline.functions.iter().map(|function| function.name.as_str()).chain(sandbox.natives.names());
            let help = did_you_mean(name, names);
            self.problem(&codes::UNDEFINED_FUNCTION, position, format!("there is no function `{name}`"), help);
        } else {
            self.wrong_number(name, arguments, &known, position);
        }
    }

    pub(super) fn forbidden(&mut self, name: &str, position: Position) -> bool {
        let found = host::FORBIDDEN.iter().find(|(forbidden, _)| *forbidden == name);
        if let Some((_, help)) = found {
            let message = format!("a script cannot use `{name}`");
            self.problem(&codes::FORBIDDEN, position, message, Some((*help).to_owned()));
        }
        found.is_some()
    }

    fn wrong_number(&mut self, name: &str, arguments: usize, known: &[String], position: Position) {
        let message = format!("`{name}` cannot be called with {}", count_of(arguments, "argument"));
        let shown: Vec<_> = known.iter().take(4).map(|signature| format!("`{signature}`")).collect();
        self.problem(&codes::ARGUMENTS, position, message, Some(format!("write {}", shown.join(" or "))));
    }

    /// A call of a method.
    pub(super) fn method(&mut self, owner: Kind, call: &FnCallExpr, position: Position) -> Kind {
        let mut kinds = vec![owner];
        kinds.extend(call.args.iter().map(|argument| self.expression(argument)));
        let name = call.name.as_str();
        let given = call.args.len();
        let words = match owner {
            Kind::Object(object) => self.sandbox.vocabulary.object(object),
            _ => None,
        };
        if let Some(words) = words {
            let methods: Vec<_> = words.methods.iter().filter(|method| method.name == name).copied().collect();
            if let Some(method) = methods.iter().find(|method| method.arguments.len() == given) {
                self.arguments(words.name, *method, &call.args, position);
                self.fitting(name, &kinds, &call.args, position);
                return method.kind;
            }
            if !methods.is_empty() {
                let known: Vec<_> = methods.iter().map(MethodWords::signature).collect();
                self.wrong_number(name, given, &known, position);
                return Kind::Any;
            }
            if words.properties.iter().any(|property| property.name == name) {
                let message = format!("`{name}` is a property and is not called");
                self.problem(&codes::UNDEFINED_FUNCTION, position, message, Some(format!("write `.{name}`")));
                return Kind::Any;
            }
            if !self.outline.functions_named(name).any(|f| f.parameters.len() == given) && !is_generic(name) {
                let names = words.methods.iter().map(|method| method.name);
                let help = did_you_mean(name, names.chain(words.properties.iter().map(|property| property.name)));
                let message = format!("{} has no method `{name}`", a(words.name));
                self.problem(&codes::UNDEFINED_FUNCTION, position, message, help);
            }
            return Kind::Any;
        }
        // A script function is called as a method with `this`, a native with the object as its first argument.
        if !self.outline.functions_named(name).any(|function| function.parameters.len() == given) {
            self.known_function(name, given + 1, position);
            self.fitting(name, &kinds, &call.args, position);
        }
        Kind::Any
    }

    fn arguments(&mut self, object: &'static str, method: MethodWords, given: &[Expr], position: Position) {
        let first = given.first().and_then(|expr| match expr {
            Expr::StringConstant(text, _) => Some(text.as_str()),
            _ => None,
        });
        self.says(Saying::Calls(object, method.name), first, position);
        for (argument, expr) in method.arguments.iter().zip(given) {
            let Expr::StringConstant(text, position) = expr else { continue };
            if let Some(what) = argument.names {
                self.note_argument(what, text, *position);
            }
            if let Some(Err(message)) = argument.allowed.map(|allowed| allowed(text)) {
                self.problem(&codes::BAD_VALUE, *position, message, None);
            }
        }
    }

    /// The outline of the script that a path such as `lib` or `lib::more` means; reports what leads nowhere.
    fn module(&mut self, path: &[(String, Position)]) -> Option<&'_ Outline> {
        let outlines = self.outlines;
        let all = self.imports?;
        let (root, position) = path.first()?;
        if all.broken.contains(root) {
            return None;
        }
        let Some(of) = all.by_alias.get(root) else {
            let help = did_you_mean(root, all.by_alias.keys().map(String::as_str));
            let help = help.unwrap_or_else(|| format!("import it at the top: `import \"policy/{root}\" as {root};`"));
            self.problem(&codes::IMPORT, *position, format!("nothing is imported as `{root}`"), Some(help));
            return None;
        };
        // What an import imports in its turn is not looked at.
        if path.len() > 1 { None } else { outlines.get(*of)?.as_ref() }
    }

    fn imported(&mut self, path: &[(String, Position)], name: &str, arguments: usize, position: Position) {
        if path.first().is_some_and(|(root, _)| root == "global") {
            return self.known_function(name, arguments, position);
        }
        let Some(outline) = self.module(path) else { return };
        let public: Vec<_> = outline.functions.iter().filter(|function| !function.is_private).collect();
        let own: Vec<_> = public.iter().filter(|function| function.name == name).collect();
        if own.iter().any(|function| function.parameters.len() == arguments) {
            return;
        }
        let root = path.first().map_or("", |(root, _)| root.as_str());
        if own.is_empty() {
            let is_private = outline.functions_named(name).next().is_some();
            let help = if is_private {
                Some(format!("it is there, but `private`: only its own script can call `{name}`"))
            } else {
                did_you_mean(name, public.iter().map(|function| function.name.as_str()))
            };
            let message = format!("`{root}` has no function `{name}`");
            self.problem(&codes::UNDEFINED_FUNCTION, position, message, help);
        } else {
            let known: Vec<_> = own.iter().map(|function| format!("{root}::{}", function.signature())).collect();
            self.wrong_number(&format!("{root}::{name}"), arguments, &known, position);
        }
    }

    /// `global::LIMIT` or `lib::LIMIT`.
    pub(super) fn constant_of(&mut self, path: &[(String, Position)], name: &str, position: Position) {
        let is_own = path.first().is_some_and(|(root, _)| root == "global");
        let constants: Vec<_> = if is_own {
            self.outline.constants.iter().map(|constant| (constant.name.clone(), true)).collect()
        } else {
            let Some(outline) = self.module(path) else { return };
            outline.constants.iter().map(|constant| (constant.name.clone(), constant.is_exported)).collect()
        };
        let found = constants.iter().find(|(constant, _)| constant == name);
        let help = match found {
            Some((_, true)) => return,
            Some((_, false)) => Some(format!("write `export const {name} = …;` where it is defined")),
            None => did_you_mean(name, constants.iter().map(|(name, _)| name.as_str())),
        };
        let root = path.first().map_or("", |(root, _)| root.as_str());
        let message = format!("`{root}` has no constant `{name}`");
        self.problem(&codes::UNDEFINED_VARIABLE, position, message, help);
    }
}

/// Methods that every value has.
fn is_generic(name: &str) -> bool {
    ["type_of", "to_string", "to_debug", "is_shared"].contains(&name)
}

/// Whether a value is written out, so that it is surely what it seems to be.
fn is_literal(value: &Expr) -> bool {
    matches!(
        value,
        Expr::IntegerConstant(..)
            | Expr::FloatConstant(..)
            | Expr::BoolConstant(..)
            | Expr::StringConstant(..)
            | Expr::InterpolatedString(..)
            | Expr::Array(..)
            | Expr::Map(..)
    )
}

/// What functions call a kind of value; nothing where it may be something else.
fn word_of(kind: Kind, is_literal: bool) -> Option<&'static str> {
    match kind {
        Kind::Integer => Some("integer"),
        Kind::Number => Some("number"),
        Kind::Text | Kind::OneOf(_) => Some("text"),
        Kind::Boolean => Some("boolean"),
        Kind::ListOf(_) => Some("list"),
        Kind::Object(name) => Some(name),
        Kind::Record(_) | Kind::Numbers(_) | Kind::MapOf(_) if is_literal => Some("map"),
        // These may be nothing.
        Kind::Any | Kind::Record(_) | Kind::Numbers(_) | Kind::MapOf(_) => None,
    }
}

fn with_article(kind: &str) -> String {
    match kind {
        "text" | "nothing" => kind.to_owned(),
        _ if kind.starts_with(['a', 'e', 'i', 'o', 'u', 'E', 'I']) => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}

fn operator(name: &str, kinds: &[Kind]) -> Kind {
    match (name, kinds) {
        ("==" | "!=" | "<" | "<=" | ">" | ">=" | "!" | "in", _) => Kind::Boolean,
        ("+" | "-" | "*" | "/" | "%", [Kind::Integer, Kind::Integer]) => Kind::Integer,
        ("+", [Kind::Text | Kind::OneOf(_), _] | [_, Kind::Text | Kind::OneOf(_)]) => Kind::Text,
        _ => Kind::Any,
    }
}
