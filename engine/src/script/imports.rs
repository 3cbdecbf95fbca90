//! Imports: only other scripts of the same pack.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Engine, EvalAltResult, GlobalRuntimeState, Module, ModuleResolver, Position, Scope, Shared};

/// A module as Rhai passes it on.
type SharedModule = Shared<Module>;

/// The variable that carries a policy's modules into its calls; no script can name it.
const MODULES: &str = "#modules";

/// The loaded scripts of a policy, by name.
pub(super) type Modules = BTreeMap<String, SharedModule>;

/// Why an import leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// It leaves the pack.
    Outside,
    /// The pack has no such script.
    Missing,
}

/// The name of the script that `path` means in the script `from`.
///
/// `./` and `../` start at the importing script's directory, everything else at the pack's; `.rhai` may be left out.
pub(super) fn resolve(from: &str, path: &str, exists: impl Fn(&str) -> bool) -> Result<String, Unresolved> {
    let is_odd = path.starts_with('/') || path.contains(['\\', ':', '\0']);
    if is_odd {
        return Err(Unresolved::Outside);
    }
    let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
    let is_relative = path.starts_with("./") || path.starts_with("../");
    let base = if is_relative { directory } else { "" };
    let mut steps: Vec<&str> = base.split('/').filter(|step| !step.is_empty()).collect();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop().ok_or(Unresolved::Outside)?;
            }
            step => steps.push(step),
        }
    }
    let name = steps.join("/");
    let name = if name.ends_with(".rhai") { name } else { format!("{name}.rhai") };
    if exists(&name) { Ok(name) } else { Err(Unresolved::Missing) }
}

/// A scope in which imports find these modules.
pub(super) fn scope_with(modules: &Arc<Modules>) -> Scope<'static> {
    let mut scope = Scope::new();
    scope.push_constant(MODULES, Arc::clone(modules));
    scope
}

/// Hands out the modules that the scope carries.
pub(super) struct PackResolver;

impl ModuleResolver for PackResolver {
    fn resolve(
        &self,
        _engine: &Engine,
        _source: Option<&str>,
        path: &str,
        position: Position,
    ) -> Result<SharedModule, Box<EvalAltResult>> {
        Err(EvalAltResult::ErrorModuleNotFound(path.to_owned(), position).into())
    }

    fn resolve_raw(
        &self,
        _engine: &Engine,
        global: &mut GlobalRuntimeState,
        scope: &mut Scope<'_>,
        path: &str,
        position: Position,
    ) -> Result<SharedModule, Box<EvalAltResult>> {
        let modules = scope.get_value::<Arc<Modules>>(MODULES).unwrap_or_default();
        let from = global.source().unwrap_or("");
        resolve(from, path, |name| modules.contains_key(name))
            .ok()
            .and_then(|name| modules.get(&name).cloned())
            .ok_or_else(|| EvalAltResult::ErrorModuleNotFound(path.to_owned(), position).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_pack() {
        let exists = |name: &str| name == "policy/lib.rhai" || name == "lib.rhai";
        assert_eq!(resolve("policy/a.rhai", "policy/lib", exists).as_deref(), Ok("policy/lib.rhai"));
        assert_eq!(resolve("policy/a.rhai", "./lib.rhai", exists).as_deref(), Ok("policy/lib.rhai"));
        assert_eq!(resolve("policy/a.rhai", "../lib", exists).as_deref(), Ok("lib.rhai"));
        assert_eq!(resolve("policy/a.rhai", "lib", exists).as_deref(), Ok("lib.rhai"));
        for path in ["../../etc/passwd", "/etc/passwd", "policy/../../x", "C:\\x", "file:///x"] {
            assert_eq!(resolve("policy/a.rhai", path, exists), Err(Unresolved::Outside), "{path}");
        }
        assert_eq!(resolve("policy/a.rhai", "policy/other", exists), Err(Unresolved::Missing));
        assert_eq!(resolve("policy/a.rhai", "", exists), Err(Unresolved::Missing));
    }
}
