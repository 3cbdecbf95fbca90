//! Which names say that their value is secret.
//!
//! A name is judged by its end, for there English has the thing that is named: a `token_count` is a count, an
//! `access-token` is a token. How it is written (`db_password`, `DB-PASSWORD`, `dbPassword`, `dbpassword`) is all one.

use std::sync::LazyLock;

use super::ascii::{at, before, part, run_back};
use super::kind::Kind;

/// What a name promises of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// The secret itself: a password, a key.
    Secret,
    /// A secret, but log messages speak of such things too: `token: expired`.
    Token,
    /// A subject that messages speak of more often than they hold one: `auth: user logged in`.
    Topic,
    /// Cookies, as pairs.
    Cookies,
    /// An HTTP credential, with its scheme.
    Authorization,
    /// Secret only as a parameter of a URL, whatever the value.
    Parameter,
    /// Secret only as a parameter of a URL, if the value looks like a secret.
    LongParameter,
}

/// A name that promises a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SecretName {
    pub(super) promise: Promise,
    pub(super) kind: Kind,
}

/// How what a name ends with stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Anyhow.
    End,
    /// As a word of its own.
    Word,
    /// Alone.
    Whole,
}

/// What names end with whose value is a secret, written small and together: one line for each way to stand, promise and
/// kind. Of several that a name ends with the first counts.
const ENDINGS: [(&str, Standing, Promise, Kind); 12] = [
    ("authorization", Standing::End, Promise::Authorization, Kind::Credential),
    ("accountkey sharedaccesskey sharedaccesssignature", Standing::End, Promise::Secret, Kind::AzureKey),
    (
        "password passwords passwd passphrase passcode pwd secret secrets apikey apikeys accesskey accesskeys secretkey \
         secretkeys privatekey privatekeys authkey signingkey encryptionkey decryptionkey masterkey sessionkey sharedkey \
         hmackey jwtkey credential credentials connectionstring connectionstr connstring connstr sessionid sessid \
         licensekey storagekey servicekey cardnumber ccnumber samlresponse jwtassertion clientassertion secretkeybase",
        Standing::End,
        Promise::Secret,
        Kind::NamedSecret,
    ),
    ("cvv cvc ssn", Standing::Word, Promise::Secret, Kind::NamedSecret),
    ("cookie cookies", Standing::End, Promise::Cookies, Kind::Cookie),
    // Several tokens, told from those that a language model counts; of one, see `HARMLESS_TOKENS`.
    (
        "token accesstokens refreshtokens authtokens apitokens sessiontokens bearertokens",
        Standing::End,
        Promise::Token,
        Kind::NamedSecret,
    ),
    ("jwt otp totp", Standing::Word, Promise::Token, Kind::NamedSecret),
    ("auth pass cred creds bearer", Standing::Word, Promise::Topic, Kind::NamedSecret),
    ("sig", Standing::Word, Promise::Parameter, Kind::AzureKey),
    ("signature", Standing::Word, Promise::Parameter, Kind::NamedSecret),
    ("key", Standing::Whole, Promise::LongParameter, Kind::NamedSecret),
    ("code", Standing::Whole, Promise::LongParameter, Kind::NamedSecret),
];

/// The same, each by itself.
static BY_END: LazyLock<ByEnd<(Standing, SecretName)>> = LazyLock::new(|| {
    ByEnd::new(ENDINGS.iter().flat_map(|(ends, standing, promise, kind)| {
        ends.split(' ').map(|end| (end, (*standing, SecretName { promise: *promise, kind: *kind })))
    }))
});

/// [`HARMLESS_TOKENS`], the same way.
static HARMLESS_BY_END: LazyLock<ByEnd<()>> =
    LazyLock::new(|| ByEnd::new(HARMLESS_TOKENS.split(' ').map(|end| (end, ()))));

/// [`QUALIFIERS`], the same way.
static QUALIFIERS_BY_END: LazyLock<ByEnd<()>> =
    LazyLock::new(|| ByEnd::new(QUALIFIERS.split(' ').map(|word| (word, ()))));

/// What texts may end with, by the last letter, in the order it was given.
#[derive(Debug)]
struct ByEnd<T>([Vec<(&'static str, T)>; 32]);

impl<T> ByEnd<T> {
    fn new(all: impl Iterator<Item = (&'static str, T)>) -> Self {
        let mut by_end = [const { Vec::new() }; 32];
        for (end, what) in all {
            let last = before(end.as_bytes(), end.len());
            if let Some(slot) = by_end.get_mut(usize::from(last & 31)) {
                slot.push((end, what));
            }
        }
        Self(by_end)
    }

    /// What a text ends with of those.
    fn of<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = &'t (&'static str, T)> {
        let some = text.last().and_then(|last| self.0.get(usize::from(last & 31))).map_or(&[][..], Vec::as_slice);
        // Most differ in the letter before already; so a call to compare all is saved.
        let two = before(text, text.len().saturating_sub(1));
        some.iter().filter(move |(end, _)| {
            let end = end.as_bytes();
            before(end, end.len() - 1) == two && text.ends_with(end)
        })
    }
}

/// What stands before `token` in names of tokens that let nobody in: pages of a listing, words of a language model.
const HARMLESS_TOKENS: &str = "page next sync continuation continue cancellation cancelation cancel resume max num total \
     prompt completion input output per start stop end eos bos pad unk special first last timeper unexpected partition";

/// Words behind a name that leave it what it is: `password_hash`, `token_value`.
const QUALIFIERS: &str = "value hash hashed confirm confirmation plain plaintext b64 base64 digest encoded raw header";

/// The longest name that is looked at; of longer ones the end.
pub(super) const LONGEST: usize = 64;

/// What a name promises, if that is a secret.
pub(super) fn secret_name(name: &[u8]) -> Option<SecretName> {
    if may_end(name, name.len()) { secret_name_slowly(name) } else { None }
}

/// The same as [`secret_name`], with no short cut.
fn secret_name_slowly(name: &[u8]) -> Option<SecretName> {
    let mut words = Words::of(name);
    while let Some(last) = words.last()
        && last.len() < words.text().len()
        && (last.iter().all(u8::is_ascii_digit)
            || QUALIFIERS_BY_END.of(last).any(|(word, ())| word.len() == last.len()))
    {
        words.drop_last();
    }
    words.drop_digits();
    let text = words.text();
    let word = words.last().unwrap_or(text).len();
    let found = BY_END.of(text).find(|(end, (standing, _))| match standing {
        Standing::End if *end == "token" => {
            text.strip_suffix(b"token").is_some_and(|what| HARMLESS_BY_END.of(what).next().is_none())
        }
        Standing::End => true,
        Standing::Word => end.len() == word,
        Standing::Whole => end.len() == text.len(),
    });
    found.map(|(_, (_, secret))| *secret)
}

/// Whether a name is one of those headers whose value is secret, so that it counts even as one string beside another.
pub(super) fn is_header(name: &[u8]) -> bool {
    let headers = ["authorization", "proxy-authorization", "x-serverless-authorization", "cookie", "set-cookie"];
    let is_own = matches!(name.first(), Some(b'x' | b'X')) && at(name, 1) == b'-';
    headers.iter().any(|header| name.eq_ignore_ascii_case(header.as_bytes())) || (is_own && secret_name(name).is_some())
}

/// What such names end with, three letters of it, and `name`, which a form's fields have before theirs.
const ENDS: [&[u8; 3]; 44] = [
    b"ame", b"ord", b"rds", b"swd", b"ase", b"ode", b"pwd", b"ret", b"ets", b"ken", b"ens", b"key", b"eys", b"ial",
    b"als", b"kie", b"ies", b"str", b"jwt", b"rer", b"otp", b"uth", b"eds", b"red", b"ass", b"cvv", b"cvc", b"ssn",
    b"sig", b"ure", b"nse", b"lue", b"ash", b"hed", b"irm", b"ain", b"ded", b"raw", b"ion", b"ing", b"est", b"ext",
    b"ber", b"der",
];

/// The same, and whatever ends with `id`, by the last two letters: a bit for each that may stand before them.
static BEFORE: [u32; 1 << 10] = before_last();

#[expect(clippy::indexing_slicing, reason = "it is worked out while compiling")]
const fn before_last() -> [u32; 1 << 10] {
    let mut all = [0; 1 << 10];
    let mut at = 0;
    while at < ENDS.len() {
        let [one, two, three] = *ENDS[at];
        all[pair(two, three)] |= 1 << (one & 31);
        at += 1;
    }
    all[pair(b'i', b'd')] = u32::MAX;
    all
}

const fn pair(two: u8, three: u8) -> usize {
    ((two & 31) as usize) << 5 | (three & 31) as usize
}

/// A quick look at the end of a name, which turns nearly all away: whether one that promises something, or `name`, may end
/// at a place.
#[inline]
pub(super) fn may_end(text: &[u8], place: usize) -> bool {
    match before(text, place) {
        b'a'..=b'z' | b'A'..=b'Z' => may_end_in_letters(text, place),
        b'0'..=b'9' | b'_' | b'-' => may_end_in_digits(text, place),
        _ => false,
    }
}

#[inline(never)]
fn may_end_in_digits(text: &[u8], place: usize) -> bool {
    let end = run_back(text, place, 6, |b| b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    // `…b64` and `…base64`: the digits belong to the word.
    if matches!(before(text, end) | 0x20, b'b' | b'e') && part(text, end, place).ends_with(b"64") {
        return true;
    }
    may_end_in_letters(text, end)
}

#[inline]
fn may_end_in_letters(text: &[u8], end: usize) -> bool {
    let Some(last) = text.get(..end).and_then(<[u8]>::last_chunk::<3>) else { return false };
    is_end(*last) && may_stand_before(text, end, *last)
}

/// Whether names that promise something end with these three letters.
#[inline]
fn is_end([one, two, three]: [u8; 3]) -> bool {
    BEFORE.get(pair(two, three)).is_some_and(|before| before >> (one & 31) & 1 == 1)
}

/// Whether what stands before the last three letters of a name, which these are, may stand before them in one that promises
/// something: this keeps from taking apart `established`, `connection_id`, `tokens`.
#[inline(never)]
fn may_stand_before(text: &[u8], end: usize, [one, two, three]: [u8; 3]) -> bool {
    let small = |back: usize| end.checked_sub(back).map_or(0, |place| at(text, place) | 0x20);
    let rest = |word: &[u8]| (4..).zip(word.iter().rev()).all(|(back, b)| small(back) == *b);
    // The same with any signs among the letters.
    let follows = |word: &[u8]| follows(text, end - 3, word);
    match &[one | 0x20, two | 0x20, three | 0x20] {
        [_, b'i', b'd'] => {
            let is_near = matches!(small(3), b'n' | b's') || matches!(small(4), b'n' | b's');
            is_near && (self::follows(text, end - 2, b"session") || self::follows(text, end - 2, b"sess"))
        }
        b"ion" => rest(b"zat") || rest(b"mat") || rest(b"ert"),
        b"ing" => rest(b"r"),
        b"est" => rest(b"g"),
        b"ext" => rest(b"int"),
        b"ber" => rest(b"num"),
        b"der" => rest(b"hea"),
        b"ame" => rest(b"n"),
        b"ase" => follows(b"r") || follows(b"b"),
        b"ded" => follows(b"enco"),
        b"ens" => {
            let several = [&b"stok"[..], b"htok", b"itok", b"ntok", b"rtok"];
            follows(b"k") && several.iter().any(|word| follows(word))
        }
        b"hed" => follows(b"has"),
        b"nse" => follows(b"lrespo"),
        b"ode" | b"red" | b"ret" => follows(b"c"),
        b"ord" => follows(b"w"),
        b"ure" => follows(b"nat"),
        letters => letters.iter().all(u8::is_ascii_lowercase),
    }
}

/// Whether a word of small letters may end before a place, with any signs among its letters.
#[inline]
fn follows(text: &[u8], place: usize, word: &[u8]) -> bool {
    let head = part(text, place.saturating_sub(LONGEST), place);
    let mut letters = word.iter().rev();
    for b in head.iter().rev().filter(|b| b.is_ascii_alphanumeric()) {
        match letters.next() {
            Some(letter) if b | 0x20 == *letter => {}
            Some(_) => return false,
            None => return true,
        }
    }
    letters.next().is_none()
}

/// The letters and digits of a name, small and together, and where its words begin.
struct Words {
    text: [u8; LONGEST],
    length: usize,
    starts: u64,
}

impl Words {
    fn of(name: &[u8]) -> Self {
        let mut words = Self { text: [0; LONGEST], length: 0, starts: 0 };
        let name = name.get(name.len().saturating_sub(LONGEST)..).unwrap_or(name);
        let mut last = 0_u8;
        for (place, b) in name.iter().enumerate() {
            let begins = match b {
                b'a'..=b'z' | b'0'..=b'9' => !last.is_ascii_alphanumeric(),
                b'A'..=b'Z' => match last {
                    b'A'..=b'Z' => at(name, place + 1).is_ascii_lowercase(),
                    b'0'..=b'9' => false,
                    _ => true,
                },
                _ => {
                    last = *b;
                    continue;
                }
            };
            last = *b;
            if let Some(slot) = words.text.get_mut(words.length) {
                *slot = b.to_ascii_lowercase();
                words.starts |= u64::from(begins) << words.length;
                words.length += 1;
            }
        }
        words
    }

    fn text(&self) -> &[u8] {
        self.text.get(..self.length).unwrap_or(&[])
    }

    fn last_start(&self) -> usize {
        let within = if self.length >= 64 { u64::MAX } else { (1 << self.length) - 1 };
        63_usize.saturating_sub((self.starts & within).leading_zeros() as usize)
    }

    fn last(&self) -> Option<&[u8]> {
        self.text().get(self.last_start()..).filter(|word| !word.is_empty())
    }

    fn drop_last(&mut self) {
        self.length = self.last_start();
    }

    fn drop_digits(&mut self) {
        while self.length > 1 && before(self.text(), self.length).is_ascii_digit() {
            self.length -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_quick_look_turns_no_name_away_that_promises_something() {
        let ends = ENDINGS.iter().flat_map(|(ends, ..)| ends.split(' ').map(str::to_owned));
        let qualified = QUALIFIERS.split(' ').map(|word| format!("password_{word}"));
        for name in ends.chain(qualified) {
            for spelt in [name.clone(), name.to_uppercase()] {
                assert!(secret_name(spelt.as_bytes()).is_some(), "{spelt}");
            }
        }
    }

    /// Whole names and pieces of some, with what joins them.
    fn names() -> impl Strategy<Value = String> {
        const PIECES: &str = "_ - . a s n id ID Id 2 64 b base to ken tokens sess session ses sion o api auth access refresh user \
            name pass word has hed hash enco ded c red cred eds phr ase key code re sponse saml sig nat ure w ord con nection";
        let ends = ENDINGS.iter().flat_map(|(ends, ..)| ends.split(' '));
        let all: Vec<&str> = PIECES.split(' ').chain(QUALIFIERS.split(' ')).chain(ends).collect();
        let piece = (prop::sample::select(all), 0..3).prop_map(|(piece, case)| match case {
            0 => piece.to_uppercase(),
            1 => piece.get(..1).unwrap_or("").to_uppercase() + piece.get(1..).unwrap_or(""),
            _ => piece.to_owned(),
        });
        prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// But for names whose last three letters have signs among them, which count as no names.
        #[test]
        fn what_stands_before_the_end_of_a_name_is_judged_rightly(name in names()) {
            let name = name.as_bytes();
            let is_near = !name.ends_with(b"id") || {
                let small = |back: usize| name.len().checked_sub(back).map_or(0, |place| at(name, place) | 0x20);
                matches!(small(3), b'n' | b's') || matches!(small(4), b'n' | b's')
            };
            if name.last_chunk().is_some_and(|last| last.iter().all(u8::is_ascii_alphabetic) && is_end(*last)) && is_near {
                let strict = [&b"ion"[..], b"ing", b"est", b"ext", b"ber", b"der", b"ame"];
                let is_strict = strict.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
                prop_assert!(is_strict || secret_name(name) == secret_name_slowly(name));
            }
        }
    }
}
