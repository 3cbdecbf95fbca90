//! What ran of a script, how often and how long: noted by the script itself.
//!
//! A sandbox that records writes its notes into the syntax tree of each script when it loads it: before every statement, into
//! every branch, around every function. A sandbox that does not record runs the tree as it was parsed, so that watching
//! costs nobody anything who does not ask for it. (Rhai's debugger would cost every run, and it names the wrong script where
//! scripts import each other.)
//!
//! The notes are no steps of the script: it runs into its limits where it would without them, give or take two steps.

mod expression;
mod instrument;
mod place;
mod site;
mod timing;

use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, Expr, Expression, OptimizationLevel, ScriptFuncDef};

use super::host;
pub(super) use instrument::{Recorded, record};
pub use site::{FunctionTime, Site, SiteKind};
use timing::Called;

/// Gives the time in nanoseconds since some moment; the engine itself knows no clock.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// What a sandbox notes of the scripts that it runs.
#[derive(Clone, Default)]
pub enum Recording {
    /// Nothing.
    #[default]
    Nothing,
    /// Which statements and branches ran: [`Policy::sites`](super::Policy::sites).
    Coverage,
    /// How long each function took: [`Policy::times`](super::Policy::times).
    Times(Clock),
}

/// Marks a place that is reached.
const REACHED: &str = "#reached";
/// Stands around an operand of `&&`, `||` or `??` that may be passed over.
const OPERAND: &str = "#operand";
/// Stands for the body of a function. Rhai reserves this word, so that no script which parses has it.
const BODY: &str = "yield";
/// What a function with a recorded body looks like.
const SKELETON: &str = "fn skeleton() { yield }";

/// The body of a function, with notes in it.
struct Body {
    /// Its statements, as a block.
    block: Expr,
    /// That it was called.
    site: Option<Arc<Site>>,
    /// How long it took.
    called: Option<Arc<Called>>,
}

/// What a function comes to.
type Outcome = Result<Dynamic, Box<EvalAltResult>>;

/// Makes functions with recorded bodies.
pub(super) struct Recorder {
    is_coverage: bool,
    /// Parses [`SKELETON`]: Rhai lets nobody else make the body of a function.
    skeleton: Engine,
    /// The body that the skeleton which is parsed next stands for.
    next: Arc<Mutex<Option<Arc<Body>>>>,
}

impl Recorder {
    /// One for what `recording` asks for; nothing if that is nothing. The engine learns to run what it makes.
    pub(super) fn of(recording: &Recording, engine: &mut Engine) -> Option<Self> {
        let clock = match recording {
            Recording::Nothing => return None,
            Recording::Coverage => None,
            Recording::Times(clock) => Some(Arc::clone(clock)),
        };
        register(engine, clock.clone());
        let next: Arc<Mutex<Option<Arc<Body>>>> = Arc::default();
        let taken = Arc::clone(&next);
        let mut skeleton = Engine::new_raw();
        skeleton.set_optimization_level(OptimizationLevel::None);
        skeleton.register_custom_syntax_with_state_raw(
            BODY,
            move |_, _, state| {
                *state = Dynamic::from(taken.lock().unwrap_or_else(PoisonError::into_inner).take());
                Ok(None)
            },
            false,
            |_, _, _| Ok(Dynamic::UNIT),
        );
        Some(Self { is_coverage: clock.is_none(), skeleton, next })
    }

    /// The same function with a recorded body. Nothing where Rhai does not play along, which would be a defect: then the
    /// function runs unrecorded.
    fn function(&self, definition: &ScriptFuncDef, body: Arc<Body>) -> Option<ScriptFuncDef> {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        let ast = self.skeleton.compile(SKELETON).ok()?;
        let made = ast.iter_fn_def().next()?;
        Some(ScriptFuncDef { body: made.body.clone(), ..definition.clone() })
    }
}

/// Teaches an engine the notes.
fn register(engine: &mut Engine, clock: Option<Clock>) {
    // Each of these can fail only where Rhai is built without its parser.
    let _ = engine.register_custom_syntax_handler(REACHED, false, |_, _, state| {
        host::forget_steps(2);
        reach(state);
        Ok(Dynamic::UNIT)
    });
    let _ = engine.register_custom_syntax_handler(OPERAND, false, |context, operands, state| {
        reach(state);
        let Some(operand) = operands.first() else { return Ok(Dynamic::UNIT) };
        // A block among the inputs of custom syntax is no step of its own.
        let is_block = matches!(**operand, Expr::Stmt(_));
        host::forget_steps(u64::from(!is_block));
        context.eval_expression_tree(operand)
    });
    let _ = engine.register_custom_syntax_handler(BODY, false, move |context, _, state| {
        host::forget_steps(2);
        let body = state.read_lock::<Option<Arc<Body>>>().and_then(|body| (*body).clone());
        body.map_or(Ok(Dynamic::UNIT), |body| body.run(context, clock.as_ref()))
    });
}

fn reach(state: &Dynamic) {
    if let Some(site) = state.read_lock::<Arc<Site>>() {
        site.reach();
    }
}

impl Body {
    fn run(&self, context: &mut EvalContext<'_, '_, '_, '_, '_, '_>, clock: Option<&Clock>) -> Outcome {
        if let Some(site) = &self.site {
            site.reach();
        }
        let block = Expression::from(&self.block);
        match (&self.called, clock) {
            (Some(called), Some(clock)) => {
                timing::during(called, clock.as_ref(), || context.eval_expression_tree(&block))
            }
            _ => context.eval_expression_tree(&block),
        }
    }
}

#[cfg(test)]
mod tests;
