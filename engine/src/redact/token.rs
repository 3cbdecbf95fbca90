//! Secrets that are known by how they begin.

use super::ascii::{at, begins, is_base64url, part, run, run_word};
use super::block::word_end;
use super::edit::Edits;
use super::kind::Kind;

/// How the tokens of one kind look.
#[derive(Debug)]
pub(super) struct Shape {
    /// How they begin.
    pub(super) prefix: &'static str,
    kind: Kind,
    /// What they are made of behind that.
    body: Body,
    /// How long they are behind that, at least: less than the real ones, for logs cut.
    least: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    /// Letters and digits.
    Plain,
    /// And `_`.
    Word,
    /// And `-`.
    Url,
    /// And `.`.
    Dotted,
    /// And `/`, `%`, `+`, `=`.
    Path,
    /// As `Url`, with at least one digit or capital, so that it is no word such as `sk-learn-contrib-project`.
    Mixed,
    /// Exactly so many capitals and digits.
    ExactCapitals,
    /// Exactly so many hexadecimal digits.
    ExactHex,
    /// Like a JSON Web Token: parts joined by dots.
    Jwt,
    /// Two parts joined by a dot.
    TwoParts,
}

const fn shape(prefix: &'static str, kind: Kind, body: Body, least: usize) -> Shape {
    Shape { prefix, kind, body, least }
}

/// All shapes. The lengths are those of the vendors' own documents and of the patterns of gitleaks
/// (<https://github.com/gitleaks/gitleaks>), made shorter where a cut token would still be worth something.
pub(super) const SHAPES: [Shape; 80] = [
    shape("eyJ", Kind::Jwt, Body::Jwt, 13),
    shape("AIza", Kind::GoogleKey, Body::Url, 24),
    shape("ya29.", Kind::GoogleKey, Body::Dotted, 10),
    shape("1//0", Kind::GoogleKey, Body::Url, 24),
    shape("GOCSPX-", Kind::GoogleKey, Body::Url, 12),
    shape("ghp_", Kind::GithubToken, Body::Plain, 12),
    shape("gho_", Kind::GithubToken, Body::Plain, 12),
    shape("ghs_", Kind::GithubToken, Body::Dotted, 12),
    shape("ghu_", Kind::GithubToken, Body::Plain, 12),
    shape("ghr_", Kind::GithubToken, Body::Plain, 12),
    shape("github_pat_", Kind::GithubToken, Body::Word, 12),
    shape("glpat-", Kind::GitlabToken, Body::Dotted, 12),
    shape("gldt-", Kind::GitlabToken, Body::Url, 12),
    shape("glrt-", Kind::GitlabToken, Body::Dotted, 12),
    shape("glcbt-", Kind::GitlabToken, Body::Url, 12),
    shape("glptt-", Kind::GitlabToken, Body::Url, 12),
    shape("gloas-", Kind::GitlabToken, Body::Url, 12),
    shape("glsoat-", Kind::GitlabToken, Body::Url, 12),
    shape("xoxb-", Kind::SlackToken, Body::Path, 10),
    shape("xoxp-", Kind::SlackToken, Body::Path, 10),
    shape("xoxa-", Kind::SlackToken, Body::Path, 10),
    shape("xoxr-", Kind::SlackToken, Body::Path, 10),
    shape("xoxs-", Kind::SlackToken, Body::Path, 10),
    shape("xoxe-", Kind::SlackToken, Body::Path, 10),
    shape("xoxc-", Kind::SlackToken, Body::Path, 10),
    shape("xoxd-", Kind::SlackToken, Body::Path, 10),
    shape("xoxe.xox", Kind::SlackToken, Body::Path, 10),
    shape("xapp-", Kind::SlackToken, Body::Path, 10),
    shape("hooks.slack.com/services/", Kind::SlackToken, Body::Path, 6),
    shape("hooks.slack.com/workflows/", Kind::SlackToken, Body::Path, 6),
    shape("hooks.slack.com/triggers/", Kind::SlackToken, Body::Path, 6),
    shape("sk_live_", Kind::StripeKey, Body::Word, 8),
    shape("rk_live_", Kind::StripeKey, Body::Word, 8),
    shape("sk_test_", Kind::StripeKey, Body::Word, 8),
    shape("rk_test_", Kind::StripeKey, Body::Word, 8),
    shape("whsec_", Kind::StripeKey, Body::Path, 12),
    shape("sk-", Kind::AiKey, Body::Mixed, 16),
    shape("AKIA", Kind::AwsKey, Body::ExactCapitals, 16),
    shape("ASIA", Kind::AwsKey, Body::ExactCapitals, 16),
    shape("npm_", Kind::NpmToken, Body::Plain, 24),
    shape("pypi-AgE", Kind::NpmToken, Body::Url, 24),
    shape("SG.", Kind::SendgridKey, Body::TwoParts, 16),
    shape("SK0", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SK1", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SK2", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SK3", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SK4", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SK5", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SK6", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SK7", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SK8", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SK9", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SKa", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SKb", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SKc", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SKd", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SKe", Kind::TwilioKey, Body::ExactHex, 31),
    shape("SKf", Kind::TwilioKey, Body::ExactHex, 31),
    shape("hf_", Kind::VendorToken, Body::Plain, 24),
    shape("dckr_pat_", Kind::VendorToken, Body::Url, 16),
    shape("dckr_oat_", Kind::VendorToken, Body::Url, 16),
    shape("hvs.", Kind::VendorToken, Body::Url, 20),
    shape("hvb.", Kind::VendorToken, Body::Url, 20),
    shape("shpat_", Kind::VendorToken, Body::Plain, 20),
    shape("shpss_", Kind::VendorToken, Body::Plain, 20),
    shape("lin_api_", Kind::VendorToken, Body::Plain, 20),
    shape("dop_v1_", Kind::VendorToken, Body::Plain, 24),
    shape("doo_v1_", Kind::VendorToken, Body::Plain, 24),
    shape("gsk_", Kind::VendorToken, Body::Plain, 24),
    shape("xai-", Kind::VendorToken, Body::Plain, 24),
    shape("pplx-", Kind::VendorToken, Body::Plain, 24),
    shape("sq0csp-", Kind::VendorToken, Body::Url, 20),
    shape("sntrys_", Kind::VendorToken, Body::Path, 20),
    shape("figd_", Kind::VendorToken, Body::Url, 20),
    shape("ATATT3", Kind::VendorToken, Body::Path, 20),
    shape("PMAK-", Kind::VendorToken, Body::Url, 20),
    shape("discord.com/api/webhooks/", Kind::VendorToken, Body::Path, 12),
    shape("discordapp.com/api/webhooks/", Kind::VendorToken, Body::Path, 12),
    shape("glsa_", Kind::VendorToken, Body::Word, 20),
    shape("AGE-SECRET-KEY-1", Kind::VendorToken, Body::Plain, 20),
];

/// Looks at the prefix of a shape at a place; says where to look on.
pub(super) fn find(text: &[u8], place: usize, shape: &Shape, edits: &mut Edits) -> usize {
    let body = place + shape.prefix.len();
    let is_strict = matches!(shape.body, Body::Mixed | Body::TwoParts);
    let last = super::ascii::before(text, place);
    if !begins(text, place) || (is_strict && matches!(last, b'-' | b'_' | b'.')) {
        return place + 1;
    }
    let end = end(text, body, shape.body);
    let length = end - body;
    let fits = match shape.body {
        Body::ExactCapitals | Body::ExactHex => length == shape.least && !at(text, end).is_ascii_alphanumeric(),
        Body::Mixed => length >= shape.least && is_mixed(part(text, body, end)),
        Body::TwoParts => {
            let dot = run(text, body, is_base64url);
            dot - body >= shape.least && end - dot > shape.least
        }
        _ => length >= shape.least,
    };
    if !fits {
        return place + 1;
    }
    // The address of a webhook says where, its path is the secret.
    let start = if shape.prefix.ends_with('/') { body } else { place };
    edits.push(start, end, shape.kind);
    end
}

fn end(text: &[u8], from: usize, body: Body) -> usize {
    match body {
        Body::ExactCapitals => run(text, from, |b| b.is_ascii_uppercase() || b.is_ascii_digit()),
        Body::ExactHex => run(text, from, |b| b.is_ascii_hexdigit()),
        Body::Plain => word_end(text, from),
        Body::Word => run_word(text, from, |b| b == b'_'),
        Body::Url | Body::Mixed => run_word(text, from, is_base64url),
        Body::Path => run_word(text, from, |b| is_base64url(b) || matches!(b, b'/' | b'%' | b'+' | b'=')),
        Body::Dotted | Body::Jwt | Body::TwoParts => {
            let mut end = run_word(text, from, |b| is_base64url(b) || matches!(b, b'=' | b'+'));
            // A dot counts only between two parts, one of which may be empty in a JWT: the last one may end a sentence.
            loop {
                let dots = run(text, end, |b| b == b'.') - end;
                let is_joint = dots == 1 || (dots == 2 && body == Body::Jwt);
                if !is_joint || !is_base64url(at(text, end + dots)) {
                    break;
                }
                end = run_word(text, end + dots, |b| is_base64url(b) || matches!(b, b'=' | b'+'));
            }
            end
        }
    }
}

fn is_mixed(body: &[u8]) -> bool {
    body.iter().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}
