//! `gardener history forget`, `lock` and `unlock`: what people change in a history.

use std::io;

use gardener_engine::baseline::Lock;
use gardener_engine::id::Fingerprint;
use gardener_engine::pack::Pack;
use gardener_engine::trends::{Named, Series};

use super::show::{Opened, nothing, several, sightings, title};
use crate::args::{Forget, HistoryArguments, HistoryChange, LockArguments};
use crate::command;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::pack_files::Found;
use crate::terminal;

/// Carries out a change; `further_left` is the history that was named before the command.
pub(super) fn run(
    context: &Context,
    of: (&Found, &Pack),
    further_left: &HistoryArguments,
    change: &HistoryChange,
) -> Result<Exit, Failure> {
    let subject = |history: &HistoryArguments, name: &str| Subject::of(context, of, history.or(further_left), name);
    let done = match change {
        HistoryChange::Forget(it) => forget(context, subject(&it.history, &it.cluster)?, it)?,
        HistoryChange::Lock(it) => lock(of.1, subject(&it.history, &it.cluster)?, it)?,
        HistoryChange::Unlock(it) => unlock(subject(&it.history, &it.cluster)?)?,
    };
    command::print(context, &format!("{}\n", neutral(&done)))?;
    Ok(Exit::Done)
}

/// A cluster that is to be changed, and the history that it is in.
struct Subject {
    opened: Opened,
    /// Its identities, its own first.
    fingerprints: Vec<Fingerprint>,
    /// What is known of it; nothing where it is only locked.
    series: Option<Series>,
}

impl Subject {
    fn of(
        context: &Context,
        (found, pack): (&Found, &Pack),
        history: &HistoryArguments,
        name: &str,
    ) -> Result<Self, Failure> {
        let mut opened = Opened::of(context, history, (found, pack))?;
        let known = opened.known(pack, None)?;
        let (fingerprints, series) = match known.find(name) {
            Named::One(series) => (series.fingerprints.clone(), Some(series.clone())),
            Named::Lock(fingerprint) => (vec![fingerprint.clone()], None),
            Named::Several(all) => return Err(several(name, &all)),
            Named::Nothing(near) => return Err(nothing(&known, pack, name, near)),
        };
        Ok(Self { opened, fingerprints, series })
    }

    /// What it is called.
    fn name(&self) -> String {
        let own = || self.fingerprints.first().map(ToString::to_string).unwrap_or_default();
        self.series.as_ref().map_or_else(own, title)
    }

    /// Takes back what is laid down; whether anything was.
    fn unlock(&mut self) -> Result<bool, Failure> {
        let mut was = false;
        for fingerprint in &self.fingerprints {
            was |= self.opened.store.unlock(&self.opened.scope, fingerprint)?;
        }
        Ok(was)
    }
}

fn forget(context: &Context, mut subject: Subject, arguments: &Forget) -> Result<String, Failure> {
    let name = subject.name();
    let mut what = match &subject.series {
        Some(series) => format!("what is known of it from {}", sightings(series)),
        None => "its lock, for no run that is kept saw it".to_owned(),
    };
    if let Some(lock) = subject.series.as_ref().and_then(|series| series.lock.as_ref()) {
        what.push_str(&format!(", and its lock at {} ({})", lock.severity, lock.reason));
    }
    if !arguments.yes {
        if !(context.stdin_is_terminal() && context.stderr_is_terminal()) {
            return Err(Failure::new(Exit::Usage, format!("`{name}` is not forgotten: nobody is there to be asked"))
                .help(format!("--yes forgets {what}")));
        }
        if !agrees(context, &format!("Forget `{name}`: {what}? It cannot be brought back. [y/N] "))? {
            return Ok(format!("`{name}` is not forgotten"));
        }
    }
    for fingerprint in &subject.fingerprints {
        subject.opened.store.forget(&subject.opened.scope, fingerprint)?;
    }
    Ok(format!("`{name}` is forgotten: {what}"))
}

/// Asks a person; whether the answer is yes.
fn agrees(context: &Context, question: &str) -> Result<bool, Failure> {
    context.tell(&neutral(question));
    loop {
        let answer = match context.key() {
            Ok(Some('y' | 'Y')) => true,
            Ok(Some('n' | 'N' | 'q' | '\n' | '\r' | '\u{3}' | '\u{4}')) => false,
            Ok(_) => continue,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => false,
            Err(error) => {
                return Err(Failure::new(Exit::Unreadable, format!("the terminal cannot be read: {error}")));
            }
        };
        context.tell(if answer { "yes\n" } else { "no\n" });
        return Ok(answer);
    }
}

fn lock(pack: &Pack, mut subject: Subject, arguments: &LockArguments) -> Result<String, Failure> {
    let text = match &arguments.by {
        Some(by) => format!("{by}: {}", arguments.reason),
        None => arguments.reason.clone(),
    };
    // What people write is kept and shown like everything else, and may hold what must not be.
    let reason = pack.redactor.text(&text).into_string();
    let lock = Lock { severity: arguments.severity, reason };
    let own = subject.fingerprints.first().cloned().ok_or_else(|| Failure::new(Exit::Usage, "no cluster"))?;
    subject.opened.store.lock(&subject.opened.scope, &own, &lock)?;
    let before = subject.series.as_ref().and_then(|series| series.lock.as_ref());
    let before = before.map(|lock| format!(", before at {} ({})", lock.severity, lock.reason)).unwrap_or_default();
    Ok(format!("`{}` is locked at {} ({}){before}", subject.name(), lock.severity, lock.reason))
}

fn unlock(mut subject: Subject) -> Result<String, Failure> {
    let name = subject.name();
    if !subject.unlock()? {
        return Err(Failure::new(Exit::Usage, format!("`{name}` is not locked"))
            .help("a severity that was set in an issue is changed there; `gardener history` says who set which"));
    }
    Ok(format!("`{name}` is not locked any more: the next run judges it"))
}

/// A text on one line, harmless.
fn neutral(text: &str) -> String {
    terminal::clean(text).replace('\n', " ")
}
