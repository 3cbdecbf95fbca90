//! `--report FORMAT=FILE`, of commands whose results other programs read.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Files that are written beside what is shown.
#[derive(Debug, Default, Args)]
pub(crate) struct Reports {
    /// Write what was found to a file as well, whole or not at all; may be given more than once
    ///
    /// FORMAT is text, json, junit, sarif or github; `-` for FILE is standard output.
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report)]
    pub(crate) reports: Vec<ReportTo>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportTo {
    pub(crate) format: FindingsFormat,
    pub(crate) path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// Text for people
    Text,
    /// JSON for programs
    Json,
    /// JUnit's XML, for CI servers
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

fn report(text: &str) -> Result<ReportTo, String> {
    let expected = "expected FORMAT=FILE, such as junit=report.xml";
    let (format, path) = text.split_once('=').ok_or(expected)?;
    let format = FindingsFormat::from_str(format, false).map_err(|_| {
        let names = FindingsFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|value| value.get_name().to_owned()).collect();
        let near = gardener_engine::diagnostic::nearest(format, names.iter().map(String::as_str));
        let meant = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        format!("`{format}` is no format of a report; there are {}{meant}", names.join(", "))
    })?;
    if path.is_empty() {
        return Err(expected.to_owned());
    }
    Ok(ReportTo { format, path: PathBuf::from(path) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_a_format_and_a_file() {
        let right = ReportTo { format: FindingsFormat::Junit, path: "a=b.xml".into() };
        assert_eq!(report("junit=a=b.xml"), Ok(right));
        for (text, what) in [
            ("junit", "expected FORMAT=FILE"),
            ("sarif=", "expected FORMAT=FILE"),
            ("junitt=x", "did you mean `junit`"),
            ("=x", "is no format"),
        ] {
            assert!(report(text).unwrap_err().contains(what), "{text}");
        }
    }
}
