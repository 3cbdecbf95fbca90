//! One exception of a chain: what was thrown, and from where.

use std::collections::VecDeque;

use super::frame::{Frame, Language};
use super::kind::{Certainty, Kind};
use super::library::is_library;
use super::name;

/// Frames of the application that are kept while a trace is read; more than are told of, for what repeats is left out.
const KEPT: usize = 16;
/// The longest sequence of frames whose repetition is left out.
const CYCLE: usize = 4;

/// One exception of a chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Section<'t> {
    /// What was thrown, and how surely that is what the text says.
    pub(super) kind: Option<(Kind<'t>, Certainty)>,
    /// The names of the application's frames in the order of the text, repetitions left out.
    app: VecDeque<String>,
    /// The innermost frame of a library.
    library: Option<Frame<'t>>,
    /// How many frames there are, of whichever kind.
    pub(super) frames: usize,
    is_innermost_last: bool,
}

impl<'t> Section<'t> {
    /// The exception that a line names, if it names one.
    pub(super) fn of(kind: Option<(Kind<'t>, Certainty)>) -> Self {
        Self { kind, ..Self::default() }
    }

    pub(super) fn push(&mut self, frame: Frame<'t>) {
        self.frames += 1;
        self.is_innermost_last = frame.language == Language::Python;
        if is_library(frame.language, frame.name, frame.path) {
            // What begins a panic stands before what has panicked.
            let is_machinery = matches!(frame.language, Language::Go | Language::Rust)
                && (frame.name.contains("anic") || frame.name.contains("backtrace"));
            if (self.library.is_none() || self.is_innermost_last) && !is_machinery {
                self.library = Some(frame);
            }
            return;
        }
        if self.app.len() == KEPT {
            if !self.is_innermost_last {
                return;
            }
            self.app.pop_front();
        }
        let name = name::of_frame(&frame);
        if !name.is_empty() {
            self.app.push_back(name);
            self.leave_out_repetition();
        }
    }

    /// What recursion repeats counts once, however deep it went, as in Google's Error Reporting.
    fn leave_out_repetition(&mut self) {
        let length = self.app.len();
        let is_repeated = |cycle: &usize| {
            2 * cycle <= length && (length - cycle..length).all(|at| self.app.get(at) == self.app.get(at - cycle))
        };
        if let Some(cycle) = (1..=CYCLE).find(is_repeated) {
            self.app.truncate(length - cycle);
        }
    }

    /// Forgets the frames: those so far have only told of the trouble.
    pub(super) fn clear_frames(&mut self) {
        self.app.clear();
        self.library = None;
    }

    pub(super) fn has_app_frames(&self) -> bool {
        !self.app.is_empty()
    }

    /// The names of the application's frames, innermost first.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let length = self.app.len();
        (0..length).filter_map(move |at| {
            let at = if self.is_innermost_last { length - 1 - at } else { at };
            self.app.get(at).map(String::as_str)
        })
    }

    /// The name of the innermost frame of a library.
    pub(super) fn library_name(&self) -> Option<String> {
        self.library.map(|frame| name::of_frame(&frame)).filter(|name| !name.is_empty())
    }
}
