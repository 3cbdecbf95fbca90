//! The diff for a terminal.

use crate::diff::{ClusterChange, Diff, FieldChange, Flow, Part, Place, What, codes};

use super::{both, counts, known_by, name_of, others, place_of, reasons, severities, with_severity, words};
use crate::render::neutral::{flat, shortened};
use crate::render::number::{count, counted};
use crate::render::sheet::Sheet;
use crate::render::table::{TableStyle, conservation};

/// Clusters that are shown of each kind.
const CLUSTERS: usize = 200;
/// Ways that entries went, and definitions that no entry tried.
const ROWS: usize = 100;
/// Places that a cluster's entries came from or went to.
const FLOWS: usize = 5;
/// Characters of a text.
const TEXT: usize = 300;

/// The diff as text that is no wider than the style says, if that is 20 columns at least.
#[must_use]
pub fn diff_text(diff: &Diff, style: &TableStyle) -> String {
    let mut sheet = Sheet::new(style);
    sheet.line(0, &format!("base  {}", flat(&diff.base.rules)));
    sheet.line(0, &format!("head  {}", flat(&diff.head.rules)));
    sheet.gap();
    if diff.changed {
        sheet.line(0, &format!("changed: {}", words::headline(diff)));
    } else {
        sheet.line(0, &words::nothing(diff));
    }
    if diff.base.pack.name != diff.head.pack.name {
        let (before, after) = (flat(&diff.base.pack.name), flat(&diff.head.pack.name));
        sheet.line(
            0,
            &format!(
                "the pack `{before}` is now called `{after}`: every cluster gets another fingerprint, and loses its history \
                 and its issue"
            ),
        );
    }
    for (what, title, colour) in [
        (What::Lost, "LOST", "31"),
        (What::Gained, "GAINED", "32"),
        (What::Renamed, "RENAMED", "36"),
        (What::Changed, "CHANGED", "33"),
    ] {
        clusters(&mut sheet, diff, what, title, colour);
    }
    moves(&mut sheet, diff);
    redactions(&mut sheet, diff);
    untried(&mut sheet, diff);
    sheet.gap();
    sheet.line(0, &format!("base: {}", conservation(&diff.base.entries)));
    sheet.line(0, &format!("head: {}", conservation(&diff.head.entries)));
    for note in words::notes(diff) {
        sheet.line(0, &format!("note: {note}"));
    }
    sheet.finish()
}

fn clusters(sheet: &mut Sheet, diff: &Diff, what: What, title: &str, colour: &str) {
    let changes: Vec<&ClusterChange> = diff.clusters.iter().filter(|change| change.what == what).collect();
    if changes.is_empty() {
        return;
    }
    sheet.section(title, colour);
    for change in changes.iter().take(CLUSTERS) {
        cluster(sheet, change);
    }
    sheet.more(changes.len().saturating_sub(CLUSTERS), "cluster");
}

fn cluster(sheet: &mut Sheet, change: &ClusterChange) {
    let Some(state) = known_by(change) else { return };
    let name = both(change.before.as_ref().map(name_of), change.after.as_ref().map(name_of), "");
    let name = if change.what == What::Renamed { name } else { name_of(state) };
    let title = flat(&shortened(&state.title, 100));
    let title = if title == state.id { String::new() } else { format!("  {title}") };
    let entries = if counts(change) == "1" { "entry" } else { "entries" };
    sheet.heading(&format!("{}  {name}{title}  · {} {entries}", severities(change), counts(change)));
    for (side, text) in reasons(change) {
        sheet.line(4, &format!("{side}: {}", shortened(&text, TEXT)));
    }
    for field in others(change) {
        sheet.line(4, &sentence(field));
    }
    flows(sheet, &change.from, "from");
    flows(sheet, &change.to, "to");
    if let Some(advice) = &change.advice {
        sheet.line(4, &format!("help: {}", flat(advice)));
    }
    if let Some(place) = &change.place {
        sheet.dim(4, &located(place));
    }
}

/// `impact.business: nothing → high: customers wait`.
fn sentence(field: &FieldChange) -> String {
    let shown =
        |text: &Option<String>| text.as_ref().map_or_else(|| "nothing".to_owned(), |text| flat(&shortened(text, TEXT)));
    format!("{}: {} → {}", flat(&field.field), shown(&field.before), shown(&field.after))
}

fn flows(sheet: &mut Sheet, flows: &[Flow], way: &str) {
    for flow in flows.iter().take(FLOWS) {
        sheet.line(4, &format!("{} {way} {}", count(flow.count), shortened(&place_of(&flow.place), TEXT)));
    }
    let rest = flows.get(FLOWS..).unwrap_or_default();
    if !rest.is_empty() {
        let entries = rest.iter().map(|flow| flow.count).sum();
        sheet.line(4, &format!("{} {way} {} more places", count(entries), rest.len()));
    }
}

fn located(place: &Place) -> String {
    let side = if place.side == "base" { " (base)" } else { "" };
    let at = &place.at;
    // The base of a revision says so in its path.
    let side = if at.file.contains(':') { "" } else { side };
    format!("{}:{}{side}", flat(&at.file), at.line)
}

fn moves(sheet: &mut Sheet, diff: &Diff) {
    if diff.moves.is_empty() {
        return;
    }
    sheet.section("ENTRIES THAT WENT ELSEWHERE", "1");
    for bucket in &diff.buckets {
        let entries = counted(bucket.count, "entry", Some("entries"));
        sheet.line(0, &format!("{entries} {} → {}", bucket.from.name(), bucket.to.name()));
    }
    if !diff.buckets.is_empty() {
        sheet.gap();
    }
    for moved in diff.moves.iter().take(ROWS) {
        let from = with_severity(moved.severity_before, &shortened(&place_of(&moved.from), TEXT));
        let to = with_severity(moved.severity_after, &shortened(&place_of(&moved.to), TEXT));
        let line = format!("{}  {from} → {to}", count(moved.count));
        if *moved.code == codes::ENTRIES_SILENCED {
            sheet.warning(0, &line)
        } else {
            sheet.line(0, &line)
        }
        if let Some(sample) = &moved.sample {
            let text = format!("{}:{}  {} {}", sample.capture, sample.number, sample.severity, sample.text);
            sheet.dim(4, &flat(&text));
        }
    }
    sheet.more(diff.moves.len().saturating_sub(ROWS), "way");
    if diff.other_moves > 0 {
        let entries = counted(diff.other_moves, "entry", Some("entries"));
        sheet.line(0, &format!("and {entries} in more ways than are kept"));
    }
}

fn redactions(sheet: &mut Sheet, diff: &Diff) {
    if diff.redactions.is_empty() {
        return;
    }
    sheet.section("REDACTIONS", "1");
    for redaction in diff.redactions.iter().take(ROWS) {
        let (before, after) = (count(redaction.before), count(redaction.after));
        let gone = if redaction.is_gone { ", and is gone" } else { "" };
        let line = format!("{}: took out {before}, takes out {after}{gone}", flat(&redaction.name));
        if *redaction.code == codes::REDACTION_REDUCED { sheet.warning(0, &line) } else { sheet.line(0, &line) }
    }
}

fn untried(sheet: &mut Sheet, diff: &Diff) {
    if diff.untried.is_empty() {
        return;
    }
    sheet.section("NOT TRIED", "1");
    for (is_of, heading) in [(true, words::UNTRIED_DEFINITIONS), (false, words::UNTRIED_PARTS)] {
        let rows: Vec<_> = diff.untried.iter().filter(|untried| (untried.part == Part::Definition) == is_of).collect();
        if rows.is_empty() {
            continue;
        }
        sheet.line(0, &format!("{heading}:"));
        for untried in rows.iter().take(ROWS) {
            let place = untried.place.as_ref().map(|place| format!("  {}", located(place))).unwrap_or_default();
            let kind = words::part(untried.part);
            sheet.line(0, &format!("{kind}{} ({}){place}", flat(&untried.id), untried.what));
        }
        sheet.more(rows.len().saturating_sub(ROWS), "part");
    }
}
