//! Directories that a sink in Cloud Storage has filled.

use super::*;

/// A directory with a shard for each hour of a day, two of some, and one that came late.
fn export(folder: &Path) {
    for hour in 0..24 {
        write(
            folder,
            &format!("export/{}", shard(hour, "S0")),
            &lines(&[entry(hour, 1, "boom"), entry(hour, 2, "bang")]),
        );
    }
    // The same entry once more, for sinks do not promise to write it once; and one that is new.
    write(folder, &format!("export/{}", shard(8, "S1")), &lines(&[entry(8, 2, "bang"), entry(8, 3, "boom")]));
    write(folder, &format!("export/{}", shard(8, "A0:4837947391")), &gzip(&lines(&[entry(8, 4, "late")])));
    write(folder, "export/syslog/2026/01/13/notes.txt", b"ERROR by hand\n");
}

#[test]
fn all_shards_below_a_directory_are_read_and_what_is_in_two_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path());
    let report = report(folder.path(), &["export"]);
    assert_eq!(counts(&report), [52, 0, 1, 0]);
    assert_eq!(report["source"]["captures"].as_array().unwrap().len(), 27);
}

#[test]
fn a_window_leaves_out_whole_shards_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path());
    let window = ["--since", "2026-01-13T08:00:00Z", "--until", "2026-01-13T09:00:00Z", "export"];
    let run = support::run_in(folder.path(), &[&["analyze", "--format", "json"], &window[..]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let note = "19 shards of a sink lie outside of the window by the hours in the names, and were not read";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    // The hour before, that of the window, and three behind it; what is no shard has no time.
    assert_eq!(counts(&report), [14, 0, 1, 8]);
    assert!(report["notes"].as_array().unwrap().contains(&json!(note)), "{}", report["notes"]);
    // All that is read counts the same as if nothing had been left out.
    let all: Vec<String> = (0..24).map(|hour| format!("export/{}", shard(hour, "S0"))).collect();
    let copies = folder.path().join("copies");
    for (number, name) in all.iter().enumerate() {
        write(&copies, &format!("{number}.json"), &std::fs::read(folder.path().join(name)).unwrap());
    }
    let arguments = [&window[..4], &["copies"]].concat();
    let whole = super::report(folder.path(), &arguments);
    assert_eq!(counts(&whole), [48, 0, 0, 46]);

    for (command, told) in [("diff", "--base"), ("shadow", "--format"), ("explain", "--now")] {
        let value = match command {
            "diff" => "default",
            "shadow" => "json",
            _ => "2026-01-14T00:00:00Z",
        };
        let run = support::run_in(folder.path(), &[&[command, told, value], &window[..]].concat());
        assert_eq!(run.code, 0, "{command}: {}", run.stderr);
        assert_eq!(run.stderr.contains(note), command != "explain", "{command}: {}", run.stderr);
    }
}

#[test]
fn a_window_without_any_shard_is_no_quiet_night() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &format!("export/{}", shard(8, "S0")), &lines(&[entry(8, 1, "boom")]));
    let arguments = ["analyze", "--since", "2026-01-14T00:00:00Z", "export"];
    let run = support::run_in(folder.path(), &arguments);
    assert_eq!(run.code, 6, "{}", run.stderr);
    assert!(run.stderr.contains("there are no entries in any shard of the window"), "{}", run.stderr);
    let run = support::run_in(folder.path(), &[&arguments[..], &["--allow-empty"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_shard_is_named_with_its_record() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path());
    let record = format!("export/{}:2", shard(8, "S0"));
    let run = support::run_in(folder.path(), &["explain", &record]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("bang"), "{}", run.stdout);
}

#[test]
fn the_next_run_takes_shards_that_were_left_out_for_read() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path());
    let run = |now: &str| {
        let arguments = ["--history", "h.db", "--since", "last", "--now", now, "export"];
        report(folder.path(), &arguments)
    };
    assert_eq!(counts(&run("2026-01-13T04:30:00Z"))[0], 17, "hours up to three behind the window");
    let next = run("2026-01-13T08:30:00Z");
    let notes = next["notes"].to_string();
    assert!(!notes.contains("taken as"), "{notes}");
    assert_eq!(next["entries"]["clustered"], 11, "{next:#}");
}
