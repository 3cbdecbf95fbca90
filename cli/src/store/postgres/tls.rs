//! TLS to a database, with as much trust as the URL asks for.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::database::{Fault, Trouble};

/// How far a server is to be trusted, and what by.
#[derive(Debug)]
pub(super) struct Tls {
    pub(super) trust: Trust,
    /// A file of certificates; the system's where none is named.
    pub(super) roots: Option<String>,
}

/// Whom to talk to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Whoever answers: nobody can listen, but nobody knows who it is. That is what libpq's `require` means.
    Anyone,
    /// Whoever has a certificate that is signed by one of the roots.
    Signed,
    /// Only if that certificate is the host's.
    SignedForHost,
}

/// What makes connections.
pub(super) fn connector(tls: &Tls) -> Result<MakeRustlsConnect, Fault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let broken = |error: Error| Fault::new(Trouble::Other, format!("TLS cannot be set up: {error}"));
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(broken)?;
    let verifier: Arc<dyn ServerCertVerifier> = match tls.trust {
        Trust::Anyone => Arc::new(Lenient { provider, roots: None }),
        trust => {
            let roots = Arc::new(roots(tls.roots.as_deref())?);
            let strict = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
            let strict =
                strict.map_err(|error| Fault::new(Trouble::Other, format!("TLS cannot be set up: {error}")))?;
            match trust {
                Trust::SignedForHost => strict,
                _ => Arc::new(Lenient { provider, roots: Some(strict) }),
            }
        }
    };
    let config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn roots(file: Option<&str>) -> Result<RootCertStore, Fault> {
    let mut roots = RootCertStore::empty();
    let found = match file {
        Some(path) => {
            let unreadable = |why: String| {
                Fault::new(
                    Trouble::BadAddress,
                    format!("the certificates of its sslrootcert `{path}` cannot be read: {why}"),
                )
            };
            let read = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))?;
            let read: Result<Vec<_>, _> = read.collect();
            read.map_err(|error| unreadable(error.to_string()))?
        }
        None => rustls_native_certs::load_native_certs().certs,
    };
    roots.add_parsable_certificates(found);
    match roots.is_empty() {
        true => Err(Fault::new(
            Trouble::BadAddress,
            "there are no certificates to know the server by: name a file of them by `sslrootcert=`",
        )),
        false => Ok(roots),
    }
}

/// Asks less of a certificate than that it be the host's own.
#[derive(Debug)]
struct Lenient {
    provider: Arc<CryptoProvider>,
    /// What must have signed it, if anything.
    roots: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(roots) = &self.roots else { return Ok(ServerCertVerified::assertion()) };
        match roots.verify_server_cert(certificate, between, host, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
