//! What a template can ask of a value: the names that stand below it.

/// Names that a help line lists.
const LISTED: usize = 20;

/// What stands below a value, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Anything may.
    Any,
    /// Nothing: text, a number, a truth value.
    Plain,
    /// These names.
    Record(Record),
    /// Names that are known only when it is seen.
    MapOf(Box<Shape>),
    /// Elements.
    ListOf(Box<Shape>),
    /// Several values that a loop takes apart.
    Row(Vec<Shape>),
}

/// Names, and what each of them stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Record {
    pub(crate) keys: Vec<(String, Shape)>,
    /// How a message about another name begins: `a metric has no`; said of what is written where it is empty.
    pub(crate) lacks: &'static str,
    /// Where its names come from.
    pub(crate) rule: &'static str,
}

impl Record {
    /// A record of plain values.
    pub(crate) fn of(names: &[&str], lacks: &'static str, rule: &'static str) -> Self {
        Self { keys: names.iter().map(|name| ((*name).to_owned(), Shape::Plain)).collect(), lacks, rule }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Shape> {
        self.keys.iter().find(|(key, _)| key == name).map(|(_, shape)| shape)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|(name, _)| name.as_str())
    }

    /// What to write instead of a name that it does not have.
    pub(super) fn help(&self) -> String {
        let mut names: Vec<&str> = self.names().take(LISTED).collect();
        let more = self.keys.len().saturating_sub(LISTED);
        let more = format!("and {more} more");
        if self.keys.len() > LISTED {
            names.push(&more);
        }
        match (self.rule, names.as_slice()) {
            ("", names) => format!("known: {}", names.join(", ")),
            (rule, []) => format!("{rule}; this definition has none"),
            (rule, names) => format!("{rule}: {}", names.join(", ")),
        }
    }
}

impl Shape {
    /// What a loop over it goes through.
    pub(super) fn element(&self) -> Self {
        match self {
            Self::ListOf(element) => (**element).clone(),
            Self::MapOf(_) | Self::Record(_) | Self::Plain => Self::Plain,
            Self::Any | Self::Row(_) => Self::Any,
        }
    }

    /// Its pairs of name and value.
    pub(super) fn pairs(&self) -> Self {
        match self {
            Self::MapOf(value) => Self::ListOf(Box::new(Self::Row(vec![Self::Plain, (**value).clone()]))),
            _ => Self::Any,
        }
    }
}
