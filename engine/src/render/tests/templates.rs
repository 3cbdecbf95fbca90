//! Templates checked before any entry is read.

use super::*;

/// `code@text: message, label, help` of each problem.
fn problems(text: &str) -> Vec<String> {
    let problems = check(&Template { name: "templates/worklog.md.j2", text }, Output::Worklog);
    let shown = |problem: crate::diagnostic::Problem| {
        let parts = [Some(problem.message), problem.label, problem.help];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!("{}@{}: {}", problem.code.id, &text[problem.range], parts.join(" | "))
    };
    problems.into_iter().map(shown).collect()
}

#[test]
fn the_default_template_is_right() {
    assert_eq!(problems(Output::Worklog.default_text()), Vec::<String>::new());
}

#[test]
fn right_templates_have_no_problems() {
    for template in [
        "{{ date }} {% for c in clusters %}{{ c.count|plural('time') }} {{ c.action.issue.title if c.action.issue }}{% endfor %}",
        "{% extends 'default/worklog.md.j2' %}\n{% block title %}{{ full|length }} {{ name(clusters[0]) }}{% endblock %}\n",
        "{% extends 'default/worklog.md.j2' %}{% block title %}{{ super() }}{% block inner %}x{% endblock %}{% endblock %}",
        "{% for key, value in clusters[0].group|items %}{{ key }}{{ value }}{% endfor %}",
        "{% for name, m in clusters[0].metrics|items %}{{ name }}{{ m.max }}{% if loop.first %}{{ loop.cycle(1, 2) }}{% endif %}{% endfor %}",
        "{{ clusters[0].samples[0].message }} {{ clusters|selectattr('action.kind', 'equalto', 'none')|list|length }}",
        "{{ nothing is defined }}",
        "{% macro m(x) %}{{ x.anything }}{{ caller() }}{% endmacro %}{% call m(clusters) %}a{% endcall %}",
        "{% set worst = clusters|first %}{{ worst.title }}{% set n = namespace(at=0) %}{% set n.at = 1 %}{{ n.at }}",
        "{% if entries.read %}{% set it = entries %}{% else %}{% set it = window %}{% endif %}{{ it.read }}",
    ] {
        let found = problems(template);
        let hard: Vec<&String> = found.iter().filter(|problem| !problem.contains("has no value here")).collect();
        assert!(hard.is_empty(), "{template}: {found:?}");
    }
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let mut out = String::new();
    for template in [
        "{{ dat }} {{ date|uper }} {% for c in clusters %}{{ c.cuont }} {{ c.impact.busines.level }}{% endfor %}",
        "{{ report.clusters[0].tittle }} {{ entries.red }} {{ clusters.title }} {{ date.year }}",
        "{% extends 'defautl/worklog.md.j2' %}",
        "{% include '../../../../etc/passwd' %}{% import 'lib.j2' as lib %}{{ lib.x() }}",
        "{% extends 'default/worklog.md.j2' %}\nOurs\n{% block titel %}x{% endblock %}\n{{ date }}",
        "{% extends 'default/worklog.md.j2' %}{% block title %}{{ fulll|length }}{% endblock %}",
        "{% for key, metric in clusters[0].metrics|items %}{{ metric.maximum }}{% endfor %}",
        "{% for facet in clusters[0].facets.x['values'] %}{{ facet.vlaue }}{% endfor %}",
        "{{ clusters|sort(attribute='cuont') }}{{ clusters|selectattr('action.knid') }}",
        "{{ date is a_day }} {{ date.upper() }} {{ clusters[0].group.items() }} {{ 'x'|safe }}",
        "{% for c in clusters %}{{ loop.frist }}{% endfor %}{{ c.title }}",
        "{{ 'yesterday'|moment }}",
        " {# nothing yet #}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{% for c in clusters %}{{ c.trend.text }}{% endfor %}",
    ] {
        let found = problems(template);
        assert!(!found.is_empty(), "nothing is said of {template}");
        out.push_str(&format!("== {template}\n{}\n", found.join("\n")));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn filters_that_are_suggested_are_there() {
    let env = environment::environment(&fixture::example());
    let mut state = env.empty_state();
    for name in environment::FILTERS_OF_OUR_OWN {
        let error = state.apply_filter(name, &[]).err();
        assert!(error.is_none_or(|error| error.kind() != minijinja::ErrorKind::UnknownFilter), "{name}");
    }
}

#[test]
fn templates_of_issues_are_checked_with_a_cluster_of_every_kind() {
    for output in Output::ALL {
        let found = check(&Template::of(output), output);
        assert!(found.is_empty(), "{}: {found:?}", output.name());
    }
    let said = |text: &str, output| {
        let problems = check(&Template { name: "templates/x.md.j2", text }, output);
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert_eq!(said("{{ cluster.title }} {{ clusters|length }} {{ date }}", Output::IssueBody), Vec::<String>::new());
    for (text, output) in [
        ("{{ cluster.tittle }}", Output::IssueBody),
        ("{{ cluster.trend.text }}", Output::IssueLatest),
        ("{% if cluster.trend %}x{% endif %}", Output::IssueEvent),
        ("{% extends 'default/worklog.md.j2' %}", Output::IssueEvent),
        ("{% extends 'default/issue_body.md.j2' %}{% block titel %}{% endblock %}", Output::IssueBody),
        ("{{ cluster.title }}", Output::Worklog),
    ] {
        assert_eq!(said(text, output).len(), 1, "{text}");
    }
}
