//! What `gs://…` names.

use object_store::path::Path;

/// What an address begins with.
const SCHEME: &str = "gs://";

/// Whether an operand is an address of Cloud Storage.
pub(crate) fn is_address(operand: &str) -> bool {
    operand.starts_with(SCHEME)
}

/// Objects of a bucket.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) bucket: String,
    /// The object that may have this very name.
    pub(super) object: Option<Path>,
    /// The folder below which all lie.
    pub(super) folder: Path,
    pattern: Option<glob::Pattern>,
    operand: String,
}

impl Address {
    /// Reads an operand. In a name with `*`, `?` or `[…]`, these stand for parts of names, as in patterns of files.
    pub(super) fn parse(operand: &str) -> Result<Self, String> {
        let rest = operand.strip_prefix(SCHEME).unwrap_or(operand);
        let (bucket, name) = rest.split_once('/').unwrap_or((rest, ""));
        let is_of_bucket = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        if bucket.is_empty() || !bucket.chars().all(is_of_bucket) {
            return Err("it names no bucket: write gs://BUCKET/FOLDER/".to_owned());
        }
        let path = |name: &str| Path::parse(name).map_err(|_| "a part of the name is empty, `.` or `..`".to_owned());
        let literal = name.find(['*', '?', '[']).map(|at| name.get(..at).unwrap_or_default());
        let (object, folder, pattern) = match literal {
            Some(literal) => {
                let folder = literal.rsplit_once('/').map_or("", |(folder, _)| folder);
                let pattern = glob::Pattern::new(name).map_err(|error| {
                    format!("the pattern is not valid at character {}: {}", error.pos + 1, error.msg)
                })?;
                (None, path(folder)?, Some(pattern))
            }
            None if name.is_empty() || name.ends_with('/') => (None, path(name)?, None),
            None => (Some(path(name)?), path(name)?, None),
        };
        Ok(Self { bucket: bucket.to_owned(), object, folder, pattern, operand: operand.to_owned() })
    }

    /// Whether an object below the folder is meant.
    pub(super) fn means(&self, object: &Path) -> bool {
        let name = object.filename().unwrap_or_default();
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        match &self.pattern {
            Some(pattern) => pattern.matches_with(object.as_ref(), options),
            None => !super::super::resolve::is_left_out(name.as_bytes()),
        }
    }

    /// That there are none.
    pub(super) fn empty(&self) -> String {
        match (&self.pattern, self.folder.is_root()) {
            (Some(_), _) => "the pattern matches no object".to_owned(),
            (None, true) => "the bucket is empty".to_owned(),
            (None, false) if self.operand.ends_with('/') => "there is nothing in this folder".to_owned(),
            (None, false) => "there is no object and no folder of this name".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_an_object_or_a_folder() {
        let parts = |operand: &str| {
            let address = Address::parse(operand).unwrap();
            (address.bucket, address.object.map(|path| path.to_string()), address.folder.to_string())
        };
        let expected = |bucket: &str, object: Option<&str>, folder: &str| {
            (bucket.to_owned(), object.map(str::to_owned), folder.to_owned())
        };
        assert_eq!(parts("gs://logs"), expected("logs", None, ""));
        assert_eq!(parts("gs://logs/"), expected("logs", None, ""));
        assert_eq!(parts("gs://my_logs.example/run/"), expected("my_logs.example", None, "run"));
        let shard = "syslog/2026/01/13/08:00:00_08:59:59_S0.json";
        assert_eq!(parts(&format!("gs://logs/{shard}")), expected("logs", Some(shard), shard));
        assert_eq!(parts("gs://logs/a/b*/c?.json"), expected("logs", None, "a"));
        assert_eq!(parts("gs://logs/*.json"), expected("logs", None, ""));
        for operand in ["gs://", "gs:///a", "gs://UPPER/a", "gs://b@evil/a", "gs://b/a//c", "gs://b/../c", "gs://b/[a"]
        {
            assert!(Address::parse(operand).is_err(), "{operand}");
        }
    }

    #[test]
    fn a_pattern_matches_as_those_of_files_do() {
        let means = |operand: &str, name: &str| Address::parse(operand).unwrap().means(&Path::parse(name).unwrap());
        assert!(means("gs://b/logs/*/0[0-3]:*_S?.json", "logs/a/01:00:00_01:59:59_S0.json"));
        assert!(!means("gs://b/logs/*/0[0-3]:*_S?.json", "logs/a/04:00:00_04:59:59_S0.json"));
        assert!(!means("gs://b/logs/*.json", "logs/a/b.json"));
        assert!(means("gs://b/logs/**/*.json", "logs/a/b/c.json"));
        assert!(means("gs://b/logs", "logs/a.json") && !means("gs://b/logs", "logs/.hidden"));
        assert!(!means("gs://b/logs", "logs/a.jsonl.part"));
    }
}
