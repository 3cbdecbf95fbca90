//! Chunks take turns at a value, in the order of their numbers.

use std::sync::{Condvar, LockResult, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::yield_now;

/// How often is asked again before a thread is put to sleep: about as long as a chunk is read, or its entries are told from others,
/// for to be woken up takes longer than that.
const PATIENCE: usize = 100;

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
        let mut state = patiently(&self.state).unwrap_or_else(PoisonError::into_inner);
        for _ in 0..PATIENCE {
            if state.0 == number {
                break;
            }
            drop(state);
            yield_now();
            state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        }
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

/// Locks what others seldom hold for long. Who waits for a slow pipe is waited for asleep.
pub(super) fn patiently<T>(mutex: &Mutex<T>) -> LockResult<MutexGuard<'_, T>> {
    for _ in 0..PATIENCE {
        match mutex.try_lock() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::WouldBlock) => yield_now(),
            Err(TryLockError::Poisoned(poisoned)) => return Err(poisoned),
        }
    }
    mutex.lock()
}
