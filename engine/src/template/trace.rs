//! Stack traces, each as one line: what was thrown, and which of the application's functions it came through.
//!
//! What counts is what Google's Error Reporting counts (<https://cloud.google.com/error-reporting/docs/grouping-errors>): the
//! type and the innermost five frames of the application, of a chain those of its cause; repetitions, and what compilers have made, are
//! left out. As in Sentry (<https://docs.sentry.io/concepts/data-management/event-grouping/>) a message counts only where no
//! frame does, and frames of libraries do not (`library`). Nor do lines, paths, addresses and numbers of threads.
//!
//! A signature is a pure function of one text, so that the order of entries cannot matter.

mod frame;
mod kind;
mod library;
mod lines;
mod name;
mod reader;
mod section;

use frame::Language;
use kind::Kind;
use lines::Breaks;
use reader::Reader;

/// Frames that are told.
const FRAMES: usize = 5;
/// Bytes of a message that stands for frames.
const MESSAGE: usize = 160;
/// Bytes of a signature.
const LENGTH: usize = 640;

/// What stands between a frame and the one that called it.
pub(super) const CALLED_BY: &str = " < ";

/// Appends the signature of the stack trace in `text` to `out` and says true; where `text` holds none, leaves `out` alone.
///
/// A text of one line costs a search for a line break. Signatures are never longer than 640 bytes.
///
/// ```
/// use gardener_engine::template::trace;
/// let text = "order 17 failed\nTraceback (most recent call last):\n  File \"/app/main.py\", line 3, in run\n    load(17)\n  \
///     File \"/app/handlers.py\", line 9, in load\n    raise ValueError(id)\nValueError: 17";
/// let mut signature = String::new();
/// assert!(trace::signature(text, &mut signature));
/// assert_eq!(signature, "ValueError in handlers.load < main.run");
/// assert!(!trace::signature("order 17 failed", &mut signature));
/// ```
pub fn signature(text: &str, out: &mut String) -> bool {
    let trace = Trace::find(text);
    if let Some(trace) = &trace {
        trace.write(out);
    }
    trace.is_some()
}

/// A stack trace that was found in a text.
#[derive(Debug)]
pub(super) struct Trace<'t>(Reader<'t>);

impl<'t> Trace<'t> {
    /// The trace in a text, whose line breaks may be escaped.
    pub(super) fn find(text: &'t str) -> Option<Self> {
        let text = lines::beginning(text);
        let of_lines = memchr::memchr(b'\n', text.as_bytes()).and_then(|_| Reader::read(text, Breaks::Real));
        of_lines.or_else(|| lines::escaped_break(text).and_then(|_| Reader::read(text, Breaks::Escaped))).map(Self)
    }

    /// Whether it says what was thrown.
    pub(super) fn has_type(&self) -> bool {
        self.0.sections.iter().any(|section| section.kind.is_some())
    }

    /// Appends its signature.
    pub(super) fn write(&self, out: &mut String) {
        let start = out.len();
        self.write_type(out);
        let sections = &self.0.sections;
        if let Some(section) = sections.iter().rev().find(|section| section.has_app_frames()) {
            for (number, name) in section.names().take(FRAMES).enumerate() {
                out.push_str(if number == 0 { " in " } else { CALLED_BY });
                out.push_str(name);
            }
        } else if let Some(file) = self.file_of_panic() {
            out.push_str(" in ");
            out.push_str(&file);
            self.write_message(out);
        } else {
            self.write_message(out);
            if let Some(name) = sections.iter().rev().find_map(section::Section::library_name) {
                out.push_str(" in ");
                out.push_str(&name);
            }
        }
        let end = lines::cut(out, start + LENGTH).len();
        out.truncate(end);
    }

    /// `ServiceException caused by SocketTimeoutException`: what was reported, and what it came of.
    fn write_type(&self, out: &mut String) {
        let mut kinds = self.0.sections.iter().filter_map(|section| section.kind.map(|(kind, _)| kind));
        let Some(outer) = kinds.next() else { return out.push_str("Stack trace") };
        let reported = self.type_of(&outer);
        out.push_str(&reported);
        let cause = kinds.next_back().map(|kind| self.type_of(&kind)).filter(|cause| *cause != reported);
        if let Some(cause) = cause {
            out.push_str(" caused by ");
            out.push_str(&cause);
        }
    }

    fn type_of(&self, kind: &Kind<'_>) -> String {
        let is_go = matches!(kind.prefix, "panic" | "fatal error");
        let language = if is_go { Some(Language::Go) } else { self.0.language };
        let name = name::of_type(kind.name, language);
        match (kind.prefix, name.as_str()) {
            ("", _) => name,
            (prefix, "") => prefix.to_owned(),
            (prefix, name) => format!("{prefix}: {name}"),
        }
    }

    /// The application's file that Rust names where it writes no backtrace.
    fn file_of_panic(&self) -> Option<String> {
        let frame = frame::of_rust("", self.0.rust_place?);
        (!library::is_library(Language::Rust, "", frame.path)).then(|| name::of_frame(&frame))
    }

    /// The message of the cause, its values masked.
    fn write_message(&self, out: &mut String) {
        let kinds = self.0.sections.iter().rev().filter_map(|section| section.kind.map(|(kind, _)| kind));
        let Some(message) = kinds.map(|kind| kind.message).find(|message| !message.is_empty()) else { return };
        let mut masked = String::new();
        // `java.io.IOException: No space left`: Java makes the message of an exception from that of its cause.
        let cause = kind::at_beginning(message).filter(|cause| kind::ends_like_type(cause.name));
        if let Some(cause) = &cause {
            masked = self.type_of(cause) + ": ";
        }
        let message = cause.map_or(message, |cause| cause.message);
        // What Rust's `unwrap` and `expect` write behind the colon is the value.
        let message = if self.0.rust_place.is_some() { message.split(": ").next().unwrap_or(message) } else { message };
        super::of_message(&message.replace("\\\"", "\""), &mut masked);
        let masked = lines::cut(&masked, MESSAGE).trim();
        if !masked.is_empty() {
            out.push_str(": ");
            out.push_str(masked);
        }
    }
}

#[cfg(test)]
mod tests;
