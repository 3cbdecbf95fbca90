//! Definitions, checked one by one and against each other.

use std::collections::BTreeSet;

use regex::Regex;

use super::build::{path, phrase};
use super::decode::{At, Named, OneOrMany, missing};
use super::merge::Merged;
use super::model::{
    Capture, Definition, DefinitionPolicy, Example, FacetKey, Ignore, Impact, IssueReference, Recommendation,
};
use super::raw::{CaptureKeys, DefinitionKeys, Example as RawExample, IssueReferenceKeys};
use super::scripts::Scripts;
use super::{codes, yaml};
use crate::diagnostic::{Diagnostic, Sources, nearest};
use crate::entry::{FieldPath, LogSeverity, Root};
use crate::phrase::{self, Phrase};
use crate::query::Query;
use crate::severity::Severity;

/// Bytes that a compiled capture may take.
const REGEX_SIZE: usize = 1 << 20;

struct Checking<'c> {
    scripts: &'c Scripts,
    message: &'c [FieldPath],
    sources: &'c Sources,
    diagnostics: &'c mut Vec<Diagnostic>,
}

/// The definitions in the order in which they are considered; those with errors, and those switched off, are left out.
pub(super) fn all(
    merged: &[Merged],
    packs: &[&str],
    scripts: &Scripts,
    message: &[FieldPath],
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Definition> {
    references(merged, diagnostics);
    let mut checking = Checking { scripts, message, sources, diagnostics };
    let mut placed: Vec<(&Merged, Definition)> = Vec::new();
    for one in merged {
        let is_on = one.placed.keys.enabled.as_ref().is_none_or(|at| at.value);
        let pack = packs.get(one.layer).copied().unwrap_or("?");
        if let Some(definition) = checking.definition(one, pack)
            && is_on
        {
            placed.push((one, definition));
        }
    }
    placed.sort_by(|(a, x), (b, y)| {
        let key = |m: &Merged| (m.layer, m.placed.path.clone(), m.placed.position);
        y.priority.cmp(&x.priority).then_with(|| key(a).cmp(&key(b)))
    });
    let definitions: Vec<Definition> = placed.into_iter().map(|(_, definition)| definition).collect();
    unreachable(&definitions, diagnostics);
    definitions
}

/// Ids that `related` and `was` name.
fn references(merged: &[Merged], diagnostics: &mut Vec<Diagnostic>) {
    let ids: BTreeSet<&str> = merged.iter().map(|one| one.id.value.as_str()).collect();
    for one in merged {
        for related in one.placed.keys.related.iter().flat_map(|at| &at.value.0) {
            if !ids.contains(related.value.as_str()) {
                let message = format!("there is no definition `{}`", related.value);
                let diagnostic = Diagnostic::new(&codes::UNKNOWN_REFERENCE, related.span, message);
                diagnostics.push(match nearest(&related.value, ids.iter().copied()) {
                    Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                    None => diagnostic.label("not found"),
                });
            }
        }
        for was in one.placed.keys.was.iter().flat_map(|at| &at.value.0) {
            if ids.contains(was.value.as_str()) {
                let message = format!("`{}` is not a former id: a definition has it now", was.value);
                diagnostics.push(Diagnostic::new(&codes::DUPLICATE_ID, was.span, message).label("taken"));
            }
        }
    }
}

/// Definitions whose every query stands before, or that come after one that matches everything.
fn unreachable(definitions: &[Definition], diagnostics: &mut Vec<Diagnostic>) {
    let text = |query: &Query| query.text().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut before: Vec<(String, &Definition)> = Vec::new();
    for definition in definitions {
        let own: Vec<String> = definition.queries.iter().map(text).collect();
        let shadow = |query: &String| before.iter().find(|(other, _)| other == query || other.is_empty());
        let shadows: Vec<_> = own.iter().filter_map(shadow).collect();
        if !own.is_empty() && shadows.len() == own.len() {
            let winner = shadows.first().map(|(_, winner)| *winner);
            let name = winner.map_or("?", |winner| winner.id.as_str());
            let message = format!("`{}` is never reached: `{name}` takes all of it", definition.id);
            let diagnostic = Diagnostic::new(&codes::UNREACHABLE, definition.span, message)
                .help("raise its `priority`, or make the other's query narrower");
            diagnostics.push(match winner {
                Some(winner) => diagnostic.related(winner.span, "this one is considered first"),
                None => diagnostic,
            });
        }
        before.extend(own.into_iter().map(|query| (query, definition)));
    }
}

impl Checking<'_> {
    fn definition(&mut self, merged: &Merged, pack: &str) -> Option<Definition> {
        let keys = &merged.placed.keys;
        let ignore = self.ignore(merged);
        let queries = self.queries(merged);
        let captures = self.captures(keys.capture.as_ref());
        let facets = self.facet_keys(keys.facets.as_ref(), &captures);
        let group_by = self.facet_keys(keys.group_by.as_ref(), &captures);
        let needs = |key: &str, holds: &str, is_there: bool| {
            (!is_there && ignore.is_none()).then(|| missing(merged.id.span, "a definition", key, holds))
        };
        let has = |key: &str| keys.key(key).is_some();
        self.diagnostics.extend(needs("title", "a text for people", has("title")));
        self.diagnostics.extend(needs("severity", "a severity from `P0` to `P5`", has("severity")));
        let title = match &keys.title {
            Some(at) => self.phrase(at, &captures)?,
            None => Phrase::parse(&merged.id.value).ok()?,
        };
        let policy = keys.policy.as_ref().map(|at| at.value.clone()).unwrap_or_default();
        let id = merged.id.value.as_str();
        let mut function =
            |name: &str, named: Option<&At<String>>| self.scripts.function(id, name, named, self.diagnostics);
        let policy = DefinitionPolicy {
            severity: function("severity", policy.severity.as_ref()),
            impact: function("impact", policy.impact.as_ref()),
            group: function("group", policy.group.as_ref()),
        };
        let texts = |list: &Option<At<OneOrMany<String>>>| -> Vec<String> {
            list.iter().flat_map(|at| &at.value.0).map(|at| at.value.clone()).collect()
        };
        let text = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
        Some(Definition {
            id: id.to_owned(),
            pack: pack.to_owned(),
            span: merged.id.span,
            title,
            pattern: self.optional(keys.pattern.as_ref(), &captures),
            kind: text(&keys.kind),
            category: text(&keys.category),
            queries: queries?,
            priority: keys.priority.as_ref().map_or(0, |at| at.value),
            facets,
            group_by,
            severity: keys.severity.as_ref().map_or(Severity::P5, |at| at.value),
            impact: self.impact(keys, &captures),
            issue: self.issue(keys.issue.as_ref(), &captures),
            recommend: self.recommend(keys, &captures),
            follow_up: self.optional(keys.follow_up.as_ref(), &captures),
            related: texts(&keys.related),
            was: texts(&keys.was),
            tags: texts(&keys.tags),
            ignore,
            policy,
            examples: self.examples(keys),
            captures,
        })
    }

    fn ignore(&mut self, merged: &Merged) -> Option<Ignore> {
        let keys = &merged.placed.keys;
        let at = keys.ignore.as_ref().filter(|at| at.value)?;
        if let Some(severity) = keys.key("severity") {
            self.diagnostics.push(
                Diagnostic::new(&codes::CONTRADICTION, severity, "a definition that ignores has no severity")
                    .label("take this out")
                    .related(at.span, "it ignores its entries"),
            );
        }
        let Some(reason) = &keys.reason else {
            self.diagnostics.push(
                Diagnostic::new(&codes::CONTRADICTION, at.span, "entries are ignored without a reason")
                    .label("why?")
                    .help("add `reason:`, a text; the worklog shows it"),
            );
            return Some(Ignore { reason: String::new() });
        };
        Some(Ignore { reason: reason.value.clone() })
    }

    fn queries(&mut self, merged: &Merged) -> Option<Vec<Query>> {
        let Some(list) = &merged.placed.keys.queries else {
            if merged.placed.keys.key("match").is_none() {
                self.diagnostics.push(missing(merged.id.span, "a definition", "match", "a query or a list of queries"));
            }
            return None;
        };
        if list.value.0.is_empty() {
            self.diagnostics.push(
                Diagnostic::new(&codes::WRONG_TYPE, list.span, "`match` holds no query").label("expected a query"),
            );
            return None;
        }
        let mut queries = Vec::new();
        for at in &list.value.0 {
            let parsed = Query::parse(&at.value);
            for problem in parsed.problems {
                let locate = |range| yaml::locate(self.sources, at.span, &at.value, range);
                self.diagnostics.push(Diagnostic::from_problem(problem, locate));
            }
            queries.extend(parsed.query);
        }
        (queries.len() == list.value.0.len()).then_some(queries)
    }

    fn captures(&mut self, named: Option<&At<Named<CaptureKeys>>>) -> Vec<Capture> {
        let mut captures = Vec::new();
        for (name, capture) in named.iter().flat_map(|at| &at.value.0) {
            let from = match &capture.value.from {
                Some(at) => path(at, self.diagnostics),
                None => FieldPath::parse("message").ok(),
            };
            let regex = capture.value.regex.as_ref().and_then(|at| Some((self.regex(at)?, at)));
            let (Some(from), Some((regex, at))) = (from, regex) else { continue };
            let names = regex.capture_names().position(|group| group == Some(name.value.as_str()));
            let Some(group) = names.or((regex.captures_len() > 1).then_some(1)) else {
                let message = format!("the capture `{}` has no group", name.value);
                self.diagnostics.push(
                    Diagnostic::new(&codes::CAPTURE_GROUP, at.span, message)
                        .label("expected a group, `(…)`, around the value")
                        .help("such as `took (\\d+) ms`"),
                );
                continue;
            };
            captures.push(Capture { name: name.value.clone(), from, regex, group });
        }
        captures
    }

    fn regex(&mut self, at: &At<String>) -> Option<Regex> {
        let built = regex::RegexBuilder::new(&at.value).size_limit(REGEX_SIZE).build();
        let error = match built {
            Ok(regex) => return Some(regex),
            Err(error) => error,
        };
        let (range, said) = match regex_syntax::Parser::new().parse(&at.value) {
            Err(regex_syntax::Error::Parse(error)) => {
                (error.span().start.offset..error.span().end.offset, error.kind().to_string())
            }
            Err(regex_syntax::Error::Translate(error)) => {
                (error.span().start.offset..error.span().end.offset, error.kind().to_string())
            }
            _ => (0..at.value.len(), error.to_string().lines().last().unwrap_or("it is too large").to_owned()),
        };
        let span = yaml::locate(self.sources, at.span, &at.value, range);
        self.diagnostics.push(
            Diagnostic::new(&codes::BAD_REGEX, span, format!("the regular expression is not well formed: {said}"))
                .label("here"),
        );
        None
    }

    fn facet_keys(&mut self, list: Option<&At<OneOrMany<String>>>, captures: &[Capture]) -> Vec<FacetKey> {
        let mut keys = Vec::new();
        for at in list.iter().flat_map(|list| &list.value.0) {
            if let Some(index) = captures.iter().position(|capture| capture.name == at.value) {
                keys.push(FacetKey::Capture { name: at.value.clone(), index });
            } else if let Ok(field) = FieldPath::parse(&at.value) {
                keys.push(FacetKey::Field(field));
            } else if at.value.contains('.') {
                path(at, self.diagnostics);
            } else {
                let names = captures.iter().map(|capture| capture.name.as_str());
                let message = format!("`{}` is neither a capture of this definition nor a field", at.value);
                let diagnostic = Diagnostic::new(&codes::UNKNOWN_REFERENCE, at.span, message);
                let near = nearest(&at.value, names.chain(crate::entry::Field::ALL.iter().map(|field| field.name())));
                self.diagnostics.push(match near {
                    Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                    None => diagnostic
                        .label("not found")
                        .help("add it to `capture:`, or write a path such as `labels.module`"),
                });
            }
        }
        keys
    }

    fn optional(&mut self, at: Option<&At<String>>, captures: &[Capture]) -> Option<Phrase> {
        self.phrase(at?, captures)
    }

    fn phrase(&mut self, at: &At<String>, captures: &[Capture]) -> Option<Phrase> {
        let phrase = phrase(at, self.sources, self.diagnostics)?;
        for variable in phrase.variables() {
            let Some(name) = variable.strip_prefix("metrics.").map(|rest| rest.split('.').next().unwrap_or(rest))
            else {
                continue;
            };
            if captures.iter().any(|capture| capture.name == name) {
                continue;
            }
            let start = at.value.find(&variable).map_or(0, |start| start + "metrics.".len());
            let span = yaml::locate(self.sources, at.span, &at.value, start..start + name.len());
            let diagnostic = Diagnostic::new(&phrase::codes::PHRASE_METRIC, span, format!("nothing captures `{name}`"));
            self.diagnostics.push(match nearest(name, captures.iter().map(|capture| capture.name.as_str())) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.label("not captured").help("add it to `capture:` of the definition"),
            });
        }
        Some(phrase)
    }

    fn impact(&mut self, keys: &DefinitionKeys, captures: &[Capture]) -> Impact {
        let Some(impact) = keys.impact.as_ref().map(|at| &at.value) else { return Impact::default() };
        let business = impact.business.as_ref().map(|at| &at.value);
        Impact {
            business: business.and_then(|business| {
                let level = business.level.as_ref()?.value;
                Some((level, self.optional(business.text.as_ref(), captures)))
            }),
            technical: self.optional(impact.technical.as_ref(), captures),
        }
    }

    fn issue(&mut self, keys: Option<&At<IssueReferenceKeys>>, captures: &[Capture]) -> IssueReference {
        let Some(at) = keys else { return IssueReference::Found };
        let keys = &at.value;
        match (&keys.number, &keys.file) {
            (Some(number), Some(file)) => {
                self.diagnostics.push(
                    Diagnostic::new(&codes::CONTRADICTION, file.span, "an issue that is pinned cannot be never filed")
                        .label("take one of them out")
                        .related(number.span, "pinned here"),
                );
                IssueReference::Found
            }
            (Some(number), None) => IssueReference::Pinned {
                number: number.value.0,
                title: keys.title.as_ref().map(|at| at.value.clone()),
                url: keys.url.as_ref().map(|at| at.value.clone()),
            },
            (None, Some(_)) => match &keys.reason {
                Some(reason) => match self.phrase(reason, captures) {
                    Some(reason) => IssueReference::Never { reason },
                    None => IssueReference::Found,
                },
                None => {
                    self.diagnostics.push(missing(at.span, "`file: never`", "reason", "a text that the worklog shows"));
                    IssueReference::Found
                }
            },
            (None, None) => {
                self.diagnostics.push(missing(
                    at.span,
                    "`issue`",
                    "number",
                    "the issue's number; or `file: never` with a `reason`",
                ));
                IssueReference::Found
            }
        }
    }

    fn recommend(&mut self, keys: &DefinitionKeys, captures: &[Capture]) -> Option<Recommendation> {
        let recommend = &keys.recommend.as_ref()?.value;
        Some(Recommendation {
            title: self.phrase(recommend.title.as_ref()?, captures)?,
            text: self.optional(recommend.text.as_ref(), captures),
            horizon: recommend.horizon.as_ref().map(|at| at.value),
        })
    }

    fn examples(&self, keys: &DefinitionKeys) -> Vec<Example> {
        let Some(examples) = keys.examples.as_ref().map(|at| &at.value) else { return Vec::new() };
        let of = |list: &Option<At<OneOrMany<RawExample>>>, matches: bool| -> Vec<Example> {
            let all = list.iter().flat_map(|at| &at.value.0);
            all.map(|at| Example { span: at.span, matches, records: self.records(&at.value) }).collect()
        };
        [of(&examples.matching, true), of(&examples.no_match, false)].concat()
    }

    /// The records that an example stands for: of a message one for each log severity and each place of a message.
    fn records(&self, example: &RawExample) -> Vec<String> {
        match example {
            RawExample::Entry(entry) => vec![entry.to_string()],
            RawExample::Message(message) => {
                let text = FieldPath::parse("textPayload").ok();
                let paths: BTreeSet<&FieldPath> = self.message.first().into_iter().chain(text.as_ref()).collect();
                let severities = LogSeverity::ALL.iter().rev();
                severities.flat_map(|severity| paths.iter().map(|path| record(path, message, *severity))).collect()
            }
        }
    }
}

/// An entry with a message at a path.
fn record(path: &FieldPath, message: &str, severity: LogSeverity) -> String {
    let mut value = serde_json::Value::from(message);
    for segment in path.segments().iter().rev() {
        value = serde_json::Value::Object([(segment.name().to_owned(), value)].into_iter().collect());
    }
    let root = match path.root() {
        Root::Field(field) => field.name(),
        Root::Message => "textPayload",
    };
    let object = [("severity".to_owned(), severity.name().into()), (root.to_owned(), value)];
    serde_json::Value::Object(object.into_iter().collect()).to_string()
}
