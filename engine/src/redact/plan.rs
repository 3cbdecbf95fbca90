//! What there is to look at in records of one form.
//!
//! What a key promises, and that there is nothing to take out of it, follows from the form of a record. It is found out
//! with the first record of a form; in all others only values are looked at.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::beside_keys::{is_for_name, is_for_value, is_open};
use super::card;
use super::memo::Memo;
use super::name::SecretName;
use super::walk::{OWN, Walk, is_for_all, is_plain, secret_key};
use super::{RedactedBatch, Redactor, Tally};
use crate::entry::{Batch, Bone, Data, Field, Form, Head, Map, Node, Span, Spot, Tape, UNUSUAL, Value};

/// Longer than any value that is no node, and than the shortest text that there may be something in.
const LONGEST: usize = u16::MAX as usize;

/// A redactor that remembers the forms of records, for batch after batch of one source.
#[derive(Debug)]
pub struct Cleaner<'r> {
    redactor: &'r Redactor,
    /// By the number of the form.
    plans: Vec<Option<Plan>>,
    memo: Memo,
}

/// What there is to look at in records of a form.
#[derive(Debug)]
struct Plan {
    form: Arc<Form>,
    /// Nothing where the form alone does not tell: where a key has to be redacted, or values name what is beside them.
    looks: Option<Looks>,
    /// By the number of the usual value, whether there is nothing to take out of it.
    clean: Vec<bool>,
}

/// The values to look at, by how that is done.
#[derive(Debug, Default)]
struct Looks {
    /// Texts of which their keys promise nothing, by their numbers among the record's values.
    texts: Vec<usize>,
    /// Numbers of which nothing is promised.
    numbers: Vec<Look>,
    /// Lists, objects, and what a key promises something of.
    others: Vec<Look>,
}

/// A value to look at.
#[derive(Clone, Debug)]
struct Look {
    /// Its node, counted from the record's first.
    at: u32,
    /// The record's values at it and below it.
    values: Range<usize>,
    /// What its key promises of it.
    secret: Option<SecretName>,
}

impl Redactor {
    /// The same redactor, with a memory.
    #[must_use]
    pub fn cleaner(&self) -> Cleaner<'_> {
        self.cleaner_for(usize::MAX)
    }

    /// The same for so many records.
    pub(super) fn cleaner_for(&self, records: usize) -> Cleaner<'_> {
        Cleaner { redactor: self, plans: Vec::new(), memo: Memo::for_records(records) }
    }
}

impl Cleaner<'_> {
    /// Goes over all text of a batch, as [`Redactor::batch`] does.
    #[must_use]
    pub fn batch<'a>(&mut self, mut batch: Batch<'a>) -> RedactedBatch<'a> {
        let forms = Arc::clone(batch.all_forms());
        let is_planned = |(form, plan): (&Arc<Form>, &Option<Plan>)| {
            plan.as_ref().is_some_and(|plan| plan.looks.is_some() && Arc::ptr_eq(&plan.form, form))
        };
        if self.plans.len() < forms.len() || !forms.iter().zip(&self.plans).all(is_planned) {
            self.prepare(&mut batch);
        }
        let mut tally = self.redactor.tally();
        let tape = &mut batch.tape;
        let (redactor, tally, memo) = (self.redactor, &mut tally, &mut self.memo);
        let mut round = Round { tape, redactor, tally, memo, least: redactor.least() };
        for head in &batch.heads {
            match self.plans.get_mut(head.form as usize) {
                Some(Some(Plan { form, looks: Some(looks), clean })) => round.looks((form, head.spot), looks, clean),
                _ => round.walk(None).record(head),
            }
        }
        RedactedBatch { batch, counts: self.redactor.counts(tally) }
    }

    /// Makes plans for the forms of a batch that have none.
    #[cold]
    fn prepare(&mut self, batch: &mut Batch<'_>) {
        for at in 0..batch.heads.len() {
            self.learn(batch, at);
        }
        let plan = |head: &Head| self.plans.get(head.form as usize).and_then(Option::as_ref);
        // What is gone over key by key may get other keys, and is of no known form any more.
        batch.unfold(|head| plan(head).is_none_or(|plan| plan.looks.is_none()));
    }

    /// Finds out what there is to look at in records of the form of an entry, unless that is known.
    fn learn(&mut self, batch: &Batch<'_>, at: usize) {
        let Some((head, form)) = batch.heads.get(at).and_then(|head| Some((head, batch.form(head)?))) else { return };
        let number = head.form as usize;
        if self.plans.get(number).and_then(Option::as_ref).is_some_and(|plan| Arc::ptr_eq(&plan.form, form)) {
            return;
        }
        let plan = Plan { form: Arc::clone(form), looks: self.redactor.looks(batch, head), clean: Vec::new() };
        if self.plans.len() <= number {
            self.plans.resize_with(number + 1, || None);
        }
        if let Some(slot) = self.plans.get_mut(number) {
            *slot = Some(plan);
        }
    }
}

/// Going over the records of a batch.
struct Round<'w, 'a> {
    tape: &'w mut Tape<'a>,
    redactor: &'w Redactor,
    tally: &'w mut Tally,
    memo: &'w mut Memo,
    /// How long the shortest text is that there may be something in.
    least: usize,
}

impl<'a> Round<'_, 'a> {
    /// Going over nodes, which are those of values of a record of a form if one is given.
    fn walk<'s>(&'s mut self, of_form: Option<(&'s Form, Spot)>) -> Walk<'s, 'a> {
        let Tape { nodes, spans, .. } = &mut *self.tape;
        let form = of_form.map(|(form, spot)| (form, spans.get(spot.spans as usize..).unwrap_or_default()));
        Walk { nodes, form, redactor: self.redactor, tally: self.tally, memo: self.memo, watch: None }
    }

    /// Goes over the values of a record that are to be looked at. What was changed is no usual value any more.
    fn looks(&mut self, (form, spot): (&Form, Spot), looks: &Looks, clean: &mut Vec<bool>) {
        for texts in looks.texts.chunks(u64::BITS as usize) {
            // Which of them are to be looked at is asked of all at once, because it differs from record to record.
            let spans = self.tape.spans.get(spot.spans as usize..).unwrap_or_default();
            let is_wanted = |value: &usize| {
                let span = spans.get(*value).copied().unwrap_or(Span::of_node(0));
                let is_clean = clean.get(usize::from(span.usual)).copied().unwrap_or(false);
                !is_clean & (span.length().unwrap_or(LONGEST) >= self.least)
            };
            let mut wanted = texts.iter().rev().fold(0_u64, |wanted, value| wanted << 1 | u64::from(is_wanted(value)));
            while wanted != 0 {
                if let Some(value) = texts.get(wanted.trailing_zeros() as usize) {
                    self.text(spot, *value, clean);
                }
                wanted &= wanted - 1;
            }
        }
        for look in &looks.numbers {
            let is_short = |span: Span| span.length().is_some_and(|digits| digits < card::LEAST);
            if !self.tape.span(spot, look.values.start).is_some_and(is_short) {
                self.other((form, spot), look);
            }
        }
        looks.others.iter().for_each(|look| self.other((form, spot), look));
    }

    /// Looks at a text of which nothing is promised.
    #[inline(never)]
    fn text(&mut self, spot: Spot, value: usize, clean: &mut Vec<bool>) {
        let text = self.tape.text_of(spot, value).unwrap_or_default();
        if text.len() < self.least {
            return;
        }
        match self.redactor.clean(text, self.tally) {
            Some(redacted) => self.replace(spot.spans as usize + value, Node::Text(Cow::Owned(redacted))),
            None => note(clean, self.tape.span(spot, value).map_or(UNUSUAL, |span| span.usual)),
        }
    }

    /// Looks at any value, key by key.
    #[inline(never)]
    fn other(&mut self, (form, spot): (&Form, Spot), look: &Look) {
        self.make_nodes((form, spot), look.values.clone());
        self.walk(Some((form, spot))).value(look.at as usize, look.secret);
    }

    /// Puts a node in the place of a value.
    fn replace(&mut self, value: usize, node: Node<'a>) {
        let at = self.tape.next();
        self.tape.push(node);
        if let Some(span) = self.tape.spans.get_mut(value) {
            *span = Span::of_node(at);
        }
    }

    /// Makes nodes of some values of a record.
    fn make_nodes(&mut self, (form, spot): (&Form, Spot), values: Range<usize>) {
        for value in values {
            let node = form.value_nodes().get(value).and_then(|at| form.bones().get(*at as usize));
            if let Some(Bone::Text(number) | Bone::Number(number)) = node {
                let made = self.tape.to_node(spot, *number, matches!(node, Some(Bone::Number(_))));
                self.replace(spot.spans as usize + value, made);
            }
        }
    }
}

/// Notes that there is nothing to take out of the usual value of a number.
fn note(clean: &mut Vec<bool>, number: u16) {
    if number == UNUSUAL {
        return;
    }
    let number = usize::from(number);
    if clean.len() <= number {
        clean.resize(number + 1, false);
    }
    if let Some(is_clean) = clean.get_mut(number) {
        *is_clean = true;
    }
}

impl Redactor {
    /// What there is to look at in all records of the form of this one.
    fn looks(&self, batch: &Batch<'_>, head: &Head) -> Option<Looks> {
        let root = batch.record(head);
        let (form, Data::Map(map)) = (batch.form(head)?, root.data()) else { return None };
        let mut found = Vec::new();
        for (key, value) in map {
            let is_own = Field::from_name(key).is_some_and(|field| OWN.contains(&field));
            if is_own && matches!(value.data(), Data::Text(_) | Data::Number(_)) {
                continue;
            }
            self.look_at(key, value, None, &mut found)?;
        }
        let mut looks = Looks::default();
        for (value, secret) in found {
            let values = form.values(value.index()..value.end());
            let look = Look { at: value.index(), values, secret };
            match value.data() {
                Data::Text(_) if secret.is_none() => looks.texts.push(look.values.start),
                Data::Number(_) if secret.is_none() => looks.numbers.push(look),
                _ => looks.others.push(look),
            }
        }
        Some(looks)
    }

    /// Adds what is to be looked at below a key, with what the key promises of it; see `Walk::item`.
    fn look_at<'v>(
        &self,
        key: &str,
        value: Value<'v>,
        all: Option<SecretName>,
        looks: &mut Vec<(Value<'v>, Option<SecretName>)>,
    ) -> Option<()> {
        let secret = secret_key(key.as_bytes()).or(all.filter(|_| !is_open(key)));
        match value.data() {
            _ if !self.is_clean_key(key) => return None,
            Data::List(_) if !self.has_clean_keys(value) => return None,
            Data::Map(map) if is_pair(map) && !self.has_clean_keys(value) => return None,
            Data::Text(_) | Data::Number(_) | Data::List(_) => looks.push((value, secret)),
            Data::Null | Data::Bool(_) => {}
            Data::Map(map) if is_pair(map) => looks.push((value, secret)),
            Data::Map(map) => {
                let all = secret.filter(|secret| is_for_all(*secret));
                for (key, value) in map {
                    self.look_at(key, value, all, looks)?;
                }
            }
        }
        Some(())
    }

    fn is_clean_key(&self, key: &str) -> bool {
        self.own.is_empty() && is_plain(key) || self.clean(key, &mut self.tally()).is_none()
    }

    /// Whether there is nothing to take out of the keys in a value.
    fn has_clean_keys(&self, value: Value<'_>) -> bool {
        match value.data() {
            Data::List(mut list) => list.all(|element| self.has_clean_keys(element)),
            Data::Map(mut map) => map.all(|(key, value)| self.is_clean_key(key) && self.has_clean_keys(value)),
            _ => true,
        }
    }
}

/// Whether one value of an object may say what another one is; see `Walk::pairs`.
fn is_pair(map: Map<'_>) -> bool {
    let has = |is: fn(&str) -> bool| { map }.any(|(key, _)| is(key));
    has(is_for_name) && has(is_for_value)
}
