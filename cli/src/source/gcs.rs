//! Objects of Cloud Storage as captures: `gs://bucket/name`, `gs://bucket/folder/`, and patterns.
//!
//! The crate `object_store` knows how objects are listed and read, tries again what passes, and goes on with a download whose
//! connection was dropped. It does so by the HTTP client and by the tokens that the program has already (`service`), not by its
//! own. It is async: `download` waits for it, piece by piece, as files are read.

mod address;
mod download;
mod service;
mod trouble;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt;
use object_store::gcp::{GoogleCloudStorage, GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path;
use object_store::{BackoffConfig, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

use super::gcp::{self, Credentials, Link, Purpose, Tokens};
use super::{Capture, Layout, Place};
use address::Address;
pub(crate) use address::is_address;
pub(super) use download::{Download, Lost};
use service::{Connector, Keeper};

/// Where objects are.
const API: &str = "https://storage.googleapis.com";
/// Objects that one operand may stand for.
const MOST_OBJECTS: usize = 100_000;
/// How often what passes is tried again, in one request and in one download.
const RETRIES: usize = 6;
/// How long is waited before one of these.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long that may take in all.
const PATIENCE: Duration = Duration::from_secs(180);

/// Cloud Storage, or a server that speaks as it does.
pub(crate) struct Storage {
    runtime: Arc<Runtime>,
    connector: Connector,
    base: String,
    /// Nothing where no credentials are wanted.
    keeper: Option<Keeper>,
    buckets: BTreeMap<String, Arc<Bucket>>,
}

/// Whose tokens are sent.
pub(crate) enum Access {
    /// Nobody's: an emulator.
    Open,
    /// Those of these credentials.
    With(Credentials),
}

/// A bucket, and all that is needed to read from it.
pub(super) struct Bucket {
    name: String,
    store: GoogleCloudStorage,
    runtime: Arc<Runtime>,
    keeper: Option<Keeper>,
}

/// One object.
#[derive(Clone)]
pub(super) struct Object {
    bucket: Arc<Bucket>,
    path: Path,
    size: u64,
}

impl Storage {
    /// Sets it up; nothing is sent. `clock` has the time in seconds of Unix, by which tokens grow old.
    pub(crate) fn new(
        endpoint: Option<&str>,
        access: Access,
        quota_project: Option<&str>,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<Self, String> {
        let base = gcp::address(endpoint.unwrap_or(API), "the endpoint of Cloud Storage")?;
        let is_https = base.scheme() == "https";
        let (keeper, payer) = match access {
            Access::Open => (None, None),
            Access::With(credentials) => {
                let payer = quota_project.or(credentials.quota_project()).map(str::to_owned);
                // Where tokens are to be had may be elsewhere.
                let link = Arc::new(Link::new(true).or_else(|_| Link::new(is_https))?);
                let tokens: Box<dyn Tokens> = credentials.tokens(Purpose::OBJECTS, &link, clock)?;
                (Some(Keeper::new(tokens)), payer)
            }
        };
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("HTTP cannot be set up: {error}"))?;
        Ok(Self {
            runtime: Arc::new(runtime),
            connector: Connector::new(is_https, payer.as_deref())?,
            base: base.as_str().trim_end_matches('/').to_owned(),
            keeper,
            buckets: BTreeMap::new(),
        })
    }

    /// The captures that an address stands for, sorted by name.
    ///
    /// # Errors
    /// Why there are none, for people, and whether that is the server's doing.
    pub(crate) fn captures(&mut self, operand: &str) -> Result<Vec<Capture>, (String, bool)> {
        let address = Address::parse(operand).map_err(|why| (why, false))?;
        let bucket = self.bucket(&address.bucket).map_err(|why| (why, false))?;
        let found = bucket.find(&address).map_err(|why| (why, true))?;
        Ok(found
            .into_iter()
            .map(|meta| Capture {
                name: format!("gs://{}/{}", bucket.name, meta.location),
                size: Some(meta.size),
                place: Place::Object(Object { bucket: Arc::clone(&bucket), path: meta.location, size: meta.size }),
                layout: Layout::Found,
            })
            .collect())
    }

    fn bucket(&mut self, name: &str) -> Result<Arc<Bucket>, String> {
        if let Some(bucket) = self.buckets.get(name) {
            return Ok(Arc::clone(bucket));
        }
        let builder = GoogleCloudStorageBuilder::new()
            .with_bucket_name(name)
            .with_http_connector(self.connector.clone())
            .with_config(GoogleConfigKey::BaseUrl, &self.base)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(200),
                    max_backoff: LONGEST_WAIT,
                    ..BackoffConfig::default()
                },
                max_retries: RETRIES,
                retry_timeout: PATIENCE,
            });
        let builder = match &self.keeper {
            Some(keeper) => builder.with_credentials(Arc::new(keeper.clone())),
            None => builder.with_skip_signature(true),
        };
        let store = builder.build().map_err(|error| trouble::told(name, &error))?;
        let (runtime, keeper) = (Arc::clone(&self.runtime), self.keeper.clone());
        let bucket = Arc::new(Bucket { name: name.to_owned(), store, runtime, keeper });
        self.buckets.insert(name.to_owned(), Arc::clone(&bucket));
        Ok(bucket)
    }
}

impl Bucket {
    /// The objects that an address names: the one of this name, or those in the folder of this name and below it.
    fn find(&self, address: &Address) -> Result<Vec<ObjectMeta>, String> {
        if let Some(path) = &address.object {
            match self.again(|| self.runtime.block_on(self.store.head(path))) {
                Ok(meta) => return Ok(vec![meta]),
                Err(error) if trouble::status(&error) == Some(404) => {}
                Err(error) => return Err(trouble::told(&self.name, &error)),
            }
        }
        let found = self.again(|| self.runtime.block_on(self.list(address)));
        let mut found = found.map_err(|error| trouble::told(&self.name, &error))?;
        if found.len() > MOST_OBJECTS {
            return Err(format!("it stands for more than {MOST_OBJECTS} objects: name a folder of them"));
        }
        if found.is_empty() {
            return Err(address.empty());
        }
        found.sort_by(|a, b| a.location.cmp(&b.location));
        Ok(found)
    }

    /// Lists page by page, and keeps what may be read: empty objects stand for folders.
    async fn list(&self, address: &Address) -> object_store::Result<Vec<ObjectMeta>> {
        let mut found = Vec::new();
        let mut listed = self.store.list(Some(&address.folder));
        while let Some(meta) = listed.try_next().await? {
            if meta.size > 0 && address.means(&meta.location) {
                found.push(meta);
            }
            if found.len() > MOST_OBJECTS {
                break;
            }
        }
        Ok(found)
    }

    /// Does something, and once more with a new token where one was refused.
    fn again<T>(&self, mut act: impl FnMut() -> object_store::Result<T>) -> object_store::Result<T> {
        match act() {
            Err(error) if trouble::is_unauthorized(&error) && self.forget_token() => act(),
            done => done,
        }
    }

    /// Lets go of a token that was refused; whether another one can be had.
    fn forget_token(&self) -> bool {
        self.keeper.as_ref().is_some_and(Keeper::forget)
    }
}

impl Object {
    /// Its bytes from the beginning; nothing is asked for yet.
    pub(super) fn download(&self) -> Download {
        Download::new(self.clone())
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        (&self.bucket.name, &self.path) == (&other.bucket.name, &other.path)
    }
}

impl Eq for Object {}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gs://{}/{}", self.bucket.name, self.path)
    }
}

impl fmt::Debug for Storage {
    /// Without what nobody may see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Storage").field("base", &self.base).finish_non_exhaustive()
    }
}

/// Tokens that are asked for on any thread.
type Shared = Arc<Mutex<Box<dyn Tokens>>>;
