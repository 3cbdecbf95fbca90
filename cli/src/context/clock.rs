//! Time as something that passes, for those who wait.

#[cfg(test)]
use std::cell::Cell;
#[cfg(test)]
use std::rc::Rc;
use std::time::Duration;

use super::Context;

/// What knows the time, and can let it pass.
pub(crate) trait Clock {
    /// How long it is since some fixed moment.
    fn elapsed(&self) -> Duration;

    /// Lets time pass.
    fn wait(&mut self, duration: Duration);
}

impl Clock for &Context {
    fn elapsed(&self) -> Duration {
        Context::elapsed(self)
    }

    fn wait(&mut self, duration: Duration) {
        self.pause(duration);
    }
}

/// A clock that stands still where nobody waits. Its clones show the same time.
#[cfg(test)]
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeClock(Rc<Cell<Duration>>);

#[cfg(test)]
impl Clock for FakeClock {
    fn elapsed(&self) -> Duration {
        self.0.get()
    }

    fn wait(&mut self, duration: Duration) {
        self.0.set(self.0.get() + duration);
    }
}
