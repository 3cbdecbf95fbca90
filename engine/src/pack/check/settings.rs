//! The manifest's settings, checked, with what holds where it is silent.

use std::collections::BTreeMap;

use super::Checking;
use crate::diagnostic::{Diagnostic, Span};
use crate::entry::{FieldPath, LogSeverity, PathError, Root};
use crate::pack::codes;
use crate::pack::decode::At;
use crate::pack::merge;
use crate::pack::model::{Frequency, Horizon, OutputTemplate, SeverityStyle, Templates};
use crate::pack::raw::{Manifest, StyleKeys};
use crate::phrase::{self, Phrase};
use crate::redact::{Part, Redactor, Setting};

/// Where messages are found in what Google's and the common structured loggers write.
const MESSAGE: [&str; 5] = [
    "jsonPayload.message",
    "jsonPayload.msg",
    "textPayload",
    "jsonPayload.error.message",
    "protoPayload.status.message",
];
/// The default pack's templates: a test finds them well formed, so that not every run has to.
const BUILT_IN: [&str; 4] = [
    include_str!("../../../../rules/default/templates/worklog.md.j2"),
    include_str!("../../../../rules/default/templates/issue_body.md.j2"),
    include_str!("../../../../rules/default/templates/issue_latest.md.j2"),
    include_str!("../../../../rules/default/templates/issue_event.md.j2"),
];
/// Operations that a pack may allow one call at most: some seconds of work.
const MAX_OPERATIONS: u64 = 10_000_000;

/// The attention floor.
pub(super) fn attention(manifest: &Manifest) -> LogSeverity {
    manifest.attention.as_ref().map_or(LogSeverity::Warning, |attention| attention.value)
}

/// The category of definitions that have none of their own: a title without one would have a hole in it.
pub(super) fn category(manifest: &Manifest) -> String {
    let own = manifest.issue.as_ref().and_then(|issue| issue.value.category.as_ref());
    own.map_or_else(|| "general".to_owned(), |category| category.value.clone())
}

/// How each severity is shown.
pub(super) fn styles(manifest: &Manifest) -> [SeverityStyle; 6] {
    let keys = manifest.severities.as_ref().map(|severities| severities.value.clone()).unwrap_or_default();
    let style = |own: Option<At<StyleKeys>>, label: &str, mark: &str, horizon: Horizon| {
        let own = own.map(|own| own.value).unwrap_or_default();
        SeverityStyle {
            label: own.label.map_or_else(|| label.to_owned(), |label| label.value),
            mark: own.mark.map_or_else(|| mark.to_owned(), |mark| mark.value),
            horizon: own.horizon.map_or(horizon, |horizon| horizon.value),
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

impl Checking<'_> {
    /// The limit of operations, if the pack sets one.
    pub(super) fn max_operations(&mut self, manifest: &Manifest) -> Option<u64> {
        let limit = manifest.policy.as_ref()?.value.max_operations.as_ref()?;
        if limit.value.0 > MAX_OPERATIONS {
            let text = format!("at most {MAX_OPERATIONS} operations can be allowed, not {}", limit.value.0);
            let help = "a function that needs more does the work of `match`, `capture` or `facets`".to_owned();
            self.tell(&codes::BAD_VALUE, limit.span, text, Some(help));
        }
        Some(limit.value.0)
    }

    /// Where messages are looked for.
    pub(super) fn message(&mut self, manifest: &Manifest) -> Vec<FieldPath> {
        let Some(paths) = &manifest.message else {
            return MESSAGE.iter().filter_map(|path| FieldPath::parse(path).ok()).collect();
        };
        let mut found = Vec::new();
        for text in &paths.value.0 {
            match self.path(text, &[]) {
                Some(path) if path.root() == Root::Message => {
                    let message = "`message` is looked for in itself".to_owned();
                    let help = Some("name a field, such as `jsonPayload.message`".to_owned());
                    self.tell(&codes::BAD_PATH, text.span, message, help);
                }
                Some(path) if found.contains(&path) => {
                    let message = format!("`{}` is listed twice", text.value);
                    self.tell(&codes::BAD_VALUE, text.span, message, Some("take one of them out".to_owned()));
                }
                path => found.extend(path),
            }
        }
        if paths.value.0.is_empty() {
            let text = "`message` lists no path".to_owned();
            self.tell(&codes::BAD_VALUE, paths.span, text, Some("take the key out, or list a path".to_owned()));
        }
        found
    }

    /// The path that a text writes; `others` are names that could have been meant as well.
    pub(super) fn path(&mut self, text: &At<String>, others: &[&str]) -> Option<FieldPath> {
        let error = match FieldPath::parse(&text.value) {
            Ok(path) => return Some(path),
            Err(error) => error,
        };
        let root = match &error {
            PathError::UnknownRoot { name, .. } => text.value.find(name.as_str()).map(|at| at..at + name.len()),
            _ => None,
        };
        let span = self.inside(text, root.unwrap_or(0..text.value.len()));
        let diagnostic = Diagnostic::new(&codes::BAD_PATH, span, error.to_string());
        self.diagnostics.push(match error {
            PathError::UnknownRoot { name, nearest } => {
                let near = crate::diagnostic::nearest(&name, others.iter().copied()).or(nearest);
                match near {
                    Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                    None => diagnostic
                        .help("paths begin with a field of LogEntry, such as `jsonPayload`, `labels`, `resource` or `message`"),
                }
            }
            PathError::Unclosed => diagnostic.help("close it, as in `labels.\"k8s-pod/app\"`"),
            PathError::Empty => diagnostic.help("join names by single dots, and put names with odd characters in double quotes"),
        });
        None
    }

    /// What counts as frequent.
    pub(super) fn frequency(&mut self, manifest: &Manifest) -> Frequency {
        let keys = manifest.frequency.as_ref().map(|frequency| frequency.value.clone()).unwrap_or_default();
        let high = keys.high.as_ref().map_or(10, |high| high.value.0);
        let medium = keys.medium.as_ref().map_or(3.min(high), |medium| medium.value.0);
        if let Some(at) = keys.medium.as_ref().map(|at| at.span).filter(|_| medium > high) {
            let text = format!("`medium` ({medium}) is more than `high` ({high})");
            self.tell(
                &codes::BAD_VALUE,
                at,
                text,
                Some("High must take at least as many occurrences as Medium".to_owned()),
            );
        }
        Frequency { high, medium }
    }

    /// Tells of a placeholder in a text that is shown as it is written.
    pub(super) fn plain(&mut self, text: &At<String>) {
        if let Some(at) = text.value.find("{{").or_else(|| text.value.find("{%")) {
            let end = text.value.get(at..).and_then(|rest| rest.find('}')).map_or(text.value.len(), |end| at + end + 1);
            let end = if text.value.get(end..).is_some_and(|rest| rest.starts_with('}')) { end + 1 } else { end };
            let place = self.inside(text, at..end);
            self.diagnostics.push(
                Diagnostic::new(&codes::BAD_VALUE, place, "placeholders are not filled in here")
                    .label("shown as it is written")
                    .help("write plain text; titles, patterns, impacts, recommendations and reasons for no issue may have placeholders"),
            );
        }
    }

    /// Tells an address that is none.
    pub(super) fn url(&mut self, url: &At<String>) {
        let rest = url.value.strip_prefix("https://").or_else(|| url.value.strip_prefix("http://"));
        let is_one =
            rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control()));
        if !is_one {
            let text = format!("`{}` is no address", url.value);
            self.tell(&codes::BAD_VALUE, url.span, text, Some("write it with `https://`".to_owned()));
        }
    }

    /// A text of the manifest, which belongs to no definition.
    pub(super) fn phrase_alone(&mut self, text: &At<String>) -> Option<Phrase> {
        match Phrase::parse(&text.value) {
            Ok(phrase) => Some(phrase),
            Err(problem) => {
                self.problem(text, problem);
                None
            }
        }
    }

    /// The redactor; nothing where a setting is wrong.
    pub(super) fn redactor(&mut self, manifest: &Manifest) -> Option<Redactor> {
        self.twice();
        let keys = manifest.redact.as_ref().map(|redact| redact.value.clone()).unwrap_or_default();
        let mut settings = Vec::new();
        let mut places = Vec::new();
        for redaction in &keys {
            let Some(name) = &redaction.value.name else { continue };
            let enabled = redaction.value.enabled.as_ref().is_none_or(|enabled| enabled.value);
            let rule = match (&redaction.value.regex, &redaction.value.replacement) {
                (Some(regex), replacement) => {
                    let text = replacement.as_ref().map_or_else(|| "REDACTED".to_owned(), |text| text.value.clone());
                    Some((regex.value.clone(), text))
                }
                (None, Some(replacement)) => {
                    let text = format!("the redaction `{}` has a `replacement` and no `regex`", name.value);
                    self.tell(&codes::MISSING_KEY, replacement.span, text, Some("add `regex:`".to_owned()));
                    continue;
                }
                (None, None) => None,
            };
            settings.push(Setting { name: name.value.clone(), rule, enabled });
            places.push(redaction);
        }
        match Redactor::new(&settings) {
            Ok(redactor) => Some(redactor),
            Err(problems) => {
                for (at, part, problem) in problems {
                    let Some(redaction) = places.get(at) else { continue };
                    let text = match part {
                        Part::Name => &redaction.value.name,
                        Part::Regex => &redaction.value.regex,
                        Part::Replacement => &redaction.value.replacement,
                    };
                    match text {
                        Some(text) => self.problem(text, problem),
                        None => self.diagnostics.push(Diagnostic::from_problem(problem, |_| redaction.span)),
                    }
                }
                None
            }
        }
    }

    /// Tells of redactions that one layer lists twice.
    fn twice(&mut self) {
        for layer in self.layers {
            let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
            let all = layer.manifest.redact.iter().flat_map(|redact| &redact.value);
            for name in all.filter_map(|redaction| redaction.value.name.as_ref()) {
                if let Some(first) = seen.insert(&name.value, name.span) {
                    let message = format!("the redaction `{}` is listed twice", name.value);
                    self.diagnostics.push(
                        Diagnostic::new(&codes::DUPLICATE_REDACTION, name.span, message)
                            .label("again here")
                            .help("keep one of them, or give one another name")
                            .related(first, "first here"),
                    );
                }
            }
        }
    }

    /// The templates of outputs.
    pub(in crate::pack) fn templates(&mut self) -> Templates {
        let mut texts = BTreeMap::new();
        for (name, file) in merge::templates(self.layers, self.diagnostics) {
            let text = self.sources.text(file);
            let found = if BUILT_IN.contains(&text) { Ok(()) } else { phrase::check_template(text) };
            if let Err(problem) = found {
                let locate = |range| Span::new(file, range);
                self.diagnostics.push(Diagnostic::from_problem(problem, locate));
            }
            let (path, text) = (self.sources.path(file).to_owned(), text.to_owned());
            texts.insert(name, OutputTemplate { file, path, text });
        }
        Templates { texts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_that_are_not_checked_are_well_formed() {
        for text in BUILT_IN {
            phrase::check_template(text).unwrap();
        }
    }
}
