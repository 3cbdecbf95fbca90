//! The literals behind which something may stand that is to be taken out, and what is looked at there.

use super::ascii::{self, at, before};
use super::edit::Edits;
use super::literal::{Begins, Literals};
use super::pair::{self, Separator};
use super::token::{self, SHAPES};
use super::{address, beside, pem, scheme};

/// What to look at where a literal stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trigger {
    Token(usize),
    Scheme,
    Begin,
    End,
    Element,
    Option,
    User,
    Short,
    Oracle,
    Tuple,
    Sql,
    Pair,
    At,
    /// What a redaction of the pack's own begins with.
    Own,
}

/// The literals that are no token's. Those of letters count only where a word begins, as tokens do.
const LITERALS: [(&str, Trigger); 29] = [
    ("Bearer", Trigger::Scheme),
    ("bearer", Trigger::Scheme),
    ("BEARER", Trigger::Scheme),
    ("Basic", Trigger::Scheme),
    ("basic", Trigger::Scheme),
    ("BASIC", Trigger::Scheme),
    ("Token ", Trigger::Scheme),
    ("token ", Trigger::Scheme),
    ("TOKEN ", Trigger::Scheme),
    ("-----BEGIN ", Trigger::Begin),
    ("-----END ", Trigger::End),
    (" --", Trigger::Option),
    ("', '", Trigger::Tuple),
    ("', b'", Trigger::Tuple),
    ("','", Trigger::Tuple),
    ("\", \"", Trigger::Tuple),
    ("\",\"", Trigger::Tuple),
    ("\", b\"", Trigger::Tuple),
    (" -p", Trigger::Short),
    (" -b ", Trigger::Short),
    (" -u ", Trigger::User),
    (" --user ", Trigger::User),
    ("%3D", Trigger::Pair),
    ("%3d", Trigger::Pair),
    ("%3A", Trigger::Pair),
    ("%3a", Trigger::Pair),
    ("%40", Trigger::At),
    ("%2540", Trigger::At),
    ("&#64;", Trigger::At),
];

/// Those that count anywhere and begin with a letter: they are looked for from their last sign on.
pub(super) const BACKWARDS: [(&str, Trigger); 9] = [
    ("thin:", Trigger::Oracle),
    ("PASSWORD '", Trigger::Sql),
    ("PASSWORD \"", Trigger::Sql),
    ("password '", Trigger::Sql),
    ("password \"", Trigger::Sql),
    ("Password '", Trigger::Sql),
    ("IDENTIFIED BY '", Trigger::Sql),
    ("identified by '", Trigger::Sql),
    ("IDENTIFIED BY \"", Trigger::Sql),
];

/// The beginnings of closing tags, three bytes each.
const TAGS: &str = "</a</b</c</d</e</f</g</h</i</j</k</l</m</n</o</p</q</r</s</t</u</v</w</x</y</z\
    </A</B</C</D</E</F</G</H</I</J</K</L</M</N</O</P</Q</R</S</T</U</V</W</X</Y</Z";

/// All literals that are looked for from their first sign or letter on.
#[derive(Debug)]
pub(super) struct Triggers {
    literals: Literals,
    /// What each of them is for, by its place, and how long it is.
    all: Vec<(usize, Trigger)>,
}

impl Default for Triggers {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Triggers {
    /// For a pack whose own redactions begin with these where a word begins, each at least three bytes long.
    pub(super) fn new(own: &[&[u8]]) -> Self {
        let built_in = || all().map(|(literal, trigger)| (literal.as_bytes(), trigger));
        let all = || built_in().chain(own.iter().map(|start| (*start, Trigger::Own)));
        let literals = Literals::new(all().map(|(literal, _)| literal));
        Self { literals, all: all().map(|(literal, trigger)| (literal.len(), trigger)).collect() }
    }

    /// Whether a literal may begin with these three bytes, the first in the lowest eight bits.
    #[inline]
    pub(super) fn may_begin(&self, three: u32) -> bool {
        self.literals.may_begin(three)
    }

    /// Whether a literal may begin with a sign or the word behind it, by the number that the two bytes behind the sign make: not
    /// where that is zero.
    #[inline]
    pub(super) fn begins(&self) -> &Begins {
        self.literals.begins()
    }

    /// Whether one may begin with the first two of these bytes of which the first, in the lowest bits, is a letter or digit.
    #[inline]
    pub(super) fn may_be_word(&self, bytes: u32) -> bool {
        self.literals.may_be_word(bytes)
    }

    /// Looks at the literals at a place; says where to look on. A literal may begin inside another one.
    pub(super) fn look(&self, text: &[u8], place: usize, edits: &mut Edits) -> usize {
        let found = self.literals.at(text, place).filter_map(|which| self.all.get(which));
        found.fold(place, |next, (width, trigger)| next.max(look(text, place, *width, *trigger, edits)))
    }
}

/// Looks at the literal whose last sign is at a place, if it begins at `from` or behind it.
pub(super) fn look_back(text: &[u8], sign: usize, from: usize, edits: &mut Edits) {
    // Before the quote stands a space and before that the last letter of `PASSWORD` or `BY`.
    if at(text, sign) != b':' && !matches!(before(text, sign.saturating_sub(1)) | 0x20, b'd' | b'y') {
        return;
    }
    let until = ascii::part(text, 0, sign + 1);
    for (literal, trigger) in BACKWARDS {
        if until.ends_with(literal.as_bytes()) && until.len() - literal.len() >= from {
            look(text, until.len() - literal.len(), literal.len(), trigger, edits);
        }
    }
}

/// All of those, each with what it is for.
pub(super) fn all() -> impl Iterator<Item = (&'static str, Trigger)> {
    let shapes = SHAPES.iter().enumerate().map(|(at, shape)| (shape.prefix, Trigger::Token(at)));
    let tags = (0..TAGS.len() / 3).filter_map(|at| Some((TAGS.get(at * 3..at * 3 + 3)?, Trigger::Element)));
    shapes.chain(LITERALS).chain(tags)
}

/// Looks at the literal at a place; says where to look on.
pub(super) fn look(text: &[u8], place: usize, width: usize, trigger: Trigger, edits: &mut Edits) -> usize {
    let end = place + width;
    match trigger {
        Trigger::Token(at) => return SHAPES.get(at).map_or(end, |shape| token::find(text, place, shape, edits)),
        Trigger::Begin => return pem::find_begin(text, place, edits),
        Trigger::End => return pem::find_end(text, place, edits),
        Trigger::Pair => return pair::find(text, place, Separator::Encoded, edits),
        Trigger::Scheme => {
            let word = ascii::part(text, place, end).trim_ascii_end().len();
            return scheme::find(text, place, word, edits);
        }
        Trigger::Element => beside::find_element(text, place, edits),
        Trigger::Option => beside::find_option(text, place, edits),
        Trigger::User => beside::find_user(text, end, edits),
        Trigger::Short => beside::find_short_option(text, place, edits),
        Trigger::Oracle => address::find_oracle(text, end, edits),
        Trigger::Tuple => beside::find_tuple(text, place, width, edits),
        Trigger::Sql => beside::find_sql(text, end - 1, edits),
        Trigger::At => address::find_email(text, place, width, edits),
        Trigger::Own => {
            edits.may_be_own = true;
            return place;
        }
    }
    place + 1
}
