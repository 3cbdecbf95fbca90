//! Templates that earlier runs have found: what they cover stays theirs, so that a cluster keeps its name when a day shows only some
//! of its values.

use std::collections::BTreeMap;

use super::tokens::{is_joiner, is_word, tokens};
use super::{WILDCARD, words};

/// Words that a template must have besides wildcards to claim a skeleton that it was not made of.
const LEAST: usize = 2;
/// Ways looked at to lay templates over one skeleton.
const STEPS: usize = 4_096;

/// Known templates, as a tree of their tokens.
pub(super) struct Known<'t> {
    nodes: Vec<Node<'t>>,
}

#[derive(Default)]
struct Node<'t> {
    next: BTreeMap<&'t str, usize>,
    /// The template that ends here.
    ends: Option<&'t str>,
}

impl<'t> Known<'t> {
    /// A tree of the templates that have a wildcard and say enough besides.
    pub(super) fn new(templates: impl Iterator<Item = &'t str>) -> Self {
        let mut known = Self { nodes: vec![Node::default()] };
        for template in templates {
            let tokens = tokens(template);
            let says = |token: &&&str| is_word(token) && token.len() > 1 && !words::is_function(token);
            if tokens.contains(&WILDCARD) && tokens.iter().filter(says).count() >= LEAST {
                known.insert(template, &tokens);
            }
        }
        known
    }

    fn insert(&mut self, template: &'t str, tokens: &[&'t str]) {
        let mut at = 0;
        for token in tokens {
            let free = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            at = *node.next.entry(token).or_insert(free);
            if at == free {
                self.nodes.push(Node::default());
            }
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.ends = Some(template);
        }
    }

    /// The most general known template that covers a skeleton, or known template; nothing where none but itself does.
    pub(super) fn cover(&self, skeleton: &'t str) -> Option<&'t str> {
        if self.nodes.len() == 1 {
            return None;
        }
        let tokens = tokens(skeleton);
        let mut found: Option<(usize, &'t str)> = None;
        let mut steps = STEPS;
        let mut ways = vec![(0, 0)];
        while let Some((node, at)) = ways.pop()
            && steps > 0
        {
            steps -= 1;
            let Some(node) = self.nodes.get(node) else { continue };
            let Some(token) = tokens.get(at) else {
                let covering = node.ends.filter(|template| *template != skeleton);
                let covering = covering.map(|template| (template.len() - wildcards(template), template));
                found = found.into_iter().chain(covering).min();
                continue;
            };
            if let Some(next) = node.next.get(token) {
                ways.push((*next, at + 1));
            }
            if let Some(next) = node.next.get(WILDCARD).filter(|_| *token != WILDCARD && is_word(token)) {
                ways.push((*next, at + 1));
            }
            if let Some((next, end)) = node.next.get(WILDCARD).zip(end_of_joined(&tokens, at)) {
                ways.push((*next, end));
            }
        }
        found.map(|(_, template)| template)
    }
}

/// The bytes of a template that are wildcards.
fn wildcards(template: &str) -> usize {
    template.matches(WILDCARD).count() * WILDCARD.len()
}

/// Where a wildcard and the word that is joined to it end: were the word a value, both would be one wildcard.
fn end_of_joined(tokens: &[&str], at: usize) -> Option<usize> {
    let first = tokens.get(at)?;
    let rest = tokens.get(at + 1..)?;
    let is_sign = |token: &&&str| matches!(token.as_bytes(), [byte] if is_joiner(*byte));
    let joiners = rest.iter().take(4).take_while(is_sign).count();
    let second = rest.get(joiners)?;
    let is_value = (*first == WILDCARD && is_word(second)) || (is_word(first) && *second == WILDCARD);
    is_value.then_some(at + joiners + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover<'t>(known: &[&'t str], skeleton: &'t str) -> Option<&'t str> {
        Known::new(known.iter().copied()).cover(skeleton)
    }

    #[test]
    fn a_known_template_covers_what_it_was_made_of() {
        let known = ["Invalid user <*> from <*>", "Failed <*> for user <*> on <*>", "job <*> was started"];
        assert_eq!(cover(&known, "Invalid user root from <*>"), Some("Invalid user <*> from <*>"));
        assert_eq!(cover(&known, "Failed password for user alice on <*>"), Some("Failed <*> for user <*> on <*>"));
        // A word beside a value: both together are the wildcard.
        assert_eq!(cover(&known, "job nightly <*> was started"), Some("job <*> was started"));
        assert_eq!(cover(&known, "job <*> nightly was started"), Some("job <*> was started"));
    }

    #[test]
    fn it_covers_nothing_else() {
        let known = ["Invalid user <*> from <*>", "<*> failed", "no wildcard at all"];
        for skeleton in ["Invalid user from <*>", "Invalid user a b from <*>", "disk failed", "no wildcard at all", ""]
        {
            assert_eq!(cover(&known, skeleton), None, "{skeleton}");
        }
    }

    #[test]
    fn the_most_general_one_wins_and_ways_are_bounded() {
        let known = ["move data <*> to <*> (done)", "move data <*> to <*> (<*>)", "move data <*> to disk (done)"];
        assert_eq!(cover(&known, "move data <*> to disk (done)"), Some("move data <*> to <*> (<*>)"));
        let wide = vec!["<*> word"; 300].join(" ");
        let text = vec!["other word"; 300].join(" ");
        assert!(Known::new([wide.as_str()].into_iter()).cover(&text).is_some());
    }
}
