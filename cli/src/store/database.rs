//! What the store needs of a database, so that all that is kept is kept alike, whichever it is.

use std::fmt;

/// One database, connected. Parameters of statements are `$1`, `$2` and so on, as both kinds understand them.
pub(super) trait Database: Send {
    /// Carries out a statement.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<(), Fault> {
        self.query(sql, values, &mut |_| Ok(()))
    }

    /// Carries out a query; each row is handed over as it comes.
    fn query(
        &mut self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(&Row) -> Result<(), Fault>,
    ) -> Result<(), Fault>;

    /// Where it differs from the other kind.
    fn dialect(&self) -> &'static Dialect;

    /// Whether it holds what is not the store's, and nothing that is.
    fn is_of_others(&mut self) -> Result<bool, Fault>;
}

/// Where kinds of databases differ.
#[derive(Debug)]
pub(super) struct Dialect {
    /// The type of bytes.
    pub(super) blob: &'static str,
    /// Begins what writes. Nobody else may write what it reads until it ends.
    pub(super) begin: &'static str,
    /// Begins what only reads, all of it from one moment.
    pub(super) begin_reading: &'static str,
    /// Keeps others from changing the schema; a query that gives one row, for the transaction that changes it.
    pub(super) lock_schema: &'static str,
    /// Behind a query of one row: it stays as it is until the transaction ends.
    pub(super) for_update: &'static str,
    /// A query for a table of the name `$1`.
    pub(super) find_table: &'static str,
}

/// A value that is handed to a database, or comes from one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    /// PostgreSQL's texts cannot hold a NUL, which a manifest or a person may have written.
    fn from(value: &str) -> Self {
        Self::Text(value.replace('\0', "\u{fffd}"))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer.
#[derive(Debug)]
pub(super) struct Row(pub(super) Vec<Value>);

impl Row {
    pub(super) fn int(&self, at: usize) -> Result<i64, Fault> {
        match self.0.get(at) {
            Some(Value::Int(value)) => Ok(*value),
            _ => Err(Fault::strange("a number is not where it should be")),
        }
    }

    pub(super) fn text(&self, at: usize) -> Result<&str, Fault> {
        match self.0.get(at) {
            Some(Value::Text(value)) => Ok(value),
            _ => Err(Fault::strange("a text is not where it should be")),
        }
    }

    /// JSON that was written as text.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self, at: usize) -> Result<T, Fault> {
        serde_json::from_str(self.text(at)?).map_err(|error| Fault::strange(&error.to_string()))
    }
}

/// What went wrong in a database.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: Trouble,
    /// The database's own words, which may be shown.
    pub(super) detail: String,
}

/// What kind of trouble, as far as somebody could do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Another program holds it for too long.
    Busy,
    /// It is no database.
    NotADatabase,
    /// It is damaged.
    Corrupt,
    /// It may not be written.
    ReadOnly,
    /// There is no room left.
    Full,
    /// The disk does not do as it should; one that is full is told like that as well.
    Disk,
    /// It cannot be opened, or nobody answers there.
    Unreachable,
    /// What is written of where it is cannot be followed.
    BadAddress,
    /// The server does not let us in.
    Refused,
    /// Others have done meanwhile what was to be done.
    Overtaken,
    /// A later version of this program has made it what it is.
    Newer,
    /// What is written in it is not what this program writes.
    Strange,
    /// Anything else.
    Other,
}

impl Fault {
    pub(super) fn new(kind: Trouble, detail: impl fmt::Display) -> Self {
        Self { kind, detail: detail.to_string() }
    }

    pub(super) fn strange(detail: &str) -> Self {
        Self::new(Trouble::Strange, detail)
    }
}

/// The first row of a query, if there is one.
pub(super) fn first<T>(
    database: &mut dyn Database,
    sql: &str,
    values: &[Value],
    mut with: impl FnMut(&Row) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let mut found = None;
    database.query(sql, values, &mut |row| {
        if found.is_none() {
            found = Some(with(row)?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// All rows of a query.
pub(super) fn all<T>(
    database: &mut dyn Database,
    sql: &str,
    values: &[Value],
    mut with: impl FnMut(&Row) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut found = Vec::new();
    database.query(sql, values, &mut |row| {
        found.push(with(row)?);
        Ok(())
    })?;
    Ok(found)
}

/// Does something in one transaction, all of it or nothing.
pub(super) fn transaction<T>(
    database: &mut dyn Database,
    begin: &str,
    work: impl FnOnce(&mut dyn Database) -> Result<T, Fault>,
) -> Result<T, Fault> {
    database.execute(begin, &[])?;
    match work(database) {
        Ok(value) => {
            database.execute("COMMIT", &[])?;
            Ok(value)
        }
        Err(fault) => {
            // What cannot be taken back is taken back by the database, when the connection ends.
            let _ = database.execute("ROLLBACK", &[]);
            Err(fault)
        }
    }
}
