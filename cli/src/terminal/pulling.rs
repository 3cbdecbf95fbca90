//! How far a pull has come: on a terminal only, and gone when it is done.

use std::time::Duration;

use gardener_engine::render::counted;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::context::Context;
use crate::source::gcp::{Cursor, Watch};
use crate::terminal;

/// A line that tells of entries, the time that is reached, and waits; without a terminal none.
pub(crate) struct Pulling<'c> {
    context: &'c Context,
    bar: ProgressBar,
    begun: Duration,
    /// Entries that were there before.
    before: u64,
    reached: String,
}

impl<'c> Pulling<'c> {
    /// `before` is how many entries there are already.
    pub(crate) fn new(context: &'c Context, before: u64) -> Self {
        let bar = ProgressBar::no_length();
        let is_shown = context.stderr_is_terminal() && !context.is_quiet();
        bar.set_draw_target(match is_shown {
            true => ProgressDrawTarget::stderr_with_hz(8),
            false => ProgressDrawTarget::hidden(),
        });
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        if is_shown {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        bar.set_message("asking Cloud Logging");
        Self { context, bar, begun: context.elapsed(), before, reached: "asking Cloud Logging".to_owned() }
    }
}

impl Watch for Pulling<'_> {
    fn reached(&mut self, cursor: &Cursor) {
        let seconds = self.context.elapsed().saturating_sub(self.begun).as_secs().max(1);
        let rate = cursor.entries.saturating_sub(self.before) / seconds;
        let time = cursor.last.map(|time| format!(" up to {time}")).unwrap_or_default();
        self.reached = format!("{}{time}, {rate}/s", counted(cursor.entries, "entry", Some("entries")));
        self.bar.set_message(self.reached.clone());
    }

    fn waiting(&mut self, duration: Duration, why: &str) {
        let why = terminal::clean(why.lines().next().unwrap_or_default());
        let waiting = format!("waiting {} s: {why}", duration.as_millis().div_ceil(1000));
        self.bar.set_message(format!("{}; {waiting}", self.reached));
        if self.bar.is_hidden() && self.context.is_verbose() {
            self.context.tell(&format!("{waiting}\n"));
        }
    }
}

impl Drop for Pulling<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
