//! A profile, for terminals and for programs.

use super::columns::{Column, Room, lines};
use super::document;
use super::neutral::flat;
use super::number::{count, counted};
use super::table::layout::wrapped;
use super::table::{TableStyle, painted};
use crate::profile::{DefinitionProfile, FunctionProfile, Profile};

/// A profile as JSON, with a final line break: `gardener/profile/v1`.
#[must_use]
pub fn profile_json(profile: &Profile) -> String {
    document(profile)
}

/// A profile for people: the parts of the work, then so many definitions and functions at most, slowest first.
#[must_use]
pub fn profile(profile: &Profile, limit: usize, style: &TableStyle) -> String {
    let mut page = Page { out: String::new(), style: *style, width: style.width.max(20) };
    let (name, entries) = (flat(&profile.pack.name), counted(profile.entries, "entry", Some("entries")));
    page.wrapped(&format!("{name} at work on {entries}: {}", time(profile.nanoseconds)));
    page.parts(profile);
    page.definitions(profile, limit);
    page.functions(profile, limit);
    page.unfiltered(profile);
    page.out
}

struct Page {
    out: String,
    style: TableStyle,
    width: usize,
}

impl Page {
    fn wrapped(&mut self, text: &str) {
        for line in wrapped(text, self.width) {
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }

    fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        self.out.push('\n');
        let more = if self.style.ascii { "..." } else { "…" };
        for (at, line) in lines(columns, rows, self.width, more).iter().enumerate() {
            self.out.push_str(&painted(line, "1", self.style.colour && at == 0));
            self.out.push('\n');
        }
    }

    fn parts(&mut self, profile: &Profile) {
        let columns = [
            text("PART", Room::Least(12)),
            number("TIME", Room::Fixed),
            number("SHARE", Room::Fixed),
            number("PER ENTRY", Room::Optional(1)),
        ];
        let row = |part: &crate::profile::PartProfile| {
            vec![
                part.name.to_owned(),
                time(part.nanoseconds),
                share(part.nanoseconds, profile.nanoseconds),
                each(part.nanoseconds, profile.entries),
            ]
        };
        let rows: Vec<Vec<String>> = profile.parts.iter().filter(|part| part.nanoseconds > 0).map(row).collect();
        self.table(&columns, &rows);
    }

    fn definitions(&mut self, profile: &Profile, limit: usize) {
        let met: Vec<_> = profile.definitions.iter().filter(|definition| definition.candidates > 0).collect();
        let columns = [
            text("DEFINITION", Room::Least(16)),
            number("CANDIDATES", Room::Optional(0)),
            number("EVALUATED", Room::Fixed),
            number("MATCHED", Room::Optional(2)),
            number("WON", Room::Fixed),
            number("QUERIES", Room::Fixed),
            number("EACH", Room::Optional(3)),
            number("COUNTING", Room::Optional(4)),
            number("SHARE", Room::Optional(1)),
        ];
        let row = |definition: &&DefinitionProfile| {
            let mark = if definition.is_unfiltered { " *" } else { "" };
            vec![
                format!("{}{mark}", flat(&definition.id)),
                count(definition.candidates),
                count(definition.evaluations),
                count(definition.matches),
                count(definition.wins),
                time(definition.query_nanoseconds),
                each(definition.query_nanoseconds, definition.evaluations),
                time(definition.count_nanoseconds),
                share(definition.query_nanoseconds + definition.count_nanoseconds, profile.nanoseconds),
            ]
        };
        self.table(&columns, &met.iter().take(limit).map(row).collect::<Vec<_>>());
        self.rest(met.len(), limit, "definition");
        let unmet = (profile.definitions.len() - met.len()) as u64;
        if unmet > 0 {
            let were = if unmet == 1 { "was" } else { "were" };
            self.wrapped(&format!("{} {were} no candidate for any entry", counted(unmet, "definition", None)));
        }
    }

    fn functions(&mut self, profile: &Profile, limit: usize) {
        let called: Vec<_> = profile.functions.iter().filter(|function| function.calls > 0).collect();
        if called.is_empty() {
            return;
        }
        let columns = [
            text("FUNCTION", Room::Least(12)),
            number("CALLS", Room::Fixed),
            number("OWN TIME", Room::Fixed),
            number("WITH CALLED", Room::Optional(1)),
            number("EACH", Room::Optional(3)),
            number("SHARE", Room::Optional(2)),
            text("PLACE", Room::Tail(16)),
        ];
        let row = |function: &&FunctionProfile| {
            vec![
                flat(&function.name),
                count(function.calls),
                time(function.own_nanoseconds),
                time(function.nanoseconds),
                each(function.own_nanoseconds, function.calls),
                share(function.own_nanoseconds, profile.nanoseconds),
                format!("{}:{}", flat(&function.place.file), function.place.line),
            ]
        };
        self.table(&columns, &called.iter().take(limit).map(row).collect::<Vec<_>>());
        self.rest(called.len(), limit, "function");
    }

    fn unfiltered(&mut self, profile: &Profile) {
        if profile.definitions.iter().any(|definition| definition.is_unfiltered && definition.candidates > 0) {
            self.out.push('\n');
            self.wrapped("* evaluated for every entry that gets so far, for its queries need no fixed text");
        }
    }

    fn rest(&mut self, all: usize, limit: usize, what: &str) {
        let hidden = all.saturating_sub(limit) as u64;
        if hidden > 0 {
            self.wrapped(&format!("and {}: see --limit", counted(hidden, &format!("more {what}"), None)));
        }
    }
}

fn text(heading: &'static str, room: Room) -> Column {
    Column { heading, is_number: false, room }
}

fn number(heading: &'static str, room: Room) -> Column {
    Column { heading, is_number: true, room }
}

/// `12.3 ms`, to three digits.
fn time(nanoseconds: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1000)];
    let Some((unit, size)) = UNITS.into_iter().find(|(_, size)| nanoseconds >= *size) else {
        return format!("{nanoseconds} ns");
    };
    let hundredths = u128::from(nanoseconds) * 100 / u128::from(size);
    match hundredths {
        0..1000 => format!("{}.{:02} {unit}", hundredths / 100, hundredths % 100),
        1000..10_000 => format!("{}.{} {unit}", hundredths / 100, hundredths % 100 / 10),
        _ => format!("{} {unit}", hundredths / 100),
    }
}

fn each(nanoseconds: u64, of: u64) -> String {
    nanoseconds.checked_div(of).map(time).unwrap_or_default()
}

fn share(nanoseconds: u64, of: u64) -> String {
    let tenths = (u128::from(nanoseconds) * 1000).checked_div(u128::from(of)).unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits() {
        for (nanoseconds, text) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (1000, "1.00 µs"),
            (12_345, "12.3 µs"),
            (999_999, "999 µs"),
            (1_234_567, "1.23 ms"),
            (65_432_100_000, "65.4 s"),
            (u64::MAX, "18446744073 s"),
        ] {
            assert_eq!(time(nanoseconds), text);
        }
        assert_eq!((share(1, 3), share(0, 0)), ("33.3 %".to_owned(), "0.0 %".to_owned()));
        assert_eq!((each(10, 4), each(10, 0)), ("2 ns".to_owned(), String::new()));
    }
}
