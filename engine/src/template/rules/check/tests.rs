use super::*;
use crate::pack::tests::{Shelf, sandbox, shown};
use crate::pack::{check, load};

const DEFINITIONS: &str = "== clusters/a.yaml\n- { id: plain, title: P, match: 'message:plain', severity: P3 }\n";

/// What is told of these rules, each with its place.
fn told(rules: &[&str]) -> String {
    let rules: String = rules.iter().map(|rule| format!("    - {rule}\n")).collect();
    told_of(&format!("== gardener.yaml\nversion: 1\nname: p\nunknown:\n  templates:\n{rules}{DEFINITIONS}"))
}

fn told_of(text: &str) -> String {
    let sandbox = sandbox();
    let loaded = check_rules(load(&Shelf::of(text), "main", &sandbox));
    assert_eq!(loaded.pack.is_some(), loaded.diagnostics.is_empty());
    let checked = check_rules(check(&Shelf::of(text), "main", &sandbox));
    assert_eq!(loaded.diagnostics, checked.diagnostics);
    shown(&loaded)
}

#[test]
fn two_rules_of_a_manifest_for_one_template_are_told() {
    insta::assert_snapshot!(told(&[
        "{ like: [order 5 is late, row 5 is odd], ignore: why }",
        "{ like: row 5 is odd, severity: P1 }",
        "{ id: template-1a2b3c4d, ignore: why }",
        "{ like: [nothing else, row 17 is odd], same_as: plain }",
        "{ id: [template-00000000, template-1a2b3c4d], severity: P1 }",
    ]));
    // One rule may name a template twice, and other words are another template.
    assert_eq!(
        told(&["{ like: [row 5 is odd, row 6 is odd], ignore: why }", "{ like: row 5 is even, ignore: why }"]),
        ""
    );
}

#[test]
fn a_pack_may_take_a_template_from_a_rule_of_its_base() {
    let base = |own: &str, theirs: &str| {
        told_of(&format!(
            "== gardener.yaml\nversion: 1\nname: p\nextends: base\nunknown: {{ templates: [{own}] }}\n{DEFINITIONS}\
             == base:gardener.yaml\nversion: 1\nname: b\nunknown: {{ templates: [{theirs}] }}\n\
             == base:clusters/b.yaml\n- {{ id: other, title: O, match: 'message:other', severity: P3 }}\n"
        ))
    };
    let (own, theirs) = ("{ like: a b c, same_as: d e f }", "{ like: a b c, same_as: g h i }");
    assert_eq!(base(own, theirs), "");
    assert_eq!(base(own, "{ like: a b c, same_as: g h i }, { like: d e f, ignore: why }"), "");
    // What the pack takes away is in no circle any more; what stays is.
    assert_eq!(base("{ like: d e f, ignore: why }", &format!("{own}, {{ like: d e f, same_as: a b c }}")), "");
    assert!(base(own, "{ like: d e f, same_as: a b c }").contains("template-circle"));
}

#[test]
fn templates_that_belong_to_each_other_are_told() {
    insta::assert_snapshot!(told(&[
        "{ like: row 5 is odd, same_as: shelf 3 is empty }",
        "{ like: parcel 7 is lost, same_as: row 9 is odd }",
        "{ like: shelf 4 is empty, same_as: template-1a2b3c4d }",
        "{ id: template-1a2b3c4d, same_as: row 6 is odd }",
        "{ like: hall 1 is dark, same_as: hall 2 is dark }",
    ]));
    let long: Vec<String> =
        (0..20).map(|n| format!("{{ like: '{0}', same_as: '{1}' }}", word(n), word((n + 1) % 20))).collect();
    let long = told(&long.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(long.contains("→ …") && long.lines().count() < 60, "{long}");
}

#[test]
fn what_leads_somewhere_is_no_circle() {
    assert_eq!(
        told(&[
            "{ like: a b c, same_as: d e f }",
            "{ like: g h i, same_as: d e f }",
            "{ like: d e f, same_as: j k l }",
            "{ like: j k l, same_as: plain }",
        ]),
        ""
    );
    // Of which template an id is, only the messages of a run tell.
    let (like, id) = ("shipment gone", crate::template::id("connect to alpha failed"));
    let rules =
        [format!("{{ id: {id}, same_as: {like} }}"), format!("{{ like: {like}, same_as: connect to alpha failed }}")];
    assert_eq!(told(&rules.each_ref().map(String::as_str)), "");
    assert_eq!(told(&[&format!("{{ id: {id}, title: X }}"), "{ like: connect to alpha failed, title: Y }"]), "");
    // That is told once, by the pack's own check.
    let own = told(&["{ like: a b c, same_as: a b c }"]);
    assert!(own.contains("template-rule") && !own.contains("template-circle"), "{own}");
}

/// A message whose template no other number has.
fn word(n: u8) -> String {
    format!("door {} is open", char::from(b'a' + n).to_string().repeat(4))
}
