//! stub
use crate::{
    baseline::Baseline,
    diagnostic::Diagnostic,
    entry::{Entry, Timestamp},
    id::Fingerprint,
    pack::{Definition, Pack},
    report,
    script::Sandbox,
    severity::Severity,
    tally::Stats,
};
use std::collections::BTreeMap;
/// s
#[derive(Debug)]
pub struct Subject<'p> {
    pub definition: Option<&'p Definition>,
    pub id: String,
    pub group: BTreeMap<String, String>,
    pub fingerprint: Fingerprint,
    pub title: String,
    pub pattern: String,
    pub stats: Stats,
    pub window: report::Window,
    pub now: Timestamp,
    pub baseline: Baseline,
}
/// v
#[derive(Debug)]
pub struct Verdict {
    pub title: String,
    pub pattern: String,
    pub kind: Option<String>,
    pub category: Option<String>,
    pub severity: Severity,
    pub declared: Option<Severity>,
    pub reasons: Vec<String>,
    pub impact: report::Impact,
    pub recommendation: Option<report::Recommendation>,
    pub follow_up: Option<String>,
    pub frequency: &'static str,
    pub rate_per_hour: f64,
    pub related: Vec<String>,
    pub policy_failed: bool,
    pub failures: Vec<Diagnostic>,
}
pub fn verdict(_: &Pack, _: &Sandbox, s: &Subject) -> Verdict {
    Verdict {
        title: s.title.clone(),
        pattern: s.pattern.clone(),
        kind: None,
        category: None,
        severity: Severity::P3,
        declared: None,
        reasons: vec![],
        impact: Default::default(),
        recommendation: None,
        follow_up: None,
        frequency: "Low",
        rate_per_hour: 0.0,
        related: vec![],
        policy_failed: false,
        failures: vec![],
    }
}
pub fn group_values(_: &Pack, _: &Sandbox, _: &Definition, _: &Entry<'_>) -> Result<BTreeMap<String, String>, String> {
    Ok(BTreeMap::new())
}
