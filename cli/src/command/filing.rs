//! What `gardener plan` and `gardener apply` have in common: a run over captures, with the issues that a tracker has, and the plan
//! that comes of it.

use gardener_engine::classify::Classifier;
use gardener_engine::diagnostic::Sources;
use gardener_engine::filing::Plan;
use gardener_engine::pack::{Pack, is_repository};
use gardener_engine::plan::Memory;
use gardener_engine::render::pretty;
use gardener_engine::report::Report;
use gardener_engine::script::Sandbox;

use crate::analysis::{self, Outcome, Request};
use crate::args::TrackerArguments;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::filing::{Survey, Target, planned, survey};
use crate::source::{CaptureReader, InputError};
use crate::store::Run;
use crate::terminal::progress::Progress;
use crate::terminal::{self, diagnostics};
use crate::tracker::github::{Credentials, GitHub, Settings, described};
use crate::tracker::{self, Client, Kind, Limits, Trouble};

use super::analyze::tell_expired;
use super::history::Ledger;
use super::reading::Asked;
use super::window::Window;

/// A tracker, and what of it is meant.
pub(super) struct Office<'c> {
    pub(super) client: Client<'c>,
    pub(super) target: Target,
}

impl<'c> Office<'c> {
    /// Lets the repository of the command line take the place of the pack's.
    pub(super) fn name(pack: &mut Pack, arguments: &TrackerArguments) {
        if let Some(repository) = &arguments.repo {
            pack.issue.repository = Some(repository.clone());
        }
    }

    /// The tracker that the pack, the command line and the environment name.
    pub(super) fn open(context: &'c Context, pack: &Pack, arguments: &TrackerArguments) -> Result<Self, Failure> {
        let repository = pack.issue.repository.as_ref().ok_or_else(|| {
            Failure::new(Exit::Usage, "no repository is named whose issues are meant")
                .help("write `issue: { repository: owner/name }` into gardener.yaml, or say --repo owner/name")
        })?;
        if !is_repository(repository) {
            return Err(Failure::new(Exit::Usage, format!("`{repository}` is no repository")).help("write owner/name"));
        }
        let variables = context.github();
        let credentials = Credentials::from_environment(variables, context.directory())?.ok_or_else(|| {
            Failure::new(Exit::Usage, "no token for the issues is named")
                .help("put one into GITHUB_TOKEN; without a tracker: gardener plan --offline")
        })?;
        let (base, author) = (arguments.api_url.clone(), arguments.author.clone());
        let settings = Settings::new(base, repository.clone(), credentials, author, variables);
        let tracker = GitHub::new(settings, Context::calendar()).map_err(|wrong| Failure::new(Exit::Usage, wrong))?;
        let limits = Limits { deadline: arguments.deadline, interval: arguments.interval };
        let quiet = context.is_quiet();
        let client = Client::new(tracker, context, limits, move |line| {
            if !quiet {
                context.tell(&format!("{}\n", terminal::clean(line)));
            }
        });
        Ok(Self { client, target: Target::of(&pack.issue, repository) })
    }

    /// A request as it would be sent, for people.
    pub(super) fn described(&self, request: &tracker::Request) -> Result<String, Failure> {
        let sent = described(&self.target.repository, request).map_err(|trouble| failed(&trouble))?;
        let body = sent.body.map(|body| format!("{}\n", pretty(&body).unwrap_or_default())).unwrap_or_default();
        Ok(format!("{} {}\n{body}\n", sent.method, sent.path))
    }

    /// Refuses a repository that may not be written to.
    pub(super) fn admit(&self, pack: &Pack, survey: &Survey) -> Result<(), Failure> {
        let found = &survey.repository;
        let name = &found.name;
        let refused = |message: String, help: String| Err(Failure::new(Exit::Usage, message).help(help));
        if !name.eq_ignore_ascii_case(&self.target.repository) {
            let told = format!(
                "{} is called {name} now, and nothing is written to it under another name",
                self.target.repository
            );
            return refused(told, format!("write `repository: {name}` into gardener.yaml"));
        }
        if found.is_public && !pack.issue.allow_public {
            let told = format!("{name} is public: everybody could read what the logs say");
            return refused(
                told,
                "if that is right, write `issue: { allow_public: true }` into gardener.yaml".to_owned(),
            );
        }
        if found.is_archived || !found.has_issues {
            let why = if found.is_archived { "is archived" } else { "has no issues" };
            return refused(
                format!("{name} {why}, so nothing can be written to it"),
                "name another repository".to_owned(),
            );
        }
        Ok(())
    }
}

/// What trouble with the tracker as a whole means for people.
pub(super) fn failed(trouble: &Trouble) -> Failure {
    let (exit, help) = match trouble.kind {
        Kind::Unauthorized => {
            (Exit::Remote, "the token is wrong, or over: look at GARDENER_GITHUB_TOKEN, GH_TOKEN, GITHUB_TOKEN")
        }
        Kind::Forbidden => (
            Exit::Remote,
            "the token needs the permission to read and write issues; a login that GitHub does not tell is named by --author",
        ),
        Kind::NotFound => (Exit::Remote, "is the repository's name right, and may the token see it?"),
        Kind::Unreachable => (Exit::Remote, "look at --api-url, the network, and HTTPS_PROXY"),
        Kind::Invalid => (Exit::Usage, "look at --api-url and --repo"),
        _ => (Exit::Remote, "run it again later"),
    };
    Failure::new(exit, format!("the tracker cannot be asked: {trouble}")).help(help)
}

/// What a run is made of.
pub(super) struct Rules<'r> {
    pub(super) pack: &'r Pack,
    pub(super) sources: &'r Sources,
    pub(super) sandbox: &'r Sandbox,
}

/// What came of a run.
pub(super) struct Made {
    pub(super) report: Report,
    pub(super) plan: Plan,
    pub(super) survey: Option<Survey>,
    /// Captures that could not be read to their end.
    pub(super) errors: Vec<InputError>,
    /// The run, as the history is to remember it.
    pub(super) run: Run,
    pub(super) is_unfit: bool,
}

/// Reads captures, looks up issues, and decides.
pub(super) fn made(
    context: &Context,
    rules: &Rules<'_>,
    (asked, ledger): (&Asked, Option<&mut Ledger>),
    mut office: Option<&mut Office<'_>>,
) -> Result<Made, Failure> {
    let (captures, missing) = asked.captures(context, None)?;
    let (mut ledger, now) = (ledger, asked.now);
    let history =
        ledger.as_deref_mut().map(|ledger| ledger.history(context, asked.now)).transpose()?.unwrap_or_default();
    let mut window = Window::of(asked, ledger)?;
    let captures = window.of_captures(context, captures);
    let Window { since, until, edge, chain, is_unfit } = window;
    let reader = CaptureReader::open(captures.clone());
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let classifier = Classifier::new(rules.pack);
    let request = Request {
        classifier: &classifier,
        sandbox: rules.sandbox,
        captures,
        now: asked.now,
        since,
        until,
        edge,
        jobs: asked.jobs,
        strict: asked.is_strict,
        progress: &|entries| progress.entries(entries),
    };
    let mut gathered = analysis::read(request, reader);
    progress.finish();
    let mut found = None;
    if let Some(office) = office.as_deref_mut() {
        let wanted = gathered.wanted(&history);
        let survey = survey(&mut office.client, &office.target, &wanted).map_err(|trouble| failed(&trouble))?;
        gathered.remark(survey.notes.iter().cloned());
        found = Some(survey);
    }
    let issues = found.as_ref().map(|survey| survey.issues.clone()).unwrap_or_default();
    let memory = Memory { history: history.into(), issues, ..Memory::default() };
    let Outcome { mut report, failures, errors, reach } = gathered.judged(&memory);
    let shown: Vec<_> = failures.iter().collect();
    context.tell(&diagnostics::text(&shown, rules.sources, context.stderr_has_color()));
    let errors = [missing, errors].concat();
    asked.refuse(&report.source.captures, report.entries.read, report.malformed.first(), &errors)?;
    let asked = found.as_mut().zip(office).map(|(survey, office)| (survey, &mut office.client, &office.target));
    let plan = planned(rules.pack, &mut report, asked);
    tell_expired(context, rules.pack, now);
    let run = Run { reach, chain, ..Run::of(&report) };
    Ok(Made { report, plan, survey: found, errors, run, is_unfit })
}
