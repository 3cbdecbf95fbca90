use proptest::prelude::*;
use regex::Regex;

use super::*;
use crate::pattern::Pattern;

/// Expressions of packs, and whether they are walked.
const USUAL: [(&str, bool); 32] = [
    (r"UTILIZATION: (\d+(?:\.\d+)?)%", true),
    (r"after (\d+) failures", true),
    (r"(line \d+), in session", true),
    (r"^(\d+(?:\.\d+)?)s$", true),
    (r"rss growth (-?\d+(?:\.\d+)?) MiB/min", true),
    (r"not allowed for [A-Z]+ (/\S+)", true),
    (r"user ([\w-]+)", true),
    (r"(?i)(phase \d+)", true),
    (r"a[^\n]*b", true),
    (r"a.*", true),
    (r"\bword", true),
    (r"a|b", true),
    (r"ab|cd", true),
    (r"exceeded for (user|ip)", true),
    (r"usage (?:at|above) (\d+(?:\.\d+)?) ?%", true),
    (r"x(?:ab|cd)?b", true),
    (r"x(?:abc|ab)", true),
    (r"^(?:ab|cd)", true),
    (r"^(?:https?://[^/?#]+)?((?:/[A-Za-z_-]+){1,2})(?:[/?#]|$)", true),
    (r"failed: ([a-z ]+?)(?: for |$)", true),
    (r"(?s).*\n(\w+)", true),
    (r"/health(/(ready|live))?([?]|$)", true),
    (r"failed: ([a-z-]+(?: [a-z-]+)*)", true),
    (r"(\w+) (?:is|are) gone", true),
    (r"(a+)+b", true),
    (r"(?:ab)?a", true),
    (r"(?m)^a$", true),
    (r"x*", false),
    (r"$", false),
    (r"(a?)+b", false),
    (r"(?-u:\b)a", false),
    (r"(?:ab){300}", false),
];

fn walk(pattern: &str) -> Option<Walk> {
    Walk::new(&regex_syntax::parse(pattern).unwrap())
}

#[test]
fn usual_expressions_are_walked() {
    for (pattern, is_walked) in USUAL {
        let walk = walk(pattern);
        assert_eq!(walk.is_some(), is_walked, "{pattern}");
        let text =
            "GET https://a.example/api/users: after 12 failures of user b-1, in phase 3 (at 97 %): failed: no route";
        assert!(walk.is_none_or(|walk| walk.find(text, 1) != Outcome::Unknown), "{pattern}");
    }
}

#[test]
fn a_hostile_text_makes_no_square() {
    let text = "1".repeat(1 << 16);
    for (pattern, outcome) in [
        (r"\d+x", Outcome::Nothing),
        (r"\d+[xy]", Outcome::Nothing),
        (r"1\d+[xy]", Outcome::Unknown),
        (r"(?:1+)+[xy]", Outcome::Unknown),
        (r"(?:1|11)+[xy]", Outcome::Unknown),
    ] {
        assert_eq!(walk(pattern).unwrap().find(&text, 0), outcome, "{pattern}");
        assert_eq!(Pattern::parse(pattern, 1 << 20).unwrap().group(&text, 0), None);
    }
}

fn leaf() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a",
        "1",
        "ab",
        "1k",
        r"\d",
        r"\w",
        "[ab]",
        "[^ ]",
        "[^a]",
        "[^é]",
        r"\.",
        " ",
        "é",
        "[é1]",
        r"\S",
        ".",
        "(?s:.)",
        "(?i:k)",
        "(?i:ab)",
        "(?-u:[a-b])",
        r"\b",
        r"\B",
        "^",
        "$",
        "(?m:^)",
        "(?m:$)",
        "",
    ]);
    leaf.prop_map(str::to_owned)
}

fn times() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "+", "*", "?", "{2}", "{1,2}", "{2,}", "{0,3}", "{1,3}", "+?", "*?", "??", "{2,}?", "{1,3}?",
    ])
}

fn pattern() -> impl Strategy<Value = String> {
    let element =
        prop_oneof![2 => leaf(), 1 => (leaf(), times()).prop_map(|(leaf, times)| format!("(?:{leaf}){times}"))];
    let part = element.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            inner.clone().prop_map(|part| format!("({part})")),
            (inner.clone(), times()).prop_map(|(part, times)| format!("(?:{part}){times}")),
            (inner, times()).prop_map(|(part, times)| format!("({part}){times}")),
        ]
    });
    let ends = prop::sample::select(vec![("", ""), ("", ""), ("^", ""), ("", "$"), ("^", "$"), ("x", ""), ("", "x")]);
    (prop::collection::vec(part, 1..4), ends)
        .prop_map(|(parts, (start, end))| format!("{start}{}{end}", parts.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_walk_finds_what_the_engine_finds(pattern in pattern(), texts in prop::collection::vec("[ab1 .ék\u{212a}x\n]{0,12}|[ab1kx]{0,8}", 1..8)) {
        let regex = Regex::new(&pattern).unwrap();
        let Some(walk) = walk(&pattern) else { return Ok(()) };
        for text in &texts {
            for group in 0..regex.captures_len() {
                let captures = regex.captures(text);
                let expected = match &captures {
                    None => Outcome::Nothing,
                    Some(captures) => Outcome::Found(captures.get(group).map(|found| found.range())),
                };
                let found = walk.find(text, group);
                prop_assert!(found == expected || found == Outcome::Unknown, "{pattern} in {text:?}: {found:?}, not {expected:?}");
            }
        }
    }
}
