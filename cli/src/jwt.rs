//! Tokens that are signed with a private key, RS256: GitHub Apps and Google's service accounts say by them who they are.
//!
//! octocrab could make those of an App, with one of two libraries of cryptography that the program does without otherwise: a
//! second one in C, or one whose RSA lets a key be guessed from the time it takes (RUSTSEC-2023-0071). ring signs, as it does for TLS.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::RsaSigningKey;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::{Signer, SigningKey};
use serde_json::{Value, json};

use crate::secret::Secret;

/// A private key that signs.
#[derive(Debug)]
pub(crate) struct Key {
    signer: Box<dyn Signer>,
    /// Its name among the keys of its owner, where it has one.
    id: Option<String>,
}

impl Key {
    /// By its text in PEM; nothing where that is no RSA key.
    pub(crate) fn from_pem(pem: &str, id: Option<String>) -> Option<Self> {
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()?;
        let signer = RsaSigningKey::new(&der).ok()?.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])?;
        Some(Self { signer, id })
    }

    /// A token that claims this; nothing where the key signs nothing.
    pub(crate) fn signed(&self, claims: &Value) -> Option<Secret> {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let mut head = json!({ "typ": "JWT", "alg": "RS256" });
        if let (Some(id), Value::Object(head)) = (&self.id, &mut head) {
            head.insert("kid".to_owned(), Value::from(id.as_str()));
        }
        let message = format!("{}.{}", part(&head), part(claims));
        let signature = self.signer.sign(message.as_bytes()).ok()?;
        Some(Secret::new(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))))
    }
}
