//! How far a part goes, as it is written down beside it.

use serde::{Deserialize, Serialize};

use super::super::pull::Cursor;
use super::super::request::{Order, Request, Window};

/// What its first line says that it is.
const FORMAT: &str = "gardener/pull/v1";

/// What was asked for, and how far it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    format: String,
    pub(crate) request: Request,
    pub(crate) window: Window,
    /// Entries that were asked for at most.
    pub(crate) limit: Option<u64>,
    pub(crate) cursor: Cursor,
    /// Bytes of the part that hold what the cursor counts.
    pub(super) bytes: u64,
    /// Whether it is finished; nothing where it is not.
    pub(crate) ended: Option<Ended>,
}

/// How a part may be finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ended {
    /// All entries of the window are in it.
    Whole,
    /// As many as were asked for.
    Limit,
}

impl State {
    /// That of a part that is about to begin.
    pub(crate) fn new(request: Request, window: Window, limit: Option<u64>) -> Self {
        let cursor = Cursor::default();
        Self { format: FORMAT.to_owned(), request, window, limit, cursor, bytes: 0, ended: None }
    }

    /// Which part of the window has been read, in words.
    pub(crate) fn reached(&self, cursor: &Cursor) -> String {
        match (cursor.last, self.request.order) {
            (None, _) => "nothing of it was read".to_owned(),
            (Some(last), Order::Asc) => format!("read whole up to {last}"),
            (Some(last), Order::Desc) => format!("read whole from {last} on"),
        }
    }

    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let state: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        match state.format.as_str() {
            FORMAT => Ok(state),
            other => Err(format!("it is written down as `{}`", crate::http::fit(other))),
        }
    }

    pub(super) fn text(&self) -> Vec<u8> {
        // Its keys are strings, so that this cannot fail; and if it did, nothing is no state.
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }
}
