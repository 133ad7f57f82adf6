//! The bound tree asked of rows in memory: for small collections, and as the oracle for what `store`
//! makes of it.
//!
//! A condition is true or false, never unknown: where a property has no value, `ne` and `eq null`
//! hold and every other comparison, `in` and match does not; `not` turns that round. Case is ASCII
//! case and `trim` takes blanks, as in the databases. Rows without a value sort first.

use std::borrow::Cow;
use std::cmp::Ordering;

use model::ids::parse_guid;
use model::query::Field;

use crate::bound::{Collation, Comparison, Expr, Literal, Match, Operand, OrderBy, Path};

/// Something that a filter can be asked of.
pub trait Row {
    /// The value of a property; [`Literal::Null`] if there is none. An identifier may be given as
    /// text, whatever it is compared with.
    fn value(&self, path: &Path) -> Literal;

    /// Whether an element of the collection `field` fulfils the predicate.
    fn any(&self, field: Field, holds: &mut dyn FnMut(&dyn Row) -> bool) -> bool;

    /// Whether this is the runtime type, named without `#` and namespace.
    fn is_of(&self, type_name: &str) -> bool;
}

/// Whether `expr` holds for `row`.
pub fn holds(expr: &Expr, row: &dyn Row) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| holds(part, row)),
        Expr::Or(parts) => parts.iter().any(|part| holds(part, row)),
        Expr::Not(inner) => !holds(inner, row),
        Expr::Compare(operand, comparison, literal) => {
            let order = compare(&value(operand, row), literal, operand.path.collation);
            match comparison {
                Comparison::Eq => order == Some(Ordering::Equal),
                Comparison::Ne => order != Some(Ordering::Equal),
                Comparison::Gt => order == Some(Ordering::Greater),
                Comparison::Ge => order.is_some_and(Ordering::is_ge),
                Comparison::Lt => order == Some(Ordering::Less),
                Comparison::Le => order.is_some_and(Ordering::is_le),
            }
        }
        Expr::In(operand, literals) => {
            let value = value(operand, row);
            value != Literal::Null
                && literals
                    .iter()
                    .any(|literal| compare(&value, literal, operand.path.collation) == Some(Ordering::Equal))
        }
        Expr::Match(kind, operand, text) => match value(operand, row) {
            Literal::Text(value) => {
                let value = key(&value, operand.path.collation);
                let text = key(text, operand.path.collation);
                match kind {
                    Match::StartsWith => value.starts_with(&*text),
                    Match::EndsWith => value.ends_with(&*text),
                    Match::Contains => value.contains(&*text),
                }
            }
            _ => false,
        },
        Expr::Any(field, None) => row.any(*field, &mut |_| true),
        Expr::Any(field, Some(predicate)) => row.any(*field, &mut |element| holds(predicate, element)),
        Expr::IsOf(type_name) => row.is_of(type_name),
        Expr::Constant(value) => *value,
    }
}

/// Which of two rows comes first.
pub fn order(keys: &[OrderBy], left: &dyn Row, right: &dyn Row) -> Ordering {
    keys.iter()
        .map(|OrderBy { path, descending }| {
            let (left, right) = (left.value(path), right.value(path));
            let order = match (&left, &right) {
                (Literal::Null, Literal::Null) => Ordering::Equal,
                (Literal::Null, _) => Ordering::Less,
                (_, Literal::Null) => Ordering::Greater,
                _ => compare(&left, &right, path.collation).unwrap_or(Ordering::Equal),
            };
            if *descending { order.reverse() } else { order }
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn value(operand: &Operand, row: &dyn Row) -> Literal {
    let value = row.value(&operand.path);
    operand.folds.iter().fold(value, |value, fold| match value {
        Literal::Text(text) => Literal::Text(fold.apply(&text)),
        other => other,
    })
}

/// How two values compare; not at all if they have different types or one is missing.
fn compare(left: &Literal, right: &Literal, collation: Collation) -> Option<Ordering> {
    match (left, right) {
        (Literal::Null, Literal::Null) => Some(Ordering::Equal),
        (Literal::Bool(left), Literal::Bool(right)) => Some(left.cmp(right)),
        (Literal::Int(left), Literal::Int(right)) => Some(left.cmp(right)),
        (Literal::Text(left), Literal::Text(right)) => Some(key(left, collation).cmp(&key(right, collation))),
        (Literal::Guid(left), Literal::Guid(right)) => Some(left.cmp(right)),
        (Literal::Text(left), Literal::Guid(right)) => Some(parse_guid(left).ok()?.cmp(right)),
        (Literal::Guid(left), Literal::Text(right)) => Some(left.cmp(&parse_guid(right).ok()?)),
        (Literal::Instant(left), Literal::Instant(right)) => Some(left.cmp(right)),
        (Literal::Duration(left), Literal::Duration(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// The text that texts are compared by.
fn key(text: &str, collation: Collation) -> Cow<'_, str> {
    match collation {
        Collation::Exact => Cow::Borrowed(text),
        Collation::IgnoreCase => Cow::Owned(text.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests;
