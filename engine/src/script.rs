//! The host of Rhai scripts: sandbox, compilation, checks, calls. It knows no domain.

use std::ops::Range;

use rhai::{Dynamic, Engine};

use crate::diagnostic::Problem;

/// Limits of the sandbox, the same in debug and release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Operations a call.
    pub operations: u64,
    /// Levels of function calls.
    pub call_levels: usize,
    /// Levels of nested expressions.
    pub expression_depth: usize,
    /// Bytes of a string.
    pub string_size: usize,
    /// Elements of an array.
    pub array_size: usize,
    /// Entries of a map.
    pub map_size: usize,
}

/// An engine without files, network, clock, printing and eval.
#[derive(Debug)]
pub struct Sandbox {
    engine: Engine,
}

/// A script of a pack.
#[derive(Clone, Copy, Debug)]
pub struct ScriptSource<'s> {
    /// Its name inside the pack, such as `policy/severity.rhai`; what `import "policy/severity"` means.
    pub name: &'s str,
    /// Its text.
    pub text: &'s str,
    /// Whether its functions can be used by `import` only (a definition's inline script is named `clusters/x.yaml#id`).
    pub is_inline: bool,
}

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

/// Compiled scripts.
#[derive(Debug, Default)]
pub struct Policy {}

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which script, by its place among the sources.
    pub script: usize,
    /// The innermost place, in bytes of that script.
    pub range: Range<usize>,
    /// What happened.
    pub message: String,
    /// The functions called on the way there, outermost first.
    pub calls: Vec<String>,
}

impl Sandbox {
    /// A sandbox in which `register` has made the types and functions of a domain known.
    pub fn new(_limits: Limits, register: impl FnOnce(&mut Engine)) -> Self {
        let mut engine = Engine::new_raw();
        register(&mut engine);
        Self { engine }
    }

    /// Compiles the scripts of a pack and checks them: syntax, undefined variables, functions, properties, imports. Every
    /// problem comes with the place of its script among the sources.
    #[must_use]
    pub fn compile(&self, _sources: &[ScriptSource<'_>]) -> (Policy, Vec<(usize, Problem)>) {
        (Policy::default(), Vec::new())
    }

    /// Calls a function.
    ///
    /// # Errors
    /// Where the script fails or runs into a limit.
    pub fn call(&self, _policy: &Policy, _function: &FunctionId, _arguments: Vec<Dynamic>) -> Result<Dynamic, Failure> {
        Ok(self.engine.eval("()").unwrap_or(Dynamic::UNIT))
    }
}

impl Policy {
    /// The function of this name and number of parameters, in any script that is not inline; nothing if there is none.
    #[must_use]
    pub fn function(&self, _name: &str, _parameters: usize) -> Option<FunctionId> {
        None
    }

    /// The functions that one script defines.
    #[must_use]
    pub fn functions_of(&self, _script: usize) -> Vec<FunctionId> {
        Vec::new()
    }
}
