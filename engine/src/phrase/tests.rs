use minijinja::context;

use super::frame::shown;
use super::*;

const SCOPE: Scope<'static> =
    Scope { metrics: &["utilization"], facets: &["labels.line"], group: &["labels.user"], without: &["kind"] };

/// `code@text: message` of each problem.
fn problems(source: &str) -> Vec<String> {
    match Phrase::parse_in(source, SCOPE) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .into_iter()
            .map(|p| format!("{}@{}: {}", p.code.id, &source[p.range], p.label.or(p.help).unwrap_or_default()))
            .collect(),
    }
}

#[test]
fn good_texts_have_no_problems() {
    for source in [
        "plain",
        "{{ count }} times, {{ metrics.utilization.max }}%",
        "{{ metrics[\"utilization\"].p99 | round(1) }}",
        "{% if metrics.utilization %}x{% endif %}",
        "{% for v in facets[\"labels.line\"] %}{{ v.value }} ({{ v.count }}){% if not loop.last %}, {% endif %}{% endfor %}",
        "{% set n = count * 2 %}{{ n }}",
        "{{ group['labels.user'] | default(value='nobody') }}",
        "{{ \"metrics.nothing | uper\" }}",
        "{% raw %}{{ nothing }}{% endraw %}{{ count }}",
        "{# {{ nothing }} #}",
        "{{- title -}} {{ 1.5 }} {{ count is odd }} {{ count is not none }} {{ 'a' if count > 1 else 'b' }}",
        "{% for i in range(3) %}{{ i }}{% endfor %}",
        "a { b } % c",
    ] {
        assert_eq!(problems(source), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn problems_are_told_at_their_place() {
    for (source, expected) in [
        ("{{ metrics.utilisation.max }}", "phrase-unknown-name@utilisation: did you mean `utilization`?"),
        (
            "{{ metrics.utilization.avg }}",
            "phrase-unknown-name@avg: known: count, min, max, sum, mean, last, p50, p90, p99",
        ),
        ("{{ metrics.utilization.man }}", "phrase-unknown-name@man: did you mean `max`?"),
        ("{{ cuont }}", "phrase-unknown-name@cuont: did you mean `count`?"),
        ("{{ facets['labels.lnie'] }}", "phrase-unknown-name@'labels.lnie': did you mean `labels.line`?"),
        ("{{ group.user }}", "phrase-unknown-name@user: group values are what `group_by` lists: labels.user"),
        (
            "{{ kind }}",
            "phrase-unknown-name@kind: known: id, title, category, group, count, rate_per_hour, frequency, metrics, facets, \
             severity, first_seen, last_seen, log_severity",
        ),
        ("{{ count.max }}", "phrase-unknown-name@max: write `count` by itself"),
        ("{{ title | uper }}", "phrase-unknown-filter@uper: did you mean `upper`?"),
        ("{{ count is od }}", "phrase-unknown-filter@od: did you mean `odd`?"),
        ("{{ count is not od }}", "phrase-unknown-filter@od: did you mean `odd`?"),
        ("{% if cuont > 1 %}{% endif %}", "phrase-unknown-name@cuont: did you mean `count`?"),
        ("{% include 'x' %}", "phrase-syntax@include: a text stands by itself: it may use `if`, `for` and `set`"),
    ] {
        assert_eq!(problems(source), [expected], "{source}");
    }
    let all = problems("{{ cuont }} {{ title | uper }}");
    assert_eq!(all.len(), 2, "{all:?}");
}

#[test]
fn broken_syntax_is_one_problem_within_the_text() {
    for source in
        ["{{ count", "{% if %}", "{{ }}", "{% for x %}", "{{ 'a }}", "{% endif %}", "ä {{ ä ö }}", "{{ a b }}"]
    {
        let problem = Phrase::parse(source).unwrap_err();
        assert_eq!(problem.code.id, "phrase-syntax");
        assert!(source.get(problem.range.clone()).is_some(), "{source}: {:?}", problem.range);
    }
}

#[test]
fn numbers_are_written_as_people_write_them() {
    for (number, text) in [
        (92.1, "92.1"),
        (3.0, "3"),
        (0.024, "0.024"),
        (13.333_333, "13.33"),
        (1234.567, "1234.57"),
        (0.1 + 0.2, "0.3"),
        (-0.000_000_000_1, "-1e-10"),
        (-0.0, "0"),
        (100.0, "100"),
        (1e20, "1e20"),
        (f64::NAN, "?"),
        (9.8765, "9.877"),
    ] {
        assert_eq!(shown(number), text);
    }
    let phrase = Phrase::parse("{{ count }} {{ metrics.u.max }} {{ metrics.u.mean | round(1) }}").unwrap();
    let values = context! { count => 3u64, metrics => context! { u => context! { max => 92.10, mean => 7.0 } } };
    assert_eq!(phrase.render(&values).unwrap(), "3 92.1 7");
}

#[test]
fn what_has_no_value_is_an_error_and_may_be_asked_for() {
    let values = context! { count => 1, metrics => context! {} };
    let render = |source: &str| Phrase::parse(source).unwrap().render(&values);
    assert_eq!(render("{{ metrics.x.max }}"), Err("`metrics.x.max` has no value".to_owned()));
    assert_eq!(render("{{ title }}"), Err("`title` has no value".to_owned()));
    assert_eq!(render("a{% if metrics.x %}b{% endif %}c"), Ok("ac".to_owned()));
    let values = context! { first_seen => Value::from(()) };
    let render = |source: &str| Phrase::parse(source).unwrap().render(&values);
    assert_eq!(render("since {{ first_seen }}"), Err("`first_seen` has no value".to_owned()));
    assert_eq!(render("{% if first_seen %}since {{ first_seen }}{% endif %}"), Ok(String::new()));
}

#[test]
fn work_and_output_are_bounded() {
    let values = context! { count => 1 };
    let render = |source: &str| Phrase::parse(source).unwrap().render(&values);
    let endless = "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{% endfor %}{% endfor %}{% endfor %}";
    assert_eq!(render(endless), Err("it takes too long".to_owned()));
    assert_eq!(render("{{ 'x' * 70000 }}"), Err("it comes to more than 65536 bytes".to_owned()));
}

#[test]
fn the_names_for_suggestions_are_minijinjas() {
    let mut state = frame().empty_state();
    for name in FILTERS {
        let error = state.apply_filter(name, &[]).err();
        assert!(error.is_none_or(|error| error.kind() != ErrorKind::UnknownFilter), "{name}");
    }
    for name in TESTS {
        let error = state.perform_test(name, &[]).err();
        assert!(error.is_none_or(|error| error.kind() != ErrorKind::UnknownTest), "{name}");
    }
}
