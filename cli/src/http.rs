//! How requests leave the program, whoever they go to: clients, TLS, and what people are told of what failed.

use std::error::Error;
use std::time::Duration;

use gardener_engine::render::neutral;
use reqwest::{Client, ClientBuilder, redirect, retry};
use rustls::{ClientConfig, RootCertStore};

use crate::terminal;

/// How long a connection may take.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);
/// For how long a connection without work is kept, where one may be used again.
const IDLE: Duration = Duration::from_secs(55);
/// How long a detail may be.
const LONGEST: usize = 300;

/// A client that follows nothing and tries nothing again; proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) it
/// knows by itself. `is_https` is whether there must be certificates to know the server by.
pub(crate) fn client(is_https: bool, timeout: Duration) -> Result<Client, String> {
    built(builder(is_https)?.timeout(timeout))
}

/// The same for what takes as long as it takes, as long as something comes: within `patience` there is a piece of it.
pub(crate) fn downloading_client(is_https: bool, patience: Duration) -> Result<Client, String> {
    built(builder(is_https)?.read_timeout(patience))
}

/// The same for what asks for page after page: a connection is used again, for what only reads can be sent once more.
pub(crate) fn paging_client(is_https: bool, patience: Duration) -> Result<Client, String> {
    built(builder(is_https)?.read_timeout(patience).pool_max_idle_per_host(1).pool_idle_timeout(IDLE))
}

fn built(builder: ClientBuilder) -> Result<Client, String> {
    builder.build().map_err(|error| format!("HTTP cannot be set up: {}", cause(&error)))
}

fn builder(is_https: bool) -> Result<ClientBuilder, String> {
    Ok(Client::builder()
        .tls_backend_preconfigured(tls(is_https)?)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(CONNECT)
        // Each request has a connection of its own: on one that the server is just giving up a write could be lost,
        // and nobody would know whether it was done.
        .pool_max_idle_per_host(0))
}

/// TLS with the certificates that the system trusts.
fn tls(is_https: bool) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() && is_https {
        return Err("there are no certificates to know servers by: name a file of them by SSL_CERT_FILE".to_owned());
    }
    let provider = rustls::crypto::ring::default_provider();
    let builder = ClientConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| format!("TLS cannot be set up: {error}"))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// An error, and what lies below it.
pub(crate) fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

/// What is at the bottom of an error: what lies above says that something failed, and quotes addresses.
pub(crate) fn cause(error: &(dyn Error + 'static)) -> String {
    sources(error).last().map(ToString::to_string).unwrap_or_default()
}

/// Text from outside on one line, bounded, and fit to be shown.
pub(crate) fn fit(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    neutral::shortened(&terminal::clean(&line), LONGEST)
}
