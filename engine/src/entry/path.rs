//! Paths to fields, as queries, facets and captures write them.

use std::fmt;

use super::field::{Field, same_own_name};

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// One of LogEntry's own fields.
    Field(Field),
    /// The entry's message, as the pack defines it.
    Message,
}

/// One step of a path below its root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    name: String,
    style: Style,
}

/// How a name is compared with the keys of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Style {
    /// The author's own: exactly.
    Free,
    /// One of a message of Google's, which is written `serviceName` in JSON and `service_name` in its proto.
    Message,
    /// LogEntry's own: in any case too.
    Own,
}

impl Segment {
    /// The name as it was written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a key of a record is meant: exactly for names of the user's own, in either style for Google's.
    #[must_use]
    #[inline(always)]
    pub fn matches(&self, key: &str) -> bool {
        self.name == key
            || match self.style {
                Style::Free => false,
                Style::Own => same_own_name(&self.name, key),
                Style::Message => self.matches_message(key),
            }
    }

    #[cold]
    fn matches_message(&self, key: &str) -> bool {
        self.name.contains('_') != key.contains('_') && same_own_name(&self.name, key)
    }
}

/// A path to fields of an entry: `severity`, `jsonPayload.error.code`, `labels."k8s-pod/app"`, `message`.
///
/// ```
/// use gardener_engine::entry::FieldPath;
/// let path = FieldPath::parse(r#"labels."k8s-pod/app.name""#).unwrap();
/// assert_eq!(path.segments()[0].name(), "k8s-pod/app.name");
/// assert_eq!(path.to_string(), r#"labels."k8s-pod/app.name""#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath {
    root: Root,
    segments: Vec<Segment>,
}

/// Why a path is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathError {
    /// It has no name in it, or an empty one between two dots.
    Empty,
    /// A quotation mark is never closed.
    Unclosed,
    /// It begins with a name that LogEntry does not have.
    UnknownRoot {
        /// The name.
        name: String,
        /// What it is nearest to.
        nearest: Option<&'static str>,
    },
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the path has an empty name in it"),
            Self::Unclosed => f.write_str("a quotation mark in the path is never closed"),
            Self::UnknownRoot { name, .. } => write!(f, "`{name}` is no field of a log entry"),
        }
    }
}

impl FieldPath {
    /// The path that is written so: names joined by dots, a name with odd characters in double quotes.
    ///
    /// # Errors
    /// Where a name is empty, a quotation mark is not closed or the first name is no field of LogEntry.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let mut names = Vec::new();
        let mut rest = text.trim();
        loop {
            let (name, after) = if let Some(quoted) = rest.strip_prefix('"') {
                let end = quoted.find('"').ok_or(PathError::Unclosed)?;
                quoted.split_at(end)
            } else {
                rest.split_at(rest.find('.').unwrap_or(rest.len()))
            };
            names.push(name.to_owned());
            let after = if rest.starts_with('"') { after.get(1..).unwrap_or("") } else { after };
            match after.strip_prefix('.') {
                Some(more) => rest = more,
                None if after.is_empty() => break,
                None => return Err(PathError::Empty),
            }
        }
        Self::from_names(&names)
    }

    /// The path of these names, the first of which is the root.
    ///
    /// # Errors
    /// As for [`FieldPath::parse`].
    pub fn from_names<S: AsRef<str>>(names: &[S]) -> Result<Self, PathError> {
        let Some((first, below)) = names.split_first() else { return Err(PathError::Empty) };
        if names.iter().any(|name| name.as_ref().is_empty()) {
            return Err(PathError::Empty);
        }
        let first = first.as_ref();
        if first == "message" && below.is_empty() {
            return Ok(Self { root: Root::Message, segments: Vec::new() });
        }
        let Some(field) = Field::from_query(first) else {
            let known = Field::ALL.into_iter().map(Field::name).chain(["message"]);
            let nearest = crate::diagnostic::nearest(first, known);
            return Err(PathError::UnknownRoot { name: first.to_owned(), nearest });
        };
        let mut style = match field {
            Field::ProtoPayload => Style::Message,
            field if field.holds_free_names() => Style::Free,
            _ => Style::Own,
        };
        let mut segments = Vec::with_capacity(below.len());
        for name in below {
            let name = name.as_ref();
            segments.push(Segment { name: name.to_owned(), style });
            // Below `resource.labels` the names are the user's own again.
            if field == Field::Resource && same_own_name(name, "labels") {
                style = Style::Free;
            }
        }
        Ok(Self { root: Root::Field(field), segments })
    }

    /// Where it begins.
    #[must_use]
    pub fn root(&self) -> Root {
        self.root
    }

    /// The steps below the root.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.root {
            Root::Field(field) => f.write_str(field.name())?,
            Root::Message => f.write_str("message")?,
        }
        for segment in &self.segments {
            let plain = segment.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if plain {
                write!(f, ".{}", segment.name)?;
            } else {
                write!(f, ".\"{}\"", segment.name)?;
            }
        }
        Ok(())
    }
}
