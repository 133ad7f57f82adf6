//! From a bound filter to a condition.
//!
//! OData's logic here has two values, SQL's has three. Negation is pushed down to the comparisons,
//! where it is known what a missing value means, so that an unknown result can only stand where it
//! counts as false.

use model::directory::ObjectKind;
use model::query::{Collection, Field};
use odata::bound::{Collation, Comparison, Expr as Filter, Fold, Literal, Match, Operand};
use sea_query::{Condition, Expr, ExprTrait, Func, Query};

use super::columns::{self, Column, Fields, Form};
use super::source::Joins;
use crate::StoreError;
use crate::aggregates::grants;
use crate::schema::{Alias, AuditEvents, Grants, Objects};
use crate::sqlite::dialect;
use crate::value::{bind, constant};

/// The condition that a row fulfils `filter`.
pub(super) fn condition(fields: &Fields, joins: &mut Joins, filter: &Filter) -> Result<Expr, StoreError> {
    Compiler {
        joins,
        collection: fields.collection,
        resolve: &|operand| fields.column(&operand.path.navs, operand.path.field),
    }
    .compile(filter, false)
}

struct Compiler<'a> {
    joins: &'a mut Joins,
    collection: Collection,
    resolve: &'a dyn Fn(&Operand) -> Option<Column>,
}

impl Compiler<'_> {
    /// The condition that `filter` holds, or, negated, that it does not.
    fn compile(&mut self, filter: &Filter, is_negated: bool) -> Result<Expr, StoreError> {
        match filter {
            Filter::And(parts) => self.chain(parts, is_negated, is_negated),
            Filter::Or(parts) => self.chain(parts, is_negated, !is_negated),
            Filter::Not(part) => self.compile(part, !is_negated),
            Filter::Compare(operand, comparison, literal) => {
                self.compare(operand, *comparison, literal, is_negated)
            }
            Filter::In(operand, literals) => {
                // A missing value is none of several.
                let parts = literals
                    .iter()
                    .filter(|literal| **literal != Literal::Null)
                    .map(|literal| self.compare(operand, Comparison::Eq, literal, is_negated))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(join(parts, !is_negated))
            }
            Filter::Match(kind, operand, needle) => self.find(*kind, operand, needle, is_negated),
            Filter::Any(field, predicate) => self.any(*field, predicate.as_deref(), is_negated),
            Filter::IsOf(name) => Ok(negate_if(is_negated, is_of(self.collection, name))),
            Filter::Constant(holds) => Ok(constant(*holds != is_negated)),
        }
    }

    fn chain(&mut self, parts: &[Filter], is_negated: bool, is_any: bool) -> Result<Expr, StoreError> {
        let parts = parts
            .iter()
            .map(|part| self.compile(part, is_negated))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(join(parts, is_any))
    }

    fn column(&mut self, operand: &Operand) -> Result<Column, StoreError> {
        self.joins.through(&operand.path.navs);
        (self.resolve)(operand).ok_or_else(|| unsupported(operand.path.field))
    }

    fn compare(
        &mut self,
        operand: &Operand,
        comparison: Comparison,
        literal: &Literal,
        is_negated: bool,
    ) -> Result<Expr, StoreError> {
        let column = self.column(operand)?;
        // With a missing value `ne` holds and nothing else does.
        let holds_for_null = is_negated != (comparison == Comparison::Ne);
        let comparison = if is_negated {
            opposite(comparison)
        } else {
            comparison
        };
        let nullable = column.is_nullable.then(|| column.expr.clone());
        let compared = match (column.form, literal) {
            (_, Literal::Null) => {
                return Ok(match comparison {
                    Comparison::Eq => column.expr.is_null(),
                    _ => column.expr.is_not_null(),
                });
            }
            (Form::Guid, Literal::Guid(id)) => relate(column.expr, comparison, bind(*id)),
            (Form::Instant, Literal::Instant(at)) => relate(column.expr, comparison, bind(*at)),
            (Form::Bool, Literal::Bool(value)) => relate(column.expr, comparison, bind(*value)),
            (Form::ScheduleId, Literal::Guid(id)) if comparison == Comparison::Eq => {
                columns::is_made_in_pim().and(grants::column(Grants::Id).eq(bind(*id)))
            }
            (Form::Instant | Form::Bool, _) => return Err(unsupported(operand.path.field)),
            (form, literal) => {
                let text = match literal {
                    Literal::Text(text) => text.clone(),
                    Literal::Guid(id) => id.as_hyphenated().to_string(),
                    _ => return Err(unsupported(operand.path.field)),
                };
                let (expr, text) = collated(column, operand, form, text);
                relate(expr, comparison, bind(text))
            }
        };
        Ok(match nullable {
            Some(expr) if holds_for_null => expr.is_null().or(compared),
            _ => compared,
        })
    }

    fn find(
        &mut self,
        kind: Match,
        operand: &Operand,
        needle: &str,
        is_negated: bool,
    ) -> Result<Expr, StoreError> {
        let column = self.column(operand)?;
        let nullable = column.is_nullable.then(|| column.expr.clone());
        let form = column.form;
        if matches!(form, Form::Instant | Form::Bool) {
            return Err(unsupported(operand.path.field));
        }
        let (text, needle) = collated(column, operand, form, needle.to_owned());
        let found = match kind {
            _ if needle.is_empty() => text.is_not_null(),
            Match::StartsWith => begins_with(text, needle),
            Match::EndsWith => dialect::suffix(text, needle.chars().count()).eq(bind(needle)),
            Match::Contains => dialect::position(text, &needle).gt(0),
        };
        Ok(match nullable {
            Some(expr) if is_negated => expr.is_null().or(found.not()),
            _ => negate_if(is_negated, found),
        })
    }

    fn any(
        &mut self,
        field: Field,
        predicate: Option<&Filter>,
        is_negated: bool,
    ) -> Result<Expr, StoreError> {
        let (resolve, elements): (fn(Field) -> Option<Column>, _) = match field {
            Field::TargetResources => (
                columns::of_audit_target,
                dialect::json_elements(
                    Expr::col((AuditEvents::Table, AuditEvents::Record)),
                    "$.targetResources",
                ),
            ),
            Field::GroupTypes => (
                columns::of_element,
                dialect::elements(Expr::col((Objects::Table, Objects::GroupTypes))),
            ),
            _ => return Err(unsupported(field)),
        };
        let mut elements = Query::select()
            .expr(Expr::val(1))
            .from_function(elements, Alias::Element)
            .to_owned();
        if let Some(predicate) = predicate {
            let inner = Compiler {
                joins: self.joins,
                collection: self.collection,
                resolve: &|operand| resolve(operand.path.field),
            }
            .compile(predicate, false)?;
            elements.and_where(inner);
        }
        Ok(negate_if(is_negated, Expr::exists(elements)))
    }
}

/// The text of a column as it is compared, and the text to compare it with.
fn collated(column: Column, operand: &Operand, form: Form, text: String) -> (Expr, String) {
    let folded = operand.folds.iter().fold(column.text(), |expr, fold| match fold {
        Fold::Lower => Func::lower(expr).into(),
        Fold::Upper => Func::upper(expr).into(),
        Fold::Trim => dialect::trim(expr),
    });
    match (form, operand.path.collation) {
        (Form::LowerText, _) => (folded, text.to_ascii_lowercase()),
        (_, Collation::IgnoreCase) => (Func::lower(folded).into(), text.to_ascii_lowercase()),
        (_, Collation::Exact) => (folded, text),
    }
}

/// That a text begins with `prefix`, as a range, which an index can answer.
fn begins_with(text: Expr, prefix: String) -> Expr {
    let beyond = beyond(&prefix);
    let from = text.clone().gte(bind(prefix));
    match beyond {
        Some(beyond) => from.and(text.lt(bind(beyond))),
        None => from,
    }
}

/// The least text that is larger than every text that begins with `prefix`; texts are compared by
/// code points.
fn beyond(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        let next = (u32::from(last)..=u32::from(char::MAX))
            .skip(1)
            .find_map(char::from_u32);
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

fn is_of(collection: Collection, name: &str) -> Expr {
    let kind = match collection {
        Collection::Users
        | Collection::Groups
        | Collection::ServicePrincipals
        | Collection::AdministrativeUnits
        | Collection::DirectoryObjects => ObjectKind::parse(name),
        _ => None,
    };
    kind.map_or_else(
        || constant(false),
        |kind| Expr::col((Objects::Table, Objects::Kind)).eq(bind(kind)),
    )
}

fn relate(left: Expr, comparison: Comparison, right: Expr) -> Expr {
    match comparison {
        Comparison::Eq => left.eq(right),
        Comparison::Ne => left.ne(right),
        Comparison::Gt => left.gt(right),
        Comparison::Ge => left.gte(right),
        Comparison::Lt => left.lt(right),
        Comparison::Le => left.lte(right),
    }
}

fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Eq => Comparison::Ne,
        Comparison::Ne => Comparison::Eq,
        Comparison::Gt => Comparison::Le,
        Comparison::Ge => Comparison::Lt,
        Comparison::Lt => Comparison::Ge,
        Comparison::Le => Comparison::Gt,
    }
}

fn join(parts: Vec<Expr>, is_any: bool) -> Expr {
    let start = if is_any {
        Condition::any()
    } else {
        Condition::all()
    };
    if parts.is_empty() {
        return constant(!is_any);
    }
    parts.into_iter().fold(start, Condition::add).into()
}

fn negate_if(is_negated: bool, expr: Expr) -> Expr {
    if is_negated { expr.not() } else { expr }
}

fn unsupported(field: Field) -> StoreError {
    StoreError::Unsupported(format!("nothing is filtered so by {field:?}"))
}
