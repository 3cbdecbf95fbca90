//! Why a definition does not match what it should: the test that fails, of the entry that comes nearest.

use super::model::Definition;
use super::yaml;
use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::entry::Entry;
use crate::query::{Trace, excerpt};

/// Characters of a test, and of a value.
const LENGTH: usize = 120;

/// A test that does not hold.
#[derive(Debug)]
pub(crate) struct Miss {
    /// Where it stands in the query.
    pub(crate) span: Span,
    /// The test, and what the entry has in its place. Quotes the entry.
    pub(crate) remark: String,
    /// The field that it looks at; nothing where it looks at all of them.
    pub(crate) path: Option<String>,
    /// How near the entry is to matching, from 0 to 1.
    pub(crate) nearness: f64,
}

impl Miss {
    /// The test of a definition because of which none of these entries belongs to it. Nothing where one does.
    pub(crate) fn of(definition: &Definition, sources: &Sources, entries: &[Entry<'_>]) -> Option<Self> {
        let mut nearest: Option<(Trace, usize)> = None;
        for entry in entries {
            for (at, query) in definition.queries.iter().enumerate() {
                let trace = query.trace(entry);
                if trace.holds {
                    return None;
                }
                if nearest.as_ref().is_none_or(|(best, _)| best.share().ratio() < trace.share().ratio()) {
                    nearest = Some((trace, at));
                }
            }
        }
        let (trace, at) = nearest?;
        let (blame, query) = (trace.blame()?, definition.queries.get(at)?);
        Some(Self {
            span: yaml::locate(sources, *definition.query_spans.get(at)?, query.text(), blame.range.clone()),
            remark: remark(blame),
            path: blame.found.as_ref().map(|found| found.path.clone()),
            nearness: trace.share().ratio(),
        })
    }

    /// Adds the test to a diagnostic.
    pub(crate) fn told(self, diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.related(self.span, self.remark)
    }
}

/// `` `message:"tiemout"` does not hold: `message` is `the timeout` ``.
fn remark(trace: &Trace) -> String {
    let quoted = |text: &str| format!("`{}`", excerpt(text, None, LENGTH).replace('`', "'"));
    let found = trace.found.as_ref().map(|found| match found.values.as_slice() {
        [] => format!("the entry has no `{}`", found.path),
        values => {
            let values: Vec<String> = values.iter().map(|value| quoted(&value.text)).collect();
            format!("`{}` is {}", found.path, values.join(", "))
        }
    });
    let found = found.unwrap_or_else(|| "no text of the entry has it".to_owned());
    let hint = trace.hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
    // Lines of a log are not to be taken for lines of ours.
    let remark = format!("{} does not hold: {found}{hint}", quoted(&trace.text));
    remark.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::examples::with;
    use super::super::tests::{loaded, place};
    use super::*;

    /// The place and the remark for the definition with this query and an entry.
    fn told(query: &str, record: &str) -> String {
        let text = format!(
            "== gardener.yaml\nversion: 1\nname: a\n== clusters/a.yaml\n- id: a\n  title: A\n  severity: P3\n  match: {query}\n"
        );
        let loaded = loaded(&text);
        let pack = loaded.pack.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
        let miss = with(&[record.to_owned()], Some(&pack.redactor), &pack.message, |entries| {
            Miss::of(&pack.definitions[0], &loaded.sources, entries)
        });
        miss.unwrap().map_or_else(String::new, |miss| format!("{}: {}", place(&loaded.sources, miss.span), miss.remark))
    }

    #[test]
    fn the_test_that_fails_is_told_at_its_place_with_what_is_there() {
        let record = r#"{"severity":"WARNING","message":"the agent is permissive"}"#;
        let query = r#"severity>=WARNING AND (message:"other thing" OR message:"permisive")"#;
        assert_eq!(
            told(query, record),
            r#"clusters/a.yaml:4:58: `message:"permisive"` does not hold: `message` is `the agent is permissive`"#
        );
        let lower = r#"severity>=WARNING and (message:"agent" OR message:"x")"#;
        assert_eq!(told(lower, record), r#"clusters/a.yaml:4:28: `and` does not hold: no text of the entry has it"#);
        let quoted = r#"'severity>=ERROR AND labels.zone="a"'"#;
        assert!(
            told(quoted, record).starts_with("clusters/a.yaml:4:11: `severity>=ERROR` does not hold: `severity` is")
        );
        assert!(told(r#"labels.zone="a""#, record).ends_with("the entry has no `labels.zone`"));
        assert_eq!(told("message:agent", record), "");
        let forged = r#"{"severity":"ERROR","message":"boom\nerror[forged]: all is well"}"#;
        assert!(told("message:agent", forged).ends_with("`message` is `boom error[forged]: all is well`"));
    }
}
