//! The schemas for editors: they accept the shipped packs and the guide's examples, refuse what the loader refuses of structure,
//! and every file of the shipped packs says which one is its own.

mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use support::json_schema::Schema;
use support::{root, run, run_in, write_pack};

fn schema(name: &str) -> Schema {
    let run = run(&["schema", name]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    Schema::new(serde_json::from_str(&run.stdout).unwrap())
}

/// A file as the loader reads it: `yes` and `no` are texts.
fn value(yaml: &str) -> Value {
    let options = serde_yaml::options! { strict_booleans: true };
    serde_yaml::from_str_with_options(yaml, options).unwrap_or_else(|error| panic!("{error}: {yaml}"))
}

fn problems(schema: &Schema, yaml: &str) -> Vec<String> {
    schema.problems(&value(yaml))
}

/// The YAML files of the shipped packs.
fn shipped() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("rules"), &mut found);
    found.sort();
    assert!(found.len() > 10, "the shipped packs are somewhere else");
    found
}

/// Which schema a file of a pack has, by where it lies.
fn kind(path: &Path) -> &'static str {
    if path.ends_with("gardener.yaml") {
        return "manifest";
    }
    match path.parent().unwrap().file_name().unwrap().to_str().unwrap() {
        "clusters" => "clusters",
        "tests" => "tests",
        other => panic!("{} lies in {other}", path.display()),
    }
}

#[test]
fn every_file_of_the_shipped_packs_is_accepted() {
    for path in shipped() {
        let found = problems(&schema(kind(&path)), &std::fs::read_to_string(&path).unwrap());
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
}

#[test]
fn every_file_of_the_shipped_packs_names_its_schema() {
    for path in shipped() {
        let text = std::fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap();
        let named = first.strip_prefix("# yaml-language-server: $schema=");
        let named = named.unwrap_or_else(|| panic!("{} does not begin with a modeline: {first}", path.display()));
        let schema = path.parent().unwrap().join(named);
        let expected = root().join("docs/reference/schema").join(format!("{}.json", kind(&path)));
        let found = schema.canonicalize().unwrap_or_else(|error| panic!("{}: {named}: {error}", path.display()));
        assert_eq!(found, expected.canonicalize().unwrap(), "{}", path.display());
    }
}

#[test]
fn the_examples_of_the_guide_are_accepted() {
    let (manifest, clusters, tests) = (schema("manifest"), schema("clusters"), schema("tests"));
    let mut seen = 0;
    let guide = std::fs::read_dir(root().join("docs/guide")).unwrap().map(|entry| entry.unwrap().path());
    for path in guide.chain([root().join("README.md")]).filter(|path| path.extension().is_some_and(|e| e == "md")) {
        let text = std::fs::read_to_string(&path).unwrap();
        // The parts of a manifest are one for each page.
        let mut whole = String::new();
        for block in text.split("\n```yaml ").skip(1) {
            let (kind, yaml) = block.split_once('\n').unwrap();
            let yaml = yaml.split("\n```").next().unwrap();
            let schema = match kind {
                "manifest" => {
                    whole.push_str(yaml);
                    whole.push('\n');
                    continue;
                }
                "pack" if yaml.starts_with("version:") => &manifest,
                "pack" => &clusters,
                _ => &tests,
            };
            let found = problems(schema, yaml);
            assert!(found.is_empty(), "{}: {found:#?}\n{yaml}", path.display());
            seen += 1;
        }
        let found = problems(&manifest, &format!("version: 1\nname: guide\n{whole}"));
        assert!(found.is_empty(), "{}: {found:#?}\n{whole}", path.display());
    }
    assert!(seen > 5, "the guide has no examples any more");
}

const CLUSTER: &str = "- id: x\n  title: x\n  match: a\n  severity: P4\n";
const MANIFEST: &str = "version: 1\nname: x\nextends: default\n";

/// A definition or a manifest that is right, with one line put in, in the place of the line that has its key.
fn with(right: &str, indent: &str, line: &str) -> String {
    let key = line.split(':').next().unwrap();
    let rest = right.lines().filter(|own| !own.trim_start_matches(['-', ' ']).starts_with(key));
    rest.map(|own| format!("{own}\n")).chain([format!("{indent}{line}\n")]).collect()
}

#[test]
fn broken_definitions_are_refused_by_the_schema_and_by_check() {
    let schema = schema("clusters");
    assert_eq!(problems(&schema, CLUSTER), Vec::<String>::new());
    let broken = [
        "titel: x",
        "severity: p4",
        "severity: ERROR",
        "match: [a, 1]",
        "match: ''",
        "priority: high",
        "ignore: yes",
        "ignore: 'true'",
        "tags: { a: b }",
        "capture: 'a (b)'",
        "capture: { a: [] }",
        "capture: { a: { from: message } }",
        "capture: { a: { regex: '(b)', of: message } }",
        "impact: high",
        "impact: { business: { text: x } }",
        "impact: { business: { level: bad } }",
        "issue: 12",
        "issue: { number: 0 }",
        "issue: { number: '12' }",
        "issue: { file: always }",
        "recommend: { text: x }",
        "recommend: { title: x, horizon: soon }",
        "policy: { severty: f }",
        "examples: [a]",
        "examples: { match: [1] }",
        "examples: { matches: a }",
        "facets: [[a]]",
        "override: 1",
        "follow_up:",
        "match: []",
        "ignore: true",
        "capture: { a-b: '(c)' }",
    ];
    let mut files = vec![("gardener.yaml".to_owned(), MANIFEST.to_owned())];
    for (number, line) in broken.iter().enumerate() {
        let yaml = with(CLUSTER, "  ", line);
        assert_ne!(problems(&schema, &yaml), Vec::<String>::new(), "the schema accepts {line}");
        files.push((format!("clusters/{number}.yaml"), yaml.replace("id: x", &format!("id: x{number}"))));
    }
    // What needs another key, or is no name.
    let whole = [("title", "  title: "), ("match", "  match: "), ("severity", "  severity: ")];
    for (name, start) in whole {
        let yaml: String =
            CLUSTER.lines().filter(|line| !line.starts_with(start)).map(|line| format!("{line}\n")).collect();
        assert_ne!(yaml, CLUSTER, "{name}");
        assert_ne!(problems(&schema, &yaml), Vec::<String>::new(), "the schema accepts a definition without {name}");
        assert_eq!(problems(&schema, &format!("{yaml}  override: true\n")), Vec::<String>::new(), "{name}");
    }
    assert_ne!(problems(&schema, &CLUSTER.replace("id: x", "id: A B")), Vec::<String>::new());
    let found = places_of_errors(&files);
    for (number, line) in broken.iter().enumerate() {
        assert!(found.iter().any(|file| file.ends_with(&format!("clusters/{number}.yaml"))), "`check` accepts {line}");
    }
}

#[test]
fn broken_manifests_are_refused_by_the_schema_and_by_check() {
    let schema = schema("manifest");
    assert_eq!(problems(&schema, MANIFEST), Vec::<String>::new());
    let broken = [
        "vesrion: 1",
        "version: '1'",
        "name: 7",
        "name: ' '",
        "extends: { default: true }",
        "attention: warning",
        "frequency: { high: 0 }",
        "frequency: 10",
        "severities: { P6: {} }",
        "severities: { P0: { horizon: now } }",
        "redact: { name: a }",
        "redact: [{ regex: a }]",
        "redact: [{ name: a, enabled: 'no' }]",
        "issue: { file_from: 3 }",
        "issue: { labels: [1] }",
        "unknown: { severity: high }",
        "policy: { max_operations: -1 }",
        "templates: worklog",
    ];
    let mut files = Vec::new();
    for (number, line) in broken.iter().enumerate() {
        let yaml = with(MANIFEST, "", line);
        assert_ne!(problems(&schema, &yaml), Vec::<String>::new(), "the schema accepts {line}");
        files.push((format!("bases/{number}/gardener.yaml"), yaml));
    }
    let bases: Vec<String> = (0..broken.len()).map(|number| format!("bases/{number}")).collect();
    files.push(("gardener.yaml".to_owned(), format!("version: 1\nname: x\nextends: [{}]\n", bases.join(", "))));
    let found = places_of_errors(&files);
    for (base, line) in bases.iter().zip(broken) {
        assert!(found.iter().any(|file| file.ends_with(&format!("{base}/gardener.yaml"))), "`check` accepts {line}");
    }
}

const CASE: &str = "- name: x\n  now: 2025-01-01T00:00:00Z\n  entries: [a]\n";

#[test]
fn broken_cases_are_refused_by_the_schema_and_by_test() {
    let schema = schema("tests");
    assert_eq!(problems(&schema, CASE), Vec::<String>::new());
    let broken = [
        "naem: x",
        "now: 12",
        "captures: { a: b }",
        "entries: a",
        "entries: [1]",
        "log_severity: warn",
        "history: [{ at: 1d, clusters: [{ id: a, severity: high }] }]",
        "issues: [{ number: 0 }]",
        "issues: [{ number: 1, state: closed }]",
        "expect: { id: a, severity: P9 }",
        "expect: { id: a, count: [1] }",
        "expect: { id: a, metrics: { m: { maximum: 1 } } }",
        "expect: { id: a, impact: { business: terrible } }",
        "expect: { id: a, action: file }",
        "exact: 'yes'",
        "absent: [[a]]",
        "ignored: [{ a: 1 }]",
        "counts: { lost: 1 }",
        "snapshot: all",
    ];
    let mut files =
        vec![("gardener.yaml".to_owned(), MANIFEST.to_owned()), ("clusters/a.yaml".to_owned(), CLUSTER.to_owned())];
    for (number, line) in broken.iter().enumerate() {
        let yaml = with(CASE, "  ", line);
        assert_ne!(problems(&schema, &yaml), Vec::<String>::new(), "the schema accepts {line}");
        files.push((format!("tests/{number}.yaml"), yaml.replace("name: x", &format!("name: x{number}"))));
    }
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let pack = write_pack(folder.path(), &files);
    let run = run_in(folder.path(), &["test", "--rules", &pack]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    for (number, line) in broken.iter().enumerate() {
        assert!(run.stderr.contains(&format!("tests/{number}.yaml:")), "`test` accepts {line}:\n{}", run.stderr);
    }
}

/// The files of a pack in which `gardener check` finds errors.
fn places_of_errors(files: &[(String, String)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let pack = write_pack(folder.path(), &files);
    let run = run_in(folder.path(), &["check", "--rules", &pack, "--format", "json"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let found: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    let errors = found.iter().filter(|problem| problem["level"] == "error");
    errors.filter_map(|problem| Some(problem["file"].as_str()?.to_owned())).collect()
}

#[test]
fn what_may_be_left_out_is_accepted() {
    let clusters = schema("clusters");
    for yaml in
        ["", "# nothing yet\n", "[]", "id: x\nmatch: a\ntitle: x\nseverity: P4\n", "- { id: x, enabled: false }"]
    {
        assert_eq!(problems(&clusters, yaml), Vec::<String>::new(), "{yaml}");
    }
}

#[test]
fn schemas_are_listed_printed_and_written() {
    let listed = run(&["schema"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    for expected in ["manifest", "gardener.yaml", "clusters/*.yaml", "rhai"] {
        assert!(listed.stdout.contains(expected), "{}", listed.stdout);
    }
    let folder = tempfile::tempdir().unwrap();
    let written = run_in(folder.path(), &["schema", "--out", "pack/schema"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    // All but the snippets, which are the editor's own.
    let count = listed.stdout.lines().count() - 1;
    assert!(written.stderr.contains(&format!("{count} of {count} files")), "{}", written.stderr);
    for entry in std::fs::read_dir(folder.path().join("pack/schema")).unwrap() {
        let here = entry.unwrap().path();
        let path = root().join("docs/reference/schema").join(here.file_name().unwrap());
        let is_same = std::fs::read_to_string(&path).unwrap() == std::fs::read_to_string(here).unwrap();
        assert!(is_same, "{} differs", path.display());
    }
    let again = run_in(folder.path(), &["schema", "--out", "pack/schema"]);
    assert!(again.stderr.contains("0 of"), "{}", again.stderr);
    let one = run_in(folder.path(), &["schema", "clusters", "--out", "one"]);
    assert_eq!(one.code, 0, "{}", one.stderr);
    assert_eq!(std::fs::read_dir(folder.path().join("one")).unwrap().count(), 1);
}

#[test]
fn a_kind_that_there_is_not_is_refused_with_a_suggestion() {
    let run = run(&["schema", "cluster"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("'clusters'"), "{}", run.stderr);
}

#[test]
fn a_schema_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let run = run_in(folder.path(), &["schema", "--out", "file/schema"]);
    assert_eq!(run.code, 6, "{}", run.stderr);
    assert!(run.stderr.contains("file/schema"), "{}", run.stderr);
}
