//! From merged layers to the checked pack.

use super::decode::At;
use super::definition;
use super::layer::Layer;
use super::merge;
use super::model::{Frequency, Horizon, IssueSettings, Pack, SeverityStyle, Templates, Unknown};
use super::raw::{Manifest, StyleKeys};
use super::scripts;
use super::{codes, yaml};
use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::entry::{FieldPath, LogSeverity, PathError};
use crate::id::hash_parts;
use crate::phrase::Phrase;
use crate::redact::{Redactor, Setting};
use crate::script::Sandbox;
use crate::severity::Severity;

/// Where a message is looked for when no pack says.
const MESSAGE: [&str; 3] = ["jsonPayload.message", "textPayload", "protoPayload.status.message"];
/// The title of a new issue when no pack says.
const TITLE: &str = "GCP-{{ category }} | {{ severity }} | {{ title }}";

/// Checks everything; nothing comes of it where no layer could be read.
pub(super) fn pack(
    layers: &[&Layer],
    digests: &[u64],
    sandbox: &Sandbox,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Pack> {
    let own = layers.first()?;
    let manifest = merge::manifest(layers);
    let merged = merge::definitions(layers, diagnostics);
    let scripts = scripts::compile(layers, &merged, sandbox, sources, diagnostics);
    if merged.is_empty() && !diagnostics.iter().any(Diagnostic::is_error) {
        let at = Span::new(own.manifest_file, 0..0);
        diagnostics.push(
            Diagnostic::new(&codes::NO_DEFINITIONS, at, "the pack has no definitions")
                .help("write some into `clusters/*.yaml`, or say `extends: default`"),
        );
    }
    let names: Vec<&str> = layers.iter().map(|layer| layer.name()).collect();
    let message = message(&manifest, diagnostics);
    let definitions = definition::all(&merged, &names, &scripts, &message, sources, diagnostics);
    let redactor = redactor(&manifest, sources, diagnostics);
    let issue = issue(&manifest, sources, diagnostics);
    let templates = templates(layers, sources, diagnostics);
    let digest: Vec<Vec<u8>> = digests.iter().map(|digest| digest.to_le_bytes().to_vec()).collect();
    let digest: Vec<&[u8]> = digest.iter().map(Vec::as_slice).collect();
    let text = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
    Some(Pack {
        name: own.name().to_owned(),
        digest: format!("xxh3:{:016x}", hash_parts(&digest)),
        service: text(&manifest.service),
        project: text(&manifest.project),
        message,
        attention: manifest.attention.as_ref().map_or(LogSeverity::Warning, |at| at.value),
        frequency: frequency(&manifest),
        severities: styles(&manifest),
        issue: issue?,
        unknown: unknown(&manifest),
        definitions,
        policy: scripts.policy,
        scripts: scripts.places,
        templates,
        redactor: redactor?,
    })
}

fn message(manifest: &Manifest, diagnostics: &mut Vec<Diagnostic>) -> Vec<FieldPath> {
    let Some(paths) = &manifest.message else {
        return MESSAGE.iter().filter_map(|path| FieldPath::parse(path).ok()).collect();
    };
    paths.value.0.iter().filter_map(|at| path(at, diagnostics)).collect()
}

/// A path to a field; where it is none, that is told.
pub(super) fn path(at: &At<String>, diagnostics: &mut Vec<Diagnostic>) -> Option<FieldPath> {
    let error = match FieldPath::parse(&at.value) {
        Ok(path) => return Some(path),
        Err(error) => error,
    };
    let diagnostic = Diagnostic::new(&codes::UNKNOWN_FIELD, at.span, error.to_string());
    diagnostics.push(match error {
        PathError::UnknownRoot { nearest: Some(near), .. } => diagnostic.label(format!("did you mean `{near}`?")),
        PathError::UnknownRoot { .. } => diagnostic
            .label("expected a field such as `labels.module`")
            .help("payload fields are below `jsonPayload`, labels below `labels`"),
        _ => diagnostic,
    });
    None
}

fn frequency(manifest: &Manifest) -> Frequency {
    let keys = manifest.frequency.as_ref().map(|at| &at.value);
    let number = |at: Option<&At<super::decode::Positive>>, default| at.map_or(default, |at| at.value.0);
    Frequency {
        high: number(keys.and_then(|keys| keys.high.as_ref()), 10),
        medium: number(keys.and_then(|keys| keys.medium.as_ref()), 3),
    }
}

fn styles(manifest: &Manifest) -> [SeverityStyle; 6] {
    let keys = manifest.severities.as_ref().map(|at| at.value.clone()).unwrap_or_default();
    let style = |own: Option<At<StyleKeys>>, label: &str, mark: &str, horizon: Horizon| {
        let own = own.map(|at| at.value).unwrap_or_default();
        SeverityStyle {
            label: own.label.map_or_else(|| label.to_owned(), |at| at.value),
            mark: own.mark.map_or_else(|| mark.to_owned(), |at| at.value),
            horizon: own.horizon.map_or(horizon, |at| at.value),
        }
    };
    [
        style(keys.p0, "Critical", "🔴", Horizon::Immediate),
        style(keys.p1, "High", "🟠", Horizon::Immediate),
        style(keys.p2, "Medium", "🟡", Horizon::ShortTerm),
        style(keys.p3, "Moderate", "🟡", Horizon::ShortTerm),
        style(keys.p4, "Low", "🟢", Horizon::LongTerm),
        style(keys.p5, "Minor", "⚪", Horizon::LongTerm),
    ]
}

fn unknown(manifest: &Manifest) -> Unknown {
    let keys = manifest.unknown.as_ref().map(|at| at.value.clone()).unwrap_or_default();
    Unknown {
        severity: keys.severity.map_or(Severity::P4, |at| at.value),
        kind: Some(keys.kind.map_or_else(|| "Unclassified".to_owned(), |at| at.value)),
        category: Some(keys.category.map_or_else(|| "unknown".to_owned(), |at| at.value)),
    }
}

fn redactor(manifest: &Manifest, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<Redactor> {
    let mut settings = Vec::new();
    let mut places = Vec::new();
    for at in manifest.redact.iter().flat_map(|redact| &redact.value) {
        let keys = &at.value;
        let Some(name) = &keys.name else { continue };
        if keys.regex.is_none() && keys.replacement.is_some() {
            diagnostics.push(super::decode::missing(
                at.span,
                "a redaction with a replacement",
                "regex",
                "what to take out",
            ));
            continue;
        }
        let replacement = keys.replacement.as_ref().map_or("REDACTED", |at| at.value.as_str());
        settings.push(Setting {
            name: name.value.clone(),
            rule: keys.regex.as_ref().map(|regex| (regex.value.clone(), replacement.to_owned())),
            enabled: keys.enabled.as_ref().is_none_or(|at| at.value),
        });
        places.push((keys.regex.as_ref(), name));
    }
    match Redactor::new(&settings) {
        Ok(redactor) => Some(redactor),
        Err(problems) => {
            for (at, problem) in problems {
                let Some((regex, name)) = places.get(at) else { continue };
                diagnostics.push(Diagnostic::from_problem(problem, |range| match regex {
                    Some(regex) => yaml::locate(sources, regex.span, &regex.value, range),
                    None => name.span,
                }));
            }
            None
        }
    }
}

/// A text with placeholders; where it is wrong, that is told.
pub(super) fn phrase(at: &At<String>, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<Phrase> {
    match Phrase::parse(&at.value) {
        Ok(phrase) => Some(phrase),
        Err(problem) => {
            let locate = |range| yaml::locate(sources, at.span, &at.value, range);
            diagnostics.push(Diagnostic::from_problem(problem, locate));
            None
        }
    }
}

fn issue(manifest: &Manifest, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<IssueSettings> {
    let keys = manifest.issue.as_ref().map(|at| at.value.clone()).unwrap_or_default();
    let title = match &keys.title {
        Some(at) => phrase(at, sources, diagnostics),
        None => Phrase::parse(TITLE).ok(),
    };
    if let Some(repository) =
        keys.repository.as_ref().filter(|at| at.value.split('/').filter(|part| !part.is_empty()).count() != 2)
    {
        let message = format!("`{}` is no repository", repository.value);
        diagnostics.push(Diagnostic::new(&codes::BAD_VALUE, repository.span, message).label("expected `owner/name`"));
    }
    Some(IssueSettings {
        repository: keys.repository.map(|at| at.value),
        url: keys.url.map_or_else(|| "https://github.com".to_owned(), |at| at.value),
        file_from: keys.file_from.map_or(Severity::P3, |at| at.value),
        title: title?,
        labels: keys.labels.map(|at| at.value.0.into_iter().map(|label| label.value).collect()).unwrap_or_default(),
    })
}

fn templates(layers: &[&Layer], sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Templates {
    let texts = merge::templates(layers, diagnostics);
    let texts =
        texts.into_iter().map(|(name, file)| (name, (sources.path(file).to_owned(), sources.text(file).to_owned())));
    Templates { texts: texts.collect() }
}
