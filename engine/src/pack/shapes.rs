//! The format of packs as a value, for its documentation.

use super::decode::{Field, Record};
use super::raw;

/// A mapping in a pack's files.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Where it stands: the file, and the keys that lead to it.
    pub place: &'static str,
    /// Its keys.
    pub keys: Vec<Field>,
}

fn shape<R: Record>(place: &'static str) -> Shape {
    Shape { place, keys: R::fields() }
}

/// All mappings that a pack's files may have: those of the manifest, then those of a cluster definition, then those of a case.
#[must_use]
pub fn shapes() -> Vec<Shape> {
    let mut shapes = vec![
        shape::<raw::Manifest>("gardener.yaml"),
        shape::<raw::FrequencyKeys>("gardener.yaml: frequency"),
        shape::<raw::SeverityKeys>("gardener.yaml: severities"),
        shape::<raw::StyleKeys>("gardener.yaml: severities.P0"),
        shape::<raw::Redaction>("gardener.yaml: redact[]"),
        shape::<raw::IssueKeys>("gardener.yaml: issue"),
        shape::<raw::UnknownKeys>("gardener.yaml: unknown"),
        shape::<raw::PolicyKeys>("gardener.yaml: policy"),
        shape::<raw::TemplateKeys>("gardener.yaml: templates"),
        shape::<raw::DefinitionKeys>("clusters/*.yaml"),
        shape::<raw::LongCapture>("clusters/*.yaml: capture.NAME"),
        shape::<raw::ImpactKeys>("clusters/*.yaml: impact"),
        shape::<raw::BusinessKeys>("clusters/*.yaml: impact.business"),
        shape::<raw::IssueReferenceKeys>("clusters/*.yaml: issue"),
        shape::<raw::RecommendKeys>("clusters/*.yaml: recommend"),
        shape::<raw::DefinitionPolicyKeys>("clusters/*.yaml: policy"),
        shape::<raw::ExampleKeys>("clusters/*.yaml: examples"),
    ];
    shapes.extend(cases());
    shapes
}

fn cases() -> Vec<Shape> {
    use raw::case;
    vec![
        shape::<case::CaseKeys>("tests/*.yaml"),
        shape::<case::RepeatKeys>("tests/*.yaml: entries[]"),
        shape::<case::PastRunKeys>("tests/*.yaml: history[]"),
        shape::<case::PastClusterKeys>("tests/*.yaml: history[].clusters[]"),
        shape::<case::PastMetricKeys>("tests/*.yaml: history[].clusters[].metrics.NAME"),
        shape::<case::LockKeys>("tests/*.yaml: locks[]"),
        shape::<case::KnownIssueKeys>("tests/*.yaml: issues[]"),
        shape::<case::MarkerKeys>("tests/*.yaml: issues[].marker"),
        shape::<case::ClusterKeys>("tests/*.yaml: expect[]"),
        shape::<case::ExpectedImpactKeys>("tests/*.yaml: expect[].impact"),
        shape::<case::ExpectedBusinessKeys>("tests/*.yaml: expect[].impact.business"),
        shape::<case::ExpectedActionKeys>("tests/*.yaml: expect[].action"),
        shape::<case::ExpectedTrendKeys>("tests/*.yaml: expect[].trend"),
        shape::<case::ExpectedMetricKeys>("tests/*.yaml: expect[].metrics.NAME"),
        shape::<case::ExpectedRecommendationKeys>("tests/*.yaml: expect[].recommendation"),
        shape::<case::CountKeys>("tests/*.yaml: counts"),
        shape::<case::DiagnosticKeys>("tests/*.yaml: diagnostics[]"),
    ]
}
