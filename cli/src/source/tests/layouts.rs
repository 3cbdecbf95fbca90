use super::*;

const ENTRIES: [&str; 3] = [
    r#"{"insertId":"1","textPayload":"a \"quoted\" {brace} [and] \\ more","labels":{"k":"v"}}"#,
    r#"{"insertId":"2","jsonPayload":{"list":[{"insert":1},{"insert":2}],"deep":{"a":{"b":[]}}}}"#,
    r#"{"insertId":"3","textPayload":"ünï\u0000cødé 🔥","severity":"ERROR"}"#,
];

/// The records of a capture without white space, so that they can be compared whatever their layout.
fn compact(records: Vec<(u64, Kept)>) -> Vec<serde_json::Value> {
    let value = |(_, kept)| match kept {
        Kept::Json(text) => serde_json::from_str(&text).unwrap(),
        other => panic!("{other:?}"),
    };
    records.into_iter().map(value).collect()
}

fn entries() -> Vec<serde_json::Value> {
    ENTRIES.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

fn layouts() -> Vec<(&'static str, String)> {
    let each_pretty: Vec<String> = entries().iter().map(pretty).collect();
    vec![
        ("JSON Lines", ENTRIES.join("\n")),
        ("blank lines between", format!("\n{}\n \n\t\n", ENTRIES.join("\n\n  "))),
        ("list on one line", format!("[{}]", ENTRIES.join(","))),
        ("list, one element a line", format!("[\n{}\n]\n", ENTRIES.join(",\n"))),
        ("list, commas first", format!("[ {}\n]\n", ENTRIES.join("\n, "))),
        ("list, comma behind the last", format!("[\n{},\n]\n", ENTRIES.join(",\n"))),
        ("list as gcloud writes it", pretty(&entries().into())),
        ("lists one behind the other", format!("[\n  {}\n]\n[\n  {}\n]", ENTRIES[0], ENTRIES[1..].join(",\n  "))),
        ("objects one behind the other", each_pretty.join("\n")),
        ("objects on one line", format!("{}\n{}", ENTRIES[..2].join(" "), ENTRIES[2])),
        ("objects with commas", format!("{},\n", ENTRIES.join(",\n"))),
        ("a warning in front", format!("WARNING: your token expires\n{}", pretty(&entries().into()))),
    ]
}

#[test]
fn every_layout_line_end_encoding_and_packing_gives_the_same_records() {
    for (name, text) in layouts() {
        for (ends, text) in [("LF", text.clone()), ("CRLF", text.replace('\n', "\r\n"))] {
            for (encoding, bytes) in encodings(&text) {
                for (packing, bytes) in packings(&bytes) {
                    let mut records = read(&bytes);
                    if name == "a warning in front" {
                        assert!(matches!(records.remove(0), (1, Kept::Text(_))));
                    }
                    assert_eq!(compact(records), entries(), "{name}, {ends}, {encoding}, {packing}");
                }
            }
        }
    }
}

fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let wide = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
    vec![
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8 with mark", [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat()),
        ("UTF-16LE", [&[0xff, 0xfe], little.as_slice()].concat()),
        ("UTF-16BE", [&[0xfe, 0xff], big.as_slice()].concat()),
        ("UTF-16LE without mark", little),
        ("UTF-16BE without mark", big),
    ]
}

fn packings(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let (front, back) = bytes.split_at(bytes.len() / 3);
    vec![
        ("as it is", bytes.to_vec()),
        ("gzip", gzip(bytes)),
        ("gzip in two members", [gzip(front), gzip(back)].concat()),
        ("gzip padded with zeros", [gzip(bytes), vec![0; 700]].concat()),
        ("zstd", zstd_of(bytes)),
        ("zstd in two frames", [zstd_of(front), zstd_of(back)].concat()),
    ]
}

#[test]
fn lines_have_the_numbers_they_have_in_the_capture() {
    let lines = |text: &str| read(text.as_bytes()).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
    assert_eq!(lines("{\"a\":1}\n\n{\"a\":2}\r\n \r\n{\"a\":3}"), [1, 3, 5]);
    assert_eq!(lines("[\n  {\n    \"a\": 1\n  },\n\n  {\n    \"a\": 2\n  }, {\n    \"a\": 3\n  }\n]\n"), [2, 6, 8]);
    assert_eq!(lines("plain text\n\nmore of it\r\n  indented\nlast"), [1, 3, 5]);
}

#[test]
fn nothing_holds_no_records() {
    for text in ["", "\n\n", "[]", "[\n]\n", "  \n[ ] [ ]\n", "\u{feff}"] {
        assert_eq!(read(text.as_bytes()), [], "{text:?}");
    }
}

#[test]
fn a_wrapper_gives_its_records_each_at_its_line() {
    let one_line = format!(r#"{{"nextPageToken":"x","entries":[{}]}}"#, ENTRIES.join(","));
    assert_eq!(compact(read(one_line.as_bytes())), entries());
    let value: serde_json::Value = serde_json::from_str(&one_line).unwrap();
    let records = read(pretty(&value).as_bytes());
    assert_eq!(records.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 11, 29]);
    assert_eq!(compact(records), entries());
}

#[test]
fn a_large_wrapper_is_entered() {
    let filler = r#"{"kind":"x","ids":["a","b",{"c":1}],"page":{"n":1}}"#;
    let list = ENTRIES.join(",\n");
    let text = format!(
        "{{\"meta\":{filler},\n\"pages\":[\n{{\"entries\":[{list}]}},{{\"n\":2,\"more\":{{\"entries\":[\n{list}]}}}}],\"end\":true}}"
    );
    for record in [150, 200, 500] {
        let limits = Limits { chunk: 10, record, sniff: 64 };
        let found = compact(read_with(limits, Cursor::new(text.clone().into_bytes())));
        assert_eq!(found, [entries(), entries()].concat(), "{record}");
    }
}

#[test]
fn text_is_told_from_json() {
    let text = |bytes: &str| read(bytes.as_bytes()).iter().all(|(_, kept)| matches!(kept, Kept::Text(_)));
    assert!(text("[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok\n[Sun Dec 04 04:47:44 2005] [error] no\n"));
    assert!(text("[12] foo\n[13] bar\n"));
    assert!(text("{main} started\n{main} stopped\n"));
    assert!(text("{\n  code: 'E_NO',\n  errno: 1\n}\n[ 'a', 'b' ]\n{} done\n"));
    assert!(text("--- separator\ninsertId: of no entry\n"));
    assert_eq!(
        read(b"started\n{\"severity\":\"INFO\"}\n {\"a\":[1]} \nthe end {}\n{not json}\n"),
        [
            (1, Kept::Text("started".into())),
            (2, json("{\"severity\":\"INFO\"}")),
            (3, json("{\"a\":[1]}")),
            (4, Kept::Text("the end {}".into())),
            (5, Kept::Text("{not json}".into())),
        ]
    );
}

const YAML: &str = "---
insertId: 0012
jsonPayload:
  count: 3
  message: |-
    first: line
    ---- second
  ok: 'no'
labels: {}
logName: projects/p/logs/l
severity: ERROR
timestamp: '2025-09-14T04:00:00.123456789Z'
---
httpRequest:
  latency: 0.5s
  status: 503
insertId: '7'
---
insertId: [broken
---

insertId: last
textPayload: \"ünï \\u00e9\"
";

#[test]
fn the_yaml_that_gcloud_writes_is_read_document_by_document() {
    let read_back = |text: &str| {
        let limits = Limits { record: 1 << 10, ..TINY };
        let trickled = read_with(limits, Trickle { bytes: Cursor::new(text.as_bytes().to_vec()), at_once: 3 });
        let records = read(text.as_bytes());
        assert_eq!(trickled, records);
        records
    };
    let records = read_back(YAML);
    let lines: Vec<_> = records.iter().map(|(line, kept)| (*line, matches!(kept, Kept::Json(_)))).collect();
    assert_eq!(lines, [(2, true), (14, true), (19, false), (22, true)]);
    let Kept::Json(first) = &records[0].1 else { panic!() };
    let first: serde_json::Value = serde_json::from_str(first).unwrap();
    assert_eq!(
        first["jsonPayload"],
        serde_json::json!({"count": 3, "message": "first: line\n---- second", "ok": "no"})
    );
    let Kept::Broken(reason) = &records[2].1 else { panic!() };
    assert!(reason.starts_with("it is not YAML: ") && !reason.contains("broken"), "{reason}");
    assert_eq!(records[3].1, json("{\"insertId\":\"last\",\"textPayload\":\"ünï é\"}"));
    // Without dashes in front, and with other line ends.
    assert_eq!(read_back(YAML.trim_start_matches("---\n")).len(), 4);
    assert_eq!(read_back(&YAML.replace('\n', "\r\n")).len(), 4);
    // A document that is too long takes none of its neighbours with it.
    let long =
        format!("insertId: a\nlogName: l\nseverity: INFO\n---\ninsertId: {}\n---\ninsertId: c\n---", "x".repeat(5_000));
    let limits = Limits { chunk: 64, record: 200, sniff: 64 };
    let records = read_with(limits, Trickle { bytes: Cursor::new(long.into_bytes()), at_once: 50 });
    assert_eq!(records.len(), 3);
    assert_eq!(records[1], (5, Kept::Broken("it is longer than 200 bytes".into())));
}

#[test]
fn formats_that_are_not_read_are_named() {
    let mut tar = vec![b'a'; 600];
    tar[257..262].copy_from_slice(b"ustar");
    let cases: [(&[u8], &str); 5] = [
        (b"BZh91AY&SY", "bzip2"),
        (b"\xfd7zXZ\0\0", "xz"),
        (b"PK\x03\x04aaaa", "zip"),
        (&gzip(&tar), "tar"),
        (b"PAR1....", "Parquet"),
    ];
    for (bytes, name) in cases {
        let reason = unpack::unpacked(Box::new(Cursor::new(bytes.to_vec()))).err().unwrap();
        assert!(reason.contains(name), "{reason}");
    }
}
