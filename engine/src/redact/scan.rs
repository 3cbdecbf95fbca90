//! Going over one text with all built-in redactions.

use std::sync::LazyLock;

use super::edit::{Counts, Edits};
use super::kind::Kinds;
use super::literal::Literals;
use super::pair::Separator;
use super::token::SHAPES;
use super::{address, ascii, beside, card, colour, ip, pair, pem, scheme, token};

/// Shorter texts hold no secret that could be told from other words.
const SHORTEST: usize = 5;

/// After so many rounds a text is left as it is. Two are usual: one that changes it, one that finds nothing more.
const ROUNDS: usize = 8;

/// What to look at where a literal stands.
#[derive(Clone, Copy, Debug)]
enum Trigger {
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
}

/// The literals that are no token's.
const LITERALS: [(&str, Trigger); 38] = [
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
    ("thin:", Trigger::Oracle),
    (" -u ", Trigger::User),
    (" --user ", Trigger::User),
    ("PASSWORD '", Trigger::Sql),
    ("PASSWORD \"", Trigger::Sql),
    ("password '", Trigger::Sql),
    ("password \"", Trigger::Sql),
    ("Password '", Trigger::Sql),
    ("IDENTIFIED BY '", Trigger::Sql),
    ("identified by '", Trigger::Sql),
    ("IDENTIFIED BY \"", Trigger::Sql),
    ("%3D", Trigger::Pair),
    ("%3d", Trigger::Pair),
    ("%3A", Trigger::Pair),
    ("%3a", Trigger::Pair),
    ("%40", Trigger::At),
    ("%2540", Trigger::At),
    ("&#64;", Trigger::At),
];

/// The beginnings of closing tags, three bytes each.
const TAGS: &str = "</a</b</c</d</e</f</g</h</i</j</k</l</m</n</o</p</q</r</s</t</u</v</w</x</y</z\
    </A</B</C</D</E</F</G</H</I</J</K</L</M</N</O</P</Q</R</S</T</U</V</W</X</Y</Z";

/// The literals of [`all`].
static SEARCH: LazyLock<Literals> =
    LazyLock::new(|| Literals::new(&all().map(|(literal, _)| literal).collect::<Vec<_>>()));

/// What each of them is for, by its place, and how long it is.
static TRIGGERS: LazyLock<Vec<(usize, Trigger)>> =
    LazyLock::new(|| all().map(|(literal, trigger)| (literal.len(), trigger)).collect());

fn all() -> impl Iterator<Item = (&'static str, Trigger)> {
    let shapes = SHAPES.iter().enumerate().map(|(at, shape)| (shape.prefix, Trigger::Token(at)));
    let tags = (0..TAGS.len() / 3).filter_map(|at| Some((TAGS.get(at * 3..at * 3 + 3)?, Trigger::Element)));
    shapes.chain(LITERALS).chain(tags)
}

/// The text with everything taken out, if there is anything.
pub(super) fn redact(text: &str, on: Kinds, counts: &mut Counts) -> Option<String> {
    if text.len() < SHORTEST {
        return None;
    }
    let mut edits = Edits::new(on);
    look_over(text.as_bytes(), &mut edits);
    if edits.is_empty() {
        return None;
    }
    let mut redacted = edits.apply(text, counts);
    // What was taken out can make what stands beside it look different. So that redacted text is left alone when it is
    // redacted again, that is done here, until nothing more is found.
    for _ in 1..ROUNDS {
        edits.clear();
        look_over(redacted.as_bytes(), &mut edits);
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

fn look_over(text: &[u8], edits: &mut Edits) {
    let Some(views) = colour::plain(text) else { return find(text, edits) };
    for view in views {
        let from = edits.len();
        find(&view.text, edits);
        edits.place_again(from, |start, end| view.range(start, end));
    }
}

fn find(text: &[u8], edits: &mut Edits) {
    find_literals(text, edits);
    find_separators(text, edits);
    card::find(text, edits);
    ip::find(text, edits);
    pem::find_line(text, edits);
}

fn find_literals(text: &[u8], edits: &mut Edits) {
    SEARCH.find(text, |place, which| match TRIGGERS.get(which) {
        Some((width, trigger)) => look(text, place, *width, *trigger, edits),
        None => place,
    });
}

/// Looks at the literal at a place; says where to look on. A literal may begin inside another one.
fn look(text: &[u8], place: usize, width: usize, trigger: Trigger, edits: &mut Edits) -> usize {
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
    }
    place + 1
}

fn find_separators(text: &[u8], edits: &mut Edits) {
    let mut from = 0;
    let mut pairs_from = 0;
    while let Some(found) = memchr::memchr3(b'=', b':', b'@', text.get(from..).unwrap_or(&[])) {
        let place = from + found;
        from = place + 1;
        match ascii::at(text, place) {
            b'@' => address::find_email(text, place, 1, edits),
            b':' if ascii::part(text, place + 1, place + 3) == b"//" => {
                address::find_url(text, place + 3, edits);
            }
            b if place >= pairs_from => {
                let separator = if b == b'=' { Separator::Equals } else { Separator::Colon };
                pairs_from = pair::find(text, place, separator, edits);
            }
            _ => {}
        }
    }
}
