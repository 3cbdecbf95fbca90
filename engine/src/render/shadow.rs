//! Which definitions stand in whose way, as a table for a terminal and as JSON.

use unicode_width::UnicodeWidthStr;

use crate::shadow::{Fate, Pair, Shadows, Standing, Taker};

use super::json::document;
use super::neutral::flat;
use super::number::{count, counted, number};
use super::sheet::Sheet;
use super::table::TableStyle;
use super::table::layout::padded;

/// Definitions that are shown of each fate.
const DEFINITIONS: usize = 300;
/// Overlaps that are shown.
const OVERLAPS: usize = 50;
/// Overlaps with a base, and of bases, that are shown.
const OTHERS: usize = 10;

/// The report as JSON, indented, with a final line break: the contract `gardener/shadow/v1`.
#[must_use]
pub fn shadow_json(shadows: &Shadows) -> String {
    document(shadows)
}

/// The report as a table that is no wider than the style says, if that is 20 columns at least.
#[must_use]
pub fn shadow_table(shadows: &Shadows, style: &TableStyle) -> String {
    let mut sheet = Sheet::new(style);
    let of = |fate: Fate| shadows.definitions.iter().filter(move |standing| standing.fate == fate);
    let entries = &shadows.entries;
    let matching = shadows.definitions.len() - of(Fate::Unmatched).count();
    sheet.line(
        0,
        &format!(
            "{}: {} matched by {} of {}, {} by none",
            flat(&shadows.pack.name),
            counted(entries.matched, "entry", Some("entries")),
            count(matching as u64),
            counted(shadows.definitions.len() as u64, "definition", None),
            count(entries.unmatched),
        ),
    );
    beaten(&mut sheet, "ALWAYS BEATEN", "31", &of(Fate::Shadowed).filter(|it| it.is_own).collect::<Vec<_>>());
    let base: Vec<&Standing> = of(Fate::Shadowed).filter(|it| !it.is_own).collect();
    beaten(&mut sheet, "ALWAYS BEATEN, IN A PACK THAT THIS ONE BUILDS ON", "1", &base);
    rows(&mut sheet, "BEHIND ALL OTHERS, AS ITS NEGATIVE PRIORITY SAYS", &of(Fate::Yields).collect::<Vec<_>>());
    let (whole, part): (Vec<&Standing>, Vec<&Standing>) = of(Fate::Wins).partition(|it| it.won == it.matched);
    rows(&mut sheet, "BEATEN IN PART", &part);
    rows(&mut sheet, "NEVER BEATEN", &whole);
    rows(&mut sheet, "TAKEN OVER FROM A PACK THAT THIS ONE BUILDS ON", &of(Fate::Overridden).collect::<Vec<_>>());
    unmatched(&mut sheet, &of(Fate::Unmatched).collect::<Vec<_>>());
    overlaps(&mut sheet, shadows);
    sheet.gap();
    sheet.line(
        0,
        &format!(
            "{} read = {} malformed + {} duplicate + {} outside the window + {} matched + {} unmatched",
            count(entries.read),
            count(entries.malformed),
            count(entries.duplicate),
            count(entries.outside_window),
            count(entries.matched),
            count(entries.unmatched)
        ),
    );
    for note in shadows.notes.iter().take(20) {
        sheet.line(0, &format!("note: {}", flat(note)));
    }
    sheet.finish()
}

/// `matched 412, won 0, always beaten by any-timeout`.
fn beaten(sheet: &mut Sheet, title: &str, colour: &str, standings: &[&Standing]) {
    if standings.is_empty() {
        return;
    }
    sheet.section(title, colour);
    for it in standings.iter().take(DEFINITIONS) {
        sheet.heading(&name(it));
        sheet.line(4, &format!("matched {}, won 0, always beaten by {}", count(it.matched), takers(it)));
        if let Some(help) = it.help.as_ref().filter(|_| it.is_own) {
            sheet.line(4, &format!("help: {}", flat(help)));
        }
        sheet.dim(4, &located(it));
    }
    sheet.more(standings.len().saturating_sub(DEFINITIONS), "definition");
}

fn rows(sheet: &mut Sheet, title: &str, standings: &[&Standing]) {
    if standings.is_empty() {
        return;
    }
    sheet.section(title, "1");
    let shown: Vec<(String, &Standing)> = standings.iter().take(DEFINITIONS).map(|it| (name(it), *it)).collect();
    let widest = shown.iter().map(|(name, _)| name.width()).max().unwrap_or(0).max("DEFINITION".len());
    let digits = shown.iter().map(|(_, it)| count(it.matched).len()).max().unwrap_or(0).max("MATCHED".len());
    let is_taken = shown.iter().any(|(_, it)| !it.beaten_by.is_empty());
    let line = |name: &str, matched: &str, won: &str, by: &str| {
        let (name, matched) = (padded(name, widest, false), padded(matched, digits, true));
        format!("{name}  {matched}  {}  {by}", padded(won, digits, true)).trim_end().to_owned()
    };
    sheet.dim(0, &line("DEFINITION", "MATCHED", "WON", if is_taken { "BEATEN BY" } else { "" }));
    for (name, it) in &shown {
        sheet.line(0, &line(name, &count(it.matched), &count(it.won), &takers(it)));
    }
    sheet.more(standings.len().saturating_sub(DEFINITIONS), "definition");
}

fn unmatched(sheet: &mut Sheet, standings: &[&Standing]) {
    if standings.is_empty() {
        return;
    }
    sheet.section("NEVER MATCHED", "1");
    let (own, base): (Vec<&Standing>, Vec<&Standing>) = standings.iter().partition(|it| it.is_own);
    for it in own.iter().take(DEFINITIONS) {
        sheet.line(0, &format!("{}  {}", name(it), located(it)));
    }
    sheet.more(own.len().saturating_sub(DEFINITIONS), "definition");
    if !base.is_empty() {
        let of = if own.is_empty() { "" } else { "and " };
        let definitions = counted(base.len() as u64, "definition", None);
        sheet.line(0, &format!("{of}{definitions} of packs that this one builds on"));
    }
}

fn overlaps(sheet: &mut Sheet, shadows: &Shadows) {
    let is_within = |pair: &&Pair| pair.first_is_own && pair.second_is_own;
    let (within, others): (Vec<&Pair>, Vec<&Pair>) = shadows.overlaps.iter().partition(is_within);
    for (title, pairs, most) in [
        ("OVERLAPS: BOTH MATCH THE SAME ENTRIES", within, OVERLAPS),
        ("OVERLAPS WITH AND AMONG PACKS THAT THIS ONE BUILDS ON", others, OTHERS),
    ] {
        if pairs.is_empty() {
            continue;
        }
        sheet.section(title, "1");
        for pair in pairs.iter().take(most) {
            overlap(sheet, pair);
        }
        sheet.more(pairs.len().saturating_sub(most), "pair");
    }
    if shadows.other_overlaps > 0 {
        sheet.line(0, &format!("and {} more in pairs that are not kept", count(shadows.other_overlaps)));
    }
}

/// How many entries, and what part they are of what each of the two matches.
fn overlap(sheet: &mut Sheet, pair: &Pair) {
    let (first, second) = (flat(&pair.first), flat(&pair.second));
    let share = |share: f64| format!("{}%", number((share * 1000.0).round() / 10.0));
    let (one, other) = (share(pair.share_of_first), share(pair.share_of_second));
    sheet.line(0, &format!("{}  {first} ({one} of its own) + {second} ({other})", count(pair.both)));
    if let Some(sample) = &pair.sample {
        sheet.dim(4, &flat(&format!("{}:{}  {} {}", sample.capture, sample.number, sample.severity, sample.text)));
    }
}

/// The id, with the pack where that is another one, and that it ignores.
fn name(standing: &Standing) -> String {
    let pack = if standing.is_own { String::new() } else { format!(" ({})", flat(&standing.pack)) };
    let ignores = if standing.ignores { ", ignores" } else { "" };
    format!("{}{pack}{ignores}", flat(&standing.id))
}

/// `any-timeout`, or `any-timeout 8, noise 4 (ignores)`.
fn takers(standing: &Standing) -> String {
    let is_one = standing.beaten_by.len() == 1 && standing.won == 0 && standing.other_takers == 0;
    let shown = |taker: &Taker| {
        let times = if is_one { String::new() } else { format!(" {}", count(taker.count)) };
        format!("{}{times}{}", flat(&taker.id), if taker.ignores { " (ignores)" } else { "" })
    };
    let mut parts: Vec<String> = standing.beaten_by.iter().map(shown).collect();
    if standing.other_takers > 0 {
        parts.push(format!("others {}", count(standing.other_takers)));
    }
    parts.join(", ")
}

fn located(standing: &Standing) -> String {
    let place = &standing.place;
    format!("{}:{}", flat(&place.file), place.line)
}

#[cfg(test)]
mod tests;
