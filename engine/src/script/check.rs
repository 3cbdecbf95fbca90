//! Checks of parsed scripts that Rhai leaves to the moment of the call: names, numbers of arguments, properties.

mod call;
mod calls;
mod compare;
mod expression;
mod import;
mod outline;
mod result;
mod scope;
mod statement;

use rhai::{AST, Stmt};

use super::compile::{body_of, stays_at_top};
use super::policy::{Lookup, Said, Saying};
use super::vocabulary::Kind;
use super::{Sandbox, ScriptSource, codes, place};
use crate::diagnostic::{Code, Problem, nearest};

pub(super) use calls::calls;
pub(super) use import::{Imports, imports};
pub(super) use outline::Outline;
use scope::Names;

/// What the checks found in one script.
pub(super) struct Found {
    pub(super) problems: Vec<Problem>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) said: Vec<Said>,
}

/// Goes over one script.
struct Checker<'c> {
    sandbox: &'c Sandbox,
    script: usize,
    text: &'c str,
    ast: &'c AST,
    outline: &'c Outline,
    outlines: &'c [Option<Outline>],
    imports: Option<&'c Imports>,
    names: Names,
    /// What the function that is looked at may return as text, and its name.
    returns: Option<(super::vocabulary::Allowed, &'static str)>,
    /// What the next step of a chain names, such as `metrics`.
    looked_up: Option<&'static str>,
    problems: Vec<Problem>,
    lookups: Vec<Lookup>,
    said: Vec<Said>,
}

/// Checks one script.
pub(super) fn script(
    sandbox: &Sandbox,
    script: usize,
    source: &ScriptSource<'_>,
    ast: &AST,
    outline: &Outline,
    outlines: &[Option<Outline>],
    imports: Option<&Imports>,
) -> Found {
    let mut checker = Checker {
        sandbox,
        script,
        text: source.text,
        ast,
        outline,
        outlines,
        imports,
        names: Names::default(),
        returns: None,
        looked_up: None,
        problems: Vec::new(),
        lookups: Vec::new(),
        said: Vec::new(),
    };
    checker.top();
    for definition in ast.iter_fn_def() {
        if !definition.name.starts_with("anon$") {
            let parameters: Vec<_> = definition.params.iter().map(ToString::to_string).collect();
            checker.function(&definition.name, &parameters, definition.body.start_position());
        }
    }
    Found { problems: checker.problems, lookups: checker.lookups, said: checker.said }
}

impl Checker<'_> {
    fn top(&mut self) {
        for statement in self.ast.statements() {
            if !stays_at_top(statement) && !matches!(statement, Stmt::Noop(_) | Stmt::Export(..)) {
                let range = place::range_at(self.text, statement.position());
                self.problems.push(
                    Problem::new(&codes::NEVER_RUNS, range, "this statement never runs")
                        .label("only `import`, `const` and `fn` stand at the top of a script")
                        .help("move it into the function that needs it"),
                );
            } else if !matches!(statement, Stmt::Import(..)) {
                self.statement(statement);
            }
        }
        self.names = Names::default();
    }

    fn function(&mut self, name: &str, parameters: &[String], body: rhai::Position) {
        let vocabulary = &self.sandbox.vocabulary;
        let entry = vocabulary.entry_point(name);
        let called = entry.filter(|entry| entry.parameters.len() == parameters.len());
        if let Some(entry) = entry
            && called.is_none()
            && !self.outline.functions.iter().any(|f| f.name == name && f.parameters.len() == entry.parameters.len())
        {
            let expected: Vec<_> = entry.parameters.iter().map(|(name, _)| *name).collect();
            let range = place::name_of_function(self.text, name, body);
            let number = count_of(parameters.len(), "parameter");
            self.problems.push(
                Problem::new(&codes::ENTRY_POINT, range, format!("`{name}` with {number} is never called by itself"))
                    .help(format!("write `fn {name}({})`", expected.join(", "))),
            );
        }
        self.names = Names::default();
        for (at, parameter) in parameters.iter().enumerate() {
            let by_place = called.and_then(|entry| entry.parameters.get(at)).map(|(_, kind)| *kind);
            let by_name = || vocabulary.parameters.iter().find(|(name, _)| name == parameter).map(|(_, kind)| *kind);
            self.names.define(parameter, by_place.or_else(by_name).unwrap_or(Kind::Any));
        }
        self.returns = called.and_then(|entry| Some((entry.allowed?, entry.name)));
        let statements = body_of(self.ast, name, parameters.len());
        let kind = self.block(&statements);
        if let Some(last) = statements.last() {
            self.result(last);
        }
        self.returns = None;
        if let Some(entry) = called {
            self.returned(&statements, entry.name, kind);
        }
    }

    fn range(&self, position: rhai::Position) -> std::ops::Range<usize> {
        place::range_at(self.text, position)
    }

    /// Remembers what a script tells the domain.
    fn says(&mut self, by: Saying, text: Option<&str>, position: rhai::Position) {
        let said = Said { script: self.script, range: self.range(position), by, text: text.map(ToOwned::to_owned) };
        self.said.push(said);
    }

    fn problem(&mut self, code: &'static Code, position: rhai::Position, message: String, help: Option<String>) {
        let mut problem = Problem::new(code, self.range(position), message);
        problem.help = help;
        self.problems.push(problem);
    }
}

/// The help for a name that is not known.
fn did_you_mean<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}

/// The name of an object with its article: a `Cluster`, an `Issue`.
fn a(object: &str) -> String {
    let article = if object.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    format!("{article} `{object}`")
}

/// `1 argument`, `2 arguments`, `no arguments`.
pub(super) fn count_of(number: usize, what: &str) -> String {
    match number {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}
