//! Comparisons whose outcome is known beforehand.

use rhai::{Expr, FnCallExpr, Position};

use super::{Checker, did_you_mean};
use crate::script::codes;
use crate::script::vocabulary::Kind;

impl Checker<'_> {
    /// Looks at an operator between two values of which these kinds are known.
    pub(super) fn comparison(&mut self, call: &FnCallExpr, kinds: &[Kind], position: Position) {
        let ([left, right], [left_kind, right_kind]) = (call.args.as_slice(), kinds) else { return };
        let is_equality = matches!(call.name.as_str(), "==" | "!=");
        if (is_equality || is_order(&call.name))
            && let (Some(one), Some(other)) = (class(*left_kind), class(*right_kind))
            && one != other
        {
            let outcome = if is_equality { "they are never equal" } else { "this never holds" };
            let message = format!("{one} is compared with {other}: {outcome}");
            self.problem(&codes::NEVER_TRUE, position, message, Some(of_one_kind(one, other)));
            return;
        }
        if is_equality {
            self.never_this(*left_kind, left, right);
            self.never_this(*right_kind, right, left);
        }
        if call.name == "contains"
            && let (Expr::Array(words, _), Kind::OneOf(_)) = (left, right_kind)
        {
            // `value in ["a", "b"]` is written the other way round.
            words.iter().for_each(|word| self.never_this(*right_kind, right, word));
        }
        if is_order(&call.name) {
            self.by_letters(*left_kind, left, position);
            self.by_letters(*right_kind, right, position);
            self.by_urgency(call, *left_kind, position);
            self.by_urgency(call, *right_kind, position);
        }
    }

    /// Looks at what must be true or false.
    pub(super) fn condition(&mut self, condition: &Expr) {
        let kind = self.expression(condition);
        let Some(found) = class(kind).filter(|found| *found != "true or false") else { return };
        let what = name_of(condition).map_or_else(|| found.to_owned(), |name| format!("{name}, {found},"));
        let help = match found {
            "a number" => "compare it, as in `… > 0`",
            "a text" => "compare it, as in `… != \"\"`",
            _ => "ask for its length, as in `list.len() > 0`",
        };
        let message = format!("{what} is no condition: that is true or false");
        self.problem(&codes::ARGUMENTS, condition.start_position(), message, Some(help.to_owned()));
    }

    /// Looks at a sum of values of which these kinds are known.
    pub(super) fn arithmetic(&mut self, call: &FnCallExpr, kinds: &[Kind], position: Position) {
        let [left, right] = kinds else { return };
        if !call.is_operator_call() || !matches!(call.name.as_str(), "-" | "*" | "/" | "%" | "**") {
            return;
        }
        let no_number = [left, right].into_iter().filter_map(|kind| class(*kind)).find(|class| *class != "a number");
        // What a list leaves out is taken from it by `-`.
        if let Some(found) = no_number.filter(|found| *found != "a list") {
            let message = format!("`{}` is there for numbers, and this is {found}", call.name);
            self.problem(&codes::ARGUMENTS, position, message, None);
        }
    }

    /// Tells of severities that are compared as if the greater one were the more urgent.
    fn by_urgency(&mut self, call: &FnCallExpr, kind: Kind, position: Position) {
        let is_ours = |words: &[&str]| words.contains(&"P0") && words.contains(&"P5");
        // `severity < "P2"` is what it seems to be: more urgent.
        let literal = match (call.args.as_slice(), call.name.as_str()) {
            ([_, Expr::StringConstant(text, _)], ">" | ">=") | ([Expr::StringConstant(text, _), _], "<" | "<=") => text,
            _ => return,
        };
        let severity = literal.as_str();
        if let Kind::OneOf(words) = kind
            && is_ours(words)
            && words.contains(&severity)
        {
            let message = "`P0` is the most urgent severity, and the least by its letters".to_owned();
            let help =
                format!("ask `cluster.is_at_least(\"{severity}\")`, which holds for it and for what is more urgent");
            self.problem(&codes::COMPARED_AS_TEXT, position, message, Some(help));
        }
    }

    /// Tells of a text that a value of a few words never is.
    fn never_this(&mut self, kind: Kind, value: &Expr, word: &Expr) {
        let (Kind::OneOf(words), Expr::StringConstant(text, position)) = (kind, word) else { return };
        if words.contains(&text.as_str()) {
            return;
        }
        let what = name_of(value).unwrap_or_else(|| "this".to_owned());
        let words: Vec<&str> = words.iter().copied().filter(|word| !word.is_empty()).collect();
        let help = did_you_mean(text, words.iter().copied());
        let help = help.unwrap_or_else(|| format!("it is one of `{}`", words.join("`, `")));
        self.problem(&codes::NEVER_TRUE, *position, format!("{what} is never `{text}`"), Some(help));
    }

    /// Tells of words that stand in another order than their letters.
    fn by_letters(&mut self, kind: Kind, value: &Expr, position: Position) {
        let Kind::OneOf(words) = kind else { return };
        if words.is_sorted() {
            return;
        }
        let what = name_of(value).unwrap_or_else(|| "this".to_owned());
        let help = "compare by `==`, or ask for the counts, as in `cluster.log_severities.CRITICAL > 0`";
        let message = format!("{what} is compared letter by letter here");
        self.problem(&codes::COMPARED_AS_TEXT, position, message, Some(help.to_owned()));
    }
}

fn is_order(name: &str) -> bool {
    matches!(name, "<" | "<=" | ">" | ">=")
}

/// What a value is, as far as equality goes.
fn class(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Integer | Kind::Number => Some("a number"),
        Kind::Text | Kind::OneOf(_) => Some("a text"),
        Kind::Boolean => Some("true or false"),
        Kind::ListOf(_) => Some("a list"),
        // These may be nothing.
        Kind::Any | Kind::Record(_) | Kind::Numbers(_) | Kind::MapOf(_) | Kind::Object(_) => None,
    }
}

fn of_one_kind(one: &str, other: &str) -> String {
    match (one, other) {
        ("a number", "a text") | ("a text", "a number") => {
            "write the number without quotation marks, or make a number of the text by `parse_float(text)`".to_owned()
        }
        ("a list", _) | (_, "a list") => {
            "ask for its length, `list.len()`, or for an element, `value in list`".to_owned()
        }
        _ => "compare values of one kind".to_owned(),
    }
}

/// The name that a value goes by: the last one of a path.
fn name_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Variable(variable, ..) => Some(format!("`{}`", variable.1)),
        Expr::Property(property, _) => Some(format!("`{}`", property.2)),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => name_of(&parts.rhs),
        _ => None,
    }
}
