//! What somebody sees who sits at a terminal.

use serde_json::json;

use super::gcp::{Fault, Gcp};
use super::{Pulled, command, entries};

/// Runs a command at a terminal of its own; what is drawn there.
fn at_a_terminal(command: &std::process::Command) -> Pulled {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line: Vec<String> = words.map(|word| format!("'{}'", word.to_str().unwrap().replace('\'', "'\\''"))).collect();
    let mut script = std::process::Command::new("script");
    script.args(["--quiet", "--return", "--flush", "--command", &line.join(" "), "/dev/null"]);
    script.stdin(std::process::Stdio::null()).env("TERM", "xterm").current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    script.output().unwrap().into()
}

#[test]
fn entries_the_time_that_is_reached_the_rate_and_waits_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let server = Gcp::new(entries(40));
    let exhausted = json!({ "error": { "code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded",
        "details": [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "5.5s" }] } });
    {
        let mut world = server.world();
        world.most = 10;
        world.faults.insert(3, Fault::Answer(429, exhausted));
    }
    let arguments = ["--project", "shop", "-o", "x.jsonl"];
    let run = at_a_terminal(&command(folder.path(), &server, &arguments));
    assert_eq!(run.code, 0, "{}", run.stdout);
    for shown in ["20 entries up to 2025-09-14T04:00:19.123456Z, ", "/s; waiting 6 s: ", "Quota exceeded"] {
        assert!(run.stdout.contains(shown), "{shown}: {}", run.stdout);
    }
    let last = run.stdout.rsplit("\u{1b}[2K").next().unwrap();
    assert!(last.trim_start().starts_with("pulled 40 entries"), "the line is gone when it is done: {:?}", run.stdout);

    let quiet = at_a_terminal(&command(folder.path(), &server, &[&arguments[..], &["-q"]].concat()));
    assert_eq!((quiet.code, quiet.stdout.as_str()), (0, ""));
}
