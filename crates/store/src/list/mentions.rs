//! What the audit records that a filter accepts must mention, so that the index of mentions can find them.

use std::collections::BTreeSet;

use model::audit::AuditEvent;
use model::query::Field;
use odata::bound::{Comparison, Expr as Filter, Literal, Operand};

use crate::aggregates::audit::Mentioned;

/// Each record that fulfils `filter` mentions one of these; none if that is not so, or not seen.
pub(super) fn in_all_of(filter: &Filter) -> Option<BTreeSet<Mentioned>> {
    match filter {
        // The fewest leave the least to look at.
        Filter::And(parts) => parts.iter().filter_map(in_all_of).min_by_key(BTreeSet::len),
        Filter::Or(parts) => union(parts.iter().map(in_all_of)),
        Filter::Compare(operand, Comparison::Eq, literal) => equal(operand, literal),
        Filter::In(operand, literals) => union(literals.iter().map(|literal| equal(operand, literal))),
        Filter::Any(Field::TargetResources, Some(predicate)) => in_all_of(predicate),
        Filter::Compare(..)
        | Filter::Not(_)
        | Filter::Match(..)
        | Filter::Any(..)
        | Filter::IsOf(_)
        | Filter::Constant(_) => None,
    }
}

fn union(parts: impl Iterator<Item = Option<BTreeSet<Mentioned>>>) -> Option<BTreeSet<Mentioned>> {
    parts
        .collect::<Option<Vec<_>>>()
        .map(|parts| parts.into_iter().flatten().collect())
}

/// What a record mentions in which a property equals a literal.
fn equal(operand: &Operand, literal: &Literal) -> Option<BTreeSet<Mentioned>> {
    if !operand.folds.is_empty() {
        return None;
    }
    let mentioned = match (operand.path.field, literal) {
        (
            Field::CorrelationId
            | Field::InitiatedByUserId
            | Field::InitiatedByAppId
            | Field::InitiatedByAppServicePrincipalId
            | Field::TargetResourceId,
            Literal::Guid(id),
        ) => Mentioned::from(*id),
        (Field::TargetResourceId, Literal::Text(id)) => Mentioned::from(id.as_str()),
        (Field::Id, Literal::Text(id)) => AuditEvent::correlation_in(id)?.uuid().into(),
        _ => return None,
    };
    Some(BTreeSet::from([mentioned]))
}
