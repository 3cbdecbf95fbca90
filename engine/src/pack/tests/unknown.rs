//! What a manifest says of what no definition knows.

use super::*;

const DEFINITIONS: &str = "== clusters/a.yaml
- { id: plain, title: P, match: 'message:plain', severity: P3 }
- { id: grouped, title: G, match: 'message:grouped', severity: P3, group_by: labels.zone }
";

fn told(rules: &str) -> Vec<(&'static str, String)> {
    let text = format!("== gardener.yaml\nversion: 1\nname: p\nunknown:\n{rules}\n{DEFINITIONS}");
    let loaded = loaded(&text);
    assert_eq!(loaded.pack.is_some(), loaded.diagnostics.iter().all(|it| !it.is_error()));
    loaded.diagnostics.iter().map(|it| (it.code.id, it.message.clone())).collect()
}

#[test]
fn what_becomes_of_templates_is_read() {
    let rules = "  templates:
    - { like: [cache miss for 17, cache miss of 18], ignore: it fills itself }
    - { id: template-1a2b3c4d, same_as: plain }
    - { like: parcel 7 is lost, same_as: shipment 7 vanished }
    - { like: upstream eu-1 is slow, title: Slow, severity: P1, kind: K, category: c, split_by: [labels.zone, logName] }";
    assert_eq!(told(rules), []);
}

#[test]
fn what_is_wrong_with_a_rule_is_told() {
    for (rule, code, message) in [
        ("{ ignore: why }", "template-rule", "does not say which templates"),
        ("{ like: [], ignore: why }", "template-rule", "does not say which templates"),
        ("{ like: a b c, same_as: a b c }", "template-rule", "is meant by this rule itself"),
        ("{ like: a b c }", "template-rule", "does not say what becomes"),
        ("{ like: a b c, ignore: why, severity: P1 }", "template-rule", "only one of"),
        ("{ like: a b c, same_as: plain, title: T }", "template-rule", "only one of"),
        ("{ id: plain, ignore: why }", "template-rule", "`plain` is no id of a template"),
        ("{ like: a b c, same_as: grouped }", "template-rule", "`grouped` is split into groups"),
        ("{ like: a b c, same_as: plian }", "unknown-definition", "there is no definition `plian`"),
        ("{ like: a b c, split_by: message }", "bad-path", "`split_by` takes fields"),
        ("{ like: a b c, split_by: [labels.a, labels.a] }", "bad-value", "listed twice"),
        ("{ like: a b c, split_by: [labels.a, labels.b, labels.c, labels.d, labels.e] }", "bad-value", "more than 4"),
        ("{ like: a b c, title: '{{ count }}' }", "bad-value", "placeholders"),
    ] {
        let found = told(&format!("  templates: [{rule}]"));
        assert!(found.iter().any(|(is, text)| *is == code && text.contains(message)), "{rule}: {found:?}");
        assert_eq!(found.len(), 1, "{rule}: {found:?}");
    }
}

#[test]
fn fields_that_are_counted_are_few() {
    let facets = (0..9).map(|at| format!("labels.l{at}")).collect::<Vec<_>>().join(", ");
    assert_eq!(told(&format!("  facets: [{facets}]"))[0].0, "bad-value");
    assert_eq!(told("  facets: [labels.a, labels.b]"), []);
}

#[test]
fn rules_of_base_packs_hold_behind_the_own_ones_and_scripts_may_ask_for_what_is_counted() {
    let text = format!(
        "== gardener.yaml\nversion: 1\nname: p\nextends: base\nunknown: {{ severity: P5, templates: [{{ like: a b c, ignore: ours }}] }}
{DEFINITIONS}== base:gardener.yaml
version: 1
name: b
unknown: {{ facets: labels.zone, templates: [{{ like: d e f, ignore: theirs }}] }}
== base:policy/p.rhai
fn severity(cluster) {{ if cluster.distinct(\"labels.zone\") > 2 {{ cluster.raise_to(\"P1\", \"wide\"); }} }}
== base:clusters/b.yaml
- {{ id: other, title: O, match: 'message:other', severity: P3 }}
"
    );
    let loaded = loaded(&text);
    assert_eq!(shown(&loaded), "");
    let unknown = loaded.pack.unwrap().unknown;
    let places: Vec<&str> = unknown.templates.iter().map(|rule| rule.place.as_str()).collect();
    assert_eq!(places, ["gardener.yaml:4", "b/gardener.yaml:3"]);
    assert_eq!((unknown.severity.name(), unknown.facets.len()), ("P5", 1));
}
