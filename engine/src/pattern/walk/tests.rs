use proptest::prelude::*;
use regex::Regex;

use super::*;
use crate::pattern::Pattern;

/// Expressions of packs, and whether they are simple.
const USUAL: [(&str, bool); 23] = [
    (r"UTILIZATION: (\d+(?:\.\d+)?)%", true),
    (r"after (\d+) failures", true),
    (r"(line \d+), in session", true),
    (r"^(\d+(?:\.\d+)?)s$", true),
    (r"rss growth (-?\d+(?:\.\d+)?) MiB/min", true),
    (r"not allowed for ([A-Z]+)", true),
    (r"not allowed for [A-Z]+ (/\S+)", true),
    (r"user ([\w-]+)", true),
    (r"(?i)(phase \d+)", true),
    (r"a[^\n]*b", false),
    (r"a.*", true),
    (r"\bword", false),
    (r"a|b", true),
    (r"ab|cd", false),
    (r"exceeded for (user|ip)", true),
    (r"usage (?:at|above) (\d+(?:\.\d+)?) ?%", true),
    (r"x(?:ab|cd)?b", true),
    (r"x(?:abc|ab)", false),
    (r"^(?:ab|cd)", true),
    (r"(\w+) (?:is|are) gone", false),
    (r"(a+)+b", false),
    (r"x*", false),
    (r"(?:ab)?a", false),
];

fn walk(pattern: &str) -> Option<Walk> {
    Walk::new(&regex_syntax::parse(pattern).unwrap())
}

#[test]
fn usual_expressions_are_simple() {
    for (pattern, is_simple) in USUAL {
        assert_eq!(walk(pattern).is_some(), is_simple, "{pattern}");
    }
}

#[test]
fn a_hostile_text_makes_no_square() {
    let text = "1".repeat(1 << 20);
    let walk = walk(r"\d+x").unwrap();
    assert_eq!(walk.find(text.as_bytes(), 0), Outcome::Unknown);
    assert_eq!(Pattern::parse(r"\d+x", 1 << 20).unwrap().group(&text, 0), None);
}

fn element() -> impl Strategy<Value = String> {
    let set = prop::sample::select(vec![
        "a",
        "1",
        r"\d",
        r"\w",
        "[ab]",
        "[^ ]",
        "[^a]",
        r"\.",
        " ",
        "é",
        "[é1]",
        r"\S",
        "(?i:k)",
        "(?:ab|1k)",
        "(?:ab|k|é1)",
        "(?:a|ab)",
    ]);
    let times = prop::sample::select(vec!["", "", "+", "*", "?", "{2}", "{1,2}", "{2,}"]);
    (set, times).prop_map(|(set, times)| format!("{set}{times}"))
}

fn pattern() -> impl Strategy<Value = String> {
    let part = prop::collection::vec(element(), 1..4).prop_map(|elements| elements.concat());
    let part = (part, 0..5).prop_map(|(part, form)| match form {
        0 => format!("({part})"),
        1 => format!("(?:{part})?"),
        2 => format!("({part})?"),
        _ => part,
    });
    let ends = prop::sample::select(vec![("", ""), ("", ""), ("^", ""), ("", "$"), ("^", "$"), ("x", "")]);
    (prop::collection::vec(part, 1..4), ends)
        .prop_map(|(parts, (start, end))| format!("{start}{}{end}", parts.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_walk_finds_what_the_engine_finds(pattern in pattern(), texts in prop::collection::vec("[ab1 .ék\u{212a}x]{0,12}", 1..8)) {
        let regex = Regex::new(&pattern).unwrap();
        let Some(walk) = walk(&pattern) else { return Ok(()) };
        for text in &texts {
            for group in 0..regex.captures_len() {
                let captures = regex.captures(text);
                let expected = match &captures {
                    None => Outcome::Nothing,
                    Some(captures) => Outcome::Found(captures.get(group).map(|found| found.range())),
                };
                let found = walk.find(text.as_bytes(), group);
                prop_assert!(found == expected || found == Outcome::Unknown, "{pattern} in {text:?}: {found:?}, not {expected:?}");
            }
        }
    }
}
