//! The hidden line by which an issue says of itself which cluster it is about.

use std::fmt;

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::severity::Severity;

/// What a marker begins with, its version included.
pub(super) const BEGIN: &str = "<!-- gardener:v1 ";
/// What it ends with.
pub(super) const END: &str = " -->";
/// Markers of one text that are read; an issue has one.
const MARKERS: usize = 16;
/// Bytes of a marker.
const LENGTH: usize = 2_000;

/// A marker, `<!-- gardener:v1 fingerprint=v1:… key=… -->`: words of the form `name=value`, of which those that are not
/// known are kept out of the way, so that a later version may add some. A text of another version is not believed at all.
///
/// It is a comment of Markdown, which people do not see. Log text cannot forge one, because what is written into issues has
/// `<!--` neutralised; and one is believed only where the program itself is the author.
///
/// ```
/// use gardener_engine::{id::Fingerprint, issue::Marker};
/// let marker = Marker { key: Some("r7".to_owned()), ..Marker::new(Fingerprint::new("pack", "id", &[])) };
/// assert_eq!(Marker::find(&format!("text\n{marker}\nmore")), [marker]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The cluster.
    pub fingerprint: Fingerprint,
    /// The key of the write that made it, so that one whose answer was lost is recognised. It has no spaces.
    pub key: Option<String>,
    /// What the text is that it stands in.
    pub part: Part,
    /// The time of the newest entry that the text tells of.
    pub seen: Option<Timestamp>,
    /// The severity that the issue was made to say in the same request, so that whoever was killed behind it is not taken for
    /// a person who has changed it.
    pub severity: Option<Severity>,
}

/// Which of the texts about a cluster one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The issue's own.
    #[default]
    Issue,
    /// The comment that is kept up to date.
    Latest,
    /// A comment on something that has happened: an escalation, a regression.
    Event,
    /// The issue that lists clusters which have no issue of their own.
    RollUp,
}

impl Part {
    const ALL: [Self; 4] = [Self::Issue, Self::Latest, Self::Event, Self::RollUp];

    /// Its name in markers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Latest => "latest",
            Self::Event => "event",
            Self::RollUp => "rollup",
        }
    }
}

impl Marker {
    /// The marker of a cluster's issue, made by no write that is known.
    #[must_use]
    pub fn new(fingerprint: Fingerprint) -> Self {
        Self { fingerprint, key: None, part: Part::Issue, seen: None, severity: None }
    }

    /// The markers of a text, in its order.
    #[must_use]
    pub fn find(text: &str) -> Vec<Self> {
        let inside = text.split(BEGIN).skip(1).filter_map(|rest| rest.split_once(END).map(|(words, _)| words));
        inside.filter_map(Self::parse).take(MARKERS).collect()
    }

    /// The marker that is written with these words.
    ///
    /// A part that is not known is one of a later version: it must not be taken for the issue's own text.
    pub(super) fn parse(words: &str) -> Option<Self> {
        if words.len() > LENGTH {
            return None;
        }
        let part = match word(words, "part") {
            Some(name) => Part::ALL.into_iter().find(|part| part.name() == name)?,
            None => Part::Issue,
        };
        Some(Self {
            fingerprint: Fingerprint::parse(word(words, "fingerprint")?)?,
            key: word(words, "key").map(str::to_owned),
            part,
            seen: word(words, "seen").and_then(Timestamp::parse),
            severity: word(words, "severity").and_then(|severity| severity.parse().ok()),
        })
    }

    /// The words that it is written with.
    pub(super) fn words(&self) -> String {
        let mut words = format!("fingerprint={}", self.fingerprint);
        let mut add = |name: &str, value: &dyn fmt::Display| words.push_str(&format!(" {name}={value}"));
        if let Some(key) = &self.key {
            add("key", key);
        }
        if self.part != Part::Issue {
            add("part", &self.part.name());
        }
        if let Some(seen) = &self.seen {
            add("seen", seen);
        }
        if let Some(severity) = &self.severity {
            add("severity", severity);
        }
        words
    }
}

/// The value of the first word of a name.
pub(super) fn word<'w>(words: &'w str, name: &str) -> Option<&'w str> {
    let named = words.split(' ').filter_map(|word| word.split_once('='));
    named.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEGIN}{}{END}", self.words())
    }
}
