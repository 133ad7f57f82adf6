//! What a principal holds: the hottest read.

use std::sync::Arc;

use model::{
    DirectoryScope, Ended, GrantId, GrantKind, GrantOrigin, Instant, ObjectId, RoleDefinitionId, Window, ids,
};
use sea_query::{Expr, ExprTrait, Query};

use crate::aggregates::grants::{self, GRANT_COLUMNS, is_open, read_grant};
use crate::aggregates::memberships::role_groups;
use crate::schema::{Grants, Objects};
use crate::value::bind;
use crate::{Session, StoreError};

/// The assignments that a principal has, itself or through role-assignable groups, that are in
/// force or to come. Windows carry their ends, so that holdings stay true as time passes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Whether the principal exists and its account is enabled.
    pub is_active: bool,
    /// Each of them.
    pub held: Vec<Held>,
}

/// One assignment that a principal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub grant: GrantId,
    /// The role.
    pub role_definition_id: RoleDefinitionId,
    /// Where.
    pub scope: DirectoryScope,
    /// When.
    pub window: Window,
    /// Its recorded end.
    pub ended: Option<Ended>,
    /// The group through which the principal has it.
    pub via_group: Option<ObjectId>,
    /// Whether it is an activation.
    pub activated: bool,
    /// Whether it was made outside PIM.
    pub outside_pim: bool,
}

impl Held {
    /// The id under which the schedule is listed, for a holding of `principal`.
    pub fn schedule_id(&self, principal: ObjectId) -> String {
        if self.outside_pim {
            let holder = self.via_group.unwrap_or(principal);
            ids::derived_id(GrantKind::Assignment, self.role_definition_id, holder, self.scope)
        } else {
            self.grant.to_string()
        }
    }

    /// Whether it gives anything at `now` (INVARIANT I1).
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.window.contains(now) && self.ended.is_none_or(|ended| now < ended.at)
    }
}

impl Holdings {
    /// Those that give something at `now`.
    pub fn in_force(&self, now: Instant) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(move |held| held.is_in_force(now))
    }
}

impl Session {
    /// What a principal holds, from memory if it is there.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn holdings(&self, principal: ObjectId) -> Result<Arc<Holdings>, StoreError> {
        // What a write transaction has touched itself is neither what is in memory nor, before the
        // commit, fit to be kept there.
        if !self.is_untouched(principal) {
            return self.load_holdings(principal).map(Arc::new);
        }
        if let Some(holdings) = self.caches.holdings.get(&principal) {
            return Ok(holdings);
        }
        let holdings = Arc::new(self.load_holdings(principal)?);
        self.caches
            .holdings
            .insert(principal, holdings.clone(), self.last_commit_seen());
        Ok(holdings)
    }

    fn load_holdings(&self, principal: ObjectId) -> Result<Holdings, StoreError> {
        let itself = Query::select()
            .column((Objects::Table, Objects::Id))
            .from(Objects::Table)
            .and_where(Expr::col((Objects::Table, Objects::Id)).eq(bind(principal)))
            .and_where(Expr::col((Objects::Table, Objects::DeletedAt)).is_null())
            .union(sea_query::UnionType::All, role_groups(principal))
            .to_owned();
        let select = Query::select()
            .columns(GRANT_COLUMNS.map(|column| (Grants::Table, column)))
            .from(Grants::Table)
            .and_where(is_open())
            .and_where(grants::column(Grants::Kind).eq(bind(GrantKind::Assignment)))
            .and_where(grants::column(Grants::PrincipalId).in_subquery(itself))
            .to_owned();
        let held = self.rows(grants::TABLE, &select, |row| {
            let grant = read_grant(row)?;
            Ok(Held {
                grant: grant.id,
                role_definition_id: grant.role_definition_id,
                scope: grant.scope,
                window: grant.window,
                ended: grant.ended,
                via_group: (grant.principal_id != principal).then_some(grant.principal_id),
                activated: grant.activated_using.is_some(),
                outside_pim: grant.origin == GrantOrigin::OutsidePim,
            })
        })?;
        Ok(Holdings {
            is_active: self.is_active(principal)?,
            held,
        })
    }

    /// Whether a principal exists and is not disabled. A group has no account that could be.
    fn is_active(&self, principal: ObjectId) -> Result<bool, StoreError> {
        let select = Query::select()
            .column(Objects::AccountEnabled)
            .from(Objects::Table)
            .and_where(Expr::col(Objects::Id).eq(bind(principal)))
            .and_where(Expr::col(Objects::DeletedAt).is_null())
            .to_owned();
        let enabled: Option<Option<bool>> = self.row("objects", &select, |row| row.take())?;
        Ok(enabled.is_some_and(|enabled| enabled.unwrap_or(true)))
    }
}
