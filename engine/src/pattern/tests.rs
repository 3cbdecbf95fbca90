use proptest::prelude::*;
use regex::Regex;

use super::*;

fn pattern() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a",
        "abc",
        "é",
        "\u{1f50c}x",
        r"\d",
        r"\w",
        r"\s",
        r"\S",
        ".",
        "(?s:.)",
        "[^\"]",
        "[ab]",
        "[а-я]",
        "^",
        "$",
        r"\b",
        "(?i:k)",
        "(?i)straße",
        r"\p{L}",
        r"\P{Greek}",
        "",
        "[0-9A-Fa-f]",
        "(?-u:[a-z])",
        "x|yz|",
        "one|two|three",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let times = prop::sample::select(vec!["*", "+", "?", "*?", "{0}", "{3}", "{2,}", "{1,7}", "{0,40}", "{20,60}"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..5).prop_map(|parts| format!("(?:{})", parts.concat())),
            prop::collection::vec(inner.clone(), 2..5).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            inner.clone().prop_map(|part| format!("({part})")),
            (inner, times).prop_map(|(part, times)| format!("(?:{part}){times}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_expression_is_larger_than_its_bound(pattern in pattern()) {
        let hir = regex_syntax::Parser::new().parse(&pattern).unwrap();
        let bound = size::at_most(&hir);
        // What takes long to compile takes it in tests, too.
        prop_assume!(bound < 4 << 20);
        let built = RegexBuilder::new(&pattern).size_limit(bound as usize).build();
        prop_assert!(built.is_ok(), "{pattern} is larger than {bound}");
    }

    #[test]
    fn groups_have_the_names_and_numbers_that_the_engine_gives_them(pattern in pattern(), name in "[a-z]{1,3}") {
        let pattern = format!("{pattern}(?<{name}>x)?(?:(y)|{pattern}z){{2}}(?P<a_{name}>{pattern}){{0}}");
        let (Ok(read), Ok(regex)) = (Pattern::parse(&pattern, 10 << 20), Regex::new(&pattern)) else { return Ok(()) };
        prop_assert_eq!(read.groups(), regex.capture_names().collect::<Vec<_>>(), "{}", pattern);
    }
}

#[test]
fn bounds_are_not_far_from_what_is_taken() {
    for pattern in
        [r"after (\d+(?:\.\d+)?)s", r"user ([\w-]+)", "timed? out", r"^(?:GET|POST) (/\S+) HTTP/\d", r"[0-9a-f]{8,40}"]
    {
        let bound = size::at_most(&regex_syntax::parse(pattern).unwrap()) as usize;
        let smallest =
            (1..=bound).step_by(64).find(|limit| RegexBuilder::new(pattern).size_limit(*limit).build().is_ok());
        let smallest = smallest.unwrap_or(bound);
        assert!(bound <= 6 * smallest + 4096, "{pattern}: {bound}, {smallest}");
    }
}

#[test]
fn a_large_expression_is_tried_at_once() {
    assert!(Pattern::parse(r"\w{3}", 1 << 20).unwrap().0.regex.get().is_none());
    // Its bound is beyond the limit, it is not.
    let text = format!("(?:{}){{10}}", (0..60).map(|n| format!("{n}abcdefgh")).collect::<Vec<_>>().join("|"));
    let bound = size::at_most(&regex_syntax::parse(&text).unwrap());
    let limit = (1..bound)
        .rev()
        .step_by(1 << 13)
        .take_while(|limit| RegexBuilder::new(&text).size_limit(*limit as usize).build().is_ok());
    let limit = limit.last().unwrap() as usize;
    assert!(Pattern::parse(&text, limit).unwrap().0.regex.get().is_some());
    assert!(matches!(Pattern::parse(&text, 1 << 10), Err(Wrong::TooLarge)));
}
