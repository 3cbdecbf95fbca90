//! Plans in files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use gardener_engine::filing::{Plan, SCHEMA};
use gardener_engine::pack::Pack;

use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::terminal;

/// Bytes of a plan file that are read.
const LONGEST: u64 = 256 << 20;
/// Bytes at the beginning of a file within which a plan says what it is.
const HEAD: usize = 256;

/// The plan that was named: by an option, or in the place of captures.
pub(super) fn named(option: Option<&Path>, captures: &[String]) -> Result<Option<(PathBuf, Plan)>, Failure> {
    if let Some(path) = option {
        return read(path).map(|plan| Some((path.to_owned(), plan)));
    }
    let plans: Vec<&Path> = captures.iter().map(Path::new).filter(|path| is_plan(path)).collect();
    match (plans.as_slice(), captures) {
        ([], _) => Ok(None),
        ([path], [_]) => read(path).map(|plan| Some(((*path).to_owned(), plan))),
        _ => Err(Failure::new(Exit::Usage, "a plan is carried out by itself, without captures or other plans")),
    }
}

/// Whether a file begins as plans do.
fn is_plan(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    read.is_ok() && head.trim_start().starts_with('{') && head.contains("\"gardener/plan/")
}

fn read(path: &Path) -> Result<Plan, Failure> {
    let refused = |why: String| Failure::new(Exit::Unreadable, format!("the plan `{}` {why}", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(|error| refused(format!("cannot be read: {error}")))?;
    let length = file.take(LONGEST + 1).read_to_string(&mut text);
    length.map_err(|error| refused(format!("cannot be read: {error}")))?;
    if text.len() as u64 > LONGEST {
        return Err(refused(format!("is longer than {} MiB", LONGEST >> 20)));
    }
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| refused(format!("is no JSON: {error}")))?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            let told = format!("is of the schema `{}`, and this gardener knows {SCHEMA}", terminal::clean(other));
            return Err(refused(told).help("make it anew: gardener plan -o FILE"));
        }
        None => return Err(refused("is no plan".to_owned()).help("make one: gardener plan -o FILE")),
    }
    serde_json::from_value(value).map_err(|error| refused(format!("is not whole: {error}")))
}

/// Refuses a plan that is not for this pack's repository; tells of one that was made by other rules.
pub(super) fn fits(context: &Context, plan: &Plan, pack: &Pack, path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if plan.pack != pack.name {
        let told = format!("the plan `{shown}` was made by the pack {}, and this is {}", plan.pack, pack.name);
        return Err(Failure::new(Exit::Usage, told).help("name that pack by --rules"));
    }
    if plan.repository != pack.issue.repository {
        let name = |repository: &Option<String>| repository.clone().unwrap_or_else(|| "no repository".to_owned());
        let (planned, meant) = (name(&plan.repository), name(&pack.issue.repository));
        let told = format!("the plan `{shown}` is for {planned}, and {meant} is meant");
        return Err(Failure::new(Exit::Usage, told).help("say --repo, or make the plan anew"));
    }
    if let Some(step) = plan.steps.iter().find(|step| !step.is_as_made()) {
        let told = format!(
            "the plan `{shown}` was changed by hand: what is written about `{}` is not as it was made",
            step.id
        );
        return Err(
            Failure::new(Exit::Unreadable, told).help("change the pack, and make the plan anew: gardener plan -o FILE")
        );
    }
    if plan.digest != pack.digest && !context.is_quiet() {
        let told = format!("the rules have changed since the plan `{shown}` was made");
        context.tell(&terminal::warning(&told, context.stderr_has_color()));
    }
    Ok(())
}
