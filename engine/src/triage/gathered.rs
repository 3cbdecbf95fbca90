//! Clusters as they were gathered, with their names and statistics, before anything is judged.

use std::collections::BTreeMap;

use crate::clusters::{Clusters, Counted, OTHER};
use crate::id::Fingerprint;
use crate::mute::MuteCounts;
use crate::pack::{Definition, FacetKey, Pack};
use crate::tally::Stats;
use crate::template;

/// All clusters as they were gathered.
pub(super) fn gathered<'p>(pack: &'p Pack, clusters: &Clusters<'_>, deploys: &[String]) -> Vec<Gathered<'p>> {
    let of_definitions = clusters.of_definitions().filter_map(|(at, group, counted)| {
        let definition = pack.definitions.get(at)?;
        Some(Gathered { at: Some(at), ..of_definition(pack, definition, group, counted, deploys) })
    });
    let of_templates = clusters.of_templates().map(|(text, counted)| of_template(pack, text, counted, deploys));
    of_definitions.chain(of_templates).collect()
}

/// A cluster as it was gathered.
pub(super) struct Gathered<'p> {
    /// The place of its definition among the pack's.
    pub(super) at: Option<usize>,
    pub(super) definition: Option<&'p Definition>,
    pub(super) id: String,
    pub(super) group: BTreeMap<String, String>,
    /// Its identities: its own, then those of its former ids.
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) title: String,
    pub(super) pattern: String,
    pub(super) stats: Stats,
    /// How many of its entries the mutes match.
    pub(super) muted: MuteCounts,
}

impl Gathered<'_> {
    /// Its own identity.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.fingerprints.first().cloned().unwrap_or_else(|| Fingerprint::new("", "", &[]))
    }
}

fn of_definition<'p>(
    pack: &Pack,
    definition: &'p Definition,
    group: BTreeMap<String, String>,
    counted: &Counted,
    deploys: &[String],
) -> Gathered<'p> {
    let facets: Vec<String> = definition.facets.iter().map(FacetKey::name).collect();
    let facets: Vec<&str> = facets.iter().map(String::as_str).collect();
    let metrics: Vec<&str> = definition.captures.iter().map(|capture| capture.name.as_str()).collect();
    Gathered {
        at: None,
        definition: Some(definition),
        id: definition.id.clone(),
        fingerprints: definition.fingerprints(&pack.name, &group),
        title: String::new(),
        pattern: definition.queries.iter().map(|query| query.text().trim()).collect::<Vec<_>>().join(" | "),
        stats: counted.tally.stats(&facets, &metrics, deploys),
        muted: counted.muted.clone(),
        group,
    }
}

fn of_template<'p>(pack: &Pack, text: Option<&str>, counted: &Counted, deploys: &[String]) -> Gathered<'p> {
    let text = text.unwrap_or(OTHER);
    Gathered {
        at: None,
        definition: None,
        id: template::id(text),
        fingerprints: vec![of_text(pack, text)],
        title: if text == OTHER { "Messages of too many kinds".to_owned() } else { template::title(text) },
        pattern: text.to_owned(),
        stats: counted.tally.stats(&[], &[], deploys),
        muted: counted.muted.clone(),
        group: BTreeMap::new(),
    }
}

/// The identity of the cluster of a template.
pub(super) fn of_text(pack: &Pack, text: &str) -> Fingerprint {
    Fingerprint::new(&pack.name, &format!("template:{text}"), &[])
}
