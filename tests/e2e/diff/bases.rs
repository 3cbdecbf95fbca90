//! What a pack is compared with: directories, revisions, and what cannot be compared with.

use super::*;

#[test]
fn a_directory_a_revision_and_another_path_of_it_give_the_same() {
    let shop = Shop::new();
    let old = shop.path().join("deployed");
    fs::create_dir_all(old.join("clusters")).unwrap();
    fs::copy(shop.path().join("rules/shop/gardener.yaml"), old.join("gardener.yaml")).unwrap();
    fs::copy(shop.path().join("rules/shop/clusters/a.yaml"), old.join("clusters/a.yaml")).unwrap();
    shop.git(&["tag", "v1"]);
    shop.git(&["mv", "rules/shop", "rules/store"]);
    shop.commit();
    shop.write("rules/store/clusters/b.yaml", CHECKOUT);
    let diff = |base: &str| -> Value {
        let arguments = ["diff", "--rules", "rules/store", "--now", "2025-09-14", "--format", "json", "--base", base];
        let run = run_in(shop.path(), &[&arguments[..], &["c.jsonl"]].concat());
        assert_eq!(run.code, 1, "{base}: {}", run.stderr);
        let mut diff: Value = serde_json::from_str(&run.stdout).unwrap();
        diff["base"]["rules"] = Value::Null;
        diff
    };
    let expected = diff("main");
    for base in ["deployed", "v1:rules/shop", "v1:./rules/shop/", "HEAD~1:rules/shop", "main^{commit}"] {
        assert_eq!(diff(base), expected, "{base}");
    }
}

#[test]
fn a_pack_at_a_revision_builds_on_its_neighbours_and_follows_links() {
    let shop = Shop::new();
    shop.write("rules/shop/gardener.yaml", &format!("{MANIFEST}extends: [../shared, default]\n"));
    shop.write("rules/shared/gardener.yaml", "version: 1\nname: shared\n");
    shop.write("rules/shared/clusters/s.yaml", "- { id: odd, title: Odd, match: '\"odd\"', severity: P4 }\n");
    #[cfg(unix)]
    {
        shop.write("rules/shop/parts/l.yaml", "- { id: well, title: Well, match: '\"all well\"', severity: P5 }\n");
        std::os::unix::fs::symlink("../parts", shop.path().join("rules/shop/clusters/more")).unwrap();
    }
    shop.commit();
    assert_eq!(shop.diff(&["--base", "main", "-q", "c.jsonl"]).code, 0, "read from both places it is the same pack");
    let same = shop.json(&["--base", "main", "c.jsonl"]);
    assert_eq!(same["base"]["pack"]["digest"], same["head"]["pack"]["digest"], "to the byte");
    shop.write("rules/shared/clusters/s.yaml", "- { id: odd, title: Odd, match: '\"odd\"', severity: P2 }\n");
    let diff = shop.json(&["--base", "main", "c.jsonl"]);
    assert_eq!(diff["totals"]["severity-raised"], 1, "{}", diff["totals"]);
    #[cfg(unix)]
    {
        shop.write("elsewhere/e.yaml", "- { id: other, title: Other, match: x, severity: P5 }\n");
        for (target, reason) in [
            ("/etc/hostname", "it is a link that leads out of the pack"),
            ("../../../elsewhere/e.yaml", "it is a link that leads out of the pack"),
            ("nowhere.yaml", "it is a link to something that is not there"),
        ] {
            let link = shop.path().join("rules/shop/clusters/out.yaml");
            std::os::unix::fs::symlink(target, &link).unwrap();
            let here = run_in(shop.path(), &["check", "--rules", "rules/shop"]);
            assert!(here.stdout.contains(reason), "{}", here.stdout);
            shop.commit();
            fs::remove_file(&link).unwrap();
            let run = shop.diff(&["--base", "main", "c.jsonl"]);
            assert_eq!(run.code, 3, "{}", run.stdout);
            assert!(
                run.stderr.contains(reason) && run.stderr.contains("out.yaml"),
                "as in a directory: {}",
                run.stderr
            );
            shop.git(&["rm", "-q", "rules/shop/clusters/out.yaml"]);
            shop.commit();
        }
    }
}

#[test]
fn the_repository_stays_as_it_is_and_hooks_do_not_lead_astray() {
    let shop = Shop::new();
    shop.write("rules/shop/clusters/b.yaml", CHECKOUT);
    let before = shop.git(&["status", "--porcelain"]);
    let other = tempfile::tempdir().unwrap();
    let output = gardener()
        .current_dir(shop.path())
        .args(["diff", "--rules", "rules/shop", "--base", "main", "c.jsonl"])
        // As git sets them for hooks of another repository.
        .env("GIT_DIR", other.path())
        .env("GIT_INDEX_FILE", other.path().join("index"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(shop.git(&["status", "--porcelain"]), before);
    // The pack at the top of its repository.
    let top = Shop::new();
    top.write("gardener.yaml", MANIFEST);
    top.write("clusters/a.yaml", TIMEOUTS);
    top.commit();
    top.write("clusters/b.yaml", CHECKOUT);
    let run = run_in(top.path(), &["diff", "--base", "main", "c.jsonl"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("base  main (") && run.stdout.contains("\nhead  .\n"), "{}", run.stdout);
}

#[test]
fn a_base_that_cannot_be_says_why_and_what_to_do() {
    let shop = Shop::new();
    shop.git(&["branch", "rules/shop"]);
    shop.git(&["tag", "before-pack"]);
    for (base, code, expected) in [
        (
            "mian",
            2,
            "`mian` is no directory with a pack, and no revision of this repository\n  help: did you mean `main`?",
        ),
        ("nothing-like-it", 2, "help: `git log`"),
        ("--exec=x", 2, "no revision"),
        ("rules", 2, "`rules` is a directory without a gardener.yaml, and no revision"),
        ("main:rules/none", 3, "has no pack at `rules/none`: no gardener.yaml is there"),
        ("rules/shop", 2, "`rules/shop` is both a directory with a pack and a revision"),
    ] {
        let run = shop.diff(&[&format!("--base={base}"), "c.jsonl"]);
        assert_eq!(run.code, code, "{base}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{base}: {}", run.stderr);
        assert!(run.stderr.contains("help:"), "{base}: {}", run.stderr);
    }
    for base in ["./rules/shop", "refs/heads/rules/shop", "default"] {
        assert!(shop.diff(&["--base", base, "c.jsonl"]).code < 2, "{base}");
    }
    let run = run_in(shop.path(), &["diff", "--base", "main", "c.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("the built-in pack has no revisions"), "{}", run.stderr);
    let run = shop.diff(&["c.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--base <REV|DIR>"), "{}", run.stderr);
}

#[test]
fn without_a_repository_or_without_git_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let pack = support::write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", TIMEOUTS)]);
    fs::write(folder.path().join("c.jsonl"), records().join("\n")).unwrap();
    let diff = |path: Option<&str>| {
        let mut command = gardener();
        command.current_dir(folder.path()).args(["diff", "--rules", &pack, "--base", "main", "c.jsonl"]);
        // A repository further up is none of this test's.
        command.env("GIT_CEILING_DIRECTORIES", folder.path());
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, stderr) = diff(None);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("lies in no Git repository, so that it can be no revision"), "{stderr}");
    let (code, stderr) = diff(Some(""));
    assert_eq!(code, Some(6), "{stderr}");
    assert!(stderr.contains("the program `git` is not there") && stderr.contains("--base DIR"), "{stderr}");
}

#[test]
fn a_shallow_clone_says_how_to_get_the_revision() {
    let shop = Shop::new();
    shop.write("x", "x");
    shop.commit();
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", shop.path().display());
    shop.git(&["clone", "-q", "--depth", "1", &from, clone.path().join("c").to_str().unwrap()]);
    let clone = clone.path().join("c");
    let run = run_in(&clone, &["diff", "--rules", "rules/shop", "--base", "v0.9", "c.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("git fetch --depth=1 origin main"), "{}", run.stderr);
    let run = run_in(&clone, &["diff", "--rules", "rules/shop", "--base", "FETCH_HEAD", "c.jsonl"]);
    assert_eq!(run.code, 2, "nothing has been fetched yet: {}", run.stderr);
    fs::write(clone.join("rules/shop/clusters/b.yaml"), CHECKOUT).unwrap();
    assert_eq!(run_in(&clone, &["diff", "--rules", "rules/shop", "--base", "origin/main", "c.jsonl"]).code, 1);
}
