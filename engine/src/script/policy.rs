//! Compiled scripts, ready to be called.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use rhai::{AST, Dynamic, Engine};

use super::imports::{Modules, scope_with};
use super::{Failure, Limits, failure, host, place};

/// A function of a compiled policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionId {
    /// Which script, by its place among the sources.
    pub script: usize,
    /// Its name.
    pub name: String,
    /// How many parameters it has.
    pub parameters: usize,
}

/// Something else of the pack that a script names, such as the metric in `cluster.metrics.utilization`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Which script, by its place among the sources.
    pub script: usize,
    /// Where the name stands in that script.
    pub range: Range<usize>,
    /// What kind of thing: `metrics` or `facets`.
    pub what: &'static str,
    /// The name.
    pub name: String,
}

/// Compiled scripts.
#[derive(Default)]
pub struct Policy {
    pub(super) scripts: Vec<Script>,
    pub(super) modules: Arc<Modules>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) operations: Option<u64>,
}

/// A compiled script.
pub(super) struct Script {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) is_inline: bool,
    /// Its functions, by name and number of parameters; none where it has errors.
    pub(super) functions: BTreeMap<(String, usize), Function>,
}

/// A function that can be called.
pub(super) struct Function {
    /// The script's imports and constants, its parameters, and the function's body as the main program: so an error of
    /// the body keeps its own place, which a call from outside would overwrite where a limit is reached.
    pub(super) program: AST,
    /// Its name in the text.
    pub(super) range: Range<usize>,
    pub(super) is_private: bool,
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.scripts.iter().map(|script| &script.name)).finish()
    }
}

/// The name of the variable through which an argument reaches a program; no script can write it.
pub(super) fn argument_name(at: usize) -> String {
    format!("#argument{at}")
}

impl Policy {
    /// The public function of this name and number of parameters in the first script that has it and is not inline;
    /// nothing if there is none.
    #[must_use]
    pub fn function(&self, name: &str, parameters: usize) -> Option<FunctionId> {
        let key = (name.to_owned(), parameters);
        let has = |script: &Script| script.functions.get(&key).is_some_and(|function| !function.is_private);
        let script = self.scripts.iter().position(|script| !script.is_inline && has(script))?;
        Some(FunctionId { script, name: key.0, parameters })
    }

    /// The functions that one script defines; none where it has errors.
    #[must_use]
    pub fn functions_of(&self, script: usize) -> Vec<FunctionId> {
        let functions = self.scripts.get(script).into_iter().flat_map(|script| script.functions.keys());
        functions.map(|(name, parameters)| FunctionId { script, name: name.clone(), parameters: *parameters }).collect()
    }

    /// Gives its calls a limit of operations of their own, instead of the sandbox's.
    pub fn limit_operations(&mut self, operations: u64) {
        self.operations = Some(operations);
    }

    /// What scripts name of the rest of the pack.
    #[must_use]
    pub fn lookups(&self) -> &[Lookup] {
        &self.lookups
    }

    /// The name of a script.
    #[must_use]
    pub fn script_name(&self, script: usize) -> &str {
        self.scripts.get(script).map_or("", |script| &script.name)
    }

    /// Where a function's name stands in its script.
    #[must_use]
    pub fn range_of(&self, function: &FunctionId) -> Range<usize> {
        let key = (function.name.clone(), function.parameters);
        let script = self.scripts.get(function.script);
        script.and_then(|script| script.functions.get(&key)).map_or(0..0, |function| function.range.clone())
    }

    /// A place for people: `policy/severity.rhai:12`.
    #[must_use]
    pub fn place(&self, script: usize, at: usize) -> String {
        format!("{}:{}", self.script_name(script), place::line_of(self.text(script), at))
    }

    /// The script of this name, such as `policy/severity.rhai`, and what a line of it holds, in bytes without blanks around it.
    #[must_use]
    pub fn line(&self, script: &str, line: usize) -> Option<(usize, Range<usize>)> {
        let at = self.script_named(script)?;
        let mut start = 0;
        for (number, text) in (1..).zip(self.text(at).split_inclusive('\n')) {
            if number == line {
                let from = start + text.len() - text.trim_start().len();
                return Some((at, from..from + text.trim().len()));
            }
            start += text.len();
        }
        None
    }

    pub(super) fn text(&self, script: usize) -> &str {
        self.scripts.get(script).map_or("", |script| &script.text)
    }

    pub(super) fn script_named(&self, name: &str) -> Option<usize> {
        self.scripts.iter().position(|script| script.name == name)
    }

    pub(super) fn defines(&self, script: usize, function: &str) -> bool {
        let script = self.scripts.get(script);
        script.is_some_and(|script| script.functions.keys().any(|(name, _)| name == function))
    }

    pub(super) fn call(
        &self,
        engine: &Engine,
        limits: Limits,
        function: &FunctionId,
        arguments: Vec<Dynamic>,
    ) -> Result<Dynamic, Failure> {
        let limits = Limits { operations: self.operations.unwrap_or(limits.operations), ..limits };
        let key = (function.name.clone(), function.parameters);
        let found = self.scripts.get(function.script).and_then(|script| script.functions.get(&key));
        let Some(found) = found.filter(|_| arguments.len() == function.parameters) else {
            let message = format!("there is no function `{}` to call", function.name);
            return Err(Failure { script: function.script, range: 0..0, message, calls: Vec::new() });
        };
        let mut scope = scope_with(&self.modules);
        for (at, argument) in arguments.into_iter().enumerate() {
            scope.push_dynamic(argument_name(at), argument);
        }
        host::begin(limits.operations);
        let result = engine.eval_ast_with_scope::<Dynamic>(&mut scope, &found.program);
        result.map(Dynamic::flatten).map_err(|error| failure::failure(self, limits, function, &error))
    }
}
