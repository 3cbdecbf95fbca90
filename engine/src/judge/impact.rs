//! What policy says of a cluster's impact.

use rhai::{Dynamic, Map};

use super::cluster::Cluster;
use super::{Subject, Verdict, at_function, failed};
use crate::pack::{BusinessLevel, Pack};
use crate::report;
use crate::script::{FunctionId, Sandbox, kind_of};

/// Lets a function decide the impact.
pub(super) fn impact_by(
    pack: &Pack,
    sandbox: &Sandbox,
    subject: &Subject<'_>,
    function: &FunctionId,
    verdict: &mut Verdict,
) {
    let cluster = Cluster::settled(subject, verdict);
    let result = sandbox.call(&pack.policy, function, vec![Dynamic::from(cluster.clone())]);
    verdict.reasons.extend(cluster.decision().reasons());
    match result {
        Ok(value) if value.is_unit() => {}
        Ok(value) => {
            let found = kind_of(&value);
            let mut impact = verdict.impact.clone();
            let result = match value.try_cast::<Map>() {
                Some(map) => impact_of(&map, &mut impact),
                None => Err(format!("`{}` returned {found}, not a map or nothing", function.name)),
            };
            match result {
                Ok(()) => {
                    let place = pack.policy.place(function.script, pack.policy.range_of(function).start);
                    impact.by = Some(format!("returned by {} ({place})", function.name));
                    verdict.impact = impact;
                }
                Err(message) => failed(pack, &at_function(pack, function, message), verdict),
            }
        }
        Err(failure) => failed(pack, &failure, verdict),
    }
}

fn impact_of(map: &Map, impact: &mut report::Impact) -> Result<(), String> {
    let text = |value: &Dynamic, what: &str| {
        value.clone().into_string().map_err(|found| format!("`{what}` of the impact is {found}, not text"))
    };
    for (key, value) in map {
        match key.as_str() {
            "technical" => impact.technical = Some(text(value, "technical")?),
            "business" => {
                let business = value.clone().try_cast::<Map>().ok_or("`business` of the impact is not a map")?;
                if let Some(other) = business.keys().find(|key| !matches!(key.as_str(), "level" | "text")) {
                    return Err(format!("`business` of the impact has no `{other}`; expected `level` and `text`"));
                }
                let declared = impact.business.take();
                let level = match (business.get("level"), &declared) {
                    (Some(level), _) => business_level(&text(level, "business.level")?)?,
                    (None, Some(declared)) => declared.level,
                    (None, None) => {
                        return Err("`business` of the impact has no `level`, and none is declared".to_owned());
                    }
                };
                let why = business.get("text").map(|value| text(value, "business.text")).transpose()?;
                let why = why.or(declared.and_then(|declared| declared.text));
                impact.business = Some(report::BusinessImpact { level, text: why });
            }
            other => return Err(format!("an impact has no `{other}`; expected `business` and `technical`")),
        }
    }
    Ok(())
}

fn business_level(name: &str) -> Result<BusinessLevel, String> {
    let unknown = || format!("`{name}` is no level of impact; expected none, low, medium, high or critical");
    BusinessLevel::from_name(name).ok_or_else(unknown)
}
