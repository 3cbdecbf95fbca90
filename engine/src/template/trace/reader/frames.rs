//! Which lines are frames.

use super::super::frame::{self, Frame, Language, Numbered};
use super::super::kind::{Certainty, Kind};
use super::super::lines;
use super::{Reader, Traceback};

impl<'t> Reader<'t> {
    /// Takes a frame, of whichever language; says whether a line is one.
    pub(super) fn frame(&mut self, line: &'t str, bare: &'t str) -> bool {
        if let Some(found) = frame::of_python(bare) {
            let indentation = lines::indentation(line);
            self.traceback = Traceback::Framed(match self.traceback {
                Traceback::Begun(outer) => (indentation > outer).then_some(outer),
                Traceback::Framed(outer) => outer,
                Traceback::Ended => indentation.checked_sub(1),
            });
            self.push(found);
            return true;
        }
        self.frame_at(line, bare)
            || self.frame_of_go(bare)
            || self.frame_of_php(bare)
            || self.frame_of_ruby(bare)
            || self.frame_of_rust(bare)
    }

    fn frame_at(&mut self, line: &'t str, bare: &'t str) -> bool {
        // Behind decoration that is not known, tabs and white space tell the frame.
        let at = if bare.starts_with("at ") {
            bare
        } else {
            let before = ["\t", "  ", "\\t"];
            match lines::split(line, "at ") {
                Some((start, _)) if before.iter().any(|before| start.ends_with(before)) => {
                    lines::trim(line.get(start.len()..).unwrap_or(""))
                }
                _ => return false,
            }
        };
        let place = at.get(3..).unwrap_or("").trim();
        if !lines::has(place, b'(') && lines::find(place, ".rs:").is_some() {
            return self.end_rust_function(place);
        }
        let Some(found) = frame::of_at(at) else { return false };
        self.push(found);
        true
    }

    fn frame_of_go(&mut self, bare: &'t str) -> bool {
        if let Some(path) = self.gin_file.take()
            && let Some((name, _)) = bare.split_once(": ")
        {
            self.push(Frame { language: Language::Go, name, path });
            return true;
        }
        self.gin_file = frame::gin_file(bare);
        if self.gin_file.is_some() {
            return true;
        }
        let Some(path) = frame::go_file(bare) else { return false };
        match frame::of_go(self.before, path) {
            // What stands above it are the deferred functions that told of the panic; what stands below it has panicked.
            Some(found) if found.name == "panic" => {
                if let Some(section) = self.section() {
                    section.clear_frames();
                    let panic = Kind { prefix: "panic", ..Kind::default() };
                    section.kind.get_or_insert((panic, Certainty::Said));
                }
            }
            Some(found) => self.push(found),
            None => {}
        }
        true
    }

    fn frame_of_php(&mut self, bare: &'t str) -> bool {
        // Behind a logger that is not known, once a trace has begun.
        let at = if bare.starts_with('#') || !self.is_announced {
            Some(0)
        } else {
            lines::find(bare, " #").map(|at| at + 1)
        };
        match at.and_then(|at| bare.get(at..)).and_then(frame::of_numbered) {
            Some(Numbered::Php { called, from }) => {
                self.push(Frame { language: Language::Php, name: called, path: self.php_file });
                self.php_file = from;
            }
            Some(Numbered::PhpMain) if self.frames_here() == 0 => {
                self.push(Frame { language: Language::Php, name: "", path: self.php_file });
            }
            Some(Numbered::PhpMain) => {}
            Some(Numbered::Dart(found)) => self.push(found),
            None => return false,
        }
        true
    }

    fn frame_of_ruby(&mut self, bare: &'t str) -> bool {
        let Some((found, after)) = frame::of_ruby(bare) else { return false };
        // `x.rb:3:in 'load': no such key (KeyError)`: such a line begins a trace, of the error or of its cause.
        let said =
            after.strip_prefix(": ").and_then(|said| said.strip_suffix(')')).and_then(|said| said.rsplit_once(" ("));
        if let Some((message, name)) = said.filter(|(_, name)| !name.contains(' ')) {
            let kind = Some((Kind { prefix: "", name, message }, Certainty::Said));
            if self.frames_here() > 0 {
                self.begin_cause(kind);
            } else if let Some(section) = self.section() {
                section.kind = kind;
            }
        }
        self.push(found);
        true
    }

    fn frame_of_rust(&mut self, bare: &'t str) -> bool {
        self.end_rust_function("");
        self.rust_function = frame::rust_function(bare).filter(|name| name.contains("::") || self.is_announced);
        self.rust_function.is_some()
    }

    /// Takes the function of Rust whose file is known now, or is not going to be.
    pub(super) fn end_rust_function(&mut self, place: &'t str) -> bool {
        let Some(function) = self.rust_function.take() else { return false };
        self.push(frame::of_rust(function, place));
        true
    }
}
