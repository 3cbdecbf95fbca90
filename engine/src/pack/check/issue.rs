//! `issue:` of the manifest, checked, with what holds where it is silent.

use super::Checking;
use crate::diagnostic::Diagnostic;
use crate::pack::codes;
use crate::pack::decode::At;
use crate::pack::model::{IssueLimits, IssueSettings};
use crate::pack::raw::{IssueKeys, LimitKeys, Manifest};
use crate::phrase::{NAMES, Phrase};
use crate::severity::Severity;

/// The title of issues where no manifest has one.
const TITLE: &str = "GCP-{{ category }} | {{ severity }} | {{ title }}";
/// Characters of a label's name, which GitHub allows.
const LABEL: usize = 50;
/// How to write a label of severities.
const SEVERITY_LABEL_HELP: &str = "write `{{ severity }}`, `severity: {{ severity }}` or `priority/{{ severity }}`";

impl Checking<'_> {
    /// How issues are written.
    pub(super) fn issue(&mut self, manifest: &Manifest) -> Option<IssueSettings> {
        let keys = manifest.issue.as_ref().map(|issue| issue.value.clone()).unwrap_or_default();
        let also: Vec<At<String>> = keys.also.as_ref().map(|also| also.value.0.clone()).unwrap_or_default();
        keys.repository.iter().chain(&also).for_each(|repository| self.repository(repository));
        if let Some(url) = &keys.url {
            self.url(url);
        }
        let labels: Vec<At<String>> = keys.labels.as_ref().map(|labels| labels.value.0.clone()).unwrap_or_default();
        labels.iter().chain(&keys.category).for_each(|text| self.plain(text));
        labels.iter().for_each(|label| self.label(label));
        let title = match &keys.title {
            Some(title) => self.phrase_alone(title),
            None => Phrase::parse(TITLE).ok(),
        };
        let severity_labels = self.severity_labels(&keys);
        let values = |texts: Vec<At<String>>| texts.into_iter().map(|text| text.value).collect();
        Some(IssueSettings {
            repository: keys.repository.map(|repository| repository.value),
            url: keys
                .url
                .map_or_else(|| "https://github.com".to_owned(), |url| url.value.trim_end_matches('/').to_owned()),
            file_from: keys.file_from.map_or(Severity::P3, |severity| severity.value),
            title: title?,
            labels: values(labels),
            allow_public: keys.allow_public.is_some_and(|allow| allow.value),
            also: values(also),
            create_labels: keys.create_labels.is_none_or(|create| create.value),
            severity_labels,
            limits: limits(keys.limits.map(|limits| limits.value).unwrap_or_default()),
        })
    }

    /// Tells of a repository that is none.
    fn repository(&mut self, repository: &At<String>) {
        if is_repository(&repository.value) {
            return;
        }
        let rest = repository.value.split("github.com/").nth(1);
        let rest = rest.map(|rest| rest.trim_end_matches(".git").trim_matches('/'));
        let help = rest.filter(|rest| is_repository(rest)).map(|rest| format!("write `{rest}`"));
        let text = format!("`{}` is no repository", repository.value);
        self.tell(&codes::BAD_VALUE, repository.span, text, help.or(Some("write `owner/name`".to_owned())));
    }

    /// Tells of a label that GitHub would not take, or whose name would be read as two.
    fn label(&mut self, label: &At<String>) {
        if let Some(text) = bad_label(&label.value) {
            let help = Some(format!("a label's name is text of at most {LABEL} characters without commas"));
            self.tell(&codes::BAD_VALUE, label.span, text, help);
        }
    }

    /// The label of each severity; nothing where the text is empty, or wrong, which is told.
    fn severity_labels(&mut self, keys: &IssueKeys) -> Option<[String; 6]> {
        let Some(text) = &keys.severity_label else { return Some(Severity::ALL.map(|severity| severity.to_string())) };
        let text = &At { value: text.value.0.clone(), span: text.span };
        if text.value.trim().is_empty() {
            return None;
        }
        let phrase = self.phrase_alone(text)?;
        let foreign = NAMES.iter().filter(|name| **name != "severity").find_map(|name| phrase.uses(name));
        if let Some(range) = foreign {
            let place = self.inside(text, range);
            let diagnostic =
                Diagnostic::new(&codes::BAD_VALUE, place, "the label of a severity is the same for all clusters");
            self.diagnostics.push(diagnostic.label("only `severity` is known here").help(SEVERITY_LABEL_HELP));
            return None;
        }
        let labels = Severity::ALL.map(|severity| {
            let values = minijinja::context! { severity => severity.name() };
            phrase.render(&values).map(|label| (severity, label.trim().to_owned()))
        });
        for label in &labels {
            let problem = match label {
                Err(why) => Some(why.clone()),
                Ok((severity, label)) if Severity::of_label(label) != Some(*severity) => {
                    Some(format!("the severity cannot be read from the label `{label}` that this gives for {severity}"))
                }
                Ok((_, label)) => bad_label(label),
            };
            if let Some(problem) = problem {
                self.tell(&codes::BAD_VALUE, text.span, problem, Some(SEVERITY_LABEL_HELP.to_owned()));
                return None;
            }
        }
        Some(labels.map(|label| label.map(|(_, label)| label).unwrap_or_default()))
    }
}

/// What is wrong with the name of a label.
fn bad_label(label: &str) -> Option<String> {
    let length = label.chars().count();
    if label.trim().is_empty() {
        Some("a label's name is empty".to_owned())
    } else if length > LABEL {
        Some(format!("the label has {length} characters"))
    } else if label.contains(',') {
        Some("the label has a comma, which separates labels where they are listed by".to_owned())
    } else {
        label.contains(char::is_control).then(|| "the label has characters that cannot be seen".to_owned())
    }
}

fn limits(keys: LimitKeys) -> IssueLimits {
    let usual = IssueLimits::default();
    IssueLimits {
        per_run: keys.per_run.map_or(usual.per_run, |limit| limit.value.0),
        per_day: keys.per_day.map_or(usual.per_day, |limit| limit.value.0),
        open: keys.open.map_or(usual.open, |limit| limit.value.0),
    }
}

/// Whether a text is `owner/name`.
#[must_use]
pub fn is_repository(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    text.split_once('/').is_some_and(|(owner, name)| is_name(owner) && is_name(name))
}
