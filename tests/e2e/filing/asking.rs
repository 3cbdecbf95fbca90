//! Who is asked before something is written: whoever sits at a terminal.

use super::desk::*;

#[test]
fn in_a_pipe_it_must_be_said() {
    let scenario = escalating();
    let capture = payments(&scenario, 4, 2);
    let run = scenario.run(&["apply", "--rules", "pack", "--now", NOW, &capture]);
    assert_eq!((run.code, scenario.github.with(|world| world.log.len())), (2, 0), "{}", run.stderr);
    assert!(run.stderr.contains("--yes") && run.stderr.contains("gardener plan -o plan.json"), "{}", run.stderr);
    assert!(!scenario.path().join("history.db").exists());
}

#[test]
fn captures_that_are_not_there_or_not_whole_are_told_before_anything_is_written() {
    let scenario = escalating();
    let run = apply(&scenario, NOW, "nowhere.jsonl");
    assert_eq!((run.code, writes(&scenario)), (6, 0), "{}", run.stderr);
    std::fs::write(scenario.path().join("empty.jsonl"), "").unwrap();
    let run = apply(&scenario, NOW, "empty.jsonl");
    assert_eq!((run.code, writes(&scenario)), (6, 0), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
mod at_a_terminal {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::process::Stdio;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::*;
    use crate::github::TOKEN;
    use crate::scenario::Scenario;
    use crate::support::program;

    /// How long anything at the terminal may take.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// Runs `apply` at a terminal, and answers its question by a key; what was said, and the exit code.
    fn answered(scenario: &Scenario, capture: &str, key: &[u8]) -> (i32, String) {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let end = || Stdio::from(File::options().read(true).write(true).open(&name).unwrap());
        let mut child = program()
            .args(["apply", "--rules", "pack", "--interval", "0s", "--now", NOW, capture])
            .current_dir(scenario.path())
            .env("GITHUB_API_URL", scenario.github.url())
            .env("GITHUB_TOKEN", TOKEN)
            .env("TERM", "xterm")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .unwrap();
        let mut master = File::from(master);
        let mut reader = master.try_clone().unwrap();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 || sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let (mut said, mut is_answered) = (Vec::new(), false);
        loop {
            match receiver.recv_timeout(PATIENCE) {
                Ok(more) => said.extend(more),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    child.kill().unwrap();
                    panic!("nothing happens any more: {}", String::from_utf8_lossy(&said));
                }
            }
            if !is_answered && String::from_utf8_lossy(&said).contains("[y/N]") {
                master.write_all(key).unwrap();
                is_answered = true;
            }
        }
        let code = child.wait().unwrap().code().unwrap_or(-1);
        (code, String::from_utf8_lossy(&said).replace('\r', ""))
    }

    #[test]
    fn whoever_says_no_writes_nothing() {
        for key in [&b"n"[..], b"x", b"\r", b"\x1b"] {
            let scenario = Scenario::new();
            let (code, said) = answered(&scenario, &payments(&scenario, 4, 2), key);
            assert_eq!((code, writes(&scenario)), (2, 0), "{said}");
            for words in
                ["# Plan of 2025-09-14T04:55:00Z", "Payments fail", "to acme/shop? [y/N]", "nothing was written"]
            {
                assert!(said.contains(words), "{words}: {said}");
            }
            assert!(!said.contains(TOKEN));
        }
    }

    #[test]
    fn whoever_says_yes_writes() {
        let scenario = Scenario::new();
        let (code, said) = answered(&scenario, &payments(&scenario, 4, 2), b"y");
        assert_eq!((code, ours(&scenario).len()), (0, 1), "{said}");
        assert!(said.contains("created as #1"), "{said}");
        assert_clean(&scenario);
    }

    #[test]
    fn what_writes_nothing_asks_nothing() {
        let scenario = Scenario::new();
        let capture = payments(&scenario, 4, 2);
        applied(&scenario, NOW, &capture);
        let (code, said) = answered(&scenario, &capture, b"");
        assert!(code == 0 && !said.contains("[y/N]"), "{said}");
    }

    #[test]
    fn the_plan_that_is_shown_cannot_move_the_cursor() {
        let scenario = Scenario::new();
        let capture = scenario.capture(
            "evil.jsonl",
            "2025-09-14T04:10",
            "payment failed \u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}1A",
            2,
        );
        let (code, said) = answered(&scenario, &capture, b"n");
        assert_eq!(code, 2, "{said}");
        for bad in ["\u{1b}[2J", "\u{1b}]0", "\u{7}", "\u{9b}"] {
            assert!(!said.contains(bad), "{said:?}");
        }
    }
}
