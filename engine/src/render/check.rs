//! Templates held against what they will be given, before any entry is read.

use minijinja::machinery::ast::Stmt;
use minijinja::value::{Value, ValueKind};

use super::output::Output;
use super::worklog::{Template, TemplateFailure, codes, rendered};
use super::{context, environment, specimen};
use crate::diagnostic::{Diagnostic, Problem, Span, nearest, sort};
use crate::pack::Loaded;
use crate::phrase::{FILTERS, Found, Record, Shape, TESTS, Words, walk};
use crate::report::Report;

/// What of the report has names that are known only when it is seen: the authors' own, or those of log severities.
const BY_NAME: [&str; 5] = ["group", "log_severities", "facets", "metrics", "redactions"];

/// The same pack with the problems of its templates, which its own check cannot know: that knows nothing of reports.
#[must_use]
pub fn check_templates(mut loaded: Loaded) -> Loaded {
    for (name, template) in &loaded.templates.texts {
        let Some(output) = Output::from_name(name) else { continue };
        let problems = check(&Template { name: &template.path, text: &template.text }, output);
        let at = |problem| Diagnostic::from_problem(problem, |range| Span::new(template.file, range));
        loaded.diagnostics.extend(problems.into_iter().map(at));
    }
    sort(&mut loaded.diagnostics);
    if loaded.diagnostics.iter().any(Diagnostic::is_error) {
        loaded.pack = None;
    }
    loaded
}

/// Everything that is wrong with a template: each name that a report does not have, each filter, test and template that is
/// not there; where there is none of these, what happens when it is rendered for a report in which everything occurs. A
/// template that is not well formed is not looked at.
#[must_use]
pub fn check(template: &Template<'_>, output: Output) -> Vec<Problem> {
    // The specimen's time is a good one, so that there is one.
    let Some(report) = specimen::report() else { return Vec::new() };
    let (Ok(tree), Ok(base)) = (environment::parsed(template.text), environment::parsed(output.default_text())) else {
        return Vec::new();
    };
    let variables = given(&report, output);
    let root = match variables.first().map_or(Shape::Any, |variables| shape("", variables)) {
        Shape::Record(root) => root,
        _ => Record::default(),
    };
    let env = environment::environment(&report);
    let functions: Vec<&str> = env.globals().map(|(name, _)| name).collect();
    let mut filters: Vec<&str> =
        FILTERS.into_iter().filter(|name| *name != "safe").chain(environment::FILTERS_OF_OUR_OWN).collect();
    filters.sort_unstable();
    let words = Words {
        root: &root,
        functions: &functions,
        filters: &filters,
        tests: &TESTS,
        unknown_name: &codes::BAD_TEMPLATE,
        unknown_filter: &codes::BAD_TEMPLATE,
    };
    let base = walk(output.default_text(), &base, words, &[]);
    let is_extending =
        matches!(&tree, Stmt::Template(all) if all.children.iter().any(|s| matches!(s, Stmt::Extends(_))));
    // What the default sets at its top is known in the blocks that replace its own.
    let defined = if is_extending { base.defined.as_slice() } else { &[] };
    let mut found = walk(template.text, &tree, words, defined);
    let mut problems = std::mem::take(&mut found.problems);
    problems.extend(other_templates(&found, output));
    if problems.is_empty() {
        problems.extend(tried(&report, template, output, &variables));
    }
    if is_extending {
        problems.extend(never_shown(&found, &base));
    }
    problems.sort_by_key(|problem| (problem.range.start, problem.range.end));
    problems
}

/// What a template is given for a report: where it is about a cluster, once for each of them, the fullest first.
fn given(report: &Report, output: Output) -> Vec<Value> {
    let variables = context::variables(report);
    match output.is_of_a_cluster() {
        true => report.clusters.iter().map(|cluster| context::with_cluster(&variables, report, cluster)).collect(),
        false => vec![variables],
    }
}

/// What is wrong when it is rendered.
fn tried(report: &Report, template: &Template<'_>, output: Output, variables: &[Value]) -> Option<Problem> {
    let render = |variables: &Value| rendered(output, template, environment::environment(report), variables.clone());
    let texts: Result<Vec<String>, TemplateFailure> = variables.iter().map(render).collect();
    match texts {
        Ok(texts) if texts.iter().any(|text| text.trim().is_empty()) => {
            let what = output.words();
            let text = format!("the template prints nothing: {what} would be empty");
            let problem = Problem::new(&codes::BAD_TEMPLATE, 0..0, text);
            Some(problem.help(format!("write {what} into it, or take the file out for the default one")))
        }
        Ok(_) => None,
        Err(failure) => Some(failure.problem(template)),
    }
}

/// Templates that are named and cannot be reached.
fn other_templates(found: &Found, output: Output) -> Vec<Problem> {
    let base = output.base();
    let others = found.templates.iter().filter(|(word, other)| *word != "extends" || other.name != base);
    others
        .map(|(word, other)| {
            let message = format!("`{word}` names `{}`, which a template cannot reach", other.name);
            let help = match *word {
                "extends" => format!("a template can build on the default one: `{{% extends \"{base}\" %}}`"),
                _ => "a template stands by itself: write the text here, or make a macro of it".to_owned(),
            };
            let problem = Problem::new(&codes::BAD_TEMPLATE, other.range.clone(), message).help(help);
            match nearest(&other.name, [base]) {
                Some(near) if *word == "extends" => problem.label(format!("did you mean `{near}`?")),
                _ => problem,
            }
        })
        .collect()
}

/// What of a template that extends the default one is never seen: blocks that the default does not have, and what stands
/// outside of blocks.
fn never_shown(found: &Found, base: &Found) -> Vec<Problem> {
    let known: Vec<&str> = base.blocks.iter().map(|block| block.name.as_str()).collect();
    let blocks = found.blocks.iter().filter(|block| !known.contains(&block.name.as_str())).map(|block| {
        let message =
            format!("the block `{}` is never shown, for the default template has none of that name", block.name);
        let problem = Problem::new(&codes::NEVER_SHOWN, block.range.clone(), message)
            .help(format!("its blocks are {}", known.join(", ")));
        match nearest(&block.name, known.iter().copied()) {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem,
        }
    });
    let loose = found.loose.iter().map(|range| {
        Problem::new(&codes::NEVER_SHOWN, range.clone(), "this is never shown, for it stands outside of a block")
            .help("a template that extends another one shows only blocks: move it into one of them")
    });
    blocks.chain(loose).collect()
}

/// What stands below a value of the specimen, which has everything that a report can have.
fn shape(name: &str, value: &Value) -> Shape {
    match value.kind() {
        ValueKind::Map => {
            let keys = value.try_iter().into_iter().flatten().filter_map(|key| {
                let below = value.get_item(&key).ok()?;
                let name = key.as_str()?.to_owned();
                Some((name.clone(), shape(&name, &below)))
            });
            let keys: Vec<(String, Shape)> = keys.collect();
            if BY_NAME.contains(&name) {
                let first = keys.into_iter().next().map_or(Shape::Any, |(_, shape)| shape);
                return Shape::MapOf(Box::new(first));
            }
            Shape::Record(Record { keys, ..Record::default() })
        }
        // Samples are entries: anybody's JSON.
        ValueKind::Seq | ValueKind::Iterable if name == "samples" => Shape::ListOf(Box::new(Shape::Any)),
        ValueKind::Seq | ValueKind::Iterable => {
            let first = value.try_iter().ok().and_then(|mut elements| elements.next());
            Shape::ListOf(Box::new(first.map_or(Shape::Any, |first| shape("", &first))))
        }
        ValueKind::None | ValueKind::Undefined => Shape::Any,
        _ => Shape::Plain,
    }
}
