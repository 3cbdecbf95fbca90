//! The diff for a comment on a pull request.

use crate::diff::{ClusterChange, Diff, FieldChange, Flow, Landing, Part, Place, What};

use super::{both, counts, known_by, name_of, others, reasons, severities, with_severity, words};
use crate::render::neutral::{code_span_pending, inline_pending, settle_pipes, shortened};
use crate::render::number::{count, counted};
use crate::render::table::conservation;

/// Bytes of a comment, of which GitHub takes 65,536 characters; what does not fit is counted.
const LONGEST: usize = 60_000;
/// Bytes that are kept for the end.
const END: usize = 4_000;
/// Places that a cluster's entries came from or went to.
const FLOWS: usize = 3;
/// Characters of a text.
const TEXT: usize = 200;

/// By this line a program finds the comment again that it wrote before.
const MARK: &str = "<!-- gardener diff -->";

/// The diff as Markdown, short enough for a comment on GitHub. Log text in it is neutralised.
#[must_use]
pub fn diff_markdown(diff: &Diff) -> String {
    let mut page = Page { text: format!("{MARK}\n"), left_out: 0 };
    page.text.push_str("### Log Gardener: what is decided otherwise\n\n");
    let (base, head) = (code(&diff.base.rules), code(&diff.head.rules));
    let read = counted(diff.head.entries.read, "record", None);
    page.text.push_str(&format!("{base} → {head}, over {read} read.\n\n"));
    let headline = if diff.changed { words::headline(diff) } else { words::nothing(diff) };
    page.text.push_str(&format!("**{}**\n", capitalised(&headline)));
    if diff.base.pack.name != diff.head.pack.name {
        let (before, after) = (code(&diff.base.pack.name), code(&diff.head.pack.name));
        page.text.push_str(&format!(
            "\n> [!WARNING]\n> The pack {before} is now called {after}: every cluster gets another fingerprint, and loses \
             its history and its issue.\n"
        ));
    }
    clusters(&mut page, diff);
    reasons_of(&mut page, diff);
    moves(&mut page, diff);
    redactions(&mut page, diff);
    untried(&mut page, diff);
    end(&mut page, diff);
    settle_pipes(&page.text)
}

/// A page that does not become too long.
struct Page {
    text: String,
    left_out: u64,
}

impl Page {
    /// Adds a row if there is room for it.
    fn row(&mut self, row: &str) {
        if self.text.len() + row.len() + END > LONGEST {
            self.left_out += 1;
        } else {
            self.text.push_str(row);
        }
    }

    /// Adds a heading with the rows below it, if there is room for any.
    fn rows(&mut self, heading: &str, rows: impl IntoIterator<Item = String>) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        let before = self.text.len();
        self.row(heading);
        if self.text.len() > before {
            rows.for_each(|row| self.row(&row));
        } else {
            self.left_out += rows.count() as u64;
        }
    }
}

/// A name of ours or a stranger's as code.
fn code(text: &str) -> String {
    code_span_pending(&shortened(text, TEXT))
}

/// A stranger's text.
fn said(text: &str) -> String {
    inline_pending(&shortened(text, TEXT))
}

/// A sentence of ours in which names stand in backticks.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { inline_pending_within(part) } else { code(part) }).collect()
}

/// A part of a sentence, with the spaces around it, which neutralising drops.
fn inline_pending_within(text: &str) -> String {
    let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
    let (before, after) = (text.get(..start).unwrap_or(""), text.get(end.max(start)..).unwrap_or(""));
    format!("{before}{}{after}", said(text))
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn landing(landing: &Landing) -> String {
    match (&landing.id, landing.bucket) {
        (Some(_), crate::diff::Bucket::Clustered) => code(&landing.to_string()),
        (Some(id), bucket) => format!("{} by {}", bucket.name(), code(id)),
        (None, bucket) => bucket.name().to_owned(),
    }
}

fn clusters(page: &mut Page, diff: &Diff) {
    let rows = diff.clusters.iter().filter_map(|change| {
        let state = known_by(change)?;
        let what = match change.what {
            What::Lost => "lost",
            What::Gained => "gained",
            What::Renamed => "renamed",
            What::Changed => "changed",
        };
        let name = match (&change.before, &change.after) {
            (Some(before), Some(after)) if name_of(before) != name_of(after) => {
                format!("{} → {}", code(&name_of(before)), code(&name_of(after)))
            }
            _ => code(&name_of(state)),
        };
        Some(format!(
            "| {what} | {} | {name}<br>{} | {} | {} |\n",
            severities(change),
            said(&state.title),
            counts(change),
            whence(change)
        ))
    });
    page.rows("\n| | severity | cluster | entries | |\n|---|---|---|--:|---|\n", rows);
}

/// Where the entries of a cluster come from and went, and what else changed, in a cell.
fn whence(change: &ClusterChange) -> String {
    let told = |flows: &[Flow], way: &str| -> Vec<String> {
        let mut told: Vec<String> = flows
            .iter()
            .take(FLOWS)
            .map(|flow| format!("{} {way} {}", count(flow.count), landing(&flow.place)))
            .collect();
        let rest = flows.get(FLOWS..).unwrap_or_default();
        if !rest.is_empty() {
            told.push(format!("{} {way} {} more places", count(rest.iter().map(|flow| flow.count).sum()), rest.len()));
        }
        told
    };
    let mut parts = told(&change.from, "from");
    parts.extend(told(&change.to, "to"));
    let fields: Vec<String> = others(change).map(|field| field.field.replace('.', " ")).collect();
    if !fields.is_empty() {
        parts.push(said(&fields.join(", ")));
    }
    parts.join("<br>")
}

fn reasons_of(page: &mut Page, diff: &Diff) {
    let rows = diff.clusters.iter().filter_map(|change| {
        let mut lines: Vec<String> =
            reasons(change).into_iter().map(|(side, text)| format!("  - {side}: {}\n", said(&text))).collect();
        lines.extend(others(change).map(|field| format!("  - {}\n", sentence(field))));
        lines.extend(change.advice.iter().map(|advice| format!("  - {}\n", marked(advice))));
        let place = change.place.as_ref().map(|place| format!(" – {}", located(place))).unwrap_or_default();
        let name = code(&name_of(known_by(change)?));
        (!lines.is_empty()).then(|| format!("- {name}{place}\n{}", lines.concat()))
    });
    let before = page.text.len();
    page.rows("\n<details><summary>Reasons and texts</summary>\n\n", rows);
    if page.text.len() > before {
        page.text.push_str("\n</details>\n");
    }
}

fn sentence(field: &FieldChange) -> String {
    let shown = |text: &Option<String>| text.as_ref().map_or_else(|| "nothing".to_owned(), |text| said(text));
    format!("{}: {} → {}", said(&field.field), shown(&field.before), shown(&field.after))
}

fn located(place: &Place) -> String {
    code(&format!("{}:{}", place.at.file, place.at.line))
}

fn moves(page: &mut Page, diff: &Diff) {
    let rows = diff.moves.iter().map(|moved| {
        let sample = moved.sample.as_ref().map(|sample| {
            format!("{}<br>{}", code(&format!("{}:{}", sample.capture, sample.number)), said(&sample.text))
        });
        format!(
            "| {} | {} | {} | {} |\n",
            count(moved.count),
            with_severity(moved.severity_before, &landing(&moved.from)),
            with_severity(moved.severity_after, &landing(&moved.to)),
            sample.unwrap_or_default()
        )
    });
    page.rows("\n#### Entries that went elsewhere\n\n| entries | from | to | for example |\n|--:|---|---|---|\n", rows);
    if diff.other_moves > 0 {
        let entries = counted(diff.other_moves, "entry", Some("entries"));
        page.row(&format!("\nAnd {entries} in more ways than are kept.\n"));
    }
}

fn redactions(page: &mut Page, diff: &Diff) {
    let rows = diff.redactions.iter().map(|redaction| {
        format!(
            "| {} | {}{} |\n",
            code(&redaction.name),
            both(Some(count(redaction.before)), Some(count(redaction.after)), ""),
            if redaction.is_gone { ", gone" } else { "" }
        )
    });
    page.rows("\n#### What redactions take out\n\n| redaction | times |\n|---|--:|\n", rows);
}

fn untried(page: &mut Page, diff: &Diff) {
    for (is_of, heading) in [(true, words::UNTRIED_DEFINITIONS), (false, words::UNTRIED_PARTS)] {
        let rows = diff.untried.iter().filter(|untried| (untried.part == Part::Definition) == is_of).map(|untried| {
            let place = untried.place.as_ref().map(|place| format!(" – {}", located(place))).unwrap_or_default();
            format!("- {}{} ({}){place}\n", words::part(untried.part), code(&untried.id), untried.what)
        });
        page.rows(&format!("\n#### Not tried: {heading}\n\n"), rows);
    }
}

fn end(page: &mut Page, diff: &Diff) {
    if page.left_out > 0 {
        let left_out = counted(page.left_out, "more line", None);
        page.text.push_str(&format!("\n*{left_out} would not fit: `--format json` shows all.*\n"));
    }
    for note in words::notes(diff) {
        page.text.push_str(&format!("\n*{}*\n", said(&note)));
    }
    page.text.push_str(&format!(
        "\n<sub>before: {}<br>after: {}</sub>\n",
        conservation(&diff.base.entries),
        conservation(&diff.head.entries)
    ));
}
