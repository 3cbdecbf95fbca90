//! Clusters as they were gathered, with their names and statistics, before anything is judged.

use std::collections::{BTreeMap, BTreeSet};

use crate::clusters::{Clusters, Counted, OTHER};
use crate::id::{Fingerprint, hash64};
use crate::mute::MuteCounts;
use crate::pack::{Definition, FacetKey, Pack};
use crate::report::Mined;
use crate::tally::{Merge, Stats};
use crate::template::{self, Form, Templates};

/// All clusters as they were gathered.
pub(super) fn gathered<'p>(
    pack: &'p Pack,
    clusters: &Clusters<'_>,
    templates: &Templates,
    deploys: &[String],
) -> Vec<Gathered<'p>> {
    let of_definitions = clusters.of_definitions().filter_map(|(at, group, counted)| {
        let definition = pack.definitions.get(at)?;
        Some(Gathered { at: Some(at), ..of_definition(pack, definition, group, counted, deploys) })
    });
    let mined = mined(clusters, templates).into_iter();
    let of_templates =
        mined.map(|(text, (mined, counted))| of_template(pack, text, mined, &counted, templates, deploys));
    of_definitions.chain(of_templates).collect()
}

/// What was counted of each template, by its text.
fn mined<'c>(clusters: &'c Clusters<'_>, templates: &'c Templates) -> BTreeMap<&'c str, (Mined, Counted)> {
    let mut mined: BTreeMap<&str, (Mined, Counted)> = BTreeMap::new();
    for (skeleton, counted) in clusters.of_skeletons() {
        let text = skeleton.map_or(OTHER, |(form, text)| template_of(templates, form, text));
        let (mined, all) = mined.entry(text).or_default();
        mined.skeletons.extend(skeleton.map(|(_, text)| hash64(text.as_bytes())));
        mined.is_of_messages |= skeleton.is_some_and(|(form, _)| form == Form::Message);
        all.merge(counted.clone());
    }
    mined
}

/// What a skeleton becomes.
pub(super) fn template_of<'t>(templates: &'t Templates, form: Form, skeleton: &'t str) -> &'t str {
    match form {
        Form::Message => templates.of(skeleton),
        Form::Whole => skeleton,
    }
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
    /// How it was mined; nothing for that of a definition.
    pub(super) mined: Option<Mined>,
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
        mined: None,
    }
}

fn of_template<'p>(
    pack: &Pack,
    text: &str,
    mined: Mined,
    counted: &Counted,
    templates: &Templates,
    deploys: &[String],
) -> Gathered<'p> {
    Gathered {
        at: None,
        definition: None,
        id: template::id(text),
        fingerprints: of_text(pack, text, templates),
        title: if text == OTHER { "Messages of too many kinds".to_owned() } else { template::title(text) },
        pattern: text.to_owned(),
        stats: counted.tally.stats(&[], &[], deploys),
        muted: counted.muted.clone(),
        group: BTreeMap::new(),
        mined: Some(mined),
    }
}

/// The identities of the cluster of a template: its own, then those of templates that have become it.
fn of_text(pack: &Pack, text: &str, templates: &Templates) -> Vec<Fingerprint> {
    let texts = std::iter::once(text).chain(templates.former(text).iter().map(|text| &**text));
    texts.map(|text| template::fingerprint(&pack.name, text)).collect()
}

/// The identities of all clusters that no definition knows.
pub(super) fn of_templates(pack: &Pack, clusters: &Clusters<'_>, templates: &Templates) -> BTreeSet<Fingerprint> {
    let texts: BTreeSet<&str> = clusters
        .of_skeletons()
        .map(|(skeleton, _)| skeleton.map_or(OTHER, |(form, text)| template_of(templates, form, text)))
        .collect();
    texts.into_iter().flat_map(|text| of_text(pack, text, templates)).collect()
}
