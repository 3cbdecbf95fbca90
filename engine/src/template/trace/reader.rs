//! Reads a stack trace line by line.

mod frames;

use super::frame::{Frame, Language};
use super::kind::{self, Certainty, Kind};
use super::lines::{self, Breaks, Lines};
use super::section::Section;

/// Bytes of a line that are looked at.
const LINE: usize = 2_048;
/// Lines that are looked at in search of a first frame.
const SEARCHED: usize = 200;
/// Exceptions of a chain.
const CHAIN: usize = 16;
/// What stands at the end of a line that frames follow.
const ANNOUNCES: [&str; 5] = ["goroutine ", "Stack trace:", "stack backtrace:", "Stack backtrace:", "[stacktrace]"];

/// Where the last traceback of Python is.
#[derive(Clone, Copy, Debug)]
enum Traceback {
    /// Its first line was this far indented.
    Begun(usize),
    /// Lines that are no further indented than this are not its frames; nothing where indentation is lost.
    Framed(Option<usize>),
    Ended,
}

/// What has been read.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    /// The exceptions of the chain, the outermost first: the last is the cause of all.
    pub(super) sections: Vec<Section<'t>>,
    /// The section whose lines are read.
    at: usize,
    /// What was thrown, as long as nothing else is known of the first section: many a text names an exception and holds no trace.
    heading: Option<(Kind<'t>, Certainty)>,
    /// Of the first frame.
    pub(super) language: Option<Language>,
    /// The line before.
    before: &'t str,
    traceback: Traceback,
    /// Whether the text says that a trace follows.
    is_announced: bool,
    /// How far a suppressed exception is indented, while its lines are read.
    suppressed: Option<usize>,
    /// The file that the next frame of PHP is in.
    php_file: &'t str,
    /// A file of Go whose function begins the next line.
    gin_file: Option<&'t str>,
    /// A function of Rust whose file may stand on the next line.
    rust_function: Option<&'t str>,
    /// Where Rust says that a thread panicked, and whether the message follows.
    pub(super) rust_place: Option<&'t str>,
    wants_message: bool,
    is_done: bool,
}

impl<'t> Reader<'t> {
    /// Reads a text; nothing where it holds no trace.
    pub(super) fn read(text: &'t str, breaks: Breaks) -> Option<Self> {
        let mut reader = Self {
            sections: Vec::new(),
            at: 0,
            heading: None,
            language: None,
            before: "",
            traceback: Traceback::Ended,
            is_announced: false,
            suppressed: None,
            php_file: "",
            gin_file: None,
            rust_function: None,
            rust_place: None,
            wants_message: false,
            is_done: false,
        };
        for (number, line) in Lines::new(text, breaks).enumerate() {
            reader.line(line);
            if reader.is_done || number > SEARCHED && reader.frames() == 0 {
                break;
            }
        }
        reader.end_rust_function("");
        reader.is_trace().then(|| {
            reader.section();
            reader
        })
    }

    fn frames(&self) -> usize {
        self.sections.iter().map(|section| section.frames).sum()
    }

    fn is_trace(&self) -> bool {
        let has_kind = self.heading.is_some() || self.sections.iter().any(|section| section.kind.is_some());
        match self.frames() {
            0 => self.rust_place.is_some() || has_kind && self.is_announced,
            1 => has_kind || self.is_announced,
            _ => true,
        }
    }

    /// The section whose lines are read; made when something is said of it, so that other texts cost nothing.
    fn section(&mut self) -> Option<&mut Section<'t>> {
        if self.sections.is_empty() {
            self.sections.push(Section::of(self.heading.take()));
        }
        self.sections.get_mut(self.at)
    }

    fn frames_here(&self) -> usize {
        self.sections.get(self.at).map_or(0, |section| section.frames)
    }

    fn push(&mut self, frame: Frame<'t>) {
        self.language.get_or_insert(frame.language);
        if let Some(section) = self.section() {
            section.push(frame);
        }
    }

    /// An exception that is the cause of the one read last.
    fn begin_cause(&mut self, kind: Option<(Kind<'t>, Certainty)>) {
        if self.sections.len() < CHAIN {
            self.section();
            self.sections.push(Section::of(kind));
        }
        self.at = self.sections.len() - 1;
    }

    /// An exception that the one read last is the cause of.
    fn begin_effect(&mut self, kind: Option<(Kind<'t>, Certainty)>) {
        if self.sections.len() < CHAIN {
            self.sections.insert(0, Section::of(kind));
        }
        self.at = 0;
        self.traceback = Traceback::Ended;
    }

    fn line(&mut self, line: &'t str) {
        let line = lines::cut(line, LINE);
        let bare = lines::undecorated(line);
        if bare.is_empty() || self.is_suppressed(line, bare) {
            return;
        }
        if !(self.frame(line, bare) || self.relation(bare) || self.end_of_traceback(line, bare)) {
            self.heading(bare);
        }
        self.before = bare;
    }

    /// Whether a line belongs to an exception that was suppressed: it is not what went wrong.
    fn is_suppressed(&mut self, line: &str, bare: &str) -> bool {
        let indentation = lines::indentation(line);
        if bare.starts_with("Suppressed: ") {
            self.suppressed = Some(self.suppressed.map_or(indentation, |outer| outer.min(indentation)));
        } else if let Some(outer) = self.suppressed
            && bare.starts_with("Caused by: ")
            && (outer == 0 || indentation < outer)
        {
            self.suppressed = None;
        }
        self.suppressed.is_some()
    }

    /// Lines that say how one exception came of another.
    fn relation(&mut self, bare: &'t str) -> bool {
        if let Some(cause) = bare.strip_prefix("Caused by:").or_else(|| bare.strip_prefix("[cause]:")) {
            let cause = cause.trim();
            if !cause.is_empty() || self.frames_here() > 0 {
                self.begin_cause(kind::of_line(cause));
            }
        } else if let Some(effect) = bare.strip_prefix("Wrapped by: ") {
            self.begin_effect(kind::of_line(effect));
        } else if bare.starts_with("The above exception was the direct cause of")
            || bare.starts_with("During handling of the above exception")
        {
            self.begin_effect(None);
        } else if let Some(next) = bare.strip_prefix("Next ").filter(|_| self.language == Some(Language::Php)) {
            self.begin_effect(kind::of_line(next));
            self.php_file = kind::php_file(next).unwrap_or("");
        } else if bare.starts_with("--- End of inner exception stack trace ---") {
            self.at = self.at.saturating_sub(1);
        } else if lines::has(bare, b'>')
            && bare.contains("---> ")
            && !bare.contains("(Inner Exception #")
            && self.frames_here() == 0
        {
            let mut parts = bare.split("---> ");
            if let Some(outer) = parts.next().map(str::trim).filter(|outer| !outer.is_empty()) {
                self.heading(outer);
            }
            parts.for_each(|inner| self.begin_cause(kind::of_line(inner.trim())));
        } else {
            return false;
        }
        true
    }

    /// The line that ends a traceback of Python says what was raised.
    fn end_of_traceback(&mut self, line: &'t str, bare: &'t str) -> bool {
        if bare.ends_with("Traceback (most recent call last):") {
            self.begin_traceback(line);
            return true;
        }
        let Traceback::Framed(outer) = self.traceback else { return false };
        let kind = match outer {
            Some(outer) if lines::indentation(line) > outer => return true,
            Some(_) => kind::of_python(bare),
            None => kind::at_beginning(bare).or_else(|| kind::behind_logger(bare)),
        };
        if kind.is_some() || outer.is_some() {
            self.traceback = Traceback::Ended;
        }
        if let (Some(kind), Some(section)) = (kind, self.section()) {
            section.kind = Some((kind, Certainty::Said));
        }
        true
    }

    fn begin_traceback(&mut self, line: &'t str) {
        let is_group =
            |section: &Section<'_>| section.kind.is_some_and(|(kind, _)| kind.name.ends_with("ExceptionGroup"));
        if self.frames_here() > 0 {
            // A second trace that no line relates to the first: of a group it is a cause, else it is another matter.
            self.is_done = !self.sections.get(self.at).is_some_and(is_group);
            self.begin_cause(None);
        } else {
            self.heading = None;
            if let Some(section) = self.sections.get_mut(self.at) {
                section.kind = None;
            }
        }
        self.is_announced = true;
        self.traceback = Traceback::Begun(lines::indentation(line));
    }

    /// Other lines: what they say of the exception counts as long as no frame has been read.
    fn heading(&mut self, bare: &'t str) {
        if bare.ends_with([':', ']']) && ANNOUNCES.iter().any(|words| lines::find(bare, words).is_some()) {
            self.is_announced = true;
            // Of many goroutines the one that has panicked is the first.
            let has_frames = self.sections.get(self.at).is_some_and(Section::has_app_frames);
            self.is_done = has_frames && lines::find(bare, "goroutine ").is_some();
        }
        if self.frames_here() > 0 {
            return;
        }
        if let Some(file) = kind::php_file(bare) {
            self.php_file = file;
        }
        if self.wants_message {
            self.wants_message = false;
            if let Some((kind, _)) = self.kind_here() {
                kind.message = bare;
                return;
            }
        }
        let Some((found, certainty)) = kind::of_line(bare) else { return };
        if let Some(place) = kind::rust_place(bare).filter(|_| self.rust_place.is_none()) {
            self.rust_place = Some(place);
            self.wants_message = found.message.is_empty();
        }
        let kind = self.kind_here();
        let is_better = kind.as_ref().is_none_or(|(known, before)| {
            certainty > *before || certainty == *before && known.name.is_empty() && !found.name.is_empty()
        });
        match kind {
            Some(kind) if is_better => *kind = (found, certainty),
            Some(_) => {}
            None => match self.sections.get_mut(self.at) {
                Some(section) => section.kind = Some((found, certainty)),
                None => self.heading = Some((found, certainty)),
            },
        }
    }

    /// What is known to have been thrown in the section whose lines are read.
    fn kind_here(&mut self) -> Option<&mut (Kind<'t>, Certainty)> {
        match self.sections.get_mut(self.at) {
            Some(section) => section.kind.as_mut(),
            None => self.heading.as_mut(),
        }
    }
}
