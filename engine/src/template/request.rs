//! Requests: the method, the shape of the route, and the class of the status.

use crate::entry::{Data, Number, Value};

use super::WILDCARD;

/// Segments of a path that are told.
const SEGMENTS: usize = 8;
/// Words of a segment from which on it is taken for the title of a page: `how-to-cook-a-good-soup`.
const SLUG_WORDS: usize = 5;
/// Characters of a segment from which on it is taken for a token.
const TOKEN: usize = 32;

/// Names with digits that mean something all the same.
pub(crate) const NAMES: [&str; 20] = [
    "ipv4", "ipv6", "http2", "http3", "oauth2", "utf8", "base64", "k8s", "x509", "sha1", "sha256", "md5", "s3", "ec2",
    "grpc2", "tls1", "h2", "p99", "log4j", "i18n",
];

/// Appends `GET /api/<*> 5xx`, of an `httpRequest` or of a request log of App Engine.
pub(super) fn write(request: Value<'_>, template: &mut String) {
    let part = |names: [&str; 3]| request.get(|key| names.contains(&key));
    let text = |names| part(names).and_then(|value| value.as_text());
    let method = text(["requestMethod", "request_method", "method"]).filter(|method| !method.trim().is_empty());
    template.push_str(&method.map_or("request".to_owned(), |method| method.trim().to_ascii_uppercase()));
    if let Some(url) = text(["requestUrl", "request_url", "resource"]) {
        template.push(' ');
        write_route(url, template);
    }
    let status = match part(["status", "responseStatus", "response_status"]).map(|status| status.data()) {
        Some(Data::Number(Number::Unsigned(status))) => Some(status),
        Some(Data::Text(text)) => text.trim().parse().ok(),
        _ => None,
    };
    match status.map(|status| status / 100) {
        Some(class @ 1..=9) => template.push_str(&format!(" {class}xx")),
        _ => template.push_str(" without status"),
    }
}

/// Appends the path of a URL, its segments that look like values masked; query, fragment and what stands behind `;` are left out.
fn write_route(url: &str, template: &mut String) {
    let path =
        url.split_once("://").map_or(url, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"));
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut segments = path.split('/').filter_map(|segment| {
        let segment = segment.split(';').next().unwrap_or(segment).trim();
        (!segment.is_empty()).then_some(segment)
    });
    let start = template.len();
    for segment in segments.by_ref().take(SEGMENTS) {
        template.push('/');
        write_segment(segment, template);
    }
    if segments.next().is_some() {
        template.push_str("/…");
    } else if template.len() == start {
        template.push('/');
    }
}

/// Appends a segment: a word as it is, a value as a wildcard, with the ending of a file, the verb of Google's
/// [custom methods](https://google.aip.dev/136) and the name of an [OData](https://www.odata.org) collection kept.
fn write_segment(segment: &str, template: &mut String) {
    if !is_variable(segment) {
        return template.push_str(segment);
    }
    let is_word = |text: &str| !text.is_empty() && text.len() <= 24 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if let Some((name, _)) =
        segment.strip_suffix(')').and_then(|rest| rest.split_once('(')).filter(|(name, _)| is_word(name))
    {
        template.push_str(name);
        template.push_str("(<*>)");
        return;
    }
    template.push_str(WILDCARD);
    let ending = segment.rsplit_once(':').filter(|(_, verb)| is_word(verb)).map(|(_, verb)| (':', verb));
    let ending = ending.or_else(|| {
        let is_file = |(_, ending): &(&str, &str)| is_word(ending) && ending.len() <= 5 && !segment.contains('@');
        segment.rsplit_once('.').filter(is_file).map(|(_, ending)| ('.', ending))
    });
    if let Some((mark, ending)) = ending {
        template.push(mark);
        template.push_str(ending);
    }
}

/// Whether a segment differs from request to request: numbers, dates, ids, e-mail addresses, tokens, titles of pages, what is
/// percent-encoded, and what redaction left. Versions of an API are words.
fn is_variable(segment: &str) -> bool {
    let name = segment.rsplit_once('.').filter(|(_, ending)| ending.len() <= 5).map_or(segment, |(name, _)| name);
    let name = name.split(':').next().unwrap_or(name);
    if is_version(name) || NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return false;
    }
    let is_hex = segment.len() >= 8 && segment.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let has_mixed_case =
        segment.bytes().any(|b| b.is_ascii_uppercase()) && segment.bytes().any(|b| b.is_ascii_lowercase());
    segment.contains(|c: char| c.is_ascii_digit() || matches!(c, '@' | '%' | '*' | '=' | '\\'))
        || segment.starts_with("REDACTED")
        || is_hex
        || segment.len() >= TOKEN
        || segment.len() >= 20 && has_mixed_case && !segment.contains(['.', '-', '_'])
        || segment.split(['-', '_']).filter(|word| !word.is_empty()).count() >= SLUG_WORDS
}

/// `v1`, `v2beta1`, `v1.1`.
fn is_version(segment: &str) -> bool {
    let Some(rest) = segment.strip_prefix(['v', 'V']) else { return false };
    let digits = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let stage = rest.get(digits..).unwrap_or("").trim_end_matches(|c: char| c.is_ascii_digit());
    (1..=4).contains(&digits) && matches!(stage, "" | "alpha" | "beta" | "rc" | "p" | "preview")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(url: &str) -> String {
        let mut template = String::new();
        write_route(url, &mut template);
        template
    }

    #[test]
    fn routes_keep_words_and_lose_values() {
        for (url, expected) in [
            ("https://shop.example.com/cart/add?session=tok_live_9f8e", "/cart/add"),
            ("https://shop.example.com", "/"),
            ("https://shop.example.com?x=1", "/"),
            ("/", "/"),
            ("//api//users/", "/api/users"),
            ("/api/v1/users/42", "/api/v1/users/<*>"),
            ("/api/v2beta1/users/me#top", "/api/v2beta1/users/me"),
            ("/chat/443084fd-212a-4d17-a70c-807faa536f7b", "/chat/<*>"),
            ("/chat/443084FD212A4D17A70C807FAA536F7B/messages", "/chat/<*>/messages"),
            ("/commits/deadbeefcafe", "/commits/<*>"),
            ("/users/a.b@example.com/orders", "/users/<*>/orders"),
            ("/users/***@example.com/orders", "/users/<*>/orders"),
            ("/users/REDACTED", "/users/<*>"),
            ("/reports/2025-11-26", "/reports/<*>"),
            ("/blog/my-post-2023-10", "/blog/<*>"),
            ("/blog/how-to-cook-a-good-soup", "/blog/<*>"),
            ("/forgot-my-password", "/forgot-my-password"),
            ("/files/My%20Report.pdf", "/files/<*>.pdf"),
            ("/static/main.8f3a2b1c.js", "/static/<*>.js"),
            ("/static/logo.png", "/static/logo.png"),
            ("/cart;jsessionid=5AC6268DD8D4D5D1FDF5D41E9F2FD960", "/cart"),
            ("/map/color=red;lat=50", "/map/<*>"),
            ("/v1/projects/shop-123/topics/orders-9:publish", "/v1/projects/<*>/topics/<*>:publish"),
            ("/pools/default/docs/user:123", "/pools/default/docs/<*>"),
            ("/odata/Orders(17)", "/odata/Orders(<*>)"),
            ("/oauth2/token", "/oauth2/token"),
            ("/a/b/c/d/e/f/g/h/i/j", "/a/b/c/d/e/f/g/h/…"),
            ("/invite/kJhGfDsApOiUyTrEwQzXc", "/invite/<*>"),
        ] {
            assert_eq!(route(url), expected, "{url}");
        }
    }

    #[test]
    fn a_route_of_any_length_is_short() {
        assert!(route(&"/segment".repeat(10_000)).len() < 100);
        assert!(route(&format!("/{}", "é".repeat(10_000))).len() < 100);
    }
}
