//! Which records mention a thing: the index of the log by operation, by who acted and by what was acted on.
//!
//! It narrows down which records are looked at. Whether one is meant is for the record to say.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};

use model::audit::{AuditEvent, Initiator};
use sea_query::{Expr, ExprTrait, Query, SelectStatement, Value};
use uuid::Uuid;

use crate::schema::AuditMentions;
use crate::value::{Cell, Stored, bind};
use crate::{Session, StoreError};

const TABLE: &str = "audit_mentions";

/// An id as the index has it: the bytes of a GUID, or else of the text in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mentioned(Vec<u8>);

impl From<Uuid> for Mentioned {
    fn from(id: Uuid) -> Self {
        Self(id.as_bytes().to_vec())
    }
}

impl From<&str> for Mentioned {
    fn from(id: &str) -> Self {
        Uuid::try_parse(id).map_or_else(|_| Self(id.to_ascii_lowercase().into_bytes()), Self::from)
    }
}

impl Stored for Mentioned {
    fn into_value(self) -> Value {
        Value::Bytes(Some(self.0))
    }

    fn null() -> Value {
        Value::Bytes(None)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Blob(bytes) => Some(Self(bytes.to_vec())),
            _ => None,
        }
    }
}

/// What an event mentions.
fn mentioned_by(event: &AuditEvent) -> BTreeSet<Mentioned> {
    let actors = match &event.initiated_by {
        Initiator::User { id, .. } => [id.map(|id| id.uuid()), None],
        Initiator::App {
            app_id,
            service_principal_id,
            ..
        } => [
            app_id.map(|id| id.uuid()),
            service_principal_id.map(|id| id.uuid()),
        ],
    };
    let targets = event.targets.iter().filter_map(|target| target.id.as_deref());
    std::iter::once(event.correlation_id.uuid())
        .chain(actors.into_iter().flatten())
        .map(Mentioned::from)
        .chain(targets.map(Mentioned::from))
        .collect()
}

/// The numbers of the records that mention one of these.
pub(crate) fn mentioning(things: impl IntoIterator<Item = Mentioned>) -> SelectStatement {
    Query::select()
        .column(AuditMentions::Seq)
        .from(AuditMentions::Table)
        .and_where(Expr::col(AuditMentions::Mentioned).is_in(things.into_iter().map(bind)))
        .to_owned()
}

impl Session {
    /// Writes what these numbered events mention, in the order of the index.
    pub(super) fn insert_audit_mentions<'a>(
        &self,
        numbered: impl Iterator<Item = (i64, &'a AuditEvent)>,
    ) -> Result<(), StoreError> {
        let mentions: BTreeSet<(Mentioned, i64)> = numbered
            .flat_map(|(seq, event)| mentioned_by(event).into_iter().map(move |thing| (thing, seq)))
            .collect();
        let rows = mentions.into_iter().map(|(thing, seq)| {
            [
                (AuditMentions::Mentioned, bind(thing)),
                (AuditMentions::Seq, bind(seq)),
            ]
        });
        self.insert_all(AuditMentions::Table, rows)
    }

    /// Removes what an event mentioned.
    pub(super) fn remove_audit_mentions(&self, seq: i64, event: &AuditEvent) -> Result<(), StoreError> {
        let things = mentioned_by(event).into_iter().map(bind);
        let delete = Query::delete()
            .from_table(AuditMentions::Table)
            .and_where(Expr::col(AuditMentions::Mentioned).is_in(things))
            .and_where(Expr::col(AuditMentions::Seq).eq(bind(seq)))
            .to_owned();
        self.execute(&delete).map(drop)
    }
}

/// What records mention, summed up, so that all of it can be held against the index, which is in another order. The
/// sums are of hashes under a secret of this process, so that nobody can make up an index of the same sums.
#[derive(Clone, Default)]
pub(super) struct Mentions {
    secret: RandomState,
    sums: HashMap<i64, u64>,
}

impl Mentions {
    /// Adds what a record mentions.
    pub(super) fn note(&mut self, seq: i64, event: &AuditEvent) {
        let hashes = mentioned_by(event)
            .into_iter()
            .map(|thing| self.secret.hash_one(thing));
        let sum = hashes.fold(0, u64::wrapping_add);
        self.sums.insert(seq, sum);
    }

    /// Adds what was noted with the same secret.
    pub(super) fn join(&mut self, others: Self) {
        self.sums.extend(others.sums);
    }

    /// The same secret, and nothing noted.
    pub(super) fn empty(&self) -> Self {
        Self {
            secret: self.secret.clone(),
            sums: HashMap::new(),
        }
    }

    /// The numbers of the records of which the index says something else than was noted.
    pub(super) fn wrongly_indexed(mut self, session: &Session) -> Result<BTreeSet<i64>, StoreError> {
        let select = Query::select()
            .columns([AuditMentions::Seq, AuditMentions::Mentioned])
            .from(AuditMentions::Table)
            .to_owned();
        session.rows(TABLE, &select, |row| {
            let seq: i64 = row.take()?;
            let thing: Mentioned = row.take()?;
            let sum = self.sums.entry(seq).or_default();
            *sum = sum.wrapping_sub(self.secret.hash_one(thing));
            Ok(())
        })?;
        let wrong = self.sums.into_iter().filter(|(_, left)| *left != 0);
        Ok(wrong.map(|(seq, _)| seq).collect())
    }
}
