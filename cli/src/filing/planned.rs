//! The plan of a run.

use std::collections::BTreeSet;

use gardener_engine::filing::{self, Decided, Plan};
use gardener_engine::issue::Issues;
use gardener_engine::pack::Pack;
use gardener_engine::report::{ActionKind, Report};

use super::survey::{Survey, Target, comments};
use crate::tracker::Client;

/// The plan of a run that was judged by the issues of a survey: the brake is put on where it must be, and the comments of the issues
/// that are to be written to are read. Without a survey the plan goes by what the run believed.
pub(crate) fn planned(
    pack: &Pack,
    report: &mut Report,
    asked: Option<(&mut Survey, &mut Client<'_>, &Target)>,
) -> Plan {
    let Some((survey, client, target)) = asked else {
        let issues = Issues::default();
        let roll_up = filing::brake(pack, report, &issues);
        let unread = BTreeSet::new();
        return filing::plan(Decided { pack, report, issues: &issues, unread: &unread, roll_up: roll_up.as_ref() });
    };
    let roll_up = filing::brake(pack, report, &survey.issues);
    let is_changed = |kind| !matches!(kind, ActionKind::None | ActionKind::Create);
    let changed = report.clusters.iter().filter(|cluster| is_changed(cluster.action.kind));
    let numbers = changed.filter_map(|cluster| cluster.action.issue.as_ref()?.number).collect();
    let before = survey.notes.len();
    let unread = comments(client, target, survey, &numbers);
    report.notes.extend(survey.notes.iter().skip(before).cloned());
    filing::plan(Decided { pack, report, issues: &survey.issues, unread: &unread, roll_up: roll_up.as_ref() })
}
