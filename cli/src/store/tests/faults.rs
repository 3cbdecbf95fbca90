//! What goes wrong, and what is said of it.

use std::fs;
use std::path::Path;

use super::*;
use crate::error::{Exit, Failure};

fn refused(path: &Path) -> (Exit, String, String) {
    told(Store::open_waiting(&Address::File(path.to_owned()), None, Duration::from_millis(200)))
}

fn told<T>(result: Result<T, Failure>) -> (Exit, String, String) {
    let Err(failure) = result else { panic!("it went well") };
    (failure.exit, failure.message, failure.help.unwrap_or_default())
}

#[test]
fn what_is_no_history_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("worklog.md");
    let text = "# a worklog\n".repeat(100);
    fs::write(&path, &text).unwrap();
    let (exit, message, help) = refused(&path);
    assert!(
        exit == Exit::Unreadable && message.contains("is no history") && help.contains("another file"),
        "{message}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), text);

    let path = folder.path().join("others.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    let (exit, message, _) = refused(&path);
    assert!(exit == Exit::Unreadable && message.contains("a database of another program"), "{message}");

    let (exit, message, help) = refused(folder.path());
    assert!(exit == Exit::Unreadable && message.contains("is a directory") && help.contains("history.db"), "{message}");
    let (exit, message, help) = refused(&folder.path().join("no/such/history.db"));
    assert!(exit == Exit::Unreadable && message.contains("there is no directory") && help.contains("mkdir -p"));
    let (exit, message, _) = refused(Path::new("/dev/null"));
    assert!(exit == Exit::Unreadable && message.contains("no ordinary file"), "{message}");
}

#[test]
fn a_directory_that_alone_is_missing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::File(folder.path().join(".gardener/history.db"));
    assert!(Store::open(&address, None).unwrap().is_new());
    let store = Store::open(&address, None).unwrap();
    assert!(!store.is_new() && store.address() == &address);
}

#[test]
fn a_damaged_file_is_told_and_not_taken_for_an_empty_one() {
    let bench = Bench::File(tempfile::tempdir().unwrap());
    let Address::File(path) = bench.address() else { panic!("a file") };
    let clusters = (0..400).map(|n| seen(&format!("c{n}"), n)).collect();
    record(&mut bench.open(), &scope("web"), &run("02T01:00:00", clusters));
    let mut bytes = fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[4096 * 3..length - 4096].fill(0xA5);
    fs::write(&path, &bytes).unwrap();
    let read = Store::open(&bench.address(), None)
        .and_then(|mut store| store.history(&scope("web"), at("03T00:00:00"), HistorySettings::default()));
    let (exit, message, help) = told(read);
    assert!(exit == Exit::Unreadable && message.contains("is damaged") && help.contains("a copy"), "{message}");
}

#[test]
fn one_that_another_holds_is_told_after_a_while() {
    each(|bench| {
        let mut holder = bench.open();
        let held = holder.record(&scope("web"), &run("02T01:00:00", vec![]), HistorySettings::default()).unwrap();
        let mut other = Store::open_waiting(&bench.address(), None, Duration::from_millis(300)).unwrap();
        let recorded = other.record(&scope("web"), &run("02T02:00:00", vec![]), HistorySettings::default());
        let (exit, message, help) = told(recorded.map(|_| ()).map_err(Failure::from));
        assert!(message.contains("is held by another program") && help.contains("run it again"), "{message}");
        assert_eq!(exit, bench.address().exit());
        held.commit().unwrap();
        record(&mut other, &scope("web"), &run("02T02:00:00", vec![]));
        assert_eq!(history(&mut other, "03T00:00:00").runs.len(), 2);
    });
}

#[test]
fn a_full_disk_loses_nothing_of_what_was_there() {
    let bench = Bench::File(tempfile::tempdir().unwrap());
    let mut store = bench.open();
    record(&mut store, &scope("web"), &run("02T01:00:00", vec![seen("a", 1)]));
    store.database.execute("PRAGMA max_page_count = 1", &[]).unwrap();
    let clusters = (0..2000).map(|n| seen(&format!("c{n}"), n)).collect();
    let recorded = store.record(&scope("web"), &run("02T01:00:00", clusters), HistorySettings::default());
    let (exit, message, help) = told(recorded.map(|_| ()).map_err(Failure::from));
    assert!(
        exit == Exit::Unreadable && message.contains("the disk is full") && help.contains("make room"),
        "{message}"
    );
    assert_eq!(counts(&history(&mut store, "03T00:00:00"), "a"), [1]);
    assert_eq!(counts(&history(&mut bench.open(), "03T00:00:00"), "a"), [1]);
}

#[test]
fn a_history_of_a_later_version_is_refused_and_left_as_it_is() {
    each(|bench| {
        let mut store = bench.open();
        record(&mut store, &scope("web"), &run("02T01:00:00", vec![seen("a", 1)]));
        let version = |store: &mut Store, version: &str| {
            let sql = "UPDATE gardener_meta SET value = $1 WHERE key = 'schema'";
            store.database.execute(sql, &[version.into()]).unwrap();
        };
        version(&mut store, "99");
        let (exit, message, help) = told(Store::open(&bench.address(), None));
        assert_eq!(exit, bench.address().exit());
        assert!(
            message.contains("later version") && message.contains("99") && help.contains("up to date"),
            "{message}"
        );
        version(&mut store, "x");
        let (_, message, _) = told(Store::open(&bench.address(), None));
        assert!(message.contains("is no number"), "{message}");
        version(&mut store, &schema::newest().to_string());
        assert_eq!(history(&mut bench.open(), "03T00:00:00").runs.len(), 1);
    });
}

#[test]
fn what_is_not_json_is_told() {
    each(|bench| {
        let mut store = bench.open();
        record(&mut store, &scope("web"), &run("02T01:00:00", vec![seen("a", 1)]));
        store.database.execute("UPDATE gardener_cluster SET past = '{}'", &[]).unwrap();
        let (_, message, _) = told(store.history(&scope("web"), at("03T00:00:00"), HistorySettings::default()));
        assert!(message.contains("holds what gardener has not written"), "{message}");
        // What a later version wrote beside is passed over.
        record(&mut store, &scope("web"), &run("02T01:00:00", vec![seen("a", 1)]));
        let more =
            r#"UPDATE gardener_cluster SET past = replace(past, '{"fingerprint"', '{"later":[1],"fingerprint"')"#;
        store.database.execute(more, &[]).unwrap();
        assert_eq!(counts(&history(&mut store, "03T00:00:00"), "a"), [1]);
    });
}

#[test]
fn a_server_that_fails_is_told_without_its_password() {
    let Some(server) = server::server() else { return };
    let url = server.database();
    let replaced = |from: &str, to: &str| url.replace(from, to);
    let place = url.rsplit_once('/').unwrap().0;
    for (url, exit, part) in [
        (replaced(":s3cret@", ":s3cret-not@"), Exit::Remote, "does not let us in"),
        (replaced(":s3cret@", "@"), Exit::Remote, "does not let us in: invalid configuration: password missing"),
        (format!("{place}/nothing"), Exit::Remote, "does not let us in"),
        ("postgres://gardener:s3cret@127.0.0.1:1/logs".to_owned(), Exit::Remote, "cannot be reached"),
        ("postgres://gardener:s3cret@no-such-host.invalid/logs".to_owned(), Exit::Remote, "cannot be reached"),
        (format!("{url}?sslmode=on"), Exit::Usage, "sslmode"),
        (format!("{url}?sslmode=verify-full&sslrootcert=/no/such"), Exit::Usage, "`/no/such` cannot be read"),
    ] {
        let (found, message, help) = told(Store::open(&Address::parse(&url).unwrap(), None));
        assert_eq!(found, exit, "{message}");
        assert!(message.contains(part), "{message}");
        assert!(!message.contains("s3cret") && !help.contains("s3cret"), "{message} {help}");
    }
    // The password may also come from the environment.
    let without = Address::parse(&replaced(":s3cret@", "@")).unwrap();
    assert!(Store::open(&without, Some("s3cret")).is_ok());
}

#[test]
fn tls_goes_as_far_as_the_url_asks() {
    let Some(server) = server::server() else { return };
    let Some(certificate) = server.certificate() else { return };
    let url = server.database();
    let encrypted = |parameters: &str| -> Result<bool, Failure> {
        let mut store = Store::open(&Address::parse(&format!("{url}{parameters}"))?, None)?;
        let sql = "SELECT CASE WHEN ssl THEN 1 ELSE 0 END FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let ssl = database::first(store.database.as_mut(), sql, &[], |row| row.int(0)).unwrap();
        Ok(ssl == Some(1))
    };
    assert!(encrypted("").unwrap() && encrypted("?sslmode=require").unwrap());
    assert!(!encrypted("?sslmode=disable").unwrap());
    let known = certificate.display();
    let by = |mode: &str| encrypted(&format!("?sslmode={mode}&sslrootcert={known}"));
    assert!(by("verify-ca").unwrap());
    // The certificate is that of `localhost`, and the URL says 127.0.0.1.
    let (exit, message, _) = told(by("verify-full"));
    assert!(exit == Exit::Remote && message.contains("certificate"), "{message}");
    let (exit, message, _) = told(encrypted("?sslmode=verify-ca"));
    assert!(exit == Exit::Remote && message.contains("certificate"), "{message}");
}
