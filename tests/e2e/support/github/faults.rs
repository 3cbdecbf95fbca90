//! What goes wrong, by rule.

use super::http::{Body, Response};
use super::limits;
use super::log;
use super::world::World;

use serde_json::{Value, json};

/// Whether the request was carried out in spite of the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Yes,
    No,
}

/// What somebody else does.
pub type Act = Box<dyn FnOnce(&mut World) + Send>;

/// What a rule does to a request or its answer.
pub enum Fault {
    /// The connection is closed without an answer.
    LoseAnswer(Done),
    /// The connection hangs for so many milliseconds; then there is the answer where it was done, and else none.
    Hang(u64, Done),
    /// Hangs for so many milliseconds, and only then does it and answers, whether or not the client is still there.
    DoneLate(u64),
    /// A gateway's page of HTML (502, 503, 504).
    Gateway(u16, Done),
    /// GitHub's own failure (500), in JSON.
    ServerError(Done),
    /// It is done, and the JSON of the answer ends in its middle.
    Truncated,
    /// It is done, and the connection ends in the middle of the answer.
    CutOff,
    /// It is done, and the answer calls itself HTML.
    WrongContentType,
    /// A listing has nothing in it.
    EmptyListing,
    /// A listing is that of so many changes ago.
    StaleListing(usize),
    /// The header `Link` is not as it should be.
    MalformedLink,
    /// The first issue of the answer has no user, as those of accounts that are no more.
    NullUser,
    /// The first issue of the answer has a reason that nobody has heard of.
    UnknownStateReason,
    /// Too many requests, as the secondary limit says it; it is not done.
    Secondary(Secondary),
    /// Somebody else acts just before the request is carried out.
    Meanwhile(Option<Act>),
}

/// The ways in which the secondary limit is told.
#[derive(Clone, Copy, Debug)]
pub enum Secondary {
    /// This status, and to wait for so many seconds.
    RetryAfter(u16, u64),
    /// This status and the usual message only.
    Bare(u16),
}

/// When a fault is due.
pub struct Rule {
    method: &'static str,
    /// Of the path without base and query; `*` is any one segment, and `**` all of them.
    path: &'static str,
    /// The first request that it strikes, from 1.
    from: usize,
    times: usize,
    /// How many requests were such.
    pub hits: usize,
    pub fault: Fault,
}

impl Rule {
    /// The next request of this method to this path.
    pub fn new(method: &'static str, path: &'static str, fault: Fault) -> Self {
        Self { method, path, from: 1, times: 1, hits: 0, fault }
    }

    /// The next request that changes something, whatever it is.
    pub fn of_writes(fault: Fault) -> Self {
        Self::new("write", "**", fault)
    }

    /// The next request, whatever it is.
    pub fn of_all(fault: Fault) -> Self {
        Self::new("*", "**", fault)
    }

    /// Somebody acts just before the next request of this method to this path is carried out.
    pub fn meanwhile(method: &'static str, path: &'static str, act: impl FnOnce(&mut World) + Send + 'static) -> Self {
        Self::new(method, path, Fault::Meanwhile(Some(Box::new(act))))
    }

    /// Not the next one, but the nth from now.
    pub fn from(mut self, nth: usize) -> Self {
        self.from = nth;
        self
    }

    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// Counts a request, where it is such; whether the fault is due.
    fn is_due(&mut self, method: &str, path: &str) -> bool {
        let is_method = match self.method {
            "*" => true,
            "write" => log::is_write(method, path),
            wanted => wanted == method,
        };
        if !is_method || !(self.path == "**" || log::fits(self.path, path)) {
            return false;
        }
        self.hits += 1;
        self.hits >= self.from && self.hits - self.from < self.times
    }
}

/// What becomes of one request by the rules.
#[derive(Debug, Default)]
pub struct Due {
    /// The answer, without doing it.
    pub instead: Option<Response>,
    pub hang_before: Option<u64>,
    pub hang_after: Option<u64>,
    /// Whether there is no answer.
    pub is_lost: bool,
    /// Whether it is not carried out.
    pub is_skipped: bool,
    pub cuts_off: bool,
    /// A listing is that of so many changes ago.
    pub stale: usize,
    after: Vec<After>,
}

#[derive(Debug)]
enum After {
    Instead(Response),
    Truncated,
    ContentType,
    Empty,
    Link,
    User,
    Reason,
}

impl World {
    /// Asks all rules about a request.
    pub fn due(&mut self, method: &str, path: &str) -> Due {
        let mut due = Due::default();
        let mut acts = Vec::new();
        for rule in &mut self.rules {
            if rule.is_due(method, path) {
                due.add(&mut rule.fault, &mut acts);
            }
        }
        for act in acts {
            self.changing(act);
        }
        due
    }
}

impl Due {
    fn add(&mut self, fault: &mut Fault, acts: &mut Vec<Act>) {
        match fault {
            Fault::LoseAnswer(done) => (self.is_lost, self.is_skipped) = (true, *done == Done::No),
            Fault::Hang(millis, Done::Yes) => self.hang_after = Some(*millis),
            Fault::Hang(millis, Done::No) => {
                (self.hang_before, self.is_lost, self.is_skipped) = (Some(*millis), true, true);
            }
            Fault::DoneLate(millis) => self.hang_before = Some(*millis),
            Fault::Gateway(status, done) => self.replace(gateway(*status), *done),
            Fault::ServerError(done) => self.replace(Response::error(500, "Server Error"), *done),
            Fault::Truncated => self.after.push(After::Truncated),
            Fault::CutOff => self.cuts_off = true,
            Fault::WrongContentType => self.after.push(After::ContentType),
            Fault::EmptyListing => self.after.push(After::Empty),
            Fault::StaleListing(changes) => self.stale = *changes,
            Fault::MalformedLink => self.after.push(After::Link),
            Fault::NullUser => self.after.push(After::User),
            Fault::UnknownStateReason => self.after.push(After::Reason),
            Fault::Secondary(how) => self.instead = Some(limits::secondary(*how)),
            Fault::Meanwhile(act) => acts.extend(act.take()),
        }
    }

    fn replace(&mut self, response: Response, done: Done) {
        match done {
            Done::Yes => self.after.push(After::Instead(response)),
            Done::No => self.instead = Some(response),
        }
    }

    /// The answer as the client sees it.
    pub fn alter(&self, mut response: Response) -> Response {
        for after in &self.after {
            match after {
                After::Instead(other) => response = other.clone(),
                After::Truncated => {
                    let text = whole(&response);
                    let half = text.chars().take(text.chars().count() / 2).collect();
                    response.body = Body::Text("application/json; charset=utf-8", half);
                }
                After::ContentType => response.body = Body::Text("text/html; charset=utf-8", whole(&response)),
                After::Empty => empty(&mut response),
                After::Link => {
                    response.headers.retain(|(name, _)| name != "Link");
                    response = response.header("Link", "<http://127.0.0.1:1/issues?page=2; rel=next, <>;; \"next\"");
                }
                After::User => set(&mut response, "user", Value::Null),
                After::Reason => set(&mut response, "state_reason", json!("overtaken_by_events")),
            }
        }
        response
    }
}

fn whole(response: &Response) -> String {
    match &response.body {
        Body::Json(value) => value.to_string(),
        Body::Text(_, text) => text.clone(),
    }
}

fn empty(response: &mut Response) {
    response.headers.retain(|(name, _)| name != "Link");
    if let Body::Json(value) = &mut response.body {
        *value = if value.is_array() { json!([]) } else { json!({ "total_count": 0, "items": [] }) };
    }
}

/// Sets a field of the answer's first issue.
fn set(response: &mut Response, field: &str, to: Value) {
    if let Body::Json(value) = &mut response.body {
        let issue = if value.is_array() { value.get_mut(0) } else { Some(value) };
        if let Some(Value::Object(fields)) = issue {
            fields.insert(field.to_owned(), to);
        }
    }
}

fn gateway(status: u16) -> Response {
    let page = format!("<html>\r\n<head><title>{status}</title></head>\r\n<body><h1>Unicorn!</h1></body>\r\n</html>");
    Response { status, headers: Vec::new(), body: Body::Text("text/html", page) }
}
