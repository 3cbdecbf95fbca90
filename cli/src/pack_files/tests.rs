use std::fs;
use std::path::Path;

use gardener_engine::pack::PackReader;

use super::find;

fn write(folder: &Path, path: &str, text: &str) {
    let full = folder.join(path);
    fs::create_dir_all(full.parent().unwrap()).unwrap();
    fs::write(full, text).unwrap();
}

fn paths(folder: &Path) -> Result<Vec<String>, String> {
    let found = find(None, folder).unwrap();
    Ok(found.reader.files(&found.location)?.into_iter().map(|file| file.path).collect())
}

#[test]
fn the_built_in_pack_is_a_pack() {
    let folder = tempfile::tempdir().unwrap();
    let found = find(None, folder.path()).unwrap();
    let files = found.reader.files(&found.location).unwrap();
    assert!(files.iter().any(|file| file.path == "gardener.yaml" && !file.bytes.is_empty()));
    assert!(files.iter().filter(|file| file.path.starts_with("clusters/")).count() > 3);
    assert!(!files.iter().any(|file| file.path.starts_with("tests/")), "its tests are not part of the program");
    assert_eq!(found.reader.tests("default").unwrap(), []);
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("rules/default");
    let named = find(Some(&directory.to_string_lossy()), folder.path()).unwrap();
    assert_eq!(named.reader.files(&named.location).unwrap(), files, "the built-in pack is the one in `rules/default`");
    assert!(found.reader.resolve("default", "elsewhere").is_err());
    assert_eq!(found.reader.shown("default", "clusters/a.yaml"), "<default>/clusters/a.yaml");
}

#[test]
fn only_what_can_be_of_the_pack_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for path in [
        "gardener.yaml",
        "clusters/b.yaml",
        "clusters/sub/a.yaml",
        "clusters/.hidden.yaml",
        "policy/p.rhai",
        "templates/t.j2",
        "tests/case.yaml",
        "src/deep/er.yaml",
        "polices/p.rhai",
        "polices/q.rhai",
        "gardener.yml",
        "README.md",
        ".git/config.yaml",
    ] {
        write(folder.path(), path, "x");
    }
    assert_eq!(
        paths(folder.path()).unwrap(),
        [
            "clusters/b.yaml",
            "clusters/sub/a.yaml",
            "gardener.yaml",
            "gardener.yml",
            "polices/p.rhai",
            "policy/p.rhai",
            "templates/t.j2"
        ]
    );
}

#[test]
fn of_tests_the_cases_are_read_and_all_else_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(find(None, folder.path()).unwrap().directory(), None);
    write(folder.path(), "gardener.yaml", "");
    let found = find(None, folder.path()).unwrap();
    assert_eq!(found.reader.tests(&found.location).unwrap(), []);
    for path in ["tests/a.yaml", "tests/captures/b.jsonl", "tests/captures/c.yaml", "tests/.hidden.yaml", "tests/d.txt"]
    {
        write(folder.path(), path, "x");
    }
    let files = found.reader.tests(&found.location).unwrap();
    let read: Vec<(&str, usize)> = files.iter().map(|file| (file.path.as_str(), file.bytes.len())).collect();
    let names = [("tests/a.yaml", 1), ("tests/captures/b.jsonl", 0), ("tests/captures/c.yaml", 0), ("tests/d.txt", 0)];
    assert_eq!(read, names);
    assert_eq!(found.directory(), Some(Path::new(&found.location)));
}

#[test]
fn the_same_pack_has_the_same_location_however_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a/gardener.yaml", "");
    write(folder.path(), "b/gardener.yaml", "");
    let found = find(Some("a"), folder.path()).unwrap();
    let there = found.reader.resolve(&found.location, "../b/../b/.").unwrap();
    assert_eq!(found.reader.resolve(&there, "../a").unwrap(), found.location);
    assert_eq!(found.reader.shown(&there, "gardener.yaml"), "b/gardener.yaml");
    assert!(found.reader.resolve(&found.location, "../c").unwrap_err().contains("no gardener.yaml"));
    let by_manifest = find(Some("a/gardener.yaml"), folder.path()).unwrap();
    assert_eq!(by_manifest.location, found.location);
}

#[test]
fn too_much_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "gardener.yaml", "");
    let large = "x".repeat(3 << 20);
    write(folder.path(), "clusters/large.yaml", &large);
    let found = find(None, folder.path()).unwrap();
    let files = found.reader.files(&found.location).unwrap();
    assert!(files.iter().all(|file| file.bytes.len() <= (1 << 20) + 1), "the rest of a large file is not read");
    let deep = (0..12).map(|_| "d/").collect::<String>();
    write(folder.path(), &format!("clusters/{deep}x.yaml"), "");
    assert!(paths(folder.path()).unwrap_err().contains("deep"));
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_circles_end() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "pack/gardener.yaml", "");
    write(folder.path(), "shared/x.yaml", "");
    let clusters = folder.path().join("pack/clusters");
    fs::create_dir(&clusters).unwrap();
    symlink(folder.path().join("shared"), clusters.join("shared")).unwrap();
    let pack = folder.path().join("pack");
    assert_eq!(paths(&pack).unwrap(), ["clusters/shared/x.yaml", "gardener.yaml"]);
    for name in ["a", "b"] {
        symlink(&clusters, clusters.join(name)).unwrap();
    }
    assert!(paths(&pack).is_err());
}

#[test]
fn what_is_no_pack_says_so() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "file", "");
    for (rules, expected) in [(".", "it has no gardener.yaml"), ("file", "no directory"), ("none", "does not exist")] {
        let failure = find(Some(rules), folder.path()).unwrap_err();
        assert!(failure.message.contains(expected), "{}", failure.message);
        assert!(failure.help.is_some());
    }
    assert_eq!(find(Some("default"), folder.path()).unwrap().location, "default");
}
