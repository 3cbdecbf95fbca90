//! Which clusters rise with a cluster, and by what that is known.

use serde::Serialize;

use super::ClusterName;

/// What rises with a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Relations {
    /// The clusters, those of the strongest evidence first.
    pub related_by: Vec<RelatedCluster>,
    /// Of these the one that began first, where it began before this cluster.
    pub likely_cause: Option<Box<ClusterName>>,
}

/// A cluster that rises with another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelatedCluster {
    /// It.
    #[serde(flatten)]
    pub cluster: ClusterName,
    /// Whether it began before the other one.
    pub began: Began,
    /// By what it is known.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// The evidence in words.
    pub text: String,
}

/// Which of two clusters began first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Began {
    /// The one that is named.
    Before,
    /// The other one.
    After,
    /// Neither.
    Together,
}

/// By what it is known that two clusters belong together; each part only where it is beyond chance.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evidence {
    /// Requests that both have entries of.
    pub traces: Option<SharedTraces>,
    /// That both begin, or jump, at the same moment.
    pub edge: Option<SharedEdge>,
    /// The revision that all entries of both come from.
    pub revision: Option<SharedRevision>,
}

/// Traces that two clusters share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedTraces {
    /// Traces that both have.
    pub shared: u64,
    /// Traces of this cluster.
    pub own: u64,
    /// Traces of the other one.
    pub other: u64,
    /// Whether these were counted; else they are estimates from samples.
    pub is_exact: bool,
}

/// That two clusters begin, or jump, at the same moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SharedEdge {
    /// What this cluster does then.
    pub own: EdgeKind,
    /// What the other one does.
    pub other: EdgeKind,
    /// How many seconds lie between.
    pub apart_seconds: f64,
    /// How many clusters do so together.
    pub clusters: u64,
}

/// What a cluster does at an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// It was not there before.
    Begins,
    /// Its rate becomes a multiple of what it was.
    Jumps,
}

/// A revision that both have, and no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedRevision {
    /// The field.
    pub field: String,
    /// Its value.
    pub value: String,
}

impl Evidence {
    /// How many things tell.
    #[must_use]
    pub fn kinds(&self) -> usize {
        [self.traces.is_some(), self.edge.is_some(), self.revision.is_some()].into_iter().filter(|is| *is).count()
    }

    /// The same as the other cluster has it.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            traces: self.traces.map(|it| SharedTraces { own: it.other, other: it.own, ..it }),
            edge: self.edge.map(|it| SharedEdge { own: it.other, other: it.own, ..it }),
            revision: self.revision,
        }
    }

    /// `begins 4 s before; 12 of 14 requests are its as well; both only with revision_name api-00042`, where what `began` says
    /// is of the cluster that is named.
    #[must_use]
    pub fn words(&self, began: Began) -> String {
        let mut words = Vec::new();
        if let Some(edge) = &self.edge {
            let verb = match edge.other {
                EdgeKind::Begins => "begins",
                EdgeKind::Jumps => "jumps",
            };
            let apart = apart(edge.apart_seconds);
            words.push(match began {
                _ if edge.apart_seconds == 0.0 => format!("{verb} at the same moment"),
                Began::Before => format!("{verb} {apart} before"),
                Began::After => format!("{verb} {apart} later"),
                Began::Together => format!("{verb} at the same moment"),
            });
        }
        if let Some(traces) = &self.traces {
            let about = if traces.is_exact { "" } else { "about " };
            words.push(format!(
                "in {about}{} of the {} requests of this cluster",
                traces.shared.min(traces.own),
                traces.own
            ));
        }
        if let Some(revision) = &self.revision {
            let name = revision.field.rsplit('.').next().unwrap_or(&revision.field);
            words.push(format!("both only with {name} {}", revision.value));
        }
        words.join("; ")
    }
}

/// `0.4 s`, `12 s`, `2 min`.
fn apart(seconds: f64) -> String {
    match seconds {
        _ if seconds < 0.1 => "less than 0.1 s".to_owned(),
        _ if seconds < 10.0 => format!("{} s", (seconds * 10.0).round() / 10.0),
        _ if seconds < 90.0 => format!("{} s", seconds.round()),
        _ => format!("{} min", (seconds / 60.0).round()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_reads_from_the_side_of_its_cluster() {
        let evidence = Evidence {
            traces: Some(SharedTraces { shared: 12, own: 14, other: 80, is_exact: true }),
            edge: Some(SharedEdge { own: EdgeKind::Jumps, other: EdgeKind::Begins, apart_seconds: 4.25, clusters: 2 }),
            revision: Some(SharedRevision { field: "labels.commit".to_owned(), value: "a1".to_owned() }),
        };
        assert_eq!(
            evidence.words(Began::Before),
            "begins 4.3 s before; in 12 of the 14 requests of this cluster; both only with commit a1"
        );
        assert_eq!(
            evidence.reversed().words(Began::After),
            "jumps 4.3 s later; in 12 of the 80 requests of this cluster; both only with commit a1"
        );
    }
}
