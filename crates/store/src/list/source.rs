//! The rows that a list is taken from: the table, what is joined to it, and what the collection and
//! the perspective leave of it.

use std::collections::BTreeSet;

use model::directory::{ObjectKind, Relation};
use model::query::{Collection, Nav};
use model::{GrantKind, Instant, ObjectId};
use sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement, UnionType};

use super::Perspective;
use super::columns::Fields;
use super::order::Key;
use crate::StoreError;
use crate::aggregates::approvals;
use crate::aggregates::audit;
use crate::aggregates::audit::EVENT_COLUMNS;
use crate::aggregates::directory::OBJECT_COLUMNS;
use crate::aggregates::grants::{self, GRANT_COLUMNS};
use crate::aggregates::memberships::{relation, role_groups};
use crate::aggregates::policies::ADMINISTRATORS;
use crate::aggregates::requests::{self, REQUEST_COLUMNS};
use crate::schema::{Alias, AuditEvents, Grants, Memberships, Objects, PolicyApprovers, Requests, Roles};
use crate::value::{bind, constant};

/// Where rows come from.
pub(super) struct Source {
    pub(super) table: &'static str,
    pub(super) select: SelectStatement,
    /// What a record is read from.
    pub(super) columns: Vec<Expr>,
    pub(super) fields: Fields,
    pub(super) keys: DefaultOrder,
}

/// The order of a list, if none is asked for, and the primary key.
pub(super) struct DefaultOrder {
    /// What comes before the primary key.
    pub(super) first: Vec<Key>,
    pub(super) primary: Key,
}

/// The user of a perspective as somebody who may be an approver.
#[derive(Debug, Default)]
pub(super) struct Viewer {
    /// All accounts of the person.
    pub(super) accounts: Vec<ObjectId>,
    /// The groups that may make an approver of the account.
    pub(super) groups: Vec<ObjectId>,
}

/// The source of a collection as seen from a perspective by its user.
pub(super) fn source(
    collection: Collection,
    perspective: Perspective,
    now: Instant,
    viewer: &Viewer,
) -> Result<Source, StoreError> {
    let fields = Fields {
        collection,
        now,
        viewer: match perspective {
            Perspective::Principal(principal) => Some(principal),
            _ => None,
        },
    };
    let source = match collection {
        Collection::ScheduleRequests(kind) => of_requests(kind, perspective, viewer, fields),
        Collection::Approvals => {
            of_requests(GrantKind::Assignment, perspective, viewer, fields).map(needing_approval)
        }
        Collection::Schedules(kind) => of_grants(kind, perspective, fields),
        Collection::ScheduleInstances(kind) => of_grants(kind, perspective, fields).map(in_force),
        Collection::RoleAssignments => of_grants(GrantKind::Assignment, perspective, fields).map(in_force),
        Collection::Users => of_objects(Some(ObjectKind::User), perspective, fields),
        Collection::Groups => of_objects(Some(ObjectKind::Group), perspective, fields),
        Collection::ServicePrincipals => of_objects(Some(ObjectKind::ServicePrincipal), perspective, fields),
        Collection::AdministrativeUnits => {
            of_objects(Some(ObjectKind::AdministrativeUnit), perspective, fields)
        }
        Collection::DirectoryObjects => of_objects(None, perspective, fields),
        Collection::DirectoryAudits => of_audit_events(perspective, fields),
        _ => None,
    };
    source.ok_or_else(|| StoreError::Unsupported(format!("{collection:?} is not listed as {perspective:?}")))
}

fn of_grants(kind: GrantKind, perspective: Perspective, fields: Fields) -> Option<Source> {
    let mut select = Query::select()
        .from(Grants::Table)
        .and_where(grants::column(Grants::Kind).eq(bind(kind)))
        .and_where(grants::is_open())
        .and_where(grants::is_not_over(fields.now))
        .to_owned();
    match perspective {
        Perspective::Everyone => {}
        Perspective::Principal(principal) => {
            select.and_where(
                grants::column(Grants::PrincipalId).in_subquery(itself_and_role_groups(principal)),
            );
        }
        _ => return None,
    }
    Some(Source {
        table: grants::TABLE,
        select,
        columns: GRANT_COLUMNS.map(grants::column).to_vec(),
        fields,
        keys: DefaultOrder {
            first: vec![Key::ascending(grants::column(Grants::PrincipalId))],
            primary: Key::ascending(grants::column(Grants::Id)),
        },
    })
}

/// Leaves what is in force (INVARIANT I1).
fn in_force(mut source: Source) -> Source {
    source.select.and_where(grants::has_started(source.fields.now));
    source
}

fn itself_and_role_groups(principal: ObjectId) -> SelectStatement {
    Query::select()
        .expr(bind(principal))
        .union(UnionType::All, role_groups(principal))
        .to_owned()
}

/// Leaves the requests that have an approval.
fn needing_approval(mut source: Source) -> Source {
    source
        .select
        .and_where(requests::column(Requests::NeedsApproval).eq(constant(true)));
    source.keys.first.clear();
    source
}

fn of_requests(kind: GrantKind, perspective: Perspective, viewer: &Viewer, fields: Fields) -> Option<Source> {
    let mut select = Query::select()
        .from(Requests::Table)
        .join_as(
            JoinType::LeftJoin,
            Grants::Table,
            Alias::Target,
            is_current_target(fields.now),
        )
        .and_where(requests::column(Requests::Kind).eq(bind(kind)))
        .to_owned();
    let mut first = Vec::new();
    match perspective {
        Perspective::Everyone => first.push(Key::ascending(requests::column(Requests::PrincipalId))),
        Perspective::Principal(principal) => {
            select.and_where(requests::column(Requests::PrincipalId).eq(bind(principal)));
        }
        Perspective::CreatedBy(caller) => {
            select.and_where(requests::column(Requests::CreatedBy).eq(bind(caller)));
        }
        Perspective::Approver {
            user,
            is_default_approver,
        } => {
            select
                .and_where(requests::column(Requests::NeedsApproval).eq(constant(true)))
                .and_where(is_in_hands_of(user, viewer, is_default_approver));
        }
        Perspective::Involved {
            user,
            is_default_approver,
        } => {
            select.and_where(
                requests::column(Requests::CreatedBy)
                    .eq(bind(user))
                    .or(requests::column(Requests::PrincipalId).eq(bind(user)))
                    .or(is_in_hands_of(user, viewer, is_default_approver)),
            );
        }
        Perspective::RelatedTo { .. } | Perspective::Containing(_) => return None,
    }
    let mut columns = REQUEST_COLUMNS.map(requests::column).to_vec();
    columns.push(fields.current_target());
    Some(Source {
        table: requests::TABLE,
        select,
        columns,
        fields,
        keys: DefaultOrder {
            first,
            primary: Key::ascending(requests::column(Requests::Id)),
        },
    })
}

/// That the joined grant is the request's and neither over nor ended.
fn is_current_target(now: Instant) -> Expr {
    let target = |column| Expr::col((Alias::Target, column));
    target(Grants::Id)
        .eq(requests::column(Requests::TargetScheduleId))
        .and(target(Grants::EndedAt).is_null())
        .and(
            target(Grants::EndsAt)
                .is_null()
                .or(target(Grants::EndsAt).gt(bind(now))),
        )
}

/// That the settings of a request's role name `user`, or a group of theirs, as approver in some stage, and
/// the request is of none of the person's accounts (INVARIANT I3); or that `user` has decided the request,
/// whatever the settings say now.
fn is_in_hands_of(user: ObjectId, viewer: &Viewer, is_default_approver: bool) -> Expr {
    let approver = |column| Expr::col((PolicyApprovers::Table, column));
    let mut themselves = vec![user];
    themselves.extend(&viewer.groups);
    themselves.extend(is_default_approver.then_some(ADMINISTRATORS));
    let roles = Query::select()
        .column((PolicyApprovers::Table, PolicyApprovers::RoleId))
        .from(PolicyApprovers::Table)
        .and_where(approver(PolicyApprovers::ApproverId).is_in(themselves.into_iter().map(bind)))
        .to_owned();
    let mut is_approver = requests::column(Requests::RoleId).in_subquery(roles);
    if is_default_approver {
        let anybody = Query::select()
            .expr(Expr::val(1))
            .from(PolicyApprovers::Table)
            .and_where(approver(PolicyApprovers::RoleId).eq(requests::column(Requests::RoleId)))
            .to_owned();
        is_approver = is_approver.or(Expr::not_exists(anybody));
    }
    let of_another = |column| requests::column(column).is_not_in(viewer.accounts.iter().map(|id| bind(*id)));
    is_approver
        .and(of_another(Requests::CreatedBy))
        .and(of_another(Requests::PrincipalId))
        .or(approvals::is_decided_by(user, requests::column(Requests::Id)))
}

fn of_objects(kind: Option<ObjectKind>, perspective: Perspective, fields: Fields) -> Option<Source> {
    let object = |column| Expr::col((Objects::Table, column));
    let membership = |column| Expr::col((Memberships::Table, column));
    let mut select = Query::select()
        .from(Objects::Table)
        .and_where(object(Objects::DeletedAt).is_null())
        .to_owned();
    if let Some(kind) = kind {
        select.and_where(object(Objects::Kind).eq(bind(kind)));
    }
    let mut belonging = |listed, fixed, id, by| {
        select
            .inner_join(Memberships::Table, membership(listed).eq(object(Objects::Id)))
            .and_where(membership(fixed).eq(bind(id)))
            .and_where(membership(Memberships::Relation).eq(relation(by)))
            .and_where(membership(Memberships::RemovedAt).is_null());
        membership(listed)
    };
    let primary = match perspective {
        Perspective::Everyone => object(Objects::Id),
        Perspective::RelatedTo {
            container,
            relation: by,
        } => belonging(Memberships::MemberId, Memberships::ContainerId, container, by),
        Perspective::Containing(member) => belonging(
            Memberships::ContainerId,
            Memberships::MemberId,
            member,
            Relation::Member,
        ),
        _ => return None,
    };
    Some(Source {
        table: "objects",
        select,
        columns: OBJECT_COLUMNS.map(object).to_vec(),
        fields,
        keys: DefaultOrder {
            first: Vec::new(),
            primary: Key::ascending(primary),
        },
    })
}

/// That an object is one of these.
pub(super) fn is_among(ids: &[ObjectId]) -> Expr {
    Expr::col((Objects::Table, Objects::Id)).is_in(ids.iter().map(|id| bind(*id)))
}

fn of_audit_events(perspective: Perspective, fields: Fields) -> Option<Source> {
    let event = |column| Expr::col((AuditEvents::Table, column));
    (perspective == Perspective::Everyone).then(|| Source {
        table: audit::TABLE,
        select: Query::select().from(AuditEvents::Table).to_owned(),
        columns: EVENT_COLUMNS.map(event).to_vec(),
        fields,
        keys: DefaultOrder {
            first: vec![Key::descending(event(AuditEvents::At))],
            primary: Key::descending(event(AuditEvents::Seq)),
        },
    })
}

/// The navigations that a filter or an order goes through.
#[derive(Default)]
pub(super) struct Joins(BTreeSet<Nav>);

impl Joins {
    /// Notes that a path goes through `navs`.
    pub(super) fn through(&mut self, navs: &[Nav]) {
        self.0.extend(navs);
    }

    /// Joins what lies at the end of each; what was deleted is not there.
    pub(super) fn add_to(&self, select: &mut SelectStatement, fields: &Fields) {
        if self.0.contains(&Nav::Principal) {
            select.join_as(
                JoinType::LeftJoin,
                Objects::Table,
                Alias::Principal,
                Expr::col((Alias::Principal, Objects::Id))
                    .eq(fields.principal_id())
                    .and(Expr::col((Alias::Principal, Objects::DeletedAt)).is_null()),
            );
        }
        if self.0.contains(&Nav::RoleDefinition) {
            select.join_as(
                JoinType::LeftJoin,
                Roles::Table,
                Alias::Role,
                Expr::col((Alias::Role, Roles::Id))
                    .eq(fields.role_id())
                    .and(Expr::col((Alias::Role, Roles::DeletedAt)).is_null()),
            );
        }
    }
}
