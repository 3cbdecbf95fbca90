//! The codes of texts with placeholders.

crate::codes! {
    /// Not well formed.
    PHRASE_SYNTAX = "phrase-syntax", Error, "a placeholder in a text is not well formed", "\
The texts of a pack (titles, patterns, impacts, recommendations, reasons) are MiniJinja templates. One that is not well
formed would be found only when a worklog is written, so it is refused when the pack is loaded.

Wrong, for the brace is never closed, and texts cannot reach other templates:

    technical: up to {{ metrics.latency.max ms
    follow_up: '{% include \"x\" %}'

Right:

    technical: up to {{ metrics.latency.max }} ms

`if`, `for`, `set` and MiniJinja's filters can be used.";
    /// A name that is not there.
    PHRASE_UNKNOWN_NAME = "phrase-unknown-name", Error, "a placeholder names something that is not there", "\
A placeholder with a wrong name would leave a hole in the worklog. Texts know: `id`, `title`, `kind`, `category`, `group`,
`count`, `rate_per_hour`, `frequency`, `metrics`, `facets`, `severity`, `first_seen`, `last_seen` and `log_severity`. Below `metrics` stand the definition's captures, each with `count`, `min`, `max`, `sum`, `mean`, `last`,
`p50`, `p90` and `p99`; below `facets` and `group` the names that `facets` and `group_by` list.

Wrong, where the capture is called `utilization`:

    capture: { utilization: 'UTILIZATION: (\\d+)%' }
    impact: { technical: 'at {{ metrics.utilisation.max }}%' }

Right:

    impact: { technical: 'at {{ metrics.utilization.max }}%' }

Where a capture may find nothing, ask first: `{% if metrics.utilization %}…{% endif %}`.";
    /// A filter or test that is not there.
    PHRASE_UNKNOWN_FILTER = "phrase-unknown-filter", Error, "a placeholder uses a filter or a test that is not there", "\
Only MiniJinja's own filters and tests can be used in the texts of a pack.

Wrong: `{{ title | uper }}` · Right: `{{ title | upper }}`";
    /// An output template is not well formed.
    TEMPLATE_SYNTAX = "template-syntax", Error, "a template of an output is not well formed", "\
A template of the pack (`templates/…`) is not well-formed MiniJinja. Look at the place for a tag that is not closed
(`{% if … %}` without `{% endif %}`), a brace too few or a misspelt tag.";
}
