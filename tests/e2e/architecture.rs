//! The repository checks itself: which way imports go, how long files are, that nothing names a machine.

mod support;

use std::path::{Path, PathBuf};

use support::root;

/// The engine's modules in the order of their imports, as ARCHITECTURE.md has them.
fn order() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = text.split("## The engine").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split('`').next().unwrap().to_owned()).collect()
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") {
                files(&path, ending, found);
            }
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&root().join(folder), "rs", &mut found);
    assert!(!found.is_empty());
    found
}

#[test]
fn every_module_of_the_engine_is_in_the_order() {
    let mut modules: Vec<String> = std::fs::read_dir(root().join("engine/src"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name != "lib")
        .collect();
    modules.sort();
    let mut listed = order();
    listed.sort();
    assert_eq!(modules, listed, "ARCHITECTURE.md lists each module of the engine once");
}

#[test]
fn imports_go_one_way() {
    let order = order();
    let place = |name: &str| order.iter().position(|module| module == name);
    let source = root().join("engine/src");
    let mut wrong = Vec::new();
    for file in rust_files("engine/src") {
        let relative = file.strip_prefix(&source).unwrap();
        let module = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let is_test = relative.to_str().unwrap().contains("tests") || relative.to_str().unwrap().contains("support");
        let Some(own) = place(&module).filter(|_| !is_test) else { continue };
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for part in line.split("crate::").skip(1) {
                let name: String = part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if place(&name).is_some_and(|other| other > own) {
                    wrong.push(format!("{}: {module} imports {name}, which stands after it", relative.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_enough_to_be_read() {
    let long: Vec<String> = ["engine/src", "cli/src"]
        .into_iter()
        .flat_map(rust_files)
        .filter(|file| !file.to_str().unwrap().contains("tests"))
        .filter_map(|file| {
            let lines = std::fs::read_to_string(&file).unwrap().lines().count();
            (lines > 450).then(|| format!("{} has {lines} lines", file.display()))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_program_knows_nothing_of_any_one_service() {
    for file in ["engine/src", "cli/src"].into_iter().flat_map(rust_files) {
        if file.to_str().unwrap().contains("test") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let code: String = text
            .split("#[cfg(test)]")
            .next()
            .unwrap()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for word in ["netra", "SessionMiddleware", "GOLDEN PATH", "BUFFER UTILIZATION"] {
            assert!(!code.contains(word), "{} names {word}", file.display());
        }
    }
}
