//! The order of a list, and the condition that a row comes after another in it.

use odata::bound::{Collation, OrderBy};
use sea_query::{Expr, ExprTrait, Func, NullOrdering, Order, SelectStatement};

use super::columns::{Fields, Form};
use super::cursor::{Cursor, Key as KeyValue};
use super::source::{DefaultOrder, Joins};
use crate::StoreError;
use crate::value::bind;

/// One sort key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    expr: Expr,
    is_descending: bool,
    is_nullable: bool,
}

impl Key {
    /// A key that always has a value, smallest first.
    pub(super) fn ascending(expr: Expr) -> Self {
        Self {
            expr,
            is_descending: false,
            is_nullable: false,
        }
    }

    /// A key that always has a value, largest first.
    pub(super) fn descending(expr: Expr) -> Self {
        Self {
            is_descending: true,
            ..Self::ascending(expr)
        }
    }

    fn asked_for(fields: &Fields, joins: &mut Joins, by: &OrderBy) -> Result<Self, StoreError> {
        let path = &by.path;
        let column = fields
            .column(&path.navs, path.field)
            .ok_or_else(|| StoreError::Unsupported(format!("nothing is sorted by {:?}", path.field)))?;
        joins.through(&path.navs);
        let is_nullable = column.is_nullable;
        let expr = match (column.form, path.collation) {
            (Form::Text | Form::ScheduleId, Collation::IgnoreCase) => Func::lower(column.expr).into(),
            _ => column.expr,
        };
        Ok(Self {
            expr,
            is_descending: by.descending,
            is_nullable,
        })
    }

    /// That a row's key is the same as `value`.
    fn is(&self, value: &KeyValue) -> Expr {
        match value {
            KeyValue::Null => self.expr.clone().is_null(),
            value => self.expr.clone().eq(bind(value.clone())),
        }
    }

    /// That a row's key is `value` or comes after it.
    fn is_not_before(&self, value: &KeyValue) -> Expr {
        let key = self.expr.clone();
        match (value, self.is_descending) {
            (KeyValue::Null, false) => bind(true),
            (KeyValue::Null, true) => key.is_null(),
            (value, false) => key.gte(bind(value.clone())),
            (value, true) if self.is_nullable => key.clone().lte(bind(value.clone())).or(key.is_null()),
            (value, true) => key.lte(bind(value.clone())),
        }
    }

    /// That a row's key comes after `value`. No value is smaller than any.
    fn is_after(&self, value: &KeyValue) -> Expr {
        let key = self.expr.clone();
        match (value, self.is_descending) {
            (KeyValue::Null, false) => key.is_not_null(),
            (KeyValue::Null, true) => bind(false),
            (value, false) => key.gt(bind(value.clone())),
            (value, true) if self.is_nullable => key.clone().lt(bind(value.clone())).or(key.is_null()),
            (value, true) => key.lt(bind(value.clone())),
        }
    }
}

/// The keys of a list, the primary one last.
pub(super) fn keys(
    fields: &Fields,
    joins: &mut Joins,
    order_by: &[OrderBy],
    default: DefaultOrder,
) -> Result<Vec<Key>, StoreError> {
    let mut keys = order_by
        .iter()
        .map(|by| Key::asked_for(fields, joins, by))
        .collect::<Result<Vec<_>, _>>()?;
    let mut primary = default.primary;
    match keys.last() {
        None => keys = default.first,
        // In the direction of the key before it, so that one index can serve both.
        Some(last) => primary.is_descending = last.is_descending,
    }
    keys.push(primary);
    Ok(keys)
}

/// Sorts a page, begins it after `after`, and selects the keys for the next cursor.
pub(super) fn apply(
    page: &mut SelectStatement,
    keys: &[Key],
    after: Option<&Cursor>,
) -> Result<(), StoreError> {
    if let Some(after) = after {
        if after.keys.len() != keys.len() {
            return Err(StoreError::Unsupported(
                "the cursor is of another list".to_owned(),
            ));
        }
        page.and_where(comes_after(keys, &after.keys));
    }
    for key in keys {
        page.expr(key.expr.clone());
        let (order, nulls) = if key.is_descending {
            (Order::Desc, NullOrdering::Last)
        } else {
            (Order::Asc, NullOrdering::First)
        };
        if key.is_nullable {
            page.order_by_expr_with_nulls(key.expr.clone(), order, nulls);
        } else {
            page.order_by_expr(key.expr.clone(), order);
        }
    }
    Ok(())
}

/// The direction of keys that are compared as one row, which an index over their columns answers with
/// a seek: all alike, and columns that always have a value.
fn seekable_direction(keys: &[Key]) -> Option<bool> {
    let direction = keys.first()?.is_descending;
    keys.iter()
        .all(|key| key.is_descending == direction && !key.is_nullable && matches!(key.expr, Expr::Column(_)))
        .then_some(direction)
}

/// That a row's keys come after `values`: the first that differs decides.
fn comes_after(keys: &[Key], values: &[KeyValue]) -> Expr {
    if let Some(is_descending) = seekable_direction(keys) {
        let row = Expr::tuple(keys.iter().map(|key| key.expr.clone()));
        let after = Expr::tuple(values.iter().map(|value| bind(value.clone())));
        return if is_descending {
            row.lt(after)
        } else {
            row.gt(after)
        };
    }
    let decided = |rest: Option<Expr>, (key, value): (&Key, &KeyValue)| {
        let after = key.is_after(value);
        Some(match rest {
            None => after,
            Some(rest) => after.or(key.is(value).and(rest)),
        })
    };
    let after = keys
        .iter()
        .zip(values)
        .rev()
        .fold(None, decided)
        .unwrap_or_else(|| bind(true));
    match (keys.first(), values.first()) {
        // Follows from the rest, and lets an index over an expression seek.
        (Some(first), Some(value)) => first.is_not_before(value).and(after),
        _ => after,
    }
}
