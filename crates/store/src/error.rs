//! What can go wrong in the store. Three kinds of fault can meet a query: the driver's, a stored row
//! that cannot be read back, and a number of rows that cannot be.

use std::error::Error;
use std::sync::Arc;

/// Why the store did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the data folder open.
    #[error("the data folder is in use by another process")]
    InUse,
    /// The database was written by a newer version.
    #[error("the database has schema {found}, this version knows {known}")]
    NewerVersion {
        /// The schema of the database.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// A migration that was applied is not the one that this version has under its number.
    #[error("migration {number} was applied in another form than this version has")]
    ChangedMigration {
        /// Which.
        number: i64,
    },
    /// The data folder cannot be used.
    #[error("the data folder cannot be used: {0}")]
    Folder(Arc<std::io::Error>),
    /// Too much waits already; nothing was done.
    #[error("too many operations are waiting")]
    Busy,
    /// The store was closed; nothing was done.
    #[error("the store is closed")]
    Closed,
    /// The work panicked and was undone.
    #[error("the operation failed: {0}")]
    Failed(String),
    /// A value that has to be unique is taken.
    #[error("{what} is taken")]
    Conflict {
        /// The property, in Graph's spelling.
        what: &'static str,
    },
    /// A stored value cannot be read back.
    #[error("{table}.{column} of row {row} cannot be read")]
    Inconsistent {
        /// In which table.
        table: &'static str,
        /// In which column.
        column: String,
        /// In which row: its first column.
        row: String,
    },
    /// A statement met another number of rows than there can be.
    #[error("{table}: {found} rows where {expected} must be")]
    UnexpectedRows {
        /// In which table.
        table: &'static str,
        /// How many there must be.
        expected: u64,
        /// How many there were.
        found: u64,
    },
    /// A query names something that the collection does not have.
    #[error("{0}")]
    Unsupported(String),
    /// Answering takes more than one reader may: no index serves the question well enough.
    #[error("the query looks at too much")]
    TooExpensive,
    /// Audit records, or hashes of them, that are no longer kept or never were.
    #[error("the audit log does not keep what this takes")]
    NotKept,
    /// The database or its driver failed.
    #[error("the database failed: {0}")]
    Driver(Arc<dyn Error + Send + Sync>),
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Folder(Arc::new(error))
    }
}
