//! What is an entry, and what holds some.

use super::*;

fn text(entry: Entry<'_>, path: &str) -> Option<String> {
    entry.text_at(&FieldPath::parse(path).unwrap()).map(Cow::into_owned)
}

#[test]
fn only_a_payload_makes_a_log_entry_of_what_has_names_of_its_own() {
    for record in [
        r#"{"insertId":"a1","severity":"CRITICAL","message":"boom","context":{"name":"x"},"labels":{"line":"1"}}"#,
        r#"{"logName":"projects/p/logs/l","severity":"CRITICAL","message":"boom","context":{"name":"x"}}"#,
        r#"{"httpRequest":{"status":500},"severity":"CRITICAL","message":"boom","context":{"name":"x"}}"#,
        r#"{"textPayload":null,"jsonPayload":null,"severity":"CRITICAL","message":"boom","context":{"name":"x"}}"#,
    ] {
        with_entry(record, |entry| {
            assert_eq!(entry.shape(), Shape::Flattened, "{record}");
            assert_eq!(entry.message(), Some("boom"), "{record}");
            assert_eq!(entry.severity(), LogSeverity::Critical);
            assert_eq!(text(entry, "jsonPayload.context.name").as_deref(), Some("x"));
        });
    }
    with_entry(r#"{"httpRequest":{"status":500},"severity":"ERROR","message":"m"}"#, |entry| {
        assert_eq!(text(entry, "httpRequest.status").as_deref(), Some("500"));
        assert_eq!(text(entry, "jsonPayload.httpRequest.status"), None);
    });
    for record in [
        r#"{"insertId":"a1","logName":"l","httpRequest":{"status":500}}"#,
        r#"{"textPayload":"boom","message":"of nothing"}"#,
        r#"{"insertId":"a1","jsonPayload":{},"apphub":{}}"#,
    ] {
        with_entry(record, |entry| assert_eq!(entry.shape(), Shape::LogEntry, "{record}"));
    }
}

#[test]
fn paths_lead_into_a_flattened_entry_as_into_a_payload() {
    let record =
        r#"{"@type":"t","severity":"ERROR","a":{"b":"first"},"a":{"b":"last"},"value":{"c":"below","severity":"x"}}"#;
    with_entry(record, |entry| {
        assert_eq!(text(entry, "jsonPayload.a.b").as_deref(), Some("last"));
        assert_eq!(text(entry, "jsonPayload.value.c").as_deref(), Some("below"));
        // The step `value` may be left out, but what is a field of the entry is no payload.
        assert_eq!(text(entry, "jsonPayload.c").as_deref(), Some("below"));
        assert_eq!(text(entry, "jsonPayload.severity"), None);
        assert_eq!(text(entry, "jsonPayload.none"), None);
        let root = entry.first(&FieldPath::parse("jsonPayload").unwrap()).unwrap();
        assert_eq!(root.index(), entry.root().index());
    });
}

#[test]
fn a_flattened_entry_has_an_identity_too() {
    let (batch, _) = batch(&[
        r#"{"insertId":"i","logName":"l","timestamp":"2025-09-14T04:54:36Z","message":"m"}"#,
        r#"{"insertId":"i","logName":"l","timestamp":"2025-09-14T04:54:36Z","jsonPayload":{"message":"m"}}"#,
        r#"{"insertId":7,"message":"m"}"#,
        r#"{"logging.googleapis.com/insertId":"7","message":"m"}"#,
    ]);
    let ids: Vec<_> = batch.heads().iter().map(Head::identity).collect();
    assert!(ids[0].is_some() && ids[0] == ids[1]);
    assert!(ids[2].is_some() && ids[2] == ids[3]);
}

#[test]
fn the_special_keys_of_structured_logs_mean_their_fields() {
    let record = r#"{"severity":"ERROR","message":"m","labels":{"own":"1"},"logging.googleapis.com/labels":{"a":"b"},
        "logging.googleapis.com/trace":"projects/p/traces/t","logging.googleapis.com/spanId":"s",
        "logging.googleapis.com/trace_sampled":true,"logging.googleapis.com/insertId":"i",
        "logging.googleapis.com/operation":{"id":"o"},"logging.googleapis.com/sourceLocation":{"file":"a.py","line":"7"}}"#;
    with_entry(record, |entry| {
        for (path, expected) in [
            ("labels.a", Some("b")),
            ("labels.own", None),
            ("jsonPayload.labels.own", Some("1")),
            ("trace", Some("projects/p/traces/t")),
            ("spanId", Some("s")),
            ("traceSampled", Some("true")),
            ("insertId", Some("i")),
            ("operation.id", Some("o")),
            ("sourceLocation.line", Some("7")),
            (r#"jsonPayload."logging.googleapis.com/trace""#, None),
        ] {
            assert_eq!(text(entry, path).as_deref(), expected, "{path}");
        }
    });
}

fn messages(record: &'static str) -> (Vec<String>, usize) {
    let (batch, malformed) = batch(&[record]);
    let shown = |head| Entry::new(&batch, head, &message()).message().unwrap_or("-").to_owned();
    (batch.heads().iter().map(shown).collect(), malformed.len())
}

#[test]
fn what_stands_beside_a_list_of_entries_makes_no_entry_of_it() {
    for beside in [
        r#""severity":"P1""#,
        r#""message":"Found 2 entries""#,
        r#""level":"info""#,
        r#""logName":"projects/p/logs/l""#,
        r#""insertId":"x""#,
        r#""httpRequest":{"status":200}"#,
        r#""kind":"list""#,
    ] {
        for list in [
            r#"{BESIDE,"entries":[{"textPayload":"a"},{"logName":"l","textPayload":"b"}]}"#,
            r#"{"entries":[{"textPayload":"a"},{"textPayload":"b"}],BESIDE}"#,
            r#"{BESIDE,"data":{"pages":[{"logs":[{"textPayload":"a"}]},{"logs":[{"textPayload":"b"}]}]}}"#,
            r#"[{BESIDE,"entries":[{"textPayload":"a"}]},{"entries":[{"textPayload":"b"}]}]"#,
            r#"{"pages":[{BESIDE,"entries":[{"textPayload":"a"},{"textPayload":"b"}]}]}"#,
        ] {
            let record = Box::leak(list.replace("BESIDE", beside).into_boxed_str());
            assert_eq!(messages(record), (vec!["a".to_owned(), "b".to_owned()], 0), "{record}");
        }
    }
}

#[test]
fn an_entry_below_elements_that_are_none_is_found() {
    // As search engines answer: each hit says where it is from, and holds the entry.
    let hit = |entry: &str| format!(r#"{{"_index":"logs","_source":{entry}}}"#);
    let hits = [r#"{"textPayload":"a"}"#, r#"{"logName":"l","jsonPayload":{"message":"b"}}"#].map(hit).join(",");
    let record = Box::leak(format!(r#"{{"took":3,"hits":{{"hits":[{hits}]}}}}"#).into_boxed_str());
    assert_eq!(messages(record), (vec!["a".to_owned(), "b".to_owned()], 0));
    let (batch, malformed) = batch(&[r#"{"entries":[{"entries":{"textPayload":null,"x":1}}]}"#]);
    assert_eq!(malformed.len(), 0);
    let whole = |head| Entry::new(&batch, head, &message()).root().to_json().to_string();
    assert_eq!(batch.heads().iter().map(whole).collect::<Vec<_>>(), [r#"{"textPayload":null,"x":1}"#]);
}

#[test]
fn an_entry_that_holds_a_list_is_one_entry() {
    for record in [
        r#"{"textPayload":"m","entries":[{"textPayload":"a"}]}"#,
        r#"{"jsonPayload":{"message":"m","entries":[{"insertId":"a","textPayload":"b"}]}}"#,
        r#"{"message":"m","severity":"ERROR","errors":[{"message":"a"},{"message":"b","severity":"ERROR"}]}"#,
        r#"{"message":"m","context":{"logName":"l"}}"#,
    ] {
        assert_eq!(messages(record), (vec!["m".to_owned()], 0), "{record}");
    }
    // Nothing tells that these are no records, and they look like some.
    assert_eq!(messages(r#"{"errors":[{"message":"a"},{"x":1},7]}"#), (vec!["a".to_owned(), "-".to_owned()], 1));
}

#[test]
fn json_that_the_grammar_allows_is_read() {
    for (record, expected) in [
        (r#"{"message":"x \udcff y"}"#, "x \u{fffd} y"),
        (r#"{"message":"x \ud83d"}"#, "x \u{fffd}"),
        (r#"{"message":"x \ud83d\ud83d\ude00"}"#, "x \u{fffd}\u{1f600}"),
        (r#"{"a":1e999,"b":[-1E+400, 1e5],"c":"1e999 \"1e999\"","message":"x"}"#, "x"),
    ] {
        assert_eq!(messages(record), (vec![expected.to_owned()], 0), "{record}");
    }
    with_entry(r#"{"a":1e999,"b":-1E+400,"c":1e5,"d":"\"1e999","message":"x"}"#, |entry| {
        let values = ["a", "b", "c", "d"].map(|name| text(entry, &format!("jsonPayload.{name}")).unwrap());
        assert_eq!(values, ["1e999", "-1E+400", "100000", "\"1e999"]);
    });
}

#[test]
fn of_what_cannot_be_read_whole_nothing_is_kept() {
    let mut batch = Batch::new();
    batch.push_whole_json(r#"{"textPayload":"a"}"#).unwrap();
    for wrong in [r#"{"entries":[{"textPayload":"a"},{"textPayload":7}]}"#, r#"[{"message":"a"},7]"#, r#"{"message":"#]
    {
        let before = (batch.len(), batch.tape.nodes.len());
        assert!(batch.push_whole_json(wrong).is_err());
        assert_eq!((batch.len(), batch.tape.nodes.len()), before);
    }
    batch.push_whole_json(r#"{"entries":[{"textPayload":"a"},{"textPayload":"b"}]}"#).unwrap();
    assert_eq!(batch.len(), 3);
}
