//! Where the API is, and which addresses belong to it: a token goes nowhere else.

use reqwest::Url;

/// The address of an API, as all requests begin.
#[derive(Clone, Debug)]
pub(super) struct Base {
    /// Without a slash at its end.
    text: String,
    url: Url,
}

impl Base {
    /// Reads an address such as `https://api.github.com` or `https://HOST/api/v3`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        // The address is not quoted where it could hold a password.
        let url = Url::parse(text.trim()).map_err(|error| format!("the address of the tracker is none: {error}"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "the address of the tracker holds a user or password: give a token by the environment".to_owned()
            );
        }
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(format!("the address of the tracker `{url}` is neither http:// nor https://"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("the address of the tracker `{url}` has more than a host and a path"));
        }
        Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), url })
    }

    /// It, without a slash at its end.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port alone.
    pub(super) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether it is reached by TLS.
    pub(super) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The address of a path of the API, or of a page that an answer has named, if that is the API's.
    pub(super) fn address(&self, path: &str) -> Option<Url> {
        let url = match path.starts_with('/') {
            true => Url::parse(&format!("{}{path}", self.text)),
            false => Url::parse(path),
        };
        url.ok().filter(|url| self.has(url))
    }

    /// Whether an address is on this server: same scheme, host and port, and nobody else's name before it.
    pub(super) fn is_origin_of(&self, url: &Url) -> bool {
        url.scheme() == self.url.scheme()
            && url.host_str() == self.url.host_str()
            && url.port_or_known_default() == self.url.port_or_known_default()
            && url.username().is_empty()
            && url.password().is_none()
    }

    /// Whether an address is on this server, and below the path of the API.
    fn has(&self, url: &Url) -> bool {
        let prefix = self.url.path().trim_end_matches('/');
        self.is_origin_of(url) && url.path().strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_below_the_base_are_taken() {
        let base = Base::parse("https://git.example/api/v3/").unwrap();
        assert_eq!(base.as_str(), "https://git.example/api/v3");
        assert_eq!(base.address("/user").unwrap().as_str(), "https://git.example/api/v3/user");
        assert!(base.address("https://GIT.example:443/api/v3/repositories/1/issues?page=2").is_some());
        for other in [
            "http://git.example/api/v3/user",
            "https://git.example:8443/api/v3/user",
            "https://git.example.evil/api/v3/user",
            "https://git.example@evil.example/api/v3/user",
            "https://me@git.example/api/v3/user",
            "https://git.example/api/v3/../v4/user",
            "https://git.example/api/v33/user",
            "https://git.example/user",
            "//evil.example/api/v3/user",
            "file:///api/v3/user",
            "next",
        ] {
            let address = base.address(other);
            assert!(address.as_ref().is_none_or(|url| url.host_str() == Some("git.example")), "{other}: {address:?}");
            assert!(other.starts_with("//") || address.is_none(), "{other}: {address:?}");
        }
    }

    #[test]
    fn what_is_no_address_of_an_api_is_refused_without_its_password() {
        for (text, said) in [
            ("api.github.com", "none"),
            ("ftp://api.github.com", "neither http:// nor https://"),
            ("https://me:s3cret@api.github.com", "user or password"),
            ("https://api.github.com/?x=1", "more than a host and a path"),
        ] {
            let refused = Base::parse(text).unwrap_err();
            assert!(refused.contains(said) && !refused.contains("s3cret"), "{refused}");
        }
    }
}
