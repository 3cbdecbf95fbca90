//! What policy decides: severity, impact, action; and what history says.

use super::super::codes;
use super::{By, Comparing, LISTED, name as name_of, quoted};
use crate::case::memory::action_kind;
use crate::diagnostic::Diagnostic;
use crate::pack::BusinessLevel;
use crate::pack::decode::At;
use crate::pack::raw::case::ClusterKeys;
use crate::severity::Severity;

impl Comparing<'_, '_> {
    pub(super) fn verdict(&mut self, wanted: &ClusterKeys) {
        let cluster = self.cluster;
        self.same("the severity", &wanted.severity, Some(cluster.severity.name()), By::Severity);
        let declared = cluster.declared_severity.map(|severity| severity.name());
        self.same("the declared severity", &wanted.declared_severity, declared, By::Definition);
        let by = wanted.severity_by.as_ref().map(|by| At { value: by.value.word(), span: by.span });
        self.same("what set the severity", &by, Some(cluster.severity_by.name()), By::Severity);
        if let Some(part) = &wanted.severity_reason
            && !cluster.severity_reason.as_ref().is_some_and(|reason| reason.contains(&part.value))
        {
            let found = cluster.severity_reason.as_deref();
            self.differs("the reason for the severity", part, &quoted(&part.value), found, By::Severity);
        }
        for part in wanted.reasons.iter().flat_map(|reasons| &reasons.value.0) {
            if cluster.reasons.iter().any(|reason| reason.contains(&part.value)) {
                continue;
            }
            let message = format!("no reason of {} has {} in it", name_of(cluster), quoted(&part.value));
            let reasons: Vec<&str> = cluster.reasons.iter().take(LISTED).map(String::as_str).collect();
            let help = format!("its reasons are: {}", reasons.join("; "));
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, part.span, message);
            self.tell(diagnostic.label("no reason says so").help(help), By::Severity);
        }
        if let Some(failed) = wanted.policy_failed.as_ref().filter(|failed| failed.value != cluster.policy_failed) {
            let (expected, found) = (failed.value.to_string(), cluster.policy_failed.to_string());
            self.differs("`policy_failed`", failed, &quoted(&expected), Some(&found), By::Severity);
        }
    }

    pub(super) fn impact(&mut self, wanted: &ClusterKeys) {
        let Some(wanted) = wanted.impact.as_ref().map(|impact| &impact.value) else { return };
        let impact = &self.cluster.impact;
        let business = impact.business.as_ref();
        if let Some(keys) = wanted.business.as_ref().map(|business| &business.value.0) {
            let level = keys.level.as_ref().map(|level| At { value: level_name(level.value), span: level.span });
            self.same("the level of impact", &level, business.map(|b| level_name(b.level)), By::Impact);
            let text = business.and_then(|business| business.text.as_deref());
            self.same("the business impact", &keys.text, text, By::Impact);
        }
        self.same("the technical impact", &wanted.technical, impact.technical.as_deref(), By::Impact);
    }

    pub(super) fn action(&mut self, wanted: &ClusterKeys) {
        let Some(wanted) = wanted.action.as_ref().map(|action| &action.value.0) else { return };
        let action = &self.cluster.action;
        if let Some(kind) = wanted.kind.as_ref()
            && action_kind(kind.value) != action.kind
        {
            let message = format!(
                "the action on the issue of {} is `{}`, expected `{}`",
                name_of(self.cluster),
                action.kind.name(),
                kind.value.word()
            );
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, kind.span, message)
                .label(format!("it is `{}`", action.kind.name()))
                .help(format!("its reason is: {}", action.reason));
            self.tell(diagnostic, By::Action);
        }
        if let Some(part) = wanted.reason.as_ref().filter(|part| !action.reason.contains(&part.value)) {
            let message =
                format!("the reason for the action on {} has no {} in it", name_of(self.cluster), quoted(&part.value));
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, part.span, message);
            self.tell(diagnostic.label("it does not say so").help(format!("it is: {}", action.reason)), By::Action);
        }
        let issue = action.issue.as_ref();
        let number =
            wanted.issue.as_ref().map(|number| At { value: format!("#{}", number.value.0), span: number.span });
        let found = issue.and_then(|issue| issue.number).map(|number| format!("#{number}"));
        self.same("the issue", &number, found.as_deref(), By::Action);
        self.same("the title of the issue", &wanted.title, issue.map(|issue| issue.title.as_str()), By::Action);
        let name = |severity: Option<Severity>| severity.map(Severity::name);
        self.same("the severity that the issue says", &wanted.from, name(action.from), By::Action);
        self.same("the severity that the issue is to say", &wanted.to, name(action.to), By::Action);
        for kind in wanted.rejected.iter().flat_map(|rejected| &rejected.value.0) {
            if action.rejected.iter().any(|rejected| rejected.kind == action_kind(kind.value)) {
                continue;
            }
            let message =
                format!("`{}` is not among what was rejected for {}", kind.value.word(), name_of(self.cluster));
            let rejected: Vec<&str> = action.rejected.iter().map(|rejected| rejected.kind.name()).collect();
            let help = match rejected.as_slice() {
                [] => "nothing was thought of and rejected".to_owned(),
                rejected => format!("rejected were: {}", rejected.join(", ")),
            };
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, kind.span, message);
            self.tell(diagnostic.label("not rejected").help(help), By::Action);
        }
        for number in wanted.links.iter().flat_map(|links| &links.value.0) {
            if !action.links.contains(&number.value.0) {
                let message = format!("{} is not linked with issue #{}", name_of(self.cluster), number.value.0);
                let links: Vec<String> = action.links.iter().map(|number| format!("#{number}")).collect();
                let help = if links.is_empty() { "it has no links".to_owned() } else { links.join(", ") };
                let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, number.span, message);
                self.tell(diagnostic.label("not linked").help(help), By::Action);
            }
        }
    }

    /// What history says.
    #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
    pub(super) fn trend(&mut self, wanted: &ClusterKeys) {
        let Some(wanted) = wanted.trend.as_ref() else { return };
        let keys = &wanted.value.0;
        let Some(trend) = &self.cluster.trend else {
            let expected = keys.state.as_ref().map_or_else(|| "one".to_owned(), |state| quoted(state.value.word()));
            let message = format!("{} has no trend, expected {expected}", name_of(self.cluster));
            let help = match self.judging.case.has_history() {
                true => "a trend comes of what earlier runs saw of it",
                false => "there is no trend without `history`; an empty one, `history: []`, makes everything new",
            };
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, wanted.span, message);
            return self.tell(diagnostic.label("it has none").help(help), By::Definition);
        };
        let state = keys.state.as_ref().map(|state| At { value: state.value.word(), span: state.span });
        self.same("the state", &state, Some(trend.state.name()), By::Severity);
        if let Some(part) = keys.text.as_ref().filter(|part| !trend.text.contains(&part.value)) {
            let message = format!("the trend of {} has no {} in it", name_of(self.cluster), quoted(&part.value));
            let diagnostic = Diagnostic::new(&codes::EXPECTATION_FAILED, part.span, message);
            self.tell(diagnostic.label("it does not say so").help(format!("it is: {}", trend.text)), By::Severity);
        }
        self.number("`trend.runs_seen`", &keys.runs_seen, trend.runs_seen as f64);
        self.number("`trend.days_seen`", &keys.days_seen, trend.days_seen as f64);
        self.number("`trend.days_in_a_row`", &keys.days_in_a_row, trend.days_in_a_row as f64);
    }
}

fn level_name(level: BusinessLevel) -> &'static str {
    match level {
        BusinessLevel::None => "none",
        BusinessLevel::Low => "low",
        BusinessLevel::Medium => "medium",
        BusinessLevel::High => "high",
        BusinessLevel::Critical => "critical",
    }
}
