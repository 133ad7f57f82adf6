//! One connection: its settings, its transactions and the one place where statements are rendered.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::hooks::Wal;
use rusqlite::types::ValueRef;
use rusqlite::{ErrorCode, OpenFlags, params_from_iter};
use sea_query::{QueryStatementWriter, SqliteQueryBuilder, Value};

use super::parameter::Parameter;
use crate::StoreError;
use crate::row::{Cells, Row};
use crate::value::Cell;

/// Prepared statements kept per connection: more than there are hot ones.
const STATEMENTS: usize = 128;
/// Page cache of a reading connection, in KiB; the operating system caches the rest.
const READER_CACHE_KIB: i64 = 2 * 1024;
/// Page cache of the writing connection, in KiB: what one group of commands dirties.
const WRITER_CACHE_KIB: i64 = 8 * 1024;
/// What of the write-ahead log stays on disk after it was moved.
const LOG_SIZE_LIMIT: i64 = 64 * 1024 * 1024;
/// Steps of the database's machine between two looks at how many there were.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;
/// How long to wait for a lock. Only backups and inspectors beside the server can hold one.
const BUSY_MILLISECONDS: i64 = 5_000;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads, one snapshot per transaction.
    Read,
    /// Reads and writes; there is one such connection.
    Write,
}

/// A statement that can be rendered.
pub(crate) trait Statement {
    fn render(&self) -> (String, Vec<Value>);
}

impl<S: QueryStatementWriter> Statement for S {
    fn render(&self) -> (String, Vec<Value>) {
        let (sql, values) = self.build(SqliteQueryBuilder);
        (sql, values.0)
    }
}

/// A connection to the database.
pub(crate) struct Connection {
    driver: rusqlite::Connection,
    watched: Arc<Watched>,
    /// Pages in the write-ahead log after the last commit.
    log_pages: Arc<AtomicU64>,
}

/// What is known of the transaction where its steps are watched.
#[derive(Default)]
struct Watched {
    /// Steps since it began, told at every [`STEPS_BETWEEN_LOOKS`].
    steps: AtomicU64,
    /// It was ended because there was no room for it to go on.
    has_no_room: AtomicBool,
}

/// What is to become of a transaction that has taken so many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// It goes on.
    GoOn,
    /// It ends with [`StoreError::Busy`].
    NoRoom,
    /// It ends with [`StoreError::TooExpensive`].
    TooMuch,
}

impl Connection {
    /// Opens the database at `path`, which a writing connection makes if it is not there.
    pub(crate) fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_READ_WRITE
            | match access {
                Access::Read => OpenFlags::empty(),
                Access::Write => OpenFlags::SQLITE_OPEN_CREATE,
            };
        let mut connection = rusqlite::Connection::open_with_flags(path, flags)?;
        let log_pages = Arc::new(AtomicU64::new(0));
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // STAT4 would otherwise prepare range queries anew on every execution after an ANALYZE.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "busy_timeout", BUSY_MILLISECONDS)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "synchronous", "full")?;
        let cache = match access {
            Access::Read => READER_CACHE_KIB,
            Access::Write => WRITER_CACHE_KIB,
        };
        connection.pragma_update(None, "cache_size", -cache)?;
        match access {
            Access::Read => connection.pragma_update(None, "query_only", true)?,
            Access::Write => {
                connection.pragma_update(None, "journal_mode", "wal")?;
                connection.pragma_update(None, "journal_size_limit", LOG_SIZE_LIMIT)?;
                // In the place of the hook that would move the log in the midst of a commit.
                let pages = log_pages.clone();
                connection.wal_hook(Some(move |_: &mut Wal, logged| {
                    pages.store(u64::try_from(logged).unwrap_or_default(), Ordering::Relaxed);
                    Ok(())
                }))?;
            }
        }
        Ok(Self {
            driver: connection,
            watched: Arc::default(),
            log_pages,
        })
    }

    /// Asks from now on, every few thousand steps of the database's machine, what is to become of the transaction.
    pub(crate) fn watch(&mut self, look: impl Fn(u64) -> Look + Send + 'static) -> Result<(), StoreError> {
        let watched = self.watched.clone();
        let is_over = move || {
            let steps = u64::from(STEPS_BETWEEN_LOOKS.unsigned_abs());
            let steps = watched
                .steps
                .fetch_add(steps, Ordering::Relaxed)
                .saturating_add(steps);
            let look = look(steps);
            watched.has_no_room.store(look == Look::NoRoom, Ordering::Relaxed);
            look != Look::GoOn
        };
        Ok(self.driver.progress_handler(STEPS_BETWEEN_LOOKS, Some(is_over))?)
    }

    /// Begins a transaction. A writing one takes the write lock at once: one that reads first and
    /// then writes could fail however long it waited.
    pub(crate) fn begin(&self, access: Access) -> Result<(), StoreError> {
        self.watched.steps.store(0, Ordering::Relaxed);
        self.run(match access {
            Access::Read => "BEGIN DEFERRED",
            Access::Write => "BEGIN IMMEDIATE",
        })
    }

    /// Commits it.
    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        self.run("COMMIT")
    }

    /// Undoes it, if the database has not done so itself.
    pub(crate) fn rollback(&self) -> Result<(), StoreError> {
        if self.driver.is_autocommit() {
            return Ok(());
        }
        self.run("ROLLBACK")
    }

    /// Marks a point to which [`Connection::undo`] goes back.
    pub(crate) fn mark(&self) -> Result<(), StoreError> {
        self.run("SAVEPOINT command")
    }

    /// Forgets the mark and keeps what was done since.
    pub(crate) fn keep(&self) -> Result<(), StoreError> {
        self.run("RELEASE command")
    }

    /// Undoes what was done since the mark, and forgets it.
    pub(crate) fn undo(&self) -> Result<(), StoreError> {
        self.run("ROLLBACK TO command")?;
        self.run("RELEASE command")
    }

    /// How many pages the write-ahead log had after the last commit on this connection.
    pub(crate) fn log_pages(&self) -> u64 {
        self.log_pages.load(Ordering::Relaxed)
    }

    /// Moves of the write-ahead log into the database what no reader holds back, without waiting for anybody; says
    /// how many pages of the log are there now.
    pub(crate) fn move_log(&self) -> Result<u64, StoreError> {
        let mut pragma = self.driver.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?;
        let moved: i64 = pragma.query_row([], |row| row.get("checkpointed"))?;
        Ok(u64::try_from(moved).unwrap_or_default())
    }

    fn run(&self, sql: &str) -> Result<(), StoreError> {
        self.driver.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Runs a script of several statements.
    pub(super) fn script(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.driver.execute_batch(sql)?)
    }

    /// Runs a statement that gives no rows; says how many it changed.
    pub(crate) fn execute(&self, statement: &impl Statement) -> Result<u64, StoreError> {
        let (sql, values) = statement.render();
        self.execute_text(&sql, &values)
    }

    /// Runs a statement that was rendered.
    pub(crate) fn execute_text(&self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        let changed = self
            .driver
            .prepare_cached(sql)?
            .execute(params_from_iter(values.iter().map(Parameter)))?;
        Ok(changed as u64)
    }

    /// Runs a statement that was rendered and reads every row it gives.
    pub(crate) fn rows<T>(
        &self,
        table: &'static str,
        sql: &str,
        values: &[Value],
        read: impl FnMut(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.read_rows(table, sql, values, read)
            .map_err(|error| match error {
                StoreError::TooExpensive if self.watched.has_no_room.load(Ordering::Relaxed) => {
                    StoreError::Busy
                }
                other => other,
            })
    }

    fn read_rows<T>(
        &self,
        table: &'static str,
        sql: &str,
        values: &[Value],
        mut read: impl FnMut(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut prepared = self.driver.prepare_cached(sql)?;
        let mut rows = prepared.query(params_from_iter(values.iter().map(Parameter)))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(&mut Row::new(row, table))?);
        }
        Ok(all)
    }

    /// The lines of the plan by which a statement would be run.
    #[cfg(test)]
    pub(crate) fn plan(&self, statement: &impl Statement) -> Vec<String> {
        let (sql, values) = statement.render();
        let mut prepared = self.driver.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        prepared
            .query_map(params_from_iter(values.iter().map(Parameter)), |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    /// How often a statement was prepared anew, other than the first time, since it is cached.
    #[cfg(test)]
    pub(crate) fn reprepared(&self, statement: &impl Statement) -> i32 {
        let (sql, _) = statement.render();
        self.driver
            .prepare_cached(&sql)
            .unwrap()
            .get_status(rusqlite::StatementStatus::RePrepare)
    }

    /// Gathers statistics, as an operator may.
    #[cfg(test)]
    pub(crate) fn analyze(&self) {
        self.driver.execute_batch("ANALYZE").unwrap();
    }
}

impl Cells for rusqlite::Row<'_> {
    fn cell(&self, index: usize) -> Option<Cell<'_>> {
        match self.get_ref(index).ok()? {
            ValueRef::Null => Some(Cell::Null),
            ValueRef::Integer(number) => Some(Cell::Int(number)),
            ValueRef::Text(text) => std::str::from_utf8(text).ok().map(Cell::Text),
            ValueRef::Blob(bytes) => Some(Cell::Blob(bytes)),
            ValueRef::Real(_) => None,
        }
    }

    fn name(&self, index: usize) -> String {
        self.as_ref().column_name(index).unwrap_or_default().to_owned()
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(failure, Some(message))
                if failure.code == ErrorCode::ConstraintViolation && message.starts_with("UNIQUE") =>
            {
                Self::Conflict {
                    what: unique_property(message),
                }
            }
            rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::OperationInterrupted => {
                Self::TooExpensive
            }
            _ => Self::Driver(Arc::new(error)),
        }
    }
}

/// The property behind `UNIQUE constraint failed: table.column`, or `… index 'name'` where the
/// index is of an expression.
fn unique_property(message: &str) -> &'static str {
    const PROPERTIES: [(&str, &str); 5] = [
        ("objects_user_principal_name", "userPrincipalName"),
        ("objects.app_id", "appId"),
        ("roles_display_name", "displayName"),
        ("policies.role_id", "policy"),
        ("memberships", "member"),
    ];
    PROPERTIES
        .iter()
        .find(|(place, _)| message.contains(place))
        .map_or("id", |(_, property)| property)
}
