//! Which records mention a thing: the index of the log by operation, by who acted and by what was acted on.
//!
//! It narrows down which records are looked at. Whether one is meant is for the record to say.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use model::audit::{AuditEvent, Initiator};
use sea_query::{
    CommonTableExpression, Expr, ExprTrait, Func, Query, SelectStatement, UnionType, Value, WithClause,
};
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
pub(super) fn mentioned_by(event: &AuditEvent) -> BTreeSet<Mentioned> {
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

/// Records that share an index of their own: so few that it is a few dozen pages, so many that a question looks into a
/// thousand of them for a million records.
const BLOCK: i64 = 1024;

/// The block of the record with this number.
pub(super) const fn block_of(seq: i64) -> i64 {
    seq.saturating_sub(1).div_euclid(BLOCK)
}

/// The last number in the block of this one.
pub(super) const fn end_of_block(seq: i64) -> i64 {
    block_of(seq).saturating_add(1).saturating_mul(BLOCK)
}

/// The numbers of the records that mention one of these.
pub(crate) fn mentioning(things: impl IntoIterator<Item = Mentioned>) -> SelectStatement {
    let first = Query::select()
        .expr(Func::min(Expr::col(AuditMentions::Block)))
        .from(AuditMentions::Table)
        .to_owned();
    mentioning_in(blocks_from(first), things)
}

/// The same, among those with this number and later.
pub(super) fn mentioning_since(seq: i64, things: impl IntoIterator<Item = Mentioned>) -> SelectStatement {
    let first = Query::select().expr(bind(block_of(seq))).to_owned();
    mentioning_in(blocks_from(first), things)
}

fn mentioning_in(blocks: SelectStatement, things: impl IntoIterator<Item = Mentioned>) -> SelectStatement {
    Query::select()
        .column(AuditMentions::Seq)
        .from(AuditMentions::Table)
        .and_where(Expr::col(AuditMentions::Block).in_subquery(blocks))
        .and_where(Expr::col(AuditMentions::Mentioned).is_in(things.into_iter().map(bind)))
        .to_owned()
}

/// All blocks from `first` on.
fn blocks_from(first: SelectStatement) -> SelectStatement {
    const BLOCKS: &str = "blocks";
    let block = || Expr::col(AuditMentions::Block);
    let last = Query::select()
        .expr(Func::max(block()))
        .from(AuditMentions::Table)
        .to_owned();
    let next = Query::select()
        .expr(block().add(1))
        .from(BLOCKS)
        .and_where(block().lt(Expr::SubQuery(None, Box::new(last.into()))))
        .to_owned();
    let blocks = CommonTableExpression::new()
        .table_name(BLOCKS)
        .column(AuditMentions::Block)
        .query(first.to_owned().union(UnionType::All, next).to_owned())
        .to_owned();
    Query::select()
        .column(AuditMentions::Block)
        .from(BLOCKS)
        .with_cte(WithClause::new().recursive(true).cte(blocks).to_owned())
        .to_owned()
}

/// What the index has of a record, in the order of the index.
type Entry = (i64, Mentioned, i64);

fn entries(seq: i64, mentioned: BTreeSet<Mentioned>) -> impl Iterator<Item = Entry> {
    let things = mentioned.into_iter();
    things.map(move |thing| (block_of(seq), thing, seq))
}

impl Session {
    /// Writes what records with these numbers mention, in the order of the index.
    pub(super) fn insert_audit_mentions(
        &self,
        numbered: impl Iterator<Item = (i64, BTreeSet<Mentioned>)>,
    ) -> Result<(), StoreError> {
        let all = numbered.flat_map(|(seq, mentioned)| entries(seq, mentioned));
        let all: BTreeSet<Entry> = all.collect();
        let rows = all.into_iter().map(|(block, thing, seq)| {
            [
                (AuditMentions::Block, bind(block)),
                (AuditMentions::Mentioned, bind(thing)),
                (AuditMentions::Seq, bind(seq)),
            ]
        });
        self.insert_all(AuditMentions::Table, rows)
    }

    /// Removes what all records through this one mentioned.
    pub(super) fn remove_audit_mentions(&self, through: i64) -> Result<(), StoreError> {
        let delete = Query::delete()
            .from_table(AuditMentions::Table)
            .and_where(Expr::col(AuditMentions::Block).lte(bind(block_of(through))))
            .and_where(Expr::col(AuditMentions::Seq).lte(bind(through)))
            .to_owned();
        self.execute(&delete).map(drop)
    }
}

/// What records mention, to be held against the index.
#[derive(Default)]
pub(super) struct Mentions(BTreeSet<Entry>);

impl Mentions {
    /// Adds what a record mentions.
    pub(super) fn note(&mut self, seq: i64, event: &AuditEvent) {
        self.0.extend(entries(seq, mentioned_by(event)));
    }

    /// The numbers of the records of which the index says something else in these blocks than was noted. What comes after
    /// `last` may be written meanwhile: that is left to [`indexed_after`].
    pub(super) fn wrongly_indexed(
        mut self,
        session: &Session,
        blocks: RangeInclusive<i64>,
        last: i64,
    ) -> Result<BTreeSet<i64>, StoreError> {
        let block = || Expr::col(AuditMentions::Block);
        let select = Query::select()
            .columns([AuditMentions::Block, AuditMentions::Mentioned, AuditMentions::Seq])
            .from(AuditMentions::Table)
            .and_where(block().gte(bind(*blocks.start())))
            .and_where(block().lte(bind(*blocks.end())))
            .to_owned();
        let mut wrong = BTreeSet::new();
        session.rows(TABLE, &select, |row| {
            let entry: Entry = (row.take()?, row.take()?, row.take()?);
            let (block, _, seq) = entry;
            let is_after = seq > last && block >= block_of(last);
            if !self.0.remove(&entry) && !is_after {
                wrong.insert(seq);
            }
            Ok(())
        })?;
        wrong.extend(self.0.into_iter().map(|(_, _, seq)| seq));
        Ok(wrong)
    }
}

/// The numbers of the records that the index has after `last`: in later blocks, or in its block with later numbers.
pub(super) fn indexed_after(session: &Session, last: i64) -> Result<BTreeSet<i64>, StoreError> {
    let (block, seq) = (Expr::col(AuditMentions::Block), Expr::col(AuditMentions::Seq));
    let is_later = block.clone().gt(bind(block_of(last))).or(seq.gt(bind(last)));
    let select = Query::select()
        .column(AuditMentions::Seq)
        .from(AuditMentions::Table)
        .and_where(block.gte(bind(block_of(last))))
        .and_where(is_later)
        .to_owned();
    let numbers = session.rows(TABLE, &select, |row| row.take())?;
    Ok(numbers.into_iter().collect())
}
