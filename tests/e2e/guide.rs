//! Every example of the guide and of the README runs.
//!
//! - ```` ```console ````: each line after `$ ` is run in the repository's root; the lines below it, if any, must be its output
//!   (a line `…` stands for any lines).
//! - ```` ```yaml pack ````: cluster definitions that must load without a problem.
//! - ```` ```yaml manifest ````: what a manifest has beside its version, name and `extends`, for the definitions and cases of the same page.
//! - ```` ```yaml case ````: cases that must pass, with the definitions of the same page.
//! - ```` ```yaml failing-case ````: a case that must fail, with the output in the ```` ```text output ```` behind it (`…` as above).
//! - ```` ```rhai ````: a policy script that must compile.
//! - ```` ```query ````: a query that must parse.

mod support;

use std::path::PathBuf;

use support::{root, run, run_in, write_pack};

struct Block {
    place: String,
    kind: String,
    text: String,
}

impl Block {
    /// The file that it is in.
    fn page(&self) -> &str {
        self.place.split(':').next().unwrap()
    }
}

fn documents() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(root().join("docs/guide")).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    found.push(root().join("README.md"));
    found.sort();
    found
}

fn blocks(kind: &str) -> Vec<Block> {
    let mut found = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        let mut open: Option<Block> = None;
        for (number, line) in (1..).zip(text.lines()) {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(info)) => {
                    let place = format!("{}:{number}", document.file_name().unwrap().display());
                    open = Some(Block { place, kind: info.trim().to_owned(), text: String::new() });
                }
                (Some(_), Some(_)) => found.extend(open.take()),
                (Some(block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{} ends inside a block", document.display());
    }
    found.retain(|block| block.kind == kind);
    found
}

#[test]
fn commands_of_the_guide_run() {
    let blocks = blocks("console");
    assert!(!blocks.is_empty(), "the guide has no commands");
    for block in blocks {
        let mut commands: Vec<(String, Vec<&str>)> = Vec::new();
        for line in block.text.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => commands.push((command.to_owned(), Vec::new())),
                None => commands
                    .last_mut()
                    .unwrap_or_else(|| panic!("{}: output before a command", block.place))
                    .1
                    .push(line),
            }
        }
        for (command, expected) in commands {
            let output = shell(&command);
            assert_output(&output, &expected, &format!("{}: `{command}`", block.place));
        }
    }
}

/// Asserts that these lines come one behind the other; `…` stands for any lines, empty ones do not count.
fn assert_output(output: &str, expected: &[&str], what: &str) {
    let mut rest = output.lines();
    let mut skips = false;
    for line in expected.iter().filter(|line| !line.trim().is_empty()) {
        if line.trim() == "…" {
            skips = true;
            continue;
        }
        let found =
            if skips { rest.find(|l| l.trim_end() == line.trim_end()) } else { rest.find(|l| !l.trim().is_empty()) };
        assert_eq!(found.map(str::trim_end), Some(line.trim_end()), "{what} gives\n{output}");
        skips = false;
    }
}

/// Runs a command of the guide by a shell that knows `gardener`.
fn shell(command: &str) -> String {
    let program = env!("CARGO_BIN_EXE_gardener-under-test");
    let script = format!("gardener() {{ \"{program}\" \"$@\"; }}\n{command}");
    let mut command_line = std::process::Command::new("sh");
    command_line.arg("-c").arg(&script).current_dir(root()).env("GARDENER_HISTORY", "none");
    let output = command_line.output().unwrap();
    let code = output.status.code().unwrap_or(-1);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(code, 0 | 1 | 3), "`{command}` ended with {code}:\n{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn definitions_of_the_guide_load() {
    let blocks = blocks("yaml pack");
    assert!(!blocks.is_empty(), "the guide has no definitions");
    for block in blocks {
        let folder = tempfile::tempdir().unwrap();
        let manifest = "version: 1\nname: guide\nextends: default\n";
        let is_manifest = block.text.contains("\nversion:") || block.text.starts_with("version:");
        let files = if is_manifest {
            vec![("gardener.yaml", block.text.as_str())]
        } else {
            vec![("gardener.yaml", manifest), ("clusters/guide.yaml", block.text.as_str())]
        };
        let pack = write_pack(folder.path(), &files);
        let checked = run_in(folder.path(), &["check", "--rules", &pack]);
        assert_eq!(checked.code, 0, "{}:\n{}{}", block.place, checked.stdout, checked.stderr);
    }
}

/// The manifest of a page's examples.
fn manifest(page: &str) -> String {
    let own: String =
        blocks("yaml manifest").into_iter().filter(|block| block.page() == page).map(|b| b.text).collect();
    format!("version: 1\nname: guide\nextends: default\n{own}")
}

#[test]
fn manifests_of_the_guide_load_with_the_definitions_of_their_pages() {
    let pages: std::collections::BTreeSet<String> =
        blocks("yaml manifest").iter().map(|block| block.page().to_owned()).collect();
    assert!(!pages.is_empty(), "the guide has no manifests");
    for page in pages {
        let folder = tempfile::tempdir().unwrap();
        let clusters: String =
            blocks("yaml pack").into_iter().filter(|block| block.page() == page).map(|block| block.text).collect();
        let files = [("gardener.yaml", manifest(&page)), ("clusters/guide.yaml", clusters)];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let pack = write_pack(folder.path(), &files);
        let checked = run_in(folder.path(), &["check", "--deny-warnings", "--now", "2026-01-20", "--rules", &pack]);
        assert_eq!(checked.code, 0, "{page}:\n{}{}", checked.stdout, checked.stderr);
    }
}

/// Tests these cases with the definitions of their page.
fn tested(page: &str, cases: &[&Block]) -> support::Run {
    let folder = tempfile::tempdir().unwrap();
    let mut files = vec![("gardener.yaml".to_owned(), manifest(page))];
    let definitions = blocks("yaml pack").into_iter().filter(|block| block.page() == page);
    for (number, block) in definitions.filter(|block| block.text.starts_with("- id:")).enumerate() {
        files.push((format!("clusters/{number}.yaml"), block.text));
    }
    for (number, block) in cases.iter().enumerate() {
        files.push((format!("tests/{number}.yaml"), block.text.clone()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let pack = write_pack(folder.path(), &files);
    run_in(folder.path(), &["test", "--rules", &pack])
}

#[test]
fn cases_of_the_guide_pass() {
    let blocks = blocks("yaml case");
    assert!(blocks.len() >= 4, "the guide has cases");
    for page in blocks.iter().map(Block::page).collect::<std::collections::BTreeSet<_>>() {
        let cases: Vec<&Block> = blocks.iter().filter(|block| block.page() == page).collect();
        let run = tested(page, &cases);
        assert_eq!(run.code, 0, "{page}:\n{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn cases_of_the_guide_that_fail_show_what_the_guide_shows() {
    let (cases, outputs) = (blocks("yaml failing-case"), blocks("text output"));
    assert!(!cases.is_empty() && cases.len() == outputs.len());
    for (case, output) in cases.iter().zip(&outputs) {
        let run = tested(case.page(), &[case]);
        assert_eq!(run.code, 4, "{}:\n{}{}", case.place, run.stdout, run.stderr);
        let lines: Vec<&str> = std::iter::once("…").chain(output.text.lines()).collect();
        assert_output(&run.stdout, &lines, &case.place);
    }
}

#[test]
fn scripts_and_queries_of_the_guide_are_right() {
    for block in blocks("rhai") {
        let folder = tempfile::tempdir().unwrap();
        let manifest = "version: 1\nname: guide\nextends: default\n";
        let pack = write_pack(folder.path(), &[("gardener.yaml", manifest), ("policy/guide.rhai", &block.text)]);
        let checked = run_in(folder.path(), &["check", "--rules", &pack]);
        assert_eq!(checked.code, 0, "{}:\n{}{}", block.place, checked.stdout, checked.stderr);
    }
    for block in blocks("query") {
        let folder = tempfile::tempdir().unwrap();
        let query: String = block.text.lines().map(|line| format!("    {line}\n")).collect();
        let cluster = format!("- id: q\n  title: q\n  severity: P4\n  match: |\n{query}");
        let manifest = "version: 1\nname: guide\n";
        let pack = write_pack(folder.path(), &[("gardener.yaml", manifest), ("clusters/q.yaml", &cluster)]);
        let checked = run_in(folder.path(), &["check", "--rules", &pack]);
        assert_eq!(checked.code, 0, "{}:\n{}{}", block.place, checked.stdout, checked.stderr);
    }
}

#[test]
fn the_first_command_of_the_readme_runs_the_main_job() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let command = readme.lines().find(|line| line.contains("cargo run")).expect("the README runs the program");
    let arguments: Vec<&str> = command.split(" -- ").nth(1).expect("it passes arguments").split_whitespace().collect();
    let run = run(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("CLUSTER 1"), "{}", run.stdout);
    let tests = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    let command =
        readme.lines().map(str::trim).find(|line| line.contains("cargo test")).expect("the README runs the tests");
    assert!(tests.contains(command.trim_start_matches("$ ")), "`.ci/run` calls `{command}`");
}
