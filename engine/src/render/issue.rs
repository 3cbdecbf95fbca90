//! What is written into issues: Markdown about one cluster, from templates that a pack can replace.
//!
//! None of it is a marked block yet, and all of it is bounded: what a tracker would refuse is cut, and says so.

mod cut;
mod rollup;

use minijinja::Value;

use super::neutral::{shortened, unlinked};
use super::output::Output;
use super::worklog::{Template, rendered};
use super::{context, environment};
use crate::issue::without_comments;
use crate::pack::Pack;
use crate::report::{Cluster, Report};
use cut::cut;

pub use rollup::roll_up;

/// Characters of a title, which GitHub allows.
const TITLE: usize = 256;

/// Which of the texts about a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueText {
    /// The issue's own: what does not change from hour to hour.
    Body,
    /// The comment that is kept up to date: counts, trend, the latest sample.
    Latest,
    /// A new comment on something that has happened: an escalation, a regression.
    Event,
}

impl IssueText {
    fn output(self) -> Output {
        match self {
            Self::Body => Output::IssueBody,
            Self::Latest => Output::IssueLatest,
            Self::Event => Output::IssueEvent,
        }
    }
}

/// A text for a tracker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// It.
    pub text: String,
    /// Remarks for people: that a template failed, that the text was cut.
    pub notes: Vec<String>,
}

/// The texts about the clusters of one report. What templates see of the report is worked out once for all of them.
pub struct IssueTexts<'r> {
    pack: &'r Pack,
    report: &'r Report,
    variables: Value,
}

impl<'r> IssueTexts<'r> {
    /// Those of a report.
    #[must_use]
    pub fn new(pack: &'r Pack, report: &'r Report) -> Self {
        Self { pack, report, variables: context::variables(report) }
    }

    /// A text about a cluster: by the pack's template, or its base's, else the default one, also where the pack's fails.
    #[must_use]
    pub fn text(&self, cluster: &Cluster, which: IssueText) -> Document {
        let output = which.output();
        let variables = context::with_cluster(&self.variables, self.report, cluster);
        let mut notes = Vec::new();
        let own = self.pack.templates.texts.get(output.name()).and_then(|own| {
            let template = Template { name: &own.path, text: &own.text };
            match self.by(output, &template, &variables) {
                Ok(text) => Some(text),
                Err(why) => {
                    notes.push(format!("the default template is used, because the pack's failed: {why}"));
                    None
                }
            }
        });
        let text = own.unwrap_or_else(|| {
            self.by(output, &Template::of(output), &variables).unwrap_or_else(|why| {
                notes.push(format!("the default template failed: {why}"));
                rollup::line(cluster)
            })
        });
        finished(&text, notes)
    }

    fn by(&self, output: Output, template: &Template<'_>, variables: &Value) -> Result<String, String> {
        let text = rendered(output, template, environment::environment(self.report), variables.clone());
        match text {
            Ok(text) if text.trim().is_empty() => Err(format!("{}: prints nothing", template.name)),
            Ok(text) => Ok(text),
            Err(failure) => Err(failure.to_string()),
        }
    }
}

/// A text as it can be written: no comment of Markdown begins in it, and it is not too long.
fn finished(text: &str, mut notes: Vec<String>) -> Document {
    let (text, note) = cut(&without_comments(text));
    notes.extend(note);
    Document { text, notes }
}

/// A title as trackers take it: plain text on one line, of 256 characters at most. Nothing in it mentions or links.
///
/// ```
/// use gardener_engine::render::issue_title;
/// assert_eq!(issue_title("a\u{202e} \n b"), "a b");
/// assert_eq!(issue_title("@team fixes #12"), "@\u{200b}team fixes #\u{200b}12");
/// ```
#[must_use]
pub fn issue_title(title: &str) -> String {
    let title = shortened(&unlinked(title), TITLE);
    if title.is_empty() { "Untitled".to_owned() } else { title }
}
