//! Who belongs to which group or administrative unit. Leaving is recorded, never forgotten.

use std::collections::BTreeSet;

use model::directory::ObjectKind;
use model::directory::Relation;
use model::{Instant, ObjectId};
use sea_query::{Expr, ExprTrait, Query, SelectStatement};

use crate::schema::{Memberships, Objects};
use crate::session::insertion;
use crate::value::{Stored, bind};
use crate::{Session, StoreError};

const TABLE: &str = "memberships";
/// Objects that are found through nesting at most.
const TRANSITIVE_MAX: usize = 10_000;

/// How a relation is stored.
pub(crate) fn relation(relation: Relation) -> Expr {
    bind(
        match relation {
            Relation::Member => "member",
            Relation::Owner => "owner",
        }
        .to_owned(),
    )
}

/// Memberships of now.
fn current(wanted: Memberships) -> SelectStatement {
    Query::select()
        .column((Memberships::Table, wanted))
        .from(Memberships::Table)
        .and_where(Expr::col((Memberships::Table, Memberships::RemovedAt)).is_null())
        .to_owned()
}

/// The containers of which `member` is a member or owner.
pub(crate) fn containers(member: ObjectId, by: Relation) -> SelectStatement {
    current(Memberships::ContainerId)
        .and_where(Expr::col((Memberships::Table, Memberships::MemberId)).eq(bind(member)))
        .and_where(Expr::col((Memberships::Table, Memberships::Relation)).eq(relation(by)))
        .to_owned()
}

/// The role-assignable groups of which `member` is a direct member; they cannot be nested
/// (schedules dossier, 8.5).
pub(crate) fn role_groups(member: ObjectId) -> SelectStatement {
    containers(member, Relation::Member)
        .inner_join(
            Objects::Table,
            Expr::col((Objects::Table, Objects::Id)).equals((Memberships::Table, Memberships::ContainerId)),
        )
        .and_where(Expr::col((Objects::Table, Objects::Kind)).eq(bind(ObjectKind::Group)))
        .and_where(Expr::col((Objects::Table, Objects::IsAssignableToRole)).eq(bind(true)))
        .and_where(Expr::col((Objects::Table, Objects::DeletedAt)).is_null())
        .to_owned()
}

impl Session {
    /// Makes `member` belong to `container`; says whether it did not before.
    ///
    /// # Errors
    /// The driver's; also if either is no object.
    pub fn add_membership(
        &self,
        container: ObjectId,
        member: ObjectId,
        by: Relation,
        at: Instant,
    ) -> Result<bool, StoreError> {
        self.touch(member);
        let mut statement = insertion(
            Memberships::Table,
            [
                (Memberships::ContainerId, bind(container)),
                (Memberships::Relation, relation(by)),
                (Memberships::MemberId, bind(member)),
                (Memberships::AddedAt, bind(at)),
            ],
        )?;
        statement.on_conflict(sea_query::OnConflict::new().do_nothing().to_owned());
        self.change(TABLE, &statement)
    }

    /// Ends a membership; says whether there was one.
    ///
    /// # Errors
    /// The driver's.
    pub fn remove_membership(
        &self,
        container: ObjectId,
        member: ObjectId,
        by: Relation,
        at: Instant,
    ) -> Result<bool, StoreError> {
        self.touch(member);
        self.change(
            TABLE,
            Query::update()
                .table(Memberships::Table)
                .value(Memberships::RemovedAt, bind(at))
                .and_where(Expr::col(Memberships::ContainerId).eq(bind(container)))
                .and_where(Expr::col(Memberships::MemberId).eq(bind(member)))
                .and_where(Expr::col(Memberships::Relation).eq(relation(by)))
                .and_where(Expr::col(Memberships::RemovedAt).is_null()),
        )
    }

    /// Who belongs to `container` now, by id.
    ///
    /// # Errors
    /// The driver's.
    pub fn members(&self, container: ObjectId, by: Relation) -> Result<Vec<ObjectId>, StoreError> {
        let select = current(Memberships::MemberId)
            .and_where(Expr::col(Memberships::ContainerId).eq(bind(container)))
            .and_where(Expr::col(Memberships::Relation).eq(relation(by)))
            .order_by(Memberships::MemberId, sea_query::Order::Asc)
            .to_owned();
        self.ids(&select)
    }

    /// What `member` belongs to now, by id.
    ///
    /// # Errors
    /// The driver's.
    pub fn containers_of(&self, member: ObjectId, by: Relation) -> Result<Vec<ObjectId>, StoreError> {
        let select = containers(member, by)
            .order_by(Memberships::ContainerId, sea_query::Order::Asc)
            .to_owned();
        self.ids(&select)
    }

    /// The role-assignable groups of which `member` is a member now.
    ///
    /// # Errors
    /// The driver's.
    pub fn role_groups_of(&self, member: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
        self.ids(&role_groups(member))
    }

    /// What `member` is a member of now, through any depth of nesting, the nearest first. Cycles
    /// end, and so does the search after ten thousand objects.
    ///
    /// # Errors
    /// The driver's.
    pub fn transitive_containers(&self, member: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
        reach(member, |one| self.containers_of(one, Relation::Member))
    }

    /// Who is a member of `container` now, through any depth of nesting, the nearest first, groups
    /// in between included. Bounded as [`Session::transitive_containers`].
    ///
    /// # Errors
    /// The driver's.
    pub fn transitive_members(&self, container: ObjectId) -> Result<Vec<ObjectId>, StoreError> {
        reach(container, |one| self.members(one, Relation::Member))
    }

    /// Notes that what `principal` holds may change, and, if it is a group, what its members hold.
    pub(crate) fn touch_principal(&self, principal: ObjectId) -> Result<(), StoreError> {
        self.touch(principal);
        for member in self.members(principal, Relation::Member)? {
            self.touch(member);
        }
        Ok(())
    }

    fn ids<T: Stored>(&self, select: &SelectStatement) -> Result<Vec<T>, StoreError> {
        self.rows(TABLE, select, |row| row.take())
    }
}

/// What can be reached from `start` in steps, without `start` itself.
fn reach(
    start: ObjectId,
    step: impl Fn(ObjectId) -> Result<Vec<ObjectId>, StoreError>,
) -> Result<Vec<ObjectId>, StoreError> {
    let mut seen = BTreeSet::from([start]);
    let mut found = step(start)?;
    found.retain(|one| seen.insert(*one));
    let mut reached = 0;
    while let Some(one) = found.get(reached).copied() {
        reached += 1;
        if found.len() < TRANSITIVE_MAX {
            found.extend(step(one)?.into_iter().filter(|next| seen.insert(*next)));
        }
    }
    found.truncate(TRANSITIVE_MAX);
    Ok(found)
}

/// Whether `principal` is an enabled user, or a group with one among its members.
pub(crate) fn is_or_has_an_enabled_user(principal: Expr) -> Expr {
    let enabled_user = || {
        Query::select()
            .expr(sea_query::Expr::val(1))
            .from(Objects::Table)
            .and_where(Expr::col((Objects::Table, Objects::Kind)).eq(bind(ObjectKind::User)))
            .and_where(Expr::col((Objects::Table, Objects::AccountEnabled)).eq(bind(true)))
            .and_where(Expr::col((Objects::Table, Objects::DeletedAt)).is_null())
            .to_owned()
    };
    let itself = enabled_user()
        .and_where(Expr::col((Objects::Table, Objects::Id)).eq(principal.clone()))
        .to_owned();
    let a_member = enabled_user()
        .inner_join(
            Memberships::Table,
            Expr::col((Memberships::Table, Memberships::MemberId)).equals((Objects::Table, Objects::Id)),
        )
        .and_where(Expr::col((Memberships::Table, Memberships::ContainerId)).eq(principal))
        .and_where(Expr::col((Memberships::Table, Memberships::Relation)).eq(relation(Relation::Member)))
        .and_where(Expr::col((Memberships::Table, Memberships::RemovedAt)).is_null())
        .to_owned();
    Expr::exists(itself).or(Expr::exists(a_member))
}
