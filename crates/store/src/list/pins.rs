//! What a filter pins down for sure: conditions that follow from it and that an index can use where
//! the filter's own form hides them from the planner.

use std::collections::BTreeSet;

use model::ids::principal_of_derived_id;
use model::query::{Collection, Field, Nav};
use model::{ObjectId, RequestStatus};
use odata::bound::{Comparison, Expr as Filter, Literal, Match, Operand, OrderBy, Path};
use sea_query::{Expr, ExprTrait};
use uuid::Uuid;

use super::{Perspective, mentions};
use crate::aggregates::audit::{self, Mentioned};
use crate::aggregates::{grants, requests};
use crate::schema::{AuditEvents, Grants, Requests};
use crate::value::{bind, constant};

/// What every row of a list has.
#[derive(Debug, Default)]
pub(super) struct Pins {
    /// This principal.
    pub(super) principal: Option<ObjectId>,
    /// A grant for this principal, who need not be the one that the row is about.
    holder: Option<ObjectId>,
    role: Option<Uuid>,
    /// This stored status, which the clock has not changed.
    status: Option<RequestStatus>,
    /// A name that begins with a text; where it is.
    name: Option<Path>,
    /// One of these is mentioned in the audit record.
    mentioned: Option<BTreeSet<Mentioned>>,
}

impl Pins {
    /// What the conjuncts of a filter pin down.
    pub(super) fn of(collection: Collection, filter: Option<&Filter>) -> Self {
        let mut pins = Self::default();
        for part in filter.map(Filter::conjuncts).unwrap_or_default() {
            match part {
                Filter::Compare(operand, Comparison::Eq, literal) if operand.folds.is_empty() => {
                    pins.note(collection, &operand.path, literal);
                }
                Filter::Match(Match::StartsWith, Operand { path, folds }, _)
                    if path.navs.is_empty() && path.field == Field::DisplayName && folds.is_empty() =>
                {
                    pins.name = Some(path.clone());
                }
                _ => {}
            }
        }
        if collection == Collection::DirectoryAudits {
            pins.mentioned = filter.and_then(mentions::in_all_of);
        }
        pins
    }

    /// Notes that a property equals a literal.
    fn note(&mut self, collection: Collection, path: &Path, literal: &Literal) {
        match (path.navs.as_slice(), path.field, literal) {
            ([], Field::PrincipalId, Literal::Guid(id))
            | ([Nav::Principal], Field::Id, Literal::Guid(id)) => {
                self.principal = Some(ObjectId::new(*id));
            }
            ([], Field::RoleDefinitionId, Literal::Guid(id))
            | ([Nav::RoleDefinition], Field::Id, Literal::Guid(id)) => self.role = Some(*id),
            (
                [],
                Field::Id | Field::ScheduleId | Field::RoleAssignmentOriginId,
                Literal::Text(derived_id),
            ) => {
                self.holder = principal_of_derived_id(derived_id);
            }
            ([], Field::Status, Literal::Text(status)) => {
                self.status = RequestStatus::parse(status).filter(|status| {
                    matches!(collection, Collection::ScheduleRequests(_)) && !status.is_terminal()
                });
            }
            _ => {}
        }
    }

    /// The order that serves the filter best, if the query asks for none: names that begin with a
    /// text stand together in the order of names.
    pub(super) fn order(&self) -> Vec<OrderBy> {
        let by = |path| OrderBy {
            path,
            descending: false,
        };
        self.name.clone().map(by).into_iter().collect()
    }

    /// As conditions on the table of the collection.
    pub(super) fn conditions(&self, collection: Collection, perspective: Perspective) -> Vec<Expr> {
        let principal = self
            .principal
            .filter(|_| !matches!(perspective, Perspective::Principal(_)));
        match collection {
            Collection::ScheduleRequests(_) => {
                let mut all = self
                    .status
                    .map(|status| {
                        vec![
                            requests::is_open(),
                            requests::column(Requests::Status).eq(constant(status)),
                        ]
                    })
                    .unwrap_or_default();
                all.extend(principal.map(|id| requests::column(Requests::PrincipalId).eq(bind(id))));
                all.extend(
                    self.role
                        .map(|id| requests::column(Requests::RoleId).eq(bind(id))),
                );
                all
            }
            Collection::Schedules(_) | Collection::ScheduleInstances(_) | Collection::RoleAssignments => [
                principal.map(|id| grants::column(Grants::PrincipalId).eq(bind(id))),
                self.holder
                    .map(|id| grants::column(Grants::PrincipalId).eq(bind(id))),
                self.role.map(|id| grants::column(Grants::RoleId).eq(bind(id))),
            ]
            .into_iter()
            .flatten()
            .collect(),
            Collection::DirectoryAudits => {
                let records = self.mentioned.clone().map(audit::mentioning);
                let seq = Expr::col((AuditEvents::Table, AuditEvents::Seq));
                records
                    .map(|records| seq.in_subquery(records))
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}
