//! Compiled scripts, ready to be called.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use rhai::{AST, Dynamic, Engine};

use super::imports::{Modules, scope_with};
use super::record::{FunctionTime, Recorded, Site};
use super::{Failure, Limits, brackets, failure, host, place};

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

/// A function as it is written, also in a script with errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Which.
    pub function: FunctionId,
    /// The names of its parameters.
    pub parameters: Vec<String>,
    /// Where its name stands in its script.
    pub range: Range<usize>,
    /// Whether only its own script can call it.
    pub is_private: bool,
    /// Whether a script calls it.
    pub is_called: bool,
}

/// Something that a script tells the domain, as far as its text shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Which script, by its place among the sources.
    pub script: usize,
    /// Where, in bytes of that script.
    pub range: Range<usize>,
    /// How.
    pub by: Saying,
    /// What is returned, or the first argument, where it is a text in quotes.
    pub text: Option<String>,
}

/// How a script tells the domain something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saying {
    /// It calls a method of an object: the object's name and the method's.
    Calls(&'static str, &'static str),
    /// It returns it from this function, which the program calls.
    Returns(&'static str),
}

/// Compiled scripts.
#[derive(Default)]
pub struct Policy {
    pub(super) scripts: Vec<Script>,
    pub(super) modules: Arc<Modules>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) defined: Vec<Definition>,
    pub(super) said: Vec<Said>,
    pub(super) operations: Option<u64>,
}

/// A compiled script.
pub(super) struct Script {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) is_inline: bool,
    /// Its functions, by name and number of parameters; none where it has errors.
    pub(super) functions: BTreeMap<(String, usize), Function>,
    /// What its notes say, where the sandbox records.
    pub(super) recorded: Option<Recorded>,
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

/// What a line of a text holds, in bytes without blanks around it.
fn nth_line(text: &str, line: usize) -> Option<Range<usize>> {
    let lines = text.split_inclusive('\n');
    let start = lines.clone().take(line.checked_sub(1)?).map(str::len).sum::<usize>();
    let text = lines.clone().nth(line - 1)?;
    let from = start + text.len() - text.trim_start().len();
    Some(from..from + text.trim().len())
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

    /// The functions of all scripts that can be read, those with other errors too.
    #[must_use]
    pub fn defined(&self) -> &[Definition] {
        &self.defined
    }

    /// What scripts name of the rest of the pack.
    #[must_use]
    pub fn lookups(&self) -> &[Lookup] {
        &self.lookups
    }

    /// What scripts tell the domain.
    #[must_use]
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    /// What of a script may be reached and how often it was so far, in the order of its text; nothing where the sandbox
    /// does not record coverage, or the script has errors.
    #[must_use]
    pub fn sites(&self, script: usize) -> &[Arc<Site>] {
        let recorded = self.scripts.get(script).and_then(|script| script.recorded.as_ref());
        recorded.map_or(&[], |recorded| recorded.sites.as_slice())
    }

    /// How long the functions of all scripts took so far; nothing where the sandbox does not record times.
    #[must_use]
    pub fn times(&self) -> Vec<FunctionTime> {
        let scripts = self.scripts.iter().enumerate();
        let recorded = scripts.filter_map(|(at, script)| Some((at, script.recorded.as_ref()?)));
        recorded.flat_map(|(at, recorded)| recorded.called.iter().map(move |called| called.time(at))).collect()
    }

    /// How many scripts there are.
    #[must_use]
    pub fn script_count(&self) -> usize {
        self.scripts.len()
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

    /// The conditions in whose blocks a function tells the domain something of this kind.
    #[must_use]
    pub fn guards(&self, function: &FunctionId, is_meant: impl Fn(&Said) -> bool) -> Vec<Range<usize>> {
        let starts = |at: usize| {
            let own = self.functions_of(function.script).into_iter().filter(|other| self.range_of(other).start <= at);
            own.max_by_key(|other| self.range_of(other).start)
        };
        let said = self.said.iter().filter(|said| said.script == function.script && is_meant(said));
        let own = said.filter(|said| starts(said.range.start).as_ref() == Some(function));
        let mut guards: Vec<Range<usize>> =
            own.filter_map(|said| brackets::guard(self.text(function.script), said.range.start)).collect();
        guards.sort_by_key(|range| range.start);
        guards.dedup();
        guards
    }

    /// A place for people: `policy/severity.rhai:12`.
    #[must_use]
    pub fn place(&self, script: usize, at: usize) -> String {
        place::shown(self.script_name(script), Some(place::line_of(self.text(script), at)))
    }

    /// The script that a [`Policy::place`] is in, given its file and its line, and what the line holds, in bytes without
    /// blanks around it.
    #[must_use]
    pub fn line(&self, script: &str, line: usize) -> Option<(usize, Range<usize>)> {
        // Inline scripts of one file share its name and its lines; only one of them has something on a line.
        let is_meant = |own: &Script| own.name == script || (own.is_inline && place::shown(&own.name, None) == script);
        let scripts = self.scripts.iter().enumerate().filter(|(_, own)| is_meant(own));
        scripts.filter_map(|(at, own)| Some((at, nth_line(&own.text, line)?))).find(|(_, range)| !range.is_empty())
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
