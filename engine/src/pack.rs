//! Packs: the rules of a team as data, checked.

mod model;

pub use model::{
    BusinessLevel, Capture, Definition, DefinitionPolicy, FacetKey, Frequency, Horizon, Ignore, Impact, IssueReference,
    IssueSettings, Pack, Recommendation, SeverityStyle, Templates, Unknown,
};
