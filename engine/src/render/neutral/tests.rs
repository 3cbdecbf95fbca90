//! What Markdown parsers make of neutralised text.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::*;

fn parsed(markdown: &str) -> Vec<Event<'_>> {
    Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION).collect()
}

/// The text of a document that is one paragraph of nothing but text; else what else there is.
fn only_text(markdown: &str) -> Result<String, String> {
    let mut out = String::new();
    for (at, event) in parsed(markdown).into_iter().enumerate() {
        match event {
            Event::Start(Tag::Paragraph) if at == 0 => {}
            Event::End(TagEnd::Paragraph) => {}
            Event::Text(text) => out.push_str(&text),
            other => return Err(format!("{other:?}")),
        }
    }
    Ok(out)
}

fn without_breaks(text: &str) -> String {
    text.replace('\u{200b}', "")
}

/// What is special somewhere.
const PIECES: &[&str] = &[
    "*",
    "**",
    "_",
    "`",
    "```",
    "~",
    "~~",
    "[",
    "]",
    "(",
    ")",
    "[x]: y",
    "![",
    "<",
    ">",
    "<b>",
    "</",
    "<!--",
    "-->",
    "<?",
    "&",
    "&lt;",
    "&#60;",
    ";",
    "#",
    "# ",
    "#1",
    "GH-1",
    "@a",
    "@",
    "a@b.c",
    "-",
    "- ",
    "---",
    "+ ",
    "=",
    "===",
    "1. ",
    "1) ",
    "1",
    ".",
    ":",
    ": ",
    "://",
    "https://",
    "www.",
    "http",
    "|",
    "||",
    "\\",
    "\\|",
    "$",
    "$5",
    "^",
    "{",
    "}",
    "{{",
    "{%",
    "\n",
    "\n\n",
    "\r",
    "\t",
    "    ",
    " ",
    "  \n",
    "a",
    "b c",
    "É",
    "👩\u{200d}💻",
    "❤\u{fe0f}",
    "\u{0}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{9b}",
    "\u{200b}",
    "\u{202e}",
    "\u{2066}",
    "\u{2028}",
    "\u{feff}",
    "\u{fdd0}",
    "\u{e0041}",
    "\u{a0}",
    "\u{2003}",
    "[^1]",
    "[ ] ",
    "[!NOTE]",
    "![[",
    "[[",
    "||a||",
    "^a^",
    "~a~",
];

/// Strings of what is special somewhere, and of anything.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(PIECES);
    prop_oneof![
        4 => prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn inline_text_stays_text(text in hostile()) {
        let markdown = inline(&text);
        let shown = only_text(&markdown).map_err(|other| TestCaseError::fail(format!("{markdown:?}: {other}")))?;
        prop_assert_eq!(without_breaks(&shown), flat(&text), "{}", markdown);
    }

    #[test]
    fn inline_text_stays_where_it_is_put(text in hostile()) {
        let shown = inline(&text);
        let heading = format!("### A {shown}\n\nnext");
        prop_assert_eq!(parsed(&heading).iter().filter(|event| matches!(event, Event::Start(_))).count(), 2, "{}", heading);
        let item = format!("1. **a {shown} b** (c)\n2. d\n");
        prop_assert!(parsed(&item).iter().all(|event| !matches!(event, Event::Code(_) | Event::InlineHtml(_) | Event::Html(_))), "{}", item);
        let comment = format!("<!-- {shown} -->");
        prop_assert_eq!(comment.matches("-->").count(), 1);
        prop_assert!(!comment.contains("--!>"));
    }

    #[test]
    fn cells_stay_cells(text in hostile(), other in hostile()) {
        let row = format!("| {} | {} | {} |", inline_pending(&text), code_span_pending(&other), inline_pending(&other));
        let table = settle_pipes(&format!("| a | b | c |\n|---|---|---|\n{row}\n"));
        let events = parsed(&table);
        let cells = events.iter().filter(|event| matches!(event, Event::Start(Tag::TableCell))).count();
        prop_assert_eq!(cells, 6, "{}", table);
        let is_code = |event: &Event<'_>| matches!(event, Event::Code(_) | Event::Text(_) | Event::Start(_) | Event::End(_))
            || matches!(event, Event::InlineHtml(html) if ["<code>", "</code>"].contains(&&**html));
        prop_assert!(events.iter().all(is_code), "{}", table);
        let links = events.iter().filter(|event| matches!(event, Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Strong)));
        prop_assert_eq!(links.count(), 0, "{}", table);
    }

    #[test]
    fn code_stays_code(text in hostile(), before in "[a-z ]{0,3}") {
        let span = code_span(&text);
        let events = parsed(&span);
        if !flat(&text).contains("\\|") {
            let shown: Vec<&Event<'_>> = events.iter().filter(|event| !matches!(event, Event::Start(_) | Event::End(_))).collect();
            let expected = if flat(&text).is_empty() { " ".to_owned() } else { flat(&text) };
            let expected = Event::Code(expected.into());
            prop_assert_eq!(shown, vec![&expected], "{}", span);
        }
        let block = format!("{before}\n\n{}\n\nend", fence(&text, "json"));
        let inside: String = parsed(&block)
            .iter()
            .skip_while(|event| !matches!(event, Event::Start(Tag::CodeBlock(_))))
            .take_while(|event| !matches!(event, Event::End(TagEnd::CodeBlock)))
            .filter_map(|event| if let Event::Text(text) = event { Some(text.to_string()) } else { None })
            .collect();
        let expected = lines(&text);
        prop_assert_eq!(inside.trim_end_matches('\n'), expected.trim_end_matches('\n'));
    }

    #[test]
    fn links_go_only_where_they_say(text in hostile(), path in hostile()) {
        let markdown = link(&text, &format!("https://github.com/{path}"));
        let events = parsed(&markdown);
        prop_assert!(matches!(&events[1], Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with("https://github.com/")), "{}", markdown);
        prop_assert!(matches!(events[events.len() - 2], Event::End(TagEnd::Link)), "{}", markdown);
        prop_assert_eq!(events.iter().filter(|event| matches!(event, Event::Start(_))).count(), 2);
    }

    #[test]
    fn nothing_is_linked_by_github(text in hostile()) {
        // It looks in the text that comes out of Markdown.
        let shown = only_text(&inline(&text)).unwrap_or_default();
        let links = regex::Regex::new(r"(?i)@[a-z0-9]|#[0-9]|\bgh-[0-9]|://|\bwww\.").unwrap();
        prop_assert!(!links.is_match(&shown), "{shown:?}");
    }
}

#[test]
fn ordinary_text_is_left_alone() {
    for text in [
        "High Buffer Utilization - Timeout Configuration Mismatch",
        "netra_backend.app.websocket_core -> 92.1% (was 91.2%)",
        "GCP-staging-P2-SessionMiddleware-REGRESSION - 17+ Daily High-Frequency Warnings",
        "relates to Golden Path user flow ($500K+ ARR)",
        "User auto-created from JWT=REDACTED",
        "a < b && c > d, \"quoted\" it's 100% of C:\\temp; key=value {x: 1}",
        "-1 is not 1.5 s; C#; 3) is no list here; AT&T & co.",
        "größer als 5 µs, 日本語, ⚠️ 👩\u{200d}💻",
    ] {
        assert_eq!(inline(text), text);
    }
}

#[test]
fn special_text_is_escaped_sparingly() {
    for (text, markdown) in [
        ("Created user ***@netrasystems.ai from JWT", "Created user \\*\\*\\*@&#8203;netrasystems.ai from JWT"),
        ("[🔑] USER", "\\[🔑\\] USER"),
        ("_handle_main_mode", "\\_handle_main_mode"),
        ("1. one", "1\\. one"),
        ("# one", "\\# one"),
        ("closes acme/repo#12", "closes acme/repo#&#8203;12"),
        ("see https://x.org and www.x.org", "see https:&#8203;//x.org and www&#8203;.x.org"),
        ("one\ntwo\r\n\r\n three", "one ⏎ two ⏎ ⏎  three"),
        ("&lt; &#60; &copy", "&amp;lt; &amp;#&#8203;60; &copy"),
        ("\u{1b}[31m\u{202e}", "␛\\[31m\\u{202e}"),
    ] {
        assert_eq!(inline(text), markdown);
    }
}

#[test]
fn long_runs_take_no_long() {
    for piece in ["_", "#", "&", "1", "1. ", "`", "\\", "|", "@", "\n"] {
        let text = piece.repeat(200_000);
        assert!(inline(&text).len() >= text.trim().len());
        assert!(code_span(&text).len() > 2);
    }
}

#[test]
fn texts_are_shortened_visibly() {
    assert_eq!(shortened("abc", 3), "abc");
    assert_eq!(shortened("abcd", 3), "ab…");
    assert_eq!(shortened("a  d", 3), "a…");
    assert_eq!(shortened("", 0), "");
}
