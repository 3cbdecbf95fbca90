//! b
/// b
#[derive(Debug, Default, Clone)]
pub struct Baseline {}
