//! Chunks take turns at a value, in the order of their numbers.

use std::sync::{Condvar, Mutex, PoisonError};

/// A value that chunk 0 uses first, then chunk 1, and so on.
#[derive(Debug)]
pub(super) struct Turn<T> {
    state: Mutex<(u64, T)>,
    moved: Condvar,
}

impl<T> Turn<T> {
    pub(super) fn new(value: T) -> Self {
        Self { state: Mutex::new((0, value)), moved: Condvar::new() }
    }

    /// Waits for the turn of `number`, uses the value and passes the turn on. Every number must take its turn exactly once.
    pub(super) fn take<R>(&self, number: u64, using: impl FnOnce(&mut T) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.0 != number {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let result = using(&mut state.1);
        state.0 += 1;
        drop(state);
        self.moved.notify_all();
        result
    }

    /// The value, once nobody waits any more.
    pub(super) fn into_inner(self) -> T {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }
}
