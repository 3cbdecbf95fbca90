//! A tracker in memory that does as GitHub does, for tests: with people who write into it as well, and with [`Fault`]s.
//!
//! A [`Memory`] is a handle. Its clones are the same pipeline; [`Memory::beside`] is another one that sees the same issues,
//! and has faults and a life of its own.

mod fault;
mod world;
mod writing;

use std::cell::RefCell;
use std::rc::Rc;

use gardener_engine::entry::Timestamp;

use super::{Answer, Draft, Kind, RemoteComment, RemoteIssue, Repository, Request, Tracker, Trouble};
use fault::Line;
pub(crate) use fault::{Fault, What};
use world::{Fate, World};

/// The repository of every tracker in memory.
pub(crate) const REPOSITORY: &str = "acme/shop";
/// What is told of whatever is sent by a process that is dead.
pub(crate) const KILLED: &str = "killed";

/// One pipeline's way to the tracker.
#[derive(Clone)]
pub(crate) struct Memory {
    world: Rc<RefCell<World>>,
    line: Rc<RefCell<Line>>,
}

impl Tracker for Memory {
    fn send(&mut self, request: &Request) -> Result<Answer, Trouble> {
        self.check_life()?;
        let name = self.line.borrow().name;
        self.world.borrow_mut().log.push((name, request.clone()));
        let what = self.line.borrow_mut().next(request);
        let carry_out = || self.world.borrow_mut().carry_out(request);
        let Some(what) = what else { return carry_out() };
        match what {
            What::LostAnswer => after(carry_out(), Kind::NoAnswer, "the connection was closed"),
            What::TruncatedJson => after(carry_out(), Kind::NoAnswer, "the answer ends in its middle"),
            What::FailedAfter => after(carry_out(), Kind::Failed, "502 Bad Gateway"),
            What::FailedBefore => Err(Trouble::new(Kind::Failed, "503 Service Unavailable")),
            What::Hang => Err(Trouble::new(Kind::NoAnswer, "no answer came in time")),
            What::Limited(wait) => Err(Trouble::new(Kind::Limited { wait }, "secondary rate limit")),
            What::Refused(trouble) => Err(trouble),
            What::StaleListing(writes) => self.world.borrow().read_as_before(writes, request),
            What::EmptyListing => Ok(world::empty(request)),
            What::Meanwhile(act) => {
                act();
                carry_out()
            }
            What::KilledBefore => self.die(),
            What::KilledAfter => {
                let _ = carry_out();
                self.die()
            }
        }
    }
}

fn after(_: Result<Answer, Trouble>, kind: Kind, detail: &str) -> Result<Answer, Trouble> {
    Err(Trouble::new(kind, detail))
}

/// The pipeline and what befalls it.
impl Memory {
    /// An empty repository, and who we are there.
    pub(crate) fn new(login: &str) -> Self {
        Self { world: Rc::new(RefCell::new(World::new(login))), line: Rc::default() }
    }

    /// Another pipeline of the same login.
    pub(crate) fn beside(&self) -> Self {
        let mut world = self.world.borrow_mut();
        world.lines += 1;
        let line = Line { name: world.lines, ..Line::default() };
        Self { world: Rc::clone(&self.world), line: Rc::new(RefCell::new(line)) }
    }

    /// Lays a fault for this pipeline's requests.
    pub(crate) fn inject(&self, fault: Fault) {
        self.line.borrow_mut().faults.push(fault);
    }

    /// Takes back all faults that were laid for this pipeline.
    pub(crate) fn clear_faults(&self) {
        self.line.borrow_mut().faults.clear();
    }

    /// From now on, who is killed panics, so that nothing at all is done after it.
    pub(crate) fn die_by_panic(&self) {
        self.line.borrow_mut().is_panicking = true;
    }

    /// Whether this pipeline's process was killed.
    pub(crate) fn is_dead(&self) -> bool {
        self.line.borrow().is_dead
    }

    /// Begins another process in the place of one that was killed.
    pub(crate) fn revive(&self) {
        self.line.borrow_mut().is_dead = false;
    }

    /// What this pipeline has sent.
    pub(crate) fn log(&self) -> Vec<Request> {
        let name = self.line.borrow().name;
        self.world.borrow().log.iter().filter(|(by, _)| *by == name).map(|(_, request)| request.clone()).collect()
    }

    /// What this pipeline has sent to change something.
    pub(crate) fn written(&self) -> Vec<Request> {
        self.log().into_iter().filter(Request::is_write).collect()
    }

    fn die(&self) -> Result<Answer, Trouble> {
        self.line.borrow_mut().is_dead = true;
        self.check_life().map(|()| Answer::Done)
    }

    fn check_life(&self) -> Result<(), Trouble> {
        let line = self.line.borrow();
        match (line.is_dead, line.is_panicking) {
            (true, true) => {
                drop(line);
                std::panic::panic_any(KILLED)
            }
            (true, false) => Err(Trouble::new(Kind::NoAnswer, KILLED)),
            (false, _) => Ok(()),
        }
    }
}

/// What people do, and what tests look at.
impl Memory {
    /// Sets the time that things are written at.
    pub(crate) fn set_now(&self, now: Timestamp) {
        self.world.borrow_mut().now = now;
    }

    /// Changes the repository.
    pub(crate) fn change_repository(&self, change: impl FnOnce(&mut Repository)) {
        change(&mut self.world.borrow_mut().repository);
    }

    /// Whether labels that we give are dropped, and nothing is said of it.
    pub(crate) fn drop_labels(&self, is_dropping: bool) {
        self.world.borrow_mut().is_dropping_labels = is_dropping;
    }

    /// Somebody opens an issue.
    pub(crate) fn person_opens(&self, author: &str, title: &str, body: &str, labels: &[&str]) -> u64 {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        let draft = Draft { title: title.to_owned(), body: body.to_owned(), labels };
        self.world.borrow_mut().open(author, &draft).number
    }

    /// Somebody opens a pull request.
    pub(crate) fn person_pulls(&self, author: &str, title: &str) -> u64 {
        let number = self.person_opens(author, title, "", &[]);
        self.change(number, |issue| issue.is_pull_request = true);
        number
    }

    /// Somebody comments on an issue; gives the comment's id.
    pub(crate) fn person_comments(&self, number: u64, author: &str, body: &str) -> u64 {
        self.world.borrow_mut().comment((None, number), author, body).unwrap().id
    }

    /// Somebody changes an issue: its texts, labels, its lock.
    pub(crate) fn change(&self, number: u64, change: impl FnOnce(&mut RemoteIssue)) {
        self.world.borrow_mut().change((None, number), change).unwrap();
    }

    /// Somebody changes a comment.
    pub(crate) fn change_comment(&self, number: u64, id: u64, body: &str) {
        self.world.borrow_mut().edit_comment((None, number), id, body).unwrap();
    }

    /// Somebody closes an issue.
    pub(crate) fn close(&self, number: u64, reason: &str) {
        let now = self.world.borrow().now;
        self.change(number, |issue| writing::close(issue, reason, now));
    }

    /// An issue is deleted.
    pub(crate) fn delete(&self, number: u64) {
        self.world.borrow_mut().shelf.kept((None, number)).fate = Fate::Deleted;
    }

    /// An issue cannot be seen any more, or can again.
    pub(crate) fn hide(&self, number: u64, is_hidden: bool) {
        let fate = if is_hidden { Fate::Hidden } else { Fate::Here };
        self.world.borrow_mut().shelf.kept((None, number)).fate = fate;
    }

    /// An issue is moved to another repository; gives its number there.
    pub(crate) fn transfer(&self, number: u64, repository: &str) -> u64 {
        self.world.borrow_mut().transfer(number, repository)
    }

    /// An issue, as it is.
    pub(crate) fn issue(&self, number: u64) -> RemoteIssue {
        self.world.borrow_mut().shelf.kept((None, number)).issue.clone()
    }

    /// An issue of another repository, as it is.
    pub(crate) fn issue_elsewhere(&self, repository: &str, number: u64) -> RemoteIssue {
        self.world.borrow_mut().shelf.kept((Some(repository.to_owned()), number)).issue.clone()
    }

    /// All issues and pull requests that are here, as they are.
    pub(crate) fn issues(&self) -> Vec<RemoteIssue> {
        self.world.borrow().shelf.here().cloned().collect()
    }

    /// The comments of an issue, as they are.
    pub(crate) fn comments(&self, number: u64) -> Vec<RemoteComment> {
        self.world.borrow_mut().shelf.kept((None, number)).comments.clone()
    }

    /// The labels of the repository.
    pub(crate) fn labels(&self) -> Vec<String> {
        self.world.borrow().shelf.labels.clone()
    }
}

mod tests;
