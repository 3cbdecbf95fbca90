//! "Did you mean …?"

/// The candidate most like `word`, if any is like it enough to be worth saying.
///
/// Compared without regard to case by Damerau–Levenshtein distance (the optimal string alignment variant); at most a third
/// of the word's length may differ, and some of it must be the same. Where none is like it, one that it is the beginning of.
/// Ties go to the first in alphabetical order.
///
/// ```
/// use gardener_engine::diagnostic::nearest;
/// assert_eq!(nearest("serverity", ["severity", "service"]), Some("severity"));
/// assert_eq!(nearest("zzz", ["severity"]), None);
/// assert_eq!(nearest("q", ["n"]), None);
/// assert_eq!(nearest("WARN", ["INFO", "WARNING"]), Some("WARNING"));
/// ```
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = word.to_lowercase();
    let allowed = (lower.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = candidate.to_lowercase();
            let distance = strsim::osa_distance(&lower, &other);
            let length = lower.chars().count().max(other.chars().count());
            let swapped_style = other.replace(['_', '-'], "") == lower.replace(['_', '-'], "");
            let is_beginning = lower.chars().count() >= 3 && other.starts_with(&lower);
            let rank = match () {
                () if swapped_style => (0, 0),
                () if distance <= allowed && distance < length => (1, distance),
                () if is_beginning => (2, distance),
                () => return None,
            };
            Some((rank, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}
