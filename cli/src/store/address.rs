//! Where a history is, as people write it down.

use std::fmt;
use std::path::PathBuf;

use gardener_engine::diagnostic::nearest;

use crate::error::{Exit, Failure};

/// Where a history is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// In a file, as SQLite keeps it.
    File(PathBuf),
    /// In a PostgreSQL database.
    Server(ServerUrl),
}

/// The URL of a PostgreSQL database. What is shown of it holds no password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ServerUrl {
    whole: String,
    shown: String,
}

/// Schemes of PostgreSQL's URLs.
const SERVERS: [&str; 2] = ["postgres", "postgresql"];

impl Address {
    /// The address that a text is. Nothing of a text that could hold a password is said in the refusal.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let refused = |message: String| Failure::new(Exit::Usage, message);
        if text.is_empty() {
            return Err(refused("the history has an empty name".to_owned())
                .help("name a file, a PostgreSQL URL, or `none` for no history"));
        }
        if text.eq_ignore_ascii_case("none") {
            return Err(refused(format!("`{text}` names no history"))
                .help(format!("did you mean `none`? a file of that name is `./{text}`")));
        }
        let place = text.strip_prefix("sqlite:").unwrap_or(text);
        if place == ":memory:" || place.starts_with("file:") {
            return Err(refused(format!(
                "a history is kept in a file, and `{}` names none",
                place.split('?').next().unwrap_or(place)
            ))
            .help("name its path, such as .gardener/history.db, or `none` for no history"));
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path {
                "" => Err(refused("`sqlite:` names no file".to_owned()).help("such as sqlite:.gardener/history.db")),
                path => Ok(Self::File(path.into())),
            };
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            if SERVERS.contains(&scheme) {
                let shown = shown(scheme, rest);
                return Ok(Self::Server(ServerUrl { whole: text.to_owned(), shown }));
            }
            let near = nearest(scheme, SERVERS.into_iter().chain(["sqlite"]));
            let help = near.map_or_else(
                || "a history is a file, or a URL that begins with `postgres://`".to_owned(),
                |near| format!("did you mean `{near}://`?"),
            );
            return Err(refused(format!("a history cannot be at a URL that begins with `{scheme}://`")).help(help));
        }
        if text.contains("password=") {
            return Err(refused("the history is neither a file nor a URL".to_owned())
                .help("write a URL: postgres://USER:PASSWORD@HOST/DATABASE"));
        }
        Ok(Self::File(text.into()))
    }

    /// The exit code where it fails: a file is read and written, a server is a remote.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::File(_) => Exit::Unreadable,
            Self::Server(_) => Exit::Remote,
        }
    }
}

impl ServerUrl {
    /// With the password.
    pub(super) fn whole(&self) -> &str {
        &self.whole
    }
}

/// A URL without its password, and without its parameters, among which there may be another one.
fn shown(scheme: &str, rest: &str) -> String {
    let end = |text: &str, marks: &[char]| text.find(marks).unwrap_or(text.len());
    // A password may hold any mark that should have been written in another way, so the last `@` ends it.
    let (user, behind) = match rest.rsplit_once('@') {
        Some((who, behind)) => match who.split_once(':') {
            Some((user, _)) => (format!("{user}:***@"), behind),
            None => (format!("{who}@"), behind),
        },
        None => (String::new(), rest),
    };
    let place = behind.get(..end(behind, &['?', '#'])).unwrap_or_default();
    let host = place.get(..end(place, &['/'])).unwrap_or_default();
    let is_plain = host.split(',').all(|host| {
        let port = host.rsplit_once(']').map_or(host, |(_, port)| port).rsplit_once(':').map_or("", |(_, port)| port);
        port.bytes().all(|byte| byte.is_ascii_digit())
    });
    if is_plain { format!("{scheme}://{user}{place}") } else { format!("{scheme}://***") }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(url) => f.write_str(&url.shown),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_url_is_a_file() {
        for (text, path) in [
            (".gardener/history.db", ".gardener/history.db"),
            ("sqlite:a b.db", "a b.db"),
            ("sqlite:///var/h.db", "/var/h.db"),
            ("C:\\h.db", "C:\\h.db"),
        ] {
            assert_eq!(Address::parse(text).unwrap(), Address::File(path.into()), "{text}");
        }
    }

    #[test]
    fn passwords_are_never_shown() {
        for (url, shown) in [
            ("postgres://gardener:s3cret@db.example:5432/logs", "postgres://gardener:***@db.example:5432/logs"),
            ("postgresql://gardener@db/logs?password=s3cret&sslmode=require", "postgresql://gardener@db/logs"),
            ("postgres://u:s3c@ret/s3cret@db/logs", "postgres://u:***@db/logs"),
            ("postgres://u:s3?cret@db/logs", "postgres://u:***@db/logs"),
            ("postgres://[::1]:5432/logs", "postgres://[::1]:5432/logs"),
            ("postgres://a:1,b:2/logs", "postgres://a:1,b:2/logs"),
            ("postgres://u:s3cret", "postgres://***"),
            ("postgres:///logs#s3cret", "postgres:///logs"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!((address.to_string(), format!("{address:?}")), (shown.to_owned(), shown.to_owned()));
        }
    }

    #[test]
    fn what_cannot_be_an_address_is_refused_without_showing_it() {
        for (text, help) in [
            ("", "name a file"),
            ("NONE", "did you mean `none`?"),
            (":memory:", "name its path"),
            ("sqlite::memory:", "name its path"),
            ("file:h.db?mode=memory&password=s3cret", "name its path"),
            ("sqlite:", "such as"),
            ("postgress://u:s3cret@db/logs", "did you mean `postgres://`?"),
            ("mysql://u:s3cret@db/logs", "begins with `postgres://`"),
            ("host=db user=u password=s3cret", "postgres://USER"),
        ] {
            let refused = Address::parse(text).unwrap_err();
            assert_eq!(refused.exit, Exit::Usage);
            assert!(refused.help.unwrap().contains(help), "{text}");
            assert!(!refused.message.contains("s3cret"), "{}", refused.message);
        }
    }
}
