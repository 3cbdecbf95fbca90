//! `gardener history`: what runs saw of clusters over time.

use std::sync::Arc;

use gardener_engine::baseline::History;
use gardener_engine::entry::Timestamp;
use gardener_engine::pack::{HistorySettings, Pack};
use gardener_engine::render::{self, counted, moment};
use gardener_engine::trends::{Known, Named, Series};

use super::{NONE, address, change};
use crate::args::{Common, HistoryArguments, HistoryCommand, HistoryFormat};
use crate::command;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;
use crate::pack_files::Found;
use crate::store::{Address, Scope, Store};

/// Clusters that a table shows if nobody says how many.
const CLUSTERS: usize = 50;
/// Runs that are shown if nobody says how many.
const RUNS: usize = 48;
/// Clusters or packs that a message lists.
const LISTED: usize = 5;

pub(in crate::command) fn run(context: &Context, common: &Common, arguments: &HistoryCommand) -> Result<Exit, Failure> {
    if arguments.change.is_some()
        && let Some(idle) = arguments.idle_beside_change()
    {
        return Err(Failure::new(Exit::Usage, format!("{idle} is for looking at a history, not for changing it"))
            .help("see `gardener history --help`"));
    }
    let (found, _, loaded) = command::load(context, common, false)?;
    let (pack, _) = command::usable(context, loaded)?;
    match &arguments.change {
        Some(change) => change::run(context, (&found, &pack), &arguments.history, change),
        None => show(context, (&found, &pack), arguments),
    }
}

fn show(context: &Context, (found, pack): (&Found, &Pack), arguments: &HistoryCommand) -> Result<Exit, Failure> {
    let output = OutputFile::asked(arguments.output.as_deref())?;
    let known = match Opened::of(context, &arguments.history, (found, pack)) {
        Ok(mut opened) => opened.known(pack, arguments.now).map(|known| (known, opened.address)),
        Err(failure) => Err(failure),
    };
    let (known, place) = match known {
        Ok((known, address)) => (known, address.to_string()),
        Err(Missing::History(_)) if arguments.allow_empty && arguments.cluster.is_none() => {
            let at = arguments.now.map_or_else(|| context.now(), Ok)?;
            (Known::new(pack, &Arc::new(History::default()), at), String::new())
        }
        Err(Missing::History(failure)) => return Err(emptied(failure, arguments)),
        Err(Missing::Broken(failure)) => return Err(failure),
    };
    if known.series().is_empty() && !arguments.allow_empty {
        let runs = counted(known.runs(), "run", None);
        return Err(Failure::new(
            Exit::Unreadable,
            format!("no cluster is known: the history at `{place}` has {runs}"),
        )
        .help("if that is right, say --allow-empty"));
    }
    let text = match &arguments.cluster {
        Some(name) => of_one(context, arguments, output.as_ref(), &known, seen(&known, pack, name)?),
        None => of_all(context, arguments, output.as_ref(), &known),
    };
    command::write(context, output.as_ref(), &text)?;
    Ok(Exit::Done)
}

/// With how one says that it is right so, where one can.
fn emptied(failure: Failure, arguments: &HistoryCommand) -> Failure {
    if arguments.cluster.is_some() {
        return failure;
    }
    let allow = "if that is right, say --allow-empty";
    let help = failure.help.as_ref().map_or_else(|| allow.to_owned(), |help| format!("{help}; {allow}"));
    failure.help(help)
}

fn of_all(context: &Context, arguments: &HistoryCommand, output: Option<&OutputFile>, known: &Known) -> String {
    let mut trends = known.overview(size(arguments.runs).unwrap_or(RUNS));
    let limit = size(arguments.limit);
    match arguments.format {
        HistoryFormat::Table => {
            render::history_table(&trends, limit.unwrap_or(CLUSTERS), &command::style(context, output))
        }
        HistoryFormat::Json => {
            trends.clusters.truncate(limit.unwrap_or(usize::MAX));
            render::history_json(&trends)
        }
        HistoryFormat::Csv => render::history_csv(&trends, limit.unwrap_or(usize::MAX)),
    }
}

fn of_one(
    context: &Context,
    arguments: &HistoryCommand,
    output: Option<&OutputFile>,
    known: &Known,
    series: &Series,
) -> String {
    let runs = |usual: usize| size(arguments.runs).unwrap_or(usual);
    match arguments.format {
        HistoryFormat::Table => {
            render::history_detail(&known.detailed(series, runs(RUNS)), &command::style(context, output))
        }
        HistoryFormat::Json => render::history_json(&known.detailed(series, runs(usize::MAX))),
        HistoryFormat::Csv => render::history_runs_csv(&known.detailed(series, runs(usize::MAX))),
    }
}

fn size(number: Option<u32>) -> Option<usize> {
    number.map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// Why nothing is known.
pub(super) enum Missing {
    /// There is none, or no run in it.
    History(Failure),
    /// It is there, and cannot be used.
    Broken(Failure),
}

impl From<Missing> for Failure {
    fn from(missing: Missing) -> Self {
        match missing {
            Missing::History(failure) | Missing::Broken(failure) => failure,
        }
    }
}

/// A history that is there.
pub(super) struct Opened {
    pub(super) store: Store,
    pub(super) scope: Scope,
    settings: HistorySettings,
    address: Address,
}

impl Opened {
    /// Opens the history that is meant, which must be there.
    pub(super) fn of(
        context: &Context,
        arguments: &HistoryArguments,
        (found, pack): (&Found, &Pack),
    ) -> Result<Self, Missing> {
        let none = |failure: Failure| Missing::History(failure);
        let address = address(context, arguments, found).map_err(Missing::Broken)?.ok_or_else(|| {
            let named = arguments.history.as_deref().or(context.history());
            let message = if named == Some(NONE) {
                "`none` is named for the history, so there is nothing to look at"
            } else {
                "no history is named, and there is no directory `.gardener` beside the pack or here"
            };
            none(Failure::new(Exit::Usage, message).help(
                "name one: `--history .gardener/history.db`; `gardener analyze` with the same `--history` begins it",
            ))
        })?;
        if let Address::File(path) = &address
            && !path.exists()
        {
            let message = format!("there is no history at `{address}`");
            return Err(none(
                Failure::new(Exit::Unreadable, message).help("`gardener analyze` with the same `--history` begins one"),
            ));
        }
        let store = Store::open(&address, context.database_password()).map_err(Missing::Broken)?;
        Ok(Self { store, scope: Scope::of(pack), settings: pack.history, address })
    }

    /// What it knows, as things stood at a time, else after its latest run.
    pub(super) fn known(&mut self, pack: &Pack, at: Option<Timestamp>) -> Result<Known, Missing> {
        let runs = self.store.runs(&self.scope).map_err(Missing::Broken)?;
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return Err(self.of_others()) };
        let before = behind(at.unwrap_or(last.at));
        if first.at >= before {
            let message = format!("no run is as early as that: the first ran at {}", first.at);
            return Err(Missing::History(Failure::new(Exit::Usage, message)));
        }
        // The run that is looked at itself is one of those that are kept.
        let settings = HistorySettings { keep_runs: self.settings.keep_runs.saturating_add(1), ..self.settings };
        let history = self.store.history(&self.scope, before, settings).map_err(Missing::Broken)?;
        Ok(Known::new(pack, &Arc::new(history), before))
    }

    /// That there are only runs of others, if any.
    fn of_others(&mut self) -> Missing {
        let scopes = match self.store.scopes() {
            Ok(scopes) => scopes,
            Err(failure) => return Missing::Broken(failure),
        };
        let others: Vec<String> = scopes.iter().filter(|scope| **scope != self.scope).take(LISTED).map(shown).collect();
        let message = format!("the history at `{}` has no run of {}", self.address, shown(&self.scope));
        let help = if others.is_empty() {
            "`gardener analyze` with the same `--history` records one".to_owned()
        } else {
            format!("it has runs of {}: name their pack with --rules", others.join("; "))
        };
        Missing::History(Failure::new(Exit::Unreadable, message).help(help))
    }
}

/// `pack shop, service web`.
fn shown(scope: &Scope) -> String {
    let part =
        |what: &str, name: &Option<String>| name.as_ref().map(|name| format!(", {what} `{name}`")).unwrap_or_default();
    format!("pack `{}`{}{}", scope.pack, part("service", &scope.service), part("project", &scope.project))
}

/// The next instant.
fn behind(time: Timestamp) -> Timestamp {
    Timestamp::from_unix(time.seconds(), time.nanos().saturating_add(1)).unwrap_or_else(|| time.plus_seconds(1))
}

/// The cluster that a name means, of which runs must have seen something.
pub(super) fn seen<'k>(known: &'k Known, pack: &Pack, name: &str) -> Result<&'k Series, Failure> {
    match known.find(name) {
        Named::One(series) => Ok(series),
        Named::Lock(fingerprint) => Err(Failure::new(
            Exit::Usage,
            format!("of the cluster `{fingerprint}` only its lock is known: no run that is kept saw it"),
        )
        .help("`gardener history unlock` takes the lock back")),
        Named::Several(all) => Err(several(name, &all)),
        Named::Nothing(near) => Err(nothing(known, pack, name, near)),
    }
}

pub(super) fn several(name: &str, all: &[&Series]) -> Failure {
    let message = format!("`{name}` may mean {}", counted(all.len() as u64, "cluster", None));
    let one = |series: &&Series| {
        let print = series.fingerprints.first().map(|print| print.to_string().chars().take(11).collect::<String>());
        format!("{} ({})", print.unwrap_or_default(), title(series))
    };
    let listed: Vec<String> = all.iter().take(LISTED).map(one).collect();
    let more = if all.len() > LISTED { ", …" } else { "" };
    Failure::new(Exit::Usage, message).help(format!("name one by its fingerprint: {}{more}", listed.join(", ")))
}

pub(super) fn nothing(known: &Known, pack: &Pack, name: &str, near: Option<&str>) -> Failure {
    let is_defined = pack.definitions.iter().any(|it| it.id == name || it.was.iter().any(|was| was == name));
    let runs = counted(known.runs(), "run", None);
    let failure = Failure::new(Exit::Usage, format!("none of {runs} saw a cluster `{name}`"));
    match near {
        _ if is_defined => {
            failure.help("the pack has a definition of that name, and no run that is kept saw an entry of its")
        }
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`gardener history` lists all of them"),
    }
}

/// The id and the group of a cluster.
pub(super) fn title(series: &Series) -> String {
    let group: String = series.group.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    format!("{}{group}", series.id)
}

/// `7 runs, 2025-06-01 05:00:00 to 2025-06-03 05:00:00`.
pub(super) fn sightings(series: &Series) -> String {
    let (first, last) = series.span;
    let runs = counted(series.runs_seen, "run", None);
    if first == last {
        format!("{runs}, {}", moment(first))
    } else {
        format!("{runs}, {} to {}", moment(first), moment(last))
    }
}
