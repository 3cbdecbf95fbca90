//! The hidden line by which an issue says of itself which cluster it is about.

use std::fmt;

use crate::id::Fingerprint;

/// What a marker begins with, its version included.
const BEGIN: &str = "<!-- gardener:v1 ";
/// What it ends with.
const END: &str = " -->";
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
/// let marker = Marker { fingerprint: Fingerprint::new("pack", "id", &[]), key: Some("r7".to_owned()) };
/// assert_eq!(Marker::find(&format!("text\n{marker}\nmore")), [marker]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The cluster.
    pub fingerprint: Fingerprint,
    /// The key of the write that made it, so that one whose answer was lost is recognised. It has no spaces.
    pub key: Option<String>,
}

impl Marker {
    /// The markers of a text, in its order.
    #[must_use]
    pub fn find(text: &str) -> Vec<Self> {
        let inside = text.split(BEGIN).skip(1).filter_map(|rest| rest.split_once(END).map(|(words, _)| words));
        inside.filter(|words| words.len() <= LENGTH).filter_map(Self::parse).take(MARKERS).collect()
    }

    fn parse(words: &str) -> Option<Self> {
        let value = |name: &str| {
            let named = words.split(' ').filter_map(|word| word.split_once('='));
            named.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
        };
        let fingerprint = Fingerprint::parse(value("fingerprint")?)?;
        Some(Self { fingerprint, key: value("key").map(str::to_owned) })
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEGIN}fingerprint={}", self.fingerprint)?;
        if let Some(key) = &self.key {
            write!(f, " key={key}")?;
        }
        f.write_str(END)
    }
}
