//! From texts to a policy: parse, check, load, in the order of imports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rhai::{AST, ASTFlags, ASTNode, Expr, FnAccess, Ident, Module, Namespace, Position, Stmt, StmtBlock};

use super::check::{self, Outline};
use super::imports::{Modules, scope_with};
use super::policy::{Definition, Function, FunctionId, Policy, Script, argument_name};
use super::record::{self, Recorded};
use super::{Sandbox, ScriptSource, codes, failure, host, place, syntax};
use crate::diagnostic::Problem;

/// Bytes that a script may have.
const MAX_SCRIPT: usize = 256 * 1024;
/// Rhai counts lines and columns in 16 bits.
const MAX_LINES: usize = 60_000;
/// Nested brackets that a script may have: the parser goes down one level of the stack with each.
const MAX_BRACKETS: usize = 200;

/// The problems of all scripts, each with its script.
type Problems = Vec<(usize, Problem)>;

pub(super) fn compile(sandbox: &Sandbox, sources: &[ScriptSource<'_>]) -> (Policy, Problems) {
    let mut problems = Vec::new();
    let mut policy = Policy::default();
    let (mut parsed, mut runnable) = (Vec::new(), BTreeSet::new());
    for (at, source) in sources.iter().enumerate() {
        policy.scripts.push(Script {
            name: source.name.to_owned(),
            text: source.text.to_owned(),
            is_inline: source.is_inline,
            functions: BTreeMap::new(),
            recorded: None,
        });
        let found = parse(sandbox, source).map_err(|problem| problems.push((at, problem))).ok();
        let (ast, can_run) = found.map_or((None, false), |(ast, can_run)| (Some(ast), can_run));
        parsed.push(ast);
        runnable.extend(can_run.then_some(at));
    }
    let outlines: Vec<_> = parsed.iter().map(|ast| ast.as_ref().map(Outline::of)).collect();
    let imports = check::imports(sources, &outlines, &mut problems);
    for (at, (ast, outline)) in parsed.iter().zip(&outlines).enumerate() {
        let (Some(ast), Some(outline), Some(source)) = (ast, outline, sources.get(at)) else { continue };
        let found = check::script(sandbox, at, source, ast, outline, &outlines, imports.get(&at));
        problems.extend(found.problems.into_iter().map(|problem| (at, problem)));
        policy.lookups.extend(found.lookups);
        policy.said.extend(found.said);
    }
    uncalled(&parsed, &outlines, &imports, sources, &mut policy);
    let order: Vec<(usize, Option<&AST>)> = load_order(sources.len(), &imports)
        .into_iter()
        .map(|at| (at, parsed.get(at).and_then(Option::as_ref).filter(|_| runnable.contains(&at))))
        .collect();
    load_all(sandbox, sources, &order, &imports, &mut policy, &mut problems);
    problems.sort_by(|(a, x), (b, y)| {
        (a, x.range.start, x.range.end, x.code.id, &x.message).cmp(&(
            b,
            y.range.start,
            y.range.end,
            y.code.id,
            &y.message,
        ))
    });
    problems.dedup();
    (policy, problems)
}

/// Notes which functions the scripts define, and which of them no script calls.
fn uncalled(
    parsed: &[Option<AST>],
    outlines: &[Option<Outline>],
    imports: &BTreeMap<usize, check::Imports>,
    sources: &[ScriptSource<'_>],
    policy: &mut Policy,
) {
    let mut called: BTreeSet<(usize, String)> = BTreeSet::new();
    for (at, ast) in parsed.iter().enumerate() {
        let Some(ast) = ast else { continue };
        for (alias, name) in check::calls(ast) {
            let of = alias.map_or(Some(at), |alias| imports.get(&at)?.by_alias.get(&alias).copied());
            called.extend(of.map(|of| (of, name)));
        }
    }
    for (at, (ast, outline)) in parsed.iter().zip(outlines).enumerate() {
        let (Some(ast), Some(outline), Some(source)) = (ast, outline, sources.get(at)) else { continue };
        for function in &outline.functions {
            let (name, parameters) = (function.name.clone(), function.parameters.len());
            let body = ast.iter_fn_def().find(|other| other.name == name.as_str() && other.params.len() == parameters);
            let body = body.map_or(Position::NONE, |found| found.body.start_position());
            policy.defined.push(Definition {
                parameters: function.parameters.clone(),
                range: place::name_of_function(source.text, &name, body),
                is_private: function.is_private,
                is_called: called.contains(&(at, name.clone())),
                function: FunctionId { script: at, name, parameters },
            });
        }
    }
}

/// The syntax tree of a script, and whether it can be run: most scripts are right, and need no parsing that lets more pass.
fn parse(sandbox: &Sandbox, source: &ScriptSource<'_>) -> Result<(AST, bool), Problem> {
    let text = source.text;
    let end = text.len()..text.len();
    let limit = |message: &str| Problem::new(&codes::LIMIT, end.clone(), message);
    if text.len() > MAX_SCRIPT || text.lines().any(|line| line.len() > MAX_LINES) || text.lines().count() > MAX_LINES {
        return Err(limit("the script is too large").help("split it, and `import` the parts"));
    }
    if let Some(at) = too_deep(text) {
        return Err(Problem::new(&codes::LIMIT, at..at + 1, "this is nested too deeply")
            .help("give the inner parts names with `let`, or move them into functions"));
    }
    let (mut ast, can_run) = match sandbox.engine.compile(text) {
        Ok(ast) => (ast, true),
        Err(_) => (sandbox.lenient().compile(text).map_err(|error| syntax::problem(text, &error))?, false),
    };
    ast.set_source(source.name);
    Ok((ast, can_run))
}

/// The bracket that is nested too deeply, if one is. Brackets in texts and comments count too: nobody has so many.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    text.bytes().enumerate().find_map(|(at, byte)| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth > MAX_BRACKETS).then_some(at)
    })
}

/// The scripts in an order in which each stands behind what it imports; those in a circle are left out.
fn load_order(scripts: usize, imports: &BTreeMap<usize, check::Imports>) -> Vec<usize> {
    let mut order = Vec::new();
    let mut done = BTreeSet::new();
    loop {
        let is_ready = |at: &usize| {
            !done.contains(at) && imports.get(at).is_none_or(|all| all.by_alias.values().all(|of| done.contains(of)))
        };
        let ready: Vec<_> = (0..scripts).filter(is_ready).collect();
        if ready.is_empty() {
            return order;
        }
        done.extend(ready.iter().copied());
        order.extend(ready);
    }
}

fn load_all(
    sandbox: &Sandbox,
    sources: &[ScriptSource<'_>],
    order: &[(usize, Option<&AST>)],
    imports: &BTreeMap<usize, check::Imports>,
    policy: &mut Policy,
    problems: &mut Problems,
) {
    let mut modules = Modules::new();
    let mut is_loaded = BTreeSet::new();
    for (at, ast) in order {
        let Some(source) = sources.get(*at) else { continue };
        let has_errors =
            problems.iter().any(|(of, problem)| of == at && problem.code.level == crate::diagnostic::Level::Error);
        let needs = imports.get(at).into_iter().flat_map(|all| all.by_alias.values());
        if has_errors || !needs.into_iter().all(|of| is_loaded.contains(of)) {
            continue;
        }
        match load(sandbox, source, *ast, &modules) {
            Ok((module, functions, recorded)) => {
                is_loaded.insert(*at);
                if !source.is_inline {
                    modules.entry(source.name.to_owned()).or_insert_with(|| module.into());
                }
                if let Some(script) = policy.scripts.get_mut(*at) {
                    script.functions = functions;
                    script.recorded = recorded;
                }
            }
            Err(problem) => problems.push((*at, problem)),
        }
    }
    policy.modules = Arc::new(modules);
}

type Functions = BTreeMap<(String, usize), Function>;

fn load(
    sandbox: &Sandbox,
    source: &ScriptSource<'_>,
    parsed: Option<&AST>,
    modules: &Modules,
) -> Result<(Module, Functions, Option<Recorded>), Problem> {
    let text = source.text;
    // What is not there yet cannot be run, and this tells why.
    let ast = match parsed {
        Some(ast) => ast.clone(),
        None => sandbox.engine.compile(text).map_err(|error| syntax::problem(text, &error))?,
    };
    let head: Vec<Stmt> = ast.statements().iter().filter(|statement| stays_at_top(statement)).cloned().collect();
    let recorded = sandbox.recorder.as_ref().map(|recorder| record::record(recorder, source, &ast));
    let lib = recorded.as_ref().map_or_else(|| ast.shared_lib(), |recorded| &recorded.lib);
    let whole = AST::new_with_source(head.clone(), lib.clone(), source.name);
    let scope = scope_with(&Arc::new(modules.clone()));
    host::begin(sandbox.limits.operations);
    let module = Module::eval_ast_as_new(scope, &whole, &sandbox.engine).map_err(|error| {
        let range = place::range_at(text, error.position());
        let message = failure::message(&error, sandbox.limits);
        Problem::new(&codes::LOAD, range, format!("the constants of this script cannot be computed: {message}"))
    })?;
    let mut functions = Functions::new();
    for definition in ast.iter_fn_def() {
        if definition.name.starts_with("anon$") {
            continue;
        }
        let key = (definition.name.to_string(), definition.params.len());
        let body = recorded.as_ref().and_then(|recorded| recorded.body(&key.0, key.1));
        let body = body.map_or_else(|| body_of(&ast, &key.0, key.1), |body| vec![body]);
        let block = StmtBlock::new(body, Position::NONE, Position::NONE);
        let mut program = head.clone();
        program.extend(definition.params.iter().enumerate().map(|(at, name)| parameter(at, name)));
        program.push(Stmt::Block(Box::new(block)));
        let program = AST::new_with_source(program, lib.clone(), source.name);
        let range = place::name_of_function(text, &key.0, definition.body.start_position());
        functions.insert(key, Function { program, range, is_private: definition.access == FnAccess::Private });
    }
    Ok((module, functions, recorded))
}

/// What has a meaning at the top of a script.
pub(super) fn stays_at_top(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Import(..))
        || matches!(statement, Stmt::Var(_, flags, _) if flags.contains(ASTFlags::CONSTANT))
}

/// `let name = #argument0;`
fn parameter(at: usize, name: &str) -> Stmt {
    let argument = Expr::Variable(Box::new((None, argument_name(at).into(), Namespace::NONE, 0)), None, Position::NONE);
    let name = Ident { name: name.into(), pos: Position::NONE };
    Stmt::Var(Box::new((name, argument, None)), ASTFlags::empty(), Position::NONE)
}

/// The statements of a function. Rhai keeps the type of a body to itself; a walk over the one function shows them.
pub(super) fn body_of(ast: &AST, name: &str, parameters: usize) -> Vec<Stmt> {
    // `clone_functions_only_filtered` of Rhai 1.27 does not filter.
    let mut one = ast.clone_functions_only();
    one.retain_functions(|_, _, other, count| other == name && count == parameters);
    let mut body = Vec::new();
    one.walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(statement)] = path {
            body.push((*statement).clone());
        }
        true
    });
    body
}
