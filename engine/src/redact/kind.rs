//! The built-in redactions: their names, what they take out, and whether they are on by default.

/// One built-in redaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Kind {
    PrivateKey,
    UrlPassword,
    Credential,
    Cookie,
    NamedSecret,
    Jwt,
    GoogleKey,
    GithubToken,
    GitlabToken,
    SlackToken,
    StripeKey,
    AiKey,
    AwsKey,
    AzureKey,
    NpmToken,
    SendgridKey,
    TwilioKey,
    VendorToken,
    CreditCard,
    IpAddress,
    Email,
}

impl Kind {
    /// All of them; where two claim the same text, the earlier one gets it.
    pub(super) const ALL: [Self; 21] = [
        Self::PrivateKey,
        Self::UrlPassword,
        Self::Credential,
        Self::Cookie,
        Self::NamedSecret,
        Self::Jwt,
        Self::GoogleKey,
        Self::GithubToken,
        Self::GitlabToken,
        Self::SlackToken,
        Self::StripeKey,
        Self::AiKey,
        Self::AwsKey,
        Self::AzureKey,
        Self::NpmToken,
        Self::SendgridKey,
        Self::TwilioKey,
        Self::VendorToken,
        Self::CreditCard,
        Self::IpAddress,
        Self::Email,
    ];

    /// Its stable name, as packs and counts write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "private-key",
            Self::UrlPassword => "url-password",
            Self::Credential => "credential",
            Self::Cookie => "cookie",
            Self::NamedSecret => "named-secret",
            Self::Jwt => "jwt",
            Self::GoogleKey => "google-key",
            Self::GithubToken => "github-token",
            Self::GitlabToken => "gitlab-token",
            Self::SlackToken => "slack-token",
            Self::StripeKey => "stripe-key",
            Self::AiKey => "ai-key",
            Self::AwsKey => "aws-key",
            Self::AzureKey => "azure-key",
            Self::NpmToken => "npm-token",
            Self::SendgridKey => "sendgrid-key",
            Self::TwilioKey => "twilio-key",
            Self::VendorToken => "vendor-token",
            Self::CreditCard => "credit-card",
            Self::IpAddress => "ip-address",
            Self::Email => "email",
        }
    }

    /// What it takes out, for people.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::PrivateKey => "private key blocks (PEM, OpenSSH, PGP), whole or cut short",
            Self::UrlPassword => "passwords in URLs and connection strings: `postgres://user:REDACTED@host`",
            Self::Credential => "bearer, basic and other credentials of `Authorization`",
            Self::Cookie => "the values of `Cookie` and `Set-Cookie`",
            Self::NamedSecret => {
                "values whose name says that they are secret: `password=REDACTED`, `\"api_key\": \"REDACTED\"`"
            }
            Self::Jwt => "JSON Web Tokens, whole or cut short",
            Self::GoogleKey => "Google API keys, OAuth tokens and client secrets",
            Self::GithubToken => "GitHub tokens",
            Self::GitlabToken => "GitLab tokens",
            Self::SlackToken => "Slack tokens and webhook addresses",
            Self::StripeKey => "Stripe secret keys and webhook secrets",
            Self::AiKey => "keys of OpenAI, Anthropic and others that begin with `sk-`",
            Self::AwsKey => "AWS access key ids (secret access keys go by their name)",
            Self::AzureKey => "Azure account keys and shared access signatures",
            Self::NpmToken => "npm and PyPI tokens",
            Self::SendgridKey => "SendGrid keys",
            Self::TwilioKey => "Twilio key ids",
            Self::VendorToken => {
                "tokens of other services that mark theirs: Hugging Face, Docker Hub, Vault, Shopify …"
            }
            Self::CreditCard => "numbers of credit cards",
            Self::IpAddress => "IP addresses, v4 and v6",
            Self::Email => "e-mail addresses, keeping the domain: `***@example.com`",
        }
    }

    /// Whether it is on unless a pack says otherwise. Addresses of machines are what people read logs for.
    pub(super) fn is_default(self) -> bool {
        self != Self::IpAddress
    }

    /// What stands in the place of what it takes out.
    pub(super) fn mask(self) -> &'static str {
        if self == Self::Email { "***" } else { "REDACTED" }
    }
}

/// A set of built-in redactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u32);

impl Default for Kinds {
    fn default() -> Self {
        let mut kinds = Self(0);
        for kind in Kind::ALL {
            kinds.set(kind, kind.is_default());
        }
        kinds
    }
}

impl Kinds {
    pub(super) fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    pub(super) fn set(&mut self, kind: Kind, on: bool) {
        if on {
            self.0 |= 1 << kind as u32;
        } else {
            self.0 &= !(1 << kind as u32);
        }
    }
}
