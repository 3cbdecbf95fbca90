//! How a GitHub App says who it is: by a token that is signed with its key.
//!
//! octocrab could make it, with one of two libraries of cryptography that the program does without otherwise: a second one in C,
//! or one whose RSA lets a key be guessed from the time it takes (RUSTSEC-2023-0071). ring signs, as it does for TLS.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::RsaSigningKey;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::{Signer, SigningKey};
use serde_json::{Value, json};

use super::secret::Secret;
use crate::tracker::{Kind, Trouble};

/// How far this machine's clock may be ahead of GitHub's, in seconds.
const AHEAD: i64 = 60;
/// For how many seconds a token is good. GitHub accepts ten minutes at most.
const LIFE: i64 = 9 * 60;

/// What signs for an App.
pub(super) struct App {
    id: u64,
    signer: Box<dyn Signer>,
}

impl App {
    /// By the App's number, and its private key.
    pub(super) fn new(id: u64, key: &Secret) -> Result<Self, String> {
        let signer = PrivateKeyDer::from_pem_slice(key.reveal().as_bytes())
            .ok()
            .and_then(|der| RsaSigningKey::new(&der).ok())
            .and_then(|key| key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]));
        match signer {
            Some(signer) => Ok(Self { id, signer }),
            None => Err("the private key of the GitHub App is no RSA key in PEM".to_owned()),
        }
    }

    /// A token from a time on, in seconds of Unix.
    pub(super) fn token(&self, now: i64) -> Result<Secret, Trouble> {
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({ "typ": "JWT", "alg": "RS256" }));
        let claims = part(json!({ "iat": now - AHEAD, "exp": now + LIFE, "iss": self.id }));
        let message = format!("{head}.{claims}");
        let signature = self.signer.sign(message.as_bytes());
        let signature =
            signature.map_err(|_| Trouble::new(Kind::Unauthorized, "the GitHub App's key signs nothing"))?;
        Ok(Secret::new(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))))
    }
}
