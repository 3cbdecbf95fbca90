//! The engine: which packages it has, which limits, and what is taken out.

use std::cell::Cell;

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage, BasicMathPackage,
    BasicStringPackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString, OptimizationLevel, Position};

use super::imports::PackResolver;
use super::{Limits, values};

/// Variables that a call may have at once.
const MAX_VARIABLES: usize = 256;
/// Functions that a script may define.
const MAX_FUNCTIONS: usize = 512;
/// Scripts that a call may import.
const MAX_MODULES: usize = 64;

/// Functions that Rhai has elsewhere and that are not here, with what to do instead.
pub(super) const FORBIDDEN: [(&str, &str); 12] = [
    ("print", "to leave a remark in the report, call `cluster.note(text)`"),
    ("debug", "to leave a remark in the report, call `cluster.note(text)`"),
    ("eval", "write the code into a function"),
    ("sleep", "a script cannot wait"),
    ("timestamp", "the time of the run is `cluster.now`"),
    ("exit", "use `return`"),
    ("this", "give the function a parameter"),
    ("curry", "write a closure: `|x| f(1, x)`"),
    ("rand", "the same entries must always come to the same verdict"),
    ("open_file", "a script sees only what it is given"),
    ("blob", "use an array"),
    ("parse_json", "the fields of an entry are read with `entry.field(path)`"),
];

/// An engine with what scripts may use, and nothing else.
///
/// `LanguageCorePackage` is left out because it can sleep, `BasicTimePackage` because it is a clock, `DebuggingPackage`
/// and `BasicBlobPackage` because nobody needs them here. What of Rhai's core is wanted are keywords of the engine.
pub(super) fn engine(limits: Limits, is_strict: bool) -> Engine {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    BasicFnPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);

    engine.set_module_resolver(PackResolver);
    engine.set_strict_variables(is_strict);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_allow_shadowing(false);
    // The optimiser would run natives at load, and drop code before it is checked.
    engine.set_optimization_level(OptimizationLevel::None);
    // The pool of strings is behind one lock that all threads would wait for.
    engine.set_max_strings_interned(0);

    // Rhai counts steps too, but forgets those of closures that natives such as `map` and `filter` call; and a pack may have
    // a limit of its own, which is known only when its scripts are called.
    engine.on_progress(|_| count_steps(1).then_some(Dynamic::UNIT));
    engine.set_max_call_levels(limits.call_levels);
    engine.set_max_expr_depths(limits.expression_depth, limits.expression_depth / 2);
    engine.set_max_string_size(limits.string_size);
    engine.set_max_array_size(limits.array_size);
    engine.set_max_map_size(limits.map_size);
    engine.set_max_variables(MAX_VARIABLES);
    engine.set_max_functions(MAX_FUNCTIONS);
    engine.set_max_modules(MAX_MODULES);
    bounded_replace(&mut engine, limits.string_size);
    values::watch_variables(&mut engine, limits);
    if is_strict {
        // The checks name them, among all else that is wrong; no script that runs has them. `this` could grow without a
        // variable, and `a = a.curry(a)` doubles `a`.
        for symbol in ["eval", "this", "curry"] {
            engine.disable_symbol(symbol);
        }
    }
    engine
}

thread_local! {
    /// The steps that the call which this thread is busy with may still take.
    static STEPS_LEFT: Cell<u64> = const { Cell::new(0) };
    /// The steps of notes in it that may still be taken back.
    static NOTES_LEFT: Cell<u64> = const { Cell::new(0) };
}

/// Steps of notes that are taken back for one step of a script at most, so that a call comes to an end whatever is noted in it.
const NOTES_A_STEP: u64 = 16;

/// Begins a call that may take so many steps.
pub(super) fn begin(steps: u64) {
    STEPS_LEFT.set(steps);
    NOTES_LEFT.set(steps.saturating_mul(NOTES_A_STEP));
}

/// Counts steps of the call that this thread is busy with; says whether that is too many.
pub(super) fn count_steps(more: u64) -> bool {
    let left = STEPS_LEFT.get().checked_sub(more);
    STEPS_LEFT.set(left.unwrap_or(0));
    left.is_none()
}

/// Takes back steps that were no steps of the script.
pub(super) fn forget_steps(steps: u64) {
    let left = NOTES_LEFT.get();
    NOTES_LEFT.set(left.saturating_sub(steps));
    STEPS_LEFT.set(STEPS_LEFT.get().saturating_add(steps.min(left)));
}

/// Rhai's own `replace` makes the whole result before its size is looked at: two texts of 64 KiB could ask for 4 GiB.
fn bounded_replace(engine: &mut Engine, limit: usize) {
    type Outcome = Result<(), Box<EvalAltResult>>;
    let replace = move |text: &mut ImmutableString, find: &str, by: &str| -> Outcome {
        let found = if find.is_empty() { text.chars().count() + 1 } else { text.matches(find).count() };
        let size = text.len().saturating_add(found.saturating_mul(by.len()));
        if size.saturating_sub(found.saturating_mul(find.len())) > limit {
            let message = "Length of string".to_owned();
            return Err(EvalAltResult::ErrorDataTooLarge(message, Position::NONE).into());
        }
        *text = text.replace(find, by).into();
        Ok(())
    };
    engine.register_fn("replace", move |text: &mut ImmutableString, find: ImmutableString, by: ImmutableString| {
        replace(text, &find, &by)
    });
    engine.register_fn("replace", move |text: &mut ImmutableString, find: ImmutableString, by: char| {
        replace(text, &find, by.encode_utf8(&mut [0; 4]))
    });
    engine.register_fn("replace", move |text: &mut ImmutableString, find: char, by: ImmutableString| {
        replace(text, find.encode_utf8(&mut [0; 4]), &by)
    });
    engine.register_fn("replace", move |text: &mut ImmutableString, find: char, by: char| {
        replace(text, find.encode_utf8(&mut [0; 4]), by.encode_utf8(&mut [0; 4]))
    });
}
