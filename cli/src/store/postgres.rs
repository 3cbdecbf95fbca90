//! A history in a PostgreSQL database.

mod tls;
mod url;

use std::error::Error;
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, error::SqlState};

use super::address::ServerUrl;
use super::database::{Database, Dialect, Fault, Row, Trouble, Value};

const DIALECT: Dialect = Dialect {
    blob: "BYTEA",
    begin: "BEGIN",
    begin_reading: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    // Any number, as long as it is always the same one.
    lock_schema: "SELECT 1 FROM (SELECT pg_advisory_xact_lock(7305809211)) AS locked",
    for_update: " FOR UPDATE",
    find_table: "SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass($1)",
};

/// A server, connected.
pub(super) struct Server(Client);

impl Server {
    /// Connects to a server, waiting so long for it, and for others who hold what we want to write.
    pub(super) fn connect(url: &ServerUrl, password: Option<&str>, patience: Duration) -> Result<Self, Fault> {
        let (mut config, tls) = url::parse(url.whole())?;
        if let (None, Some(password)) = (config.get_password(), password) {
            config.password(password);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(patience);
        }
        // A connection whose other end is gone is given up, and not waited for.
        config
            .tcp_user_timeout(patience * 3)
            .keepalives_idle(patience.max(Duration::from_secs(1)))
            .application_name("gardener");
        let mut client = config.connect(tls::connector(&tls)?).map_err(|error| fault(&error))?;
        let millis = patience.as_millis();
        let settings = format!(
            "SET lock_timeout = {millis}; SET statement_timeout = {}; SET client_min_messages = warning",
            millis * 12
        );
        client.batch_execute(&settings).map_err(|error| fault(&error))?;
        Ok(Self(client))
    }
}

impl Database for Server {
    fn query(
        &mut self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(&Row) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut rows = self.0.query_raw(sql, values).map_err(|error| fault(&error))?;
        while let Some(row) = rows.next().map_err(|error| fault(&error))? {
            let read: Result<Vec<Value>, _> =
                row.columns().iter().enumerate().map(|(at, column)| value(&row, at, column.type_())).collect();
            each(&Row(read.map_err(|error| fault(&error))?))?;
        }
        Ok(())
    }

    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    /// Its tables may stand beside others', whose names do not begin as theirs do.
    fn is_of_others(&mut self) -> Result<bool, Fault> {
        Ok(false)
    }
}

fn value(row: &postgres::Row, at: usize, kind: &Type) -> Result<Value, postgres::Error> {
    Ok(match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map_or(Value::Null, Value::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(at)?.map_or(Value::Null, |value| Value::Int(value.into())),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.map_or(Value::Null, Value::Blob),
        _ => row.try_get::<_, Option<String>>(at)?.map_or(Value::Null, Value::Text),
    })
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql_checked(kind, out),
            Self::Text(text) => text.to_sql_checked(kind, out),
            Self::Blob(bytes) => bytes.to_sql_checked(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn fault(error: &postgres::Error) -> Fault {
    let Some(told) = error.as_db_error() else {
        let told = chain(error);
        let kind = match told.as_str() {
            // The client has no code for it.
            told if told.contains("password missing") => Trouble::Refused,
            _ if error.is_closed() => Trouble::Other,
            _ => Trouble::Unreachable,
        };
        return Fault::new(kind, told);
    };
    let kind = match *told.code() {
        SqlState::LOCK_NOT_AVAILABLE | SqlState::QUERY_CANCELED | SqlState::T_R_DEADLOCK_DETECTED => Trouble::Busy,
        SqlState::DISK_FULL => Trouble::Full,
        SqlState::READ_ONLY_SQL_TRANSACTION | SqlState::INSUFFICIENT_PRIVILEGE => Trouble::ReadOnly,
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => Trouble::Corrupt,
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION | SqlState::INVALID_CATALOG_NAME => {
            Trouble::Refused
        }
        SqlState::CANNOT_CONNECT_NOW | SqlState::TOO_MANY_CONNECTIONS => Trouble::Unreachable,
        _ => Trouble::Other,
    };
    Fault::new(kind, told.message())
}

/// An error with all that caused it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}
