//! Which records mention a thing: the index of the log by operation, by who acted and by what was acted on.
//!
//! It narrows down which records are looked at. Whether one is meant is for the record to say.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::ops::RangeInclusive;

use model::audit::{AuditEvent, Initiator};
use sea_query::{
    CommonTableExpression, Expr, ExprTrait, Func, IntoIden, IntoValueTuple, Query, SelectStatement, TableRef,
    UnionType, Value, WithClause,
};
use tlog::TILE_WIDTH;
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
    iter::once(event.correlation_id.uuid())
        .chain(actors.into_iter().flatten())
        .map(Mentioned::from)
        .chain(targets.map(Mentioned::from))
        .collect()
}

/// Records that share an index of their own: so few that it is a few dozen pages, so many that a question looks into a
/// thousand of them for a million records.
const BLOCK: i64 = 1024;

/// Records in a row that share the entries of what they mention, if they are written together. Blocks are whole
/// stretches, and so are the tiles by which the log is shortened.
const STRETCH: i64 = 32;
const _: () = assert!(BLOCK % STRETCH == 0 && TILE_WIDTH.is_multiple_of(STRETCH.unsigned_abs()));

/// The stretch of the record with this number.
const fn stretch_of(seq: i64) -> i64 {
    seq.saturating_sub(1).div_euclid(STRETCH)
}

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
    // What both databases call the only column of a list of values.
    let place = || Expr::col("column1");
    let places = (0..STRETCH).map(IntoValueTuple::into_value_tuple).collect();
    let before = Expr::col(AuditMentions::Stretch).mul(STRETCH);
    let is_set = Expr::col(AuditMentions::Records).right_shift(place()).bit_and(1);
    Query::select()
        .expr(before.add(place()).add(1))
        .from(AuditMentions::Table)
        // In this order: an entry is looked for once, not once for each place.
        .cross_join(TableRef::ValuesList(places, "places".into_iden()))
        .and_where(Expr::col(AuditMentions::Block).in_subquery(blocks))
        .and_where(Expr::col(AuditMentions::Mentioned).is_in(things.into_iter().map(bind)))
        .and_where(is_set.eq(1))
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

/// What records mention, as the index has it: the block, the thing and the stretch of an entry, in its order, and a bit
/// for each of the stretch's records that it is about, the lowest for the first.
#[derive(Default)]
pub(super) struct Mentions(BTreeMap<(i64, Mentioned, i64), i64>);

impl Mentions {
    /// Adds what the record with this number mentions.
    pub(super) fn note(&mut self, seq: i64, mentioned: BTreeSet<Mentioned>) {
        let place = seq.saturating_sub(1).rem_euclid(STRETCH);
        for thing in mentioned {
            let entry = (block_of(seq), thing, stretch_of(seq));
            *self.0.entry(entry).or_default() |= 1 << place;
        }
    }

    /// The numbers of the records of which the index says something else in these blocks than was noted. What comes after
    /// `last` may be written meanwhile: that is left to [`indexed_after`].
    pub(super) fn wrongly_indexed(
        mut self,
        session: &Session,
        blocks: RangeInclusive<i64>,
        last: i64,
    ) -> Result<BTreeSet<i64>, StoreError> {
        let block = Expr::col(AuditMentions::Block);
        let are_there = block
            .clone()
            .gte(bind(*blocks.start()))
            .and(block.lte(bind(*blocks.end())));
        let mut wrong = BTreeSet::new();
        entries(session, are_there, |block, thing, stretch, records| {
            let noted = self.0.get_mut(&(block, thing, stretch));
            let strays = match noted {
                Some(noted) => {
                    let strays = records & !*noted;
                    *noted &= !records;
                    strays
                }
                None => records,
            };
            let is_after = |seq: &i64| *seq > last && block >= block_of(last);
            let nothing = (records == 0).then(|| first_of(stretch));
            wrong.extend(
                numbers(stretch, strays)
                    .chain(nothing)
                    .filter(|seq| !is_after(seq)),
            );
        })?;
        let lacking = self.0.into_iter();
        wrong.extend(lacking.flat_map(|((_, _, stretch), records)| numbers(stretch, records)));
        Ok(wrong)
    }
}

/// The number of the first record of a stretch.
const fn first_of(stretch: i64) -> i64 {
    stretch.saturating_mul(STRETCH).saturating_add(1)
}

/// The numbers of the records of a stretch whose bits are set.
fn numbers(stretch: i64, records: i64) -> impl Iterator<Item = i64> {
    let mut left = records;
    iter::from_fn(move || {
        let place = left.trailing_zeros();
        left &= left.wrapping_sub(1);
        (place < i64::BITS).then(|| first_of(stretch).saturating_add(i64::from(place)))
    })
}

/// The entries that fulfil a condition: block, thing, stretch and bits.
fn entries(
    session: &Session,
    condition: Expr,
    mut see: impl FnMut(i64, Mentioned, i64, i64),
) -> Result<(), StoreError> {
    let select = Query::select()
        .columns([
            AuditMentions::Block,
            AuditMentions::Mentioned,
            AuditMentions::Stretch,
            AuditMentions::Records,
        ])
        .from(AuditMentions::Table)
        .and_where(condition)
        .to_owned();
    session.rows(TABLE, &select, |row| {
        see(row.take()?, row.take()?, row.take()?, row.take()?);
        Ok(())
    })?;
    Ok(())
}

/// The numbers of the records that the index has after `last`: in later blocks, or in its block with later numbers.
pub(super) fn indexed_after(session: &Session, last: i64) -> Result<BTreeSet<i64>, StoreError> {
    let from_its_block = Expr::col(AuditMentions::Block).gte(bind(block_of(last)));
    let mut after = BTreeSet::new();
    entries(session, from_its_block, |block, _, stretch, records| {
        let nothing = (records == 0).then(|| first_of(stretch));
        let all = numbers(stretch, records).chain(nothing);
        after.extend(all.filter(|seq| block > block_of(last) || *seq > last));
    })?;
    Ok(after)
}

impl Session {
    /// Writes what records mention that are written together.
    pub(super) fn insert_audit_mentions(&self, mentions: Mentions) -> Result<(), StoreError> {
        let rows = mentions.0.into_iter().map(|((block, thing, stretch), records)| {
            [
                (AuditMentions::Block, bind(block)),
                (AuditMentions::Mentioned, bind(thing)),
                (AuditMentions::Stretch, bind(stretch)),
                (AuditMentions::Records, bind(records)),
            ]
        });
        self.insert_all(AuditMentions::Table, rows)
    }

    /// Removes what all records through this one mentioned, with which a stretch ends.
    pub(super) fn remove_audit_mentions(&self, through: i64) -> Result<(), StoreError> {
        let delete = Query::delete()
            .from_table(AuditMentions::Table)
            .and_where(Expr::col(AuditMentions::Block).lte(bind(block_of(through))))
            .and_where(Expr::col(AuditMentions::Stretch).lte(bind(stretch_of(through))))
            .to_owned();
        self.execute(&delete).map(drop)
    }
}
