//! SARIF 2.1.0, as code scanning reads it (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use std::collections::BTreeMap;

use gardener_engine::diagnostic::Code;
use gardener_engine::id::hash_parts;
use gardener_engine::render;
use serde_json::{Value, json};

use super::{Finding, Findings, Place, level};
use crate::terminal::clean;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One run, with the rules that were found broken and a result for each finding.
pub(crate) fn sarif(findings: &Findings) -> String {
    let found: Vec<&Finding> = findings.checks.iter().flat_map(|check| &check.findings).collect();
    let codes: BTreeMap<&str, &Code> = found.iter().map(|finding| (finding.code.id, finding.code)).collect();
    let index: BTreeMap<&str, usize> = codes.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    let results: Vec<Value> = found.iter().map(|finding| result(finding, &index)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "gardener",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": codes.values().map(|code| rule(code)).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": findings.command.replace(' ', "/") },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{}\n", render::pretty(&log).unwrap_or_default())
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.id,
        "shortDescription": { "text": code.summary },
        "fullDescription": { "text": code.explanation.trim(), },
        "help": { "text": code.explanation.trim(), "markdown": code.explanation.trim() },
        "defaultConfiguration": { "level": level(code) },
    })
}

fn result(finding: &Finding, index: &BTreeMap<&str, usize>) -> Value {
    let mut result = json!({
        "ruleId": finding.code.id,
        "ruleIndex": index.get(finding.code.id),
        "level": level(finding.code),
        "message": { "text": clean(&finding.text()) },
        "partialFingerprints": { "gardener/v1": fingerprint(finding) },
    });
    if let (Some(place), Some(result)) = (&finding.place, result.as_object_mut()) {
        result.insert("locations".to_owned(), json!([{ "physicalLocation": location(place) }]));
    }
    result
}

fn location(place: &Place) -> Value {
    let mut region = json!({ "startLine": place.start.0, "startColumn": place.start.1 });
    if let (Some((line, column)), Some(region)) = (place.end, region.as_object_mut())
        && (line, column) > place.start
    {
        region.insert("endLine".to_owned(), line.into());
        region.insert("endColumn".to_owned(), column.into());
    }
    json!({ "artifactLocation": { "uri": uri(&place.file) }, "region": region })
}

/// The same for the same finding wherever in its file it stands.
fn fingerprint(finding: &Finding) -> String {
    let file = finding.place.as_ref().map_or("", |place| place.file.as_str());
    format!("{:016x}", hash_parts(&[finding.code.id.as_bytes(), file.as_bytes(), finding.message.as_bytes()]))
}

/// A path as a relative reference (RFC 3986): everything but unreserved characters and `/` in percent encoding.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/') => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}
