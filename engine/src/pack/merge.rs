//! Several layers laid over each other: what a pack says goes before what its bases say, key by key.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::codes;
use super::decode::At;
use super::layer::{Layer, Placed};
use super::raw::{IssueKeys, LimitKeys, Manifest, Redaction, SeverityKeys, StyleKeys, TemplateKeys};
use crate::diagnostic::{Diagnostic, FileId, Span, nearest};

/// A definition with what extending packs changed in it.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    pub(super) placed: Arc<Placed>,
    /// The layer it was defined in; 0 is the pack itself.
    pub(super) layer: usize,
    pub(super) id: At<String>,
    /// Where the id of the definition stands that this one overrides.
    pub(super) base: Option<Span>,
    /// Whether it is one of the pack's definitions. One without an id, or with another one's, is not; what else is wrong with
    /// it is told all the same.
    pub(super) is_member: bool,
    /// Whether it must have all keys itself: one that means to change a base's does not.
    pub(super) is_whole: bool,
}

impl Merged {
    /// What it is called in messages.
    pub(super) fn called(&self) -> String {
        match &self.placed.keys.id {
            Some(id) => format!("the definition `{}`", id.value),
            None => "the definition".to_owned(),
        }
    }

    /// Whether it is switched on.
    pub(super) fn is_on(&self) -> bool {
        self.placed.keys.enabled.as_ref().is_none_or(|enabled| enabled.value)
    }

    /// What no other definition has: its id, if that is its own.
    pub(super) fn key(&self) -> String {
        if self.is_member { self.id.value.clone() } else { format!("{}[{}]", self.placed.path, self.placed.position) }
    }
}

/// The definitions of all layers, by id, and behind them those that are none of the pack's.
pub(super) fn definitions(layers: &[&Layer], diagnostics: &mut Vec<Diagnostic>, has_all: bool) -> Vec<Merged> {
    let mut merged: BTreeMap<String, Merged> = BTreeMap::new();
    let mut others = Vec::new();
    for (index, layer) in layers.iter().enumerate().rev() {
        let mut here: BTreeMap<String, Span> = BTreeMap::new();
        for placed in &layer.definitions {
            let is_whole = !placed.keys.overrides.as_ref().is_some_and(|overrides| overrides.value);
            let own = |id, is_member| Merged {
                placed: Arc::clone(placed),
                layer: index,
                id,
                base: None,
                is_member,
                is_whole,
            };
            let Some(id) = placed.keys.id.clone() else {
                others.push(own(At { value: String::new(), span: placed.span }, false));
                continue;
            };
            if !is_id(&id.value) {
                diagnostics.push(bad_id(&id));
            }
            if let Some(first) = here.get(&id.value) {
                diagnostics.push(
                    Diagnostic::new(&codes::DUPLICATE_ID, id.span, format!("the id `{}` is taken", id.value))
                        .label("again here")
                        .help("give one of them another id")
                        .related(*first, "first here"),
                );
                others.push(own(id, false));
                continue;
            }
            here.insert(id.value.clone(), id.span);
            others.extend(lay(&mut merged, own(id, true), diagnostics, has_all));
        }
    }
    merged.into_values().chain(others).collect()
}

/// Lays one definition over those of the bases; gives it back where it cannot be.
fn lay(
    merged: &mut BTreeMap<String, Merged>,
    own: Merged,
    diagnostics: &mut Vec<Diagnostic>,
    has_all: bool,
) -> Option<Merged> {
    let id = own.id.value.clone();
    let overrides = own.placed.keys.overrides.as_ref().filter(|overrides| overrides.value).map(|at| at.span);
    let Some(base) = merged.get_mut(&id) else {
        if let Some(span) = overrides {
            let near = nearest(&id, merged.keys().map(String::as_str));
            let mut diagnostic = Diagnostic::new(
                &codes::OVERRIDE_WITHOUT_BASE,
                own.id.span,
                format!("no base pack has a definition `{id}` to override"),
            )
            .label("not in a base pack")
            .related(span, "`override` asked for here");
            diagnostic.help = Some(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "take `override: true` out to define it anew".to_owned(),
            });
            // The base's may stand where nothing could be read.
            diagnostics.extend(has_all.then_some(diagnostic));
            return Some(Merged { is_member: false, ..own });
        }
        merged.insert(id, own);
        return None;
    };
    if overrides.is_none() {
        diagnostics.push(
            Diagnostic::new(&codes::REDEFINED, own.id.span, format!("a base pack defines `{id}` already"))
                .label("again here")
                .help("add `override: true` to change the base's keys, or choose another id")
                .related(base.id.span, "defined here in the base pack"),
        );
        return Some(Merged { is_member: false, is_whole: false, ..own });
    }
    // The place in the order stays the base's; the keys given here go first.
    let placed = Arc::make_mut(&mut base.placed);
    placed.keys = own.placed.keys.clone().over(std::mem::take(&mut placed.keys));
    placed.span = own.placed.span;
    base.base = base.base.or(Some(base.id.span));
    base.id = own.id;
    None
}

/// Whether a text can be an id.
pub(super) fn is_id(text: &str) -> bool {
    let is_first = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    text.len() <= 128
        && text.bytes().next().is_some_and(is_first)
        && text.bytes().all(|b| is_first(b) || matches!(b, b'.' | b'_' | b'-'))
}

fn bad_id(id: &At<String>) -> Diagnostic {
    let mut better: String =
        id.value.trim().to_lowercase().chars().map(|c| if is_id(&format!("a{c}")) { c } else { '-' }).collect();
    better = better.trim_matches(['-', '.', '_']).to_owned();
    better.truncate(128);
    let diagnostic = Diagnostic::new(&codes::INVALID_ID, id.span, format!("`{}` cannot be an id", id.value))
        .label("expected small letters, digits, `.`, `_` and `-`, beginning with a letter or digit, at most 128");
    if is_id(&better) { diagnostic.help(format!("write `{better}`")) } else { diagnostic }
}

/// The manifests of all layers as one. Name, version and `extends` are the pack's own.
pub(super) fn manifest(layers: &[&Layer]) -> Manifest {
    let mut merged = Manifest::default();
    for layer in layers.iter().rev() {
        let own = layer.manifest.clone();
        let (severities, redact) = (merged.severities.clone(), merged.redact.clone());
        let (frequency, issue) = (merged.frequency.clone(), merged.issue.clone());
        let (unknown, policy) = (merged.unknown.clone(), merged.policy.clone());
        let (history, templates) = (merged.history.clone(), merged.templates.clone());
        merged = own.over(merged);
        merged.severities = both(layer.manifest.severities.clone(), severities, lay_severities);
        merged.redact = both(layer.manifest.redact.clone(), redact, lay_redactions);
        merged.frequency = both(layer.manifest.frequency.clone(), frequency, |own, base| own.over(base));
        merged.issue = both(layer.manifest.issue.clone(), issue, lay_issue);
        merged.unknown = both(layer.manifest.unknown.clone(), unknown, |own, base| own.over(base));
        merged.policy = both(layer.manifest.policy.clone(), policy, |own, base| own.over(base));
        merged.history = both(layer.manifest.history.clone(), history, |own, base| own.over(base));
        merged.templates = both(layer.manifest.templates.clone(), templates, |own, base| own.over(base));
    }
    merged
}

fn both<T>(own: Option<At<T>>, base: Option<At<T>>, lay: impl FnOnce(T, T) -> T) -> Option<At<T>> {
    match (own, base) {
        (Some(own), Some(base)) => Some(At { value: lay(own.value, base.value), span: own.span }),
        (own, base) => own.or(base),
    }
}

/// Key by key, those of `limits` too.
fn lay_issue(own: IssueKeys, base: IssueKeys) -> IssueKeys {
    let limits = both(own.limits.clone(), base.limits.clone(), LimitKeys::over);
    IssueKeys { limits, ..own.over(base) }
}

fn lay_severities(own: SeverityKeys, base: SeverityKeys) -> SeverityKeys {
    let styles = |own: Option<At<StyleKeys>>, base| both(own, base, StyleKeys::over);
    SeverityKeys {
        p0: styles(own.p0, base.p0),
        p1: styles(own.p1, base.p1),
        p2: styles(own.p2, base.p2),
        p3: styles(own.p3, base.p3),
        p4: styles(own.p4, base.p4),
        p5: styles(own.p5, base.p5),
        keys: own.keys,
    }
}

/// By name: a redaction of the same name takes the base's place.
fn lay_redactions(own: Vec<At<Redaction>>, base: Vec<At<Redaction>>) -> Vec<At<Redaction>> {
    let name = |redaction: &At<Redaction>| redaction.value.name.as_ref().map(|name| name.value.clone());
    let mut merged = base;
    for redaction in own {
        match merged.iter().position(|other| name(other).is_some() && name(other) == name(&redaction)) {
            Some(at) => {
                if let Some(place) = merged.get_mut(at) {
                    // One that is only switched keeps what the base says it takes out.
                    let is_switch = redaction.value.regex.is_none() && redaction.value.replacement.is_none();
                    let value = match is_switch {
                        true => redaction.value.over(place.value.clone()),
                        false => redaction.value,
                    };
                    *place = At { value, span: redaction.span };
                }
            }
            None => merged.push(redaction),
        }
    }
    merged
}

/// A template of an output.
struct Place {
    /// Its key below `templates:`.
    name: &'static str,
    /// Where it is looked for.
    path: &'static str,
    /// What the names of files begin with that were most likely meant for it.
    stem: &'static str,
    /// What it is called.
    called: &'static str,
    /// The path that a manifest gives.
    named: fn(&TemplateKeys) -> Option<&At<String>>,
}

/// All of them.
const PLACES: [Place; 4] = [
    Place {
        name: "worklog",
        path: "templates/worklog.md.j2",
        stem: "templates/worklog",
        called: "the worklog",
        named: |keys| keys.worklog.as_ref(),
    },
    Place {
        name: "issue_body",
        path: "templates/issue_body.md.j2",
        stem: "templates/issue_body",
        called: "an issue's text",
        named: |keys| keys.issue_body.as_ref(),
    },
    Place {
        name: "issue_latest",
        path: "templates/issue_latest.md.j2",
        stem: "templates/issue_latest",
        called: "the comment that is kept up to date",
        named: |keys| keys.issue_latest.as_ref(),
    },
    Place {
        name: "issue_event",
        path: "templates/issue_event.md.j2",
        stem: "templates/issue_event",
        called: "the comment on an event",
        named: |keys| keys.issue_event.as_ref(),
    },
];

/// A file that was most likely meant for a template.
fn misnamed(layer: &Layer, place: &Place) -> Option<Diagnostic> {
    let keys = layer.manifest.templates.as_ref().map(|templates| &templates.value);
    let is_another = |path: &str| {
        let mut named = PLACES.iter().filter_map(|other| (other.named)(keys?));
        PLACES.iter().any(|other| other.path == path) || named.any(|named| named.value == path)
    };
    let is_like = |path: &str| nearest(path, PLACES.map(|other| other.path)) == Some(place.path);
    let mut files = layer.templates.iter().filter(|(path, _)| !is_another(path));
    let (path, file) = files.find(|(path, _)| is_like(path) || path.starts_with(place.stem))?;
    let (called, usual, name) = (place.called, place.path, place.name);
    let help = format!("the template of {called} is `{usual}`, or what `templates.{name}` in the manifest names");
    Some(Diagnostic::new(&codes::STRAY_FILE, Span::new(*file, 0..0), format!("`{path}` is not read")).help(help))
}

/// The files of the output templates, by the template's name: what a manifest names, else what lies at the usual place.
pub(super) fn templates(layers: &[&Layer], diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, FileId> {
    let mut merged = BTreeMap::new();
    for layer in layers.iter().rev() {
        for place in &PLACES {
            match template(layer, place) {
                Ok(Some(file)) => {
                    merged.insert(place.name.to_owned(), file);
                }
                Ok(None) => diagnostics.extend(misnamed(layer, place)),
                Err(missing) => diagnostics.push(missing),
            }
        }
    }
    merged
}

/// The file of a template in one layer, if it has one.
fn template(layer: &Layer, place: &Place) -> Result<Option<FileId>, Diagnostic> {
    let keys = layer.manifest.templates.as_ref().map(|templates| &templates.value);
    let Some(path) = keys.and_then(|keys| (place.named)(keys)) else {
        return Ok(layer.templates.get(place.path).copied());
    };
    if let Some(file) = layer.templates.get(&path.value) {
        return Ok(Some(*file));
    }
    let near = nearest(&path.value, layer.templates.keys().map(String::as_str)).or_else(|| {
        let name = path.value.rsplit('/').next().unwrap_or("");
        layer.templates.keys().map(String::as_str).find(|known| known.rsplit('/').next() == Some(name))
    });
    let text = format!("the pack has no file `{}`", path.value);
    let mut diagnostic = Diagnostic::new(&codes::TEMPLATE_MISSING, path.span, text).label("not found in `templates/`");
    diagnostic.help = Some(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "templates are files below `templates/`, named by their path inside the pack".to_owned(),
    });
    Err(diagnostic)
}
