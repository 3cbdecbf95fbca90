//! `gardener init`: packs that work at once.

mod support;

use std::path::Path;

use serde_json::Value;
use support::json_schema::Schema;
use support::{report_in, run_in};

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A folder that is the top of a Git repository.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    folder
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The commands that a pipeline runs by `gardener`.
fn commands(pipeline: &str) -> Vec<Vec<String>> {
    let lines = pipeline.lines().filter_map(|line| {
        line.trim_start_matches(['-', ' ']).strip_prefix("run: ").or(Some(line.trim_start_matches(['-', ' '])))
    });
    let own = lines.filter_map(|line| line.strip_prefix("gardener "));
    own.map(|line| line.split_whitespace().map(ToOwned::to_owned).collect()).collect()
}

#[test]
fn a_pack_is_right_at_once_and_so_is_its_pipeline() {
    let folder = repository();
    let made = run_in(
        folder.path(),
        &["init", "rules/checkout", "--service", "shop", "--project", "p-1", "--repository", "my-org/shop"],
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    for path in made.stdout.lines() {
        assert!(folder.path().join(path).is_file(), "{path}");
    }
    for expected in [
        "rules/checkout/gardener.yaml",
        "rules/checkout/tests/captures/example.jsonl",
        "rules/checkout/schema/gardener.d.rhai",
        "rules/checkout/.gitignore",
        ".vscode/settings.json",
        ".github/workflows/gardener-checkout.yml",
    ] {
        assert!(made.stdout.lines().any(|path| path == expected), "{expected} is not in {}", made.stdout);
    }
    let pack = folder.path().join("rules/checkout");
    let capture = ["tests/captures/example.jsonl"];
    let report = report_in(&pack, &capture);
    assert_eq!(report["pack"]["name"], "checkout");
    assert_eq!((&report["source"]["service"], &report["source"]["project"]), (&"shop".into(), &"p-1".into()));
    let cluster = &report["clusters"][0];
    assert_eq!(
        (&cluster["id"], &cluster["severity"], &cluster["count"]),
        (&"example-timeout".into(), &"P2".into(), &3.into())
    );
    let pipeline = read(folder.path(), ".github/workflows/gardener-checkout.yml");
    assert_eq!(yaml(&pipeline)["jobs"]["rules"]["runs-on"], "ubuntu-latest");
    let commands = commands(&pipeline);
    let names: Vec<&str> = commands.iter().map(|command| command[0].as_str()).collect();
    assert_eq!(names, ["check", "test"], "{pipeline}");
    for command in commands {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let run = run_in(folder.path(), &arguments);
        assert_eq!(run.code, 0, "{command:?}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn editors_find_the_schemas_by_the_settings_and_by_the_first_line_of_each_file() {
    let folder = repository();
    assert_eq!(run_in(folder.path(), &["init", "rules/checkout"]).code, 0);
    let settings: Value = serde_json::from_str(&read(folder.path(), ".vscode/settings.json")).unwrap();
    let schemas = settings["yaml.schemas"].as_object().unwrap();
    for file in ["gardener.yaml", "clusters/example.yaml", "tests/example.yaml"] {
        let path = folder.path().join("rules/checkout").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let named = text.lines().next().unwrap().strip_prefix("# yaml-language-server: $schema=").unwrap();
        let schema = path.parent().unwrap().join(named).canonicalize().unwrap();
        let place = file.replace("example", "*");
        let (by_settings, _) =
            schemas.iter().find(|(_, globs)| globs[0] == format!("/rules/checkout/{place}")).unwrap();
        assert_eq!(folder.path().join(by_settings).canonicalize().unwrap(), schema);
        let schema = Schema::new(serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap());
        assert_eq!(schema.problems(&yaml(&text)), Vec::<String>::new());
    }
    let extensions: Value = serde_json::from_str(&read(folder.path(), ".vscode/extensions.json")).unwrap();
    assert_eq!(extensions["recommendations"][0], "redhat.vscode-yaml");
    let snippets: Value = serde_json::from_str(&read(folder.path(), ".vscode/gardener.code-snippets")).unwrap();
    assert!(snippets["cluster.raise_to"].is_object());
}

#[test]
fn a_pack_may_stand_at_the_top_and_be_checked_by_gitlab() {
    let folder = tempfile::tempdir().unwrap();
    let made = run_in(folder.path(), &["init", "--name", "Checkout Pay", "--ci", "gitlab"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert_eq!(yaml(&read(folder.path(), "gardener.yaml"))["name"], "Checkout Pay");
    let including = yaml(&read(folder.path(), ".gitlab-ci.yml"));
    let job = read(folder.path(), including["include"][0]["local"].as_str().unwrap());
    assert!(yaml(&job)["gardener-checkout-pay"]["script"].is_array(), "{job}");
    for command in commands(&job) {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        assert_eq!(run_in(folder.path(), &arguments).code, 0, "{command:?}");
    }
    let none = tempfile::tempdir().unwrap();
    assert_eq!(run_in(none.path(), &["init", "--ci", "none"]).code, 0);
    assert!(!none.path().join(".github").exists() && !none.path().join(".gitlab-ci.yml").exists());
}

#[test]
fn nothing_is_overwritten() {
    let folder = repository();
    let mine = [
        (".vscode/settings.json", "{ \"mine\": 1 }"),
        (
            "rules/shop/.gitignore",
            "*.snap.new\n.gardener/\n# Snapshots that wait for a review, and the history of runs.\n",
        ),
    ];
    for (path, text) in mine {
        std::fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    let made = run_in(folder.path(), &["init", "rules/shop"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    for (path, text) in mine {
        assert_eq!(read(folder.path(), path), text);
        assert!(!made.stdout.lines().any(|line| line == path), "{}", made.stdout);
    }
    assert!(made.stderr.contains("`.vscode/settings.json` is there already"), "{}", made.stderr);
    assert!(
        made.stderr.contains("\"yaml.schemas\"") && !made.stderr.contains("rules/shop/.gitignore"),
        "{}",
        made.stderr
    );
    let manifest = read(folder.path(), "rules/shop/gardener.yaml");
    let again = run_in(folder.path(), &["init", "rules/shop", "--service", "other"]);
    assert_eq!((again.code, again.stdout.as_str()), (2, ""), "{}", again.stderr);
    assert!(again.stderr.contains("there is a pack in `rules/shop` already"), "{}", again.stderr);
    assert_eq!(read(folder.path(), "rules/shop/gardener.yaml"), manifest);
    std::fs::create_dir_all(folder.path().join("tests")).unwrap();
    std::fs::write(folder.path().join("tests/example.yaml"), "mine").unwrap();
    let mixed = run_in(folder.path(), &["init"]);
    assert!(mixed.code == 2 && mixed.stderr.contains("`tests/example.yaml`"), "{}", mixed.stderr);
    assert!(!folder.path().join("gardener.yaml").exists());
}

#[test]
fn wrong_flags_are_found_before_anything_is_written() {
    let folder = repository();
    for (arguments, expected) in [
        (vec!["init", "x", "--repository", "https://github.com/my-org/shop"], "write `my-org/shop`"),
        (vec!["init", "x", "--name", " "], "--name"),
        (vec!["init", "x", "--name", "a\nb"], "one line"),
        (vec!["init", "x", "--service", ""], "expected text"),
        (vec!["init", "x", "--ci", "jenkins"], "possible values"),
        (vec!["init", ".git/config/x"], ""),
    ] {
        if arguments[1].starts_with(".git") {
            std::fs::write(folder.path().join(".git/config"), "").unwrap();
        }
        let refused = run_in(folder.path(), &arguments);
        let is_refused = matches!(refused.code, 2 | 6);
        assert!(is_refused && refused.stdout.is_empty(), "{arguments:?}: {} {}", refused.code, refused.stderr);
        assert!(expected == "--name" || refused.stderr.contains(expected), "{arguments:?}: {}", refused.stderr);
        assert!(!folder.path().join("x").exists(), "{arguments:?}");
    }
}

#[test]
fn a_definition_drafted_into_a_new_pack_carries_its_schema() {
    let folder = repository();
    assert_eq!(run_in(folder.path(), &["init", "pack", "--ci", "none"]).code, 0);
    std::fs::write(folder.path().join("a.log"), "ERROR payment provider gave up after 12 s\n").unwrap();
    let written = run_in(folder.path(), &["new", "gave-up", "--from-entry", "a.log:1", "--write", "--rules", "pack"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    let file = read(folder.path(), "pack/clusters/gave-up.yaml");
    assert!(file.starts_with("# yaml-language-server: $schema=../schema/clusters.json\n"), "{file}");
}
