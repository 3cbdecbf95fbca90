//! Imports: that they lead to a script of the pack, and not in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::{Outline, did_you_mean};
use crate::diagnostic::Problem;
use crate::script::imports::{Unresolved, resolve};
use crate::script::{ScriptSource, codes, place};

/// What a script imports.
#[derive(Debug, Default)]
pub(in crate::script) struct Imports {
    /// The scripts, by the names that it gives them.
    pub(in crate::script) by_alias: BTreeMap<String, usize>,
    /// Names of imports that lead nowhere: what they are used for cannot be checked.
    pub(in crate::script) broken: BTreeSet<String>,
}

/// The imports of all scripts.
pub(in crate::script) fn imports(
    sources: &[ScriptSource<'_>],
    outlines: &[Option<Outline>],
    problems: &mut Vec<(usize, Problem)>,
) -> BTreeMap<usize, Imports> {
    let mut all = BTreeMap::new();
    for (at, (source, outline)) in sources.iter().zip(outlines).enumerate() {
        let Some(outline) = outline else { continue };
        let mut imports = Imports::default();
        for import in &outline.imports {
            let range = place::range_at(source.text, import.position);
            match target(sources, source, import.path.as_deref()) {
                Ok(_) if import.alias.is_empty() => problems.push((
                    at,
                    Problem::new(&codes::IMPORT, range, "what is imported has no name")
                        .help("write `import \"…\" as lib;` and call `lib::function()`"),
                )),
                Ok(of) => {
                    imports.by_alias.insert(import.alias.clone(), of);
                }
                Err(problem) => {
                    imports.broken.insert(import.alias.clone());
                    problems.push((at, Problem { range, ..problem }));
                }
            }
        }
        all.insert(at, imports);
    }
    circles(sources, outlines, &all, problems);
    all
}

fn target(sources: &[ScriptSource<'_>], from: &ScriptSource<'_>, path: Option<&str>) -> Result<usize, Problem> {
    let problem = |message: String| Problem::new(&codes::IMPORT, 0..0, message);
    let Some(path) = path else {
        return Err(problem("an import must name its script as plain text".to_owned())
            .help("write `import \"policy/lib\" as lib;`"));
    };
    let find = |name: &str| sources.iter().position(|source| !source.is_inline && source.name == name);
    let name = resolve(from.name, path, |name| find(name).is_some());
    match name.as_deref().map(find) {
        Ok(Some(of)) => Ok(of),
        Err(Unresolved::Outside) => Err(problem(format!("`{path}` is not inside the pack"))
            .help("only scripts of the pack can be imported: `import \"policy/lib\" as lib;`")),
        _ => {
            let names = sources.iter().filter(|source| !source.is_inline && source.name != from.name);
            let names: Vec<_> = names.map(|source| source.name.trim_end_matches(".rhai")).collect();
            let plain = path.trim_end_matches(".rhai");
            let tail = names.iter().copied().find(|name| name.rsplit('/').next() == Some(plain));
            let mut problem = problem(format!("the pack has no script `{path}`"));
            problem.help = tail
                .map(|name| format!("did you mean `{name}`?"))
                .or_else(|| did_you_mean(plain, names.iter().copied()))
                .or_else(|| (!names.is_empty()).then(|| format!("it has `{}`", names.join("`, `"))));
            Err(problem)
        }
    }
}

/// Reports every import that is part of a circle.
fn circles(
    sources: &[ScriptSource<'_>],
    outlines: &[Option<Outline>],
    all: &BTreeMap<usize, Imports>,
    problems: &mut Vec<(usize, Problem)>,
) {
    let next = |at: usize| all.get(&at).into_iter().flat_map(|imports| imports.by_alias.values().copied());
    for (at, imports) in all {
        let (Some(source), Some(Some(outline))) = (sources.get(*at), outlines.get(*at)) else { continue };
        for import in &outline.imports {
            let Some(of) = imports.by_alias.get(&import.alias) else { continue };
            let mut seen = BTreeSet::from([*of]);
            let mut open = vec![*of];
            while let Some(here) = open.pop() {
                open.extend(next(here).filter(|there| seen.insert(*there)));
            }
            if seen.contains(at) {
                let range = place::range_at(source.text, import.position);
                let message = if of == at {
                    "this script imports itself".to_owned()
                } else {
                    let other = sources.get(*of).map_or("", |source| source.name);
                    format!("`{other}` imports this script in turn")
                };
                problems.push((
                    *at,
                    Problem::new(&codes::IMPORT_CYCLE, range, message).help("move what both need into a third script"),
                ));
            }
        }
    }
}
