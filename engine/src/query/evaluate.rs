//! Entries held against a checked query. Nothing here allocates but [`regex`]'s caches.

use std::cmp::Ordering;

use super::lexer::Op;
use super::number::{Decimal, Rendered, duration};
use super::test::{FieldTest, Free, Global, Matcher, Probe, Test};
use crate::entry::{Data, Entry, Field, Led, LogSeverity, Number, Places, Root, Timestamp, Value};

impl Op {
    /// Whether the operator accepts this order of the field to the value; nothing stands for incomparable.
    pub(super) fn accepts(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Equal | Self::Has => order == Some(Ordering::Equal),
            Self::Unequal => order != Some(Ordering::Equal),
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Self::Match | Self::NoMatch => false,
        }
    }
}

/// What may know where the paths of what a query asks of fields lead to in an entry.
#[derive(Debug, Default)]
pub(crate) struct Lead<'l> {
    known: Option<(&'l mut Places, &'l [usize])>,
}

impl<'l> Lead<'l> {
    /// What some places know, given the number there of each path.
    pub(crate) fn by(places: &'l mut Places, numbers: &'l [usize]) -> Self {
        Self { known: Some((places, numbers)) }
    }

    /// Where a path leads to, by the place of what is asked there among what its query asks.
    #[inline]
    fn to<'b>(&mut self, at: usize, entry: &Entry<'b>) -> Led<'b> {
        let Some((places, numbers)) = &mut self.known else { return Led::Unknown };
        numbers.get(at).map_or(Led::Unknown, |number| places.of(*number, entry))
    }
}

impl Test {
    pub(super) fn holds(&self, entry: &Entry<'_>) -> bool {
        self.holds_led(entry, &mut Lead::default())
    }

    /// The same where somebody may know where paths lead to.
    pub(super) fn holds_led(&self, entry: &Entry<'_>, lead: &mut Lead<'_>) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds_led(entry, lead)),
            Self::Any(tests) => tests.iter().any(|test| test.holds_led(entry, lead)),
            Self::Not(test) => !test.holds_led(entry, lead),
            Self::Global(global) => global.holds(entry),
            Self::Field(field) => field.holds(entry, lead),
            Self::Function(function) => function.holds(entry),
        }
    }
}

impl Global {
    fn holds(&self, entry: &Entry<'_>) -> bool {
        let severity = entry.severity();
        if severity != LogSeverity::Default && self.in_severity.get(severity.index()) == Some(&true) {
            return true;
        }
        if !self.in_numbers && self.boolean.is_none() {
            return entry.any_text(&mut |text| self.needle.is_in(text));
        }
        self.is_in(entry.root())
    }

    fn is_in(&self, value: Value<'_>) -> bool {
        match value.data() {
            Data::Null => false,
            Data::Bool(boolean) => self.boolean == Some(boolean),
            Data::Number(number) => self.in_numbers && self.needle.is_in(Rendered::new(number).as_str()),
            Data::Text(text) => self.needle.is_in(text),
            Data::List(mut list) => list.any(|element| self.is_in(element)),
            Data::Map(mut map) => map.any(|(_, value)| self.is_in(value)),
        }
    }
}

impl FieldTest {
    fn holds(&self, entry: &Entry<'_>, lead: &mut Lead<'_>) -> bool {
        match (&self.probe, self.path.root()) {
            (Probe::Severity(op, wanted), _) => op.accepts(Decimal::Whole(entry.severity() as i128).compare(*wanted)),
            (Probe::Timestamp(op, wanted), Root::Field(Field::Timestamp)) => {
                entry.timestamp().is_some_and(|at| op.accepts(Some(at.cmp(wanted))))
            }
            (Probe::Present { .. }, Root::Field(Field::Severity)) => {
                entry.severity() != LogSeverity::Default || entry.field(Field::Severity).is_some()
            }
            (Probe::Present { .. }, Root::Field(Field::Timestamp)) => entry.timestamp().is_some(),
            (Probe::Present { .. }, Root::Message) => entry.message().is_some(),
            (Probe::Text(matcher), Root::Message) => entry.message().is_some_and(|text| matcher.holds(text)),
            _ => self.holds_at_path(entry, lead.to(self.at, entry)),
        }
    }

    fn holds_at_path<'b>(&self, entry: &Entry<'b>, led: Led<'b>) -> bool {
        // An own field that is null is absent, as in the JSON form of protos; in a payload null is a value.
        let takes_null = matches!(self.probe, Probe::Free(_) | Probe::Present { null: true });
        let mut is_absent = true;
        let mut holds = |value: Value<'b>| {
            if !takes_null && matches!(value.data(), Data::Null) {
                return false;
            }
            is_absent = false;
            self.probe.holds(value)
        };
        let found = match led {
            Led::Text { text, .. } => return self.probe.holds_for_text(text),
            Led::To(value) => value.is_some_and(holds),
            Led::Unknown => entry.any(&self.path, &mut holds),
        };
        found || (is_absent && self.when_absent)
    }
}

impl Probe {
    fn holds(&self, value: Value<'_>) -> bool {
        let data = value.data();
        if let Self::Free(free) = self {
            return free.holds(value);
        }
        if let Data::List(mut list) = data
            && !matches!(self, Self::Present { .. })
        {
            return list.any(|element| self.holds(element));
        }
        match (self, data) {
            (_, Data::Text(text)) => self.holds_for_text(text),
            (Self::Present { .. }, _) => true,
            (Self::Integer(op, wanted), Data::Number(number)) => op.accepts(Decimal::from(number).compare(*wanted)),
            (Self::Boolean(op, wanted), Data::Bool(boolean)) => op.accepts(Some(boolean.cmp(wanted))),
            (Self::Duration(op, wanted), Data::Map(_)) => {
                seconds_and_nanos(value).is_some_and(|length| op.accepts(Some(length.cmp(wanted))))
            }
            (Self::Text(Matcher::Compare(op, needle)), Data::Number(number)) => {
                Matcher::compare(*op, needle, Rendered::new(number).as_str())
            }
            _ => false,
        }
    }

    fn holds_for_text(&self, text: &str) -> bool {
        match self {
            Self::Present { .. } => true,
            Self::Free(free) if free.is_null => free.matcher.op() == Op::Unequal,
            Self::Free(free) => free.holds_for_text(text),
            // JSON writes 64-bit integers of protos as text.
            Self::Integer(op, wanted) => Decimal::parse(text).is_some_and(|number| op.accepts(number.compare(*wanted))),
            Self::Boolean(op, wanted) => boolean(text).is_some_and(|boolean| op.accepts(Some(boolean.cmp(wanted)))),
            Self::Duration(op, wanted) => duration(text).is_some_and(|length| op.accepts(Some(length.cmp(wanted)))),
            Self::Timestamp(op, wanted) => Timestamp::parse(text).is_some_and(|at| op.accepts(Some(at.cmp(wanted)))),
            Self::Text(matcher) => matcher.holds(text),
            Self::Severity(..) => false,
        }
    }

    /// Whether it holds for the default value of its type.
    pub(super) fn holds_for_default(&self) -> bool {
        match self {
            Self::Integer(op, wanted) => op.accepts(Decimal::Whole(0).compare(*wanted)),
            Self::Boolean(op, wanted) => op.accepts(Some(false.cmp(wanted))),
            Self::Duration(op, wanted) => op.accepts(Some(0.cmp(wanted))),
            Self::Text(matcher) => matcher.holds(""),
            Self::Present { .. } | Self::Severity(..) | Self::Timestamp(..) | Self::Free(_) => false,
        }
    }
}

/// The truth value of a text.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A duration as the object that proto libraries write, in nanoseconds.
fn seconds_and_nanos(value: Value<'_>) -> Option<i128> {
    let part = |name: &str| match value.get(|key| key == name)?.data() {
        Data::Number(Number::Unsigned(n)) => Some(i128::from(n)),
        Data::Number(Number::Signed(n)) => Some(i128::from(n)),
        Data::Text(text) => Decimal::parse_whole(text),
        _ => None,
    };
    let (seconds, nanos) = (part("seconds"), part("nanos"));
    (seconds.is_some() || nanos.is_some()).then(|| seconds.unwrap_or(0) * 1_000_000_000 + nanos.unwrap_or(0))
}

impl Matcher {
    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Compare(op, needle) => Self::compare(*op, needle, text),
            Self::Regex { regex, negated } => regex.is_match(text) != *negated,
        }
    }

    fn compare(op: Op, needle: &super::fold::Needle, text: &str) -> bool {
        match op {
            Op::Has => needle.is_in(text),
            Op::Equal => needle.equals(text),
            Op::Unequal => !needle.equals(text),
            op => op.accepts(Some(needle.order_of(text))),
        }
    }
}

impl Free {
    fn holds(&self, value: Value<'_>) -> bool {
        let op = self.matcher.op();
        match value.data() {
            Data::List(mut list) => list.any(|element| self.holds(element)),
            Data::Null => self.is_null && matches!(op, Op::Equal | Op::Has),
            _ if self.is_null => op == Op::Unequal,
            Data::Text(text) => self.holds_for_text(text),
            Data::Number(number) => self.number.is_some_and(|wanted| op.accepts(Decimal::from(number).compare(wanted))),
            Data::Bool(boolean) => self.boolean.is_some_and(|wanted| op.accepts(Some(boolean.cmp(&wanted)))),
            Data::Map(mut map) => match &self.matcher {
                Matcher::Compare(Op::Has, needle) => map.any(|(key, value)| needle.equals(key) || self.holds(value)),
                _ => false,
            },
        }
    }

    fn holds_for_text(&self, text: &str) -> bool {
        let op = self.matcher.op();
        if let Some(wanted) = self.duration
            && op != Op::Has
            && let Some(length) = duration(text)
        {
            return op.accepts(Some(length.cmp(&wanted)));
        }
        self.matcher.holds(text)
    }
}
