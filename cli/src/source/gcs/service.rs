//! What `object_store` is given: the program's HTTP client, and its tokens.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use object_store::gcp::GcpCredential;
use object_store::{ClientOptions, CredentialProvider};
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, HeaderValue};
use reqwest::{Client, Url};

use super::super::gcp::{Tokens, Trouble};
use super::Shared;
use crate::http::{cause, downloading_client};
use crate::secret::Secret;

/// How long nothing may come of an answer.
const SILENCE: Duration = Duration::from_secs(60);
/// Bytes of a refusal that are looked at.
const LONGEST: usize = 64 << 10;
/// The header by which a user's requests name who pays for them.
const QUOTA_PROJECT: &str = "x-goog-user-project";

/// Carries requests.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    client: Client,
    payer: Option<HeaderValue>,
}

impl Connector {
    pub(super) fn new(is_https: bool, payer: Option<&str>) -> Result<Self, String> {
        let payer = payer.map(HeaderValue::from_str).transpose();
        let payer = payer.map_err(|_| "the project that is to pay for requests is none".to_owned())?;
        Ok(Self { client: downloading_client(is_https, SILENCE)?, payer })
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Connector {
    /// Nothing is written, so that requests have no bodies. Objects that are kept packed are to come as they are, with their
    /// length, and not unpacked on the way: the program unpacks them itself.
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, _) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        if let Some(payer) = &self.payer {
            request.headers_mut().insert(QUOTA_PROJECT, payer.clone());
        }
        let token = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = Secret::new(token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default());
        let answer = self.client.execute(request).await.map_err(lost)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if !status.is_success() {
            return Err(refused(answer, &token).await);
        }
        let body = HttpResponseBody::new(reqwest::Body::from(answer).map_err(lost));
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// What a server says that does not do what it is asked. For the crate this is an error of the connection, so that what is said can be
/// told; what may pass is tried again.
async fn refused(mut answer: reqwest::Response, token: &Secret) -> HttpError {
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Ok(Some(piece)) = answer.chunk().await
        && body.len() < LONGEST
    {
        body.extend_from_slice(&piece);
    }
    let kind = if matches!(status, 408 | 429 | 500..) { HttpErrorKind::Request } else { HttpErrorKind::Unknown };
    HttpError::new(kind, Refused { status, body: token.out_of(&String::from_utf8_lossy(&body)) })
}

/// That a server does not do what it is asked.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: u16,
    pub(super) body: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)
    }
}

impl Error for Refused {}

/// Nothing is written, so that all of these may be tried again.
fn lost(error: reqwest::Error) -> HttpError {
    let kind = match () {
        () if error.is_connect() => HttpErrorKind::Connect,
        () if error.is_timeout() => HttpErrorKind::Timeout,
        () if error.is_builder() => HttpErrorKind::Unknown,
        () => HttpErrorKind::Interrupted,
    };
    HttpError::new(kind, Lost(cause(&error as &(dyn Error + 'static))))
}

/// What was at the bottom of an error, without the address.
#[derive(Debug)]
struct Lost(String);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Lost {}

/// Keeps tokens.
#[derive(Clone)]
pub(super) struct Keeper(Shared);

impl Keeper {
    pub(super) fn new(tokens: Box<dyn Tokens>) -> Self {
        Self(Arc::new(Mutex::new(tokens)))
    }

    /// Lets go of a token that was refused; whether another one can be had.
    pub(super) fn forget(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).forget()
    }
}

impl fmt::Debug for Keeper {
    /// Without what nobody may see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}

#[async_trait]
impl CredentialProvider for Keeper {
    type Credential = GcpCredential;

    /// Whoever has tokens waits for them, which must not happen where others wait.
    async fn get_credential(&self) -> object_store::Result<Arc<GcpCredential>> {
        let tokens = Arc::clone(&self.0);
        let ask = move || tokens.lock().unwrap_or_else(PoisonError::into_inner).token();
        let token =
            tokio::task::spawn_blocking(ask).await.map_err(|source| object_store::Error::JoinError { source })?;
        match token {
            Ok(token) => Ok(Arc::new(GcpCredential { bearer: token.reveal().to_owned() })),
            Err(trouble) => Err(object_store::Error::Generic { store: "GCS", source: Box::new(NoToken(trouble)) }),
        }
    }
}

/// That there is no token.
#[derive(Debug)]
pub(super) struct NoToken(pub(super) Trouble);

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        self.0.help.iter().try_for_each(|help| write!(f, "; {help}"))
    }
}

impl Error for NoToken {}
