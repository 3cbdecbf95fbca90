//! What shall be taken out of one text, and taking it out.

use super::kind::{Kind, Kinds};

/// A piece of text that shall be taken out.
#[derive(Clone, Copy, Debug)]
struct Edit {
    start: usize,
    end: usize,
    kind: Kind,
    /// A piece of the text that is written before and behind the mask: the quote that a number of JSON has not.
    quote: (usize, usize),
}

/// The pieces found so far, in no order.
#[derive(Debug)]
pub(super) struct Edits {
    on: Kinds,
    list: Vec<Edit>,
    /// Whether something may stand in the text that a redaction of the pack's own begins with.
    pub(super) may_be_own: bool,
}

/// How often each built-in redaction took something out.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts([u64; Kind::ALL.len()]);

impl Counts {
    pub(super) fn add(&mut self, kind: Kind) {
        if let Some(count) = self.0.get_mut(kind as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// Those that are not zero.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Kind, u64)> {
        Kind::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }
}

impl Edits {
    pub(super) fn new(on: Kinds) -> Self {
        Self { on, list: Vec::new(), may_be_own: false }
    }

    /// Notes a piece, if its kind is on.
    pub(super) fn push(&mut self, start: usize, end: usize, kind: Kind) {
        self.push_in_quotes(start, end, kind, 0..0);
    }

    /// Notes a piece that stands without quotes where a text cannot; `quote` is where the text has such a quote.
    pub(super) fn push_in_quotes(&mut self, start: usize, end: usize, kind: Kind, quote: std::ops::Range<usize>) {
        if start < end && self.on.has(kind) {
            self.list.push(Edit { start, end, kind, quote: (quote.start, quote.end) });
        }
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.on.has(kind)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Says of the pieces from a number on where they really stand.
    pub(super) fn place_again(&mut self, from: usize, range: impl Fn(usize, usize) -> (usize, usize)) {
        for edit in self.list.iter_mut().skip(from) {
            (edit.start, edit.end) = range(edit.start, edit.end);
            if edit.quote.0 < edit.quote.1 {
                edit.quote = range(edit.quote.0, edit.quote.1);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn sorted(&self) -> Vec<(usize, usize, Kind, (usize, usize))> {
        let mut all: Vec<_> = self.list.iter().map(|edit| (edit.start, edit.end, edit.kind, edit.quote)).collect();
        all.sort_unstable();
        all
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
    }

    /// The text without the pieces. Pieces that overlap become one, of the kind that comes first among them, so that no rest
    /// of any of them stays.
    pub(super) fn apply(&mut self, text: &str, counts: &mut Counts) -> String {
        self.list.sort_unstable_by_key(|edit| (edit.start, edit.end, edit.kind));
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        let mut edits = self.list.iter().copied().peekable();
        while let Some(mut edit) = edits.next() {
            while let Some(next) = edits.next_if(|next| next.start < edit.end) {
                edit.end = edit.end.max(next.end);
                edit.kind = edit.kind.min(next.kind);
            }
            // Places are ASCII and so on boundaries; should one not be, rather too much is taken out than the text be lost.
            let start = boundary(text, edit.start, usize::saturating_sub).max(done);
            edit.end = boundary(text, edit.end, usize::saturating_add);
            out.push_str(text.get(done..start).unwrap_or(""));
            let quote = text.get(edit.quote.0..edit.quote.1).unwrap_or("");
            out.push_str(quote);
            out.push_str(edit.kind.mask());
            out.push_str(quote);
            if text.get(start..edit.end) != Some(edit.kind.mask()) {
                counts.add(edit.kind);
            }
            done = edit.end;
        }
        out.push_str(text.get(done..).unwrap_or(""));
        out
    }
}

/// The next character boundary from a place on, going as `step` does; the beginning or the end if there is none.
pub(super) fn boundary(text: &str, place: usize, step: fn(usize, usize) -> usize) -> usize {
    let mut place = place.min(text.len());
    while !text.is_char_boundary(place) {
        place = step(place, 1);
    }
    place
}
