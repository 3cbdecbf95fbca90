//! Going over one text with all built-in redactions.

use super::ascii::{at, before, part};
use super::block::{Block, WIDTH};
use super::edit::{Counts, Edits};
use super::kind::{Kind, Kinds};
use super::literal::{Begins, two};
use super::name::may_end;
use super::pair::{self, Separator};
use super::trigger::{Triggers, look_back};
use super::{address, card, colour, ip, pem};

/// Shorter texts hold no secret that could be told from other words.
pub(super) const SHORTEST: usize = 5;

/// After so many rounds a text is left as it is. Two are usual: one that changes it, one that finds nothing more.
const ROUNDS: usize = 8;

/// What the first bytes of a text show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glance {
    block: Block,
    /// The signs at which there is more to look at.
    signs: u64,
    may_be_card: bool,
    /// Whether it is all of the text, and there is nothing to look at in it but perhaps addresses.
    shows_nothing: bool,
}

impl Glance {
    #[inline(always)]
    pub(super) fn at(text: &[u8], triggers: &Triggers) -> Self {
        let block = Block::of(text, text);
        let signs = telling(text, block.signs, triggers.begins());
        let may_be_card = card::may_be(block);
        let is_all = (SHORTEST..WIDTH.min(pem::SHORTEST_LINE)).contains(&text.len());
        let shows_nothing = is_all && signs == 0 && !may_be_card && !triggers.may_be_word(four(text, 0));
        Self { block, signs, may_be_card, shows_nothing }
    }

    /// Whether there is nothing to take out of the text. So it is with most texts that are no message.
    #[inline]
    pub(super) fn shows_nothing(&self, on: Kinds) -> bool {
        self.shows_nothing && !on.has(Kind::IpAddress)
    }
}

/// Notes what is to be taken out of a text, at which somebody has glanced.
pub(super) fn look(text: &str, glance: Glance, triggers: &Triggers, edits: &mut Edits) {
    if text.len() < SHORTEST {
        edits.may_be_own = true;
    } else {
        look_over(text.as_bytes(), glance, triggers, edits);
    }
}

/// The text with everything taken out, if there is anything, as it was found.
pub(super) fn redact(text: &str, edits: &mut Edits, triggers: &Triggers, counts: &mut Counts) -> Option<String> {
    if edits.is_empty() {
        return None;
    }
    let mut redacted = edits.apply(text, counts);
    // What was taken out can make what stands beside it look different. So that redacted text is left alone when it is
    // redacted again, that is done here, until nothing more is found.
    for _ in 1..ROUNDS {
        edits.clear();
        let text = redacted.as_bytes();
        look_over(text, Glance::at(text, triggers), triggers, edits);
        if edits.is_empty() {
            break;
        }
        let again = edits.apply(&redacted, counts);
        if again == redacted {
            break;
        }
        redacted = again;
    }
    Some(redacted).filter(|redacted| redacted != text)
}

#[inline]
fn look_over(text: &[u8], glance: Glance, triggers: &Triggers, edits: &mut Edits) {
    if find(text, glance, true, triggers, edits) {
        look_over_views(text, triggers, edits);
    }
}

/// Notes what is to be taken out of a text with colours.
#[cold]
fn look_over_views(text: &[u8], triggers: &Triggers, edits: &mut Edits) {
    edits.clear();
    // Not all has been looked at, and not as it stands there.
    edits.may_be_own = true;
    for view in colour::plain(text).into_iter().flatten() {
        let from = edits.len();
        find(&view.text, Glance::at(&view.text, triggers), false, triggers, edits);
        edits.place_again(from, |start, end| view.range(start, end));
    }
}

/// Notes what is to be taken out of a text. Where colours are asked for, it stops at the first one and says so.
///
/// All that is looked for has a sign in it, or follows one, but for the numbers of cards. So only signs are looked at, of
/// which most texts have few, and all else is left to masks of sixty-four bytes at a time.
#[inline]
fn find(text: &[u8], glance: Glance, asks_colours: bool, triggers: &Triggers, edits: &mut Edits) -> bool {
    let Glance { block, signs, may_be_card, .. } = glance;
    let mut scan = Scan { text, edits, triggers, asks_colours, from: 0, pairs_from: 0, last_at: None };
    scan.over(block, signs, may_be_card)
}

/// Four bytes of a text, the first in the lowest bits; zeros behind its end.
#[inline]
fn four(text: &[u8], place: usize) -> u32 {
    let bytes = text.get(place..place + 4).and_then(|bytes| bytes.first_chunk().copied());
    u32::from_le_bytes(bytes.unwrap_or_else(|| four_at_end(text, place)))
}

#[cold]
fn four_at_end(text: &[u8], place: usize) -> [u8; 4] {
    [at(text, place), at(text, place + 1), at(text, place + 2), at(text, place + 3)]
}

/// The signs at which there is more to look at than the literals that may begin there and behind them.
static SPECIAL: [u8; 256] = {
    let mut all = [0; 256];
    let mut signs: &[u8] = b":=@[\"'\\%";
    while let [sign, rest @ ..] = signs {
        all.as_mut_slice().split_at_mut(*sign as usize).1.split_at_mut(1).0.copy_from_slice(&[1]);
        signs = rest;
    }
    all
};

/// Those of some signs at which there is more to look at. All are asked before any is looked at, because how many there are up to
/// the first one that tells, nobody can predict.
#[inline(always)]
fn telling(text: &[u8], signs: u64, begins: &Begins) -> u64 {
    let (mut left, mut telling) = (signs, 0);
    while left != 0 {
        let place = left.trailing_zeros();
        let bytes = four(text, place as usize);
        let special = SPECIAL.get((bytes & 0xff) as usize).copied().unwrap_or(0);
        let begins = begins.get(two(bytes >> 8)).copied().unwrap_or(0);
        telling |= u64::from(special | begins != 0) << place;
        left &= left - 1;
    }
    telling
}

/// How far a text has been looked over.
struct Scan<'s> {
    text: &'s [u8],
    edits: &'s mut Edits,
    triggers: &'s Triggers,
    /// Whether to stop at the first colour.
    asks_colours: bool,
    /// Where literals may begin.
    from: usize,
    /// Where separators of pairs may be.
    pairs_from: usize,
    /// The last `@` of the text, if that was asked for; zero if there is none.
    last_at: Option<usize>,
}

impl Scan<'_> {
    /// Looks at all of the text, given its first block and those of its signs that tell more; says whether it stopped at a colour.
    #[inline(never)]
    fn over(&mut self, mut block: Block, mut signs: u64, mut may_be_card: bool) -> bool {
        self.word(0);
        let (mut start, mut rest) = (0, self.text);
        loop {
            if signs != 0 && self.signs(start, signs) {
                return true;
            }
            match rest.get(WIDTH..) {
                Some(behind) if !behind.is_empty() => (start, rest) = (start + WIDTH, behind),
                _ => break,
            }
            let next = Block::of(self.text, rest);
            may_be_card |= card::may_be(next) || card::may_be(block.joint(next));
            block = next;
            signs = telling(rest, block.signs, self.triggers.begins());
        }
        if may_be_card {
            card::find(self.text, self.edits);
        }
        if self.edits.has(Kind::IpAddress) {
            ip::find(self.text, self.edits);
        }
        if self.text.len() >= pem::SHORTEST_LINE {
            pem::find_line(self.text, self.edits);
        }
        false
    }

    /// Looks at some signs of a block that begins at `start`; says whether it stopped at a colour.
    #[inline(never)]
    fn signs(&mut self, start: usize, mut signs: u64) -> bool {
        let rest = part(self.text, start, self.text.len());
        while signs != 0 {
            let place = signs.trailing_zeros() as usize;
            if self.sign(start + place, four(rest, place)) {
                return true;
            }
            signs &= signs - 1;
        }
        false
    }

    /// Looks at the sign at a place, where four bytes stand, and at the word behind it; says whether it is that of a colour.
    #[inline]
    fn sign(&mut self, place: usize, bytes: u32) -> bool {
        let [sign, next, behind, _] = bytes.to_le_bytes();
        match sign {
            b':' if next == b'/' || before(self.text, place) == b'n' => self.colon(place, [next, behind]),
            b':' | b'=' if !may_be_name(self.text, place) => {}
            b':' => self.pair(place, Separator::Colon),
            b'=' => self.pair(place, Separator::Equals),
            b'[' if self.asks_colours && colour::is_at(self.text, place) => return true,
            b'[' => {}
            b'"' | b'\'' => self.quote(place, bytes),
            b'@' => address::find_email(self.text, place, 1, self.edits),
            b'\\' | b'%' => self.escape(place, [sign, next, behind]),
            _ => self.literal(place, bytes),
        }
        if self.triggers.may_be_word(bytes >> 8) && self.triggers.may_begin(bytes >> 8) {
            self.look_at(place + 1);
        }
        false
    }

    /// Looks at a sign that may stand for another one together with what is behind it: then a word begins behind both.
    #[inline(never)]
    fn escape(&mut self, place: usize, [sign, next, behind]: [u8; 3]) {
        if sign == b'%' {
            self.look(place);
        }
        let width = match sign {
            b'%' if next.is_ascii_hexdigit() && behind.is_ascii_hexdigit() => 3,
            b'\\' if matches!(next, b'n' | b'r' | b't') => 2,
            _ => return,
        };
        self.word(place + 1);
        self.word(place + width);
    }

    #[inline(never)]
    fn quote(&mut self, place: usize, bytes: u32) {
        if before(self.text, place) == b' ' {
            look_back(self.text, place, self.from, self.edits);
        }
        self.literal(place, bytes);
    }

    #[inline(never)]
    fn colon(&mut self, place: usize, next: [u8; 2]) {
        if before(self.text, place) == b'n' {
            look_back(self.text, place, self.from, self.edits);
        }
        if next != *b"//" {
            if may_be_name(self.text, place) {
                self.pair(place, Separator::Colon);
            }
            return;
        }
        let last = *self.last_at.get_or_insert_with(|| memchr::memrchr(b'@', self.text).unwrap_or(0));
        if place < last {
            address::find_url(self.text, place + 3, self.edits);
        }
    }

    /// Looks at the separator of a pair at a place, before which there may be a name.
    #[inline(never)]
    fn pair(&mut self, place: usize, separator: Separator) {
        if place >= self.pairs_from {
            self.pairs_from = pair::find(self.text, place, separator, self.edits);
        }
    }

    /// Looks at the literal that the word at a place begins with, if there are both; others are looked at where their sign is.
    #[inline]
    fn word(&mut self, place: usize) {
        let bytes = four(self.text, place);
        if self.triggers.may_be_word(bytes) {
            self.literal(place, bytes);
        }
    }

    /// Looks at the literals at a place, if one may begin there.
    #[inline]
    fn look(&mut self, place: usize) {
        self.literal(place, four(self.text, place));
    }

    /// The same where these bytes stand.
    #[inline]
    fn literal(&mut self, place: usize, bytes: u32) {
        if self.triggers.may_begin(bytes & 0xff_ffff) {
            self.look_at(place);
        }
    }

    #[inline(never)]
    fn look_at(&mut self, place: usize) {
        if place >= self.from {
            let next = self.triggers.look(self.text, place, self.edits);
            // Where no literal is after all, one that is looked for backwards may still be.
            self.from = if next > place { self.from.max(next) } else { self.from };
        } else {
            self.edits.may_be_own = true;
        }
    }
}

/// Whether what stands before a separator may be a name that promises something: the word right before it, or one behind
/// blanks, a quote or a bracket, which is not looked at here.
#[inline]
fn may_be_name(text: &[u8], place: usize) -> bool {
    matches!(before(text, place), b' ' | b'\t' | b']' | b'"' | b'\'' | b'`') || may_end(text, place)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::trigger;
    use super::*;

    /// What stands around secrets, and what only looks like it.
    const PIECES: &str = "password␣Password␣PASSWORD␣token␣auth␣secret␣cookie␣name␣value␣key␣API Key␣session_id␣user_id␣b_64␣pwd2␣\
        null␣***␣REDACTED␣=REDACTED␣: \"REDACTED\"␣password=REDACTED␣token==> REDACTED␣hunter2␣0123456789abcdef0123456789abcdef␣eyJhbGciOiJub25lIn0.eyJh␣ghp_0123456789abcdef␣sk-␣AKIA␣\
        IDENTIFIED BY ␣jdbc:oracle:␣scott/tiger@␣alice␣@␣example.com␣http␣://␣:␣=␣ ␣  ␣\"␣'␣, ␣,␣b'␣\\␣\\n␣\\t␣\\\"␣%20␣%22␣%4␣%␣\
        4111␣1111␣4111111111111111␣378282246310005␣378282 ␣2026-09-15 12:34:56␣-␣--␣-----␣.␣_␣/␣?␣&␣&amp;␣;␣[␣]␣{␣}␣(␣)␣<␣>␣\n␣\
        \u{1b}[32m␣[0m␣[1]␣\\x1b[␣10.1.2.3␣ü␣🔑␣x␣Z␣7";

    fn texts() -> impl Strategy<Value = String> {
        let literals = trigger::all().chain(trigger::BACKWARDS).map(|(literal, _)| literal);
        let pieces = prop::sample::select(PIECES.split('␣').chain(literals).collect::<Vec<_>>());
        prop_oneof![
            4 => prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat()),
            1 => any::<String>(),
        ]
    }

    /// The same as [`find`], with a look at every place for everything.
    fn find_slowly(text: &[u8], edits: &mut Edits) {
        let mut from = 0;
        for place in 0..text.len() {
            if place < from {
                continue;
            }
            for (literal, trigger) in trigger::all().chain(trigger::BACKWARDS) {
                if part(text, place, text.len()).starts_with(literal.as_bytes()) {
                    from = from.max(trigger::look(text, place, literal.len(), trigger, edits));
                }
            }
        }
        let mut pairs_from = 0;
        for (place, sign) in text.iter().enumerate() {
            match sign {
                b'@' => address::find_email(text, place, 1, edits),
                b':' if part(text, place + 1, place + 3) == b"//" => {
                    address::find_url(text, place + 3, edits);
                }
                b':' if place >= pairs_from => pairs_from = pair::find_slowly(text, place, Separator::Colon, edits),
                b'=' if place >= pairs_from => pairs_from = pair::find_slowly(text, place, Separator::Equals, edits),
                _ => {}
            }
        }
        card::find(text, edits);
        ip::find(text, edits);
        pem::find_line(text, edits);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn nothing_is_missed_where_nothing_is_looked_for(text in texts()) {
            let mut on = Kinds::default();
            on.set(Kind::IpAddress, true);
            let (mut quick, mut slow) = (Edits::new(on), Edits::new(on));
            let (bytes, triggers) = (text.as_bytes(), Triggers::default());
            let glance = Glance::at(bytes, &triggers);
            prop_assert!(!find(bytes, glance, false, &triggers, &mut quick));
            find_slowly(bytes, &mut slow);
            prop_assert_eq!(quick.sorted(), slow.sorted());
            let mut any = Edits::new(on);
            prop_assert_eq!(find(bytes, glance, true, &triggers, &mut any), colour::plain(bytes).is_some());
            let (mut slow, default) = (Edits::new(Kinds::default()), Kinds::default());
            find_slowly(bytes, &mut slow);
            prop_assert!(!glance.shows_nothing(default) || slow.is_empty() && colour::plain(bytes).is_none());
        }
    }
}
