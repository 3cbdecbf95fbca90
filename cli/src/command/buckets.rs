//! Captures in Cloud Storage, for whoever reads captures: `gs://…`, by the same credentials as Cloud Logging.

use crate::context::Context;
use crate::source::gcp::Credentials;
use crate::source::gcs::{Access, Storage};
use crate::source::{self, Capture, Elsewhere, InputError};

/// Where captures are that are no files. Nothing is set up before somebody names one.
pub(super) struct Buckets<'c> {
    context: &'c Context,
    storage: Option<Storage>,
}

impl<'c> Buckets<'c> {
    pub(super) fn new(context: &'c Context) -> Self {
        Self { context, storage: None }
    }

    /// The captures of operands, all of which there must be.
    pub(super) fn resolve(&mut self, operands: &[String]) -> Result<Vec<Capture>, Vec<InputError>> {
        let (captures, errors) = source::resolve_each(operands, self);
        if errors.is_empty() { Ok(captures) } else { Err(errors) }
    }

    fn open(context: &Context) -> Result<Storage, String> {
        let variables = context.google();
        let endpoint = variables.storage_endpoint.as_deref();
        let quota_project = variables.quota_project.as_deref();
        if let (None, Some(host)) = (endpoint, &variables.storage_emulator) {
            let address = if host.contains("://") { host.clone() } else { format!("http://{host}") };
            return Storage::new(Some(&address), Access::Open, quota_project, Context::calendar());
        }
        let credentials = Credentials::find(None, None, variables).map_err(|failure| failure.message)?;
        Storage::new(endpoint, Access::With(credentials), quota_project, Context::calendar())
    }
}

impl Elsewhere for Buckets<'_> {
    fn captures(&mut self, address: &str) -> Result<Vec<Capture>, InputError> {
        let error = |(reason, is_remote)| InputError { capture: address.to_owned(), reason, is_remote };
        let storage = match &mut self.storage {
            Some(storage) => storage,
            None => self.storage.insert(Self::open(self.context).map_err(|why| error((why, true)))?),
        };
        storage.captures(address).map_err(error)
    }
}
