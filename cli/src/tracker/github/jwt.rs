//! How a GitHub App says who it is: by a token that is signed with its key.

use serde_json::json;

use crate::jwt::Key;
use crate::secret::Secret;
use crate::tracker::{Kind, Trouble};

/// How far this machine's clock may be ahead of GitHub's, in seconds.
const AHEAD: i64 = 60;
/// For how many seconds a token is good. GitHub accepts ten minutes at most.
const LIFE: i64 = 9 * 60;

/// What signs for an App.
pub(super) struct App {
    id: u64,
    key: Key,
}

impl App {
    /// By the App's number, and its private key.
    pub(super) fn new(id: u64, key: &Secret) -> Result<Self, String> {
        let key = Key::from_pem(key.reveal(), None);
        let key = key.ok_or_else(|| "the private key of the GitHub App is no RSA key in PEM".to_owned())?;
        Ok(Self { id, key })
    }

    /// A token from a time on, in seconds of Unix.
    pub(super) fn token(&self, now: i64) -> Result<Secret, Trouble> {
        let signed = self.key.signed(&json!({ "iat": now - AHEAD, "exp": now + LIFE, "iss": self.id }));
        signed.ok_or_else(|| Trouble::new(Kind::Unauthorized, "the GitHub App's key signs nothing"))
    }
}
