//! JSON that can be shown on a terminal: indented, with everything escaped that cannot be seen.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::neutral::is_hidden;

/// Bytes of a document that are written at once.
const PIECE: usize = 1 << 16;

/// A value as JSON over several lines, two spaces a level, without a line break at the end.
///
/// Hidden characters in strings ([`is_hidden`]) are written as `\uXXXX`, so that a terminal shows the text and does not
/// obey it. A number that JSON cannot hold is `null`, and there is no negative zero.
///
/// # Errors
/// Where the value has keys that are no strings; nothing of ours has.
pub fn pretty<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    laid_out(value, PrettyFormatter::new())
}

/// The same with a line break at the end, as an output of its own.
pub(crate) fn document<T: Serialize + ?Sized>(value: &T) -> String {
    let mut bytes = Vec::new();
    let text = document_into(value, &mut bytes).ok().and_then(|()| String::from_utf8(bytes).ok());
    // Every key is a string, so that this cannot fail; and if it did, `null` is honest JSON.
    text.unwrap_or_else(|| "null\n".to_owned())
}

/// The same on one line.
pub(super) fn compact<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    laid_out(value, CompactFormatter)
}

/// The same as [`document`], written as it is made: nobody need hold all of it.
pub(super) fn document_into<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    // JSON is made a few characters at a time.
    let mut out = BufWriter::with_capacity(PIECE, out);
    value.serialize(&mut Serializer::with_formatter(&mut out, Visible(PrettyFormatter::new())))?;
    out.write_all(b"\n")?;
    out.flush()
}

fn laid_out<T: Serialize + ?Sized>(value: &T, layout: impl Formatter) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Visible(layout)))?;
    String::from_utf8(bytes).map_err(|_| serde::ser::Error::custom("not UTF-8"))
}

/// serde_json's own layout, with visible strings.
struct Visible<F>(F);

impl<F: Formatter> Formatter for Visible<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Of ASCII there is but one such character that is no escape already, and it is seldom there.
        if fragment.is_ascii() && memchr::memchr(0x7f, fragment.as_bytes()).is_none() {
            return writer.write_all(fragment.as_bytes());
        }
        let mut written = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| is_hidden(*c)) {
            writer.write_all(fragment.get(written..at).unwrap_or("").as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            written = at + c.len_utf8();
        }
        writer.write_all(fragment.get(written..).unwrap_or("").as_bytes())
    }

    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // Adding zero makes the negative zero positive.
        self.0.write_f64(writer, value + 0.0)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_so_that_it_can_and_all_is_read_back() {
        for c in ('\0'..='\u{3000}').chain('\u{d7f0}'..='\u{10000}').chain(('\u{1bc00}'..='\u{e0fff}').step_by(97)) {
            for text in [format!("a{c}b"), format!("\u{fc}{c}"), c.to_string()] {
                let shown = compact(&text).unwrap();
                assert!(!shown.chars().any(is_hidden), "{shown:?}");
                assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
            }
        }
    }
}
