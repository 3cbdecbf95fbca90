//! The syntax tree of a script with notes in it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use rhai::{AST, CustomExpr, Dynamic, Expr, Module, Position, ScriptFuncDef, Shared, Stmt, StmtBlock};

use super::place::closed;
use super::timing::Called;
use super::{BODY, Body, REACHED, Recorder, Site, SiteKind, place};
use crate::script::ScriptSource;
use crate::script::compile::body_of;
use crate::script::place::{name_of_function, offset_of, range_at, word_at};

/// A script with notes in it.
pub(in crate::script) struct Recorded {
    /// Its functions, for calls from scripts.
    pub(in crate::script) lib: Shared<Module>,
    /// What may be reached in it.
    pub(in crate::script) sites: Vec<Arc<Site>>,
    /// The calls of its functions.
    pub(in crate::script) called: Vec<Arc<Called>>,
    bodies: BTreeMap<(String, usize), Arc<Body>>,
}

impl Recorded {
    /// The body of a function, for a call from the program.
    pub(in crate::script) fn body(&self, name: &str, parameters: usize) -> Option<Stmt> {
        let body = self.bodies.get(&(name.to_owned(), parameters))?;
        let body = custom(BODY, Dynamic::from(Some(Arc::clone(body))), None, Position::NONE);
        Some(Stmt::Expr(Box::new(body)))
    }
}

/// Writes notes into all functions of a script.
pub(in crate::script) fn record(recorder: &Recorder, source: &ScriptSource<'_>, ast: &AST) -> Recorded {
    let mut writer = Writer {
        recorder,
        text: source.text,
        ast,
        sites: Vec::new(),
        called: Vec::new(),
        closures: BTreeMap::new(),
        parent: None,
    };
    let mut definitions: Vec<&Shared<ScriptFuncDef>> = ast.iter_fn_def().collect();
    definitions.sort_by_key(|definition| (definition.body.start_position(), definition.name.clone()));
    let mut bodies = BTreeMap::new();
    for definition in definitions.iter().filter(|definition| !definition.name.starts_with("anon$")) {
        let key = (definition.name.to_string(), definition.params.len());
        bodies.insert(key, writer.function(definition));
    }
    let mut lib = Module::new();
    lib.set_id(source.name);
    for definition in definitions {
        let key = (definition.name.to_string(), definition.params.len());
        let body = bodies.get(&key).or_else(|| writer.closures.get(&key));
        match body.and_then(|body| recorder.function(definition, Arc::clone(body))) {
            Some(recorded) => lib.set_script_fn(recorded),
            None => lib.set_script_fn(Shared::clone(definition)),
        };
    }
    let Writer { sites, called, .. } = writer;
    Recorded { lib: lib.into(), sites, called, bodies }
}

/// Goes over the functions of a script.
pub(super) struct Writer<'w> {
    recorder: &'w Recorder,
    text: &'w str,
    ast: &'w AST,
    sites: Vec<Arc<Site>>,
    called: Vec<Arc<Called>>,
    closures: BTreeMap<(String, usize), Arc<Body>>,
    /// The site that what comes next is part of.
    parent: Option<usize>,
}

/// An expression that tells the engine to note something.
pub(super) fn custom(key: &str, state: Dynamic, input: Option<Expr>, position: Position) -> Expr {
    let custom = CustomExpr {
        inputs: input.into_iter().collect(),
        tokens: std::iter::once(key.into()).collect(),
        state,
        scope_may_be_changed: false,
        self_terminated: true,
    };
    Expr::Custom(Box::new(custom), position)
}

impl Writer<'_> {
    fn function(&mut self, definition: &ScriptFuncDef) -> Arc<Body> {
        let (name, parameters) = (definition.name.as_str(), definition.params.len());
        let mut statements = body_of(self.ast, name, parameters);
        let (start, end) = (definition.body.start_position(), definition.body.end_position());
        let range = name_of_function(self.text, name, start);
        if self.recorder.is_coverage {
            let end = self.end(end);
            let site = self.site(SiteKind::Function, range, end, |writer| writer.statements(&mut statements));
            return body(statements, Some(site), None);
        }
        let called = Arc::new(Called {
            name: name.to_owned(),
            parameters,
            range,
            calls: AtomicU64::new(0),
            total: AtomicU64::new(0),
            own: AtomicU64::new(0),
        });
        self.called.push(Arc::clone(&called));
        body(statements, None, Some(called))
    }

    /// A closure: it is written out where it is met, so that its sites are part of those around it.
    pub(super) fn closure(&mut self, name: &str, position: Position) {
        let found = self.ast.iter_fn_def().find(|definition| definition.name == name);
        let Some(definition) = found.filter(|_| self.recorder.is_coverage) else { return };
        let key = (name.to_owned(), definition.params.len());
        if self.closures.contains_key(&key) {
            return;
        }
        let mut statements = body_of(self.ast, name, definition.params.len());
        let end = definition.body.end_position();
        let inside = |writer: &mut Self| writer.statements(&mut statements);
        let site = self.site_at(SiteKind::Closure, position, end, inside);
        self.closures.insert(key, body(statements, Some(site), None));
    }

    /// A site, and what is in it.
    pub(super) fn site(
        &mut self,
        kind: SiteKind,
        range: std::ops::Range<usize>,
        end: usize,
        inside: impl FnOnce(&mut Self),
    ) -> Arc<Site> {
        let site = Arc::new(Site::new(kind, range, end, self.parent));
        let outer = self.parent.replace(self.sites.len());
        self.sites.push(Arc::clone(&site));
        inside(self);
        self.parent = outer;
        site
    }

    /// A site that begins and ends at these positions.
    pub(super) fn site_at(
        &mut self,
        kind: SiteKind,
        start: Position,
        end: Position,
        inside: impl FnOnce(&mut Self),
    ) -> Arc<Site> {
        let range = range_at(self.text, start);
        let end = closed(self.text, range.start, self.end(end).max(range.end));
        self.site(kind, range, end, inside)
    }

    /// The byte behind the word at a position; 0 where there is none.
    fn end(&self, position: Position) -> usize {
        offset_of(self.text, position).map_or(0, |at| word_at(self.text, at).end)
    }

    /// The statements of a block, each with a note before it.
    pub(super) fn statements(&mut self, statements: &mut Vec<Stmt>) {
        let mut noted = Vec::with_capacity(statements.len() * 2);
        for mut statement in statements.drain(..) {
            if counts(&statement) {
                let (start, end) = place::extent(&statement);
                let inside = |writer: &mut Self| writer.inside(&mut statement);
                let site = self.site_at(SiteKind::Statement, start, end, inside);
                noted.push(note(site, start));
            } else {
                self.inside(&mut statement);
            }
            noted.push(statement);
        }
        *statements = noted;
    }

    /// A block that is one way of several.
    fn branch(&mut self, kind: SiteKind, block: &mut StmtBlock, otherwise: Position) {
        let span = block.span_or_else(otherwise, otherwise);
        let mut statements: Vec<Stmt> = block.statements_mut().drain(..).collect();
        let inside = |writer: &mut Self| writer.statements(&mut statements);
        let site = self.site_at(kind, span.start(), block.end_position(), inside);
        let first = note(site, span.start());
        *block = StmtBlock::new_with_span(std::iter::once(first).chain(statements), block.span());
    }

    /// What a loop does. Nothing is noted where it does nothing: an empty loop takes steps only as long as it stays empty.
    fn repeated(&mut self, block: &mut StmtBlock, otherwise: Position) {
        if !block.is_empty() {
            self.branch(SiteKind::Loop, block, otherwise);
        }
    }

    /// A block that always runs where what it stands in does.
    pub(super) fn block(&mut self, block: &mut StmtBlock) {
        let mut statements: Vec<Stmt> = block.statements_mut().drain(..).collect();
        self.statements(&mut statements);
        *block = StmtBlock::new_with_span(statements, block.span());
    }

    /// The parts of a statement.
    pub(super) fn inside(&mut self, statement: &mut Stmt) {
        let position = statement.position();
        match statement {
            Stmt::Expr(expr) => self.expression(expr),
            Stmt::FnCall(call, _) => self.each(call.args.iter_mut()),
            Stmt::Block(block) => self.block(block),
            Stmt::If(parts, _) => {
                self.expression(&mut parts.expr);
                self.branch(SiteKind::Then, &mut parts.body, position);
                let kind = if parts.branch.is_empty() { SiteKind::NoElse } else { SiteKind::Else };
                self.branch(kind, &mut parts.branch, position);
            }
            Stmt::While(parts, _) => {
                self.expression(&mut parts.expr);
                self.repeated(&mut parts.body, position);
            }
            Stmt::Do(parts, ..) => {
                self.block(&mut parts.body);
                self.expression(&mut parts.expr);
            }
            Stmt::For(parts, _) => {
                self.expression(&mut parts.2.expr);
                self.repeated(&mut parts.2.body, position);
            }
            Stmt::Switch(parts, _) => self.switch(&mut parts.0, &mut parts.1, position),
            Stmt::Var(parts, ..) => self.expression(&mut parts.1),
            Stmt::Assignment(parts) => {
                self.expression(&mut parts.1.lhs);
                self.expression(&mut parts.1.rhs);
            }
            Stmt::TryCatch(parts, _) => {
                self.block(&mut parts.body);
                self.branch(SiteKind::Catch, &mut parts.branch, position);
            }
            Stmt::BreakLoop(Some(value), ..) | Stmt::Return(Some(value), ..) => self.expression(value),
            _ => {}
        }
    }

    fn switch(&mut self, value: &mut Expr, cases: &mut rhai::SwitchCasesCollection, position: Position) {
        self.expression(value);
        for case in &mut cases.expressions {
            self.expression(&mut case.lhs);
            let start = case.rhs.start_position();
            let mut arm = match std::mem::take(&mut case.rhs) {
                Expr::Stmt(block) => *block,
                expr => Stmt::Expr(Box::new(expr)).into(),
            };
            self.branch(SiteKind::Arm, &mut arm, start);
            case.rhs = Expr::Stmt(Box::new(arm));
        }
        if cases.def_case.is_none() {
            let mut none = StmtBlock::empty(Position::NONE);
            self.branch(SiteKind::NoArm, &mut none, position);
            cases.def_case = Some(cases.expressions.len());
            let lhs = Expr::BoolConstant(true, Position::NONE);
            cases.expressions.push(rhai::BinaryExpr { lhs, rhs: Expr::Stmt(Box::new(none)) });
        }
    }
}

fn body(statements: Vec<Stmt>, site: Option<Arc<Site>>, called: Option<Arc<Called>>) -> Arc<Body> {
    let block = StmtBlock::new(statements, Position::NONE, Position::NONE);
    Arc::new(Body { block: Expr::Stmt(Box::new(block)), site, called })
}

/// `note that this site is reached`.
fn note(site: Arc<Site>, position: Position) -> Stmt {
    Stmt::Expr(Box::new(custom(REACHED, Dynamic::from(site), None, position)))
}

/// Whether a statement is one for its author. What is in a block counts by itself.
fn counts(statement: &Stmt) -> bool {
    !matches!(statement, Stmt::Noop(_) | Stmt::Block(_) | Stmt::Share(_) | Stmt::Import(..) | Stmt::Export(..))
}
