//! Brackets that were opened and not closed: the parser notices lines later, at something that is right.

/// The innermost bracket that is open at a place of a file that is not YAML, and on a line above that place.
pub(super) fn open_above(text: &str, at: usize) -> Option<usize> {
    let mut open: Vec<usize> = Vec::new();
    let mut quote: Option<char> = None;
    // What stands before the place that is looked at, blanks left out.
    let mut before = '\n';
    let mut was_blank = true;
    let mut in_comment = false;
    let mut chars = text.get(..at)?.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        match (c, quote) {
            // What is escaped ends nothing.
            ('\\', Some('"')) => drop(chars.next()),
            ('\'', Some('\'')) if chars.peek().is_some_and(|(_, next)| *next == '\'') => drop(chars.next()),
            ('\n', None) => in_comment = false,
            _ if in_comment => continue,
            (c, Some(mark)) if c == mark => quote = None,
            (_, Some(_)) => {}
            ('#', None) if was_blank => in_comment = true,
            // Elsewhere these are characters of a text.
            ('"' | '\'', None) if begins_value(before, was_blank, !open.is_empty()) => quote = Some(c),
            ('[' | '{', None) if begins_value(before, was_blank, !open.is_empty()) => open.push(place),
            (']' | '}', None) => {
                open.pop();
            }
            _ => {}
        }
        was_blank = c.is_whitespace();
        if !was_blank || c == '\n' && open.is_empty() {
            before = c;
        }
    }
    let line = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    open.pop().filter(|place| *place < line)
}

/// Whether a value may begin behind a character.
fn begins_value(before: char, was_blank: bool, in_flow: bool) -> bool {
    match before {
        ':' | '-' | '?' => was_blank,
        '\n' => true,
        ',' | '[' | '{' => in_flow,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::open_above;

    #[test]
    fn the_bracket_that_was_left_open_is_found() {
        // `¦` stands where the parser gave up, `^` before the bracket.
        for text in [
            "- id: a\n  facets: ^[labels.x, labels.y\n  severity¦: P3",
            "a: ^{ b: [1, 2], c: \"}\"\nd¦: 1",
            "a: { b: ^[1, 2\n c¦: 1",
            "- ^{ id: a, title: 'it''s }'\n- ¦{ id: c }",
            "a: ^[x, # ]\n  y\nb¦: 1",
        ] {
            let plain = text.replace('^', "");
            let (at, bracket) = (plain.find('¦').unwrap(), text.find('^').unwrap());
            assert_eq!(open_above(&plain, at), Some(bracket), "{text}");
        }
        for text in ["a: [1]\nb¦: {", "a: x[0\nb¦: 1", "# [\na¦: 1", "match: message:\"[x\n b¦: 1", "a: [1, 2¦"] {
            assert_eq!(open_above(text, text.find('¦').unwrap()), None, "{text}");
        }
    }
}
