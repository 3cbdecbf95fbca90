//! A plan for people, and what came of it: Markdown.

use super::{NewState, Outcome, Plan, ResultKind, Step, Write};
use crate::render::counted;
use crate::render::neutral::{code_span, fence, inline, link, shortened};
use crate::report::ActionKind;

/// Characters of a text that is to be written which are shown.
const SHOWN: usize = 6_000;

/// The plan as Markdown: what is to be done and why in a table, then every text that is to be written.
#[must_use]
pub fn markdown(plan: &Plan) -> String {
    let mut out = format!("# Plan of {}\n\n", plan.generated);
    out.push_str(&format!("**Rules:** {} ({})  \n", inline(&plan.pack), plan.digest));
    let repository = plan.repository.as_deref().map_or_else(|| "none is named".to_owned(), inline);
    out.push_str(&format!("**Repository:** {repository}  \n"));
    let writes = plan.steps.iter().map(|step| step.writes.len()).sum::<usize>();
    out.push_str(&format!("**To Write:** {}\n\n", counted(writes as u64, "request", None)));
    for note in &plan.notes {
        out.push_str(&format!("⚠️ {}\n\n", inline(note)));
    }
    out.push_str("| Severity | Action | Issue | Cluster | Why |\n|---|---|---|---|---|\n");
    for step in &plan.steps {
        let cells = [step.severity.name().to_owned(), action(step), issue(step), cell(&step.title), cell(&step.reason)];
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    let is_told = |step: &&Step| !step.writes.is_empty() || !step.notes.is_empty() || !step.rejected.is_empty();
    for step in plan.steps.iter().filter(is_told) {
        section(&mut out, step);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// What came of a plan, as Markdown: a row for each step that had something to write, or could not be done.
#[must_use]
pub fn results(plan: &Plan, outcomes: &[Outcome], notes: &[String]) -> String {
    let mut out = format!("# Results of the plan of {}\n\n", plan.generated);
    let done = |result| outcomes.iter().filter(|outcome| outcome.result == result).count();
    let counts: Vec<String> = ResultKind::ALL
        .into_iter()
        .map(|result| (done(result), result))
        .filter(|(count, _)| *count > 0)
        .map(|(count, result)| format!("{count} {}", result.words()))
        .collect();
    out.push_str(&format!("{}\n\n", counts.join(", ")));
    for note in notes {
        out.push_str(&format!("⚠️ {}\n\n", inline(note)));
    }
    out.push_str("| | Action | Issue | Cluster | Result |\n|---|---|---|---|---|\n");
    for (step, outcome) in plan.steps.iter().zip(outcomes) {
        let number = outcome.number.map(|number| format!("#{number}"));
        let issue = match (number, &outcome.url) {
            (Some(number), Some(url)) => link(&number, url),
            (Some(number), None) => number,
            (None, _) => String::new(),
        };
        let result = format!("{}: {}", outcome.result.words(), outcome.detail);
        let cells = [outcome.result.mark().to_owned(), action(step), issue, cell(&step.title), cell(&result)];
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

fn cell(text: &str) -> String {
    inline(&shortened(text, 240))
}

fn action(step: &Step) -> String {
    let turn = match (step.kind, step.from, step.to) {
        (ActionKind::None | ActionKind::Update | ActionKind::Create, _, _) => String::new(),
        (_, Some(from), Some(to)) if from != to => format!(" {from}→{to}"),
        _ => String::new(),
    };
    format!("{}{turn}", step.kind.name())
}

fn issue(step: &Step) -> String {
    let Some(issue) = &step.issue else { return String::new() };
    let number = format!("#{}", issue.place.number);
    issue.url.as_ref().map_or_else(|| number.clone(), |url| link(&number, url))
}

fn section(out: &mut String, step: &Step) {
    out.push_str(&format!("\n## {} {}: {}\n\n", step.severity, action(step), inline(&step.title)));
    for rejected in &step.rejected {
        out.push_str(&format!("- not {}: {}\n", rejected.kind.name(), inline(&rejected.reason)));
    }
    for note in &step.notes {
        out.push_str(&format!("- {}\n", inline(note)));
    }
    for write in &step.writes {
        out.push_str(&format!("- {}\n", words(write)));
        if let Some(text) = text(write) {
            let lines = fence(&shortened(text, SHOWN), "markdown");
            out.push_str(&format!("\n{}\n\n", lines.trim_matches('\n')));
        }
    }
}

/// What a write does, in words.
fn words(write: &Write) -> String {
    match write {
        Write::Create { title, labels, .. } => {
            let labels: Vec<String> = labels.iter().map(|label| code_span(label)).collect();
            format!("create an issue {} with the labels {}:", code_span(title), labels.join(", "))
        }
        Write::Edit { title, body, state } => {
            let mut parts = Vec::new();
            match state {
                Some(NewState::Open) => parts.push("open it again".to_owned()),
                Some(NewState::Duplicate) => parts.push("close it as a duplicate".to_owned()),
                Some(NewState::Completed) => parts.push("close it as done".to_owned()),
                None => {}
            }
            parts.extend(title.as_ref().map(|title| format!("call it {}", code_span(title))));
            parts.extend(body.as_ref().map(|_| "rewrite our part of its text:".to_owned()));
            parts.join(", ")
        }
        Write::AddLabels { labels } => {
            let labels: Vec<String> = labels.iter().map(|label| code_span(label)).collect();
            format!("add the label {}", labels.join(", "))
        }
        Write::RemoveLabel { label } => format!("take off the label {}", code_span(label)),
        Write::Comment { .. } => "comment:".to_owned(),
        Write::EditComment { .. } => "bring our comment on the latest occurrences up to date:".to_owned(),
    }
}

fn text(write: &Write) -> Option<&str> {
    match write {
        Write::Create { body, .. } | Write::Comment { body } | Write::EditComment { body, .. } => Some(body),
        Write::Edit { body, .. } => body.as_deref(),
        Write::AddLabels { .. } | Write::RemoveLabel { .. } => None,
    }
}
