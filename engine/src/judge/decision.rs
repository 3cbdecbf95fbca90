//! What a script has decided about a cluster's severity.

use crate::baseline::Lock;
use crate::severity::Severity;

/// Reasons that are kept of a script.
const REASONS: usize = 50;
/// Characters that are kept of a reason.
const REASON_LENGTH: usize = 500;

/// A severity on its way, and why it is what it is.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    severity: Severity,
    /// Why, each with its place in a script.
    reasons: Vec<String>,
    /// Reasons beyond the limit.
    unsaid: u64,
    /// The words that moved it, without places.
    words: Vec<String>,
    /// A person's severity, which nothing changes.
    lock: Option<Lock>,
    /// Whether it is past the time at which severities are decided.
    is_settled: bool,
}

impl Decision {
    /// A severity that is to be decided, unless a person has laid it down.
    pub(super) fn open(severity: Severity, lock: Option<Lock>) -> Self {
        Self { severity, reasons: Vec::new(), unsaid: 0, words: Vec::new(), lock, is_settled: false }
    }

    /// A severity that stands.
    pub(super) fn settled(severity: Severity) -> Self {
        Self { is_settled: true, ..Self::open(severity, None) }
    }

    /// Whether it is past the time at which severities are decided.
    pub(super) fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// What it has come to.
    pub(super) fn severity(&self) -> Severity {
        self.severity
    }

    /// Why, each reason with its place in a script.
    pub(super) fn reasons(&self) -> Vec<String> {
        let mut reasons = self.reasons.clone();
        if self.unsaid > 0 {
            reasons.push(format!("{} more reasons are not shown", self.unsaid));
        }
        reasons
    }

    /// The words that moved it, without places; nothing where nothing did.
    pub(super) fn words(&self) -> Option<String> {
        (!self.words.is_empty()).then(|| cut(self.words.join("; ")))
    }

    /// Moves the severity, unless a person has laid it down.
    pub(super) fn change(&mut self, to: Severity, reason: &str, place: &str) {
        let from = self.severity;
        if from == to {
            return;
        }
        if let Some(lock) = &self.lock {
            let stays = format!("stays {from}, which a person set ({})", lock.reason);
            return self.say(&format!("{stays}; policy says {to}: {reason}"), place);
        }
        self.say(&format!("{from} → {to}: {reason}"), place);
        if self.words.len() < REASONS {
            self.words.push(reason.to_owned());
        }
        self.severity = to;
    }

    /// Adds a reason, with the place in a script where it is known.
    pub(super) fn say(&mut self, reason: &str, place: &str) {
        if self.reasons.len() >= REASONS {
            self.unsaid += 1;
            return;
        }
        let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
        self.reasons.push(cut(format!("{reason}{place}")));
    }
}

/// A reason, cut where it is too long.
pub(super) fn cut(text: String) -> String {
    match text.char_indices().nth(REASON_LENGTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text,
    }
}
