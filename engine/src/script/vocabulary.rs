//! What a domain adds to scripts, in words: what the checks, the messages and the reference are made of.

/// What kind of value something is, as far as checks care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not known; anything may be done with it.
    Any,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Number,
    /// Text.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// True or false.
    Boolean,
    /// A map with exactly these keys.
    Record(&'static [&'static str]),
    /// A map with exactly these keys, each of which has a number.
    Numbers(&'static [&'static str]),
    /// A map whose keys are not known beforehand.
    MapOf(&'static Kind),
    /// A list.
    ListOf(&'static Kind),
    /// An object of the domain.
    Object(&'static str),
}

impl Kind {
    /// In words, for the reference.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Any => "any".to_owned(),
            Self::Integer => "integer".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Text | Self::OneOf(_) => "text".to_owned(),
            Self::Boolean => "boolean".to_owned(),
            Self::Record(keys) | Self::Numbers(keys) => format!("map of {}", keys.join(", ")),
            Self::MapOf(kind) => format!("map of {}", kind.words()),
            Self::ListOf(kind) => format!("list of {}", kind.words()),
            Self::Object(name) => name.to_owned(),
        }
    }
}

/// What a function that the program calls may return, beside nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returned {
    /// Nothing else.
    Nothing,
    /// Text.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A map with some of these keys.
    Map(&'static [(&'static str, Returned)]),
}

/// Says in words what is wrong with a text that is not allowed.
pub type Allowed = fn(&str) -> Result<(), String>;

/// A property of an object.
#[derive(Clone, Copy, Debug)]
pub struct PropertyWords {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it means; one sentence without a full stop.
    pub doc: &'static str,
}

/// An argument of a method.
#[derive(Clone, Copy, Debug)]
pub struct ArgumentWords {
    /// Its name.
    pub name: &'static str,
    /// Which texts are allowed: says in words what is wrong with one that is not.
    pub allowed: Option<Allowed>,
    /// That it names something else of the pack, such as `metrics`; recorded as a [`super::Lookup`].
    pub names: Option<&'static str>,
}

/// A method of an object.
#[derive(Clone, Copy, Debug)]
pub struct MethodWords {
    /// Its name.
    pub name: &'static str,
    /// Its arguments, without the object.
    pub arguments: &'static [ArgumentWords],
    /// What it gives.
    pub kind: Kind,
    /// What it does; one sentence without a full stop.
    pub doc: &'static str,
}

impl MethodWords {
    /// How it is called: `raise_to(severity, reason)`.
    #[must_use]
    pub fn signature(&self) -> String {
        let names: Vec<_> = self.arguments.iter().map(|argument| argument.name).collect();
        format!("{}({})", self.name, names.join(", "))
    }
}

/// An object of the domain.
#[derive(Clone, Debug)]
pub struct ObjectWords {
    /// Its type's name in scripts, such as `Cluster`.
    pub name: &'static str,
    /// What it stands for.
    pub doc: &'static str,
    /// Its properties.
    pub properties: Vec<PropertyWords>,
    /// Its methods.
    pub methods: Vec<MethodWords>,
}

/// A function that the program calls if a script defines it.
#[derive(Clone, Copy, Debug)]
pub struct EntryPoint {
    /// Its name.
    pub name: &'static str,
    /// What it is called with: a name for it, and its kind.
    pub parameters: &'static [(&'static str, Kind)],
    /// Which texts it may return, if it returns text.
    pub allowed: Option<Allowed>,
    /// What it decides and what it returns.
    pub doc: &'static str,
}

/// Everything that a domain adds to scripts.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Its objects.
    pub objects: Vec<ObjectWords>,
    /// The functions that the program calls.
    pub entry_points: Vec<EntryPoint>,
    /// Names of parameters that mean an object wherever a function has them.
    pub parameters: Vec<(&'static str, Kind)>,
    /// What the functions that the program calls may return, by name; anything where nothing is said.
    pub results: Vec<(&'static str, Returned)>,
    /// Properties whose keys name something else of the pack (`metrics`, `facets`); recorded as [`super::Lookup`]s.
    pub lookups: Vec<&'static str>,
}

impl Vocabulary {
    pub(super) fn object(&self, name: &str) -> Option<&ObjectWords> {
        self.objects.iter().find(|object| object.name == name)
    }

    pub(super) fn entry_point(&self, name: &str) -> Option<&EntryPoint> {
        self.entry_points.iter().find(|entry| entry.name == name)
    }
}
