use super::*;

fn corpus(lines: usize) -> String {
    let mut seed = 1_u64;
    let mut text = String::new();
    for n in 0..lines {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(&format!("{{\"insertId\":\"{n}\",\"textPayload\":\"{seed:x}\"}}\n"));
    }
    text
}

#[test]
fn of_packed_data_that_is_cut_off_all_that_is_there_is_read() {
    let text = corpus(12_000);
    let list = format!("[\n{}\n]", text.trim_end().replace('\n', ",\n"));
    for (name, text) in [("lines", &text), ("list", &list)] {
        for (format, bytes) in [("gzip", gzip(text.as_bytes())), ("zstd", zstd_of(text.as_bytes()))] {
            let records = read(&bytes[..bytes.len() * 2 / 3]);
            let (last, whole) = records.split_last().unwrap();
            assert!(whole.len() > 500, "{format}, {name}: {}", whole.len());
            assert!(whole.iter().all(|(_, kept)| matches!(kept, Kept::Json(_))), "{format}, {name}");
            assert_eq!(last.1, Kept::Broken(format!("the {format} data is cut off here")), "{name}");
        }
    }
}

#[test]
fn of_a_cut_in_the_trailer_all_records_are_read() {
    let bytes = gzip(b"{\"a\":1}\n{\"a\":2}");
    let records = read(&bytes[..bytes.len() - 4]);
    let cut = Kept::Broken("the gzip data is cut off here".into());
    assert_eq!(records, [(1, json("{\"a\":1}")), (2, json("{\"a\":2}")), (2, cut.clone())]);
    let bytes = gzip(b"some text\nmore");
    let records = read(&bytes[..bytes.len() - 4]);
    assert_eq!(records, [(1, Kept::Text("some text".into())), (2, Kept::Text("more".into())), (2, cut)]);
}

#[test]
fn damaged_data_is_told_where_it_is() {
    let text = corpus(20_000);
    for (format, mut bytes) in [("gzip", gzip(text.as_bytes())), ("zstd", checked_zstd(text.as_bytes()))] {
        let middle = bytes.len() / 2;
        bytes[middle..middle + 64].fill(0xff);
        let records = read(&bytes);
        let broken = records.iter().filter(|(_, kept)| matches!(kept, Kept::Broken(_))).count();
        assert!(broken >= 1, "{format}");
        assert!(records.len() > 5_000, "{format}: {}", records.len());
    }
    let mut junk = gzip(b"{\"a\":1}\n");
    junk.extend_from_slice(b"{\"a\":2}\n");
    let told = Kept::Broken("what follows the gzip data is not gzip data".into());
    assert_eq!(read(&junk), [(1, json("{\"a\":1}")), (2, told)]);
}

#[test]
fn what_is_packed_twice_is_unpacked_twice() {
    let text = b"{\"a\":1}\n";
    for bytes in [gzip(&gzip(text)), gzip(&zstd_of(text)), zstd_of(&gzip(&gzip(text)))] {
        assert_eq!(read(&bytes), [(1, json("{\"a\":1}"))]);
    }
    let mut bytes = text.to_vec();
    for _ in 0..6 {
        bytes = gzip(&bytes);
    }
    let reason = unpack::unpacked(Box::new(Cursor::new(bytes))).err().unwrap();
    assert!(reason.contains("more than 4 times"), "{reason}");
}

#[test]
fn only_a_magic_number_is_damaged_data() {
    for bytes in [&b"\x1f\x8b"[..], b"\x1f\x8b\x08\0\0", b"\x28\xb5\x2f\xfd"] {
        let records = read(bytes);
        assert!(matches!(records.as_slice(), [(1, Kept::Broken(_))]), "{records:?}");
    }
}

fn checked_zstd(bytes: &[u8]) -> Vec<u8> {
    let mut packer = zstd::Encoder::new(Vec::new(), 1).unwrap();
    packer.include_checksum(true).unwrap();
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}
