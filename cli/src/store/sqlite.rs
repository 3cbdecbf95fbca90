//! A history in a file.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::database::{Database, Dialect, Fault, Row, Trouble, Value};

const DIALECT: Dialect = Dialect {
    blob: "BLOB",
    // Takes the right to write at once, so that what is read then is not changed by another run before it is written upon.
    begin: "BEGIN IMMEDIATE",
    begin_reading: "BEGIN",
    lock_schema: "SELECT 1",
    for_update: "",
    find_table: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
};

/// A file, opened.
#[derive(Debug)]
pub(super) struct File(Connection);

impl File {
    /// Opens a file, or makes it, waiting so long for others who hold it.
    pub(super) fn open(path: &Path, patience: Duration) -> Result<Self, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| fault(&error))?;
        connection.busy_timeout(patience).map_err(|error| fault(&error))?;
        let mut file = Self(connection);
        // Runs that read then never wait for one that writes. Where the file system cannot do it, nothing is lost by going on.
        match file.pragma("PRAGMA journal_mode = WAL") {
            // Somebody else is in the middle of doing the same.
            Err(fault) if fault.kind != Trouble::Busy => return Err(fault),
            _ => {}
        }
        // A run is recorded once an hour, and what was told of it must be true after a power failure too: each commit waits
        // until the disk has it.
        file.pragma("PRAGMA synchronous = FULL")?;
        Ok(file)
    }

    fn pragma(&mut self, sql: &str) -> Result<(), Fault> {
        self.query(sql, &[], &mut |_| Ok(()))
    }
}

impl Database for File {
    fn query(
        &mut self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(&Row) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        // `$1` is the first parameter to be met, here, and `?1` the first.
        let mut statement = self.0.prepare(&sql.replace('$', "?")).map_err(|error| fault(&error))?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(|error| fault(&error))?;
        while let Some(row) = rows.next().map_err(|error| fault(&error))? {
            let mut read = Vec::with_capacity(columns);
            for at in 0..columns {
                read.push(match row.get_ref(at).map_err(|error| fault(&error))? {
                    ValueRef::Integer(value) => Value::Int(value),
                    ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                    ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
                    ValueRef::Null | ValueRef::Real(_) => Value::Null,
                });
            }
            each(&Row(read))?;
        }
        Ok(())
    }

    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn is_of_others(&mut self) -> Result<bool, Fault> {
        let (mut own, mut others) = (false, false);
        self.query("SELECT name FROM sqlite_master", &[], &mut |row| {
            let is_own = row.text(0)?.contains("gardener_");
            (own, others) = (own | is_own, others | !is_own);
            Ok(())
        })?;
        Ok(others && !own)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn fault(error: &rusqlite::Error) -> Fault {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Trouble::Busy,
        Some(ErrorCode::NotADatabase) => Trouble::NotADatabase,
        Some(ErrorCode::DatabaseCorrupt) => Trouble::Corrupt,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Trouble::ReadOnly,
        Some(ErrorCode::DiskFull) => Trouble::Full,
        Some(ErrorCode::CannotOpen) => Trouble::Unreachable,
        Some(ErrorCode::SystemIoFailure) => Trouble::Disk,
        _ => Trouble::Other,
    };
    // The library's words name the file as well, which is said already.
    let detail = match error {
        rusqlite::Error::SqliteFailure(code, message) => message.clone().unwrap_or_else(|| code.to_string()),
        error => error.to_string(),
    };
    Fault::new(kind, detail)
}
