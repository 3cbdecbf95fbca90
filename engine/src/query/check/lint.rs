//! What is allowed and hardly meant.

use super::Checker;
use crate::diagnostic::Problem;
use crate::entry::Field;
use crate::query::codes;
use crate::query::lexer::Op;
use crate::query::syntax::{Comparison, Expression, Primary, Text, Tree, TreeKind, write_values};

impl Checker<'_> {
    /// Notes what is hardly meant, in a tree and everything below it.
    pub(super) fn lint(&mut self, tree: &Expression) {
        self.mixed(tree);
        match &tree.kind {
            TreeKind::And(parts) => {
                self.word_for_operator(parts);
                parts.iter().for_each(|part| self.lint(part));
            }
            TreeKind::Or(parts) => {
                self.loose_value(parts);
                parts.iter().for_each(|part| self.lint(part));
            }
            TreeKind::Not(inner) => self.lint(inner),
            TreeKind::Leaf(Primary::Global(text)) => self.bare_word(text),
            TreeKind::Leaf(Primary::Comparison(comparison)) => {
                self.groups(&comparison.values);
                self.always_unequal(comparison);
                self.star_in_path(comparison);
                if !comparison.op.is_regex() {
                    comparison.values.leaves(&mut |text| self.star_at_end(text));
                }
            }
            TreeKind::Leaf(Primary::Call(_)) => {}
        }
    }

    fn groups(&mut self, values: &Tree<Text>) {
        self.mixed(values);
        match &values.kind {
            TreeKind::And(parts) | TreeKind::Or(parts) => parts.iter().for_each(|part| self.groups(part)),
            TreeKind::Not(inner) => self.groups(inner),
            TreeKind::Leaf(text) => self.lower_case_operator(text),
        }
    }

    /// `a OR b AND c`
    fn mixed<L>(&mut self, tree: &Tree<L>) {
        let TreeKind::And(parts) = &tree.kind else { return };
        let loose = parts.iter().find(|part| matches!(part.kind, TreeKind::Or(_)) && !part.parenthesised);
        if let Some(or) = loose {
            let written = self.source.get(or.range.clone()).unwrap_or("");
            let problem =
                Problem::new(&codes::MIXED_OPERATORS, or.range.clone(), "`OR` binds more tightly than `AND` here");
            let help = match short(written) {
                Some(written) => format!("it means `({written})`; write the parentheses, here or where you want them"),
                None => "this part is taken together; write parentheses around it, or where you want them".to_owned(),
            };
            self.problems.push(problem.help(help));
        }
    }

    /// `insertId = "A" OR "B"`
    fn loose_value(&mut self, parts: &[Expression]) {
        let mut parts = parts.iter().peekable();
        while let Some(part) = parts.next() {
            let TreeKind::Leaf(Primary::Comparison(comparison)) = &part.kind else { continue };
            let mut loose: Vec<&Text> = Vec::new();
            while let Some(Tree { kind: TreeKind::Leaf(Primary::Global(text)), parenthesised: false, .. }) =
                parts.peek()
            {
                loose.push(text);
                parts.next();
            }
            let Some(first) = loose.first() else { continue };
            let mut values = String::new();
            let _ = match comparison.values.kind {
                TreeKind::Or(_) => comparison.values.write(&mut values, &|text, f| write!(f, "{text}")),
                _ => write_values(&comparison.values, &mut values),
            };
            loose.iter().for_each(|text| values.push_str(&format!(" OR {text}")));
            let (path, op) = (&comparison.path, comparison.op.symbol());
            let message = format!("`{}` is searched for in all fields, not only in `{path}`", first.text);
            let problem = Problem::new(&codes::LOOSE_VALUE, first.range.clone(), message);
            self.problems.push(problem.help(format!("for any of the values write `{path}{op}({values})`")));
        }
    }

    /// `field != ("a" OR "b")`
    fn always_unequal(&mut self, comparison: &Comparison) {
        let TreeKind::Or(_) = &comparison.values.kind else { return };
        let positive = match comparison.op {
            Op::Unequal => Op::Equal,
            Op::NoMatch => Op::Match,
            _ => return,
        };
        let (path, op) = (&comparison.path, comparison.op.symbol());
        let message = format!("`{op}` is applied to each value, and one of them always differs");
        let written = self.source.get(comparison.values.range.clone()).and_then(short).unwrap_or("(…)");
        let help = format!("for none of the values write `NOT {path}{}{written}`", positive.symbol());
        self.problems.push(Problem::new(&codes::ALWAYS_UNEQUAL, comparison.op_range.clone(), message).help(help));
    }

    /// `severity IN (ERROR)`, which is three searches.
    fn word_for_operator(&mut self, parts: &[Expression]) {
        const WORDS: [&str; 9] = ["in", "like", "contains", "matches", "between", "is", "has", "equals", "regexp"];
        for pair in parts.windows(2) {
            let [
                Tree { kind: TreeKind::Leaf(Primary::Global(field)), .. },
                Tree { kind: TreeKind::Leaf(Primary::Global(word)), .. },
            ] = pair
            else {
                continue;
            };
            let is_field = !field.is_quoted && begins_with_field(&field.text);
            if is_field && !word.is_quoted && WORDS.iter().any(|known| word.text.eq_ignore_ascii_case(known)) {
                let message = format!("`{}` is a word to search for, not an operator", word.text);
                let problem = Problem::new(&codes::ODD_OPERATOR, word.range.clone(), message);
                let help =
                    format!("for any of some values write `{0}=(A OR B)`, for a part `{0}:\"part\"`", field.text);
                self.problems.push(problem.help(help));
            }
        }
    }

    /// `jsonPayload.*`
    fn star_in_path(&mut self, comparison: &Comparison) {
        if let Some((_, range)) = comparison.path.names.iter().find(|(name, _)| name == "*") {
            let problem = Problem::new(&codes::WILDCARD, range.clone(), "`*` is the name of a key here, not any key");
            self.problems.push(problem.help("name the key, or search all fields with the text alone"));
        }
    }

    /// `message:"foo*"`
    fn star_at_end(&mut self, text: &Text) {
        let inner = text.text.strip_suffix('*').or_else(|| text.text.strip_prefix('*'));
        let Some(inner) = inner.map(|inner| inner.trim_matches('*')) else { return };
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let joins = text.text.ends_with('*') && is_word(inner.chars().next_back())
            || text.text.starts_with('*') && is_word(inner.chars().next());
        if joins {
            let problem =
                Problem::new(&codes::WILDCARD, text.range.clone(), "`*` is the character here, not a wildcard");
            self.problems.push(problem.help(format!("`:` finds a part anywhere: write `:\"{inner}\"`")));
        }
    }

    /// `severity≥ERROR`
    fn sign_for_operator(&mut self, text: &Text) {
        let signs = [('≥', ">="), ('≤', "<="), ('≠', "!="), ('＝', "="), ('：', ":"), ('＞', ">"), ('＜', "<")];
        let found = text.text.char_indices().find_map(|(at, c)| Some((at, signs.iter().find(|(sign, _)| *sign == c)?)));
        let Some((at, (sign, meant))) = found else { return };
        let name = text.text.get(..at).unwrap_or("");
        if begins_with_field(name) {
            let message = format!("`{sign}` is no operator, so `{}` is searched for as text", text.text);
            let problem = Problem::new(&codes::ODD_OPERATOR, text.range.clone(), message);
            self.problems.push(problem.help(format!("write `{name}{meant}…`")));
        }
    }

    fn bare_word(&mut self, text: &Text) {
        self.lower_case_operator(text);
        if !text.is_quoted {
            self.sign_for_operator(text);
        }
        self.star_at_end(text);
        if text.is_quoted {
            return;
        }
        let mut names = text.text.split('.');
        let field = names.next().and_then(Field::from_query);
        let has_more = names.next().is_some_and(|name| !name.is_empty());
        if field.is_some() && has_more && !text.text.ends_with('.') {
            let message = format!("`{}` is searched for as text in all fields", text.text);
            let problem = Problem::new(&codes::PATH_AS_TEXT, text.range.clone(), message);
            self.problems.push(problem.help(format!("to ask whether the field is there write `{}:*`", text.text)));
        }
    }

    fn lower_case_operator(&mut self, text: &Text) {
        let meant = ["AND", "OR", "NOT"].into_iter().find(|word| word.eq_ignore_ascii_case(&text.text));
        if let (Some(meant), false) = (meant, text.is_quoted) {
            let message = format!("`{}` is a word to search for, not an operator", text.text);
            let problem = Problem::new(&codes::LOWER_CASE_OPERATOR, text.range.clone(), message);
            self.problems
                .push(problem.help(format!("write `{meant}` for the operator, `\"{}\"` for the word", text.text)));
        }
    }
}

/// Whether a word is a path, or could be one.
fn begins_with_field(word: &str) -> bool {
    word == "message" || word.split('.').next().and_then(Field::from_query).is_some()
}

/// A text that fits into a line of help.
fn short(text: &str) -> Option<&str> {
    (text.len() <= 80 && !text.contains('\n')).then_some(text)
}
