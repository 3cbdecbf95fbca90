//! Where an entry ends, told so that two packs can be compared.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::clusters::Spot;
use crate::pack::Pack;
use crate::template::{self, Templates};
use crate::witness::cut;

/// Characters of a template's title beside its id.
const TITLE: usize = 50;

/// The buckets that rules decide on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bucket {
    /// In a cluster.
    Clustered,
    /// Matched by a definition with `ignore: true`.
    Ignored,
    /// Below the attention floor and matched by no definition.
    Routine,
}

impl Bucket {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Clustered, Self::Ignored, Self::Routine];

    /// Its name, as reports write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clustered => "clustered",
            Self::Ignored => "ignored",
            Self::Routine => "routine",
        }
    }
}

/// Where an entry ends: in a cluster, at an ignoring definition, or nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Landing {
    /// The bucket.
    pub bucket: Bucket,
    /// The id of the cluster, or of the definition that ignores.
    pub id: Option<String>,
    /// The values that tell the cluster from others of its definition.
    pub group: BTreeMap<String, String>,
    /// The template, where no definition matches.
    pub template: Option<String>,
}

impl Landing {
    /// Where an entry ended with a pack.
    pub(super) fn of(spot: &Spot<'_>, pack: &Pack) -> Self {
        let id = |at: usize| pack.definitions.get(at).map(|definition| definition.id.clone());
        let none = Self { bucket: Bucket::Routine, id: None, group: BTreeMap::new(), template: None };
        match spot {
            Spot::Routine => none,
            Spot::Ignored(at) => Self { bucket: Bucket::Ignored, id: id(*at), ..none },
            Spot::Definition { at, group } => {
                Self { bucket: Bucket::Clustered, id: id(*at), group: group.clone(), ..none }
            }
            Spot::Template(text) => Self {
                bucket: Bucket::Clustered,
                id: Some(template::id(text)),
                template: Some((*text).to_owned()),
                ..none
            },
        }
    }
}

impl Landing {
    /// The same, with the template that a message's skeleton gets.
    pub(super) fn settled(&self, templates: &Templates) -> Self {
        let mut landing = self.clone();
        if let Some(skeleton) = &self.template {
            let template = templates.of(skeleton);
            landing.id = Some(template::id(template));
            landing.template = Some(template.to_owned());
        }
        landing
    }
}

impl fmt::Display for Landing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.id, self.bucket) {
            (Some(id), Bucket::Clustered) => f.write_str(id)?,
            (Some(id), bucket) => write!(f, "{} by {id}", bucket.name())?,
            (None, bucket) => f.write_str(bucket.name())?,
        }
        for (name, value) in &self.group {
            write!(f, " {name}={value}")?;
        }
        match &self.template {
            Some(text) => write!(f, " ({})", cut(&template::title(text), TITLE)),
            None => Ok(()),
        }
    }
}

/// The bucket of an entry.
pub(super) fn bucket(spot: &Spot<'_>) -> Bucket {
    match spot {
        Spot::Routine => Bucket::Routine,
        Spot::Ignored(_) => Bucket::Ignored,
        Spot::Definition { .. } | Spot::Template(_) => Bucket::Clustered,
    }
}
