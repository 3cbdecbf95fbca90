//! The URL of a database: what the client understands, and what is said of TLS, which it understands only in part.

use gardener_engine::diagnostic::nearest;
use postgres::Config;
use postgres::config::SslMode;

use super::tls::{Tls, Trust};
use crate::store::database::{Fault, Trouble};

/// Parameters that can be given, beside those of TLS.
const PARAMETERS: [&str; 14] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "target_session_attrs",
    "user",
];
/// Of TLS.
const OF_TLS: [&str; 2] = ["sslmode", "sslrootcert"];
/// What `sslmode` may say, as in libpq.
const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// How to connect. Nothing that is said of a URL shows a part of it that could be one of a password.
pub(super) fn parse(url: &str) -> Result<(Config, Tls), Fault> {
    let (place, parameters) = url.split_once('?').unwrap_or((url, ""));
    // A `@` behind the question mark: the mark is one of a password that is not written as it must be.
    if parameters.contains('@') {
        return Err(unclear());
    }
    let (mut mode, mut roots, mut others) = ("prefer".to_owned(), None, Vec::new());
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name {
            "sslmode" => mode = value.to_owned(),
            "sslrootcert" => roots = Some(decoded(value)).filter(|path| path != "system"),
            name if PARAMETERS.contains(&name) => others.push(parameter),
            name => {
                let near = nearest(name, PARAMETERS.into_iter().chain(OF_TLS));
                let meant = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                return Err(bad(format!("its parameter `{name}` is not understood{meant}")));
            }
        }
    }
    let (mode, trust) = match (mode.as_str(), roots.is_some()) {
        ("disable", _) => (SslMode::Disable, Trust::Anyone),
        ("allow" | "prefer", _) => (SslMode::Prefer, Trust::Anyone),
        ("require", false) => (SslMode::Require, Trust::Anyone),
        ("require", true) | ("verify-ca", _) => (SslMode::Require, Trust::Signed),
        ("verify-full", _) => (SslMode::Require, Trust::SignedForHost),
        (other, _) => {
            let meant = nearest(other, MODES).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(bad(format!("its sslmode `{other}` is not one of {}{meant}", MODES.join(", "))));
        }
    };
    let rest = if others.is_empty() { place.to_owned() } else { format!("{place}?{}", others.join("&")) };
    let mut config: Config = rest.parse().map_err(|_| unclear())?;
    config.ssl_mode(mode);
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(bad("it names no server"));
    }
    Ok((config, Tls { trust, roots }))
}

fn bad(why: impl std::fmt::Display) -> Fault {
    Fault::new(Trouble::BadAddress, why)
}

fn unclear() -> Fault {
    bad(
        "it is not postgres://USER:PASSWORD@HOST:PORT/DATABASE; in a password, marks such as `@` `/` `?` `#` `%` are written `%40` `%2F` `%3F` `%23` `%25`",
    )
}

/// A path with its escapes resolved.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| behind.get(..2)).flatten();
        let escaped = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(parameters: &str) -> (SslMode, Trust, Option<String>) {
        let (config, tls) = parse(&format!("postgres://u:p@db/logs{parameters}")).map_err(|f| f.detail).unwrap();
        (config.get_ssl_mode(), tls.trust, tls.roots)
    }

    #[test]
    fn tls_is_what_libpq_makes_of_it() {
        assert_eq!(trust(""), (SslMode::Prefer, Trust::Anyone, None));
        assert_eq!(trust("?sslmode=disable"), (SslMode::Disable, Trust::Anyone, None));
        assert_eq!(trust("?sslmode=require"), (SslMode::Require, Trust::Anyone, None));
        assert_eq!(trust("?sslmode=verify-full&connect_timeout=3"), (SslMode::Require, Trust::SignedForHost, None));
        assert_eq!(trust("?sslmode=verify-full&sslrootcert=system"), (SslMode::Require, Trust::SignedForHost, None));
        let roots = Some("/etc/a b.pem".to_owned());
        assert_eq!(trust("?sslrootcert=/etc/a%20b.pem&sslmode=require"), (SslMode::Require, Trust::Signed, roots));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (url, why) in [
            ("postgres://u:s3cret@db/logs?sslmode=verify-ful", "did you mean `verify-full`?"),
            ("postgres://u:s3cret@db/logs?sslmod=require", "did you mean `sslmode`?"),
            ("postgres://u:s3cret@db/logs?sslcert=a", "`sslcert` is not understood"),
            ("postgres://u:s3?cret@db/logs", "`%3F`"),
            ("postgres://u:s3#cret@db:port/logs", "`%23`"),
            ("postgres:///logs", "names no server"),
        ] {
            let fault = parse(url).map(|_| ()).unwrap_err();
            assert!(fault.detail.contains(why), "{url}: {}", fault.detail);
            assert!(!fault.detail.contains("cret") && !fault.detail.contains("s3"), "{}", fault.detail);
            assert_eq!(fault.kind, Trouble::BadAddress);
        }
    }
}
