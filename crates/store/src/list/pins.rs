//! What a filter pins down for sure: conditions that follow from it and that an index can use where
//! the filter's own form hides them from the planner.

use model::ids::principal_of_derived_id;
use model::query::{Collection, Field, Nav};
use model::{ObjectId, RequestStatus};
use odata::bound::{Comparison, Expr as Filter, Literal};
use sea_query::{Expr, ExprTrait};
use uuid::Uuid;

use super::Perspective;
use crate::schema::{Grants, Requests};
use crate::value::{bind, constant};
use crate::{grants, requests};

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
}

impl Pins {
    /// What the conjuncts of a filter pin down.
    pub(super) fn of(collection: Collection, filter: Option<&Filter>) -> Self {
        let mut pins = Self::default();
        for part in filter.map(Filter::conjuncts).unwrap_or_default() {
            let Filter::Compare(operand, Comparison::Eq, literal) = part else {
                continue;
            };
            if !operand.folds.is_empty() {
                continue;
            }
            match (operand.path.navs.as_slice(), operand.path.field, literal) {
                ([], Field::PrincipalId, Literal::Guid(id)) | ([Nav::Principal], Field::Id, Literal::Guid(id)) => {
                    pins.principal = Some(ObjectId::new(*id));
                }
                ([], Field::RoleDefinitionId, Literal::Guid(id))
                | ([Nav::RoleDefinition], Field::Id, Literal::Guid(id)) => pins.role = Some(*id),
                (
                    [],
                    Field::Id | Field::ScheduleId | Field::RoleAssignmentOriginId,
                    Literal::Text(derived_id),
                ) => pins.holder = principal_of_derived_id(derived_id),
                ([], Field::Status, Literal::Text(status)) => {
                    pins.status = RequestStatus::parse(status).filter(|status| {
                        matches!(collection, Collection::ScheduleRequests(_)) && !status.is_terminal()
                    });
                }
                _ => {}
            }
        }
        pins
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
                all.extend(self.role.map(|id| requests::column(Requests::RoleId).eq(bind(id))));
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
            _ => Vec::new(),
        }
    }
}
