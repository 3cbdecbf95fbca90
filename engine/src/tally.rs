//! Statistics of clusters that merge in any order to the same bytes.

mod stats;

pub use stats::{FacetStats, FacetValue, MetricStats, Sample, Stats, Timeline};
