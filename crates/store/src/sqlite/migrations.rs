//! Numbered migrations. Each is applied once, in its own transaction, and its checksum recorded.

use sea_query::{Expr, ExprTrait, Iden, Query};
use sha2::{Digest, Sha256};

use super::{Access, Connection, Statement as _};
use crate::StoreError;
use crate::value::bind;

/// What has to be done to an empty database, one step after the other.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_ground.sql")];

/// Where it is recorded what was done.
const RECORD: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    number   INTEGER NOT NULL PRIMARY KEY,
    checksum TEXT NOT NULL
) STRICT";

#[derive(Clone, Copy, Iden)]
enum SchemaMigrations {
    Table,
    Number,
    Checksum,
}

/// Brings the database to this version's schema.
///
/// # Errors
/// [`StoreError::NewerVersion`] if it has a later one already, [`StoreError::ChangedMigration`] if
/// what was applied is not what this version has under the same number.
pub(crate) fn migrate(connection: &Connection) -> Result<(), StoreError> {
    apply(connection, MIGRATIONS)
}

fn apply(connection: &Connection, migrations: &[&str]) -> Result<(), StoreError> {
    connection.script(RECORD)?;
    let applied = applied(connection)?;
    if applied.len() > migrations.len() {
        return Err(StoreError::NewerVersion {
            found: number(applied.len()),
            known: number(migrations.len()),
        });
    }
    for (index, migration) in migrations.iter().enumerate() {
        let number = number(index + 1);
        match applied.get(index) {
            Some((found, sum)) if *found == number && *sum == checksum(migration) => {}
            Some(_) => return Err(StoreError::ChangedMigration { number }),
            None => apply_one(connection, number, migration)?,
        }
    }
    Ok(())
}

fn apply_one(connection: &Connection, number: i64, migration: &str) -> Result<(), StoreError> {
    let record = Query::insert()
        .into_table(SchemaMigrations::Table)
        .columns([SchemaMigrations::Number, SchemaMigrations::Checksum])
        .select_from(
            Query::select()
                .expr(bind(number))
                .expr(bind(checksum(migration)))
                .to_owned(),
        )
        .map_err(|error| StoreError::Driver(std::sync::Arc::new(error)))?
        .to_owned();
    connection.begin(Access::Write)?;
    let done = connection
        .script(migration)
        .and_then(|()| connection.execute(&record))
        .and_then(|_| connection.commit());
    if done.is_err() {
        connection.rollback()?;
    }
    done
}

fn applied(connection: &Connection) -> Result<Vec<(i64, String)>, StoreError> {
    let select = Query::select()
        .columns([SchemaMigrations::Number, SchemaMigrations::Checksum])
        .from(SchemaMigrations::Table)
        .and_where(Expr::col(SchemaMigrations::Number).gt(0))
        .order_by(SchemaMigrations::Number, sea_query::Order::Asc)
        .to_owned();
    let (sql, values) = select.render();
    connection.rows("schema_migrations", &sql, &values, |row| {
        Ok((row.take()?, row.take()?))
    })
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "CREATE TABLE one (x INTEGER) STRICT";
    const TWO: &str = "CREATE TABLE two (x INTEGER) STRICT";
    const BROKEN: &str = "CREATE TABLE three (x INTEGER) STRICT; CREATE TABLE one (x INTEGER) STRICT";

    fn database() -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(&folder.path().join("test.db"), Access::Write).unwrap();
        (folder, connection)
    }

    #[test]
    fn each_migration_is_applied_once() {
        let (_folder, connection) = database();
        apply(&connection, &[ONE]).unwrap();
        apply(&connection, &[ONE, TWO]).unwrap();
        apply(&connection, &[ONE, TWO]).unwrap();
        assert_eq!(applied(&connection).unwrap().len(), 2);
    }

    #[test]
    fn a_newer_schema_and_a_changed_migration_stop_the_start() {
        let (_folder, connection) = database();
        apply(&connection, &[ONE, TWO]).unwrap();
        assert!(matches!(
            apply(&connection, &[ONE]),
            Err(StoreError::NewerVersion { found: 2, known: 1 })
        ));
        assert!(matches!(
            apply(&connection, &[TWO, TWO]),
            Err(StoreError::ChangedMigration { number: 1 })
        ));
    }

    #[test]
    fn a_migration_that_fails_leaves_nothing_behind() {
        let (_folder, connection) = database();
        assert!(apply(&connection, &[ONE, BROKEN]).is_err());
        assert_eq!(applied(&connection).unwrap().len(), 1);
        apply(&connection, &[ONE, "CREATE TABLE three (x INTEGER) STRICT"]).unwrap();
    }
}
