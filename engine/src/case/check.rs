//! What a case says, held against the pack: every name that it mentions must be there.

mod deploys;

use std::collections::{BTreeMap, BTreeSet};

use super::codes;
use super::input;
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::entry::{Batch, LogSeverity};
use crate::pack::decode::{At, Named, one_of};
use crate::pack::odd_entry::oddities;
use crate::pack::raw::Example;
use crate::pack::raw::case::{
    CaseKeys, ClusterKeys, InlineEntry, LockKeys, MarkerKeys, PastClusterKeys, Scalar, Values,
};
use crate::pack::{self, Definition, Pack};

/// Characters of a name.
const NAME: usize = 120;
/// Names that a help line lists.
const LISTED: usize = 12;

/// A case that is being checked.
pub(super) struct Checking<'c> {
    pub(super) keys: &'c CaseKeys,
    pub(super) span: Span,
    /// The pack, if it could be loaded.
    pub(super) pack: Option<&'c Pack>,
    pub(super) diagnostics: &'c mut Vec<Diagnostic>,
}

impl<'c> Checking<'c> {
    pub(super) fn check(mut self) {
        self.name();
        self.purpose();
        self.entries();
        let keys = self.keys;
        for cluster in keys.expect.iter().flat_map(|list| &list.value.0) {
            self.cluster(cluster);
        }
        for id in keys.absent.iter().flat_map(|list| &list.value.0) {
            self.definition(id);
        }
        for (id, _) in keys.ignored.iter().flat_map(|values| &values.value.0) {
            self.ignored(id);
        }
        for wanted in keys.diagnostics.iter().flat_map(|list| &list.value.0) {
            if let Some(code) = &wanted.value.0.code {
                self.code(code);
            }
        }
        let clusters = keys.history.iter().flat_map(|runs| &runs.value).filter_map(|run| run.value.clusters.as_ref());
        for cluster in clusters.flat_map(|clusters| &clusters.value) {
            self.past(cluster);
        }
        self.deploys();
        for lock in keys.locks.iter().flat_map(|locks| &locks.value) {
            let LockKeys { id, like, group, .. } = &lock.value;
            let definition = self.named(lock.span, id.as_ref(), like.is_some());
            self.groups(definition, group.as_ref());
        }
        for id in keys.quiet.iter().flat_map(|list| &list.value.0) {
            self.definition(id);
        }
        for marker in keys.issues.iter().flat_map(|issues| &issues.value).filter_map(|i| i.value.marker.as_ref()) {
            let MarkerKeys { id, like, group, .. } = &marker.value.0;
            let definition = self.named(marker.span, id.as_ref(), like.is_some());
            self.groups(definition, group.as_ref());
        }
        self.twice();
        let mut numbers = BTreeSet::new();
        for number in
            keys.issues.iter().flat_map(|issues| &issues.value).filter_map(|issue| issue.value.number.as_ref())
        {
            if !numbers.insert(number.value) {
                let message = format!("the issue {} stands here twice", number.value.0);
                self.tell(Diagnostic::new(&pack::codes::BAD_VALUE, number.span, message).label("again here"));
            }
        }
    }

    /// Tells of clusters that are said twice to be something: in what one run saw, and in what was laid down.
    fn twice(&mut self) {
        let keys = self.keys;
        let name = |id: &Option<At<String>>, like: &Option<At<String>>, group: Option<&At<Named<Scalar>>>| {
            let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
            let group = group.iter().flat_map(|group| &group.value.0);
            let group: BTreeSet<_> = group.map(|(name, value)| (name.value.clone(), value.value.0.clone())).collect();
            (text(id), text(like), group)
        };
        let mut found = Vec::new();
        for run in keys.history.iter().flat_map(|runs| &runs.value) {
            let mut seen = BTreeMap::new();
            for cluster in run.value.clusters.iter().flat_map(|clusters| &clusters.value) {
                let PastClusterKeys { id, like, group, .. } = &cluster.value;
                let first = *seen.entry(name(id, like, group.as_ref())).or_insert(cluster.span);
                found.extend((first != cluster.span).then_some((first, cluster.span, "the run saw this cluster")));
            }
        }
        let mut seen = BTreeMap::new();
        for lock in keys.locks.iter().flat_map(|locks| &locks.value) {
            let LockKeys { id, like, group, .. } = &lock.value;
            let first = *seen.entry(name(id, like, group.as_ref())).or_insert(lock.span);
            found.extend((first != lock.span).then_some((first, lock.span, "this cluster is locked")));
        }
        for (first, again, what) in found {
            let diagnostic = Diagnostic::new(&pack::codes::BAD_VALUE, again, format!("{what} twice"));
            self.tell(diagnostic.label("again here").help("take one of them out").related(first, "first here"));
        }
    }

    pub(super) fn tell(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// A name stands on a line of its own, and in names of files.
    fn name(&mut self) {
        let Some(name) = &self.keys.name else { return };
        let length = name.value.chars().count();
        let message = match name.value.chars().find(|c| c.is_control()) {
            Some('\n') => "the name of a case is one line".to_owned(),
            Some(c) => format!("the name of a case holds the control character U+{:04X}", u32::from(c)),
            None if length > NAME => format!("the name of a case has at most {NAME} characters; this one has {length}"),
            None => return,
        };
        let help = "names stand in lists and in names of files; say more in `description`";
        self.tell(Diagnostic::new(&pack::codes::BAD_VALUE, name.span, message).help(help));
    }

    /// Whether there is something to look at, and something that is expected of it.
    fn purpose(&mut self) {
        let keys = self.keys;
        let is_listed = |values: &Option<At<Values>>| values.as_ref().is_some_and(|values| !values.value.0.is_empty());
        let is_exact = keys.exact.as_ref().is_some_and(|exact| exact.value);
        let of_run = [
            keys.expect.as_ref().is_some_and(|list| !list.value.0.is_empty()) || is_exact,
            keys.absent.as_ref().is_some_and(|list| !list.value.0.is_empty()),
            is_listed(&keys.ignored),
            keys.quiet.as_ref().is_some_and(|list| !list.value.0.is_empty()),
            keys.counts.as_ref().is_some_and(|counts| !counts.value.keys.is_empty()),
            keys.snapshot.as_ref().is_some_and(|choice| choice.value.word() != "none"),
        ];
        let needs_run = of_run.contains(&true);
        // What is there and wrong has been told already.
        let has_run = keys.key("captures").is_some() || keys.key("entries").is_some();
        let has_unmatched = keys.unmatched.as_ref().is_some_and(|list| !list.value.0.is_empty());
        let has_diagnostics = keys.diagnostics.as_ref().is_some_and(|list| !list.value.0.is_empty());
        if !needs_run && !has_unmatched && !has_diagnostics {
            let message = "the case expects nothing, so that it cannot fail";
            self.tell(
                Diagnostic::new(&codes::CASE_EXPECTS_NOTHING, self.span, message)
                    .label("nothing is expected")
                    .help("say what must come of it: `expect`, `absent`, `unmatched`, or `snapshot: decision`"),
            );
        }
        if !has_run && (needs_run || !(has_unmatched || has_diagnostics)) {
            self.tell(
                Diagnostic::new(&codes::CASE_WITHOUT_ENTRIES, self.span, "the case has no entries to look at")
                    .label("neither `captures` nor `entries`")
                    .help("name a file in `captures`, or write entries or just messages in `entries`"),
            );
        }
    }

    /// Whether each entry that is written here can be read as one.
    fn entries(&mut self) {
        let keys = self.keys;
        let mut sum = 0_u64;
        for entry in keys.entries.iter().flat_map(|entries| &entries.value) {
            let (example, times) = match &entry.value {
                InlineEntry::Once(example) => (Some(example), 1),
                InlineEntry::Many(many) => {
                    (many.entry.as_ref().map(|entry| &entry.value), many.repeat.as_ref().map_or(1, |n| n.value.0))
                }
            };
            sum = sum.saturating_add(times);
            if let Some(example) = example {
                self.entry(example, entry.span);
            }
        }
        for example in keys.unmatched.iter().flat_map(|list| &list.value.0) {
            self.entry(&example.value, example.span);
        }
        if let Some(entries) = keys.entries.as_ref().filter(|_| sum > super::MAX_ENTRIES) {
            let message = format!("the case writes {sum} entries; at most {} can be written", super::MAX_ENTRIES);
            self.tell(Diagnostic::new(&pack::codes::BAD_VALUE, entries.span, message));
        }
    }

    fn entry(&mut self, example: &Example, span: Span) {
        let paths = self.pack.map_or(&[][..], |pack| &pack.message);
        let value = input::record(example, LogSeverity::Warning, paths);
        let record = value.to_string();
        let (mut batch, mut malformed) = (Batch::new(), Vec::new());
        batch.push_json(&record, &mut malformed);
        let reason = match malformed.first() {
            Some(malformed) => malformed.reason.clone(),
            None if batch.len() != 1 => format!("it holds {} entries instead of one", batch.len()),
            None => {
                let Example::Entry(_) = example else { return };
                for odd in oddities(&value, paths) {
                    self.tell(Diagnostic::new(&codes::CASE_ODD_ENTRY, span, odd.message).help(odd.help));
                }
                return;
            }
        };
        self.tell(Diagnostic::new(&codes::CASE_ENTRY, span, format!("this is no log entry: {reason}")));
    }

    /// The definition that a cluster names, if it can be found; that it can, is checked.
    fn named(&mut self, span: Span, id: Option<&At<String>>, has_like: bool) -> Option<&'c Definition> {
        let message = match (id, has_like) {
            (Some(id), false) => return self.definition(id),
            (None, true) => return None,
            (Some(_), true) => "the cluster is named by `id` and by `like`",
            (None, false) => "the cluster has neither `id` nor `like`",
        };
        let help = "write the `id` of its definition, or for what no definition knows one of its messages in `like`";
        self.tell(Diagnostic::new(&codes::CASE_CLUSTER, span, message).label("which cluster is meant?").help(help));
        None
    }

    pub(super) fn definition(&mut self, id: &At<String>) -> Option<&'c Definition> {
        let pack = self.pack?;
        let name = id.value.as_str();
        if let Some(definition) = pack.definitions.iter().find(|definition| definition.id == name) {
            return Some(definition);
        }
        // Ids of templates are not known before entries are.
        if name
            .strip_prefix("template-")
            .is_some_and(|hash| hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            return None;
        }
        if let Some((_, span)) = pack.switched_off.iter().find(|(off, _)| off == name) {
            let off = Diagnostic::new(&pack::codes::UNKNOWN_DEFINITION, id.span, format!("`{name}` is switched off"));
            let help = "switch it on, or take it out of the case";
            self.tell(off.label("not in the pack").help(help).related(*span, "switched off here"));
            return None;
        }
        let renamed = pack.definitions.iter().find(|definition| definition.was.iter().any(|was| was == name));
        let help = match renamed {
            Some(definition) => Some(format!("it is called `{}` now", definition.id)),
            None => nearest(name, pack.definitions.iter().map(|definition| definition.id.as_str()))
                .map(|near| format!("did you mean `{near}`?")),
        };
        let message = format!("there is no definition `{name}`");
        let mut diagnostic =
            Diagnostic::new(&pack::codes::UNKNOWN_DEFINITION, id.span, message).label("not in the pack");
        diagnostic.help = help.or_else(|| Some(pack::renamed_hint(name)));
        self.tell(diagnostic);
        None
    }

    fn cluster(&mut self, cluster: &At<ClusterKeys>) {
        let keys = &cluster.value;
        self.restraint(keys);
        let Some(definition) = self.named(cluster.span, keys.id.as_ref(), keys.like.is_some()) else { return };
        if let Some(at) = keys.id.as_ref().filter(|_| definition.ignore.is_some()) {
            let message = format!("`{}` ignores its entries, so that no cluster comes of them", definition.id);
            let help = "list it under `ignored` instead";
            self.tell(Diagnostic::new(&codes::CASE_CLUSTER, at.span, message).help(help));
        }
        self.values(definition, keys.metrics.as_ref(), keys.facets.as_ref());
        self.groups(Some(definition), keys.group.as_ref());
        for (severity, _) in keys.log_severities.iter().flat_map(|values| &values.value.0) {
            if LogSeverity::from_name(&severity.value).is_none() {
                let message = format!("`{}` is no log severity", severity.value);
                let expected = one_of(&LogSeverity::ALL.map(LogSeverity::name));
                let label = format!("expected {expected}");
                self.tell(Diagnostic::new(&pack::codes::BAD_VALUE, severity.span, message).label(label));
            }
        }
    }

    fn past(&mut self, cluster: &At<PastClusterKeys>) {
        let keys = &cluster.value;
        // History may know it by an id that it had.
        let former = self.pack.and_then(|pack| {
            let id = &keys.id.as_ref()?.value;
            pack.definitions.iter().find(|definition| definition.was.contains(id))
        });
        let found =
            if former.is_some() { former } else { self.named(cluster.span, keys.id.as_ref(), keys.like.is_some()) };
        let Some(definition) = found else { return };
        self.values(definition, keys.metrics.as_ref(), keys.facets.as_ref());
        self.groups(Some(definition), keys.group.as_ref());
    }

    /// Tells of metrics and facets that a definition does not have.
    fn values<M, F>(&mut self, definition: &Definition, metrics: Option<&At<Named<M>>>, facets: Option<&At<Named<F>>>) {
        let known: Vec<String> = definition.captures.iter().map(|capture| capture.name.clone()).collect();
        self.names("metric", &definition.id, &known, metrics);
        let known: Vec<String> = definition.facets.iter().map(pack::FacetKey::name).collect();
        self.names("facet", &definition.id, &known, facets);
    }

    /// Tells of names that a definition does not have.
    fn names<T>(&mut self, what: &str, id: &str, known: &[String], given: Option<&At<Named<T>>>) {
        for (name, _) in given.iter().flat_map(|named| &named.value.0) {
            if known.contains(&name.value) {
                continue;
            }
            let message = format!("`{id}` has no {what} `{}`", name.value);
            let near = nearest(&name.value, known.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => format!("it has no {what}s"),
                None if known.len() > LISTED => {
                    let first = known.get(..LISTED).unwrap_or(known);
                    format!("it has {} and {} more", one_of(first).replace(" or ", ", "), known.len() - LISTED)
                }
                None => format!("it has {}", one_of(known).replace(" or ", " and ")),
            };
            self.tell(Diagnostic::new(&codes::CASE_UNKNOWN_NAME, name.span, message).label("not known").help(help));
        }
    }

    /// Tells of group values by which a definition does not group; one with a function of its own groups by whatever that says.
    fn groups<T>(&mut self, definition: Option<&Definition>, group: Option<&At<Named<T>>>) {
        let Some(definition) = definition.filter(|definition| definition.policy.group.is_none()) else { return };
        let known: Vec<String> = definition.group_by.iter().map(pack::FacetKey::name).collect();
        self.names("group", &definition.id, &known, group);
    }

    fn ignored(&mut self, id: &At<String>) {
        let is_ignoring = self.definition(id).map(|definition| definition.ignore.is_some());
        if is_ignoring == Some(false) {
            let message = format!("`{}` does not ignore its entries", id.value);
            let help = "list it under `expect`, or give the definition `ignore: true` and a `reason`";
            self.tell(Diagnostic::new(&codes::CASE_CLUSTER, id.span, message).help(help));
        }
    }

    fn code(&mut self, code: &At<String>) {
        let codes = crate::diagnostic_codes();
        if codes.iter().any(|known| known.id == code.value) {
            return;
        }
        let message = format!("there is no diagnostic `{}`", code.value);
        let mut diagnostic = Diagnostic::new(&pack::codes::BAD_VALUE, code.span, message).label("not known");
        diagnostic.help = nearest(&code.value, codes.iter().map(|code| code.id))
            .map(|near| format!("did you mean `{near}`?"))
            .or_else(|| Some("`gardener explain-code` lists them all".to_owned()));
        self.tell(diagnostic);
    }
}
