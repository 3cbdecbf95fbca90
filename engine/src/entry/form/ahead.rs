//! What usually stands behind a value: the text up to the next value that varies, and the values in it that do not.
//!
//! Most values of a service's records are those of the record before, or follow from another one: its project, its place, the
//! names of its parts. So what stands behind a value is compared in one piece, and the values in it need not be looked up.

use super::super::span::Span;
use super::super::tape::Tape;
use super::usual::UNUSUAL;

/// Bytes of all pieces together.
const BYTES: usize = 1 << 19;
/// Bytes of one piece.
const LONGEST: usize = 1 << 10;
/// So often a value must be met before it is learnt what stands behind it: by then, most values there have their numbers. Some
/// get theirs late, so that it is learnt again after this many times more, and so on.
const FIRST: u16 = 8;
const LATER: u16 = 1 << 6;
/// What a piece is trusted with at first, what one hit adds, and what one miss takes.
const TRUST: i16 = 16;
const MOST: i16 = 64;
const MISS: i16 = 8;

/// The pieces behind all values of a tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Aheads {
    text: Vec<u8>,
    /// The values in them, counted from the beginning of their piece, and the steps in front of them.
    links: Vec<(Span, u32)>,
    all: All,
    /// Behind which value it is to be learnt what stands there.
    wanted: Vec<Behind>,
}

/// All pieces, by the value that they stand behind.
#[derive(Clone, Debug, Default)]
struct All {
    /// By the number of a usual value.
    of_usual: Vec<Ahead>,
    /// Behind any other value, by the step in front of it.
    of_step: Vec<Ahead>,
}

/// Behind which value a piece stands: the step in front of it, and its number.
pub(super) type Behind = (usize, u16);

/// A piece of text that usually stands behind a value.
#[derive(Clone, Copy, Debug)]
struct Ahead {
    from: u32,
    /// Zero where nothing is known.
    length: u16,
    /// How many values are in it.
    count: u16,
    first: u32,
    /// The step that the piece ends with.
    step: u32,
    /// How often the value is to be met before it is learnt (again) what stands behind it, and how many times of that are left.
    patience: u16,
    left: u16,
    /// Below zero it is trusted no more.
    trust: i16,
}

/// A value of a record that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    /// The step in front of it.
    pub(super) step: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) number: u16,
}

impl Default for Ahead {
    fn default() -> Self {
        Self { from: 0, length: 0, count: 0, first: 0, step: 0, patience: FIRST, left: FIRST, trust: 0 }
    }
}

impl All {
    /// The piece behind a value, if that was met before; else there is one from now on.
    #[inline]
    fn met(&mut self, behind: Behind) -> Option<&mut Ahead> {
        let (pieces, at) = match behind {
            (step, UNUSUAL) => (&mut self.of_step, step),
            (_, number) => (&mut self.of_usual, usize::from(number)),
        };
        if pieces.len() <= at {
            pieces.resize_with(at + 1, Ahead::default);
            return None;
        }
        pieces.get_mut(at)
    }
}

impl Aheads {
    /// Reads what usually stands behind a value, at a place of a record, if it stands there: puts its values onto the tape, and
    /// gives the step that it ends with and the place behind it. `goes_on` says whether what is at a place is what that step
    /// leads to.
    #[inline]
    pub(super) fn read<'a>(
        &mut self,
        behind: Behind,
        (text, at): (&'a str, usize),
        tape: &mut Tape<'a>,
        goes_on: impl FnOnce(usize, usize) -> bool,
    ) -> Option<(usize, usize)> {
        let ahead = self.all.met(behind)?;
        ahead.left -= 1;
        if ahead.left == 0 {
            ahead.patience = ahead.patience.saturating_mul(LATER);
            ahead.left = ahead.patience;
            self.wanted.push(behind);
        }
        if ahead.length == 0 {
            return None;
        }
        let (from, to, step) = (ahead.from as usize, at + usize::from(ahead.length), ahead.step as usize);
        let piece = self.text.get(from..from + usize::from(ahead.length))?;
        if text.as_bytes().get(at..to) != Some(piece) || !goes_on(step, to) {
            ahead.trust -= MISS;
            if ahead.trust < 0 {
                self.shorten(behind, text.as_bytes().get(at..).unwrap_or_default());
            }
            return None;
        }
        ahead.trust = (ahead.trust + 1).min(MOST);
        let (first, at) = (ahead.first as usize, u32::try_from(at).ok()?);
        for link in first..first + usize::from(ahead.count) {
            let (value, _) = self.links.get(link)?;
            tape.spans.push(value.behind(at));
        }
        Some((step, to))
    }

    /// How many bytes are known, and how many of them with values in them.
    #[cfg(test)]
    pub(super) fn known(&self) -> (usize, usize) {
        let all = self.all.of_usual.iter().chain(&self.all.of_step);
        let lengths = all.map(|ahead| (usize::from(ahead.length), usize::from(ahead.count)));
        lengths
            .fold((0, 0), |(all, linked), (length, count)| (all + length, linked + if count > 0 { length } else { 0 }))
    }

    /// Whether it is to be learnt what stands behind a value.
    #[inline]
    pub(super) fn is_wanting(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Shortens a piece to what a record has of it.
    #[cold]
    fn shorten(&mut self, behind: Behind, rest: &[u8]) {
        let Some(ahead) = self.all.met(behind) else { return };
        let (from, first) = (ahead.from as usize, ahead.first as usize);
        let piece = self.text.get(from..from + usize::from(ahead.length)).unwrap_or_default();
        let common = piece.iter().zip(rest).take_while(|(ours, theirs)| ours == theirs).count();
        let links = self.links.get(first..first + usize::from(ahead.count)).unwrap_or_default();
        let count = links.partition_point(|(value, _)| value.from() <= common);
        let last = count.checked_sub(1).and_then(|at| Some((at, links.get(at)?)));
        (ahead.length, ahead.count, ahead.step) = last.map_or((0, 0, 0), |(at, (value, step))| {
            // The value itself is what differs.
            (u16::try_from(value.from()).unwrap_or(0), u16::try_from(at).unwrap_or(0), *step)
        });
        ahead.trust = TRUST;
    }

    /// Learns what stands behind the values of a record for which that is to be learnt. These are all its values, and the step that
    /// it ends with.
    #[cold]
    pub(super) fn learn(&mut self, text: &str, values: &[Met], end: usize) {
        for behind in std::mem::take(&mut self.wanted) {
            self.learn_behind(behind, (text, values, end));
        }
    }

    fn learn_behind(&mut self, behind: Behind, (text, values, end): (&str, &[Met], usize)) -> Option<()> {
        let at = values.iter().position(|value| (value.step, value.number) == behind)?;
        let (start, values) = (values.get(at)?.to, values.get(at + 1..)?);
        let is_near = |value: &&Met| value.number != UNUSUAL && value.to - start <= LONGEST;
        let mut count = values.iter().take_while(is_near).count();
        let ends = |count: usize| values.get(count).map_or((text.len(), end), |value| (value.from, value.step));
        while count > 0 && ends(count).0 - start > LONGEST {
            count -= 1;
        }
        let (to, step) = ends(count);
        let piece = text.as_bytes().get(start..to).filter(|piece| piece.len() <= LONGEST)?;
        let of_link = |value: &Met| {
            let span = Span::new(value.from - start, value.to - value.from, value.number)?;
            Some((span, u32::try_from(value.step).ok()?))
        };
        let links = values.get(..count)?.iter().map(of_link).collect::<Option<Vec<_>>>()?;
        let ahead = self.all.met(behind)?;
        if self.text.len() + piece.len() > BYTES || piece.len() <= usize::from(ahead.length) {
            return None;
        }
        let (from, first) = (u32::try_from(self.text.len()).ok()?, u32::try_from(self.links.len()).ok()?);
        self.text.extend_from_slice(piece);
        self.links.extend(links);
        let (length, count) = (u16::try_from(piece.len()).ok()?, u16::try_from(count).ok()?);
        *ahead = Ahead { from, length, count, first, step: u32::try_from(step).ok()?, trust: TRUST, ..*ahead };
        Some(())
    }
}
