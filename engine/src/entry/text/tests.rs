use proptest::prelude::*;

use super::*;

/// The same as [`level_word`], word by word as it is meant.
fn level_word_slowly(start: &str) -> Option<LogSeverity> {
    if let Some(severity) = klog(start) {
        return Some(severity);
    }
    let bytes = start.as_bytes();
    let words =
        start.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').filter(|word| !word.is_empty());
    for word in words {
        let at = word.as_ptr() as usize - start.as_ptr() as usize;
        let before = at.checked_sub(1).and_then(|i| bytes.get(i)).copied();
        let after = bytes.get(at + word.len()).copied();
        let is_marked = matches!((before, after), (Some(b'[' | b':'), Some(b']')) | (Some(b'<'), Some(b'>')))
            || (matches!(before, Some(b'=' | b'"')) && start[..at].trim_end_matches('"').ends_with("level="))
            || (at == 0 && after == Some(b':'));
        let found = WORDS.iter().find(|(name, _)| *name == word || (is_marked && name.eq_ignore_ascii_case(word)));
        if let Some((_, severity)) = found {
            return Some(*severity);
        }
    }
    None
}

/// The same as [`logfmt`], key by key.
fn logfmt_slowly(start: &str) -> Option<Timestamp> {
    ["ts=", "time=", "timestamp=", "t="].iter().find_map(|key| {
        let is_key = |at: usize| at == 0 || start.as_bytes().get(at - 1) == Some(&b' ');
        let (at, _) = start.match_indices(key).find(|(at, _)| is_key(*at))?;
        let value = &start[at + key.len()..];
        let text = match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => value.split(' ').next(),
        };
        moment::of_text(text?)
    })
}

fn lines() -> impl Strategy<Value = String> {
    let pieces = "INFO␣info␣Warn␣WARNING␣warning␣error␣ERROR␣Err␣ERRORS␣FATAL␣EMERGENCY␣emergencies␣E0329 10:25:11.1␣level=␣level=\"␣\
        [␣]␣<␣>␣:␣=␣ ␣\"␣-␣_␣é␣ü␣x␣7␣ts=␣time=␣timestamp=␣t=␣2025-09-14T04:54:36Z␣1757825676.4␣\"2025-09-14 04:54:36\"␣not␣\t";
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(pieces.split('␣').collect::<Vec<_>>()), 0..14).prop_map(|all| all.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn levels_and_times_are_found_as_they_are_meant(line in lines()) {
        prop_assert_eq!(level_word(&line), level_word_slowly(&line));
        prop_assert_eq!(logfmt(&line), logfmt_slowly(&line));
    }

    #[test]
    fn times_are_written_as_they_are_read(seconds in -62_135_596_800_i64..=253_402_300_799, nanos in prop_oneof![
        Just(0), (0_u32..1000).prop_map(|n| n * 1_000_000), (0_u32..1_000_000).prop_map(|n| n * 1000), 0_u32..1_000_000_000,
    ]) {
        let time = Timestamp::from_unix(seconds, nanos).unwrap();
        let text = time.to_string();
        prop_assert_eq!(Timestamp::parse(&text), Some(time), "{}", text);
        let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len() - 1);
        let least = [0, 3, 6, 9].into_iter().find(|digits| nanos % 10_u32.pow(9 - digits) == 0).unwrap();
        prop_assert_eq!(digits, least as usize, "{}", text);
    }
}
