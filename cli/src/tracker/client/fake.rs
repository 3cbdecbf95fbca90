//! A clock for tests.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use super::Clock;

/// A clock that stands still where nobody waits. Its clones show the same time.
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeClock(Rc<Cell<Duration>>);

impl Clock for FakeClock {
    fn elapsed(&self) -> Duration {
        self.0.get()
    }

    fn wait(&mut self, duration: Duration) {
        self.0.set(self.0.get() + duration);
    }
}
