//! A folder with a pack and captures, and runs of the program in it against the emulator of GitHub.
//!
//! No secret may ever be in what a run prints or leaves behind; that is asserted after each.

#![allow(dead_code, reason = "each test target uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "another process is waited for")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::github::{Done, Fault, GitHub, Rule, TOKEN, World};
use crate::support::{Run, program, write_pack};

const MANIFEST: &str = "version: 1\nname: shop\nservice: web\nissue: { repository: acme/shop }\n";
const CLUSTERS: &str = "- id: queue
  title: Queue grows
  match: message:\"queue length\"
  capture: { length: 'queue length (\\d+)' }
  severity: P3
- id: payment
  title: Payments fail
  match: message:\"payment failed\"
  severity: P1
";
/// What a pipeline or a developer may have set, and what must not count here.
const FOREIGN: &[&str] = &[
    "GH_TOKEN",
    "GH_HOST",
    "GITHUB_ACTIONS",
    "GITHUB_REPOSITORY",
    "GITHUB_SERVER_URL",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_OUTPUT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

pub struct Scenario {
    pub github: GitHub,
    folder: TempDir,
    environment: Vec<(String, String)>,
    secrets: Vec<String>,
}

impl Scenario {
    /// The private repository `acme/shop`, a pack that files there, and no history.
    pub fn new() -> Self {
        Self::on(GitHub::start())
    }

    /// The same on GitHub Enterprise.
    pub fn enterprise() -> Self {
        Self::on(GitHub::start_enterprise())
    }

    fn on(github: GitHub) -> Self {
        github.with(|world| {
            world.add_repo("acme/shop");
        });
        let folder = tempfile::tempdir().unwrap();
        let mut scenario = Self { folder, environment: Vec::new(), secrets: Vec::new(), github };
        let url = scenario.github.url();
        scenario.set("GITHUB_API_URL", &url);
        scenario.secret("GITHUB_TOKEN", TOKEN);
        scenario.pack("gardener.yaml", MANIFEST);
        scenario.pack("clusters/shop.yaml", CLUSTERS);
        scenario
    }

    /// The folder that it runs in; the pack is in `pack`.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the pack.
    pub fn pack(&self, name: &str, text: &str) {
        write_pack(self.path(), &[(name, text)]);
    }

    /// Keeps history from now on, in `history.db`.
    pub fn keep_history(&mut self) {
        self.set("GARDENER_HISTORY", "history.db");
    }

    /// Loses the history.
    pub fn lose_history(&self) {
        for file in ["history.db", "history.db-wal", "history.db-shm"] {
            let _ = fs::remove_file(self.path().join(file));
        }
    }

    /// Sets a variable of the program's environment.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Sets one that nobody may ever see.
    pub fn secret(&mut self, name: &str, value: &str) {
        self.set(name, value);
        // Of keys of many lines none may be seen.
        self.secrets
            .extend(value.lines().filter(|line| line.len() >= 16 && !line.starts_with("---")).map(str::to_owned));
    }

    /// Takes a variable out of the program's environment.
    pub fn unset(&mut self, name: &str) {
        self.environment.retain(|(known, _)| known != name);
    }

    /// Writes a capture of so many errors with this message, one a second from a time on (`2025-09-14T04:00`); its name.
    pub fn capture(&self, name: &str, minute: &str, message: &str, count: usize) -> String {
        let entry = |nth: usize| {
            let time = format!("{minute}:{:02}Z", nth % 60);
            let payload = serde_json::json!({ "message": message });
            let id = format!("{name}-{nth}");
            serde_json::json!({ "severity": "ERROR", "insertId": id, "timestamp": time, "jsonPayload": payload })
        };
        let lines: Vec<String> = (0..count).map(|nth| entry(nth).to_string()).collect();
        self.lines(name, &lines)
    }

    /// Writes a capture of these lines; its name.
    pub fn lines(&self, name: &str, lines: &[String]) -> String {
        fs::write(self.path().join(name), lines.join("\n") + "\n").unwrap();
        name.to_owned()
    }

    /// Runs the program to its end.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.start(arguments).end()
    }

    /// Starts the program, so that others can run beside it, or that it can be killed.
    pub fn start(&self, arguments: &[&str]) -> Running<'_> {
        self.start_with(arguments, &[])
    }

    /// Starts it with further variables, as another pipeline has them.
    pub fn start_with(&self, arguments: &[&str], more: &[(&str, &str)]) -> Running<'_> {
        let mut command: Command = program();
        FOREIGN.iter().for_each(|name| {
            command.env_remove(name);
        });
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command.current_dir(self.path()).args(arguments).envs(environment).envs(more.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running { scenario: self, child: Some(command.spawn().unwrap()) }
    }

    /// Runs the program and kills it at its nth write, which was then done or not. Nothing where it ended before.
    #[track_caller]
    pub fn kill_at_write(&self, arguments: &[&str], nth: usize, done: Done) -> Option<Run> {
        let before = self.github.with(|world| {
            world.rules.push(Rule::of_writes(Fault::Hang(30_000, done)).from(nth));
            world.writes().len()
        });
        let mut running = self.start(arguments);
        let is_there = || {
            let at = |world: &mut World| world.writes().get(before + nth - 1).map(|it| it.inner.is_some());
            self.github.with(at).is_some_and(|was_done| was_done || done == Done::No)
        };
        let run = loop {
            if is_there() {
                break Some(running.kill());
            }
            if running.is_over() {
                running.end();
                break None;
            }
            thread::sleep(Duration::from_millis(5));
        };
        self.github.with(|world| world.rules.pop());
        run
    }

    /// Asserts that no secret is in what was printed, or in any file of the folder.
    #[track_caller]
    pub fn assert_discreet(&self, run: &Run) {
        let mut texts = vec![("stdout".to_owned(), run.stdout.clone().into_bytes())];
        texts.push(("stderr".to_owned(), run.stderr.clone().into_bytes()));
        read_all(self.path(), &mut texts);
        let given = self.github.with(|world| world.tokens.keys().cloned().collect::<Vec<_>>());
        for secret in self.secrets.iter().chain(&given) {
            for (place, bytes) in &texts {
                let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!is_there, "a secret is in {place}");
            }
        }
    }
}

fn read_all(folder: &Path, texts: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_all(&path, texts);
        } else if let Ok(bytes) = fs::read(&path) {
            texts.push((path.display().to_string(), bytes));
        }
    }
}

/// A run that is under way; it is killed when nobody waits for it.
pub struct Running<'a> {
    scenario: &'a Scenario,
    child: Option<Child>,
}

impl Running<'_> {
    /// Whether it is over by itself.
    fn is_over(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some())
    }

    /// Waits until it is over.
    #[track_caller]
    pub fn end(mut self) -> Run {
        let output = self.child.take().unwrap().wait_with_output().unwrap();
        self.seen(output)
    }

    /// Kills it, wherever it is.
    #[track_caller]
    pub fn kill(mut self) -> Run {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        self.seen(output)
    }

    #[track_caller]
    fn seen(&self, output: Output) -> Run {
        let run = Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!run.stderr.contains("panicked at"), "{}", run.stderr);
        self.scenario.assert_discreet(&run);
        run
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
