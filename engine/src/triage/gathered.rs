//! Clusters as they were gathered, with their names and statistics, before anything is judged.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::clusters::{Clusters, Counted, OTHER};
use crate::entry::FieldPath;
use crate::id::{Fingerprint, hash64};
use crate::mute::MuteCounts;
use crate::pack::{Becomes, Definition, FacetKey, Pack, TemplateRule};
use crate::report::{IgnoredCount, Mined};
use crate::tally::{Merge, Stats};
use crate::template::{self, Form, Templates};

/// Clusters as they were gathered, and what of templates the pack ignores.
pub(super) struct Gathering<'p> {
    pub(super) clusters: Vec<Gathered<'p>>,
    pub(super) ignored: Vec<IgnoredCount>,
    /// The identities that clusters of ignored templates would have: they have not gone quiet.
    pub(super) unseen: Vec<Fingerprint>,
}

/// All clusters as they were gathered.
pub(super) fn gathered<'p>(
    pack: &'p Pack,
    clusters: &Clusters<'p>,
    templates: &Templates,
    deploys: &[String],
) -> Gathering<'p> {
    let Sorted { mut of_definitions, of_templates, ignored, unseen } = sorted(pack, clusters, templates);
    let mut all = Vec::new();
    for (at, group, counted) in clusters.of_definitions() {
        let Some(definition) = pack.definitions.get(at) else { continue };
        let added = if group.is_empty() { of_definitions.remove(&at) } else { None };
        all.push(Gathered { at: Some(at), ..of_definition(pack, definition, group, (&counted, added), deploys) });
    }
    for (at, added) in of_definitions {
        let Some(definition) = pack.definitions.get(at) else { continue };
        let nothing = Counted::default();
        let cluster = of_definition(pack, definition, BTreeMap::new(), (&nothing, Some(added)), deploys);
        all.push(Gathered { at: Some(at), ..cluster });
    }
    let counted: BTreeMap<u64, (&str, &Counted)> = clusters
        .of_skeletons()
        .filter_map(|(skeleton, counted)| skeleton.map(|(_, text)| (hash64(text.as_bytes()), (text, counted))))
        .collect();
    all.reserve_exact(of_templates.len());
    for (text, (mass, rule)) in of_templates {
        let split = rule.filter(|(_, rule)| matches!(&rule.becomes, Becomes::Declared(it) if !it.split_by.is_empty()));
        let rule = rule.map(|(_, rule)| rule);
        let Some((at, _)) = split else {
            all.push(of_template(pack, text, (mass, rule), BTreeMap::new(), deploys));
            continue;
        };
        let skeletons: Vec<_> = mass.mined.skeletons.iter().filter_map(|hash| counted.get(hash).copied()).collect();
        for (group, counted) in clusters.split(at, &skeletons) {
            let counted = Sum::Many(Box::new(counted));
            let part = Mass { mined: mass.mined.clone(), counted, fingerprints: split_print(pack, text, &group) };
            all.push(of_template(pack, text, (part, rule), group, deploys));
        }
    }
    let ignored = ignored.into_iter().map(|(id, ignored)| IgnoredCount { id, ..ignored }).collect();
    Gathering { clusters: all, ignored, unseen }
}

/// What was counted of some skeletons, in all. Most templates have but one, of which no copy is made.
#[derive(Default)]
enum Sum<'t> {
    #[default]
    Nothing,
    One(&'t Counted),
    Many(Box<Counted>),
}

impl Sum<'_> {
    fn add(&mut self, other: Self) {
        *self = match (std::mem::take(self), other) {
            (Self::Nothing, other) => other,
            (own, other) => {
                let mut sum = own.into_counted();
                sum.merge(*other.into_counted());
                Self::Many(sum)
            }
        };
    }

    fn into_counted(self) -> Box<Counted> {
        match self {
            Self::Nothing => Box::default(),
            Self::One(counted) => Box::new(counted.clone()),
            Self::Many(counted) => counted,
        }
    }

    fn counted(&self) -> Cow<'_, Counted> {
        match self {
            Self::Nothing => Cow::default(),
            Self::One(counted) => Cow::Borrowed(counted),
            Self::Many(counted) => Cow::Borrowed(counted),
        }
    }
}

/// What was counted of some skeletons, and which.
#[derive(Default)]
struct Mass<'t> {
    mined: Mined,
    counted: Sum<'t>,
    /// The identities of the clusters of their templates.
    fingerprints: Vec<Fingerprint>,
}

impl Mass<'_> {
    fn absorb(&mut self, other: Self) {
        self.mined.skeletons.extend(other.mined.skeletons);
        self.mined.is_of_messages |= other.mined.is_of_messages;
        self.mined.former.extend(other.mined.former);
        self.counted.add(other.counted);
        self.fingerprints.extend(other.fingerprints);
    }
}

/// What the pack says of a template, and its place among all that it says.
type PlacedRule<'p> = Option<(usize, &'p TemplateRule)>;

/// What was counted of templates, by where the pack says that it belongs.
#[derive(Default)]
struct Sorted<'t, 'p> {
    /// By the place of the definition.
    of_definitions: BTreeMap<usize, Mass<'t>>,
    /// By the template's text, with what the pack says of it.
    of_templates: BTreeMap<&'t str, (Mass<'t>, PlacedRule<'p>)>,
    /// By the id of the template.
    ignored: BTreeMap<String, IgnoredCount>,
    unseen: Vec<Fingerprint>,
}

fn sorted<'t, 'p>(pack: &'p Pack, clusters: &'t Clusters<'p>, templates: &'t Templates) -> Sorted<'t, 'p> {
    let mined = mined(pack, clusters, templates);
    let settled = clusters.rules().settle(templates, mined.keys().copied());
    let mut sorted = Sorted::default();
    for (text, mass) in mined {
        let (text, rule) = settled.fate(text);
        match rule.map(|(_, rule)| (rule, &rule.becomes)) {
            Some((rule, Becomes::Ignored { reason })) => {
                sorted.unseen.extend(mass.fingerprints);
                let ignored = sorted.ignored.entry(template::id(text)).or_default();
                ignored.reason.clone_from(reason);
                ignored.count += mass.counted.counted().tally.count();
                ignored.place = Some(rule.place.clone());
                ignored.skeletons.extend(mass.mined.skeletons);
            }
            Some((_, Becomes::OfDefinition(id))) => {
                if let Some(at) = pack.definitions.iter().position(|definition| definition.id == *id) {
                    sorted.of_definitions.entry(at).or_default().absorb(mass);
                }
            }
            _ => {
                let own = || (Mass { fingerprints: of_text(pack, text, templates), ..Mass::default() }, rule);
                sorted.of_templates.entry(text).or_insert_with(own).0.absorb(mass);
            }
        }
    }
    sorted
}

/// What was counted of each template, by its text.
fn mined<'t>(pack: &Pack, clusters: &'t Clusters<'_>, templates: &'t Templates) -> BTreeMap<&'t str, Mass<'t>> {
    let mut mined: BTreeMap<&str, Mass<'_>> = BTreeMap::new();
    for (skeleton, counted) in clusters.of_skeletons() {
        let text = skeleton.map_or(OTHER, |(form, text)| templates.of_form(form, text));
        let mass = mined.entry(text).or_default();
        mass.mined.skeletons.extend(skeleton.map(|(_, text)| hash64(text.as_bytes())));
        mass.mined.is_of_messages |= skeleton.is_some_and(|(form, _)| form == Form::Message);
        mass.counted.add(Sum::One(counted));
    }
    for (text, mass) in &mut mined {
        mass.fingerprints = of_text(pack, text, templates);
        mass.mined.former = templates.former(text).iter().map(ToString::to_string).collect();
    }
    mined
}

/// A cluster as it was gathered.
pub(super) struct Gathered<'p> {
    /// The place of its definition among the pack's.
    pub(super) at: Option<usize>,
    pub(super) definition: Option<&'p Definition>,
    /// What the pack says of its template.
    pub(super) rule: Option<&'p TemplateRule>,
    pub(super) id: String,
    pub(super) group: BTreeMap<String, String>,
    /// Its identities: its own, then those of its former ids.
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) title: String,
    pub(super) pattern: String,
    pub(super) stats: Stats,
    /// The names of the facets that are counted of it.
    pub(super) facets: Vec<String>,
    /// How many of its entries the mutes match.
    pub(super) muted: MuteCounts,
    /// How it was mined; nothing for that of a definition, unless templates belong to it.
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
    (counted, added): (&Counted, Option<Mass<'_>>),
    deploys: &[String],
) -> Gathered<'p> {
    let facets: Vec<String> = definition.facets.iter().map(FacetKey::name).collect();
    let names: Vec<&str> = facets.iter().map(String::as_str).collect();
    let metrics: Vec<&str> = definition.captures.iter().map(|capture| capture.name.as_str()).collect();
    let mut fingerprints = definition.fingerprints(&pack.name, &group);
    let (mut counted, mut mined) = (Cow::Borrowed(counted), None);
    if let Some(added) = added {
        counted.to_mut().merge(*added.counted.into_counted());
        fingerprints.extend(added.fingerprints);
        mined = Some(added.mined);
    }
    Gathered {
        at: None,
        definition: Some(definition),
        rule: None,
        id: definition.id.clone(),
        fingerprints,
        title: String::new(),
        pattern: definition.queries.iter().map(|query| query.text().trim()).collect::<Vec<_>>().join(" | "),
        stats: counted.tally.stats(&names, &metrics, deploys),
        facets,
        muted: counted.muted.clone(),
        group,
        mined,
    }
}

fn of_template<'p>(
    pack: &Pack,
    text: &str,
    (mass, rule): (Mass<'_>, Option<&'p TemplateRule>),
    group: BTreeMap<String, String>,
    deploys: &[String],
) -> Gathered<'p> {
    let declared = rule.and_then(|rule| match &rule.becomes {
        Becomes::Declared(declared) => declared.title.clone(),
        _ => None,
    });
    let mined = || if text == OTHER { "Messages of too many kinds".to_owned() } else { template::title(text) };
    let facets: Vec<String> = pack.unknown.facets.iter().map(FieldPath::to_string).collect();
    let counted = mass.counted.counted();
    let mut stats = counted.tally.stats(&[], &[], deploys);
    stats.facets = counted.tally.few(&facets);
    let muted = counted.muted.clone();
    Gathered {
        at: None,
        definition: None,
        rule,
        id: template::id(text),
        fingerprints: unique(mass.fingerprints),
        title: declared.unwrap_or_else(mined),
        pattern: text.to_owned(),
        stats,
        facets,
        muted,
        group,
        mined: Some(mass.mined),
    }
}

fn unique(fingerprints: Vec<Fingerprint>) -> Vec<Fingerprint> {
    let mut seen = BTreeSet::new();
    fingerprints.into_iter().filter(|print| seen.insert(print.clone())).collect()
}

/// The identities of the cluster of a template: its own, then those of templates that have become it.
fn of_text(pack: &Pack, text: &str, templates: &Templates) -> Vec<Fingerprint> {
    let texts = std::iter::once(text).chain(templates.former(text).iter().map(|text| &**text));
    texts.map(|text| template::fingerprint(&pack.name, text)).collect()
}

/// The identity of one of the clusters that a template is split into.
fn split_print(pack: &Pack, text: &str, group: &BTreeMap<String, String>) -> Vec<Fingerprint> {
    vec![template::fingerprint_of_group(&pack.name, text, group)]
}
