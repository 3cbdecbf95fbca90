use gardener_engine::diagnostic::{Code, Diagnostic, Sources, Span};
use serde_json::Value;

use super::*;

static WRONG: Code =
    Code { id: "wrong-thing", level: Level::Error, summary: "a thing is wrong", explanation: "Mend *it*." };
static ODD: Code =
    Code { id: "odd-thing", level: Level::Warning, summary: "a thing is odd", explanation: "Look at it." };

fn findings() -> Findings {
    let place = |file: &str, end| Some(Place { file: file.to_owned(), start: (3, 5), end });
    let hostile = "<b>&\"x\"</b> \u{1b}[31m 100%\r\n::error::forged \u{202e}";
    Findings {
        command: "gardener check",
        checks: vec![
            Check {
                suite: "rules/a".into(),
                name: "gardener.yaml".into(),
                file: Some("rules/a/gardener.yaml".into()),
                has_passed: true,
                findings: vec![],
            },
            Check {
                suite: "rules/a".into(),
                name: "clusters/ä b.yaml".into(),
                file: Some("rules/a/clusters/ä b.yaml".into()),
                has_passed: false,
                findings: vec![
                    Finding {
                        code: &WRONG,
                        message: hostile.into(),
                        details: vec![Detail::Text("help: mend it".into())],
                        place: place("rules/a/clusters/ä b.yaml", Some((3, 9))),
                    },
                    Finding {
                        code: &ODD,
                        message: "odd".into(),
                        details: vec![],
                        place: place("rules/a/clusters/ä b.yaml", None),
                    },
                ],
            },
            Check {
                suite: "rules/b".into(),
                name: "x".into(),
                file: None,
                has_passed: true,
                findings: vec![Finding { code: &ODD, message: "odd".into(), details: vec![], place: None }],
            },
        ],
    }
}

#[test]
fn junit_is_what_servers_read() {
    let xml = junit(&findings());
    assert!(!xml.contains('\u{1b}') && !xml.contains('\u{202e}'), "{xml}");
    insta::assert_snapshot!(xml);
}

#[test]
fn sarif_is_what_code_scanning_reads() {
    let text = sarif(&findings());
    let log: Value = serde_json::from_str(&text).unwrap();
    let run = &log["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][at]["id"], result["ruleId"]);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn annotations_cannot_be_forged() {
    let text = github(&findings());
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.lines().all(|line| line.starts_with("::error file=") || line.starts_with("::warning ")), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn nothing_found_is_an_empty_report_and_not_none() {
    let none = Findings { command: "gardener check", checks: vec![] };
    assert_eq!(github(&none), "");
    assert!(junit(&none).contains("tests=\"0\""));
    assert_eq!(serde_json::from_str::<Value>(&sarif(&none)).unwrap()["runs"][0]["results"], Value::Array(vec![]));
}

#[test]
fn a_diagnostic_is_one_command() {
    let mut sources = Sources::new();
    let file = sources.add("odd,name:1.yaml", "a: 100%\n");
    let diagnostic = Diagnostic::new(&ODD, Span::new(file, 3..7), "100% is odd\nvery")
        .label("so much")
        .help("say less")
        .related(Span::new(file, 0..1), "of this");
    let annotation = |diagnostic: &Diagnostic| {
        let findings = vec![Finding::of_diagnostic(diagnostic, &sources)];
        let check = Check { suite: "s".into(), name: "n".into(), file: None, has_passed: true, findings };
        github(&Findings { command: "gardener check", checks: vec![check] })
    };
    assert_eq!(
        annotation(&diagnostic),
        "::warning file=odd%2Cname%3A1.yaml,line=1,endLine=1,col=4,endColumn=7,title=odd-thing::\
         100%25 is odd%0Avery%0Aso much%0Aodd,name:1.yaml:1:1: of this%0Ahelp: say less\n"
    );
    assert_eq!(annotation(&Diagnostic::new(&WRONG, None, "no")), "::error title=wrong-thing::no\n");
}
