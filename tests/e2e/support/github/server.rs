//! The server: a thread for each connection, one state for all.

use std::io::{self, BufReader};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::call::path_of;
use super::clock;
use super::faults::Due;
use super::http::{self, Raw, Response};
use super::log::Logged;
use super::world::World;

/// What the threads share.
pub struct Shared {
    world: Mutex<World>,
    /// Told when a request has come, or was answered.
    pub news: Condvar,
    pub is_over: AtomicBool,
}

impl Shared {
    pub fn new(world: World) -> Self {
        Self { world: Mutex::new(world), news: Condvar::new(), is_over: AtomicBool::new(false) }
    }

    /// The state. A test that fails while it holds it must not make others fail.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes connections until it is over.
pub fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for connection in listener.incoming() {
        if shared.is_over.load(Ordering::SeqCst) {
            return;
        }
        let Ok(connection) = connection else { continue };
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            if let Err(error) = serve(connection, &shared)
                && error.kind() == io::ErrorKind::Other
            {
                shared.world().violations.push(format!("not HTTP as it should be: {error}"));
                shared.news.notify_all();
            }
        });
    }
}

fn serve(connection: TcpStream, shared: &Shared) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut writer = connection.try_clone()?;
    let mut reader = BufReader::new(connection);
    while let Some(raw) = http::read(&mut reader)? {
        if shared.is_over.load(Ordering::SeqCst) || !answer(&raw, &mut writer, shared)? {
            break;
        }
    }
    writer.shutdown(Shutdown::Both)
}

/// Answers one request; whether the connection stays.
fn answer(raw: &Raw, writer: &mut TcpStream, shared: &Shared) -> io::Result<bool> {
    let (at, due) = {
        let mut world = shared.world();
        let path = path_of(world.base, &raw.target);
        let at = world.log.len();
        world.log.push(logged(raw, &path));
        (at, world.due(&raw.method, &path))
    };
    shared.news.notify_all();
    if let Some(millis) = due.hang_before {
        hang(writer, millis, || note(shared, at, left));
    }
    let response = carry_out(raw, &due, shared, at);
    if let Some(millis) = due.hang_after {
        hang(writer, millis, || note(shared, at, left));
    }
    let response = response.filter(|_| !due.is_lost);
    let status = response.as_ref().map(|response| response.status);
    note(shared, at, |logged| {
        logged.status = status;
        logged.ended.get_or_insert_with(Instant::now);
    });
    let Some(response) = response else { return Ok(false) };
    let now = shared.world().clock();
    let response = response
        .header("Date", clock::header(now))
        .header("Server", "github.com")
        .header("x-github-request-id", "0001:1");
    response.write(writer, due.cuts_off.then_some(10))?;
    Ok(!due.cuts_off)
}

fn carry_out(raw: &Raw, due: &Due, shared: &Shared, at: usize) -> Option<Response> {
    let mut world = shared.world();
    if let Some(instead) = &due.instead {
        let says_when = instead.headers.iter().any(|(name, _)| name == "retry-after");
        return Some(if says_when { world.limited(instead.clone()) } else { instead.clone() });
    }
    if due.is_skipped {
        return None;
    }
    let response = world.answer(raw, due.stale);
    if let Some(logged) = world.log.get_mut(at) {
        logged.inner = Some(response.status);
    }
    Some(due.alter(response))
}

fn logged(raw: &Raw, path: &str) -> Logged {
    let body = serde_json::from_slice(&raw.body).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(&raw.body);
        if text.is_empty() { Value::Null } else { Value::from(text.into_owned()) }
    });
    Logged {
        method: raw.method.clone(),
        target: raw.target.clone(),
        path: path.to_owned(),
        headers: raw.headers.clone(),
        body,
        inner: None,
        status: None,
        began: raw.began,
        ended: None,
        was_left: false,
    }
}

/// Notes something about a request.
fn note(shared: &Shared, at: usize, what: impl FnOnce(&mut Logged)) {
    shared.world().log.get_mut(at).map(what);
    shared.news.notify_all();
}

/// The client has gone.
fn left(logged: &mut Logged) {
    logged.was_left = true;
    logged.ended.get_or_insert_with(Instant::now);
}

/// Waits, and tells at once where the client goes before that is over.
fn hang(connection: &TcpStream, millis: u64, left: impl FnOnce()) {
    let until = Instant::now() + Duration::from_millis(millis);
    let rest = || until.saturating_duration_since(Instant::now());
    let is_set = !rest().is_zero() && connection.set_read_timeout(Some(rest())).is_ok();
    // Nobody sends the next request before the answer to this one: there is something only when the client goes.
    if is_set && connection.peek(&mut [0]).is_ok_and(|bytes| bytes == 0) {
        left();
    }
    thread::sleep(rest());
    let _ = connection.set_read_timeout(None);
}
