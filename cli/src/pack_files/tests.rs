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

/// The files that cannot be read, with the reasons.
fn refused(folder: &Path) -> Vec<String> {
    let found = find(None, folder).unwrap();
    let files = found.reader.files(&found.location).unwrap();
    files.into_iter().filter_map(|file| Some(format!("{}: {}", file.path, file.bytes.err()?))).collect()
}

#[test]
fn the_built_in_pack_is_a_pack() {
    let folder = tempfile::tempdir().unwrap();
    let found = find(None, folder.path()).unwrap();
    let files = found.reader.files(&found.location).unwrap();
    assert!(
        files
            .iter()
            .any(|file| file.path == "gardener.yaml" && file.bytes.as_ref().is_ok_and(|bytes| !bytes.is_empty()))
    );
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
    let read: Vec<(&str, usize)> =
        files.iter().map(|file| (file.path.as_str(), file.bytes.as_ref().map_or(0, Vec::len))).collect();
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
    fs::create_dir(folder.path().join("bare")).unwrap();
    let refused = |extends: &str| found.reader.resolve(&found.location, extends).unwrap_err();
    assert_eq!(refused("../bare"), "it has no gardener.yaml");
    assert_eq!(refused("../bb"), "it does not exist; `b` beside it is a pack");
    assert!(refused(folder.path().join("b").to_str().unwrap()).contains("relative to this pack"));
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
    let is_cut = |bytes: &Vec<u8>| bytes.len() <= (1 << 20) + 1;
    assert!(files.iter().all(|file| file.bytes.as_ref().is_ok_and(is_cut)), "the rest of a large file is not read");
    let deep = (0..12).map(|_| "d/").collect::<String>();
    write(folder.path(), &format!("clusters/{deep}x.yaml"), "");
    assert_eq!(
        refused(folder.path()),
        ["clusters/d/d/d/d/d/d/d/d/d: it lies more than 8 directories deep"],
        "and the rest is read"
    );
    assert!(paths(folder.path()).unwrap().contains(&"clusters/large.yaml".to_owned()));
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_pack_and_circles_end() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    for path in ["pack/gardener.yaml", "pack/shared/x.yaml", "pack/clusters/a.yaml", "outside/y.yaml", "secret.txt"] {
        write(folder.path(), path, "x");
    }
    let pack = folder.path().join("pack");
    let link = |to: &str, from: &str| symlink(to, pack.join("clusters").join(from)).unwrap();
    link("../shared", "shared");
    link("a.yaml", "again.yaml");
    let read = ["clusters/a.yaml", "clusters/again.yaml", "clusters/shared/x.yaml", "gardener.yaml", "shared/x.yaml"];
    assert_eq!(paths(&pack).unwrap(), read);
    assert_eq!(refused(&pack), Vec::<String>::new());

    link(".", "loop");
    link("../../outside", "out");
    link("../../secret.txt", "secret.yaml");
    link("nowhere", "gone.yaml");
    let out = "it is a link that leads out of the pack; only what lies in the pack is read";
    assert_eq!(
        refused(&pack),
        [
            "clusters/gone.yaml: it is a link to something that is not there".to_owned(),
            "clusters/loop: it is a link to a directory that it lies in".to_owned(),
            format!("clusters/out: {out}"),
            format!("clusters/secret.yaml: {out}"),
        ]
    );
    assert_eq!(paths(&pack).unwrap().len(), read.len() + 4, "the others are read all the same");
}

#[test]
fn what_is_no_pack_says_so() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "file", "");
    for (rules, expected) in [("file", "it is no directory"), ("none", "it does not exist")] {
        let found = find(Some(rules), folder.path()).unwrap();
        assert_eq!(found.reader.files(&found.location).unwrap_err(), expected);
    }
    // Without a manifest the engine says what is missing, and what may have been meant for it.
    assert_eq!(find(Some("."), folder.path()).unwrap().reader.files(".").unwrap(), []);
    assert_eq!(find(None, folder.path()).unwrap().location, "default");
    write(folder.path(), "gardener.yml", "");
    assert_ne!(find(None, folder.path()).unwrap().location, "default", "a misnamed manifest is not passed over");
    assert_eq!(find(Some("default"), folder.path()).unwrap().location, "default");
}
