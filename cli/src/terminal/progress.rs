//! A progress bar for long reads: on a terminal only, and gone when the work is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::context::Context;

/// The bar; without a terminal it is none.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    consumed: Arc<AtomicU64>,
}

impl Progress {
    /// A bar over so many bytes, if it is known how many, which looks at `consumed` for how many have been read.
    pub(crate) fn new(context: &Context, total: Option<u64>, consumed: Arc<AtomicU64>) -> Self {
        let bar = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::no_length(),
        };
        let is_shown = context.stderr_is_terminal() && !context.is_quiet();
        bar.set_draw_target(if is_shown {
            ProgressDrawTarget::stderr_with_hz(8)
        } else {
            ProgressDrawTarget::hidden()
        });
        let template = match total {
            Some(_) => "{bar:30} {bytes}/{total_bytes} {msg} {bytes_per_sec} {eta}",
            None => "{spinner} {bytes} {msg} {bytes_per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        if is_shown {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self { bar, consumed }
    }

    /// Says that so many entries have been read.
    pub(crate) fn entries(&self, entries: u64) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_position(self.consumed.load(Ordering::Relaxed));
        self.bar.set_message(format!("{entries} entries"));
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
