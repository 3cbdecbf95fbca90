//! How the records of a capture are laid out, by a look at its beginning.

/// How records are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One JSON record a line.
    Lines,
    /// Lists and objects of JSON, over any number of lines.
    Document,
    /// Lines of text.
    Text,
    /// The YAML that `gcloud logging read` writes by default, which is not read.
    Yaml,
}

/// Lines that are looked at.
const LINES: usize = 64;

/// The layout of what begins with these bytes; `is_all` says that there are no more.
pub(super) fn layout(head: &[u8], is_all: bool) -> Layout {
    let mut lines: Vec<&[u8]> = head.split(|b| *b == b'\n').take(LINES + 1).collect();
    // The last line may be cut.
    if !is_all && lines.len() <= LINES {
        lines.pop();
    }
    let lines: Vec<&[u8]> = lines.into_iter().filter(|line| !line.trim_ascii().is_empty()).collect();
    let records = lines.iter().filter(|line| line.first() == Some(&b'{') && line.trim_ascii().len() > 1).count();
    if !lines.is_empty() && records * 2 >= lines.len() {
        return Layout::Lines;
    }
    let start = head.trim_ascii_start();
    match start.first() {
        Some(b'{') => Layout::Document,
        // `[Sun Dec 04 …] [error]` is a line of text.
        Some(b'[') => match start.get(1..).unwrap_or_default().trim_ascii_start().first() {
            Some(b'{' | b'[' | b']') | None => Layout::Document,
            _ => Layout::Text,
        },
        _ if is_yaml(&lines) => Layout::Yaml,
        _ => Layout::Text,
    }
}

fn is_yaml(lines: &[&[u8]]) -> bool {
    let keys: [&[u8]; 4] = [b"insertId:", b"logName:", b"httpRequest:", b"jsonPayload:"];
    let starts = |line: &&[u8]| keys.iter().any(|key| line.starts_with(key));
    lines.first().is_some_and(|first| first.trim_ascii() == b"---" || starts(first)) && lines.iter().any(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_told_by_their_beginning() {
        for (text, expected) in [
            ("{\"a\":1}\n{\"a\":2}\n", Layout::Lines),
            ("{\"a\":\n{\"a\":2}\n", Layout::Lines),
            ("[\n  {\n    \"a\": 1\n  }\n]\n", Layout::Document),
            ("[{\"a\":1}]", Layout::Document),
            ("[]", Layout::Document),
            ("{\n  \"a\": 1\n}\n{\n", Layout::Document),
            ("[Sun Dec 04 04:47:44 2005] [notice] x\n", Layout::Text),
            ("plain\n{\"a\":1}\nplain\n", Layout::Text),
            ("oops\n{\"a\":1}\n{\"a\":2}\n", Layout::Lines),
            ("---\ninsertId: x\nlogName: y\n", Layout::Yaml),
            ("--- text\n", Layout::Text),
        ] {
            assert_eq!(layout(text.as_bytes(), true), expected, "{text}");
        }
    }
}
