//! What there is to look at in records of one form.
//!
//! What a key promises, and that there is nothing to take out of it, follows from the form of a record. It is found out
//! with the first record of a form; in all others only values are looked at.

use std::sync::Arc;

use super::beside_keys::{is_for_name, is_for_value, is_open};
use super::memo::{Habit, Memo};
use super::name::SecretName;
use super::walk::{OWN, Walk, is_for_all, is_plain, secret_key};
use super::{RedactedBatch, Redactor};
use crate::entry::{Batch, Data, Field, Form, Head, Map, Value};

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
    looks: Option<Vec<Look>>,
}

/// A value to look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Its node, counted from the record's first.
    pub(super) at: u32,
    /// What its key promises of it.
    pub(super) secret: Option<SecretName>,
    /// How texts in this place have been.
    pub(super) habit: Habit,
}

impl Redactor {
    /// The same redactor, with a memory.
    #[must_use]
    pub fn cleaner(&self) -> Cleaner<'_> {
        Cleaner { redactor: self, plans: Vec::new(), memo: Memo::new() }
    }
}

impl Cleaner<'_> {
    /// Goes over all text of a batch, as [`Redactor::batch`] does.
    #[must_use]
    pub fn batch<'a>(&mut self, mut batch: Batch<'a>) -> RedactedBatch<'a> {
        for at in 0..batch.heads.len() {
            self.learn(&batch, at);
        }
        let mut tally = self.redactor.tally();
        let least = self.redactor.least();
        let nodes = &mut batch.tape.nodes;
        let mut walk = Walk { nodes, redactor: self.redactor, tally: &mut tally, memo: &mut self.memo, watch: None };
        let known = batch.known.len();
        for head in &mut batch.heads {
            let plan = self.plans.get_mut(head.form as usize).filter(|_| (head.form as usize) < known);
            match plan.and_then(Option::as_mut).and_then(|plan| plan.looks.as_deref_mut()) {
                Some(looks) => walk.looks(head, looks, least),
                None => {
                    // What is gone over key by key may get other keys, and is of no known form any more.
                    head.form = Head::NO_FORM;
                    walk.record(head);
                }
            }
        }
        RedactedBatch { batch, counts: self.redactor.counts(&tally) }
    }

    /// Finds out what there is to look at in records of the form of an entry, unless that is known.
    fn learn(&mut self, batch: &Batch<'_>, at: usize) {
        let Some((head, form)) = batch.heads.get(at).and_then(|head| Some((head, batch.form(head)?))) else { return };
        let number = head.form as usize;
        if self.plans.get(number).and_then(Option::as_ref).is_some_and(|plan| Arc::ptr_eq(&plan.form, form)) {
            return;
        }
        let plan = Plan { form: Arc::clone(form), looks: self.redactor.looks(batch, head) };
        if self.plans.len() <= number {
            self.plans.resize_with(number + 1, || None);
        }
        if let Some(slot) = self.plans.get_mut(number) {
            *slot = Some(plan);
        }
    }
}

impl Redactor {
    /// What there is to look at in all records of the form of this one.
    fn looks(&self, batch: &Batch<'_>, head: &Head) -> Option<Vec<Look>> {
        let root = batch.tape.value(head.root);
        let Data::Map(map) = root.data() else { return None };
        let mut looks = Vec::new();
        for (key, value) in map {
            let is_own = Field::from_name(key).is_some_and(|field| OWN.contains(&field));
            if is_own && matches!(value.data(), Data::Text(_) | Data::Number(_)) {
                continue;
            }
            self.look_at(key, value, None, &mut looks)?;
        }
        looks.iter_mut().for_each(|look| look.at -= head.root);
        Some(looks)
    }

    /// Adds what is to be looked at below a key; see `Walk::item`.
    fn look_at(&self, key: &str, value: Value<'_>, all: Option<SecretName>, looks: &mut Vec<Look>) -> Option<()> {
        let is_clean = self.own.is_empty() && is_plain(key) || self.clean(key, &mut self.tally()).is_none();
        let secret = secret_key(key.as_bytes()).or(all.filter(|_| !is_open(key)));
        match value.data() {
            _ if !is_clean => return None,
            Data::Text(_) | Data::Number(_) | Data::List(_) => {
                looks.push(Look { at: value.index(), secret, habit: Habit::default() });
            }
            Data::Null | Data::Bool(_) => {}
            Data::Map(map) => {
                if is_pair(map) {
                    return None;
                }
                let all = secret.filter(|secret| is_for_all(*secret));
                for (key, value) in map {
                    self.look_at(key, value, all, looks)?;
                }
            }
        }
        Some(())
    }
}

/// Whether one value of an object may say what another one is; see `Walk::pairs`.
fn is_pair(map: Map<'_>) -> bool {
    let has = |is: fn(&str) -> bool| { map }.any(|(key, _)| is(key));
    has(is_for_name) && has(is_for_value)
}
