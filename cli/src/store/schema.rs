//! The tables, and how those of an older version become today's.

use super::database::{Database, Dialect, Fault, Trouble, first, transaction};

/// What each version added to the one before it, the first to nothing. A step that has been released is never changed: a
/// later one changes what it made.
const STEPS: [&[&str]; 3] = [
    &[
    "CREATE TABLE gardener_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE gardener_scope (
        id BIGINT PRIMARY KEY, pack TEXT NOT NULL, project TEXT NOT NULL, service TEXT NOT NULL)",
    // Times are nanoseconds since 1970.
    "CREATE TABLE gardener_run (
        scope BIGINT NOT NULL, at_ns BIGINT NOT NULL, digest TEXT NOT NULL, clusters BIGINT NOT NULL,
        entries TEXT NOT NULL, totals TEXT NOT NULL, past TEXT NOT NULL, PRIMARY KEY (scope, at_ns))",
    "CREATE TABLE gardener_cluster (
        scope BIGINT NOT NULL, at_ns BIGINT NOT NULL, place BIGINT NOT NULL, fingerprint TEXT NOT NULL, id TEXT NOT NULL,
        count BIGINT NOT NULL, severity TEXT NOT NULL, action TEXT, issue BIGINT, is_carried_out BIGINT NOT NULL,
        past TEXT NOT NULL, PRIMARY KEY (scope, at_ns, place))",
    "CREATE INDEX gardener_cluster_by_fingerprint ON gardener_cluster (scope, fingerprint, at_ns)",
    "CREATE TABLE gardener_lock (
        scope BIGINT NOT NULL, fingerprint TEXT NOT NULL, severity TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (scope, fingerprint))",
    ],
    // How far runs have read.
    &["CREATE TABLE gardener_reach (
        scope BIGINT NOT NULL, at_ns BIGINT NOT NULL, until_ns BIGINT NOT NULL, is_chained BIGINT NOT NULL, marks {blob},
        PRIMARY KEY (scope, at_ns))"],
    // What was to be written to a tracker, and who may write.
    &[
    "CREATE TABLE gardener_write (
        scope BIGINT NOT NULL, key TEXT NOT NULL, part BIGINT NOT NULL, fingerprint TEXT NOT NULL, kind TEXT NOT NULL,
        state TEXT NOT NULL, issue BIGINT, at_ns BIGINT NOT NULL, PRIMARY KEY (scope, key, part))",
    "CREATE INDEX gardener_write_by_state ON gardener_write (scope, state, at_ns)",
    "CREATE TABLE gardener_lease (scope BIGINT PRIMARY KEY, holder TEXT NOT NULL, until_ns BIGINT NOT NULL)",
    ],
];

/// The version of today's tables.
pub(super) fn newest() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Makes the tables what they are today, whatever they were, or says why that cannot be.
pub(super) fn migrate(database: &mut dyn Database) -> Result<(), Fault> {
    // Most often there is nothing to do, and so nothing to wait for.
    if version(database)? == Some(newest()) {
        return Ok(());
    }
    if database.is_of_others()? {
        return Err(Fault::new(Trouble::NotADatabase, "it is a database of another program"));
    }
    migrate_to(database, newest())
}

fn migrate_to(database: &mut dyn Database, target: i64) -> Result<(), Fault> {
    let dialect = database.dialect();
    transaction(database, dialect.begin, |database| {
        first(database, dialect.lock_schema, &[], |_| Ok(()))?;
        // Somebody else may have done it while we waited.
        let found = version(database)?.unwrap_or(0);
        if found > newest() {
            let told = format!("its tables are of version {found}, and this program knows them up to {}", newest());
            return Err(Fault::new(Trouble::Newer, told));
        }
        let steps = (1_i64..).zip(STEPS).filter(|(number, _)| *number > found && *number <= target);
        for (number, statements) in steps {
            for statement in statements {
                database.execute(&in_dialect(statement, dialect), &[])?;
            }
            database.execute("DELETE FROM gardener_meta WHERE key = 'schema'", &[])?;
            let values = [number.to_string().as_str().into()];
            database.execute("INSERT INTO gardener_meta (key, value) VALUES ('schema', $1)", &values)?;
        }
        Ok(())
    })
}

fn in_dialect(statement: &str, dialect: &Dialect) -> String {
    statement.replace("{blob}", dialect.blob)
}

/// The version of the tables that are there; nothing if there are none.
fn version(database: &mut dyn Database) -> Result<Option<i64>, Fault> {
    let find = database.dialect().find_table;
    if first(database, find, &["gardener_meta".into()], |_| Ok(()))?.is_none() {
        return Ok(None);
    }
    let read = |row: &super::database::Row| {
        row.text(0)?.parse().map_err(|_| Fault::strange("the version of its tables is no number"))
    };
    first(database, "SELECT value FROM gardener_meta WHERE key = 'schema'", &[], read)
}
