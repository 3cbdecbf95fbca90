//! Packs that are meant to hurt: each is refused, quickly.

use super::*;

/// What is told of a pack with this file of definitions.
fn told(clusters: String) -> Vec<(&'static str, String)> {
    let mut shelf = Shelf::of("== gardener.yaml\nversion: 1\nname: main\n");
    shelf.put("main", "clusters/a.yaml", clusters.into_bytes());
    let loaded = load(&shelf, "main", &sandbox());
    assert!(loaded.pack.is_none());
    loaded.diagnostics.into_iter().map(|diagnostic| (diagnostic.code.id, diagnostic.message)).collect()
}

#[test]
fn alias_bombs_are_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let all = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{all}]\n"));
    }
    let told = told(bomb);
    assert_eq!(told[0].0, "yaml-limit", "{told:?}");
}

#[test]
fn a_scalar_repeated_by_aliases_is_refused() {
    let mut text = format!("- id: a\n  title: &t {}\n  tags:\n", "x".repeat(500_000));
    for _ in 0..50_000 {
        text.push_str("  - *t\n");
    }
    let told = told(text);
    assert_eq!(told[0].0, "yaml-limit", "{told:?}");
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let told = told(format!("- id: {}x{}\n", open.repeat(100_000), close.repeat(100_000)));
        assert_eq!(told[0].0, "yaml-limit", "{told:?}");
    }
    for (levels, is_taken) in [(20, true), (40, false), (3_000, false)] {
        let nested = format!("{}x{}", "[".repeat(levels), "]".repeat(levels));
        let text = format!("- {{ id: a, examples: {{ match: [{{ jsonPayload: {{ a: {nested} }} }}] }} }}\n");
        let codes: Vec<_> = told(text).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes.contains(&"yaml-limit"), !is_taken, "{levels} {codes:?}");
    }
    let mut shelf = Shelf::of("== gardener.yaml\nversion: 1\nname: main\n");
    shelf.put("main", "clusters/a.yaml", format!("- id: {}\n", "[".repeat(3_000)).into_bytes());
    let loaded = load(&shelf, "main", &sandbox());
    // Of what the parser itself gives up on, the bracket that is surely one level too many is shown.
    assert_eq!(place(&loaded.sources, loaded.diagnostics[0].span.unwrap()), "clusters/a.yaml:1:39");
    let blocks: String = (0..2_000).map(|level| format!("{}-\n", " ".repeat(level))).collect();
    assert!(matches!(told(blocks)[0].0, "yaml-limit" | "yaml-syntax" | "file-too-large"));
}

#[test]
fn huge_files_are_refused_unread() {
    let told = told("x".repeat(100 << 20));
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "file-too-large");
}

#[test]
fn a_flood_of_problems_is_cut() {
    let mut text = String::new();
    for _ in 0..20_000 {
        text.push_str("- {colour: x}\n");
    }
    let told = told(text);
    assert_eq!(told.len(), 1001);
    assert_eq!(told.last().unwrap(), &("too-many-problems", "99000 more problems are not shown".to_owned()));
}

#[test]
fn bytes_that_are_no_text_are_told_at_their_place() {
    let mut shelf = Shelf::of("== gardener.yaml\nversion: 1\nname: main\n");
    shelf.put("main", "clusters/a.yaml", b"- id: a\n  title: \xe4\xff\n".to_vec());
    let loaded = load(&shelf, "main", &sandbox());
    let diagnostic = &loaded.diagnostics[0];
    assert_eq!(diagnostic.code.id, "not-utf8");
    assert_eq!(place(&loaded.sources, diagnostic.span.unwrap()), "clusters/a.yaml:2:10");
}

#[test]
fn circles_and_towers_of_packs_end() {
    let mut tower = String::new();
    for level in 0..20 {
        let name = if level == 0 { "main".to_owned() } else { format!("p{level}") };
        tower.push_str(&format!("== {name}:gardener.yaml\nversion: 1\nname: {name}\nextends: p{}\n", level + 1));
    }
    let codes: Vec<_> = loaded(&tower).diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
    assert_eq!(codes, ["extends-depth"]);

    // Each pack extends the next one many times over: visits would grow without bound.
    let mut wide = String::new();
    for level in 0..7 {
        let name = if level == 0 { "main".to_owned() } else { format!("p{level}") };
        let bases = vec![format!("p{}", level + 1); 20].join(", ");
        wide.push_str(&format!("== {name}:gardener.yaml\nversion: 1\nname: {name}\nextends: [{bases}]\n"));
    }
    wide.push_str("== p7:gardener.yaml\nversion: 1\nname: p7\n");
    assert!(loaded(&wide).pack.is_none());

    let own = loaded("== gardener.yaml\nversion: 1\nname: main\nextends: main\n");
    assert_eq!(own.diagnostics[0].code.id, "extends-cycle");
}

#[test]
fn expressions_that_grow_are_refused() {
    let told = told(
        "- { id: a, title: A, severity: P2, match: 'message:\"a\"', capture: { x: '((?:a{1000}){1000})' } }\n"
            .to_owned(),
    );
    assert_eq!(told, [("bad-regex", "the regular expression is too large".to_owned())]);
}

#[test]
fn a_pack_that_cannot_be_read_is_told() {
    let loaded = load(&Shelf::default(), "main", &sandbox());
    assert!(loaded.pack.is_none());
    assert_eq!(loaded.diagnostics[0].code.id, "pack-unreadable");
    assert_eq!(loaded.diagnostics[0].span, None);
}
