use std::collections::BTreeSet;

use super::*;

fn json_of(records: &[(u64, Kept)]) -> Vec<&str> {
    records
        .iter()
        .filter_map(|(_, kept)| if let Kept::Json(text) = kept { Some(text.as_str()) } else { None })
        .collect()
}

fn broken(records: &[(u64, Kept)]) -> Vec<(u64, &str)> {
    let reason = |(line, kept): &(u64, Kept)| match kept {
        Kept::Broken(reason) => Some((*line, reason.clone())),
        _ => None,
    };
    let reasons: Vec<_> = records.iter().filter_map(reason).collect();
    reasons.into_iter().map(|(line, reason)| (line, &*reason.leak())).collect()
}

#[test]
fn lines_that_are_broken_stand_alone() {
    let text = b"{\"broken\": \n{\"a\":1}\n{\"b\":\"\xff\"}\n{\"c\":\"\0\"}\n{\"x\":1} y\n{\"x\":1},\"y\":2}\n{\"d\":1}\n{\"e\"";
    let records = read(text);
    assert_eq!(json_of(&records), ["{\"a\":1}", "{\"x\":1}", "{\"d\":1}"]);
    assert_eq!(
        broken(&records),
        [
            (1, "it ends in the middle of a JSON value"),
            (3, "it is not valid UTF-8 at byte 7"),
            (4, "it is not valid JSON at character 6"),
            (5, "it stands behind the end of a JSON value"),
            (6, "there is something behind the end of its JSON value"),
            (8, "it ends in the middle of a JSON value"),
        ]
    );
    let all_broken = read(b"{\"a\":1\n{\"b\":2\n{\"c\":3\n");
    assert_eq!(broken(&all_broken).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn text_that_is_not_utf8_is_told() {
    let records = read(b"caf\xe9 opened\nother line\n");
    assert_eq!(broken(&records), [(1, "it is not valid UTF-8 at byte 4")]);
    assert_eq!(records[1], (2, Kept::Text("other line".into())));
}

/// One element is broken in each of many ways, in each of several layouts; the others are read all the same.
#[test]
fn elements_that_are_broken_do_not_lose_their_neighbours() {
    let element = |n: usize| {
        format!(
            "{{\n  \"insertId\": \"{n}\",\n  \"labels\": {{\n    \"a\": \"b\"\n  }},\n  \"list\": [\n    {{\n      \"x\": 1\n    }}\n  ]\n}}"
        )
    };
    let spoil: [(&str, &str); 9] = [
        ("\"5\",", "\"5,"),
        ("\"5\",", "5\","),
        ("\"5\",", "\"5\""),
        ("\"insertId\": \"5\"", "\"insertId\" \"5\""),
        ("  },\n", "  ,\n"),
        ("  ]\n}", "  ]\n"),
        ("    }\n  ]", "    }\n"),
        ("    {\n", "    {{\n"),
        ("\"a\": \"b\"", "\"a\": \"b\\\""),
    ];
    for (good, bad) in spoil {
        let elements: Vec<String> =
            (0..9).map(|n| if n == 5 { element(n).replacen(good, bad, 1) } else { element(n) }).collect();
        let indented: Vec<String> = elements.iter().map(|text| text.replace('\n', "\n  ")).collect();
        let one_line: Vec<String> = elements.iter().map(|text| text.replace(['\n', ' '], "")).collect();
        let layouts = [
            ("indented list", format!("[\n  {}\n]\n", indented.join(",\n  "))),
            ("list", format!("[{}]", elements.join(", "))),
            ("wrapper", format!("{{\n\"entries\": [\n  {}\n]}}\n", indented.join(",\n  "))),
            ("objects", elements.join("\n")),
            ("one line", format!("[{}]", one_line.join(","))),
            ("one element a line", format!("[\n{}\n]", one_line.join(",\n"))),
        ];
        for (name, text) in layouts {
            let records = read(text.as_bytes());
            let read: Vec<&str> = json_of(&records);
            for n in (0..9).filter(|n| *n != 5) {
                let id = format!("\"{n}\"");
                let found = read.iter().filter(|text| text.contains(&id) && text.contains("insertId")).count();
                assert_eq!(found, 1, "element {n}, {name}, `{good}` to `{bad}`:\n{records:#?}");
            }
            let broken = broken(&records).len();
            assert!((1..=2).contains(&broken), "{name}, `{good}` to `{bad}`:\n{records:#?}");
        }
    }
}

#[test]
fn a_file_that_is_cut_off_has_one_broken_record() {
    let entry =
        |n: u32| format!("  {{\n    \"insertId\": \"{n}\",\n    \"labels\": {{\n      \"a\": \"b\"\n    }}\n  }}");
    let list = format!("[\n{},\n{},\n{}\n]", entry(1), entry(2), entry(3));
    for text in [list.clone(), format!("{{\"entries\": {list}}}"), list.replace(['\n', ' '], "")] {
        let whole = text.rfind("\"3\"").unwrap();
        let cut = &text[..whole + 12];
        let records = read(cut.as_bytes());
        assert_eq!(json_of(&records).len(), 2, "{records:#?}");
        let [(_, reason)] = broken(&records)[..] else { panic!("{records:#?}") };
        assert_eq!(reason, "it ends in the middle of a JSON value");
        // In front of a record: none is broken, but the capture is not whole.
        let records = read(text.as_bytes()[..text.rfind("\"insertId\":").unwrap()].trim_ascii_end());
        assert_eq!(json_of(&records).len(), 2);
        assert_eq!(broken(&records).len(), 1, "{records:#?}");
    }
    let records = read(format!("[{},{},", entry(1), entry(2)).as_bytes());
    assert_eq!(broken(&records), [(11, "the capture ends before its list of records is closed")]);
}

#[test]
fn what_is_too_long_is_passed_over_and_its_neighbours_are_read() {
    let limits = Limits { chunk: 64, record: 200, sniff: 128 };
    let long = format!("{{\"insertId\":\"b\",\"textPayload\":\"{}\",\"more\":[[{{}}]]}}", "x{[\\\"".repeat(500));
    let (first, last) = ("{\"insertId\":\"a\"}", "{\"insertId\":\"c\"}");
    for text in [
        format!("{first}\n{first}\n{long}\n{last}"),
        format!("[{first},{first},{long},{last}]"),
        format!("[\n  {first},\n  {first},\n  {long},\n  {last}\n]"),
        format!("{{\"x\":1,\"entries\":[\n  {first},\n  {first},\n  {long},\n  {last}\n]}}"),
        format!("some text\nand\nmore\n{first}\nof it\n{first}\n{long}\n{last}\n"),
    ] {
        for at_once in [1, 50, 1_000_000] {
            let bytes = Trickle { bytes: Cursor::new(text.clone().into_bytes()), at_once };
            let records = read_with(limits, bytes);
            assert_eq!(json_of(&records), [first, first, last], "{text}");
            let [(_, reason)] = broken(&records)[..] else { panic!("{records:#?}") };
            assert_eq!(reason, "it is longer than 200 bytes");
        }
    }
}

/// `front`, then `filler` for a while, then `back`.
struct Endless {
    front: Cursor<Vec<u8>>,
    filler: u8,
    left: usize,
    back: Cursor<Vec<u8>>,
    /// The most room it may be given.
    most: usize,
}

impl Read for Endless {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        assert!(room.len() <= self.most, "the window grows without bound");
        let count = self.front.read(room)?;
        if count > 0 {
            return Ok(count);
        }
        let count = room.len().min(self.left);
        if count == 0 {
            return self.back.read(room);
        }
        room[..count].fill(self.filler);
        self.left -= count;
        Ok(count)
    }
}

#[test]
fn a_record_without_end_takes_no_memory() {
    let line = "{\"insertId\":\"b\",\"textPayload\":\"";
    let cases = [
        (format!("{{\"a\":1}}\n{line}"), b'x', "\"}\n{\"a\":2}\n", 2),
        (format!("[{{\"a\":1}},{line}"), b'x', "\"},{\"a\":2}]", 2),
        ("[{\"a\":1},{\"b\":".to_owned(), b'[', "\n{\"a\":2}]", 2),
        ("[{\"a\":1},".to_owned(), b'[', "\n{\"a\":2}]", 2),
        ("[{\"a\":1},".to_owned(), b' ', "\n{\"a\":2}]", 2),
        ("[{\"a\":1},".to_owned(), b'{', "\n{\"a\":2}]", 2),
        ("some text\n".to_owned(), b'x', "\nmore", 0),
        (line.to_owned(), b'\n', "{\"a\":2}\n", 1),
    ];
    for (front, filler, back, count) in cases {
        let shown = format!("{front}{}", char::from(filler));
        let bytes = Endless {
            front: Cursor::new(front.into_bytes()),
            filler,
            left: 2 << 20,
            back: Cursor::new(back.as_bytes().to_vec()),
            most: 256 << 10,
        };
        let records = read_with(Limits { chunk: 8 << 10, record: 64 << 10, sniff: 4 << 10 }, bytes);
        assert_eq!(json_of(&records).len(), count, "{shown}: {:?}", broken(&records));
        assert!(broken(&records).len() <= 2, "{shown}: {:?}", broken(&records));
    }
}

#[test]
fn a_line_of_many_mebibytes_takes_no_memory() {
    let bytes = Endless {
        front: Cursor::new(b"{\"a\":1}\n{\"b\":\"".to_vec()),
        filler: b'x',
        left: 128 << 20,
        back: Cursor::new(b"\"}\n{\"a\":2}\n".to_vec()),
        most: 4 * MAX_RECORD,
    };
    let records = read_with(LIMITS, bytes);
    assert_eq!(json_of(&records), ["{\"a\":1}", "{\"a\":2}"]);
    assert_eq!(broken(&records), [(2, "it is longer than 4 MiB")]);
}

#[test]
fn places_are_told() {
    let records = read(b"[\n  {\n    \"a\": 1\n    \"b\": 2\n  },\n  {\n    \"a\": 3\n  }\n]");
    assert_eq!(broken(&records), [(2, "it is not valid JSON: a comma or `}` was expected at line 4, column 5")]);
    let records = read(b"[{\"a\":1,\"b\" 2},{\"a\":3}]");
    let reason = "it is not valid JSON: a colon was expected at character 12";
    assert_eq!(broken(&records), [(1, reason)]);
}

#[test]
fn a_broken_line_makes_no_chunk_larger_than_others() {
    let line =
        |at: usize| format!(r#"{{"severity":"INFO","message":"{at}","context":{{"logName":"{}"}}}}"#, "x".repeat(400));
    let cut = line(0).replace("\"}}", "");
    let line = |at: usize, break_at| if at % break_at == 99 { cut.clone() } else { line(at) };
    for break_at in [100_000, 5_000, 700] {
        let text: String = (0..20_000).map(|at| line(at, break_at) + "\n").collect();
        let reader = CaptureReader::of(Box::new(Cursor::new(text.into_bytes())), LIMITS);
        let chunks: Vec<Chunk> = reader.map(Result::unwrap).collect();
        let lines: BTreeSet<u64> = chunks.iter().flat_map(records_of).map(|(line, _)| line).collect();
        assert_eq!(lines.len(), 20_000);
        let largest = chunks.iter().map(Chunk::byte_len).max().unwrap();
        assert!(largest <= 2 * LIMITS.chunk + 1_000, "{largest}");
        let room = chunks.into_iter().map(|chunk| chunk.into_bytes().capacity()).max().unwrap();
        assert!(room <= 3 * LIMITS.chunk, "{room}");
    }
}

#[test]
fn what_is_left_over_from_something_broken_is_behind_it_and_nowhere_else() {
    let (cut, good) = ("{\"severity\":\"ERROR\",\"message\":\"x\n", "{\"severity\":\"ERROR\",\"message\":\"ok\"}\n");
    let prefixed = "web-1 | {\"severity\": \"ERROR\", \"textPayload\": \"beta\"}\n";
    for behind in [good, "{\n \"severity\":\"ERROR\",\n \"message\":\"pretty\"\n}\n"] {
        let text = [cut, good, good, good, prefixed, behind].concat();
        assert_eq!(broken(&read(text.as_bytes())).len(), 1, "{text}");
    }
    // However much stands between.
    let text = [cut, &good.repeat(9_000), "\"k\": 1,\n", &good.repeat(9_000)].concat();
    let trickled = read_with(LIMITS, Trickle { bytes: Cursor::new(text.clone().into_bytes()), at_once: 64 << 10 });
    assert_eq!(broken(&read_with(LIMITS, Cursor::new(text.into_bytes()))), broken(&trickled));
}

#[test]
fn lines_are_counted_behind_one_that_is_too_long() {
    let text = format!("a\n{}{}text ERROR here\n", " ".repeat((4 << 20) + 1), "\n".repeat(300_000));
    let records = read_with(LIMITS, Cursor::new(text.into_bytes()));
    assert_eq!(records.last(), Some(&(300_002, Kept::Text("text ERROR here".to_owned()))));
}
