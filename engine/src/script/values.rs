//! Bounds on values that Rhai itself does not check: how deeply they are nested, and what is assigned into them.

use rhai::{Dynamic, Engine, EvalAltResult, FnPtr, Position};

use super::{Limits, host};

/// Levels of arrays, maps and captured variables that a value may have.
const MAX_NESTING: usize = 64;
/// Parts of a value that cost one step of the call when it is read: what natives such as `sort` do with them takes time that
/// Rhai does not count.
const PARTS_PER_STEP: u64 = 512;
/// Bytes of text that cost one step, for the same reason: `contains` and its like look at all of them.
const BYTES_PER_STEP: u64 = 256;

/// What the error for values that are nested too deeply carries.
pub(super) const NESTING: &str = "Nesting";

/// Refuses to read variables whose values are nested too deeply or have grown too large.
///
/// Nothing else would stop `loop { a = [a]; }`, or a chain of closures that capture each other, before the stack overflows:
/// values are dropped, copied and compared recursively. Nor does Rhai look at the size of a map to which `map[key] = value`
/// adds, or at how long natives are busy with a large text. A script that lets a value grow must read it, so no value gets much beyond the limits.
#[expect(deprecated, reason = "Rhai marks the hook so because it may change, not because it goes away")]
pub(super) fn watch_variables(engine: &mut Engine, limits: Limits) {
    engine.on_var(move |name, _, context| match context.scope().get(name) {
        Some(value) => check(value, limits).map(|()| None),
        None => Ok(None),
    });
}

fn check(value: &Dynamic, limits: Limits) -> Result<(), Box<EvalAltResult>> {
    if !is_container(value) && !value.is_string() {
        return Ok(());
    }
    let mut size = Size { limits, elements: 0, entries: 0, bytes: 0, captures: 0 };
    let result = size.add(value, MAX_NESTING);
    if host::count_steps(size.parts() / PARTS_PER_STEP + size.bytes as u64 / BYTES_PER_STEP) {
        return Err(EvalAltResult::ErrorTooManyOperations(Position::NONE).into());
    }
    result.map_err(|what| EvalAltResult::ErrorDataTooLarge(what.to_owned(), Position::NONE).into())
}

fn is_container(value: &Dynamic) -> bool {
    value.is_array() || value.is_map() || value.is_fnptr() || value.is_shared()
}

/// What a value is made of.
struct Size {
    limits: Limits,
    elements: usize,
    entries: usize,
    bytes: usize,
    captures: usize,
}

impl Size {
    fn parts(&self) -> u64 {
        (self.elements + self.entries + self.captures) as u64
    }

    /// Adds a value; stops at the first limit.
    fn add(&mut self, value: &Dynamic, levels: usize) -> Result<(), &'static str> {
        if let Ok(text) = value.as_immutable_string_ref() {
            self.bytes += text.len();
        }
        if self.bytes > self.limits.string_size {
            return Err("Length of string");
        }
        if !is_container(value) {
            return Ok(());
        }
        let levels = levels.checked_sub(1).ok_or(NESTING)?;
        // One that is locked is being changed just now; Rhai itself refuses to read it then.
        if value.is_locked() {
            return Ok(());
        }
        if let Ok(array) = value.as_array_ref() {
            self.elements += array.len();
            self.within()?;
            return array.iter().try_for_each(|element| self.add(element, levels));
        }
        if let Ok(map) = value.as_map_ref() {
            self.entries += map.len();
            self.within()?;
            return map.values().try_for_each(|element| self.add(element, levels));
        }
        // Closures may capture one variable many times over: what is captured counts each time.
        let Some(function) = value.read_lock::<FnPtr>() else { return Ok(()) };
        self.captures += function.curry().len();
        self.within()?;
        function.iter_curry().try_for_each(|captured| self.add(captured, levels))
    }

    fn within(&self) -> Result<(), &'static str> {
        if self.elements > self.limits.array_size {
            return Err("Size of array");
        }
        if self.entries > self.limits.map_size {
            return Err("Size of object map");
        }
        if self.captures > self.limits.map_size {
            return Err(NESTING);
        }
        Ok(())
    }
}
