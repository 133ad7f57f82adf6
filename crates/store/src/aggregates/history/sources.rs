//! Where the events of a timeline come from. Each source is one statement that gives the latest of its kind first,
//! with the columns by which they are sorted at the end.

use model::directory::Relation;
use model::history::EventKind;
use model::{Instant, ObjectId, RoleDefinitionId};
use sea_query::{Expr, ExprTrait, Iden, IntoIden, JoinType, Order, Query, SelectStatement};

use super::events::EventPage;
use super::is_ended;
use crate::aggregates::approvals::REVIEW_COLUMNS;
use crate::aggregates::grants::not_indexed;
use crate::aggregates::grants::{self, column, grants, is_open, of_either_kind};
use crate::aggregates::requests::{self, REQUEST_COLUMNS};
use crate::list::Key;
use crate::schema::{ApprovalDecisions, Grants, Memberships, Policies, Requests};
use crate::value::{bind, constant};

/// A statement, and what it gives.
pub(super) struct Source {
    pub(super) kind: EventKind,
    pub(super) select: SelectStatement,
}

/// The version of a policy before another.
#[derive(Clone, Copy, Iden)]
enum Earlier {
    Before,
}

/// Everything about a principal.
pub(super) fn of_principal(who: ObjectId, page: &EventPage) -> Vec<Source> {
    let own = |select: SelectStatement| {
        let mut select = select;
        select
            .and_where(column(Grants::PrincipalId).eq(bind(who)))
            .to_owned()
    };
    let open = || {
        own(grants()
            .and_where(is_open())
            .and_where(of_either_kind())
            .to_owned())
    };
    let ended = || own(grants().and_where(is_ended()).to_owned());
    let mut requests_by_others = decisions(Requests::Table.into_iden());
    requests_by_others
        .and_where(requests::column(Requests::Kind).is_in(kinds()))
        .and_where(requests::column(Requests::PrincipalId).eq(bind(who)))
        .and_where(decision(ApprovalDecisions::DecidedBy).ne(bind(who)));
    let mut all = vec![
        started(open(), page),
        started(ended(), page),
        ended_at(ended(), Grants::EndedAt, page),
        ended_at(open(), Grants::EndsAt, page),
        requested(
            requests::requests()
                .and_where(requests::column(Requests::Kind).is_in(kinds()))
                .and_where(requests::column(Requests::PrincipalId).eq(bind(who)))
                .to_owned(),
            page,
        ),
        requested(
            requests::requests()
                .and_where(requests::column(Requests::CreatedBy).eq(bind(who)))
                .and_where(requests::column(Requests::Kind).is_in(kinds()))
                .and_where(requests::column(Requests::PrincipalId).ne(bind(who)))
                .to_owned(),
            page,
        ),
        decided(
            decisions(ApprovalDecisions::Table.into_iden())
                .and_where(decision(ApprovalDecisions::DecidedBy).eq(bind(who)))
                .to_owned(),
            page,
        ),
        decided(requests_by_others, page),
    ];
    for side in [Memberships::MemberId, Memberships::ContainerId] {
        for is_over in [false, true] {
            all.push(membership(who, side, Memberships::AddedAt, is_over, page));
        }
        all.push(membership(who, side, Memberships::RemovedAt, true, page));
    }
    wanted(all, page)
}

/// Everything about a role.
pub(super) fn of_role(role: RoleDefinitionId, page: &EventPage) -> Vec<Source> {
    let given = |select: SelectStatement| {
        let mut select = select;
        select.and_where(column(Grants::RoleId).eq(bind(role))).to_owned()
    };
    let of_role = requests::column(Requests::RoleId).eq(bind(role));
    let all = vec![
        started(given(grants()), page),
        ended_at(
            given(grants().and_where(is_ended()).to_owned()),
            Grants::EndedAt,
            page,
        ),
        ended_at(just_over(role), Grants::EndsAt, page),
        requested(requests::requests().and_where(of_role.clone()).to_owned(), page),
        decided(
            decisions(ApprovalDecisions::Table.into_iden())
                .and_where(of_role)
                .to_owned(),
            page,
        ),
        settings(role, page),
    ];
    wanted(all, page)
}

fn wanted(mut all: Vec<Source>, page: &EventPage) -> Vec<Source> {
    all.retain(|source| page.kind.is_none_or(|kind| kind == source.kind));
    all
}

fn kinds() -> impl Iterator<Item = Expr> {
    model::GrantKind::ALL.iter().map(|kind| bind(*kind))
}

/// Open grants of a role, to be found by when they end: few are over and not noted yet, and many may be open.
fn just_over(role: RoleDefinitionId) -> SelectStatement {
    grants()
        .and_where(is_open())
        .and_where(not_indexed(column(Grants::RoleId)).eq(bind(role)))
        .to_owned()
}

/// Grants that came into force; those that were withdrawn before never did.
fn started(mut select: SelectStatement, page: &EventPage) -> Source {
    select.and_where(is_open().or(column(Grants::EndedAt).gt(column(Grants::StartsAt))));
    finish(
        EventKind::GrantStarted,
        select,
        column(Grants::StartsAt),
        &[column(Grants::Id)],
        page,
    )
}

/// Grants that ended, by the column that says when.
fn ended_at(select: SelectStatement, at: Grants, page: &EventPage) -> Source {
    finish(
        EventKind::GrantEnded,
        select,
        column(at),
        &[column(Grants::Id)],
        page,
    )
}

fn requested(select: SelectStatement, page: &EventPage) -> Source {
    finish(
        EventKind::Request,
        select,
        requests::column(Requests::CreatedAt),
        &[requests::column(Requests::Id)],
        page,
    )
}

fn decision(column: ApprovalDecisions) -> Expr {
    Expr::col((ApprovalDecisions::Table, column))
}

/// Decisions with their requests, found through the one or the other table: the database keeps to this order.
fn decisions(first: sea_query::DynIden) -> SelectStatement {
    let joined = decision(ApprovalDecisions::RequestId).equals((Requests::Table, Requests::Id));
    let second = if first == ApprovalDecisions::Table.into_iden() {
        Requests::Table.into_iden()
    } else {
        ApprovalDecisions::Table.into_iden()
    };
    Query::select()
        .columns(REVIEW_COLUMNS.map(|column| (ApprovalDecisions::Table, column)))
        .columns(REQUEST_COLUMNS.map(|column| (Requests::Table, column)))
        .from(first)
        .cross_join(second)
        .and_where(joined)
        .to_owned()
}

fn decided(select: SelectStatement, page: &EventPage) -> Source {
    finish(
        EventKind::Decision,
        select,
        decision(ApprovalDecisions::DecidedAt),
        &[
            decision(ApprovalDecisions::RequestId),
            decision(ApprovalDecisions::DecidedBy),
        ],
        page,
    )
}

/// Memberships by one of their sides: when they began, or when they ended.
fn membership(who: ObjectId, side: Memberships, at: Memberships, is_over: bool, page: &EventPage) -> Source {
    let membership = |column| Expr::col((Memberships::Table, column));
    let relations = [Relation::Member, Relation::Owner].map(crate::aggregates::memberships::relation);
    let over = membership(Memberships::RemovedAt);
    let select = Query::select()
        .columns([
            (Memberships::Table, Memberships::ContainerId),
            (Memberships::Table, Memberships::MemberId),
            (Memberships::Table, Memberships::Relation),
            (Memberships::Table, at),
        ])
        .from(Memberships::Table)
        .and_where(membership(side).eq(bind(who)))
        .and_where(membership(Memberships::Relation).is_in(relations))
        .and_where(if is_over {
            over.is_not_null()
        } else {
            over.is_null()
        })
        .to_owned();
    let kind = match at {
        Memberships::RemovedAt => EventKind::MemberRemoved,
        _ => EventKind::MemberAdded,
    };
    finish(
        kind,
        select,
        membership(at),
        &[
            membership(Memberships::ContainerId),
            membership(Memberships::MemberId),
            membership(Memberships::Relation),
        ],
        page,
    )
}

/// The versions of a role's settings, but for the first, which nobody made.
fn settings(role: RoleDefinitionId, page: &EventPage) -> Source {
    let version = |column| Expr::col((Policies::Table, column));
    let before = |column| Expr::col((Earlier::Before, column));
    let in_force = Query::select()
        .column(Policies::Id)
        .from(Policies::Table)
        .and_where(Expr::col(Policies::RoleId).eq(bind(role)))
        .and_where(Expr::col(Policies::ValidUntil).is_null())
        .to_owned();
    let select = Query::select()
        .columns([
            (Policies::Table, Policies::Id),
            (Policies::Table, Policies::RoleId),
            (Policies::Table, Policies::Version),
            (Policies::Table, Policies::LastModifiedBy),
            (Policies::Table, Policies::LastModifiedByName),
            (Policies::Table, Policies::Settings),
            (Policies::Table, Policies::ValidFrom),
        ])
        .expr(before(Policies::Settings))
        .from(Policies::Table)
        .join_as(
            JoinType::InnerJoin,
            Policies::Table,
            Earlier::Before,
            before(Policies::Id)
                .equals((Policies::Table, Policies::Id))
                .and(before(Policies::Version).eq(version(Policies::Version).sub(constant(1_i64)))),
        )
        .and_where(version(Policies::Id).in_subquery(in_force))
        .to_owned();
    finish(
        EventKind::SettingsChanged,
        select,
        version(Policies::ValidFrom),
        &[version(Policies::Id), version(Policies::Version)],
        page,
    )
}

/// Narrows a source to its stretch of time and to what comes after the page before, the latest first.
fn finish(kind: EventKind, mut select: SelectStatement, at: Expr, keys: &[Expr], page: &EventPage) -> Source {
    select
        .and_where(at.clone().gte(bind(page.span.from)))
        .and_where(at.clone().lt(bind(page.span.until)));
    if let Some((then, rank, tail)) = page.position() {
        let own = i64::from(super::events::rank(kind));
        let at = at.clone();
        select.and_where(match own.cmp(&rank) {
            std::cmp::Ordering::Less => at.lte(bind(then)),
            std::cmp::Ordering::Greater => at.lt(bind(then)),
            std::cmp::Ordering::Equal => comes_before(at, keys, then, tail),
        });
    }
    select.order_by_expr(at, Order::Desc);
    for key in keys {
        select.order_by_expr(key.clone(), Order::Desc);
    }
    Source {
        kind,
        select: select.limit(page.limit_rows()).to_owned(),
    }
}

fn comes_before(at: Expr, keys: &[Expr], then: Instant, tail: &[Key]) -> Expr {
    let row = Expr::tuple(std::iter::once(at).chain(keys.iter().cloned()));
    let values = std::iter::once(bind(then)).chain(tail.iter().map(|key| bind(key.clone())));
    row.lt(Expr::tuple(values))
}

/// The table of a source, for what is said of rows that cannot be read.
pub(super) const fn table(kind: EventKind) -> &'static str {
    match kind {
        EventKind::GrantStarted | EventKind::GrantEnded => grants::TABLE,
        EventKind::Request => requests::TABLE,
        EventKind::Decision => crate::aggregates::approvals::TABLE,
        EventKind::MemberAdded | EventKind::MemberRemoved => "memberships",
        EventKind::SettingsChanged => "policies",
    }
}
