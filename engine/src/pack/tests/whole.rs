//! Packs that are right, and what comes of them.

use super::*;
use crate::entry::LogSeverity;
use crate::severity::Severity;

/// A pack that uses every key.
const EVERYTHING: &str = include_str!("everything.txt");

fn good(text: &str) -> Pack {
    let loaded = loaded(text);
    assert_eq!(shown(&loaded), "");
    loaded.pack.unwrap()
}

#[test]
fn a_pack_with_everything_in_it_loads() {
    let pack = good(EVERYTHING);
    assert_eq!((pack.name.as_str(), pack.service.as_deref()), ("main", Some("netra-backend-staging")));
    assert_eq!(pack.project.as_deref(), Some("base-project"));
    assert_eq!(pack.attention, LogSeverity::Error);
    assert_eq!(pack.deploy_fields(), ["labels.\"app.kubernetes.io/version\""]);
    assert_eq!(pack.frequency, Frequency { high: 20, medium: 2 });
    assert_eq!(pack.severities[0].label, "Burning");
    assert_eq!(pack.severities[0].mark, "🔥");
    assert_eq!(pack.severities[1].label, "Urgent");
    assert_eq!(pack.severities[1].mark, "🟠");
    assert_eq!(
        pack.message.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["jsonPayload.message", "textPayload"]
    );
    assert_eq!(pack.issue.repository.as_deref(), Some("netra-systems/netra-apex"));
    assert_eq!(pack.issue.file_from, Severity::P2);
    assert_eq!(pack.issue.labels, ["gardener"]);
    assert!(pack.issue.allow_public && !pack.issue.create_labels);
    assert_eq!(pack.issue.also, ["netra-systems/netra-archive"]);
    assert_eq!(pack.issue.label_of(Severity::P1), Some("priority/p1"));
    assert_eq!(pack.issue.limits, IssueLimits { per_run: 3, per_day: 5, open: 200 }, "limit by limit");
    assert!(pack.templates.texts["worklog"].text.contains("main's worklog"));
    let ids: Vec<_> = pack.definitions.iter().map(|definition| definition.id.as_str()).collect();
    assert_eq!(ids, ["health-checks", "buffer-utilization", "auth", "from-base", "overridden"]);

    let buffer = &pack.definitions[1];
    assert_eq!(
        buffer.captures.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
        ["utilization", "timeout", "limit", "user"]
    );
    assert_eq!(buffer.facets.len(), 3);
    assert!(matches!(&buffer.facets[2], FacetKey::Capture { name, index: 3 } if name == "user"));
    assert_eq!(buffer.impact.business.as_ref().unwrap().0, BusinessLevel::Medium);
    assert!(matches!(buffer.issue, IssueReference::Pinned { number: 807, .. }));
    assert_eq!(buffer.recommend.as_ref().unwrap().horizon, Some(Horizon::Immediate));
    assert_eq!(buffer.policy.severity.as_ref().map(|function| function.name.as_str()), Some("by_utilization"));
    assert_eq!(pack.definitions[2].policy.severity.as_ref().map(|function| function.name.as_str()), Some("severity"));
    assert!(pack.definitions[2].policy.severity.as_ref().unwrap().script > 0);

    assert_eq!(pack.definitions[0].severity, Severity::P5);
    assert_eq!(pack.definitions[0].ignore.as_ref().unwrap().reason, "health checks of the load balancer");
    let overridden = &pack.definitions[4];
    assert_eq!((overridden.severity, overridden.title.source()), (Severity::P1, "Of the base"));
    assert_eq!((overridden.pack.as_str(), overridden.layer), ("base", 1));
}

#[test]
fn issues_are_private_labelled_and_few_where_a_pack_says_nothing() {
    const LITTLE: &str = "== gardener.yaml\nversion: 1\nname: x\n== clusters/a.yaml\n\
        - { id: a, title: A, severity: P2, match: 'message:\"a\"' }\n";
    let issue = good(LITTLE).issue;
    assert!(!issue.allow_public && issue.create_labels && issue.also.is_empty());
    assert_eq!(issue.limits, IssueLimits { per_run: 10, per_day: 30, open: 200 });
    assert_eq!((issue.tracking_label(), issue.label_of(Severity::P3)), ("gardener", Some("P3")));
    let none = EVERYTHING.replace("priority/{{ severity | lower }}", "");
    assert_eq!(good(&none).issue.label_of(Severity::P3), None);
}

#[test]
fn functions_of_the_extending_pack_replace_those_of_the_base() {
    let pack = good(EVERYTHING);
    let severity = pack.policy.function("severity", 1).unwrap();
    assert_eq!(pack.policy.place(severity.script, 0), "policy/severity.rhai:1");
    assert_eq!(pack.scripts.len(), 4);
    // The base's file of the same name is still there, and its other functions.
    let impact = pack.policy.function("impact", 1).unwrap();
    assert_eq!(pack.policy.script_name(impact.script), "base/policy/severity.rhai");
}

#[test]
fn the_digest_is_that_of_all_files() {
    let digest = |text: &str| load(&Shelf::of(text), "main", &sandbox()).pack.unwrap().digest;
    let own = digest(EVERYTHING);
    assert_eq!(own, digest(EVERYTHING));
    assert!(own.starts_with("xxh3:") && own.len() == 21, "{own}");
    assert_ne!(own, digest(&EVERYTHING.replace("# a remark", "# another remark")));
    assert_ne!(own, digest(&EVERYTHING.replace("# base's remark", "# none")));
}

#[test]
fn files_in_any_order_give_the_same_pack() {
    let mut shelf = Shelf::of(EVERYTHING);
    let forwards = load(&shelf, "main", &sandbox()).pack.unwrap();
    shelf.packs.values_mut().for_each(|files| files.reverse());
    let backwards = load(&shelf, "main", &sandbox()).pack.unwrap();
    assert_eq!(forwards.digest, backwards.digest);
    let ids = |pack: &Pack| pack.definitions.iter().map(|d| d.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&forwards), ids(&backwards));
}

#[test]
fn a_shared_base_stands_behind_all_that_build_on_it() {
    let pack = good(
        "== gardener.yaml\nversion: 1\nname: main\nextends: [left, right]\n\
         == left:gardener.yaml\nversion: 1\nname: left\nextends: base\nattention: ERROR\n\
         == right:gardener.yaml\nversion: 1\nname: right\nextends: base\nattention: INFO\nservice: s\n\
         == right:clusters/a.yaml\n- { id: a, override: true, severity: P1 }\n\
         == base:gardener.yaml\nversion: 1\nname: base\nattention: DEBUG\n\
         == base:clusters/a.yml\n{ id: a, title: A, severity: P3, match: 'message:\"a\"' }\n",
    );
    assert_eq!(pack.attention, LogSeverity::Error);
    assert_eq!(pack.service.as_deref(), Some("s"));
    assert_eq!(pack.definitions[0].severity, Severity::P1);
}

#[test]
fn fields_of_deploys_are_inherited_replaced_and_taken_away() {
    let fields = |own: &str| {
        let text = format!(
            "== gardener.yaml\nversion: 1\nname: main\nextends: base\n{own}\
             == base:gardener.yaml\nversion: 1\nname: base\ndeploys: resource.labels.revision_name\n\
             == base:clusters/a.yml\n{{ id: a, title: A, severity: P3, match: 'message:\"a\"' }}\n"
        );
        good(&text).deploy_fields()
    };
    assert_eq!(fields(""), ["resource.labels.revision_name"]);
    assert_eq!(fields("deploys: [labels.commit, labels.version]\n"), ["labels.commit", "labels.version"]);
    assert_eq!(fields("deploys: []\n"), [""; 0]);
}

#[test]
fn the_least_pack_is_two_lines_and_a_definition() {
    let pack = good(
        "== gardener.yaml\nversion: 1\nname: main\n\
         == clusters/a.yaml\n- { id: a, title: A, severity: P3, match: 'message:\"a\"' }\n",
    );
    assert_eq!(pack.attention, LogSeverity::Warning);
    assert_eq!(pack.frequency, Frequency { high: 10, medium: 3 });
    assert_eq!(pack.issue.url, "https://github.com");
}

#[test]
fn a_failure_inside_a_definitions_script_has_its_place_in_the_file() {
    let text = "== gardener.yaml\nversion: 1\nname: main\n\
                == clusters/a.yaml\n- id: a\n  title: A\n  severity: P3\n  match: message:\"a\"\n  script: |\n    fn severity(cluster) {\n      throw \"no\";\n    }\n";
    let loaded = loaded(text);
    let pack = loaded.pack.unwrap();
    let at = pack.scripts[0].inline_text().unwrap().find("throw").unwrap();
    let span = pack.script_span(0, at..at + 5).unwrap();
    assert_eq!((loaded.sources.slice(span), place(&loaded.sources, span).as_str()), ("throw", "clusters/a.yaml:7:7"));
    assert_eq!(pack.policy.place(0, at), "clusters/a.yaml:7");
    let nowhere = pack.script_span(0, 0..0).unwrap();
    assert_eq!(loaded.sources.slice(nowhere), "fn severity(cluster) {");
}

#[test]
fn disabled_definitions_are_left_out_and_still_known() {
    let pack = good(
        "== gardener.yaml\nversion: 1\nname: main\nextends: base\n\
         == clusters/a.yaml\n- { id: a, override: true, enabled: false }\n\
         - { id: b, title: B, severity: P3, match: 'message:\"b\"' }\n\
         == base:gardener.yaml\nversion: 1\nname: base\n\
         == base:clusters/a.yaml\n- { id: c, title: C, severity: P3, match: 'message:\"c\"', related: [a] }\n- { id: a, title: A, severity: P3, match: 'message:\"a\"' }\n",
    );
    assert_eq!(pack.definitions.len(), 2);
}

#[test]
fn every_key_is_documented() {
    let shapes = shapes();
    for (shape, field) in shapes.iter().flat_map(|shape| shape.keys.iter().map(move |key| (shape, key))) {
        let place = format!("{}: {}", shape.place, field.name);
        assert!(field.docs.len() > 3 && field.docs.ends_with(['.', '`', '1']), "{place}: {}", field.docs);
        assert!(!field.holds().is_empty(), "{place}");
    }
    let manifest = shapes.iter().find(|shape| shape.place == "gardener.yaml").unwrap();
    let required: Vec<_> = manifest.keys.iter().filter(|field| field.is_required).map(|f| f.name).collect();
    assert_eq!(required, ["version", "name"]);
}

#[test]
fn a_base_is_built_on_key_by_key() {
    let base = "== base:gardener.yaml\nversion: 1\nname: base\nservice: s\nattention: ERROR\n\
        == base:clusters/b.yaml\n- { id: b, title: B, match: 'message:\"b\"', severity: P3 }\n- { id: c, title: C, match: 'message:\"c\"', severity: P3 }\n";
    let own = "== gardener.yaml\nversion: 1\nname: own\nextends: ../base\nattention: INFO\n\
        == clusters/a.yaml\n- { id: a, title: A, match: 'message:\"a\"', severity: P2 }\n- { id: b, override: true, severity: P0 }\n- { id: c, override: true, enabled: false }\n";
    let loaded = loaded(&format!("{own}{base}"));
    assert_eq!(shown(&loaded), "");
    let pack = loaded.pack.unwrap();
    let found: Vec<_> = pack.definitions.iter().map(|d| (d.id.as_str(), d.severity.name(), d.pack.as_str())).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((found[0].0, found[0].1), ("a", "P2"));
    assert_eq!((found[1].0, found[1].1), ("b", "P0"));
    assert_eq!((pack.name.as_str(), pack.service.as_deref(), pack.attention.name()), ("own", Some("s"), "INFO"));
}

#[test]
fn a_redaction_of_the_base_can_be_switched() {
    let packs = |own: &str| {
        format!(
            "== gardener.yaml\nversion: 1\nname: main\nextends: base\nredact: [{own}]\n\
             == base:gardener.yaml\nversion: 1\nname: base\nredact: [{{ name: employee, regex: 'E\\d+', replacement: 'E***' }}]\n\
             == base:clusters/a.yaml\n- {{ id: a, title: A, severity: P2, match: 'message:\"a\"' }}\n"
        )
    };
    let redacted = |own: &str| good(&packs(own)).redactor.text("E123").into_string();
    assert_eq!(redacted(""), "E***");
    assert_eq!(redacted("{ name: employee, enabled: false }"), "E123");
    assert_eq!(redacted("{ name: employee, regex: 'E', replacement: X }"), "X123");
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_file() {
    let files = [
        ("gardener.yaml", "version: 1\nname: main\n"),
        ("clusters/a.yaml", "- { id: a, title: A, severity: P9, match: 'message:\"a\"' }\n"),
        ("policy/p.rhai", "fn severity(cluster) { cluster.cuont }\n"),
        ("templates/worklog.md.j2", "# Worklog\n"),
    ];
    let mut shelf = Shelf::default();
    for (path, text) in files {
        shelf.put("main", path, format!("\u{feff}{text}").into_bytes());
    }
    let loaded = check(&shelf, "main", &sandbox());
    let places: Vec<_> = loaded.diagnostics.iter().map(|d| place(&loaded.sources, d.span.unwrap())).collect();
    assert_eq!(places, ["clusters/a.yaml:1:32", "policy/p.rhai:1:32"], "{}", shown(&loaded));
    assert_eq!(loaded.templates.texts["worklog"].text, "# Worklog\n");
}

#[test]
fn scripts_of_definitions_are_found_by_the_lines_of_their_files() {
    let script = |text: &str| format!("  script: |\n    fn severity(cluster) {{\n        {text}\n    }}\n");
    let definition = |id: &str| format!("- id: {id}\n  title: A\n  severity: P3\n  match: message:\"{id}\"\n");
    let text = format!(
        "== gardener.yaml\nversion: 1\nname: main\nextends: base\n== clusters/a.yaml\n{}{}{}{}- id: c\n  override: true\n{}\
         == base:gardener.yaml\nversion: 1\nname: base\n== base:clusters/a.yaml\n{}{}{}",
        definition("a"),
        script("cluster.note(\"of a\");"),
        definition("b"),
        script("cluster.note(\"of b\");"),
        script("cluster.note(\"of c\");"),
        definition("c"),
        definition("d"),
        script("cluster.note(\"of d\");"),
    );
    let loaded = loaded(&text);
    assert_eq!(shown(&loaded), "");
    let pack = loaded.pack.unwrap();
    for (file, line, expected) in [
        ("clusters/a.yaml", 7, "cluster.note(\"of a\");"),
        ("clusters/a.yaml", 15, "cluster.note(\"of b\");"),
        ("clusters/a.yaml", 21, "cluster.note(\"of c\");"),
        ("base/clusters/a.yaml", 11, "cluster.note(\"of d\");"),
    ] {
        let (script, range) = pack.policy.line(file, line).unwrap();
        let span = pack.script_span(script, range.clone()).unwrap();
        assert_eq!(loaded.sources.slice(span), expected, "{file}:{line}");
        assert_eq!(pack.policy.place(script, range.start), format!("{file}:{line}"));
    }
    assert_eq!(pack.policy.line("clusters/a.yaml", 2), None);
}

#[test]
fn templates_of_issues_are_found_by_name_or_where_the_manifest_says() {
    let text = "== gardener.yaml\nversion: 1\nname: main\nextends: base\ntemplates: { issue_event: templates/ours.j2 }\n\
        == clusters/a.yaml\n- { id: a, title: A, severity: P2, match: 'message:\"a\"' }\n\
        == templates/issue_body.md.j2\nown body\n== templates/ours.j2\nown event\n\
        == base:gardener.yaml\nversion: 1\nname: base\n\
        == base:templates/issue_body.md.j2\nbase's body\n== base:templates/issue_latest.md.j2\nbase's latest\n";
    let texts = good(text).templates.texts;
    let shown: Vec<_> = texts.iter().map(|(name, template)| (name.as_str(), template.text.trim_end())).collect();
    assert_eq!(shown, [("issue_body", "own body"), ("issue_event", "own event"), ("issue_latest", "base's latest")]);
    let missing = shown_of(&text.replace("templates/ours.j2 }", "templates/oours.j2 }"));
    assert!(missing.contains("did you mean `templates/ours.j2`?"), "{missing}");
    let stray = shown_of(&text.replace("== templates/issue_body.md.j2", "== templates/issue_bodi.md.j2"));
    assert!(stray.contains("`templates/issue_bodi.md.j2` is not read"), "{stray}");
    assert_eq!(stray.matches("is not read").count(), 1, "{stray}");
}

fn shown_of(text: &str) -> String {
    shown(&loaded(text))
}
