use gardener_engine::entry::Timestamp;

use super::super::request::{Order, Request, Window};
use super::super::trouble::{Kind, Trouble};
use super::*;

fn state() -> State {
    let at = |text: &str| Timestamp::parse(text).unwrap();
    let window = Window { since: at("2025-09-14T04:00:00Z"), until: at("2025-09-14T05:00:00Z") };
    State::new(Request::new(vec!["projects/p".to_owned()], "a".to_owned(), Order::Asc, None), window, None)
}

fn cursor(entries: u64) -> Cursor {
    Cursor { entries, pages: entries, token: Some(format!("t{entries}")), ..Cursor::default() }
}

fn line(number: u64) -> Vec<u8> {
    format!("{{\"insertId\":\"{number}\",\"timestamp\":\"2025-09-14T04:00:00Z\"}}\n").into_bytes()
}

/// A part of so many pages, let go of as a kill would.
fn left(path: &Path, pages: u64) {
    let mut part = Part::begin(path, state()).unwrap();
    for number in 1..=pages {
        part.page(&line(number), &cursor(number)).unwrap();
    }
}

fn resumed(path: &Path) -> Part {
    let Resumed::Part(part, _) = Part::resume(path).unwrap() else { panic!("nothing to go on with") };
    *part
}

fn unpacked(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    match Packing::of(path) {
        Packing::Zstd => zstd::decode_all(bytes.as_slice()).unwrap(),
        Packing::Gzip => {
            let mut text = Vec::new();
            io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut text).unwrap();
            text
        }
        Packing::Nothing => bytes,
    }
}

#[test]
fn what_is_behind_the_last_page_that_was_written_down_is_cut_off() {
    for name in ["x.jsonl", "x.jsonl.gz", "x.jsonl.zst"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        left(&path, 2);
        let mut file = OpenOptions::new().append(true).open(beside(&path, PART)).unwrap();
        file.write_all(b"half a page").unwrap();
        let Resumed::Part(mut part, mut seen) = Part::resume(&path).unwrap() else { panic!("{name}") };
        assert_eq!(part.state().cursor, cursor(2));
        let key = |number| super::super::page::Head::of(std::str::from_utf8(&line(number)).unwrap()).key.unwrap();
        assert!(!seen.is_new(key(2)) && seen.is_new(key(3)), "what is in it is known");
        part.page(&line(3), &cursor(3)).unwrap();
        assert_eq!(part.finish(&End::Whole).unwrap(), Ok(path.clone()));
        assert_eq!(unpacked(&path), [line(1), line(2), line(3)].concat());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn what_was_stopped_keeps_the_name_of_a_part() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jsonl");
    left(&path, 1);
    let end = End::Stopped(Trouble::new(Kind::Late, "late"));
    assert_eq!(resumed(&path).finish(&end).unwrap(), Err(beside(&path, PART)));
    assert!(!path.exists());
    resumed(&path).discard();
    assert!(matches!(Part::resume(&path).unwrap(), Resumed::Nothing));
}

#[test]
fn killed_at_the_end_it_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jsonl");
    // Before it was called by its name, and after that.
    for is_named in [false, true] {
        left(&path, 1);
        let mut part = resumed(&path);
        part.state.ended = Some(Ended::Whole);
        part.keep_state().unwrap();
        drop(part);
        if is_named {
            fs::rename(beside(&path, PART), &path).unwrap();
        }
        assert!(matches!(Part::resume(&path).unwrap(), Resumed::Finished(None)));
        assert_eq!(unpacked(&path), line(1));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn what_cannot_be_gone_on_with_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jsonl");
    let refused = || Part::resume(&path).unwrap_err().message;
    left(&path, 2);
    OpenOptions::new().write(true).open(beside(&path, PART)).unwrap().set_len(3).unwrap();
    assert!(refused().contains("shorter than it was"));
    fs::remove_file(beside(&path, PART)).unwrap();
    assert!(refused().contains("its part is missing"));
    fs::write(beside(&path, STATE), "{}").unwrap();
    assert!(refused().contains("cannot be gone on with"));
    left(&path, 1);
    assert_eq!(resumed(&path).state().cursor, cursor(1), "begun again, all that is gone");
}

#[test]
fn one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jsonl");
    left(&path, 1);
    let part = resumed(&path);
    assert!(Part::begin(&path, state()).unwrap_err().message.contains("another pull"));
    assert!(Part::resume(&path).unwrap_err().message.contains("another pull"));
    drop(part);
    resumed(&path);
}

#[test]
fn what_was_left_before_its_first_entry_is_gone_on_with() {
    for name in ["x.jsonl", "x.jsonl.gz", "x.jsonl.zst"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        left(&path, 0);
        // Pages without entries write nothing either.
        resumed(&path).page(b"", &cursor(1)).unwrap();
        let mut part = resumed(&path);
        assert_eq!(part.state().cursor, cursor(1), "{name}");
        part.page(&line(2), &cursor(2)).unwrap();
        assert_eq!(part.finish(&End::Whole).unwrap(), Ok(path.clone()));
        assert_eq!(unpacked(&path), line(2));
    }
}
