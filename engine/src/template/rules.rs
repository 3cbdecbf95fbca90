//! What a pack says of some templates: which are ignored, which belong elsewhere, and what is said of the others.
//!
//! A pack names a template by a message, whose skeleton is solved together with those of the entries, so that it is found
//! whatever the template has become; or by an id of a report.

mod check;

use std::collections::BTreeMap;

pub use check::check_rules;

use super::{Form, Templates, id, of_text};
use crate::pack::{Becomes, Meant, Pack, TemplateRule};

/// Steps from one template to another that a `same_as` may take.
const STEPS: usize = 8;

/// The skeleton of a message that a pack writes, and what it was made of.
#[must_use]
pub fn of_like(pack: &Pack, message: &str) -> (Form, String) {
    let mut text = String::new();
    let form = of_text(pack.redactor.text(message).as_str(), &mut text);
    (form, text)
}

/// The rules of a pack, their messages read.
#[derive(Debug)]
pub struct Rules<'p> {
    rules: Vec<Rule<'p>>,
}

#[derive(Debug)]
struct Rule<'p> {
    rule: &'p TemplateRule,
    meant: Vec<Named<'p>>,
    target: Option<Named<'p>>,
}

/// A template as a rule names it.
#[derive(Debug)]
pub(crate) enum Named<'p> {
    Id(&'p str),
    Skeleton(Form, String),
}

impl<'p> Named<'p> {
    fn of(pack: &Pack, meant: &'p Meant) -> Self {
        match meant {
            Meant::Id(id) => Self::Id(id),
            Meant::Like(message) => {
                let (form, text) = of_like(pack, message);
                Self::Skeleton(form, text)
            }
        }
    }

    /// The template; nothing where only its id is known.
    fn text<'t>(&'t self, templates: &'t Templates) -> Option<&'t str> {
        match self {
            Self::Id(_) => None,
            Self::Skeleton(Form::Message, text) => Some(templates.of(text)),
            Self::Skeleton(Form::Whole, text) => Some(text),
        }
    }
}

impl<'p> Rules<'p> {
    /// The rules of a pack.
    #[must_use]
    pub fn of(pack: &'p Pack) -> Self {
        let rules = pack.unknown.templates.iter().map(|rule| Rule {
            rule,
            meant: rule.meant.iter().map(|meant| Named::of(pack, meant)).collect(),
            target: match &rule.becomes {
                Becomes::OfTemplate(target) => Some(Named::of(pack, target)),
                _ => None,
            },
        });
        Self { rules: rules.collect() }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The skeletons of messages that rules name, which have to be solved with those of the entries.
    pub fn skeletons(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| rule.meant.iter().chain(&rule.target)).filter_map(|named| match named {
            Named::Skeleton(Form::Message, text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Each rule with what it means.
    pub(crate) fn meant(&self) -> impl Iterator<Item = (&'p TemplateRule, &[Named<'p>])> {
        self.rules.iter().map(|rule| (rule.rule, rule.meant.as_slice()))
    }

    /// The rules by the templates that they mean, among these texts.
    #[must_use]
    pub fn settle<'s>(&'s self, templates: &'s Templates, texts: impl Iterator<Item = &'s str>) -> Settled<'s, 'p> {
        let mut ids: BTreeMap<String, &str> = BTreeMap::new();
        let mut by_text: BTreeMap<&str, usize> = BTreeMap::new();
        for text in texts.filter(|_| !self.is_empty()) {
            for own in std::iter::once(text).chain(templates.former(text).iter().map(|text| &**text)) {
                ids.entry(id(own)).or_insert(text);
            }
        }
        for (at, rule) in self.rules.iter().enumerate() {
            for named in &rule.meant {
                let text = match named {
                    Named::Id(id) => ids.get(*id).copied(),
                    Named::Skeleton(..) => named.text(templates),
                };
                if let Some(text) = text {
                    by_text.entry(text).or_insert(at);
                }
            }
        }
        let target = |rule: &'s Rule<'p>| match rule.target.as_ref()? {
            Named::Id(id) => ids.get(*id).copied(),
            named @ Named::Skeleton(..) => named.text(templates),
        };
        Settled { rules: self.rules.iter().map(|rule| (rule.rule, target(rule))).collect(), by_text }
    }
}

/// The rules of a pack by the templates that they mean.
#[derive(Debug)]
pub struct Settled<'s, 'p> {
    /// Each with the template that `same_as` names, where it is there.
    rules: Vec<(&'p TemplateRule, Option<&'s str>)>,
    by_text: BTreeMap<&'s str, usize>,
}

impl<'s, 'p> Settled<'s, 'p> {
    /// What becomes of a template: the one that it belongs to, and what is said of that, with the rule's place among the pack's.
    #[must_use]
    pub fn fate(&self, text: &'s str) -> (&'s str, Option<(usize, &'p TemplateRule)>) {
        let mut text = text;
        for _ in 0..STEPS {
            let Some((at, (rule, target))) = self.by_text.get(text).and_then(|at| Some((*at, self.rules.get(*at)?)))
            else {
                return (text, None);
            };
            match (&rule.becomes, target) {
                (Becomes::OfTemplate(_), Some(target)) if *target != text => text = target,
                (Becomes::OfTemplate(_), _) => return (text, None),
                _ => return (text, Some((at, rule))),
            }
        }
        (text, None)
    }
}
