use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use super::*;
use crate::mining::{Counted, SCHEMA};
use crate::report::{PackIdentity, Window};

fn template(text: &str, count: u64) -> Template {
    Template {
        id: crate::id::template_id(text),
        template: text.to_owned(),
        count,
        share: 0.5,
        log_severities: BTreeMap::from([("ERROR", count - 1), ("INFO", 1)]),
        first_seen: None,
        last_seen: crate::entry::Timestamp::parse("2025-09-14T04:00:00Z"),
        example: None,
    }
}

fn mined() -> Mined {
    Mined {
        schema: SCHEMA,
        pack: PackIdentity { name: "t".to_owned(), digest: "d".to_owned() },
        captures: vec!["a".to_owned()],
        window: Window::default(),
        entries: Counted { read: 1_236, malformed: 1, of_templates: 1_235, ..Counted::default() },
        templates: vec![
            template("took <*> ms \u{1b}[31m", 1_000),
            template(
                "=HYPERLINK(\"http://x\") \"quoted\", <*>\nsecond 漢字 line that is long enough to be cut somewhere",
                235,
            ),
        ],
        notes: vec!["a note".to_owned()],
    }
}

#[test]
fn tables_fit_and_say_where_every_record_went() {
    for width in [20, 40, 60, 80, 120, 200] {
        let table = templates_table(&mined(), &TableStyle { width, colour: false, ascii: false });
        assert!(table.lines().all(|line| line.width() <= width), "{width}:\n{table}");
        assert!(!table.contains('\u{1b}'), "{table}");
    }
    let table = templates_table(&mined(), &TableStyle { width: 120, colour: false, ascii: true });
    assert!(
        table.contains("1,236 read = 1 malformed + 0 duplicate + 0 outside the window + 1,235 of templates"),
        "{table}"
    );
    assert!(
        table.contains("############") && table.contains("ERROR 999, INFO 1") && table.contains("note: a note"),
        "{table}"
    );
    assert_eq!((bar(1, 1_000, false), bar(500, 1_000, false)), ("▏".to_owned(), "██████".to_owned()));
}

#[test]
fn spreadsheets_are_given_no_formulas() {
    let csv = templates_csv(&mined());
    assert_eq!(csv.matches("\r\n").count(), 3, "{csv}");
    assert!(csv.contains(",\"'=HYPERLINK(\"\"http://x\"\") \"\"quoted\"\", <*> ⏎ second"), "{csv}");
    assert!(!csv.contains('\u{1b}'));
}

fn lines<'r>(write: impl Fn(&Row<'r>, &mut String), row: Row<'r>) -> String {
    let mut out = String::new();
    write(&row, &mut out);
    out
}

#[test]
fn records_are_one_line_each() {
    let row = Row { capture: "a\tb", line: 7, record: 3, template: Some(("template-1", "=x\t<*>\n\u{202e}")) };
    assert_eq!(lines(Row::tsv, row), "a b\t7\ttemplate-1\t=x <*> ⏎ \\u{202e}\n");
    assert_eq!(lines(Row::csv, row), "a b,7,3,template-1,\"'=x <*> ⏎ \\u{202e}\"\r\n");
    let json = lines(Row::json, row);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json.lines().count(), &value["template"]), (1, &"=x\t<*>\n\u{202e}".into()));
    assert!(!json.contains('\u{202e}'));
    let none = Row { template: None, ..row };
    assert_eq!(lines(Row::tsv, none), "a b\t7\t\t\n");
    assert!(lines(Row::json, none).contains("\"id\":null"));
}
