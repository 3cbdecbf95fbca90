//! One definition, checked.

use super::script::Scripts;
use super::{Checking, capture, example, facet};
use crate::diagnostic::{Diagnostic, Span};
use crate::pack::KeyPlaces;
use crate::pack::codes;
use crate::pack::decode::{At, missing};
use crate::pack::merge::Merged;
use crate::pack::model::{Definition, Ignore, Impact, IssueReference, Recommendation};
use crate::pack::raw::{DefinitionKeys, IssueReferenceKeys};
use crate::phrase::{Phrase, Scope};
use crate::query::Query;
use crate::severity::Severity;

/// Queries of one definition beyond which they are not compared.
const MANY_QUERIES: usize = 100;

impl Checking<'_> {
    /// The definition; nothing where something that it cannot be without is wrong. Everything wrong with it is told.
    pub(super) fn definition(&mut self, merged: &Merged, scripts: &Scripts) -> Option<Definition> {
        let keys = &merged.placed.keys;
        let queries = self.queries(merged);
        let captures = self.captures(keys.capture.as_ref().map_or(&[], |capture| capture.value.0.as_slice()));
        // The names of captures that are wrong as well: what uses them is not.
        let names = capture::names(merged);
        let facets = self.facet_keys(keys.facets.as_ref(), &captures, &names);
        let group_by = self.facet_keys(keys.group_by.as_ref(), &captures, &names);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (listed, grouped): (Vec<&str>, Vec<&str>) =
            (facet::names(merged).collect(), facet::list(keys.group_by.as_ref()).collect());
        let without: &[&str] = if keys.kind.is_some() { &[] } else { &["kind"] };
        let tags = keys.tags.iter().flat_map(|tags| &tags.value.0);
        tags.chain(&keys.kind).chain(&keys.category).for_each(|text| self.plain(text));
        let scope = Scope { metrics: &names, facets: &listed, group: &grouped, without };
        let ignore = self.ignore(merged);
        let title = self.title(merged, scope, ignore.is_some());
        let severity = match (&keys.severity, ignore.is_some() || self.is_ignoring(keys)) {
            (Some(severity), false) => Some(severity.value),
            (_, true) => Some(Severity::P5),
            (None, false) => {
                self.require(merged, "severity", "a severity from `P0` to `P5`");
                None
            }
        };
        let pattern = self.phrase(keys.pattern.as_ref(), scope);
        let impact = self.impact(keys, scope);
        let issue = self.issue_reference(keys.issue.as_ref(), scope);
        let recommend = self.recommend(keys, scope);
        let follow_up = self.phrase(keys.follow_up.as_ref(), scope);
        let policy = self.definition_policy(merged, scripts);
        let texts = |list: &Option<At<crate::pack::decode::OneOrMany<String>>>| {
            facet::list(list.as_ref()).map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        Some(Definition {
            id: merged.id.value.clone(),
            pack: self.layers.get(merged.layer).map_or("", |layer| layer.name()).to_owned(),
            layer: merged.layer,
            span: merged.id.span,
            keys: KeyPlaces::of(merged),
            title: title?,
            pattern: pattern?,
            kind: keys.kind.as_ref().map(|kind| kind.value.clone()),
            category: keys.category.as_ref().map(|category| category.value.clone()),
            queries: queries?,
            query_spans: keys.queries.iter().flat_map(|texts| &texts.value.0).map(|text| text.span).collect(),
            priority: keys.priority.as_ref().map_or(0, |priority| priority.value),
            captures,
            facets,
            group_by,
            severity: severity?,
            impact,
            issue,
            recommend,
            follow_up: follow_up?,
            related: texts(&keys.related),
            was: texts(&keys.was),
            tags: texts(&keys.tags),
            ignore,
            policy,
            examples: example::examples(keys.examples.as_ref()),
        })
    }

    /// A key that this definition must have, unless it was there and wrong.
    fn require(&mut self, merged: &Merged, key: &str, holds: &str) {
        if merged.is_whole && merged.placed.keys.key(key).is_none() {
            self.diagnostics.push(missing(merged.id.span, &merged.called(), key, holds));
        }
    }

    fn queries(&mut self, merged: &Merged) -> Option<Vec<Query>> {
        let Some(texts) = &merged.placed.keys.queries else {
            self.require(merged, "match", "a query in the Logging query language");
            return None;
        };
        if texts.value.0.is_empty() {
            let text = "`match` lists no query, so that nothing can match".to_owned();
            self.tell(
                &codes::EMPTY_MATCH,
                texts.span,
                text,
                Some("write a query, or switch the definition off with `enabled: false`".to_owned()),
            );
            return None;
        }
        let mut queries = Some(Vec::new());
        for text in &texts.value.0 {
            let parsed = Query::parse(&text.value);
            for problem in parsed.problems {
                self.problem(text, problem);
            }
            match (&mut queries, parsed.query) {
                (Some(queries), Some(query)) => queries.push(query),
                _ => queries = None,
            }
        }
        self.redundant(&texts.value.0, queries.as_deref().unwrap_or(&[]));
        queries
    }

    /// Tells of queries that find nothing which another one of the same definition does not find.
    fn redundant(&mut self, texts: &[At<String>], queries: &[Query]) {
        if queries.len() > MANY_QUERIES {
            return;
        }
        for (at, (text, query)) in texts.iter().zip(queries).enumerate() {
            // Of two that mean the same, the later one is told.
            let is_wider = |(other, wide): &(usize, &Query)| {
                *other != at && wide.covers(query) && (*other < at || !query.covers(wide))
            };
            let wider = queries.iter().enumerate().find(is_wider).and_then(|(other, _)| texts.get(other));
            if let Some(wider) = wider {
                let message = "this query finds nothing that another one does not find";
                self.diagnostics.push(
                    Diagnostic::new(&codes::NO_EFFECT, text.span, message)
                        .help("take it out, or narrow the other one")
                        .related(wider.span, "holds wherever this one does"),
                );
            }
        }
    }

    fn is_ignoring(&self, keys: &DefinitionKeys) -> bool {
        keys.ignore.as_ref().is_some_and(|ignore| ignore.value)
    }

    /// That its entries are ignored, with the reason; and what then has no effect.
    fn ignore(&mut self, merged: &Merged) -> Option<Ignore> {
        let keys = &merged.placed.keys;
        let place = |key: &str, span: Span| keys.key(key).unwrap_or(span);
        if !self.is_ignoring(keys) {
            if let Some(reason) = &keys.reason {
                let text = "`reason` says why entries are ignored, and these are not".to_owned();
                let help = Some("add `ignore: true`, or take `reason` out".to_owned());
                self.tell(&codes::NO_EFFECT, place("reason", reason.span), text, help);
            }
            return None;
        }
        if let Some(severity) = &keys.severity {
            let text = "`severity` has no effect, for the entries are ignored".to_owned();
            self.tell(
                &codes::NO_EFFECT,
                place("severity", severity.span),
                text,
                Some("take one of them out".to_owned()),
            );
        }
        let Some(reason) = &keys.reason else {
            if keys.key("reason").is_none() {
                let at = keys.key("ignore").unwrap_or(merged.id.span);
                let text = format!("{} is ignored without a `reason`", merged.called());
                let help = "add `reason:`: people will ask why these entries are not shown".to_owned();
                self.tell(&codes::IGNORE_REASON, at, text, Some(help));
            }
            return None;
        };
        self.plain(reason);
        Some(Ignore { reason: reason.value.clone() })
    }

    fn title(&mut self, merged: &Merged, scope: Scope<'_>, is_ignored: bool) -> Option<Phrase> {
        let keys = &merged.placed.keys;
        let Some(title) = &keys.title else {
            if is_ignored || self.is_ignoring(keys) {
                return Phrase::parse(&merged.id.value).ok();
            }
            self.require(merged, "title", "text");
            return None;
        };
        let phrase = self.phrase(Some(title), scope)??;
        if let Some(range) = phrase.uses("title") {
            let at = self.inside(title, range);
            self.tell(
                &codes::TITLE_OF_ITSELF,
                at,
                "the title is made from itself".to_owned(),
                Some("leave `title` out of it".to_owned()),
            );
            return None;
        }
        Some(phrase)
    }

    /// A text with placeholders: nothing if it is wrong, and nothing inside if there is none.
    #[expect(
        clippy::option_option,
        reason = "the outer one says whether to go on, the inner one whether the author wrote it"
    )]
    fn phrase(&mut self, text: Option<&At<String>>, scope: Scope<'_>) -> Option<Option<Phrase>> {
        let Some(text) = text else { return Some(None) };
        match Phrase::parse_in(&text.value, scope) {
            Ok(phrase) => Some(Some(phrase)),
            Err(problems) => {
                for problem in problems {
                    self.problem(text, problem);
                }
                None
            }
        }
    }

    fn impact(&mut self, keys: &DefinitionKeys, scope: Scope<'_>) -> Impact {
        let Some(impact) = &keys.impact else { return Impact::default() };
        let business = impact.value.business.as_ref().and_then(|business| {
            let text = self.phrase(business.value.text.as_ref(), scope).flatten();
            Some((business.value.level.as_ref()?.value, text))
        });
        Impact { business, technical: self.phrase(impact.value.technical.as_ref(), scope).flatten() }
    }

    fn recommend(&mut self, keys: &DefinitionKeys, scope: Scope<'_>) -> Option<Recommendation> {
        let recommend = &keys.recommend.as_ref()?.value;
        let text = self.phrase(recommend.text.as_ref(), scope).flatten();
        let title = self.phrase(recommend.title.as_ref(), scope).flatten()?;
        Some(Recommendation { title, text, horizon: recommend.horizon.as_ref().map(|horizon| horizon.value) })
    }

    fn issue_reference(&mut self, issue: Option<&At<IssueReferenceKeys>>, scope: Scope<'_>) -> IssueReference {
        let Some(At { value: keys, span }) = issue else { return IssueReference::Found };
        if let Some(url) = &keys.url {
            self.url(url);
        }
        keys.title.iter().for_each(|title| self.plain(title));
        let mut tell = |span: Span, text: &str, help: &str| {
            self.diagnostics.push(Diagnostic::new(&codes::ISSUE_REFERENCE, span, text).help(help));
        };
        match (&keys.number, &keys.file) {
            (Some(number), Some(file)) => {
                tell(
                    file.span,
                    "an issue is given, and also that none shall be filed",
                    "keep `number`, or keep `file: never`",
                );
                IssueReference::Pinned { number: number.value.0, title: None, url: None }
            }
            (Some(number), None) => {
                if let Some(reason) = &keys.reason {
                    tell(reason.span, "`reason` says why no issue is filed, and there is one", "take `reason` out");
                }
                IssueReference::Pinned {
                    number: number.value.0,
                    title: keys.title.as_ref().map(|title| title.value.clone()),
                    url: keys.url.as_ref().map(|url| url.value.clone()),
                }
            }
            (None, Some(_)) => {
                if keys.reason.is_none() && keys.key("reason").is_none() {
                    let at = keys.key("file").unwrap_or(*span);
                    tell(
                        at,
                        "`file: never` needs a `reason`",
                        "add `reason:`, for the worklog says why there is no issue",
                    );
                }
                match self.phrase(keys.reason.as_ref(), scope).flatten() {
                    Some(reason) => IssueReference::Never { reason },
                    None => IssueReference::Found,
                }
            }
            (None, None) => {
                if keys.key("number").is_none() && keys.key("file").is_none() {
                    tell(
                        *span,
                        "`issue` names no issue",
                        "give its `number`, or `file: never` with a `reason`, or take `issue` out",
                    );
                }
                IssueReference::Found
            }
        }
    }
}
