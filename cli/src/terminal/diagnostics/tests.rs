use gardener_engine::diagnostic::{Diagnostic, FileId, Sources, Span};

use super::{count, json, text};

mod codes {
    gardener_engine::codes! {
        /// An error.
        WRONG = "wrong-thing", Error, "a thing is wrong", "It is.";
        /// A warning.
        ODD = "odd-thing", Warning, "a thing is odd", "It is.";
    }
}

const FILE: FileId = FileId(0);

fn sources(text: &str) -> Sources {
    let mut sources = Sources::new();
    sources.add("clusters/a.yaml", text);
    sources
}

fn drawn(diagnostic: &Diagnostic, sources: &Sources) -> String {
    text(&[diagnostic], sources, false)
}

#[test]
fn a_problem_is_drawn_with_its_line_and_a_caret() {
    let sources = sources("- id: x\n  serverity: P3\n  title: y\n");
    let first = Span::new(FILE, 2..4);
    let diagnostic = Diagnostic::new(&codes::WRONG, Span::new(FILE, 10..19), "`serverity` is not known here")
        .label("not a key of a definition")
        .help("did you mean `severity`?")
        .related(first, "of this definition");
    insta::assert_snapshot!(drawn(&diagnostic, &sources), @r"
    error[wrong-thing]: `serverity` is not known here
     --> clusters/a.yaml:2:3
      |
    2 |   serverity: P3
      |   ^^^^^^^^^ not a key of a definition
      |
     ::: clusters/a.yaml:1:3
      |
    1 | - id: x
      |   -- of this definition
      |
      = help: did you mean `severity`?
    ");
}

#[test]
fn a_problem_of_no_file_and_one_at_the_end_of_a_file_are_drawn() {
    let sources = sources("a: 1\n");
    let nowhere = Diagnostic::new(&codes::ODD, None, "nothing is here").help("add something");
    insta::assert_snapshot!(drawn(&nowhere, &sources), @r"
    warning[odd-thing]: nothing is here
     |
     = help: add something
    ");
    let behind = Diagnostic::new(&codes::WRONG, Span::new(FILE, 5..5), "the file ends").label("here");
    insta::assert_snapshot!(drawn(&behind, &sources), @r"
    error[wrong-thing]: the file ends
     --> clusters/a.yaml:2:1
      |
    2 |
      | ^ here
    ");
}

#[test]
fn what_is_hidden_is_shown_and_the_caret_stays_where_it_belongs() {
    let line = "title: \u{1b}[31m\u{9b}\u{202e}evil\u{200b} here\r\nnext: 1\n";
    let at = line.find("here").unwrap();
    let sources = sources(line);
    let diagnostic = Diagnostic::new(&codes::WRONG, Span::new(FILE, at..at + 4), "bad \u{1b}]0;x\u{7} word");
    let drawn = drawn(&diagnostic, &sources);
    assert!(!drawn.contains(['\u{1b}', '\u{9b}', '\u{7}', '\u{202e}', '\u{200b}', '\r']), "{drawn:?}");
    let lines: Vec<&str> = drawn.lines().collect();
    let column = |text: &str, of: &str| text[..text.find(of).unwrap()].chars().count();
    assert_eq!(column(lines[3], "here"), column(lines[4], "^^^^"), "{drawn}");
    // Six characters that were hidden take more columns than they have in the file.
    let own = line[..at].chars().count() + 1;
    for is_colored in [false, true] {
        let drawn = text(&[&diagnostic], &sources, is_colored);
        assert!(drawn.contains(&format!("clusters/a.yaml:1:{own}")), "{drawn}");
    }
    let text = json(&[&diagnostic], &sources);
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
}

#[test]
fn of_a_long_line_the_part_around_the_problem_is_shown() {
    let line = format!("{}HERE{}", "é".repeat(50_000), "x".repeat(50_000));
    let sources = sources(&line);
    let diagnostic = Diagnostic::new(&codes::WRONG, Span::new(FILE, 100_000..100_004), "too long");
    let drawn = drawn(&diagnostic, &sources);
    assert!(drawn.len() < 1000, "{}", drawn.len());
    assert!(drawn.contains("éHEREx") && drawn.contains("^^^^") && drawn.contains("a.yaml:1:50001"), "{drawn}");
}

#[test]
fn spans_that_do_not_fit_the_file_are_no_panic() {
    let sources = sources("é\n");
    for range in [0..900, 1..1, 1..2, 900..901, 3..3] {
        let diagnostic = Diagnostic::new(&codes::WRONG, Span::new(FILE, range), "x");
        assert!(!drawn(&diagnostic, &sources).is_empty());
    }
    let elsewhere = Diagnostic::new(&codes::WRONG, Span::new(FileId(9), 0..3), "x");
    assert!(!drawn(&elsewhere, &sources).is_empty());
    assert!(!json(&[&elsewhere], &sources).is_empty());
}

#[test]
fn programs_read_every_field() {
    let sources = sources("a: 1\n");
    let diagnostic = Diagnostic::new(&codes::ODD, Span::new(FILE, 3..4), "odd").related(Span::new(FILE, 0..1), "key");
    let list: serde_json::Value = serde_json::from_str(&json(&[&diagnostic], &sources)).unwrap();
    let expected = serde_json::json!([{
        "code": "odd-thing", "level": "warning", "message": "odd",
        "file": "clusters/a.yaml", "line": 1, "column": 4, "end_line": 1, "end_column": 5,
        "label": null, "help": null,
        "related": [
            {"message": "key", "file": "clusters/a.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 2},
        ],
    }]);
    assert_eq!(list, expected);
    assert_eq!(json(&[], &sources), "[]\n");
}

#[test]
fn problems_are_counted_by_level() {
    let odd = Diagnostic::new(&codes::ODD, None, "odd");
    let wrong = Diagnostic::new(&codes::WRONG, None, "wrong");
    assert_eq!(count(&[odd.clone(), wrong, odd]), "1 error, 2 warnings");
}
