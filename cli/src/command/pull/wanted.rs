//! What is asked for: the command line, filled up by the pack and the history.

use gardener_engine::entry::Timestamp;
use gardener_engine::pack::Pack;

use crate::args::{Beginning, Common, GcpQuery, Moment, PullArguments, PullOrder};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::marks::Late;
use crate::pack_files::Found;
use crate::source::gcp::{Condition, MOST_CHARACTERS, MOST_RESOURCES, Order, Request, State, Window, only_matching};
use crate::terminal;

use super::super::Ready;
use super::super::history::Ledger;
use super::super::reading;
use super::super::window;

/// Where a window begins that nobody has given one: so many seconds before now.
const AN_HOUR: i64 = 3600;

/// A pull that is about to begin.
pub(in crate::command) fn state(
    context: &Context,
    pack: Option<(&Found, &Pack)>,
    arguments: &PullArguments,
) -> Result<State, Failure> {
    state_and_late(context, pack, arguments).map(|(state, _)| state)
}

/// The same, and what is late where it goes on from the last run.
pub(super) fn state_and_late(
    context: &Context,
    pack: Option<(&Found, &Pack)>,
    arguments: &PullArguments,
) -> Result<(State, Option<Late>), Failure> {
    let now = arguments.now.map_or_else(|| context.now(), Ok)?;
    let until = until(context, arguments, now);
    let (since, late) = match (arguments.since, pack) {
        (Some(Beginning::Last), Some(pack)) => last(context, arguments, pack, now, until)?,
        (Some(Beginning::Moment(since)), _) => (since.seen_from(now), None),
        _ => (now.plus_seconds(-AN_HOUR), None),
    };
    reading::window((Some(Moment::At(since)), Some(Moment::At(until))), now)?;
    let window = Window { since, until };
    let bounds = (order(arguments.order), arguments.limit);
    let request = request(context, &arguments.query, pack.map(|(_, pack)| pack), window, bounds)?;
    Ok((State::new(request, window, arguments.limit), late))
}

/// Refuses to go on with a pull of something else. What is not given is as it was.
pub(super) fn same(
    context: &Context,
    pack: Option<(&Found, &Pack)>,
    arguments: &PullArguments,
    state: &State,
) -> Result<(), Failure> {
    let is_new_limit = arguments.limit.is_some() && arguments.limit != state.limit;
    let is_new_order = arguments.order.is_some_and(|asked| order(Some(asked)) != state.request.order);
    let mut is_new = is_new_limit || is_new_order;
    if !arguments.query.is_empty() {
        let bounds = (state.request.order, state.limit);
        let request = request(context, &arguments.query, pack.map(|(_, pack)| pack), state.window, bounds)?;
        is_new |= request != state.request;
    }
    if is_new {
        return Err(Failure::new(Exit::Usage, "the pull that was begun had asked for something else")
            .help("to go on with it, --resume and -o FILE are enough; without --resume it is begun again"));
    }
    Ok(())
}

/// The pack, where something is not said without it.
pub(super) fn pack(context: &Context, common: &Common, arguments: &PullArguments) -> Result<Option<Ready>, Failure> {
    let query = &arguments.query;
    let named = [&query.project, &query.folder, &query.organization, &query.view];
    let is_needed =
        query.only_matching || named.iter().all(|names| names.is_empty()) || arguments.since == Some(Beginning::Last);
    is_needed.then(|| Ready::load(context, common)).transpose()
}

/// The end of the window: nobody has read what is yet to come.
fn until(context: &Context, arguments: &PullArguments, now: Timestamp) -> Timestamp {
    let Some(asked) = arguments.until else {
        let settle = i64::try_from(arguments.settle.as_secs()).unwrap_or(i64::MAX);
        return now.plus_seconds(settle.saturating_neg());
    };
    let asked = asked.seen_from(now);
    if asked > now && !context.is_quiet() {
        let told = format!("the window ends now, at {now}: what is written up to {asked} is yet to come");
        context.tell(&terminal::warning(&told, context.stderr_has_color()));
    }
    asked.min(now)
}

/// Where the last run in the history ended, or a little before that, and what is late for it.
fn last(
    context: &Context,
    arguments: &PullArguments,
    pack: (&Found, &Pack),
    now: Timestamp,
    until: Timestamp,
) -> Result<(Timestamp, Option<Late>), Failure> {
    let mut ledger = Ledger::asked(context, &arguments.history, pack, false)?;
    let Some(ledger) = &mut ledger else {
        return Err(Failure::new(Exit::Usage, "`--since last` needs a history, and there is none")
            .help("name one, such as --history .gardener/history.db"));
    };
    window::beginning(ledger, now, until)?.ok_or_else(|| {
        Failure::new(Exit::Usage, "no earlier run says how far it has read")
            .help("say where the first one is to begin: --since 24h")
    })
}

fn order(asked: Option<PullOrder>) -> Order {
    match asked {
        Some(PullOrder::Desc) => Order::Desc,
        Some(PullOrder::Asc) | None => Order::Asc,
    }
}

/// What is asked for of Cloud Logging: in which order, and how many at most.
pub(in super::super) fn request(
    context: &Context,
    query: &GcpQuery,
    pack: Option<&Pack>,
    window: Window,
    (order, limit): (Order, Option<u64>),
) -> Result<Request, Failure> {
    let resources = resources(query, pack)?;
    let made = |condition: &Condition<'_>| Request::new(resources.clone(), condition.text(), order, limit);
    let mut condition =
        Condition { service: query.service.as_deref(), severity: query.severity, filters: &query.filter, only: None };
    let length = |request: &Request| request.filter(window, None).chars().count();
    // Behind it come a conjunction and parentheses.
    let only = pack.filter(|_| query.only_matching).map(|pack| only_matching(pack, length(&made(&condition)) + 10));
    if let Some(note) = only.as_ref().and_then(|only| only.note.as_deref()).filter(|_| !context.is_quiet()) {
        context.tell(&terminal::warning(note, context.stderr_has_color()));
    }
    condition.only = only.as_ref().map(|only| only.query.as_str());
    let request = made(&condition);
    match length(&request) {
        length if length > MOST_CHARACTERS => {
            let message = format!("the filter has {length} characters, and Cloud Logging takes {MOST_CHARACTERS}");
            Err(Failure::new(Exit::Usage, message))
        }
        _ => Ok(request),
    }
}

/// Whose entries: those that are named, else those of the pack's project.
fn resources(query: &GcpQuery, pack: Option<&Pack>) -> Result<Vec<String>, Failure> {
    let named = [&query.project, &query.folder, &query.organization, &query.view];
    let mut resources: Vec<String> = Vec::new();
    for name in named.into_iter().flatten() {
        if !resources.contains(name) {
            resources.push(name.clone());
        }
    }
    if resources.is_empty() {
        let project = pack.and_then(|pack| pack.project.as_deref()).ok_or_else(|| {
            Failure::new(Exit::Usage, "no project is named whose entries are meant")
                .help("say --project ID, or write `project: ID` into gardener.yaml")
        })?;
        resources.push(crate::source::gcp::project(project).map_err(|why| Failure::new(Exit::Usage, why))?);
    }
    match resources.len() {
        count if count > MOST_RESOURCES => {
            let message = format!("{count} resources are named, and Cloud Logging takes {MOST_RESOURCES} at once");
            Err(Failure::new(Exit::Usage, message))
        }
        _ => Ok(resources),
    }
}
