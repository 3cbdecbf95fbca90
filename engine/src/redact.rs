//! Takes secrets and personal data out of text, before anything else sees it.
//!
//! What is taken out: what looks like a secret wherever it stands (a token, a private key, an e-mail address, the number of
//! a card), and what is named as one (`password=…` inside text, or a value of JSON under such a key). Of two mistakes the
//! worse one is to leave a secret, so where a name says that its value is secret, that is believed unless the value is
//! plainly none (`null`, `***`, `expired`); where none does, only what cannot well be anything else is taken.
//!
//! Redacting what has been redacted changes nothing, as far as the built-in redactions go.

mod address;
mod ascii;
mod beside;
mod beside_keys;
mod block;
mod card;
pub mod codes;
mod colour;
mod edit;
mod harmless;
mod ip;
mod kind;
mod literal;
mod memo;
mod name;
mod pair;
mod pem;
mod plan;
mod quote;
mod rule;
mod scan;
mod scheme;
mod token;
mod trigger;
mod value;
mod walk;
mod watch;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use self::edit::{Counts, Edits};
use self::kind::{Kind, Kinds};
use self::memo::Memo;
pub use self::plan::Cleaner;
pub use self::rule::Part;
use self::rule::Rule;
use self::scan::Glance;
use self::trigger::Triggers;
use self::walk::Walk;
use self::watch::Watch;
use crate::diagnostic::{Problem, nearest};
use crate::entry::{Batch, Entry, FieldPath, FirstOf, Head};

pub use watch::Change;

/// What a pack says of one redaction: its own, or a built-in switched on or off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name of it.
    pub name: String,
    /// A regular expression and its replacement (`$1` and `${name}` stand for groups); nothing to switch a built-in.
    pub rule: Option<(String, String)>,
    /// Whether it is on.
    pub enabled: bool,
}

/// Text that has been redacted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Redacted(String);

impl Redacted {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Takes secrets out of text: the built-in set as a pack changes it.
///
/// ```
/// use gardener_engine::redact::Redactor;
/// let redactor = Redactor::default();
/// let text = "login of alice@example.com with password=hunter2 to postgres://app:s3cret@db/main";
/// let redacted = redactor.text(text);
/// assert_eq!(redacted.as_str(), "login of ***@example.com with password=REDACTED to postgres://app:REDACTED@db/main");
/// ```
#[derive(Debug, Default)]
pub struct Redactor {
    on: Kinds,
    own: Vec<Rule>,
    triggers: Triggers,
    /// Whether one of its own begins with anything else than the triggers have of them.
    has_other: bool,
}

/// Entries whose text has been redacted.
#[derive(Debug)]
pub struct RedactedBatch<'a> {
    batch: Batch<'a>,
    counts: BTreeMap<String, u64>,
}

/// How much was taken out.
#[derive(Clone, Debug)]
struct Tally {
    built_in: Counts,
    own: Vec<u64>,
}

impl Redactor {
    /// The built-in set, changed as these settings say; of several with one name the last holds.
    ///
    /// # Errors
    /// Everything that is wrong, with the place of its setting among these, and the part of the setting that the problem's
    /// range is in.
    pub fn new(settings: &[Setting]) -> Result<Self, Vec<(usize, Part, Problem)>> {
        let mut redactor = Self::default();
        let mut problems = Vec::new();
        let mut rules: BTreeMap<&str, (usize, Rule)> = BTreeMap::new();
        for (place, setting) in settings.iter().enumerate() {
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == setting.name);
            match (&setting.rule, kind) {
                (Some((regex, replacement)), _) => match Rule::new(&setting.name, regex, replacement) {
                    Ok(rule) => {
                        rules.remove(setting.name.as_str());
                        if setting.enabled {
                            rules.insert(&setting.name, (place, rule));
                        }
                        if let Some(kind) = kind {
                            redactor.on.set(kind, false);
                        }
                    }
                    Err(wrong) => problems.extend(wrong.into_iter().map(|(part, problem)| (place, part, problem))),
                },
                (None, Some(kind)) => {
                    rules.remove(setting.name.as_str());
                    redactor.on.set(kind, setting.enabled);
                }
                (None, None) if settings.iter().any(|other| other.rule.is_some() && other.name == setting.name) => {
                    if !setting.enabled {
                        rules.remove(setting.name.as_str());
                    }
                }
                (None, None) => problems.push((place, Part::Name, unknown(setting))),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut rules: Vec<_> = rules.into_values().collect();
        rules.sort_by_key(|(place, _)| *place);
        redactor.own = rules.into_iter().map(|(_, rule)| rule).collect();
        redactor.has_other = redactor.own.iter().any(|rule| rule.word().is_none());
        redactor.triggers = Triggers::new(&redactor.own.iter().filter_map(Rule::word).collect::<Vec<_>>());
        Ok(redactor)
    }

    /// Whether another redactor takes the same out of any text, as far as its settings say.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.on == other.on && self.own.iter().map(Rule::written).eq(other.own.iter().map(Rule::written))
    }

    /// What is on, by name: how the pack's own redactions are written, and nothing for built-in ones.
    #[must_use]
    pub fn rules(&self) -> BTreeMap<&str, Option<(&str, &str)>> {
        let built_in = Kind::ALL.into_iter().filter(|kind| self.on.has(*kind)).map(|kind| (kind.name(), None));
        let own = self.own.iter().map(|rule| {
            let (name, regex, replacement) = rule.written();
            (name, Some((regex, replacement)))
        });
        built_in.chain(own).collect()
    }

    /// Goes over all text of a batch.
    #[must_use]
    pub fn batch<'a>(&self, batch: Batch<'a>) -> RedactedBatch<'a> {
        self.cleaner_for(batch.len()).batch(batch)
    }

    /// Goes over all text of a batch key by key, and tells each change: for looking at single entries, because it takes longer.
    #[must_use]
    pub fn batch_with_changes<'a>(&self, mut batch: Batch<'a>) -> (RedactedBatch<'a>, Vec<Change>) {
        let mut watch = Watch::new(self);
        let (mut tally, mut memo) = (self.tally(), Memo::for_records(batch.heads.len()));
        batch.unfold(|_| true);
        let nodes = &mut batch.tape.nodes;
        let (tally_of_all, memo) = (&mut tally, &mut memo);
        let mut walk = Walk { nodes, form: None, redactor: self, tally: tally_of_all, memo, watch: Some(&mut watch) };
        batch.heads.iter().for_each(|head| walk.record(head));
        (RedactedBatch { batch, counts: self.counts(&tally) }, watch.changes)
    }

    /// Goes over one text that is no entry.
    #[must_use]
    pub fn text(&self, text: &str) -> Redacted {
        Redacted(self.clean(text, &mut self.tally()).unwrap_or_else(|| text.to_owned()))
    }

    /// The beginning of bytes that may be anything, for a message: redacted, on one line, at most `max` characters.
    ///
    /// Characters that control a terminal or the direction of writing are shown as escapes.
    #[must_use]
    pub fn quote(&self, bytes: &[u8], max: usize) -> Redacted {
        let window = String::from_utf8_lossy(quote::window(bytes));
        let redacted = self.clean(&window, &mut self.tally());
        let mut text = redacted.as_deref().unwrap_or(&window).to_owned();
        if quote::window(bytes).len() < bytes.len() {
            text.push('…');
        }
        Redacted(quote::line(&text, max))
    }

    /// The names of the built-in redactions, whether each is on by default, and what it takes out.
    #[must_use]
    pub fn built_in() -> Vec<(&'static str, bool, &'static str)> {
        Kind::ALL.into_iter().map(|kind| (kind.name(), kind.is_default(), kind.description())).collect()
    }

    /// A text without what shall not be in it, if there is anything: the pack's own redactions first, then the built-in ones.
    fn clean(&self, text: &str, tally: &mut Tally) -> Option<String> {
        let glance = Glance::at(text.as_bytes(), &self.triggers);
        if glance.shows_nothing(self.on) && !self.has_other { None } else { self.clean_on(text, glance, tally) }
    }

    /// The same for a text that somebody has glanced at.
    #[inline(never)]
    fn clean_on(&self, text: &str, glance: Glance, tally: &mut Tally) -> Option<String> {
        let mut edits = Edits::new(self.on);
        scan::look(text, glance, &self.triggers, &mut edits);
        // So it is with nearly all texts.
        if edits.is_empty() && !edits.may_be_own && !self.has_other {
            return None;
        }
        self.take_out(text, &mut edits, tally)
    }

    /// The same, once it is known what the built-in redactions find.
    fn take_out(&self, text: &str, edits: &mut Edits, tally: &mut Tally) -> Option<String> {
        let mut cleaned: Option<String> = None;
        for (rule, count) in self.own.iter().zip(&mut tally.own) {
            // What words begin with has been looked for, and was not there, as long as the text is still the same.
            if cleaned.is_none() && !edits.may_be_own && rule.word().is_some() {
                continue;
            }
            if let Some((replaced, times)) = rule.apply(cleaned.as_deref().unwrap_or(text)) {
                cleaned = Some(replaced);
                *count = count.saturating_add(times);
            }
        }
        let counts = &mut tally.built_in;
        let Some(cleaned) = cleaned else { return scan::redact(text, edits, &self.triggers, counts) };
        edits.clear();
        scan::look(&cleaned, Glance::at(cleaned.as_bytes(), &self.triggers), &self.triggers, edits);
        scan::redact(&cleaned, edits, &self.triggers, counts).or(Some(cleaned))
    }

    /// How long the shortest text is that there may be something in.
    fn least(&self) -> usize {
        self.own.iter().map(Rule::least).fold(scan::SHORTEST, usize::min)
    }

    fn tally(&self) -> Tally {
        Tally { built_in: Counts::default(), own: vec![0; self.own.len()] }
    }

    fn counts(&self, tally: &Tally) -> BTreeMap<String, u64> {
        let built_in = tally.built_in.iter().map(|(kind, count)| (kind.name().to_owned(), count));
        let own = self.own.iter().zip(&tally.own).map(|(rule, count)| (rule.name.clone(), *count));
        built_in.chain(own.filter(|(_, count)| *count > 0)).collect()
    }
}

impl<'a> RedactedBatch<'a> {
    /// The entries; each one's message is the first of `message` that holds text.
    pub fn entries<'b>(&'b self, message: &'b [FieldPath]) -> impl DoubleEndedIterator<Item = Entry<'b>> + use<'a, 'b> {
        let (mut message, batch) = (FirstOf::new(message), &self.batch);
        batch.heads.iter().map(move |head| Entry::of_form((&batch.tape, head, batch.form(head)), &mut message))
    }

    /// The same, where what is found out of the paths of messages is kept for the next batch.
    pub(crate) fn entries_by<'b>(
        &'b self,
        message: &'b mut FirstOf,
    ) -> impl ExactSizeIterator<Item = Entry<'b>> + use<'a, 'b> {
        let batch = &self.batch;
        batch.heads.iter().map(move |head| Entry::of_form((&batch.tape, head, batch.form(head)), message))
    }

    /// Whether the last entry is not older than the first, as in captures that are written while things happen.
    pub(crate) fn is_rising(&self) -> bool {
        let time = |head: Option<&Head>| head.and_then(Head::timestamp);
        time(self.batch.heads.first()) <= time(self.batch.heads.last())
    }

    /// How much was taken out, by the name of the redaction.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }
}

/// A setting that switches what there is not.
fn unknown(setting: &Setting) -> Problem {
    let message = format!("there is no built-in redaction `{}`", setting.name);
    let problem = Problem::new(&codes::UNKNOWN_REDACTION, 0..setting.name.len(), message).label("no such redaction");
    match nearest(&setting.name, Kind::ALL.into_iter().map(Kind::name)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("give a `regex` and a `replacement` to make a redaction of your own"),
    }
}

#[cfg(test)]
mod tests;
