//! Texts of which every match of a regular expression holds one.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::{MAX_LITERALS, MIN_LENGTH};

/// Alternatives that are multiplied out.
const MAX_EXACT: usize = 16;

/// What is known of the matches of a part of an expression.
struct Known {
    /// All of them, in lower case, if they are few and ASCII.
    exact: Option<Vec<String>>,
    /// Texts of which each holds one.
    required: Option<Vec<String>>,
}

/// Texts of which every match holds one in any ASCII case: ASCII, in lower case, none shorter than two bytes.
pub(in crate::query) fn required(hir: &Hir) -> Option<Vec<String>> {
    let known = known(hir);
    let mut texts = known.exact.filter(|all| is_usable(all)).or(known.required)?;
    texts.sort();
    texts.dedup();
    Some(texts)
}

fn is_usable(texts: &[String]) -> bool {
    !texts.is_empty() && texts.len() <= MAX_LITERALS && texts.iter().all(|text| text.len() >= MIN_LENGTH)
}

/// The better of two sets: the one whose shortest text is longer, or that has fewer.
fn better(left: Option<Vec<String>>, right: Option<Vec<String>>) -> Option<Vec<String>> {
    let worth = |texts: &Vec<String>| {
        let shortest = texts.iter().map(String::len).min().unwrap_or(0);
        (shortest.min(8), MAX_LITERALS.saturating_sub(texts.len()))
    };
    [left, right].into_iter().flatten().filter(|texts| is_usable(texts)).max_by_key(worth)
}

fn exactly(texts: Vec<String>) -> Known {
    Known { exact: Some(texts), required: None }
}

const UNKNOWN: Known = Known { exact: None, required: None };

fn known(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => exactly(vec![String::new()]),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.is_ascii() => exactly(vec![text.to_ascii_lowercase()]),
            Ok(text) => {
                let run = text.split(|c: char| !c.is_ascii()).max_by_key(|run| run.len()).unwrap_or("");
                Known { exact: None, required: better(None, Some(vec![run.to_ascii_lowercase()])) }
            }
            Err(_) => UNKNOWN,
        },
        HirKind::Class(class) => letters(class).map_or(UNKNOWN, exactly),
        HirKind::Capture(capture) => known(&capture.sub),
        HirKind::Repetition(repetition) => repeated(repetition.min, repetition.max, known(&repetition.sub)),
        HirKind::Concat(parts) => concatenated(parts),
        HirKind::Alternation(parts) => alternated(parts),
    }
}

/// The characters of a class in lower case, if they are few and all ASCII.
fn letters(class: &Class) -> Option<Vec<String>> {
    let mut letters: Vec<u8> = Vec::new();
    let mut add = |start: u32, end: u32| {
        for code in start..=end {
            let byte = u8::try_from(code).ok().filter(|byte| byte.is_ascii() && letters.len() < 2 * MAX_EXACT)?;
            letters.push(byte.to_ascii_lowercase());
        }
        Some(())
    };
    match class {
        Class::Unicode(class) => {
            for range in class.ranges() {
                add(u32::from(range.start()), u32::from(range.end()))?;
            }
        }
        Class::Bytes(class) => {
            for range in class.ranges() {
                add(u32::from(range.start()), u32::from(range.end()))?;
            }
        }
    }
    letters.sort_unstable();
    letters.dedup();
    (letters.len() <= MAX_EXACT).then(|| letters.into_iter().map(|letter| char::from(letter).to_string()).collect())
}

fn repeated(min: u32, max: Option<u32>, sub: Known) -> Known {
    match (min, max) {
        (1, Some(1)) => sub,
        (0, Some(1)) => {
            let exact = sub.exact.map(|mut all| {
                all.push(String::new());
                all
            });
            Known { exact, required: None }
        }
        (0, _) => UNKNOWN,
        (n, Some(m)) if n == m && n <= 8 => {
            let exact =
                sub.exact.clone().and_then(|all| (1..n).try_fold(all.clone(), |product, _| multiply(&product, &all)));
            let required = better(sub.required, sub.exact);
            Known { exact, required }
        }
        _ => Known { exact: None, required: better(sub.required, sub.exact) },
    }
}

fn multiply(left: &[String], right: &[String]) -> Option<Vec<String>> {
    if left.len() * right.len() > MAX_EXACT {
        return None;
    }
    Some(left.iter().flat_map(|a| right.iter().map(move |b| [a.as_str(), b].concat())).collect())
}

fn concatenated(parts: &[Hir]) -> Known {
    let mut run = vec![String::new()];
    let mut best = None;
    let mut is_exact = true;
    for part in parts {
        let Known { exact, required } = known(part);
        best = better(best, required);
        let Some(exact) = exact else {
            is_exact = false;
            best = better(best, Some(std::mem::replace(&mut run, vec![String::new()])));
            continue;
        };
        match multiply(&run, &exact) {
            Some(product) => run = product,
            None => {
                is_exact = false;
                best = better(best, Some(std::mem::replace(&mut run, exact)));
            }
        }
    }
    if is_exact {
        return Known { exact: Some(run), required: best };
    }
    Known { exact: None, required: better(best, Some(run)) }
}

fn alternated(parts: &[Hir]) -> Known {
    let known: Vec<Known> = parts.iter().map(known).collect();
    let count: usize = known.iter().map(|part| part.exact.as_ref().map_or(MAX_EXACT + 1, Vec::len)).sum();
    if count <= MAX_EXACT {
        return exactly(known.into_iter().filter_map(|part| part.exact).flatten().collect());
    }
    let mut all = Vec::new();
    for part in known {
        match better(part.required, part.exact) {
            Some(texts) => all.extend(texts),
            None => return UNKNOWN,
        }
    }
    Known { exact: None, required: better(None, Some(all)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_match_holds_one_of_the_texts() {
        for (pattern, texts) in [
            ("timed? out", Some(vec!["time out", "timed out"])),
            ("(?i)Timed out", Some(vec!["timed out"])),
            ("(?i)session", Some(vec!["ion"])),
            ("foo.*barbaz", Some(vec!["barbaz"])),
            ("foo|bar", Some(vec!["bar", "foo"])),
            ("foo|.*", None),
            ("foo|^$", None),
            (r"\d+", None),
            ("x", None),
            (r"^E\d+ (connect|read) failed", Some(vec![" connect failed", " read failed"])),
            ("(abc)*", None),
            ("(abc)+d?", Some(vec!["abc"])),
            ("ab{3}c", Some(vec!["abbbc"])),
            ("größe", Some(vec!["gr"])),
            ("", None),
            ("[ab][cd]e", Some(vec!["ace", "ade", "bce", "bde"])),
        ] {
            let texts = texts.map(|texts| texts.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(required(&regex_syntax::parse(pattern).unwrap()), texts, "{pattern}");
        }
    }
}
