//! How long functions take, with what they call and without.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::FunctionTime;

/// The calls of a function.
#[derive(Debug)]
pub(in crate::script) struct Called {
    pub(in crate::script) name: String,
    pub(in crate::script) parameters: usize,
    pub(in crate::script) range: Range<usize>,
    pub(in crate::script) calls: AtomicU64,
    pub(in crate::script) total: AtomicU64,
    pub(in crate::script) own: AtomicU64,
}

impl Called {
    pub(in crate::script) fn time(&self, script: usize) -> FunctionTime {
        FunctionTime {
            script,
            name: self.name.clone(),
            parameters: self.parameters,
            range: self.range.clone(),
            calls: self.calls.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
            own: self.own.load(Ordering::Relaxed),
        }
    }
}

/// A call that has not ended.
struct Frame {
    called: Arc<Called>,
    /// Nanoseconds of the calls in it that have ended.
    inner: u64,
}

thread_local! {
    /// The calls that this thread is busy with; the sandbox bounds their number.
    static FRAMES: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
}

/// Does the work of a call and notes how long it took.
pub(super) fn during<R>(called: &Arc<Called>, clock: &(dyn Fn() -> u64 + Send + Sync), work: impl FnOnce() -> R) -> R {
    FRAMES.with_borrow_mut(|frames| frames.push(Frame { called: Arc::clone(called), inner: 0 }));
    let began = clock();
    let result = work();
    let took = clock().saturating_sub(began);
    FRAMES.with_borrow_mut(|frames| {
        let inner = frames.pop().map_or(0, |frame| frame.inner);
        called.calls.fetch_add(1, Ordering::Relaxed);
        called.own.fetch_add(took.saturating_sub(inner), Ordering::Relaxed);
        // Of a function that calls itself, only the outermost call counts as a whole.
        if !frames.iter().any(|frame| Arc::ptr_eq(&frame.called, called)) {
            called.total.fetch_add(took, Ordering::Relaxed);
        }
        if let Some(outer) = frames.last_mut() {
            outer.inner = outer.inner.saturating_add(took);
        }
    });
    result
}
