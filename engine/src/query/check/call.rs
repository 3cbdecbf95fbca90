//! Calls of functions checked.

use super::Checker;
use crate::diagnostic::{Problem, nearest};
use crate::entry::FieldPath;
use crate::query::codes;
use crate::query::function::{Function, Net, in_sample};
use crate::query::number::Decimal;
use crate::query::parser::FUNCTIONS;
use crate::query::schema::{Type, is_defaulted, resolve};
use crate::query::search::{Search, Unsearchable};
use crate::query::syntax::{Argument, Call};

impl Checker<'_> {
    /// The function that a call means.
    pub(super) fn call(&mut self, call: &Call) -> Option<Function> {
        let name = FUNCTIONS.into_iter().find(|name| name.eq_ignore_ascii_case(&call.name));
        match (name, call.arguments.as_slice()) {
            (Some("log_id"), [id]) => Some(Function::LogId(id.text.text.clone())),
            (Some("ip_in_net"), [field, net]) => self.in_net(field, net),
            (Some("sample"), [field, fraction]) => self.sample(field, fraction),
            (Some("SEARCH"), [words]) => self.search(None, words),
            (Some("SEARCH"), [field, words]) => self.search(Some(field), words),
            (Some(name @ ("source" | "cast" | "regexp_extract")), _) => {
                self.problems.push(unsupported(name, call));
                None
            }
            (Some(name), _) => {
                let usage = usage(name);
                let message = match call.arguments.len() {
                    0 => format!("`{name}` is given nothing"),
                    1 => format!("`{name}` is given one argument only"),
                    n => format!("`{name}` is given {n} arguments"),
                };
                let problem = Problem::new(&codes::BAD_ARGUMENTS, call.range.clone(), message);
                self.problems.push(problem.label(format!("expected {usage}")));
                None
            }
            (None, _) => {
                self.problems.push(unknown(call));
                None
            }
        }
    }

    /// The field that an argument names.
    fn field(&mut self, argument: &Argument) -> Option<(FieldPath, Type)> {
        let Some(path) = &argument.path else {
            let message = format!("`{}` is no field", argument.text.text);
            let problem = Problem::new(&codes::BAD_ARGUMENTS, argument.text.range.clone(), message);
            self.problems.push(problem.label("expected a path to a field, without quotation marks"));
            return None;
        };
        match resolve(path) {
            Ok(resolved) => Some(resolved),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn wrong_field(&mut self, argument: &Argument, expected: &str) {
        let message = format!("`{}` holds no {expected}", argument.text.text);
        let problem = Problem::new(&codes::BAD_ARGUMENTS, argument.text.range.clone(), message);
        self.problems.push(problem.label(format!("expected a field of {expected}")));
    }

    fn in_net(&mut self, field: &Argument, net: &Argument) -> Option<Function> {
        let resolved = self.field(field);
        let expected = "an address or a network such as `10.0.0.0/8` or `1:2::/48`";
        let net = self.value(&net.text, &codes::BAD_ARGUMENTS, expected, Net::parse);
        let (path, kind) = resolved?;
        if !matches!(kind, Type::Text | Type::Free) {
            self.wrong_field(field, "text");
            return None;
        }
        Some(Function::InNet { path, net: net? })
    }

    fn sample(&mut self, field: &Argument, fraction: &Argument) -> Option<Function> {
        let resolved = self.field(field);
        let expected = "a fraction greater than 0 and at most 1";
        let fraction = self.value(&fraction.text, &codes::BAD_ARGUMENTS, expected, |text| {
            Decimal::parse(text)?;
            text.parse::<f64>().ok().filter(|fraction| *fraction > 0.0 && *fraction <= 1.0)
        });
        let (path, kind) = resolved?;
        if kind == Type::Object {
            self.wrong_field(field, "text or numbers");
            return None;
        }
        let fraction = fraction?;
        let default = match kind {
            Type::Integer => "0",
            Type::Boolean => "false",
            Type::Duration => "0s",
            _ => "",
        };
        let when_absent = is_defaulted(&path, kind) && in_sample(default, fraction);
        Some(Function::Sample { path, fraction, when_absent })
    }

    fn search(&mut self, field: Option<&Argument>, words: &Argument) -> Option<Function> {
        let path = match field {
            Some(argument) => {
                let (path, kind) = self.field(argument)?;
                if !matches!(kind, Type::Text | Type::Free | Type::Object) {
                    self.wrong_field(argument, "text");
                    return None;
                }
                Some(path)
            }
            None => None,
        };
        let text = &words.text;
        if !text.is_quoted {
            let message = format!("`{}` is not in quotation marks", text.text);
            let problem = Problem::new(&codes::BAD_ARGUMENTS, text.range.clone(), message);
            self.problems
                .push(problem.label("expected a text in quotation marks").help(format!("write `\"{}\"`", text.text)));
            return None;
        }
        if text.text.split_whitespace().any(|word| matches!(word, "AND" | "OR" | "NOT")) {
            let message = "`AND`, `OR` and `NOT` are words like any others here";
            let problem = Problem::new(&codes::SEARCH_OPERATOR, text.range.clone(), message);
            self.problems.push(problem.help("join several `SEARCH(…)` with the operators"));
        }
        match Search::new(&text.text) {
            Ok(search) => Some(Function::Search { path, search }),
            Err(wrong) => {
                let message = match wrong {
                    Unsearchable::Empty => "there is no word to search for",
                    Unsearchable::Unclosed => "a backtick is never closed",
                };
                self.problems.push(Problem::new(&codes::BAD_ARGUMENTS, text.range.clone(), message));
                None
            }
        }
    }
}

fn usage(name: &str) -> &'static str {
    match name {
        "log_id" => "`log_id(\"id\")`",
        "ip_in_net" => "`ip_in_net(field, \"10.0.0.0/8\")`",
        "sample" => "`sample(field, 0.1)`",
        _ => "`SEARCH(\"words\")` or `SEARCH(field, \"words\")`",
    }
}

fn unsupported(name: &str, call: &Call) -> Problem {
    let help = match name {
        "source" => "an entry does not tell its source; `logName:\"projects/…\"` often does",
        "cast" => "compare the field as what it is: `timestamp>=\"2025-09-14\"`, `httpRequest.status>=500`",
        _ => "`field=~\"…\"` tests a regular expression",
    };
    let message = format!("the function `{name}` of Cloud Logging is not supported in rules");
    Problem::new(&codes::UNSUPPORTED_FUNCTION, call.name_range.clone(), message).help(help)
}

fn unknown(call: &Call) -> Problem {
    let message = format!("there is no function `{}`", call.name);
    let problem = Problem::new(&codes::UNKNOWN_FUNCTION, call.name_range.clone(), message);
    match nearest(&call.name, FUNCTIONS) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem
            .label("expected `log_id`, `ip_in_net`, `SEARCH` or `sample`")
            .help("white space before the parenthesis makes it a text to search for"),
    }
}
