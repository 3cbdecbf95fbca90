//! The host of Rhai scripts: sandbox, compilation, checks, calls. It knows no domain.
//!
//! A script sees only what it is given. There are no files, no network, no clock, no waiting, no printing and no `eval`;
//! every call is bounded in steps, depth and the size of its values; other scripts can be imported only from the same pack.
//! What a domain adds (types, getters, methods) comes with a [`Vocabulary`], from which the checks know what exists.

mod brackets;
mod check;
pub mod codes;
mod compile;
mod definitions;
mod failure;
mod host;
mod imports;
mod native;
mod place;
mod policy;
mod record;
mod syntax;
mod values;
mod vocabulary;

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use rhai::{Dynamic, Engine};

use crate::diagnostic::Problem;

pub use definitions::NativeWords;
pub(crate) use failure::kind_of;
pub(crate) use place::shown as shown_place;
pub use policy::{Definition as FunctionDefinition, FunctionId, Lookup, Policy, Said, Saying};
pub use record::{Clock, FunctionTime, Recording, Site, SiteKind};
pub use vocabulary::{
    Allowed, ArgumentWords, EntryPoint, Kind, MethodWords, ObjectWords, PropertyWords, Returned, Vocabulary,
};

/// Limits of the sandbox, the same in debug and release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Operations a call.
    pub operations: u64,
    /// Levels of function calls.
    pub call_levels: usize,
    /// Levels of nested expressions at the top of a script; half of it inside functions.
    pub expression_depth: usize,
    /// Bytes of a string, and of all the strings in an array or map together.
    pub string_size: usize,
    /// Elements of an array and of the arrays in it.
    pub array_size: usize,
    /// Entries of a map and of the maps in it.
    pub map_size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            operations: 200_000,
            call_levels: 32,
            expression_depth: 64,
            string_size: 64 * 1024,
            array_size: 10_000,
            map_size: 1_000,
        }
    }
}

/// An engine without files, network, clock, printing and eval.
pub struct Sandbox {
    limits: Limits,
    /// Runs scripts.
    engine: Engine,
    /// Parses those that cannot be run: it lets undefined variables pass, so that all of them are found and not just the first.
    /// Made once there is such a script.
    lenient: OnceLock<Engine>,
    register: Box<dyn Fn(&mut Engine) + Send + Sync>,
    vocabulary: Vocabulary,
    natives: native::Natives,
    /// Writes notes into scripts, where somebody wants to know what runs of them.
    recorder: Option<record::Recorder>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// A script of a pack.
#[derive(Clone, Copy, Debug)]
pub struct ScriptSource<'s> {
    /// Its name inside the pack, such as `policy/severity.rhai`; what `import "policy/severity"` means.
    pub name: &'s str,
    /// Its text.
    pub text: &'s str,
    /// Whether its functions belong to one definition and cannot be imported (a definition's inline script is named
    /// `clusters/x.yaml#id`).
    pub is_inline: bool,
}

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
    /// A sandbox in which `register` has made known the types and functions of a domain that `vocabulary` describes.
    ///
    /// `register` is called more than once, on engines that shall be the same.
    pub fn new(limits: Limits, vocabulary: Vocabulary, register: impl Fn(&mut Engine) + Send + Sync + 'static) -> Self {
        Self::recording(limits, vocabulary, register, &Recording::Nothing)
    }

    /// The same, which notes what its scripts do: the policies that it compiles know it afterwards.
    pub fn recording(
        limits: Limits,
        vocabulary: Vocabulary,
        register: impl Fn(&mut Engine) + Send + Sync + 'static,
        recording: &Recording,
    ) -> Self {
        let mut engine = host::engine(limits, true);
        register(&mut engine);
        let natives = native::Natives::of(&engine);
        let recorder = record::Recorder::of(recording, &mut engine);
        let (lenient, register) = (OnceLock::new(), Box::new(register));
        Self { limits, engine, lenient, register, vocabulary, natives, recorder }
    }

    fn lenient(&self) -> &Engine {
        self.lenient.get_or_init(|| {
            let mut engine = host::engine(self.limits, false);
            (self.register)(&mut engine);
            engine
        })
    }

    /// What the domain has added, for the reference.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Compiles the scripts of a pack and checks them: syntax, undefined variables, functions, properties, imports. Every
    /// problem comes with the place of its script among the sources.
    ///
    /// Scripts with errors, and those that import them, are left out of the policy.
    #[must_use]
    pub fn compile(&self, sources: &[ScriptSource<'_>]) -> (Policy, Vec<(usize, Problem)>) {
        compile::compile(self, sources)
    }

    /// Calls a function.
    ///
    /// # Errors
    /// Where the script fails or runs into a limit.
    pub fn call(&self, policy: &Policy, function: &FunctionId, arguments: Vec<Dynamic>) -> Result<Dynamic, Failure> {
        policy.call(&self.engine, self.limits, function, arguments)
    }
}

#[cfg(test)]
mod tests;
