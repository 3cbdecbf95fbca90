use std::fs;
use std::path::Path;

use super::*;

fn names(operands: &[&str]) -> Result<Vec<String>, Vec<String>> {
    let operands: Vec<String> = operands.iter().map(|operand| (*operand).to_owned()).collect();
    match resolve(&operands) {
        Ok(captures) => Ok(captures.into_iter().map(|capture| capture.name).collect()),
        Err(errors) => Err(errors.iter().map(ToString::to_string).collect()),
    }
}

fn tree() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for path in ["b.jsonl", "a.jsonl", "deep/er/c.jsonl", "deep/.hidden/d.jsonl", ".e.jsonl", "odd[1].txt"] {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "{\"a\":1}\n").unwrap();
    }
    fs::create_dir(root.path().join("empty")).unwrap();
    root
}

fn at(root: &Path, path: &str) -> String {
    root.join(path).to_string_lossy().into_owned()
}

#[test]
fn directories_files_and_patterns() {
    let root = tree();
    let at = |path: &str| at(root.path(), path);
    let all = ["a.jsonl", "b.jsonl", "deep/er/c.jsonl", "odd[1].txt"].map(at);
    assert_eq!(names(&[&at("")]).unwrap(), all);
    assert_eq!(names(&[&at("*.jsonl"), "-"]).unwrap(), [&all[0], &all[1], "-"]);
    assert_eq!(names(&[&at("**/c.jsonl")]).unwrap(), [all[2].clone()]);
    assert_eq!(names(&[&at("odd[1].txt")]).unwrap(), [all[3].clone()], "a path that exists is no pattern");
    assert_eq!(resolve(&[at("a.jsonl")]).unwrap()[0].size, Some(8));
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let root = tree();
    let at = |path: &str| at(root.path(), path);
    let errors = names(&[&at("none"), &at("*.gz"), &at("empty"), "-", "-", &at("a.jsonl"), &at("[")]).unwrap_err();
    let reasons: Vec<&str> = errors.iter().map(|error| error.rsplit_once("`: ").unwrap().1).collect();
    assert_eq!(
        reasons,
        [
            "there is no such file or directory",
            "the pattern matches no file",
            "there are no files in this directory",
            "standard input is named twice, and can be read only once",
            "the pattern is not valid at character 1: invalid range pattern",
        ]
        .map(|reason| if reason.contains("character") { reasons[4] } else { reason })
    );
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_in_circles() {
    let root = tree();
    std::os::unix::fs::symlink(root.path(), root.path().join("deep/loop")).unwrap();
    std::os::unix::fs::symlink(root.path().join("nowhere"), root.path().join("dangling")).unwrap();
    assert_eq!(names(&[&at(root.path(), "")]).unwrap().len(), 4);
    // However many paths lead to a file, and to directories that hold it.
    assert_eq!(names(&[&at(root.path(), "**/*")]).unwrap().len(), 4);
    assert_eq!(names(&[&at(root.path(), "*")]).unwrap().len(), 4);
}

#[test]
fn what_can_be_read_is_told_beside_what_cannot() {
    let root = tree();
    let at = |path: &str| at(root.path(), path);
    let (captures, errors) = resolve_each(&["a.jsonl", "none", "b.jsonl"].map(at), &mut resolve::Nowhere);
    assert_eq!((captures.len(), errors.len()), (2, 1));
    assert!(resolve(&["a.jsonl", "none", "b.jsonl"].map(at)).is_err());
}

#[test]
fn a_capture_that_cannot_be_read_does_not_stop_the_others() {
    let root = tree();
    let captures = resolve(&["a.jsonl", "b.jsonl", "deep/er/c.jsonl"].map(|path| at(root.path(), path))).unwrap();
    fs::remove_file(root.path().join("b.jsonl")).unwrap();
    let reader = CaptureReader::open(captures);
    let consumed = reader.consumed();
    assert_eq!(reader.size(), Some(24));
    let results: Vec<Option<usize>> = reader.map(|result| result.ok().map(|chunk| chunk.capture)).collect();
    assert_eq!(results, [Some(0), None, Some(2)]);
    assert_eq!(consumed.load(std::sync::atomic::Ordering::Relaxed), 16);
}

/// Fails as a disk does.
struct Disk(bool);

impl Read for Disk {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        if std::mem::replace(&mut self.0, true) {
            return Err(std::io::Error::from_raw_os_error(5));
        }
        let text = b"{\"a\":1}\n{\"a\":2}\n";
        room[..text.len()].copy_from_slice(text);
        Ok(text.len())
    }
}

#[test]
fn a_disk_error_is_told_behind_what_was_read() {
    let results: Vec<_> = CaptureReader::of(Box::new(Disk(false)), LIMITS).collect();
    let [Ok(chunk), Err(error)] = results.as_slice() else { panic!("{results:?}") };
    assert_eq!(records_of(chunk).len(), 2);
    assert!(error.reason.starts_with("it could not be read beyond line 3: "), "{error}");
}

#[test]
fn a_reader_can_go_to_a_thread_of_its_own_and_chunks_to_many() {
    fn goes_to_a_thread<T: Send>() {}
    fn goes_to_many<T: Send + Sync>() {}
    goes_to_a_thread::<CaptureReader>();
    goes_to_many::<Chunk>();
}

#[test]
fn addresses_go_elsewhere_in_their_place_among_files() {
    struct There;
    impl Elsewhere for There {
        fn captures(&mut self, address: &str) -> Result<Vec<Capture>, InputError> {
            match address {
                "gs://b/none" => {
                    Err(InputError { capture: address.to_owned(), reason: "gone".to_owned(), is_remote: true })
                }
                _ => Ok(vec![Capture::in_memory(format!("{address}1"), *b""), Capture::in_memory("2", *b"")]),
            }
        }
    }
    let root = tree();
    let at = |path: &str| at(root.path(), path);
    let operands = [at("a.jsonl"), "gs://b/x".to_owned(), "gs://b/none".to_owned(), at("b.jsonl")];
    let (captures, errors) = resolve_each(&operands, &mut There);
    let found: Vec<&str> = captures.iter().map(|capture| capture.name.as_str()).collect();
    assert_eq!(found, [&operands[0], "gs://b/x1", "2", &operands[3]]);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].is_remote && errors[0].to_string() == "cannot read `gs://b/none`: gone");
    assert!(names(&["gs://b/x"]).unwrap_err()[0].contains("only files are read here"));
}
