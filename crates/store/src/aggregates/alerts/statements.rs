//! The statements that scans are made of.

use model::directory::ObjectKind;
use model::{Action, DirectoryScope, GrantKind, Instant, ObjectId, RoleDefinitionId};
use sea_query::{Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement};

use super::facts::{USERS_PER_SLICE, UserSlice};
use crate::aggregates::grants::{GRANT_COLUMNS, column, has_started, is_not_over, is_open};
use crate::schema::{Grants, Objects, Requests, SignIns};
use crate::value::{Stored, bind, constant};

/// Grants in force. The start is asked for in a way that no index serves: the database would else walk the history of a
/// role by it, and not what is open.
pub(super) fn in_force(now: Instant) -> SelectStatement {
    Query::select()
        .columns(GRANT_COLUMNS.map(|column| (Grants::Table, column)))
        .from(Grants::Table)
        .and_where(is_open())
        .and_where(column(Grants::StartsAt).add(constant(0_i64)).lte(bind(now)))
        .and_where(is_not_over(now))
        .to_owned()
}

fn of_object(column: Objects) -> Expr {
    Expr::col((Objects::Table, column))
}

/// That an object is a user that is there.
fn users_only(select: &mut SelectStatement) -> &mut SelectStatement {
    select
        .and_where(of_object(Objects::Kind).eq(bind(ObjectKind::User)))
        .and_where(of_object(Objects::DeletedAt).is_null())
}

/// Both kinds, said so because indexes of what is open have the kind before the rest.
fn of_either_kind() -> Expr {
    column(Grants::Kind).is_in(GrantKind::ALL.iter().map(|kind| bind(*kind)))
}

/// That a grant is active and no activation.
pub(super) fn is_assigned() -> Expr {
    column(Grants::Kind)
        .eq(bind(GrantKind::Assignment))
        .and(column(Grants::ActivatedUsing).is_null())
}

/// Parameters, as many as a power of two: so there are but a few statements, and each is prepared once.
pub(super) fn filled_up<T: Copy + Stored>(some: &[T]) -> impl Iterator<Item = Expr> {
    let places = some.len().next_power_of_two();
    some.iter().cycle().take(places).map(|id| bind(*id))
}

/// The users of one slice, in the order of their ids, after the last of the slice before.
pub(super) fn users(after: Option<ObjectId>) -> SelectStatement {
    let mut select = Query::select();
    select.column((Objects::Table, Objects::Id)).from(Objects::Table);
    users_only(&mut select)
        .order_by((Objects::Table, Objects::Id), Order::Asc)
        .limit(USERS_PER_SLICE);
    if let Some(after) = after {
        select.and_where(of_object(Objects::Id).gt(bind(after)));
    }
    select
}

/// Eligibilities of a slice of users that are in force since `since` or longer.
pub(super) fn old_eligibilities(slice: UserSlice, now: Instant, since: Instant) -> SelectStatement {
    let mut select = in_force(now);
    select.join(
        JoinType::InnerJoin,
        Objects::Table,
        of_object(Objects::Id).equals((Grants::Table, Grants::PrincipalId)),
    );
    users_only(&mut select)
        .and_where(column(Grants::Kind).eq(bind(GrantKind::Eligibility)))
        .and_where(column(Grants::PrincipalId).gte(bind(slice.first)))
        .and_where(column(Grants::PrincipalId).lte(bind(slice.last)))
        .and_where(column(Grants::StartsAt).lte(bind(since)));
    select
}

/// Activations that began after `since`.
pub(super) fn activations(now: Instant, since: Instant, limit: u64) -> SelectStatement {
    Query::select()
        .columns(
            [Grants::Id, Grants::PrincipalId, Grants::RoleId, Grants::Scope]
                .map(|column| (Grants::Table, column)),
        )
        .from(Grants::Table)
        .and_where(column(Grants::ActivatedUsing).is_not_null())
        .and_where(column(Grants::StartsAt).gt(bind(since)))
        .and_where(has_started(now))
        .limit(limit)
        .to_owned()
}

/// When a principal activated a role last, by its requests.
pub(super) fn last_activation(
    principal: ObjectId,
    of: Option<(RoleDefinitionId, DirectoryScope)>,
) -> SelectStatement {
    let request = |column| Expr::col((Requests::Table, column));
    let mut select = Query::select();
    select
        .expr(Func::max(column(Grants::StartsAt)))
        .from(Requests::Table)
        .join(
            JoinType::InnerJoin,
            Grants::Table,
            column(Grants::Id).equals((Requests::Table, Requests::TargetScheduleId)),
        )
        .and_where(request(Requests::Kind).eq(bind(GrantKind::Assignment)))
        .and_where(request(Requests::PrincipalId).eq(bind(principal)))
        .and_where(request(Requests::Action).eq(bind(Action::SelfActivate)));
    if let Some((role, scope)) = of {
        select
            .and_where(request(Requests::RoleId).eq(bind(role)))
            .and_where(request(Requests::Scope).eq(bind(scope)));
    }
    select
}

/// Grants in force that were made without a request.
pub(super) fn outside_pim(now: Instant, limit: u64) -> SelectStatement {
    in_force(now)
        .and_where(column(Grants::RequestId).is_null())
        .order_by((Grants::Table, Grants::Id), Order::Asc)
        .limit(limit)
        .to_owned()
}

/// The users of a slice who have not signed in after `since`, if ever, with when they did.
pub(super) fn absent_users(slice: UserSlice, since: Instant) -> SelectStatement {
    let at = || Expr::col((SignIns::Table, SignIns::At));
    let mut select = Query::select();
    select
        .column((Objects::Table, Objects::Id))
        .column((SignIns::Table, SignIns::At))
        .from(Objects::Table)
        .join(
            JoinType::LeftJoin,
            SignIns::Table,
            Expr::col((SignIns::Table, SignIns::UserId)).equals((Objects::Table, Objects::Id)),
        );
    users_only(&mut select)
        .and_where(of_object(Objects::Id).gte(bind(slice.first)))
        .and_where(of_object(Objects::Id).lte(bind(slice.last)))
        .and_where(at().is_null().or(at().lte(bind(since))));
    select
}

/// Grants of some principals, active or eligible but no activations.
pub(super) fn grants_of(principals: &[ObjectId], now: Instant) -> SelectStatement {
    in_force(now)
        .and_where(of_either_kind())
        .and_where(column(Grants::PrincipalId).is_in(filled_up(principals)))
        .and_where(column(Grants::ActivatedUsing).is_null())
        .to_owned()
}

/// One grant in force of a role, if there is one.
pub(super) fn one_of_role(role: RoleDefinitionId, now: Instant) -> SelectStatement {
    in_force(now)
        .and_where(column(Grants::RoleId).eq(bind(role)))
        .and_where(of_either_kind())
        .limit(1)
        .to_owned()
}

/// Active assignments of a role, no activations, that are in force.
pub(super) fn assignments_of(role: RoleDefinitionId, now: Instant) -> SelectStatement {
    in_force(now)
        .and_where(column(Grants::RoleId).eq(bind(role)))
        .and_where(is_assigned())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{Store, StoreOptions};

    const NOW: Instant = Instant::from_micros(1_000);
    const SINCE: Instant = Instant::from_micros(500);

    const fn object(number: u128) -> ObjectId {
        ObjectId::new(Uuid::from_u128(number))
    }

    /// What lies beside the rows that are wanted is not looked at, and of activations no row at all.
    #[test]
    fn every_statement_has_its_index() {
        let slice = UserSlice {
            first: object(1),
            last: object(9),
        };
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(StoreOptions {
            readers: 1,
            ..StoreOptions::new(folder.path().to_owned())
        })
        .unwrap();
        // Statements do not leave their thread, so they are made where they are run.
        let plans = store.read_wait(move |session| {
            [
                (users(Some(object(5))), "objects_by_kind (kind=? AND id>?)"),
                (
                    old_eligibilities(slice, NOW, SINCE),
                    "grants_open_by_principal (kind=? AND principal_id>? AND principal_id<?)",
                ),
                (
                    activations(NOW, SINCE, 9),
                    "USING COVERING INDEX grants_activations (starts_at>? AND starts_at<?)",
                ),
                (
                    last_activation(object(1), None),
                    "requests_by_principal (kind=? AND principal_id=?)",
                ),
                (outside_pim(NOW, 9), "INDEX grants_outside_pim"),
                (
                    absent_users(slice, SINCE),
                    "objects_by_kind (kind=? AND id>? AND id<?)",
                ),
                (
                    grants_of(&[object(1), object(2)], NOW),
                    "grants_open_by_principal (kind=? AND principal_id=?)",
                ),
                (
                    one_of_role(RoleDefinitionId::new(Uuid::from_u128(1)), NOW),
                    "grants_open_by_role (role_id=? AND kind=?)",
                ),
                (
                    assignments_of(RoleDefinitionId::new(Uuid::from_u128(1)), NOW),
                    "grants_open_by_role (role_id=? AND kind=?)",
                ),
            ]
            .map(|(select, wanted)| (session.connection.plan(&select).join("\n"), wanted))
        });
        for (plan, wanted) in plans.unwrap() {
            assert!(plan.contains(wanted), "{wanted}:\n{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
