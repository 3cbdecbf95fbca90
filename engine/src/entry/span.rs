//! Where the values of records of known forms are.

use super::form::UNUSUAL;

/// A value of a record of a known form: a text or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where it begins in the record, or which node it is.
    from: u32,
    /// How long it is; [`Span::IS_NODE`] where it is a node.
    length: u16,
    /// The number by which it is known if it is usual.
    pub(crate) usual: u16,
}

/// Where in a tape a record of a known form is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Its first value.
    pub(crate) spans: u32,
    /// Itself.
    pub(crate) record: u32,
}

impl Span {
    const IS_NODE: u16 = u16::MAX;

    /// A part of the record; nothing where it is too long for that.
    #[inline]
    pub(super) fn new(from: usize, length: usize, usual: u16) -> Option<Self> {
        let length = u16::try_from(length).ok().filter(|length| *length != Self::IS_NODE)?;
        Some(Self { from: u32::try_from(from).ok()?, length, usual })
    }

    /// The node at a place.
    pub(crate) fn of_node(at: u32) -> Self {
        Self { from: at, length: Self::IS_NODE, usual: UNUSUAL }
    }

    /// The node that it is, if it is one.
    #[inline]
    pub(crate) fn node(self) -> Option<usize> {
        (self.length == Self::IS_NODE).then_some(self.from as usize)
    }

    /// Where it begins in the record.
    pub(super) fn from(self) -> usize {
        self.from as usize
    }

    /// The same value so many bytes farther on in its record.
    #[inline]
    pub(super) fn behind(self, bytes: u32) -> Self {
        Self { from: self.from + bytes, ..self }
    }

    /// How long it is as it is written, if it is no node.
    #[inline]
    pub(crate) fn length(self) -> Option<usize> {
        (self.length != Self::IS_NODE).then_some(self.length.into())
    }

    /// What is written there in its record, if it is no node.
    #[inline]
    pub(crate) fn text(self, record: &str) -> Option<&str> {
        let from = self.from as usize;
        record.get(from..from + self.length()?)
    }
}
