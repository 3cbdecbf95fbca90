//! What a tally comes to once all entries are counted: plain values, in the order in which they are shown.

use std::collections::BTreeMap;

use serde::Serialize;

use super::list::ListMap;
use super::samples::Sample;
use super::traces::Traces;
use crate::entry::{LogSeverity, Timestamp};

/// The statistics of one cluster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// How many entries.
    pub count: u64,
    /// The earliest time among them; nothing where no entry had a time.
    pub first_seen: Option<Timestamp>,
    /// The latest time among them.
    pub last_seen: Option<Timestamp>,
    /// Entries by log severity, least severe first.
    pub log_severities: BTreeMap<LogSeverity, u64>,
    /// Entries by time.
    pub timeline: Timeline,
    /// The counted values of each facet, by the facet's name as the definition writes it.
    pub facets: ListMap<String, FacetStats>,
    /// The numbers captured, by the capture's name.
    pub metrics: ListMap<String, MetricStats>,
    /// The values of each field that stands for deploys.
    pub deploys: ListMap<String, FacetStats>,
    /// A sample of the traces of its entries.
    pub traces: Traces,
    /// A few entries, chosen by hash and then ordered by time.
    pub samples: Vec<Sample>,
}

/// Counts in buckets of equal width that begin at multiples of it since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// The width of a bucket in seconds; 0 where no entry had a time.
    pub bucket_seconds: u64,
    /// The beginning of the first bucket.
    pub start: Option<Timestamp>,
    /// Entries in each bucket from `start` on.
    pub counts: Vec<u64>,
}

/// The values of a facet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FacetStats {
    /// Values and their counts, most frequent first, then by value.
    pub values: Vec<FacetValue>,
    /// How many different values there were; an estimate where `exact` is false.
    pub distinct: u64,
    /// Entries whose value is not among `values`.
    pub other: u64,
    /// Whether every value was kept.
    pub exact: bool,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// The value, as text.
    pub value: String,
    /// How many entries had it.
    pub count: u64,
    /// The earliest time among them; nothing where none had a time.
    pub first_seen: Option<Timestamp>,
    /// The latest time among them.
    pub last_seen: Option<Timestamp>,
}

/// The statistics of a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MetricStats {
    /// How many numbers.
    pub count: u64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// Their sum, exact to nine digits behind the point.
    pub sum: f64,
    /// Their mean.
    pub mean: f64,
    /// The latest by time.
    pub last: f64,
    /// The median, to 1 %.
    pub p50: f64,
    /// The 90th percentile, to 1 %.
    pub p90: f64,
    /// The 99th percentile, to 1 %.
    pub p99: f64,
}
