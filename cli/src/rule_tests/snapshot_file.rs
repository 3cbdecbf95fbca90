//! Files of snapshots, in the format of [insta](https://insta.rs): a header in YAML between two lines `---`, then the contents.
//!
//! So `cargo insta` can list, review and accept them too.

use gardener_engine::render;

/// What a file of a snapshot holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SnapshotFile {
    /// The file of the case, relative to the pack.
    pub(crate) source: String,
    /// Why the case is there.
    pub(crate) description: Option<String>,
    /// What is shown.
    pub(crate) expression: String,
    /// It.
    pub(crate) contents: String,
}

impl SnapshotFile {
    /// The file's text. Fields of the header stand in the order in which insta writes them.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("---\nsource: {}\n", scalar(&self.source));
        if let Some(description) = &self.description {
            text.push_str(&format!("description: {}\n", scalar(description)));
        }
        text.push_str(&format!("expression: {}\n---\n{}\n", scalar(&self.expression), normal(&self.contents)));
        text
    }
}

/// The contents in a file's text. Line ends and blanks at the end do not count, whatever Git or an editor made of them.
pub(crate) fn contents(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut lines = text.split_inclusive('\n');
    if lines.next().is_none_or(|line| line.trim_end() != "---") {
        return normal(text);
    }
    let mut at = 4;
    for line in lines {
        at += line.len();
        if line.trim_end() == "---" {
            return normal(text.get(at..).unwrap_or(""));
        }
    }
    // A header that does not end: nothing of it is taken for contents.
    String::new()
}

fn normal(contents: &str) -> String {
    contents.replace("\r\n", "\n").trim_end().to_owned()
}

/// A text on one line of YAML.
fn scalar(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '/' | '_' | '-'))
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if is_plain { text } else { render::pretty(&text).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(contents: &str) -> SnapshotFile {
        SnapshotFile {
            source: "tests/auth.yaml".to_owned(),
            description: Some("two lines:\n\"quoted\" # and more".to_owned()),
            expression: "decision of golden path".to_owned(),
            contents: contents.to_owned(),
        }
    }

    #[test]
    fn the_header_is_that_of_insta() {
        assert_eq!(
            file("pack: a\n\n").text(),
            "---\nsource: tests/auth.yaml\ndescription: \"two lines: \\\"quoted\\\" # and more\"\nexpression: decision of golden path\n---\npack: a\n"
        );
    }

    #[test]
    fn contents_come_back_whatever_ends_their_lines() {
        let contents_of = "# A worklog\n\n---\n\n- a  \n- b";
        let text = file(contents_of).text();
        for text in [text.clone(), text.replace('\n', "\r\n"), format!("{text}\n\n"), format!("\u{feff}{text}")] {
            assert_eq!(contents(&text), contents_of, "{text:?}");
        }
        assert_eq!(contents("no header\n"), "no header");
        assert_eq!(contents("---\nsource: a\n"), "");
        assert_eq!(contents(""), "");
    }

    #[test]
    fn insta_reads_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a__b.decision.snap");
        let contents_of = "clusters:\n  - id: a\n\n---\n  text: \"x\"";
        std::fs::write(&path, file(contents_of).text()).unwrap();
        let read = insta::Snapshot::from_file(&path).unwrap();
        assert_eq!(read.metadata().source(), Some("tests/auth.yaml"));
        assert_eq!(read.metadata().expression(), Some("decision of golden path"));
        assert_eq!(read.metadata().description(), Some("two lines: \"quoted\" # and more"));
        assert_eq!(read.contents().as_text().unwrap().to_string(), contents_of);
    }

    #[test]
    fn odd_texts_stay_in_their_line() {
        for text in ["no", "a: b", "- x", "é", "\u{1b}[31m", "{{ x }}", ""] {
            let mut odd = file("x");
            odd.expression = text.to_owned();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.snap");
            std::fs::write(&path, odd.text()).unwrap();
            assert_eq!(insta::Snapshot::from_file(&path).unwrap().metadata().expression(), Some(text));
        }
    }
}
