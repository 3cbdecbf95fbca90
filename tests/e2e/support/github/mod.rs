//! GitHub's issues as the program sees them: its API on loopback, over HTTP, strict about requests and able to fail in all the
//! ways in which the real one does.
//!
//! Whatever is wrong with a request is refused, and recorded as a violation besides. Its state is a [`World`], which a test
//! looks at and changes, as people would, between requests or in their midst.

#![allow(dead_code, reason = "each test target uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "a server has a clock, and hangs")]

mod auth;
mod call;
mod changes;
mod clock;
mod comments;
mod faults;
mod http;
mod issues;
mod json;
mod limits;
mod log;
mod pages;
mod references;
mod search;
mod server;
mod validate;
mod world;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

#[allow(unused_imports, reason = "each test target uses a part of it")]
pub use {
    auth::Token,
    faults::{Done, Fault, Rule, Secondary},
    log::Logged,
    world::{Issue, LOGIN, Repo, TOKEN, Visibility, World},
};

use server::Shared;

/// The emulator, until it is dropped.
pub struct GitHub {
    address: SocketAddr,
    base: &'static str,
    shared: Arc<Shared>,
}

impl GitHub {
    /// As api.github.com.
    pub fn start() -> Self {
        Self::start_at("")
    }

    /// As GitHub Enterprise, below `/api/v3`.
    pub fn start_enterprise() -> Self {
        Self::start_at("/api/v3")
    }

    fn start_at(base: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::new(World::new(format!("http://{address}"), base)));
        let threads = Arc::clone(&shared);
        thread::spawn(move || server::accept(&listener, &threads));
        Self { address, base, shared }
    }

    /// What the program is to call it.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.base)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Looks at its state, or changes it; no request is answered meanwhile. All that changes here is one change.
    pub fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        self.shared.world().changing(act)
    }

    /// Lets a rule hold from now on.
    pub fn rule(&self, rule: Rule) {
        self.with(|world| world.rules.push(rule));
    }

    /// Waits until something is true of it, which a request must make so.
    #[track_caller]
    pub fn wait_until(&self, mut is_so: impl FnMut(&World) -> bool) {
        let until = Instant::now() + Duration::from_secs(20);
        let mut world = self.shared.world();
        while !is_so(&world) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it does not come to it: {:#?}", world.lines());
            world = self.shared.news.wait_timeout(world, left).unwrap().0;
        }
    }

    /// Asserts that no request was wrong, and that writes came one at a time and so far apart.
    #[track_caller]
    pub fn assert_clean(&self, gap: Duration) {
        self.shared.world().assert_clean(gap);
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // So that it stops to wait for connections.
        let _ = TcpStream::connect(self.address);
    }
}
