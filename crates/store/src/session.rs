//! A session: what a use case does its reads and writes with, on a storage thread.

use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use model::{ObjectId, RoleDefinitionId};
use sea_query::{Expr, Iden, InsertStatement, IntoIden, IntoTableRef, Query, SelectStatement, Value};
use tlog::Signer;

use crate::StoreError;
use crate::aggregates::audit::{Pending, Sealer};
use crate::cache::{Caches, Touched};
use crate::row::Row;
use crate::sqlite::{Access, Connection, Statement};

/// A connection with a transaction open on it, for the length of one use case.
///
/// Reads of a reading session all see one snapshot. A writing session sees its own changes and
/// those of the commands before it in the same transaction.
pub struct Session {
    pub(crate) connection: Connection,
    pub(crate) caches: Arc<Caches>,
    auditing: Arc<Auditing>,
    access: Access,
    snapshot: Cell<u64>,
    touched: RefCell<Touched>,
    pub(crate) pending: Pending,
    insertions: Insertions,
}

/// How the audit log is kept.
#[derive(Default)]
pub(crate) struct Auditing {
    /// The key that signs checkpoints, from when it is known on.
    pub(crate) key: OnceLock<Signer>,
    pub(crate) extent: AuditExtent,
}

/// What of the audit log is written. Less than everything is for measuring what it costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditExtent {
    /// Records and the tree over them.
    #[default]
    Everything,
    /// Records, with leaves that are no hashes, and no checkpoints.
    WithoutHashes,
    /// Nothing.
    Nothing,
}

impl Session {
    pub(crate) fn open(
        path: &Path,
        access: Access,
        caches: Arc<Caches>,
        auditing: Arc<Auditing>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            connection: Connection::open(path, access)?,
            caches,
            auditing,
            access,
            snapshot: Cell::new(0),
            touched: RefCell::default(),
            pending: Pending::default(),
            insertions: Insertions::default(),
        })
    }

    /// Has another thread make what is written of the audit log, as far as that takes no database.
    pub(crate) fn sealing_with(self, sealer: Sealer) -> Self {
        Self {
            pending: Pending::with(sealer),
            ..self
        }
    }

    /// What the session's connection is for.
    pub(crate) fn access(&self) -> Access {
        self.access
    }

    /// How the audit log is kept.
    pub(crate) fn auditing(&self) -> &Auditing {
        &self.auditing
    }

    /// Begins a transaction.
    pub(crate) fn begin(&self) -> Result<(), StoreError> {
        // Asked before the transaction begins: see `cache`.
        self.snapshot.set(self.caches.snapshot());
        self.connection.begin(self.access)
    }

    /// Makes the changes durable and the caches forget what they touched.
    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        self.write_pending_audit()?;
        // Read while it can still fail, and after the commands that failed were undone.
        let licence = match self.is_licence_touched() {
            true => Some(self.stored_licence()?),
            false => None,
        };
        self.connection.commit()?;
        if let Some(licence) = licence {
            self.caches.set_licence(licence);
        }
        self.caches.commit(self.touched.take());
        self.pending.forget();
        Ok(())
    }

    /// Marks a point to which [`Session::undo`] goes back.
    pub(crate) fn mark(&self) -> Result<(), StoreError> {
        self.pending.mark();
        self.connection.mark()
    }

    /// Forgets the mark and keeps what was done since.
    pub(crate) fn keep(&self) -> Result<(), StoreError> {
        self.pending.keep();
        self.connection.keep()
    }

    /// Undoes what was done since the mark, and forgets it.
    pub(crate) fn undo(&self) -> Result<(), StoreError> {
        self.pending.undo();
        self.connection.undo()
    }

    /// Ends the transaction without changes.
    pub(crate) fn rollback(&self) -> Result<(), StoreError> {
        self.touched.take();
        self.pending.forget();
        self.connection.rollback()
    }

    /// The commit up to which this session surely sees.
    pub(crate) fn last_commit_seen(&self) -> u64 {
        self.snapshot.get()
    }

    /// The same, if whatever the session reads may be cached: a writing session sees changes that
    /// are not committed yet.
    pub(crate) fn cacheable_snapshot(&self) -> Option<u64> {
        (self.access == Access::Read).then(|| self.last_commit_seen())
    }

    /// Notes that what `principal` holds may change.
    pub(crate) fn touch(&self, principal: ObjectId) {
        self.touched.borrow_mut().principals.push(principal);
    }

    /// Notes that `object` may change, and with it what it holds.
    pub(crate) fn touch_object(&self, object: ObjectId) {
        self.touched.borrow_mut().objects.push(object);
        self.touch(object);
    }

    /// Notes that `role` may change.
    pub(crate) fn touch_role(&self, role: RoleDefinitionId) {
        self.touched.borrow_mut().roles.push(role);
    }

    /// Notes that the licence may change.
    pub(crate) fn touch_licence(&self) {
        self.touched.borrow_mut().licence = true;
    }

    /// Whether this transaction may have changed the licence.
    pub(crate) fn is_licence_touched(&self) -> bool {
        self.touched.borrow().licence
    }

    /// Every row of a query.
    pub(crate) fn rows<T>(
        &self,
        table: &'static str,
        select: &SelectStatement,
        read: impl FnMut(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let (sql, values) = select.render();
        self.write_audit_before(&sql)?;
        self.connection.rows(table, &sql, &values, read)
    }

    /// The row of a query that gives one or none.
    pub(crate) fn row<T>(
        &self,
        table: &'static str,
        select: &SelectStatement,
        read: impl FnMut(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut rows = self.rows(table, select, read)?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            found => Err(StoreError::UnexpectedRows {
                table,
                expected: 1,
                found: found as u64,
            }),
        }
    }

    /// Runs a statement that gives no rows; says how many it changed.
    pub(crate) fn execute(&self, statement: &impl Statement) -> Result<u64, StoreError> {
        let (sql, values) = statement.render();
        self.write_audit_before(&sql)?;
        self.connection.execute_text(&sql, &values)
    }

    /// Runs a statement that changes at most one row; says whether it did.
    pub(crate) fn change(&self, table: &'static str, statement: &impl Statement) -> Result<bool, StoreError> {
        match self.execute(statement)? {
            0 => Ok(false),
            1 => Ok(true),
            found => Err(StoreError::UnexpectedRows {
                table,
                expected: 1,
                found,
            }),
        }
    }

    /// Runs a statement that must change one row.
    pub(crate) fn must_change(
        &self,
        table: &'static str,
        statement: &impl Statement,
    ) -> Result<(), StoreError> {
        if self.change(table, statement)? {
            return Ok(());
        }
        Err(StoreError::UnexpectedRows {
            table,
            expected: 1,
            found: 0,
        })
    }

    /// Puts a row into a table.
    pub(crate) fn insert<C: Iden + 'static, const N: usize>(
        &self,
        table: impl IntoTableRef,
        row: [(C, Expr); N],
    ) -> Result<(), StoreError> {
        self.insert_some(table, vec![row])
    }

    /// Puts several rows, with the same columns, into a table: one statement for many.
    pub(crate) fn insert_all<C: Iden + 'static, const N: usize>(
        &self,
        table: impl IntoTableRef + Clone,
        rows: impl IntoIterator<Item = [(C, Expr); N]>,
    ) -> Result<(), StoreError> {
        let mut rows = rows.into_iter();
        loop {
            let mut some: Vec<_> = rows.by_ref().take(const { rows_per_insert(N) }).collect();
            if some.is_empty() {
                return Ok(());
            }
            while let Some(magnitude) = some.len().checked_ilog2() {
                let rest = some.split_off(1 << magnitude);
                self.insert_some(table.clone(), some)?;
                some = rest;
            }
        }
    }

    /// Rendering such a statement takes as long as running it, so its text is remembered.
    fn insert_some<C: Iden + 'static, const N: usize>(
        &self,
        table: impl IntoTableRef,
        rows: Vec<[(C, Expr); N]>,
    ) -> Result<(), StoreError> {
        let count = rows.len();
        let known = rows
            .first()
            .and_then(|row| self.insertions.find(count, row.iter().map(|(column, _)| column)));
        let are_values = rows
            .iter()
            .flatten()
            .all(|(_, value)| matches!(value, Expr::Value(_)));
        if let (Some(sql), true) = (known, are_values) {
            let values: Vec<Value> = rows.into_iter().flatten().filter_map(value_of).collect();
            self.connection.execute_text(&sql, &values)?;
            return Ok(());
        }
        let mut rows = rows.into_iter();
        let Some(first) = rows.next() else {
            return Ok(());
        };
        let columns: Vec<String> = first.iter().map(|(column, _)| column.to_string()).collect();
        let mut statement = insertion(table, first.map(|(column, value)| (column.into_iden(), value)))?;
        for row in rows {
            statement
                .values(row.into_iter().map(|(_, value)| value))
                .map_err(|error| StoreError::Driver(Arc::new(error)))?;
        }
        let (sql, values) = statement.render();
        self.connection.execute_text(&sql, &values)?;
        if values.len() == columns.len() * count {
            self.insertions.remember::<C>(count, columns, sql);
        }
        Ok(())
    }

    /// Whether this transaction has not touched `principal`, so that what is in memory about it is
    /// what the transaction would read.
    pub(crate) fn is_untouched(&self, principal: ObjectId) -> bool {
        !self.touched.borrow().principals.contains(&principal)
    }
}

/// Values in one statement that inserts. What holds many at once is memory that is fresh each time, which costs more
/// than another statement.
const VALUES_PER_INSERT: usize = 64;

/// The most rows that one statement inserts. Each number of rows is a statement of its own, so only powers of two are
/// used.
const fn rows_per_insert(columns: usize) -> usize {
    match (VALUES_PER_INSERT / columns).checked_ilog2() {
        Some(magnitude) => 1 << magnitude,
        None => 1,
    }
}

fn value_of<C>((_, value): (C, Expr)) -> Option<Value> {
    match value {
        Expr::Value(value) => Some(value),
        _ => None,
    }
}

/// The texts of insertions, by the table (whose columns are of one type), the columns and the number of rows. There are
/// as many as places that insert, times the powers of two up to [`VALUES_PER_INSERT`].
#[derive(Default)]
struct Insertions(RefCell<HashMap<(TypeId, usize), Vec<Insertion>>>);

/// Columns, and the text.
type Insertion = (Vec<String>, Arc<str>);

impl Insertions {
    fn find<'a, C: Iden + 'static>(
        &self,
        rows: usize,
        columns: impl Iterator<Item = &'a C> + Clone,
    ) -> Option<Arc<str>> {
        let texts = self.0.borrow();
        let of_table = texts.get(&(TypeId::of::<C>(), rows))?;
        let is_it = |known: &[String]| {
            columns
                .clone()
                .map(Iden::unquoted)
                .eq(known.iter().map(String::as_str))
        };
        of_table
            .iter()
            .find(|(known, _)| is_it(known))
            .map(|(_, sql)| sql.clone())
    }

    fn remember<C: 'static>(&self, rows: usize, columns: Vec<String>, sql: String) {
        let mut texts = self.0.borrow_mut();
        let of_table = texts.entry((TypeId::of::<C>(), rows)).or_default();
        of_table.push((columns, sql.into()));
    }
}

/// An `INSERT` of one row.
pub(crate) fn insertion<C: IntoIden, const N: usize>(
    table: impl IntoTableRef,
    row: [(C, Expr); N],
) -> Result<InsertStatement, StoreError> {
    let (columns, values): (Vec<_>, Vec<_>) = row
        .into_iter()
        .map(|(column, value)| (column.into_iden(), value))
        .unzip();
    let mut statement = Query::insert();
    statement
        .into_table(table)
        .columns(columns)
        .values(values)
        .map_err(|error| StoreError::Driver(Arc::new(error)))?;
    Ok(statement)
}
