//! Severities of ours, P0 to P5: what a cluster is worth, not what its writer thought of one entry.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How urgent a cluster is. `P0` is the most urgent, and the smallest in order.
///
/// ```
/// use gardener_engine::severity::Severity;
/// assert!(Severity::P0 < Severity::P3);
/// assert_eq!(Severity::P3.raised(1), Severity::P2);
/// assert_eq!("p2".parse(), Ok(Severity::P2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Critical: a person must act now.
    P0,
    /// High: today.
    P1,
    /// Medium: this week.
    P2,
    /// Moderate: planned work.
    P3,
    /// Low.
    P4,
    /// Noise, or to be known of.
    P5,
}

/// A text that is no severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSeverity(pub String);

impl fmt::Display for NoSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no severity; expected P0, P1, P2, P3, P4 or P5", self.0)
    }
}

impl std::error::Error for NoSeverity {}

impl Severity {
    /// All of them, most urgent first.
    pub const ALL: [Self; 6] = [Self::P0, Self::P1, Self::P2, Self::P3, Self::P4, Self::P5];

    /// Its name, `P0` to `P5`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P0 => "P0",
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
            Self::P5 => "P5",
        }
    }

    /// Its number, 0 to 5.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// The severity that a label of an issue says, in its last part: `P1`, `severity: P1`, `priority/P1`.
    ///
    /// ```
    /// use gardener_engine::severity::Severity;
    /// assert_eq!(Severity::of_label("severity: P1"), Some(Severity::P1));
    /// assert_eq!(Severity::of_label("team-P1"), None);
    /// ```
    #[must_use]
    pub fn of_label(label: &str) -> Option<Self> {
        label.rsplit([':', '/', '=']).next().and_then(|last| last.trim().parse().ok())
    }

    /// So many levels more urgent (less, if negative), P0 and P5 being the ends.
    #[must_use]
    pub fn raised(self, levels: i64) -> Self {
        let at = i64::try_from(self.index()).unwrap_or(5).saturating_sub(levels).clamp(0, 5);
        usize::try_from(at).ok().and_then(|at| Self::ALL.get(at)).copied().unwrap_or(Self::P5)
    }
}

impl std::str::FromStr for Severity {
    type Err = NoSeverity;

    fn from_str(text: &str) -> Result<Self, NoSeverity> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| NoSeverity(text.to_owned()))
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
