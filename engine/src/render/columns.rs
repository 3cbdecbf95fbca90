//! Columns of text that fit a terminal.

use unicode_width::UnicodeWidthStr;

use super::table::layout::{cut, padded};

/// Between two columns.
const GAP: usize = 2;

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its name.
    pub(super) heading: &'static str,
    /// Whether it holds numbers, which end at the same place.
    pub(super) is_number: bool,
    /// What it can do without, where there is not room enough.
    pub(super) room: Room,
}

/// How a column gives way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Not at all.
    Fixed,
    /// Down to so many characters, its end left out.
    Least(usize),
    /// Down to so many characters, its beginning left out.
    Tail(usize),
    /// By going away, the one with the greatest number first.
    Optional(u8),
}

/// The heading and the rows as lines without line breaks; the last column is not padded.
pub(super) fn lines(columns: &[Column], rows: &[Vec<String>], width: usize, more: &str) -> Vec<String> {
    let mut widths: Vec<Option<usize>> = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
        widths.push(Some(cells.max().unwrap_or(0).max(column.heading.width())));
    }
    fit(columns, &mut widths, width);
    let line = |cells: &[&str]| {
        let mut line = String::new();
        for ((cell, column), kept) in cells.iter().zip(columns).zip(&widths) {
            let Some(room) = kept else { continue };
            if !line.is_empty() {
                line.push_str(&" ".repeat(GAP));
            }
            let cell = match column.room {
                Room::Tail(_) => tail(cell, *room, more),
                _ => cut(cell, *room, more),
            };
            line.push_str(&padded(&cell, *room, column.is_number));
        }
        line.truncate(line.trim_end().len());
        line
    };
    let headings: Vec<&str> = columns.iter().map(|column| column.heading).collect();
    let body = rows.iter().map(|row| line(&row.iter().map(String::as_str).collect::<Vec<_>>()));
    std::iter::once(line(&headings)).chain(body).collect()
}

/// Makes the columns as wide as there is room for; those that go away have no width.
fn fit(columns: &[Column], widths: &mut [Option<usize>], width: usize) {
    loop {
        let kept = widths.iter().flatten();
        let needed = kept.clone().sum::<usize>() + GAP * kept.count().saturating_sub(1);
        let mut missing = needed.saturating_sub(width);
        if missing == 0 {
            return;
        }
        let least = |column: &Column, width: usize| match column.room {
            Room::Least(least) | Room::Tail(least) => least.min(width),
            _ => width,
        };
        let spare: usize = columns.iter().zip(widths.iter()).filter_map(|(c, w)| w.map(|w| w - least(c, w))).sum();
        let optional = columns.iter().enumerate().filter_map(|(at, column)| match column.room {
            Room::Optional(rank) if widths.get(at).is_some_and(Option::is_some) => Some((rank, at)),
            _ => None,
        });
        if spare < missing
            && let Some((_, at)) = optional.max()
        {
            if let Some(width) = widths.get_mut(at) {
                *width = None;
            }
            continue;
        }
        // The widest give way first.
        while missing > 0 {
            let spare = |(column, width): &(&Column, &mut Option<usize>)| width.is_some_and(|w| w > least(column, w));
            let widest = columns.iter().zip(widths.iter_mut()).filter(spare).max_by_key(|(_, width)| **width);
            let Some((_, Some(width))) = widest else { return };
            *width -= 1;
            missing -= 1;
        }
        return;
    }
}

/// As much of the end of a text as fits, with `more` before it where something is left out.
fn tail(text: &str, width: usize, more: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = text;
    while kept.width() + more.width() > width
        && let Some(first) = kept.chars().next()
    {
        kept = kept.get(first.len_utf8()..).unwrap_or("");
    }
    format!("{more}{kept}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(width: usize) -> String {
        let column = |heading, is_number, room| Column { heading, is_number, room };
        let columns = [
            column("NAME", false, Room::Least(6)),
            column("FILE", false, Room::Tail(7)),
            column("COUNT", true, Room::Fixed),
            column("EXTRA", true, Room::Optional(1)),
            column("PLACE", false, Room::Optional(2)),
        ];
        let row = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
        let rows = [
            row(["a-long-definition", "some/folder/a.yaml:1", "7", "1", "x"]),
            row(["短い", "短い/b:2", "12", "", "y"]),
        ];
        lines(&columns, &rows, width, "…").join("\n")
    }

    #[test]
    fn columns_give_way_in_their_order() {
        insta::assert_snapshot!(
            [70, 55, 44, 36, 28, 22, 5].map(|width| format!("{width}:\n{}", drawn(width))).join("\n\n")
        );
        for width in 22..80 {
            assert!(drawn(width).lines().all(|line| line.width() <= width), "{width}:\n{}", drawn(width));
        }
    }
}
