//! What is said of mutes that are over, hold for too long, or were for nothing.

use crate::diagnostic::Diagnostic;
use crate::entry::Timestamp;
use crate::pack::{Mute, MuteTarget, Pack, codes};

/// Characters of a query that are shown.
const SHOWN: usize = 80;
/// Seconds of a year, a leap year's.
const YEAR: i64 = 366 * 86_400;

/// A remark on a mute that is over, or that a run had no use for.
pub(super) fn of(mute: &Mute, now: Timestamp, was_used: bool) -> Option<String> {
    let Mute { until, owner, place, .. } = mute;
    let what = what(mute);
    match (*until <= now, was_used) {
        (true, true) => Some(format!(
            "the mute of {what}, by {owner}, ended on {until}, and what it muted is there: renew it, or take it out ({place})"
        )),
        (true, false) => Some(format!("the mute of {what}, by {owner}, ended on {until}: take it out ({place})")),
        (false, true) => None,
        (false, false) => {
            Some(format!("the mute of {what}, by {owner} until {until}, matched nothing in this run ({place})"))
        }
    }
}

/// The mutes of a pack that are over, each in a line with the place where it stands.
#[must_use]
pub fn expired(pack: &Pack, now: Timestamp) -> Vec<String> {
    let over = pack.mutes.iter().filter(|mute| mute.until <= now);
    over.map(|mute| format!("the mute of {}, by {}, ended on {} ({})", what(mute), mute.owner, mute.until, mute.place))
        .collect()
}

/// What is wrong with the mutes of a pack at a time: which are over, and which hold for more than a year.
#[must_use]
pub fn lint(pack: &Pack, now: Timestamp) -> Vec<Diagnostic> {
    let far = now.plus_seconds(YEAR);
    let found = pack.mutes.iter().filter_map(|mute| {
        let what = what(mute);
        if mute.until <= now {
            let message = format!("the mute of {what} ended on {}", mute.until);
            return Some(
                Diagnostic::new(&codes::MUTE_EXPIRED, mute.until_span, message)
                    .label(format!("over, at {now}"))
                    .help(format!("take the mute out, or ask {} until when it is to hold", mute.owner)),
            );
        }
        (mute.until > far).then(|| {
            let message = format!("the mute of {what} holds for more than a year");
            Diagnostic::new(&codes::MUTE_FAR_OFF, mute.until_span, message)
                .label("who will remember it then?")
                .help("give it a nearer end; what shall never have an issue has `issue: { file: never, reason: … }`")
        })
    });
    found.collect()
}

/// What a mute is about, in words.
fn what(mute: &Mute) -> String {
    match &mute.target {
        MuteTarget::Cluster { id, group } if group.is_empty() => format!("`{id}`"),
        MuteTarget::Cluster { id, group } => {
            let group: Vec<String> = group.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("`{id}` ({})", group.join(", "))
        }
        MuteTarget::Entries(queries) => {
            let text = queries.iter().map(|query| query.text().trim()).collect::<Vec<_>>().join(" | ");
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            match text.char_indices().nth(SHOWN) {
                Some((end, _)) => format!("entries that match `{}…`", text.get(..end).unwrap_or("")),
                None => format!("entries that match `{text}`"),
            }
        }
    }
}
