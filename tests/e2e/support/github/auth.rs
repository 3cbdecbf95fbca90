//! Who asks: tokens, the App and its installations.

use serde_json::{Value, json};

use super::call::Call;
use super::clock::{self, Seconds};
use super::http::Response;
use super::json;
use super::validate;
use super::world::World;

/// A token that is valid, or was.
#[derive(Clone, Debug)]
pub struct Token {
    /// Whose it is.
    pub login: String,
    /// Whether it is a person's; others cannot ask who they are.
    pub is_person: bool,
    /// When it ends.
    pub expires: Option<Seconds>,
}

impl Token {
    pub fn of_person(login: &str) -> Self {
        Self { login: login.to_owned(), is_person: true, expires: None }
    }

    /// A workflow's `GITHUB_TOKEN`.
    pub fn of_workflow() -> Self {
        Self { login: "github-actions[bot]".to_owned(), is_person: false, expires: None }
    }
}

/// The GitHub App and its one installation.
#[derive(Clone, Debug)]
pub struct App {
    pub id: u64,
    pub slug: String,
    pub installation: u64,
    /// The repositories that it is installed in.
    pub repos: Vec<String>,
    /// For how long its tokens are valid.
    pub token_life: Seconds,
    /// How many tokens it was given.
    pub tokens: usize,
}

impl Default for App {
    fn default() -> Self {
        let slug = "log-gardener".to_owned();
        Self { id: 77, slug, installation: 770, repos: Vec::new(), token_life: 3600, tokens: 0 }
    }
}

/// What a request bears.
#[derive(Clone, Debug)]
pub enum Bearer {
    /// A token of this login.
    Token(Token),
    /// A JSON web token of the App.
    App,
}

impl World {
    /// Who asks, by the header `Authorization`.
    pub fn bearer(&mut self, header: Option<&str>) -> Result<Bearer, Response> {
        let Some(header) = header else {
            self.violate("no header `Authorization`");
            return Err(Response::error(401, "Requires authentication"));
        };
        let (scheme, secret) = header.split_once(' ').unwrap_or_default();
        if !["bearer", "token"].contains(&scheme.to_ascii_lowercase().as_str()) {
            self.violate("an `Authorization` that is neither `Bearer` nor `token`");
            return Err(Response::error(401, "Bad credentials"));
        }
        if secret.split('.').count() == 3 {
            return self.claims(secret).map(|()| Bearer::App).map_err(|why| {
                self.violate(format!("the JSON web token: {why}"));
                Response::error(401, "A JSON web token could not be decoded")
            });
        }
        let now = self.clock();
        let token = self.tokens.get(secret).filter(|token| token.expires.is_none_or(|until| now < until));
        token.cloned().map(Bearer::Token).ok_or_else(|| Response::error(401, "Bad credentials"))
    }

    /// Checks what a JSON web token says of itself; not its signature.
    fn claims(&self, token: &str) -> Result<(), String> {
        let parts: Vec<&str> = token.split('.').collect();
        let part = |at: usize| {
            let bytes = base64(parts[at]).ok_or("not base64url")?;
            serde_json::from_slice::<Value>(&bytes).map_err(|error| error.to_string())
        };
        let (head, claims) = (part(0)?, part(1)?);
        if head["alg"] != "RS256" || base64(parts[2]).is_none_or(|signature| signature.is_empty()) {
            return Err(format!("not signed by RS256: {head}"));
        }
        let issuer = &claims["iss"];
        if issuer.as_u64() != Some(self.app.id) && issuer.as_str() != Some(&self.app.id.to_string()) {
            return Err(format!("issued by {issuer}"));
        }
        let time = |name: &str| claims[name].as_i64().ok_or(format!("no `{name}`"));
        let (issued, expires, now) = (time("iat")?, time("exp")?, self.clock());
        if issued > now || expires <= now || expires > now + 600 {
            return Err(format!("issued at {issued}, until {expires}, and it is {now}"));
        }
        Ok(())
    }

    /// `GET /user`
    pub fn get_user(&mut self, call: &Call) -> Response {
        match &call.token {
            Some(token) if token.is_person => Response::json(200, json::user(&token.login)),
            _ => Response::error(403, "Resource not accessible by integration"),
        }
    }

    /// `GET /app`
    pub fn get_app(&mut self) -> Response {
        let owner = json::user("acme");
        let app = json!({
            "id": self.app.id, "node_id": format!("A_{}", self.app.id), "slug": self.app.slug, "name": "Log Gardener",
            "owner": owner, "description": null, "external_url": "https://example.com", "client_id": "Iv1.emulated",
            "html_url": format!("{}/apps/{}", self.site(), self.app.slug),
            "created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z",
            "permissions": permissions(), "events": [], "installations_count": 1,
        });
        Response::json(200, app)
    }

    /// `GET /repos/{owner}/{repo}/installation`
    pub fn get_installation(&mut self, repo: &str) -> Response {
        if !self.app.repos.iter().any(|it| it == repo) {
            return Response::error(404, "Not Found");
        }
        let id = self.app.installation;
        let access = format!("{}/app/installations/{id}/access_tokens", self.api());
        let installation = json!({
            "id": id, "account": json::user("acme"), "app_id": self.app.id, "app_slug": self.app.slug,
            "target_id": 1, "target_type": "Organization", "repository_selection": "selected",
            "access_tokens_url": access, "repositories_url": format!("{}/installation/repositories", self.api()),
            "html_url": format!("{}/settings/installations/{id}", self.site()),
            "permissions": permissions(), "events": [], "single_file_name": null, "suspended_at": null,
            "created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z",
        });
        Response::json(200, installation)
    }

    /// `POST /app/installations/{id}/access_tokens`
    pub fn post_access_token(&mut self, call: &Call, id: &str) -> Response {
        let known: &[validate::Field] = &[
            ("repositories", validate::strings),
            ("repository_ids", validate::numbers),
            ("permissions", validate::object),
        ];
        if !call.body.is_null()
            && let Err(response) = validate::body(self, call, known, &[])
        {
            return response;
        }
        if id != self.app.installation.to_string() {
            return Response::error(404, "Not Found");
        }
        self.app.tokens += 1;
        let secret = format!("ghs_emulated0installation0token{:010}", self.app.tokens);
        let expires = self.clock() + self.app.token_life;
        let login = format!("{}[bot]", self.app.slug);
        self.tokens.insert(secret.clone(), Token { login, is_person: false, expires: Some(expires) });
        let answer = json!({
            "token": secret, "expires_at": clock::text(expires), "permissions": permissions(),
            "repository_selection": "selected",
        });
        Response::json(201, answer)
    }
}

fn permissions() -> Value {
    json!({ "issues": "write", "metadata": "read" })
}

/// Decodes base64url without padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let digit = DIGITS.iter().position(|it| *it == byte)?;
        held = (held << 6 | u32::try_from(digit).ok()?) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}
